#!/usr/bin/env bash
# bt.sh: `wyrm bt --all` beside drgn, whole processes: the stack of every task.
#
#   ./bt.sh [--runs N] [--assert] [--fresh] [--kernel KERNEL] [--forms FORMS] [WYRM]
#
#   WYRM       the start script of a built distribution
#              [distribution/target/wyrm/bin/wyrm]
#   --forms    other dumps of that guest: "mdf.d31.zlib mdf.d31.lzo mdf.d31.zstd"
#   --runs     runs of each program [10]
#   --assert   end with status 4 when wyrm takes more than 0.3 of drgn's wall time with
#              debug files, 0.25 of it without any, or 0.7 of its peak RSS
#   --fresh    give wyrm an empty home folder for every run: it makes the indexes
#
# drgn has the debug files of the kernel and its modules, by --debug-directory, in both
# tables. In the first wyrm has them too, and the answer is each frame with inlined
# functions, names and lines; in the second it has the dump and nothing else, and the
# answer is where each frame is. The dump is the lab's kaslr256 (QEMU's ELF file).
# common.sh tells where they run.
assert=''
own_option() {
	case $1 in
	--assert) assert=1 ;;
	*) return 1 ;;
	esac
}
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
use_dumps vmcore.elf
drgn=(--program drgn "'$python' '$here/bt.drgn.py' '{dump}' '$DEBUG'")
[ -z "$assert" ] || limit=(--limit 0.3 --rss-limit 0.7)
compare "bt --all" --key pid --key comm --key frames \
	--program wyrm "'$wyrm' -c '{dump}' --debug-directory '$DEBUG' bt --all --format jsonl" "${drgn[@]}"
[ -z "$assert" ] || limit=(--limit 0.25 --rss-limit 0.7)
compare "bt --all, no files for wyrm" --key pid --key comm --key pcs \
	--program wyrm "'$wyrm' -c '{dump}' --no-default-symbols bt --all --format jsonl" "${drgn[@]}"
