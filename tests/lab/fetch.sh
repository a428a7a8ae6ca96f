#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Fetch Debian packages of a given architecture and unpack them, without
# installing anything: the stock kernels with their headers, and the root file
# system of the ppc64le lab.
#
#   fetch.sh kernel amd64|ppc64el	prints a directory with boot/, lib/modules/, usr/
#   fetch.sh rootfs ppc64el		prints a directory with a root file system
#
# apt runs with a state directory of our own, so that the host's package
# database, its sources and its architectures stay as they are.
set -eu -o pipefail
. "$(dirname "$0")/lib.sh"

ROOTFS_PACKAGES="bash coreutils findutils grep sed mawk gzip util-linux mount kmod procps
	iproute2 hostname diffutils libc-bin libjansson4 sg3-utils e2fsprogs fio targetcli-fb dbus
	libiscsi-bin"

what=${1:?usage: fetch.sh kernel|rootfs ARCH}
arch=${2:?usage: fetch.sh kernel|rootfs ARCH}
apt=$CACHE/apt/$arch

# The private apt: same sources as the host, own lists, cache and (empty) status.
setup_apt()
{
	mkdir -p "$apt"/{state/lists/partial,cache/archives/partial}
	: >>"$apt/status"
	cat >"$apt/apt.conf" <<CONF
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Get::Assume-Yes "true";
APT::Install-Recommends "false";
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Acquire::Languages "none";
Debug::NoLocking "true";
Binary::apt::APT::Keep-Downloaded-Packages "true";
CONF
	# The host's configuration may clean the archive after each run.
	cat >"$apt/last.conf" <<CONF
#clear DPkg::Post-Invoke;
#clear APT::Update::Post-Invoke;
APT::Keep-Downloaded-Packages "true";
CONF
}

aptget() { APT_CONFIG=$apt/apt.conf apt-get -c "$apt/last.conf" "$@"; }
aptcache() { APT_CONFIG=$apt/apt.conf apt-cache -c "$apt/last.conf" "$@"; }

update()
{
	say "fetching the package lists for $arch"
	retry 3 aptget -q update >"$apt/update.log" 2>&1 || {
		tail -n 5 "$apt/update.log" >&2
		say "apt-get update ($arch) failed; trying with the lists there are"
	}
}

# download PACKAGE...: all packages named and their dependencies into the archive
download()
{
	rm -f "$apt"/cache/archives/*.deb
	if ! retry 3 aptget -q install --download-only "$@" >"$apt/download.log" 2>&1; then
		tail -n 15 "$apt/download.log" >&2
		die "cannot fetch for $arch: $*" \
			"(apt-get install --download-only $*; see $apt/download.log)"
	fi
}

# The kernel ABI that the meta package points to now, e.g. 6.1.0-56-amd64
kernel_abi()
{
	local flavour=$1
	aptcache depends "linux-image-$flavour" 2>/dev/null |
		sed -n "s/.*Depends: linux-image-\([0-9].*-$flavour\)\$/\1/p" | head -n 1
}

fetch_kernel()
{
	local flavour abi dir deb pkgs
	case $arch in
	amd64)	 flavour=amd64 ;;
	ppc64el) flavour=powerpc64le ;;
	*)	 die "no stock kernel known for $arch" ;;
	esac
	dir=$CACHE/stock/$arch
	if [ -e "$dir/.complete" ]; then
		echo "$dir"
		return
	fi
	setup_apt
	update
	abi=$(kernel_abi $flavour)
	[ -n "$abi" ] || die "package linux-image-$flavour ($arch) is not to be had" \
		"(apt-cache depends linux-image-$flavour)"
	pkgs="linux-image-$abi linux-headers-$abi linux-headers-${abi%-"$flavour"}-common"
	say "fetching $pkgs"
	rm -rf "$dir"
	mkdir -p "$dir"
	rm -f "$apt"/cache/archives/*.deb
	# shellcheck disable=SC2086 # words on purpose
	(cd "$apt/cache/archives" && retry 3 aptget -q download $pkgs >"$apt/download.log" 2>&1) || {
		tail -n 5 "$apt/download.log" >&2
		die "cannot fetch for $arch: $pkgs (apt-get download $pkgs)"
	}
	for deb in "$apt"/cache/archives/*.deb; do
		dpkg -x "$deb" "$dir"
	done
	fetch_kbuild "$dir"
	rm -f "$apt"/cache/archives/*.deb
	relocate_headers "$dir" "$abi"
	depmod -b "$dir" "$abi"
	echo "$abi" >"$dir/abi"
	touch "$dir/.complete"
	echo "$dir"
}

# Programs for building modules must run on this host: linux-kbuild of its own
# architecture, of the version the headers want.
fetch_kbuild()
{
	local dir=$1 name host
	name=$(sed -n 's,.*lib/\(linux-kbuild-[^/]*\)/.*,\1,p' \
		<<<"$(readlink "$dir"/usr/src/linux-headers-*/scripts)" | head -n 1)
	host=$(dpkg --print-architecture)
	(cd "$apt/cache/archives" &&
	 rm -f ./*.deb &&
	 retry 3 apt-get -q download "$name:$host" >"$apt/kbuild.log" 2>&1) || {
		tail -n 5 "$apt/kbuild.log" >&2
		die "cannot fetch $name:$host (apt-get download $name:$host)"
	}
	dpkg -x "$apt"/cache/archives/linux-kbuild-*.deb "$dir"
}

# Debian's headers name each other with absolute paths.
relocate_headers()
{
	local dir=$1 abi=$2 f
	for f in "$dir/usr/src/linux-headers-$abi"/{Makefile,.config,include/config/auto.conf}; do
		[ -f "$f" ] || continue
		sed -i "s,\(^\|[^.a-zA-Z0-9/]\)/usr/\(src\|lib\)/linux,\1$dir/usr/\2/linux,g" "$f"
	done
	ln -sfn "$dir/usr/src/linux-headers-$abi" "$dir/lib/modules/$abi/build"
	ln -sfn "$dir/usr/src/linux-headers-${abi%-*}-common" "$dir/lib/modules/$abi/source"
}

# What the maintainer scripts would have done and the tests need.  Python compiles what it
# loads when it first does, into the tmpfs over this.
finish_rootfs()
{
	local dir=$1
	mkdir -p "$dir"/{proc,sys,dev,run,tmp,root,lab,mnt,var/tmp,var/lib/dbus}
	printf '%s\n' root:x:0:0:root:/root:/bin/bash \
		messagebus:x:100:100::/nonexistent:/usr/sbin/nologin >"$dir/etc/passwd"
	printf '%s\n' root:x:0: messagebus:x:100: >"$dir/etc/group"
	# The system bus wants the identity of the machine.
	echo 76696f7376696f7376696f7376696f73 | tee "$dir/etc/machine-id" \
		>"$dir/var/lib/dbus/machine-id"
	[ -e "$dir/usr/bin/awk" ] || ln -s mawk "$dir/usr/bin/awk"
	[ -e "$dir/bin/sh" ] || ln -s bash "$dir/bin/sh"
	[ -L "$dir/var/run" ] || { rm -rf "$dir/var/run" && ln -s ../run "$dir/var/run"; }
	# Where modprobe looks; the labs mount them at /usr/lib/modules.
	[ -L "$dir/lib" ] || ln -sfn ../usr/lib/modules "$dir/lib/modules"
}

fetch_rootfs()
{
	local key dir deb
	key=$({ echo "$ROOTFS_PACKAGES"; declare -f finish_rootfs; } | sha256sum | cut -c1-16)
	dir=$CACHE/rootfs/$arch-$key
	if [ -e "$dir/.complete" ]; then
		echo "$dir"
		return
	fi
	setup_apt
	update
	say "fetching the root file system for $arch"
	# shellcheck disable=SC2086 # words on purpose
	download $ROOTFS_PACKAGES busybox-static
	rm -rf "$dir"
	mkdir -p "$dir"
	for deb in "$apt"/cache/archives/*.deb; do
		dpkg -x "$deb" "$dir"
	done
	finish_rootfs "$dir"
	rm -f "$apt"/cache/archives/*.deb
	touch "$dir/.complete"
	echo "$dir"
}

case $what in
kernel)	locked "fetch-$arch" fetch_kernel ;;
rootfs)	locked "fetch-$arch" fetch_rootfs ;;
*)	die "fetch.sh: no such thing: $what" ;;
esac
