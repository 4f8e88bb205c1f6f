#!/usr/bin/env bash
# fuzz.sh: run the fuzz targets one after another, 5 minutes each, and say how often each ran.
#
#   ./fuzz.sh [CLASS...]      all targets, or those of some classes, such as ExpressionFuzzTest
#
# Ends with status 1 if a target finds something. docs/help/fuzz.md tells what to do then.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd) && cd "$root" || exit 1
. .mvn/find-jdk || exit 1
code=0
log=$(mktemp) && trap 'rm -f "$log"' EXIT
for file in $(find . -name '*FuzzTest.java' -path '*/src/test/java/*' | sort); do
	class=$(basename "$file" .java)
	[ $# -eq 0 ] || [[ " $* " == *" $class "* ]] || continue
	module=${file%%/src/*}
	# Jazzer fuzzes one target a process.
	for method in $(sed -n '/@FuzzTest/{n;s/^ *void \([A-Za-z0-9]*\)(.*/\1/p}' "$file"); do
		JAZZER_FUZZ=1 mvn --offline --batch-mode package -pl "$module" -am -Dtest="$class#$method" \
			-Dsurefire.failIfNoSpecifiedTests=false -Djazzer.hooks=true \
			'-Djazzer.instrumentation_includes=org.wyrm.**' >"$log" 2>&1
		ended=$?
		runs=$(grep -ao 'Done [0-9]* runs in [0-9]* second(s)' "$log" | tail -n 1)
		if [ "$ended" -eq 0 ] && [ -n "$runs" ]; then
			echo "fuzz: $class.$method: $runs, nothing found"
		else
			code=1
			echo "fuzz: $class.$method: FAILED ${runs:+($runs)}"
			tail -n 60 "$log"
		fi
	done
done
exit "$code"
