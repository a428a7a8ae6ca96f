#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: x86
# time: 120
# The target's tracepoints, as Documentation/ibmvscsis.rst has them: each is seen with what
# belongs to it, and the filter keeps other adapters out.
. "$(dirname "$0")/../lib/vios.sh"
. "$(dirname "$0")/../lib/target.sh"
. "$(dirname "$0")/../lib/client.sh"

TRACING=/sys/kernel/tracing
EVENTS=$TRACING/events/ibmvscsis

# seen EVENT PATTERN: a line of the trace
seen()
{
	grep -aqE "$1: .*$2" /tmp/trace && return 0
	ktap_print_msg "no $1 with '$2':" "$(grep -a "$1:" /tmp/trace | head -n 3)"
	return 1
}

each_documented()
{
	local e
	for e in "$EVENTS"/*/; do
		e=${e%/}
		grep -q "^\`\`${e##*/}\`\`" "$TOP/Documentation/ibmvscsis.rst" || {
			ktap_print_msg "not documented: ${e##*/}"
			return 1
		}
	done
}

# A login, data that is copied (an odd buffer), and one function; at both adapters
traced()
{
	local u
	put $TRACING/trace "" && put $EVENTS/filter "unit == 0x30000002" &&
		put $EVENTS/enable 1 || return 1
	for u in 30000002 30000004; do
		target_enable $u 0 && target_enable $u 1 && wait_for 20 target_is $u serving || return 1
	done
	sg_inq -p 0x80 "$DISK" >/dev/null && sg_inq -p 0x80 "$OTHER" >/dev/null &&
		dd if="$DISK" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null &&
		sg_reset -d "$DISK" >/dev/null || return 1
	put $EVENTS/enable 0
	grep -av '^#' $TRACING/trace >/tmp/trace
	ktap_print_msg "$(wc -l </tmp/trace) lines"
	grep -a 'vscsis_' /tmp/trace | awk '{ n[$5]++ } END { for (e in n) print "# " e, n[e] }'
	[ -s /tmp/trace ]
}

only_one() { ! grep -av 30000002 /tmp/trace | grep -aq vscsis_; }

ktap_print_header
[ -d $TRACING/events ] || vios_lacks "no tracefs"
target_setup
vhyp_pair q lpar2 || ktap_exit_fail_msg "cannot make a second pair"
for u in 30000002 30000004; do
	target_backstore d$u rd_mcp 16 && target_create $u && target_lun $u 0 d$u &&
		target_enable $u 1 || ktap_exit_fail_msg "cannot make the targets"
done
DISK=$(client_disk 30000003 0) && OTHER=$(client_disk 30000005 0) ||
	ktap_exit_fail_msg "no disks"
ktap_set_plan 10
ktap_test_result "every tracepoint is documented" each_documented
ktap_test_result "tracing one of two adapters" traced
# Which of the two comes depends on who is there first.
ktap_test_result "vscsis_receive: INIT or INIT COMPLETE" seen vscsis_receive "30000002: c00[12]"
ktap_test_result "vscsis_state" seen vscsis_state "30000002: connected to serving"
ktap_test_result "vscsis_mad: ADAPTER_INFO" seen vscsis_mad "30000002: type 0x3 status 0"
ktap_test_result "vscsis_request: INQUIRY" seen vscsis_request "30000002: .* opcode 0x12 .* error 0"
ktap_test_result "vscsis_copy" seen vscsis_copy "30000002: .* bytes to client, error 0"
ktap_test_result "vscsis_task: LUN RESET" seen vscsis_task "30000002: .*function 0x8 of .*code 0"
ktap_test_result "vscsis_complete" seen vscsis_complete "30000002: .*response of [0-9]+ bytes, status 0"
ktap_test_result "nothing of the other adapter" only_one
ktap_finished
