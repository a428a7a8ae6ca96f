#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Netlink specifications are younger than Linux 6.1: take their schemas, and the client that
# speaks any family that has one, out of the source of a newer kernel.  Prints the directory,
# with Documentation/netlink and tools/net/ynl below.
set -eu -o pipefail
. "$(dirname "$0")/lib.sh"

# The newest source there is, e.g. linux-source-6.12
newest()
{
	apt-cache search --names-only '^linux-source-[0-9.]+$' | cut -d' ' -f1 | sort -V |
		awk -F- '$3 != "6.1"' | tail -n 1
}

fetch()
{
	local dir=$1 package=$2 tmp
	[ ! -e "$dir/tools/net/ynl" ] || return 0
	say "fetching $package for its netlink tools"
	tmp=$(mktemp -d)
	chmod 755 "$tmp"
	(cd "$tmp" && retry 3 apt-get -q download "$package" >"$tmp/log" 2>&1) ||
		die "cannot fetch $package: $(tail -n 3 "$tmp/log")"
	mkdir -p "$tmp/out" "$(dirname "$dir")"
	dpkg-deb --fsys-tarfile "$tmp"/*.deb | tar -xO "./usr/src/$package.tar.xz" |
		tar -xJ -C "$tmp/out" --strip-components=1 --wildcards \
			'*/tools/net/ynl/*.py' '*/Documentation/netlink/*.yaml' ||
		die "cannot unpack $package"
	rm -rf "$dir"
	mv "$tmp/out" "$dir"
	rm -rf "$tmp"
}

package=$(newest)
[ -n "$package" ] || die "there is no linux-source newer than 6.1 (apt-get update?)"
locked ynl fetch "$CACHE/ynl/$package" "$package"
echo "$CACHE/ynl/$package"
