# shellcheck shell=bash
# What the benches beside drgn have in common; a script sources it with its own arguments.
#
#   own_option OPTION   a function of the script's: takes an option of its own, or fails
#   VMLINUX, dumps      set by use_dumps
#   runs, forms, fresh, wyrm   as the user said
#   python              with drgn; where ${run[@]} runs it
#
# It is Debian 13's drgn in the lab's Debian 13 tree, and all programs run in there, from
# one timing program (compare.py), so starting in the tree costs none of them a thing.
# DRGN_PYTHON names a Python with another drgn: all then run outside the tree, and no
# root is needed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
lab=$root/itest/lab
runs=10 kernel=6.1 forms= limit=() fresh=() wyrm=$root/distribution/target/wyrm/bin/wyrm
while [ $# -gt 0 ]; do
	case $1 in
	--runs) runs=$2 && shift ;;
	--kernel) kernel=$2 && shift ;;
	--forms) forms=$2 && shift ;;
	--fresh) fresh=(--fresh-home wyrm) ;;
	-h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
	-*) own_option "$1" || { echo "unknown option $1" >&2; exit 1; } ;;
	*) wyrm=$1 ;;
	esac
	shift
done
# shellcheck source=../lab/common.sh
KERNEL=$kernel . "$lab/common.sh"
export LAB_DIR
[ -x "$wyrm" ] || die "no $wyrm: build the distribution first, or name another"
wyrm=$(realpath "$wyrm")

# use_dumps NAME...: files of the lab's kaslr256, a running guest of 256 MiB, which it makes if need be;
# --forms names others, such as "mdf.d31.lzo mdf.d31.zstd"
use_dumps() {
	local file
	# shellcheck disable=SC2086 # a list of names
	[ -z "$forms" ] || set -- $forms
	dumps=()
	while IFS=$'\t' read -r _ _ file _; do
		[[ " $* " != *" ${file##*/} "* ]] || dumps+=("$file")
	done < <("$lab/ensure.sh" --kernel "$kernel" kaslr256)
	[ ${#dumps[@]} -eq $# ] || unavailable "SKIP bench: the lab has no kaslr256 of $kernel"
	use_kver "$(sed -n '1s/ .*//p' "$OUT/kaslr256/made.txt")"
	[ -e "$VMLINUX" ] || unavailable "SKIP bench: no debug info: $VMLINUX"
}

# compare WHAT OPTION...: compare.py with these options, on the dumps
compare() {
	local what=$1 drgn dump
	shift
	drgn=$("${run[@]}" "$python" -c 'import drgn; print(drgn.__version__)')
	echo "$what of $VERSION, drgn $drgn, $(nproc) CPUs ($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)), load $(cut -d ' ' -f 1 /proc/loadavg), $runs runs each, taking turns${fresh:+, no caches of its own for wyrm}"
	awk -v cpus="$(nproc)" '{ exit !($1 > cpus / 2) }' /proc/loadavg && say "warning: this machine is busy: such times mean little"
	for dump in "${dumps[@]}"; do set -- "$@" --dump "$dump"; done
	"${run[@]}" python3 "$here/compare.py" --runs "$runs" "${limit[@]}" "${fresh[@]}" "$@"
}

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
