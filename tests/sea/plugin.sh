#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml
# time: 240
# Options of a SEA and of its ports by ip with our plug-ins: each is set and shown, as text
# and as JSON, and what is wrong is refused; the commands that move the host's address to a SEA.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"

# shown DEV TEXT...: "ip -d link show" says each
shown()
{
	local dev=$1 out text
	shift
	out=$(ip -n vios -d link show dev "$dev") || return 1
	for text in "$@"; do
		case $out in
		*" $text "*) ;;
		*)	ktap_print_msg "no '$text' in: $out"
			return 1
			;;
		esac
	done
}

# json DEV EXPRESSION: of Python, on the link as d
json()
{
	ip -n vios -d -j link show dev "$1" |
		python3 -c "import json, sys; d = json.load(sys.stdin)[0]['linkinfo']; sys.exit(not ($2))" ||
		{ ktap_print_msg "$2: $(ip -n vios -d -j link show dev "$1")"; return 1; }
}

# set_and_shown DEV KIND OPTION VALUE...
set_and_shown()
{
	local dev=$1 kind=$2
	shift 2
	while [ $# -gt 0 ]; do
		ip -n vios link set dev "$dev" type "$kind" "$1" "$2" && shown "$dev" "$1 $2" ||
			return 1
		shift 2
	done
}

made()
{
	ip -n vios link add sea0 type sea pvid_leak 1 queue_size 64 clients_max 7 &&
		shown sea0 "pvid_leak 1" "queue_size 64" "clients_max 7" "tagged_pvid 1"
}

options()
{
	set_and_shown sea0 sea pvid_leak 0 pvid_leak 1 tagged_pvid 0 tagged_pvid 1 frag 1 frag 0 \
		largesend 0 largesend 1 large_receive 1 large_receive 0 nthreads 128 nthreads 1 \
		queue_size 65536 queue_size 16 thread 1 qos_mode strict qos_mode loose \
		qos_mode disabled thread 0 accounting 1 accounting 0 clients_max 65536 clients_max 1
}

several()
{
	ip -n vios link set dev sea0 type sea pvid_leak 0 frag 1 nthreads 3 queue_size 128 &&
		shown sea0 "pvid_leak 0" "frag 1" "nthreads 3" "queue_size 128"
}

ports()
{
	ip -n vios link set r0 master sea0 && ip -n vios link set t0 master sea0 &&
		ip -n vios link set t1 master sea0 && shown t0 "role none" "ready 0" || return 1
	set_and_shown r0 sea_slave role real && set_and_shown t0 sea_slave role trunk order 15 \
		order 3 priority 15 priority 1 active 0 active 1 default 1 &&
		set_and_shown t1 sea_slave role ctl role none role trunk order 15 default 1 default 0 &&
		ip -n vios link set t0 type sea_slave default 1 priority 9
}

vlans()
{
	bridge -n vios vlan add dev t0 vid 5 pvid untagged &&
		bridge -n vios vlan add dev t0 vid 100-119 && ip -n vios link set sea0 up || return 1
	shown t0 "pvid 5" "vlans 20" "ready 1" "firmware 0" "priority 9" &&
		shown sea0 "pvid 5" "real r0" "default t0" "trunks 0x8008" "active 0x8008"
}

as_json()
{
	json sea0 "d['info_kind'] == 'sea' and d['info_data']['pvid'] == 5" &&
		json sea0 "d['info_data']['real'] == 'r0' and d['info_data']['trunks'] == 0x8008" &&
		json sea0 "d['info_data']['qos_mode'] == 'disabled'" &&
		json t0 "d['info_slave_kind'] == 'sea' and d['info_slave_data']['role'] == 'trunk'" &&
		json t0 "d['info_slave_data']['vlans'] == 20"
}

wrong()
{
	refused 'unknown option "spam"' ip -n vios link set sea0 type sea spam 1 &&
		refused 'unknown option "real"' ip -n vios link set sea0 type sea real r0 &&
		refused '"frag" needs a value' ip -n vios link set sea0 type sea frag &&
		refused '"2" is no value of "frag"' ip -n vios link set sea0 type sea frag 2 &&
		refused 'is no value of "frag"' ip -n vios link set sea0 type sea frag -1 &&
		refused 'is no value of "nthreads"' ip -n vios link set sea0 type sea nthreads 0 &&
		refused 'is no value of "nthreads"' ip -n vios link set sea0 type sea nthreads 5x &&
		refused 'is no value of "queue_size"' \
			ip -n vios link set sea0 type sea queue_size 4294967312 &&
		refused 'is no value of "qos_mode"' ip -n vios link set sea0 type sea qos_mode 1 &&
		refused 'is no value of "role"' ip -n vios link set t0 type sea_slave role boss &&
		refused 'is no value of "order"' ip -n vios link set t0 type sea_slave order 16 &&
		refused 'is no value of "priority"' ip -n vios link set t0 type sea_slave priority 0
}

help()
{
	ip link help sea 2>&1 | grep -q 'qos_mode { disabled | strict | loose }' &&
		ip link help sea_slave 2>&1 | grep -q 'role { none | real | trunk | ctl }' &&
		refused 'pvid_leak { 0 | 1 }' ip -n vios link set sea0 type sea help
}

# Longer than a request can be
too_many()
{
	local words i
	for ((i = 0; i < 200; i++)); do
		words+=" frag 0"
	done
	# shellcheck disable=SC2086 # words on purpose
	refused "too many options" ip -n vios link set sea0 type sea $words
}

# documented N: the Nth block of commands of Documentation/sea.rst for moving the host's address
documented()
{
	awk -v n="$1" '/^To move it there/ { here = 1 } /^IPv6 addresses move/ { exit }
		here && /^\t/ { if (!within) block++; within = 1; if (block == n) print; next }
		{ within = 0 }' "$TOP/Documentation/sea.rst" | sed 's/eth0/r0/g'
}

reached() { ip netns exec out ping -q -c 1 -W 1 192.0.2.10 >/dev/null; }

has_address() { ip -n vios -o addr show dev "$1" | grep -q 'inet 192.0.2.10/24'; }

route_of() { ip -n vios -o route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p'; }

# The host's address is the SEA's, and the adapter's again; its neighbours notice nothing.
address_moves()
{
	ip -n vios link set r0 nomaster && ip -n out addr add 192.0.2.1/24 dev r1 &&
		ip -n vios addr add 192.0.2.10/24 dev r0 &&
		ip -n vios route add default via 192.0.2.1 && wait_for 10 reached &&
		[ -n "$(documented 1)" ] && vios bash -c "$(documented 1)" &&
		has_address sea0 && ! has_address r0 && [ "$(route_of)" = sea0 ] &&
		wait_for 10 reached && vios bash -c "$(documented 2)" &&
		has_address r0 && ! has_address sea0 && [ "$(route_of)" = r0 ] &&
		wait_for 10 reached
}

ktap_print_header
sea_setup
sea_plugins
ktap_set_plan 10
ktap_test_result "made with options" made
ktap_test_result "each option of a SEA" options
ktap_test_result "several options in a command" several
ktap_test_result "each option of a port" ports
ktap_test_result "what is only shown" vlans
ktap_test_result "JSON" as_json
ktap_test_result "what is wrong is refused" wrong
ktap_test_result "help" help
ktap_test_result "a command that is too long" too_many
ktap_test_result "the host's address moves as documented" address_moves
ktap_finished
