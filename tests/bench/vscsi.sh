#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lab: uml
# What a disk over the virtual SCSI target costs: the same backstore there and behind
# tcm_loop, the kernel's own target without a transport, in turns, in one boot.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"

ROUNDS=${ROUNDS:-21}
MS=${MS:-300}
# RW BYTES DEPTH
CASES=("randread 4096 1" "randread 4096 32" "read 131072 8" "write 131072 8")

# load DEVICE RW BYTES DEPTH: one round; the kernel log has what came of it
load()
{
	insmod "$BIOLOAD" dev="$1" rw="$2" bs="$3" depth="$4" ms="$MS" && rmmod bioload
}

# From lines "DEVICE RW BYTES DEPTH ios=N us=T" in the order they were made: what
# bench.sh reads, then a table.  A round's ratio is that of two neighbours.
report()
{
	awk -v vscsi="$VSCSI" "$(<"$TESTS_DIR/lib/stats.awk")"'
		function speed(name, bytes) {
			bench(name, "iops", "%d")
			return sprintf("%10d %9.1f", mid, mid * bytes / 1048576)
		}
		function ratio(name) {
			bench(name, "ratio", "%.3f")
			return sprintf("%8.2f (%.2f to %.2f)", mid, low, high)
		}
		{
			name = sprintf("%s %d KiB depth %d", $2, $3 / 1024, $4)
			split($5, ios, "=")
			split($6, us, "=")
			iops = ios[2] * 1000000 / us[2]
			if (!(name in size))
				order[++cases] = name
			size[name] = $3
			if ($1 == vscsi) {
				before = iops
				add(name " vscsi", iops)
			} else {
				add(name " loop", iops)
				add(name " vscsi/loop", before / iops)
			}
		}
		END {
			for (i = 1; i <= cases; i++) {
				name = order[i]
				row[i] = speed(name " vscsi", size[name])
				row[i] = row[i] speed(name " loop", size[name])
				row[i] = row[i] ratio(name " vscsi/loop")
			}
			printf "\n%-24s%20s%20s%8s\n", "", "vscsi", "loop", "ratio"
			printf "%-24s%10s %9s%10s %9s        %s\n", "medians",
			       "IOPS", "MiB/s", "IOPS", "MiB/s", "(10% to 90%)"
			for (i = 1; i <= cases; i++)
				printf "%-24s%s\n", order[i], row[i]
		}'
}

target_setup
target_backstore vscsi rd_mcp 64 && target_backstore loop rd_mcp 64 || exit 1
target_create 30000002 && target_lun 30000002 0 vscsi && target_enable 30000002 1 ||
	exit 1
loopback_create 1 loop || exit 1
VSCSI=$(client_disk 30000003 0) && LOOP=$(loopback_disks 1) || exit 1
BIOLOAD=$(vios_module_file bioload)

for ((round = 0; round < ROUNDS; round++)); do
	for c in "${CASES[@]}"; do
		# shellcheck disable=SC2086 # words on purpose
		load "$VSCSI" $c || exit 1
		# shellcheck disable=SC2086
		load "$LOOP" $c || exit 1
	done
done
dmesg | sed -n 's/^.*bioload: \(.* ios=.*\)/\1/p' | report
