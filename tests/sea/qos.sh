#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86
# time: 180
# QoS of a SEA whose wire is too slow for what its clients send: qos_mode strict loses no
# frame of priority 7 under a flood of priority 0, loose gives priority 0 its share.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"
. "$TESTS_DIR/lib/pktgen.sh"

# Some 1,950 frames of 64 bytes in a second
WIRE="rate 1mbit burst 2kb limit 100kb"
FLOOD="delay 125000"
QUEUE=512

# sink VLAN: on the far end of the wire, a new one, as each run begins with number 1
sink()
{
	ip -n out link del "r1.$1" 2>/dev/null
	ip -n out link del "k$1" 2>/dev/null
	ip -n out link add link r1 name "r1.$1" up type vlan id "$1" &&
		ip -n out link add "k$1" type seacheck && ip -n out link set "r1.$1" master "k$1"
}

seen() { ip netns exec out cat "/sys/class/net/k$1/statistics/$2"; }

# flow VLAN PRIORITY LINE...
flow()
{
	pktgen_flow c0 0 "t0p@$1" "src_mac 02:00:00:00:00:01" "dst_mac 02:00:00:00:99:99" \
		"vlan_id $1" "vlan_p $2" "${@:3}"
}

dropped() { tc -n vios -s qdisc show dev r0 | sed -n 's/.*dropped \([0-9]*\),.*/\1/p'; }
queue_full() { vios ethtool -S sea0 | awk '$1 == "virt_queue_full:" { print $2 }'; }

# quiet VLAN: nothing comes out any more
quiet()
{
	local before
	before=$(seen "$1" rx_packets)
	sleep 0.3
	[ "$(seen "$1" rx_packets)" = "$before" ]
}

# run: both flows; what came of each in $HIGH and $LOW, what the first lost in $LOST
run()
{
	local full drops
	full=$(queue_full)
	drops=$(dropped)
	sink 100 && sink 110 && pktgen_run c0 && wait_for 10 quiet 110 || return 1
	HIGH=$(seen 100 rx_packets)
	LOW=$(seen 110 rx_packets)
	LOST=$(seen 100 rx_missed_errors)
	FULL=$(($(queue_full) - full))
	ktap_print_msg "priority 7: $HIGH arrived, $LOST lost; priority 0: $LOW arrived; the SEA" \
		"dropped $FULL, the wire $(($(dropped) - drops))"
	[ "$(dropped)" = "$drops" ] && [ $FULL -gt 0 ] &&
		[ "$(seen 100 rx_frame_errors) $(seen 110 rx_frame_errors)" = "0 0" ]
}

strict()
{
	seactl vios sea0 thread=1 nthreads=1 queue_size=$QUEUE qos_mode=1 || return 1
	pktgen_clear c0 0 && flow 100 7 "count 1000" "delay 2000000" &&
		flow 110 0 "count 16000" "$FLOOD" && run || return 1
	[ "$HIGH $LOST" = "1000 0" ] && [ "$LOW" -gt 500 ]
}

# 8 of priority 7 to 2 of priority 0, as nothing else comes.  What is in the queues when the
# flood ends comes after that.
loose()
{
	seactl vios sea0 qos_mode=2 || return 1
	pktgen_clear c0 0 && flow 100 7 "count 16000" "$FLOOD" &&
		flow 110 0 "count 16000" "$FLOOD" && run || return 1
	HIGH=$((HIGH - QUEUE))
	LOW=$((LOW - QUEUE))
	[ $((HIGH * 10)) -gt $((LOW * 28)) ] && [ $((HIGH * 10)) -lt $((LOW * 56)) ]
}

# Threads go, and their number and the mode change, while frames wait for the wire.
changes()
{
	local pid n=0
	pktgen_clear c0 0 && flow 100 7 "count 0" "$FLOOD" && flow 110 0 "count 0" "$FLOOD" ||
		return 1
	pktgen_run c0 & pid=$!
	while [ $n -lt 12 ] && kill -0 $pid; do
		seactl vios sea0 thread=1 nthreads=$((n % 3 + 1)) qos_mode=$((n % 2 + 1)) &&
			sleep 0.1 && seactl vios sea0 qos_mode=0 && sleep 0.05 &&
			seactl vios sea0 thread=0 || break
		n=$((n + 1))
	done
	pktgen_stop c0
	wait $pid && [ $n = 12 ] && wait_for 10 quiet 110 && vios ethtool -S sea0 | awk '
		{ sub(":", "", $1); n[$1] = $2 }
		END { exit n["virt_received"] != n["virt_bridged"] + n["virt_consumed_only"] + n["virt_dropped"] }'
}

ktap_print_header
command -v ethtool >/dev/null && command -v tc >/dev/null || vios_lacks "no ethtool or tc"
[ -d "$PKTGEN" ] || modprobe -q pktgen || vios_lacks "no pktgen"
sea_setup
# pktgen may be away for a while, and then sends all at once.
BACKLOG=$(</proc/sys/net/core/netdev_max_backlog)
put /proc/sys/net/core/netdev_max_backlog 500000
trap 'put /proc/sys/net/core/netdev_max_backlog "$BACKLOG"; sea_cleanup' EXIT
vios_load seanull || ktap_exit_fail_msg "cannot load seanull"
sea_create || ktap_exit_fail_msg "cannot make the SEA"
# shellcheck disable=SC2086 # words
tc -n vios qdisc add dev r0 root tbf $WIRE || vios_lacks "no tbf"
ktap_set_plan 3
ktap_test_result "strict: no frame of priority 7 is lost" strict
ktap_test_result "loose: priority 0 gets its share" loose
ktap_test_result "threads come and go under load" changes
ktap_finished
