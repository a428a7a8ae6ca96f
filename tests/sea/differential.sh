#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml
# soak-labs: x86 debug
# time: 300
# soak-time: 3600
# Random frames through random SEAs, built with stock ip and bridge: what comes out where,
# byte for byte, and every counter, compared with a model of the decision table.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"

# CONFIGURATIONS FRAMES: emulated processors are slow
case ${SOAK:+soak}${VIOS_LAB:-} in
soakuml)	size="1200 1000" ;;
soakdebug)	size="60 150" ;;
soak*)		size="300 300" ;;
uml)		size="200 300" ;;
*)		size="30 150" ;;
esac
SIZE=${SIZE:-$size}
# Repeats what a failure names: SIZE="1 300" SEED=...; the number of one configuration last
SEED=${SEED:-}

diff_cleanup()
{
	[ ! -e /run/netns/seadiff ] || ip netns del seadiff
	vios_cleanup
}

diff_setup()
{
	command -v python3 >/dev/null || vios_lacks "no python3"
	vios_setup
	trap diff_cleanup EXIT
	vios_load sea && vios_load seatest || ktap_exit_fail_msg "cannot load sea and seatest"
	ip netns add seadiff || ktap_exit_fail_msg "no network namespaces"
	# As IPv6 says hello on every link
	ip netns exec seadiff sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
		echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null
}

# shellcheck disable=SC2086 # words on purpose
differential()
{
	ip netns exec seadiff python3 "$TESTS_DIR/sea/differential.py" seadiff $SIZE $SEED
}

ktap_print_header
diff_setup
results_of differential
echo "1..$((KTAP_TESTNO - 1))"
ktap_finished
