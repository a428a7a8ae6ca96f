#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml
# time: 240
# The family "sea" of a SEA that runs, by the client for netlink specifications of a newer
# kernel, which knows nothing of it but Documentation/netlink/specs/sea.yaml.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/sea.sh"

SPEC=$TOP/Documentation/netlink/specs/sea.yaml
# prepare.sh of the lab leaves it there
YNL=$TOP/build/ynl

# It does not know what "pad" is, which kernels send that align 64 bits.
ynl()
{
	ip netns exec vios /usr/bin/python3 "$YNL/tools/net/ynl/cli.py" --no-schema --process-unknown \
		--spec "$SPEC" --output-json "$@"
}

# says EXPRESSION OPTION...: of Python, on the answer as d
says()
{
	local want=$1
	shift
	ynl "$@" >/tmp/ynl.$$ || { ktap_print_msg "fails: $*"; return 1; }
	/usr/bin/python3 -c "import json, sys; d = json.load(sys.stdin); sys.exit(not ($want))" \
		</tmp/ynl.$$ || { ktap_print_msg "$want: $(head -c 1000 /tmp/ynl.$$)"; return 1; }
}

dev()
{
	says "d['ifname'] == 'sea0' and d['dev'] == dict(d['dev'], pvid=1, trunks=3, active=3, up=1)" \
		--do dev-get --json '{"ifname": "sea0"}' &&
		says "[x['ifname'] for x in d] == ['sea0']" --dump dev-get
}

ports()
{
	says "{x['port']['ifname']: x['port']['role'] for x in d} == dict(r0='real', t0='trunk', t1='trunk')" \
		--dump port-get &&
		says "[x['port'].get('vlan') for x in d if x['port']['ifname'] == 't1'] ==
			[[dict(first=v, last=v) for v in (200, 205, 210)]]" --dump port-get
}

# A frame from a client, and what it is counted as
stats()
{
	local zero='{"ifname": "sea0"}'
	ynl --do stats-reset --json "$zero" >/dev/null &&
		says "not any(d['stats'].values())" --do stats-get --json "$zero" || return 1
	ip netns exec c0 /usr/bin/python3 -c "
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(('t0p', 0))
s.send(bytes.fromhex('020000000001' '0200000000c1' '81000064' '9000') + bytes(46))" || return 1
	says "{k: v for k, v in d['stats'].items() if v} == {'virt-received': 1,
		'virt-received-bytes': 60, 'virt-bridged': 1, 'real-transmitted': 1,
		'real-transmitted-bytes': 60}" --do stats-get --json "$zero" &&
		says "[x['stats']['virt-bridged'] for x in d] == [1]" --dump stats-get
}

clients()
{
	says "[(x['client']['mac'], x['client']['vid'], x['client']['from-frames']) for x in d] ==
		[('02:00:00:00:00:c1', 100, 1)]" --dump client-get
}

threads()
{
	seactl vios sea0 thread=1 nthreads=2 &&
		says "{x['thread']['id'] for x in d} == {0, 1}" --dump thread-get &&
		seactl vios sea0 thread=0
}

# It listens once it has read the specification, which takes as long as it takes.
events()
{
	local pid
	ynl --subscribe events --sleep 4 >/tmp/ynl.events & pid=$!
	while kill -0 $pid 2>/dev/null; do
		ip -n vios link add sea9 type sea && ip -n vios link del sea9 || return 1
		sleep 0.3
	done
	wait $pid
	grep -q '"created"' /tmp/ynl.events && grep -q '"deleted"' /tmp/ynl.events ||
		{ ktap_print_msg "$(head -c 1000 /tmp/ynl.events)"; return 1; }
}

ktap_print_header
sea_setup
[ -e "$YNL/tools/net/ynl/cli.py" ] || vios_lacks "no netlink client of a newer kernel"
sea_create && seactl vios sea0 accounting=1 || ktap_exit_fail_msg "cannot make a SEA"
ktap_set_plan 6
ktap_test_result "dev-get" dev
ktap_test_result "port-get" ports
ktap_test_result "stats-get, stats-reset" stats
ktap_test_result "client-get" clients
ktap_test_result "thread-get" threads
ktap_test_result "events" events
ktap_finished
