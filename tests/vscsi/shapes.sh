#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml debug
# time: 900
# soak-time: 7200
# Buffers of every shape, written and read back byte for byte, on every kind of backstore
# and with blocks of 512 and 4096 bytes, mapped and copied; and what is on the backing
# device at the end is what was written.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"
. "$TESTS_DIR/lib/sdebug.sh"

UNIT=30000002
# name:kind:block size
DISKS=(
	ram:rd_mcp:512
	ram4k:rd_mcp:4096
	file:fileio:512
	file4k:fileio:4096
	null:iblock:512
	null4k:iblock:4096
	through:pscsi:512
)
case $VIOS_LAB in
uml)	;;
debug)	DISKS=(ram:rd_mcp:512 file4k:fileio:4096 loop:loop:512) ;;
*)	DISKS+=(loop:loop:512) ;;
esac
IMAGE=/sys/kernel/debug/vscsitest/image
SEED=1
[ -z "${SOAK:-}" ] || SEED=$RANDOM

# The blocks at the beginning, as the client left them, on the backing device
compare_backing()
{
	local dev
	dev=$(target_backing "$1")
	[ "$1" != through ] || dev=$THROUGH
	[ -e "$dev" ] || return 0
	sync
	[ ! -b "$dev" ] || blockdev --flushbufs "$dev"
	cmp -n "$(stat -c %s $IMAGE)" "$dev" $IMAGE
}

# shapes NAME LUN BLOCKSIZE
shapes()
{
	local mark="vios-test: shapes $1 $RANDOM" status
	echo "$mark" >/dev/kmsg
	vios_load vscsitest test=shapes lun="$2" seed=$SEED count=$((4 * 1024 * 1024 / $3))
	status=$?
	if [ $status = 0 ]; then
		compare_backing "$1"
		status=$?
	fi
	vios_unload vscsitest
	dmesg | sed "1,\\,$mark,d" | grep -a 'vscsitest: ' | sed 's/^/# /'
	return $status
}

# A simulated SCSI device, passed through
add_through()
{
	local REPLY
	sdebug_setup && sdebug_add 0 block && target_through "$1" "$REPLY" &&
		set -- "$REPLY"/block/* && THROUGH=/dev/${1##*/}
}

add_disk()
{
	local name kind block
	IFS=: read -r name kind block <<<"$1"
	if [ "$kind" = pscsi ]; then
		add_through "$name" && target_lun $UNIT "$2" "$name"
		return
	fi
	target_backstore "$name" "$kind" 16 "$block" && target_lun $UNIT "$2" "$name" || return 1
	case $kind in
	fileio|iblock) target_thin "$name" ;;
	esac
}

all_disks()
{
	local i name kind block
	for ((i = 0; i < ${#DISKS[@]}; i++)); do
		IFS=: read -r name kind block <<<"${DISKS[i]}"
		ktap_test_result "$kind with blocks of $block, $1" shapes "$name" $i "$block"
	done
}

# Bytes moved, and bytes of them that were copied, since the target is there
figures()
{
	local d=/sys/bus/vio/devices/$UNIT/target
	MOVED=$(($(<$d/bytes_read) + $(<$d/bytes_written)))
	COPIED=$(<$d/bytes_copied)
	ktap_print_msg "figure: $MOVED bytes moved, $COPIED copied"
}

mapped() { figures; [ "$COPIED" -gt 0 ] && [ $((COPIED * 10)) -lt $((MOVED * 9)) ]; }
copied() { figures; [ "$MOVED" -gt 0 ] && [ "$COPIED" -ge "$MOVED" ]; }

ktap_print_header
vios_setup
trap 'target_clear; vios_cleanup; sdebug_remove' EXIT
client_modules
vios_load_server || ktap_exit_fail_msg "cannot load the modules"
vhyp_pair p lpar1 || ktap_exit_fail_msg "cannot make a pair"
target_create $UNIT || ktap_exit_fail_msg "cannot make a target"
for ((i = 0; i < ${#DISKS[@]}; i++)); do
	add_disk "${DISKS[i]}" $i || ktap_exit_fail_msg "cannot make the disk ${DISKS[i]}"
done
target_enable $UNIT 1 || ktap_exit_fail_msg "cannot enable the target"
ktap_set_plan $((2 * ${#DISKS[@]} + 2))
all_disks mapped
ktap_test_result "data went through mapped pages" mapped
# The same with every byte copied
target_remove $UNIT
put "$PAIRS/p/enable" 0 && put "$PAIRS/p/zero_copy" 0 && put "$PAIRS/p/enable" 1
target_create $UNIT
for ((i = 0; i < ${#DISKS[@]}; i++)); do
	target_lun $UNIT $i "${DISKS[i]%%:*}"
done
target_enable $UNIT 1
all_disks copied
ktap_test_result "data was copied" copied
ktap_finished
