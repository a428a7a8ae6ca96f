#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml
# time: 300
# iscsi-test-cu (libiscsi), every SCSI test with data loss allowed, against the client's
# disk and against tcm_loop on the same kernel and backstore: what passes on loopback
# passes here.  Its tests of several paths run over two adapters.
#
# tests/vscsi/conformance.expect lists what fails and why.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"
. "$TESTS_DIR/lib/conformance.sh"

ktap_print_header
conformance_setup
target_setup
vhyp_pair q lpar1 || ktap_exit_fail_msg "cannot make a second pair"
ktap_set_plan 7
target_backstore d rd_mcp 64 && target_backstore e rd_mcp 64 && target_create 30000002 &&
	target_create 30000004 && target_lun 30000002 0 d && target_lun 30000004 0 d &&
	target_enable 30000002 1 && target_enable 30000004 1 && loopback_create 1 e &&
	loopback_create 2 e || ktap_exit_fail_msg "cannot make the targets"
DISK=$(client_disk 30000003 0) && OTHER=$(client_disk 30000005 0) ||
	ktap_exit_fail_msg "no disks"
LOOPS=$(loopback_disks 2) || ktap_exit_fail_msg "no loopback disks"
ktap_print_msg "disks $DISK and $OTHER, loopback $LOOPS"
# shellcheck disable=SC2086 # two disks
{
ktap_test_result "loopback" conformance_run loop SCSI 150 ${LOOPS% *}
ktap_test_result "the virtual disk" conformance_run vscsi SCSI 150 "$DISK"
ktap_test_result "what passes on loopback passes here" conformance_compare loop vscsi
ktap_test_result "two paths of loopback" conformance_run loop2 SCSI 150 $LOOPS
ktap_test_result "two adapters" conformance_run vscsi2 SCSI 150 "$DISK" "$OTHER"
ktap_test_result "what passes over two paths of loopback passes here" \
	conformance_compare loop2 vscsi2
}
ktap_test_result "what fails is expected to, with a reason" \
	conformance_expected loop vscsi loop2 vscsi2
ktap_finished
