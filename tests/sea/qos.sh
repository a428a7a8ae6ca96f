#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86
# soak-labs: debug
# time: 360
# soak-time: 1800
# QoS of a SEA whose wire is too slow for what its clients send: qos_mode strict loses no
# frame of priority 7 under a flood of priority 0, loose gives priority 0 its share.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"
. "$TESTS_DIR/lib/pktgen.sh"

# Some 1,950 frames of 64 bytes in a second
WIRE="rate 1000kbit burst 2kb limit 100kb"
FLOOD="delay 125000"
QUEUE=512
# A thread gives the wire a frame each millisecond whatever there is.  Where the generator needs
# some milliseconds for one, no flood is more than that, and no queue has anything to rank.
FLOODS=2
[ "$VIOS_LAB" != debug ] || FLOODS=0

# flow VLAN PRIORITY LINE...
flow()
{
	pktgen_flow c0 0 "t0p@$1" "src_mac 02:00:00:00:00:01" "dst_mac 02:00:00:00:99:99" \
		"vlan_id $1" "vlan_p $2" "${@:3}"
}

dropped() { tc -n vios -s qdisc show dev r0 | sed -n 's/.*dropped \([0-9]*\),.*/\1/p'; }

# Nothing comes out any more.
quiet()
{
	local before
	before=$(seen out low)
	sleep 0.3
	[ "$(seen out low)" = "$before" ]
}

# run COUNT: both flows, so many frames together; what came of each in $HIGH and $LOW, what the
# first lost in $LOST.  Each frame came, or is counted.
run()
{
	local full drops late others low_late low_others
	full=$(sea_stat virt_queue_full)
	drops=$(dropped)
	sink high out r1.100 && sink low out r1.110 && pktgen_run c0 && wait_for 10 quiet ||
		return 1
	read -r HIGH _ LOST _ late _ others _ < <(seen out high)
	read -r LOW _ _ _ low_late _ low_others _ < <(seen out low)
	FULL=$(($(sea_stat virt_queue_full) - full))
	ktap_print_msg "priority 7: $HIGH arrived, $LOST lost; priority 0: $LOW arrived; the SEA" \
		"dropped $FULL, the wire $(($(dropped) - drops))"
	[ "$(dropped)" = "$drops" ] && [ $FULL -gt 0 ] && [ $((HIGH + LOW + FULL)) = "$1" ] &&
		[ "$late $others $low_late $low_others" = "0 0 0 0" ]
}

# What the first flow leaves of the wire is the other's: some 2,900 frames, where its queue has 512.
strict()
{
	seactl vios sea0 thread=1 nthreads=1 queue_size=$QUEUE qos_mode=1 || return 1
	pktgen_clear c0 0 && flow 100 7 "count 1000" "delay 2000000" &&
		flow 110 0 "count 16000" "$FLOOD" && run 17000 || return 1
	[ "$HIGH $LOST" = "1000 0" ] && [ "$LOW" -gt 1500 ] && sea_balanced
}

# 8 of priority 7 to 2 of priority 0, as nothing else comes.  What is in the queues when the
# flood ends comes after that.
loose()
{
	seactl vios sea0 qos_mode=2 || return 1
	pktgen_clear c0 0 && flow 100 7 "count 16000" "$FLOOD" &&
		flow 110 0 "count 16000" "$FLOOD" && run 32000 || return 1
	HIGH=$((HIGH - QUEUE))
	LOW=$((LOW - QUEUE))
	[ $((HIGH * 10)) -gt $((LOW * 28)) ] && [ $((HIGH * 10)) -lt $((LOW * 56)) ] && sea_balanced
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
	wait $pid && [ $n = 12 ] && wait_for 10 quiet && sea_balanced
}

# in_class BAND: frames the queueing discipline has put there
in_class()
{
	tc -n vios -s class show dev r0 |
		awk -v class="1:$1" '$1 == "class" { here = $3 == class } here && $1 == "Sent" { print $4 }'
}

# prioritized BAND5 BAND0: how many of 100 frames of priority 5 and 50 of 0 are in these bands
prioritized()
{
	local five zero
	five=$(in_class 6)
	zero=$(in_class 1)
	pktgen_clear c0 0 && flow 100 5 "count 100" && flow 110 0 "count 50" && pktgen_run c0 &&
		wait_for 10 quiet || return 1
	five=$(($(in_class 6) - five))
	zero=$(($(in_class 1) - zero))
	[ "$five $zero" = "$1 $2" ] || { ktap_print_msg "$five $zero, expected $1 $2"; return 1; }
}

# Without threads a queueing discipline sees the VLAN priority; not without QoS.
classes()
{
	tc -n vios qdisc replace dev r0 root handle 1: prio bands 8 \
		priomap 0 1 2 3 4 5 6 7 0 0 0 0 0 0 0 0 && prioritized 0 150 &&
		seactl vios sea0 qos_mode=1 && prioritized 100 50 && seactl vios sea0 qos_mode=0 &&
		prioritized 0 150 && tc -n vios qdisc del dev r0 root
}

# of_priority N: frames of that priority a queueing discipline of trunk 0 has seen
of_priority()
{
	tc -n vios -s class show dev t0 |
		awk -v class="2:$(($1 + 1))" '$1 == "class" { here = $3 == class } here && $1 == "Sent" { print $4 }'
}

# Where the tag that tells the priority is removed, the frame still has it, with QoS or without:
# VLAN 0 and the PVID of the default trunk; not where the tag stays.
towards_a_trunk()
{
	local three five zero
	tc -n vios qdisc replace dev t0 root handle 2: prio bands 8 \
		priomap 0 1 2 3 4 5 6 7 0 0 0 0 0 0 0 0 || return 1
	three=$(of_priority 3)
	five=$(of_priority 5)
	zero=$(of_priority 0)
	pktgen_clear out 0 && from_outside 0 3 "count 30" && from_outside 1 5 "count 50" &&
		from_outside 100 5 "count 10" && pktgen_run out && wait_for 10 arrived_at_t0 90 ||
		return 1
	three=$(($(of_priority 3) - three))
	five=$(($(of_priority 5) - five))
	zero=$(($(of_priority 0) - zero))
	ktap_print_msg "priority 3: $three, 5: $five, 0: $zero"
	[ "$three $five $zero" = "30 50 10" ] && tc -n vios qdisc del dev t0 root && sea_balanced
}

# from_outside VLAN PRIORITY LINE...
from_outside()
{
	pktgen_flow out 0 "r1@$1" "src_mac 02:00:00:00:00:02" "dst_mac 02:00:00:00:99:98" \
		"vlan_id $1" "vlan_p $2" "${@:3}"
}

arrived_at_t0()
{
	[ "$(tc -n vios -s qdisc show dev t0 | sed -n 's/^ Sent [0-9]* bytes \([0-9]*\) pkt.*/\1/p' |
		head -n 1)" = "$1" ]
}

# One class ranks nothing; several do, also within one.
ranks()
{
	refused "no queue to act on" seactl vios sea0 qos_mode=1 &&
		tc -n vios qdisc add dev r0 parent "$(tbf_handle)1" handle 20: prio &&
		seactl vios sea0 qos_mode=1 && seactl vios sea0 qos_mode=0 &&
		tc -n vios qdisc del dev r0 root && slow_wire
}

# shellcheck disable=SC2086 # words
slow_wire() { tc -n vios qdisc add dev r0 root tbf $WIRE; }

tbf_handle() { tc -n vios qdisc show dev r0 | sed -n 's/^qdisc tbf \([0-9a-f]*:\).*/\1/p'; }

ktap_print_header
command -v ethtool >/dev/null && command -v tc >/dev/null || vios_lacks "no ethtool or tc"
sea_setup
pktgen_setup
trap 'pktgen_restore; sea_cleanup' EXIT
vios_load seanull || ktap_exit_fail_msg "cannot load seanull"
{ sea_create && sink_vlan high out r1 100 && sink_vlan low out r1 110; } ||
	ktap_exit_fail_msg "cannot make the SEA"
slow_wire || vios_lacks "no tbf"
ktap_set_plan $((4 + FLOODS))
ktap_test_result "what ranks frames" ranks
if [ $FLOODS != 0 ]; then
	ktap_test_result "strict: no frame of priority 7 is lost" strict
	ktap_test_result "loose: priority 0 gets its share" loose
fi
ktap_test_result "threads come and go under load" changes
ktap_test_result "a queueing discipline sees the priority" classes
ktap_test_result "and that of a trunk" towards_a_trunk
ktap_finished
