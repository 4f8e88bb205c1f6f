#!/usr/bin/env bash
# build-bpf-disk.sh: the disk of the dump bpf256: guest/labbpf.c, compiled, and
# bpftool of Debian 13 with the libraries that it needs.
#
#   LAB_DIR=... ./build-bpf-disk.sh
#
# Needs the Debian 13 tree (trixie.sh --setup), so root; leaves cache/disks/bpf.img.
. "$(dirname "$0")/common.sh"
need gcc strip mkfs.ext4
[ -e "$TRIXIE/usr/bin/drgn" ] || unavailable "no Debian 13 tree: run trixie.sh --setup"
image=$COMMON/disks/bpf.img
if [ ! -e "$TRIXIE/usr/sbin/bpftool" ]; then
	DEBIAN_FRONTEND=noninteractive chroot "$TRIXIE" apt-get -qq -o Dpkg::Use-Pty=0 \
		install -y --no-install-recommends bpftool || unavailable "apt-get install bpftool in the Debian 13 tree failed"
fi
seed=$COMMON/bpf.d
rm -rf "$seed"
mkdir -p "$seed/lib"
trap 'rm -rf "$seed" "$image.new"' EXIT
gcc -static -O1 -Wall "$SCRIPTS/guest/labbpf.c" -o "$seed/labbpf"
strip "$seed/labbpf"
cp "$TRIXIE/usr/sbin/bpftool" "$seed/bpftool"
# "libelf.so.1 => /lib/... (0x...)", and the loader without an arrow.
chroot "$TRIXIE" ldd /usr/sbin/bpftool | grep -o '/[^ ]*' | sort -u | while read -r library; do
	cp -L "$TRIXIE$library" "$seed/lib/"
done
mkdir -p "$COMMON/disks"
rm -f "$image.new"
truncate -s 32M "$image.new"
mkfs.ext4 -q -F -L LABBPF -d "$seed" "$image.new"
mv "$image.new" "$image"
