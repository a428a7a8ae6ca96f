#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Trunks whose firmware says which one is active: two SEAs, each with one of them.

Prints "ok TEXT" or "not ok TEXT: WHY" for each.  tests/sea/llan.sh makes the topology."""

import errno
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import seanet    # noqa: E402
from seanet import UAPI, NetlinkError, frame    # noqa: E402

FAIL = "/sys/module/illansim/parameters/fail"
PRIORITY = "/sys/module/illansim/parameters/priority"
H_HARDWARE = -1


class Trunk:
    def __init__(self, ns, sea, dev, far):
        self.dev = dev
        self.sea = seanet.Sea(ns, sea)
        self.far = seanet.Port("out", far)
        self.sock = self.sea.listen()
        self.sock.settimeout(0.1)

    def state(self):
        """(role, priority, active, the firmware's)"""
        name = self.dev.encode() + b"\0"
        for answer in self.sea.command("PORT_GET", dump=True):
            port = dict(seanet.attrs(dict(answer)[UAPI["SEA_A_PORT"]]))
            if port[UAPI["SEA_A_PORT_IFNAME"]] == name:
                return tuple(port[UAPI["SEA_A_PORT_" + a]][0]
                             for a in ("ROLE", "PRIORITY", "ACTIVE", "FIRMWARE"))
        return None

    def events(self):
        out = []
        while True:
            try:
                event, sea, dev = self.sea.event(self.sock)
            except TimeoutError:
                return out
            if dev == self.dev and sea == self.sea.dev:
                out.append(event)


class World:
    def __init__(self, vios):
        self.a = Trunk(vios, "sea0", "eth0", "r1")
        self.b = Trunk(vios, "sea1", "eth1", "r9")
        self.client = seanet.Port("c0", "eth2")
        self.number = 0
        self.failed = 0

    def report(self, text, why=""):
        self.failed += bool(why)
        print(f"not ok {text}: {why}" if why else f"ok {text}", flush=True)

    def same(self, text, got, want):
        self.report(text, "" if got == want else f"{got}, expected {want}")

    def refused(self, text, code, says, fn, *args, **kwargs):
        before = self.a.state(), self.b.state()
        why = "not refused"
        try:
            fn(*args, **kwargs)
        except NetlinkError as e:
            why = "" if e.errno == code and says in e.text else f"'{e}', expected '{says}'"
        if (self.a.state(), self.b.state()) != before:
            why += " and something changed"
        self.report(text, why)

    def through(self, sender, receivers, *tags):
        """Who of them has what the sender sends, within a while"""
        self.number += 1
        mark = b"llan" + self.number.to_bytes(4, "big") + bytes(40)
        for port in receivers:
            port.receive()
        sender.send(frame("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:c0", *tags, payload=mark))
        got = [False] * len(receivers)
        end = time.monotonic() + 1
        while time.monotonic() < end:
            seanet.wait_for(receivers, 0.1)
            for i, port in enumerate(receivers):
                got[i] |= any(mark in data for data in port.receive())
        return got


def data(w, text, want):
    """Between the client and the outside of the two SEAs: who is active forwards."""
    far = [w.a.far, w.b.far]
    for tags, what in (((), "untagged"), ((100,), "tagged")):
        w.same(f"{text}: {what}, from the client", w.through(w.client, far, *tags), want)
        got = [w.through(f, [w.client], *tags)[0] for f in far]
        w.same(f"{text}: {what}, to the client", got, want)


def trunk(priority, active):
    return (UAPI["SEA_PORT_TRUNK"], priority, active, 1)


def wait(fn, want, seconds=5):
    end = time.monotonic() + seconds
    while fn() != want and time.monotonic() < end:
        time.sleep(0.2)
    return fn()


def main():
    w = World(sys.argv[1])
    w.same("the first is a trunk, and active", w.a.state(), trunk(1, 1))
    w.same("the second is a trunk, and not", w.b.state(), trunk(2, 0))
    data(w, "the first is active", [True, False])
    w.refused("what has not got it cannot give it away", errno.EINVAL,
              "takes activity only for another trunk that claims it",
              w.b.sea.set_port, "eth1", active=0)
    w.refused("nor can what has it", errno.EINVAL,
              "takes activity only for another trunk that claims it",
              w.a.sea.set_port, "eth0", active=0)
    w.refused("the priority is the firmware's", errno.EOPNOTSUPP, "keeps this trunk's priority",
              w.a.sea.set_port, "eth0", priority=5)
    with open(FAIL, "w", encoding="ascii") as f:
        f.write(str(H_HARDWARE))
    w.refused("a claim the firmware fails", errno.EIO, "does not make this trunk the active one",
              w.b.sea.set_port, "eth1", active=1)
    time.sleep(2.5)
    w.same("and what it does not tell any more stays", (w.a.state(), w.b.state()),
           (trunk(1, 1), trunk(2, 0)))
    with open(FAIL, "w", encoding="ascii") as f:
        f.write("0")
    w.a.events()
    w.b.events()
    w.b.sea.set_port("eth1", active=1)
    w.same("the second has claimed it", w.b.state(), trunk(2, 1))
    w.same("the first has lost it", wait(w.a.state, trunk(1, 0)), trunk(1, 0))
    w.same("an event says so", w.a.events(), [UAPI["SEA_EVENT_ACTIVE_LOST"]])
    w.same("and one that the other has changed", w.b.events(), [UAPI["SEA_EVENT_PORT_CHANGED"]])
    data(w, "the second is active", [False, True])
    w.a.sea.set_port("eth0", active=1)
    w.same("it goes back", (w.a.state(), wait(w.b.state, trunk(2, 0))),
           (trunk(1, 1), trunk(2, 0)))
    data(w, "it went back", [True, False])
    w.a.events()
    with open(PRIORITY, "w", encoding="ascii") as f:
        f.write("3")
    w.same("the firmware gives the first another priority", wait(w.a.state, trunk(3, 1)),
           trunk(3, 1))
    w.same("an event says so, too", w.a.events(), [UAPI["SEA_EVENT_PORT_CHANGED"]])
    for t in w.a, w.b:
        w.report(f"what came into {t.sea.dev} went out or was dropped",
                 "; ".join(seanet.imbalance(t.sea.stats())))
    return w.failed > 0


if __name__ == "__main__":
    sys.exit(main())
