#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86
# soak-labs: debug
# time: 600
# soak-time: 7000
# A SEA under load from both sides: no frame of a flow is lost, doubled or overtaken while
# VLANs of others change and other ports come and go; nothing crosses to another SEA; many
# source addresses cost nothing.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"
. "$TESTS_DIR/lib/pktgen.sh"

# FRAMES of each flow; DELAY ns between two, as no queue is to be full.  FRAMES, CYCLES and
# SOURCES may be given.
case ${SOAK:+soak}${VIOS_LAB:-} in
uml)		size="20000 5 50000" DELAY=100000 ;;
# Where a frame takes some milliseconds
*debug)		size="2000 50 10000" DELAY=20000000 ;;
soakuml)	size="200000 1000 1000000" DELAY=100000 ;;
soak*)		size="200000 1000 1000000" DELAY=500000 ;;
*)		size="5000 5 50000" DELAY=500000 ;;
esac
read -r frames cycles sources <<<"$size"
FRAMES=${FRAMES:-$frames}
CYCLES=${CYCLES:-$cycles}
SOURCES=${SOURCES:-$sources}
# What 4096 clients of some 128 bytes take at most; under all checkers 7 MB were seen.
KIB=3072
[[ ${VIOS_LAB:-} != debug ]] || KIB=16384

# The other side's processor, if there is one
FAR=$(($(nproc) > 1))

# NAME NETNS CPU DEVICE VLAN SINK-NETNS SINK-DEVICE; VLAN 0: untagged
FLOWS=(
	"a c0 0 t0p 110 out r1.110"
	"b c0 0 t0p 0 out r1"
	"c c1 0 t1p 205 out r1.205"
	"d out $FAR r1 110 c0 t0p.110"
	"e out $FAR r1 0 c0 t0p"
	"f out $FAR r1 210 c1 t1p.210"
)

# A second SEA, between the same clients and the same outside
second_sea()
{
	sea_cable r8 out r9 && sea_cable u0 c0 u0p &&
		ip -n vios link add sea1 type sea && ip -n vios link set r8 master sea1 &&
		ip -n vios link set u0 master sea1 && seactl vios sea1 r8 role=real &&
		bridge -n vios vlan add dev u0 vid 1 pvid untagged &&
		bridge -n vios vlan add dev u0 vid 2-4094 && ip -n vios link set sea1 up
}

make_sinks()
{
	local flow name ns cpu dev vlan sink_ns sink
	for flow in "${FLOWS[@]}"; do
		read -r name ns cpu dev vlan sink_ns sink <<<"$flow"
		if [ "${sink%.*}" = "$sink" ]; then
			sink "$name" "$sink_ns" "$sink"
		else
			sink_vlan "$name" "$sink_ns" "${sink%.*}" "${sink#*.}"
		fi || return 1
	done
}

# flows COUNT NAME...: these, with so many frames each (0: without end)
flows()
{
	local count=$1 flow name ns cpu dev vlan rest
	shift
	pktgen_clear c0 0 && pktgen_clear c1 0 && pktgen_clear out $FAR || return 1
	RUNNING=" $* "
	for flow in "${FLOWS[@]}"; do
		read -r name ns cpu dev vlan rest <<<"$flow"
		[ "${RUNNING#* "$name" }" != "$RUNNING" ] || continue
		pktgen_flow "$ns" "$cpu" "$dev@$name" "count $count" "delay $DELAY" "src_mac 02:00:00:00:00:0$cpu" \
			"dst_mac 02:00:00:00:99:99" "vlan_id $([ "$vlan" = 0 ] && echo 9999 || echo "$vlan")" ||
			return 1
	done
}

all_seen() { [ "$(seen "$1" "$2")" = "$3 right, 0 lost, 0 late, 0 others" ]; }

# Was every frame of the flows seen once and in its turn?
arrived()
{
	local flow name ns cpu dev vlan sink_ns sink status=0 REPLY
	for flow in "${FLOWS[@]}"; do
		read -r name ns cpu dev vlan sink_ns sink <<<"$flow"
		[ "${RUNNING#* "$name" }" != "$RUNNING" ] || continue
		pktgen_sent "$ns" "$dev@$name" ||
			{ ktap_print_msg "$name: $(pktgen_result "$ns" "$dev@$name")"; status=1; }
		# Some may still be on their way.
		wait_for 10 all_seen "$sink_ns" "$name" "$REPLY" ||
			{ ktap_print_msg "$name: $REPLY sent, $(seen "$sink_ns" "$name")"; status=1; }
		sink "$name" "$sink_ns" "$sink" || return 1
	done
	return $status
}

# Frames the processors' queues had no place for, since the lab began
full() { awk '{ print $2 }' /proc/net/softnet_stat | xargs; }
nothing_full() { [ "$(full)" = "$1" ] || { ktap_print_msg "full: $1, now $(full)"; return 1; }; }

# while_running CHANGE: again and again while the flows run; how often in $CHANGES
while_running()
{
	local pid
	CHANGES=0
	pktgen_run c0 c1 out & pid=$!
	while kill -0 $pid 2>/dev/null; do
		"$1" || { pktgen_stop c0 c1 out; wait $pid; return 1; }
		CHANGES=$((CHANGES + 1))
	done
	wait $pid
}

# Some hundred, some one by one, one that goes from one trunk to the other
vlans_change()
{
	printf 'vlan %s dev %s vid %s\n' add t0 300-309 add t1 2000-2099 add t0 400 \
		del t0 305 add t0 305 del t0 400 add t1 400 del t1 2000-2099 del t1 400 \
		del t0 300-309 | bridge -n vios -batch -
}

# The PVID of the default trunk, which untagged frames of the outside go to
pvid_changes()
{
	bridge -n vios vlan add dev t0 vid 7 pvid untagged &&
		bridge -n vios vlan add dev t0 vid 1 pvid untagged
}

loaded()
{
	local change=$1 full
	full=$(full)
	shift
	flows "$FRAMES" "$@" && while_running "$change" || return 1
	ktap_print_msg "$change $CHANGES times"
	arrived && nothing_full "$full" && sea_balanced lossless && [ "$CHANGES" -gt 3 ]
}

# A hundred frames for a thread that has no processor: as many as the queue takes wait.
# The test itself is on the other one.
hog() { [ -e /tmp/hog ]; }
queue_full()
{
	local full bridged pid status=1 DELAY=500000
	rm -f /tmp/hog
	seactl vios sea0 thread=1 nthreads=1 queue_size=16 && flows 100 d || return 1
	full=$(sea_stat real_queue_full)
	bridged=$(sea_stat real_bridged)
	put /proc/sys/kernel/sched_rt_runtime_us -1
	taskset -pc "$FAR" $$ >/dev/null
	# shellcheck disable=SC2016 # the other shell's
	chrt -f 50 taskset -c 0 bash -c '>/tmp/hog; end=$((SECONDS + 60))
		while [ -e /tmp/hog ] && ((SECONDS < end)); do :; done' &
	pid=$!
	wait_for 10 hog && pktgen_run out && status=0
	rm -f /tmp/hog
	wait $pid
	taskset -pc "0-$FAR" $$ >/dev/null
	put /proc/sys/kernel/sched_rt_runtime_us "$RT_RUNTIME"
	wait_for 5 sea_stat_is real_bridged $((bridged + 16)) &&
		[ $(($(sea_stat real_queue_full) - full)) = 84 ] || status=1
	sink d c0 t0p.110 && seactl vios sea0 thread=0 nthreads=7 queue_size=8192 &&
		return $status
}

t2_add()
{
	ip -n vios link set t2 master sea0 && bridge -n vios vlan add dev t2 vid 3 pvid untagged &&
		bridge -n vios vlan add dev t2 vid 500 && ip -n vios link set t2 up
}

# Trunk 2 goes in every way there is and comes back, while its client sends and is sent to.
port_goes()
{
	case $((CHANGES % 5)) in
	0)	ip -n vios link set t2 nomaster ;;
	1)	ip -n vios link set t2 down && ip -n vios link set t2 name t9 &&
			ip -n vios link set t9 name t2 && ip -n vios link set t2 nomaster ;;
	2)	ip -n vios link set t2 netns c1 && ip -n c1 link set t2 netns vios ;;
	3)	ip -n vios link del t2 && sea_cable t2 c1 t2p ;;
	4)	seactl vios sea0 t2 active=0 order=9 && seactl vios sea0 t2 active=1 order=3 &&
			ip -n vios link set t2 nomaster ;;
	esac && t2_add || return 1
	[ "$CHANGES" -lt $((CYCLES - 1)) ] || pktgen_stop c0 c1 out
}

port_cycles()
{
	local flood status DELAY=$((DELAY * 10))
	sea_cable t2 c1 t2p && t2_add || return 1
	"$TESTS_DIR/sea/flood.py" 7000 c1:t2p out:r1 &
	flood=$!
	flows 0 a d && while_running port_goes
	status=$?
	kill $flood
	wait $flood 2>/dev/null
	ktap_print_msg "$CHANGES times"
	# What comes to a port that is down is dropped before anybody sees it.
	[ $status = 0 ] && [ "$CHANGES" -ge "$CYCLES" ] && arrived && ip -n vios link del t2 &&
		wait_for 5 sea_balanced
}

# rx NETNS:DEV: frames it received
rx() { ip netns exec "${1%:*}" cat "/sys/class/net/${1#*:}/statistics/rx_packets"; }

# stays_out SEA "INTO..." "NOT..." COUNTER...: frames of every kind into these, which the SEA
# bridges; none comes out of those
stays_out()
{
	local sea=$1 into=$2 places=$3 place name before=() after=() bridged=() more=()
	shift 3
	for place in $places; do before+=("$(rx "$place")"); done
	for name in "$@"; do bridged+=("$(sea_stat "$name" "$sea")"); done
	# shellcheck disable=SC2086 # words
	"$TESTS_DIR/sea/flood.py" 2 $into
	for place in $places; do after+=("$(rx "$place")"); done
	for name in "$@"; do
		more+=("$(($(sea_stat "$name" "$sea") - bridged[${#more[@]}]))")
	done
	ktap_print_msg "into $into: ${more[*]} through $sea; $places got ${before[*]} before," \
		"${after[*]} after"
	for name in "${more[@]}"; do
		[ "$name" -gt 0 ] || return 1
	done
	[ "${before[*]}" = "${after[*]}" ]
}

apart()
{
	stays_out sea0 "c0:t0p c1:t1p out:r1" "out:r9 c0:u0p" real_bridged virt_bridged &&
		stays_out sea1 "out:r9 c0:u0p" "out:r1 c0:t0p c1:t1p" real_bridged virt_bridged &&
		stays_out sea0 "c0:t0p" "c1:t1p" virt_bridged &&
		stays_out sea0 "c1:t1p" "c0:t0p" virt_bridged && sea_balanced && sea_balanced "" sea1
}

has_carrier() { [ "$(ip netns exec "$1" cat "/sys/class/net/$2/carrier" 2>/dev/null)" = 1 ]; }

# The second SEA gets a bond of two cables as its real adapter, and the outside one, too.
# pktgen ends a flow for good whose device has no carrier.
make_bonds()
{
	sea_cable r7 out r6 && ip -n vios link set r8 nomaster &&
		ip -n vios link add bond0 type bond mode active-backup miimon 10 &&
		ip -n out link add bond1 type bond mode active-backup miimon 10 || return 1
	set -- vios r8 bond0 vios r7 bond0 out r9 bond1 out r6 bond1
	while [ $# -gt 0 ]; do
		ip -n "$1" link set "$2" down && ip -n "$1" link set "$2" master "$3" &&
			ip -n "$1" link set "$2" up && ip -n "$1" link set "$3" up || return 1
		shift 3
	done
	ip -n vios link set bond0 master sea1 && seactl vios sea1 bond0 role=real &&
		wait_for 10 has_carrier vios bond0 && wait_for 10 has_carrier out bond1
}

active_is() { [ "$(vios cat /sys/class/net/bond0/bonding/active_slave)" = "$1" ]; }

# The cable in use goes, and the other one is taken.
cable_goes()
{
	local old=r8 new=r7
	active_is r8 || { old=r7; new=r8; }
	ip -n vios link set "$old" down && wait_for 5 active_is $new &&
		ip -n vios link set "$old" up && sleep 0.5 || return 1
	[ "$CHANGES" -lt 4 ] || pktgen_stop c0 c1 out
}

# few_lost NAME NETNS DEV SINK-NETNS OTHERS: in $CHANGES changes, and so many others at most
few_lost()
{
	local right lost late others REPLY
	# A bond without a cable takes none; that is no loss.
	pktgen_sent "$2" "$3@$1"
	read -r right _ lost _ late _ others _ < <(seen "$4" "$1")
	ktap_print_msg "$1: $REPLY sent, $right arrived, $lost lost, $late late, $others others in" \
		"$CHANGES changes"
	[ "$REPLY" -gt 500 ] && [ "$late" = 0 ] && [ "$others" -le "$5" ] && [ "$lost" -lt $((REPLY / 10)) ] &&
		[ "$right" -ge $((REPLY - REPLY / 10)) ]
}

# What is on its way when a cable goes is lost, but nothing else.  The SEA says then where its
# address is.
bonded()
{
	local said
	FLOWS+=("g c0 0 u0p 0 out bond1" "h out $FAR bond1 700 c0 u0p.700")
	make_bonds && sink g out bond1 && sink_vlan h c0 u0p 700 &&
		ip -n vios addr add 192.0.2.77/24 dev sea1 || return 1
	said=$(sea_stat output_generated sea1)
	flows 0 g h && while_running cable_goes && sleep 1 || return 1
	said=$(($(sea_stat output_generated sea1) - said))
	ktap_print_msg "the SEA said $said times where it is"
	few_lost g c0 u0p out "$said" && few_lost h out bond1 c0 0 && [ "$CHANGES" -ge 5 ] &&
		[ "$said" -ge "$CHANGES" ] && sea_balanced "" sea1
}

kernel_memory()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^(Slab|KernelStack|Percpu|VmallocUsed):/ { n += $2 } END { print n }' /proc/meminfo
}

# Frames from so many addresses, in microseconds
timed()
{
	local REPLY
	pktgen_clear c0 0 && pktgen_flow c0 0 t0p@s "count $SOURCES" "src_mac 02:00:01:00:00:00" \
		"dst_mac 02:00:00:00:99:99" "vlan_id 100" "src_mac_count $1" \
		"$([ "$1" = 1 ] && echo "flag !MACSRC_RND" || echo "flag MACSRC_RND")" &&
		pktgen_run c0 && pktgen_sent c0 t0p@s || return 1
	pktgen_us c0 t0p@s
}

# As many clients as there may be; the others are counted as such.
is_full()
{
	[ "$(sea_stat clients_overflow)" -gt 0 ] &&
		[ "$("$TESTS_DIR/lib/seaclients.py" vios sea0)" = 4096 ]
}

least() { printf '%s\n' "$@" | sort -n | head -n 1; }

sources()
{
	local before after t fewest most one=() many=()
	seactl vios sea0 accounting=1 && timed 1 >/dev/null || return 1
	before=$(kernel_memory)
	# The best of five: what else the host does can only add.
	for _ in 1 2 3 4 5; do
		t=$(timed 1) && one+=("$t") && t=$(timed "$SOURCES") && many+=("$t") || return 1
	done
	after=$(kernel_memory)
	fewest=$(least "${one[@]}")
	most=$(least "${many[@]}")
	ktap_print_msg "$SOURCES frames: $((fewest / 1000)) ms, from as many addresses" \
		"$((most / 1000)) ms; $((after - before)) KiB"
	is_full && seactl vios sea0 accounting=0 && [ $((after - before)) -lt "$KIB" ] &&
		[ "$most" -lt $((fewest * 2)) ] && sea_balanced
}

ktap_print_header
command -v ethtool >/dev/null || vios_lacks "no ethtool"
sea_setup
vios_load seanull || ktap_exit_fail_msg "cannot load seanull"
pktgen_setup
RT_RUNTIME=$(</proc/sys/kernel/sched_rt_runtime_us)
restore()
{
	pktgen_restore
	put /proc/sys/kernel/sched_rt_runtime_us "$RT_RUNTIME"
	sea_cleanup
}
trap restore EXIT
sea_create && second_sea && make_sinks || ktap_exit_fail_msg "cannot make the SEAs"
ktap_set_plan $((7 + FAR))
ktap_test_result "$FRAMES frames of each of 6 flows while other VLANs change" \
	loaded vlans_change a b c d e f
ktap_test_result "tagged ones while the default trunk's PVID changes" \
	loaded pvid_changes a c d f
seactl vios sea0 thread=1 nthreads=2
ktap_test_result "the same in threads" loaded vlans_change a b c d e f
seactl vios sea0 thread=0
[ "$FAR" = 0 ] || ktap_test_result "a thread's queue that is full" queue_full
ktap_test_result "$CYCLES times another port goes and comes" port_cycles
ktap_test_result "nothing comes out of another SEA, or of another trunk" apart
ktap_test_result "a bond as the real adapter: cables go" bonded
ktap_test_result "$SOURCES source addresses" sources
ktap_finished
