#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml debug
# time: 60
# Unit tests of crq.ko: element layout, ring, interrupt pattern, retry.
. "$(dirname "$0")/../lib/vios.sh"

ktap_print_header
vios_setup
kunit_run crq_kunit 1
ktap_finished
