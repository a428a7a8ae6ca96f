#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Boot a lab, run a command inside, give back its exit status.
#
#   run.sh [-t SECONDS] [-c CPUS] [-m MIB] [-d DIR] [-n] LAB [--] COMMAND [ARG...]
#   run.sh LAB			an interactive shell with the modules loaded
#
#   -t SECONDS	time limit for the command (default 300)
#   -c CPUS	processors (default 2; uml has one)
#   -m MIB	memory
#   -d DIR	directory seen as /lab inside, kept (default build/lab/LAB/run)
#   -q ARG	one more argument for QEMU (repeatable)
#   -n		do not prepare: the lab is known to be up to date
#
# Exit status: that of the command; 124 after the time limit; 125 if the lab died;
# 126 if the kernel log has a report of a fault although the command succeeded.
# DIR keeps console.log, dmesg, output, and the job.  A job that leaves a file
# /lab/reboot is started again after a real restart of the machine.
#
# The commas are QEMU's.
# shellcheck disable=SC2054
set -eu -o pipefail
. "$(dirname "$0")/lib.sh"

LIMIT=300
# Seconds until the first process runs
BOOT_LIMIT=${VIOS_BOOT_LIMIT:-150}
CPUS=2
MEM=
DIR=
PREPARE=1
EXTRA=()

usage() { sed -n '5,18s/^# \{0,1\}//p' "$0" >&2; exit 2; }

while getopts t:c:m:d:q:nh opt; do
	case $opt in
	t) LIMIT=$OPTARG ;;
	c) CPUS=$OPTARG ;;
	m) MEM=$OPTARG ;;
	d) DIR=$OPTARG ;;
	q) EXTRA+=("$OPTARG") ;;
	n) PREPARE=0 ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
LAB=${1:-}
[ -n "$LAB" ] || usage
shift
[ "${1:-}" != -- ] || shift

[ $PREPARE = 0 ] || "$LAB_DIR/prepare.sh" "$LAB"
. "$TOP/build/lab/$LAB/env"
DIR=${DIR:-$TOP/build/lab/$LAB/run}
mkdir -p "$DIR"
DIR=$(cd "$DIR" && pwd -P)
case $LAB in
debug)	MEM=${MEM:-2048} ;;
*)	MEM=${MEM:-1024} ;;
esac

write_job()
{
	rm -f "$DIR"/disk[0-9] "$DIR"/{job,boot,status,status.tmp,output,dmesg,console.log,reboot,stage}
	echo "$LAB $TOP $TOP/build/lab/$LAB/modules/ko" >"$DIR/where"
	head -c 32 /dev/urandom >"$DIR/seed"
	: >"$DIR/output"
	: >"$DIR/console.log"
	if [ $# -gt 0 ]; then
		printf '%q ' "$@" >"$DIR/job"
		echo >>"$DIR/job"
	else
		stty size >"$DIR/size" 2>/dev/null || echo 24 80 >"$DIR/size"
	fi
}

qemu_common()
{
	QEMU+=(-smp "$CPUS" -m "$MEM" -nodefaults -no-user-config -display none -no-reboot
		-kernel "$KERNEL" -initrd "$INITRD"
		-fsdev "local,id=root,path=$ROOTFS,security_model=none,readonly=on,multidevs=remap"
		-device virtio-9p-pci,fsdev=root,mount_tag=root
		-fsdev "local,id=src,path=$TOP,security_model=none,readonly=on,multidevs=remap"
		-device virtio-9p-pci,fsdev=src,mount_tag=src
		-fsdev "local,id=lab,path=$DIR,security_model=none,multidevs=remap"
		-device virtio-9p-pci,fsdev=lab,mount_tag=lab
		-chardev "file,id=log,path=$DIR/console.log,append=on")
	if [ -n "$KMODULES" ]; then
		QEMU+=(-fsdev "local,id=kmod,path=$KMODULES/lib/modules,security_model=none,readonly=on,multidevs=remap"
			-device virtio-9p-pci,fsdev=kmod,mount_tag=kmod)
		APPEND+=" vios.kmod=1"
	fi
	[ ${#EXTRA[@]} = 0 ] || QEMU+=("${EXTRA[@]}")
}

# SCSI disks that outlive a restart of the lab, empty at its first start
lab_disks()
{
	local i
	QEMU+=(-device virtio-scsi-pci,id=scsi)
	for i in 0 1 2; do
		[ -e "$DIR/disk$i" ] || truncate -s 384M "$DIR/disk$i"
		QEMU+=(-drive "if=none,id=disk$i,file=$DIR/disk$i,format=raw,cache=unsafe"
			-device "scsi-hd,drive=disk$i,serial=viosdisk$i")
	done
}

# Two network adapters on one cable
lab_nics()
{
	local n
	for n in 1 2; do
		QEMU+=(-netdev "hubport,id=n$n,hubid=0"
			-device "virtio-net-pci,netdev=n$n,romfile=,mac=02:00:00:00:00:e$n")
	done
}

# The serial lines: the kernel's console goes to a file, the second is a person's.
qemu_x86()
{
	QEMU=(qemu-system-x86_64 -machine q35,hpet=off,usb=off,smm=off -accel "$ACCEL")
	if [ "$ACCEL" = kvm ]; then
		QEMU+=(-cpu host)
	else
		QEMU+=(-cpu qemu64)
	fi
	QEMU+=(-serial chardev:log)
	APPEND="console=ttyS0 tsc=reliable no_timer_check mitigations=off"
	qemu_common
	[ "$LAB" != x86 ] || { lab_disks; lab_nics; }
	[ -e "$DIR/job" ] || { QEMU+=(-serial mon:stdio); echo ttyS1 >"$DIR/tty"; }
}

qemu_ppc64le()
{
	local n
	QEMU=(qemu-system-ppc64 -machine pseries,cap-htm=off -cpu POWER9 -accel tcg
		-device spapr-vty,chardev=log,reg=0x71000010
		-device spapr-vscsi,reg=0x71000012)
	# Virtual Ethernet adapters on one cable
	for n in 1 2 3; do
		QEMU+=(-netdev "hubport,id=n$n,hubid=0"
			-device "spapr-vlan,netdev=n$n,reg=0x7100002$n,mac=02:00:00:00:00:f$n")
	done
	APPEND="console=hvc0"
	qemu_common
	[ -e "$DIR/job" ] || {
		QEMU+=(-chardev stdio,id=tty,mux=on,signal=off -mon chardev=tty
			-device spapr-vty,chardev=tty,reg=0x71000011)
		echo hvc1 >"$DIR/tty"
	}
}

boot_qemu()
{
	case $LAB in
	ppc64le) qemu_ppc64le ;;
	*)	 qemu_x86 ;;
	esac
	# A message printed to the serial line in a hard interrupt, such as the timer's when
	# the host is busy, is a fault to PROVE_RAW_LOCK_NESTING, which then looks no more.
	case $LAB in
	debug)	APPEND+=" loglevel=4" ;;
	*)	APPEND+=" ignore_loglevel" ;;
	esac
	APPEND+=" kunit.enable=1 panic=-1 vios.top=$TOP ${VIOS_APPEND:-}"
	exec "${QEMU[@]}" -append "$APPEND"
}

boot_uml()
{
	local con=(con=null con0=null con1=null,fd:2)
	if [ ! -e "$DIR/job" ]; then
		con=(con=null con0=fd:0,fd:1 con1=null,fd:2)
		echo tty0 >"$DIR/tty"
	fi
	exec "$KERNEL" mem="${MEM}M" root=/dev/root rootfstype=hostfs rootflags=/ ro \
		"init=$LAB_DIR/guest.sh" "vios.lab=$DIR" uml_dir="$DIR/uml" \
		"${con[@]}" ssl=null stderr=1 console=stderr0 console=tty1 kunit.enable=1 \
		ignore_loglevel panic=-1 \
		2>>"$DIR/console.log"
}

boot()
{
	case $LAB in
	uml)	boot_uml ;;
	*)	boot_qemu ;;
	esac
}

# Wait for the machine; end it after the limit.
run_once()
{
	local pid watchdog bootdog
	if [ ! -e "$DIR/job" ]; then
		boot
		return
	fi
	boot </dev/null >>"$DIR/qemu.log" 2>&1 &
	pid=$!
	# A timer interrupt that an emulator on a busy host has lost leaves a kernel
	# waiting for ever early in its boot.
	(sleep "$BOOT_LIMIT" & echo $! >"$DIR/boot.pid"
	 wait; [ -e "$DIR/up" ] || [ -e "$DIR/done" ] ||
		{ touch "$DIR/stuck"; kill -KILL "$pid"; }) >/dev/null 2>&1 &
	bootdog=$!
	(sleep "$LIMIT" & echo $! >"$DIR/sleep.pid"
	 wait; [ -e "$DIR/done" ] || { touch "$DIR/timeout"; kill -TERM "$pid"; sleep 2; kill -KILL "$pid"; }) \
		>/dev/null 2>&1 &
	watchdog=$!
	trap 'kill -KILL $pid 2>/dev/null; exit 130' INT TERM
	wait "$pid" || true
	touch "$DIR/done"
	kill "$(cat "$DIR/sleep.pid")" "$(cat "$DIR/boot.pid")" 2>/dev/null || true
	wait "$watchdog" "$bootdog" 2>/dev/null || true
	trap - INT TERM
}

write_job "$@"
if [ $# = 0 ]; then
	(boot) || true
	echo
	exit 0
fi

tail -n +1 -s 0.2 -f "$DIR/output" &
TAIL=$!
BOOTS=0
while :; do
	rm -f "$DIR"/{done,timeout,reboot,up,stuck}
	run_once
	if [ -e "$DIR/stuck" ] && [ ! -e "$DIR/timeout" ] && [ $((BOOTS += 1)) -lt 3 ]; then
		say "lab $LAB does not come up within $BOOT_LIMIT s; once more"
		continue
	fi
	if [ ! -e "$DIR/reboot" ] || [ -e "$DIR/timeout" ]; then
		break
	fi
	rm -f "$DIR/status"
done
sleep 0.3
kill $TAIL 2>/dev/null || true
wait $TAIL 2>/dev/null || true

if [ -e "$DIR/timeout" ]; then
	say "lab $LAB: time limit of $LIMIT s passed; console: $DIR/console.log"
	tail -n 20 "$DIR/console.log" >&2
	exit 124
fi
if [ ! -e "$DIR/status" ]; then
	say "lab $LAB died; the end of $DIR/console.log:"
	tail -n 40 "$DIR/console.log" >&2
	exit 125
fi
status=$(cat "$DIR/status")
if ! "$LAB_DIR/klog.sh" "$DIR/console.log" "$DIR/dmesg" >&2; then
	[ "$status" != 0 ] || status=126
fi
exit "$status"
