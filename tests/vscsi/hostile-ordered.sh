#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86 debug
# time: 240
# ORDERED and SIMPLE commands under task management that aborts them: the LUN serves on.
# A test of its own, because a LUN that hangs takes everything else with it.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"

UNIT=30000002

run()
{
	local mark="vios-test: case $RANDOM$RANDOM" status
	echo "$mark" >/dev/kmsg
	vios_load vscsitest test="$1"
	status=$?
	vios_unload vscsitest
	dmesg | sed "1,\\,$mark,d" | grep -a 'vscsitest: ' | sed 's/^/# /'
	return $status
}

make_target()
{
	target_backstore d0 rd_mcp 64 && target_create $UNIT && target_lun $UNIT 0 d0 &&
		target_enable $UNIT 1
}

ktap_print_header
vios_setup
trap 'target_clear; vios_cleanup' EXIT
vios_load_server || ktap_exit_fail_msg "cannot load the modules"
{ vhyp_pair p lpar1 && make_target; } || ktap_exit_fail_msg "cannot make a target"
ktap_set_plan 1
ktap_test_result "functions that abort ORDERED and SIMPLE commands" run tmf-storm-ordered
ktap_finished
