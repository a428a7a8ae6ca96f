#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Run the tests of some parts and count.
#
#   check.sh [PART...]		lint unit uml debug x86 ppc64le; all if none is named
#
# T=glob	only tests whose name (below tests/, without .sh) matches
# SOAK=1	the long versions
# V=1		the whole output of each test
# TCP, SIZE, SEED, FRAMES, CYCLES, SOURCES	for tests whose heads say what they are
#
# A test file says in its head in which labs it runs:
#	# labs: uml x86 debug ppc64le unit
#	# soak-labs: debug		with SOAK=1 in these as well
# and, if it is none of a lab's but runs one:
#	# needs-lab: uml
#	# needs-kernel: amd64	a stock one, fetched
# The last line is "N passed, N failed, N skipped".
set -u
. "$(dirname "$0")/lab/lib.sh"

OUT=$TOP/build/check
PARTS=("$@")
[ ${#PARTS[@]} -gt 0 ] || PARTS=(lint unit uml debug x86 ppc64le)
mkdir -p "$OUT"
# One of its own, as parts may be run beside each other; gone when it has been counted.
RESULTS=$OUT/results.$$
: >"$RESULTS"
# What goes on beside others: its processes, and what they say
BESIDE=""
SAID=$OUT/beside.$$
trap 'rm -f "$RESULTS"; [ -z "$BESIDE" ] || kill -TERM -- "-$BESIDE"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# tests_for PART: files whose head names the part
tests_for()
{
	local part=$1 f name
	while read -r f; do
		name=${f#"$TOP/tests/"}
		name=${name%.sh}
		# shellcheck disable=SC2254 # a pattern on purpose
		case $name in
		${T:-*}) ;;
		*) continue ;;
		esac
		if sed -nE "1,20s/^# ${SOAK:+(soak-)?}labs://p" "$f" | tr ' ' '\n' | grep -qx "$part"; then
			echo "$f"
		fi
	done < <(find "$TOP/tests" -name '*.sh' | sort)
}

time_of()
{
	local t=
	[ -z "${SOAK:-}" ] || t=$(sed -nE '1,20s/^# soak-time: *([0-9]+).*/\1/p' "$1")
	[ -n "$t" ] || t=$(sed -nE '1,20s/^# time: *([0-9]+).*/\1/p' "$1")
	echo "${t:-60}"
}

# Is a result of each test there, and, if something failed, which?
complete()
{
	local part=$1 file=$2 status=$3 t name
	shift 3
	for t in "$@"; do
		name=${t#"$TOP/tests/"}
		name=${name%.sh}
		if ! cut -f2 "$file" 2>/dev/null | grep -qE "^$name(:|\$)"; then
			printf 'fail\t%s %s\tno result\n' "$part" "$name" >>"$RESULTS"
		fi
	done
	if [ "$status" = 1 ] && ! grep -q '^fail' "$file" 2>/dev/null; then
		printf 'fail\t%s\texit status 1, and nothing says why\n' "$part" >>"$RESULTS"
	fi
}

# A part that has no tests has lost them, unless some were asked for by name.
no_tests()
{
	[ -n "${T:-}" ] || printf 'fail\t%s\tno tests\n' "$1" >>"$RESULTS"
}

add_results() { sed "s/\t/\t$1 /" "$2" >>"$RESULTS"; }

run_lint()
{
	if [ -n "${T:-}" ]; then
		return
	fi
	if "$TOP/tests/lint.sh"; then
		printf 'pass\tlint\t\n' >>"$RESULTS"
	else
		printf 'fail\tlint\t\n' >>"$RESULTS"
	fi
}

# needs WHAT TEST...: what their heads say they need of that kind
needs()
{
	local what=$1
	shift
	sed -s -n "1,20s/^# needs-$what: *//p" "$@" | sort -u
}

run_unit()
{
	local tests
	mapfile -t tests < <(tests_for unit)
	[ ${#tests[@]} -gt 0 ] || { no_tests unit; return; }
	"$LAB_DIR/host.sh" unit || { printf 'fail\tunit\tpackages\n' >>"$RESULTS"; return; }
	# To fetch a kernel or to make a lab may take longer than a test may.
	if ! needs kernel "${tests[@]}" | xargs -r -n 1 "$LAB_DIR/fetch.sh" kernel >/dev/null ||
		! needs lab "${tests[@]}" | xargs -r -n 1 "$LAB_DIR/prepare.sh"; then
		printf 'fail\tunit\tprepare a lab\n' >>"$RESULTS"
		return
	fi
	rm -f "$OUT/unit"
	"$TOP/tests/run.sh" -r "$OUT/unit" "${tests[@]}"
	complete unit "$OUT/unit" $? "${tests[@]}"
	[ ! -e "$OUT/unit" ] || add_results unit "$OUT/unit"
}

run_lab()
{
	local lab=$1 tests limit=120 t status dir=$TOP/build/lab/$1/check name settings=()
	mapfile -t tests < <(tests_for "$lab")
	[ ${#tests[@]} -gt 0 ] || { no_tests "$lab"; return; }
	for t in "${tests[@]}"; do
		limit=$((limit + $(time_of "$t") + 30))
	done
	for name in SOAK V TCP SIZE SEED FRAMES CYCLES SOURCES; do
		[ -z "${!name:-}" ] || settings+=("$name=${!name}")
	done
	rm -rf "$dir"
	mkdir -p "$dir"
	if ! "$LAB_DIR/prepare.sh" "$lab"; then
		printf 'fail\t%s: prepare the lab\t\n' "$lab" >>"$RESULTS"
		return
	fi
	"$LAB_DIR/run.sh" -n -t "$limit" -d "$dir" "$lab" -- \
		env "${settings[@]}" "$TOP/tests/run.sh" -r /lab/results "${tests[@]}"
	status=$?
	complete "$lab" "$dir/results" $status "${tests[@]}"
	[ ! -e "$dir/results" ] || add_results "$lab" "$dir/results"
	case $status in
	0|1)	;;
	124)	printf 'fail\t%s: the lab passed its time limit\t\n' "$lab" >>"$RESULTS" ;;
	126)	printf 'fail\t%s: fault in the kernel log\t\n' "$lab" >>"$RESULTS" ;;
	*)	printf 'fail\t%s: the lab died (status %s)\t\n' "$lab" $status >>"$RESULTS" ;;
	esac
}

run_part()
{
	local start=$SECONDS
	echo "=== $1"
	case $1 in
	lint)	run_lint ;;
	unit)	run_unit ;;
	*)	run_lab "$1" ;;
	esac
	echo "=== $1: $((SECONDS - start)) s"
}

asked_for() { [[ " ${PARTS[*]} " == *" $1 "* ]]; }

run_asked()
{
	local part
	for part in "$@"; do
		! asked_for "$part" || run_part "$part"
	done
}

# Lint, unit, uml and ppc64le are one processor's work each: the first and the last go on
# beside the others, and what they say is shown when they have ended.
start_beside()
{
	# A process group of its own, to end all of it
	set -m
	JOBS=1 run_asked ppc64le lint >"$SAID" 2>&1 </dev/null &
	BESIDE=$!
	set +m
	echo "beside these: ppc64le, lint; what they say: $SAID"
}

# show_beside [wait]: if they have ended, or when they have
show_beside()
{
	[ -n "$BESIDE" ] || return 0
	[ -n "${1:-}" ] || ! kill -0 "$BESIDE" 2>/dev/null || return 0
	wait "$BESIDE" || printf 'fail\twhat went on beside the others\tended early\n' >>"$RESULTS"
	BESIDE=
	cat "$SAID"
	rm -f "$SAID"
}

for part in "${PARTS[@]}"; do
	case $part in
	lint|unit|uml|debug|x86|ppc64le) ;;
	*) die "no such part: $part" ;;
	esac
done

case " ${PARTS[*]} " in
' lint '|' ppc64le ')	run_asked ppc64le lint ;;
*' lint '*|*' ppc64le '*)	start_beside ;;
esac
for part in unit uml debug x86; do
	asked_for $part || continue
	# The last is to have both processors.
	[ $part != x86 ] || show_beside wait
	run_part $part
	show_beside
done
show_beside wait

count() { grep -c "^$1	" "$RESULTS"; }
if grep -q '^skip' "$RESULTS"; then
	echo
	echo "Skipped:"
	sed -nE 's/^skip\t([^\t]*)\t(.*)/  \1: \2/p' "$RESULTS"
fi
if grep -q '^fail' "$RESULTS"; then
	echo
	echo "Failed:"
	sed -nE 's/^fail\t([^\t]*)\t?(.*)/  \1 \2/p' "$RESULTS"
fi
echo
echo "$(count pass) passed, $(count fail) failed, $(count skip) skipped"
# No test at all is not a success.
[ "$(count fail)" = 0 ] && [ "$(count pass)" -gt 0 ]
