#!/usr/bin/env bash
# report.sh: how long the report of a dump takes, whole processes.
#
#   ./report.sh [--runs N] [--assert] [WYRM]
#
#   WYRM       the start script of a built distribution
#              [distribution/target/wyrm/bin/wyrm]
#   --runs     runs for each format [10]
#   --assert   end with status 4 when the median of one is 3 s or more
#
# The dump is the lab's panic256, an ELF file of 256 MiB, without debug files; all
# plug-ins of the distribution are there. No peer makes such a report.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
runs=10 assert= wyrm=$root/distribution/target/wyrm/bin/wyrm
while [ $# -gt 0 ]; do
	case $1 in
	--runs) runs=$2 && shift ;;
	--assert) assert=1 ;;
	-h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
	-*) echo "unknown option $1" >&2; exit 1 ;;
	*) wyrm=$1 ;;
	esac
	shift
done
# shellcheck source=../lab/common.sh
. "$root/itest/lab/common.sh"
[ -x "$wyrm" ] || die "no $wyrm: build the distribution first, or name another"
dump=$OUT/panic256/vmcore.elf
[ -e "$dump" ] || "$root/itest/lab/ensure.sh" panic256 >/dev/null
[ -e "$dump" ] || unavailable "SKIP bench: the lab has no panic256"
export HOME=$LAB_DIR/bench
mkdir -p "$HOME"
echo "report of $VERSION, $(nproc) CPUs, load $(cut -d ' ' -f 1 /proc/loadavg), $runs runs each"
status=0
for format in text html json; do
	times=()
	for _ in $(seq "$runs"); do
		start=${EPOCHREALTIME/./}
		"$wyrm" -c "$dump" --no-default-symbols --application org.wyrm.app.report --format "$format" >"$HOME/report"
		times+=($((${EPOCHREALTIME/./} - start)))
	done
	mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -n)
	median=${times[runs / 2]}
	printf '%s: median %d ms (%d-%d), %d bytes\n' "$format" $((median / 1000)) $((times[0] / 1000)) \
		$((times[-1] / 1000)) "$(stat -c %s "$HOME/report")"
	[ -z "$assert" ] || [ "$median" -lt 3000000 ] || status=4
done
exit $status
