#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Show what there is, on any machine: boot a lab, connect two partitions, let messages
# and data cross, and draw what is connected to what.
set -eu -o pipefail
. "$(dirname "$0")/lab/lib.sh"

say "preparing the lab (the first time: packages, kernel, modules)"
"$LAB_DIR/prepare.sh" x86
say "booting"
exec "$LAB_DIR/run.sh" -n -t 300 -d "$TOP/build/lab/x86/demo" x86 -- "$TOP/tests/demo/guest.sh"
