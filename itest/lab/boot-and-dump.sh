#!/usr/bin/env bash
# boot-and-dump.sh: boot the lab guest in QEMU and dump its memory over QMP.
#
#   LAB_DIR=... KERNEL=6.12 ./boot-and-dump.sh NAME [option=value...]
#
#   mem=256            guest RAM, MiB
#   smp=2              virtual CPUs
#   kaslr=on|off
#   profile=full|mini  how much state the guest makes (see guest/init)
#   action=idle|panic  dump a running guest, or one that crashed by sysrq-c
#   action=nmi         dump a guest that crashed by an NMI from outside, whatever it
#                      did just then
#   action=sysrq       dump a guest that crashed by a break and a c on its serial line:
#                      in the line's interrupt, whatever it did just then
#   action=stuck       dump a running guest 40 s after its disks got stuck: what it reads
#                      and writes since then is under way for ever. The disk xfs has two
#                      hardware queues, the others one, and with it an I/O scheduler; the
#                      driver of the disk btrfs takes four requests at a time.
#   action=kdump       no QMP dump: the guest crashes into a kexec'ed kernel that
#                      copies /proc/vmcore out, as vmcore.kexec. Needs mem=512.
#   accel=tcg|kvm      (kvm under a nested hypervisor may be far slower)
#   cpu=max,la57=off   QEMU's -cpu; cpu=max gives 5-level page tables under tcg
#   disk=NAME          one more disk: bpf of cache/disks, which holds bpftool; dm,net
#                      are two of the kernel's cache, with device-mapper and a packet filter
#   append=...         more kernel command line
#   formats=elf        any of: elf, elf-paging, kdump-zlib; kdump-raw-zlib (not
#                      flattened) with QEMU 10. All are of the same moment.
#   wait=150           seconds to wait for the guest
#   qemu=...           QEMU to run
#
# Leaves in out/NAME: serial.log, events.jsonl (QMP), vmcore.<format>, facts/
# (what the guest's own /proc said: ground truth for tests), and, written last,
# made.txt: the kernel and the options, then QEMU's version, then the lab's.
. "$(dirname "$0")/common.sh"

name=${1:?usage: boot-and-dump.sh NAME [option=value...]}
shift
made="$VERSION $*"
mem=256 smp=2 kaslr=on profile=full action=idle accel=tcg cpu=max,la57=off wait=150
append="" disk="" formats=elf qemu="qemu-system-x86_64"
for opt; do
	case $opt in
	mem=* | smp=* | kaslr=* | profile=* | action=* | accel=* | cpu=* | append=* | formats=* | wait=* | qemu=* | disk=*)
		declare "${opt%%=*}=${opt#*=}" ;;
	*) die "unknown option $opt" ;;
	esac
done
read -ra qemu <<<"$qemu" # may be a command with arguments: "trixie.sh qemu-system-x86_64"
[ "${qemu[0]}" != trixie.sh ] || qemu[0]=$SCRIPTS/trixie.sh
need "${qemu[0]}"
initrd=$CACHE/wyrm-$VERSION-$profile.cpio
[ -e "$initrd" ] || die "run build-initramfs.sh first"

out=$OUT/$name
mkdir -p "$out"
rm -rf "$out"/{made.txt,converted.txt,serial.log,events.jsonl,facts,facts.img,notes.txt,vmcoreinfo.txt} \
	"$out"/{vmcore,mdf}.* # of another boot
: >"$out/serial.log"
truncate -s 64M "$out/facts.img"

case $action in nmi | sysrq | stuck) does=idle ;; *) does=$action ;; esac # what comes from outside the guest does not do
# no_hash_pointers: real addresses in the facts (/proc/net/tcp, timer_list, ...)
cmdline="console=ttyS0 panic=0 no_hash_pointers lab.profile=$profile lab.action=$does"
[ "$action" != nmi ] || cmdline+=" unknown_nmi_panic"
[ "$action" != sysrq ] || cmdline+=" sysrq_always_enabled"
[ -z "$append" ] || cmdline+=" $append"
[ "$kaslr" = on ] || cmdline+=" nokaslr"
[ "$action" != kdump ] || cmdline+=" crashkernel=160M"
[ "$accel" != tcg ] || accel=tcg,thread=multi

drive() { # SERIAL FILE [more]: a virtio disk the guest finds by its serial
	local device="virtio-blk-pci,drive=$1,serial=$1"
	case $action$1 in stuckxfs) ;; stuckbtrfs) device+=,num-queues=1,queue-size=4 ;; stuck*) device+=,num-queues=1 ;; esac
	args+=(-drive "if=none,id=$1,format=raw,file=$2${3:-}" -device "$device")
}
# shellcheck disable=SC2054 # the commas are QEMU's
args=(-machine q35 -accel "$accel" -cpu "$cpu" -m "$mem" -smp "$smp" -display none -no-reboot
	-action panic=pause -device vmcoreinfo -device pvpanic-pci
	-nic user,model=virtio-net-pci,restrict=on
	-serial chardev:console -qmp stdio
	-kernel "$VMLINUZ" -initrd "$initrd" -append "$cmdline")
if [ "$action" = sysrq ]; then # something to type on: what the guest says goes to console.out, and the log
	rm -f "$out"/console.{in,out}
	mkfifo "$out"/console.{in,out}
	cat "$out/console.out" >/dev/null &
	args+=(-chardev "pipe,id=console,path=$out/console,logfile=$out/serial.log")
else
	args+=(-chardev "file,id=console,path=$out/serial.log")
fi
drive facts "$out/facts.img"
if [ "$action" = kdump ]; then
	rm -rf "$out/kdump" && mkdir "$out/kdump"
	cp "$VMLINUZ" "$out/kdump/vmlinuz"
	cp "$CACHE/wyrm-$VERSION-mini.cpio" "$out/kdump/initrd"
	truncate -s 48M "$out/kdump.img"
	mkfs.ext4 -q -F -d "$out/kdump" "$out/kdump.img"
	rm -rf "$out/kdump"
	truncate -s $((mem + 64))M "$out/vmcore.kexec"
	drive kdump "$out/kdump.img" ,snapshot=on
	drive vmcore "$out/vmcore.kexec"
fi
if [ "$profile" = full ]; then
	for d in ext4 xfs btrfs swap; do
		# snapshot=on: the guest's writes go to a scratch file, not the image
		[ ! -e "$COMMON/disks/$d.img" ] || drive $d "$COMMON/disks/$d.img" ,snapshot=on
	done
fi

[ "$disk" != bpf ] || wait=$((wait * 3)) # bpftool runs for each program and map
case $disk in
"") ;;
dm,net)
	drive dm "$CACHE/dm.img" ,snapshot=on
	drive net "$CACHE/net.img" ,snapshot=on
	;;
*) drive "$disk" "$COMMON/disks/$disk.img" ,snapshot=on ;;
esac

# QEMU speaks QMP on its stdin and stdout. It ends with this script: closing
# its stdin does not stop it, so say so on every way out, a killed script's too.
export TMPDIR=$CACHE
coproc QEMU { exec setpriv --pdeathsig TERM timeout -k 5 $((wait * 4)) "${qemu[@]}" "${args[@]}" 2>"$out/qemu.log"; }
# shellcheck disable=SC2153 # coproc sets it
qemu_pid=$QEMU_PID
exec {qin}>&"${QEMU[1]}" {qout}<&"${QEMU[0]}"
trap 'kill "$qemu_pid" 2>/dev/null || true; wait "$qemu_pid" 2>/dev/null || true
	rm -f "$out/kdump.img" "$out/facts.img" "$out"/console.{in,out}' EXIT

reply=
qmp() { # JSON: send a command, put its answer in $reply, log the events
	printf '%s\n' "$1" >&"$qin"
	while read -r -t 600 reply <&"$qout"; do
		printf '%s\n' "$reply" >>"$out/events.jsonl"
		case $reply in
		*'"return":'*) return 0 ;;
		*'"error":'*) say "QMP: $reply"; return 1 ;;
		esac
	done
	die "QEMU went away: $(cat "$out/qemu.log")"
}
await() { # SECONDS PATTERN: until the console has it
	until grep -q "$2" "$out/serial.log"; do
		[ $SECONDS -lt "$1" ] || { tail -20 "$out/serial.log" >&2; die "$name: no $2 in $1 s"; }
		kill -0 "$qemu_pid" 2>/dev/null || die "QEMU ended: $(cat "$out/qemu.log")"
		# Now and then a guest under TCG hangs, mostly on a busy machine.
		[ "$2" != LAB-READY ] || ! grep -q -E 'end Kernel panic|detected stalls on CPUs|soft lockup' "$out/serial.log" ||
			{ tail -30 "$out/serial.log" >&2; die "$name: the guest crashed or hung before LAB-READY"; }
		sleep 0.2
	done
}
t0=$EPOCHREALTIME SECONDS=0
qmp '{"execute":"qmp_capabilities"}'
await "$wait" LAB-READY
printf 'boot %s %s to LAB-READY\t%s s\n' "$KERNEL" "$name" "$(seconds_since "$t0")" | tee -a "$LAB_DIR/times.tsv" >&2

case $action in
kdump)
	await $((wait * 2)) LAB-VMCORE
	formats=
	;;
panic | nmi | sysrq) # pvpanic tells QEMU, which pauses; a kernel without its driver goes on to the last line
	[ "$action" != nmi ] || qmp '{"execute":"inject-nmi"}'
	if [ "$action" = sysrq ]; then
		qmp '{"execute":"chardev-send-break","arguments":{"id":"console"}}'
		printf c >"$out/console.in"
	fi
	until grep -q 'end Kernel panic' "$out/serial.log"; do
		[ $SECONDS -lt "$wait" ] || die "$name: no panic seen"
		qmp '{"execute":"query-status"}'
		case $reply in *guest-panicked*) break ;; esac
		sleep 0.5
	done
	qmp '{"execute":"stop"}'
	;;
stuck) # a byte a second
	for d in ext4 xfs btrfs; do
		[ ! -e "$COMMON/disks/$d.img" ] ||
			qmp "{\"execute\":\"block_set_io_throttle\",\"arguments\":{\"device\":\"$d\",\"bps\":1,\"bps_rd\":0,\"bps_wr\":0,\"iops\":0,\"iops_rd\":0,\"iops_wr\":0}}"
	done
	sleep 40 # the kernel writes what is dirty for 30 s
	qmp '{"execute":"stop"}'
	;;
idle)
	sleep 2 # let the guest go quiet
	qmp '{"execute":"stop"}'
	;;
*) die "unknown action $action" ;;
esac

dump() { # FORMAT
	local file=$out/vmcore.$1 format=$1 paging=false
	[ "$1" != elf-paging ] || format=elf paging=true
	rm -f "$file"
	qmp "{\"execute\":\"dump-guest-memory\",\"arguments\":{\"paging\":$paging,\"protocol\":\"file:$file\"$(
		[ $paging = true ] || printf ',"format":"%s"' "$format")}}"
}
for format in $formats; do
	timed "dump $KERNEL $name $format" dump "$format"
done
qmp '{"execute":"quit"}' || true
wait "$qemu_pid" 2>/dev/null || true

if [ "$action" = kdump ]; then
	truncate -s "$(sed -n 's/.*LAB-VMCORE \([0-9]*\).*/\1/p' "$out/serial.log")" "$out/vmcore.kexec"
fi
mkdir -p "$out/facts"
tar -xf "$out/facts.img" -C "$out/facts" || die "$name: no facts on the disk"
chmod u+w "$out"/vmcore.* # QEMU makes them read-only
for file in "$out"/vmcore.*; do # most of a guest's memory is zeros: no disk for them
	fallocate --dig-holes "$file" || true
done
printf '%s\n' "$made" "$("${qemu[@]}" --version | sed -n 1p)" "lab $LAB_VERSION" >"$out/made.txt"
du -sh "$out"/vmcore.* >&2
