#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The part of "make demo" that runs inside the lab: two partitions, messages and data
# between them, then disks: exported with targetcli, used by the client, drawn; and two
# clients' VLANs on a network card.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"
. "$TESTS_DIR/lib/targetcli.sh"
. "$TESTS_DIR/lib/sea.sh"
. "$TESTS_DIR/demo/picture.sh"
. "$TESTS_DIR/demo/ethernet.sh"

PATH=$TOP/build/tools/vhyp:$PATH
# Boxes are drawn, and their widths counted in characters.
export LC_ALL=C.UTF-8
PAIR=disks
# LUN n: backstore, its type, the client's file system
NAMES=(disk file memory)
TYPES=(block fileio ramdisk)
FS=(xfs ext4 ext4)
IMAGE=/var/tmp/file.img

fail() { printf '\nthe demonstration failed: %s\n' "$*"; exit 1; }
# What the tests' functions say when they give up
ktap_exit_fail_msg() { fail "$*"; }
ktap_skip_all() { fail "$*"; }

step() { printf '\n==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
announce() { printf '    $ %s\n' "$*"; }
indent() { sed 's/^/      /'; }

# show COMMAND...: what it is and what it says
show()
{
	announce "$@"
	"$@" 2>&1 | indent
	[ "${PIPESTATUS[0]}" = 0 ] || fail "$*"
}

# As vios_load and the tests' functions call it
insmod()
{
	announce insmod "${1#"$TOP/"}" "${@:2}"
	command insmod "$@"
}

load() { vios_load "$@" || fail "the module $1 does not load"; }

# report PATTERN [LINES]: what the workload said last
report()
{
	dmesg | grep -a "crqtest: $1" | tail -n "${2:-1}" | sed 's/^.*crqtest: /      /'
	[ "${PIPESTATUS[1]}" = 0 ] || fail "the workload did not report \"$1\""
}

workload()
{
	load crqtest "$@"
	show rmmod crqtest
}

# rdma_workload: a second in which copies, mappings and removals did not all meet proves too
# little for a test; here it is enough that all that was copied was right.
rdma_workload()
{
	local said
	if vios_load crqtest test=rdma ms=1000; then
		show rmmod crqtest
	else
		said=$(dmesg | sed -n 's/^.*crqtest: //p' | tail -n 4)
		case "$(grep -c ', 0 faults$' <<<"$said") ${said##*$'\n'}" in
		"3 rdma failed: -ENODATA") ;;
		*)	fail "the workload test=rdma: ${said##*$'\n'}" ;;
		esac
		note "  (in that second one thing to be seen did not happen; no byte was wrong)"
	fi
}

# The lab's own SCSI disk, by its serial number: no other is ever written to.
lab_disk()
{
	local d page
	for d in /sys/block/sd*; do
		page=$(tr -dc 'a-z0-9' <"$d/device/vpd_pg80" 2>/dev/null)
		REPLY=/dev/${d##*/}
		[ "${page%viosdisk0}" = "$page" ] || return 0
	done
	return 1
}

# targetcli reads commands from its input, and prints a prompt for each but not the command
# itself: put it there.  It fails only at its start: what is checked is what it leaves.
targetcli_lines()
{
	local dots line REPLY
	repeat . 56
	dots=$REPLY
	announce targetcli
	printf '%s\n' "$@" | PYTHONUNBUFFERED=1 targetcli 2>&1 | while IFS= read -r line; do
		while [ $# != 0 ] && [ "${line#/> }" != "$line" ]; do
			line=${line#/> }
			note "  /> $1"
			shift
		done
		# Not a terminal: its lines are 132 wide, most of that dots.
		[ -z "$line" ] || note "  ${line/$dots/}"
	done
	[ "${PIPESTATUS[1]}" = 0 ] || fail "targetcli"
}

export_disks()
{
	local lines n REPLY
	lab_disk || fail "the lab's SCSI disk has gone"
	lines=("/backstores/block create ${NAMES[0]} $REPLY"
		"/backstores/fileio create ${NAMES[1]} $IMAGE 96M"
		"/backstores/ramdisk create ${NAMES[2]} 48M"
		"/ibmvscsis create $SERVER")
	for n in "${!NAMES[@]}"; do
		lines+=("/ibmvscsis/$SERVER/luns create /backstores/${TYPES[n]}/${NAMES[n]}")
	done
	targetcli_lines "${lines[@]}" "ls /ibmvscsis"
	for n in "${!NAMES[@]}"; do
		REPLY=
		backstore_of "$TARGET_FABRIC/$SERVER/tpgt_1/lun/lun_$n"
		[ "${REPLY##*/}" = "${NAMES[n]}" ] ||
			fail "targetcli did not make LUN $n, the ${TYPES[n]} backstore ${NAMES[n]}"
	done
}

find_disks()
{
	local n
	for n in "${!NAMES[@]}"; do
		DISK[n]=$(client_disk "$CLIENT" "$n") ||
			fail "the client has no disk for LUN $n, ${NAMES[n]}"
	done
	show lsblk -o NAME,HCTL,VENDOR,MODEL,SIZE "${DISK[@]}"
}

# What is written to each disk; its checksums stay outside.
files()
{
	local i
	mkdir -p /tmp/files/dir
	head -c 8000000 /dev/urandom >/tmp/files/large
	for i in 1 2 3 4 5; do
		head -c $((i * 12345)) /dev/urandom >"/tmp/files/dir/$i"
	done
	(cd /tmp/files && find . -type f -exec sha256sum {} +) >/tmp/sums ||
		fail "no files to write"
	BYTES=$(cat /tmp/files/large /tmp/files/dir/* | wc -c)
}

fill()
{
	local n=$1 opts=-Fq
	[ "${FS[n]}" != xfs ] || opts=-fq
	show "mkfs.${FS[n]}" $opts "${DISK[n]}"
	mkdir -p "/mnt/${NAMES[n]}"
	show mount "${DISK[n]}" "/mnt/${NAMES[n]}"
	show cp -r /tmp/files/. "/mnt/${NAMES[n]}"
	show umount "/mnt/${NAMES[n]}"
}

# same N: cd is the shell's own.
same()
{
	show mount "${DISK[$1]}" "/mnt/${NAMES[$1]}"
	announce "cd /mnt/${NAMES[$1]} && sha256sum --quiet -c /tmp/sums"
	(cd "/mnt/${NAMES[$1]}" && sha256sum --quiet -c /tmp/sums) 2>&1 | indent
	[ "${PIPESTATUS[0]}" = 0 ] ||
		fail "what was written to ${DISK[$1]} (${NAMES[$1]}) is not what was read"
	note "  $(wc -l </tmp/sums) files are what was written to ${TYPES[$1]} ${NAMES[$1]}"
}

counter() { cat "$VIO/$SERVER/target/$1"; }

verify()
{
	local cmd=(fio --name=verify --filename="/mnt/${NAMES[0]}/fio" --size=64M --loops=3
		--rw=randwrite --bsrange=4k-128k --ioengine=libaio --direct=1 --iodepth=16
		--verify=crc32c --verify_fatal=1 --do_verify=1 --verify_state_save=0 --thread)
	announce "${cmd[@]}"
	"${cmd[@]}" >/tmp/fio.log 2>&1 || { indent </tmp/fio.log; fail "fio on ${DISK[0]}"; }
	grep -E 'err=|READ:|WRITE:' /tmp/fio.log | sed 's/^ *//' | indent
}

# Nothing went wrong that was put right again.
healthy()
{
	local host
	host=$(echo "$VIO/$CLIENT"/host*/scsi_host/host*)
	[ -z "$(counter last_error)" ] || fail "the server reports: $(counter last_error)"
	[ -z "$(cat "$host/last_error")" ] || fail "the client reports: $(cat "$host/last_error")"
	[ "$(counter resets) $(counter aborted)" = "0 0" ] ||
		fail "connections were reset or commands aborted"
}

cleanup()
{
	local n
	for n in "${NAMES[@]}"; do
		! mountpoint -q "/mnt/$n" || umount "/mnt/$n"
	done
	sea_netns_remove
	vios_unload sea
	vios_unload vscsi
	target_cleanup
	rm -f $IMAGE
}

take_apart()
{
	local n
	for n in "${NAMES[@]}"; do
		show umount "/mnt/$n"
	done
	show rmmod vscsi
	note "(LUNs, target and backstores are removed in configfs)"
	target_clear >/dev/null 2>&1 || fail "the target cannot be removed"
	show vhyp pair remove $PAIR
	show vhyp partition remove lpar1
	show rmmod ibmvscsis vhyp crq
}

vios_setup
trap 'cleanup >/dev/null 2>&1' EXIT
command -v vhyp >/dev/null || fail "the tool is not built"
targetcli_setup
client_modules
modprobe -a virtio_scsi xfs ext4 || fail "the lab has no modules for disks and file systems"
wait_for 10 lab_disk || fail "the lab has no SCSI disk"
echo "Kernel $(uname -r) on $(uname -m), $(nproc) processors"

step "Two partitions and a pair of adapters between them"
load vhyp
show vhyp partition add lpar1
show vhyp pair add $PAIR client=lpar1
SERVER=$(<"$PAIRS/$PAIR/server/unit")
CLIENT=$(<"$PAIRS/$PAIR/client/unit")
show vhyp list

step "Initialization messages cross, answered by interrupt"
workload test=handshake
report ".*handshakes"

step "20,000 messages each way while one side after the other leaves and comes back"
workload test=churn count=20000
report "to " 2

step "RDMA on all processors, compared byte for byte, while the client takes memory away"
rdma_workload
report "copier" 2
report "page taken"

step "Server: a SCSI disk, a file and memory become LUNs, with targetcli as it is"
load ibmvscsis
export_disks

step "Client: its driver logs in and finds the disks"
load vscsi
wait_for 10 target_is "$SERVER" serving || fail "the client does not log in"
find_disks

step "Client: a file system on each disk, and files on it"
files
for n in "${!NAMES[@]}"; do
	fill "$n"
done

step "Client: the same files come back from the server"
announce "echo 3 >/proc/sys/vm/drop_caches"
echo 3 >/proc/sys/vm/drop_caches
BEFORE=$(counter bytes_read)
for n in "${!NAMES[@]}"; do
	same "$n"
done
READ=$(($(counter bytes_read) - BEFORE))
note "the server read $READ bytes for that"
[ $READ -ge $((BYTES * ${#NAMES[@]})) ] || fail "files were not read from the server"

step "Client: fio writes at random places, reads back and compares checksums"
verify

step "What is connected to what"
healthy
picture "$SERVER" || fail "the picture lacks$LACKS"

step "A Shared Ethernet Adapter puts the VLANs of two clients on one network card"
sea_plugins
load sea
sea_netns && sea_cables || fail "no network namespaces"
note "(namespaces c0 and c1 are clients, out is outside, r0 is the network card)"
ether_create

step "Each client reaches the outside in its VLAN, and not the other client"
ether_addresses
ether_ping
ether_load

step "What is connected to what"
ether_picture || fail "the picture lacks$LACKS"

step "All of it is taken away again"
sea_netns_remove
show rmmod sea
take_apart
trap - EXIT
step "Done: every message and every byte arrived"
