#!/usr/bin/env bash
# tasks.sh: `wyrm tasks` beside drgn, whole processes, on real dumps.
#
#   ./tasks.sh [--runs N] [--assert] [--fresh] [--kernel KERNEL] [WYRM]
#
#   WYRM       the start script of a built distribution
#              [distribution/target/wyrm/bin/wyrm]
#   --runs     runs of each program on each dump [10]
#   --assert   end with status 4 when wyrm takes more than 0.6 of drgn's wall time
#              or peak RSS on one of the dumps
#   --fresh    give wyrm an empty home folder for every run, so that its cache is
#              empty. Without it, wyrm has what its first run on each dump kept:
#              of a compressed dump, the tables of the kernel's image
#
# The dumps are the lab's kaslr256, a running guest of 256 MiB: QEMU's ELF file
# and makedumpfile's diskdump (-d 31, zlib); the lab makes them if need be. Both
# programs list pid, tgid, ppid, cpu, state, task, comm, kernel_thread and rss of
# every thread as JSON lines. drgn is given vmlinux, wyrm nothing but the dump.
# It is Debian 13's drgn in the lab's Debian 13 tree, and both run in there, from
# one timing program (compare.py), so starting in the tree costs neither a thing.
# DRGN_PYTHON names a Python with another drgn: both then run outside the tree,
# and no root is needed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
lab=$root/itest/lab
runs=10 kernel=6.1 limit=() fresh=() wyrm=$root/distribution/target/wyrm/bin/wyrm
while [ $# -gt 0 ]; do
	case $1 in
	--runs) runs=$2 && shift ;;
	--kernel) kernel=$2 && shift ;;
	--assert) limit=(--limit 0.6) ;;
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
dumps=()
while IFS=$'\t' read -r _ _ file _; do
	case $file in */vmcore.elf | */mdf.d31.zlib) dumps+=("$file") ;; esac
done < <("$lab/ensure.sh" --kernel "$kernel" kaslr256)
[ ${#dumps[@]} -eq 2 ] || unavailable "SKIP bench: the lab has no kaslr256 of $kernel"
use_kver "$(sed -n '1s/ .*//p' "$OUT/kaslr256/made.txt")"
[ -e "$VMLINUX" ] || unavailable "SKIP bench: no debug info for drgn: $VMLINUX"

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

drgn=$("${run[@]}" "$python" -c 'import drgn; print(drgn.__version__)')
echo "tasks of $VERSION, drgn $drgn, $(nproc) CPUs ($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)), load $(cut -d ' ' -f 1 /proc/loadavg), $runs runs each, taking turns${fresh:+, no caches of its own for wyrm}"
awk -v cpus="$(nproc)" '{ exit !($1 > cpus / 2) }' /proc/loadavg && say "warning: this machine is busy: such times mean little"
keys=()
for key in pid tgid ppid cpu state task comm kernel_thread rss_bytes; do keys+=(--key "$key"); done
"${run[@]}" python3 "$here/compare.py" --runs "$runs" "${limit[@]}" "${fresh[@]}" "${keys[@]}" \
	--dump "${dumps[0]}" --dump "${dumps[1]}" \
	--program wyrm "'$wyrm' -c '{dump}' tasks --format jsonl" \
	--program drgn "'$python' '$here/tasks.drgn.py' '{dump}' '$VMLINUX'"
