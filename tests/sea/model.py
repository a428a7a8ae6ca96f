# SPDX-License-Identifier: GPL-2.0
"""What a SEA must do with a frame: the decision table in another language, written from its
specification and sharing nothing with the module.

A frame is bytes as on the wire.  decide() tells what comes out where and which counters
move.  Names of rows are those of Documentation/sea.rst."""

import struct
from collections import Counter

SEA_TYPE = 0x88b5
DOT1Q = 0x8100
RESERVED = bytes.fromhex("0180c2000000")[:5]
BROADCAST = b"\xff" * 6
ZERO = bytes(6)

# Where frames come out besides R and trunks
OWN = "sea0"


def own_upper(vid):
    return f"{OWN}.{vid}"


class Trunk:
    def __init__(self, name, order, pvid, vids, active=True, mtu=1500):
        self.name = name
        self.order = order
        self.pvid = pvid
        self.vids = vids
        self.active = active
        self.mtu = mtu


class Config:
    """One SEA: its trunks, the default one of them (or None), and its options"""

    def __init__(self, trunks, default, mac, real="R", real_mtu=1500, up=True, pvid_leak=False,
                 tagged_pvid=True, accounting=False, uppers=(), spare=None, control=None):
        self.trunks = {t.name: t for t in trunks}
        self.default = default
        self.mac = mac
        self.real = real
        self.real_mtu = real_mtu
        self.up = up
        self.pvid_leak = pvid_leak
        self.tagged_pvid = tagged_pvid
        self.accounting = accounting
        self.uppers = frozenset(uppers)
        self.spare = spare
        self.control = control
        self.clients = set()
        self.pvid = default.pvid if default else 0
        self.owner = {v: t for t in trunks if t.pvid for v in t.vids}
        if self.pvid:
            self.owner[self.pvid] = default

    def own_is_in(self, vid):
        return vid == self.pvid or vid in self.uppers


class Frame:
    """A frame taken apart: its 802.1Q tag, if any, and what remains without it"""

    def __init__(self, data):
        self.data = data
        self.dst = data[:6]
        self.src = data[6:12]
        self.group = bool(data[0] & 1)
        self.tci = None
        self.bare = data
        self.proto = struct.unpack_from("!H", data, 12)[0]
        if self.proto == DOT1Q:
            self.tci, self.proto = struct.unpack_from("!HH", data, 14)
            self.bare = data[:12] + data[16:]
        self.vid = self.tci & 0xfff if self.tci is not None else 0

    def tagged(self, vid=None):
        """With its tag, or with one it did not have"""
        if vid is None or self.vid == vid:
            return self.data
        tci = (self.tci or 0) & 0xf000 | vid
        return self.bare[:12] + struct.pack("!HH", DOT1Q, tci) + self.bare[12:]

    def length3(self):
        return len(self.bare) - 14

    def ip(self):
        return self.proto in (0x0800, 0x86dd)


class Outcome:
    def __init__(self):
        self.out = []
        self.count = Counter()

    def add(self, name, n=1):
        self.count[name] += n

    def received(self, side, frame):
        self.side = side
        self._frame(side + "_received", frame)

    def _frame(self, name, frame):
        self.add(name)
        self.add(name + "_bytes", len(frame.bare))
        if frame.dst == BROADCAST:
            self.add(name + "_broadcast")
        elif frame.group:
            self.add(name + "_multicast")

    def drop(self, why):
        self.add(self.side + "_dropped")
        self.add(f"{self.side}_{why}")
        return self

    def send(self, side, port, frame, data):
        self.out.append((port, data))
        self._frame(side + "_transmitted", frame)

    def bridge(self, side, port, frame, data):
        self.add(self.side + "_bridged")
        self.send(side, port, frame, data)

    def consume(self, config, frame, vid, only):
        """The SEA's own interface has its PVID untagged, and a VLAN device has its VLAN so.  It
        gets no frame in which Linux would find the tag of another VLAN."""
        if vid in (0, config.pvid) and hides_tag(frame.bare):
            if only:
                self.drop("double_tag")
            return
        self.add(self.side + "_consumed")
        if only:
            self.add(self.side + "_consumed_only")
        if vid in (0, config.pvid):
            self.out.append((OWN, frame.bare))
            return
        self.out.append((OWN, frame.tagged(vid)))
        if vid in config.uppers:
            self.out.append((own_upper(vid), frame.bare))


def hides_tag(bare):
    """A tag behind an 802.1ad tag of VLAN 0: the receiving host looks through the latter."""
    return (bare[12:14] == b"\x88\xa8" and not bare[14] & 15 and not bare[15] and
            bare[16:18] in (b"\x81\x00", b"\x88\xa8"))


def double_tag(frame, vid, stripped):
    """E5: a tag that is removed must not uncover another."""
    return frame.tci is not None and frame.vid in (0, stripped) and frame.proto == DOT1Q


def too_big(frame, mtu):
    if frame.length3() <= mtu:
        return None
    return "too_big" if frame.ip() else "non_ip_too_big"


def first_rows(config, frame, ready):
    """P1, P2: of both sides"""
    if frame.src[0] & 1 or frame.src == ZERO:
        return "bad_src"
    if not config.up or not ready:
        return "not_ready"
    return None


def reserved(frame):
    return frame.dst[:5] == RESERVED and frame.dst[5] < 16


def from_real(config, frame):
    o = Outcome()
    o.received("real", frame)
    why = first_rows(config, frame, True)
    if why:
        return o.drop(why)
    if frame.vid == 4095 or frame.proto == SEA_TYPE:
        return o.drop("control_leak")                                   # P4
    if reserved(frame):
        return o.drop("filtered_reserved")                              # P5
    vid = frame.vid or config.pvid                                      # C4
    if frame.dst == config.mac:
        if double_tag(frame, vid, config.pvid):
            return o.drop("double_tag")
        o.consume(config, frame, vid, True)                             # R1
        return o
    if frame.vid and frame.vid == config.pvid and not config.tagged_pvid:
        return o.drop("tagged_pvid")                                    # E3
    trunk = config.owner.get(vid)
    if not trunk:
        if frame.group and vid in config.uppers:
            o.consume(config, frame, vid, True)                         # R2
            return o
        return o.drop("filtered_vlan")
    if not trunk.active:
        if not frame.group or not config.own_is_in(vid):
            return o.drop("inactive")                                   # R3
        if double_tag(frame, vid, config.pvid):
            return o.drop("double_tag")
        o.consume(config, frame, vid, True)
        return o
    if double_tag(frame, vid, trunk.pvid):
        return o.drop("double_tag")                                     # E5
    if frame.group and config.own_is_in(vid):
        o.consume(config, frame, vid, False)                            # R5
    why = too_big(frame, trunk.mtu)
    if why:
        return o.drop(why)
    o.bridge("virt", trunk.name, frame,                                 # R4, E2
             frame.bare if vid == trunk.pvid else frame.tagged(vid))
    return o


def control(config, trunk, frame):
    return frame.proto == SEA_TYPE or (trunk is config.default and frame.vid == 4095)


def from_trunk(config, trunk, frame):
    o = Outcome()
    o.received("virt", frame)
    why = first_rows(config, frame, trunk.pvid)
    if why:
        return o.drop(why)
    if control(config, trunk, frame):
        o.add("control_in")
        return o.drop("control")                                        # P3
    if reserved(frame):
        return o.drop("filtered_reserved")                              # P6
    if not trunk.active:
        return o.drop("inactive")                                       # T1
    if frame.vid and config.owner.get(frame.vid) is not trunk:
        return o.drop("filtered_vlan")                                  # T3
    leaks = not frame.vid and trunk is not config.default
    if leaks and not config.pvid_leak:
        return o.drop("filtered_pvid")                                  # T5
    vid = frame.vid or trunk.pvid                                       # C4
    mine = config.own_is_in(vid) and (frame.group or frame.dst == config.mac)
    if double_tag(frame, vid, config.pvid):                             # E5
        return o.drop("double_tag" if config.real or mine else "no_real")
    if config.accounting:
        config.clients.add((vid, frame.src))
    if mine and not frame.group:
        o.consume(config, frame, vid, True)                             # T2
        return o
    if not config.real:
        if not mine:
            return o.drop("no_real")
        o.consume(config, frame, vid, True)
        return o
    if mine:
        o.consume(config, frame, vid, False)                            # T6
    why = too_big(frame, config.real_mtu)
    if why:
        return o.drop(why)
    o.bridge("real", config.real, frame,                                # T4, E1
             frame.bare if leaks or vid == config.pvid else frame.tagged(vid))
    return o


def from_own(config, frame):
    o = Outcome()
    o.add("output_generated")
    vid = frame.vid or config.pvid
    trunk = config.owner.get(vid)
    if double_tag(frame, vid, config.pvid):
        o.add("output_dropped")
        return o
    inside = trunk is not None and trunk.active
    known = inside and not frame.group and (vid, frame.dst) in config.clients
    too_long = 0
    if config.real and not known:                                           # L1, L2
        if too_big(frame, config.real_mtu):
            too_long += 1
        else:
            o.send("real", config.real, frame,
                   frame.bare if vid == config.pvid else frame.tagged(vid))
    if inside:
        if too_big(frame, trunk.mtu):
            too_long += 1
        else:
            o.send("virt", trunk.name, frame,
                   frame.bare if vid == trunk.pvid else frame.tagged(vid))
    if not o.out:
        o.add("output_dropped")
    elif too_long:
        o.add("output_failed")
    return o


def from_control(frame):
    o = Outcome()
    o.add("control_in" if frame.proto == SEA_TYPE else "control_ignored")
    return o


def decide(config, port, data):
    """The outcome of a frame that port receives, or the SEA's own interface sends"""
    frame = Frame(data)
    if port == OWN:
        return from_own(config, frame)
    if port in config.trunks:
        return from_trunk(config, config.trunks[port], frame)
    if port == config.control:
        return from_control(frame)
    if port == config.spare:
        o = Outcome()
        o.add("unassigned")
        return o
    return from_real(config, frame)
