#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Make everything lab LAB needs: packages of the host, kernel, initramfs, and our
# modules built for that kernel.  Writes build/lab/LAB/env, which the runner reads.
# Cheap when there is nothing to do.
#
#   prepare.sh uml|x86|debug|ppc64le
#
# The variables of each lab are written by name, at the end.
# shellcheck disable=SC2034
set -eu -o pipefail
. "$(dirname "$0")/lib.sh"

LAB=${1:?usage: prepare.sh uml|x86|debug|ppc64le}
OUT=$TOP/build/lab/$LAB

# The modules an initramfs must load before it can mount everything.
BOOT_MODULES="virtio_pci 9pnet_virtio 9p overlay configfs"

# initrd_for NAME: the file is for these scripts only; other checkouts have others
initrd_for()
{
	local key
	key=$(cat "$LAB_DIR/initramfs.sh" "$LAB_DIR/prepare.sh" | sha256sum | cut -c1-16)
	echo "$CACHE/initrd/$1-$key.gz"
}

# initramfs FILE BUSYBOX [MODULE_ROOT ABI]
initramfs()
{
	local file=$1 busybox=$2 root=${3:-} abi=${4:-} dir line n=0
	[ ! -e "$file" ] || return 0
	dir=$(mktemp -d)
	mkdir -p "$dir"/{bin,dev,proc,sys,mnt,mod}
	cp "$busybox" "$dir/bin/busybox"
	cp "$LAB_DIR/initramfs.sh" "$dir/init"
	chmod +x "$dir/init"
	if [ -n "$root" ]; then
		for m in $BOOT_MODULES; do
			modprobe -d "$root" -S "$abi" --show-depends "$m" |
				sed -n 's/^insmod \([^ ]*\).*/\1/p'
		done | awk '!seen[$0]++' | while read -r line; do
			n=$((n + 1))
			cp "$line" "$dir/mod/$(printf %02d $n)-$(basename "$line")"
		done
	fi
	mkdir -p "$(dirname "$file")"
	(cd "$dir" && find . | cpio -o -H newc --quiet | gzip -1) >"$file.tmp"
	mv "$file.tmp" "$file"
	rm -rf "$dir"
}

# Build our modules against KDIR in a mirror of the sources, one per lab.
build_modules()
{
	"$TOP/tests/lab/modules.sh" "$OUT/modules" "$@"
}

kvm_works()
{
	grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo && [ -r /dev/kvm ] && [ -w /dev/kvm ]
}

prepare_uml()
{
	KDIR=$("$LAB_DIR/kernel.sh" uml)
	KERNEL=$KDIR/linux
	build_modules ARCH=um KDIR="$KDIR"
}

prepare_debug()
{
	KDIR=$("$LAB_DIR/kernel.sh" debug)
	KERNEL=$KDIR/arch/x86/boot/bzImage
	INITRD=$(initrd_for debug)
	locked initrd initramfs "$INITRD" /bin/busybox
	build_modules KDIR="$KDIR"
}

prepare_x86()
{
	local dir abi
	dir=$("$LAB_DIR/fetch.sh" kernel amd64)
	abi=$(cat "$dir/abi")
	KDIR=$dir/lib/modules/$abi/build
	KERNEL=$dir/boot/vmlinuz-$abi
	KMODULES=$dir
	INITRD=$(initrd_for "x86-$abi")
	locked initrd initramfs "$INITRD" /bin/busybox "$dir" "$abi"
	build_modules KDIR="$KDIR"
}

prepare_ppc64le()
{
	local dir abi
	dir=$("$LAB_DIR/fetch.sh" kernel ppc64el)
	abi=$(cat "$dir/abi")
	ROOTFS=$("$LAB_DIR/fetch.sh" rootfs ppc64el)
	KDIR=$dir/lib/modules/$abi/build
	KERNEL=$dir/boot/vmlinux-$abi
	KMODULES=$dir
	INITRD=$(initrd_for "ppc64le-$abi")
	locked initrd initramfs "$INITRD" "$ROOTFS/bin/busybox" "$dir" "$abi"
	build_modules ARCH=powerpc CROSS_COMPILE=powerpc64le-linux-gnu- KDIR="$KDIR"
}

case $LAB in
uml|x86|debug|ppc64le) ;;
*) die "no such lab: $LAB (there are: uml x86 debug ppc64le)" ;;
esac
ROOTFS=/
KMODULES=
INITRD=
ACCEL=tcg
"$LAB_DIR/host.sh" "$LAB"
mkdir -p "$OUT"
"prepare_$LAB"
# The tools run in labs that show the host's root file system.
[ "$ROOTFS" != / ] || locked tools quietly "$OUT/tools.log" make -C "$TOP/tools" \
	O="$TOP/build/tools" PREFIX=/usr DESTDIR="$TOP/build/tools/root" install
# Where tests in a lab find the client for netlink families
case $LAB in
# A copy, as the lab has a /tmp of its own, where the cache may be
uml)	rm -rf "$TOP/build/ynl"
	! ynl=$("$LAB_DIR/ynl.sh") || cp -r "$ynl" "$TOP/build/ynl" ;;
esac
case $LAB in
x86|debug) ! kvm_works || ACCEL=kvm ;;
esac
for v in KDIR KERNEL KMODULES INITRD ROOTFS ACCEL; do
	printf '%s=%q\n' "$v" "${!v}"
done >"$OUT/env"
