#!/usr/bin/env bash
# values.sh: what is done with values, beside drgn: members, arithmetic, walks of lists.
#
#   ./values.sh [--kernel KERNEL] [JMH-OPTION...]
#
#   --kernel   its series [6.1]
#
# JMH measures wyrm as a library, in a JVM that is warm, and how many bytes each
# operation allocates; values.drgn.py measures drgn's Python on the same dump, with
# the same DWARF, in the same run. What each does, ValueBenchmark says. A minute or
# two.
own_option() { return 1; }
options=()
kernel_words=()
while [ $# -gt 0 ]; do
	case $1 in
	--kernel) kernel_words=(--kernel "$2") && shift ;;
	-h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
	*) options+=("$1") ;;
	esac
	shift
done
set -- "${kernel_words[@]}"
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
use_dumps vmcore.elf
cd "$root"
. .mvn/find-jdk
mvn --offline --quiet --batch-mode package -pl itest/bench/jmh -am -DskipTests
result=$(mktemp) theirs=$(mktemp) && trap 'rm -f "$result" "$theirs"' EXIT
echo "values of $VERSION, $(nproc) CPUs ($(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)), load $(cut -d ' ' -f 1 /proc/loadavg)"
"${run[@]}" "$python" "$here/values.drgn.py" "${dumps[0]}" "$VMLINUX" >"$theirs"
target=itest/bench/jmh/target
"$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow -cp "$target/classes:$(cat $target/classpath)" org.openjdk.jmh.Main ValueBenchmark "${options[@]}" \
	-p "dump=${dumps[0]}" -p "vmlinux=$VMLINUX" -prof gc -rf json -rff "$result" >"$target/jmh.log" || { tail -n 20 "$target/jmh.log" >&2; exit 1; }
python3 - "$result" "$theirs" <<'EOF'
import json, sys

theirs = {row["name"]: row for row in map(json.loads, open(sys.argv[2]))}
print("| operation | wyrm /s (± 99.9 %) | drgn /s | ratio | bytes each |")
print("|---|---|---|---|---|")
for run in json.load(open(sys.argv[1])):
    name = run["benchmark"].rsplit(".", 1)[1]
    metrics = {key.lstrip("·"): value for key, value in run["secondaryMetrics"].items()}
    items = theirs.get(name, {"items": 1})["items"]
    rate = run["primaryMetric"]["score"] * items
    error = float(run["primaryMetric"]["scoreError"]) * items
    drgn = theirs.get(name)
    print("| {} | {:,.0f} ± {:,.0f} | {} | {} | {:,.0f} |".format(
        name, rate, error,
        "{:,.0f}".format(drgn["rate"]) if drgn else "", "{:.1f}".format(rate / drgn["rate"]) if drgn else "",
        metrics["gc.alloc.rate.norm"]["score"] / items))
EOF
