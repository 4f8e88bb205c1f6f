#!/usr/bin/env bash
# live-guest.sh: run a shell script as root in a guest, whose kernel may be
# looked at as it runs: /proc/kcore, /proc/kallsyms, dmesg.
#
#   LAB_DIR=... KERNEL=6.12 ./live-guest.sh [option=value...] [--] SCRIPT [ARGUMENT...]
#
#   mem=1024 smp=2 accel=tcg cpu=max,la57=off append=... wait=300   as in boot-and-dump.sh
#   qemu=...  more arguments for QEMU, separated by blanks: -qmp unix:/tmp/q,server,nowait
#   out=DIR   what the script left in /run/out is copied there
#   log=FILE  the whole console; what the script says comes on stdout
#
# The guest's root is this machine's, by virtiofs, with a layer in memory for what
# is written: every program runs in it at its own path, a JDK and wyrm too.
# /run/labstate (guest/labstate.c) is there, to have something to look at. Needs
# root here. The exit status is the script's.
. "$(dirname "$0")/common.sh"
mem=1024 smp=2 accel=tcg cpu=max,la57=off append="" wait=300 qemu="" out="" log=""
while [ $# -gt 0 ]; do
	case $1 in
	mem=* | smp=* | accel=* | cpu=* | append=* | wait=* | qemu=* | out=* | log=*) declare "${1%%=*}=${1#*=}" ;;
	--) shift && break ;;
	*) break ;;
	esac
	shift
done
[ $# -gt 0 ] || die "usage: live-guest.sh [option=value...] [--] SCRIPT [ARGUMENT...]"
need qemu-system-x86_64 unshare
[ "$EUID" -eq 0 ] || unavailable "live-guest.sh needs root, to share this machine's files with the guest"
[ -e "$VMLINUZ" ] || unavailable "no kernel $KERNEL in $LAB_DIR: ensure.sh gets it"
daemon=
for f in /usr/libexec/virtiofsd /usr/lib/qemu/virtiofsd; do [ ! -x "$f" ] || daemon=$f; done
[ -n "$daemon" ] || unavailable "no virtiofsd is installed"

initrd=$CACHE/wyrm-$VERSION-live.cpio
for f in "$SCRIPTS"/guest/* "$SCRIPTS"/{build-initramfs,common}.sh; do
	[ "$initrd" -nt "$f" ] || { PROFILES=live "$SCRIPTS/build-initramfs.sh" >&2; break; }
done

tmp=$(mktemp -d "$CACHE/live.XXXXXX")
pids=()
cleanup() {
	local p
	for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done
	wait 2>/dev/null || true
	rm -rf "$tmp"
}
trap cleanup EXIT
log=${log:-$tmp/console}
: >"$log"

printf '%s\n' "$*" >"$tmp/script"
truncate -s 1M "$tmp/script"
truncate -s 256M "$tmp/out"

# The daemon has a mount namespace of its own, where the root is bound read-only
# and without the file systems mounted inside it.
mkdir "$tmp/root"
if "$daemon" --help 2>&1 | grep -q -- --shared-dir; then
	serve=("$daemon" --socket-path "$tmp/fs.sock" --shared-dir "$tmp/root" --cache always --sandbox none)
else
	serve=("$daemon" "--socket-path=$tmp/fs.sock" -o "source=$tmp/root" -o cache=always -o sandbox=chroot)
fi
# shellcheck disable=SC2016 # that shell's words
unshare --mount --propagation private sh -c '
	mount --bind / "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"' sh \
	"$tmp/root" "${serve[@]}" >"$tmp/fs.log" 2>&1 &
pids+=($!)
for _ in $(seq 50); do [ ! -S "$tmp/fs.sock" ] || break; sleep 0.1; done
[ -S "$tmp/fs.sock" ] || die "virtiofsd: $(cat "$tmp/fs.log")"

[ "$accel" != tcg ] || accel=tcg,thread=multi
read -ra more <<<"$qemu"
# shellcheck disable=SC2054 # the commas are QEMU's
args=(-machine q35 -accel "$accel" -cpu "$cpu" -m "$mem" -smp "$smp" -display none -no-reboot
	-device vmcoreinfo -serial "file:$log" -monitor none -nic none
	-kernel "$VMLINUZ" -initrd "$initrd"
	-append "console=ttyS0 quiet panic=-1 lab.action=live $append"
	-drive "if=none,id=facts,format=raw,file=$tmp/script" -device virtio-blk-pci,drive=facts,serial=facts
	-drive "if=none,id=out,format=raw,file=$tmp/out" -device virtio-blk-pci,drive=out,serial=out
	-object "memory-backend-memfd,id=mem,size=${mem}M,share=on" -numa node,memdev=mem
	-chardev "socket,id=fs,path=$tmp/fs.sock" -device vhost-user-fs-pci,chardev=fs,tag=host "${more[@]}")
SECONDS=0
qemu-system-x86_64 "${args[@]}" </dev/null 2>"$tmp/qemu.log" &
guest=$!
pids+=("$guest")
while kill -0 "$guest" 2>/dev/null && ! grep -q 'LAB-EXIT' "$log"; do
	[ "$SECONDS" -lt "$wait" ] || { say "no end in $wait s"; break; }
	sleep 0.1
done
sed -n '/LAB-LIVE/,/LAB-EXIT/p' "$log" | tr -d '\r' | sed -e '1d' -e '/LAB-EXIT/d'
code=$(sed -n 's/.*LAB-EXIT \([0-9]*\).*/\1/p' "$log" | tail -1)
[ -n "$code" ] || { tail -5 "$log" >&2 && cat "$tmp/qemu.log" >&2 && exit 1; }
if [ -n "$out" ]; then
	mkdir -p "$out"
	tar -C "$out" -xf "$tmp/out"
fi
exit "$code"
