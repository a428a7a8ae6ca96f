# SPDX-License-Identifier: GPL-2.0
# The kernel's simulated SCSI devices (scsi_debug): of every type, with errors as ordered.
# All have the same 8 MiB.  Needs tests/lib/vios.sh and tests/lib/client.sh.
# shellcheck shell=bash

SDEBUG=/sys/bus/pseudo/drivers/scsi_debug
# For who sources this: parameters, and what may be in "opts"
# shellcheck disable=SC2034
{
	SDEBUG_PARAM=/sys/module/scsi_debug/parameters
	SDEBUG_MEDIUM=2
	SDEBUG_RECOVERED=8
	SDEBUG_TRANSPORT=16
}

# sdebug_setup: the driver without devices
sdebug_setup()
{
	[ -d $SDEBUG ] || modprobe -q scsi_debug add_host=0 || vios_lacks "no scsi_debug"
	sdebug_clear
}

# sdebug_errors OPTS [N]: those that strike on their own, or each Nth command
sdebug_errors() { put $SDEBUG/every_nth "${2:-0}" && put $SDEBUG/opts "$1"; }

# sdebug_has ADAPTER KIND
sdebug_has()
{
	for REPLY in "$1"/host*/target*/*:0:0:0/"$2"/*; do
		[ ! -e "$REPLY" ] || return 0
	done
	return 1
}

# sdebug_add TYPE KIND: a device of a peripheral device type; its directory, when its
# driver has made a KIND of it (block, scsi_generic), in $REPLY
sdebug_add()
{
	local n
	n=$(<$SDEBUG/add_host)
	put $SDEBUG/ptype "$1" && put $SDEBUG/add_host 1 &&
		wait_for 20 sdebug_has "/sys/bus/pseudo/devices/adapter$n" "$2" || return 1
	REPLY=${REPLY%/"$2"/*}
}

# All devices go; nobody may use them any more.
sdebug_clear()
{
	local n
	sdebug_errors 0
	for ((n = $(<$SDEBUG/add_host); n > 0; n--)); do
		put $SDEBUG/add_host -1 || return 1
	done
	put $SDEBUG/ptype 0
}

# Built into some kernels
sdebug_remove()
{
	[ ! -d $SDEBUG ] || sdebug_clear
	[ ! -e /sys/module/scsi_debug/initstate ] || rmmod scsi_debug
}
