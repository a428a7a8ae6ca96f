#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lab: ppc64le
# time: 3000
# run: -c 1 -q -icount -q shift=0,sleep=off
# The kernel's own server and this one in a pseries guest, in turns in one boot: the same
# client (the kernel's own), adapter, hypervisor (phypsim.ko) and backstore.  What a 4 KiB
# request costs in hypervisor calls, what an adapter with a client costs in memory and in
# its DMA window, what a user gets.  All of that with the property
# ibm,max-virtual-dma-size, whose bytes the kernel's server takes in the wrong order, and
# without.
#
# A pseries guest is emulated, so what its clock says of speed says something of the host.
# The lab's clock goes by instructions ("run" above): what a user gets is what all of the
# way costs in instructions, which is the same on any host, busy or not.
#
# A hypervisor's call is more than the function of the stand-in, which costs about a
# thousand instructions.  What it is on a machine nobody here knows: some cases are done
# again with calls that take CALL_NS more.
#
#	C=glob		only these cases
#	MS=n		each for so long
#	PROFILE=1	one round, for tests/bench/profile
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"
. "$TESTS_DIR/lib/phypsim.sh"
. "$TESTS_DIR/lib/papr.sh"

ROUNDS=${ROUNDS:-3}
MS=${MS:-300}
CALL_NS=${CALL_NS:-1000}
DMA_SIZE=131072
RAW=/tmp/raw
MORE=4
# NAME RW BYTES DEPTH JOBS [AT_ONCE], of fio; AT_ONCE: so many are handed in with one call,
# and all that are done are taken.  One by one, as fio does of itself, a guest of one processor
# is done with a request before it hands in the next: "_depth" is what the disk saw.
CASES=(
	"read_4k_d1_j1 randread 4k 1 1"
	"read_4k_d1_j4 randread 4k 1 4"
	"read_4k_d32_j1 randread 4k 32 1"
	"read_4k_d32_j4 randread 4k 32 4"
	"write_4k_d1_j1 randwrite 4k 1 1"
	"write_4k_d1_j4 randwrite 4k 1 4"
	"write_4k_d32_j1 randwrite 4k 32 1"
	"write_4k_d32_j4 randwrite 4k 32 4"
	"read_4k_d32_j1_b16 randread 4k 32 1 16"
	"write_4k_d32_j1_b16 randwrite 4k 32 1 16"
	"read_1m_d4_j1 read 1m 4 1"
	"write_1m_d4_j1 write 1m 4 1"
)

# value NAME UNIT NUMBER: a line of the raw results
value() { echo "$PROPERTY $VIOS_SERVER $1 $2 $3" >>$RAW; }

# property with|without: of /vdevice, before a server looks
property()
{
	if [ "$1" = with ]; then
		sim_property /vdevice ibm,max-virtual-dma-size "$(sim_cells $DMA_SIZE)"
	else
		sim_property_remove /vdevice ibm,max-virtual-dma-size
	fi
}

# In KiB.  MemFree is without the free pages each processor has for itself: of 64 KiB each,
# they are many MiB.
free_memory()
{
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 0.3
	awk -v page="$(getconf PAGESIZE)" '
		/^MemFree:/ { free = $2 }
		$1 == "count:" { own += $2 }
		END { print free + own * page / 1024 }' /proc/meminfo /proc/zoneinfo
}

logged_in_since()
{
	local REPLY
	papr_logins "$1"
	[ "$REPLY" -gt "$2" ]
}

# begin_server SERVER CLIENT [BACKSTORE]: until the client has logged in
begin_server()
{
	local REPLY logins
	papr_logins "$2"
	logins=$REPLY
	target_create "$1" && { [ -z "${3:-}" ] || target_lun "$1" 0 "$3"; } &&
		target_enable "$1" 1 && wait_for 60 logged_in_since "$2" "$logins"
}

# From no server to one with a client logged in.  For a while there are more, so that what
# an adapter takes of memory can be told from what just happens meanwhile.
start_server()
{
	local before i
	before=$(free_memory)
	papr_load_server && begin_server "$SIM_SERVER" "$SIM_CLIENT" disk || return 1
	value window kib "$(awk -v unit="$SIM_SERVER" '$1 == unit { print $5 / 1024 }' "$SIM"/dma)"
	for ((i = 0; i < MORE; i++)); do
		begin_server "${MORE_SERVER[i]}" "${MORE_CLIENT[i]}" || return 1
	done
	value memory kib $(((before - $(free_memory)) / (MORE + 1)))
	for ((i = 0; i < MORE; i++)); do
		target_remove "${MORE_SERVER[i]}" || return 1
	done
}

# Nobody uses the disk; the client waits for the next server.
stop_server()
{
	target_remove "$SIM_SERVER" && rmdir "$TARGET_FABRIC" && rmmod ibmvscsis
}

find_disk()
{
	local REPLY
	client_has_disk "$SIM_CLIENT" 0 || client_scan "$SIM_CLIENT"
	wait_for 30 client_has_disk "$SIM_CLIENT" 0 && client_has_disk "$SIM_CLIENT" 0 || return 1
	DISK=$REPLY
	# The client's limit; it begins with 16.
	put "/sys/block/${DISK##*/}/device/queue_depth" 64
}

# fio_job NAME RW BYTES DEPTH JOBS [AT_ONCE]: a case's output is added to /tmp/fio.out
fio_job()
{
	local options=("--name=$1" "--rw=$2" "--bs=$3" "--iodepth=$4" "--numjobs=$5")
	[ -z "${6:-}" ] || options+=("--iodepth_batch=$6" "--iodepth_batch_complete_max=$4")
	fio --filename="$DISK" --ioengine=libaio --direct=1 --thread --group_reporting \
		--time_based --runtime="${MS}ms" --randrepeat=0 "${options[@]}" \
		--output-format=terse --output=/tmp/fio.case >/dev/null 2>&1 &&
		cat /tmp/fio.case >>/tmp/fio.out
}

# waited: milliseconds that requests to the disk took, all of them together
waited() { awk '{ print $11 }' "/sys/block/${DISK##*/}/stat"; }

phase_begins()
{
	cat /proc/kallsyms >"/lab/symbols.$1"
	echo "$1" >/lab/phase
}

# What was done in all: requests per second and milliseconds, of reads and of writes
phase_ends()
{
	echo >/lab/phase
	awk -F';' 'NF > 49 { sum += ($8 * $9 + $49 * $50) / 1000 } END { print sum }' /tmp/fio.out >"/lab/requests.$1"
}

# user_load GLOB SUFFIX: cases, in the results with a suffix
user_load()
{
	local c name rest before done=
	[ -z "${PROFILE:-}" ] || phase_begins "$VIOS_SERVER-$PROPERTY$2"
	: >/tmp/fio.out
	for c in "${CASES[@]}"; do
		read -r name rest <<<"$c"
		# shellcheck disable=SC2254 # a pattern on purpose
		case $name in
		$1) ;;
		*) continue ;;
		esac
		before=$(waited)
		# shellcheck disable=SC2086 # words of the case
		fio_job "$name" $rest || return 1
		value "$name$2" iops "$(awk -F';' 'NF > 49 { print $8 + $49 }' /tmp/fio.case)"
		value "$name$2_depth" requests "$(awk "BEGIN { print ($(waited) - $before) / $MS }")"
		done=1
	done
	[ -n "$done" ] || { echo "no such case: $1"; return 1; }
	[ -z "${PROFILE:-}" ] || phase_ends "$VIOS_SERVER-$PROPERTY$2"
}

# The same with calls that cost more
costly_calls()
{
	local ns=/sys/module/phypsim/parameters/call_ns status
	[ -z "${PROFILE:-}" ] || return 0
	put $ns "$CALL_NS" || return 1
	user_load "${C:-*_4k_d32_*}" "_${CALL_NS}ns"
	status=$?
	put $ns 0
	return $status
}

# hypercalls NAME RW DEPTH: of each kind, for one request
hypercalls()
{
	local before after ios call n
	[ -z "${PROFILE:-}" ] || return 0
	before=$(server_calls)
	insmod "$BIOLOAD" dev="$DISK" rw="$2" bs=4096 depth="$3" ms="$MS" && rmmod bioload ||
		return 1
	after=$(server_calls)
	ios=$(dmesg | sed -n 's/^.*bioload: .* ios=\([0-9]*\) .*/\1/p' | tail -n 1)
	while read -r call n; do
		value "calls_$1_d$3.$call" calls "$n"
	done < <(printf '%s\n' "$before" "$after" | awk -v ios="$ios" '
		NR == 1 { for (i = 1; i <= NF; i++) { split($i, a, "="); was[a[1]] = a[2] } }
		NR == 2 {
			for (i = 1; i <= NF; i++) {
				split($i, a, "=")
				n = (a[2] - was[a[1]]) / ios
				sum += n
				printf "%s %.4f\n", a[1], n
			}
			printf "all %.4f\n", sum
		}')
}

# The counters of the server's adapter: "OPCODE=COUNT ..."
server_calls()
{
	awk -v unit="$SIM_SERVER" '$1 == unit {
		for (i = 1; i <= NF; i++)
			if ($i ~ /^0x[0-9a-f]+=/)
				printf "%s ", $i
		print ""
	}' "$SIM"/adapters
}

round()
{
	VIOS_SERVER=$1
	start_server && find_disk && hypercalls read randread 1 && hypercalls read randread 32 &&
		hypercalls write randwrite 1 && hypercalls write randwrite 32 &&
		user_load "${C:-*}" "" && costly_calls && stop_server && return
	echo "$VIOS_SERVER fails; the kernel log:"
	dmesg | tail -n 20
	exit 1
}

report()
{
	awk "$(<"$TESTS_DIR/lib/stats.awk")"'
		BEGIN {
			split("0x20 H_PUT_TCE 0x104 H_VIO_SIGNAL 0x108 H_SEND_CRQ " \
			      "0x110 H_COPY_RDMA 0x128 H_WRITE_RDMA 0x12c H_READ_RDMA " \
			      "0x138 H_STUFF_TCE 0x13c H_PUT_TCE_INDIRECT 0x2a8 H_VIOCTL", a, " ")
			for (i = 1; i in a; i += 2)
				call[a[i]] = a[i + 1]
		}
		function mid_of(name) { median(name); return mid + 0 }
		function show(property, what,    name, row, i) {
			name = property " property: " what
			# Calls that only begin or end a connection
			if (unit[what] == "calls" && mid_of(name " ours") < 0.005 &&
			    mid_of(name " intree") < 0.005)
				return ""
			for (i = 1; i <= 2; i++) {
				bench(name " " (i == 1 ? "ours" : "intree"), unit[what], "%.2f")
				row = row sprintf("%12.2f", mid)
			}
			if (!(name " ours/intree" in rounds))
				return sprintf("%-34s%s", what, row)
			bench(name " ours/intree", "ratio", "%.3f")
			return sprintf("%-34s%s%9.2f (%.2f to %.2f)", what, row, mid, low, high)
		}
		function table(property,    i, n, line) {
			for (i = 1; i <= cases; i++)
				line[++n] = show(property, order[i])
			printf "\n%s ibm,max-virtual-dma-size\n", property
			printf "%-34s%12s%12s%9s (10%% to 90%%)\n", "", "ours", "in-tree", "ratio"
			for (i = 1; i <= n; i++)
				if (line[i] != "")
					print line[i]
		}
		{
			what = $3
			if (split(what, a, ".") == 2)
				what = a[1] " " (a[2] in call ? call[a[2]] : a[2])
			if (!(what in unit))
				order[++cases] = what
			unit[what] = $4
			name = $1 " property: " what
			add(name " " ($2 == "intree" ? "intree" : "ours"), $5)
			last[name, $2] = $5
			if (((name, "ours") in last) && ((name, "intree") in last)) {
				if (last[name, "intree"] > 0)
					add(name " ours/intree",
					    last[name, "ours"] / last[name, "intree"])
				delete last[name, "ours"]
				delete last[name, "intree"]
			}
		}
		END { table("without"); print ""; table("with") }' $RAW
}

papr_setup
# The server comes with each round.
rmmod ibmvscsis || exit 1
for ((n = 0; n < MORE; n++)); do
	sim_pair "more$n" "lpar1$n" window_size=128M || exit 1
	MORE_SERVER[n]=$SIM_SERVER
	MORE_CLIENT[n]=$SIM_CLIENT
done
sim_pair p lpar1 window_size=128M && target_backstore disk rd_mcp 64 || exit 1
BIOLOAD=$(vios_module_file bioload)
: >$RAW
for ((n = 0; n < ROUNDS; n++)); do
	for PROPERTY in without with; do
		property $PROPERTY || exit 1
		if ((n % 2)); then
			round ours
			round intree
		else
			round intree
			round ours
		fi
	done
	[ ! -d /lab ] || cp $RAW /lab/papr-raw
done
report
