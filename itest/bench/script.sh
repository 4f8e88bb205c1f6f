#!/usr/bin/env bash
# script.sh: scripts beside drgn's: how long the first value takes, whole processes, and how fast they go on.
#
#   ./script.sh [--runs N] [--count=N] [--assert] [--kernel KERNEL] [WYRM]
#
#   --count=N  how often each loop goes round [1000000]
#   --assert   end with status 4 when wyrm takes more than 0.7 of drgn's wall time to the
#              first value
#
# Both print init_task.comm of the lab's kaslr256: wyrm by -e, from the dump alone, drgn
# by its own -e, with vmlinux. Then script.groovy and script.drgn.py run the same loops:
# each says how many it does in a second, and what it found, which is to be the same.
count=1000000
own_option() {
	case $1 in
	--count=*) count=${1#*=} ;;
	--assert) limit=(--limit 0.7) ;;
	*) return 1 ;;
	esac
}
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
use_dumps vmcore.elf
mine='println "{\"comm\":\"${prog["init_task"].comm}\"}"'
its='print("{\"comm\":\"%s\"}" % prog["init_task"].comm.string_().decode())'
compare 'first value' --key comm \
	--program wyrm "'$wyrm' -c '{dump}' -e '$mine'" \
	--program drgn "drgn -q -c '{dump}' -s '$VMLINUX' -e '$its'"
ours=$("$wyrm" -c "${dumps[0]}" script "$here/script.groovy" "$count")
theirs=$("${run[@]}" "$python" "$here/script.drgn.py" "${dumps[0]}" "$VMLINUX" "$count")
echo "| loop | wyrm /s | drgn /s | ratio | found |"
echo "|---|---|---|---|---|"
join <(sort <<<"$ours") <(sort <<<"$theirs") | while read -r name mine found other same; do
	[ "$found" = "$same" ] || die "$name: wyrm found $found, drgn $same"
	awk -v n="$name" -v m="$mine" -v o="$other" -v f="$found" 'BEGIN { printf "| %s | %d | %d | %.1f | %s |\n", n, m, o, m / o, f }'
done
