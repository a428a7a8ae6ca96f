#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# labs: ppc64le
# time: 900
# soak-time: 7200
# each: beside the kernel's server, each case in a boot of its own
# A server on PAPR firmware that misbehaves, served to the kernel's own client: nodes whose
# properties are missing, short or contradict each other; firmware without the newer calls;
# calls that are answered with every code there is; a partner that goes in each state; what
# is left of a kernel before kexec; a restart.  Each time the adapter says in sysfs what is
# the matter, and serves again when that is over.
#
# Of the kernel's server (VIOS_SERVER=intree), which does not say what it does, only that is
# asked that it serves again; if it does not, the next test begins with a new one.
# CASES="..." picks some.
. "$(dirname "$0")/../lib/vios.sh"
. "$TESTS_DIR/lib/target.sh"
. "$TESTS_DIR/lib/client.sh"
. "$TESTS_DIR/lib/phypsim.sh"
. "$TESTS_DIR/lib/papr.sh"

INJECT=$PARTS/vios/test/inject
DRIVER=/sys/bus/vio/drivers/ibmvscsis
STOCK=/sys/bus/vio/drivers/ibmvscsi

# Each costs the server's patience.
HARD="-1 -7"
[ -z "${SOAK:-}" ] || HARD="-1 -2 -4 -7 -11 -46"

error_has() { ! papr_is_ours || [[ $(<"$VIO/$S/target/last_error") == *"$1"* ]]; }
state() { papr_is_ours && echo " (state $(<"$VIO/$S/target/state"), last_error $(<"$VIO/$S/target/last_error"))"; }
report() { ktap_print_msg "$*$(state)"; }
bound() { [ -e "$1/$2" ]; }
serving()
{
	if papr_is_ours; then
		wait_for "${1:-20}" target_is "$S" serving
	else
		works_within "${1:-20}"
	fi
}

# An attempt takes longer than wait_for() thinks.
works_within()
{
	local end=$((SECONDS + $1))
	until works 10; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.5
	done
}

# How often a call was made for the server
calls()
{
	local line word
	while read -r line; do
		[ "${line%% *}" = "$S" ] || continue
		for word in $line; do
			case $word in
			"$1"=*) REPLY=${word#*=}; return ;;
			esac
		done
	done <"$SIM"/adapters
	REPLY=0
}

# One request of the client is done, within the time it takes to try again
works() { client_has_disk "$C" 0 && timeout "${1:-60}" dd if="$DISK" of=/dev/null bs=4k count=1 iflag=direct 2>/dev/null; }

compare()
{
	timeout 120 dd if=/tmp/want of="$DISK" bs=64k oflag=direct 2>/dev/null &&
		timeout 120 dd if="$DISK" of=/tmp/got bs=64k iflag=direct count=16 2>/dev/null &&
		cmp /tmp/want /tmp/got
}

# ---- nodes ----

# said MARK TEXT: in the kernel's log, since
said() { ! papr_is_ours || dmesg | sed "1,/$1/d" | grep -q "$2"; }

# bad_window TEXT CELL...: the driver does not take an adapter whose property is such, and
# says why; it takes it when the property is right again.
bad_window()
{
	local node=/vdevice/v-scsi-host@$N text=$1 mark="window $RANDOM"
	shift
	put $DRIVER/unbind "$N" && sim_property_remove "$node" ibm,my-dma-window || return 1
	[ $# = 0 ] || sim_property "$node" ibm,my-dma-window "$(sim_cells "$@")" || return 1
	echo "$mark" >/dev/kmsg
	put $DRIVER/bind "$N" 2>/dev/null
	if bound $DRIVER "$N" || ! said "$mark" "$N: property ibm,my-dma-window $text"; then
		ktap_print_msg "not refused: $text"
		return 1
	fi
	# shellcheck disable=SC2086 # words on purpose
	sim_property_remove "$node" ibm,my-dma-window &&
		sim_property "$node" ibm,my-dma-window "$(sim_cells $SIM_WINDOW)" &&
		put $DRIVER/bind "$N" && bound $DRIVER "$N"
}

bad_windows()
{
	local own remote
	papr_pair n lparn || return 1
	N=$SIM_SERVER
	sim_adapter "$N"
	own=$SIM_LIOBN
	remote=$SIM_REMOTE
	bound $DRIVER "$N" && bad_window "is missing" &&
		bad_window "is missing or malformed" "$own" 0 &&
		bad_window "has no window of the client" "$own" 0 0 0 0x4000000 &&
		bad_window "has a window without size" "$own" 0 0 0 0 "$remote" 0 0 0 0x4000000 &&
		bad_window "has a window without size" "$own" 0 0 0 0x4000000 "$remote" 0 0 0 0 &&
		bad_window "has the same window twice" "$own" 0 0 0 0x4000000 "$own" 0 0 0 0x4000000 &&
		sim_pair_remove n
}

# The same for its interrupt, which the kernel maps when it makes the device
no_interrupt()
{
	local mark="node $RANDOM"
	vhyp_pair n lparn door=phypsim window_size=64M || return 1
	N=$(<"$PAIRS/n/server/unit")
	sim_adapter "$N" || return 1
	echo "$mark" >/dev/kmsg
	# shellcheck disable=SC2054 # the commas are those of properties' names
	sim_node_add "/vdevice/v-scsi-host@$N" name 'v-scsi-host\0' device_type 'v-scsi-host\0' \
		compatible 'IBM,v-scsi-host\0' ibm,vserver '' reg "$(sim_cells "0x$N")" \
		'ibm,#dma-address-cells' "$(sim_cells 2)" 'ibm,#dma-size-cells' "$(sim_cells 2)" \
		ibm,my-dma-window "$(sim_cells "$SIM_LIOBN" 0 0 0 0x4000000 "$SIM_REMOTE" 0 0 0 0x4000000)" ||
		return 1
	put "$SIM"/register "$N"
	! bound $DRIVER "$N" &&
		said "$mark" "$N: property interrupts is missing or cannot be mapped" &&
		sim_pair_remove n
}

# A window in which one command's data has no room at once, after what the session takes
small_window()
{
	local REPLY disk
	sim_pair w lparw window_size=1M && target_create "$SIM_SERVER" &&
		target_lun "$SIM_SERVER" 0 d0 && target_enable "$SIM_SERVER" 1 &&
		wait_for 20 target_is "$SIM_SERVER" serving && client_scan "$SIM_CLIENT" &&
		wait_for 30 client_has_disk "$SIM_CLIENT" 0 && client_has_disk "$SIM_CLIENT" 0 ||
		return 1
	disk=$REPLY
	head -c $((640 << 12)) /dev/urandom >/tmp/want.w
	timeout 60 dd if=/tmp/want.w of="$disk" bs=640k oflag=direct 2>/dev/null &&
		timeout 60 dd if="$disk" of=/tmp/got.w bs=640k count=4 iflag=direct 2>/dev/null &&
		cmp /tmp/want.w /tmp/got.w && target_remove "$SIM_SERVER" && sim_pair_remove w
}

# ---- firmware ----

# What the server's partition asks for is answered so, so many times
answer() { put "$INJECT" "$1 $2 $3"; }
answer_all_right()
{
	local call
	for call; do
		answer "$call" 0 0
	done
}

# again COMMAND...: a new connection under load
again()
{
	target_enable "$S" 0 && target_enable "$S" 1
}

# Without the calls of newer firmware the driver finds others.
old_firmware()
{
	local REPLY before
	answer H_READ_RDMA -2 1000 && answer H_WRITE_RDMA -2 1000 &&
		put $DRIVER/unbind "$S" && put $DRIVER/bind "$S" && serving && compare || return 1
	calls 0x12c
	before=$REPLY
	calls 0x128
	before+=" $REPLY"
	compare || return 1
	calls 0x12c
	ktap_print_msg "reads, writes in registers before: $before, after: $REPLY"
	answer_all_right H_READ_RDMA && answer_all_right H_WRITE_RDMA
}

# Suspension cannot be asked for, the partner is not told: served all the same.
old_vioctl()
{
	local rc
	for rc in -7 -2 4 2; do
		answer H_VIOCTL $rc 1000 && again && serving && works || {
			report "H_VIOCTL $rc"
			return 1
		}
		answer_all_right H_VIOCTL
	done
}

# The queue cannot be registered: down, with the reason; tried again by itself.
no_registration()
{
	local rc
	for rc in $HARD; do
		answer H_REG_CRQ "$rc" 1000 && again &&
			wait_for 10 error_has "H_REG_CRQ failed: $rc" || return 1
		! papr_is_ours || ! target_is "$S" serving || return 1
		report "H_REG_CRQ $rc"
		answer_all_right H_REG_CRQ
		serving 30 && works || { report "after H_REG_CRQ $rc"; return 1; }
	done
}

# As after kexec: the queue of the kernel before is there.
kexec_left()
{
	local REPLY before
	target_enable "$S" 0 || return 1
	calls 0x100
	before=$REPLY
	answer H_REG_CRQ -16 1 && target_enable "$S" 1 && serving && works || return 1
	calls 0x100
	[ "$REPLY" = $((before + 1)) ] || { ktap_print_msg "H_FREE_CRQ $before, $REPLY"; return 1; }
}

busy_registration()
{
	local rc
	for rc in 1 14 9900 9901 9902; do
		answer H_REG_CRQ $rc 3 && answer H_FREE_CRQ $rc 3 && again && serving && works || {
			report "busy $rc"
			return 1
		}
	done
}

# any_call CALL CODE...: some calls in the middle of everything are answered so
any_call()
{
	local call=$1 rc REPLY
	shift
	for rc in "$@"; do
		answer "$call" "$rc" 3
		dd if="$DISK" of=/dev/null bs=4k count=64 iflag=direct 2>/dev/null
		answer_all_right "$call"
		serving 70 && works && compare || { report "$call $rc"; return 1; }
		report "$call $rc"
	done
}

send() { any_call H_SEND_CRQ -1 -4 -11 1 9900 9901 -12; }
copies() { any_call H_COPY_RDMA -1 -4 -11 -13 -14 -15 -16 1 9900; }
signals() { any_call H_VIO_SIGNAL -1 -4 1; }
freeing()
{
	local rc
	for rc in -1 -4 -16; do
		answer H_FREE_CRQ $rc 2 && again && serving 40 && works || {
			report "H_FREE_CRQ $rc"
			return 1
		}
		answer_all_right H_FREE_CRQ
	done
}

# ---- the partner goes ----

listening() { ! papr_is_ours || wait_for 20 target_is "$S" listening; }

client_back() { serving 60 && wait_for 30 client_has_disk "$C" 0 && DISK=$REPLY && compare; }

# A client of ours goes in every state, also with requests under way; the stock one does not
# stand being unbound while it looks for disks.
vanish()
{
	local name
	put $STOCK/unbind "$C" && listening && put "$PARTS/lparp/test/kill" 1 && listening &&
		rmmod ibmvscsi || return 1
	for name in handshake-client handshake-twice violate-early violate-init-busy logouts \
		ring-full-free; do
		vios_load vscsitest "test=$name" "unit=$C" lun=0 count=100 && rmmod vscsitest || {
			report "$name"
			return 1
		}
	done
	modprobe ibmvscsi && client_back
}

# It goes while it reads and the server is being disabled.
vanish_closing()
{
	dd if="$DISK" of=/dev/null bs=64k iflag=direct 2>/dev/null &
	sleep 0.2
	target_enable "$S" 0 &
	put $STOCK/unbind "$C"
	wait
	target_enable "$S" 1 && listening && put $STOCK/bind "$C" && client_back
}

# ---- memory sharing, and a restart ----

# dma UNIT: what its driver wants and what is mapped, in DESIRED and MAPPED
dma()
{
	local unit _
	while read -r unit _ DESIRED _ MAPPED; do
		[ "$unit" != "$1" ] || return 0
	done <"$SIM"/dma
	return 1
}

# What the driver wants for itself is never exceeded.
shared_memory()
{
	local DESIRED MAPPED most=0 i
	fio --name=l --filename="$DISK" --ioengine=libaio --direct=1 --thread --rw=randread \
		--bs=256k --iodepth=32 --time_based --runtime=4 --output=/tmp/fio.dma &
	for ((i = 0; i < 40; i++)); do
		dma "$S" || return 1
		[ "$MAPPED" -le $most ] || most=$MAPPED
		sleep 0.1
	done
	wait
	ktap_print_msg "desired $DESIRED, at most $most mapped"
	[ "$DESIRED" -gt 0 ] && [ $most -gt 0 ] && [ $most -le "$DESIRED" ]
}

# The client is told, and the driver takes no more.
shutdown()
{
	put "$SIM"/shutdown "$S" && { ! papr_is_ours || target_is "$S" down; } && put $DRIVER/unbind "$S" &&
		put $DRIVER/bind "$S" && serving && compare
}

# A server and its target, with a client that sees its disk
server_begins()
{
	target_create "$S" && target_backstore d0 rd_mcp 16 && target_lun "$S" 0 d0 &&
		target_enable "$S" 1 && wait_for 60 papr_serving "$S" "$C" && client_scan "$C" &&
		wait_for 30 client_has_disk "$C" 0 && client_has_disk "$C" 0 && DISK=$REPLY
}

server_again()
{
	target_clear && rmmod ibmvscsis && papr_load_server && server_begins && works
}

# In the order they are done
read -rd "" -a NAMES <<<"bad_windows no_interrupt small_window old_firmware old_vioctl no_registration kexec_left
	busy_registration send copies signals freeing vanish vanish_closing shared_memory shutdown"
declare -A TEXT=(
	[bad_windows]="bad windows are refused, with the reason, until they are right"
	[no_interrupt]="so is a node without interrupt"
	[small_window]="a window with less room than a command wants"
	[old_firmware]="firmware without calls in registers"
	[old_vioctl]="firmware without H_VIOCTL"
	[no_registration]="H_REG_CRQ fails, and then does not"
	[kexec_left]="H_REG_CRQ after kexec"
	[busy_registration]="busy answers"
	[send]="H_SEND_CRQ fails"
	[copies]="H_COPY_RDMA fails"
	[signals]="H_VIO_SIGNAL fails"
	[freeing]="H_FREE_CRQ fails"
	[vanish]="the partner goes in each state"
	[vanish_closing]="the partner goes while the server stops"
	[shared_memory]="what a partition with shared memory is asked for is enough"
	[shutdown]="a restart"
)

# fault NAME: its test
fault()
{
	if "$1"; then
		ktap_test_pass "${TEXT[$1]}"
		return
	fi
	ktap_test_fail "${TEXT[$1]}"
	answer_all_right H_READ_RDMA H_WRITE_RDMA H_COPY_RDMA H_VIOCTL H_REG_CRQ H_FREE_CRQ \
		H_SEND_CRQ H_VIO_SIGNAL
	papr_is_ours || server_again || ktap_exit_fail_msg "the server does not begin again"
}

if [ -n "${LIST:-}" ]; then
	for name in "${NAMES[@]}"; do
		printf '%s\t%s\n' "$name" "${TEXT[$name]}"
	done
	exit
fi
[ -z "${CASES:-}" ] || read -ra NAMES <<<"$CASES"
ktap_print_header
papr_setup test_hooks=1
papr_pair p lparp || ktap_exit_fail_msg "cannot make a pair"
S=$SIM_SERVER
C=$SIM_CLIENT
server_begins || ktap_exit_fail_msg "the client has no disk"
head -c $((1 << 20)) /dev/urandom >/tmp/want
ktap_set_plan $((${#NAMES[@]} + 1))
for name in "${NAMES[@]}"; do
	fault "$name"
done
ktap_test_result "nothing was missed" sim_nothing_missed
sed "s/^/# /" "$SIM"/adapters
ktap_finished
