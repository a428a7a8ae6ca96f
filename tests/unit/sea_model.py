#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The model the random frames are compared with has the worked examples of the decision
table right.  Prints "ok TEXT" or "not ok TEXT: WHY"."""

import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../sea"))
sys.dont_write_bytecode = True
import model    # noqa: E402

OWN, CLIENT, OUTSIDE = (bytes([2, 0, 0, 0, 0, i]) for i in (0x5e, 0xc1, 1))
ALL, GROUP, STP = b"\xff" * 6, bytes.fromhex("01005e010203"), bytes.fromhex("0180c2000000")


def frame(*tags, dst=OUTSIDE, src=CLIENT, proto=0x9000, size=50):
    out = dst + src
    for tag in tags:
        out += struct.pack("!HH", *(tag if isinstance(tag, tuple) else (0x8100, tag)))
    return out + struct.pack("!H", proto) + bytes(size)


def config(**options):
    t0 = model.Trunk("T0", 0, 1, {100, 110})
    t1 = model.Trunk("T1", 1, 2, {200, 205, 210}, active=options.pop("active", True), mtu=1400)
    return model.Config([t0, t1], t0, OWN, uppers=(210, 400), **options)


A = 0xa000    # priority 5

# text, options, port, frame, reason of the drop or None, what comes out
CASES = [
    ("T0 untagged", {}, "T0", frame(), None, [("R", frame())]),
    ("T0 tag 100 pcp 5", {}, "T0", frame(A | 100), None, [("R", frame(A | 100))]),
    ("T0 tag 200", {}, "T0", frame(200), "virt_filtered_vlan", []),
    ("T1 untagged", {}, "T1", frame(), "virt_filtered_pvid", []),
    ("T1 untagged, as IBM's", {"pvid_leak": True}, "T1", frame(), None, [("R", frame())]),
    ("T1 tag 205", {}, "T1", frame(205), None, [("R", frame(205))]),
    ("R untagged", {}, "R", frame(), None, [("T0", frame())]),
    ("R tag 0 pcp 3", {}, "R", frame(0x6000), None, [("T0", frame())]),
    ("R tag 1", {}, "R", frame(1), None, [("T0", frame())]),
    ("R tag 1, refused", {"tagged_pvid": False}, "R", frame(1), "real_tagged_pvid", []),
    ("R tag 210 to all", {}, "R", frame(210, dst=ALL), None,
     [("T1", frame(210, dst=ALL)), ("sea0", frame(210, dst=ALL)), ("sea0.210", frame(dst=ALL))]),
    ("R tag 2", {}, "R", frame(2), "real_filtered_vlan", []),
    ("R tag 300", {}, "R", frame(300), "real_filtered_vlan", []),
    ("R to a bridge", {}, "R", frame(dst=STP), "real_filtered_reserved", []),
    ("T0 to a bridge", {}, "T0", frame(dst=STP), "virt_filtered_reserved", []),
    ("R 802.1ad", {}, "R", frame((0x88a8, 7)), None, [("T0", frame((0x88a8, 7)))]),
    ("R two tags, one to be removed", {}, "R", frame(1, 205), "real_double_tag", []),
    ("T0 two tags, one to be removed", {}, "T0", frame(0, 205), "virt_double_tag", []),
    ("R two tags", {}, "R", frame(100, 205), None, [("T0", frame(100, 205))]),
    ("R to a group of a VLAN device", {}, "R", frame(400, dst=GROUP), None,
     [("sea0", frame(400, dst=GROUP)), ("sea0.400", frame(dst=GROUP))]),
    ("R to a stranger in its VLAN", {}, "R", frame(400), "real_filtered_vlan", []),
    ("R to the SEA", {}, "R", frame(dst=OWN), None, [("sea0", frame(dst=OWN))]),
    ("T0 to the SEA", {}, "T0", frame(dst=OWN), None, [("sea0", frame(dst=OWN))]),
    ("T0 to the SEA on another's VLAN", {}, "T0", frame(210, dst=OWN), "virt_filtered_vlan", []),
    ("T0 to the SEA where it is not", {}, "T0", frame(110, dst=OWN), None,
     [("R", frame(110, dst=OWN))]),
    ("R VLAN 4095", {}, "R", frame(4095), "real_control_leak", []),
    ("T0 VLAN 4095", {}, "T0", frame(4095), "virt_control", []),
    ("T1 VLAN 4095", {}, "T1", frame(4095), "virt_filtered_vlan", []),
    ("T1 control", {}, "T1", frame(proto=0x88b5), "virt_control", []),
    ("R from a group", {}, "R", frame(src=GROUP), "real_bad_src", []),
    ("T0 from nobody", {}, "T0", frame(src=bytes(6)), "virt_bad_src", []),
    ("down", {"up": False}, "R", frame(), "real_not_ready", []),
    ("T1 inactive", {"active": False}, "T1", frame(205), "virt_inactive", []),
    ("to T1 inactive", {"active": False}, "R", frame(205), "real_inactive", []),
    ("no real adapter", {"real": None}, "T0", frame(100), "virt_no_real", []),
    ("1400 bytes fit, the tag besides", {}, "R", frame(205, size=1400), None,
     [("T1", frame(205, size=1400))]),
    ("1401 do not", {}, "R", frame(205, size=1401), "real_non_ip_too_big", []),
    ("1401 of IP", {}, "R", frame(205, proto=0x800, size=1401), "real_too_big", []),
    ("own, untagged", {}, "sea0", frame(), None, [("R", frame()), ("T0", frame())]),
    ("own, outside only", {}, "sea0", frame(400), None, [("R", frame(400))]),
    ("own, two tags", {}, "sea0", frame(0, 210), "output_dropped", []),
]


def check(options, port, data, reason, out):
    got = model.decide(config(**options), port, data)
    why = []
    if sorted(got.out) != sorted(out):
        why.append(f"comes out at {[p for p, _ in got.out]}")
    drops = [n for n in got.count if n.endswith(("_dropped", reason or "_dropped"))]
    if bool(reason) != bool(drops) or (reason and got.count[reason] != 1):
        why.append(f"counters {dict(got.count)}")
    for side in ("real", "virt"):
        c = got.count
        if c[side + "_received"] != (c[side + "_bridged"] + c[side + "_consumed_only"] +
                                     c[side + "_dropped"]):
            why.append("received is not bridged + consumed only + dropped")
    return why


def main():
    for text, *case in CASES:
        why = check(*case)
        print(f"not ok {text}: {'; '.join(why)}" if why else f"ok {text}")


if __name__ == "__main__":
    main()
