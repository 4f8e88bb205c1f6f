#!/usr/bin/env bash
# search.sh: `wyrm search` beside drgn, whole processes, on a dump of 256 MiB.
#
#   ./search.sh [--runs N] [--assert] [--kernel KERNEL] [--forms FORMS] [WYRM]
#
#   WYRM       the start script of a built distribution
#              [distribution/target/wyrm/bin/wyrm]
#   --runs     runs of each program [10]
#   --forms    other dumps of that guest with all its memory: mdf.d0.zlib
#   --assert   end with status 4 when wyrm takes longer than drgn
#
# They search physical memory for bytes and for a number of 8 bytes. drgn before 0.0.33
# has no search: then its program reads with drgn and searches in Python, as its users
# do. common.sh tells where they run. decoders.sh Search tells the rate
# without the start of the process.
assert=''
own_option() {
	[ "$1" = --assert ] && assert=1
}
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
use_dumps vmcore.elf
[ -z "$assert" ] || limit=(--limit 1)
search() {
	compare "search, $1" --key physical_address \
		--program wyrm "'$wyrm' -c '{dump}' search -p $2 --format jsonl" \
		--program drgn "'$python' '$here/search.drgn.py' $1 '{dump}'"
}
search bytes "-c 'Linux version'"
search number "0xdead000000000100"
