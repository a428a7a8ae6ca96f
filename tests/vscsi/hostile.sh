#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86 debug
# time: 900
# soak-time: 14400
# A client that sends anything: literal bytes, violations, malformed commands, floods,
# memory that goes away.  Each case is a test; after each the server serves.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"

UNIT=30000002

CASES=(
	literal-init literal-mads literal-session literal-logout
	handshake-client handshake-twice handshake-complete handshake-completes
	handshake-server handshake-crossed handshake-odd
	violate-early violate-ioba violate-length violate-opcode violate-before-login
	violate-after-logout violate-second-login violate-init violate-init-busy
	length-odd length-long length-edge messages
	malformed too-much all-it-moves faults fault-tables
	mads mads-later mad-readonly mad-caps mad-caps-odd logins logouts
	tmfs tmf-unknown tmf-abort tmf-other-lun
	residuals residual-nothing notification cdb-sizes cdb-opcodes cdb-32 attributes
	ring-full credits-over credits-far-over tag-twice tag-race tag-values
	luns-report luns-report-short luns-absent luns-odd
	ordered unordered ordered-chain
)

# run CASE [PARAMETER...]: what the module says goes into the test's output
run()
{
	local name=$1 mark status
	mark="vios-test: $name $RANDOM"
	shift
	echo "$mark" >/dev/kmsg
	vios_load vscsitest test="$name" luns=0,1,5,33 "$@"
	status=$?
	vios_unload vscsitest
	dmesg | sed "1,\\,$mark,d" >/tmp/case.log
	grep -a 'vscsitest: ' /tmp/case.log | sed 's/^/# /'
	[ $status = 0 ] && grep -aq "vscsitest: $name: " /tmp/case.log
}

ktap_print_header
vios_setup
trap 'target_clear; vios_cleanup' EXIT
vios_load_all || ktap_exit_fail_msg "cannot load the modules"
vhyp_pair p lpar1 || ktap_exit_fail_msg "cannot make a pair"
target_backstore d0 rd_mcp 64 && target_backstore d1 fileio 16 &&
	target_backstore d5 rd_mcp 16 4096 && target_backstore d33 rd_mcp 16 &&
	target_create $UNIT && target_lun $UNIT 0 d0 && target_lun $UNIT 1 d1 &&
	target_lun $UNIT 5 d5 && target_lun $UNIT 33 d33 && target_enable $UNIT 1 ||
	ktap_exit_fail_msg "cannot make a target"
ktap_set_plan ${#CASES[@]}
for c in "${CASES[@]}"; do
	ktap_test_result "$c" run "$c"
done
ktap_finished
