# SPDX-License-Identifier: GPL-2.0
# iscsi-test-cu (libiscsi): what of it passes on a disk, and whether that is as expected.
# tests/vscsi/conformance.expect lists what fails on LIO whatever the transport, and why.
# Needs tests/lib/vios.sh.
# shellcheck shell=bash

CONFORMANCE=/tmp/conformance
CONFORMANCE_EXPECT=$TESTS_DIR/vscsi/conformance.expect
CONFORMANCE_CLIENT=/dev/null

# conformance_setup [FILE]: a list of what fails because of the client
conformance_setup()
{
	CONFORMANCE_CLIENT=${1:-/dev/null}
	command -v iscsi-test-cu >/dev/null || vios_lacks "no iscsi-test-cu (libiscsi-bin)"
	mkdir -p $CONFORMANCE
}

# conformance_run NAME TESTS AT_LEAST DEVICE...: a line "SUITE.TEST passed|FAILED" each, sorted, in a file
# of that name; what the program says is in NAME.log
conformance_run()
{
	local file=$CONFORMANCE/$1 tests=$2 least=$3
	shift 3
	iscsi-test-cu --dataloss --test="$tests" "$@" >"$file.log" 2>&1
	# The result is at the end of the test's line, or begins a line of its own.
	awk '/^Suite: / { suite = $2 }
		/^  Test: / {
			name = $0
			sub(/^  Test: /, "", name)
			sub(/ ?\.\.\..*/, "", name)
			gsub(/ /, "_", name)
			name = suite "." name
			if (/\.\.\.passed/) { print name, "passed"; name = "" }
			if (/\.\.\.FAILED/) { print name, "FAILED"; name = "" }
		}
		name != "" && /^(passed|FAILED)/ {
			print name, substr($0, 1, 6)
			name = ""
		}' "$file.log" | sort >"$file"
	grep -A4 'Run Summary' "$file.log" | sed 's/^/# /'
	[ "$(wc -l <"$file")" -ge "$least" ]
}

# conformance_list FILE...: the tests in lists
conformance_list() { awk '!/^#/ && NF { print $1 }' "$@" | sort -u; }

# conformance_compare LOOPBACK NAME: no test that passes in the first fails in the second,
# but what fails because of the client
conformance_compare()
{
	local worse
	worse=$(cd $CONFORMANCE && join <(grep 'passed$' "$1") <(grep 'FAILED$' "$2") |
		cut -d' ' -f1 | comm -23 - <(conformance_list "$CONFORMANCE_CLIENT"))
	[ -z "$worse" ] || printf '# only here: %s\n' "${worse//$'\n'/ }"
	[ -z "$worse" ]
}

# conformance_expected NAME...: what fails is in a list, which gives the reasons
conformance_expected()
{
	(
		cd $CONFORMANCE || return 1
		grep -h 'FAILED$' "$@" | cut -d' ' -f1 | sort -u >failed
		conformance_list "$CONFORMANCE_EXPECT" "$CONFORMANCE_CLIENT" >want
		comm -23 failed want | sed 's/^/# fails and is not expected to: /'
		comm -13 failed want | sed 's/^/# expected to fail, passes: /'
		[ -z "$(comm -23 failed want)" ]
	)
}
