#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What "ip link set type sea|sea_slave" does with a plug-in, without one.

    seactl.py NETNS SEA [OPTION=VALUE...] [PORT OPTION=VALUE... ]...

Options are those of if_sea.h in lower case, e.g. pvid_leak=1; role is real, trunk, ctl or
none."""

import sys

import seanet

ROLES = {"none": 0, "real": 1, "trunk": 2, "ctl": 3}


def main():
    sea = seanet.Sea(sys.argv[1], sys.argv[2])
    groups = [(None, {})]
    for word in sys.argv[3:]:
        key, _, value = word.partition("=")
        if value:
            groups[-1][1][key] = ROLES[value] if key == "role" else int(value)
        else:
            groups.append((key, {}))
    try:
        for port, options in groups:
            if port:
                sea.set_port(port, **options)
            elif options:
                sea.set(**options)
    except seanet.NetlinkError as e:
        print(f"Error: {e.text}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
