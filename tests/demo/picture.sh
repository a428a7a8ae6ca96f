# SPDX-License-Identifier: GPL-2.0
# The picture of "make demo": from the client's disks down to what backs them, all of it
# read from sysfs, configfs and /proc.  A disk of the client is found by the serial number
# of the backstore, so what the lines connect is what is connected.
# Needs tests/lib/vios.sh, target.sh and client.sh; and a locale with UTF-8.
# shellcheck shell=bash

# Functions answer in $REPLY.

# value FILE: its only line; without one the picture is not complete
value()
{
	REPLY=
	[ ! -r "$1" ] || read -r REPLY <"$1"
	[ -n "$REPLY" ] || LACKS+=" $1"
}

# repeat TEXT N
repeat()
{
	printf -v REPLY '%*s' "$2" ''
	REPLY=${REPLY// /$1}
}

# fit TEXT WIDTH: on the left; bash's own widths are bytes
fit()
{
	local text=$1
	[ ${#text} -le "$2" ] || text=${text:0:$2 - 1}…
	repeat ' ' $(($2 - ${#text}))
	REPLY=$text$REPLY
}

# center TEXT WIDTH
center()
{
	local left=$((($2 - ${#1}) / 2))
	[ $left -ge 0 ] || left=0
	repeat ' ' $left
	fit "$REPLY$1" "$2"
}

# bytes N: for people
bytes()
{
	local n=$1 unit
	for unit in B KiB MiB GiB; do
		[ "$n" -ge $((1024 * 10)) ] || break
		[ $unit != GiB ] || break
		n=$((n / 1024))
	done
	REPLY="$n $unit"
}

# disk_of UNIT SERIAL: the client's disk with that serial number: its name, and the
# path of the SCSI device
disk_of()
{
	local d page
	for d in "$VIO/$1"/host*/target*/*:*:*:*/; do
		page=$(tr -dc '[:alnum:]-' <"$d/vpd_pg80" 2>/dev/null)
		[ "${page%"${2:-none}"}" != "$page" ] || continue
		for REPLY in "$d"block/*; do
			SCSI=${d%/}
			REPLY=${REPLY##*/}
			[ ! -b "/dev/$REPLY" ] || return 0
		done
	done
	return 1
}

# client_cell UNIT SERIAL
client_cell()
{
	local disk size hctl dev dir type
	disk_of "$1" "$2" || { LACKS+=" disk of $2"; return 1; }
	disk=$REPLY
	value "/sys/block/$disk/size"
	bytes $((REPLY * 512))
	size=$REPLY
	hctl=${SCSI##*/}
	CELL="/dev/$disk"$'\n'"$size"
	while read -r dev dir type _; do
		[ "$dev" = "/dev/$disk" ] && CELL+=", $type"$'\n'"on $dir"
	done </proc/mounts
	CELL+=$'\n'"LUN ${hctl#*:}"
}

# backstore DIR: type, name, what backs it
backstore()
{
	local hba=${1%/*} info back=
	hba=${hba##*/}
	info=$(<"$1/info")
	case $hba in
	iblock_*)
		back=${info#*UDEV PATH: }
		TYPE=block
		;;
	fileio_*)
		back=${info#*File: }
		TYPE=fileio
		;;
	rd_mcp_*)
		# So many pages of so many bytes: 4096*4096
		back=${info#*PAGES/PAGE_SIZE: }
		bytes $((${back%%[!0-9*]*}))
		back="$REPLY of memory"
		TYPE=ramdisk
		;;
	*)
		TYPE=${hba%_*}
		;;
	esac
	case $TYPE in
	block|fileio) back=${back%% *} ;;
	esac
	CELL+=$'\n'"$TYPE ${1##*/}"$'\n'"$back"
}

# backstore_of LUN: from directory to directory; the link's name is targetcli's
backstore_of()
{
	local link
	for link in "$1"/*; do
		if [ -L "$link" ]; then
			REPLY=$(readlink -f "$link")
			return
		fi
	done
	return 1
}

# server_cell LUN: its directory
server_cell()
{
	local stat=$1/statistics/scsi_tgt_port n
	CELL="LUN ${1##*lun_}"
	backstore_of "$1" || { LACKS+=" backstore of $1"; return 1; }
	STORE=$REPLY
	backstore "$STORE"
	value "$stat/in_cmds"
	CELL+=$'\n'"$REPLY commands"
	value "$stat/read_mbytes"
	n=$REPLY
	value "$stat/write_mbytes"
	CELL+=$'\n'"read $n MiB"$'\n'"written $REPLY MiB"
}

# A line of all boxes
line()
{
	fit "$1" "$WIDTH"
	printf '   │%s│\n' "$REPLY"
}

text()
{
	center "$1" "$WIDTH"
	printf '   │%s│\n' "$REPLY"
}

# edge LEFT RIGHT [TITLE [TAP]]: an edge of a partition; TAP is where the wire goes through
edge()
{
	local s
	s="${3:+─ $3 }"
	repeat ─ $((WIDTH - ${#s}))
	s+=$REPLY
	[ -z "${4:-}" ] || s=${s:0:TAP}$4${s:TAP + 1}
	printf '   %s%s%s\n' "$1" "$s" "$2"
}

# boxes WHICH TOP BOTTOM: a row of boxes, one for each LUN; TOP and BOTTOM are what is in
# the middle of those edges
boxes()
{
	local -n cells=$1
	local i n s part lines high=0
	for ((i = 0; i < LUNS; i++)); do
		mapfile -t lines <<<"${cells[i]}"
		((high = ${#lines[@]} > high ? ${#lines[@]} : high))
	done
	repeat ─ $((BOX / 2 - 1))
	part=$REPLY
	s=
	for ((i = 0; i < LUNS; i++)); do
		s+="${s:+  }┌$part$2$part┐"
	done
	text "$s"
	for ((n = 0; n < high; n++)); do
		s=
		for ((i = 0; i < LUNS; i++)); do
			mapfile -t lines <<<"${cells[i]}"
			fit "${lines[n]:-}" $((BOX - 4))
			s+="${s:+  }│ $REPLY │"
		done
		text "$s"
	done
	s=
	for ((i = 0; i < LUNS; i++)); do
		s+="${s:+  }└$part$3$part┘"
	done
	text "$s"
}

# wires FIRST BRANCH LAST OWN ALONE: from each box to the wire in the middle
wires()
{
	local i x first last s='' c branch=()
	first=$(((WIDTH - ROW) / 2 + BOX / 2))
	last=$((first + (LUNS - 1) * (BOX + 2)))
	for ((i = 0; i < LUNS; i++)); do
		branch[first + i * (BOX + 2)]=1
	done
	for ((x = 0; x < WIDTH; x++)); do
		c=' '
		[ $x -lt $first ] || [ $x -gt $last ] || c=─
		[ -z "${branch[x]:-}" ] || c=$2
		case $x:$c in
		"$TAP:─")	c=$4 ;;
		"$TAP:$2")	c=┼ ;;
		esac
		[ $x != $first ] || c=$1
		[ $x != $last ] || c=$3
		[ $first != $last ] || [ $x != $first ] || c=│
		s+=$c
	done
	line "$s"
}

# picture UNIT: of one server adapter.  Fails if something is not there: $LACKS says what.
picture()
{
	local unit=$1 t=$VIO/$1/target pair='' p cu cpart spart cid sid name host i n max
	local servers=() clients=() head=() feet=() link=() counts=()
	local state credits used id cmds in out copied mapped
	LACKS=
	for p in "$PAIRS"/*; do
		value "$p/server/unit"
		[ "$REPLY" != "$unit" ] || pair=$p
	done
	[ -n "$pair" ] || { LACKS=" pair of $unit"; return 1; }
	value "$pair/client/unit"; cu=$REPLY
	value "$pair/client/partition"; cpart=$REPLY
	value "$pair/server/partition"; spart=$REPLY
	value "$PARTS/$cpart/id"; cid=$REPLY
	value "$PARTS/$spart/id"; sid=$REPLY

	for p in "$TARGET_FABRIC/$unit"/tpgt_1/lun/lun_*/; do
		p=${p%/}
		server_cell "$p" || return 1
		servers+=("$CELL")
		REPLY=$(<"$STORE/wwn/vpd_unit_serial")
		client_cell "$cu" "${REPLY##* }" || return 1
		clients+=("$CELL")
	done
	LUNS=${#servers[@]}
	[ "$LUNS" -gt 0 ] || { LACKS=" LUNs"; return 1; }

	host=$(echo "$VIO/$cu"/host*/scsi_host/host*)
	name=$(readlink "$VIO/$cu/driver")
	value "$host/connection_state"
	head=("driver ${name##*/}: ${host##*/}, $REPLY")
	value "$VIO/$cu/name"
	n=$REPLY
	value "$pair/client/location"
	feet=("slot $cu, $n, $REPLY")

	value "$pair/zero_copy"
	case $REPLY in
	1)	n=on ;;
	*)	n=off ;;
	esac
	link=("pair ${pair##*/} of vhyp.ko, zero copy $n")
	value "$pair/server/received"
	n=$REPLY
	value "$pair/client/received"
	link+=("CRQ: $n messages down, $REPLY up")

	value "$t/state"; state=$REPLY
	value "$t/credits"; credits=$REPLY
	value "$t/credits_used"; used=$REPLY
	value "$t/client"; id=$REPLY
	value "$VIO/$unit/name"; n=$REPLY
	value "$pair/server/location"
	name=$(readlink "$VIO/$unit/driver")
	counts=("server adapter $unit, $n, $REPLY"
		"driver ${name##*/}: $state, $credits credits, $used used"
		"client $id: partition $((16#${id:0:16})), adapter $(printf %x $((16#${id:16})))")
	value "$t/commands"; cmds=$REPLY
	value "$t/bytes_read"; in=$REPLY
	value "$t/bytes_written"; out=$REPLY
	value "$t/bytes_copied"; copied=$REPLY
	mapped=$((in + out - copied))
	bytes "$in"; n="$cmds commands, read $REPLY"
	bytes "$out"; counts+=("$n, written $REPLY")
	bytes "$copied"; n="of that copied $REPLY"
	bytes $mapped; counts+=("$n, mapped $REPLY")

	# Boxes of odd widths, so that each has a middle
	BOX=0
	while IFS= read -r n; do
		((BOX = ${#n} > BOX ? ${#n} : BOX))
	done < <(printf '%s\n' "${servers[@]}" "${clients[@]}")
	BOX=$(((BOX + 4) | 1))
	ROW=$((LUNS * BOX + (LUNS - 1) * 2))
	max=$ROW
	for n in "${head[@]}" "${feet[@]}" "${counts[@]}"; do
		((max = ${#n} > max ? ${#n} : max))
	done
	WIDTH=$(((max + 2) | 1))
	[ $(((WIDTH - ROW) % 2)) = 0 ] || WIDTH=$((WIDTH + 1))
	TAP=$((WIDTH / 2))

	echo
	edge ┌ ┐ "client partition $cpart (id $cid)"
	text "${head[0]}"
	boxes clients ─ ┬
	wires └ ┴ ┘ ┬
	text "${feet[0]}"
	edge └ ┘ '' ┬
	for n in "${link[@]}"; do
		repeat ' ' $((TAP + 4))
		printf '%s│  %s\n' "$REPLY" "$n"
	done
	edge ┌ ┐ "server partition $spart (id $sid)" ┴
	for n in "${counts[@]}"; do
		text "$n"
	done
	wires ┌ ┬ ┐ ┴
	boxes servers ┴ ─
	edge └ ┘
	[ -z "$LACKS" ]
}
