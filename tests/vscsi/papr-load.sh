#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: ppc64le
# time: 900
# soak-time: 7200
# The kernel's own client under load, over hypervisor calls of a pseries guest: two clients
# and two servers at once, whose partitions are suspended, whose targets go and come, and
# which is taken away itself.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"
. "$TESTS_DIR/lib/phypsim.sh"
. "$TESTS_DIR/lib/papr.sh"
. "$TESTS_DIR/lib/chunks.sh"

SUSPENDS=100
DISABLES=5
HANG=10
if [ -n "${SOAK:-}" ]; then
	SUSPENDS=1000
	DISABLES=100
	HANG=100
fi
SERVER=()
CLIENT=()
DISK=()

add_pair()
{
	papr_pair "$1" "lpar$1" && target_create "$SIM_SERVER" &&
		target_backstore "d$1" rd_mcp 16 && target_lun "$SIM_SERVER" 0 "d$1" || return 1
	SERVER+=("$SIM_SERVER")
	CLIENT+=("$SIM_CLIENT")
}

serving() { target_enable "$1" 1 && wait_for 20 papr_serving "$1" "$2"; }

add_pairs()
{
	add_pair p && add_pair q && serving "${SERVER[0]}" "${CLIENT[0]}" &&
		serving "${SERVER[1]}" "${CLIENT[1]}"
}

find_disks()
{
	local c REPLY
	DISK=()
	for c in "${CLIENT[@]}"; do
		client_scan "$c"
		wait_for 30 client_has_disk "$c" 0 || return 1
		client_has_disk "$c" 0 && DISK+=("$REPLY")
	done
	[ ${#DISK[@]} = 2 ]
}

# verify N ARG...: blocks of every size at random places of a disk, read back
verify()
{
	local disk=${DISK[$1]} log=/tmp/fio.$1
	shift
	fio --name=v --filename="$disk" --ioengine=libaio --direct=1 --thread --rw=randwrite \
		--bsrange=512-64k --blockalign=512 --iodepth=16 --size=15M --verify=crc32c \
		--verify_fatal=1 --do_verify=1 --randrepeat=0 --verify_state_save=0 \
		--output="$log" "$@" >/dev/null 2>&1
	local status=$?
	[ $status = 0 ] || sed 's/^/# /' "$log" | grep -E 'verify|error|err=' | head -n 5
	return $status
}

both()
{
	verify 0 --io_size=4M & local first=$!
	verify 1 --io_size=4M && wait $first
}

# Until /tmp/stop is there: no error is allowed
keep() { while [ ! -e /tmp/stop ]; do verify "$1" --io_size=1M || return 1; done; }

# under_load LOAD COMMAND...: LOAD gets the number of a disk
under_load()
{
	local load=$1 status first second
	shift
	rm -f /tmp/stop
	$load 0 & first=$!
	$load 1 & second=$!
	sleep 1
	"$@"
	status=$?
	touch /tmp/stop
	wait $first || status=1
	wait $second || status=1
	return $status
}

suspends()
{
	local i
	for ((i = 0; i < SUSPENDS; i++)); do
		put "$PARTS/lparp/test/suspend" 1 && sleep 0.1 &&
			put "$PARTS/lparp/test/suspend" 0 &&
			wait_for 30 papr_serving "${SERVER[0]}" "${CLIENT[0]}" || return 1
		sleep 0.2
	done
}

# While its partner has no queue the stock client fails each request at once, and those who
# asked are told after five times: there may be errors, but nothing acknowledged is lost.
chunks() { chunks_use "${DISK[$1]}" "$1"; }

disables()
{
	local i
	for ((i = 0; i < DISABLES; i++)); do
		target_enable "${SERVER[0]}" 0 && sleep 0.2 && target_enable "${SERVER[0]}" 1 &&
			wait_for 30 papr_serving "${SERVER[0]}" "${CLIENT[0]}" || return 1
		sleep 0.5
	done
}

# The stock client's module goes while disks of it are written to, and comes back.
reload()
{
	local pid
	head -c $((4 << 20)) /dev/urandom >/tmp/want
	dd if=/tmp/want of="${DISK[1]}" bs=64k oflag=direct 2>/dev/null || return 1
	dd if=/dev/zero of="${DISK[0]}" bs=64k oflag=direct 2>/dev/null &
	pid=$!
	sleep 0.2
	for c in "${CLIENT[@]}"; do
		put /sys/bus/vio/drivers/ibmvscsi/unbind "$c" || return 1
	done
	wait $pid
	rmmod ibmvscsi && modprobe ibmvscsi || return 1
	find_disks && dd if="${DISK[1]}" of=/tmp/got bs=64k count=64 iflag=direct 2>/dev/null &&
		cmp /tmp/want /tmp/got
}

# A LUN on a file whose file system can be frozen: its writes hang.
add_slow()
{
	local d=$TARGET/core/fileio_0/slow
	modprobe -a loop ext4 && truncate -s 64M /tmp/slow.img && mkfs.ext4 -q -F /tmp/slow.img && mkdir -p /tmp/slow &&
		mount -o loop /tmp/slow.img /tmp/slow && truncate -s 8M /tmp/slow/file &&
		mkdir -p "$d" && echo fd_dev_name=/tmp/slow/file,fd_dev_size=$((8 << 20)) >"$d/control" &&
		echo 1 >"$d/enable" && target_lun "${SERVER[0]}" 1 slow && client_scan "${CLIENT[0]}" &&
		wait_for 30 client_has_disk "${CLIENT[0]}" 1 && SLOW=$REPLY
}

# The kernel's server does not say how often it was asked to: the client does.
aborts()
{
	if papr_is_ours; then
		cat "$VIO/${SERVER[0]}/target/task_management"
	else
		dmesg | grep -c "ibmvscsi.*aborting command"
	fi
}

# The stock client aborts what takes longer than its patience, resets, and tries again.
hangs()
{
	local before status
	before=$(aborts)
	put "/sys/block/${SLOW#/dev/}/device/timeout" 2
	rm -f /tmp/stop
	chunks_use "$SLOW" slow &
	sleep 1
	fsfreeze -f /tmp/slow && sleep $HANG
	fsfreeze -u /tmp/slow
	sleep 2
	touch /tmp/stop
	wait $!
	status=$?
	ktap_print_msg "task management before $before, now $(aborts); $(cat "$CHUNKS"/slow.report)"
	[ "$(aborts)" -gt "$before" ] && return $status
}

no_slow()
{
	[ ! -d /tmp/slow/lost+found ] || umount /tmp/slow
}

nothing_outstanding()
{
	local s
	for s in "${SERVER[@]}"; do
		papr_is_ours || break
		ktap_print_msg "$s: $(cd "$VIO/$s/target" && grep -H . logins resets aborted task_management last_error | tr '\n' ' ')"
		[ "$(<"$VIO/$s/target/credits_used")" = 0 ] || return 1
	done
	sim_nothing_missed
}

ktap_print_header
papr_setup test_hooks=1
trap 'target_clear; no_slow; sim_clear; vios_cleanup' EXIT
chunks_make || ktap_exit_fail_msg "cannot make chunks"
ktap_set_plan 9
ktap_test_result "two clients log in to two servers" add_pairs
ktap_test_result "they find their disks" find_disks
ktap_test_result "a third disk, on a file" add_slow
ktap_test_result "both write and verify at once" both
ktap_test_result "suspended and resumed $SUSPENDS times under load" under_load keep suspends
ktap_test_result "the target goes and comes $DISABLES times under load" under_load chunks disables
ktap_print_msg "$(cat "$CHUNKS"/[01].report)"
ktap_test_result "a device that hangs: the client aborts and resets" hangs
ktap_test_result "the client's driver goes and comes" reload
ktap_test_result "nothing was missed, nothing is outstanding" nothing_outstanding
sed "s/^/# /" "$SIM"/adapters
ktap_finished
