#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: uml debug
# time: 180
# Unit tests of vhyp.ko: every hypervisor call in every state, from process context and
# with interrupts off under a raw spinlock.
. "$(dirname "$0")/../lib/vios.sh"

ktap_print_header
vios_setup
kunit_run vhyp_kunit 12
ktap_finished
