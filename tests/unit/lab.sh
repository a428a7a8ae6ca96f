#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: unit
# needs-lab: uml
# needs-kernel: amd64
# time: 600
# The runner of the labs itself: exit status, time limit, restart, a lab that dies, and
# the faults in a kernel log that must fail a run.  And what the build says to mistakes.
#
# Commands for a lab are not for this shell.
# shellcheck disable=SC2016
TOP=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$TOP/tests/lib/ktap.sh"

RUN=$TOP/tests/lab/run.sh
KLOG=$TOP/tests/lab/klog.sh
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT

# status_is N COMMAND...
status_is()
{
	local want=$1 got=0
	shift
	"$@" >"$TMP/out" 2>&1 || got=$?
	[ "$got" = "$want" ] || { ktap_print_msg "status $got, not $want"; sed 's/^/# /' "$TMP/out"; return 1; }
}

uml() { "$RUN" -n -d "$TMP/lab" -t "$1" uml -- bash -c "$2"; }

exit_status() { status_is 0 uml 60 true && status_is 7 uml 60 'exit 7'; }

output()
{
	status_is 0 uml 60 'echo "to $((40 + 2))"; echo err >&2' &&
		grep -qx "to 42" "$TMP/out" && grep -qx err "$TMP/out"
}

host_untouched()
{
	status_is 0 uml 60 "echo broken >$TMP/lab-was-here; touch /etc/lab-was-here" &&
		[ ! -e /etc/lab-was-here ] && [ ! -e "$TMP/lab-was-here" ]
}

time_limit() { status_is 124 uml 8 'sleep 100' && grep -q 'time limit of 8 s' "$TMP/out"; }

dies() { status_is 125 uml 60 'kill -9 $PPID; busybox poweroff -f; sleep 5'; }

fault() { status_is 126 uml 60 "echo '$1' >/dev/kmsg"; }

restarts()
{
	status_is 3 uml 60 '[ -e /lab/again ] && exit 3; touch /lab/again /lab/reboot' &&
		[ "$(grep -c 'reboot: System halted' "$TMP/lab/console.log")" = 2 ]
}

# Each of these lines must be found, and none of those below.
reports()
{
	local line bad=0
	while IFS= read -r line; do
		if echo "[    1.000000] $line" | "$KLOG" - >/dev/null; then
			ktap_print_msg "not found: $line"
			bad=1
		fi
	done <<'END'
BUG: KASAN: use-after-free in vhyp_hcall+0x12/0x34 [vhyp]
BUG: unable to handle page fault for address: ffff888000000000
BUG: sleeping function called from invalid context at mm/slab.h:274
BUG: scheduling while atomic: insmod/123/0x00000002
BUG: spinlock bad magic on CPU#0, swapper/0/1
WARNING: CPU: 1 PID: 12 at kernel/softirq.c:123 foo+0x1/0x2
WARNING: possible circular locking dependency detected
WARNING: suspicious RCU usage
WARNING: inconsistent lock state
Oops: 0000 [#1] PREEMPT SMP KASAN
general protection fault, probably for non-canonical address 0xdead: 0000 [#1]
Kernel panic - not syncing: Fatal exception
watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [insmod:123]
rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
INFO: task rmmod:123 blocked for more than 120 seconds.
kmemleak: 2 new suspected memory leaks (see /sys/kernel/debug/kmemleak)
UBSAN: shift-out-of-bounds in foo.c:1:2
ODEBUG: free active (active state 0) object type: timer_list
BUG foo (Tainted: G    O): Objects remaining in foo on __kmem_cache_shutdown()
list_add corruption. next->prev should be prev
refcount_t: underflow; use-after-free.
kernel BUG at mm/slub.c:123!
Unable to handle kernel paging request at virtual address 0000000000000010
Badness at kernel/softirq.c:123
END
	return "$bad"
}

no_reports()
{
	local line bad=0
	while IFS= read -r line; do
		if ! echo "[    1.000000] $line" | "$KLOG" - >/dev/null; then
			ktap_print_msg "wrongly found: $line"
			bad=1
		fi
	done <<'END'
crq: loading out-of-tree module taints kernel.
vhyp: pair disk0: unit address 30000002 belongs to pair disk1
kmemleak: 0 new suspected memory leaks
printk: debug: ignoring loglevel setting.
    ok 12 bad_arguments
x86/cpu: SGX disabled by BIOS.
END
	return "$bad"
}

# The trace of a sysctl that lacks memory is none, what comes after it is.
sysctl_trace()
{
	local trace='[  148.0] sysctl could not get directory: /net/ipv4/conf/sea9 -12
[  148.1] Call Trace:
[  148.1]  <TASK>
[  148.1]  dump_stack+0x10/0x12
[  148.1]  </TASK>'
	echo "$trace" | "$KLOG" - >/dev/null &&
		! sed '2i [  148.1] BUG: KASAN: use-after-free' <<<"$trace" | "$KLOG" - >/dev/null &&
		! printf '%s\n[  149.0] Call Trace:\n' "$trace" | "$KLOG" - >/dev/null
}

no_kdir()
{
	status_is 2 make -C "$TOP" modules KDIR="$TMP/nothing" &&
		grep -q "linux-headers-" "$TMP/out"
}

# A kernel that is too old, or lacks what is needed: said by the build, at once.
old_kernel()
{
	status_is 2 make -f - VERSION=5 PATCHLEVEL=19 CONFIG_64BIT=y CONFIG_CONFIGFS_FS=y \
		<<<"include $TOP/Kbuild" && grep -q "needs Linux 6.1 or newer, and this is 5.19" "$TMP/out" &&
	status_is 2 make -f - VERSION=6 PATCHLEVEL=1 CONFIG_MODULES=y CONFIG_64BIT=y \
		<<<"include $TOP/Kbuild" && grep -q CONFIG_CONFIGFS_FS "$TMP/out"
}

# Built, installed below a directory and cleaned, from a copy: nothing of it stays.
install_and_clean()
{
	local kdir
	kdir=$(echo "$CACHE"/stock/amd64/lib/modules/*/build)
	mkdir "$TMP/copy" && (cd "$TOP" && git ls-files -z | xargs -0 cp --parents -t "$TMP/copy") &&
	status_is 0 make -C "$TMP/copy" modules_install KDIR="$kdir" INSTALL_MOD_PATH="$TMP/root" &&
	grep -q '^updates/.*vhyp.ko: updates/.*crq.ko' "$TMP"/root/lib/modules/*/modules.dep &&
	status_is 0 make -C "$TMP/copy" clean KDIR="$kdir" &&
	[ -z "$(find "$TMP/copy" -name '*.o' -o -name '*.ko' -o -name '.*.cmd')" ]
}

ktap_print_header
CACHE=${VIOS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/open-vios}
"$TOP/tests/lab/fetch.sh" kernel amd64 >"$TMP/fetch" 2>&1 ||
	ktap_exit_fail_msg "$(tail -n 3 "$TMP/fetch")"
"$TOP/tests/lab/prepare.sh" uml >"$TMP/prepare" 2>&1 ||
	ktap_exit_fail_msg "$(tail -n 3 "$TMP/prepare")"
ktap_set_plan 16
ktap_test_result "exit status of the command" exit_status
ktap_test_result "its output" output
ktap_test_result "the host's files stay as they are" host_untouched
ktap_test_result "time limit" time_limit
ktap_test_result "a lab that dies" dies
ktap_test_result "a lab that restarts" restarts
ktap_test_result "a warning in the kernel log fails the run" \
	fault "WARNING: CPU: 0 PID: 1 at made/up.c:1"
ktap_test_result "a lockdep report fails the run" \
	fault "WARNING: possible recursive locking detected"
ktap_test_result "an unknown lab is refused" status_is 1 "$RUN" vax -- true
ktap_test_result "every kind of report is known" reports
ktap_test_result "and ordinary messages are not reports" no_reports
ktap_test_result "but a sysctl without memory" sysctl_trace
ktap_test_result "no kernel headers: the package is named" no_kdir
ktap_test_result "an unsupported kernel is refused by the build" old_kernel
ktap_test_result "modules are installed, found and cleaned" install_and_clean
ktap_test_result "no tests is no success" status_is 1 env T=nothing/at-all "$TOP/tests/check.sh" unit
ktap_finished
