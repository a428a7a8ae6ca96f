#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Build the kernel of the lab "uml" or "debug" from Debian's kernel source,
# once per configuration, into the cache.  Prints the build directory.
#
#   kernel.sh uml|debug
#   kernel.sh source		only unpack the source; prints its directory
set -eu -o pipefail
. "$(dirname "$0")/lib.sh"

LAB=${1:?usage: kernel.sh uml|debug|source}
TARBALL=/usr/src/linux-source-6.1.tar.xz

case $LAB in
uml)	ARCH=um; image=linux ;;
debug)	ARCH=x86_64; image=arch/x86/boot/bzImage ;;
source)	ARCH=; image= ;;
*)	die "no kernel of our own for lab '$LAB'" ;;
esac

[ -r "$TARBALL" ] || die "no $TARBALL: package linux-source-6.1 is missing" \
	"(apt-get install linux-source-6.1)"

version=$(dpkg-query -W -f '${Version}' linux-source-6.1)
src=$CACHE/src/linux-source-6.1-$version-vios1

# User-mode Linux 6.1 keeps the registers of a process in a buffer too small for a processor
# with AMX: its first process dies ("ptrace set fp regs failed").  Newer kernels ask the host.
widen_registers()
{
	local f=$src/arch/x86/um/user-offsets.c
	sed -i 's/(HOST_FP_SIZE, 2696)/(HOST_FP_SIZE, 11008)/' "$f"
	grep -q '(HOST_FP_SIZE, 11008)' "$f" || die "$f is not what it was"
}

unpack()
{
	[ -e "$src/.complete" ] && return
	say "unpacking the kernel source $version"
	rm -rf "$src"
	mkdir -p "$src"
	tar -C "$src" --strip-components=1 -xf "$TARBALL"
	widen_registers
	touch "$src/.complete"
}

if [ "$LAB" = source ]; then
	locked source unpack >&2
	echo "$src"
	exit 0
fi

fragments=("$LAB_DIR/config/common.config" "$LAB_DIR/config/$LAB.config")
key=$( (echo "$version"; gcc --version | head -n 1; cat "${fragments[@]}") |
	sha256sum | cut -c1-16)
out=$CACHE/kernel/$LAB-$key

# Every option asked for must have survived Kconfig's dependencies.
check_config()
{
	local line name bad=0
	while IFS= read -r line; do
		case $line in
		CONFIG_*=n)
			name=${line%=n}
			! grep -q "^$name=" "$out/.config" || { say "$name is set"; bad=1; } ;;
		CONFIG_*)
			grep -qxF "$line" "$out/.config" || { say "$line was refused"; bad=1; } ;;
		esac
	done <"$out/all.config"
	[ $bad = 0 ] || die "the configuration of lab $LAB is inconsistent"
}

build()
{
	[ -e "$out/.complete" ] && return
	locked source unpack
	say "building the kernel of lab $LAB (once; minutes)"
	mkdir -p "$out"
	cat "${fragments[@]}" >"$out/all.config"
	local start=$SECONDS
	local mk=(make -s -C "$src" ARCH="$ARCH" O="$out")

	quietly "$out/config.log" "${mk[@]}" KCONFIG_ALLCONFIG="$out/all.config" allnoconfig
	check_config
	quietly "$out/build.log" "${mk[@]}" -j"$JOBS"
	[ -e "$out/$image" ] || die "no $image was built"
	# A relocatable vmlinux and objects are not needed to build modules.
	find "$out" -name '*.o' -not -path '*/scripts/*' -not -path '*/tools/*' \
		-not -name module.lds -delete
	echo "$out/$image" >"$out/image"
	touch "$out/.complete"
	say "kernel of lab $LAB built in $((SECONDS - start)) s"
}

locked "kernel-$LAB" build >&2
echo "$out"
