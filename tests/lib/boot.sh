# SPDX-License-Identifier: GPL-2.0
# A restart of the lab with systemd as its init, which starts the units that restore what
# was saved: pairs from /lab/vhyp.json, targets from /lab/saveconfig.json if that is there.
# Needs tests/lib/vios.sh.
# shellcheck shell=bash

# shellcheck disable=SC2034 # for who sources this
VHYP_TOOL=$TOP/build/tools/vhyp/vhyp
# Debian's name of the unit that restores targets, and upstream's
BOOT_UNITS="rtslib-fb-targetctl.service target.service"

# boot_script MODULE...: what the first process does at the next boot; the names are for
# that shell.
boot_script()
{
	local m
	cat <<SCRIPT
PATH=/usr/sbin:/usr/bin:/sbin:/bin
mkdir -p /etc/vios /etc/rtslib-fb-target
cp /lab/vhyp.json /etc/vios/
[ ! -e /lab/saveconfig.json ] || cp /lab/saveconfig.json /etc/rtslib-fb-target/
cp -a $TOP/build/tools/root/. /
cp /lib/systemd/system/rtslib-fb-targetctl.service /etc/systemd/system/target.service
cat >/etc/systemd/system/vios-lab-job.service <<UNIT
[Unit]
After=$BOOT_UNITS
[Service]
Type=oneshot
ExecStart=$TOP/tests/lab/guest.sh job
UNIT
cat >/etc/systemd/system/vios-lab.target <<UNIT
[Unit]
Requires=basic.target
After=basic.target
Wants=$BOOT_UNITS vios-lab-job.service
UNIT
# In place of modprobe: the modules of the lab are not installed.
SCRIPT
	[ ! -e /lab/boot-modules ] || cat /lab/boot-modules
	for m in "$@"; do
		echo "insmod $VIOS_MODULES/$m.ko"
	done
	echo "rm /lab/boot"
	echo "exec /lib/systemd/systemd --unit=vios-lab.target"
}

# time_of UNIT PROPERTY
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
