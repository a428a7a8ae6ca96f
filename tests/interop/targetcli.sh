#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86
# time: 900
# Unmodified targetcli and rtslib: everything they force on a fabric, in the order of
# Documentation/ibmvscsis.rst, "The contract of targetcli".
. "$(dirname "$0")/../lib/vios.sh"
. "$(dirname "$0")/../lib/target.sh"
. "$(dirname "$0")/../lib/client.sh"
. "$(dirname "$0")/../lib/targetcli.sh"

# A unit address with a letter, for the lower case of names
W=3000000f
SYS=$VIO/$W/target
TPG=$TARGET_FABRIC/$W/tpgt_1

content() { [ "$(<"$2")" = "$1" ] || { ktap_print_msg "$2: $(<"$2")"; return 1; }; }

names()
{
	[ -d /sys/module/ibmvscsis ] && [ -L "/sys/module/ibmvscsis/drivers/vio:ibmvscsis" ] &&
		content "/vdevice/v-scsi-host@$W" "/sys/module/ibmvscsis/drivers/vio:ibmvscsis/$W/devspec"
}

info() { cli_says "$W" /ibmvscsis info && cli_says "kernel module: ibmvscsis" /ibmvscsis info; }

create()
{
	cli /backstores/ramdisk create r0 16MB && cli /ibmvscsis create 3000000F &&
		[ -d "$TPG" ] && content 1 "$TPG/enable" && wait_for 10 target_is $W serving
}

# Interactive order: enabled before there are LUNs
luns()
{
	local REPLY
	cli /ibmvscsis/$W/luns create /backstores/ramdisk/r0 && client_scan 30000010 &&
		wait_for 10 client_has_disk 30000010 0 && cli_says "lun0" /ibmvscsis/$W ls &&
		cli_lacks "disabled" ls
}

attributes()
{
	cli /ibmvscsis/$W set attribute credits=64 max_transfer=524288 os_type=aix \
		lun_form=vios &&
		content 64 "$TPG/attrib/credits" && content 524288 "$TPG/attrib/max_transfer" &&
		content aix "$TPG/attrib/os_type" && content vios "$TPG/attrib/lun_form" &&
		cli_says "credits=64" /ibmvscsis/$W get attribute credits
}

bad_attributes()
{
	cli_says "Numerical result out of range" /ibmvscsis/$W set attribute credits=9999
	content 64 "$TPG/attrib/credits" || return 1
	cli_says "Invalid argument" /ibmvscsis/$W set attribute lun_form=round
	content vios "$TPG/attrib/lun_form" && cli ls >/dev/null
}

only_files()
{
	local f
	for f in "$TARGET_FABRIC"/*; do
		[ -d "$f" ] && continue
		case ${f##*/} in
		version|lio_version|cpus_allowed_list) ;;
		*) ktap_print_msg "$f"; return 1 ;;
		esac
	done
	# What such a file would break
	cli /backstores/ramdisk create r1 4MB && cli /backstores/ramdisk delete r1
}

# The next start of targetcli enables again; that is how it is.
disable_enable()
{
	cli /ibmvscsis/$W disable && content 0 "$TPG/enable" && target_is $W down &&
		cli_says "o- luns" /ibmvscsis/$W ls && content 1 "$TPG/enable" &&
		wait_for 10 target_is $W serving
}

second_group()
{
	expect_errno "Invalid argument" mkdir "$TARGET_FABRIC/$W/tpgt_2" && cli ls >/dev/null
}

no_wwn()
{
	cli_says "Fabric cannot generate WWN but it was not given" /ibmvscsis create
	! cli /ibmvscsis create 30000099 && ! cli /ibmvscsis create naa.500140512345678 &&
		cli_says "Targets: 1" ls
}

# An access list made by hand, for another partition: targetcli goes on.
foreign_acl()
{
	mkdir "$TPG/acls/00000000000000990000000000000099" && cli ls >/dev/null &&
		rmdir "$TPG/acls/00000000000000990000000000000099"
}

# A LUN no client can see: shown in sysfs and the log, and targetcli goes on.
far_lun()
{
	cli /backstores/ramdisk create far 1M &&
		cli /ibmvscsis/$W/luns create /backstores/ramdisk/far 5000 &&
		content 5000 "$SYS/hidden_luns" && dmesg | grep -q "$W: LUN 5000 cannot be named" &&
		cli_says "lun5000" /ibmvscsis/$W ls && cli saveconfig &&
		cli /ibmvscsis/$W/luns delete 5000 && content "" "$SYS/hidden_luns" &&
		cli /backstores/ramdisk delete far
}

# Without the adapter the node is hidden, but what is configured is saved, and targetcli
# starts and enables.
without_adapter()
{
	put /sys/bus/vio/drivers/ibmvscsis/unbind $W && cli_lacks "ibmvscsis" ls &&
		put "$TPG/enable" 0 && cli saveconfig &&
		grep -q "\"wwn\": \"$W\"" $SAVEFILE && put "$TPG/enable" 1 &&
		put /sys/bus/vio/drivers/ibmvscsis/bind $W && wait_for 10 target_is $W serving
}

save()
{
	cli saveconfig && grep -q '"lun_form": "vios"' $SAVEFILE &&
		grep -q '"credits": "\?64' $SAVEFILE && return 0
	grep -A12 '"attributes"' $SAVEFILE | sed 's/^/# /'
	return 1
}

clear()
{
	cli clearconfig confirm=True && [ -d "$TARGET_FABRIC" ] && [ ! -d "$TARGET_FABRIC/$W" ] &&
		target_is $W down && expect_errno "Module ibmvscsis is in use" rmmod ibmvscsis &&
		rmdir "$TARGET_FABRIC" && rmmod ibmvscsis && vios_load ibmvscsis
}

restored()
{
	content 64 "$TPG/attrib/credits" && content vios "$TPG/attrib/lun_form" &&
		content aix "$TPG/attrib/os_type" && content 524288 "$TPG/attrib/max_transfer" &&
		content 1 "$TPG/enable" && wait_for 20 target_is $W serving &&
		wait_for 10 client_has_disk 30000010 0 &&
		content vios "$SYS/lun_form" && content 64 "$SYS/credits"
}

restore() { cli restoreconfig && restored; }

targetctl_restore()
{
	targetctl clear && [ ! -d "$TARGET_FABRIC/$W" ] && targetctl restore && restored &&
		targetctl restore && restored
}

no_luns_node() { cli_lacks "acls" ls && cli_lacks "portals" ls; }

remove_all()
{
	cli /ibmvscsis/$W/luns delete 0 && [ ! -d "$TPG/lun/lun_0" ] &&
		cli /ibmvscsis delete $W && [ ! -d "$TARGET_FABRIC/$W" ] &&
		cli /backstores/ramdisk delete r0 && rmdir "$TARGET_FABRIC"
}

# Removing a backstore takes its LUNs away; a running client does not harm that.
delete_backstore()
{
	cli /backstores/ramdisk create r0 16MB && cli /ibmvscsis create $W &&
		cli /ibmvscsis/$W/luns create /backstores/ramdisk/r0 &&
		cli /backstores/ramdisk delete r0 && [ ! -d "$TPG/lun/lun_0" ] &&
		cli /ibmvscsis delete $W && rmdir "$TARGET_FABRIC"
}

ktap_print_header
vios_setup
trap target_cleanup EXIT
targetcli_setup
client_modules
vios_load_all || ktap_exit_fail_msg "cannot load the modules"
vhyp_pair p lpar1 server/unit=$W client/unit=30000010 ||
	ktap_exit_fail_msg "cannot make a pair"
ktap_set_plan 21
ktap_test_result "1, 2, 3: module, driver and devspec are where rtslib looks" names
ktap_test_result "3, 5: info lists the adapter; no features" info
ktap_test_result "4, 6, 11: create, in upper case; enabled by that" create
ktap_test_result "11: a LUN added to an enabled target" luns
ktap_test_result "5: no access lists, no portals" no_luns_node
ktap_test_result "10: attributes are set and shown" attributes
ktap_test_result "10: bad values are refused and nothing is changed" bad_attributes
ktap_test_result "9: no other files in the fabric's directory" only_files
ktap_test_result "6, 7: disabled, and enabled by the next start" disable_enable
ktap_test_result "8: no second portal group" second_group
ktap_test_result "13: create needs the name of an adapter" no_wwn
ktap_test_result "an access list for another partition" foreign_acl
ktap_test_result "LUN 5000" far_lun
ktap_test_result "7, 12: without its adapter the target is hidden and saved" without_adapter
ktap_test_result "10: saveconfig" save
ktap_test_result "14: clearconfig; the module can be unloaded without the directory" clear
ktap_test_result "11: restoreconfig" restore
ktap_test_result "15: targetctl clear and restore, twice" targetctl_restore
ktap_test_result "LUN, target and backstore are deleted" remove_all
ktap_test_result "a backstore with a LUN is deleted" delete_backstore
vhyp_clear
ktap_test_result "modules are unloaded" vios_unload_all
ktap_finished
