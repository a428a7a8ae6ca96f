#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: ppc64le
# time: 600
# each: beside the kernel's server, each case in a boot of its own
# A client that sends anything, as in tests/vscsi/hostile.sh, over hypervisor calls of a
# pseries guest.  CASES="..." picks some; the others are known to be the same there, but for
# late-register: where the client cannot be held, an instant remains (ibmvscsis.rst).
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"
. "$TESTS_DIR/lib/phypsim.sh"
. "$TESTS_DIR/lib/papr.sh"

# What shows faults that Documentation/testing.rst lists.  Not "faults": the DMA mapping of
# powerpc lets a device read whatever it may write, so that half of its faults are none.
read -rd "" -a CASES <<<"${CASES:-
	tmf-unknown tmfs
	malformed fault-tables
	fault-controls
	residuals residual-nothing
	ring-full
	attributes mads mad-caps
	handshake-client handshake-twice handshake-complete
	violate-second-login violate-ioba length-long
	credits-over tag-values
	cdb-sizes cdb-opcodes
	luns-report luns-absent luns-odd
	late-free}"
if [ -n "${LIST:-}" ]; then
	for c in "${CASES[@]}"; do
		printf '%s\t%s\n' "$c" "$c"
	done
	exit
fi

run()
{
	local name=$1 mark="vios-test: case $RANDOM$RANDOM"
	echo "$mark" >/dev/kmsg
	vios_load vscsitest test="$name" unit="$SIM_CLIENT" luns=0 seed=1
	vios_unload vscsitest
	dmesg | sed "1,\\,$mark,d" >/tmp/case.log
	grep -a 'vscsitest: ' /tmp/case.log | sed 's/^/# /'
	! grep -aq 'vscsitest: .*: skip' /tmp/case.log &&
		grep -aq "vscsitest: $name: ok" /tmp/case.log
}

ktap_print_header
papr_setup
rmmod ibmvscsi
papr_pair p lpar1 && target_backstore d0 rd_mcp 64 && target_create "$SIM_SERVER" &&
	target_lun "$SIM_SERVER" 0 d0 && target_enable "$SIM_SERVER" 1 ||
	ktap_exit_fail_msg "cannot make the target"
ktap_set_plan $((${#CASES[@]} + 1))
for c in "${CASES[@]}"; do
	ktap_test_result "$c" run "$c"
done
ktap_test_result "every call was taken" sim_nothing_missed
ktap_finished
