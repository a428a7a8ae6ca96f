#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""TCP and UDP through a SEA and to its own interface, with and without large frames.

Prints "ok TEXT" or "not ok TEXT: WHY" for each.  tests/sea/basic.sh makes the topology."""

import contextlib
import errno
import hashlib
import os
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import seanet    # noqa: E402

# Seconds in which something has to move
TIMEOUT = 60
IPV6 = {
    "out": {"r1": "fd00:1::1", "r1.100": "fd00:100::1", "r1.210": "fd00:210::1"},
    "c0": {"t0p": "fd00:1::2", "t0p.100": "fd00:100::2"},
    "c1": {"t1p.210": "fd00:210::2"},
    "vios": {"sea0": "fd00:1::3"},
}
SIZE = int(os.environ.get("SEA_TCP_SIZE", 8 << 20))
# From the outside in: what is on top of another has at most its MTU.
LONG = (("out", "r1"), ("out", "r1.100"), ("vios", "r0"), ("vios", "sea0"), ("vios", "t0"),
        ("c0", "t0p"), ("c0", "t0p.100"))
ADDRESSES = {
    "out": {"r1": "10.1.0.1", "r1.100": "10.100.0.1", "r1.210": "10.210.0.1"},
    "c0": {"t0p": "10.1.0.2", "t0p.100": "10.100.0.2"},
    "c1": {"t1p.210": "10.210.0.2"},
    "vios": {"sea0": "10.1.0.3", "sea0.210": "10.210.0.3"},
}


def addresses(verb):
    for ns, devs in ADDRESSES.items():
        for dev, addr in devs.items():
            subprocess.run(["ip", "-n", ns, "addr", verb, addr + "/24", "dev", dev], check=True)


@contextlib.contextmanager
def addresses6():
    """with addresses6(): these devices have IPv6, and find each other by it."""
    with contextlib.ExitStack() as stack:
        for ns, devs in IPV6.items():
            for dev, addr in devs.items():
                stack.enter_context(seanet.ipv6(ns, dev))
                stack.enter_context(seanet.address(ns, dev, addr + "/64"))
        yield


class Receiver:
    """A process that takes all that comes, and tells what it was"""

    def __init__(self, listener):
        self.pipe, there = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.write(there, self.take(listener).encode())
            os._exit(0)
        os.close(there)

    @staticmethod
    def take(listener):
        digest, count = hashlib.sha256(), 0
        try:
            sock, _ = listener.accept()
            sock.settimeout(TIMEOUT)
            while data := sock.recv(1 << 16):
                digest.update(data)
                count += len(data)
        except OSError as e:
            return f"receiver after {count} bytes: {e}"
        return digest.hexdigest()

    def end(self):
        with open(self.pipe, encoding="ascii") as pipe:
            text = pipe.read()
        os.waitpid(self.pid, 0)
        return text


def family(addr):
    return socket.AF_INET6 if ":" in addr else socket.AF_INET


def state(ns_from, ns_to):
    """What TCP and the network say when nothing moves"""
    for ns in (ns_from, ns_to):
        for command in (("ss", "-tinmoe"), ("ip", "-s", "link")):
            subprocess.run(["ip", "netns", "exec", ns, *command], check=False)
    print(open("/proc/net/softnet_stat", encoding="ascii").read(), flush=True)


def transfer(ns_from, ns_to, addr):
    """SIZE bytes over TCP; what is wrong"""
    with seanet.Netns(ns_to):
        listener = socket.create_server((addr, 0), family=family(addr))
    listener.settimeout(TIMEOUT)
    # Before there is a sender: a copy of it would keep the connection open.
    receiver = Receiver(listener)
    with seanet.Netns(ns_from):
        sender = socket.socket(family(addr))
    sender.settimeout(TIMEOUT)
    want, block = hashlib.sha256(), os.urandom(1 << 16)
    try:
        sender.connect(listener.getsockname())
        # Each block has the time limit, not all of them.
        for _ in range(SIZE // len(block)):
            sender.sendall(block)
            want.update(block)
    except OSError as e:
        state(ns_from, ns_to)
        return [f"sender: {e}", receiver.end()]
    sender.close()
    listener.close()
    got = receiver.end()
    return [] if got == want.hexdigest() else [f"{got}, expected {want.hexdigest()}"]


def datagram(ns_from, ns_to, addr, size):
    """A UDP datagram, in fragments if it is long, and its echo"""
    with seanet.Netns(ns_to):
        there = socket.socket(family(addr), socket.SOCK_DGRAM)
    there.bind((addr, 0))
    with seanet.Netns(ns_from):
        here = socket.socket(family(addr), socket.SOCK_DGRAM)
    for sock in (here, there):
        sock.settimeout(TIMEOUT)
    data = os.urandom(size)
    here.sendto(data, there.getsockname())
    got, back = there.recvfrom(1 << 16)
    there.sendto(got, back)
    return [] if here.recv(1 << 16) == data else ["other bytes came out"]


def path_mtu(ns_from, addr, want):
    """A host sends datagrams of 1450 bytes that nobody may fragment, until it is told the MTU."""
    level, discover, mtu = ((socket.IPPROTO_IPV6, 23, 24) if ":" in addr else
                            (socket.IPPROTO_IP, 10, 14))    # IP_MTU_DISCOVER, IP_MTU
    with seanet.Netns(ns_from):
        sock = socket.socket(family(addr), socket.SOCK_DGRAM)
    sock.setsockopt(level, discover, 2)    # IP_PMTUDISC_DO
    sock.connect((addr, 9))
    end = time.monotonic() + 10
    while sock.getsockopt(level, mtu) != want and time.monotonic() < end:
        try:
            sock.send(bytes(1450))
        except OSError as e:
            if e.errno not in (errno.EMSGSIZE, errno.ECONNREFUSED, errno.EHOSTUNREACH):
                raise
        time.sleep(0.1)
    got = sock.getsockopt(level, mtu)
    return [] if got == want else [f"{got} bytes, expected {want}"]


def identity(sea):
    """Once nothing is in a thread's queue"""
    for _ in range(50):
        why = seanet.imbalance(sea.stats())
        if not why:
            break
        time.sleep(0.1)
    return why


def large(before, after, side, mtu):
    """Frames are counted as they are on the wire: SIZE bytes are so many at least."""
    frames = after[side] - before[side]
    return [] if frames >= SIZE // mtu else [f"{side} moved by {frames}"]


class Report:
    def __init__(self, sea):
        self.sea = sea
        self.failed = 0

    def __call__(self, text, fn, *args, counter=None, mtu=1500):
        before = self.sea.stats()
        try:
            why = fn(*args)
        except OSError as e:
            why = [str(e)]
        if counter and not why:
            why = large(before, self.sea.stats(), counter, mtu)
        why += identity(self.sea)
        self.failed += bool(why)
        print(f"not ok {text}: {'; '.join(why)}" if why else f"ok {text}", flush=True)


def paths(report, what, mtu=1500):
    report(f"TCP from a client{what}", transfer, "c0", "out", "10.100.0.1",
           counter="real_transmitted", mtu=mtu)
    report(f"TCP to a client{what}", transfer, "out", "c0", "10.100.0.2",
           counter="virt_transmitted", mtu=mtu)


def long_frames(report):
    """Frames of 9000 bytes, end to end"""
    for ns, dev in LONG:
        seanet.set_mtu(ns, dev, 9000)
    paths(report, ", MTU 9000", 9000)
    report("TCP of the SEA to a client, MTU 9000", transfer, "vios", "c0", "10.1.0.2")
    report("TCP of the outside to the SEA, MTU 9000", transfer, "out", "vios", "10.1.0.3")
    for size in 8900, 40000:
        report(f"UDP, MTU 9000, {size} bytes", datagram, "c0", "out", "10.100.0.1", size)
        report(f"UDP to the SEA, MTU 9000, {size} bytes", datagram, "c0", "vios", "10.1.0.3", size)
    for ns, dev in reversed(LONG):
        seanet.set_mtu(ns, dev, 1500)


def over_ipv6(report):
    report("TCP over IPv6 from a client", transfer, "c0", "out", "fd00:100::1",
           counter="real_transmitted")
    report("TCP over IPv6 to a client", transfer, "out", "c0", "fd00:100::2",
           counter="virt_transmitted")
    report("TCP over IPv6 of the SEA to a client", transfer, "vios", "c0", "fd00:1::2")
    report("TCP over IPv6 of the outside to the SEA", transfer, "out", "vios", "fd00:1::3")
    report("UDP over IPv6, 20000 bytes", datagram, "c0", "out", "fd00:100::1", 20000)
    report("the outside learns a client's MTU, IPv6", path_mtu, "out", "fd00:210::2", 1400)


def main():
    sea = seanet.Sea("vios", "sea0")
    report = Report(sea)
    addresses("add")
    paths(report, "")
    sea.set(large_receive=1)
    paths(report, ", large_receive")
    sea.set(large_receive=0, largesend=0)
    paths(report, ", no largesend")
    sea.set(largesend=1, thread=1, nthreads=2)
    paths(report, ", threads")
    sea.set(thread=0)
    report("TCP untagged", transfer, "c0", "out", "10.1.0.1")
    report("TCP of the SEA to the outside", transfer, "vios", "out", "10.1.0.1")
    report("TCP of the outside to the SEA", transfer, "out", "vios", "10.1.0.3")
    report("TCP of the SEA to a client", transfer, "vios", "c0", "10.1.0.2")
    report("TCP of a client to the SEA", transfer, "c0", "vios", "10.1.0.3")
    report("TCP of a VLAN device to a client", transfer, "vios", "c1", "10.210.0.2")
    report("TCP of a client to a VLAN device", transfer, "c1", "vios", "10.210.0.3")
    report("TCP of the outside to a VLAN device", transfer, "out", "vios", "10.210.0.3")
    for size in (100, 20000):
        report(f"UDP, {size} bytes", datagram, "c0", "out", "10.100.0.1", size)
        report(f"UDP to the SEA, {size} bytes", datagram, "c0", "vios", "10.1.0.3", size)
    report("the outside learns a client's MTU", path_mtu, "out", "10.210.0.2", 1400)
    long_frames(report)
    addresses("del")
    if os.path.exists("/proc/sys/net/ipv6"):
        with addresses6():
            over_ipv6(report)
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
