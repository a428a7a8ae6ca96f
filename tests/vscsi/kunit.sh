#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml debug
# time: 60
# Unit tests of vscsi.ko: what it writes and how it reads, byte for byte.
. "$(dirname "$0")/../lib/vios.sh"

ktap_print_header
vios_setup
kunit_run vscsi_kunit 1
ktap_finished
