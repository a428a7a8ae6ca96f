#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86 debug
# time: 240
# The target's directories and attributes, and what administrators get wrong: each
# mistake has an errno, and leaves things as they were.
. "$(dirname "$0")/../lib/vios.sh"

TARGET=/sys/kernel/config/target
FABRIC=$TARGET/ibmvscsis
UNIT=30000002
TPG=$FABRIC/$UNIT/tpgt_1
DEV=/sys/bus/vio/devices/$UNIT
TARGET_CORE=$TARGET/core

expect() # TEXT FILE: content
{
	local text
	text=$(<"$2")
	[ "$text" = "$1" ] || { ktap_print_msg "$2: '$text', expected '$1'"; return 1; }
}

# The first line of a file becomes TEXT within two seconds.
becomes()
{
	local i text
	for ((i = 0; i < 40; i++)); do
		text=$(<"$2")
		[ "$text" != "$1" ] || return 0
		sleep 0.05
	done
	ktap_print_msg "$2: '$text', expected '$1'"
	return 1
}

wwn_names()
{
	expect_errno "Invalid argument" mkdir "$FABRIC/0x$UNIT" &&
		expect_errno "Invalid argument" mkdir "$FABRIC/0$UNIT" &&
		expect_errno "Invalid argument" mkdir "$FABRIC/naa.5001405" &&
		expect_errno "Invalid argument" mkdir "$FABRIC/30000099" &&
		expect_errno "Invalid argument" mkdir "$FABRIC/100000000"
}

portal_groups()
{
	mkdir "$FABRIC/$UNIT" && expect_errno "Invalid argument" mkdir "$FABRIC/$UNIT/tpgt_2" &&
		expect_errno "Invalid argument" mkdir "$FABRIC/$UNIT/tpgt_0" && mkdir "$TPG"
}

# Defaults, bounds, and what is shown can be written back.
attributes()
{
	local a
	expect 1024 "$TPG/attrib/credits" && expect 1048576 "$TPG/attrib/max_transfer" &&
		expect linux "$TPG/attrib/os_type" && expect sam "$TPG/attrib/lun_form" ||
		return 1
	for a in "credits 2" "credits 1024" "max_transfer 262144" "max_transfer 16777216" \
		"os_type aix" "os_type os400" "lun_form vios" "lun_form flat"; do
		put "$TPG/attrib/${a% *}" "${a#* }" && expect "${a#* }" "$TPG/attrib/${a% *}" ||
			return 1
	done
	put "$TPG/attrib/credits" 0x400 && put "$TPG/attrib/os_type" linux &&
		put "$TPG/attrib/lun_form" sam && put "$TPG/attrib/max_transfer" 1048576
}

bad_attributes()
{
	expect_errno "Numerical result out of range" write "$TPG/attrib/credits" 1 &&
		expect_errno "Numerical result out of range" write "$TPG/attrib/credits" 1025 &&
		expect_errno "Invalid argument" write "$TPG/attrib/credits" many &&
		expect_errno "Numerical result out of range" write "$TPG/attrib/max_transfer" 4096 &&
		expect_errno "Numerical result out of range" \
			write "$TPG/attrib/max_transfer" 33554432 &&
		expect_errno "Invalid argument" write "$TPG/attrib/max_transfer" 1048577 &&
		expect_errno "Invalid argument" write "$TPG/attrib/os_type" windows &&
		expect_errno "Invalid argument" write "$TPG/attrib/lun_form" "" &&
		expect 1024 "$TPG/attrib/credits" && expect 1048576 "$TPG/attrib/max_transfer" &&
		expect linux "$TPG/attrib/os_type" && expect sam "$TPG/attrib/lun_form"
}

acls()
{
	expect_errno "Invalid argument" mkdir "$TPG/acls/lpar1" &&
		expect_errno "Invalid argument" mkdir "$TPG/acls/0000000000000002000000000000000G" &&
		mkdir "$TPG/acls/00000000000000990000000000000004" &&
		rmdir "$TPG/acls/00000000000000990000000000000004"
}

enable_disable()
{
	expect down "$DEV/target/state" && put "$TPG/enable" 1 &&
		becomes listening "$DEV/target/state" && expect 1 "$TPG/enable" &&
		put "$TPG/enable" 0 && expect down "$DEV/target/state" && put "$TPG/enable" 1 &&
		becomes listening "$DEV/target/state"
}

in_use()
{
	expect_errno "Device or resource busy" rmdir "$PAIRS/p" &&
		expect_errno "Device or resource busy" write "$PAIRS/p/enable" 0 &&
		expect_errno "Module ibmvscsis is in use" rmmod ibmvscsis
}

# The driver goes while its target is configured, and comes back.
unbind()
{
	put "/sys/bus/vio/drivers/ibmvscsis/unbind" $UNIT && [ ! -e "$DEV/target" ] &&
		put "$TPG/enable" 0 && put "$TPG/enable" 1 && expect 1 "$TPG/enable" &&
		expect 1024 "$TPG/attrib/credits" &&
		put "/sys/bus/vio/drivers/ibmvscsis/bind" $UNIT &&
		becomes listening "$DEV/target/state"
}

# said TEXT: once, of this target
said() { [ "$(dmesg | grep -c "$UNIT: $1")" = 1 ]; }

# LUNs the form cannot name are there, hidden and shown as such.
hidden()
{
	mkdir "$TARGET_CORE/rd_mcp_0" "$TARGET_CORE/rd_mcp_0/d" &&
		put "$TARGET_CORE/rd_mcp_0/d/control" rd_pages=256 &&
		put "$TARGET_CORE/rd_mcp_0/d/enable" 1 || return 1
	for n in 0 63 64 5000; do
		mkdir "$TPG/lun/lun_$n" && ln -s "$TARGET_CORE/rd_mcp_0/d" "$TPG/lun/lun_$n/d" ||
			return 1
	done
	expect 5000 "$DEV/target/hidden_luns" && said "LUN 5000 cannot be named in the form sam" &&
		put "$TPG/attrib/lun_form" vios &&
		[ "$(sort "$DEV/target/hidden_luns" | tr '\n' ' ')" = "5000 64 " ] &&
		said "LUN 64 cannot be named in the form vios" &&
		put "$TPG/attrib/lun_form" flat && expect "" "$DEV/target/hidden_luns" &&
		put "$TPG/attrib/lun_form" sam
}

teardown()
{
	for n in 0 63 64 5000; do
		rm "$TPG/lun/lun_$n/d" && rmdir "$TPG/lun/lun_$n" || return 1
	done
	rmdir "$TPG" && rmdir "$FABRIC/$UNIT" && expect down "$DEV/target/state" &&
		rmdir "$TARGET_CORE/rd_mcp_0/d" "$TARGET_CORE/rd_mcp_0" && rmdir "$FABRIC" &&
		put "$PAIRS/p/enable" 0 && put "$PAIRS/p/enable" 1 && rmmod ibmvscsis
}

# Every file of the adapter and the fabric can be read at any time, and is documented.
readable()
{
	local f abi=$TOP/Documentation/ABI/testing
	for f in "$DEV"/target/*; do
		grep -q "^		${f##*/}\>" "$abi/sysfs-bus-vio-ibmvscsis" || {
			ktap_print_msg "not documented: $f"
			return 1
		}
	done
	for f in "$TPG"/attrib/*; do
		grep -q "/tpgt_1/attrib/${f##*/}\$" "$abi/configfs-target-ibmvscsis" || {
			ktap_print_msg "not documented: $f"
			return 1
		}
	done
	for f in "$DEV"/target/* "$FABRIC"/version "$TPG"/attrib/* "$TPG"/enable; do
		cat "$f" >/dev/null || return 1
	done
}

ktap_print_header
vios_setup
{ vios_load vhyp && vios_load ibmvscsis; } || ktap_exit_fail_msg "cannot load the modules"
vhyp_pair p lpar1 || ktap_exit_fail_msg "cannot make a pair"
ktap_set_plan 13
ktap_test_result "targetcli's glob finds the adapter" \
	[ "$(cat /sys/module/ibmvscsis/drivers/vio:ibmvscsis/*/devspec)" = \
	  "/vdevice/v-scsi-host@$UNIT" ]
ktap_test_result "the fabric's directory" mkdir "$FABRIC"
ktap_test_result "names of targets" wwn_names
ktap_test_result "one portal group" portal_groups
ktap_test_result "attributes" attributes
ktap_test_result "attributes out of bounds change nothing" bad_attributes
ktap_test_result "names of access lists" acls
ktap_test_result "enabled and disabled" enable_disable
ktap_test_result "what is in use is not removed" in_use
ktap_test_result "every file can be read and is documented" readable
ktap_test_result "the driver is unbound and bound again" unbind
ktap_test_result "LUNs that cannot be named are shown" hidden
ktap_test_result "all is removed" teardown
ktap_finished
