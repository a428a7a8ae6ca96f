#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86
# time: 300
# An adapter with a kernel driver of its own, virtio-net, as the real adapter, and another on
# the same cable outside: the VLANs the driver is told to let through, what is forwarded byte
# for byte, TCP and UDP with the offloads of both.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"

TRACE=/sys/kernel/tracing
# What each adapter of the lab is called here
NIC_VIOS=02:00:00:00:00:e1
NIC_OUT=02:00:00:00:00:e2

# place MAC NAME NETNS: the adapter of that address goes there under that name
place()
{
	local dev
	dev=$(grep -lix "$1" /sys/class/net/*/address) || return 1
	dev=${dev%/address}
	dev=${dev##*/}
	ip link set "$dev" down && ip link set "$dev" name "${2}x" &&
		ip link set "${2}x" netns "$3" && ip -n "$3" link set "${2}x" name "$2" &&
		ip -n "$3" link set "$2" up
}

has_nics() { cat /sys/class/net/*/address | grep -qix "$NIC_OUT"; }

adapters()
{
	# Which adds VLAN 0 to all there are when it comes
	modprobe 8021q && modprobe virtio_net && wait_for 10 has_nics &&
		place "$NIC_VIOS" r0 vios && place "$NIC_OUT" r1 out &&
		ip -n out link set r1 promisc on && sea_cable t0 c0 t0p && sea_cable t1 c1 t1p
}

# The driver's own functions say what it is told; third argument: the VLAN.
watch()
{
	mountpoint -q $TRACE || mount -t tracefs none $TRACE
	echo 'p:vid/added virtnet_vlan_rx_add_vid vid=%dx:u16' >>$TRACE/kprobe_events &&
		echo 'p:vid/gone virtnet_vlan_rx_kill_vid vid=%dx:u16' >>$TRACE/kprobe_events &&
		echo 1 >$TRACE/events/vid/enable && : >$TRACE/trace
}

watch_end()
{
	[ ! -e $TRACE/events/vid ] || echo 0 >$TRACE/events/vid/enable
	echo '-:vid/added' >>$TRACE/kprobe_events
	echo '-:vid/gone' >>$TRACE/kprobe_events
} 2>/dev/null

# told added|gone "VID...": since the last look, the driver was told these and no others
told()
{
	local got
	got=$(sed -n "s/.* $1: .*vid=//p" $TRACE/trace | sort -n | xargs)
	[ "$got" = "$2" ] || { ktap_print_msg "$1: '$got', expected '$2'"; return 1; }
}

# changed "ADDED" "GONE" COMMAND...
changed()
{
	local added=$1 gone=$2
	shift 2
	: >$TRACE/trace
	"$@" && told added "$added" && told gone "$gone"
}

vlans_follow()
{
	changed "101" "" bridge -n vios vlan add dev t0 vid 101 &&
		changed "" "" bridge -n vios vlan add dev t0 vid 101 &&
		changed "" "101" bridge -n vios vlan del dev t0 vid 101 &&
		changed "3000 3001 3002" "" bridge -n vios vlan add dev t1 vid 3000-3002 &&
		changed "" "3000 3001 3002" bridge -n vios vlan del dev t1 vid 3000-3002
}

uppers_follow()
{
	changed "400" "" ip -n vios link add link sea0 name sea0.400 up type vlan id 400 &&
		changed "" "" ip -n vios link add link sea0 name sea0.210 up type vlan id 210
}

trunks_follow()
{
	changed "" "200 205" ip -n vios link set t1 nomaster &&
		changed "" "" ip -n vios link set t1 master sea0 &&
		changed "200 205" "" trunk1
}

trunk1()
{
	bridge -n vios vlan add dev t1 vid 2 pvid untagged && bridge -n vios vlan add dev t1 vid 200 &&
		bridge -n vios vlan add dev t1 vid 205 && bridge -n vios vlan add dev t1 vid 210
}

real_goes()
{
	changed "" "$1" ip -n vios link set r0 nomaster &&
		changed "" "" ip -n vios link set r0 master sea0 &&
		changed "$1" "" seactl vios sea0 r0 role=real
}

# A trunk of 40 bytes: what comes in from x comes in there.
tiny_trunk()
{
	sea_cable x c1 xp && printf 'link %s\n' "add tiny type dummy" "set tiny mtu 40" \
		"set tiny master sea0" "set tiny up" | ip -n vios -batch - &&
		printf 'vlan add dev tiny vid %s\n' "9 pvid untagged" 900 | bridge -n vios -batch - &&
		tc -n vios qdisc add dev x clsact && tc -n vios filter add dev x ingress \
			matchall action mirred ingress redirect dev tiny
}

tiny_goes() { ip -n vios link del tiny && ip -n vios link del x; }

restore()
{
	watch_end
	sea_netns_remove
	modprobe -r virtio_net
	vios_cleanup
}

ktap_print_header
command -v ethtool >/dev/null || vios_lacks "no ethtool"
vios_setup
trap restore EXIT
vios_load sea || ktap_exit_fail_msg "cannot load sea"
sea_tun
sea_netns && adapters && watch || ktap_exit_fail_msg "cannot make the network"
ktap_test_result "a SEA is made: the adapter is told its VLANs" \
	changed "1 100 110 200 205 210" "" sea_create
ktap_test_result "VLANs of trunks come and go" vlans_follow
ktap_test_result "VLAN devices of the SEA" uppers_follow
ktap_test_result "a trunk goes and comes" trunks_follow
ktap_test_result "the real adapter goes and comes" real_goes "1 100 110 200 205 210 400"
sea_far_vlans || ktap_exit_fail_msg "cannot make VLAN devices"
ip -n vios link set t1 mtu 1400
ip -n c1 link set t1p mtu 1400
results_of "$TESTS_DIR/sea/vectors.py" vios vectors accelerated double_tags rows groups local \
	options address oversize native large jumbo counters accounting sources
ktap_test_result "a trunk with a tiny MTU" tiny_trunk
results_of "$TESTS_DIR/sea/vectors.py" vios tiny
ktap_test_result "and it goes" tiny_goes
results_of "$TESTS_DIR/sea/tcp.py"
ktap_test_result "the SEA goes: the adapter is told" \
	changed "" "1 100 110 200 205 210 400" ip -n vios link del sea0
ktap_set_plan $((KTAP_TESTNO - 1))
ktap_finished
