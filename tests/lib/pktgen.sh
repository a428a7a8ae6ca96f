# SPDX-License-Identifier: GPL-2.0
# Frames by the kernel's own generator, pktgen, in network namespaces, and sinks that look
# whether each comes, once and in its turn (seanull.ko).  A flow is a device of pktgen's,
# "DEV@NAME".  Needs tests/lib/vios.sh.
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

# pktgen_us NETNS FLOW: how long it took, in microseconds
pktgen_us() { pktgen_result "$1" "$2" | sed -n 's/^.*OK: \([0-9]*\)(.*/\1/p'; }

# pktgen_setup: it is there.  A processor that was away for a while is then given all that
# came meanwhile, until pktgen_restore.
pktgen_setup()
{
	[ -d "$PKTGEN" ] || modprobe -q pktgen || vios_lacks "no pktgen"
	PKTGEN_BACKLOG=$(</proc/sys/net/core/netdev_max_backlog)
	put /proc/sys/net/core/netdev_max_backlog 500000
}

pktgen_restore() { put /proc/sys/net/core/netdev_max_backlog "$PKTGEN_BACKLOG"; }

# sink FLOW NETNS DEVICE: a new one, kFLOW, for what comes in there, as each run of a flow
# begins with number 1
sink()
{
	ip -n "$2" link set "$3" nomaster
	ip -n "$2" link del "k$1" 2>/dev/null
	ip -n "$2" link add "k$1" type seacheck && ip -n "$2" link set "$3" master "k$1"
}

# sink_vlan FLOW NETNS DEVICE VLAN: the VLAN device DEVICE.VLAN and its sink
sink_vlan()
{
	ip -n "$2" link add link "$3" name "$3.$4" up type vlan id "$4" && sink "$1" "$2" "$3.$4"
}

# seen NETNS FLOW: "RIGHT right, LOST lost, LATE late, OTHERS others"
seen()
{
	# shellcheck disable=SC2016 # the other shell's
	ip netns exec "$1" bash -c 'cd "/sys/class/net/k$1/statistics" && echo "$(<rx_packets) right," \
		"$(<rx_missed_errors) lost, $(<rx_frame_errors) late, $(<rx_errors) others"' seen "$2"
}
