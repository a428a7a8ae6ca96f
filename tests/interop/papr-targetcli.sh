#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: ppc64le
# time: 400
# Unmodified targetcli on a pseries guest, where the kernel's own bus has the adapter; the
# kernel's own client, ibmvscsi, uses the disks.  The hypervisor is phypsim.ko.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"
. "$TESTS_DIR/lib/phypsim.sh"
. "$TESTS_DIR/lib/papr.sh"
. "$TESTS_DIR/lib/targetcli.sh"

# A unit address with a letter, for the lower case of names
W=3000000f
C=30000010
TPG=$TARGET_FABRIC/$W/tpgt_1
MNT=/mnt/papr

content() { [ "$(<"$2")" = "$1" ] || { ktap_print_msg "$2: $(<"$2")"; return 1; }; }

names()
{
	[ -L "/sys/module/ibmvscsis/drivers/vio:ibmvscsis" ] &&
		content "/vdevice/v-scsi-host@$W" "/sys/module/ibmvscsis/drivers/vio:ibmvscsis/$W/devspec" &&
		cli_says "$W" /ibmvscsis info
}

create()
{
	cli /backstores/ramdisk create r0 16MB && cli /backstores/fileio create f0 /tmp/f0 64M &&
		cli /ibmvscsis create 3000000F && content 1 "$TPG/enable" &&
		wait_for 30 papr_serving $W $C
}

has_disks() { client_has_disk $C 0 && client_has_disk $C 1; }

luns()
{
	cli /ibmvscsis/$W/luns create /backstores/ramdisk/r0 &&
		cli /ibmvscsis/$W/luns create /backstores/fileio/f0 || return 1
	client_scan $C
	wait_for 30 has_disks
}

attributes()
{
	cli /ibmvscsis/$W set attribute credits=64 max_transfer=524288 os_type=aix &&
		content 64 "$TPG/attrib/credits" && content 524288 "$TPG/attrib/max_transfer" &&
		cli_says "credits=64" /ibmvscsis/$W get attribute credits
}

disk()
{
	local REPLY
	client_has_disk $C 1 && echo "$REPLY"
}

sums() { (cd $MNT && sha256sum file* rest); }

# Files of all sizes until the disk is full; the last one is cut off there.
fill()
{
	local dev i
	dev=$(disk) && mkdir -p $MNT && mke2fs -q -t ext4 "$dev" && mount "$dev" $MNT || return 1
	for i in 1 2 3 4 5 6 7 8 9; do
		head -c $((i * i * 170001)) /dev/urandom >"$MNT/file$i" 2>/dev/null
	done
	head -c 64M /dev/zero >$MNT/rest 2>/dev/null
	ktap_print_msg "$(df $MNT | tail -n 1)"
	sync -f $MNT && sums >/tmp/sums && umount $MNT
}

# What was written is there, and nothing else
check()
{
	local dev status
	dev=$(disk) && blockdev --flushbufs "$dev" && e2fsck -fn "$dev" >/tmp/e2fsck 2>&1 ||
		{ sed 's/^/# /' /tmp/e2fsck; return 1; }
	mount -o ro "$dev" $MNT || return 1
	sums | cmp - /tmp/sums
	status=$?
	umount $MNT
	return $status
}

save() { cli saveconfig && grep -q "\"wwn\": \"$W\"" "$SAVEFILE"; }

clear() { cli clearconfig confirm=True && [ ! -d "$TARGET_FABRIC/$W" ]; }

# The client logs in again by itself, and finds its file system.
restore()
{
	local before REPLY
	papr_logins $C
	before=$REPLY
	cli restoreconfig && content 1 "$TPG/enable" && wait_for 60 logged_in_since "$before" && check
}

logged_in_since()
{
	local REPLY
	papr_logins $C
	[ "$REPLY" -gt "$1" ]
}

restored_attributes() { content 64 "$TPG/attrib/credits" && content aix "$TPG/attrib/os_type"; }

remove_all()
{
	cli /ibmvscsis/$W/luns delete 0 && [ ! -d "$TPG/lun/lun_0" ] &&
		cli /ibmvscsis delete $W && [ ! -d "$TARGET_FABRIC/$W" ] &&
		cli /backstores/ramdisk delete r0 && cli /backstores/fileio delete f0 &&
		rmdir "$TARGET_FABRIC"
}

unloaded() { sim_pair_remove p && rmmod ibmvscsis; }

ktap_print_header
papr_setup
targetcli_setup
papr_pair p lpar1 server/unit=$W client/unit=$C || ktap_exit_fail_msg "cannot make a pair"
ktap_set_plan 13
ktap_test_result "module, driver and devspec are where rtslib looks" names
ktap_test_result "create; the stock client logs in" create
ktap_test_result "LUNs are made, and the client finds them" luns
ktap_test_result "attributes are set and shown" attributes
ktap_test_result "the client fills a file system" fill
ktap_test_result "and finds it as it was" check
ktap_test_result "saveconfig" save
ktap_test_result "clearconfig" clear
ktap_test_result "restoreconfig: the client logs in again, its file system is there" restore
ktap_test_result "attributes are restored" restored_attributes
ktap_test_result "LUN, target and backstores are deleted" remove_all
ktap_test_result "every call was taken" sim_nothing_missed
ktap_test_result "the adapter goes, the module is unloaded" unloaded
ktap_finished
