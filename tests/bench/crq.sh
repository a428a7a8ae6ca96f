#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lab: uml
# What the hypervisor calls of vhyp cost: rounds of each, interleaved, in one boot.
. "$(dirname "$0")/../lib/vios.sh"

vios_setup
vios_load vhyp && vhyp_pair p lpar1 || exit 1
vios_load crqtest test=bench count="${ROUNDS:-400}" || exit 1
rmmod crqtest
dmesg | sed -n 's/^.*crqtest: \(bench: .*\)/\1/p'
