#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86 debug
# time: 400
# soak-time: 7200
# Load and unload many times, make and remove many pairs: nothing is left in sysfs, configfs
# or memory.
. "$(dirname "$0")/../lib/vios.sh"

CYCLES=40
PAIRS_COUNT=1000
case $VIOS_LAB in
debug)	CYCLES=10; PAIRS_COUNT=60 ;;
esac
[ -z "${SOAK:-}" ] || CYCLES=2000

load_cycles()
{
	local i
	for ((i = 0; i < CYCLES; i++)); do
		vios_load vhyp || return 1
		# Each tenth time with pairs and drivers in place.
		if ((i % 10 == 0)); then
			vhyp_pair p lpar1 window_size=1M || return 1
			vios_load crqtest test=messages count=100 || return 1
			rmmod crqtest || return 1
			vhyp_clear
		fi
		rmmod vhyp && rmmod crq || return 1
	done
	[ ! -e /sys/bus/vio ] && [ ! -e $VHYP ] && [ ! -e /sys/devices/vio ]
}

# all at once: a directory each, without a process each
thousand_pairs()
{
	local i n=$PAIRS_COUNT
	mkdir "$PARTS/lpar1" || return 1
	eval "mkdir $PAIRS/p{1..$n}" || return 1
	for ((i = 1; i <= n; i++)); do
		put "$PAIRS/p$i/client/partition" lpar1 &&
		put "$PAIRS/p$i/window_size" 1M && put "$PAIRS/p$i/enable" 1 || return 1
	done
	local devices=(/sys/bus/vio/devices/*)
	[ ${#devices[@]} = $((2 * n)) ] || { ktap_print_msg "${#devices[@]} devices"; return 1; }
	# The last is as good as the first.
	[ "$(cat "$PAIRS/p$n/server/unit")" = "$(printf %x $((0x30000002 + 2 * (n - 1))))" ] ||
		return 1
	eval "rmdir $PAIRS/p{1..$n}" || return 1
	devices=(/sys/bus/vio/devices/*)
	[ "${devices[*]}" = "/sys/bus/vio/devices/*" ] || return 1
	devices=("$PAIRS"/*)
	[ "${devices[*]}" = "$PAIRS/*" ] && rmdir "$PARTS/lpar1"
}

# Free memory in KiB, with what each processor keeps for itself
free_kib()
{
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	awk '/^MemFree:/ { n += $2 } $1 == "count:" { n += $2 * 4 } END { print n }' \
		/proc/meminfo /proc/zoneinfo
}

# The first thousand has warmed everything up: the next must leave nothing.  A page a
# pair would be seen; what is smaller is kmemleak's to find.  Others use memory too: what
# is lost is lost each time, what they took is not.
no_memory_lost()
{
	local before after round
	before=$(free_kib)
	for round in 1 2 3 4; do
		thousand_pairs || return 1
		after=$(free_kib)
		ktap_print_msg "note: round $round: $((before - after)) KiB less after $PAIRS_COUNT pairs"
		[ $((before - after)) -ge $((PAIRS_COUNT * 2)) ] || return 0
		before=$after
	done
	return 1
}

# Pairs that go while their drivers work.
removed_under_drivers()
{
	local i
	for i in 1 2 3 4 5; do
		vhyp_pair "r$i" lpar1 window_size=2M && vios_load crqtest test=idle || return 1
		rmdir "$PAIRS/r$i" && rmmod crqtest || return 1
	done
	rmdir "$PARTS/lpar1"
}

nothing_left() { [ ! -e /sys/bus/vio ] && [ ! -e $VHYP ] && [ ! -e /sys/module/crq ]; }

ktap_print_header
vios_setup
ktap_set_plan 5
ktap_test_result "$CYCLES times loaded and unloaded" load_cycles
vios_load vhyp || ktap_exit_fail_msg "cannot load vhyp"
ktap_test_result "$PAIRS_COUNT pairs made and removed" thousand_pairs
ktap_test_result "no memory is lost" no_memory_lost
ktap_test_result "pairs removed while drivers are bound" removed_under_drivers
rmmod vhyp
rmmod crq
ktap_test_result "nothing is left in sysfs and configfs" \
	nothing_left
ktap_finished
