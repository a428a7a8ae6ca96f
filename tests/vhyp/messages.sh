#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86 debug
# time: 300
# soak-time: 7200
# Numbered messages both ways at once: none is lost, doubled or out of order, while one
# side after the other frees and registers its queue and partitions are killed; and
# without that, with queues that are full.
. "$(dirname "$0")/../lib/vios.sh"

COUNT=100000
case $VIOS_LAB in
x86)	COUNT=1000000 ;;
debug)	COUNT=50000 ;;
esac
[ -z "${SOAK:-}" ] || COUNT=$((COUNT * 20))

# Kill both partitions again and again while the workload runs; one line for each.
killer()
{
	while :; do
		put "$PARTS/lpar1/test/kill" 1 && put "$PARTS/vios/test/kill" 1 && echo killed
		sleep 0.03
	done
}

run()
{
	vios_load crqtest "$@" count=$COUNT && rmmod crqtest
}

run_killed()
{
	local pid status
	killer >/tmp/killed &
	pid=$!
	run "$@"
	status=$?
	kill $pid
	wait $pid 2>/dev/null
	ktap_print_msg "killed $(wc -l </tmp/killed) times"
	[ $status = 0 ] && [ "$(wc -l </tmp/killed)" -gt 2 ]
}

overwrote() { cat "$PAIRS"/p/*/overwrote | tr '\n' ' '; }

ktap_print_header
vios_setup
vios_load vhyp test_hooks=1 || ktap_exit_fail_msg "cannot load vhyp"
vhyp_pair p lpar1 || ktap_exit_fail_msg "cannot make a pair"
ktap_set_plan 4
ktap_test_result "$COUNT messages each way into queues that are full" run test=flood
ktap_test_result "$COUNT messages each way while queues are freed and registered" \
	run test=churn
ktap_test_result "$COUNT messages each way while partitions are killed as well" \
	run_killed test=churn
# An event that replaces a message would have hidden a loss.
ktap_test_result "no message made room for an event" [ "$(overwrote)" = "0 0 " ]
dmesg | grep crqtest: | tail -n 40 | sed 's/^/# /'
ktap_finished
