#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml x86
# time: 500
# LUNs and clients: every form, the last LUN alone, LUNs added and taken away, access
# lists, reservations of two clients of one disk, ALUA states.
. "$(dirname "$0")/../lib/vios.sh"
. "$(dirname "$0")/../lib/target.sh"
. "$(dirname "$0")/../lib/client.sh"

S=30000002
C=30000003
TPG=$TARGET_FABRIC/$S/tpgt_1

# The client's SCSI devices as host-less addresses, sorted: "0:31:31 "
devices()
{
	local d name list=()
	for d in "$VIO/$1"/host*/target*/[0-9]*; do
		[ -d "$d" ] || continue
		name=${d##*/}
		list+=("${name#*:}")
	done
	[ ${#list[@]} = 0 ] || printf '%s\n' "${list[@]}" | sort -V | tr '\n' ' '
}

has_devices() { [ "$(devices "$1")" = "$2" ]; }

# A fresh client: its driver bound again, so that it scans
client_restart()
{
	put /sys/bus/vio/drivers/vscsi/unbind "$1" && put /sys/bus/vio/drivers/vscsi/bind "$1"
}

# form FORM "LUN..." "DEVICES": the client finds just these
form()
{
	local n
	target_enable $S 0 && put "$TPG/attrib/lun_form" "$1" || return 1
	for n in $2; do
		target_lun $S "$n" d || return 1
	done
	target_enable $S 1 && client_restart $C &&
		wait_for 60 has_devices $C "$3" || {
		ktap_print_msg "found: $(devices $C)"
		return 1
	}
	for n in $2; do
		target_lun_remove $S "$n" || return 1
	done
}

sg_of()
{
	local d
	for d in "$VIO/$1"/host*/target*:"$2"/*/scsi_generic/sg*; do
		[ ! -d "$d" ] || { echo "/dev/${d##*/}"; return 0; }
	done
	return 1
}

# The command that follows on another LUN is told that the list has changed.
hot_add()
{
	local out sg
	target_lun $S 0 d && client_restart $C && wait_for 60 has_devices $C "0:0:0 " || return 1
	sg=$(sg_of $C 0:0)
	while ! sg_turs "$sg" >/dev/null 2>&1; do :; done
	target_lun $S 5 e && out=$(sg_raw "$sg" 00 00 00 00 00 00 2>&1)
	case $out in
	*"Reported luns data has changed"*) ;;
	*) ktap_print_msg "$out"; return 1 ;;
	esac
	client_scan $C && wait_for 60 has_devices $C "0:0:0 0:0:5 " || return 1
	target_lun_remove $S 5 && out=$(sg_raw "$sg" 00 00 00 00 00 00 2>&1)
	case $out in
	*"Reported luns data has changed"*) ;;
	*) ktap_print_msg "$out"; return 1 ;;
	esac
	# What is gone says so, and nothing else suffers.
	local gone
	gone=$(sg_of $C 0:0 | head -n 1)
	sg_turs "$gone" >/dev/null 2>&1
}

name_of() { cat "$VIO/$1/target/client"; }

# A list shows its client the LUNs that are mapped, under the numbers it says.
acl_masks()
{
	local name
	name=$(name_of $S)
	[ ${#name} = 32 ] || return 1
	target_enable $S 0 && target_lun $S 1 e && mkdir "$TPG/acls/$name" &&
		mkdir "$TPG/acls/$name/lun_7" && ln -s "$TPG/lun/lun_1" "$TPG/acls/$name/lun_7/x" &&
		target_enable $S 1 && client_restart $C && wait_for 60 has_devices $C "0:0:7 "
}

more_logins() { [ "$(<"$VIO/$S/target/logins")" -gt "$1" ]; }
last_error_is() { [ "$(<"$VIO/$S/target/last_error")" = "$*" ]; }

# The list goes: the session ends, and everything is seen again.
acl_removed()
{
	local name before
	name=$(name_of $S)
	before=$(cat $VIO/$S/target/logins)
	rm "$TPG/acls/$name/lun_7/x" && rmdir "$TPG/acls/$name/lun_7" "$TPG/acls/$name" &&
		wait_for 20 more_logins "$before" &&
		client_restart $C && wait_for 60 has_devices $C "0:0:0 0:0:1 "
}

# A list for somebody else: this client is refused, and the text says who.
acl_refuses()
{
	local name
	name=$(name_of $S)
	mkdir "$TPG/acls/00000000000000770000000000000077" && target_enable $S 0 &&
		target_enable $S 1 && wait_for 20 last_error_is \
		"login rejected: no access list for client $name" || {
		ktap_print_msg "$(cat $VIO/$S/target/{last_error,state})"
		return 1
	}
	[ "$(cat $VIO/$S/target/state)" != serving ] &&
		rmdir "$TPG/acls/00000000000000770000000000000077" && target_enable $S 0 &&
		target_enable $S 1 && client_restart $C && wait_for 60 has_devices $C "0:0:0 0:0:1 "
}

# Two clients of one disk
second_client()
{
	vhyp_pair q lpar2 && target_create 30000004 && target_lun 30000004 0 d &&
		target_enable 30000004 1 && wait_for 60 has_devices 30000005 "0:0:0 " &&
		A=$(sg_of $C 0:0) && A=${A%%$'\n'*} && B=$(sg_of 30000005 0:0) &&
		[ "$(name_of $S)" != "$(name_of 30000004)" ]
}

quiet() { local i; for i in 1 2 3 4; do sg_turs "$1" >/dev/null 2>&1 && return 0; done; return 1; }

sg_out()
{
	local out
	out=$(sg_persist -o "$@" 2>&1) || { ktap_print_msg "sg_persist -o $*: $out"; return 1; }
}

persistent()
{
	local keys
	quiet "$A" && quiet "$B" && sg_out -G -S aaaa "$A" && sg_out -G -S bbbb "$B" &&
		sg_out -R -K aaaa -T 1 "$A" || return 1
	# Write exclusive: the other may read and not write.
	sg_dd if="$B" of=/dev/null bs=512 count=1 >/dev/null 2>&1 || {
		ktap_print_msg "the other client cannot read"
		return 1
	}
	! sg_dd if=/dev/zero of="$B" bs=512 count=1 >/dev/null 2>&1 || {
		ktap_print_msg "the other client can write"
		return 1
	}
	keys=$(sg_persist -i -k "$B" 2>&1)
	case $keys in
	*0xaaaa*0xbbbb*|*0xbbbb*0xaaaa*) ;;
	*) ktap_print_msg "$keys"; return 1 ;;
	esac
	# They name two initiator ports, each partition and unit address.
	keys=$(sg_persist -i -s "$B" 2>&1)
	case $keys in
	*"$(name_of $S | cut -c25-32)"*) ;;
	*) ktap_print_msg "$keys" ;;
	esac
	# They outlive the client.
	client_restart $C && wait_for 60 has_devices $C "0:0:0 0:0:1 " && A=$(sg_of $C 0:0) &&
		A=${A%%$'\n'*} && quiet "$A" &&
		sg_persist -i -r "$B" 2>&1 | grep -q 'Key=0xaaaa\|Key: 0xaaaa\|0xaaaa' &&
		sg_out -C -K aaaa "$A" && quiet "$B"
}

# A reservation of SPC-2 is gone with its client.
reserve6()
{
	quiet "$A" && quiet "$B" && sg_raw "$A" 16 00 00 00 00 00 >/dev/null 2>&1 &&
		! sg_turs "$B" >/dev/null 2>&1 && client_restart $C &&
		wait_for 60 has_devices $C "0:0:0 0:0:1 " && quiet "$B"
}

# The client that comes back is told that its nexus was lost.
nexus_loss()
{
	local out
	quiet "$B" && target_enable 30000004 0 && target_enable 30000004 1 &&
		wait_for 20 target_is 30000004 serving && out=$(sg_raw "$B" 00 00 00 00 00 00 2>&1)
	case $out in
	*"nexus loss"*) return 0 ;;
	esac
	ktap_print_msg "$out"
	return 1
}

alua()
{
	local out group=$CORE_D/alua/default_tg_pt_gp
	quiet "$B" && put "$group/alua_access_state" 2 && sleep 0.2
	out=$(for i in 1 2 3; do sg_dd if="$B" of=/dev/null bs=512 count=1 2>&1; done)
	put "$group/alua_access_state" 0
	case $out in
	*"tandby"*|*"Not Ready"*|*"not ready"*) ;;
	*) ktap_print_msg "$out"; return 1 ;;
	esac
	quiet "$B" && sg_dd if="$B" of=/dev/null bs=512 count=1 >/dev/null 2>&1
}

ktap_print_header
command -v sg_persist >/dev/null || vios_lacks "no sg3-utils"
target_setup
target_create $S && target_backstore d rd_mcp 16 && target_backstore e rd_mcp 16 ||
	ktap_exit_fail_msg "cannot make the target"
target_backstore_path d && CORE_D=$REPLY
ktap_set_plan 14
ktap_test_result "sam: LUN 1023 alone is found" form sam "1023" "0:31:31 "
ktap_test_result "sam: LUNs of several targets" form sam "0 1 31 32 33 1000" \
	"0:0:0 0:0:1 0:0:31 0:1:0 0:1:1 0:31:8 "
ktap_test_result "vios: LUN n is target n" form vios "0 1 63 64" "0:0:0 0:1:0 0:63:0 "
ktap_test_result "flat: LUN n is LUN n" form flat "0 1 31 255" "0:0:0 0:0:1 0:0:31 0:0:255 "
ktap_test_result "flat: LUN 1000 is found in its longer form" form flat "0 1000" \
	"0:0:0 0:0:17384 "
target_enable $S 0
put "$TPG/attrib/lun_form" sam
target_enable $S 1
ktap_test_result "a LUN is added and taken away: unit attentions" hot_add
ktap_test_result "an access list masks and renumbers" acl_masks
ktap_test_result "without it everything is seen again" acl_removed
ktap_test_result "a list for another client refuses this one" acl_refuses
ktap_test_result "the same disk for a second client" second_client
ktap_test_result "persistent reservations are per client and outlive it" persistent
ktap_test_result "SPC-2 reservations do not outlive the client" reserve6
ktap_test_result "the client is told of the loss of its nexus" nexus_loss
ktap_test_result "an ALUA state is honoured" alua
ktap_finished
