#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: debug
# time: 300
# Memory runs out at each allocation in turn while a pair is enabled: either it is there
# then, whole, or nothing of it is and the error says so.
. "$(dirname "$0")/../lib/vios.sh"

MAX=200
DEBUG=/sys/kernel/debug

# nth N COMMAND...: the Nth allocation of this process from here on fails
nth()
{
	local n=$1 status
	shift
	echo "$n" >/proc/self/fail-nth
	"$@" 2>/dev/null
	status=$?
	read -r LEFT </proc/self/fail-nth
	echo 0 >/proc/self/fail-nth
	return $status
}

is()
{
	local value=
	read -r value <"$1" && [ "$value" = "$2" ]
}

enabled_whole()
{
	[ -e /sys/bus/vio/devices/30000002 ] && [ -e /sys/bus/vio/devices/30000003 ] &&
		is "$PAIRS/p/enable" 1
}

disabled_whole()
{
	[ ! -e /sys/bus/vio/devices/30000002 ] && [ ! -e /sys/bus/vio/devices/30000003 ] &&
		is "$PAIRS/p/enable" 0 && is "$PAIRS/p/server/state" disabled
}

enable()
{
	local n failed=0
	for ((n = 1; n <= MAX; n++)); do
		if nth $n put "$PAIRS/p/enable" 1; then
			enabled_whole || { ktap_print_msg "half there after $n"; return 1; }
			put "$PAIRS/p/enable" 0 || return 1
			# Nothing failed on the way: all have been tried.
			[ "$LEFT" = 0 ] || break
		else
			failed=$((failed + 1))
		fi
		disabled_whole || { ktap_print_msg "half gone after $n"; return 1; }
	done
	ktap_print_msg "note: $failed of $n allocations made it fail"
	[ $failed -gt 10 ] && [ $n -le $MAX ]
}

ktap_print_header
vios_setup
[ -e /proc/self/fail-nth ] || vios_lacks "this kernel injects no faults"
for f in failslab fail_page_alloc; do
	echo N >$DEBUG/$f/ignore-gfp-wait
	echo 0 >$DEBUG/$f/verbose
done
vios_load vhyp || ktap_exit_fail_msg "cannot load vhyp"
mkdir "$PARTS/lpar1" "$PAIRS/p"
put "$PAIRS/p/client/partition" lpar1
put "$PAIRS/p/window_size" 1M || ktap_exit_fail_msg "cannot make a pair"
ktap_set_plan 2
ktap_test_result "a pair is enabled, or not, when memory runs out" enable
ktap_test_result "it works when there is memory" put "$PAIRS/p/enable" 1
ktap_finished
