#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: ppc64le
# time: 400
# soak-time: 3600
# The kernel's own client, ibmvscsi, served over hypervisor calls of a pseries guest: the
# hypervisor is phypsim.ko.  Whether that can be believed is tested as well.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"
. "$TESTS_DIR/lib/phypsim.sh"
. "$TESTS_DIR/lib/papr.sh"

QUIET_S=60

# The disks of stock clients are at the same places as those of vscsi.ko.
has_disks() { client_has_disk "$1" 0 && client_has_disk "$1" 1; }

# logged_in PAIR: the client was there before the server was enabled
logged_in()
{
	target_enable "$SIM_SERVER" 1 && wait_for 20 papr_serving "$SIM_SERVER" "$SIM_CLIENT"
}

# The client looks for disks once, when its driver is bound: here it is told to again.
disks() { client_scan "$1"; wait_for 30 has_disks "$1"; }

# What PowerVM's tree says of the server's partition, as the client shows it
told()
{
	local h
	for h in "$VIO/$1"/host*/scsi_host/host*; do
		[ "$(<"$h/partition_name")" = vios1 ] && [ "$(<"$h/partition_number")" = 1 ]
		return
	done
}

# What is written is read back, and is on the backing device
compare()
{
	local REPLY disk n=$2
	client_has_disk "$1" "$n" || return 1
	disk=$REPLY
	head -c $((4 << 20)) /dev/urandom >/tmp/want
	dd if=/tmp/want of="$disk" bs="$3" oflag=direct 2>/dev/null &&
		dd if="$disk" of=/tmp/got bs="$3" iflag=direct count=$(((4 << 20) / $3)) \
			2>/dev/null && cmp /tmp/want /tmp/got
}

compare_all()
{
	local n size REPLY
	for n in 0 1 33; do
		[ $n != 33 ] || client_has_disk "$1" $n || continue
		for size in 512 4096 65536 1048576; do
			compare "$1" $n $size || return 1
		done
	done
}

# A file system that takes references to the pages it is to read into, or write from, and
# may give them up last: what they were part of must not have gone to somebody else.  Many
# at a time, so that pages besides the first of the pool are used.
by_reference()
{
	local REPLY bs
	wait_for 10 client_has_disk "$SIM_CLIENT" 2 && client_has_disk "$SIM_CLIENT" 2 || return 1
	for bs in 4k 64k; do
		fio --name=r --filename="$REPLY" --ioengine=libaio --direct=1 --thread \
			--rw=randwrite --bs=$bs --iodepth=32 --size=8m --verify=crc32c \
			--output=/tmp/fio.r || { tail -n 5 /tmp/fio.r; return 1; }
	done
	# Whoever gets pages now would get those.
	echo 3 >/proc/sys/vm/drop_caches
	compare "$SIM_CLIENT" 0 65536 && compare "$SIM_CLIENT" 2 65536
}

# interrupts DEPTH: of the client for 4000 requests, that many with each call and the next
# when all have ended: how many there are at a time is not left to chance.  In $REPLY.
interrupts()
{
	local disk before
	client_has_disk "$SIM_CLIENT" 0 || return 1
	disk=$REPLY
	sim_adapter "$SIM_CLIENT"
	before=$SIM_RAISED
	fio --name=i --filename="$disk" --ioengine=libaio --direct=1 --thread --rw=randread \
		--bs=4k --iodepth="$1" --iodepth_batch="$1" --iodepth_batch_complete_min="$1" \
		--number_ios=4000 --size=16m --output=/tmp/fio.i ||
		{ tail -n 5 /tmp/fio.i; return 1; }
	sim_adapter "$SIM_CLIENT"
	REPLY=$((SIM_RAISED - before))
	echo "# $REPLY interrupts for 4000 requests at depth $1"
}

# Many responses with one interrupt; but none waits if no other is to come
few_interrupts() { local REPLY; interrupts 16 && [ "$REPLY" -lt 1000 ]; }
no_waiting() { local REPLY; interrupts 1 && [ "$REPLY" -ge 4000 ]; }

believable()
{
	sim_nothing_missed &&
		sim_adapter "$SIM_SERVER" && [ "$SIM_IRQ" -gt 0 ] && [ "$SIM_RAISED" -gt 0 ] &&
		sim_adapter "$SIM_CLIENT" && [ "$SIM_IRQ" -gt 0 ] && [ "$SIM_RAISED" -gt 0 ]
}

still_there() { sleep $QUIET_S; compare "$SIM_CLIENT" 0 4096 && believable; }

ktap_print_header
papr_setup
ktap_set_plan 11
ktap_test_result "nodes become devices" papr_pair p lpar1
# Of the host, by 9p
ln -sf /lab/backstore.d2 /tmp/backstore.d2
target_create "$SIM_SERVER" && target_backstore d0 rd_mcp 16 && target_backstore d1 fileio 16 &&
	target_backstore d33 rd_mcp 16 && target_backstore d2 fileio 16 &&
	target_lun "$SIM_SERVER" 0 d0 && target_lun "$SIM_SERVER" 1 d1 &&
	target_lun "$SIM_SERVER" 2 d2 && target_lun "$SIM_SERVER" 33 d33 ||
	ktap_exit_fail_msg "cannot make the target"
ktap_test_result "the stock client logs in" logged_in
ktap_test_result "it is told who serves it" told "$SIM_CLIENT"
ktap_test_result "it finds its disks" disks "$SIM_CLIENT"
ktap_test_result "and one of its second target" wait_for 10 client_has_disk "$SIM_CLIENT" 33
ktap_test_result "what it writes it reads" compare_all "$SIM_CLIENT"
ktap_test_result "on a file system that holds pages as well" by_reference
ktap_test_result "one interrupt is for several responses" few_interrupts
ktap_test_result "but each alone has its own" no_waiting
ktap_test_result "every call was taken, every interrupt mapped" believable
ktap_test_result "the same after $QUIET_S s" still_there
sed "s/^/# /" "$SIM"/adapters
ktap_finished
