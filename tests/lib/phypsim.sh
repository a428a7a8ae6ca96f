# SPDX-License-Identifier: GPL-2.0
# Virtual I/O adapters of a pseries guest whose hypervisor is phypsim.ko with vhyp.ko.
# Needs tests/lib/vios.sh.
# shellcheck shell=bash

OFDT=/proc/powerpc/ofdt
SIM=/sys/kernel/debug/phypsim
SIM_PHANDLE=0x73696d31

# sim_cells N...: 32-bit cells, big-endian, as a format of printf
sim_cells()
{
	local n
	for n in "$@"; do
		printf '\\x%02x\\x%02x\\x%02x\\x%02x' $((n >> 24 & 255)) $((n >> 16 & 255)) \
			$((n >> 8 & 255)) $((n & 255))
	done
}

# sim_value NAME FORMAT: a property as the kernel reads it, added to /tmp/node
sim_value()
{
	# shellcheck disable=SC2059 # a format on purpose: it may have zero bytes
	printf "$2" >/tmp/value
	printf ' %s %d ' "$1" "$(stat -c %s /tmp/value)" >>/tmp/node
	cat /tmp/value >>/tmp/node
}

# sim_node_add PATH [PROPERTY FORMAT]...: one write, as the kernel wants it
sim_node_add()
{
	local path=$1
	shift
	printf 'add_node %s' "$path" >/tmp/node
	while [ $# -gt 0 ]; do
		sim_value "$1" "$2"
		shift 2
	done
	cat /tmp/node >$OFDT
}

# sim_phandle PATH: how the kernel wants a node named whose properties change
sim_phandle()
{
	REPLY=0x$(od -An -tx4 --endian=big "/proc/device-tree$1/phandle" | tr -d ' ')
}

# sim_property PATH NAME FORMAT: add a property to a node, unless it has it
sim_property()
{
	local REPLY
	[ ! -e "/proc/device-tree$1/$2" ] || return 0
	sim_phandle "$1" && printf 'add_property %s' "$REPLY" >/tmp/node &&
		sim_value "$2" "$3" && cat /tmp/node >$OFDT
}

# sim_property_remove PATH NAME
sim_property_remove()
{
	local REPLY
	[ -e "/proc/device-tree$1/$2" ] || return 0
	sim_phandle "$1" && printf 'remove_property %s %s' "$REPLY" "$2" >$OFDT
}

sim_node_remove() { printf 'remove_node %s' "$1" >$OFDT; }

# What PowerVM's tree has and QEMU's has not
sim_platform()
{
	sim_property '' ibm,partition-name 'vios1\0' &&
		sim_property '' ibm,partition-no "$(sim_cells 1)" &&
		sim_property /vdevice ibm,max-virtual-dma-size "$(sim_cells $((128 << 10)))"
}

# The controller of the adapters' interrupts, and the module
sim_load()
{
	[ -d /proc/device-tree/phypsim ] ||
		sim_node_add /phypsim name 'phypsim\0' compatible 'vios,phypsim\0' \
			'#interrupt-cells' "$(sim_cells 2)" interrupt-controller '' \
			phandle "$(sim_cells $SIM_PHANDLE)" || return 1
	sim_platform && vios_load vhyp && vios_load phypsim
}

# sim_adapter UNIT: what phypsim says of it, in SIM_* variables
# shellcheck disable=SC2034 # for who sources this
sim_adapter()
{
	local line
	while read -r line; do
		# shellcheck disable=SC2206 # words on purpose
		line=($line)
		[ "${line[0]}" = "$1" ] || continue
		SIM_END=${line[1]}
		SIM_LIOBN=0x${line[5]}
		SIM_REMOTE=0x${line[7]}
		SIM_HWIRQ=${line[9]}
		SIM_IRQ=${line[11]}
		SIM_RAISED=${line[13]}
		return 0
	done <$SIM/adapters
	return 1
}

sim_path() { [ "$SIM_END" = server ] && REPLY=/vdevice/v-scsi-host@$1 || REPLY=/vdevice/v-scsi@$1; }

# sim_node UNIT WINDOW_BYTES: the node of an adapter as PowerVM has it; what it says of the
# windows is in SIM_WINDOW if it is a server
sim_node()
{
	local unit=$1 size window props REPLY
	sim_adapter "$unit" || return 1
	sim_path "$unit"
	size="$(($2 >> 32)) $(($2 & 0xffffffff))"
	window="$SIM_LIOBN 0 0 $size"
	if [ "$SIM_END" = server ]; then
		window+=" $SIM_REMOTE 0 0 $size"
		props=(name 'v-scsi-host\0' device_type 'v-scsi-host\0'
			compatible 'IBM,v-scsi-host\0' 'ibm,vserver' '')
	else
		props=(name 'v-scsi\0' device_type 'vscsi\0' compatible 'IBM,v-scsi\0')
	fi
	# shellcheck disable=SC2086 # words on purpose
	sim_node_add "$REPLY" "${props[@]}" reg "$(sim_cells 0x$unit)" \
		phandle "$(sim_cells 0x$unit)" \
		ibm,loc-code "U9008.22L.VIOS-V1-C$((0x$unit & 255))\\0" \
		interrupt-parent "$(sim_cells $SIM_PHANDLE)" \
		interrupts "$(sim_cells $SIM_HWIRQ 0)" \
		'ibm,#dma-address-cells' "$(sim_cells 2)" 'ibm,#dma-size-cells' "$(sim_cells 2)" \
		ibm,my-dma-window "$(sim_cells $window)"
	# shellcheck disable=SC2034 # for who sources this
	[ "$SIM_END" = client ] || SIM_WINDOW=$window
}

# sim_pair NAME CLIENT [ATTRIBUTE=VALUE...]: a pair of vhyp's, its nodes and devices;
# the unit addresses in SIM_SERVER and SIM_CLIENT
sim_pair()
{
	local name=$1 size
	vhyp_pair "$name" "$2" door=phypsim window_size=64M "${@:3}" || return 1
	SIM_SERVER=$(<"$PAIRS/$name/server/unit")
	SIM_CLIENT=$(<"$PAIRS/$name/client/unit")
	size=$(numfmt --from=iec "$(<"$PAIRS/$name/window_size")") || return 1
	sim_node "$SIM_SERVER" "$size" && sim_node "$SIM_CLIENT" "$size" &&
		put $SIM/register "$SIM_SERVER" && put $SIM/register "$SIM_CLIENT"
}

# sim_pair_remove NAME
sim_pair_remove()
{
	local unit REPLY nodes=()
	for unit in "$(<"$PAIRS/$1/server/unit")" "$(<"$PAIRS/$1/client/unit")"; do
		sim_adapter "$unit" && sim_path "$unit" && nodes+=("$REPLY")
	done
	rmdir "$PAIRS/$1" || return 1
	for REPLY in "${nodes[@]}"; do
		[ ! -d "/proc/device-tree$REPLY" ] || sim_node_remove "$REPLY" || return 1
	done
}

# Traps of such a stand-in: a probe that is hit inside another is missed; one that is turned
# into a jump lets calls through; somebody's code that runs inside one may make a call.
sim_nothing_missed()
{
	local name word missed optimized n=0
	while read -r name word missed _ optimized; do
		if [ "$name" = inside ]; then
			[ "$word" = 0 ] || { ktap_print_msg "$word inside"; return 1; }
			continue
		fi
		ktap_print_msg "$name missed $missed optimized $optimized"
		[ "$missed" = 0 ] && [ "$optimized" = 0 ] || return 1
		n=$((n + 1))
	done <"$SIM"/probes
	[ $n = 3 ]
}

# All pairs with nodes go.
sim_clear()
{
	local d
	for d in "$PAIRS"/*/; do
		d=${d%/}
		[ ! -d "$d" ] || sim_pair_remove "${d##*/}"
	done
}
