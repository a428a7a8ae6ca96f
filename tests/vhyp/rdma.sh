#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86 debug
# time: 240
# soak-time: 7200
# Transfers of every size and alignment on two CPUs, compared byte for byte, while a page
# is shared and taken away again: nothing moves through it afterwards.  And a user that
# keeps a mapped page for half a minute holds up its removal as long, and writes to
# nothing afterwards.
. "$(dirname "$0")/../lib/vios.sh"

SECONDS_RDMA=15
SECONDS_DELAY=30
if [ -n "${SOAK:-}" ]; then
	SECONDS_RDMA=1800
	SECONDS_DELAY=300
fi

run() { vios_load crqtest "$@" && rmmod crqtest; }

ktap_print_header
vios_setup
vios_load vhyp || ktap_exit_fail_msg "cannot load vhyp"
vhyp_pair p lpar1 || ktap_exit_fail_msg "cannot make a pair"
ktap_set_plan 4
ktap_test_result "transfers while memory is taken away, $SECONDS_RDMA s" \
	run test=rdma ms=$((SECONDS_RDMA * 1000))
ktap_test_result "a page is not removed under a user of $SECONDS_DELAY s" \
	run test=delayed ms=$((SECONDS_DELAY * 1000))
put "$PAIRS/p/enable" 0 && put "$PAIRS/p/zero_copy" 0 && put "$PAIRS/p/enable" 1
ktap_test_result "transfers without zero copy, 5 s" run test=rdma ms=5000
ktap_test_result "no mapping is left" [ "$(cat "$PAIRS/p/mappings")" = 0 ]
dmesg | grep crqtest: | tail -n 12 | sed 's/^/# /'
ktap_finished
