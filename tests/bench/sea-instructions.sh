#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lab: x86
# run: -c 1 -q -icount -q shift=0,sleep=off
# Of the benchmark "sea", what a short frame costs, in instructions: the lab's clock goes by
# them ("run" above), so that it does not matter what else the host does.  What an instruction
# takes, a clock has to say.  Medians: nothing else adds to it, and one round in many was seen
# 14 % low.
ROUNDS=${ROUNDS:-5} COUNT=${COUNT:-5000} TCP_ROUNDS=0 UNIT=instructions OF_100=50 \
	exec "$(dirname "$0")/sea.sh"
