#!/usr/bin/env bash
# ensure.sh: see to it that the lab's dumps are there, and say where.
#
#   LAB_DIR=... ./ensure.sh [--list] [--force] [--kernel KERNEL]... [WHAT...]
#
#   WHAT        quick, all [default], extra, or names of dumps
#   --kernel    6.1 [default], 6.12, 5.10, or all three
#   --list      make nothing: say what is there
#   --force     make the dumps anew, also those that are there
#   --names     print the dumps of each kernel with their options, and end
#
# For each dump file a line on stdout: KERNEL, NAME, FILE, FACTS folder, with a
# tab between them. What exists is kept; as root, what is not installed (QEMU
# and such) is installed. Progress goes to stderr, all that a step says to
# $LAB_DIR/log/. Only one run makes dumps at a time; another one waits for it.
#
# What cannot be had here (no root, no network, a package gone) is a line
# "SKIP what: reason" on stderr, what broke one "FAIL what: reason".
# Exit status: 0 all there; 3 something was skipped; 1 something failed.
. "$(dirname "$0")/common.sh"
exec </dev/null

packages=(qemu-system-x86 busybox-static makedumpfile cpio kmod e2fsprogs xfsprogs btrfs-progs
	gcc libc6-dev binutils xz-utils zstd time debootstrap debian-archive-keyring)
trixie= # set when the Debian 13 tree can be used
[ "$EUID" -ne 0 ] || [ ! -e "$TRIXIE/usr/bin/drgn" ] || trixie=1
commands="qemu-system-x86_64 busybox makedumpfile cpio modprobe mkfs.ext4 gcc strip readelf xz"
quick="kaslr256 panic256 mini80-panic"
extra="qemu10-256"
all_names() { # of the kernel at hand
	case $KERNEL in
	6.1) echo kaslr256 nokaslr256 panic256 la57-256 kaslr512 kdump512 mini80-panic nmi256 irq256 stuck256 bpf256 dm256 ;;
	6.12) echo kaslr256 panic256 la57-256 kdump512 mini80-panic irq256 stuck256 bpf256 dm256 ;;
	*) echo kaslr256 panic256 mini80-panic stuck256 bpf256 dm256 ;;
	esac
}
options() { # NAME: its options in $opts, the dump to convert in $from, its forms in $forms
	from=vmcore.elf forms="d31.zlib d0.zlib d31.elf"
	case $1 in
	kaslr256) # a running guest; of the first kernel in every form
		opts=(formats="elf elf-paging kdump-zlib")
		[ "$KERNEL" != 6.1 ] || forms+=" d31.lzo d31.raw d31.flat${trixie:+ d31.zstd}"
		;;
	nokaslr256) opts=(kaslr=off formats="elf elf-paging") ;;
	panic256) opts=(action=panic formats="elf kdump-zlib") ;; # crashed by sysrq-c
	la57-256) opts=(cpu=max formats="elf elf-paging") ;;      # 5-level page tables
	kaslr512) opts=(mem=512) ;;
	kdump512) opts=(action=kdump mem=512) from=vmcore.kexec ;; # a real /proc/vmcore
	nmi256) opts=(action=nmi profile=mini) ;;                  # crashed by an NMI, on a stack of its own
	irq256) opts=(action=sysrq profile=mini append="irqaffinity=0 isolcpus=0") ;; # crashed in an interrupt of an idle CPU
	bpf256) opts=(disk=bpf) forms="" ;; # BPF of all kinds, and what bpftool says of it
	dm256) opts=(disk=dm,net) forms="" ;; # device-mapper of many kinds, an ext4 that waits for its journal, a packet filter, sockets with timers
	mini80-panic) opts=(mem=80 profile=mini action=panic) ;;   # the smallest guest
	stuck256) opts=(action=stuck) forms=d31.zlib ;;            # a running guest with requests under way for ever
	qemu10-256) opts=(formats="elf kdump-raw-zlib" qemu="trixie.sh qemu-system-x86_64") ;;
	*) die "unknown dump $1 (--names tells them)" ;;
	esac
}

list="" force="" kernels="" words=()
while [ $# -gt 0 ]; do
	case $1 in
	--list) list=1 ;;
	--force) force=1 ;;
	--names) for KERNEL in $KERNELS; do for n in $(all_names) $extra; do options "$n"; echo "$KERNEL $n ${opts[*]}"; done; done; exit ;;
	--kernel)
		case ${2:-} in
		all) kernels=$KERNELS ;;
		*) use_kernel "${2:-}" && kernels+=" $2" ;;
		esac
		shift
		;;
	-h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
	-*) die "unknown option $1" ;;
	quick | all | extra) words+=("$1") ;;
	*) options "$1"; words+=("$1") ;;
	esac
	shift
done
kernels=${kernels:-6.1}
[ ${#words[@]} -gt 0 ] || words=(all)

rc=0
skip() { say "SKIP $1: $2"; [ $rc = 1 ] || rc=3; }
fail() { say "FAIL $1: $2"; rc=1; }
logs=$LAB_DIR/log
mkdir -p "$logs"
# step LABEL COMMAND...: run it with what it says in a log; one line here. Its
# status: 3 when it cannot be had here; $why has the last line then.
step() {
	local label=$1 log=$logs/${1//[^A-Za-z0-9.-]/-}.log t0=$EPOCHREALTIME status=0
	shift
	("$@") >"$log" 2>&1 9>&- || status=$?
	why=$(tail -n 1 "$log")
	if [ $status = 0 ]; then
		say "$label: $(seconds_since "$t0") s"
	elif [ $status != 3 ]; then
		tail -n 15 "$log" >&2
		why="status $status; the whole of what it said: $log"
	fi
	return $status
}
# tell STATUS WHAT: the line for a step that ended so.
tell() { if [ "$1" = 3 ]; then skip "$2" "$why"; else fail "$2" "$why"; fi; }

missing() { # the commands that are not there, and static busybox's package
	local c
	for c in $commands; do command -v "$c" >/dev/null || printf '%s ' "$c"; done
	! command -v busybox >/dev/null || ! ldd "$(command -v busybox)" >/dev/null 2>&1 || printf 'busybox-static '
}
# shellcheck disable=SC2317 # called by step
install_packages() {
	apt-get -q -o DPkg::Lock::Timeout=300 update || unavailable "apt-get update failed"
	DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
		install -y --no-install-recommends "${packages[@]}" || unavailable "apt-get install failed"
}
tools() { # once: what the lab runs; sets $no_tools to the reason when that cannot be
	[ -z "${tools_done:-}" ] || return 0
	tools_done=1 no_tools=
	if [ -n "$(missing)" ] && [ "$EUID" -eq 0 ] && command -v apt-get >/dev/null; then
		step "apt-get install" install_packages || true
	fi
	[ -z "$(missing)" ] || no_tools="not installed: $(missing)(apt-get install them as root)"
	# The Debian 13 tree: makedumpfile with zstd, the newer QEMU, drgn for the bench.
	if [ -z "$trixie" ] && [ "$EUID" -eq 0 ]; then
		if step "trixie --setup" "$SCRIPTS/trixie.sh" --setup; then
			trixie=1
		else
			say "no Debian 13 tree: $why"
		fi
	fi
	if [ -n "$trixie" ] && [ -z "${MAKEDUMPFILE:-}" ]; then export MAKEDUMPFILE="trixie.sh makedumpfile"; fi
}
kernel_ready() { # once a kernel: it and its initramfs; sets $no_kernel to what to tell
	local f profile
	[ "${ready_for:-}" != "$KERNEL" ] || return 0
	ready_for=$KERNEL no_kernel=
	if [ -z "$VERSION" ] || [ ! -e "$KDIR/linux-image-$VERSION-dbg.done" ]; then
		step "kernel $KERNEL" "$SCRIPTS/get-kernel.sh" || { no_kernel=$?; return 0; }
		use_kernel "$KERNEL"
	fi
	for f in "$SCRIPTS"/guest/* "$SCRIPTS"/{build-initramfs,common}.sh; do
		for profile in $PROFILES; do
			[ "$CACHE/wyrm-$VERSION-$profile.cpio" -nt "$f" ] && continue
			step "initramfs $KERNEL" "$SCRIPTS/build-initramfs.sh" || no_kernel=$?
			return 0
		done
	done
}

booted() { # NAME: its dumps are of this lab, this kernel's line and these options
	local made=$OUT/$1/made.txt
	[ -e "$made" ] && [ "$(sed -n 3p "$made")" = "lab $LAB_VERSION" ] &&
		[[ $(sed -n 1p "$made") = "$KERNEL."*" ${opts[*]}" ]]
}
converted() { # NAME
	local form
	[ -e "$OUT/$1/converted.txt" ] || return
	for form in $forms; do [ -e "$OUT/$1/mdf.$form" ] || return; done
}
show() { # NAME
	local file
	for file in "$OUT/$1"/vmcore.* "$OUT/$1"/mdf.*; do
		case $file in *\** | *.new | *.fixed) continue ;; esac
		printf '%s\t%s\t%s\t%s\n' "$KERNEL" "$1" "$file" "$OUT/$1/facts"
	done
}
can_filter() { # this machine's makedumpfile knows the kernel's page types
	[ "$KERNEL" = 6.12 ] || return 0
	printf '1.7.6\n%s\n' "$(makedumpfile -v 2>&1 | sed -n '1s/.*version \([0-9.]*\).*/\1/p')" | sort -CV
}
boot() { step "$KERNEL $1" "$SCRIPTS/boot-and-dump.sh" "$1" "${opts[@]}"; } # NAME
make() { # NAME: boot it and convert its dump
	local what="$KERNEL $1" free
	tools
	options "$1" # the forms may depend on the tools
	[ -z "$no_tools" ] || { skip "$what" "$no_tools"; return 1; }
	free=$(df -Pk "$LAB_DIR" | awk 'NR == 2 { print int($4 / 1024) }')
	[ "$free" -gt 4000 ] || { skip "$what" "only $free MB free in $LAB_DIR"; return 1; }
	case "${opts[*]}" in *trixie.sh* | *disk=*)
		[ -n "$trixie" ] || { skip "$what" "it needs the Debian 13 tree, so root and debootstrap"; return 1; } ;;
	esac
	kernel_ready
	[ -z "$no_kernel" ] || { tell "$no_kernel" "$what"; return 1; }
	case "${opts[*]}" in
	*disk=bpf*)
		if [ ! "$COMMON/disks/bpf.img" -nt "$SCRIPTS/guest/labbpf.c" ]; then
			step "bpf disk" "$SCRIPTS/build-bpf-disk.sh" || { tell $? "$what"; return 1; }
		fi
		;;
	*disk=dm*)
		if [ ! "$CACHE/dm.img" -nt "$SCRIPTS/guest/dm.sh" ]; then
			step "$KERNEL dm disk" "$SCRIPTS/build-dm-disk.sh" || { tell $? "$what"; return 1; }
		fi
		for f in "$SCRIPTS"/guest/{net.sh,rules.nft,labnet.c} "$SCRIPTS"/{build-net-disk,common}.sh; do
			[ "$CACHE/net.img" -nt "$f" ] && continue
			step "$KERNEL net disk" "$SCRIPTS/build-net-disk.sh" || { tell $? "$what"; return 1; }
			break
		done
		;;
	esac
	if [ -n "$force" ] || ! booted "$1"; then
		# A guest under TCG can hang, once in some twenty boots: twice more, then.
		boot "$1" || boot "$1" || boot "$1" || { tell $? "$what"; return 1; }
	elif converted "$1"; then
		return 0 # another run made it meanwhile
	fi
	if [ -z "${MAKEDUMPFILE:-}" ] && ! can_filter; then
		skip "$what convert" "makedumpfile before 1.7.6 leaves out this kernel's slabs; as root, the Debian 13 tree has one"
		return 0
	fi
	# shellcheck disable=SC2086 # the words of $forms
	step "$what convert" "$SCRIPTS/convert.sh" "$1" $from $forms || tell $? "$what convert"
}

[ -n "$list" ] || exec 9>"$LAB_DIR/lock"
for KERNEL in $kernels; do
	use_kernel "$KERNEL"
	export KERNEL
	names=
	for word in "${words[@]}"; do
		case $word in
		quick) names+=" $quick" ;;
		all) names+=" $(all_names)" ;;
		extra) names+=" $extra" ;;
		*) names+=" $word" ;;
		esac
	done
	for name in $names; do
		options "$name"
		if booted "$name" && converted "$name" && [ -z "$force" ]; then
			show "$name"
		elif [ -n "$list" ] && booted "$name"; then
			show "$name"
			skip "$KERNEL $name convert" "not made yet: $SCRIPTS/ensure.sh --kernel $KERNEL $name"
		elif [ -n "$list" ]; then
			skip "$KERNEL $name" "not made yet: $SCRIPTS/ensure.sh --kernel $KERNEL $name"
		else
			flock -n 9 || { say "waiting for another run of the lab"; flock 9; }
			if make "$name"; then show "$name"; fi
		fi
	done
done
exit $rc
