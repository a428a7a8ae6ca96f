#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Where the instructions of a request go, in a pseries guest with this server and with the
# kernel's own: for each of them, with and without ibm,max-virtual-dma-size, how many of each
# module and function there are for one request of fio's.  C=name is a case of
# tests/bench/papr.sh; MS=n how long, by the guest's clock.  What fio needs to start is in
# "programs".
set -eu
. "$(dirname "$0")/lab/lib.sh"

C=${C:-read_4k_d32_j1}
SOURCES=$TOP/tests/bench/profile
dir=$TOP/build/lab/ppc64le/profile

mkdir -p "$dir"
rm -f "$dir"/{phase,counts.*,symbols.*,requests.*}
"$LAB_DIR/prepare.sh" ppc64le
gcc -Wall -Wextra -O2 -shared -fPIC -pthread -o "$dir/count.so" "$SOURCES/count.c"
say "$C in a pseries guest whose instructions are counted (two to three minutes)"
bench_options "$TOP/tests/bench/papr.sh"
"$LAB_DIR/run.sh" -n -t 1500 "${OPTIONS[@]}" -q -plugin -q "$dir/count.so,dir=$dir" -d "$dir" \
	ppc64le -- env ROUNDS=1 PROFILE=1 C="$C" MS="${MS:-500}" "$TOP/tests/bench/papr.sh" \
	>"$dir/output.txt"
"$SOURCES/report.py" "$dir" | tee "$TOP/build/profile-papr.txt"
