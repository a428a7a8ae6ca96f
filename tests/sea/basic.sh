#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86
# soak-labs: debug
# time: 600
# soak-time: 1800
# A SEA by stock ip and bridge: what forwards where, byte for byte and counter for counter;
# TCP and UDP with all offloads (in user-mode Linux with TCP=1 only: there a socket that waits
# is sometimes not woken on a busy host); what is refused, and why; what happens to its ports.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"

# vlans_of DEV: VLANs as stock bridge shows them, on a line
vlans_of() { bridge -n vios vlan show dev "$1" | sed '1d; s/^[^ \t]*//' | xargs; }

is() { [ "$1" = "$2" ] || { ktap_print_msg "is '$1', expected '$2'"; return 1; }; }

shown()
{
	is "$(vlans_of t0)" "1 PVID Egress Untagged 100 110" &&
		is "$(vlans_of t1)" "2 PVID Egress Untagged 200 205 210" &&
		is "$(vlans_of r0)" "1 PVID Egress Untagged 100 110 200 205 210"
}

all_shown()
{
	bridge -n vios vlan add dev t1 vid 3-99 && bridge -n vios vlan add dev t1 vid 211-4094 ||
		return 1
	is "$(bridge -n vios -compressvlans vlan show dev t1 | sed '1d; s/^[^ \t]*//' | xargs)" \
		"2 PVID Egress Untagged 3-99 200 205 210-4094" || return 1
	is "$(bridge -n vios vlan show | sed 1d | grep -c '^[a-z]')" 3 || return 1
	bridge -n vios vlan del dev t1 vid 3-99 && bridge -n vios vlan del dev t1 vid 211-4094 &&
		shown
}

new_pvid()
{
	bridge -n vios vlan add dev t0 vid 7 pvid untagged || return 1
	is "$(vlans_of t0)" "7 PVID Egress Untagged 100 110" || return 1
	is "$(vlans_of r0)" "7 PVID Egress Untagged 100 110 200 205 210" || return 1
	bridge -n vios vlan add dev t0 vid 1 pvid untagged && shown
}

# Every second VLAN is the most a message has to say; the real adapter shows those of both.
scattered_shown()
{
	local v vids
	vids=$(seq 1001 2 2199)
	for v in $vids; do echo "vlan add dev t1 vid $v"; done | bridge -n vios -batch - &&
		is "$(vlans_of t1)" "$(xargs <<<"2 PVID Egress Untagged 200 205 210 $vids")" &&
		is "$(vlans_of r0)" "$(xargs <<<"1 PVID Egress Untagged 100 110 200 205 210 $vids")" &&
		is "$(bridge -n vios vlan show | sed 1d | grep -c '^[a-z]')" 3 || return 1
	for v in $vids; do echo "vlan del dev t1 vid $v"; done | bridge -n vios -batch - && shown
}

# The SEA's own interface is in the VLAN of the default trunk's PVID.
native_refused()
{
	refused "Device or resource busy" \
		ip -n vios link add link sea0 name sea0.1 type vlan id 1 &&
		ip -n vios link add link sea0 name sea0.2 type vlan id 2 &&
		ip -n vios link del sea0.2 &&
		refused "a VLAN device for this VLAN" \
			bridge -n vios vlan add dev t0 vid 400 pvid untagged &&
		bridge -n vios vlan add dev t1 vid 400 pvid untagged || return 1
	refused "a VLAN device for this VLAN" seactl vios sea0 t1 default=1 || return 1
	bridge -n vios vlan add dev t1 vid 2 pvid untagged && shown
}

monitored()
{
	local out=/tmp/monitor.$$ pid i
	ip netns exec vios bridge monitor link >"$out" 2>&1 &
	pid=$!
	for ((i = 0; i < 20; i++)); do
		bridge -n vios vlan add dev t1 vid 333 && bridge -n vios vlan del dev t1 vid 333
		grep -q t1 "$out" && break
		sleep 0.2
	done
	kill "$pid" && wait "$pid" 2>/dev/null
	grep -q 't1.*master sea0' "$out"
}

ports_refused()
{
	ip -n vios link add spare type dummy && ip -n vios link add br0 type bridge &&
		ip -n vios link add sea1 type sea || return 1
	refused "the loopback device cannot be a port" ip -n vios link set lo master sea0 &&
		refused "a SEA cannot be a port of a SEA" ip -n vios link set sea1 master sea0 &&
		refused "a VLAN device cannot be a port" ip -n vios link set sea0.210 master sea1 &&
		refused "allow" ip -n vios link set sea1 master br0 || return 1
	ip -n vios link add link spare name spare.9 type vlan id 9
	refused "the device has VLAN devices" ip -n vios link set spare master sea0 || return 1
	ip -n vios link del spare.9
	ip -n vios link add link spare name mac0 type macvlan
	refused "frames go elsewhere" ip -n vios link set spare master sea0 || return 1
	ip -n vios link del mac0
	ip -n vios link add link sea1 name mac1 type macvlan
	refused "on top of a SEA" ip -n vios link set mac1 master sea0 || return 1
	ip -n vios link del mac1
	ip -n vios link add bond0 type bond && ip -n vios link set bond0 master sea0 || return 1
	refused "a SEA cannot be below" ip -n vios link set sea1 master bond0 || return 1
	ip -n vios link del bond0
	refused "a port of a SEA cannot have VLAN devices" \
		ip -n vios link add link t0 name t0.9 type vlan id 9 || return 1
	refused "VLAN" bridge -n vios vlan add dev t0 vid 5000 || return 1
	refused "has no role" sh -c "ip -n vios link set spare master sea1 && bridge -n vios vlan add dev spare vid 9"
}

# master DEV: who that is
master() { ip -n vios -o link show "$1" | sed -n 's/.* master \([^ ]*\).*/\1/p'; }

# A port that is in a bridge leaves it for the SEA, as with every master, and the other way.
from_a_bridge()
{
	ip -n vios link set spare master br0 && is "$(master spare)" br0 &&
		ip -n vios link set spare master sea1 && is "$(master spare)" sea1 &&
		ip -n vios link set spare master br0 && is "$(master spare)" br0 &&
		ip -n vios link set spare nomaster && ip -n vios link del br0
}

# An address of the host's on a port is warned about (plugin.sh moves one).
address_warned()
{
	local addr out
	for addr in 10.9.9.1/24 fd09::1/64; do
		[ $addr = 10.9.9.1/24 ] || [ -e /proc/sys/net/ipv6 ] || continue
		[ $addr = 10.9.9.1/24 ] ||
			vios sh -c 'echo 0 >/proc/sys/net/ipv6/conf/spare/disable_ipv6'
		ip -n vios addr add $addr dev spare || return 1
		out=$(ip -n vios link set spare master sea1 2>&1) || return 1
		case $out in
		*"move them to the SEA"*) ;;
		*) ktap_print_msg "$addr: said '$out'"; return 1 ;;
		esac
		ip -n vios addr del $addr dev spare && ip -n vios link set spare nomaster ||
			return 1
	done
	out=$(ip -n vios link set spare master sea1 2>&1) && is "$out" "" &&
		ip -n vios link set spare nomaster
}

gathers() { vios ethtool -k "$1" | awk '$1 == "tx-scatter-gather:" { print $2 }'; }

# The SEA takes frames in several pieces as long as one of its ports does.
follows_features()
{
	local dev
	is "$(gathers sea0)" on || return 1
	for dev in r0 t0 t1; do
		is "$(gathers sea0)" on && vios ethtool -K $dev sg off >/dev/null || return 1
	done
	is "$(gathers sea0)" off || return 1
	for dev in r0 t0 t1; do
		vios ethtool -K $dev sg on >/dev/null && is "$(gathers sea0)" on || return 1
	done
}

follows_real()
{
	local mac
	mac=$(vios cat /sys/class/net/r0/address)
	is "$(vios cat /sys/class/net/sea0/address)" "$mac" || return 1
	is "$(vios cat /sys/class/net/sea0/carrier)" 1 || return 1
	ip -n vios link set r0 address 02:00:00:00:aa:aa || return 1
	is "$(vios cat /sys/class/net/sea0/address)" 02:00:00:00:aa:aa || return 1
	ip -n vios link set r0 address "$mac" || return 1
	ip -n vios link set r0 mtu 1300 && is "$(vios cat /sys/class/net/sea0/mtu)" 1300 || return 1
	refused "" ip -n vios link set sea0 mtu 1400 || return 1
	ip -n vios link set r0 mtu 1500 && ip -n vios link set sea0 mtu 1500 || return 1
	ip -n out link set r1 down
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ "$(vios cat /sys/class/net/sea0/carrier)" = 1 ] || break
		sleep 0.2
	done
	is "$(vios cat /sys/class/net/sea0/carrier)" 0 || return 1
	ip -n out link set r1 up
}

# Ports go in every way there is, and come back.
ports_go()
{
	ip -n vios link set t1 nomaster || return 1
	is "$(bridge -n vios vlan show dev t1 | sed 1d | xargs)" "" || return 1
	ip -n vios link set t1 master sea0 || return 1
	bridge -n vios vlan add dev t1 vid 2 pvid untagged || return 1
	ip -n vios link set t1 netns c1 && ip -n c1 link set t1 netns vios || return 1
	is "$(vios cat /sys/class/net/t1/flags)" 0x1002 || return 1
	ip -n vios link set r0 nomaster || return 1
	is "$(vios cat /sys/class/net/sea0/carrier)" 0 || return 1
	ip -n vios link del t0 || return 1
	is "$(bridge -n vios vlan show | sed 1d | xargs)" "" || return 1
	refused "" ip -n vios link set sea0 netns c0 || return 1
	ip -n vios link del sea0
}

ktap_print_header
command -v ethtool >/dev/null || vios_lacks "no ethtool"
sea_setup
vios_load seatest || ktap_exit_fail_msg "cannot load seatest"
ktap_test_result "a SEA is made with ip and bridge" sea_create
ktap_test_result "VLAN devices" eval "sea_far_vlans && sea_near_vlans"
ktap_test_result "the SEA can what its ports can" follows_features
# Before it gets an address of its own
ktap_test_result "the SEA follows its real adapter" follows_real
ip -n vios link set t1 mtu 1400
ip -n c1 link set t1p mtu 1400
ktap_test_result "bridge shows VLANs" shown
results_of "$TESTS_DIR/sea/vectors.py" vios
[ -z "${SOAK:-}" ] || results_of "$TESTS_DIR/sea/vectors.py" vios ageing
[ "$VIOS_LAB" != debug ] || export SEA_TCP_SIZE=1048576
[ "$VIOS_LAB" = uml ] && [ -z "${TCP:-}" ] || results_of "$TESTS_DIR/sea/tcp.py"
ktap_test_result "4094 VLANs are shown" all_shown
ktap_test_result "every second VLAN is shown" scattered_shown
ktap_test_result "the VLAN of the SEA's own interface" native_refused
ktap_test_result "a new PVID replaces the old one" new_pvid
ktap_test_result "bridge monitor sees changes" monitored
ktap_test_result "what cannot be a port" ports_refused
results_of "$TESTS_DIR/sea/control.py" vios
ktap_test_result "bridges go on as before" from_a_bridge
ktap_test_result "the host's address on a port" address_warned
ktap_test_result "ports go" ports_go
ktap_set_plan $((KTAP_TESTNO - 1))
ktap_finished
