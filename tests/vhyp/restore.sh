#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86
# time: 60
# The tool saves the pairs, the machine restarts, the boot unit's command restores them
# with the same unit addresses, and again after the modules were reloaded.
. "$(dirname "$0")/../lib/vios.sh"

TOOL=$TOP/build/tools/vhyp/vhyp
export VHYP_SAVE=/lab/vhyp.json

snapshot()
{
	(cd "$VHYP" && grep -r . partitions/*/id partitions/*/uuid pairs/*/{window_size,max_rdma} \
		pairs/*/{zero_copy,any_client,enable,door} pairs/*/*/{partition,unit,location} | sort)
}

same()
{
	diff "$1" <(snapshot)
}

first()
{
	ktap_set_plan 3
	"$TOOL" partition add lpar1 id=5 uuid=01234567-89ab-cdef-0123-456789abcdef &&
	"$TOOL" partition add lpar2 &&
	"$TOOL" pair add disk0 client=lpar1 &&
	"$TOOL" pair add disk1 client=lpar2 server_unit=30000100 client_unit=30000101 \
		window_size=16M max_rdma=64K zero_copy=0 &&
	"$TOOL" pair add gone client=lpar2 && "$TOOL" pair add disk2 client=lpar1 any_client=1 &&
	"$TOOL" pair remove gone && "$TOOL" pair disable disk2
	ktap_test_result "pairs are made" [ $? = 0 ]
	"$TOOL" list | sed 's/^/# /'
	snapshot >/lab/snapshot
	ktap_test_result "and saved" "$TOOL" save
	ktap_test_result "save file is the administrator's alone" \
		[ "$(stat -c %a $VHYP_SAVE)" = 600 ]
	ktap_print_totals
	vios_reboot restored
}

reload()
{
	"$TOOL" clear && rmmod vhyp && rmmod crq && [ ! -e "$VHYP" ] && vios_load vhyp &&
		[ ! -e "$PAIRS/disk0" ] && "$TOOL" restore
}

restored()
{
	ktap_set_plan 5
	vios_load vhyp || ktap_exit_fail_msg "cannot load vhyp"
	ktap_test_result "restored after a restart" "$TOOL" restore
	ktap_test_result "everything is as it was saved" same /lab/snapshot
	ktap_test_result "restored again, nothing changes" "$TOOL" restore
	ktap_test_result "the modules are reloaded" reload
	ktap_test_result "the same after the modules were reloaded" same /lab/snapshot
	ktap_finished
}

ktap_print_header
vios_setup
[ -x "$TOOL" ] || ktap_exit_fail_msg "the tool is not built (make tools)"
if [ "${VIOS_STAGE:-}" = restored ]; then
	restored
else
	vios_load vhyp || ktap_exit_fail_msg "cannot load vhyp"
	first
fi
