#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Run the benchmarks, each in the lab it names in its head, and keep what they say in
# build/bench as text and JSON.  B=glob picks some.  What else they can be told, as their
# heads say, is handed on: C, MS, ROUNDS, COUNT, TCP_ROUNDS, CALL_NS.
#
# A benchmark prints lines "bench: NAME: MEDIAN UNIT (10% LOW, 90% HIGH)"; other lines
# are for people.
set -eu -o pipefail
. "$(dirname "$0")/lab/lib.sh"

OUT=$TOP/build/bench
mkdir -p "$OUT"
settings=()
for name in C MS ROUNDS COUNT TCP_ROUNDS CALL_NS; do
	[ -z "${!name:-}" ] || settings+=("$name=${!name}")
done

to_json()
{
	sed -nE 's/^.*bench: (.*): ([0-9.]+) ([a-z]+) \(10% ([0-9.]+), 90% ([0-9.]+)\)$/{"name":"\1","median_\3":\2,"p10_\3":\4,"p90_\3":\5}/p' |
		paste -sd, - | sed 's/^/[/; s/$/]/'
}

for f in "$TOP"/tests/bench/*.sh; do
	name=$(basename "$f" .sh)
	# shellcheck disable=SC2254 # a pattern on purpose
	case $name in
	${B:-*}) ;;
	*) continue ;;
	esac
	lab=$(sed -nE '1,20s/^# lab: *(.*)/\1/p' "$f")
	limit=$(sed -nE '1,20s/^# time: *([0-9]+).*/\1/p' "$f")
	bench_options "$f"
	say "benchmark $name in lab $lab"
	"$LAB_DIR/run.sh" -t "${limit:-900}" "${OPTIONS[@]}" -d "$TOP/build/lab/$lab/bench" \
		"$lab" -- env "${settings[@]}" "$f" | tee "$OUT/$name.txt"
	to_json <"$OUT/$name.txt" >"$OUT/$name.json"
done
