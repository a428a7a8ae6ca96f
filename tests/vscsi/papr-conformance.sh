#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: ppc64le
# time: 600
# iscsi-test-cu (libiscsi) on disks of the kernel's own client, over hypervisor calls of a
# pseries guest, and on tcm_loop beside it: as tests/vscsi/conformance.sh, but of the tests
# with two paths only those that differ.
#
# tests/vscsi/papr-conformance.expect lists what fails besides because of the client.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"
. "$TESTS_DIR/lib/phypsim.sh"
. "$TESTS_DIR/lib/papr.sh"
. "$TESTS_DIR/lib/conformance.sh"

# add_disk NAME CLIENT: a pair, and its client's disk in $DISK
add_disk()
{
	local REPLY
	papr_pair "$1" "$2" && target_create "$SIM_SERVER" && target_lun "$SIM_SERVER" 0 d &&
		target_enable "$SIM_SERVER" 1 &&
		wait_for 30 papr_serving "$SIM_SERVER" "$SIM_CLIENT" || return 1
	client_scan "$SIM_CLIENT"
	wait_for 30 client_has_disk "$SIM_CLIENT" 0 && client_has_disk "$SIM_CLIENT" 0 &&
		DISK=$REPLY
}

ktap_print_header
conformance_setup "$TESTS_DIR/vscsi/papr-conformance.expect"
papr_setup
trap 'loopback_clear; papr_cleanup' EXIT
ktap_set_plan 8
target_backstore d rd_mcp 64 && target_backstore e rd_mcp 64 && loopback_create 1 e &&
	loopback_create 2 e && LOOPS=$(loopback_disks 2) || ktap_exit_fail_msg "no loopback disks"
add_disk p lpar1 && FIRST=$DISK && add_disk q lpar1 || ktap_exit_fail_msg "no disks"
ktap_print_msg "disks $FIRST and $DISK, loopback $LOOPS"
# shellcheck disable=SC2086 # two disks
{
ktap_test_result "loopback" conformance_run loop SCSI 150 ${LOOPS% *}
ktap_test_result "the stock client's disk" conformance_run vscsi SCSI 150 "$FIRST"
ktap_test_result "what passes on loopback passes here" conformance_compare loop vscsi
ktap_test_result "two paths of loopback" conformance_run loop2 SCSI.MultipathIO 3 $LOOPS
ktap_test_result "two adapters" conformance_run vscsi2 SCSI.MultipathIO 3 "$FIRST" "$DISK"
ktap_test_result "what passes over two paths of loopback passes here" \
	conformance_compare loop2 vscsi2
}
ktap_test_result "what fails is expected to, with a reason" \
	conformance_expected loop vscsi loop2 vscsi2
ktap_test_result "every call was taken" sim_nothing_missed
ktap_finished
