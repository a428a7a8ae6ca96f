#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86
# soak-labs: debug
# time: 300
# soak-time: 6000
# A SEA goes while frames come in from both sides: with its module, before it, under another
# name, with its namespace; every other time one with threads that counts clients.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"

case ${SOAK:+soak}${VIOS_LAB:-} in
# Where a frame takes some milliseconds
debug)		cycles=12 ;;
soakdebug)	cycles=100 ;;
soak*)		cycles=1000 ;;
*)		cycles=24 ;;
esac
CYCLES=${CYCLES:-$cycles}	# may be given

traffic()
{
	vios ethtool -S sea0 | awk '$1 ~ /^(real|virt)_bridged:$/ && $2 > 100 { n++ }
		END { exit n != 2 }'
}

flood()
{
	"$TESTS_DIR/sea/flood.py" 7000 c0:t0p c1:t1p out:r1 &
	FLOOD=$!
}

flood_end()
{
	kill "$FLOOD" || return 1
	wait "$FLOOD" 2>/dev/null
	return 0
}

unloads()
{
	local status
	flood
	"$TESTS_DIR/sea/unload.py" vios "$(vios_module_file sea)" "$CYCLES"
	status=$?
	flood_end && return $status
}

# Its cables go with it, and their other ends.
namespace_goes()
{
	vios_load sea && sea_create || return 1
	flood
	wait_for 20 traffic && ip netns del vios && wait_for 20 rmmod sea && flood_end
}

ktap_print_header
command -v ethtool >/dev/null || vios_lacks "no ethtool"
sea_setup
rmmod sea
ktap_set_plan 2
ktap_test_result "$CYCLES times a SEA goes under traffic" unloads
ktap_test_result "a namespace goes under traffic" namespace_goes
ktap_finished
