#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What a SEA refuses, by netlink messages that stock tools would not send.

Prints "ok TEXT" or "not ok TEXT: WHY" for each.  tests/sea/basic.sh makes the topology."""

import contextlib
import errno
import os
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import seanet    # noqa: E402
from seanet import NetlinkError, attr    # noqa: E402

IFLA_AF_SPEC, IFLA_PROTINFO = 26, 12
BRIDGE_FLAGS, BRIDGE_MODE, VLAN_INFO, TUNNEL_INFO, MST = 0, 1, 2, 3, 6
MASTER, SELF = 1, 2
PVID, UNTAGGED, BEGIN, END, BRENTRY = 2, 4, 8, 16, 32

VLANS = "VLANs are 1 to 4094"
TOGETHER = "pvid and untagged go together"
RANGE = "a range of VLANs has a begin and an end"
NOTHING = "the message has no VLANs"
KNOWS = "a SEA knows VLANs only"


class World:
    def __init__(self, vios, log):
        self.sea = seanet.Sea(vios, "sea0")
        self.log = log
        self.failed = 0

    def report(self, text, why=""):
        self.failed += bool(why)
        print(f"not ok {text}: {why}" if why else f"ok {text}", flush=True)

    def state(self):
        return (self.sea.command("DEV_GET", dump=True), self.sea.command("PORT_GET", dump=True),
                self.sea.options())

    def refuses(self, text, code, says, fn, *args, log=(), **kwargs):
        """log: what the kernel's log has to name"""
        before = self.state()
        self.log.read()
        why = "not refused"
        try:
            fn(*args, **kwargs)
        except NetlinkError as e:
            why = ""
            if e.errno != code or says not in e.text:
                why = f"'{e}', expected {errno.errorcode[code]} and '{says}'"
        logged = [line for line in self.log.read().splitlines() if "refused: " in line]
        if log and not any(all(word in line for word in log) for line in logged):
            why += f" the log has {logged}, expected {log}"
        if self.state() != before:
            why += " and something changed"
        self.report(text, why)

    def does(self, text, fn, *args, **kwargs):
        why = ""
        try:
            fn(*args, **kwargs)
        except NetlinkError as e:
            why = str(e)
        self.report(text, why)


def info(vid, flags=0):
    return attr(VLAN_INFO, struct.pack("=HH", flags, vid))


def spec(*parts, flags=MASTER):
    # iproute2 does not mark it as nested
    return attr(IFLA_AF_SPEC, b"".join([attr(BRIDGE_FLAGS, struct.pack("=H", flags)), *parts]))


def bridge_messages(w):
    def refuses(text, code, says, *parts, dev="t0", **kwargs):
        w.refuses(text, code, says, w.sea.bridge, dev, *parts, **kwargs)

    for vid in (0, 4095, 5000, 65535):
        refuses(f"VLAN {vid}", errno.ERANGE, VLANS, spec(info(vid)), log=("t0", f"VLAN {vid}"))
    refuses("VLAN 0 as PVID", errno.ERANGE, VLANS, spec(info(0, PVID | UNTAGGED)))
    refuses("pvid alone", errno.EINVAL, TOGETHER, spec(info(7, PVID)))
    refuses("untagged alone", errno.EINVAL, TOGETHER, spec(info(7, UNTAGGED)))
    refuses("a flag of bridges", errno.EINVAL, "a VLAN flag that a SEA does not know",
            spec(info(7, BRENTRY)))
    refuses("a begin without end", errno.EINVAL, RANGE, spec(info(7, BEGIN)))
    refuses("two begins", errno.EINVAL, RANGE, spec(info(7, BEGIN), info(8, BEGIN)))
    refuses("an end without begin", errno.EINVAL, RANGE, spec(info(7, END)))
    refuses("a single VLAN in a range", errno.EINVAL, RANGE, spec(info(7, BEGIN), info(8)))
    refuses("a range backwards", errno.EINVAL, "ends behind its begin",
            spec(info(9, BEGIN), info(8, END)))
    refuses("begin and end at once", errno.EINVAL, "begins a range or ends it",
            spec(info(9, BEGIN | END)))
    refuses("a range of PVIDs", errno.EINVAL, "a trunk has one PVID",
            spec(info(8, BEGIN | PVID | UNTAGGED), info(9, END | PVID | UNTAGGED)))
    refuses("a PVID at the begin of a range", errno.EINVAL, "a trunk has one PVID",
            spec(info(8, BEGIN | PVID | UNTAGGED), info(9, END)))
    refuses("a PVID at its end", errno.EINVAL, "a trunk has one PVID",
            spec(info(8, BEGIN), info(9, END | PVID | UNTAGGED)))
    refuses("two PVIDs", errno.EINVAL, "a trunk has one PVID",
            spec(info(8, PVID | UNTAGGED), info(9, PVID | UNTAGGED)))
    refuses("a range with another trunk's VLAN", errno.EEXIST, "another trunk has this VLAN",
            spec(info(195, BEGIN), info(200, END)), log=("t0", "VLAN 200", "t1"))
    refuses("another trunk's PVID", errno.EEXIST, "another trunk has this VLAN", spec(info(2)),
            log=("t0", "VLAN 2", "t1"))
    refuses("another trunk's VLAN as PVID", errno.EEXIST, "another trunk has this VLAN",
            spec(info(200, PVID | UNTAGGED)), log=("t0", "VLAN 200", "t1"))
    refuses("the PVID as a tagged VLAN", errno.EEXIST, "the PVID cannot be a tagged VLAN",
            spec(info(1)), log=("t0", "VLAN 1"))
    for size in (0, 3, 5, 8):
        refuses(f"a VLAN of {size} bytes", errno.EINVAL, "another length",
                spec(attr(VLAN_INFO, bytes(size))))
    refuses("no VLANs", errno.EINVAL, NOTHING, spec())
    refuses("no AF_SPEC", errno.EINVAL, NOTHING)
    refuses("bridge options", errno.EOPNOTSUPP, "a port of a SEA has no bridge options",
            attr(IFLA_PROTINFO, [seanet.u8(1, 3)]), spec(info(7)))
    refuses("a tunnel", errno.EOPNOTSUPP, KNOWS, spec(attr(TUNNEL_INFO, [seanet.u32(1, 7)])))
    refuses("a mode", errno.EOPNOTSUPP, KNOWS, spec(attr(BRIDGE_MODE, b"\0\0"), info(7)))
    refuses("MST", errno.EOPNOTSUPP, KNOWS, spec(info(7), attr(MST, [])))
    refuses("half an attribute", errno.EINVAL, "ends within an attribute",
            attr(IFLA_AF_SPEC, info(7) + b"\x08\0\0"))
    refuses("on the SEA", errno.EOPNOTSUPP, "VLANs are given to the trunks",
            spec(info(7), flags=SELF), dev="sea0")
    refuses("on the real adapter", errno.EOPNOTSUPP, "has the VLANs of the trunks",
            spec(info(7)), dev="r0")
    # No way to answer with a text: the log has it
    refuses("removal of a VLAN that is not there", errno.ENOENT, "", spec(info(7)), delete=True,
            log=("t0", "this trunk has no such VLAN", "VLAN 7"))
    refuses("removal of a range with one", errno.ENOENT, "",
            spec(info(99, BEGIN), info(100, END)), delete=True,
            log=("t0", "this trunk has no such VLAN", "VLAN 99"))
    refuses("removal of VLAN 0", errno.ERANGE, "", spec(info(0)), delete=True,
            log=("t0", VLANS, "VLAN 0"))
    w.does("several VLANs and a range in a message", w.sea.bridge, "t0",
           spec(info(20), info(30, BEGIN), info(39, END)))
    w.does("and their removal", w.sea.bridge, "t0",
           spec(info(30, BEGIN), info(39, END), info(20)), delete=True)


def link_messages(w):
    w.refuses("two real adapters", errno.EEXIST, "the SEA has a real adapter already",
              w.sea.set_port, "t1", role=1, log=("t1", "r0"))
    w.refuses("an order twice", errno.EEXIST, "another trunk has this order", w.sea.set_port, "t1",
              order=0, log=("t1", "0, t0"))
    w.refuses("an active real adapter", errno.EINVAL, "only a trunk has", w.sea.set_port, "r0",
              active=1)
    before = w.sea.command("PORT_GET", dump=True)
    w.refuses("a new role with an order that is taken", errno.EEXIST, "another trunk has this order",
              w.sea.set_port, "r0", role=2, order=0)
    w.report("which changes nothing", [] if w.sea.command("PORT_GET", dump=True) == before else
             ["it did"])
    w.refuses("order 16", errno.ERANGE, "", w.sea.set_port, "t1", order=16)
    w.refuses("priority 0", errno.ERANGE, "", w.sea.set_port, "t1", priority=0)
    w.refuses("role 4", errno.ERANGE, "", w.sea.set_port, "t1", role=4)
    w.refuses("qos_mode without a queue", errno.EINVAL, "qos_mode has no queue to act on",
              w.sea.set, qos_mode=1)
    w.refuses("a queue of 15", errno.ERANGE, "queue_size is 16 to 65536", w.sea.set, queue_size=15)
    w.refuses("no clients", errno.ERANGE, "clients_max is 1 to 65536", w.sea.set, clients_max=0)
    w.refuses("no threads", errno.ERANGE, "", w.sea.set, nthreads=0)
    w.refuses("pvid_leak 2", errno.ERANGE, "", w.sea.set, pvid_leak=2)
    w.refuses("a port that is none", errno.EOPNOTSUPP, "", w.sea.set_port, "lo", role=2)
    w.refuses("an MTU above the real adapter's", errno.EINVAL, "", w.sea.set_mtu, "sea0", 1501,
              log=("sea0", "greater than that of the real adapter", "r0, 1500"))


@contextlib.contextmanager
def devices(w, kind, *names):
    """with devices(...): there are such, without a cable."""
    def ip(*words):
        subprocess.run(["ip", "-n", w.sea.ns, "link", *words], check=True)

    with contextlib.ExitStack() as stack:
        for name in names:
            ip("add", name, "type", kind)
            stack.callback(ip, "del", name)
        yield


def unfit_ports(w):
    """Devices of kinds that cannot be ports"""
    for kind, says in (("seatest_novlan", "the device cannot do VLANs"),
                       ("seatest_nobridge", "the device does not allow bridging")):
        with devices(w, kind, "unfit"):
            w.refuses(kind, errno.EINVAL, says, w.sea.enslave, "unfit", "sea0",
                      log=("sea0", says, "unfit"))
    tun = seanet.Tun(w.sea.ns, "tun9")
    w.refuses("no Ethernet", errno.EINVAL, "not an Ethernet device", w.sea.enslave, "tun9", "sea0",
              log=("sea0", "tun9"))
    with devices(w, "bond", "bond9"):
        w.sea.enslave("bond9", "sea0")
        w.refuses("no Ethernet below a port", errno.EBUSY, "", w.sea.enslave, "tun9", "bond9",
                  log=("bond9", "a port of a SEA stays an Ethernet device", "sea0"))
        w.refuses("a SEA below a port", errno.ELOOP, "a SEA cannot be below a port of a SEA",
                  w.sea.enslave, "sea1", "bond9", log=("sea1", "bond9"))
    tun.close()


def roles(w):
    """A control channel is one and has no VLANs; trunks are sixteen."""
    names = [f"d{i}" for i in range(15)]
    with devices(w, "seatest", *names):
        for name in names:
            w.sea.enslave(name, "sea0")
        w.sea.set_port("d0", role=3)
        w.refuses("two control channels", errno.EEXIST, "the SEA has a control channel already",
                  w.sea.set_port, "d1", role=3, log=("d1", "sea0"))
        w.refuses("a VLAN on a control channel", errno.EOPNOTSUPP, "the control channel has no VLANs",
                  w.sea.bridge, "d0", spec(info(9)), log=("d0",))
        w.sea.set_port("d0", role=0)
        for name in names[:14]:
            w.sea.set_port(name, role=2)
        w.refuses("a seventeenth trunk", errno.ENOSPC, "the SEA has 16 trunks already",
                  w.sea.set_port, "d14", role=2, log=("d14", "sea0"))
        w.refuses("one by its PVID", errno.ENOSPC, "the SEA has 16 trunks already", w.sea.bridge,
                  "d14", spec(info(9, PVID | UNTAGGED)))


def generic_messages(w):
    w.refuses("no SEA named", errno.ENODEV, "which SEA", w.sea.command, "DEV_GET")
    w.refuses("a device that is no SEA", errno.EINVAL, "the device is not a SEA", w.sea.command,
              "DEV_GET", seanet.u32(seanet.UAPI["SEA_A_IFINDEX"], w.sea.index("r0")))
    w.refuses("a SEA that is not there", errno.ENODEV, "", w.sea.command, "STATS_RESET",
              attr(seanet.UAPI["SEA_A_IFNAME"], "nobody"))


def events(w):
    sock = w.sea.listen()
    w.sea.set_port("t1", active=0)
    w.sea.set_port("t1", active=1)
    w.sea.bridge("t1", spec(info(77)))
    w.sea.bridge("t1", spec(info(77)), delete=True)
    w.sea.set(frag=1)
    w.sea.set(frag=0)
    w.sea.up("sea0", False)
    w.sea.up("sea0")
    # Refused: nobody is told
    w.refuses("a queue that is too short", errno.ERANGE, "", w.sea.set, queue_size=15)
    w.sea.set_port("t1", active=1)
    port = (seanet.UAPI["SEA_EVENT_PORT_CHANGED"], "sea0", "t1")
    sea = (seanet.UAPI["SEA_EVENT_CHANGED"], "sea0", None)
    for what, want in (("inactive", port), ("active", port), ("VLAN added", port),
                       ("VLAN removed", port), ("an option", sea), ("the option back", sea),
                       ("down", sea), ("up", sea),
                       ("set again", port)):
        try:
            got = w.sea.event(sock)
        except TimeoutError:
            got = "nothing"
        w.report(f"event: {what}", "" if got == want else f"{got}, expected {want}")
    # basic.sh has left it in another SEA.
    w.sea.events(sock)
    w.sea.enslave("spare", None)
    w.sea.enslave("spare", "sea1")
    got = w.sea.events(sock)
    want = [(seanet.UAPI["SEA_EVENT_PORT_" + what], "sea1", "spare") for what in
            ("REMOVED", "ADDED")]
    w.report("event: a port leaves and joins", "" if got == want else f"{got}, expected {want}")
    sock.close()


def watched(sock):
    """(port, its PVID and VLANs) of each message that watchers of bridges get; "-port": it left"""
    out = []
    sock.settimeout(0.5)
    while True:
        try:
            data = sock.recv(1 << 17)
        except TimeoutError:
            return out
        _, kind, _, _, _, family = struct.unpack_from("=IHHIIB", data)
        if kind not in (16, 17) or family != 7:    # RTM_NEWLINK, RTM_DELLINK; AF_BRIDGE
            continue
        got = dict(seanet.attrs(data[32:]))
        infos = [struct.unpack("=HH", v) for k, v in seanet.attrs(got.get(IFLA_AF_SPEC, b""))
                 if k == VLAN_INFO]
        out.append(("-" * (kind == 17) + got[3].rstrip(b"\0").decode(),
                    [vid for flags, vid in infos if flags & PVID],
                    [vid for flags, vid in infos if not flags & PVID]))


def watchers(w):
    """Whoever watches bridges is told of each change, and that of the real adapter."""
    nl = seanet.Netlink(w.sea.ns)
    nl.sock.setsockopt(seanet.Netlink.SOL_NETLINK, 1, 1)    # RTNLGRP_LINK
    t1, all_vlans = [200, 205, 210], [100, 110, 200, 205, 210]

    def sees(text, want, fn, *args, **kwargs):
        watched(nl.sock)
        fn(*args, **kwargs)
        got = watched(nl.sock)
        w.report(f"watchers: {text}", "" if got == want else f"{got}, expected {want}")

    sees("a VLAN", [("t1", [2], t1 + [333]), ("r0", [1], all_vlans + [333])], w.sea.bridge, "t1",
         spec(info(333)))
    sees("it goes", [("t1", [2], t1), ("r0", [1], all_vlans)], w.sea.bridge, "t1",
         spec(info(333)), delete=True)
    sees("another default trunk", [("t1", [2], t1), ("r0", [2], all_vlans)], w.sea.set_port, "t1",
         default=1)
    sees("the default trunk again", [("t0", [1], [100, 110]), ("r0", [1], all_vlans)],
         w.sea.set_port, "t0", default=1)
    sees("a trunk that is none", [("t1", [], []), ("r0", [1], [100, 110])], w.sea.set_port, "t1",
         role=0)
    w.sea.bridge("t1", spec(info(2, PVID | UNTAGGED), *[info(v) for v in t1]))
    sees("a trunk that leaves", [("-t1", [], []), ("r0", [1], [100, 110])], w.sea.enslave, "t1",
         None)
    w.sea.enslave("t1", "sea0")
    w.sea.bridge("t1", spec(info(2, PVID | UNTAGGED), *[info(v) for v in t1]))


def dumps(w):
    """A dump that was overtaken by a change says so, and no other does."""
    changes = (("nothing", lambda: None), ("a VLAN", lambda: w.sea.bridge("t1", spec(info(77)))),
               ("an option", lambda: w.sea.set(frag=0)),
               ("a port", lambda: w.sea.set_port("t1", active=1)),
               ("the SEA down", lambda: w.sea.up("sea0", False)),
               ("the SEA up", lambda: w.sea.up("sea0")))
    for what, change in changes:
        got = w.sea.interrupted("PORT_GET", change)
        w.report(f"a dump with {what} changed", "" if got == (what != "nothing") else
                 f"{'' if got else 'not '}said to be interrupted")
    w.sea.bridge("t1", spec(info(77)), delete=True)


def threads_of(sea):
    out = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/comm", encoding="ascii") as f:
            if f.read().startswith(f"napi/{sea}-"):
                out.append(int(pid))
    return out


def threads(w):
    u = seanet.UAPI
    w.sea.set(thread=1, nthreads=3)
    answers = w.sea.command("THREAD_GET", seanet.u32(u["SEA_A_IFINDEX"], w.sea.index("sea0")),
                            dump=True)
    queues = [dict(seanet.attrs(dict(a)[u["SEA_A_THREAD"]])) for a in answers]
    got = [(struct.unpack("=I", q[u["SEA_A_THREAD_ID"]])[0], q[u["SEA_A_THREAD_WAY"]][0],
            q[u["SEA_A_THREAD_QUEUE"]][0]) for q in queues]
    want = [(t, w, q) for t in range(3) for w in range(2) for q in range(9)]
    w.report("queues of threads", "" if got == want else f"{got}")
    places = [os.sched_getaffinity(pid) for pid in threads_of("sea0")]
    w.report("each thread on its processor",
             "" if len(places) == 3 and all(len(p) == 1 for p in places) and
             len(set.union(*places)) == min(3, os.cpu_count()) else f"{places}")
    w.refuses("threads off, with QoS", errno.EINVAL, "qos_mode has no queue to act on", w.sea.set,
              qos_mode=1, thread=0)
    w.sea.set(thread=0)
    w.report("no threads", "threads" if w.sea.command("THREAD_GET", dump=True) else "")


def all_vlans(w):
    """The most ranges a port can have come in one dump."""
    u = seanet.UAPI
    vids = [v for v in range(1001, 4094, 2)]
    w.sea.bridge("t1", spec(*[info(v) for v in vids]))
    ports = [dict(a)[u["SEA_A_PORT"]] for a in w.sea.command("PORT_GET", dump=True)]
    [t1] = [p for p in ports if dict(seanet.attrs(p))[u["SEA_A_PORT_IFNAME"]] == b"t1\0"]
    ranges = [dict(seanet.attrs(v)) for k, v in seanet.attrs(t1) if k == u["SEA_A_PORT_VLAN"]]
    got = [struct.unpack("=H", r[u["SEA_A_VLAN_FIRST"]])[0] for r in ranges]
    why = "" if got[3:] == vids else f"{len(got)} ranges"
    w.sea.bridge("t1", spec(*[info(v) for v in vids]), delete=True)
    w.report("every second VLAN", why)


def main():
    with seanet.whole_log() as log:
        w = World(sys.argv[1], log)
        for fn in (bridge_messages, link_messages, unfit_ports, roles, generic_messages, events,
                   watchers, dumps, threads, all_vlans):
            fn(w)
    return 1 if w.failed else 0


if __name__ == "__main__":
    sys.exit(main())
