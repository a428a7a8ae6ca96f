# SPDX-License-Identifier: GPL-2.0
# A SEA and what is around it, in network namespaces; for tests that load sea.ko.
# shellcheck shell=bash
#
#      c0            c1                vios                      out
#   ┌───────┐     ┌───────┐     ┌─────────────────────┐       ┌───────┐
#   │  t0p ─┼─────┼───────┼─────┼─ t0  ┐              │       │       │
#   │       │     │  t1p ─┼─────┼─ t1  ┴─ sea0 ── r0 ─┼───────┼─ r1   │
#   └───────┘     └───────┘     └─────────────────────┘       └───────┘
#   clients of trunk 0, which has PVID 1 and VLANs 100 and 110, and of trunk 1, which has
#   PVID 2 and VLANs 200, 205 and 210; trunk 0 is the default one.  Nobody speaks unasked.

SEA_NS="vios out c0 c1"

seactl() { "$TESTS_DIR/lib/seactl.py" "$@"; }
vios() { ip netns exec vios "$@"; }

sea_netns()
{
	local ns
	for ns in $SEA_NS; do
		ip netns add "$ns" || return 1
		# As IPv6 says hello on every link
		ip netns exec "$ns" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
			echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null
	done
}

# sea_cable DEV NETNS PEER: a cable from vios
sea_cable()
{
	printf 'link %s\n' "add $1 type veth peer name $3 netns $2" "set $1 up" |
		ip -n vios -batch - && ip -n "$2" link set "$3" up
}

sea_cables()
{
	sea_cable r0 out r1 && sea_cable t0 c0 t0p && sea_cable t1 c1 t1p
}

# sea_create [OPTION=VALUE...]: the SEA of the picture, up
sea_create()
{
	printf 'link %s\n' "add sea0 type sea" "set r0 master sea0" "set t0 master sea0" \
		"set t1 master sea0" | ip -n vios -batch - &&
		seactl vios sea0 "$@" r0 role=real &&
		printf 'vlan add dev %s vid %s\n' t0 "1 pvid untagged" t0 100 t0 110 \
			t1 "2 pvid untagged" t1 200 t1 205 t1 210 | bridge -n vios -batch - &&
		ip -n vios link set sea0 up
}

# VLAN devices at the far ends, to send tags that are not in the frame
sea_far_vlans()
{
	sea_vlan_devices out r1 && sea_vlan_devices c0 t0p && sea_vlan_devices c1 t1p
}

# sea_vlan_devices NETNS DEV
sea_vlan_devices()
{
	printf "link add link $2 name $2.%s up type vlan id %s\n" 1 1 100 100 200 200 205 205 \
		210 210 300 300 | ip -n "$1" -batch -
}

# And on the SEA: one of a VLAN a trunk has, one that no trunk has
sea_near_vlans()
{
	ip -n vios link add link sea0 name sea0.210 up type vlan id 210 &&
		ip -n vios link add link sea0 name sea0.400 up type vlan id 400
}

# sea_stat NAME [SEA]: a counter of sea0, or another, as ethtool shows it
sea_stat() { vios ethtool -S "${2:-sea0}" | awk -v name="$1:" '$1 == name { print $2 }'; }

sea_stat_is() { [ "$(sea_stat "$1")" = "$2" ]; }

# sea_balanced [lossless [SEA]]: what came into sea0, or another, went out or was dropped; with
# "lossless" nothing was dropped.
sea_balanced()
{
	vios ethtool -S "${2:-sea0}" | awk -v lossless="${1:-}" '
		{ sub(":", "", $1); n[$1] = $2 }
		END {
			split("real virt", side, " ")
			for (i = 1; i <= 2; i++) {
				s = side[i]
				out = n[s "_bridged"] + n[s "_consumed_only"] + n[s "_dropped"]
				if (n[s "_received"] == out && (lossless == "" || !n[s "_dropped"]))
					continue
				print "# " s ": " n[s "_received"] " received, " n[s "_bridged"] \
				      " bridged, " n[s "_dropped"] " dropped"
				bad = 1
			}
			exit bad
		}'
}

# /dev/net/tun, where it is a module
sea_tun() { [ -e /dev/net/tun ] || modprobe -q tun; }

sea_setup()
{
	command -v python3 >/dev/null || vios_lacks "no python3"
	vios_setup
	trap sea_cleanup EXIT
	vios_load sea || ktap_exit_fail_msg "cannot load sea"
	sea_tun
	sea_netns && sea_cables || ktap_exit_fail_msg "cannot make the network"
}

sea_netns_remove()
{
	local ns
	for ns in $SEA_NS; do
		[ ! -e "/run/netns/$ns" ] || ip netns del "$ns"
	done
}

sea_cleanup()
{
	sea_netns_remove
	vios_cleanup
}

# Where "make install" of the lab put the plug-ins of ip, unless the host has them
sea_plugins()
{
	local f
	for f in "$TOP"/build/tools/root/usr/lib/{*/,}ip/link_sea.so; do
		if [ -e "$f" ]; then
			export IP_LIB_DIR="${f%/*}"
			return
		fi
	done
}

# refused "TEXT" COMMAND...: it fails, and says so
refused()
{
	local want=$1 out
	shift
	if out=$("$@" 2>&1); then
		ktap_print_msg "not refused: $*"
		return 1
	fi
	case $out in
	*"$want"*) ;;
	*)	ktap_print_msg "said '$out', expected '$want': $*"
		return 1
		;;
	esac
}

# results_of COMMAND...: its lines "ok TEXT" and "not ok TEXT: WHY" are results
results_of()
{
	local line rest=1
	while IFS= read -r line; do
		case $line in
		"ok "*)		ktap_test_pass "${line#ok }" ;;
		"not ok "*)	ktap_test_fail "${line#not ok }" ;;
		"end 0")	rest=0 ;;
		*)		ktap_print_msg "$line" ;;
		esac
	done < <("$@" 2>&1; echo "end $?")
	ktap_test_result "$(basename "$1") came to its end" [ $rest = 0 ]
}
