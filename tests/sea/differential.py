#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Random frames through random SEAs: what comes out, and how the counters move, must be what
model.py says.

    differential.py NETNS CONFIGURATIONS FRAMES [SEED]

FRAMES for each of CONFIGURATIONS.  The module seatest makes the adapters and injects.  Prints
"ok TEXT" or "not ok TEXT: WHY"; the head of each mismatch has what repeats it."""

import os
import random
import struct
import subprocess
import sys
import time
from collections import Counter, defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "../lib"))
sys.dont_write_bytecode = True
import model     # noqa: E402
import seanet    # noqa: E402

TRUNKS = [f"T{i}" for i in range(16)]
PORTS = ["R"] + TRUNKS + ["spare", "ctl"]
IN, OUT = struct.Struct("=IHHHH"), struct.Struct("=IHHHHBBH")
ACCEL, AD, SEND, PAGED, CLONED, LRO = 1, 2, 4, 8, 16, 32
SENT, RECEIVED, ALTERED = range(3)
HOST, BROADCAST, MULTICAST, OTHERHOST = range(4)

CLIENTS = [bytes([2, 0, 0, 0, 0, 0x10 + i]) for i in range(6)]
OUTSIDE = [bytes([2, 0, 0, 0, 1, i]) for i in range(4)]
GROUPS = [bytes.fromhex(g) for g in ("01005e010203", "333300000001", "0180c2000010",
                                     "0180c2000020", "0180c2000100", "0300000000ff")]
RESERVED = [bytes.fromhex("0180c20000") + bytes([i]) for i in range(16)]
# Ports whose frames are content to a SEA
CONTENT = (0x0800, 0x0806, 0x86dd, 0x9000, 0x9100, 0x88a8, 0x8863, 0x0030, 0x05dc, 0x88b6)


def countable():
    """Counters these frames can move; not those that need a lack of memory, a queue, IP that is
    answered or fragmented, or clients"""
    both = """bad_src bridged consumed consumed_only double_tag dropped filtered_reserved
        filtered_vlan inactive non_ip_too_big not_ready received received_broadcast received_bytes
        received_multicast too_big transmitted transmitted_broadcast transmitted_bytes
        transmitted_multicast"""
    own = {"real": " control_leak tagged_pvid", "virt": " control filtered_pvid no_real"}
    return {f"{side}_{name}" for side in own for name in (both + own[side]).split()} | set(
        "control_ignored control_in output_dropped output_generated unassigned".split())


def run(*command, text=None):
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    if done.returncode or done.stderr:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}\n{text or ''}")


def span(vids):
    text = ",".join(f"{a}-{b}" if b > a else f"{a}" for a, b in ranges(vids))
    return text if len(text) < 60 else text[:60] + "..."


def ranges(vids):
    """[(first, last)]"""
    out = []
    for v in sorted(vids):
        if out and out[-1][1] == v - 1:
            out[-1][1] = v
        else:
            out.append([v, v])
    return out


class World:
    """The adapters, and the SEA there is at the moment"""

    def __init__(self, ns):
        self.ns = ns
        self.file = os.open("/dev/seatest", os.O_RDWR)
        kinds = ("seatest", "seatest_inband")
        run("ip", "-batch", "-", text="".join(
            f"link add {p} type {kinds[i % 2]}\nlink set {p} up\n" for i, p in enumerate(PORTS)))
        self.inband = {p for i, p in enumerate(PORTS) if i % 2}
        self.index = {p: self._index(p) for p in PORTS}
        self.names = {v: k for k, v in self.index.items()}
        self.sea = None

    @staticmethod
    def _index(dev):
        with open(f"/sys/class/net/{dev}/ifindex", encoding="ascii") as f:
            return int(f.read())

    def add_own(self, uppers):
        for name in [model.OWN] + [model.own_upper(v) for v in uppers]:
            self.index[name] = self._index(name)
            self.names[self.index[name]] = name

    def address(self):
        with open(f"/sys/class/net/{model.OWN}/address", encoding="ascii") as f:
            return bytes.fromhex(f.read().strip().replace(":", ""))

    def exchange(self, records, busy):
        """Inject, and give back what came out: [(what, device, pkt_type, frame)]"""
        os.write(self.file, b"".join(records))
        if busy:
            self._settle()
        data = bytearray()
        while True:
            part = os.pread(self.file, 1 << 20, len(data))
            if not part:
                break
            data += part
        return self._parse(bytes(data))

    def _settle(self):
        """Threads have done their work when nothing moves any more."""
        last, still = None, 0
        while still < 3:
            time.sleep(0.005)
            now = self.sea.stats()
            still = still + 1 if now == last else 0
            last = now

    def _parse(self, data):
        out, at = [], 0
        while at < len(data):
            index, size, tci, flags, _, what, kind, _ = OUT.unpack_from(data, at)
            frame = data[at + 16:at + 16 + size]
            at += 16 + size
            name = self.names.get(index, str(index))
            if flags & ACCEL:
                tpid = 0x88a8 if flags & AD else 0x8100
                frame = frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]
                if what == SENT and name in self.inband:
                    name += " with a tag it cannot insert"
            out.append((what, name, kind, frame))
        return out


# ---- configurations ----

class Maker:
    """A random configuration: as a model, and as a SEA."""

    def __init__(self, rng, world):
        self.rng = rng
        self.world = world
        self.vids = list(range(1, 4095))
        rng.shuffle(self.vids)

    def take(self, n):
        taken, self.vids = self.vids[:n], self.vids[n:]
        return taken

    def block(self, n):
        """VLANs in a row that are free"""
        free = set(self.vids)
        first = self.rng.randint(1, 4094 - n)
        taken = [v for v in range(first, first + n) if v in free]
        self.vids = [v for v in self.vids if v not in set(taken)]
        return taken

    def some_vids(self):
        kind = self.rng.random()
        if kind < 0.6:
            return self.take(self.rng.randint(0, 20))
        if kind < 0.9:
            return self.block(self.rng.randint(1, 200))
        return self.block(self.rng.randint(200, 4000))

    def make(self):
        rng = self.rng
        n = rng.choice((0, 1, 1, 2, 2, 2, 3, 4, 6, 8, 12, 16, 16))
        names = rng.sample(TRUNKS, n)
        self.real_mtu = 1500 if rng.random() < 0.8 else rng.choice((68, 600, 1400))
        # A trunk without a PVID can have VLANs that do not count until it has one
        self.pvids = [self.take(1)[0] if rng.random() < 0.92 else 0 for _ in names]
        trunks = [model.Trunk(name, i, pvid, set(self.some_vids()) if pvid else set(),
                              rng.random() < 0.85,
                              1500 if rng.random() < 0.8 else rng.choice((68, 600, 1400, 9000)))
                  for i, (name, pvid) in enumerate(zip(names, self.pvids))]
        self.trunks = trunks
        self.first = trunks[0] if trunks else None
        default = self.first
        self.moved_default = trunks and rng.random() < 0.5
        if self.moved_default:
            default = rng.choice(trunks)
        self.default = default
        self.uppers = self.choose_uppers()
        self.thread = rng.random() < 0.15
        self.options = {"pvid_leak": int(rng.random() < 0.3),
                        "tagged_pvid": int(rng.random() < 0.7),
                        "accounting": int(rng.random() < 0.3)}
        if self.thread:
            # Threads know a client later than its frame comes in
            self.options["accounting"] = 0
        self.real = "R" if rng.random() < 0.93 else None
        self.up = rng.random() < 0.95
        self.build()
        return model.Config(trunks, default, self.world.address(), self.real, self.real_mtu,
                            self.up, bool(self.options["pvid_leak"]),
                            bool(self.options["tagged_pvid"]), bool(self.options["accounting"]),
                            self.uppers if self.up else (), "spare", "ctl")

    def choose_uppers(self):
        rng = self.rng
        pool = [v for t in self.trunks for v in t.vids] + self.vids[:4]
        return rng.sample(pool, min(len(pool), rng.choice((0, 0, 1, 2, 4))))

    # What is done to build it.

    def build(self):
        self.links()
        self.world.sea = seanet.Sea(self.world.ns, model.OWN)
        self.roles()
        self.bridge()
        self.rest()
        self.world.add_own(self.uppers if self.up else ())

    def links(self):
        out = [f"link add {model.OWN} type sea"]
        if self.real:
            out += [f"link set R master {model.OWN}", f"link set R mtu {self.real_mtu}"]
        out += [f"link set spare master {model.OWN}", f"link set ctl master {model.OWN}"]
        for t in self.trunks:
            out += [f"link set {t.name} master {model.OWN}", f"link set {t.name} mtu {t.mtu}"]
        run("ip", "-batch", "-", text="\n".join(out) + "\n")

    def roles(self):
        """Some trunks are told to be one, the others become one by their PVID."""
        sea = self.world.sea
        if self.real:
            sea.set_port("R", role=seanet.UAPI["SEA_PORT_REAL"])
        sea.set_port("ctl", role=seanet.UAPI["SEA_PORT_CTL"])
        told = not all(self.pvids) or self.rng.random() < 0.5
        if not told:
            return
        orders = self.rng.sample(range(16), len(self.trunks))
        for t, order in zip(self.trunks, orders):
            sea.set_port(t.name, role=seanet.UAPI["SEA_PORT_TRUNK"])
            sea.set_port(t.name, order=order)
            t.order = order

    def bridge(self):
        out = []
        for t in self.trunks:
            if not t.pvid:
                continue
            if self.rng.random() < 0.2 and self.vids:
                out.append(f"vlan add dev {t.name} vid {self.vids[-1]} pvid untagged")
            out.append(f"vlan add dev {t.name} vid {t.pvid} pvid untagged")
            for first, last in ranges(t.vids):
                out.append(f"vlan add dev {t.name} vid " +
                           (f"{first}-{last}" if last > first else f"{first}"))
            out += self.detour(t)
        if out:
            run("bridge", "-batch", "-", text="\n".join(out) + "\n")

    def detour(self, trunk):
        """VLANs that come and go again, and some that go and come"""
        out = []
        if self.vids and self.rng.random() < 0.3:
            vid = self.vids[0]
            out += [f"vlan add dev {trunk.name} vid {vid}", f"vlan del dev {trunk.name} vid {vid}"]
        if trunk.vids and self.rng.random() < 0.3:
            vid = self.rng.choice(sorted(trunk.vids))
            out += [f"vlan del dev {trunk.name} vid {vid}", f"vlan add dev {trunk.name} vid {vid}"]
        return out

    def rest(self):
        sea = self.world.sea
        if self.moved_default and self.default is not self.first:
            sea.set_port(self.default.name, default=1)
        for t in self.trunks:
            if not t.active:
                sea.set_port(t.name, active=0)
        sea.set(**self.options)
        if self.thread:
            sea.set(nthreads=self.rng.randint(1, 4))
            sea.set(thread=1)
        if not self.up:
            return
        out = [f"link set {model.OWN} up"]
        for v in self.uppers:
            out += [f"link add link {model.OWN} name {model.own_upper(v)} type vlan id {v}",
                    f"link set {model.own_upper(v)} up"]
        run("ip", "-batch", "-", text="\n".join(out) + "\n")

    def describe(self):
        trunks = " ".join(f"{t.name}{'*' if t is self.default else ''}"
                          f"(order {t.order} pvid {t.pvid} vids {span(t.vids)} mtu {t.mtu}"
                          f"{'' if t.active else ' inactive'})" for t in self.trunks)
        return (f"{self.options} thread {self.thread} up {self.up} real {self.real} "
                f"mtu {self.real_mtu} uppers {sorted(self.uppers)} trunks {trunks}")


# ---- frames ----

class Frames:
    """Random frames for a configuration, each with its number at the end"""

    def __init__(self, rng, config, world):
        self.rng = rng
        self.config = config
        self.world = world
        self.own = {t.name: sorted(t.vids) + [t.pvid] for t in config.trunks.values()}
        self.all = sorted({v for vids in self.own.values() for v in vids} | config.uppers | {1})
        self.ports = [config.real] * 8 if config.real else []
        self.ports += list(config.trunks) * (1 + 8 // max(len(config.trunks), 1))
        self.ports += ["spare", "ctl"] if rng.random() < 0.3 else []
        # Without a real adapter it has no carrier, and the kernel lets nothing out of it
        if config.up and config.real:
            self.ports += [model.OWN] * 2
        self.ports = self.ports or ["spare", "ctl"]

    def vid(self, port):
        rng, kind = self.rng, self.rng.random()
        if kind < 0.5 and self.own.get(port):
            return rng.choice(self.own[port])
        if kind < 0.75:
            return rng.choice(self.all)
        if kind < 0.82 and self.config.uppers:
            return rng.choice(sorted(self.config.uppers))
        if kind < 0.88:
            return 0
        if kind < 0.91:
            return self.config.pvid
        if kind < 0.94 and port != model.OWN:
            return 4095
        return rng.randint(0, 4094)

    def addresses(self, port):
        rng, kind = self.rng, self.rng.random()
        here, there = (OUTSIDE, CLIENTS) if port == "R" else (CLIENTS, OUTSIDE)
        if port == model.OWN:
            here, there = [self.config.mac], OUTSIDE + CLIENTS
        dst, src = rng.choice(there), rng.choice(here)
        if kind < 0.12:
            dst = self.config.mac
        elif kind < 0.22:
            dst = b"\xff" * 6
        elif kind < 0.34:
            dst = rng.choice(GROUPS)
        elif kind < 0.38 and port != model.OWN:
            dst = rng.choice(RESERVED)
        elif kind < 0.42:
            dst = bytes(rng.randbytes(6))
            if dst[:5] == RESERVED[0][:5]:
                dst = dst[1:] + b"\1"
        if port == model.OWN and dst == self.config.mac:
            dst = OUTSIDE[0]
        kind = rng.random()
        if kind < 0.02:
            src = bytes(6)
        elif kind < 0.04:
            src = rng.choice(GROUPS)
        elif kind < 0.06:
            src = self.config.mac
        return dst, src

    def tags(self, port):
        rng, kind = self.rng, self.rng.random()
        if kind < 0.3:
            return b""
        tpid = 0x88a8 if rng.random() < 0.05 else 0x8100
        out = struct.pack("!HH", tpid, rng.getrandbits(4) << 12 | self.vid(port))
        while rng.random() < 0.15:
            tpid = rng.choice((0x8100, 0x8100, 0x88a8))
            out += struct.pack("!HH", tpid, rng.getrandbits(4) << 12 | self.vid(port))
        return out

    def content(self, port):
        """EtherType and payload; IP has no valid header, as then it is never answered"""
        rng, kind = self.rng, self.rng.random()
        proto = rng.choice(CONTENT)
        if kind < 0.05 and port != model.OWN:
            proto = model.SEA_TYPE
        size = rng.randint(10, 100) if kind < 0.9 else rng.choice(
            (50, 64, 65, 68, 69, 600, 601, 1400, 1401, 1500, 1501, 2000))
        if port in (model.OWN, "ctl", "spare"):
            size = min(size, 60)
        payload = rng.randbytes(size)
        return struct.pack("!H", proto) + b"\0" + payload[1:]

    def one(self, number):
        """(port, frame, record)"""
        rng = self.rng
        port = rng.choice(self.ports)
        dst, src = self.addresses(port)
        tags = b"" if port == "ctl" else self.tags(port)
        data = (dst + src + tags + self.content(port))[:-4] + struct.pack("!I", number)
        return port, data, self.record(port, data)

    def record(self, port, data):
        rng, flags, tci = self.rng, 0, 0
        index = self.world.index[port]
        if port == model.OWN:
            flags |= SEND
        tpid = struct.unpack_from("!H", data, 12)[0]
        if tpid in (0x8100, 0x88a8) and port not in ("spare", "ctl") and rng.random() < 0.5 and not (
                port == model.OWN and tpid == 0x88a8):
            tci = struct.unpack_from("!H", data, 14)[0]
            data = data[:12] + data[16:]
            flags |= ACCEL | (AD if tpid == 0x88a8 else 0)
        kind = rng.random()
        if kind < 0.2:
            flags |= PAGED
        elif kind < 0.3 and port != model.OWN:
            flags |= CLONED
        return IN.pack(index, len(data), tci, flags, 0) + data


# ---- comparison ----

def pkt_type(data):
    if data[:6] == b"\xff" * 6:
        return BROADCAST
    return MULTICAST if data[0] & 1 else HOST


def came_out(got):
    """number -> [(device, frame)], and what was wrong besides"""
    out, why = defaultdict(list), []
    for what, name, kind, data in got:
        number = struct.unpack("!I", data[-4:])[0]
        if what == ALTERED:
            why.append(f"frame {number}: changed data that was not its own")
            continue
        if what == RECEIVED and kind != pkt_type(data):
            why.append(f"frame {number}: {name} got it with packet type {kind}")
        out[number].append((name, data))
    return out, why


def moved(before, after):
    return {n: after[n] - before[n] for n in after if after[n] != before[n]}


def differences(name, want, got):
    text = ", ".join(f"{k} {got.get(k, 0)} expected {want.get(k, 0)}"
                     for k in sorted(set(want) | set(got)) if want.get(k, 0) != got.get(k, 0))
    return f"{name}: {text}" if text else ""


def text_of(data):
    return data.hex() if len(data) < 80 else f"{data[:40].hex()}...{data[-4:].hex()} ({len(data)})"


def show(where):
    return [f"{n} {text_of(d)}" for n, d in where]


def flow(frame):
    """What the kernel takes for one flow: the thread is chosen by it.  Addresses, tags,
    EtherType, and where there is one an IPv6 header, be it made of random bytes."""
    at = 12
    while frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    return frame[:at + 2 + (40 if frame[at:at + 2] == b"\x86\xdd" else 0)]


def out_of_order(sent, got, busy):
    """Frames leave each device in the order they came; with threads, those of a flow do."""
    last, why = {}, []
    for what, name, _, data in got:
        number = struct.unpack("!I", data[-4:])[0]
        if what == ALTERED or number not in sent:
            continue
        port, frame = sent[number]
        key = (what, name, port, flow(frame)) if busy else (what, name)
        if last.get(key, -1) > number:
            why.append(f"frame {number}: out of order at {name}")
        last[key] = number
    return why


class Round:
    """Frames through one configuration"""

    def __init__(self, world, config, maker):
        self.world = world
        self.config = config
        self.busy = maker.thread

    def single(self, port, data, record, clients):
        """What one frame does, by itself"""
        self.config.clients = set(clients)
        want = model.decide(self.config, port, data)
        before = self.world.sea.stats()
        got = self.world.exchange([record], self.busy)
        count = moved(before, self.world.sea.stats())
        out, why = came_out(got)
        number = struct.unpack("!I", data[-4:])[0]
        if sorted(out.get(number, [])) != sorted(want.out):
            why.append(f"came out {show(out.get(number, []))}, expected {show(want.out)}")
        text = differences("counters", want.count, count)
        return why + ([text] if text else [])

    def run(self, frames, n):
        """None, or what is wrong"""
        todo = [frames.one(i) for i in range(n)]
        expected = [model.decide(self.config, port, data) for port, data, _ in todo]
        total = Counter()
        for e in expected:
            total.update(e.count)
        before = self.world.sea.stats()
        got = self.world.exchange([record for _, _, record in todo], self.busy)
        after = self.world.sea.stats()
        out, why = came_out(got)
        sent = {i: (port, data) for i, (port, data, _) in enumerate(todo)}
        why += out_of_order(sent, got, self.busy)
        wrong = [i for i in range(n) if sorted(out.get(i, [])) != sorted(expected[i].out)]
        why += [f"frame {i} into {todo[i][0]} {text_of(todo[i][1])}: came out "
                f"{show(out.get(i, []))}, expected {show(expected[i].out)}" for i in wrong[:3]]
        if set(out) - set(range(n)):
            why.append(f"what nobody sent: {[show(out[i]) for i in set(out) - set(range(n))][:3]}")
        text = differences("counters", total, moved(before, after))
        if text:
            why += [text] + self.culprits(todo)
        return why + seanet.imbalance(after)

    def culprits(self, todo):
        """Which frames move counters otherwise, one by one"""
        found, clients = [], set(self.config.clients)
        for port, data, record in todo:
            why = self.single(port, data, record, clients)
            if why:
                found.append(f"alone, into {port} {text_of(data)} flags {IN.unpack_from(record)[3]}: "
                             + "; ".join(why))
            if len(found) == 3:
                break
        return found


def remove(world, maker):
    out = [f"link del {model.OWN}"]
    # A port that leaves keeps its MTU
    out += [f"link set {p} mtu 1500" for p in ["R"] + [t.name for t in maker.trunks]]
    run("ip", "-batch", "-", text="\n".join(out) + "\n")


def report(text, why):
    if why:
        print(f"not ok {text}: {'; '.join(why[:8])}", flush=True)
    else:
        print(f"ok {text}", flush=True)


def lro(world):
    """Frames that cannot be forwarded, as nobody can make them again: both sides"""
    run("ip", "-batch", "-", text="".join(f"link {c}\n" for c in (
        f"add {model.OWN} type sea", f"set R master {model.OWN}", f"set T0 master {model.OWN}")))
    world.sea = seanet.Sea(world.ns, model.OWN)
    world.sea.set_port("R", role=seanet.UAPI["SEA_PORT_REAL"])
    run("bridge", "vlan", "add", "dev", "T0", "vid", "1", "pvid", "untagged")
    run("ip", "link", "set", model.OWN, "up")
    data = OUTSIDE[0] + CLIENTS[0] + struct.pack("!H", 0x9000) + bytes(1200)
    for port, side in (("R", "real"), ("T0", "virt")):
        before = world.sea.stats()
        got = world.exchange([IN.pack(world.index[port], len(data), 0, PAGED | LRO, 400) + data] * 3,
                             False)
        count = {k: v for k, v in moved(before, world.sea.stats()).items() if "bytes" not in k}
        # Three on the wire each
        text = differences("counters", {f"{side}_{n}": 9 for n in ("received", "dropped", "lro")},
                           count)
        report(f"frames put together by LRO, {side}",
               [t for t in (text, f"{len(got)} came out" if got else "") if t])
    run("ip", "link", "del", model.OWN)


def main():
    ns, configs, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().getrandbits(32)
    only = int(sys.argv[5]) if len(sys.argv) > 5 else None
    world = World(ns)
    outcomes, failed, frames, threaded = Counter(), 0, 0, 0
    start = time.monotonic()
    for i in range(configs) if only is None else [only]:
        rng = random.Random(f"{seed} {i}")
        maker = Maker(rng, world)
        config = maker.make()
        why = Round(world, config, maker).run(Frames(rng, config, world), n)
        outcomes.update({k for k, v in world.sea.stats().items() if v})
        frames += n
        threaded += maker.thread
        if why:
            failed += 1
            report(f"configuration {i} of seed {seed}", why)
            print(f"with {maker.describe()}", flush=True)
        remove(world, maker)
        if failed == 10:
            break
    if only is None:
        lro(world)
    report(f"{frames} frames over {configs} configurations", [f"{failed} differ"] if failed else [])
    print(f"seed {seed}, {threaded} with threads, {time.monotonic() - start:.0f} s", flush=True)
    if only is None and configs >= 100:
        report("each counter these frames can move has moved", sorted(countable() - outcomes.keys()))
    print(f"counters that moved: {' '.join(sorted(outcomes))}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
