# SPDX-License-Identifier: GPL-2.0
# KTAP output for shell tests, with the function names of the kernel's own
# ktap_helpers.sh (which Linux 6.1 does not have yet).
# shellcheck shell=bash

KSFT_PASS=0
KSFT_FAIL=1
KSFT_SKIP=4

KTAP_TESTNO=1
KTAP_PASS=0
KTAP_FAIL=0
KTAP_SKIP=0
KTAP_PLAN=

ktap_print_header() { echo "TAP version 13"; }
ktap_print_msg() { printf '# %s\n' "$@"; }

ktap_set_plan()
{
	KTAP_PLAN=$1
	echo "1..$1"
}

# ktap_skip_all REASON: nothing can be tested here
ktap_skip_all()
{
	echo "1..0 # SKIP $*"
	exit $KSFT_SKIP
}

ktap_result_line()
{
	local result=$1 desc=$2 directive=${3:-}

	# A hash would begin a directive.
	desc=${desc//#/no.}
	echo "$result $KTAP_TESTNO $desc${directive:+ # $directive}"
	KTAP_TESTNO=$((KTAP_TESTNO + 1))
}

ktap_test_pass()
{
	ktap_result_line "ok" "$1"
	KTAP_PASS=$((KTAP_PASS + 1))
}

ktap_test_fail()
{
	ktap_result_line "not ok" "$1"
	KTAP_FAIL=$((KTAP_FAIL + 1))
}

# ktap_test_skip DESCRIPTION REASON
ktap_test_skip()
{
	ktap_result_line "ok" "$1" "SKIP $2"
	KTAP_SKIP=$((KTAP_SKIP + 1))
}

# ktap_test_result DESCRIPTION COMMAND...: pass if the command succeeds
ktap_test_result()
{
	local desc=$1
	shift
	if "$@"; then
		ktap_test_pass "$desc"
	else
		ktap_test_fail "$desc"
	fi
}

ktap_exit_fail_msg()
{
	echo "Bail out! $*"
	exit $KSFT_FAIL
}

ktap_print_totals()
{
	echo "# Totals: pass:$KTAP_PASS fail:$KTAP_FAIL xfail:0 xpass:0 skip:$KTAP_SKIP error:0"
}

ktap_finished()
{
	ktap_print_totals
	if [ -n "$KTAP_PLAN" ] && [ $((KTAP_PASS + KTAP_FAIL + KTAP_SKIP)) != "$KTAP_PLAN" ]; then
		ktap_print_msg "planned $KTAP_PLAN tests"
		exit $KSFT_FAIL
	fi
	[ $KTAP_FAIL = 0 ] || exit $KSFT_FAIL
	exit $KSFT_PASS
}
