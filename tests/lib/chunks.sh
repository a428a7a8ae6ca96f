# SPDX-License-Identifier: GPL-2.0
# A disk that may fail is written to and read: what it acknowledged must be there.
# shellcheck shell=bash

CHUNKS=/tmp/chunks
CHUNK_SLOTS=64

# chunks_make: some contents to tell apart
chunks_make()
{
	local i
	mkdir -p $CHUNKS && rm -f $CHUNKS/* || return 1
	for i in 0 1 2 3 4 5 6 7; do
		head -c 64k /dev/urandom >$CHUNKS/$i || return 1
	done
}

# chunk_is DISK SLOT CHUNK NAME: 1 if it is another one, 2 if it cannot be read
chunk_is()
{
	dd if="$1" of="$CHUNKS/$4.read" bs=64k count=1 skip="$2" iflag=direct 2>/dev/null ||
		return 2
	cmp -s "$CHUNKS/$4.read" "$CHUNKS/$3"
}

# chunks_use DISK NAME: until /tmp/stop is there.  A chunk whose write was acknowledged
# reads back right, or with an error as long as there may be some; of one whose write was
# not, nothing is known.  $CHUNKS/NAME.errors counts as it goes, $CHUNKS/NAME.report at
# the end, when all must be readable.
chunks_use()
{
	local disk=$1 name=$2 slot chunk writes=0 reads=0 errors=0 want=()
	echo 0 >"$CHUNKS/$name.errors"
	while [ ! -e /tmp/stop ]; do
		slot=$((RANDOM % CHUNK_SLOTS))
		chunk=$((RANDOM % 8))
		if dd if="$CHUNKS/$chunk" of="$disk" bs=64k seek=$slot oflag=direct \
			conv=notrunc 2>/dev/null; then
			want[slot]=$chunk
			writes=$((writes + 1))
		else
			unset "want[slot]"
			errors=$((errors + 1))
			echo $errors >"$CHUNKS/$name.errors"
		fi
		slot=$((RANDOM % CHUNK_SLOTS))
		[ -n "${want[slot]:-}" ] || continue
		chunk_is "$disk" $slot "${want[slot]}" "$name"
		case $? in
		0)	reads=$((reads + 1)) ;;
		1)	return 1 ;;
		esac
	done
	for slot in "${!want[@]}"; do
		chunk_is "$disk" "$slot" "${want[slot]}" "$name" || return 1
		reads=$((reads + 1))
	done
	echo "$writes writes, $reads reads, $errors errors" >"$CHUNKS/$name.report"
	[ $writes -gt 0 ] && [ $reads -gt 0 ] && [ ${#want[@]} -gt 0 ]
}
