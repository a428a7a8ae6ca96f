#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Which modules and functions the instructions of a phase were of.

    report.py DIR [PHASE...]

DIR has counts.PHASE from count.so and symbols.PHASE, the guest's /proc/kallsyms of the time,
and, if there is, requests.PHASE with how many requests were done: the figures are instructions
for one request then, and else shares in per cent.
"""
import bisect
import collections
import glob
import os
import sys

FUNCTIONS = 40
KERNEL = 0xC << 60


def read_symbols(path):
    found = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            part = line.split()
            if part[1] in "tTwW":
                module = part[3].strip("[]") if len(part) > 3 else "kernel"
                found.append((int(part[0], 16), part[2], module))
    found.sort()
    return found


def read_requests(path, total):
    try:
        with open(path, encoding="utf-8") as f:
            return float(f.read()), "instructions"
    except OSError:
        return total / 100, "%"


def report(lab, phase):
    known = read_symbols(os.path.join(lab, "symbols." + phase))
    starts = [s[0] for s in known]
    modules = collections.Counter()
    functions = collections.Counter()
    with open(os.path.join(lab, "counts." + phase), encoding="utf-8") as f:
        for line in f:
            at, n = line.split()
            at = int(at, 16)
            i = bisect.bisect_right(starts, at) - 1
            name, module = ("", "programs") if at < KERNEL or i < 0 else known[i][1:]
            modules[module] += int(n)
            functions[module, name] += int(n)
    total = sum(modules.values())
    requests, unit = read_requests(os.path.join(lab, "requests." + phase), total)
    print(f"{phase}: {total / requests:.0f} {unit}, by module")
    for module, n in modules.most_common(12):
        print(f"{n / requests:9.1f} {module}")
    print("by function")
    for (module, name), n in functions.most_common(FUNCTIONS):
        print(f"{n / requests:9.1f} {name} [{module}]")
    print()


def main():
    lab = sys.argv[1]
    phases = sys.argv[2:] or [os.path.basename(p).removeprefix("counts.")
                              for p in sorted(glob.glob(os.path.join(lab, "counts.*")))]
    for phase in phases:
        report(lab, phase)


if __name__ == "__main__":
    main()
