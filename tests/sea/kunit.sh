#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml debug
# time: 60
# Unit tests of sea.ko: what becomes of a frame, and the VLANs of trunks.
. "$(dirname "$0")/../lib/vios.sh"

ktap_print_header
vios_setup
kunit_run sea_kunit 1
ktap_finished
