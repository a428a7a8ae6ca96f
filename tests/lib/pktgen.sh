# SPDX-License-Identifier: GPL-2.0
# Frames by the kernel's own generator, pktgen, in network namespaces.  A flow is one of its
# devices, "DEV@NAME".
# shellcheck shell=bash

PKTGEN=/proc/net/pktgen

# pktgen_put NETNS FILE LINE...: each a write of its own, in one process
pktgen_put()
{
	local ns=$1 file=$PKTGEN/$2
	shift 2
	# shellcheck disable=SC2016 # the other shell's
	ip netns exec "$ns" bash -c 'f=$1; shift; for l; do echo "$l" >"$f" || exit 1; done' \
		pktgen "$file" "$@"
}

# pktgen_flow NETNS CPU FLOW LINE...: one more, with these settings
pktgen_flow()
{
	local ns=$1 cpu=$2 flow=$3
	shift 3
	pktgen_put "$ns" "kpktgend_$cpu" "add_device $flow" &&
		pktgen_put "$ns" "$flow" "pkt_size 60" "delay 0" "$@"
}

# pktgen_clear NETNS CPU
pktgen_clear() { pktgen_put "$1" "kpktgend_$2" rem_device_all; }

# pktgen_run NETNS...: all their flows, until all are through
pktgen_run()
{
	local ns pid pids=()
	for ns; do
		pktgen_put "$ns" pgctrl start & pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || return 1
	done
}

pktgen_stop() { local ns; for ns; do pktgen_put "$ns" pgctrl stop; done; }

# pktgen_result NETNS FLOW: what it says
pktgen_result() { ip netns exec "$1" cat "$PKTGEN/$2"; }

# pktgen_sent NETNS FLOW: how many frames, in $REPLY; not if some could not be sent
pktgen_sent()
{
	local text=' '
	text+=$(pktgen_result "$1" "$2" | tr -s ' \n' ' ')
	REPLY=${text#*pkts-sofar: }
	REPLY=${REPLY%% *}
	[ "${text#*errors: 0 }" != "$text" ]
}
