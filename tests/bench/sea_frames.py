#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Frames of pktgen through each kind of forwarder, in turns, and how long each run took.

    sea_frames.py NETNS VLANS FIRST ROUNDS COUNT CLIENT OUTSIDE KIND... -- DIRECTION...

Runs in the network namespace NETNS that bench/sea.sh makes, and starts no process: in user-mode
Linux one costs as much as some thousand frames.  VLANs are FIRST and those behind it, one a
round.  Clients are counted while it is the turn of "acct", and by no SEA otherwise.  Prints
"KIND DIRECTION VLANS NANOSECONDS", of a frame, for each run; the sink must have had every frame."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import seanet    # noqa: E402

PKTGEN = "/proc/net/pktgen/"


def put(name, *lines):
    for line in lines:
        with open(PKTGEN + name, "w", encoding="ascii") as f:
            f.write(line + "\n")


def received(dev):
    with open(f"/sys/class/net/{dev}/statistics/rx_packets", encoding="ascii") as f:
        return int(f.read())


def generate(dev, sink, settings, count):
    """Microseconds; all is one processor's work, so that it is that of the whole way"""
    put("kpktgend_0", "rem_device_all", f"add_device {dev}")
    put(dev, "pkt_size 60", "delay 0", f"count {count}", *settings)
    before = received(sink)
    put("pgctrl", "start")
    got = received(sink) - before
    if got != count:
        sys.exit(f"{got} of {count} frames of {dev} arrived at {sink}: {settings}")
    with open(PKTGEN + dev, encoding="ascii") as f:
        return int(re.search(r"OK: (\d+)\(", f.read()).group(1))


def main():
    netns = sys.argv[1]
    vlans, first, rounds, count = map(int, sys.argv[2:6])
    client, outside = sys.argv[6:8]
    kinds = sys.argv[8:sys.argv.index("--")]
    directions = sys.argv[sys.argv.index("--") + 1:]
    acct = seanet.Sea(netns, "bacct")
    for n in range(rounds):
        # Nobody is always behind the same neighbour.
        for kind in kinds[n % len(kinds):] + kinds[:n % len(kinds)]:
            if kind == "acct":
                acct.set(accounting=1)
            for direction in directions:
                dev, sink, src, dst = (f"c{kind}", f"k{kind}", client, outside)
                if direction == "in":
                    dev, sink, src, dst = (f"s{kind}", f"q{kind}", outside, client)
                us = generate(dev, sink, (f"vlan_id {first + n % vlans}", f"src_mac {src}",
                                          f"dst_mac {dst}"), count)
                print(f"{kind} {direction} {vlans} {us * 1000 / count:.3f}", flush=True)
            if kind == "acct":
                acct.set(accounting=0)


if __name__ == "__main__":
    main()
