# shellcheck shell=bash disable=SC2034 # the scripts use what is set here
# Sourced by the lab's scripts: where things are, and a few words they share.
#
#   LAB_DIR   the lab's folder; one cache for all kernels
#   KERNEL    6.1 (default), 6.12 or 5.10: the Debian release's kernel
#   KVER      one exact kernel of that line; unset, the one that the lab holds,
#             else the archive's current one
#   MIRROR    a Debian mirror other than the one that this machine's apt uses
#
# A script ends with status 3 when something cannot be had here (no root, no
# network, a package gone from the archive), and with 1 when a step broke.
set -euo pipefail
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB_DIR=${LAB_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kernel-lab}
mkdir -p "$LAB_DIR" && LAB_DIR=$(cd "$LAB_DIR" && pwd)
COMMON=$LAB_DIR/cache # what all kernels share: disk images, the Debian 13 tree
TRIXIE=$COMMON/trixie
PATH=$PATH:/usr/sbin:/sbin # modprobe, mkfs.*: not on Debian's PATH for users

# A dump made by another version of the guest is made again: raise this when
# guest/ or the kernel's command line changes what a dump or its facts hold.
LAB_VERSION=2

KERNELS="6.1 6.12 5.10"
# use_kernel KERNEL: point at that kernel's part of the lab.
use_kernel() {
	local k
	KERNEL=$1
	case $KERNEL in
	5.10) SUITE=bullseye ;;
	6.1) SUITE=bookworm ;;
	6.12) SUITE=trixie ;;
	*) die "no kernel $KERNEL: one of $KERNELS" ;;
	esac
	HOME_DIR=$LAB_DIR # the first kernel's folders are the lab's own
	[ "$KERNEL" = 6.1 ] || HOME_DIR=$LAB_DIR/k$KERNEL
	CACHE=$HOME_DIR/cache OUT=$HOME_DIR/out
	mkdir -p "$COMMON" "$CACHE" "$OUT"
	use_kver "${KVER:-}"
	[ -z "$VERSION" ] || return 0
	for k in "$CACHE/kernel-$KERNEL."*; do
		[ ! -e "$k/linux-image-${k##*/kernel-}.done" ] || use_kver "${k##*/kernel-}"
	done
}
# use_kver VERSION: that exact kernel; empty while none is known.
use_kver() {
	VERSION=$1
	KDIR=$CACHE/kernel-$VERSION
	VMLINUZ=$KDIR/boot/vmlinuz-$VERSION
	DEBUG=$KDIR/usr/lib/debug
	VMLINUX=$DEBUG/boot/vmlinux-$VERSION
	MODULES=$KDIR/lib/modules/$VERSION
}

# The guest's modules by profile, in the order to load them: "FILE profile...".
# A profile's module that this kernel has built in, or lacks, is left out.
PROFILES=${PROFILES:-mini full}
MODULES_mini="qemu_fw_cfg virtio_pci virtio_blk pvpanic_pci"
MODULES_full="$MODULES_mini ext4 loop brd lzo-rle zram xfs btrfs overlay veth dummy virtio_net"
MODULES_net="nf_tables nfnetlink_hook nft_ct nft_counter nft_objref nft_masq nft_limit nft_chain_nat nft_reject_inet iptable_filter iptable_nat ip6table_filter
	xt_tcpudp sch_tbf inet_diag tcp_diag dummy" # on the second disk of dm256
MODULES_live="$MODULES_mini virtio_net virtiofs overlay" # of live-guest.sh
MODULES_dm="dm-mod dm-zero dm-crypt xts dm-snapshot dm-thin-pool" # on the disk of dm256, which also has those of full
guest_modules() {
	local profile mod ko names
	local -A in=()
	local -a order=()
	for profile in $PROFILES; do
		names=MODULES_$profile
		for mod in ${!names}; do
			while read -r ko; do
				[ -n "${in[$ko]:-}" ] || order+=("$ko")
				case " ${in[$ko]:-} " in *" $profile "*) ;; *) in[$ko]="${in[$ko]:-} $profile" ;; esac
			done < <(modprobe -d "$KDIR" -S "$VERSION" --show-depends "$mod" 2>/dev/null |
				awk '$1 == "insmod" { print $2 }')
		done
	done
	for ko in "${order[@]}"; do printf '%s%s\n' "$ko" "${in[$ko]}"; done
}

# plain_module FILE FOLDER: a copy of a module, not packed: busybox's insmod takes no other.
plain_module() {
	local name=${1##*/}
	case $name in
	*.xz) xz -dc "$1" >"$2/${name%.xz}" ;;
	*.zst) zstd -qdc "$1" >"$2/${name%.zst}" ;;
	*) cp "$1" "$2/" ;;
	esac
}

# debian_mirror PART: where this machine's apt gets Debian (PART debian) or its
# security updates (PART debian-security) from; nothing if it has no such source.
debian_mirror() {
	if [ -n "${MIRROR:-}" ]; then
		[ "$1" != debian ] || printf '%s\n' "$MIRROR"
		return
	fi
	# shellcheck disable=SC2016 # apt's own words
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
		awk -v part="/$1/\$" '$0 ~ part && !n++'
}

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }
unavailable() { say "$*"; exit 3; }
need() {
	local c
	for c; do command -v "$c" >/dev/null || unavailable "$c is not installed (as root, ensure.sh installs what the lab needs)"; done
}
seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }
# timed LABEL COMMAND...: run it, append "LABEL seconds" to the lab's time log.
timed() {
	local label=$1 t0=$EPOCHREALTIME rc=0
	shift
	"$@" || rc=$?
	printf '%s\t%s s\n' "$label" "$(seconds_since "$t0")" | tee -a "$LAB_DIR/times.tsv" >&2
	return $rc
}

use_kernel "${KERNEL:-6.1}"
