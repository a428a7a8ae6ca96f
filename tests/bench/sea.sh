#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lab: uml
# time: 1800
# What a frame through a SEA costs, beside one through a bridge with VLAN filtering, and one
# through a forwarder that decides nothing, in turns, in one boot; then TCP.
#
#	pktgen or sink -- c ~~~~ t -- SEA, bridge or nothing -- r ~~~~ s -- sink or pktgen
#
# All is one processor's work, so that pktgen's time is that of the whole way; the sink must
# have had every frame.  The figures are 10th percentiles: what else the machine does can
# only add.  The own cost of a forwarder is its time less that of the one that decides
# nothing.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"
. "$TESTS_DIR/lib/pktgen.sh"

ROUNDS=${ROUNDS:-50}
COUNT=${COUNT:-50000}
TCP_ROUNDS=${TCP_ROUNDS:-15}	# 0: without TCP
UNIT=${UNIT:-ns}		# what a nanosecond of this machine's clock is
OF_100=${OF_100:-10}		# the percentile that is reported
NS=seabench
# acct: a SEA that counts for each client, in its turn
KINDS="sea acct bridge null"
DIRECTIONS=${DIRECTIONS:-out in}	# from the trunk, from the real adapter
CLIENT=02:00:00:00:00:c1
OUTSIDE=02:00:00:00:00:01
# The VLANs are VID_FIRST and so many after it
VID_FIRST=1001

in_ns() { ip netns exec "$NS" "$@"; }

make_cables()
{
	local k
	for k in $KINDS; do
		echo "link add c$k type veth peer name t$k"
		echo "link add r$k type veth peer name s$k"
		echo "link add k$k type seasink"
		echo "link add q$k type seasink"
		echo "link set s$k master k$k"; echo "link set c$k master q$k"
		echo "link set c$k up"; echo "link set t$k up"; echo "link set r$k up"
		echo "link set s$k up"; echo "link set k$k up"; echo "link set q$k up"
	done | ip -n "$NS" -batch -
}

make_sea()
{
	local k=$1
	ip -n "$NS" link add "b$k" type sea &&
		ip -n "$NS" link set "r$k" master "b$k" && ip -n "$NS" link set "t$k" master "b$k" &&
		seactl "$NS" "b$k" "r$k" role=real &&
		bridge -n "$NS" vlan add dev "t$k" vid 1 pvid untagged &&
		ip -n "$NS" link set "b$k" up
}

make_forwarders()
{
	make_sea sea && make_sea acct &&
		ip -n "$NS" link add bbridge type bridge vlan_filtering 1 mcast_snooping 0 &&
		ip -n "$NS" link set rbridge master bbridge &&
		ip -n "$NS" link set tbridge master bbridge && ip -n "$NS" link set bbridge up &&
		ip -n "$NS" link add bnull type seanull && ip -n "$NS" link set rnull master bnull &&
		ip -n "$NS" link set tnull master bnull && ip -n "$NS" link set bnull up
}

# N VLANs, as bridge wants them
vids() { [ "$1" = 1 ] && echo "$VID_FIRST" || echo "$VID_FIRST-$((VID_FIRST + $1 - 1))"; }

# set_vlans FROM TO: that many, instead of so many.  The bridge is told where who is.
set_vlans()
{
	local from=$1 to=$2 v
	if [ "$from" != 0 ]; then
		v=$(vids "$from")
		printf 'vlan del dev %s vid %s\n' tsea "$v" tacct "$v" tbridge "$v" rbridge "$v"
	fi
	[ "$to" != 0 ] || return 0
	v=$(vids "$to")
	printf 'vlan add dev %s vid %s\n' tsea "$v" tacct "$v" tbridge "$v" rbridge "$v"
	for ((v = VID_FIRST; v < VID_FIRST + to; v++)); do
		echo "fdb replace $OUTSIDE dev rbridge master static vlan $v"
		echo "fdb replace $CLIENT dev tbridge master static vlan $v"
	done
}

# From lines "KIND DIRECTION VLANS NANOSECONDS": what bench.sh reads, then a table
report_frames()
{
	awk -v unit="$UNIT" -v of="$OF_100" "$(<"$TESTS_DIR/lib/stats.awk")"'
		# The percentile that is asked for
		function which(n) { return int(n * of / 100) + 1 }
		function frame(what, kind,    a, i, n) {
			n = rounds[what, kind]
			for (i = 1; i <= n; i++)
				a[i] = ns[what, kind, i]
			sort(a, n)
			printf "bench: 64 bytes, %s, %s: %.1f %s (10%% %.1f, 90%% %.1f)\n",
			       what, kind, a[int(n / 2) + 1], unit, a[int(n / 10) + 1], a[n - int(n / 10)]
			return a[which(n)]
		}
		# Of these percentiles; 10% and 90% are those of neighbours
		function ratio(what, name, kind, pct,    a, i, n) {
			n = rounds[what, kind]
			for (i = 1; i <= n; i++)
				a[i] = ns[what, "bridge", i] / ns[what, kind, i]
			sort(a, n)
			printf "bench: 64 bytes, %s, %s: %.3f ratio (10%% %.3f, 90%% %.3f)\n", what, name,
			       pct["bridge"] / pct[kind], a[int(n / 10) + 1], a[n - int(n / 10)]
		}
		{
			what = sprintf("%s %d VLANs", $2, $3)
			if (!(what in seen)) {
				seen[what] = 1
				order[++cases] = what
			}
			ns[what, $1, ++rounds[what, $1]] = $4
		}
		END {
			split("sea acct bridge null", kinds, " ")
			for (i = 1; i <= cases; i++) {
				what = order[i]
				row[i] = ""
				for (k = 1; k <= 4; k++) {
					pct[kinds[k]] = frame(what, kinds[k])
					row[i] = row[i] sprintf("%9.1f", pct[kinds[k]])
				}
				ratio(what, "bridge/sea", "sea", pct)
				own = (pct["sea"] - pct["null"]) / (pct["bridge"] - pct["null"])
				row[i] = row[i] sprintf("%12.2f%12.2f", pct["bridge"] / pct["sea"], own)
			}
			printf "\n%-26s%9s%9s%9s%9s%12s%12s\n", unit " a frame, " of "%", "sea", "acct", "bridge",
			       "null", "bridge/sea", "own cost"
			for (i = 1; i <= cases; i++)
				printf "%-26s%s\n", order[i], row[i]
			print "own cost: (sea - null) / (bridge - null); acct: sea with accounting 1"
		}'
}

frames()
{
	local vlans last=0
	for vlans in 1 16 320; do
		set_vlans "$last" "$vlans" | bridge -n "$NS" -batch - || return 1
		last=$vlans
		# shellcheck disable=SC2086 # words
		in_ns python3 "$TESTS_DIR/bench/sea_frames.py" "$NS" "$vlans" "$VID_FIRST" "$ROUNDS" \
			"$COUNT" "$CLIENT" "$OUTSIDE" $KINDS -- $DIRECTIONS || return 1
		echo "# $vlans VLANs: $ROUNDS rounds" >&2
	done
	set_vlans "$last" 0 | bridge -n "$NS" -batch -
}

# The ends of the cables go to namespaces of their own, and get addresses in a VLAN.
tcp_ends()
{
	local k n=0 addr
	ip netns add "$NS-c" && ip netns add "$NS-o" && set_vlans 0 1 | bridge -n "$NS" -batch - ||
		return 1
	for k in sea bridge null; do
		n=$((n + 1))
		addr=10.77.$n
		ip -n "$NS" link set "s$k" nomaster &&
			ip -n "$NS" link set "c$k" nomaster && ip -n "$NS" link set "s$k" netns "$NS-o" &&
			ip -n "$NS" link set "c$k" netns "$NS-c" && tcp_end "$NS-c" "c$k" "$addr.1" &&
			tcp_end "$NS-o" "s$k" "$addr.2" || return 1
		TCP_KINDS+=("$k=$addr.2")
	done
}

tcp_end()
{
	ip -n "$1" link set "$2" up && ip -n "$1" link add link "$2" name v"$2" type vlan \
		id "$VID_FIRST" && ip -n "$1" link set v"$2" up && ip -n "$1" addr add "$3/24" dev v"$2"
}

tcp()
{
	TCP_KINDS=()
	tcp_ends && python3 "$TESTS_DIR/bench/sea_tcp.py" "$TCP_ROUNDS" "$NS-c" "$NS-o" \
		"${TCP_KINDS[@]}"
}

bench_cleanup()
{
	local ns
	pktgen_restore
	for ns in "$NS" "$NS-c" "$NS-o"; do
		[ ! -e "/run/netns/$ns" ] || ip netns del "$ns"
	done
	vios_cleanup
}

vios_setup
pktgen_setup
trap bench_cleanup EXIT
vios_load sea && vios_load seanull || exit 1
ip netns add "$NS" || exit 1
in_ns sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
	echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null
make_cables && make_forwarders || exit 1
frames >/tmp/frames.$$ || exit 1
report_frames </tmp/frames.$$
[ "$TCP_ROUNDS" = 0 ] || tcp
