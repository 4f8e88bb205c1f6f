#!/usr/bin/env bash
# peers.sh: see to it that what the tests compare wyrm with is here.
#
#   LAB_DIR=... ./peers.sh
#
# As root, Debian's packages that lack are installed: compilers of DWARF and tools
# that read it, a browser for the pages that wyrm writes, and
# sudo, by which it reads a running kernel. The debug files of all modules of the first kernel are unpacked
# (get-kernel.sh --all-debug, 1.2 GB), since some tests go through all of them. Then
# all dumps of the lab are made that are not there (ensure.sh).
# ./check runs it before its tests. What cannot be had is a line "SKIP what: reason"
# on stderr, and the tests that want it say so too. Exit status: 0 all there; 3 not.
. "$(dirname "$0")/common.sh"
exec </dev/null
packages=(binutils chromium clang debuginfod dwarves dwz g++ gcc gcc-12-multilib gcc-powerpc-linux-gnu gcc-s390x-linux-gnu
	gdb llvm sudo tmux) # gcc-multilib itself conflicts with compilers for other machines
lacking=0
skip() {
	echo "SKIP $1: $2" >&2
	lacking=3
}

missing=()
for package in "${packages[@]}"; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
install() {
	apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 \
		install -y --no-install-recommends "${missing[@]}"
}
if [ ${#missing[@]} -gt 0 ]; then
	if [ -n "${WYRM_OFFLINE:-}" ]; then
		skip "packages ${missing[*]}" "WYRM_OFFLINE is set"
	elif [ "$EUID" -ne 0 ]; then
		skip "packages ${missing[*]}" "not root: apt-get install them"
	elif ! timed "apt-get install ${missing[*]}" install >"$LAB_DIR/peers.log" 2>&1; then
		skip "packages ${missing[*]}" "apt-get install failed: $LAB_DIR/peers.log"
	fi
fi
[ -n "${WYRM_OFFLINE:-}" ] || KERNEL=6.1 "$SCRIPTS/get-kernel.sh" --all-debug >>"$LAB_DIR/peers.log" 2>&1 ||
	skip "debug files of all modules of 6.1" "get-kernel.sh --all-debug failed: $LAB_DIR/peers.log"
[ -n "${WYRM_OFFLINE:-}" ] || "$SCRIPTS/ensure.sh" --kernel 6.1 --kernel 6.12 --kernel 5.10 >/dev/null || lacking=3
exit $lacking
