#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml debug
# time: 60
# Unit tests of the target: its codec (literal bytes, malformed units, random ones), its pool.
. "$(dirname "$0")/../lib/vios.sh"

ktap_print_header
vios_setup
modprobe -q scsi_common
kunit_run ibmvscsis_kunit 2
ktap_finished
