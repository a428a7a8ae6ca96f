#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: ppc64le
# time: 240
# Virtual Ethernet adapters of type l-lan, with the kernel's own driver, ibmveth, as trunks of
# two SEAs and as a client's.  QEMU brings them; what its firmware does not know of trunks,
# illansim.ko answers: which of the two is active.
#
#      c0                    vios                  out
#   ┌───────┐       ┌─────────────────────┐      ┌──────┐
#   │ eth2 ─┼───┬───┼─ eth0 ─ sea0 ─ r0 ──┼──────┼─ r1  │
#   └───────┘   └───┼─ eth1 ─ sea1 ─ r8 ──┼──────┼─ r9  │
#                   └─────────────────────┘      └──────┘
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"
. "$TESTS_DIR/lib/phypsim.sh"

NODES="/vdevice/l-lan@71000021 /vdevice/l-lan@71000022"

make_trunks()
{
	local node
	modprobe ibmveth || return 1
	for node in $NODES; do
		sim_property "$node" ibm,trunk-adapter 'y' || return 1
	done
	vios_load illansim units=0x71000021,0x71000022
}

# An adapter of that unit address goes to a namespace under that name.
place()
{
	local dev
	for dev in "/sys/bus/vio/devices/$1"/net/*; do
		dev=${dev##*/}
		ip link set "$dev" down && ip link set "$dev" name "$2x" &&
			ip link set "$2x" netns "$3" && ip -n "$3" link set "$2x" name "$2" &&
			ip -n "$3" link set "$2" up || return 1
	done
}

make_sea()
{
	ip -n vios link add "$1" type sea && ip -n vios link set "$3" master "$1" &&
		ip -n vios link set "$2" master "$1" && seactl vios "$1" "$3" role=real &&
		bridge -n vios vlan add dev "$2" vid 1 pvid untagged &&
		bridge -n vios vlan add dev "$2" vid 100 && ip -n vios link set "$1" up
}

make_seas()
{
	sea_cable r0 out r1 && sea_cable r8 out r9 && make_sea sea0 eth0 r0 && make_sea sea1 eth1 r8
}

llan_cleanup()
{
	local node
	ip netns exec vios ip link del sea0 2>/dev/null
	ip netns exec vios ip link del sea1 2>/dev/null
	sea_cleanup
	rmmod ibmveth 2>/dev/null
	for node in $NODES; do
		sim_property_remove "$node" ibm,trunk-adapter
	done
}

seen()
{
	[ "$(cat /sys/module/illansim/parameters/missed)" = 0 ] &&
		[ "$(cat /sys/module/illansim/parameters/calls)" -gt 5 ]
}

ktap_print_header
vios_setup
vios_load sea || ktap_exit_fail_msg "cannot load sea"
trap llan_cleanup EXIT
sea_netns && make_trunks || ktap_exit_fail_msg "cannot make trunk adapters"
ktap_test_result "adapters of the kernel's own driver" \
	eval 'place 71000021 eth0 vios && place 71000022 eth1 vios && place 71000023 eth2 c0'
ktap_test_result "two SEAs" make_seas
results_of "$TESTS_DIR/sea/llan.py" vios
ktap_test_result "no call was missed" seen
ktap_set_plan $((KTAP_TESTNO - 1))
ktap_finished
