#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""flood.py SECONDS NETNS:DEV...: into these frames to groups and not, tagged and not, of many
EtherTypes."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import seanet    # noqa: E402


def main():
    ports = [seanet.Port(*place.split(":")) for place in sys.argv[2:]]
    frames = [seanet.frame(dst, "02:00:00:00:00:77", *tags, proto=proto)
              for dst in ("ff:ff:ff:ff:ff:ff", "01:00:5e:01:02:03", "02:00:00:00:00:78")
              for proto in (0x0900, 0x0800, 0x86dd, 0x0806, 0x88cc, 0x88b5, 0x0042)
              for tags in ((), (100,), (205,), (0xa000 | 210,), (999,))]
    end = time.monotonic() + float(sys.argv[1])
    while time.monotonic() < end:
        for port in ports:
            start = time.monotonic()
            for data in frames:
                try:
                    port.send(data)
                except OSError:
                    pass
            # Half of a processor for all else
            time.sleep(time.monotonic() - start)


if __name__ == "__main__":
    main()
