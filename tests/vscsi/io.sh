#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86
# time: 500
# soak-time: 7200
# Data through the whole chain: fio writes blocks of every size at random places, with
# many in flight, and reads them back with their checksums; file systems are made, used
# and checked.  Aligned I/O is not copied.
. "$(dirname "$0")/../lib/vios.sh"
. "$(dirname "$0")/../lib/target.sh"
. "$(dirname "$0")/../lib/client.sh"

SIZE=64
IO=48M
case $VIOS_LAB in
debug)	IO=3M ;;
uml)	IO=24M ;;
esac
[ -z "${SOAK:-}" ] || IO=4G
KINDS="rd_mcp fileio iblock"
[ "$VIOS_LAB" != debug ] || KINDS="rd_mcp iblock"

copied() { echo $(($(<"$VIO/30000002/target/bytes_copied"))); }

# verify DISK DEPTH RANGE JOBS: each job has a part of the disk to itself
verify()
{
	local disk=$1 depth=$2 range=$3 jobs=$4
	fio --name=v --filename="$disk" --ioengine=libaio --direct=1 --thread --rw=randwrite \
		--bsrange="$range" --blockalign=512 --iodepth="$depth" \
		--numjobs="$jobs" --size=$((SIZE / jobs - 1))M --offset_increment=$((SIZE / jobs))M \
		--io_size="$IO" --verify=crc32c --verify_fatal=1 --do_verify=1 \
		--randrepeat=0 --verify_state_save=0 --group_reporting --output=/tmp/fio.log \
		>/dev/null 2>&1
	local status=$?
	[ $status = 0 ] || sed 's/^/# /' /tmp/fio.log | tail -n 20
	return $status
}

# Aligned transfers are mapped.  MODE SENSE and the like are copied: the client may still be
# at that with another disk, but not for ever.
not_copied()
{
	local before after round
	for round in 1 2 3 4; do
		before=$(copied)
		fio --name=a --filename="$1" --ioengine=libaio --direct=1 --thread --rw=randrw \
			--bs=4k --iodepth=16 --size=8M --output=/tmp/fio.log >/dev/null 2>&1 ||
			return 1
		after=$(copied)
		[ "$before" != "$after" ] || return 0
		ktap_print_msg "round $round: $((after - before)) bytes copied"
	done
	return 1
}

# filesystem TYPE DISK: made, filled, compared after it was away
filesystem()
{
	local type=$1 disk=$2 opts=-Fq
	[ "$type" != xfs ] || opts=-fq
	mkdir -p /tmp/mnt /tmp/tree
	[ -e /tmp/tree/a ] || {
		head -c 5000000 /dev/urandom >/tmp/tree/a
		for i in 1 2 3 4 5 6 7 8; do
			head -c $((i * 1777)) /dev/urandom >"/tmp/tree/b$i"
		done
	}
	"mkfs.$type" $opts "$disk" >/dev/null 2>&1 && mount "$disk" /tmp/mnt &&
		cp -r /tmp/tree /tmp/mnt/ && mkdir /tmp/mnt/d && cp /tmp/tree/a /tmp/mnt/d/ &&
		umount /tmp/mnt && echo 3 >/proc/sys/vm/drop_caches && mount "$disk" /tmp/mnt &&
		diff -r /tmp/tree /tmp/mnt/tree && cmp /tmp/tree/a /tmp/mnt/d/a &&
		umount /tmp/mnt || return 1
	case $type in
	ext4)	e2fsck -fn "$disk" >/dev/null 2>&1 ;;
	xfs)	xfs_repair -n "$disk" >/dev/null 2>&1 ;;
	esac
}

# The client logs in again, with the fewest there may be.
few_credits()
{
	target_enable 30000002 0 && target_attribute 30000002 credits 2 &&
		target_enable 30000002 1 && wait_for 20 target_is 30000002 serving &&
		[ "$(<"$VIO/30000002/target/credits")" = 2 ] &&
		IO=4M verify "$(client_disk 30000003 0)" 32 512-64k 1
}

# A file system needs more than xfs wants as its least
big_disk() { target_backstore big fileio 320 && target_lun 30000002 40 big; }

ktap_print_header
command -v fio >/dev/null || vios_lacks "no fio"
target_setup
target_create 30000002 || ktap_exit_fail_msg "cannot make the target"
n=0
for kind in $KINDS; do
	target_backstore "$kind" "$kind" $SIZE && target_lun 30000002 $n "$kind" ||
		ktap_exit_fail_msg "cannot make a backstore of kind $kind"
	n=$((n + 1))
done
big_disk || ktap_exit_fail_msg "cannot make the large disk"
target_enable 30000002 1
# Debian's kernel has not got all file systems built in.
modprobe -qa ext4 xfs
ktap_set_plan $((3 + 6 * n))
n=0
for kind in $KINDS; do
	DISK=$(client_disk 30000003 $n) || ktap_exit_fail_msg "no disk"
	ktap_test_result "$kind: 4 KiB aligned is not copied" not_copied "$DISK"
	ktap_test_result "$kind: 512 bytes to 1 MiB, one at a time" verify "$DISK" 1 512-1M 1
	ktap_test_result "$kind: 512 bytes to 64 KiB, 2 jobs of 32" verify "$DISK" 32 512-64k 2
	ktap_test_result "$kind: 512 bytes to 8 KiB, 4 jobs of 64" verify "$DISK" 64 512-8k 4
	ktap_test_result "$kind: 512 bytes to 1 MiB, 256 at a time" verify "$DISK" 256 512-1M 1
	ktap_test_result "$kind: ext4 made, filled, compared and checked" filesystem ext4 "$DISK"
	n=$((n + 1))
done
DISK=$(client_disk 30000003 40) || ktap_exit_fail_msg "no large disk"
ktap_test_result "xfs made, filled, compared and checked" filesystem xfs "$DISK"
ktap_test_result "no error was met, nothing is outstanding" \
	[ "$(cat $VIO/30000002/target/{last_error,resets,credits_used} | tr '\n' ' ')" = " 0 0 " ]
ktap_test_result "2 credits: 32 at a time are served two by two" few_credits
ktap_finished
