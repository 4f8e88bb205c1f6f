# What the dump dm256 has of networks: init reads this from the disk "net". A packet filter of nf_tables and one of
# iptables-legacy, a slow device, the sockets of labnet.c, and what nft, iptables, ss, tc and the kernel say of all that.
net_tool() { # PROGRAM [ARGUMENT...]
	tool=$1
	shift
	XTABLES_LIBDIR=/mnt/net/xtables /mnt/net/lib/ld-linux-x86-64.so.2 --library-path /mnt/net/lib "/mnt/net/$tool" "$@"
}
while read -r ko; do
	insmod "/mnt/net/modules/$ko" 2>/dev/null || grep -q "^$(echo "${ko%.ko}" | tr - _) " /proc/modules || say "insmod $ko failed"
done <"/mnt/net/modules/$(uname -r)"

net_tool nft -f /mnt/net/rules.nft || say "nft failed"
iptables="net_tool xtables-legacy-multi iptables"
$iptables -A INPUT -p tcp --dport 81 -j DROP
$iptables -N LAB
$iptables -A LAB -p udp --dport 82 -j ACCEPT
$iptables -A LAB -j ACCEPT
$iptables -A FORWARD -j LAB
$iptables -P FORWARD DROP
$iptables -t nat -A POSTROUTING -p tcp --dport 83 -j ACCEPT
net_tool xtables-legacy-multi ip6tables -A OUTPUT -p tcp --dport 84 -j DROP
net_tool tc qdisc add dev dummy0 root handle 7: tbf rate 800bit burst 1600 limit 100000
ping -c 3 -i 0.2 127.0.0.1 >/dev/null
/mnt/net/labnet >/dev/console 2>&1 &
n=0
until [ -e /run/lab/net-ready ] || [ $n -ge 60 ]; do
	sleep 0.5
	n=$((n + 1))
done

net_facts() { # DIR
	net_tool nft -a list ruleset >"$1/nft-ruleset"
	net_tool nft -j -a list ruleset >"$1/nft-ruleset.json"
	net_tool nft --debug=netlink -n -a list ruleset >"$1/nft-netlink" 2>&1
	net_tool nft list hooks >"$1/nft-hooks" 2>&1
	for family in ip ip6; do
		for table in $(cat "/proc/net/${family}_tables_names"); do
			echo "# $family $table"
			net_tool xtables-legacy-multi "${family}tables" -t "$table" -S
		done
	done >"$1/iptables"
	net_tool ss -tanoH >"$1/ss-timers"
	net_tool tc -s qdisc show >"$1/tc-qdisc"
}
