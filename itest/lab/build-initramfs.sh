#!/usr/bin/env bash
# build-initramfs.sh: the lab guest's initramfs and disk images.
#
#   LAB_DIR=... KERNEL=6.12 ./build-initramfs.sh
#
# Needs a C compiler with static libc, busybox-static, kmod, cpio, e2fsprogs;
# xfsprogs and btrfs-progs if there, for disks of those kinds. No root needed.
# Makes cache/wyrm-VERSION-{full,mini}.cpio, and disks/ that all kernels share.
. "$(dirname "$0")/common.sh"
need gcc strip busybox modprobe cpio mkfs.ext4
[ -e "$MODULES/modules.dep" ] || die "run get-kernel.sh first"

work=$CACHE/initramfs.d
rm -rf "$work"
mkdir -p "$work"/{bin,modules,proc,sys,dev,run,tmp,mnt}
trap 'rm -rf "$work"' EXIT

timed "compile labstate" gcc -static -g -O1 -Wall -pthread "$SCRIPTS/guest/labstate.c" -o "$COMMON/labstate"
cp "$COMMON/labstate" "$work/bin/labstate"
strip "$work/bin/labstate" # symbols for user-space stacks stay in cache/labstate
cp "$(command -v busybox)" "$work/bin/busybox"
ln -s busybox "$work/bin/sh"
install -m 755 "$SCRIPTS/guest/init" "$work/init"

pack() { # PROFILE: with no module that it does not load
	local image=$CACHE/wyrm-$VERSION-$1.cpio ko profiles name
	rm -f "$work"/modules/*
	while read -r ko profiles; do
		case " $profiles " in *" $1 "*) ;; *) continue ;; esac
		name=${ko##*/}
		plain_module "$ko" "$work/modules"
		name=${name%.xz}
		echo "${name%.zst}" >>"$work/modules/order"
	done < <(guest_modules)
	(cd "$work" && find . -print0 | sort -z | cpio --null -o -H newc --quiet) >"$image.new"
	mv "$image.new" "$image"
	say "$(basename "$image"): $(wc -l <"$work/modules/order") modules, $(du -h "$image" | cut -f1)"
}
for profile in $PROFILES; do pack "$profile"; done

# Disks. mkfs.ext4 -d fills an image from a folder, without root.
disks=$COMMON/disks
mkdir -p "$disks"
if [ ! -e "$disks/ext4.img" ]; then
	seed=$COMMON/ext4.d
	rm -rf "$seed"
	mkdir -p "$seed/many"
	for i in $(seq 100); do echo "LAB ext4 file $i" >"$seed/many/file$i"; done
	truncate -s 4M "$seed/loop.img" "$seed/freeze.img"
	mkfs.ext4 -q -F "$seed/loop.img"
	mkfs.ext4 -q -F "$seed/freeze.img"
	truncate -s 48M "$disks/ext4.img.new"
	mkfs.ext4 -q -F -L LABEXT4 -d "$seed" "$disks/ext4.img.new"
	mv "$disks/ext4.img.new" "$disks/ext4.img"
	rm -rf "$seed"
fi
disk() { # NAME SIZE MKFS...: an image that MKFS makes, if it is installed
	local image=$disks/$1.img size=$2
	shift 2
	[ ! -e "$image" ] && command -v "$1" >/dev/null || return 0
	rm -f "$image.new" && truncate -s "$size" "$image.new"
	"$@" "$image.new" >/dev/null
	mv "$image.new" "$image"
}
disk xfs 320M mkfs.xfs -q -f -L LABXFS
disk btrfs 128M mkfs.btrfs -q -f -L LABBTRFS
disk swap 32M mkswap
