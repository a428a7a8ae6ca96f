#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86 debug
# time: 400
# The administrator's view: what a pair is made of, how it appears on the bus, and that
# every mistake gets its errno and changes nothing.
. "$(dirname "$0")/../lib/vios.sh"

P=$PAIRS/disk0

is()
{
	local value=
	read -r value <"$1"
	[ "$value" = "$2" ] || { ktap_print_msg "$1 is $value, not $2"; return 1; }
}

# refused "ERRNO TEXT" FILE VALUE: the error, and the file is as it was
refused()
{
	local before status=0
	read -r before <"$2"
	expect_errno "$1" write "$2" "$3" || status=1
	is "$2" "$before" || status=1
	return $status
}

defaults()
{
	mkdir "$PARTS/lpar1" "$P" || return 1
	is "$P/server/partition" vios && is "$P/client/partition" none &&
	is "$P/server/unit" 30000002 && is "$P/client/unit" 30000003 &&
	is "$P/window_size" 67108864 && is "$P/max_rdma" 131072 && is "$P/zero_copy" 1 &&
	is "$P/any_client" 0 && is "$P/door" local && is "$P/enable" 0 &&
	is "$P/server/state" disabled && is "$P/in_use" 0 && is "$P/mappings" 0 &&
	is "$PARTS/vios/id" 1 && is "$PARTS/lpar1/id" 2
}

wrong_values()
{
	local bad=0
	refused "Invalid argument" "$P/window_size" 0 || bad=1
	refused "Invalid argument" "$P/window_size" 4095 || bad=1
	refused "Invalid argument" "$P/window_size" 2G || bad=1
	refused "Invalid argument" "$P/window_size" -1 || bad=1
	refused "Invalid argument" "$P/window_size" 64Mx || bad=1
	refused "Invalid argument" "$P/window_size" "" || bad=1
	refused "Invalid argument" "$P/max_rdma" 0 || bad=1
	refused "Invalid argument" "$P/max_rdma" 6000 || bad=1
	refused "Invalid argument" "$P/max_rdma" 32M || bad=1
	refused "Invalid argument" "$P/max_rdma" 99999999999999999999 || bad=1
	refused "Invalid argument" "$P/zero_copy" maybe || bad=1
	refused "Invalid argument" "$P/any_client" 2 || bad=1
	refused "Invalid argument" "$P/enable" perhaps || bad=1
	refused "Invalid argument" "$P/server/unit" 0 || bad=1
	refused "Invalid argument" "$P/server/unit" xyz || bad=1
	refused "Numerical result out of range" "$P/server/unit" 123456789 || bad=1
	refused "File exists" "$P/client/unit" "$(cat "$P/server/unit")" || bad=1
	refused "No such file or directory" "$P/client/partition" nobody || bad=1
	refused "Invalid argument" "$P/server/partition" none || bad=1
	refused "Invalid argument" "$P/client/partition" "two words" || bad=1
	refused "No such file or directory" "$P/door" window || bad=1
	refused "Invalid argument" "$PARTS/lpar1/id" 0 || bad=1
	refused "Invalid argument" "$PARTS/lpar1/id" 65536 || bad=1
	refused "File exists" "$PARTS/lpar1/id" 1 || bad=1
	refused "Invalid argument" "$PARTS/lpar1/uuid" 123 || bad=1
	refused "Invalid argument" "$PARTS/lpar1/uuid" "zz$(cut -c3- "$PARTS/lpar1/uuid")" || bad=1
	expect_errno "Invalid argument" mkdir "$PARTS/none" || bad=1
	expect_errno "File exists" mkdir "$P" || bad=1
	expect_errno "File name too long" mkdir "$PAIRS/$(printf 'x%.0s' {1..70})" || bad=1
	expect_errno "Operation not permitted" rmdir "$PARTS/vios" || bad=1
	return $bad
}

right_values()
{
	put "$P/window_size" 32M && is "$P/window_size" 33554432 &&
	put "$P/window_size" 0x100000 && is "$P/window_size" 1048576 &&
	put "$P/window_size" 64M &&
	put "$P/server/unit" 0x30000010 && is "$P/server/unit" 30000010 &&
	put "$P/server/unit" 30000002 &&
	put "$PARTS/lpar1/id" 7 && is "$PARTS/lpar1/id" 7 &&
	put "$PARTS/lpar1/uuid" 01234567-89ab-cdef-0123-456789abcdef &&
	is "$PARTS/lpar1/uuid" 01234567-89ab-cdef-0123-456789abcdef &&
	put "$P/client/partition" lpar1 && is "$P/client/partition" lpar1
}

on_the_bus()
{
	local d=/sys/bus/vio/devices
	put "$P/enable" 1 && is "$P/enable" 1 && is "$P/server/state" unregistered &&
	is $d/30000002/devspec /vdevice/v-scsi-host@30000002 &&
	is $d/30000003/devspec /vdevice/v-scsi@30000003 &&
	is $d/30000002/modalias vio:Tv-scsi-hostSIBM,v-scsi-host &&
	is $d/30000002/name v-scsi-host &&
	is "$P/server/location" U9080.VIO.0000001-V1-C2 &&
	is "$P/client/location" U9080.VIO.0000001-V7-C3
}

# What targetcli looks for, but for the name of the module.
driver_in_sysfs()
{
	vios_load crqtest test=idle || return 1
	[ -e /sys/module/crqtest/drivers/vio:crqtest-server/30000002/devspec ] &&
	[ -e /sys/module/crqtest/drivers/vio:crqtest-client/30000003/devspec ]
	local status=$?
	rmmod crqtest
	return $status
}

while_enabled()
{
	local bad=0
	refused "Device or resource busy" "$P/window_size" 1M || bad=1
	refused "Device or resource busy" "$P/max_rdma" 64K || bad=1
	refused "Device or resource busy" "$P/zero_copy" 0 || bad=1
	refused "Device or resource busy" "$P/any_client" 1 || bad=1
	refused "Device or resource busy" "$P/server/unit" 30000020 || bad=1
	refused "Device or resource busy" "$P/client/partition" none || bad=1
	refused "Device or resource busy" "$P/door" local || bad=1
	refused "Device or resource busy" "$PARTS/lpar1/id" 9 || bad=1
	refused "Device or resource busy" "$PARTS/lpar1/uuid" 11111111-2222-3333-4444-555555555555 ||
		bad=1
	expect_errno "Device or resource busy" rmdir "$PARTS/lpar1" || bad=1
	put "$P/enable" 1 || bad=1
	return $bad
}

duplicate_units()
{
	local bad=0
	mkdir "$PAIRS/disk1" || return 1
	is "$PAIRS/disk1/server/unit" 30000004 || bad=1
	refused "File exists" "$PAIRS/disk1/server/unit" 30000002 || bad=1
	refused "File exists" "$PAIRS/disk1/client/unit" 30000003 || bad=1
	rmdir "$PAIRS/disk1" || bad=1
	return $bad
}

in_use()
{
	local bad=0
	vios_load crqtest test=hold || return 1
	is "$P/in_use" 1 || bad=1
	expect_errno "Device or resource busy" rmdir "$P" || bad=1
	refused "Device or resource busy" "$P/enable" 0 || bad=1
	[ -e /sys/bus/vio/devices/30000002 ] || bad=1
	rmmod crqtest || bad=1
	is "$P/in_use" 0 || bad=1
	return $bad
}

# rmmod says it in its own words.
modules_in_use()
{
	! rmmod vhyp 2>/dev/null && ! rmmod crq 2>/dev/null && is "$P/enable" 1
}

loaded_twice()
{
	expect_errno "File exists" insmod "$(vios_module_file vhyp)" &&
	expect_errno "File exists" insmod "$(vios_module_file crq)" && is "$P/enable" 1
}

removed()
{
	put "$P/enable" 0 && is "$P/server/state" disabled &&
	[ ! -e /sys/bus/vio/devices/30000002 ] && put "$P/enable" 1 &&
	rmdir "$P" && [ ! -e /sys/bus/vio/devices/30000002 ] &&
	[ ! -e /sys/bus/vio/devices/30000003 ] && rmdir "$PARTS/lpar1"
}

# Nobody authorised: the server adapter alone.
no_client()
{
	mkdir "$P" && put "$P/enable" 1 && [ -e /sys/bus/vio/devices/30000002 ] &&
	[ ! -e /sys/bus/vio/devices/30000003 ] && is "$P/client/state" disabled && rmdir "$P"
}

# Without the parameter there are no hooks; with it they work.
hooks()
{
	[ ! -e "$PARTS/vios/test" ] || return 1
	rmmod vhyp && vios_load vhyp test_hooks=1 && vhyp_pair disk0 lpar1 || return 1
	local t=$PARTS/lpar1/test bad=0
	expect_errno "Invalid argument" write "$t/inject" "H_NO_SUCH_CALL 1 1" || bad=1
	expect_errno "Invalid argument" write "$t/inject" "H_SEND_CRQ" || bad=1
	expect_errno "Invalid argument" write "$t/suspend" 0 || bad=1
	put "$t/suspend" 1 && is "$t/suspend" 1 && put "$t/suspend" 0 || bad=1
	put "$t/inject" "H_REG_CRQ -1 1" || bad=1
	expect_errno "Input/output error" vios_load crqtest test=messages count=10 || bad=1
	put "$t/inject" "H_REG_CRQ -16 1" || bad=1
	vios_load crqtest test=messages count=10 && rmmod crqtest || bad=1
	put "$t/inject" "H_FREE_CRQ 9901 30" || bad=1
	vios_load crqtest test=handshake && rmmod crqtest || bad=1
	return $bad
}

ktap_print_header
vios_setup
vios_load vhyp || ktap_exit_fail_msg "cannot load vhyp"
ktap_set_plan 14
ktap_test_result "a new pair has its defaults" defaults
ktap_test_result "wrong values are refused and change nothing" wrong_values
ktap_test_result "right values are taken" right_values
ktap_test_result "an enabled pair is on the bus vio" on_the_bus
ktap_test_result "a driver's module owns it in sysfs" driver_in_sysfs
ktap_test_result "an enabled pair is not changed" while_enabled
ktap_test_result "a unit address is given once" duplicate_units
ktap_test_result "a pair in use is not removed" in_use
ktap_test_result "modules in use stay" modules_in_use
ktap_test_result "a module is not loaded twice" loaded_twice
ktap_test_result "a pair that is removed leaves nothing" removed
ktap_test_result "a pair without a client" no_client
ktap_test_result "test hooks" hooks
ktap_test_result "an unknown workload is refused" \
	expect_errno "Invalid parameters" vios_load crqtest test=nothing
ktap_finished
