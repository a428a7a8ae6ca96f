#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The part of "make demo" that runs inside the lab.  Everything printed is read from the
# running system.
. "$(dirname "$0")/../lib/vios.sh"

PATH=$TOP/build/tools/vhyp:$PATH

fail() { echo "the demonstration failed: $*"; exit 1; }
step() { printf '\n==> %s\n' "$*"; }
show() { printf '    $ %s\n' "$*"; "$@" 2>&1 | sed 's/^/    /'; [ "${PIPESTATUS[0]}" = 0 ] || fail "$*"; }
# report PATTERN: what the workload said last
report() { dmesg | grep -a "crqtest: $1" | tail -n "${2:-1}" | sed 's/^.*crqtest: /    /'; }
attr() { cat "$PAIRS/disk0/$1"; }

workload()
{
	vios_load crqtest "$@" || fail "$*"
	rmmod crqtest
}

picture()
{
	local s c sp cp
	s="unit $(attr server/unit)"
	c="unit $(attr client/unit)"
	sp="$(attr server/partition) (id $(cat "$PARTS/$(attr server/partition)/id"))"
	cp="$(attr client/partition) (id $(cat "$PARTS/$(attr client/partition)/id"))"
	cat <<PICTURE

   partition $(printf '%-22s' "$cp")            partition $(printf '%-22s' "$sp")
  ┌──────────────────────────────┐            ┌──────────────────────────────┐
  │  $(printf '%-26s' "driver crqtest-client")  │            │  $(printf '%-26s' "driver crqtest-server")  │
  │       │                      │            │       │                      │
  │  v-scsi  $(printf '%-18s' "$c")  │            │  v-scsi-host $(printf '%-14s' "$s")  │
  │  queue: $(printf '%-19s' "$(attr client/received) received")  │ ◄── CRQ ──►│  queue: $(printf '%-19s' "$(attr server/received) received")  │
  │  window: $(printf '%-18s' "$(($(attr window_size) >> 20)) MiB")  │ ◄─ RDMA ─► │  window: $(printf '%-18s' "$(($(attr window_size) >> 20)) MiB")  │
  └──────────────┬───────────────┘            └──────────────┬───────────────┘
                 └──────────── pair "disk0" ─────────────────┘
                               vhyp.ko, door "$(attr door)"
                  $(attr copied) bytes copied, zero copy $([ "$(attr zero_copy)" = 1 ] && echo on || echo off)
PICTURE
}

vios_setup
command -v vhyp >/dev/null || fail "the tool is not built"
echo "Kernel $(uname -r) on $(uname -m), $(nproc) processors"

step "Two partitions and a pair of adapters between them"
vios_load vhyp || fail "vhyp does not load"
show vhyp partition add lpar1
show vhyp pair add disk0 client=lpar1
for d in /sys/bus/vio/devices/*; do
	echo "    $(basename "$d"): $(cat "$d/devspec")"
done

step "Initialization messages cross, answered by interrupt"
workload test=handshake
report ".*handshakes"

step "100,000 messages each way while one side after the other leaves and comes back"
workload test=churn count=100000
report "to " 2

step "RDMA on all processors, compared byte for byte, while the client takes memory away"
workload test=rdma ms=3000
report "copier" 2
report "page taken"

step "What is connected to what"
picture
show vhyp list
step "Done: every byte and every message arrived"
