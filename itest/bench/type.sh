#!/usr/bin/env bash
# type.sh: `wyrm type task_struct` beside drgn (and gdb), whole processes, on a kernel's DWARF.
#
#   ./type.sh [--runs N] [--assert] [--fresh] [--gdb] [--kernel KERNEL] [WYRM]
#
#   WYRM       the start script of a built distribution
#              [distribution/target/wyrm/bin/wyrm]
#   --runs     runs of each program [10]
#   --assert   end with status 4 when wyrm takes more than 0.5 of drgn's wall time
#              (with --fresh: 1.5 of it), or more than its peak RSS
#   --fresh    give wyrm an empty home folder for every run: it makes the index
#   --gdb      run gdb too; it needs a quarter of a minute each time
#
# The target is the lab's kaslr256 (QEMU's ELF file), the file with debug info the
# vmlinux of its kernel: both programs are given both. They print the definition of
# struct task_struct, which must be the same, and so must its size.
# It is Debian 13's drgn in the lab's Debian 13 tree, and all run in there, from
# one timing program (compare.py).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
lab=$root/itest/lab
runs=10 kernel=6.1 assert= limit=() fresh=() gdb=() wyrm=$root/distribution/target/wyrm/bin/wyrm
while [ $# -gt 0 ]; do
	case $1 in
	--runs) runs=$2 && shift ;;
	--kernel) kernel=$2 && shift ;;
	--assert) assert=1 ;;
	--gdb) gdb=1 ;;
	--fresh) fresh=(--fresh-home wyrm) ;;
	-h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
	-*) echo "unknown option $1" >&2; exit 1 ;;
	*) wyrm=$1 ;;
	esac
	shift
done
# shellcheck source=../lab/common.sh
KERNEL=$kernel . "$lab/common.sh"
export LAB_DIR
[ -x "$wyrm" ] || die "no $wyrm: build the distribution first, or name another"
wyrm=$(realpath "$wyrm")
dump=
while IFS=$'\t' read -r _ _ file _; do
	case $file in */vmcore.elf) dump=$file ;; esac
done < <("$lab/ensure.sh" --kernel "$kernel" kaslr256)
[ -n "$dump" ] || unavailable "SKIP bench: the lab has no kaslr256 of $kernel"
use_kver "$(sed -n '1s/ .*//p' "$OUT/kaslr256/made.txt")"
[ -e "$VMLINUX" ] || unavailable "SKIP bench: no debug info: $VMLINUX"

python=${DRGN_PYTHON:-python3} run=()
if [ -z "${DRGN_PYTHON:-}" ]; then
	"$lab/trixie.sh" --setup || unavailable "SKIP bench: no Debian 13 tree for drgn"
	BIND=$here:$(dirname "$(dirname "$wyrm")")
	export BIND
	run=("$lab/trixie.sh")
fi
# A home of its own: the user's caches and settings stay out of it, and as they are.
export HOME=$LAB_DIR/bench
unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
mkdir -p "$HOME"

if [ -n "$assert" ]; then
	[ ${#fresh[@]} -gt 0 ] || limit=(--limit 0.5 --rss-limit 1)
	[ ${#fresh[@]} -eq 0 ] || limit=(--limit 1.5 --rss-limit 1)
fi
programs=(--program wyrm "'$wyrm' -c '{dump}' -s '$VMLINUX' type task_struct --format jsonl")
keys=(--key name --key size_bytes --key definition)
if [ ${#gdb[@]} -gt 0 ]; then
	ask='import gdb,json; print(json.dumps({"size_bytes": gdb.lookup_type("struct task_struct").sizeof}))'
	programs+=(--program gdb "gdb -nx -batch -ex 'python $ask' '$VMLINUX'")
	keys=(--key size_bytes)
fi
drgn=$("${run[@]}" "$python" -c 'import drgn; print(drgn.__version__)')
echo "type task_struct of $VERSION, drgn $drgn, $(nproc) CPUs ($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)), load $(cut -d ' ' -f 1 /proc/loadavg), $runs runs each, taking turns${fresh:+, wyrm makes its index anew each time}"
awk -v cpus="$(nproc)" '{ exit !($1 > cpus / 2) }' /proc/loadavg && say "warning: this machine is busy: such times mean little"
"${run[@]}" python3 "$here/compare.py" --runs "$runs" "${limit[@]}" "${fresh[@]}" "${keys[@]}" \
	--dump "$dump" "${programs[@]}" \
	--program drgn "'$python' '$here/type.drgn.py' '{dump}' '$VMLINUX'"
