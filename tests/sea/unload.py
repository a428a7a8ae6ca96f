#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A SEA comes and goes while frames come in from both sides: with its module, before it, under
another name; every other time one with threads that counts clients.

    unload.py NETNS MODULE TIMES

MODULE is the file of sea.ko, loaded each time.  Exit status 0: all went well.  By netlink, as
processes take much longer than what is tested."""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import seanet    # noqa: E402

VLANS = {"t0": (1, 100, 110), "t1": (2, 200, 205, 210)}    # the PVID first
SECONDS = 20


def create(ns, threads):
    rt = seanet.Netlink(ns)
    seanet.create(rt, "sea0", **({"thread": 1, "nthreads": 2, "accounting": 1} if threads else {}))
    rt.sock.close()
    sea = seanet.Sea(ns, "sea0")
    for dev in "r0", "t0", "t1":
        sea.enslave(dev, "sea0")
    sea.set_port("r0", role=seanet.UAPI["SEA_PORT_REAL"])
    for dev, (pvid, *vids) in VLANS.items():
        sea.set_vlans(dev, pvid, vids)
    sea.up("sea0")
    return sea


def wait_for_traffic(sea):
    """A hundred frames each way"""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        count = sea.stats()
        if count["real_bridged"] > 100 and count["virt_bridged"] > 100:
            return
        time.sleep(0.02)
    raise TimeoutError("no frames get through")


def go(sea, way):
    if way == 1:
        sea.delete("sea0")
    elif way == 2:
        sea.up("sea0", False)
        sea.rename("sea0", "sea7")
        sea.up("sea7")
    sea.close()
    subprocess.run(["rmmod", "sea"], check=True)


def main():
    ns, module, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    start = time.monotonic()
    for i in range(times):
        subprocess.run(["insmod", module], check=True)
        sea = create(ns, i % 2)
        wait_for_traffic(sea)
        go(sea, i // 2 % 3)
        if os.path.exists("/sys/module/sea"):
            raise RuntimeError("the module is still there")
        if i % 50 == 49:
            print(f"# {i + 1} times, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
