#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Build the modules, tests' modules included, in directory OUT, which mirrors the
# sources; several kernels can so have their builds beside each other.
#
#   modules.sh OUT KDIR=... [ARCH=... CROSS_COMPILE=... W=1 C=2 ...]
set -eu -o pipefail
. "$(dirname "$0")/lib.sh"

out=${1:?usage: modules.sh OUT KDIR=...}
shift
kdir=
vars=()
for arg in "$@"; do
	case $arg in
	KDIR=*)	kdir=${arg#KDIR=} ;;
	*)	vars+=("$arg") ;;
	esac
done
[ -d "$kdir" ] || die "KDIR=$kdir is not a kernel build directory"

mkdir -p "$out"
# A different kernel under the same name: start again.
if [ "$(cat "$out/.kdir" 2>/dev/null)" != "$kdir" ]; then
	rm -rf "$out"
	mkdir -p "$out"
	echo "$kdir" >"$out/.kdir"
fi

# Mirror what kbuild reads: copy what changed, drop what is gone.
(cd "$TOP" && find Kbuild include drivers tests/modules tests/kunit \
	\( -name '*.[chS]' -o -name Kbuild \) | sort) >"$out/.files.new"
if [ -e "$out/.files" ]; then
	comm -23 "$out/.files" "$out/.files.new" | (cd "$out" && xargs -r rm -f)
fi
mv "$out/.files.new" "$out/.files"
while read -r f; do
	if ! cmp -s "$TOP/$f" "$out/$f"; then
		mkdir -p "$out/$(dirname "$f")"
		cp "$TOP/$f" "$out/$f"
	fi
done <"$out/.files"

quietly "$out/build.log" make -C "$kdir" M="$out" VIOS_TESTS=1 -j"$JOBS" \
	"${vars[@]}" modules
! grep -E 'warning:' "$out/build.log" >&2 || die "the build gave warnings"
# All modules in one flat directory, for insmod.
mkdir -p "$out/ko"
find "$out/ko" -type l -delete
find "$out" -name '*.ko' -not -path "$out/ko/*" -exec ln -sf -t "$out/ko" {} +
