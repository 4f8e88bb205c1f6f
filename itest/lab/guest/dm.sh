# What the dump dm256 has more than others: init reads this from the disk "dm". Devices of device-mapper of many kinds
# on RAM disks, two ext4 file systems on them, one of which waits for its journal for ever, and what dmsetup and the
# kernel say of all that.
export DM_DISABLE_UDEV=1
dmsetup() { /mnt/dm/lib/ld-linux-x86-64.so.2 --library-path /mnt/dm/lib /mnt/dm/dmsetup "$@"; }
while read -r ko; do
	insmod "/mnt/dm/modules/$ko" 2>/dev/null || grep -q "^$(echo "${ko%.ko}" | tr - _) " /proc/modules || say "insmod $ko failed"
done <"/mnt/dm/modules/$(uname -r)"
echo 0 >/proc/sys/vm/dirty_writeback_centisecs # what is dirty stays so

device() { # NAME TABLE [OPTION...]
	name=$1 table=$2
	shift 2
	printf '%s\n' "$table" | dmsetup create "$name" "$@" || say "dmsetup create $name failed"
}
device lab-linear "0 8192 linear /dev/ram0 2048
8192 8192 linear /dev/ram1 0" -u LAB-uuid-of-linear
device lab-stripe "0 16384 striped 2 128 /dev/ram2 0 /dev/ram3 256"
device lab-crypt "0 16384 crypt aes-xts-plain64 $(printf '%064d' 7) 5 /dev/mapper/lab-stripe 0 1 allow_discards" -u CRYPT-LAB-x
device lab-base "0 16384 linear /dev/ram4 0"
device lab-origin "0 16384 snapshot-origin /dev/mapper/lab-base"
device lab-snap "0 16384 snapshot /dev/mapper/lab-base /dev/ram5 P 8"
device lab-pool "0 32768 thin-pool /dev/ram6 /dev/ram7 128 16 1 skip_block_zeroing"
dmsetup message lab-pool 0 "create_thin 3"
device lab-thin "0 65536 thin /dev/mapper/lab-pool 3"
device lab-mixed "0 1024 error
1024 2048 zero
3072 64 linear /dev/ram9 8" -r
dmsetup create lab-empty --notable
device lab-held "0 2048 linear /dev/ram10 0"
dmsetup suspend lab-held
printf '0 4096 linear /dev/ram10 0\n' | dmsetup load lab-held
device lab-stuck "0 16384 linear /dev/ram8 0"
dd if=/modules/order of=/dev/mapper/lab-origin bs=4k count=2 conv=notrunc,fsync 2>/dev/null
dd if=/modules/order of=/dev/mapper/lab-thin bs=4k seek=100 count=1 conv=notrunc,fsync 2>/dev/null

# An ext4 with an error on record.
dd if=/mnt/dm/lab.img of=/dev/mapper/lab-linear bs=64k 2>/dev/null
mkdir -p /mnt/linear && mount -t ext4 -o noatime,commit=900,errors=continue /dev/mapper/lab-linear /mnt/linear
echo "lab error" >"/sys/fs/ext4/dm-$(dmsetup info -c --noheadings -o minor lab-linear)/trigger_fs_error"

# One whose disk answers no more: a task has a handle and reads, the journal waits for its end, others for the journal.
dd if=/mnt/dm/lab.img of=/dev/mapper/lab-stuck bs=64k 2>/dev/null
mkdir -p /mnt/stuck && mount -t ext4 -o noatime /dev/mapper/lab-stuck /mnt/stuck
exec 8</mnt/stuck/file1 9</mnt/stuck/file40
sync
echo 1 >/proc/sys/vm/drop_caches
ls /mnt/stuck >/dev/null
chmod 600 /mnt/stuck/file40
dmsetup suspend --noflush --nolockfs lab-stuck
chmod 640 /mnt/stuck/file1 &
sleep 1
sync /mnt/stuck/file40 &
sleep 1
chmod 644 /mnt/stuck/file40 &
sleep 1
# Nothing syncs any more: these blocks keep waiting for a place, and this transaction for its end.
dd if=/dev/zero of=/mnt/linear/delayed bs=1k count=40 2>/dev/null
mkdir /mnt/linear/running

files() { # FILE...: each as "FILE: its only line"
	for f; do [ -f "$f" ] && [ -r "$f" ] && echo "$f: $(head -n 1 "$f" 2>/dev/null)"; done
}
dm_facts() { # DIR
	dmsetup table >"$1/dmsetup-table"
	dmsetup status --noflush >"$1/dmsetup-status"
	dmsetup info -c --noheadings --separator '|' \
		-o name,uuid,major,minor,open,segments,events,suspended,readonly,tables_loaded >"$1/dmsetup-info"
	dmsetup deps -o devno >"$1/dmsetup-deps"
	files /sys/fs/ext4/*/* >"$1/ext4-sys"
	for f in /proc/fs/ext4/*/options; do sed "s,^,$f: ," "$f"; done >"$1/ext4-options"
	for f in /proc/fs/jbd2/*/info; do sed "s,^,$f: ," "$f"; done >"$1/jbd2-info"
	sed -n 's,.* \(/[^ ]*\) ext4 .*,\1,p' /proc/mounts | while read -r at; do
		stat -f -c "$at %S %b %f %a %c %d" "$at"
	done >"$1/ext4-statfs"
}
