#!/usr/bin/env bash
# type.sh: `wyrm type task_struct` beside drgn (and gdb), whole processes, on a kernel's DWARF.
#
#   ./type.sh [--runs N] [--assert] [--fresh] [--gdb] [--modules] [--kernel KERNEL] [WYRM]
#
#   WYRM       the start script of a built distribution
#              [distribution/target/wyrm/bin/wyrm]
#   --runs     runs of each program [10]
#   --assert   end with status 4 when wyrm takes more than 0.5 of drgn's wall time
#              (with --fresh: 1.5 of it), or more than its peak RSS
#   --fresh    give wyrm an empty home folder for every run: it makes the index
#   --gdb      run gdb too; it needs a quarter of a minute each time
#   --modules  ask for struct xfs_mount, which only a module defines: both programs
#              are given the folder with the debug files of the kernel and its modules.
#              BTF has another text of that structure (no arrays of arrays), so the bench
#              ends with an error where the module's file was not read
#
# The target is the lab's kaslr256 (QEMU's ELF file), the file with debug info the
# vmlinux of its kernel: both programs are given both. They print the definition of
# the structure, which must be the same, and so must its size. common.sh tells where
# they run.
assert='' gdb='' modules=''
own_option() {
	case $1 in
	--assert) assert=1 ;;
	--gdb) gdb=1 ;;
	--modules) modules=1 ;;
	*) return 1 ;;
	esac
}
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
use_dumps vmcore.elf
if [ -n "$assert" ]; then
	limit=(--limit 0.5 --rss-limit 1)
	[ ${#fresh[@]} -eq 0 ] || limit=(--limit 1.5 --rss-limit 1)
fi
name=task_struct files=(-s "$VMLINUX") folder=
[ -z "$modules" ] || name=xfs_mount files=(--debug-directory "$DEBUG") folder=$DEBUG
programs=(--program wyrm "'$wyrm' -c '{dump}' ${files[*]@Q} type $name --format jsonl")
keys=(--key name --key size_bytes --key definition)
if [ -n "$gdb" ]; then
	[ -z "$modules" ] || die "gdb is told where each module's file is by hand: --gdb or --modules"
	ask='import gdb,json; print(json.dumps({"size_bytes": gdb.lookup_type("struct task_struct").sizeof}))'
	programs+=(--program gdb "gdb -nx -batch -ex 'python $ask' '$VMLINUX'")
	keys=(--key size_bytes)
fi
compare "type $name" "${keys[@]}" "${programs[@]}" \
	--program drgn "'$python' '$here/type.drgn.py' $name '{dump}' '$VMLINUX' $folder"
