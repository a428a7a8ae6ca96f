#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Install the Debian packages that a part of the project needs on this host.
#
#   host.sh build|lint|unit|uml|x86|debug|ppc64le ...
set -eu -o pipefail
. "$(dirname "$0")/lib.sh"

BUILD="gcc make bc bison flex libelf-dev libssl-dev libjansson-dev pkg-config kmod xz-utils"
# What the tests run inside the labs that show the host's own root file system.
GUEST="busybox-static iproute2 util-linux procps kmod systemd dbus targetcli-fb
	python3 python3-yaml libiscsi-bin sg3-utils fio e2fsprogs xfsprogs lvm2
	iputils-ping iperf3 ethtool"

packages_for()
{
	case $1 in
	build)	 echo "$BUILD" ;;
	lint)	 echo "$BUILD git perl sparse shellcheck linux-source-6.1" ;;
	unit)	 echo "$BUILD systemd python3-yaml python3-jsonschema" ;;
	uml)	 echo "$BUILD $GUEST linux-source-6.1" ;;
	debug)	 echo "$BUILD $GUEST linux-source-6.1 qemu-system-x86 cpio" ;;
	x86)	 echo "$BUILD $GUEST qemu-system-x86 cpio" ;;
	ppc64le) echo "$BUILD qemu-system-ppc gcc-powerpc64le-linux-gnu cpio" ;;
	*)	 die "no such part: $1" ;;
	esac
}

missing()
{
	local p
	for p in $(for part in "$@"; do packages_for "$part"; done | tr ' ' '\n' | sort -u); do
		dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null |
			grep -qx installed || echo "$p"
	done
}

install_missing()
{
	local want cmd
	want=$(missing "$@" | tr '\n' ' ')
	[ -n "$want" ] || return 0
	say "installing Debian packages: $want"
	cmd="apt-get install -y --no-install-recommends $want"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update >"$CACHE/apt.log" 2>&1 ||
		say "apt-get update failed (continuing with the lists there are)"
	# shellcheck disable=SC2086 # words on purpose
	if ! retry 3 as_root env DEBIAN_FRONTEND=noninteractive $cmd >>"$CACHE/apt.log" 2>&1; then
		tail -n 15 "$CACHE/apt.log" >&2
		die "cannot install: $(missing "$@" | tr '\n' ' '); the command was: $cmd"
	fi
}

[ $# -gt 0 ] || die "usage: host.sh PART..."
mkdir -p "$CACHE"
command -v dpkg-query >/dev/null || die "the labs need a Debian host (no dpkg-query here)"
if [ -n "$(missing "$@")" ]; then
	locked apt install_missing "$@"
fi
