#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: debug
# time: 420
# A SEA without memory: for a frame, and for a change.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"

ktap_print_header
[ -e /proc/self/make-it-fail ] || vios_lacks "this kernel injects no faults"
sea_setup
sea_create && sea_far_vlans && sea_near_vlans && sea_cable t2 c1 t2p ||
	ktap_exit_fail_msg "cannot make a SEA"
results_of "$TESTS_DIR/sea/memory.py"
ktap_set_plan $((KTAP_TESTNO - 1))
ktap_finished
