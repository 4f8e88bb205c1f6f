#!/usr/bin/env bash
# build-net-disk.sh: the second disk of the dump dm256: guest/net.sh and its rules, guest/labnet.c, compiled, the kernel's
# modules of netfilter, and nft, iptables, ss and tc of Debian 13 with the libraries that they need.
#
#   LAB_DIR=... KERNEL=6.12 ./build-net-disk.sh
#
# Needs the Debian 13 tree (trixie.sh --setup), so root; leaves cache/net.img of the kernel.
. "$(dirname "$0")/common.sh"
need gcc strip mkfs.ext4 modprobe
[ -e "$TRIXIE/usr/bin/drgn" ] || unavailable "no Debian 13 tree: run trixie.sh --setup"
image=$CACHE/net.img
tools="/usr/sbin/nft /usr/sbin/xtables-legacy-multi /usr/bin/ss /usr/sbin/tc"
for tool in $tools; do
	[ -e "$TRIXIE$tool" ] || DEBIAN_FRONTEND=noninteractive chroot "$TRIXIE" apt-get -qq -o Dpkg::Use-Pty=0 \
		install -y --no-install-recommends nftables iptables iproute2 ||
		unavailable "apt-get install of nftables, iptables and iproute2 in the Debian 13 tree failed"
done
seed=$CACHE/net.d
rm -rf "$seed"
mkdir -p "$seed"/{lib,modules,xtables}
trap 'rm -rf "$seed" "$image.new"' EXIT
cp "$SCRIPTS/guest/net.sh" "$seed/setup"
cp "$SCRIPTS/guest/rules.nft" "$seed/"
gcc -static -O1 -Wall "$SCRIPTS/guest/labnet.c" -o "$seed/labnet"
strip "$seed/labnet"
for tool in $tools; do
	cp -L "$TRIXIE$tool" "$seed/"
	# "libc.so.6 => /lib/... (0x...)", and the loader without an arrow.
	chroot "$TRIXIE" ldd "$tool" | grep -o '/[^ ]*' | sort -u | while read -r library; do
		cp -L "$TRIXIE$library" "$seed/lib/"
	done
done
cp "$TRIXIE"/usr/lib/x86_64-linux-gnu/xtables/libxt_{tcp,udp,standard}.so "$seed/xtables/"
PROFILES=net guest_modules | while read -r ko _; do
	name=${ko##*/}
	plain_module "$ko" "$seed/modules"
	name=${name%.xz}
	echo "${name%.zst}" >>"$seed/modules/$VERSION"
done
rm -f "$image.new"
truncate -s 48M "$image.new"
mkfs.ext4 -q -F -O ^has_journal -L LABNET -d "$seed" "$image.new" # one without a journal
mv "$image.new" "$image"
