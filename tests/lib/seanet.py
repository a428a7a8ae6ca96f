# SPDX-License-Identifier: GPL-2.0
"""What tests of sea.ko need of the kernel and iproute2 6.1 cannot do: raw frames into and
out of network namespaces, netlink with every attribute there is and some there are not,
and ethtool's counters."""

import contextlib
import ctypes
import errno
import fcntl
import os
import re
import select
import socket
import struct
import subprocess

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3

HEADER = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../../include/uapi/linux/if_sea.h")


def read_enums(path=HEADER):
    """The numbers of if_sea.h by their names."""
    names = {}
    with open(path, encoding="ascii") as f:
        text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    for body in re.findall(r"enum[\w\s]*\{(.*?)\}", text, flags=re.S):
        for value, name in enumerate(n.strip() for n in body.split(",") if n.strip()):
            names[name] = value
    return names


UAPI = read_enums()


class Netns:
    """with Netns("name"): sockets made there belong to that namespace."""

    def __init__(self, name):
        self.path = "/run/netns/" + name if name else "/proc/1/ns/net"

    def _enter(self, fd):
        if LIBC.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    def __enter__(self):
        self.back = os.open("/proc/self/ns/net", os.O_RDONLY)
        fd = os.open(self.path, os.O_RDONLY)
        try:
            self._enter(fd)
        finally:
            os.close(fd)

    def __exit__(self, *exc):
        self._enter(self.back)
        os.close(self.back)


# ---- frames ----

def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def frame(dst, src, *tags, proto=0x0900, payload=None):
    """tags: numbers are TCIs of 802.1Q, pairs are (TPID, TCI)."""
    out = mac(dst) + mac(src)
    for tag in tags:
        tpid, tci = tag if isinstance(tag, tuple) else (0x8100, tag)
        out += struct.pack("!HH", tpid, tci)
    if payload is None:
        payload = bytes(range(50))
    return out + struct.pack("!H", proto) + payload


def tag_in(data, auxdata):
    """A frame with the tag that was beside it, by PACKET_AUXDATA"""
    status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", auxdata[:20])
    if not status & 0x10:    # TP_STATUS_VLAN_VALID
        return data
    tpid = tpid if status & 0x40 else 0x8100    # TP_STATUS_VLAN_TPID_VALID
    return data[:12] + struct.pack("!HH", tpid, tci) + data[12:]


class Port:
    """A raw socket on an interface: sends frames, and tells what came in there."""

    SOL_PACKET = 263
    PACKET_AUXDATA = 8

    def __init__(self, ns, dev, proto=ETH_P_ALL):
        self.dev = dev
        self.kinds = []    # PACKET_HOST and so on, of the frames received last
        with Netns(ns):
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(proto))
            self.sock.bind((dev, proto))
            self.sock.setsockopt(self.SOL_PACKET, self.PACKET_AUXDATA, 1)
            self.sock.setsockopt(socket.SOL_SOCKET, 33, 1 << 21)    # SO_RCVBUFFORCE

    def send(self, data, priority=0):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, priority)
        self.sock.send(data)

    def receive_one(self):
        """(outgoing, frame), with the tag where it was on the wire"""
        data, aux, _, addr = self.sock.recvmsg(70000, 256, socket.MSG_DONTWAIT)
        for level, kind, value in aux:
            if level == self.SOL_PACKET and kind == self.PACKET_AUXDATA:
                data = tag_in(data, value)
        self.kinds.append(addr[2])
        return addr[2] == socket.PACKET_OUTGOING, data

    def receive(self):
        out = []
        self.kinds = []
        while True:
            try:
                outgoing, data = self.receive_one()
            except BlockingIOError:
                return out
            except OSError as e:
                if e.errno != errno.ENETDOWN:    # which a socket says once
                    raise
                continue
            if not outgoing:
                out.append(data)


class LargePort(Port):
    """A Port with a header of virtio's before each frame it sends, which may be a large one"""

    def __init__(self, ns, dev):
        super().__init__(ns, dev)
        self.sock.setsockopt(self.SOL_PACKET, 15, 1)    # PACKET_VNET_HDR


def wait_for(ports, seconds):
    select.select([p.sock for p in ports], [], [], seconds)


def address_of(ns, dev):
    with Netns(ns), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        answer = fcntl.ioctl(sock, 0x8927, struct.pack("40s", dev.encode()))    # SIOCGIFHWADDR
    return answer[18:24].hex(":")


def is_cable(ns, dev):
    """Is it a veth device?"""
    out = subprocess.run(["ip", "-n", ns, "-d", "link", "show", dev], check=True,
                         capture_output=True, text=True).stdout
    return " veth " in out


# ---- ethtool ----

@contextlib.contextmanager
def address(ns, dev, addr):
    """with address(...): the device has that IP address as well."""
    subprocess.run(["ip", "-n", ns, "address", "add", addr, "dev", dev], check=True)
    try:
        yield
    finally:
        subprocess.run(["ip", "-n", ns, "address", "del", addr, "dev", dev], check=True)


@contextlib.contextmanager
def ipv6(ns, dev):
    """with ipv6(...): the device may have addresses of IPv6, and has none by itself."""
    def put(name, value):
        subprocess.run(["ip", "netns", "exec", ns, "sh", "-c",
                        f"echo {value} >/proc/sys/net/ipv6/conf/{dev}/{name}"], check=True)

    put("addr_gen_mode", 1)
    put("accept_dad", 0)
    put("disable_ipv6", 0)
    yield
    put("disable_ipv6", 1)


def set_mtu(ns, dev, mtu):
    subprocess.run(["ip", "-n", ns, "link", "set", dev, "mtu", str(mtu)], check=True)


class Tap:
    """A device whose frames come from here, each behind a header of virtio's"""

    FLAGS = 0x0002 | 0x1000 | 0x4000    # IFF_TAP, IFF_NO_PI, IFF_VNET_HDR

    def __init__(self, ns, dev):
        with Netns(ns):
            self.fd = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(self.fd, 0x400454ca, struct.pack("16sH22x", dev.encode(), self.FLAGS))

    def send(self, data):
        os.write(self.fd, data)

    def close(self):
        os.close(self.fd)


class Tun(Tap):
    """One for IP, without Ethernet headers"""

    FLAGS = 0x0001 | 0x1000    # IFF_TUN, IFF_NO_PI


def ethtool_stats(ns, dev):
    """name -> value"""
    def ioctl(sock, buf):
        req = struct.pack("16sQ", dev.encode(), ctypes.addressof(buf))
        fcntl.ioctl(sock, 0x8946, req)    # SIOCETHTOOL

    with Netns(ns):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    info = ctypes.create_string_buffer(struct.pack("=IIQI", 0x37, 0, 1 << 1, 0))
    ioctl(sock, info)
    n = struct.unpack_from("=I", info, 16)[0]
    names = ctypes.create_string_buffer(struct.pack("=III", 0x1b, 1, n), 12 + 32 * n)
    ioctl(sock, names)
    values = ctypes.create_string_buffer(struct.pack("=II", 0x1d, n), 8 + 8 * n)
    ioctl(sock, values)
    sock.close()
    return {names.raw[12 + 32 * i:44 + 32 * i].split(b"\0")[0].decode():
            struct.unpack_from("=Q", values, 8 + 8 * i)[0] for i in range(n)}


def imbalance(count):
    """What contradicts that all that came in went out or was dropped, of counters"""
    return [f"{side}: received {count[side + '_received']} is not bridged + consumed only + dropped"
            for side in ("real", "virt")
            if count[side + "_received"] != count[side + "_bridged"] +
            count[side + "_consumed_only"] + count[side + "_dropped"]]


# ---- the kernel's log ----

class Log:
    """What the kernel says from now on"""

    def __init__(self):
        self.file = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.file, 0, os.SEEK_END)

    def read(self):
        out = []
        while True:
            try:
                out.append(os.read(self.file, 8192).decode(errors="replace").split(";", 1)[1])
            except BlockingIOError:
                return "".join(out)
            except BrokenPipeError:    # some of it was overwritten
                continue


@contextlib.contextmanager
def whole_log():
    """with whole_log(): the kernel keeps back no line because there are too many."""
    def put(value):
        with open("/proc/sys/net/core/message_cost", "r+", encoding="ascii") as f:
            before = f.read()
            f.seek(0)
            f.write(value)
        return before

    before = put("0")
    try:
        yield Log()
    finally:
        put(before)


# ---- netlink ----

NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP_INTR, NLM_F_DUMP = 1, 4, 0x10, 0x300
RTM_NEWLINK, RTM_DELLINK, RTM_SETLINK = 16, 17, 19
NLA_NESTED = 0x8000


def attr(kind, data=b""):
    if isinstance(data, str):
        data = data.encode() + b"\0"
    elif isinstance(data, list):
        kind |= NLA_NESTED
        data = b"".join(data)
    size = 4 + len(data)
    return struct.pack("=HH", size, kind) + data + b"\0" * (-size % 4)


def u8(kind, value):
    return attr(kind, struct.pack("=B", value))


def u32(kind, value):
    return attr(kind, struct.pack("=I", value))


def attrs(data):
    """[(type, payload)]"""
    out = []
    while len(data) >= 4:
        size, kind = struct.unpack_from("=HH", data)
        out.append((kind & 0x3fff, data[4:size]))
        data = data[(size + 3) & ~3:]
    return out


class NetlinkError(Exception):
    def __init__(self, code, text):
        super().__init__(f"{os.strerror(code)}: {text}")
        self.errno = code
        self.text = text


class Netlink:
    SOL_NETLINK = 270

    def __init__(self, ns, family=0):
        with Netns(ns):
            self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, family)
        self.sock.bind((0, 0))
        self.sock.setsockopt(self.SOL_NETLINK, 11, 1)    # NETLINK_EXT_ACK
        self.seq = 0
        self.warning = ""
        self.interrupted = False

    def request(self, kind, body, flags=NLM_F_ACK, during=None):
        """What is answered; the text of a warning is kept.  during: called when the
        kernel has begun to answer"""
        self.seq += 1
        self.warning = ""
        self.interrupted = False
        self.sock.send(struct.pack("=IHHII", 16 + len(body), kind, flags | NLM_F_REQUEST,
                                   self.seq, 0) + body)
        if during:
            during()
        out = []
        while not self._read(out, flags):
            pass
        return out

    def _read(self, out, flags):
        data = self.sock.recv(1 << 17)
        while data:
            size, kind, nlflags, seq, _ = struct.unpack_from("=IHHII", data)
            body, data = data[16:size], data[(size + 3) & ~3:]
            if seq != self.seq:
                continue
            self.interrupted |= bool(nlflags & NLM_F_DUMP_INTR)
            if kind == 2:
                self._error(body, nlflags)
                return True
            if kind == 3:
                return True
            out.append(body)
            if not flags & (NLM_F_DUMP | NLM_F_ACK):
                return True
        return False

    def _error(self, body, nlflags):
        code = -struct.unpack_from("=i", body)[0]
        text = ""
        if nlflags & 0x200:    # NLM_F_ACK_TLVS
            skip = 4 + 16 if nlflags & 0x100 else 4 + struct.unpack_from("=I", body, 4)[0]
            for kind, value in attrs(body[skip:]):
                if kind == 1:
                    text = value.rstrip(b"\0").decode()
        if code:
            raise NetlinkError(code, text)
        self.warning = text


def option(prefix, key, value):
    kind = UAPI[prefix + key.upper()]
    if key in ("nthreads", "queue_size", "clients_max"):
        return u32(kind, value)
    return u8(kind, value)


def create(rt, dev, **options):
    """A SEA is made; rt: a Netlink in its namespace"""
    data = [option("IFLA_SEA_", k, v) for k, v in options.items()]
    rt.request(RTM_NEWLINK, bytes(16) + attr(3, dev) + attr(18, [attr(1, "sea"), attr(2, data)]),
               NLM_F_ACK | 0x600)    # NLM_F_CREATE, NLM_F_EXCL


class Sea:
    """Control of a SEA in a namespace."""

    def __init__(self, ns, dev):
        self.ns = ns
        self.dev = dev
        self.rt = Netlink(ns)
        self.genl = Netlink(ns, 16)
        self.family, self.group = self._family()

    def index(self, dev):
        with Netns(self.ns):
            return socket.if_nametoindex(dev)

    def _link(self, dev, *parts, family=0):
        return (struct.pack("=BxHiII", family, 0, self.index(dev), 0, 0) + b"".join(parts))

    def set(self, **options):
        data = [option("IFLA_SEA_", k, v) for k, v in options.items()]
        self.rt.request(RTM_NEWLINK, self._link(self.dev, attr(18, [attr(1, "sea"),
                                                                   attr(2, data)])))

    def set_port(self, dev, **options):
        data = [option("IFLA_SEA_PORT_", k, v) for k, v in options.items()]
        self.rt.request(RTM_NEWLINK, self._link(dev, attr(18, [attr(4, "sea"), attr(5, data)])))

    def set_address(self, dev, address):
        self.rt.request(RTM_NEWLINK, self._link(dev, attr(1, mac(address))))

    def set_mtu(self, dev, mtu):
        self.rt.request(RTM_NEWLINK, self._link(dev, attr(4, struct.pack("=I", mtu))))

    def up(self, dev, up=True):
        self.rt.request(RTM_NEWLINK, struct.pack("=BxHiII", 0, 0, self.index(dev), int(up), 1))

    def options(self):
        """The SEA's, as "ip -d link show" has them"""
        [answer] = self.rt.request(18, self._link(self.dev), flags=0)    # RTM_GETLINK
        return dict(attrs(answer[16:]))[18]    # IFLA_LINKINFO

    def enslave(self, dev, master):
        index = self.index(master) if master else 0
        self.rt.request(RTM_NEWLINK, self._link(dev, attr(10, struct.pack("=I", index))))

    def delete(self, dev):
        self.rt.request(RTM_DELLINK, self._link(dev))

    def rename(self, dev, name):
        self.rt.request(RTM_NEWLINK, self._link(dev, attr(3, name)))

    def close(self):
        self.rt.sock.close()
        self.genl.sock.close()

    def set_vlans(self, dev, pvid, vids):
        """A trunk's: its PVID, then the others"""
        def info(vid, flags):
            return attr(2, struct.pack("=HH", flags, vid))    # IFLA_BRIDGE_VLAN_INFO

        self.bridge(dev, attr(26, attr(0, b"\1\0") + info(pvid, 6) +
                              b"".join(info(v, 0) for v in vids)))

    def bridge(self, dev, *parts, delete=False):
        """A raw message as "bridge vlan" sends it"""
        self.rt.request(RTM_DELLINK if delete else RTM_SETLINK,
                        self._link(dev, *parts, family=7))    # AF_BRIDGE

    def _family(self):
        """numbers of the family and of its group of events"""
        body = struct.pack("=BBH", 3, 1, 0) + attr(2, "sea")    # CTRL_CMD_GETFAMILY
        for answer in self.genl.request(16, body):
            got = dict(attrs(answer[4:]))
            [(_, group)] = attrs(got[7])    # CTRL_ATTR_MCAST_GROUPS
            return struct.unpack("=H", got[1])[0], struct.unpack("=I", dict(attrs(group))[2])[0]
        raise RuntimeError("no generic netlink family sea")

    def listen(self):
        """A socket that gets events"""
        nl = Netlink(self.ns, 16)
        nl.sock.setsockopt(Netlink.SOL_NETLINK, 1, self.group)    # NETLINK_ADD_MEMBERSHIP
        nl.sock.settimeout(5)
        return nl.sock

    @staticmethod
    def event(sock):
        """(number, name of the SEA, name of the port or None)"""
        got = dict(attrs(sock.recv(1 << 16)[20:]))
        port = dict(attrs(got.get(UAPI["SEA_A_PORT"], b"")))
        name = port.get(UAPI["SEA_A_PORT_IFNAME"])
        return (struct.unpack("=I", got[UAPI["SEA_A_EVENT"]])[0],
                got[UAPI["SEA_A_IFNAME"]].rstrip(b"\0").decode(),
                name and name.rstrip(b"\0").decode())

    def events(self, sock, seconds=0.5):
        """All that come, until none does for so long"""
        out = []
        sock.settimeout(seconds)
        while True:
            try:
                out.append(self.event(sock))
            except TimeoutError:
                return out

    def command(self, name, *parts, dump=False):
        body = struct.pack("=BBH", UAPI["SEA_CMD_" + name], 1, 0) + b"".join(parts)
        flags = NLM_F_DUMP if dump else NLM_F_ACK
        return [attrs(a[4:]) for a in self.genl.request(self.family, body, flags)]

    def interrupted(self, name, change):
        """Does a dump say that it was interrupted, when change() is called within it?"""
        body = struct.pack("=BBH", UAPI["SEA_CMD_" + name], 1, 0)
        self.genl.request(self.family, body, NLM_F_DUMP, change)
        return self.genl.interrupted

    def genl_stats(self):
        [answer] = self.command("STATS_GET", u32(UAPI["SEA_A_IFINDEX"], self.index(self.dev)))
        values = dict(attrs(dict(answer)[UAPI["SEA_A_STATS"]]))
        prefix = "SEA_A_STATS_"
        return {n[len(prefix):].lower(): struct.unpack("=Q", values[v])[0]
                for n, v in UAPI.items() if n.startswith(prefix) and v in values and
                n != prefix + "PAD"}

    def stats(self):
        return ethtool_stats(self.ns, self.dev)
