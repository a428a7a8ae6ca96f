#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Run the tests of the pseries guest against the kernel's own server and against this one,
# and put the results beside each other.  T=glob picks some, C=glob some of their cases.
#
# Each test has a boot of its own with each server, as one may not survive it; those that
# say so in their head ("# each:") have one for each of their cases with the kernel's server.
# A result is "ok", "FAIL", "skip", or "-" if the test did not come so far.
set -u
. "$(dirname "$0")/lab/lib.sh"

OUT=$TOP/build/compare-papr
mkdir -p "$OUT"

# boot TEST SERVER OUT LIMIT [CASE]: results in OUT; returns the lab's status
boot()
{
	local file=$TOP/tests/$1.sh dir=$TOP/build/lab/ppc64le/compare out=$3 status
	mkdir -p "$dir"
	rm -f "$dir/results"
	"$LAB_DIR/run.sh" -n -t "$4" -d "$dir" ppc64le -- \
		env VIOS_SERVER="$2" V=1 ${5:+CASES="$5"} "$TOP/tests/run.sh" -r /lab/results "$file" \
		>"$out.log" 2>&1
	status=$?
	cp "$dir/dmesg" "$out.dmesg" 2>/dev/null || cp "$dir/console.log" "$out.dmesg"
	cp "$dir/results" "$out" 2>/dev/null || : >"$out"
	return $status
}

what_became()
{
	case $1 in
	124)	echo "time limit" ;;
	126)	echo "fault in the kernel log" ;;
	*)	echo "status $1" ;;
	esac
}

# run TEST SERVER: results in $OUT/TEST.SERVER, what became of the lab at the end of them
run()
{
	local out=$OUT/${1//\//-}.$2 limit status
	limit=$(sed -nE '1,20s/^# time: *([0-9]+).*/\1/p' "$TOP/tests/$1.sh")
	boot "$1" "$2" "$out" $((limit + 100))
	status=$?
	case $status in
	0|1)	printf 'pass\t%s: the machine survives\t\n' "$1" ;;
	*)	printf 'fail\t%s: the machine survives\t%s\n' "$1" "$(what_became $status)" ;;
	esac >>"$out"
}

# each TEST SERVER: a boot for each case.  What is not the case's own result is why it failed.
each()
{
	local out=$OUT/${1//\//-}.$2 case text status
	: >"$out"
	while IFS=$'\t' read -r case text; do
		# shellcheck disable=SC2254 # a pattern on purpose
		case $case in
		${C:-*}) ;;
		*) continue ;;
		esac
		boot "$1" "$2" "$out.$case" 240 "$case" </dev/null
		status=$?
		awk -F'\t' -v test="$1" -v text="$text" -v status=$status -v became="$(what_became $status)" '
			$2 == test ": " text { kind = $1 }
			$1 == "fail" && ($2 == test || $2 ~ /kernel log$/) {
				sub(/^\[ *[0-9.]*\] */, "", $3)
				why = $3
			}
			END {
				if (why == "" && status > 1)
					why = became
				printf "%s\t%s: %s\t%s\n", why == "" && kind != "" ? kind : "fail",
				       test, text, why
			}' "$out.$case" >>"$out"
		say "    $case: $(tail -n 1 "$out" | cut -f 1,3)"
	done < <(LIST=1 "$TOP/tests/$1.sh")
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
		if [ $server = intree ] && grep -q '^# each:' "$f"; then
			each "$name" $server
		else
			run "$name" $server
		fi
	done
	printf '\n%-66s %-24s %s\n' "$name" "in-tree" "here"
	table "$name"
done | tee "$OUT/table.txt"
