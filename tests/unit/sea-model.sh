#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: unit
# The model of a SEA, which the module is compared with in a lab, has the examples right.
TESTS_DIR=${TESTS_DIR:-$(cd "$(dirname "$0")/.." && pwd -P)}
. "$TESTS_DIR/lib/ktap.sh"

ktap_print_header
command -v python3 >/dev/null || ktap_skip_all "needs python3"
ktap_set_plan 41
while IFS= read -r line; do
	case $line in
	"ok "*)		ktap_test_pass "${line#ok }" ;;
	"not ok "*)	ktap_test_fail "${line#not ok }" ;;
	*)		ktap_print_msg "$line" ;;
	esac
done < <("$TESTS_DIR/unit/sea_model.py" 2>&1)
ktap_finished
