#!/usr/bin/env bash
# decoders.sh: how fast the decoders of DWARF and ELF are, by JMH, on the vmlinux of a kernel of the lab.
#
#   ./decoders.sh [--kernel KERNEL] [REGEX [JMH-OPTION...]]
#
#   --kernel   its series [6.1]
#   REGEX      of the benchmarks to run, such as 'unitScan|lineRows' [all]
#
# It builds the module itest/bench/jmh, which the build compiles and never runs, and
# takes half a minute for each benchmark. MB are 10^6 bytes of the section as it is in
# the file; what an item is, DecoderBenchmark says.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
kernel=6.1
case ${1:-} in
--kernel) kernel=$2 && shift 2 ;;
-h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
esac
cd "$root"
. .mvn/find-jdk
export LAB_DIR=${LAB_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kernel-lab}
mvn --offline --quiet --batch-mode package -pl itest/bench/jmh -am -DskipTests
result=$(mktemp) && trap 'rm -f "$result"' EXIT
echo "decoders on the vmlinux of $kernel, $(nproc) CPUs ($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)), load $(cut -d ' ' -f 1 /proc/loadavg)"
target=itest/bench/jmh/target
"$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow -cp "$target/classes:$(cat $target/classpath)" org.openjdk.jmh.Main "${@:-.}" \
	-p "series=$kernel" -rf json -rff "$result" >"$target/jmh.log" || { tail -n 20 "$target/jmh.log" >&2; exit 1; }
python3 - "$result" <<'EOF'
import json, sys

print("| benchmark | MB/s (± 99.9 %) | items/s | runs/s |")
print("|---|---|---|---|")
for run in json.load(open(sys.argv[1])):
    rate = {name: metric for name, metric in run["secondaryMetrics"].items()}
    megabytes, items = rate["bytes"], rate["items"]
    print("| {} | {:,.0f} ± {:,.0f} | {:,.0f} | {:.2f} |".format(
        run["benchmark"].rsplit(".", 1)[1], megabytes["score"] / 1e6, float(megabytes["scoreError"]) / 1e6,
        items["score"], run["primaryMetric"]["score"]))
EOF
