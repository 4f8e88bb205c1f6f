#!/usr/bin/env bash
# trixie.sh: newer tools than Debian 12's, from a Debian 13 tree in the cache.
#
#   LAB_DIR=... ./trixie.sh --setup               make the tree
#   LAB_DIR=... ./trixie.sh COMMAND [ARG...]      run a command in it
#   LAB_DIR=... BIND=FOLDER:FOLDER ./trixie.sh COMMAND [ARG...]
#
# Needs root. The command sees $LAB_DIR, and the folders in BIND, at their own
# paths, in a mount namespace of its own, so nothing stays mounted; it runs in
# the folder where trixie.sh was called if that is one of them. The tree has
# QEMU 10, makedumpfile 1.7.6 (zstd), crash 8.0.6, drgn 0.0.31, gdb and time.
. "$(dirname "$0")/common.sh"
[ "$EUID" -eq 0 ] || unavailable "the Debian 13 tree needs root"
packages="qemu-system-x86 makedumpfile crash python3-drgn gdb time zstd"
if [ "${1:-}" = --setup ]; then
	[ ! -e "$TRIXIE/usr/bin/drgn" ] || exit 0
	need debootstrap unshare
	if [ ! -e "$TRIXIE" ]; then
		mirror=$(debian_mirror debian)
		[ -n "$mirror" ] || unavailable "apt knows no Debian mirror here: run apt-get update, or set MIRROR"
		rm -rf --one-file-system "$TRIXIE.new" # an interrupted run's
		timed "debootstrap trixie" unshare --mount --propagation private \
			debootstrap --variant=minbase trixie "$TRIXIE.new" "$mirror" >"$COMMON/debootstrap.log" 2>&1 ||
			{ tail -n 3 "$COMMON/debootstrap.log" >&2; unavailable "debootstrap trixie failed"; }
		mv "$TRIXIE.new" "$TRIXIE"
	fi
	chroot "$TRIXIE" apt-get -qq update || unavailable "apt-get update in the Debian 13 tree failed"
	# shellcheck disable=SC2086 # the words of $packages
	timed "trixie packages" chroot "$TRIXIE" env DEBIAN_FRONTEND=noninteractive apt-get -qq \
		-o Dpkg::Use-Pty=0 install -y --no-install-recommends $packages >"$COMMON/trixie-install.log" 2>&1 ||
		{ tail -n 3 "$COMMON/trixie-install.log" >&2; unavailable "apt-get install in the Debian 13 tree failed"; }
	chroot "$TRIXIE" apt-get clean
	exit
fi
[ -e "$TRIXIE" ] || unavailable "no Debian 13 tree: run trixie.sh --setup"
export TRIXIE BIND="$LAB_DIR:${BIND:-}" CWD=$PWD
# shellcheck disable=SC2016 # expanded by sh
exec unshare --mount --propagation private sh -c '
	IFS=:
	for folder in $BIND; do
		mkdir -p "$TRIXIE$folder" && mount --bind "$folder" "$TRIXIE$folder" || exit
	done
	mount --bind /proc "$TRIXIE/proc" && mount --bind /dev "$TRIXIE/dev" || exit
	cd "$TRIXIE$CWD" 2>/dev/null && CWD=$CWD || CWD=/
	exec chroot "$TRIXIE" /usr/bin/env -C "$CWD" "$@"' sh "$@"
