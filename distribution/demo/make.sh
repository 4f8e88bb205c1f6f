#!/usr/bin/env bash
# make.sh: makes the demo dump anew: demo.vmcore, facts/ and versions.txt here.
#
# The dump is the lab's mini80-panic of kernel 6.1 as makedumpfile's diskdump
# (-d 31, zlib); facts/ is what that very guest said of itself, seconds before
# it crashed, without the files of each task. RECIPE.md tells it step by step.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
name=mini80-panic
lab=$here/../../itest/lab

line=$("$lab/ensure.sh" --kernel 6.1 "$@" $name | awk -F '\t' '$3 ~ /mdf\.d31\.zlib$/')
dump=$(cut -f 3 <<<"$line") from=$(cut -f 4 <<<"$line")
[ -n "$dump" ]

install -m 644 "$dump" "$here/demo.vmcore"
rm -rf "$here/facts"
for file in tasks.jsonl modules.jsonl system.json facts.jsonl kmsg dmesg ps ip-addr cgroups bpffs \
	proc/{modules,mounts,version,uptime,loadavg,meminfo,cmdline,cpuinfo,iomem,slabinfo,vmstat,zoneinfo} \
	proc/{partitions,filesystems,devices,locks,net/unix,net/tcp,net/tcp6,net/udp,net/dev} \
	proc/1/mountinfo proc/sys/kernel/{tainted,hostname,osrelease,version}; do
	install -D -m 644 "$from/$file" "$here/facts/$file"
done
gzip -9n <"$from/proc/kallsyms" >"$here/facts/proc/kallsyms.gz"
{
	echo "kernel: $(sed 's/^Linux version //' "$here/facts/proc/version")"
	sed -n '1s/^[^ ]* /guest: /p; 2p' "${dump%/*}/made.txt"
	sed -n 1p "${dump%/*}/converted.txt"
	sha256sum "$here/demo.vmcore" | sed "s,  .*,  demo.vmcore,"
} >"$here/versions.txt"
cat "$here/versions.txt"
