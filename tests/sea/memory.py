#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A SEA when memory runs out: for a frame, which is then counted and is the only one that
suffers; and at allocations of each change (with SOAK at each), which is then made or is not.

Prints "ok TEXT" or "not ok TEXT: WHY" for each.  tests/sea/memory.sh makes the topology."""

import glob
import os
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import vectors    # noqa: E402
from vectors import seanet, frame, moved, CLIENT, OUTSIDE, ALL    # noqa: E402

DEBUG = "/sys/kernel/debug/"
FAILSLAB = DEBUG + "failslab/"
ALLOCATIONS = 600    # more than any change makes
STEP = 1 if os.environ.get("SOAK") else 4


def put(path, value):
    with open(path, "w", encoding="ascii") as f:
        f.write(str(value))


def failslab(**values):
    for name, value in values.items():
        put(FAILSLAB + name.replace("_", "-"), value)


def thread_of_sea():
    """The one thread that forwards"""
    for comm in glob.glob("/proc/[0-9]*/comm"):
        with open(comm, encoding="ascii") as f:
            if f.read().startswith("napi/sea0"):
                return int(comm.split("/")[2])
    raise RuntimeError("no thread")


class Failing:
    """A sender; the next allocation of a task that may not sleep fails, once for a frame."""

    def __init__(self, pid, send):
        self.pid = pid
        self.send_one = send
        self.used = False

    def send(self, data, priority=0):
        put(f"/proc/{self.pid}/make-it-fail", 1)
        failslab(times=1, probability=100)
        self.send_one(data)
        deadline = time.monotonic() + vectors.ARRIVE
        while not self.used and time.monotonic() < deadline:
            with open(FAILSLAB + "times", encoding="ascii") as f:
                self.used = f.read().strip() == "0"
        failslab(probability=0)
        put(f"/proc/{self.pid}/make-it-fail", 0)


def fails(w, text, pid, sender, data, want, counters, send=None):
    failing = Failing(pid, send or w.senders[sender].send)
    w.senders["failing"] = failing
    w.check(text, "failing", data, want, counters)
    if not failing.used:
        w.report(text, ["no allocation failed"])


def times(counters, n):
    return {k: v * n for k, v in counters.items()}


def copies(w, pid):
    """The copy of a frame for another than its first receiver"""
    for sender, sink, src in ("R", "T0", OUTSIDE), ("T0", "R", CLIENT):
        data = frame(ALL, src)
        counters = moved(sender, data, "bridged")
        counters["memory_failures"] = 1
        fails(w, f"{sender} to all: none for the SEA", pid, sender, data, {sink: [data]},
              counters)
    data = frame(ALL, w.mac_of_sea())
    fails(w, "own to all: none for the trunk", os.getpid(), "SEA", data, {"R": [data]},
          {"output_generated": 1, "real_transmitted": 1, "real_transmitted_broadcast": 1,
           "memory_failures": 1})


def content(w, pid):
    """A tag of 802.1ad, which the core took off, in data that somebody else has, too"""
    for sender, dev, addr in ("R", "r0", (CLIENT, OUTSIDE)), ("T0", "t0", (OUTSIDE, CLIENT)):
        listener = seanet.Port("vios", dev)
        data = frame(*addr, (0x88a8, 7))
        counters = moved(sender, data, "no_memory")
        counters["memory_failures"] = 1
        fails(w, f"{sender} with a tag of 802.1ad", pid, sender, data, {}, counters)
        listener.sock.close()
        one = vectors.one
        one(w, f"{sender} with one, the next", sender, data, "bridged",
            "T0" if sender == "R" else "R")


def large(w, pid):
    """Frames that have to be taken apart"""
    port = seanet.LargePort("out", "r1.205")
    data = vectors.large_frame(CLIENT, OUTSIDE)    # three on the wire

    def send(large):
        port.send(vectors.virtio_header(large, 1000) + large)

    w.sea.set(large_receive=0)
    counters = times({"real_received": 1, "real_bridged": 1, "memory_failures": 1,
                      "output_failed": 1}, 3)
    fails(w, "R large, for a trunk that takes none", pid, "R.205", data, {}, counters, send)
    w.sea.set(large_receive=1, frag=1)
    seanet.set_mtu("vios", "t1", 900)
    counters = times({"real_received": 1, "real_dropped": 1, "real_no_memory": 1,
                      "memory_failures": 1}, 3)
    fails(w, "R large, for fragments", pid, "R.205", data, {}, counters, send)
    seanet.set_mtu("vios", "t1", 1500)
    w.sea.set(frag=0)


# ---- changes ----

class FailingSocket:
    """The nth allocation of what a message asks for fails."""

    def __init__(self, sock):
        self.sock = sock
        self.fd = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
        self.n = 0
        self.left = 0

    def send(self, data):
        nth = b"%d\n" % self.n
        os.pwrite(self.fd, nth, 0)
        try:
            return self.sock.send(data)
        finally:
            self.left = int(os.pread(self.fd, 16, 0))
            os.pwrite(self.fd, b"0\n", 0)

    def __getattr__(self, name):
        return getattr(self.sock, name)


class Change:
    """A change of the SEA, by a control whose messages may lack memory"""

    def __init__(self, w, text, do, undo):
        self.w, self.text, self.do, self.undo = w, text, do, undo
        self.control = seanet.Sea("vios", "sea0")
        self.sock = FailingSocket(self.control.rt.sock)
        self.control.rt.sock = self.sock

    def state(self):
        sea = self.w.sea
        with seanet.Netns("vios"):
            names = socket.if_nameindex()
        # They come in the order of their numbers' last byte.
        return sorted(n for _, n in names), sea.options(), sea.command("PORT_GET", dump=True)

    def attempt(self, n):
        """With the nth allocation failing: was it made?"""
        self.sock.n = n
        try:
            self.do(self.control)
        except (OSError, seanet.NetlinkError) as e:
            return e
        return None

    def run(self):
        before = self.state()
        self.do(self.w.sea)
        after = self.state()
        self.undo(self.w.sea)
        failed = 0
        why = [] if before != after else ["does nothing"]
        tried = 0
        for n in range(1, ALLOCATIONS, STEP):
            tried += 1
            error = self.attempt(n)
            failed += error is not None
            now = self.state()
            if error is None and now != after:
                why.append(f"not made, and no error, at {n}")
            if now not in (before, after):
                differs = [x for x, y in zip(now, after) if x != y]
                why.append(f"half made at {n}: {error}; {differs}")
            if now != before:
                self.undo(self.w.sea)
            if self.state() != before:
                why.append(f"cannot be undone at {n}")
            if why or (error is None and self.sock.left):
                break
        else:
            why.append(f"more than {ALLOCATIONS} allocations")
        print(f"{self.text}: {failed} of {tried} allocations made it fail", flush=True)
        if not failed:
            why.append("never failed")
        self.w.report(self.text, why)


def vlans(sea, dev, first, last, delete=False):
    info = [seanet.attr(2, struct.pack("=HH", flags, vid)) for flags, vid in
            ((8, first), (16, last))]
    sea.bridge(dev, seanet.attr(26, b"".join(info)), delete=delete)


def changes(w):
    del_all = lambda sea: vlans(sea, "t1", 3000, 3100, delete=True)    # noqa: E731
    for text, do, undo in (
            ("a SEA", lambda s: seanet.create(s.rt, "sea9"), lambda s: s.delete("sea9")),
            ("a port", lambda s: s.enslave("t2", "sea0"),
             lambda s: s.enslave("t2", None)),
            ("VLANs", lambda s: vlans(s, "t1", 3000, 3100), del_all),
            ("a real adapter", lambda s: s.set_port("r0", role=1),
             lambda s: s.set_port("r0", role=0)),
            ("threads and accounting", lambda s: s.set(thread=1, nthreads=2, accounting=1),
             lambda s: s.set(thread=0, nthreads=1, accounting=0)),
            ("threads", lambda s: s.set(thread=1, nthreads=3, queue_size=100),
             lambda s: s.set(thread=0, nthreads=1, queue_size=8192)),
            ("accounting", lambda s: s.set(accounting=1), lambda s: s.set(accounting=0))):
        if text == "a real adapter":
            w.sea.set_port("r0", role=0)
        Change(w, text, do, undo).run()
    w.sea.set_port("r0", role=1)


def main():
    w = vectors.World("vios")
    failslab(verbose=0, interval=1, probability=0, space=0, task_filter="Y",
             ignore_gfp_wait="Y")
    w.sea.set(thread=1, nthreads=1)
    pid = thread_of_sea()
    for fn in copies, content, large:
        fn(w, pid)
    w.sea.set(thread=0)
    failslab(ignore_gfp_wait="N")
    put(DEBUG + "fail_page_alloc/verbose", 0)
    put(DEBUG + "fail_page_alloc/ignore-gfp-wait", "N")
    changes(w)
    vectors.one(w, "and it forwards", "R", frame(CLIENT, OUTSIDE, 205), "bridged", "T1")
    return 1 if w.failed else 0


if __name__ == "__main__":
    sys.exit(main())
