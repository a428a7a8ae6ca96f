#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Show what there is, on any machine: boot a lab, connect two partitions, give the client
# disks of the server's, use them, put two clients' VLANs on one network card, and draw what
# is connected to what.
set -u -o pipefail
. "$(dirname "$0")/lab/lib.sh"

DIR=$TOP/build/lab/x86/demo

fail() { say "the demonstration failed: $*"; exit 1; }

# The part inside tells of its own failures; what the kernel's log has comes after that.
fail_inside()
{
	local what
	what=$(sed -n 's/^the demonstration failed: //p' "$DIR/output")
	if [ -n "$what" ] && "$LAB_DIR/klog.sh" "$DIR"/{console.log,dmesg} >/dev/null 2>&1; then
		exit 1
	fi
	fail "${what:-tests/demo/guest.sh ended with status $1}"
}

say "preparing the lab (the first time: packages, kernel, modules)"
"$LAB_DIR/prepare.sh" x86 || fail "the lab cannot be prepared"
say "booting"
"$LAB_DIR/run.sh" -n -t 400 -d "$DIR" x86 -- "$TOP/tests/demo/guest.sh"
status=$?
case $status in
0)	;;
124)	fail "it took too long" ;;
125)	fail "the lab died" ;;
126)	fail "the kernel reports a fault" ;;
*)	fail_inside $status ;;
esac
