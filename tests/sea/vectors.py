#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Frames through a SEA, by the rows of its decision table: each is sent, what comes out is
compared byte for byte at every sink, and every counter must move as told and no other.

Prints "ok TEXT" or "not ok TEXT: WHY" for each.  tests/sea/basic.sh makes the topology."""

import functools
import os
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import seanet    # noqa: E402
from seanet import frame    # noqa: E402

CLIENT, OUTSIDE, STRANGER = "02:00:00:00:00:c1", "02:00:00:00:00:01", "02:00:00:00:00:99"
GROUP, ALL = "01:00:5e:01:02:03", "ff:ff:ff:ff:ff:ff"
STP, LLDP = "01:80:c2:00:00:00", "01:80:c2:00:00:0e"

# Time for a frame to reach a sink, and to see that nothing else does
ARRIVE, QUIET = 2.0, float(os.environ.get("SEA_QUIET", "0.02"))

SIDES = {"R": "real", "T0": "virt", "T1": "virt", "tiny": "virt", "tap": "virt"}


class World:
    def __init__(self, vios):
        self.sea = seanet.Sea(vios, "sea0")
        self.ports = {
            "R": seanet.Port("out", "r1"),
            "T0": seanet.Port("c0", "t0p"),
            "T1": seanet.Port("c1", "t1p"),
            "SEA": seanet.Port(vios, "sea0"),
            "SEA.210": seanet.Port(vios, "sea0.210"),
            "SEA.400": seanet.Port(vios, "sea0.400"),
        }
        # The same adapters below VLAN devices: their tags are not in the frame's data.
        self.senders = dict(self.ports)
        for name, ns, dev in (("R", "out", "r1"), ("T0", "c0", "t0p"), ("T1", "c1", "t1p")):
            for vid in (1, 100, 200, 205, 210, 300):
                self.senders[f"{name}.{vid}"] = seanet.Port(ns, f"{dev}.{vid}")
        self.mac = seanet.address_of(vios, "sea0")
        # Large frames go through a cable as they are, but for an adapter with a driver
        self.whole = seanet.is_cable(vios, "r0")
        self.failed = 0

    def mac_of_sea(self):
        return self.mac

    def report(self, text, why):
        if why:
            self.failed += 1
            print(f"not ok {text}: {'; '.join(why)}", flush=True)
        else:
            print(f"ok {text}", flush=True)

    def collect(self, want):
        """What came in where, once all that is wanted is there, or the time is over"""
        got = {name: [] for name in self.ports}
        deadline = ARRIVE
        while True:
            for name, port in self.ports.items():
                got[name] += port.receive()
            if all(len(got[n]) >= len(f) for n, f in want.items()):
                break
            if deadline <= 0:
                break
            seanet.wait_for(self.ports.values(), 0.05)
            deadline -= 0.05
        seanet.wait_for([], QUIET)
        for name, port in self.ports.items():
            got[name] += port.receive()
        return got

    def flush(self):
        for port in self.ports.values():
            port.receive()

    def check(self, text, sender, data, want, counters, priority=0):
        """want: sink -> frames; counters: name -> difference, bytes left out"""
        before = self.sea.stats()
        self.flush()
        self.senders[sender].send(data, priority)
        got = self.collect(want)
        why = []
        for name in self.ports:
            if sorted(got[name]) != sorted(want.get(name, [])):
                why.append(f"{name} got {[f.hex() for f in got[name]]}, "
                           f"expected {[f.hex() for f in want.get(name, [])]}")
        why += self.compare(before, counters)
        self.report(text, why)
        return got

    def compare(self, before, counters):
        after = self.sea.stats()
        moved = {n: after[n] - before[n] for n in after
                 if after[n] != before[n] and not n.endswith("_bytes")}
        why = []
        if moved != counters:
            why.append(f"counters moved by {moved}, expected {counters}")
        return why + seanet.imbalance(after)


def group_of(data):
    if data[:6] == b"\xff" * 6:
        return "_broadcast"
    return "_multicast" if data[0] & 1 else None


def moved(sender, data, outcome):
    """Counters of one frame: outcome is "bridged", "consumed", "both" or a reason"""
    side = SIDES[sender.split(".")[0]]
    other = "virt" if side == "real" else "real"
    out = {side + "_received": 1}
    group = group_of(data)
    if group:
        out[side + "_received" + group] = 1
    if outcome in ("bridged", "both"):
        out[side + "_bridged"] = 1
        out[other + "_transmitted"] = 1
        if group:
            out[other + "_transmitted" + group] = 1
    if outcome in ("consumed", "both"):
        out[side + "_consumed"] = 1
    if outcome == "consumed":
        out[side + "_consumed_only"] = 1
    if outcome not in ("bridged", "consumed", "both"):
        out[side + "_dropped"] = 1
        out[f"{side}_{outcome}"] = 1
    return out


def one(w, text, sender, data, outcome, sink=None, result=None, more=None):
    """A frame that goes to at most one other side"""
    want = {sink: [data if result is None else result]} if sink else {}
    counters = moved(sender, data, outcome)
    counters.update(more or {})
    w.check(text, sender, data, want, counters)


def vectors(w):
    """The worked examples, tags in the frame"""
    up, down = (OUTSIDE, CLIENT), (CLIENT, OUTSIDE)
    one(w, "T0 untagged", "T0", frame(*up), "bridged", "R")
    one(w, "T0 tag 100 pcp 5 dei", "T0", frame(*up, 0xb064), "bridged", "R")
    one(w, "T0 tag 200", "T0", frame(*up, 200), "filtered_vlan")
    one(w, "T0 tag 1 is untagged outside", "T0", frame(*up, 1), "bridged", "R", frame(*up))
    one(w, "T0 tag 0 pcp 7", "T0", frame(*up, 0xe000), "bridged", "R", frame(*up))
    one(w, "T1 untagged", "T1", frame(*up), "filtered_pvid")
    one(w, "T1 tag 205", "T1", frame(*up, 205), "bridged", "R")
    one(w, "T1 tag 2, its own junk PVID", "T1", frame(*up, 2), "filtered_vlan")
    one(w, "T1 tag 1", "T1", frame(*up, 1), "filtered_vlan")
    one(w, "R untagged", "R", frame(*down), "bridged", "T0")
    one(w, "R tag 0 pcp 3", "R", frame(*down, 0x6000), "bridged", "T0", frame(*down))
    one(w, "R tag 1", "R", frame(*down, 1), "bridged", "T0", frame(*down))
    one(w, "R tag 100", "R", frame(*down, 100), "bridged", "T0")
    one(w, "R tag 205 pcp 7", "R", frame(*down, 0xe0cd), "bridged", "T1")
    one(w, "R tag 2", "R", frame(*down, 2), "filtered_vlan")
    one(w, "R tag 300", "R", frame(*down, 300), "filtered_vlan")
    for dst in (STP, LLDP, "01:80:c2:00:00:0f"):
        one(w, f"R reserved {dst}", "R", frame(dst, OUTSIDE), "filtered_reserved")
        one(w, f"T0 reserved {dst}", "T0", frame(dst, CLIENT), "filtered_reserved")
    one(w, "R 802.1ad is content", "R", frame(*down, (0x88a8, 7)), "bridged", "T0")
    one(w, "T0 802.1ad is content", "T0", frame(*up, (0x88a8, 200)), "bridged", "R")
    one(w, "R 802.1ad with a tag behind is content", "R", frame(*down, (0x88a8, 7), 100),
        "bridged", "T0")


def accelerated(w):
    """The same with tags beside the frame"""
    up, down = (OUTSIDE, CLIENT), (CLIENT, OUTSIDE)
    for sender, vid, sink, addr in (("T0.100", 100, "R", up), ("T1.205", 205, "R", up),
                                    ("R.100", 100, "T0", down), ("R.210", 210, "T1", down)):
        one(w, f"{sender} accelerated", sender, frame(*addr), "bridged", sink, frame(*addr, vid))
    one(w, "R.1 accelerated", "R.1", frame(*down), "bridged", "T0")
    one(w, "T0.1 accelerated", "T0.1", frame(*up), "bridged", "R")
    one(w, "T0.200 accelerated", "T0.200", frame(*up), "filtered_vlan")
    one(w, "R.300 accelerated", "R.300", frame(*down), "filtered_vlan")


def double_tags(w):
    up, down = (OUTSIDE, CLIENT), (CLIENT, OUTSIDE)
    for vid in (0, 1):
        one(w, f"T0 tag {vid} with a tag behind", "T0", frame(*up, vid, 205), "double_tag")
        one(w, f"R tag {vid} with a tag behind", "R", frame(*down, vid, 205), "double_tag")
    one(w, "T0.1 accelerated with a tag behind", "T0.1", frame(*up, 205), "double_tag")
    one(w, "R own tag 0 with a tag behind", "R", frame(w.mac_of_sea(), OUTSIDE, 0, 210),
        "double_tag")
    # What the host would look through: a tag behind an 802.1ad one of VLAN 0
    hidden = {"proto": 0x88a8, "payload": struct.pack("!HHHH", 0, 0x8100, 210, 0x0900) + bytes(50)}
    own = w.mac_of_sea()
    one(w, "R to the SEA, with a hidden tag", "R", frame(own, OUTSIDE, **hidden), "double_tag")
    one(w, "T0 to the SEA, with a hidden tag", "T0", frame(own, CLIENT, **hidden), "double_tag")
    one(w, "R to a client, with a hidden tag", "R", frame(*down, **hidden), "bridged", "T0")
    one(w, "T0 tag 100 with a tag behind", "T0", frame(*up, 100, 205), "bridged", "R")
    one(w, "R tag 205 with a tag behind", "R", frame(*down, 205, 100), "bridged", "T1")


def rows(w):
    """What else the table has"""
    for side, addr in (("R", CLIENT), ("T0", OUTSIDE)):
        one(w, f"P1 {side} source is a group", side, frame(addr, GROUP), "bad_src")
        one(w, f"P1 {side} source is zero", side, frame(addr, "00:00:00:00:00:00"), "bad_src")
    one(w, "P3 T0 VLAN 4095", "T0", frame(OUTSIDE, CLIENT, 4095), "control",
        more={"control_in": 1})
    one(w, "P3 T1 VLAN 4095", "T1", frame(OUTSIDE, CLIENT, 4095), "filtered_vlan")
    for side in ("T0", "T1"):
        one(w, f"P3 {side} SEA EtherType", side, frame(OUTSIDE, CLIENT, proto=0x88b5), "control",
            more={"control_in": 1})
    sock = w.sea.listen()
    one(w, "P4 R VLAN 4095", "R", frame(CLIENT, OUTSIDE, 4095), "control_leak")
    one(w, "P4 R SEA EtherType", "R", frame(CLIENT, OUTSIDE, 210, proto=0x88b5), "control_leak")
    got = w.sea.events(sock)
    w.report("P4 one event for both", [] if got == [(seanet.UAPI["SEA_EVENT_CONTROL_LEAK"], "sea0",
                                                     "r0")] else [f"{got}"])
    own = w.mac_of_sea()
    one(w, "R1", "R", frame(own, OUTSIDE), "consumed", "SEA")
    one(w, "R1 tag 1", "R", frame(own, OUTSIDE, 1), "consumed", "SEA", frame(own, OUTSIDE))
    one(w, "T2", "T0", frame(own, CLIENT), "consumed", "SEA")
    one(w, "T2 before T4 not: no VLAN device", "T0", frame(own, CLIENT, 110), "bridged", "R")
    one(w, "T3 before T2", "T0", frame(own, CLIENT, 210), "filtered_vlan")
    one(w, "T5 before T2", "T1", frame(own, CLIENT), "filtered_pvid")


def listeners(w):
    """Who listens to the adapter itself, for LLDP, gets reserved addresses, and nothing else."""
    listener = seanet.Port("vios", "r0", proto=0x0900)
    for dst, counter, sink in ((LLDP, "filtered_reserved", None), (STP, "filtered_reserved", None),
                               (CLIENT, "bridged", "T0"), (ALL, "bridged", "T0")):
        data = frame(dst, OUTSIDE, 110) if sink else frame(dst, OUTSIDE)
        if sink:
            one(w, f"R {dst}, with a listener", "R", data, counter, sink)
        else:
            one(w, f"R reserved {dst}, with a listener", "R", data, counter)
        seanet.wait_for([listener], QUIET if sink else ARRIVE)
        got = listener.receive()
        w.report(f"the listener and {dst}",
                 [] if got == ([] if sink else [data]) else [f"{[f.hex() for f in got]}"])
    listener.sock.close()


def groups(w):
    """Copies for the SEA's own interface, and its VLAN devices"""
    for dst in (ALL, GROUP, "33:33:00:00:00:01"):
        for sender, vid, sink in (("R", None, "T0"), ("T0", None, "R")):
            src = OUTSIDE if sender == "R" else CLIENT
            data = frame(dst, src)
            w.check(f"{sender} untagged to {dst}", sender, data, {sink: [data], "SEA": [data]},
                    moved(sender, data, "both"))
        data = frame(dst, OUTSIDE, 210)
        w.check(f"R tag 210 to {dst}", "R", data,
                {"T1": [data], "SEA": [data], "SEA.210": [frame(dst, OUTSIDE)]},
                moved("R", data, "both"))
        data = frame(dst, CLIENT, 205)
        w.check(f"T1 tag 205 to {dst}: no VLAN device", "T1", data, {"R": [data]},
                moved("T1", data, "bridged"))
        data = frame(dst, OUTSIDE, 400)
        w.check(f"R tag 400 to {dst}: only a VLAN device", "R", data,
                {"SEA": [data], "SEA.400": [frame(dst, OUTSIDE)]}, moved("R", data, "consumed"))
    data = frame(STRANGER, OUTSIDE, 400)
    one(w, "R tag 400 to a stranger", "R", data, "filtered_vlan")
    data = frame(w.mac_of_sea(), OUTSIDE, 210)
    w.check("R tag 210 to the SEA", "R", data,
            {"SEA": [data], "SEA.210": [frame(w.mac_of_sea(), OUTSIDE)]},
            moved("R", data, "consumed"))


def local(w):
    """Frames of the SEA's own interface"""
    own = w.mac_of_sea()
    for dst in (STRANGER, ALL, GROUP):
        data = frame(dst, own)
        counters = {"output_generated": 1, "real_transmitted": 1, "virt_transmitted": 1}
        group = group_of(data)
        if group:
            counters.update({"real_transmitted" + group: 1, "virt_transmitted" + group: 1})
        w.check(f"own untagged to {dst}", "SEA", data, {"R": [data], "T0": [data]}, counters)
        tagged = frame(dst, own, 210)
        for sender, what in (("SEA.210", data), ("SEA", tagged)):
            w.check(f"{sender} in VLAN 210 to {dst}", sender, what,
                    {"R": [tagged], "T1": [tagged]}, counters)
    counters = {"output_generated": 1, "real_transmitted": 1}
    w.check("own in VLAN 400", "SEA.400", frame(STRANGER, own),
            {"R": [frame(STRANGER, own, 400)]}, counters)
    w.check("own, tag 0 with a tag behind", "SEA", frame(STRANGER, own, 0, 210), {},
            {"output_generated": 1, "output_dropped": 1})


def options(w):
    up, down = (OUTSIDE, CLIENT), (CLIENT, OUTSIDE)
    w.sea.set(pvid_leak=1)
    one(w, "pvid_leak: T1 untagged", "T1", frame(*up), "bridged", "R")
    one(w, "pvid_leak: T1 tag 2", "T1", frame(*up, 2), "filtered_vlan")
    w.sea.set(pvid_leak=0)
    one(w, "no pvid_leak: T1 untagged", "T1", frame(*up), "filtered_pvid")
    w.sea.set(tagged_pvid=0)
    one(w, "no tagged_pvid: R tag 1", "R", frame(*down, 1), "tagged_pvid")
    one(w, "no tagged_pvid: R tag 1 to the SEA", "R", frame(w.mac_of_sea(), OUTSIDE, 1),
        "consumed", "SEA", frame(w.mac_of_sea(), OUTSIDE))
    w.sea.set(tagged_pvid=1)
    w.sea.set_port("t1", active=0)
    one(w, "T1 inactive: from it", "T1", frame(*up, 205), "inactive")
    one(w, "T1 inactive: to it", "R", frame(*down, 205), "inactive")
    one(w, "T1 inactive: T0", "T0", frame(*up, 100), "bridged", "R")
    w.sea.set_port("t0", active=0)
    one(w, "T0 inactive: broadcast to it and the SEA", "R", frame(ALL, OUTSIDE), "consumed", "SEA")
    one(w, "T0 inactive: broadcast to it alone", "R", frame(ALL, OUTSIDE, 110), "inactive")
    data = frame(ALL, OUTSIDE, 210)
    w.check("T1 inactive: broadcast to it and a VLAN device", "R", data,
            {"SEA": [data], "SEA.210": [frame(ALL, OUTSIDE)]}, moved("R", data, "consumed"))
    w.sea.set_port("t0", active=1)
    w.sea.set_port("t1", active=1)
    one(w, "T1 active again", "R", frame(*down, 205), "bridged", "T1")
    w.sea.set_port("t1", order=7)
    one(w, "T1 in another place: from it", "T1", frame(*up, 205), "bridged", "R")
    one(w, "T1 in another place: to it", "R", frame(*down, 205), "bridged", "T1")
    w.sea.set_port("t1", order=1)
    w.sea.set(thread=1, nthreads=2)
    one(w, "threads: T0 tag 100", "T0", frame(*up, 100), "bridged", "R")
    one(w, "threads: R untagged", "R", frame(*down), "bridged", "T0")
    one(w, "threads: R reserved", "R", frame(STP, OUTSIDE), "filtered_reserved")
    w.sea.set(qos_mode=1)
    one(w, "threads, strict: T0 tag 100 pcp 5", "T0", frame(*up, 0xa064), "bridged", "R")
    w.sea.set(qos_mode=2)
    one(w, "threads, loose: T0 tag 100 pcp 5", "T0", frame(*up, 0xa064), "bridged", "R")
    w.sea.set(qos_mode=0, thread=0)


def address(w):
    """A SEA with an address of its own: what is for it is for this host."""
    own = "02:00:00:00:5e:a0"
    w.sea.set_address("sea0", own)
    one(w, "another address: R to the old one", "R", frame(w.mac, OUTSIDE), "bridged", "T0")
    data = frame(own, OUTSIDE)
    before = w.sea.stats()
    w.flush()
    w.senders["R"].send(data)
    seanet.wait_for([w.ports["SEA"]], ARRIVE)
    got = w.ports["SEA"].receive()
    why = [] if got == [data] else ["not received"]
    if w.ports["SEA"].kinds != [0]:
        why.append(f"not for this host: {w.ports['SEA'].kinds}")
    w.report("another address: R to it", why + w.compare(before, moved("R", data, "consumed")))
    # Which it keeps when the real adapter gets another
    w.sea.set_address("r0", "02:00:00:00:aa:ab")
    why = [] if seanet.address_of("vios", "sea0") == own else ["it has another"]
    w.report("it keeps an address that was set", why)
    w.sea.set_address("r0", w.mac)
    w.sea.set_address("sea0", w.mac)


def filtered(dev):
    """Addresses the device was told to let through"""
    out = subprocess.run(["bridge", "-n", "vios", "fdb", "show", "dev", dev], check=True,
                         capture_output=True, text=True).stdout
    return {line.split()[0] for line in out.splitlines() if "self" in line}


def upper_addresses(w):
    """A VLAN device with an address of its own: the SEA has that as well."""
    own, old = "02:00:00:00:5e:d2", seanet.address_of("vios", "sea0.210")
    one(w, "before it has it: R tag 210", "R", frame(own, OUTSIDE, 210), "bridged", "T1")
    w.sea.set_address("sea0.210", own)
    data = frame(own, OUTSIDE, 210)
    w.check("a VLAN device's address: R tag 210", "R", data,
            {"SEA": [data], "SEA.210": [frame(own, OUTSIDE)]}, moved("R", data, "consumed"))
    data = frame(own, CLIENT, 210)
    w.check("a VLAN device's address: T1 tag 210", "T1", data,
            {"SEA": [data], "SEA.210": [frame(own, CLIENT)]}, moved("T1", data, "consumed"))
    one(w, "where no VLAN device is: T0 tag 110", "T0", frame(own, CLIENT, 110), "bridged", "R")
    w.report("the ports are told", [f"not {dev}" for dev in ("r0", "t0", "t1")
                                    if own not in filtered(dev)])
    w.sea.set_address("sea0.210", old)
    w.report("and that it is gone", [dev for dev in ("r0", "t0", "t1") if own in filtered(dev)])
    one(w, "it is nobody's: R tag 210", "R", frame(own, OUTSIDE, 210), "bridged", "T1")


def looped(w):
    """P0: what the host sends to a group through the adapter, and hears itself"""
    group = "224.0.0.99"
    # Nobody is told that this group has a member, nor that it has none any more.
    subprocess.run(["ip", "netns", "exec", "vios", "sh", "-c",
                    "echo 0 >/proc/sys/net/ipv4/igmp_link_local_mcast_reports"], check=False)
    with seanet.address("vios", "r0", "192.0.2.33/24"), seanet.Netns("vios"):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        here = socket.inet_aton("192.0.2.33")
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + here)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, here)
        sock.bind(("", 9999))
        sock.settimeout(ARRIVE)
        before = w.sea.stats()
        w.flush()
        sock.sendto(b"heard", (group, 9999))
        try:
            why = [] if sock.recv(100) == b"heard" else ["something else was heard"]
        except TimeoutError:
            why = ["not heard"]
        sock.close()
        w.report("P0 what comes back from the host itself", why + w.compare(before, {}))
    w.flush()


def vlan(w, dev, vid, flags, delete=False):
    """flags: 6 is PVID and untagged"""
    info = seanet.attr(2, struct.pack("=HH", flags, vid))
    w.sea.bridge(dev, seanet.attr(26, seanet.attr(0, b"\1\0") + info), delete=delete)


def pvid(w, vid, delete=False):
    vlan(w, "t1", vid, 6, delete)


def states(w):
    """What is down, not ready, or not what it was"""
    up, down = (OUTSIDE, CLIENT), (CLIENT, OUTSIDE)
    w.sea.up("sea0", False)
    one(w, "SEA down: T0", "T0", frame(*up, 100), "not_ready")
    one(w, "SEA down: R", "R", frame(*down, 100), "not_ready")
    one(w, "SEA down: P1 first", "R", frame(*down[:1], GROUP), "bad_src")
    w.sea.up("sea0")
    one(w, "SEA up again", "R", frame(*down, 100), "bridged", "T0")
    pvid(w, 2, delete=True)
    one(w, "T1 without PVID: from it", "T1", frame(*up, 205), "not_ready")
    one(w, "T1 without PVID: to it", "R", frame(*down, 205), "filtered_vlan")
    pvid(w, 2)
    one(w, "T1 with a PVID again", "T1", frame(*up, 205), "bridged", "R")
    w.sea.up("r0", False)
    w.check("R down", "T0", frame(*up), {},
            {"virt_received": 1, "virt_bridged": 1, "output_failed": 1})
    w.sea.up("r0")
    w.sea.set_port("r0", role=0)
    one(w, "no R: T0", "T0", frame(*up, 100), "no_real")
    w.check("no R: r0", "R", frame(*down, 100), {}, {"unassigned": 1})
    w.sea.set_port("r0", role=3)
    w.check("ctl: a control frame", "R", frame(*down, proto=0x88b5), {}, {"control_in": 1})
    w.check("ctl: another frame", "R", frame(*down), {}, {"control_ignored": 1})
    w.sea.set_port("r0", role=1)
    one(w, "R again", "T0", frame(*up), "bridged", "R")
    w.sea.set_port("t1", default=1)
    one(w, "T1 default: T1 untagged", "T1", frame(*up), "bridged", "R")
    one(w, "T1 default: R untagged", "R", frame(*down), "bridged", "T1")
    one(w, "T1 default: T0 untagged", "T0", frame(*up), "filtered_pvid")
    w.sea.set_port("t1", default=0)
    one(w, "no default: T1 untagged", "T1", frame(*up), "filtered_pvid")
    one(w, "no default: R untagged", "R", frame(*down), "filtered_vlan")
    w.sea.set_port("t0", default=1)
    one(w, "T0 default again", "R", frame(*down), "bridged", "T0")


# ---- frames that are too long ----

def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(size, df=True, proto=17, first=0, part=0):
    """part: whether it is a fragment, in units of 8 bytes, with 0x2000 for more"""
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, size, 0x1234, part | (0x4000 if df else 0), 64,
                       proto, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return head + bytes(i & 0xff for i in range(first, first + size - 20))


def ipv6(size, proto=17, payload=b""):
    here, there = (bytes([0xfd] + [0] * 14 + [n]) for n in (1, 2))
    head = struct.pack("!IHBB", 0x60000000, size - 40, proto, 64) + here + there
    return head + payload + bytes(size - len(head) - len(payload))


def hops(proto):
    """Hop-by-hop options: padding"""
    return bytes([proto, 0, 1, 4, 0, 0, 0, 0])


def fragment(proto, offset):
    return struct.pack("!BBHI", proto, 0, offset, 0x12345678)


def packet(dst, src, *tags, ip=b""):
    return frame(dst, src, *tags, proto=0x0800 if ip[0] >> 4 == 4 else 0x86dd, payload=ip)


def too_big(w, text, data, tag, answer, sender="R"):
    """The MTU of T1 is 1400; answer checks what comes back, or is None"""
    before = w.sea.stats()
    w.flush()
    w.senders[sender].send(data)
    got = w.collect({sender: [b""]} if answer else {})
    why = [f"{n} got a frame" for n in got if n != sender and got[n]]
    counters = moved(sender, data, tag)
    if answer:
        counters.update({"icmp_sent": 1, SIDES[sender] + "_transmitted": 1})
        if len(got[sender]) == 1:
            why += answer(data, got[sender][0])
        else:
            why.append(f"{len(got[sender])} answers")
    elif got[sender]:
        why.append("an answer")
    w.report(text, why + w.compare(before, counters))


def answer4(data, got, mtu=1400):
    ip, quoted = got[18:], data[18:]
    want = {
        "addresses": got[:12] == data[6:12] + data[:6],
        "tag": got[12:16] == data[12:16],
        "IP addresses": ip[12:20] == quoted[16:20] + quoted[12:16],
        "IP checksum": checksum(ip[:20]) == 0,
        "type": ip[20:22] == b"\x03\x04",
        "MTU": struct.unpack("!H", ip[26:28])[0] == mtu,
        "quotation": ip[28:] == quoted[:len(ip) - 28] and len(ip) == 576,
        "checksum": checksum(ip[20:]) == 0,
    }
    return [f"wrong {k} in {got.hex()}" for k, v in want.items() if not v]


def answer6(data, got, mtu=1400):
    ip, quoted = got[18:], data[18:]
    pseudo = ip[8:40] + struct.pack("!II", len(ip) - 40, 58)
    want = {
        "addresses": got[:12] == data[6:12] + data[:6],
        "tag": got[12:16] == data[12:16],
        "IP addresses": ip[8:40] == quoted[24:40] + quoted[8:24],
        "type": ip[40:42] == b"\x02\x00",
        "MTU": struct.unpack("!I", ip[44:48])[0] == mtu,
        "quotation": ip[48:] == quoted[:len(ip) - 48] and len(ip) == 1280,
        "checksum": checksum(pseudo + ip[40:]) == 0,
    }
    return [f"wrong {k} in {got.hex()}" for k, v in want.items() if not v]


def fragments(w):
    ip = ipv4(1500, df=False)
    data = packet(CLIENT, OUTSIDE, 0xa000 | 205, ip=ip)
    before = w.sea.stats()
    w.flush()
    w.senders["R"].send(data)
    got = w.collect({"T1": [b""] * 2})
    why = [f"{n} got a frame" for n in got if n != "T1" and got[n]]
    parts = sorted(got["T1"], key=lambda f: struct.unpack("!H", f[24:26])[0] & 0x1fff)
    if [f[:18] for f in parts] != [data[:18]] * 2:
        why.append(f"heads {[f[:18].hex() for f in parts]}")
    if b"".join(f[38:18 + struct.unpack("!H", f[20:22])[0]] for f in parts) != ip[20:]:
        why.append("content")
    counters = moved("R", data, "bridged")
    counters.update({"real_fragmented": 1, "virt_transmitted": 2})
    w.report("frag: IPv4 without DF", why + w.compare(before, counters))


def padded(w):
    """What is too long may be behind the packet: that goes, and nothing is fragmented."""
    for size in 1000, 20:
        ip = ipv4(size, df=False)
        data = packet(CLIENT, OUTSIDE, 205, ip=ip + bytes(1500 - size))
        one(w, f"frag: {size} bytes in a frame of 1500", "R", data, "bridged", "T1",
            packet(CLIENT, OUTSIDE, 205, ip=ip))


def answered(w, text, data, tag, check):
    """By an interface of the SEA that has an address: of all that comes, one is the answer."""
    w.flush()
    w.senders["R"].send(data)
    deadline = time.monotonic() + ARRIVE
    got = []
    while not got and time.monotonic() < deadline:
        seanet.wait_for([w.ports["R"]], 0.05)
        got = [f for f in w.ports["R"].receive() if f[:6] == data[6:12]]
    why = [] if len(got) == 1 else [f"{len(got)} answers"]
    if not why and got[0][12:len(tag) + 12] != tag:
        why.append(f"tag in {got[0].hex()}")
    if not why and not check(got[0][len(tag) + 14:]):
        why.append(f"source in {got[0].hex()}")
    w.report(text, why)


def sources(w):
    """Whose address an answer has: that of the SEA in the frame's VLAN"""
    tag = struct.pack("!HH", 0x8100, 210)
    big4, big6 = (packet(CLIENT, OUTSIDE, 210, ip=ip) for ip in (ipv4(1500), ipv6(1500)))
    with seanet.address("vios", "sea0.210", "192.0.2.9/24"):
        answered(w, "an IPv4 answer is of the SEA's address", big4, tag,
                 lambda ip: ip[12:16] == bytes([192, 0, 2, 9]))
        with seanet.address("vios", "sea0.210", "10.0.0.7/24"):
            answered(w, "of that in the sender's network", big4, tag,
                     lambda ip: ip[12:16] == bytes([10, 0, 0, 7]))
    if not os.path.exists("/proc/sys/net/ipv6"):
        return
    with seanet.ipv6("vios", "sea0.210"):
        with seanet.address("vios", "sea0.210", "fe80::7/64"):
            answered(w, "an IPv6 answer is of no link-local address", big6, tag,
                     lambda ip: ip[8:24] == big6[18 + 24:18 + 40])
            with seanet.address("vios", "sea0.210", "fd00::7/64"):
                answered(w, "an IPv6 answer is of the SEA's global address", big6, tag,
                         lambda ip: ip[8:24] == bytes([0xfd] + [0] * 14 + [7]))


def native(w):
    """What came with the tag of the PVID is answered without it."""
    seanet.set_mtu("vios", "t0", 1400)
    data = packet(CLIENT, OUTSIDE, 1, ip=ipv4(1500))
    answered(w, "an answer in the PVID is untagged", data, b"", lambda ip: ip[20:22] == b"\3\4")
    seanet.set_mtu("vios", "t0", 1500)
    # The other way; the SEA's MTU goes with the real adapter's.
    seanet.set_mtu("vios", "r0", 1400)
    w.sea.set(frag=1)
    before = w.sea.stats()
    data = packet(OUTSIDE, CLIENT, ip=ipv4(1500, df=False))
    w.senders["T0"].send(data)
    got = w.collect({"R": [b""] * 2})
    counters = moved("T0", data, "bridged")
    counters.update({"virt_fragmented": 1, "real_transmitted": 2})
    w.report("frag: to the real adapter",
             ([] if len(got["R"]) == 2 else [f"{len(got['R'])} came"]) + w.compare(before, counters))
    w.sea.set(frag=0)
    seanet.set_mtu("vios", "r0", 1500)
    seanet.set_mtu("vios", "sea0", 1500)


# ---- large frames, as a virtual machine's adapter makes them ----

def large_frame(dst, src, *tags, size=3000):
    """With the sum of the addresses only, the rest of which the last adapter makes"""
    head = ipv4(40 + size, df=False, proto=6)[:20]
    addresses = ~checksum(head[12:20] + struct.pack("!HH", 6, 20 + size)) & 0xffff
    tcp = struct.pack("!HHIIBBHHH", 1, 2, 3, 4, 0x50, 0x10, 1000, addresses, 0)
    ip = head + tcp + bytes(i * 7 % 251 for i in range(size))
    return packet(dst, src, *tags, ip=ip)


def virtio_header(data, segment):
    """Its sum is needed, it is TCP of IPv4 in such segments; 0: it is no large one."""
    ip = 14
    while data[ip - 2:ip] == b"\x81\0":
        ip += 4
    return struct.pack("=BBHHHH", 1, 1 if segment else 0, ip + 40 if segment else 0, segment,
                       ip + 20, 16)


def tcp_sum_wrong(ip):
    return checksum(ip[12:20] + struct.pack("!HH", 6, len(ip) - 20) + ip[20:])


def parted(data, got, segment, sums):
    """Are these the segments of a large frame?  sums: made already"""
    head, body = data[:18], data[58:]
    n = -(-len(body) // segment)
    if len(got) != n:
        return [f"{len(got)} came, expected {n}"]
    why = []
    for i, part in enumerate(got):
        ip, want = part[18:], body[i * segment:(i + 1) * segment]
        if part[:18] != head:
            why.append(f"head {part[:18].hex()}")
        if struct.unpack("!HH", ip[2:6]) != (40 + len(want), 0x1234 + i) or checksum(ip[:20]):
            why.append(f"IP header {ip[:20].hex()}")
        if struct.unpack("!I", ip[24:28])[0] != 3 + i * segment or ip[40:] != want:
            why.append(f"segment {i}")
        if sums and tcp_sum_wrong(ip):
            why.append(f"sum of segment {i}")
    return why


def whole(data, got):
    """Did it come as it was?  Its sum is still to be made."""
    if len(got) != 1:
        return [f"{len(got)} came, expected it whole"]
    at = 54
    while data[at - 42:at - 40] == b"\x81\0":
        at += 4
    at -= 4
    return [] if got[0][:at] + got[0][at + 2:] == data[:at] + data[at + 2:] else ["other bytes"]


def udp_frame(dst, src, *tags, six=False, size=3000):
    """A datagram of so many bytes, to be fragmented by the last adapter"""
    udp = struct.pack("!HHHH", 1, 2, size, 0) + bytes(size - 8)
    if six:
        return packet(dst, src, *tags, ip=ipv6(40 + size)[:40] + udp)
    return packet(dst, src, *tags, ip=ipv4(20 + size, df=False)[:20] + udp)


def lies(w, tap):
    """Large frames that are not what their sender says, and some that are"""
    tcp, udp = large_frame(OUTSIDE, CLIENT, 500), udp_frame(OUTSIDE, CLIENT, 500, six=True)
    for text, header, data, n, counter, answered in (
            ("TCP that begins with the IP header", (1, 58, 1500, 18, 16), tcp, 3, "too_big", 1),
            ("tiny segments", (1, 58, 80, 38, 16), tcp, 38, "too_big", 1),
            ("UDP of TCP", (3, 58, 1400, 38, 6), tcp, 3, "too_big", 1),
            ("UDP that begins with a tag", (3, 58, 1496, 18, 6),
             udp_frame(OUTSIDE, CLIENT, 500, 205), 3, "non_ip_too_big", 0),
            ("fragments of IPv6 of 1508 bytes", (3, 66, 1460, 58, 6), udp, 3, "too_big", 1),
            ("fragments of IPv6 of 1496 bytes", (3, 66, 1448, 58, 6), udp, 3, None, 0),
            ("TCP with a tag inside", (1, 62, 1000, 42, 16),
             large_frame(OUTSIDE, CLIENT, 500, 205), 3, None, 0),
            ("TCP with a tag inside, too long", (1, 62, 1457, 42, 16),
             large_frame(OUTSIDE, CLIENT, 500, 205), 3, "non_ip_too_big", 0)):
        before = w.sea.stats()
        w.flush()
        tap.send(struct.pack("=BBHHHH", 1, *header) + data)
        got = w.collect({} if counter else {"R": [b""]})
        why = [f"{x} got a frame" for x in got if got[x] and (counter or x != "R")]
        counters = {k: v * n for k, v in moved("tap", data, counter or "bridged").items()}
        if answered:
            counters.update({"icmp_sent": 1, "virt_transmitted": 1})
        w.report(f"large: {text}", why + w.compare(before, counters))


def large(w):
    """From a tap device, as a trunk of KVM is, which does not say how many segments there are"""
    tap = seanet.Tap("vios", "tap2")
    w.sea.enslave("tap2", "sea0")
    w.sea.set_port("tap2", role=2)
    vlan(w, "tap2", 9, 6)
    vlan(w, "tap2", 500, 0)
    w.sea.up("tap2")
    data = large_frame(OUTSIDE, CLIENT, 500)
    for segment, n in (1000, 3), (1440, 3), (1500, 2):
        before = w.sea.stats()
        w.flush()
        tap.send(virtio_header(data, segment) + data)
        got = w.collect({"R": [b""]})
        counters = {k: v * n for k, v in moved("T0", data, "bridged").items()}
        why = [f"{x} got a frame" for x in got if x != "R" and got[x]]
        if segment == 1500:    # behind the headers it is more
            counters = {"virt_received": n, "virt_dropped": n, "virt_too_big": n, "icmp_sent": 1,
                        "virt_transmitted": 1}
        elif w.whole:
            why += whole(data, got["R"])
        w.report(f"large, in segments of {segment}", why + w.compare(before, counters))
    lies(w, tap)
    seanet.set_mtu("vios", "r0", 1400)
    w.sea.set(frag=1)
    before = w.sea.stats()
    w.flush()
    tap.send(virtio_header(data, 1460) + data)
    got = w.collect({"R": [b""] * 5})
    counters = {"virt_received": 3, "virt_bridged": 3, "virt_fragmented": 3, "real_transmitted": 5}
    why = [] if len(got["R"]) == 5 else [f"{len(got['R'])} came"]
    w.report("frag: a large frame", why + w.compare(before, counters))
    w.sea.set(frag=0)
    seanet.set_mtu("vios", "r0", 1500)
    seanet.set_mtu("vios", "sea0", 1500)
    tap.close()


def offload(w, dev, name, value):
    subprocess.run(["ip", "netns", "exec", "vios", "ethtool", "-K", dev, name, value], check=True,
                   stdout=subprocess.DEVNULL)


def segments(w):
    """Who takes a large frame apart: nobody, the SEA, the core for an adapter that makes no sums"""
    senders = {"T0": seanet.LargePort("c0", "t0p"), "R": seanet.LargePort("out", "r1")}
    ways = (("T0", "R", "r0", "largesend", large_frame(OUTSIDE, CLIENT, 100)),
            ("R", "T0", "t0", "large_receive", large_frame(CLIENT, OUTSIDE, 100)))
    for sender, sink, dev, option, data in ways:
        for value, tx, segment in ((1, "on", 1000), (0, "on", 1000), (0, "on", 1440),
                                   (1, "off", 1000), (0, "off", 1000)):
            w.sea.set(**{option: value})
            offload(w, dev, "tx", tx)
            before = w.sea.stats()
            w.flush()
            senders[sender].send(virtio_header(data, segment) + data)
            got = w.collect({sink: [b""] * (1 if value and tx == "on" else 3)})
            why = [f"{x} got a frame" for x in got if x != sink and got[x]]
            why += (whole(data, got[sink]) if value and tx == "on" else
                    parted(data, got[sink], segment, tx == "off"))
            counters = {k: v * 3 for k, v in moved(sender, data, "bridged").items()}
            w.report(f"{option} {value} of {segment}, sums {tx}, from {sender}",
                     why + w.compare(before, counters))
            offload(w, dev, "tx", "on")
    w.sea.set(largesend=1, large_receive=0)
    inner_sums(w, senders)
    for port in senders.values():
        port.sock.close()


def inner_sums(w, senders):
    """A sum that an adapter is to make behind a tag that stays in the frame"""
    for sender, sink, dev, addr in (("T0", "R", "r0", (OUTSIDE, CLIENT)),
                                    ("R", "T0", "t0", (CLIENT, OUTSIDE))):
        offload(w, dev, "tx", "off")
        data = large_frame(*addr, 100, 205, size=200)
        before = w.sea.stats()
        w.flush()
        senders[sender].send(virtio_header(data, 0) + data)
        got = w.collect({sink: [b""]})
        why = [f"{x} got a frame" for x in got if x != sink and got[x]]
        if len(got[sink]) != 1:
            why.append(f"{len(got[sink])} came")
        elif got[sink][0][:58] + got[sink][0][60:] != data[:58] + data[60:]:
            why.append(f"came as {got[sink][0].hex()}")
        elif tcp_sum_wrong(got[sink][0][22:]):
            why.append("wrong sum")
        w.report(f"a sum behind two tags, from {sender}",
                 why + w.compare(before, moved(sender, data, "bridged")))
        offload(w, dev, "tx", "on")


def sums(w):
    """A sum that would be written into the header a frame was decided by, after that: nobody
    looks where a virtual machine wants its sums"""
    tap = seanet.Tap("vios", "tap3")
    w.sea.enslave("tap3", "sea0")
    vlan(w, "tap3", 9, 6)
    vlan(w, "tap3", 500, 0)
    w.sea.up("tap3")
    offload(w, "r0", "tx", "off")
    w.sea.set(pvid_leak=1)
    outside = ((0, 12), (13, 0), (12, 2), (4, 8))
    for begin, offset in outside:
        data = frame(OUTSIDE, CLIENT)
        send_sum(w, tap, begin, offset, data, {}, moved("tap", data, "bad_checksum"))
    # From there on it is the sender's content.
    for tags, begin in ((), 14), ((500,), 18):
        data = frame(OUTSIDE, CLIENT, *tags)
        want = data[:begin] + struct.pack("!H", checksum(data[begin:])) + data[begin + 2:]
        send_sum(w, tap, begin, 0, data, {"R": [want]}, moved("tap", data, "bridged"))
    # Of tags in the frame the core sees to it itself.
    for begin, offset in (0, 14), (14, 0), (17, 0):
        data = frame(OUTSIDE, CLIENT, 500)
        send_sum(w, tap, begin, offset, data, {"R": [data]}, moved("tap", data, "bridged"))
    w.sea.set(pvid_leak=0)
    w.sea.set_port("r0", role=0)
    w.sea.set_port("tap3", role=1)
    for begin, offset in outside:
        data = frame(CLIENT, OUTSIDE)
        send_sum(w, tap, begin, offset, data, {}, moved("R", data, "bad_checksum"))
    tap.close()
    w.sea.set_port("r0", role=1)
    offload(w, "r0", "tx", "on")
    own = seanet.LargePort("vios", "sea0")
    for begin, offset in outside:
        send_sum(w, own, begin, offset, frame(STRANGER, w.mac_of_sea()), {},
                 {"output_generated": 1, "output_dropped": 1})
    own.sock.close()
    one(w, "R again", "T0", frame(OUTSIDE, CLIENT), "bridged", "R")


def send_sum(w, sender, begin, offset, data, want, counters):
    before = w.sea.stats()
    w.flush()
    sender.send(struct.pack("=BBHHHH", 1, 0, 0, 0, begin, offset) + data)
    got = w.collect(want)
    why = [f"{n} got {[f.hex() for f in got[n]]}" for n in w.ports if got[n] != want.get(n, [])]
    w.report(f"a sum from {begin} at {begin + offset}, {data[12:14].hex()}",
             why + w.compare(before, counters))


def jumbo(w):
    """A frame of 9000 bytes, where both sides take them"""
    for ns, dev in (("out", "r1"), ("vios", "r0"), ("c0", "t0p"), ("vios", "t0")):
        seanet.set_mtu(ns, dev, 9000)
    for sender, sink, addr in ("R", "T0", (CLIENT, OUTSIDE)), ("T0", "R", (OUTSIDE, CLIENT)):
        one(w, f"{sender} 9000 bytes", sender, packet(*addr, 100, ip=ipv4(9000)), "bridged", sink)
    too_big(w, "9000 bytes for 1400", packet(CLIENT, OUTSIDE, 205, ip=ipv4(9000)), "too_big",
            answer4)
    for ns, dev in (("vios", "t0"), ("c0", "t0p"), ("vios", "r0"), ("out", "r1")):
        seanet.set_mtu(ns, dev, 1500)


def oversize(w):
    def sized(n):
        return packet(CLIENT, OUTSIDE, 205, ip=ipv4(n))

    one(w, "1400 bytes fit", "R", sized(1400), "bridged", "T1")
    too_big(w, "IPv4 with DF", sized(1401), "too_big", answer4)
    too_big(w, "IPv4 without DF", packet(CLIENT, OUTSIDE, 205, ip=ipv4(1500, df=False)),
            "too_big", answer4)
    too_big(w, "IPv6", packet(CLIENT, OUTSIDE, 205, ip=ipv6(1500)), "too_big", answer6)
    with seanet.address("vios", "lo", "192.0.2.1/32"):
        too_big(w, "another address of the host is not used", sized(1401), "too_big", answer4)
    for text, part in ("the first", 0x2000), ("another", 0x20b9), ("the last", 0xb9):
        too_big(w, f"{text} fragment of IPv4 is not answered",
                packet(CLIENT, OUTSIDE, 205, ip=ipv4(1500, df=False, part=part)), "too_big", None)
    for text, offset in ("the first", 1), ("another", 0x0101):
        too_big(w, f"{text} fragment of IPv6 is not answered",
                packet(CLIENT, OUTSIDE, 205, ip=ipv6(1500, 44, fragment(17, offset))), "too_big",
                None)
    too_big(w, "a fragment behind other headers is not",
            packet(CLIENT, OUTSIDE, 205, ip=ipv6(1500, 0, hops(44) + fragment(58, 0x0101))),
            "too_big", None)
    too_big(w, "IPv6 with options", packet(CLIENT, OUTSIDE, 205, ip=ipv6(1500, 0, hops(17))),
            "too_big", answer6)
    for n, answer in (8, answer6), (9, None):
        chain = b"".join(hops(60) for _ in range(n - 1)) + hops(17)
        too_big(w, f"IPv6 with {n} headers of options", packet(
            CLIENT, OUTSIDE, 205, ip=ipv6(1500, 60, chain)), "too_big", answer)
    too_big(w, "an ICMPv6 error is not answered",
            packet(CLIENT, OUTSIDE, 205, ip=ipv6(1500, 0, hops(58) + b"\x01")), "too_big", None)
    too_big(w, "an ICMPv6 echo is",
            packet(CLIENT, OUTSIDE, 205, ip=ipv6(1500, 0, hops(58) + b"\x80")), "too_big", answer6)
    too_big(w, "an ICMP error is not answered",
            packet(CLIENT, OUTSIDE, 205, ip=ipv4(1500, proto=1, first=3)), "too_big", None)
    too_big(w, "an ICMP echo is", packet(CLIENT, OUTSIDE, 205, ip=ipv4(1500, proto=1, first=8)),
            "too_big", answer4)
    too_big(w, "a group is not answered", packet(GROUP, OUTSIDE, 205, ip=ipv4(1500)), "too_big",
            None)
    too_big(w, "a wrong header is not answered",
            packet(CLIENT, OUTSIDE, 205, ip=b"\x46" + ipv4(1500)[1:]), "too_big", None)
    too_big(w, "not IP", frame(CLIENT, OUTSIDE, 205, payload=bytes(1401)), "non_ip_too_big", None)
    w.sea.set(frag=1)
    fragments(w)
    padded(w)
    too_big(w, "frag: IPv4 with DF", sized(1500), "too_big", answer4)
    w.sea.set(frag=0)


def to_clients(w):
    """Answers to what a trunk sends: in its VLAN, as it tags it"""
    seanet.set_mtu("vios", "r0", 1300)
    for sender, vid in ("T0", 100), ("T1", 205):
        for text, ip, answer in ("IPv4", ipv4(1400), answer4), ("IPv6", ipv6(1400), answer6):
            too_big(w, f"{sender}: {text}", packet(OUTSIDE, CLIENT, vid, ip=ip), "too_big",
                    functools.partial(answer, mtu=1300), sender)
    seanet.set_mtu("vios", "r0", 1500)
    seanet.set_mtu("vios", "sea0", 1500)


def answers(w):
    """A hundred answers a second, however many frames are too long"""
    data, n = packet(CLIENT, OUTSIDE, 205, ip=ipv4(1401)), 300
    time.sleep(1.1)
    before = w.sea.stats()
    start = time.monotonic()
    for _ in range(n):
        w.senders["R"].send(data)
    after = w.sea.stats()
    while after["real_too_big"] - before["real_too_big"] < n and time.monotonic() < start + 10:
        seanet.wait_for([], QUIET)
        after = w.sea.stats()
    most = 100 * (int(time.monotonic() - start) + 2)
    sent, dropped = (after[c] - before[c] for c in ("icmp_sent", "real_too_big"))
    w.report("answers are limited", [] if dropped == n and 100 <= sent <= most else
             [f"{sent} answers, at most {most} expected; {dropped} of {n} dropped"])
    w.flush()
    time.sleep(1.1)


def counters(w):
    why = []
    if w.sea.stats() != w.sea.genl_stats():
        why.append(f"{w.sea.stats()} and {w.sea.genl_stats()}")
    w.report("ethtool and generic netlink have the same counters", why)
    w.sea.command("STATS_RESET", seanet.u32(seanet.UAPI["SEA_A_IFINDEX"],
                                            w.sea.index("sea0")))
    w.report("reset", [n for n, v in w.sea.stats().items() if v])
    one(w, "after the reset", "R", frame(CLIENT, OUTSIDE), "bridged", "T0")


def client(w):
    """What is known of the only client"""
    u = seanet.UAPI
    answers = w.sea.command("CLIENT_GET", dump=True)
    if len(answers) != 1:
        return {}
    known = dict(seanet.attrs(dict(answers[0])[u["SEA_A_CLIENT"]]))
    return {name: known.get(u["SEA_A_CLIENT_" + name]) for name in
            ("MAC", "VID", "TRUNK", "PCP", "FROM_FRAMES", "FROM_BYTES", "TO_FRAMES", "TO_BYTES")}


def differs(got, want):
    return [f"{k} is {got.get(k)}, expected {v}" for k, v in want.items() if got.get(k) != v]


def accounting(w):
    up, down = (OUTSIDE, CLIENT), (CLIENT, OUTSIDE)
    w.sea.set(accounting=1, clients_max=4)
    for _ in range(3):
        one(w, "accounting: T0 tag 100", "T0", frame(*up, 0xa064), "bridged", "R")
    one(w, "accounting: R tag 100", "R", frame(*down, 100), "bridged", "T0")
    size = 64    # without the tag
    want = {"MAC": seanet.mac(CLIENT), "VID": struct.pack("=H", 100), "TRUNK": b"\0", "PCP": b"\5",
            "FROM_FRAMES": struct.pack("=Q", 3), "FROM_BYTES": struct.pack("=Q", 3 * size),
            "TO_FRAMES": struct.pack("=Q", 1), "TO_BYTES": struct.pack("=Q", size)}
    w.report("accounting: the client", differs(client(w), want))
    own = w.mac_of_sea()
    data = frame(CLIENT, own, 100)
    to_trunk = {"output_generated": 1, "virt_transmitted": 1}
    to_both = {"output_generated": 1, "virt_transmitted": 1, "real_transmitted": 1}
    w.check("accounting: own frames to a known client", "SEA", data, {"T0": [data]}, to_trunk)
    want.update({"TO_FRAMES": struct.pack("=Q", 2), "TO_BYTES": struct.pack("=Q", 2 * size)})
    w.report("accounting: count as well", differs(client(w), want))
    # It has moved, or somebody took its name.
    one(w, "accounting: its address comes from outside", "R", frame(STRANGER, CLIENT, 100),
        "bridged", "T0")
    w.check("accounting: own frames to it go both ways", "SEA", data, {"T0": [data], "R": [data]},
            to_both)
    one(w, "accounting: it comes back", "T0", frame(*up, 100), "bridged", "R")
    w.check("accounting: and it is known again", "SEA", data, {"T0": [data]}, to_trunk)
    for i in range(3):
        one(w, f"accounting: client {i + 2}", "T0", frame(OUTSIDE, f"02:00:00:00:01:{i:02x}", 100),
            "bridged", "R")
    one(w, "accounting: one too many", "T0", frame(OUTSIDE, "02:00:00:00:02:00", 100), "bridged",
        "R", more={"clients_overflow": 1})
    w.sea.set(accounting=0)
    # What did not get to a client is not counted for it.
    w.sea.set(accounting=1)
    one(w, "accounting: T1 tag 205", "T1", frame(*up, 205), "bridged", "R")
    too_big(w, "accounting: too long for the client", packet(*down, 205, ip=ipv4(1401)), "too_big",
            answer4)
    w.report("accounting: which is not counted", differs(client(w), {
        "VID": struct.pack("=H", 205), "FROM_FRAMES": struct.pack("=Q", 1),
        "TO_FRAMES": struct.pack("=Q", 0)}))
    w.sea.set(accounting=0)


def ageing(w):
    """Five minutes after its last frame a client is forgotten, and makes room for another."""
    up, data = (OUTSIDE, CLIENT), frame(CLIENT, w.mac_of_sea(), 100)
    w.sea.set(accounting=1, clients_max=1)
    one(w, "ageing: a client", "T0", frame(*up, 100), "bridged", "R")
    w.check("ageing: own frames go to it", "SEA", data, {"T0": [data]},
            {"output_generated": 1, "virt_transmitted": 1})
    one(w, "ageing: no room for another", "T0", frame(OUTSIDE, STRANGER, 100), "bridged", "R",
        more={"clients_overflow": 1})
    time.sleep(302)
    w.check("ageing: after five minutes they go both ways", "SEA", data, {"T0": [data], "R": [data]},
            {"output_generated": 1, "virt_transmitted": 1, "real_transmitted": 1})
    one(w, "ageing: there is room for another", "T0", frame(OUTSIDE, STRANGER, 100), "bridged", "R")
    w.report("ageing: which is known", differs(client(w), {"MAC": seanet.mac(STRANGER)}))
    w.sea.set(accounting=0)


def tiny(w):
    """A trunk, "tiny", whose MTU has no room for an answer; virtio.sh makes it."""
    w.senders["tiny"] = seanet.Port("c1", "xp")
    seanet.set_mtu("vios", "r0", 1400)
    for text, ip in ("IPv6", ipv6(1500)), ("IPv4", ipv4(1500)):
        one(w, f"tiny: {text} is not answered", "tiny", packet(OUTSIDE, CLIENT, 900, ip=ip), "too_big")
    seanet.set_mtu("vios", "r0", 1500)
    seanet.set_mtu("vios", "sea0", 1500)
    w.sea.set(frag=1)
    before = w.sea.stats()
    data = packet(CLIENT, OUTSIDE, 900, ip=ipv4(1500, df=False))
    w.senders["R"].send(data)
    w.collect({"R": [b""]})
    counters = moved("R", data, "too_big")
    counters.update({"icmp_sent": 1, "real_transmitted": 1})
    w.report("tiny: nothing is fragmented for it", w.compare(before, counters))
    w.sea.set(frag=0)


GROUPS = (vectors, accelerated, double_tags, rows, looped, listeners, groups, local, options, address,
          upper_addresses, states, oversize, to_clients, answers, native, large, segments, sums, jumbo,
          counters, accounting, sources)


def main():
    w = World(sys.argv[1])
    named = sys.argv[2:] or [fn.__name__ for fn in GROUPS]
    for fn in GROUPS + (tiny, ageing):
        if fn.__name__ in named:
            fn(w)
    return 1 if w.failed else 0


if __name__ == "__main__":
    sys.exit(main())
