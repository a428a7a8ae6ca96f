#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86
# time: 300
# The machine is restarted with systemd as its init: the boot unit makes the pairs that
# were saved, with the same unit addresses, before either of the two units begins that
# restore targetcli's targets (Debian's name of it and upstream's).
. "$(dirname "$0")/../lib/vios.sh"

TOOL=$TOP/build/tools/vhyp/vhyp
UNITS="rtslib-fb-targetctl.service target.service"

units() { cat "$PAIRS"/*/*/unit | tr '\n' ' '; }

# What the first process does at the next boot; the names are for that shell.
boot_script()
{
	cat <<SCRIPT
PATH=/usr/sbin:/usr/bin:/sbin:/bin
mkdir -p /etc/vios
cp /lab/vhyp.json /etc/vios/
cp -a $TOP/build/tools/root/. /
cp /lib/systemd/system/rtslib-fb-targetctl.service /etc/systemd/system/target.service
cat >/etc/systemd/system/vios-lab-job.service <<UNIT
[Unit]
After=$UNITS
[Service]
Type=oneshot
ExecStart=$TOP/tests/lab/guest.sh job
UNIT
cat >/etc/systemd/system/vios-lab.target <<UNIT
[Unit]
Requires=basic.target
After=basic.target
Wants=$UNITS vios-lab-job.service
UNIT
# In place of modprobe: the modules of the lab are not installed.
insmod $VIOS_MODULES/crq.ko
insmod $VIOS_MODULES/vhyp.ko
rm /lab/boot
exec /lib/systemd/systemd --unit=vios-lab.target
SCRIPT
}

first()
{
	ktap_set_plan 1
	vios_load vhyp || ktap_exit_fail_msg "cannot load vhyp"
	"$TOOL" partition add lpar1 && "$TOOL" pair add disk0 client=lpar1 server_unit=30000040 &&
		"$TOOL" pair add disk1 client=lpar1 && VHYP_SAVE=/lab/vhyp.json "$TOOL" save
	ktap_test_result "pairs are saved" [ $? = 0 ]
	units >/lab/units
	boot_script >/lab/boot
	vios_reboot booted
}

time_of() { systemctl show --value -p "$2" "$1"; }

# before UNIT: did the restoring of pairs end before it began?
before()
{
	local ours theirs
	ours=$(time_of vhyp-restore.service ExecMainExitTimestampMonotonic)
	theirs=$(time_of "$1" ExecMainStartTimestampMonotonic)
	ktap_print_msg "pairs restored at $ours us, $1 at $theirs us"
	[ "$ours" -gt 0 ] && [ "$theirs" -gt "$ours" ]
}

booted()
{
	local unit
	ktap_set_plan 5
	ktap_test_result "systemd is the init" [ "$(cat /proc/1/comm)" = systemd ]
	ktap_test_result "the boot unit has succeeded" \
		[ "$(time_of vhyp-restore.service ActiveState)" = active ]
	for unit in $UNITS; do
		ktap_test_result "before $unit" before "$unit"
	done
	ktap_test_result "with the same unit addresses" [ "$(units)" = "$(cat /lab/units)" ]
	systemctl --no-pager status vhyp-restore.service 2>&1 | head -n 20 | sed 's/^/# /'
	ktap_finished
}

ktap_print_header
vios_setup
[ -x "$TOOL" ] || ktap_exit_fail_msg "the tool is not built (make tools)"
if [ "${VIOS_STAGE:-}" = booted ]; then
	booted
else
	first
fi
