#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Style and static checks of everything: W=1, sparse, checkpatch --strict, kernel-doc
# and shellcheck.  Exit status 0 if there is no finding.
set -u
. "$(dirname "$0")/lab/lib.sh"

OUT=$TOP/build/lint
BAD=0
mkdir -p "$OUT"

step()
{
	local name=$1
	shift
	if "$@" >"$OUT/$name.log" 2>&1; then
		echo "ok   lint: $name"
	else
		sed 's/^/    | /' "$OUT/$name.log" | head -n 60
		echo "FAIL lint: $name"
		BAD=1
	fi
}

sources() { (cd "$TOP" && git ls-files -co --exclude-standard -- "$@" | sort -u); }

# Every file is compiled (C=2 checks only what is), so start from nothing.
build()
{
	local dir=$1
	shift
	rm -rf "$dir"
	"$LAB_DIR/modules.sh" "$dir" W=1 C=2 CF=-D__CHECK_ENDIAN__ "$@"
}

checkpatch()
{
	local f out bad=0 ignore
	cd "$TOP" || return
	while read -r f; do
		ignore=FILE_PATH_CHANGES
		# The kernel's own trace headers are laid out as TRACE_EVENT() wants it.
		[ "$(basename "$f")" != trace.h ] ||
			ignore+=,PARENTHESIS_ALIGNMENT,OPEN_ENDED_LINE
		out=$("$SOURCE/scripts/checkpatch.pl" --strict --no-tree --terse --quiet \
			--no-summary --ignore "$ignore" -f "$TOP/$f" 2>&1 |
			grep -vE 'Avoid CamelCase: <(Scsi_Host|Qdisc|Qdisc_ops|Qdisc_class_ops)>')
		[ -z "$out" ] || { echo "$out"; bad=1; }
	done < <(sources '*.c' '*.h' 'Kbuild' '*/Kbuild')
	# What it keeps for itself
	rm -f .checkpatch-camelcase.*
	return "$bad"
}

kernel_doc()
{
	local f out bad=0
	while read -r f; do
		out=$("$SOURCE/scripts/kernel-doc" -none "$TOP/$f" 2>&1 | grep -E 'warning|error')
		[ -z "$out" ] || { echo "$out"; bad=1; }
	done < <(sources 'drivers/*.c' 'include/*.h' 'drivers/*.h')
	return "$bad"
}

shell()
{
	local files
	mapfile -t files < <(sources '*.sh'; grep -lE '^#!.*\b(ba)?sh\b' "$TOP/.ci/run" 2>/dev/null |
		sed "s,^$TOP/,,")
	cd "$TOP" && shellcheck "${files[@]}"
}

"$LAB_DIR/host.sh" lint ppc64le || exit 1
amd64=$("$LAB_DIR/fetch.sh" kernel amd64) || exit 1
ppc=$("$LAB_DIR/fetch.sh" kernel ppc64el) || exit 1
SOURCE=$("$LAB_DIR/kernel.sh" source) || exit 1

step "x86 W=1 and sparse" build "$OUT/x86" KDIR="$amd64/lib/modules/$(cat "$amd64/abi")/build"
step "ppc64le W=1 and sparse" build "$OUT/ppc64le" ARCH=powerpc \
	CROSS_COMPILE=powerpc64le-linux-gnu- KDIR="$ppc/lib/modules/$(cat "$ppc/abi")/build"
step "checkpatch" checkpatch
step "kernel-doc" kernel_doc
step "shellcheck" shell
exit $BAD
