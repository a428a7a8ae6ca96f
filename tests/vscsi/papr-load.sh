#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: ppc64le
# time: 400
# soak-time: 7200
# The kernel's own client under load, over hypervisor calls of a pseries guest: two clients
# and two servers at once, whose partitions are suspended, whose targets go and come, and
# which is taken away itself.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"
. "$TESTS_DIR/lib/phypsim.sh"

SUSPENDS=10
DISABLES=5
if [ -n "${SOAK:-}" ]; then
	SUSPENDS=100
	DISABLES=100
fi
SERVER=()
CLIENT=()
DISK=()

add_pair()
{
	sim_pair "$1" "lpar$1" && target_create "$SIM_SERVER" &&
		target_backstore "d$1" rd_mcp 16 && target_lun "$SIM_SERVER" 0 "d$1" &&
		target_enable "$SIM_SERVER" 1 &&
		wait_for 20 target_is "$SIM_SERVER" serving || return 1
	SERVER+=("$SIM_SERVER")
	CLIENT+=("$SIM_CLIENT")
}

add_pairs() { add_pair p && add_pair q; }

find_disks()
{
	local c REPLY
	DISK=()
	for c in "${CLIENT[@]}"; do
		client_scan "$c"
		wait_for 30 client_has_disk "$c" 0 || return 1
		client_has_disk "$c" 0 && DISK+=("$REPLY")
	done
	[ ${#DISK[@]} = 2 ]
}

# verify N ARG...: blocks of every size at random places of a disk, read back
verify()
{
	local disk=${DISK[$1]} log=/tmp/fio.$1
	shift
	fio --name=v --filename="$disk" --ioengine=libaio --direct=1 --thread --rw=randwrite \
		--bsrange=512-64k --blockalign=512 --iodepth=16 --size=15M --verify=crc32c \
		--verify_fatal=1 --do_verify=1 --randrepeat=0 --verify_state_save=0 \
		--output="$log" "$@" >/dev/null 2>&1
	local status=$?
	[ $status = 0 ] || sed 's/^/# /' "$log" | tail -n 15
	return $status
}

both()
{
	verify 0 --io_size=4M & local first=$!
	verify 1 --io_size=4M && wait $first
}

# Until /tmp/stop is there
keep() { while [ ! -e /tmp/stop ]; do verify "$1" --io_size=1M || return 1; done; }

# under_load COMMAND...
under_load()
{
	local status first second
	rm -f /tmp/stop
	keep 0 & first=$!
	keep 1 & second=$!
	sleep 1
	"$@"
	status=$?
	touch /tmp/stop
	wait $first || status=1
	wait $second || status=1
	return $status
}

suspends()
{
	local i
	for ((i = 0; i < SUSPENDS; i++)); do
		put "$PARTS/lparp/test/suspend" 1 && sleep 0.3 &&
			put "$PARTS/lparp/test/suspend" 0 &&
			wait_for 30 target_is "${SERVER[0]}" serving || return 1
		sleep 0.5
	done
}

disables()
{
	local i
	for ((i = 0; i < DISABLES; i++)); do
		target_enable "${SERVER[0]}" 0 && sleep 0.2 && target_enable "${SERVER[0]}" 1 &&
			wait_for 30 target_is "${SERVER[0]}" serving || return 1
		sleep 0.5
	done
}

# The stock client's module goes while disks of it are written to, and comes back.
reload()
{
	local pid
	head -c $((4 << 20)) /dev/urandom >/tmp/want
	dd if=/tmp/want of="${DISK[1]}" bs=64k oflag=direct 2>/dev/null || return 1
	dd if=/dev/zero of="${DISK[0]}" bs=64k oflag=direct 2>/dev/null &
	pid=$!
	sleep 0.2
	for c in "${CLIENT[@]}"; do
		put /sys/bus/vio/drivers/ibmvscsi/unbind "$c" || return 1
	done
	wait $pid
	for c in "${CLIENT[@]}"; do
		put /sys/bus/vio/drivers/ibmvscsi/bind "$c" || return 1
	done
	find_disks && dd if="${DISK[1]}" of=/tmp/got bs=64k count=64 iflag=direct 2>/dev/null &&
		cmp /tmp/want /tmp/got
}

nothing_missed()
{
	local name _ missed _ optimized s
	while read -r name _ missed _ optimized; do
		[ "$missed" = 0 ] && [ "$optimized" = 0 ] || { ktap_print_msg "$name"; return 1; }
	done <"$SIM"/probes
	for s in "${SERVER[@]}"; do
		ktap_print_msg "$s: $(cd "$VIO/$s/target" && grep -H . logins resets aborted task_management last_error | tr '\n' ' ')"
		[ "$(<"$VIO/$s/target/credits_used")" = 0 ] || return 1
	done
}

ktap_print_header
vios_setup
trap 'target_clear; sim_clear; vios_cleanup' EXIT
[ -d /proc/powerpc ] || vios_lacks "no pseries guest"
client_modules
vios_load vhyp test_hooks=1 && sim_load || ktap_exit_fail_msg "cannot load phypsim"
vios_load ibmvscsis && modprobe ibmvscsi || ktap_exit_fail_msg "cannot load the drivers"
ktap_set_plan 7
ktap_test_result "two clients log in to two servers" add_pairs
ktap_test_result "they find their disks" find_disks
ktap_test_result "both write and verify at once" both
ktap_test_result "suspended and resumed $SUSPENDS times under load" under_load suspends
ktap_test_result "the target goes and comes $DISABLES times under load" under_load disables
ktap_test_result "the client's driver goes and comes" reload
ktap_test_result "nothing was missed, nothing is outstanding" nothing_missed
sed "s/^/# /" "$SIM"/adapters
ktap_finished
