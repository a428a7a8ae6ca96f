#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86
# time: 300
# The machine is restarted with systemd as its init: the boot unit makes the pairs that
# were saved, with the same unit addresses, before either of the two units begins that
# restore targetcli's targets (Debian's name of it and upstream's).
. "$(dirname "$0")/../lib/vios.sh"
. "$(dirname "$0")/../lib/boot.sh"

units() { cat "$PAIRS"/*/*/unit | tr '\n' ' '; }

first()
{
	ktap_set_plan 1
	vios_load vhyp || ktap_exit_fail_msg "cannot load vhyp"
	"$VHYP_TOOL" partition add lpar1 && "$VHYP_TOOL" pair add disk0 client=lpar1 server_unit=30000040 &&
		"$VHYP_TOOL" pair add disk1 client=lpar1 && VHYP_SAVE=/lab/vhyp.json "$VHYP_TOOL" save
	ktap_test_result "pairs are saved" [ $? = 0 ]
	units >/lab/units
	boot_script crq vhyp >/lab/boot
	vios_reboot booted
}

booted()
{
	local unit
	ktap_set_plan 5
	ktap_test_result "systemd is the init" [ "$(cat /proc/1/comm)" = systemd ]
	ktap_test_result "the boot unit has succeeded" \
		[ "$(time_of vhyp-restore.service ActiveState)" = active ]
	for unit in $BOOT_UNITS; do
		ktap_test_result "before $unit" before "$unit"
	done
	ktap_test_result "with the same unit addresses" [ "$(units)" = "$(cat /lab/units)" ]
	systemctl --no-pager status vhyp-restore.service 2>&1 | head -n 20 | sed 's/^/# /'
	ktap_finished
}

ktap_print_header
vios_setup
[ -x "$VHYP_TOOL" ] || ktap_exit_fail_msg "the tool is not built (make tools)"
if [ "${VIOS_STAGE:-}" = booted ]; then
	booted
else
	first
fi
