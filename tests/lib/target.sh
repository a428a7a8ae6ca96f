# SPDX-License-Identifier: GPL-2.0
# LIO by plain mkdir, ln and echo: backstores, and targets of ibmvscsis.  Few processes,
# because starting one takes long in some labs.
# shellcheck shell=bash

TARGET=/sys/kernel/config/target
TARGET_FABRIC=$TARGET/ibmvscsis
NULLB=/sys/kernel/config/nullb
TARGET_SERIAL=0

# target_backstore_path NAME: the directory of a backstore, in $REPLY
target_backstore_path()
{
	local d
	for d in "$TARGET"/core/*/"$1"; do
		REPLY=$d
		[ ! -d "$d" ] || return 0
	done
	return 1
}

# target_backing NAME: the file or device under a backstore
target_backing()
{
	if [ ! -d "$NULLB/vt_$1" ]; then
		echo "/tmp/backstore.$1"
	elif [ -b "/dev/vt_$1" ]; then
		echo "/dev/vt_$1"
	else
		# Some kernels number them.
		echo "/dev/nullb$(<"$NULLB/vt_$1/index")"
	fi
}

# Built into some kernels; what backs a backstore LIO itself asks for.
target_modules()
{
	[ -d "$TARGET" ] || modprobe target_core_mod || return 1
	[ "$1" != iblock ] || [ -d "$NULLB" ] || modprobe null_blk nr_devices=0
}

# A null_blk device that keeps what is written to it
target_null_blk()
{
	local d=$NULLB/vt_$1
	mkdir "$d" && echo 1 >"$d/memory_backed" && echo "$2" >"$d/size" &&
		echo "${3:-512}" >"$d/blocksize" && echo 1 >"$d/discard" &&
		echo 1 >"$d/power"
}

# target_backstore NAME KIND SIZE_MB [BLOCK]: KIND is rd_mcp, fileio (a file), iblock (on
# null_blk) or loop (iblock on a loop device); BLOCK is the block size
target_backstore()
{
	local name=$1 kind=$2 mb=$3 block=${4:-512} hba=$2 control d
	target_modules "$kind" || return 1
	case $kind in
	rd_mcp)
		control=rd_pages=$((mb * 1048576 / $(getconf PAGE_SIZE)))
		;;
	fileio)
		: >"/tmp/backstore.$name" || return 1
		control=fd_dev_name=/tmp/backstore.$name,fd_dev_size=$((mb << 20))
		;;
	iblock)
		target_null_blk "$name" "$mb" "$block" || return 1
		control=udev_path=$(target_backing "$name")
		;;
	loop)
		hba=iblock
		truncate -s "${mb}M" "/tmp/backstore.$name" || return 1
		control=udev_path=$(losetup -b "$block" -f --show "/tmp/backstore.$name") ||
			return 1
		;;
	*)
		return 1
		;;
	esac
	d=$TARGET/core/${hba}_0/$name
	mkdir -p "$d" && echo "$control" >"$d/control" || return 1
	case $kind in
	rd_mcp|fileio) ;;
	*)	echo "${control#*=}" >"$d/udev_path" ;;
	esac
	echo 1 >"$d/enable" || return 1
	# The core copies with a work item on its stack, which DEBUG_OBJECTS does not forgive.
	[ "${VIOS_LAB:-}" != debug ] || echo 0 >"$d/attrib/emulate_3pc" || return 1
	# Where the target core keeps registrations; without it they fail.
	[ -d "$(<"$TARGET/dbroot")/pr" ] || mkdir -p "$(<"$TARGET/dbroot")/pr" || return 1
	# targetcli gives each one too: copies and multipath need it.  The NAA identifier is
	# made of its first digits.
	TARGET_SERIAL=$((TARGET_SERIAL + 1))
	printf '%08x-0000-4000-8000-6b8f4a1e0000' $TARGET_SERIAL >"$d/wwn/vpd_unit_serial" ||
		return 1
	# The others have that of their device.
	case $kind:$block in
	rd_mcp:512|fileio:512|iblock:*|loop:*) ;;
	*)	echo "$block" >"$d/attrib/block_size" ;;
	esac
}

# target_through NAME DEVICE: a SCSI device, by its directory in sysfs, passed through
target_through()
{
	local d=$TARGET/core/pscsi_0/$1 host channel id lun node
	IFS=: read -r host channel id lun <<<"${2##*/}"
	# A disk is opened by its name; of others it is only shown.
	for node in "$2"/block/* "$2"/scsi_generic/*; do
		[ ! -d "$node" ] || break
	done
	target_modules pscsi && mkdir -p "$d" &&
		echo "scsi_host_id=$host,scsi_channel_id=$channel" >"$d/control" &&
		echo "scsi_target_id=$id,scsi_lun_id=$lun" >"$d/control" &&
		echo "/dev/${node##*/}" >"$d/udev_path" && echo 1 >"$d/enable"
}

# target_backstore_on NAME KIND DEVICE: iblock or fileio on a block device there is
target_backstore_on()
{
	local d=$TARGET/core/${2}_0/$1
	target_modules "$2" && mkdir -p "$d" || return 1
	case $2 in
	fileio)	echo "fd_dev_name=$3,fd_dev_size=$(blockdev --getsize64 "$3")" >"$d/control" ;;
	iblock)	echo "udev_path=$3" >"$d/control" && echo "$3" >"$d/udev_path" ;;
	esac && echo 1 >"$d/enable"
}

# target_mapped_device NAME MB: device mapper over memory, which can be made to hang or to fail
target_mapped_device()
{
	local dev
	target_modules iblock && target_null_blk "$1" "$2" || return 1
	dev=$(target_backing "$1")
	modprobe -q dm_mod
	echo "0 $(blockdev --getsz "$dev") linear $dev 0" | dmsetup create "$1" &&
		dmsetup mknodes && [ -b "/dev/mapper/$1" ]
}

# target_thin NAME: clients may unmap blocks of it
target_thin()
{
	local REPLY
	target_backstore_path "$1" && echo 1 >"$REPLY/attrib/emulate_tpu"
}

# target_backstore_remove NAME: it is no LUN any more
target_backstore_remove()
{
	local name=$1 dev='' REPLY
	target_backstore_path "$name" || return 0
	[ ! -e "$REPLY/udev_path" ] || dev=$(<"$REPLY/udev_path")
	rmdir "$REPLY" || return 1
	case $dev in
	/dev/loop*) losetup -d "$dev" ;;
	esac
	[ ! -d "$NULLB/vt_$name" ] || rmdir "$NULLB/vt_$name"
	rm -f "/tmp/backstore.$name"
}

# target_create WWN: the target of a server adapter, disabled and without LUNs.  LIO
# writes down each persistent reservation, even one that is not to persist.
target_create()
{
	mkdir -p "$TARGET_FABRIC/$1/tpgt_1" /var/target/pr
}

# target_attribute WWN NAME VALUE
target_attribute() { put "$TARGET_FABRIC/$1/tpgt_1/attrib/$2" "$3"; }

# target_lun WWN N BACKSTORE
target_lun()
{
	local lun=$TARGET_FABRIC/$1/tpgt_1/lun/lun_$2 REPLY
	target_backstore_path "$3" && mkdir "$lun" && ln -s "$REPLY" "$lun/$3"
}

# target_lun_remove WWN N
target_lun_remove()
{
	local lun=$TARGET_FABRIC/$1/tpgt_1/lun/lun_$2 f
	for f in "$lun"/*; do
		[ ! -L "$f" ] || rm "$f" || return 1
	done
	rmdir "$lun"
}

# target_enable WWN 0|1
target_enable() { put "$TARGET_FABRIC/$1/tpgt_1/enable" "$2"; }

# target_remove WWN: with its access lists and LUNs
target_remove()
{
	local tpg=$TARGET_FABRIC/$1/tpgt_1 d f
	[ -d "$tpg" ] || return 0
	put "$tpg/enable" 0
	for d in "$tpg"/acls/*/ "$tpg"/lun/lun_*/; do
		[ -d "$d" ] || continue
		for f in "$d"lun_*/* "$d"*; do
			[ ! -L "$f" ] || rm "$f"
		done
		for f in "$d"lun_*/; do
			[ ! -d "$f" ] || rmdir "$f"
		done
		rmdir "$d" || return 1
	done
	rmdir "$tpg" "$TARGET_FABRIC/$1"
}

# target_clear: no target and no backstore of ours is left
target_clear()
{
	local d
	for d in "$TARGET_FABRIC"/*/; do
		d=${d%/}
		[ ! -d "$d/tpgt_1" ] || target_remove "${d##*/}"
	done
	[ ! -d "$TARGET_FABRIC" ] || rmdir "$TARGET_FABRIC"
	for d in "$TARGET"/core/{rd_mcp,fileio,iblock,pscsi}_*/*/; do
		d=${d%/}
		[ ! -e "$d/control" ] || target_backstore_remove "${d##*/}"
	done
	for d in "$TARGET"/core/{rd_mcp,fileio,iblock,pscsi}_0; do
		[ ! -d "$d" ] || rmdir "$d"
	done
}
