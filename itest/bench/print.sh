#!/usr/bin/env bash
# print.sh: `wyrm print` beside drgn, whole processes: a whole structure, with symbols and strings.
#
#   ./print.sh [--runs N] [--assert] [--fresh] [--files] [--kernel KERNEL] [WYRM]
#
#   WYRM       the start script of a built distribution
#              [distribution/target/wyrm/bin/wyrm]
#   --runs     runs of each program [10]
#   --assert   end with status 4 when wyrm takes more than 0.6 of drgn's wall time
#              or peak RSS
#   --fresh    give wyrm an empty home folder for every run
#   --files    give wyrm the kernel's vmlinux, too; else it has the dump and nothing else
#
# Both write out init_task, of some 700 lines: wyrm as JSON, drgn by str(). Its type and
# address must be the same. The dump is the lab's kaslr256 (QEMU's ELF file). common.sh
# tells where they run.
files=''
own_option() {
	case $1 in
	--assert) limit=(--limit 0.6 --rss-limit 0.6) ;;
	--files) files=1 ;;
	*) return 1 ;;
	esac
}
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
use_dumps vmcore.elf
compare "print init_task" --key expression --key type --key address \
	--program wyrm "'$wyrm' -c '{dump}' ${files:+-s '$VMLINUX'} print init_task --format jsonl" \
	--program drgn "'$python' '$here/print.drgn.py' init_task '{dump}' '$VMLINUX'"
