#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86
# time: 240
# Devices that fail, behind each kind of backstore: what the client is told, and that
# nothing else is wrong.  The pair q does not map: its data is copied.
. "$(dirname "$0")/../lib/vios.sh"
. "$(dirname "$0")/../lib/target.sh"
. "$(dirname "$0")/../lib/client.sh"
. "$(dirname "$0")/../lib/sdebug.sh"

# Where the device says that it cannot read, and the data there should be
BAD=0x1234
WANT=/tmp/sdebug.want
# READ and WRITE of 8 blocks with the bad one, and of 8 that are good
READ_BAD="28 00 00 00 12 30 00 00 08 00"
READ_GOOD="28 00 00 00 12 00 00 00 08 00"
GOOD=0x1200
WRITE_GOOD="2a 00 00 00 12 00 00 00 08 00"

# says FILE TEXT...: it has each
says()
{
	local file=$1 text
	shift
	for text in "$@"; do
		grep -aqi "$text" "$file" || {
			ktap_print_msg "no '$text':" "$(head -n 8 "$file")"
			return 1
		}
	done
}

# read_says SG CDB TEXT...: a READ of 8 blocks into /tmp/sdebug.read
read_says()
{
	local sg=$1 cdb=$2
	shift 2
	# shellcheck disable=SC2086 # the bytes of the CDB
	sg_raw -o /tmp/sdebug.read -r 4096 "$sg" $cdb >/tmp/sdebug.out 2>&1
	says /tmp/sdebug.out "$@"
}

# is_data FILE BLOCK: 8 blocks are as they were written
is_data() { cmp -n 4096 -i "0:$(($2 * 512))" "$1" $WANT; }

read_good() { read_says "$1" "$READ_GOOD" "Status: Good" && is_data /tmp/sdebug.read $GOOD; }

# all_data DISK
all_data() { dd if="$1" bs=64k iflag=direct 2>/dev/null | cmp - $WANT; }

unreadable() { ! dd if="$1" of=/dev/null bs=512 iflag=direct skip=$((BAD)) count=1 2>/dev/null; }

# medium SG DISK TEXT...: one block cannot be read, and is said to be that
medium()
{
	local sg=$1 disk=$2 status=0
	shift 2
	sdebug_errors $SDEBUG_MEDIUM
	read_says "$sg" "$READ_BAD" "$@" && read_good "$sg" && unreadable "$disk" || status=1
	sdebug_errors 0
	read_says "$sg" "$READ_BAD" "Status: Good" && all_data "$disk" && [ $status = 0 ]
}

# recovered SG DISK: a warning that comes with the data
recovered()
{
	local sg=$1 disk=$2 status=0
	sdebug_errors $SDEBUG_RECOVERED 1
	read_says "$sg" "$READ_GOOD" "Recovered Error" "threshold exceeded" || status=1
	is_data /tmp/sdebug.read $GOOD || status=1
	all_data "$disk" || status=1
	sdebug_errors 0
	return $status
}

# Said of one command; the client's SCSI layer repeats what it sent itself.
aborted()
{
	local sg=$1 disk=$2 status=0
	sdebug_errors $SDEBUG_TRANSPORT 1
	read_says "$sg" "$READ_GOOD" "Aborted Command" "Ack/nak timeout" || status=1
	sdebug_errors $SDEBUG_TRANSPORT 5
	all_data "$disk" || status=1
	sdebug_errors 0
	return $status
}

protected()
{
	local sg=$1 disk=$2 status=0
	put $SDEBUG_PARAM/wp 1
	# shellcheck disable=SC2086 # the bytes of the CDB
	sg_raw -s 4096 -i /dev/zero "$sg" $WRITE_GOOD >/tmp/sdebug.out 2>&1
	says /tmp/sdebug.out "Data Protect" "write protected" || status=1
	put $SDEBUG_PARAM/wp 0
	all_data "$disk" && [ $status = 0 ]
}

# sg_of UNIT LUN
sg_of()
{
	local REPLY
	client_path "$1" "$2" && set -- "$REPLY"/scsi_generic/* && echo "/dev/${1##*/}"
}

block_of() { set -- "$1"/block/*; echo "/dev/${1##*/}"; }

make_targets()
{
	# All are the same device in truth; what another keeps of it is read after this.
	head -c 8M /dev/urandom >$WANT
	sdebug_add 0 block &&
		dd if=$WANT of="$(block_of "$REPLY")" bs=64k oflag=direct 2>/dev/null &&
		target_through through "$REPLY" &&
		sdebug_add 0 block && target_backstore_on block iblock "$(block_of "$REPLY")" &&
		sdebug_add 0 block && target_backstore_on file fileio "$(block_of "$REPLY")" &&
		target_create 30000002 && target_lun 30000002 0 through &&
		target_lun 30000002 1 block && target_lun 30000002 2 file &&
		vhyp_pair q lpar2 zero_copy=0 && target_create 30000004 &&
		target_lun 30000004 0 through &&
		target_enable 30000002 1 && target_enable 30000004 1
}

find_disks()
{
	local i
	for i in 0 1 2; do
		DISK[i]=$(client_disk 30000003 $i) && SG[i]=$(sg_of 30000003 $i) || return 1
	done
	DISK[3]=$(client_disk 30000005 0) && SG[3]=$(sg_of 30000005 0)
}

ktap_print_header
command -v sg_raw >/dev/null || vios_lacks "no sg3-utils"
target_setup
trap 'target_cleanup; sdebug_remove' EXIT
sdebug_setup
make_targets || ktap_exit_fail_msg "cannot make the targets"
find_disks || ktap_exit_fail_msg "no disks"
ktap_set_plan 9
for i in 0 3; do
	how=$([ $i = 0 ] && echo mapped || echo copied)
	ktap_test_result "passed through, $how: a block that cannot be read" medium "${SG[i]}" \
		"${DISK[i]}" "Medium Error" "Unrecovered read error" "Info fld=$BAD"
	ktap_test_result "passed through, $how: an error the device has recovered" \
		recovered "${SG[i]}" "${DISK[i]}"
	ktap_test_result "passed through, $how: commands that are aborted" \
		aborted "${SG[i]}" "${DISK[i]}"
done
ktap_test_result "passed through: a medium that is write-protected" protected "${SG[0]}" "${DISK[0]}"
# The target core has no other words.
ktap_test_result "iblock: a block that cannot be read" medium "${SG[1]}" "${DISK[1]}" \
	"Not Ready" "communication failure"
ktap_test_result "fileio: a block that cannot be read" medium "${SG[2]}" "${DISK[2]}" \
	"Not Ready" "communication failure"
ktap_finished
