#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml
# time: 300
# soak-time: 3600
# The client without a server: it waits, nothing waits for it, and it goes at any time,
# whatever happened to its partition.
. "$(dirname "$0")/../lib/vios.sh"

CYCLES=10
[ "$VIOS_LAB" != debug ] || CYCLES=3
[ -z "${SOAK:-}" ] || CYCLES=2000

# The directories of our hosts
hosts()
{
	local h
	for h in /sys/class/scsi_host/*; do
		[ "$(cat "$h/proc_name" 2>/dev/null)" != vscsi ] || echo "$h"
	done
}

# is FILE VALUE: within some seconds
is()
{
	local i
	for ((i = 0; i < 50; i++)); do
		[ "$(cat "$(hosts)/$1")" != "$2" ] || return 0
		sleep 0.1
	done
	ktap_print_msg "$1 is '$(cat "$(hosts)/$1")', expected '$2'"
	return 1
}

client() { vios_load vscsi "$@"; }

# A pair enabled before or after the driver: a host, in no hurry
waits()
{
	client && is connection_state waiting && is logins 0 && is credits 0 &&
		[ "$(cat "$PAIRS/p/client/state")" = registered ] && rmmod vscsi &&
		[ -z "$(hosts)" ] && [ "$(cat "$PAIRS/p/client/state")" = unregistered ]
}

driver_first()
{
	rmdir "$PAIRS/p" && client && [ -z "$(hosts)" ] && vhyp_pair p lpar1 &&
		is connection_state waiting && rmdir "$PAIRS/p" && [ -z "$(hosts)" ] &&
		vhyp_pair p lpar1 && is connection_state waiting && rmmod vscsi
}

# FIRST scan of LUN 0, which sends an INQUIRY
scan() { put "$(hosts)/scan" "0 0 0"; }

# No request waits longer than it may, and none comes too early.
# The debug kernel takes its time for a scan.
SLOW=1
[ "$VIOS_LAB" != debug ] || SLOW=10

times_out()
{
	local start=$SECONDS
	client reconnect_timeout=3 && scan || return 1
	[ $((SECONDS - start)) -ge 2 ] && [ $((SECONDS - start)) -le $((10 * SLOW)) ] &&
		is in_flight 0 && rmmod vscsi
}

fails_at_once()
{
	local start=$SECONDS
	client reconnect_timeout=0 && is connection_state waiting && scan || return 1
	[ $((SECONDS - start)) -le $((2 * SLOW)) ] && rmmod vscsi
}

# A request that would wait for ever does not keep the driver.
unloads_under_request()
{
	local pid
	client reconnect_timeout=-1 && is connection_state waiting || return 1
	scan &
	pid=$!
	sleep 1
	kill -0 $pid || return 1
	rmmod vscsi || return 1
	wait $pid
	[ -z "$(hosts)" ]
}

suspended()
{
	local resets
	client && is connection_state waiting || return 1
	resets=$(cat "$(hosts)/resets")
	put "$PARTS/lpar1/test/suspend" 1 && sleep 0.5 || return 1
	put "$PARTS/lpar1/test/suspend" 0 && is connection_state waiting &&
		is resets $((resets + 1)) && is last_error suspended || return 1
	# Gone while it is suspended
	put "$PARTS/lpar1/test/suspend" 1 && sleep 0.5 && rmmod vscsi &&
		put "$PARTS/lpar1/test/suspend" 0
}

# A partition that failed has no memory in its window: only a new start helps.
killed()
{
	client && is connection_state waiting && put "$PARTS/lpar1/test/kill" 1 &&
		rmmod vscsi && client && is connection_state waiting &&
		put "$PARTS/vios/test/kill" 1 && is connection_state waiting &&
		rmmod vscsi
}

cycles()
{
	local i
	for ((i = 0; i < CYCLES; i++)); do
		client && rmmod vscsi || return 1
		client && put "$PAIRS/p/enable" 0 && [ -z "$(hosts)" ] &&
			put "$PAIRS/p/enable" 1 && rmmod vscsi || return 1
	done
}

# What there is room for decides, down to a window that is too small for anything.
windows()
{
	local size
	rmdir "$PAIRS/p" || return 1
	for size in 4K 16K 64K 1M 256M; do
		vhyp_pair p lpar1 window_size=$size && client max_requests=1022 || return 1
		ktap_print_msg "window of $size: $(cat "$(hosts)/can_queue" 2>/dev/null || echo no) requests"
		case $size in
		4K)	[ -z "$(hosts)" ] ;;
		1M)	is can_queue 60 ;;
		256M)	is can_queue 1022 ;;
		esac || return 1
		rmmod vscsi && rmdir "$PAIRS/p" || return 1
	done
	vhyp_pair p lpar1
}

wrong_parameters()
{
	local p
	for p in max_requests=0 max_requests=1023 tmf_timeout=0 reconnect_timeout=-2 \
		reconnect_timeout=x; do
		! client $p 2>/dev/null || return 1
	done
	client max_requests=1 tmf_timeout=1 reconnect_timeout=-1 && is can_queue 1 && rmmod vscsi
}

ktap_print_header
vios_setup
vios_load vhyp test_hooks=1 || ktap_exit_fail_msg "cannot load vhyp"
vhyp_pair p lpar1 || ktap_exit_fail_msg "cannot make a pair"
ktap_set_plan 10
ktap_test_result "waits for a server, and goes" waits
ktap_test_result "pairs come and go while it is there" driver_first
ktap_test_result "requests fail after reconnect_timeout" times_out
ktap_test_result "or at once" fails_at_once
ktap_test_result "unloaded under a request that waits for ever" unloads_under_request
ktap_test_result "suspended and resumed, and removed while suspended" suspended
ktap_test_result "partitions fail" killed
ktap_test_result "$CYCLES times loaded, unloaded, and its pair disabled" cycles
ktap_test_result "windows of many sizes" windows
ktap_test_result "parameters out of range are refused" wrong_parameters
ktap_finished
