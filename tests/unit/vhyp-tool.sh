#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: unit
#
# The program vhyp, on a directory that behaves as the kernel's configfs tree does
# (fakeconfigfs.c).  Needs no root, no module and no lab.
#
# The functions are called by ktap_test_result:
# shellcheck disable=SC2317

TOP=$(cd "$(dirname "$0")/../.." && pwd -P)
. "$TOP/tests/lib/ktap.sh"

ktap_print_header

for tool in make gcc pkg-config; do
	command -v "$tool" >/dev/null || ktap_skip_all "needs $tool"
done
pkg-config --exists jansson || ktap_skip_all "needs libjansson-dev"

TMP=$(mktemp -d) || ktap_exit_fail_msg "no temporary directory"
trap 'rm -rf "$TMP"' EXIT

BIN=$TMP/build/vhyp/vhyp
FAKE=$TMP/fakeconfigfs.so
UNITS=$TMP/prefix/lib/systemd/system
export VHYP_CONFIGFS=$TMP/configfs/vhyp
export VHYP_SAVE=$TMP/etc/vios/vhyp.json
export FAKE_FAIL=

PARTS=$VHYP_CONFIGFS/partitions
PAIRS=$VHYP_CONFIGFS/pairs

# Words that tests compare with
BY_TARGET="in use by a target"
UUID_A=0a0a0a0a-1111-4222-8333-444444444444
UUID_B=0b0b0b0b-1111-4222-8333-444444444444

# ---- helpers ----

# fake COMMAND...: as it would be on the kernel's tree
fake() { LD_PRELOAD=$FAKE "$@"; }

# A tree in which only the default partition is
new_tree()
{
	rm -rf "${TMP:?}/configfs"
	fake mkdir -p "$PARTS" "$PAIRS" &&
		fake mkdir "$PARTS/vios"
}

vhyp() { fake "$BIN" "$@" >"$TMP/out" 2>"$TMP/err"; }

# expect STATUS ARGUMENT...: run vhyp, and say what it said if the status is another
expect()
{
	local want=$1 got
	shift
	vhyp "$@"
	got=$?
	[ "$got" = "$want" ] && return 0
	ktap_print_msg "vhyp $*: status $got, expected $want"
	sed 's/^/# | /' "$TMP/out" "$TMP/err"
	return 1
}

# has FILE TEXT
has()
{
	grep -qF -- "$2" "$1" && return 0
	ktap_print_msg "expected: $2"
	sed 's/^/# | /' "$1"
	return 1
}

prints() { has "$TMP/out" "$1"; }
complains() { has "$TMP/err" "$1"; }

# What it does not complain of
silent_on()
{
	grep -qF -- "$1" "$TMP/err" || return 0
	ktap_print_msg "not expected: $1"
	sed 's/^/# | /' "$TMP/err"
	return 1
}

# value FILE TEXT: an attribute below the tree
value()
{
	[ "$(cat "$VHYP_CONFIGFS/$1")" = "$2" ] && return 0
	ktap_print_msg "$1 is $(cat "$VHYP_CONFIGFS/$1"), expected $2"
	return 1
}

# What is in a directory, on one line
content()
{
	local e
	for e in "${1:?}"/* "$1"/.[!.]*; do
		[ ! -e "$e" ] || echo -n "${e##*/} "
	done
}

is_content()
{
	[ "$(content "$1")" = "${2:+$2 }" ] && return 0
	ktap_print_msg "$1 contains: $(content "$1")"
	return 1
}

# fails LIST STATUS ARGUMENT...: expect, while writes fail as FAKE_FAIL says
fails()
{
	local ret
	FAKE_FAIL=$1
	shift
	expect "$@"
	ret=$?
	FAKE_FAIL=
	return "$ret"
}

# put VALUE FILE: write an attribute of a pair, which the shell does past the library
put()
{
	fake dd of="$PAIRS/$2" conv=notrunc status=none <<<"$1"
}

# is_refused COMMAND... "ERRNO TEXT"
is_refused()
{
	if LC_ALL=C "${@:1:$#-1}" >"$TMP/out" 2>"$TMP/err" ||
		! grep -qF -- "${*: -1}" "$TMP/err"; then
		ktap_print_msg "${*:1:$#-1}: expected ${*: -1}"
		sed 's/^/# | /' "$TMP/err"
		return 1
	fi
}

# Two partitions and three pairs, no two alike
populate()
{
	new_tree &&
		expect 0 partition add lpar1 id=7 uuid="$UUID_A" &&
		expect 0 partition add lpar2 &&
		expect 0 pair add disk1 client=lpar1 &&
		expect 0 pair add disk2 client=lpar2 server=lpar1 server_unit=30001000 \
			client_unit=0x30002000 window_size=1M max_rdma=64K zero_copy=0 \
			any_client=1 door=local &&
		expect 0 pair add none1 client=none &&
		expect 0 pair disable disk2
}

# ---- tests ----

# What tests/vhyp/configfs.sh sees of the kernel, and the other tests here rely on
t_tree()
{
	local bad=0
	new_tree && fake mkdir "$PAIRS/a" "$PARTS/x" || return 1
	value pairs/a/server/partition vios && value pairs/a/client/partition none &&
		value pairs/a/server/unit 30000002 && value pairs/a/client/unit 30000003 || bad=1
	is_refused fake mkdir "$PARTS/none" "Invalid argument" || bad=1
	is_refused fake mkdir "$PAIRS/$(printf 'x%.0s' {1..64})" "File name too long" || bad=1
	is_refused fake rmdir "$PARTS/vios" "Operation not permitted" || bad=1
	is_refused put "a b" a/client/partition "Invalid argument" || bad=1
	is_refused put "" a/server/partition "Invalid argument" || bad=1
	is_refused put none a/server/partition "Invalid argument" || bad=1
	is_refused put y a/client/partition "No such file or directory" || bad=1
	is_refused put "local x" a/door "Invalid argument" || bad=1
	is_refused put "64 M" a/window_size "Invalid argument" || bad=1
	is_refused put 30000003 a/server/unit "File exists" || bad=1
	is_refused put 123456789 a/server/unit "Numerical result out of range" || bad=1
	put 1 a/enable && is_refused put x a/client/partition "Device or resource busy" || bad=1
	echo 1 >"$PAIRS/a/in_use"
	is_refused put 0 a/enable "Device or resource busy" || bad=1
	is_refused fake rmdir "$PAIRS/a" "Device or resource busy" || bad=1
	return "$bad"
}

t_partition_add()
{
	new_tree &&
		expect 0 partition add lpar1 id=7 uuid="${UUID_A^^}" &&
		prints "partition lpar1: id 7, uuid $UUID_A" &&
		value partitions/lpar1/id 7 && value partitions/lpar1/uuid "$UUID_A" &&
		expect 0 partition add lpar2 && value partitions/lpar2/id 2
}

t_partition_refused()
{
	new_tree && expect 0 partition add lpar1 &&
		expect 1 partition add lpar1 && complains "exists already" &&
		expect 1 partition add lpar2 id=2 && complains "another partition has this number" &&
		is_content "$PARTS" "lpar1 vios"
}

t_partition_remove()
{
	new_tree && expect 0 partition add lpar1 && expect 0 pair add disk1 client=lpar1 &&
		expect 1 partition remove lpar1 && complains "in use by a pair" &&
		complains "pair disk1 names partition lpar1" &&
		expect 1 partition remove vios && complains "always there" &&
		silent_on "names partition" && expect 0 pair remove disk1 && expect 0 partition remove lpar1 &&
		expect 1 partition remove lpar1 && complains "does not exist" &&
		is_content "$PARTS" vios
}

t_pair_add()
{
	populate &&
		value pairs/disk1/server/partition vios && value pairs/disk1/server/unit 30000002 &&
		value pairs/disk1/client/partition lpar1 && value pairs/disk1/client/unit 30000003 &&
		value pairs/disk1/enable 1 && value pairs/disk1/zero_copy 1 &&
		value pairs/disk2/server/unit 30001000 && value pairs/disk2/client/unit 30002000 &&
		value pairs/disk2/server/partition lpar1 && value pairs/disk2/zero_copy 0 &&
		value pairs/disk2/any_client 1 && value pairs/disk2/window_size 1048576 &&
		value pairs/disk2/max_rdma 65536 && value pairs/disk2/enable 0 &&
		value pairs/none1/client/partition none
}

t_pair_prints_units()
{
	new_tree && expect 0 partition add lpar1 && expect 0 pair add disk1 client=lpar1 &&
		prints "pair disk1: server vios unit 30000002, client lpar1 unit 30000003"
}

# The kernel gives the new pair 30000002 and 30000003.
t_pair_swapped_units()
{
	new_tree && expect 0 partition add lpar1 &&
		expect 0 pair add disk1 client=lpar1 server_unit=30000003 client_unit=30000002 &&
		value pairs/disk1/server/unit 30000003 && value pairs/disk1/client/unit 30000002
}

# One is given, and it is the other end's: the other gets the lowest that is free.
t_pair_taken_over_units()
{
	new_tree && expect 0 partition add lpar1 &&
		expect 0 pair add a client=lpar1 server_unit=30000003 &&
		value pairs/a/server/unit 30000003 && value pairs/a/client/unit 30000002 &&
		expect 0 pair add b client=lpar1 client_unit=30000004 &&
		value pairs/b/server/unit 30000005 && value pairs/b/client/unit 30000004 &&
		expect 0 pair add c client=lpar1 server_unit=30000007 client_unit=30000010 &&
		value pairs/c/server/unit 30000007 && value pairs/c/client/unit 30000010 &&
		expect 1 pair add d client=lpar1 server_unit=40 client_unit=40 &&
		complains "in use by another adapter" && is_content "$PAIRS" "a b c"
}

# A signal waits until the pair is made, or gone again.
t_pair_signal()
{
	new_tree && expect 0 partition add lpar1 || return 1
	export FAKE_SIGNAL=pairs/a/client/partition
	expect 143 pair add a client=lpar1 && value pairs/a/enable 1 &&
		value pairs/a/client/partition lpar1 && is_content "$PARTS" "lpar1 vios" &&
		fake rmdir "$PAIRS/a" &&
		fails "pairs/a/enable=12" 143 pair add a client=lpar1 && is_content "$PAIRS" ""
	local ret=$?
	unset FAKE_SIGNAL
	return "$ret"
} 2>/dev/null	# the shell says "Terminated"

# Nobody reads the complaints: no half of a pair is left, and restore goes on.
t_no_reader()
{
	local pipe=$TMP/pipe read write
	mkfifo "$pipe" && exec {read}<>"$pipe" || return 1
	exec {write}>"$pipe" {read}<&-
	populate && expect 0 save && new_tree &&
		! FAKE_FAIL="pairs/disk1/enable=12" fake "$BIN" restore 2>&"$write" &&
		is_content "$PAIRS" "disk2 none1" && ! fake "$BIN" list 1>&"$write" 2>"$TMP/err" &&
		complains "cannot write the output"
	local ret=$?
	exec {write}>&-
	rm -f "$pipe"
	return "$ret"
}

# refused TEXT ERRNO ATTRIBUTE ARGUMENT...: pair add fails, says so, and leaves nothing
refused()
{
	local text=$1 list=${2:+pairs/bad/$3=$2} attr=$3
	shift 3
	fails "$list" 1 pair add bad "$@" && complains "pair bad: $attr" && complains "$text" &&
		is_content "$PAIRS" ""
}

t_pair_undo()
{
	new_tree && expect 0 partition add lpar1 &&
		refused "there is no such partition" "" client/partition client=lpar9 &&
		refused "there is no such door" "" door client=lpar1 door=vmm &&
		refused "a multiple of 4096 up to 1G" "" window_size client=lpar1 window_size=5000 &&
		refused "a multiple of 4096 up to 16M" "" max_rdma client=lpar1 max_rdma=32M &&
		refused "not enough memory" 12 enable client=lpar1 &&
		refused "come from its firmware" 95 enable client=lpar1 &&
		refused "too many pairs" 28 enable client=lpar1 &&
		refused "only root may change this" 13 zero_copy client=lpar1 zero_copy=1 &&
		refused "Input/output error" 5 any_client client=lpar1 any_client=0
}

t_pair_unit_taken()
{
	new_tree && expect 0 partition add lpar1 && expect 0 pair add disk1 client=lpar1 &&
		expect 1 pair add disk2 client=lpar1 server_unit=30000003 &&
		complains "server/unit 30000003 was refused: the unit address is in use" &&
		expect 1 pair add disk1 client=lpar1 && complains "exists already" &&
		is_content "$PAIRS" disk1
}

t_pair_busy()
{
	populate &&
		echo 1 >"$PAIRS/disk1/in_use" &&
		expect 1 pair remove disk1 && complains "$BY_TARGET" &&
		expect 1 pair disable disk1 && complains "$BY_TARGET" &&
		expect 0 pair enable disk1 && value pairs/disk1/enable 1 && expect 1 pair remove disk9 &&
		complains "does not exist" && expect 1 pair enable disk9 && complains "does not exist"
}

t_pair_enable()
{
	populate && expect 0 pair enable disk2 && value pairs/disk2/enable 1 &&
		expect 0 pair disable disk2 && value pairs/disk2/enable 0
}

t_list()
{
	populate && expect 0 list &&
		prints "vios       1   " && prints "lpar1      7   $UUID_A" &&
		prints "disk1  vios    30000002  unregistered  lpar1   30000003  unregistered  64M     no" &&
		prints "disk2  lpar1   30001000  disabled      lpar2   30002000  disabled      1M      no"
}

t_show()
{
	populate && echo 1 >"$PAIRS/disk1/in_use" && echo 42 >"$PAIRS/disk1/server/received" &&
		expect 0 show disk1 && prints "server/received   42" && prints "in_use            1" &&
		prints "window_size       67108864" && prints "client/overwrote  0" &&
		expect 1 show disk9 && complains "does not exist"
}

# json PYTHON-EXPRESSION: what the last command printed, as d
json()
{
	python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); assert eval(sys.argv[2])' \
		"$TMP/out" "$1" 2>"$TMP/trace" && return 0
	ktap_print_msg "not true: $1"
	sed 's/^/# | /' "$TMP/out"
	return 1
}

t_json()
{
	populate && echo 1 >"$PAIRS/disk1/in_use" && expect 0 list --json &&
		json '[p["name"] for p in d["pairs"]] == ["disk1", "disk2", "none1"]' &&
		json 'd["partitions"][0]["id"] == 7' &&
		json 'd["pairs"][1]["server"]["unit"] == "30001000"' &&
		json 'd["pairs"][1]["zero_copy"] is False and d["pairs"][1]["any_client"] is True' &&
		json 'd["pairs"][2]["client"]["partition"] is None' &&
		expect 0 show --json disk1 &&
		json 'd["in_use"] is True and d["server"]["received"] == 0' &&
		json 'd["client"]["state"] == "unregistered"'
}

t_save()
{
	populate && rm -rf "${TMP:?}/etc" && expect 0 save &&
		is_content "$TMP/etc/vios" vhyp.json &&
		[ "$(stat -c %a "$VHYP_SAVE")" = 600 ] && cp "$VHYP_SAVE" "$TMP/first" &&
		chmod 644 "$VHYP_SAVE" && expect 0 save && [ "$(stat -c %a "$VHYP_SAVE")" = 600 ] &&
		cmp "$VHYP_SAVE" "$TMP/first" && expect 0 save -f "$TMP/other" &&
		cmp "$TMP/other" "$TMP/first"
}

# A save that fails leaves the old file, and no other.
t_save_fails()
{
	populate && expect 0 save && cp "$VHYP_SAVE" "$TMP/first" &&
		mkdir -p "$TMP/dir/target" && expect 1 save -f "$TMP/dir/target" &&
		is_content "$TMP/dir" target && mkfifo "$TMP/dir/pipe" &&
		expect 1 save -f "$TMP/dir/pipe" && complains "not a regular file" &&
		[ -p "$TMP/dir/pipe" ] && echo nonsense >"$PAIRS/disk1/window_size" &&
		expect 1 save && complains "pair disk1: window_size is \"nonsense\"" &&
		is_content "$TMP/etc/vios" vhyp.json && cmp "$VHYP_SAVE" "$TMP/first"
}

# A link stays, what it leads to is replaced.
t_save_link()
{
	populate && expect 0 save && mkdir -p "$TMP/links" && echo old >"$TMP/links/file" &&
		ln -sf file "$TMP/links/link" && expect 0 save -f "$TMP/links/link" &&
		[ -L "$TMP/links/link" ] && cmp "$TMP/links/file" "$VHYP_SAVE" &&
		is_content "$TMP/links" "file link"
}

# What a restore would refuse is not saved: configfs takes more names than the tool.
t_save_names()
{
	new_tree && fake mkdir "$PAIRS/a b" && expect 1 save &&
		complains "expected a name without" && new_tree &&
		fake mkdir "$PAIRS/"$'\xff' && expect 1 save && complains "UTF-8" &&
		new_tree && fake mkdir "$PAIRS/.hidden" && expect 1 save &&
		complains "does not start with '.'" && expect 0 clear && is_content "$PAIRS" ""
}

t_round_trip()
{
	populate && echo "$UUID_B" >"$PARTS/vios/uuid" && expect 0 save &&
		cp "$VHYP_SAVE" "$TMP/first" && new_tree && expect 0 restore &&
		expect 0 save && cmp "$VHYP_SAVE" "$TMP/first" && value partitions/vios/uuid "$UUID_B" &&
		value pairs/disk1/enable 1 && value pairs/disk2/enable 0
}

# The file may give the number that the default partition has at the start to another,
# and the addresses that a new pair gets to its ends the other way round, or to others.
t_round_trip_crossed()
{
	new_tree && echo 5 >"$PARTS/vios/id" && expect 0 partition add lpar1 id=1 &&
		expect 0 pair add b client=lpar1 server_unit=30000005 client_unit=30000002 &&
		expect 0 pair add a client=lpar1 server_unit=30000004 client_unit=30000003 &&
		expect 0 pair add c client=lpar1 server_unit=30000007 client_unit=30000006 &&
		expect 0 save && cp "$VHYP_SAVE" "$TMP/first" && new_tree && expect 0 restore &&
		expect 0 save && cmp "$VHYP_SAVE" "$TMP/first"
}

t_restore_twice()
{
	populate && expect 0 save && cp "$VHYP_SAVE" "$TMP/first" && expect 0 restore &&
		[ ! -s "$TMP/err" ] && expect 0 restore && expect 0 save &&
		cmp "$VHYP_SAVE" "$TMP/first"
}

# What differs is reported and left alone; the rest is made.
t_restore_differs()
{
	populate && expect 0 save && expect 0 pair enable disk2 &&
		expect 0 pair remove none1 &&
		expect 0 pair add none1 client=lpar1 window_size=8M &&
		expect 0 pair remove disk1 &&
		echo 9 >"$PARTS/lpar1/id" && expect 1 restore &&
		complains "partition lpar1 exists and differs: id is 9, the file says 7" &&
		complains "pair disk2 exists and differs: enable is 1, the file says 0" &&
		complains "none1 exists and differs: window_size is 8388608, the file says 67108864" &&
		complains "none1 exists and differs: client/partition is lpar1, the file says none" &&
		value pairs/disk1/enable 1 && value pairs/none1/window_size 8388608
}

t_restore_goes_on()
{
	populate && expect 0 save && new_tree &&
		fails "pairs/disk1/enable=12" 1 restore && complains "not enough memory" &&
		is_content "$PAIRS" "disk2 none1" && expect 0 restore &&
		is_content "$PAIRS" "disk1 disk2 none1"
}

# The module is loaded when the tree is not there, and only for a file that is right.
t_restore_loads_module()
{
	populate && expect 0 save && mkdir -p "$TMP/bin" && cat >"$TMP/bin/modprobe" <<-END &&
		#!/bin/sh
		[ "\$*" = vhyp ] && mkdir -p "$PARTS" "$PAIRS" && mkdir "$PARTS/vios"
	END
	chmod +x "$TMP/bin/modprobe" && rm -rf "$TMP/configfs" &&
		PATH=$TMP/bin:$PATH expect 0 restore && is_content "$PAIRS" "disk1 disk2 none1" &&
		rm -rf "$TMP/configfs" && printf '#!/bin/sh\nexit 1\n' >"$TMP/bin/modprobe" &&
		PATH=$TMP/bin:$PATH expect 1 restore && complains "cannot be loaded" &&
		expect 1 list && complains "modprobe vhyp"
}

# malformed TEXT CONTENT: restore complains and changes nothing
malformed()
{
	printf '%s' "$2" >"$TMP/bad.json"
	expect 1 restore -f "$TMP/bad.json" && complains "bad.json" && complains "$1" &&
		is_content "$PARTS" vios && is_content "$PAIRS" ""
}

# with_pair MEMBERS: a file with one good partition, and a pair of these members
with_pair()
{
	printf '{"version":1,"partitions":[{"name":"lpar1","id":2,"uuid":"%s"}],"pairs":[{%s}]}' \
		"$UUID_A" "$1"
}

ENDS='"server":{"partition":"vios","unit":"30000002"},"client":{"partition":"lpar1","unit":"30000003"}'
FLAGS='"zero_copy":true,"any_client":false,"enable":true'
SIZES='"door":"local","window_size":4096,"max_rdma":4096'

t_malformed_syntax()
{
	new_tree && malformed "line 3" $'{"version": 1,\n"partitions": [],\n"pairs": [}' &&
		malformed "line 1" "" && malformed "expected an object" '[]' &&
		malformed "duplicate object key" '{"version":1,"version":1,"partitions":[],"pairs":[]}' &&
		expect 1 restore -f "$TMP/missing.json" && complains missing.json
}

t_malformed_types()
{
	new_tree &&
		malformed 'version 2 is not known' '{"version":2,"partitions":[],"pairs":[]}' &&
		malformed '"version" must be' '{"version":"1","partitions":[],"pairs":[]}' &&
		malformed '"pairs" must be an array' '{"version":1,"partitions":[],"pairs":{}}' &&
		malformed 'pairs[0]: expected an object' '{"version":1,"partitions":[],"pairs":[3]}' &&
		malformed 'pairs[0]: "enable" must be true or false' \
			"$(with_pair "\"name\":\"a\",$SIZES,${FLAGS/\"enable\":true/\"enable\":1},$ENDS")" &&
		malformed 'pairs[0]: "window_size" must be' \
			"$(with_pair "\"name\":\"a\",${SIZES/4096/-1},$FLAGS,$ENDS")" &&
		malformed 'pairs[0].server: "unit" must be a unit address' \
			"$(with_pair "\"name\":\"a\",$SIZES,$FLAGS,${ENDS/30000002/x}")" &&
		malformed 'pairs[0].server: "partition" must be a string' \
			"$(with_pair "\"name\":\"a\",$SIZES,$FLAGS,${ENDS/\"vios\"/null}")" &&
		malformed 'pairs[0].server: "unit" must be a string' \
			"$(with_pair "\"name\":\"a\",$SIZES,$FLAGS,${ENDS/\"30000002\"/2}")" &&
		malformed 'partitions[0]: "id" must be' \
			"{\"version\":1,\"partitions\":[{\"name\":\"p\",\"id\":65536,\"uuid\":\"$UUID_A\"}],\"pairs\":[]}" &&
		malformed 'partitions[0]: "uuid" must be' \
			'{"version":1,"partitions":[{"name":"p","id":2,"uuid":"0"}],"pairs":[]}'
}

t_malformed_keys()
{
	new_tree && malformed '"pairs" is missing' '{"version":1,"partitions":[]}' &&
		malformed 'pairs[0]: "client" is missing' \
			"$(with_pair "\"name\":\"a\",$SIZES,$FLAGS,${ENDS%%,\"client*}")" &&
		malformed 'pairs[0].client: "unit" is missing' \
			"$(with_pair "\"name\":\"a\",$SIZES,$FLAGS,${ENDS/,\"unit\":\"30000003\"/}")" &&
		malformed 'pairs[0]: unknown key "size"' \
			"$(with_pair "\"name\":\"a\",\"size\":1,$SIZES,$FLAGS,$ENDS")"
}

t_malformed_names()
{
	new_tree &&
		malformed "a name without '/'" "$(with_pair "\"name\":\"a/b\",$SIZES,$FLAGS,$ENDS")" &&
		malformed "does not start with '.'" "$(with_pair "\"name\":\"..\",$SIZES,$FLAGS,$ENDS")" &&
		malformed "1 to 63 bytes" "$(with_pair "\"name\":\"\",$SIZES,$FLAGS,$ENDS")" &&
		malformed "1 to 63 bytes" \
			"$(with_pair "\"name\":\"$(printf 'a%.0s' {1..64})\",$SIZES,$FLAGS,$ENDS")" &&
		malformed "a name without '/'" \
			"$(with_pair "\"name\":\"a\",$SIZES,$FLAGS,${ENDS/lpar1/x\/..\/y}")" &&
		malformed "partition p is there twice" \
			"$(printf '{"version":1,"partitions":[%s,%s],"pairs":[]}' \
				"{\"name\":\"p\",\"id\":2,\"uuid\":\"$UUID_A\"}" \
				"{\"name\":\"p\",\"id\":3,\"uuid\":\"$UUID_B\"}")"
}

# What could be made by halves only
t_malformed_twins()
{
	local other=${ENDS/30000002/30000004}
	new_tree &&
		malformed "partitions p and q have the same id 2" \
			"$(printf '{"version":1,"partitions":[%s,%s],"pairs":[]}' \
				"{\"name\":\"p\",\"id\":2,\"uuid\":\"$UUID_A\"}" \
				"{\"name\":\"q\",\"id\":2,\"uuid\":\"$UUID_B\"}")" &&
		malformed "server of pair a and client of pair a have the same unit 30000002" \
			"$(with_pair "\"name\":\"a\",$SIZES,$FLAGS,${ENDS/30000003/30000002}")" &&
		malformed "client of pair a and client of pair b have the same unit 30000003" \
			"$(with_pair "\"name\":\"a\",$SIZES,$FLAGS,$ENDS},{\"name\":\"b\",$SIZES,$FLAGS,$other")" &&
		malformed "pair a is there twice" \
			"$(with_pair "\"name\":\"a\",$SIZES,$FLAGS,$ENDS},{\"name\":\"a\",$SIZES,$FLAGS,$ENDS")"
}

t_clear()
{
	populate && echo 1 >"$PAIRS/disk1/in_use" && expect 1 clear &&
		complains "pair disk1 cannot be removed: it is $BY_TARGET" &&
		complains "partition lpar1 cannot be removed: it is in use by a pair" &&
		is_content "$PAIRS" disk1 && is_content "$PARTS" "lpar1 vios" &&
		echo 0 >"$PAIRS/disk1/in_use" && expect 0 clear && is_content "$PAIRS" "" && is_content "$PARTS" vios
}

t_usage()
{
	new_tree && expect 2 && expect 2 nonsense && expect 2 pair && expect 2 pair add &&
		expect 2 pair add disk1 && expect 2 pair add disk1 client=a/b &&
		expect 2 pair add disk1 client=a size=3 && expect 2 pair add disk1 lpar1 &&
		expect 2 pair add disk1 client=a window_size=12Q && complains "number of bytes" &&
		expect 2 pair add disk1 client=a window_size=99999999999G &&
		expect 2 pair add disk1 client=a zero_copy=yes && complains "0 or 1" &&
		expect 2 pair add disk1 client=a server_unit=123456789 &&
		expect 2 pair add disk1 client=a server=none &&
		expect 2 pair add ../x client=a && expect 2 pair remove .. &&
		expect 2 partition add none && expect 2 partition add a id=0 &&
		expect 2 partition add a id=65536 && expect 2 partition add a uuid=1 &&
		expect 2 partition remove a/b && expect 2 pair remove a b && expect 2 list extra &&
		expect 2 clear --json && expect 2 list -f x && expect 2 save -f &&
		expect 2 list --nonsense && is_content "$PAIRS" "" && is_content "$PARTS" vios
}

t_help()
{
	expect 0 --help && prints "usage: vhyp" && expect 0 --version && prints "vhyp (Open VIOS)" &&
		new_tree && "$BIN" list >/dev/full 2>"$TMP/err"
	[ $? = 1 ] && complains "cannot write"
}

t_build()
{
	[ ! -s "$TMP/log" ] || { sed 's/^/# | /' "$TMP/log"; return 1; }
	find "$TOP/tools/vhyp" -name '*.o' -o -name '*.service' -o -type f -perm -u+x >"$TMP/log"
	[ ! -s "$TMP/log" ] || { sed 's/^/# | /' "$TMP/log"; return 1; }
}

t_install()
{
	make -s -C "$TOP/tools" O="$TMP/build" PREFIX="$TMP/prefix" install >"$TMP/log" 2>&1 ||
		{ sed 's/^/# | /' "$TMP/log"; return 1; }
	[ -x "$TMP/prefix/sbin/vhyp" ] && [ -f "$TMP/prefix/share/man/man8/vhyp.8" ] &&
		has "$UNITS/vhyp-restore.service" "ExecStart=$TMP/prefix/sbin/vhyp restore"
}

# Both names of targetcli's unit come after the pairs; no cycle, nothing unknown.
t_units()
{
	local name
	for name in target rtslib-fb-targetctl; do
		printf '[Unit]\nDescription=%s\n[Service]\nType=oneshot\nExecStart=/bin/true\n' \
			"$name" >"$UNITS/$name.service"
		has "$UNITS/$name.service.d/vios.conf" \
			"After=vhyp-restore.service modprobe@ibmvscsis.service" || return 1
		SYSTEMD_UNIT_PATH="$UNITS:" systemd-analyze verify --man=no "$UNITS/$name.service" \
			"$UNITS/vhyp-restore.service" >"$TMP/verify" 2>&1 || return 1
		if [ -s "$TMP/verify" ]; then
			sed 's/^/# | /' "$TMP/verify"
			return 1
		fi
	done
	has "$UNITS/vhyp-restore.service" "Before=target.service rtslib-fb-targetctl.service"
}

# ---- all of it ----

if ! { make -s -C "$TOP/tools" O="$TMP/build" &&
	gcc -Wall -Wextra -Werror -O2 -shared -fPIC -o "$FAKE" "$TOP/tests/unit/fakeconfigfs.c"
} >"$TMP/log" 2>&1; then
	sed 's/^/# | /' "$TMP/log"
	ktap_exit_fail_msg "the tool cannot be built"
fi

ktap_set_plan 38
ktap_test_result "the build is silent and leaves the source tree clean" t_build
ktap_test_result "partition add" t_partition_add
ktap_test_result "partition add undoes what is refused" t_partition_refused
ktap_test_result "partition remove" t_partition_remove
ktap_test_result "pair add" t_pair_add
ktap_test_result "pair add prints the unit addresses" t_pair_prints_units
ktap_test_result "pair add gives each end the other's first address" t_pair_swapped_units
ktap_test_result "pair add gives one end the other's first address" t_pair_taken_over_units
ktap_test_result "pair add is not left half done by a signal" t_pair_signal
ktap_test_result "complaints that nobody reads stop nothing" t_no_reader
ktap_test_result "pair add undoes what is refused and says why" t_pair_undo
ktap_test_result "pair add refuses what is taken" t_pair_unit_taken
ktap_test_result "a pair in use is neither removed nor disabled" t_pair_busy
ktap_test_result "pair enable and disable" t_pair_enable
ktap_test_result "list" t_list
ktap_test_result "show" t_show
if command -v python3 >/dev/null; then
	ktap_test_result "JSON of list and show" t_json
else
	ktap_test_skip "JSON of list and show" "needs python3"
fi
ktap_test_result "save: mode, no other file, same again" t_save
ktap_test_result "save that fails leaves the old file" t_save_fails
ktap_test_result "save follows a link" t_save_link
ktap_test_result "save refuses names that restore would refuse" t_save_names
ktap_test_result "the tree behaves as the kernel's" t_tree
ktap_test_result "save and restore give the same file" t_round_trip
ktap_test_result "restore of crossed numbers and addresses" t_round_trip_crossed
ktap_test_result "restore of what is there changes nothing" t_restore_twice
ktap_test_result "restore reports differences and makes the rest" t_restore_differs
ktap_test_result "restore goes on after a failure" t_restore_goes_on
ktap_test_result "restore loads the module" t_restore_loads_module
ktap_test_result "malformed file: syntax" t_malformed_syntax
ktap_test_result "malformed file: types" t_malformed_types
ktap_test_result "malformed file: keys" t_malformed_keys
ktap_test_result "malformed file: names" t_malformed_names
ktap_test_result "malformed file: twins" t_malformed_twins
ktap_test_result "clear" t_clear
ktap_test_result "usage errors" t_usage
ktap_test_result "help, version, output that cannot be written" t_help
ktap_test_result "install" t_install
if command -v systemd-analyze >/dev/null; then
	ktap_test_result "unit files" t_units
else
	ktap_test_skip "unit files" "needs systemd-analyze"
fi
ktap_finished
