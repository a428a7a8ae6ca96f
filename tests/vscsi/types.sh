#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86
# time: 240
# Devices passed through: a tape, a DVD drive, and a disk.  The client's drivers find them,
# their commands reach them, and what the device refuses is answered with its own sense.
. "$(dirname "$0")/../lib/vios.sh"
. "$(dirname "$0")/../lib/target.sh"
. "$(dirname "$0")/../lib/client.sh"
. "$(dirname "$0")/../lib/sdebug.sh"

S=30000002
C=30000003

has_generic() { client_path $C 0 && set -- "$REPLY"/scsi_generic/* && [ -d "$1" ] && SG=/dev/${1##*/}; }

# The simulated devices are all of one type at a time; a disk is used by its block device.
export_type()
{
	local kind=scsi_generic
	[ "$1" != 0 ] || kind=block
	sdebug_add "$1" $kind && set -- "$REPLY"/scsi_generic/* && BACK=/dev/${1##*/} &&
		target_through dev "$REPLY" && target_lun $S 0 dev && target_enable $S 1 &&
		wait_for 20 target_is $S serving && client_scan $C && wait_for 20 has_generic
}

withdraw()
{
	target_enable $S 0 && target_lun_remove $S 0 && target_backstore_remove dev &&
		sdebug_clear && echo 1 >"$(device)/delete"
}

device() { local REPLY; client_path $C 0 && echo "$REPLY"; }

driver_is() { [ "$(readlink -f "$(device)/driver")" = "/sys/bus/scsi/drivers/$1" ]; }

is_type() { [ "$(<"$(device)/type")" = "$1" ] && sg_inq "$SG" | grep -q "PDT=$1 "; }

# answer TEXT CDB [ARG...]: what sg_raw says
answer()
{
	local text=$1 cdb=$2
	shift 2
	# shellcheck disable=SC2086 # the bytes of the CDB
	sg_raw "$@" "$SG" $cdb >/tmp/types.out 2>&1
	grep -qi "$text" /tmp/types.out || {
		ktap_print_msg "$cdb: no '$text':" "$(head -n 6 /tmp/types.out)"
		return 1
	}
}

ready() { local i; for i in 1 2 3; do answer "Good" "00 00 00 00 00 00" && return 0; done; return 1; }

# What is written through the client is on the device.
write_read()
{
	head -c 4096 /dev/urandom >/tmp/types.want
	answer Good "$1" -s 4096 -i /tmp/types.want &&
		answer Good "$2" -r 4096 -o /tmp/types.got &&
		cmp /tmp/types.want /tmp/types.got || return 1
	# shellcheck disable=SC2086 # the bytes of the CDB
	sg_raw -r 4096 -o /tmp/types.back "$BACK" $2 >/dev/null 2>&1 &&
		cmp /tmp/types.want /tmp/types.back
}

refused()
{
	answer "Invalid command operation code" "fd 00 00 00 00 00" &&
		answer "Invalid field in cdb" "1a 08 3e 00 fe 00" -r 254 &&
		answer "block address out of range" "28 00 7f ff ff ff 00 00 01 00" -r 512
}

# These are a disk's WRITE(6) of 256 blocks and WRITE SAME(16); a tape's WRITE(6) of nothing
# and ERASE(16) have no data.
without_data()
{
	answer Good "0a 00 00 00 00 00" &&
		answer Good "93 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
}

# Zeros that are not sent: WRITE SAME(16) of one block with NDOB
write_same_ndob()
{
	head -c 1536 /dev/urandom >/tmp/types.want
	answer Good "2a 00 00 00 00 10 00 00 03 00" -s 1536 -i /tmp/types.want &&
		answer Good "93 01 00 00 00 00 00 00 00 11 00 00 00 01 00 00" &&
		answer Good "28 00 00 00 00 10 00 00 03 00" -r 1536 -o /tmp/types.got || return 1
	dd if=/dev/zero of=/tmp/types.want bs=512 seek=1 count=1 conv=notrunc 2>/dev/null
	cmp /tmp/types.want /tmp/types.got
}

ktap_print_header
command -v sg_raw >/dev/null || vios_lacks "no sg3-utils"
target_setup
trap 'target_cleanup; sdebug_remove' EXIT
modprobe -qa st sr_mod
sdebug_setup
target_create $S || ktap_exit_fail_msg "cannot make a target"
ktap_set_plan 18
for what in "1 st tape" "5 sr DVD"; do
	read -r type driver name <<<"$what"
	ktap_test_result "$name: it is exported" export_type "$type"
	ktap_test_result "$name: the client sees its type" is_type "$type"
	ktap_test_result "$name: the client's driver takes it" wait_for 20 driver_is "$driver"
	ktap_test_result "$name: it is ready" ready
	ktap_test_result "$name: data is written and read" write_read \
		"2a 00 00 00 00 10 00 00 08 00" "28 00 00 00 00 10 00 00 08 00"
	ktap_test_result "$name: commands without data that a disk has not" without_data
	ktap_test_result "$name: what it refuses" refused
	withdraw || ktap_exit_fail_msg "cannot take the device away"
done
ktap_test_result "disk: it is exported" export_type 0
ktap_test_result "disk: it is ready" ready
ktap_test_result "disk: data is written and read" write_read \
	"2a 00 00 00 00 10 00 00 08 00" "28 00 00 00 00 10 00 00 08 00"
ktap_test_result "disk: a block is made zero without data" write_same_ndob
withdraw || ktap_exit_fail_msg "cannot take the device away"
ktap_finished
