#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Run tests one after the other, in a lab or on a host, and look at the kernel log
# after each.
#
#   run.sh [-r RESULTS] TEST...
#
# Each line of RESULTS is "pass|fail|skip<TAB>test: description<TAB>reason".  Exit status
# 0 if nothing failed.  The head of a test file may say
#	# time: SECONDS	time limit (default 60)
#	# soak-time: SECONDS	time limit of the long version (SOAK=1)
set -u

HERE=$(cd "$(dirname "$0")" && pwd -P)
RESULTS=/dev/null
while getopts r: opt; do
	case $opt in
	r) RESULTS=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
export TESTS_DIR=$HERE
. "$HERE/lib/vios.sh"

LAB=${VIOS_LAB:-host}
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
FAILED=0

field() { sed -nE "s/^# $2: *(.*)/\1/p;20q" "$1" | head -n 1; }

result()
{
	printf '%s\t%s\t%s\n' "$1" "$2" "${3:-}" >>"$RESULTS"
	case $1 in
	fail)	FAILED=1; echo "  FAIL $2${3:+ ($3)}" ;;
	skip)	echo "  skip $2: $3" ;;
	esac
}

# Turn the KTAP lines of a test's output into results.  One process for all lines:
# starting one takes long in some labs.
results_of()
{
	local name=$1 out=$2 kind desc why
	while IFS=$'\t' read -r kind desc why; do
		result "$kind" "$desc" "$why"
	done < <(awk -v name="$name" '
		/^(not )?ok [0-9]+/ {
			kind = /^not/ ? "fail" : "pass"
			why = ""
			if (match($0, / # SKIP /)) {
				kind = "skip"
				why = substr($0, RSTART + 8)
				$0 = substr($0, 1, RSTART - 1)
			}
			sub(/^(not )?ok [0-9]+ ?-? ?/, "")
			print kind "\t" name ": " $0 "\t" why
		}
		/^1\.\.0 # SKIP/ { print "skip\t" name "\t" substr($0, 13) }' "$out")
}

# Did the test say as many results as it planned, and end as it says?
check_end()
{
	local name=$1 out=$2 status=$3 plan n bad
	plan=$(grep -aE '^1\.\.[0-9]+' "$out" | tail -n 1 | sed -E 's/^1\.\.([0-9]+).*/\1/')
	n=$(grep -acE '^(not )?ok [0-9]+' "$out")
	bad=$(grep -acE '^not ok [0-9]+' "$out")
	if [ "$status" = 124 ] || [ "$status" = 137 ]; then
		result fail "$name" "time limit"
	elif [ -z "$plan" ]; then
		result fail "$name" "no plan, exit status $status"
	elif [ "$plan" != "$n" ]; then
		result fail "$name" "$n results, $plan planned, exit status $status"
	elif [ "$bad" = 0 ] && [ "$status" != 0 ] && ! { [ "$status" = 4 ] && [ "$plan" = 0 ]; }; then
		result fail "$name" "exit status $status"
	fi
}

# What a test that was killed has left behind would make the next ones fail, too.
clear_up()
(
	. "$HERE/lib/target.sh"
	. "$HERE/lib/client.sh"
	. "$HERE/lib/phypsim.sh"
	. "$HERE/lib/sea.sh"
	target_clear
	[ ! -d /proc/powerpc ] || sim_clear
	vhyp_clear
	sea_netns_remove
	vios_unload_all
) 2>/dev/null

# The kernel log since the mark; and what must be gone after a test is gone.
check_kernel()
{
	local name=$1 mark=$2 left
	[ "$LAB" != host ] || return 0
	dmesg | sed "1,\\,$mark,d" >"$TMP/klog"
	if ! "$HERE/lab/klog.sh" "$TMP/klog" >"$TMP/findings"; then
		cat "$TMP/findings"
		result fail "$name: kernel log" "$(sed -n 2p "$TMP/findings")"
	fi
	left=$(vios_loaded_modules | tr '\n' ' ')
	if [ -n "$left" ]; then
		result fail "$name: unloads what it loads" "left: $left"
		clear_up
	fi
}

# After all tests: a scan takes long.  Objects are suspects only after some seconds and
# when two scans agree.
check_leaks()
{
	local f=/sys/kernel/debug/kmemleak
	[ -w $f ] || return 0
	if ! { echo scan >$f && sleep 6 && echo scan >$f && cat $f >"$TMP/leaks"; }; then
		# It turns itself off when it runs out of memory.
		result fail "kmemleak" "it cannot be asked"
	elif [ -s "$TMP/leaks" ]; then
		cat "$TMP/leaks"
		result fail "kmemleak" "$(head -n 1 "$TMP/leaks")"
	else
		result pass "kmemleak finds nothing after all tests"
	fi
}

# With V=1 what a test says is shown as it says it: a soak takes hours.
follow()
{
	FOLLOW=
	: >"$TMP/out"
	[ -n "${V:-}" ] || return 0
	# Not sed: in the debug lab it is busybox's, which keeps lines until it has many.
	tail -n +1 -f "$TMP/out" > >(while IFS= read -r line; do echo "    | $line"; done) &
	FOLLOW=$!
}

follow_end()
{
	[ -n "$FOLLOW" ] || return 0
	# tail may be a second behind.
	sleep 1.2
	kill "$FOLLOW"
	wait "$FOLLOW" 2>/dev/null
}

run_one()
{
	local file=$1 name mark limit start=$SECONDS status before
	name=${file#"$HERE"/}
	name=${name%.sh}
	limit=
	[ -z "${SOAK:-}" ] || limit=$(field "$file" soak-time)
	limit=${limit:-$(field "$file" time)}
	mark="vios-test: start $name $RANDOM"
	[ ! -w /dev/kmsg ] || echo "$mark" >/dev/kmsg
	before=$FAILED
	FAILED=0
	follow
	timeout -k 5 "${limit:-60}" bash "$file" >>"$TMP/out" 2>&1 </dev/null
	status=$?
	follow_end
	if [ $status = 250 ]; then
		results_of "$name" "$TMP/out"
		check_end "$name" "$TMP/out" 0
		[ $FAILED = 0 ] || [ -n "$FOLLOW" ] || sed 's/^/    | /' "$TMP/out"
		FAILED=$((FAILED | before))
		echo "$name: restarting the machine"
		return 250
	fi
	results_of "$name" "$TMP/out"
	check_end "$name" "$TMP/out" $status
	check_kernel "$name" "$mark"
	grep -aE '^# (figure|note):' "$TMP/out"
	if [ $FAILED != 0 ]; then
		[ -n "$FOLLOW" ] || sed 's/^/    | /' "$TMP/out" | tail -n "${VIOS_TAIL:-60}"
		echo "FAIL $name ($((SECONDS - start)) s)"
	else
		echo "ok   $name ($((SECONDS - start)) s)"
		FAILED=$before
	fi
}

# After a restart of the lab: go on with the test that asked for it.
QUEUE=("$@")
if [ -e /lab/stage ]; then
	mapfile -t QUEUE </lab/remaining
	VIOS_STAGE=$(cat /lab/stage)
	export VIOS_STAGE
	FAILED=$(cat /lab/failed)
	rm -f /lab/stage
fi
while [ ${#QUEUE[@]} -gt 0 ]; do
	run_one "${QUEUE[0]}"
	if [ $? = 250 ]; then
		printf '%s\n' "${QUEUE[@]}" >/lab/remaining
		echo "$FAILED" >/lab/failed
		touch /lab/reboot
		exit 0
	fi
	unset VIOS_STAGE
	QUEUE=("${QUEUE[@]:1}")
done
check_leaks
exit "$FAILED"
