#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86 debug
# time: 240
# What a client is told only if it asked: T_LOGOUT when the target is disabled, status 10h
# of a command whose device's path has failed.
. "$(dirname "$0")/../lib/vios.sh"
. "$(dirname "$0")/../lib/target.sh"
. "$(dirname "$0")/../lib/client.sh"

UNIT=30000002
LOG=/tmp/case.log

log_since()
{
	dmesg | sed "1,\\,$MARK,d" >$LOG
}

waits()
{
	log_since
	grep -aq 'vscsitest: waits' $LOG
}

# run CASE [COMMAND...]: the command while the case waits
run()
{
	local name=$1 pid status=0
	shift
	MARK="vios-test: case $RANDOM$RANDOM"
	echo "$MARK" >/dev/kmsg
	vios_load vscsitest test="$name" & pid=$!
	[ $# = 0 ] || { wait_for 30 waits && "$@"; } || status=1
	wait $pid || status=1
	vios_unload vscsitest
	log_since
	grep -a 'vscsitest: ' $LOG | sed 's/^/# /'
	[ $status = 0 ] && grep -aq "vscsitest: $name: ok" $LOG
}

# The case ends with a new connection.
disable() { target_enable $UNIT 0 && target_enable $UNIT 1; }

make_target()
{
	target_backstore d iblock 16 && put "$NULLB/vt_d/badblocks" "+8-15" &&
		target_create $UNIT && target_lun $UNIT 0 d && target_enable $UNIT 1
}

ktap_print_header
vios_setup
trap 'target_clear; vios_cleanup' EXIT
vios_load_server || ktap_exit_fail_msg "cannot load the modules"
{ vhyp_pair p lpar1 && make_target; } || ktap_exit_fail_msg "cannot make a target"
ktap_set_plan 4
ktap_test_result "T_LOGOUT into the last EMPTY_IU, with its tag" run t-logout disable
ktap_test_result "none without EMPTY_IU" run t-logout-unasked disable
ktap_test_result "none before login" run t-logout-early disable
ktap_test_result "status 10h of a failed path, of that command alone" run fast-fail
ktap_finished
