#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Look for reports of faults in kernel logs.  Prints what it finds; exit status 1
# if there is anything.
#
#   klog.sh FILE...		(- is standard input)
#
# Lines with "vios-test: expect-fault" are a test of this script and do not count.
set -u

PATTERN='(^|[] ])(BUG:|WARNING:|Oops|Oops:|kernel BUG at|KASAN:|UBSAN:|KFENCE:|KCSAN:)'
PATTERN+='|Internal error|general protection fault|Kernel panic|Unable to handle kernel'
PATTERN+='|possible (recursive locking|circular locking|deadlock|irq lock inversion)'
PATTERN+='|INFO: (suspicious RCU|possible|inconsistent lock|task .* blocked|trying to register)'
PATTERN+='|suspicious RCU usage|inconsistent lock state|rcu: .*(stall|self-detected)|rcu.*detected stalls'
PATTERN+='|blocked for more than|soft lockup|hard LOCKUP|sleeping function called from invalid'
PATTERN+='|scheduling while atomic|bad unlock balance|held lock freed|unreferenced object'
PATTERN+='|kmemleak: [1-9][0-9]* new suspected|ODEBUG:|DEBUG_LOCKS_WARN|list_(add|del) corruption'
PATTERN+='|refcount_t:|Bad page state|slab-out-of-bounds|Objects remaining in|still has objects'
PATTERN+='|Object padding overwritten|Poison overwritten|Redzone overwritten|double.free'
PATTERN+='|workqueue lockup|DMA-API: .*(error|device driver)|trying to free (already-free|invalid)'
PATTERN+='|segfault at|Badness at|Call Trace:|cannot create duplicate filename'
PATTERN+='|page allocation failure|kmemleak: .*disabled'

for file in "$@"; do
	if [ "$file" != - ] && [ ! -r "$file" ]; then
		echo "no kernel log in $file"
		exit 1
	fi
done
# A sysctl that lacks memory is told with a trace, and is the kernel's business: tests make
# memory fail.  Only that trace's beginning is none, whatever else is near it.
without_sysctl()
{
	awk '/sysctl could not get directory: .* -12$/ { near = NR + 3 }
		/Call Trace:/ && NR <= near { near = 0; next }
		{ print }' "$@"
}
found=$(without_sysctl "$@" | grep -aE "$PATTERN" | grep -av 'vios-test: expect-fault' | head -n 20)
[ -n "$found" ] || exit 0
echo "the kernel log reports a fault:"
printf '%s\n' "$found"
exit 1
