#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""flood.py SECONDS NETNS:DEV...: broadcasts and unicast into these, untagged and tagged."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import seanet    # noqa: E402


def main():
    ports = [seanet.Port(*place.split(":")) for place in sys.argv[2:]]
    frames = [seanet.frame(dst, "02:00:00:00:00:77", *tags)
              for dst in ("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:78")
              for tags in ((), (100,), (205,), (0xa000 | 210,), (999,))]
    end = time.monotonic() + float(sys.argv[1])
    while time.monotonic() < end:
        for port in ports:
            for data in frames:
                try:
                    port.send(data)
                except OSError:
                    pass


if __name__ == "__main__":
    main()
