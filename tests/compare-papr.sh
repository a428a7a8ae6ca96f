#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Run the tests of the pseries guest against the kernel's own server and against this one,
# and put the results beside each other.  T=glob picks some.
#
# Each test has a boot of its own with each server, as one may not survive it.  A result is
# "ok", "FAIL", "skip", or "-" if the test did not come so far.
set -u
. "$(dirname "$0")/lab/lib.sh"

OUT=$TOP/build/compare-papr
mkdir -p "$OUT"

# run TEST SERVER: results in $OUT/TEST.SERVER, what became of the lab at the end of them
run()
{
	local file=$TOP/tests/$1.sh dir=$TOP/build/lab/ppc64le/compare out status limit
	out=$OUT/${1//\//-}.$2
	limit=$(sed -nE '1,20s/^# time: *([0-9]+).*/\1/p' "$file")
	mkdir -p "$dir"
	rm -f "$dir/results"
	"$LAB_DIR/run.sh" -t $((limit + 100)) -d "$dir" ppc64le -- \
		env VIOS_SERVER="$2" V=1 "$TOP/tests/run.sh" -r /lab/results "$file" >"$out.log" 2>&1
	status=$?
	cp "$dir/dmesg" "$out.dmesg" 2>/dev/null || cp "$dir/console.log" "$out.dmesg"
	cp "$dir/results" "$out" 2>/dev/null || : >"$out"
	case $status in
	0|1)	printf 'pass\t%s: the machine survives\t\n' "$1" ;;
	124)	printf 'fail\t%s: the machine survives\ttime limit\n' "$1" ;;
	126)	printf 'fail\t%s: the machine survives\tfault in the kernel log\n' "$1" ;;
	*)	printf 'fail\t%s: the machine survives\tstatus %s\n' "$1" $status ;;
	esac >>"$out"
}

# table TEST: a line for each result of either
table()
{
	awk -F'\t' -v test="$1" '
		function word(kind) { return kind == "pass" ? "ok" : kind == "fail" ? "FAIL" : kind }
		{
			desc = $2
			sub("^" test "(: )?", "", desc)
			if (desc == "")
				desc = "(the test as a whole)"
			if (!(desc in seen)) {
				seen[desc] = 1
				order[++n] = desc
			}
			result[FILENAME, desc] = word($1) ($3 != "" ? " (" $3 ")" : "")
		}
		END {
			for (i = 1; i <= n; i++) {
				a = result[ARGV[1], order[i]]
				b = result[ARGV[2], order[i]]
				printf "%-66s %-24s %s\n", order[i], a == "" ? "-" : a, b == "" ? "-" : b
			}
		}' "$OUT/${1//\//-}.intree" "$OUT/${1//\//-}.ours"
}

"$LAB_DIR/prepare.sh" ppc64le || exit 1
for f in "$TOP"/tests/*/papr*.sh; do
	name=${f#"$TOP/tests/"}
	name=${name%.sh}
	grep -q 'lib/papr.sh' "$f" && grep -q '^# labs:' "$f" || continue
	# shellcheck disable=SC2254 # a pattern on purpose
	case $name in
	${T:-*}) ;;
	*) continue ;;
	esac
	for server in intree ours; do
		say "$name: $server"
		run "$name" $server
	done
	printf '\n%-66s %-24s %s\n' "$name" "in-tree" "here"
	table "$name"
done | tee "$OUT/table.txt"
