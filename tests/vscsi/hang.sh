#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86 debug
# time: 900
# soak-time: 3600
# A device that hangs: what is reset there does not write afterwards, a tag that is in use
# is refused, task management ends what it covers and nothing else, a suspension that does
# not come about loses no answer of other devices, and a server that cannot be reached is
# looked for anew.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"

SUSPENDS=60
[ "$VIOS_LAB" != debug ] || SUSPENDS=15
[ -z "${SOAK:-}" ] || SUSPENDS=3000

hang() { dmsetup suspend --nolockfs hang; }
go_on() { dmsetup resume hang; }

# hung CASE [PARAMETER...]: begun while the device hangs, which goes on when the case says so
hung()
{
	local name=$1 mark="vios-test: hung $RANDOM" pid status
	shift
	echo "$mark" >/dev/kmsg
	hang || return 1
	vios_load vscsitest test="$name" lun=1 "$@" &
	pid=$!
	wait_for 60 under_way "$mark"
	# The server takes it, waits 100 ms, and asks the target core.
	sleep 2
	go_on
	wait $pid
	status=$?
	vios_unload vscsitest
	dmesg | sed "1,\\,$mark,d" | grep -a 'vscsitest: ' | sed 's/^/# /'
	return $status
}

under_way() { dmesg | sed "1,\\,$1,d" | grep -aq 'vscsitest: \(under way\|.*failed\)'; }

# reset_by_other TAS: what the other client resets, with that bit in the control mode page
reset_by_other()
{
	local s REPLY
	target_backstore_path slow || return 1
	for s in 30000002 30000004; do
		target_lun_remove $s 1 || return 1
	done
	put "$REPLY/attrib/emulate_tas" "$1" || return 1
	for s in 30000002 30000004; do
		target_lun $s 1 slow || return 1
	done
	hung ended-other unit=all
}

# The own reset of another LUN of the device
twin()
{
	local status
	target_lun 30000002 7 slow || return 1
	hung ended-twin unit=30000003 luns=1,7
	status=$?
	target_lun_remove 30000002 7 && return $status
}

# The server cannot get ready, and who waits for it gives up: events 09 and 0A come while
# answers are on their way.
suspend_in_vain()
{
	local pid events
	events=$(<"$PAIRS/p/server/events")
	put "$PARTS/lpar1/test/suspend" 1 2>/dev/null &
	pid=$!
	wait_for 20 events_are $((events + 1)) && sleep 0.05
	kill -9 $pid
	wait $pid 2>/dev/null
	events_are $((events + 2)) && [ "$(<"$PARTS/lpar1/test/suspend")" = 0 ]
}

events_are() { [ "$(<"$PAIRS/p/server/events")" = "$1" ]; }

# Until /tmp/stop is there; what it reads it has written
keep()
{
	while [ ! -e /tmp/stop ]; do
		fio --name=l --filename="$DISK0" --ioengine=libaio --direct=1 --thread \
			--rw=randwrite --bs=4k --iodepth=128 --size=15M --io_size=8M \
			--verify=crc32c --verify_fatal=1 --do_verify=1 --verify_state_save=0 \
			--randrepeat=0 --output=/tmp/fio.log >/dev/null 2>&1 || {
			sed 's/^/# /' /tmp/fio.log | tail -n 15
			return 1
		}
	done
}

suspends()
{
	local i reader load status disk
	# Neither may give up meanwhile.
	for disk in "$DISK0" "$DISK1"; do
		put "/sys/block/${disk##*/}/device/timeout" 3600
	done
	hang
	dd if="$DISK1" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null &
	reader=$!
	wait_for 10 outstanding || return 1
	rm -f /tmp/stop
	keep & load=$!
	sleep 1
	for ((i = 0; i < SUSPENDS; i++)); do
		suspend_in_vain || { status=1; break; }
	done
	touch /tmp/stop
	wait $load || status=1
	go_on
	wait $reader && [ -z "${status:-}" ]
}

# While one server of the partition gets ready for its suspension, the other is, and requests
# still come.  One that it cannot read any more must not cost the connection.
resets_are() { [ "$(<"$VIO"/30000002/target/resets)" = "$1" ]; }

suspend_unread()
{
	local reader pid resets events status
	resets=$(<"$VIO"/30000002/target/resets)
	events=$(<"$PAIRS/p/server/events")
	hang
	dd if="$SECOND" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null &
	reader=$!
	sleep 1
	put "$PARTS/lpar1/test/suspend" 1 &
	pid=$!
	wait_for 20 events_are $((events + 1)) && sleep 1 &&
		put "$PARTS/vios/test/inject" "H_COPY_RDMA -11 1" || return 1
	dd if="$DISK0" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null &
	sleep 1
	go_on
	wait $pid
	status=$?
	[ "$(<"$PARTS/lpar1/test/suspend")" = 1 ] && put "$PARTS/lpar1/test/suspend" 0 || status=1
	wait $reader && wait $! && [ $status = 0 ] && resets_are "$resets"
}

# The client waits for an event that says why; none comes.
closed_unexplained()
{
	local h resets
	for h in "$VIO"/30000003/host*/scsi_host/host*; do
		wait_for 20 active "$h" || return 1
		resets=$(<"$h/resets")
		put "$PARTS/lpar1/test/inject" "H_SEND_CRQ 2 1" &&
			dd if="$DISK0" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null &&
			wait_for 20 one_more "$h/resets" "$resets" &&
			[ "$(<"$h/last_error")" = "the server cannot be reached" ] || {
			ktap_print_msg "resets $resets: $(paste -s "$h/resets" "$h/last_error")"
			return 1
		}
	done
}

active() { [ "$(<"$1/connection_state")" = active ]; }
one_more() { [ "$(<"$1")" = $(($2 + 1)) ]; }

hang_remove()
{
	[ ! -b /dev/mapper/hang ] || dmsetup remove hang
	[ ! -d "$NULLB/vt_hang" ] || rmdir "$NULLB/vt_hang"
}

outstanding() { [ "$(<"$VIO"/30000002/target/credits_used)" -gt 0 ]; }
quiet() { ! outstanding; }

# The client never had to ask again: not for a command, and not for a login.
nothing_lost()
{
	local h
	wait_for 10 quiet || return 1
	for h in "$VIO"/30000003/host*/scsi_host/host*; do
		ktap_print_msg "logins $(<"$h/logins"), resets $(<"$h/resets")"
		[ "$(<"$h/logins") $(<"$h/resets") $(<"$h/in_flight")" = "1 0 0" ] || return 1
	done
	[ "$(<"$VIO"/30000002/target/task_management)" = "$TASKS" ]
}

ktap_print_header
command -v fio >/dev/null && command -v dmsetup >/dev/null || vios_lacks "no fio or dmsetup"
vios_setup
trap '[ ! -b /dev/mapper/hang ] || go_on; target_cleanup; hang_remove' EXIT
client_modules
vios_load vhyp test_hooks=1 && vios_load ibmvscsis ||
	ktap_exit_fail_msg "cannot load the modules"
vhyp_pair p lpar1 || ktap_exit_fail_msg "cannot make a pair"
target_create 30000002 && target_backstore ram rd_mcp 16 &&
	target_mapped_device hang 16 && target_backstore_on slow iblock /dev/mapper/hang &&
	target_lun 30000002 0 ram && target_lun 30000002 1 slow && target_enable 30000002 1 ||
	ktap_exit_fail_msg "cannot make the target"
ktap_set_plan 13
ktap_test_result "a COMPARE AND WRITE that was reset does not write" hung caw-reset
ktap_test_result "a tag that is in use is refused" hung hung-tag
ktap_test_result "resets and a PREEMPT AND ABORT end" hung preempt-reset
ktap_test_result "ABORT TASK does not end what comes later with its tag" hung ended-tag
ktap_test_result "what comes after a reset is answered" hung ended-later
vhyp_pair q lpar2 && target_create 30000004 && target_lun 30000004 1 slow &&
	target_enable 30000004 1 || ktap_exit_fail_msg "cannot make the other client"
ktap_test_result "TAS=1: commands another client resets are answered" reset_by_other 1
ktap_test_result "TAS=0: they are not" reset_by_other 0
ktap_test_result "TAS=0: what comes after the own reset is answered" \
	hung ended-later unit=30000003
ktap_test_result "TAS=0: the other LUN of a device that is reset is answered" twin
target_remove 30000004 && rmdir "$PAIRS/q" "$PARTS/lpar2" ||
	ktap_exit_fail_msg "cannot remove the other client"
vios_load vscsi || ktap_exit_fail_msg "cannot load the client"
DISK0=$(client_disk 30000003 0) && DISK1=$(client_disk 30000003 1) ||
	ktap_exit_fail_msg "no disks"
TASKS=$(<"$VIO"/30000002/target/task_management)
ktap_test_result "$SUSPENDS suspensions that do not come about" suspends
ktap_test_result "no answer was lost" nothing_lost
vhyp_pair q lpar1 && target_create 30000004 && target_lun 30000004 1 slow &&
	target_enable 30000004 1 && SECOND=$(client_disk 30000005 1) ||
	ktap_exit_fail_msg "cannot make the second pair"
ktap_test_result "a suspension: what cannot be read any more costs no connection" suspend_unread
target_remove 30000004 && rmdir "$PAIRS/q" || ktap_exit_fail_msg "cannot remove the second pair"
ktap_test_result "H_CLOSED that no event explains ends the connection" closed_unexplained
ktap_finished
