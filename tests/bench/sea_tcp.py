#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""TCP over a SEA, a bridge and nothing, in turns, as bench.sh wants to read it.

    sea_tcp.py ROUNDS CLIENTS OUTSIDE KIND=ADDRESS...

CLIENTS and OUTSIDE are network namespaces; in the latter a KIND's address is ADDRESS."""

import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
sys.dont_write_bytecode = True
import seanet    # noqa: E402

SIZE = int(os.environ.get("SEA_TCP_SIZE", 128 << 20))
CHUNK = bytes(1 << 20)


def swallow(listener):
    conn, _ = listener.accept()
    buf = bytearray(1 << 20)
    # Nothing is copied: the figure is the network's.
    while conn.recv_into(buf, 1 << 20, socket.MSG_TRUNC):
        pass
    conn.close()


def transfer(clients, listener, address):
    """MiB/s until the other end has it all"""
    with seanet.Netns(clients):
        sock = socket.socket()
    sock.connect((address, listener.getsockname()[1]))
    thread = threading.Thread(target=swallow, args=(listener,))
    thread.start()
    start = time.monotonic()
    sent = 0
    while sent < SIZE:
        sent += sock.send(CHUNK)
    sock.shutdown(socket.SHUT_WR)
    thread.join()
    took = time.monotonic() - start
    sock.close()
    return sent / took / (1 << 20)


def quantiles(values):
    values = sorted(values)
    n = len(values)
    return values[n // 2], values[n // 10], values[n - 1 - n // 10]


def main():
    rounds, clients, outside = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    kinds = dict(a.split("=") for a in sys.argv[4:])
    with seanet.Netns(outside):
        listener = socket.socket()
    listener.bind(("0.0.0.0", 0))
    listener.listen()
    speed = {k: [] for k in kinds}
    for _ in range(rounds):
        for kind, address in kinds.items():
            speed[kind].append(transfer(clients, listener, address))
    for kind, values in speed.items():
        print("bench: TCP, MTU 1500, offloads, %s: %.0f mib (10%% %.0f, 90%% %.0f)" %
              ((kind,) + quantiles(values)))
    print("bench: TCP, MTU 1500, offloads, sea/bridge: %.3f ratio (10%% %.3f, 90%% %.3f)" %
          quantiles([s / b for s, b in zip(speed["sea"], speed["bridge"])]))


if __name__ == "__main__":
    main()
