# SPDX-License-Identifier: GPL-2.0
# Shell functions shared by the scripts that prepare and run the labs.
# shellcheck shell=bash

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
TOP=$(cd "$LAB_DIR/../.." && pwd -P)
CACHE=${VIOS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/open-vios}
JOBS=${JOBS:-$(nproc)}
export LAB_DIR TOP CACHE JOBS

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# quietly LOG COMMAND...: run with all output in LOG; on failure show its end.
quietly()
{
	local log=$1
	shift
	mkdir -p "$(dirname "$log")"
	if ! "$@" >"$log" 2>&1; then
		tail -n 25 "$log" >&2
		die "failed: $* (whole output in $log)"
	fi
}

# retry N COMMAND...: a mirror can be in the middle of a sync.
retry()
{
	local n=$1 i
	shift
	for ((i = 1; i <= n; i++)); do
		"$@" && return 0
		((i == n)) || sleep $((i * 5))
	done
	return 1
}

# locked NAME COMMAND...: one at a time, over all checkouts.
locked()
{
	local name=$1
	shift
	mkdir -p "$CACHE/lock"
	(
		flock 9 || die "cannot lock $CACHE/lock/$name"
		"$@"
	) 9>"$CACHE/lock/$name"
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo -n "$@"
	else
		die "not root and no sudo: cannot run: $*"
	fi
}

# bench_options FILE: the arguments for run.sh in the head of a benchmark, in OPTIONS
# shellcheck disable=SC2034 # for who sources this
bench_options()
{
	mapfile -t OPTIONS < <(sed -nE '1,20s/^# run: *(.*)/\1/p' "$1" | xargs -r -n 1)
}
