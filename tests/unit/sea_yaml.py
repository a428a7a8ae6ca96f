#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The netlink specification of the family sea, the uapi header and the ABI say the same.

    sea_yaml.py YAML HEADER ABI [SCHEMAS]

ABI is the directory of its documents, SCHEMAS one with those of a newer kernel.  Prints
"ok TEXT" or "not ok TEXT: WHY"."""

import re
import sys

import yaml

def read_header(path):
    """name -> (value, comment behind it)"""
    with open(path, encoding="ascii") as f:
        text = f.read()
    names = {}
    for body in re.findall(r"enum[\w\s]*\{(.*?)\n\}", text, flags=re.S):
        found = re.finditer(r"^\t(\w+),?[ \t]*(?:/\*(.*?)\*/)?", body, flags=re.S | re.M)
        for value, m in enumerate(found):
            names[m.group(1)] = (value, " ".join((m.group(2) or "").replace("*", " ").split()))
    defines = dict(re.findall(r'#define (SEA_GENL\w+)\s+"?(\w+)"?', text))
    return names, defines


def c_name(prefix, name):
    return (prefix + name).upper().replace("-", "_")


def same(what, want, got):
    """want, got: name -> value"""
    return [f"{what}: {n} is {got.get(n)} in the specification, {want.get(n)} in the header"
            for n in sorted(set(want) | set(got)) if want.get(n) != got.get(n)]


def is_end(name):
    return name.startswith("__") or name.endswith("_UNSPEC")


def sets_of(names):
    """Prefixes of attributes, the long ones first"""
    return sorted((n[:-len("UNSPEC")] for n in names if n.endswith("_UNSPEC") and
                   n.startswith("SEA_A_")), key=len, reverse=True)


def check_attributes(spec, names):
    why = []
    prefixes = sets_of(names)
    if sorted(prefixes) != sorted(c_name(s["name-prefix"], "") for s in spec["attribute-sets"]):
        why.append(f"the header has the sets {prefixes}")
    for s in spec["attribute-sets"]:
        prefix = c_name(s["name-prefix"], "")
        want = {n: v for n, (v, _) in names.items() if not is_end(n) and
                next((p for p in prefixes if n.startswith(p)), None) == prefix}
        got, value = {}, 0
        for a in s["attributes"]:
            value = a.get("value", value + 1)
            got[c_name(s["name-prefix"], a["name"])] = value
        why += same(s["name"], want, got)
    return why


def check_types(spec, names):
    """Sizes are in the comments of the header."""
    why = []
    for s in spec["attribute-sets"]:
        for a in s["attributes"]:
            name = c_name(s["name-prefix"], a["name"])
            comment = names.get(name, (0, ""))[1]
            m = re.match(r"(u\d+|string|nest|6 bytes)\b", comment)
            said = {"6 bytes": "binary"}.get(m.group(1), m.group(1)) if m else None
            if s["name"] == "stats":
                said = "pad" if a["name"] == "pad" else "u64"
            if said and said != a.get("type"):
                why.append(f"{name} is {a.get('type')}, the header says {said}")
            elif not said and a.get("type") != "pad":
                why.append(f"{name}: the header does not say its type")
    return why


def check_enums(spec, names):
    why = []
    for d in spec["definitions"]:
        prefix = c_name(d["name-prefix"], "")
        entries = [e if isinstance(e, str) else e["name"] for e in d["entries"]]
        got = {c_name(prefix, e): i for i, e in enumerate(entries)}
        want = {n: v for n, (v, _) in names.items() if n.startswith(prefix) and not is_end(n)}
        why += same(d["name"], want, got)
    return why


def check_operations(spec, names, defines):
    ops = spec["operations"]
    got, value = {}, 0
    for op in ops["list"]:
        value = op.get("value", value + 1)
        got[c_name(ops["name-prefix"], op["name"])] = value
    want = {n: v for n, (v, _) in names.items() if n.startswith("SEA_CMD_") and not is_end(n)}
    why = same("operations", want, got)
    for op in ops["list"]:
        comment = names.get(c_name(ops["name-prefix"], op["name"]), (0, ""))[1]
        for kind in ("do", "dump"):
            if (kind in op) != bool(re.search(rf"\b{kind}\b", comment)):
                why.append(f"{op['name']}: {kind}; the header says \"{comment}\"")
    groups = [g["name"] for g in spec["mcast-groups"]["list"]]
    if groups != [defines["SEA_GENL_MCGRP_EVENTS"]]:
        why.append(f"groups {groups}")
    if spec["name"] != defines["SEA_GENL_NAME"]:
        why.append(f"family {spec['name']}")
    return why


def check_references(spec):
    """What one part of the specification names, another has."""
    why = []
    sets = {s["name"]: {a["name"] for a in s["attributes"]} for s in spec["attribute-sets"]}
    enums = {d["name"] for d in spec["definitions"]}
    groups = {g["name"] for g in spec["mcast-groups"]["list"]}
    for s in spec["attribute-sets"]:
        for a in s["attributes"]:
            if (a.get("type") == "nest") != ("nested-attributes" in a):
                why.append(f"{s['name']} {a['name']}: a nest and its attributes come together")
            if a.get("nested-attributes", s["name"]) not in sets:
                why.append(f"{s['name']} {a['name']}: no set {a['nested-attributes']}")
            if a.get("enum", next(iter(enums))) not in enums:
                why.append(f"{s['name']} {a['name']}: no enum {a['enum']}")
    for op in spec["operations"]["list"]:
        parts = [op[k][r]["attributes"] for k in ("do", "dump") if k in op
                 for r in ("request", "reply") if r in op[k]]
        parts += [op["event"]["attributes"]] if "event" in op else []
        if not parts:
            why.append(f"{op['name']}: nothing in it")
        for name in {n for part in parts for n in part} - sets[op["attribute-set"]]:
            why.append(f"{op['name']}: no attribute {name}")
        if ("event" in op) != ("mcgrp" in op) or op.get("mcgrp", "events") not in groups:
            why.append(f"{op['name']}: its group")
    return why


def words_of(path, pattern):
    with open(path, encoding="ascii") as f:
        return set(re.findall(pattern, f.read(), flags=re.M))


def check_abi(names, abi):
    """Each name has its line, and no other has."""
    attributes = {n for n in names if re.match("(SEA_A|IFLA_SEA|SEA_CMD)_", n) and not is_end(n) and
                  not re.search("_(UNSPEC|PAD)$", n)}
    stats = {n for n in attributes if n.startswith("SEA_A_STATS_")}
    counters = words_of(f"{abi}/ethtool-sea", r"^\t\t([a-z]+_[a-z_]+|unassigned)  ")
    told = words_of(f"{abi}/netlink-sea", r"\b(?:SEA_A|IFLA_SEA|SEA_CMD)_\w*[A-Z]\b")
    counted = {n[len("SEA_A_STATS_"):].lower() for n in stats}
    return [f"{n} is not in both"
            for n in sorted((counted ^ counters) | ((attributes - stats) ^ told))]


def check_schema(spec, schemas):
    import jsonschema    # not everybody has it

    with open(f"{schemas}/{spec['protocol']}.yaml", encoding="ascii") as f:
        validator = jsonschema.Draft7Validator(yaml.safe_load(f))
    return [f"{'/'.join(str(p) for p in e.absolute_path)}: {e.message}"
            for e in validator.iter_errors(spec)]


def report(text, why):
    print(f"not ok {text}: {'; '.join(why)}" if why else f"ok {text}")


def main():
    with open(sys.argv[1], encoding="ascii") as f:
        spec = yaml.safe_load(f)
    names, defines = read_header(sys.argv[2])
    report("attributes are those of the header", check_attributes(spec, names))
    report("types are those of the header", check_types(spec, names))
    report("enums are those of the header", check_enums(spec, names))
    report("operations are those of the header", check_operations(spec, names, defines))
    report("what is named is there", check_references(spec))
    report("the ABI's documents have all names", check_abi(names, sys.argv[3]))
    if len(sys.argv) > 4:
        report("the schema of a newer kernel", check_schema(spec, sys.argv[4]))


if __name__ == "__main__":
    main()
