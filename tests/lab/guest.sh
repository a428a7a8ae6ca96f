#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# First process in every lab.  Runs /lab/job (a shell script) and leaves its exit
# status in /lab/status, its output in /lab/output and the kernel log in /lab/dmesg.
# Without a job it gives a person a shell.
#
# A test of what happens at boot leaves a script /lab/boot and restarts the lab: it is
# read in place of all that, and ends by becoming an init, which runs "guest.sh job".
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=${TERM:-vt100} LANG=C.UTF-8

# User-mode Linux starts on the host's files: put a tmpfs over them and come back.
uml_root()
{
	local self=$1 words word

	mount -n -t proc proc /proc
	read -ra words </proc/cmdline
	for word in "${words[@]}"; do
		case $word in
		vios.lab=*) VIOS_RUN_DIR=${word#*=} ;;
		esac
	done
	mount -t tmpfs tmpfs /tmp
	mkdir -p /tmp/up /tmp/work /tmp/root
	mount -t overlay -o lowerdir=/,upperdir=/tmp/up,workdir=/tmp/work overlay /tmp/root ||
		return 1
	export VIOS_RUN_DIR
	# The path of this script is that of the host: the overlay shows it.
	exec chroot /tmp/root "$self"
}

# What initramfs.sh does for the others
uml_mounts()
{
	local top=$1

	mount -n -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t devtmpfs devtmpfs /dev
	mkdir -p /dev/pts /dev/shm
	mount -t devpts devpts /dev/pts
	mount -t tmpfs tmpfs /dev/shm
	mount -t tmpfs tmpfs /run
	mount -t tmpfs tmpfs /tmp
	mkdir -p /run/lock /lab "$top"
	mount -t hostfs -o "$top" none "$top"
	mount -t hostfs -o "$VIOS_RUN_DIR" none /lab
	ln -s /proc/self/fd /dev/fd
	ln -s /proc/self/fd/0 /dev/stdin
	ln -s /proc/self/fd/1 /dev/stdout
	ln -s /proc/self/fd/2 /dev/stderr
	mount -t debugfs debugfs /sys/kernel/debug
	mount -t tracefs tracefs /sys/kernel/tracing
	mount -t configfs configfs /sys/kernel/config
	hostname vios-lab
	ip link set lo up
	echo 1 >/proc/sys/kernel/sysrq
	uml_seed
}

# This kernel takes chance from differences in time, if a clock's reading takes long enough
# to see them; on a fast processor it has none for minutes, and Python's "random" waits.
uml_seed()
{
	perl -e 'local $/; open S, "<", "/lab/seed"; open R, "+>", "/dev/random";
		# RNDADDENTROPY: bits, bytes
		ioctl R, 0x40085203, pack("ii", 256, 32) . <S> or die "no seed: $!\n"'
}

finish()
{
	echo "$1" >/lab/status.tmp
	dmesg >/lab/dmesg
	mv /lab/status.tmp /lab/status
	sync
	if [ "$VIOS_LAB" = uml ] || ! echo o >/proc/sysrq-trigger; then
		busybox poweroff -f
	fi
	sleep 60
}

if [ "${1:-}" != job ] && [ -z "${VIOS_MOUNTED:-}" ]; then
	if [ -z "${VIOS_RUN_DIR:-}" ]; then
		uml_root "$0"
		echo "guest.sh: no overlay over the host's files"
		busybox poweroff -f
	fi
	uml_mounts "${0%/tests/lab/*}"
fi
export VIOS_LAB VIOS_MODULES
: >/lab/up
read -r VIOS_LAB VIOS_TOP VIOS_MODULES </lab/where
cd "$VIOS_TOP" || finish 125
if [ -e /lab/boot ] && [ "${1:-}" != job ]; then
	. /lab/boot
	finish 125
fi
# Under all checkers a process of the usual small tools takes 0.5 to 0.9 s to start, one
# of busybox 0.15 s, and tests start thousands.  The other labs have the usual ones.
if [ "$VIOS_LAB" = debug ]; then
	busybox mkdir -p /run/bin
	for tool in basename cat cmp cut dirname grep id ls mkdir readlink rm rmdir sed \
		seq sleep sort tail tr true wc; do
		busybox ln -s /usr/bin/busybox /run/bin/$tool
	done
	export PATH=/run/bin:$PATH LANG=C
fi
if [ -e /lab/job ]; then
	setsid bash /lab/job </dev/null >>/lab/output 2>&1
	finish $?
fi
tty=/dev/$(cat /lab/tty)
[ "$VIOS_LAB" = uml ] || stty -F "$tty" cols "$(cut -d' ' -f2 /lab/size)" rows "$(cut -d' ' -f1 /lab/size)"
echo "Lab $VIOS_LAB, kernel $(uname -r); the modules are in $VIOS_MODULES; exit to leave." >"$tty"
setsid -c bash -c '. tests/lib/vios.sh; vios_load_all; exec bash -i' 0<>"$tty" 1>&0 2>&0
finish 0
