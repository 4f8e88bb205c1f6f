#!/usr/bin/env bash
# build-dm-disk.sh: the disk of the dump dm256: guest/dm.sh, the kernel's modules of device-mapper, and dmsetup of
# Debian 13 with the libraries that it needs.
#
#   LAB_DIR=... KERNEL=6.12 ./build-dm-disk.sh
#
# Needs the Debian 13 tree (trixie.sh --setup), so root; leaves cache/dm.img of the kernel.
. "$(dirname "$0")/common.sh"
need mkfs.ext4 modprobe
[ -e "$TRIXIE/usr/bin/drgn" ] || unavailable "no Debian 13 tree: run trixie.sh --setup"
image=$CACHE/dm.img
if [ ! -e "$TRIXIE/usr/sbin/dmsetup" ]; then
	DEBIAN_FRONTEND=noninteractive chroot "$TRIXIE" apt-get -qq -o Dpkg::Use-Pty=0 \
		install -y --no-install-recommends dmsetup || unavailable "apt-get install dmsetup in the Debian 13 tree failed"
fi
seed=$CACHE/dm.d
rm -rf "$seed"
mkdir -p "$seed"/{lib,modules,files}
trap 'rm -rf "$seed" "$image.new"' EXIT
cp "$SCRIPTS/guest/dm.sh" "$seed/setup"
cp "$TRIXIE/usr/sbin/dmsetup" "$seed/dmsetup"
# "libc.so.6 => /lib/... (0x...)", and the loader without an arrow.
chroot "$TRIXIE" ldd /usr/sbin/dmsetup | grep -o '/[^ ]*' | sort -u | while read -r library; do
	cp -L "$TRIXIE$library" "$seed/lib/"
done
PROFILES=dm guest_modules | while read -r ko _; do
	name=${ko##*/}
	plain_module "$ko" "$seed/modules"
	name=${name%.xz}
	echo "${name%.zst}" >>"$seed/modules/$VERSION"
done
for i in $(seq 40); do echo "LAB ext4 file $i" >"$seed/files/file$i"; done
truncate -s 8M "$seed/lab.img"
mkfs.ext4 -q -F -L LABDM -d "$seed/files" "$seed/lab.img"
rm -rf "$seed/files"
rm -f "$image.new"
truncate -s 48M "$image.new"
mkfs.ext4 -q -F -O ^has_journal -L LABDMDISK -d "$seed" "$image.new" # one without a journal
mv "$image.new" "$image"
