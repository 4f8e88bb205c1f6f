#!/usr/bin/env bash
# idle.sh: what plug-ins cost that are installed and not used.
#
#   ./idle.sh [--runs N] [WYRM [COMMAND...]]
#
#   WYRM      the start script of a built distribution
#             [distribution/target/wyrm/bin/wyrm]
#   COMMAND   what is run [--demo tasks]
#   --runs    runs of each [40]
#
# Two copies of the distribution take turns: one as it is, with all plug-ins, and one
# whose plug-ins are removed (`plugin remove`). It prints the least and the median CPU
# time (user and system) of each. The least of both are to be apart no more than the
# least and the median of one: what costs nothing differs by noise. Exit status 4
# where they are, or where a class of a plug-in was loaded by the first.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
runs=40
while [ $# -gt 0 ]; do
	case $1 in
	--runs) runs=$2 && shift 2 ;;
	-h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
	*) break ;;
	esac
done
wyrm=$root/distribution/target/wyrm/bin/wyrm
[ $# -eq 0 ] || { wyrm=$1 && shift; }
wyrm=$(realpath "$wyrm")
[ $# -gt 0 ] || set -- --demo tasks
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
# Where a user's things are is empty, but for what was removed.
export HOME=$home/all
unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME WYRM_PLUGINS
mkdir -p "$home/all" "$home/none"
plugins=$("$wyrm" plugin list --format csv | sed -n '2,$s/,.*//p')
for name in $plugins; do HOME=$home/none "$wyrm" plugin remove "$name" >/dev/null; done
# shellcheck disable=SC2086 # names without blanks
echo "idle:" $plugins
WYRM_JAVA_OPTIONS=-Xlog:class+load:stderr "$wyrm" "$@" 2>"$home/classes" >/dev/null
grep -q 'org\.wyrm\.platform\.launcher' "$home/classes" || { echo "the JVM does not say which classes it loads" && exit 1; }
loaded=$(awk -v names="$plugins" '
	BEGIN { count = split(names, name, /[ \n]+/) }
	{ for (i = 1; i <= count; i++) if (name[i] != "" && index($0, " " name[i] ".")) print }' "$home/classes")
python3 - "$home" "$runs" "$wyrm" "$@" <<'PYTHON'
import os, resource, statistics, subprocess, sys


def cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (usage.ru_utime + usage.ru_stime)


home, runs, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
times = {"all": [], "none": []}
for run in range(runs + 1):
    for which in sorted(times, reverse=run % 2 == 1):
        before = cpu()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL,
                       env=dict(os.environ, HOME=f"{home}/{which}"))
        if run > 0:  # the first is not counted: it fills caches
            times[which].append(cpu() - before)
for which, all_of in times.items():
    print(f"{which:4}: least {min(all_of):.0f} ms, median {statistics.median(all_of):.0f} ms of CPU, {runs} runs")
apart = min(times["all"]) - min(times["none"])
noise = statistics.median(times["none"]) - min(times["none"])
print(f"apart {apart:.0f} ms, noise {noise:.0f} ms")
sys.exit(4 if apart > max(noise, 10) else 0)
PYTHON
[ -z "$loaded" ] || { echo "classes of plug-ins were loaded:" && echo "$loaded" && exit 4; }
echo "no class of a plug-in was loaded"
