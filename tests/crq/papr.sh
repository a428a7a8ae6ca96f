#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: ppc64le
# time: 90
# The PAPR backend over real hypervisor calls: QEMU's own virtual SCSI server is at the
# other end of a client adapter.  And what differs on such a machine: no second bus, no
# local door.
. "$(dirname "$0")/../lib/vios.sh"

adapter()
{
	grep -ls '^/vdevice/v-scsi@' /sys/bus/vio/devices/*/devspec | head -n 1 | xargs -r dirname
}

no_local_door()
{
	vios_load vhyp && mkdir "$PARTS/lpar1" "$PAIRS/p" &&
	put "$PAIRS/p/client/partition" lpar1 &&
	expect_errno "Operation not supported" write "$PAIRS/p/enable" 1 &&
	[ "$(cat "$PAIRS/p/enable")" = 0 ] && rmdir "$PAIRS/p" "$PARTS/lpar1" && rmmod vhyp
}

handshake()
{
	vios_load crqtest test=handshake && rmmod crqtest
}

# The driver is the module's own in sysfs, as targetcli looks for it.
owner()
{
	vios_load crqtest test=idle &&
	[ -e "/sys/module/crqtest/drivers/vio:crqtest-client/$(basename "$(adapter)")/devspec" ]
	local status=$?
	rmmod crqtest
	return $status
}

ktap_print_header
vios_setup
[ -n "$(adapter)" ] || ktap_exit_fail_msg "this machine has no client adapter"
ktap_set_plan 5
ktap_test_result "crq loads on the kernel's bus vio" vios_load crq
ktap_test_result "queue, initialization and interrupt over PAPR firmware" handshake
ktap_test_result "the same again" handshake
ktap_test_result "a driver's module owns it in sysfs" owner
ktap_test_result "vhyp's local door is not for this machine" no_local_door
dmesg | grep -E 'crq|vhyp' | tail -n 20 | sed 's/^/# /'
ktap_finished
