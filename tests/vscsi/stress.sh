#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86 debug
# time: 600
# soak-time: 14000
# Everything goes wrong while disks are under load: the client's partition fails, the
# target is disabled, a LUN is taken away and comes back, the device behind a LUN hangs
# for 2 s and once for longer than a command may take, that behind another fails for 1 s,
# commands are aborted and reset, the partition is suspended.  No request is lost or done
# twice, no data is wrong.
#
# LUN 0 and 1 carry fio jobs that verify every block and allow no error; LUN 2 is the one
# that is taken away, LUN 3 the one whose device fails: their users are told of errors and
# go on.  The partition that fails is another, with an adapter of its own: the first must
# not notice.
. "$(dirname "$0")/../lib/vios.sh"
. "$(dirname "$0")/../lib/target.sh"
. "$(dirname "$0")/../lib/client.sh"
. "$(dirname "$0")/../lib/chunks.sh"

ROUNDS=20 DEPTH=16
case $VIOS_LAB in
debug)	ROUNDS=12 DEPTH=4 ;;
esac
[ -z "${SOAK:-}" ] || ROUNDS=200
HANG=2
DRIVER=/sys/bus/vio/drivers/vscsi
PID=()

# mapped_table NAME TABLE: what it is from now on
mapped_table()
{
	echo "$2" | dmsetup load "$1" && dmsetup suspend --nolockfs "$1" && dmsetup resume "$1"
}

# What happens in a round
# The partition starts again: its driver finds an adapter nobody uses.
do_kill()
{
	local step
	for step in "$PARTS/lpar2/test/kill 1" "$DRIVER/unbind 30000005" "$DRIVER/bind 30000005"; do
		# shellcheck disable=SC2086 # file and value
		put $step || { ktap_print_msg "failed: $step"; return 1; }
	done
	wait_for 20 client_has_disk 30000005 0 ||
		{ stat -c '%F %n' /dev/sd* $VIO/30000005/host*/target*/*:0/block/* 2>&1 | sed 's/^/# /'; return 1; }
}
do_disable() { target_enable 30000002 0 && target_enable 30000002 1; }
do_lun() { target_lun_remove 30000002 2 && target_lun 30000002 2 gone; }
do_hang() { dmsetup suspend --nolockfs hang && sleep "${1:-$HANG}" && dmsetup resume hang; }
more_errors() { [ "$(cat $CHUNKS/bad.errors)" -gt "$1" ] 2>/dev/null; }
do_fail()
{
	local table before status
	table=$(dmsetup table fail)
	before=$(cat $CHUNKS/bad.errors)
	# It may be being written.
	before=${before:-0}
	mapped_table fail "0 $(blockdev --getsz /dev/mapper/fail) error" && sleep 1 &&
		wait_for 20 more_errors "$before"
	status=$?
	mapped_table fail "$table" && return $status
}
# The connection begins anew, but nobody has to be reset for it.
do_suspend()
{
	local resets status=1
	resets=$(<$VIO/30000002/target/resets)
	put "$PARTS/lpar1/test/suspend" 1 && sleep 0.2 && put "$PARTS/lpar1/test/suspend" 0 &&
		wait_for 60 target_is 30000002 serving &&
		[ "$(<$VIO/30000002/target/resets)" = "$resets" ] && status=0
	[ $status = 0 ] || ktap_print_msg "$(<$VIO/30000002/target/last_error)"
	return $status
}
do_reset() { sg_reset -d "$DISK0" >/dev/null; }
do_long_hang() { do_hang 35; }
do_unload()
{
	local text
	text=$(rmmod ibmvscsis 2>&1) && return 1
	[ "$text" != "${text%in use*}" ]
}

EVENTS=(kill disable lun hang suspend reset fail unload)

# keep DISK LOG: fio again and again until /tmp/stop is there; its exit status
keep()
{
	local n=0
	while [ ! -e /tmp/stop ]; do
		fio --name=l --filename="$1" --ioengine=libaio --direct=1 --thread \
			--rw=randwrite --bsrange=512-64k --blockalign=512 --iodepth=$DEPTH \
			--size=48M --io_size=4M --verify=crc32c --verify_fatal=1 --do_verify=1 \
			--randrepeat=0 --verify_state_save=0 --output="$2" >/dev/null 2>&1 || return 1
		n=$((n + 1))
		echo $n >"$2.rounds"
	done
}

reader()
{
	while [ ! -e /tmp/stop ]; do
		dd if="$1" of=/dev/null bs=64k iflag=direct 2>/dev/null || sleep 0.1
	done
}

# What is read at the adapter that fails is right, or an error.
victim()
{
	local REPLY n=0
	while [ ! -e /tmp/stop ]; do
		client_has_disk 30000005 0 || continue
		dd if="$REPLY" of=/tmp/victim.read bs=256k count=8 iflag=direct 2>/dev/null ||
			continue
		cmp -s /tmp/victim.read /tmp/victim.want || return 1
		n=$((n + 1))
	done
	echo $n >/tmp/victim.rounds
	[ $n -gt 0 ]
}

# Load on it: what fio reads back is what it wrote, or an error.  Each run that was not
# disturbed counts.
victim_load()
{
	local REPLY n=0 log=/tmp/victim.log node=/tmp/victim.node dev
	while [ ! -e /tmp/stop ]; do
		client_has_disk 30000005 0 || continue
		# A node of our own: fio that finds none thinks of a file, and unlinks that of
		# the next disk.
		dev=$(cat "/sys/block/${REPLY##*/}/dev" 2>/dev/null)
		rm -f $node
		mknod $node b "${dev%:*}" "${dev#*:}" 2>/dev/null || continue
		if fio --name=v --filename=$node --ioengine=libaio --direct=1 --thread \
			--rw=randwrite --bsrange=512-64k --blockalign=512 --iodepth=$DEPTH \
			--offset=4M --size=8M --io_size=2M --verify=crc32c --verify_fatal=1 \
			--do_verify=1 --randrepeat=0 --verify_state_save=0 \
			--allow_file_create=0 --output=$log >/dev/null 2>&1; then
			n=$((n + 1))
		elif grep -aqE 'verify: bad|verify failed|EILSEQ' $log; then
			sed 's/^/# /' $log
			return 1
		fi
	done
	echo $n >/tmp/victim.loads
	[ $n -gt 0 ]
}

events()
{
	local i event
	for ((i = 0; i < ROUNDS; i++)); do
		event=${EVENTS[$((i % ${#EVENTS[@]}))]}
		[ $i != 8 ] || event=long_hang
		if ! "do_$event"; then
			ktap_print_msg "round $i: $event failed"
			return 1
		fi
		wait_for 60 target_is 30000002 serving || {
			ktap_print_msg "round $i: after $event the client does not come back"
			return 1
		}
		sleep 0.5
	done
}

stop_load()
{
	local status=0 pid
	touch /tmp/stop
	for pid in "${PID[@]}"; do
		wait "$pid" || status=1
	done
	return $status
}

logs() { for f in /tmp/load0 /tmp/load1; do sed 's/^/# /' $f | grep -E 'verify|err=|error|WRITE:|READ:' | tail -n 5; done; }

ktap_print_header
command -v fio >/dev/null && command -v dmsetup >/dev/null || vios_lacks "no fio or dmsetup"
vios_load vhyp test_hooks=1 || ktap_exit_fail_msg "cannot load vhyp"
target_setup
target_create 30000002 && target_backstore ram rd_mcp 64 && target_backstore gone rd_mcp 16 &&
	target_mapped_device hang 64 && target_backstore_on slow iblock /dev/mapper/hang &&
	target_mapped_device fail 16 && target_backstore_on bad iblock /dev/mapper/fail ||
	ktap_exit_fail_msg "cannot make the devices"
vhyp_pair q lpar2 || ktap_exit_fail_msg "cannot make the second pair"
target_create 30000004 && target_backstore victim rd_mcp 16 &&
	target_lun 30000004 0 victim && target_enable 30000004 1 ||
	ktap_exit_fail_msg "cannot make the second target"
target_lun 30000002 0 ram && target_lun 30000002 1 slow && target_lun 30000002 2 gone &&
	target_lun 30000002 3 bad && target_enable 30000002 1 || ktap_exit_fail_msg "cannot make the target"
DISK0=$(client_disk 30000003 0) && DISK1=$(client_disk 30000003 1) &&
	DISK2=$(client_disk 30000003 2) && DISK3=$(client_disk 30000003 3) ||
	ktap_exit_fail_msg "no disks"
VICTIM=$(client_disk 30000005 0) || ktap_exit_fail_msg "no second disk"
head -c 2M /dev/urandom >/tmp/victim.want
dd if=/tmp/victim.want of="$VICTIM" bs=256k oflag=direct 2>/dev/null ||
	ktap_exit_fail_msg "cannot write the second disk"
chunks_make || ktap_exit_fail_msg "cannot make chunks"
ktap_set_plan 8
rm -f /tmp/stop
victim & VICTIM=$!
victim_load & VICTIM_LOAD=$!
keep "$DISK0" /tmp/load0 & PID+=($!)
keep "$DISK1" /tmp/load1 & PID+=($!)
chunks_use "$DISK3" bad & FAILING=$!
reader "$DISK2" & READER=$!
ktap_test_result "$ROUNDS rounds under load" events
ktap_test_result "every block was written and read back right" stop_load
ktap_test_result "the adapter that fails gave right data or errors" wait $VICTIM
ktap_test_result "and kept what was written" wait $VICTIM_LOAD
ktap_test_result "what the failing device acknowledged is there" wait $FAILING
wait $READER
logs
ktap_print_msg "the failing device: $(cat $CHUNKS/bad.report)"
ktap_print_msg "the failing adapter was read $(cat /tmp/victim.rounds) times; fio on it ended well $(cat /tmp/victim.loads) times"
ktap_print_msg "fio ran $(cat /tmp/load0.rounds) and $(cat /tmp/load1.rounds) times to its end"
idle() { [ "$(<$VIO/30000002/target/credits_used)" = 0 ]; }
ktap_test_result "nothing is outstanding" wait_for 10 idle
ktap_print_msg "$(grep -H . $VIO/30000002/target/{logins,resets,commands,task_management,aborted,last_error} | sed 's/.*target.//' | tr '\n' ' ')"
unload()
{
	rmmod vscsi && target_clear && dmsetup remove hang fail && rmdir "$NULLB"/vt_{hang,fail} &&
		rmmod ibmvscsis
}
ktap_test_result "all is taken apart" unload
not_hung() { ! dmesg | grep -q "blocked for more than"; }
ktap_test_result "no task was hung" not_hung
ktap_finished
