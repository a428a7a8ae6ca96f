#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: unit
# time: 120
# The specification of the netlink family sea: by the schema of a newer kernel, and the
# same as the header the module is built with.
TESTS_DIR=${TESTS_DIR:-$(cd "$(dirname "$0")/.." && pwd -P)}
TOP=$(cd "$TESTS_DIR/.." && pwd -P)
. "$TESTS_DIR/lib/ktap.sh"

# Debian's, whose modules are packages
PYTHON=/usr/bin/python3
SPEC=$TOP/Documentation/netlink/specs/sea.yaml
HEADER=$TOP/include/uapi/linux/if_sea.h
TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT

ABI=$TOP/Documentation/ABI/testing

check()
{
	"$PYTHON" "$TESTS_DIR/unit/sea_yaml.py" "$1" "$HEADER" "$2" "$YNL/Documentation/netlink"
}

# found "TEXT" SED: a mistake in the specification is found, and told so
found()
{
	sed "$2" "$SPEC" >"$TMP/sea.yaml"
	! cmp -s "$SPEC" "$TMP/sea.yaml" || { ktap_print_msg "nothing changed: $2"; return 1; }
	check "$TMP/sea.yaml" "$ABI" >"$TMP/out"
	grep -q "^not ok .*$1" "$TMP/out" || { ktap_print_msg "not found: $2"; return 1; }
}

mistakes()
{
	found "SEA_A_STATS_REAL_LRO" 's/name: real-lro/name: real-lo/' &&
		found "SEA_A_DEV_PVID is u32" '/name: pvid$/,/type/s/u16/u32/' &&
		found "SEA_PORT_CTL" 's/trunk, ctl/ctl, trunk/' &&
		found "SEA_CMD_STATS_RESET" 's/name: stats-reset/name: reset-stats/' &&
		found "no set" 's/nested-attributes: vlan/nested-attributes: vlans/' &&
		found "no attribute clients" 's/ifname, client /ifname, clients /' &&
		found "schema.*flag" 's/flags: \[ admin-perm/flags: [ admin/' &&
		found "schema.*sort" 's/type: pad/sort: pad/'
}

undocumented()
{
	mkdir "$TMP/abi" && sed '/real_lro/d' "$ABI/ethtool-sea" >"$TMP/abi/ethtool-sea" &&
		sed 's/SEA_A_CLIENT_IDLE/SEA_A_CLIENT_IDLES/' "$ABI/netlink-sea" \
			>"$TMP/abi/netlink-sea" || return 1
	check "$SPEC" "$TMP/abi" >"$TMP/out"
	grep -q "^not ok the ABI.*real_lro" "$TMP/out" &&
		grep -q "^not ok the ABI.*SEA_A_CLIENT_IDLES" "$TMP/out"
}

ktap_print_header
YNL=$("$TESTS_DIR/lab/ynl.sh") || ktap_exit_fail_msg "no schema"
while IFS= read -r line; do
	case $line in
	"ok "*)		ktap_test_pass "${line#ok }" ;;
	"not ok "*)	ktap_test_fail "${line#not ok }" ;;
	*)		ktap_print_msg "$line" ;;
	esac
done < <(check "$SPEC" "$ABI" 2>&1)
ktap_test_result "mistakes are found" mistakes
ktap_test_result "a name that is not documented is found" undocumented
ktap_set_plan 9
ktap_finished
