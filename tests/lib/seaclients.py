#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""seaclients.py NETNS SEA: how many clients a SEA that counts them knows"""

import struct
import sys

import seanet
from seanet import UAPI


def main():
    sea = seanet.Sea(*sys.argv[1:3])
    [answer] = sea.command("DEV_GET", seanet.u32(UAPI["SEA_A_IFINDEX"], sea.index(sea.dev)))
    dev = dict(seanet.attrs(dict(answer)[UAPI["SEA_A_DEV"]]))
    print(struct.unpack("=I", dev[UAPI["SEA_A_DEV_CLIENTS"]])[0])


if __name__ == "__main__":
    main()
