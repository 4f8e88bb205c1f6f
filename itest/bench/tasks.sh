#!/usr/bin/env bash
# tasks.sh: `wyrm tasks` beside drgn, whole processes, on real dumps.
#
#   ./tasks.sh [--runs N] [--assert] [--fresh] [--kernel KERNEL] [--forms FORMS] [WYRM]
#
#   WYRM       the start script of a built distribution
#              [distribution/target/wyrm/bin/wyrm]
#   --forms    other dumps of that guest: "mdf.d31.zlib mdf.d31.lzo mdf.d31.zstd"
#   --runs     runs of each program on each dump [10]
#   --assert   end with status 4 when wyrm takes more than 0.6 of drgn's wall time
#              or peak RSS on one of the dumps
#   --fresh    give wyrm an empty home folder for every run, so that its cache is
#              empty. Without it, wyrm has what its first run on each dump kept:
#              of a compressed dump, the tables of the kernel's image
#
# The dumps are the lab's kaslr256: QEMU's ELF file and makedumpfile's diskdump
# (-d 31, zlib). Both programs list pid, tgid, ppid, cpu, state, task, comm,
# kernel_thread and rss of every thread as JSON lines. drgn is given vmlinux, wyrm
# nothing but the dump. common.sh tells where they run.
own_option() {
	case $1 in
	--assert) limit=(--limit 0.6) ;;
	*) return 1 ;;
	esac
}
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
use_dumps vmcore.elf mdf.d31.zlib
keys=()
for key in pid tgid ppid cpu state task comm kernel_thread rss_bytes; do keys+=(--key "$key"); done
compare tasks "${keys[@]}" \
	--program wyrm "'$wyrm' -c '{dump}' tasks --format jsonl" \
	--program drgn "'$python' '$here/tasks.drgn.py' '{dump}' '$VMLINUX'"
