#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml
# time: 300
# iscsi-test-cu (libiscsi), every SCSI test with data loss allowed, against the client's
# disk and against tcm_loop on the same kernel and backstore: what passes on loopback
# passes here.  Its tests of several paths run over two adapters.
#
# tests/vscsi/conformance.expect lists what fails and why.
. "$(dirname "$0")/../lib/vios.sh"
. "$(dirname "$0")/../lib/target.sh"
. "$(dirname "$0")/../lib/client.sh"

EXPECT=$(dirname "$0")/conformance.expect
OUT=/tmp/conformance
mkdir -p $OUT

# results FILE DEVICE...: a line "SUITE.TEST passed|FAILED" each, sorted
results()
{
	local file=$1
	shift
	iscsi-test-cu --dataloss --test=SCSI "$@" >"$file.log" 2>&1
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
	[ "$(wc -l <"$file")" -gt 150 ]
}

# compare LOOPBACK OURS: no test that passes in the first fails in the second
compare()
{
	join <(grep 'passed$' "$1") "$2" | grep 'FAILED$' >$OUT/worse
	sed 's/^/# only here: /' $OUT/worse
	[ ! -s $OUT/worse ]
}

# expected FILE...: what fails is in the list, which gives the reasons
expected()
{
	grep -h 'FAILED$' "$@" | cut -d' ' -f1 | sort -u >$OUT/failed
	awk '!/^#/ && NF { print $1 }' "$EXPECT" | sort -u >$OUT/want
	comm -23 $OUT/failed $OUT/want | sed 's/^/# fails and is not expected to: /'
	comm -13 $OUT/failed $OUT/want | sed 's/^/# expected to fail, passes: /'
	[ -z "$(comm -23 $OUT/failed $OUT/want)" ]
}

ktap_print_header
command -v iscsi-test-cu >/dev/null || vios_lacks "no iscsi-test-cu (libiscsi-bin)"
target_setup
vhyp_pair q lpar1 || ktap_exit_fail_msg "cannot make a second pair"
ktap_set_plan 7
target_backstore d rd_mcp 64 && target_backstore e rd_mcp 64 && target_create 30000002 &&
	target_create 30000004 && target_lun 30000002 0 d && target_lun 30000004 0 d &&
	target_enable 30000002 1 && target_enable 30000004 1 && loopback_create 1 e &&
	loopback_create 2 e || ktap_exit_fail_msg "cannot make the targets"
DISK=$(client_disk 30000003 0) && OTHER=$(client_disk 30000005 0) ||
	ktap_exit_fail_msg "no disks"
LOOPS=$(loopback_disks 2) || ktap_exit_fail_msg "no loopback disks"
ktap_print_msg "disks $DISK and $OTHER, loopback $LOOPS"
# shellcheck disable=SC2086 # two disks
{
ktap_test_result "loopback" results $OUT/loop ${LOOPS% *}
ktap_test_result "the virtual disk" results $OUT/vscsi "$DISK"
ktap_test_result "what passes on loopback passes here" compare $OUT/loop $OUT/vscsi
ktap_test_result "two paths of loopback" results $OUT/loop2 $LOOPS
ktap_test_result "two adapters" results $OUT/vscsi2 "$DISK" "$OTHER"
ktap_test_result "what passes over two paths of loopback passes here" \
	compare $OUT/loop2 $OUT/vscsi2
}
ktap_test_result "what fails is expected to, with a reason" \
	expected $OUT/loop $OUT/vscsi $OUT/loop2 $OUT/vscsi2
ktap_finished
