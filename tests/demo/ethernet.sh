# SPDX-License-Identifier: GPL-2.0
# The part of "make demo" about Ethernet: two clients, each in a VLAN of its own, reach the
# outside through a Shared Ethernet Adapter, and not each other; and the picture of it, read
# from ip and bridge.
# Needs tests/lib/vios.sh, sea.sh, demo/picture.sh, and show and fail of the demonstration.
# shellcheck shell=bash

ether_create()
{
	local n
	show ip -n vios link add sea0 type sea
	for n in r0 t0 t1; do
		show ip -n vios link set $n master sea0
	done
	show ip -n vios link set r0 type sea_slave role real
	show bridge -n vios vlan add dev t0 vid 1 pvid untagged
	show bridge -n vios vlan add dev t1 vid 2 pvid untagged
	show bridge -n vios vlan add dev t1 vid 200
	show ip -n vios link set sea0 up
}

# The client of a trunk that is not the default one tags its frames.
ether_addresses()
{
	show ip -n c0 addr add 10.1.0.2/24 dev t0p
	show ip -n out addr add 10.1.0.1/24 dev r1
	show ip -n c1 link add link t1p name t1p.200 up type vlan id 200
	show ip -n c1 addr add 10.200.0.2/24 dev t1p.200
	show ip -n out link add link r1 name r1.200 up type vlan id 200
	show ip -n out addr add 10.200.0.1/24 dev r1.200
}

ether_ping()
{
	show ip netns exec c0 ping -q -c 3 10.1.0.1
	show ip netns exec c1 ping -q -c 3 10.200.0.1
	ip -n c1 addr add 10.1.0.3/24 dev t1p.200
	announce ip netns exec c0 ping -q -c 1 -W 1 10.1.0.3
	! ip netns exec c0 ping -q -c 1 -W 1 10.1.0.3 >/dev/null || fail "one VLAN reaches the other"
	note "  no answer: 10.1.0.3 is the other client's, in VLAN 200"
	ip -n c1 addr del 10.1.0.3/24 dev t1p.200
}

ether_load()
{
	local pid said
	announce ip netns exec out iperf3 -s -1
	ip netns exec out iperf3 -s -1 >/dev/null 2>&1 &
	pid=$!
	wait_for 10 ether_listens || fail "iperf3 does not start"
	announce ip netns exec c1 iperf3 -c 10.200.0.1 -t 3
	said=$(ip netns exec c1 iperf3 -c 10.200.0.1 -t 3) || fail "iperf3"
	wait $pid
	grep -E 'sender|receiver' <<<"$said" | indent
}

ether_listens() { ip netns exec out ss -ltn | grep -q :5201; }

# ether_counter NAME: one of the SEA's
ether_counter() { ip netns exec vios ethtool -S sea0 | sed -n "s/^ *$1: //p"; }

# ether_addresses_of NETNS: of its devices, in $REPLY
ether_addresses_of()
{
	REPLY=$(ip -n "$1" -o -4 addr show scope global | awk '{ sub("/.*", "", $4)
		printf "%s%s %s", n++ ? ", " : "", $2, $4 }')
	[ -n "$REPLY" ] || LACKS+=" addresses of $1"
}

# ether_vlans_of PORT: as bridge says, in $REPLY
ether_vlans_of()
{
	REPLY=$(bridge -n vios -compressvlans vlan show dev "$1" | awk 'NR > 1 {
		sub("^" dev, ""); gsub("Egress Untagged", ""); gsub(/[ \t]+/, " "); sub(/ $/, "")
		printf "%s", $0 }' dev="$1")
	[ -n "$REPLY" ] || LACKS+=" VLANs of $1"
}

# ether_port DEV: what ip says of it, in $REPLY
ether_port()
{
	local said
	said=$(ip -n vios -d link show dev "$1" master sea0 2>/dev/null)
	REPLY=
	case $said in
	*"role real"*)	REPLY="real adapter $1" ;;
	*"role trunk"*"default 1"*) REPLY="trunk $1, the default" ;;
	*"role trunk"*)	REPLY="trunk $1" ;;
	esac
	[ -n "$REPLY" ] || LACKS+=" role of $1"
}

# ether_box TITLE WIDTH LINE: three lines of a box
ether_box()
{
	repeat ─ $(($2 - ${#1} - 2))
	BOXES[0]+="┌ $1 $REPLY┐  "
	fit "$3" $(($2 - 2))
	BOXES[1]+="│ $REPLY │  "
	repeat ─ $(($2 / 2))
	BOXES[2]+="└$REPLY┬$REPLY┘  "
	center │ $(($2 + 2))
	BOXES[3]+="$REPLY  "
}

ether_picture()
{
	local n w=35 all=75 down
	LACKS=
	BOXES=()
	for n in c0 c1; do
		ether_addresses_of $n
		ether_box "client partition $n" $w "$REPLY"
	done
	printf '%s\n' "${BOXES[@]}"
	repeat ─ $((all - 30))
	echo "┌ Shared Ethernet Adapter sea0 $REPLY┐"
	for n in t0 t1; do
		ether_port $n
		fit "$REPLY" $w
		down+="$REPLY   "
	done
	echo "│ ${down%   } │"
	down=
	for n in t0 t1; do
		ether_vlans_of $n
		fit "VLANs$REPLY" $w
		down+="$REPLY   "
	done
	echo "│ ${down%   } │"
	ether_port r0
	fit "$REPLY: to the outside $(ether_counter virt_bridged) frames, to clients $(ether_counter real_bridged)" $((all - 2))
	echo "│ $REPLY │"
	repeat ─ $((all / 2))
	echo "└$REPLY┬$REPLY┘"
	center │ $((all + 2))
	echo "$REPLY"
	repeat ─ $((all - 9))
	echo "┌ outside $REPLY┐"
	ether_addresses_of out
	fit "$REPLY" $((all - 2))
	echo "│ $REPLY │"
	repeat ─ $all
	echo "└$REPLY┘"
	[ -z "$LACKS" ]
}
