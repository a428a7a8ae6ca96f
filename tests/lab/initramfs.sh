#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# /init of the initramfs: mount the root (9p, read-only) with a tmpfs over it, the
# checkout and the run's own directory, then hand over to guest.sh.
B=/bin/busybox
fail() { echo "initramfs: $*"; $B sleep 1; $B poweroff -f; }

$B mount -t proc proc /proc
$B mount -t sysfs sysfs /sys
for m in /mod/*; do
	[ -e "$m" ] || continue
	$B insmod "$m" || fail "cannot load $m"
done
for word in $($B cat /proc/cmdline); do
	case $word in
	vios.top=*) TOP=${word#*=} ;;
	vios.kmod=*) KMOD=${word#*=} ;;
	esac
done
opts=trans=virtio,version=9p2000.L,msize=512000
$B mkdir -p /mnt/low /mnt/tmp
$B mount -t 9p -o "ro,$opts,cache=loose" root /mnt/low || fail "no root"
$B mount -t tmpfs tmpfs /mnt/tmp
$B mkdir -p /mnt/tmp/up /mnt/tmp/work /mnt/root
$B mount -t overlay -o lowerdir=/mnt/low,upperdir=/mnt/tmp/up,workdir=/mnt/tmp/work \
	overlay /mnt/root || fail "no overlay"
# Cheaper here, in one small process, than with the tools of the root.  The checkout is
# mounted after what may lie over it: it can be anywhere.
R=/mnt/root
$B mkdir -p $R/proc $R/sys
$B mount --move /proc $R/proc
$B mount --move /sys $R/sys
$B mount -t devtmpfs devtmpfs $R/dev
$B mkdir -p $R/dev/pts $R/dev/shm
$B mount -t devpts devpts $R/dev/pts
$B mount -t tmpfs tmpfs $R/dev/shm
$B mount -t tmpfs tmpfs $R/run
$B mount -t tmpfs tmpfs $R/tmp
$B mkdir -p $R/run/lock
$B ln -s /proc/self/fd $R/dev/fd
for n in 0:stdin 1:stdout 2:stderr; do
	$B ln -s /proc/self/fd/${n%:*} $R/dev/${n#*:}
done
$B mkdir -p "$R$TOP" $R/lab
$B mount -t 9p -o "ro,$opts,cache=loose" src "$R$TOP" || fail "no checkout"
if [ -n "$KMOD" ]; then
	$B mkdir -p $R/usr/lib/modules
	$B mount -t 9p -o "ro,$opts,cache=loose" kmod $R/usr/lib/modules ||
		fail "no kernel modules"
fi
$B mount -t 9p -o "$opts,cache=none" lab $R/lab || fail "no /lab"
$B mount -t debugfs debugfs $R/sys/kernel/debug
$B mount -t tracefs tracefs $R/sys/kernel/tracing
$B mount -t configfs configfs $R/sys/kernel/config
$B hostname vios-lab
$B ifconfig lo up
echo 1 >$R/proc/sys/kernel/sysrq
export VIOS_MOUNTED=1
exec $B switch_root $R "$TOP/tests/lab/guest.sh"
