# SPDX-License-Identifier: GPL-2.0
# Clients' disks of vscsi.ko, and the kernel's loopback target to compare with.
# Needs tests/lib/vios.sh and tests/lib/target.sh.
# shellcheck shell=bash

VIO=/sys/bus/vio/devices

target_is() { [ "$(<"$VIO/$1/target/state")" = "$2" ]; }

# client_path UNIT N: the SCSI device of LUN N (form sam) of a client adapter, in $REPLY
client_path()
{
	for REPLY in "$VIO/$1"/host*/target*:0:$(($2 / 32))/*:0:$(($2 / 32)):$(($2 % 32)); do
		[ ! -d "$REPLY" ] || return 0
	done
	return 1
}

# client_has_disk UNIT N: its block device is there, in $REPLY
client_has_disk()
{
	local b
	client_path "$1" "$2" || return 1
	for b in "$REPLY"/block/sd*; do
		REPLY=/dev/${b##*/}
		[ ! -b "$REPLY" ] || return 0
	done
	return 1
}

# client_disk UNIT N: the block device, awaited
client_disk()
{
	local REPLY
	wait_for 20 client_has_disk "$1" "$2" && echo "$REPLY"
}

# client_scan UNIT: look for new LUNs
client_scan()
{
	local h
	for h in "$VIO/$1"/host*/scsi_host/host*; do
		put "$h/scan" "- - -"
	done
}

# loopback_create NUMBER BACKSTORE: the kernel's own target without a transport
loopback_create()
{
	local dir=$TARGET/loopback/naa.500140500000000$1 REPLY
	[ -d "$TARGET/loopback" ] || modprobe -q tcm_loop
	target_backstore_path "$2" && mkdir -p "$dir/tpgt_1" &&
		put "$dir/tpgt_1/nexus" "naa.600140500000000$1" &&
		mkdir "$dir/tpgt_1/lun/lun_0" && ln -s "$REPLY" "$dir/tpgt_1/lun/lun_0/$2"
}

# loopback_has_disks N: the block devices of N loopback targets, in $REPLY
loopback_has_disks()
{
	local d n=0
	REPLY=
	for d in /sys/devices/tcm_loop_0/tcm_loop_adapter_*/host*/target*/*/block/sd*; do
		[ -b "/dev/${d##*/}" ] || continue
		REPLY+="${REPLY:+ }/dev/${d##*/}"
		n=$((n + 1))
	done
	[ "$n" = "$1" ]
}

loopback_disks()
{
	local REPLY
	wait_for 20 loopback_has_disks "$1" && echo "$REPLY"
}

loopback_clear()
{
	local d
	for d in "$TARGET"/loopback/naa.*; do
		[ -d "$d" ] || continue
		for f in "$d"/tpgt_1/lun/lun_0/*; do
			[ ! -L "$f" ] || rm "$f"
		done
		rmdir "$d/tpgt_1/lun/lun_0" "$d/tpgt_1" "$d"
	done
	[ ! -d "$TARGET/loopback" ] || rmdir "$TARGET/loopback"
}

target_cleanup()
{
	loopback_clear
	target_clear
	vios_cleanup
}

# What udev would load for the disks
client_modules() { modprobe -qa sd_mod sg; }

# target_setup: the modules, and a pair "p": server 30000002, client 30000003
target_setup()
{
	vios_setup
	trap target_cleanup EXIT
	client_modules
	vios_load_all || ktap_exit_fail_msg "cannot load the modules"
	vhyp_pair p lpar1 "$@" || ktap_exit_fail_msg "cannot make a pair"
}
