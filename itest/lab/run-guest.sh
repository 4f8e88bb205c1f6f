#!/usr/bin/env bash
# run-guest.sh: boot the lab guest in QEMU and let others talk to it.
#
#   LAB_DIR=... KERNEL=6.1 ./run-guest.sh FOLDER [option=value...]
#
#   mem=256        guest RAM, MiB
#   smp=2          virtual CPUs
#   profile=mini   how much state the guest makes (see guest/init)
#   wait=150       seconds to wait for the guest
#
# Makes in FOLDER: gdb.sock (QEMU's gdb stub), qmp.sock (QMP), ram (the guest's
# memory as a plain file, shared with QEMU), serial.log. QMP is at a port of this
# machine too, which query-chardev at qmp.sock tells. Writes the line READY
# when the guest has booted, and ends the guest when its own stdin is closed.
# QMP's inject-nmi makes the guest panic, and hang: it runs in a loop.
. "$(dirname "$0")/common.sh"

folder=${1:?usage: run-guest.sh FOLDER [option=value...]}
shift
mem=256 smp=2 profile=mini wait=150
for opt; do
	case $opt in
	mem=* | smp=* | profile=* | wait=*) declare "${opt%%=*}=${opt#*=}" ;;
	*) die "unknown option $opt" ;;
	esac
done
need qemu-system-x86_64
initrd=$CACHE/wyrm-$VERSION-$profile.cpio
[ -e "$initrd" ] || unavailable "the lab has no guest of kernel $KERNEL: run ensure.sh first"
mkdir -p "$folder"
: >"$folder/serial.log"
truncate -s 64M "$folder/facts.img"

setpriv --pdeathsig TERM qemu-system-x86_64 -machine q35,memory-backend=ram \
	-object "memory-backend-file,id=ram,size=${mem}M,mem-path=$folder/ram,share=on" \
	-accel tcg,thread=multi -cpu max,la57=off -m "$mem" -smp "$smp" -display none -no-reboot \
	-device vmcoreinfo -nic none -serial "file:$folder/serial.log" \
	-chardev "socket,path=$folder/gdb.sock,server=on,wait=off,id=gdb" -gdb chardev:gdb \
	-qmp "unix:$folder/qmp.sock,server=on,wait=off" -qmp tcp:127.0.0.1:0,server=on,wait=off \
	-drive "if=none,id=facts,format=raw,file=$folder/facts.img" -device virtio-blk-pci,drive=facts,serial=facts \
	-kernel "$VMLINUZ" -initrd "$initrd" \
	-append "console=ttyS0 panic=0 unknown_nmi_panic no_hash_pointers lab.profile=$profile lab.action=idle" \
	</dev/null 2>"$folder/qemu.log" &
qemu_pid=$!
trap 'kill "$qemu_pid" 2>/dev/null || true; wait "$qemu_pid" 2>/dev/null || true' EXIT

until grep -q LAB-READY "$folder/serial.log"; do
	[ $SECONDS -lt "$wait" ] || die "no LAB-READY in $wait s: $(tail -20 "$folder/serial.log")"
	kill -0 "$qemu_pid" 2>/dev/null || die "QEMU ended: $(cat "$folder/qemu.log")"
	sleep 0.2
done
echo READY
cat >/dev/null # until stdin is closed
