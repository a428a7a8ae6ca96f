#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86
# time: 900
# A disk, a logical volume, a file, a SCSI disk passed through and memory, exported with
# targetcli, each with a file system of the client's on it.  The machine is restarted with
# systemd as its init: pairs and targets come back by their units, in that order, and what
# was written is compared; memory is empty then.
. "$(dirname "$0")/../lib/vios.sh"
. "$(dirname "$0")/../lib/target.sh"
. "$(dirname "$0")/../lib/client.sh"
. "$(dirname "$0")/../lib/targetcli.sh"
. "$(dirname "$0")/../lib/boot.sh"

# One unit restores targets; a second at the same time would get in its way.
BOOT_UNITS=rtslib-fb-targetctl.service
W=30000002
NAMES=(disk volume file through memory)
FS=(ext4 xfs ext4 ext4 ext4)

# The lab's own SCSI disks by serial number, as udev would name them: the kernel's names are
# others after each start.
name_disks()
{
	local d page
	mkdir -p /dev/disk/by-id
	for d in /sys/block/sd*; do
		page=$(tr -dc 'a-z0-9' <"$d/device/vpd_pg80" 2>/dev/null)
		[ "${page%viosdisk?}" = "$page" ] ||
			ln -sfn "/dev/${d##*/}" "$(lab_disk "${page#"${page%?}"}")"
	done
}

lab_disk() { echo "/dev/disk/by-id/scsi-viosdisk$1"; }

lab_disks_there()
{
	name_disks
	[ -b "$(lab_disk 0)" ] && [ -b "$(lab_disk 1)" ] && [ -b "$(lab_disk 2)" ]
}

lab_disks()
{
	modprobe -a virtio_scsi sd_mod sg dm_mod loop ext4 xfs && wait_for 20 lab_disks_there
}

volume()
{
	pvcreate -qy "$(lab_disk 1)" >/dev/null && vgcreate -qy vios "$(lab_disk 1)" >/dev/null &&
		lvcreate -qy -Zn -Wn -n lv -L 340M vios >/dev/null && vgmknodes >/dev/null 2>&1
	[ -b /dev/vios/lv ]
}

targets()
{
	cli /backstores/block create disk "$(lab_disk 0)" &&
		cli /backstores/block create volume /dev/vios/lv &&
		cli /backstores/fileio create file /lab/file.img 340M &&
		cli /backstores/pscsi create through "$(lab_disk 2)" &&
		cli /backstores/ramdisk create memory 64M &&
		cli /ibmvscsis create $W || return 1
	for name in "${NAMES[@]}"; do
		case $name in
		disk|volume) cli /ibmvscsis/$W/luns create "/backstores/block/$name" ;;
		file)	cli /ibmvscsis/$W/luns create /backstores/fileio/file ;;
		through) cli /ibmvscsis/$W/luns create /backstores/pscsi/through ;;
		memory)	cli /ibmvscsis/$W/luns create /backstores/ramdisk/memory ;;
		esac || return 1
	done
}

# The same tree on each; its checksums are kept outside.
tree()
{
	mkdir -p /tmp/tree/dir
	head -c 20000000 /dev/urandom >/tmp/tree/large
	for i in 1 2 3 4 5 6 7 8 9; do
		head -c $((i * 12345)) /dev/urandom >"/tmp/tree/dir/$i"
	done
	(cd /tmp/tree && find . -type f -exec sha256sum {} + | sort) >/lab/sums
}

client_mount()
{
	local disk
	disk=$(client_disk 30000003 "$1") && mkdir -p "/tmp/mnt$1" && mount "$disk" "/tmp/mnt$1"
}

fill()
{
	local disk opts=-Fq
	disk=$(client_disk 30000003 "$1") || return 1
	[ "${FS[$1]}" != xfs ] || opts=-fq
	"mkfs.${FS[$1]}" $opts "$disk" >/dev/null 2>&1 && client_mount "$1" &&
		cp -r /tmp/tree/. "/tmp/mnt$1/" && sync -f "/tmp/mnt$1" && umount "/tmp/mnt$1"
}

same()
{
	client_mount "$1" && (cd "/tmp/mnt$1" && sha256sum --quiet -c /lab/sums) &&
		umount "/tmp/mnt$1"
}

checked()
{
	local disk
	disk=$(client_disk 30000003 "$1") || return 1
	case ${FS[$1]} in
	ext4)	e2fsck -fn "$disk" >/dev/null 2>&1 ;;
	xfs)	xfs_repair -n "$disk" >/dev/null 2>&1 ;;
	esac
}

# Its LUN is back, with its size.
empty()
{
	local disk
	disk=$(client_disk 30000003 "$1") && [ "$(blockdev --getsize64 "$disk")" = 67108864 ] &&
		cmp -n 1048576 "$disk" /dev/zero
}

# In the first process of the next boot: what udev would do is done by hand.
boot_modules()
{
	cat <<SCRIPT
modprobe -a virtio_scsi sd_mod sg dm_mod ext4 xfs target_core_mod
$(declare -f name_disks lab_disk lab_disks_there)
for i in 1 2 3 4 5 6 7 8 9 10; do
	! lab_disks_there || break
	sleep 1
done
vgchange -qay vios >/dev/null 2>&1
vgmknodes >/dev/null 2>&1
SCRIPT
}

first()
{
	ktap_set_plan 10
	targetcli_setup
	lab_disks || ktap_exit_fail_msg "the lab has no disks"
	vios_load_all || ktap_exit_fail_msg "cannot load the modules"
	ktap_test_result "a logical volume" volume
	"$VHYP_TOOL" partition add lpar1 && "$VHYP_TOOL" pair add disk0 client=lpar1 ||
		ktap_exit_fail_msg "cannot make a pair"
	ktap_test_result "five backstores are exported with targetcli" targets
	client_scan 30000003
	tree
	for n in 0 1 2 3 4; do
		ktap_test_result "${NAMES[$n]}: ${FS[$n]} made and filled" fill $n
	done
	ktap_test_result "memory: what was written is there, until the restart" same 4
	ktap_test_result "pairs are saved" env VHYP_SAVE=/lab/vhyp.json "$VHYP_TOOL" save
	cli saveconfig && cp $SAVEFILE /lab/
	ktap_test_result "targets are saved" [ -s /lab/saveconfig.json ]
	boot_modules >/lab/boot-modules
	boot_script crq vhyp ibmvscsis vscsi >/lab/boot
	sync
	vios_reboot booted
}

booted()
{
	ktap_set_plan 11
	ktap_test_result "pairs are restored before targets" before rtslib-fb-targetctl.service
	ktap_test_result "targets are restored" wait_for 20 target_is $W serving
	client_scan 30000003
	for n in 0 1 2 3; do
		ktap_test_result "${NAMES[$n]}: what was written is there" same $n
		ktap_test_result "${NAMES[$n]}: ${FS[$n]} is whole" checked $n
	done
	ktap_test_result "memory: is there, and empty" empty 4
	journalctl -b -u rtslib-fb-targetctl.service -u vhyp-restore.service --no-pager 2>/dev/null |
		tail -n 20 | sed 's/^/# /'
	targetctl clear && rmdir "$TARGET_FABRIC"
	ktap_finished
}

ktap_print_header
vios_setup
[ -x "$VHYP_TOOL" ] || ktap_exit_fail_msg "the tool is not built (make tools)"
if [ "${VIOS_STAGE:-}" = booted ]; then
	booted
else
	first
fi
