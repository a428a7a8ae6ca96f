#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86 debug
# time: 240
# soak-time: 7200
# Pairs are disabled and removed, drivers unbound, partitions killed and suspended, while
# messages and transfers run between the two ends.
. "$(dirname "$0")/../lib/vios.sh"

ROUNDS=60
[ "$VIOS_LAB" != debug ] || ROUNDS=25
[ -z "${SOAK:-}" ] || ROUNDS=5000

BUS=/sys/bus/vio
S=30000002
C=30000003

pause() { sleep "0.0$((RANDOM % 8 + 1))"; }

make_pair() { vhyp_pair p lpar1 window_size=4M; }

rebind()
{
	local driver=crqtest-$1 unit=$2
	put "$BUS/drivers/$driver/unbind" "$unit" && pause &&
		put "$BUS/drivers/$driver/bind" "$unit"
}

suspend()
{
	# A server with a page mapped refuses it: then there is nothing to resume.
	if put "$PARTS/lpar1/test/suspend" 1; then
		SUSPENDED=$((SUSPENDED + 1))
		pause
		put "$PARTS/lpar1/test/suspend" 0
	fi
}

round()
{
	pause
	case $((RANDOM % 6)) in
	0)	put "$PAIRS/p/enable" 0 && pause && put "$PAIRS/p/enable" 1 ;;
	1)	rmdir "$PAIRS/p" && make_pair ;;
	2)	rebind server $S ;;
	3)	rebind client $C ;;
	4)	put "$PARTS/lpar1/test/kill" 1 && pause && rebind client $C ;;
	5)	suspend ;;
	esac
}

rounds()
{
	local i
	SUSPENDED=0
	for ((i = 0; i < ROUNDS; i++)); do
		round || { ktap_print_msg "round $i failed"; return 1; }
	done
	ktap_print_msg "$SUSPENDED suspensions"
}

figures() { dmesg | sed -n 's/^.*crqtest: load: //p' | tail -n 1; }

worked()
{
	local t m f
	read -r t m f < <(figures | tr -dc '0-9 ' | tr -s ' ')
	[ "${t:-0}" -gt 100 ] && [ "${m:-0}" -gt 100 ] && [ "${f:-1}" = 0 ]
}

ktap_print_header
vios_setup
vios_load vhyp test_hooks=1 || ktap_exit_fail_msg "cannot load vhyp"
make_pair || ktap_exit_fail_msg "cannot make a pair"
vios_load crqtest test=load || ktap_exit_fail_msg "cannot load crqtest"
ktap_set_plan 4
ktap_test_result "$ROUNDS rounds" rounds
ktap_test_result "removed under load" rmdir "$PAIRS/p"
ktap_test_result "unloaded" rmmod crqtest
ktap_print_msg "$(figures)"
ktap_test_result "there was load, and nothing came late" worked
ktap_finished
