#!/usr/bin/env python3
"""Makes the first version of noun files from the cmdlet reference.

usage: nouns.py <reference> [--only NOUN,...] [--overwrite]     (run at the root of the repository)

Reads <reference>/cmdlets/*.json, objects.json, scope.md and scripts/dev/objects.toml (what objects.md says of the objects
on the main path). An existing noun file is left alone unless --overwrite, so what was added by hand stays.
"""
import collections
import json
import os
import re
import sys
import tomllib

# Priority: a cmdlet described by several files takes its sets from the first.
FILES = [
    ("Exchange", "exchange"), ("SkypeForBusiness", "skype"), ("CloudConnector", "skype"), ("MSOnline", "online"),
    ("MicrosoftTeams", "online"), ("TenantOnline2020", "online"), ("Gone", "online"), ("WindowsServer2016", "server"),
]
MODULES = {"ExchangePowerShell": "ExchangePowerShell", "Exchange": "ExchangePowerShell", "SkypeForBusinessOnline": "MicrosoftTeams",
           "SkypeOnlineConnector": "SkypeOnlineConnector", "pki": "PKI"}
# Group headings of scope.md to folders.
AREAS = [
    ("UM ", "um"), ("Certificates (PKI", "pki"), ("PKI", "pki"), ("Certificates", "certificate"), ("Servers", "server"), ("Autodiscover", "client_access"),
    ("Virtual directories", "client_access"), ("Recipients", "recipient"), ("AD permissions", "directory"), ("Organisation, OAuth", "organization"),
    ("Topology", "topology"), ("Server roles", "topology"), ("OAuth", "oauth"), ("Dial plans", "voice"), ("Voice", "voice"), ("Trunks", "voice"),
    ("Media", "media"), ("Users and licences", "user"), ("Users", "user"), ("ExUM", "voicemail"), ("AD preparation", "preparation"), ("Edge", "edge"),
    ("Synthetic", "test"), ("Other synthetic", "test"), ("Tenant", "tenant"), ("Domains", "tenant"), ("Cloud Connector", "cloud_connector"),
    ("DNS", "dns"), ("Firewall", "network"), ("Active Directory", "active_directory"), ("Mail flow", "transport"), ("Permissions", "role"),
    ("Hybrid", "hybrid"), ("Moves", "migration"), ("Trusted", "topology"), ("Network sites", "network"), ("Conferencing", "conference"),
    ("Client", "client"), ("Federation", "edge"), ("Monitoring", "monitoring"), ("Session", "tenant"), ("Groups", "tenant"), ("Documented until", "tenant"),
]
CONTROL = {"Confirm", "WhatIf"}
# Parameters that steer a cmdlet and are no properties of the object.
STEERING = {
    "identity", "domaincontroller", "force", "inmemory", "instance", "passthru", "ignoredefaultscope", "resultsize", "filter", "sortby",
    "organization", "tenant", "localstore", "asobject", "asjob", "cimsession", "throttlelimit", "computername", "server", "credential",
    "authtype", "drop", "tenantid", "parent", "readfromdomaincontroller", "overriderecipientquotas", "anr", "usercredential", "verbose",
    "ldapfilter", "searchbase", "searchscope", "properties", "policystore", "gposession", "recipienttypedetails", "organizationalunit",
    "bypassdualwrite", "msftinternalprocessingonly", "httppipelineprepend", "ignorenamingpolicy", "tagname", "templates",
}


def snake(name):
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower().replace(".", "_")


def quote(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(quote(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key(k)} = {quote(v)}" for k, v in value.items()) + " }"
    return json.dumps(str(value), ensure_ascii=False)


def key(name):
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def scope_groups(path):
    """noun -> (tier, group heading) for what scope.md lists."""
    tiers, tier = {}, 0
    for line in open(path, encoding="utf-8"):
        if line.startswith("## Tier"):
            tier = int(line[8])
        elif tier and line.startswith("## "):
            tier = 0
        elif tier and " (" in line:
            heading = re.match(r"- \*\*(.+?)\*\*", line)
            group = heading.group(1) if heading else ""
            for noun in re.findall(r"([A-Za-z][\w.]+)\*? \((?:[A-Z][A-Za-z]+(?:, )?)+\)", line):
                tiers.setdefault(noun.lower(), (tier, group))
    return tiers


def area(group, crate, row):
    for start, folder in AREAS:
        if group.startswith(start):
            return folder
    help_ = row.get("help") or ""
    tail = help_.rsplit(".", 1)[-1]
    known = {"TransportMailflow": "transport", "RolesAndAccess": "role", "ServerStatus": "server", "RemoteConnections": "remote",
             "WebClient": "client_access", "MediaAndDevices": "device", "ProvisioningAndMigration": "migration", "RecordsandEdge": "record",
             "CalendarsAndGroups": "group", "TransportMailControl": "transport", "RestApiClient": "client_access"}
    if crate == "exchange":
        return known.get(tail, "organization")
    if crate == "server":
        return {"ActiveDirectory": "active_directory", "DnsServer": "dns", "DnsClient": "dns", "pki": "pki", "ADCSAdministration": "pki"}.get(row["mod"], "network")
    if crate == "skype":
        return "rgs" if "Rgs" in help_ else "configuration"
    return "team" if "Teams" in row["name"] or "Team" in row["name"] else "tenant"


def load(folder):
    cmdlets, order = {}, []
    for file, crate in FILES:
        for row in json.load(open(f"{folder}/cmdlets/{file}.json", encoding="utf-8")):
            if "-" not in row["name"] or not re.fullmatch(r"[A-Za-z]+-[A-Za-z0-9]+", row["name"]):
                continue
            where = crate
            if file == "Gone":
                where = {"Exchange": "exchange", "SkypeForBusiness": "skype"}.get(row["mod"], "online")
            name = row["name"].lower()
            if name in cmdlets:
                merge(cmdlets[name], row)
                continue
            row["crate"], row["file"] = where, file
            cmdlets[name] = row
            order.append(name)
    return [cmdlets[n] for n in order]


def merge(first, other):
    have = {p["n"].lower() for p in first["params"]}
    for parameter in other["params"]:
        if parameter["n"].lower() not in have and parameter["n"] not in CONTROL:
            new = {k: v for k, v in parameter.items() if k not in ("sets", "req", "pos")}
            first["params"].append(new)
            for one in first["sets"]:
                one["p"].append({"n": parameter["n"]})


def token(name, place, parameter, type_name, pipe):
    text = name
    if "pos" in place:
        text += f"[{place['pos']}]"
    if place.get("req"):
        text += "!"
    if parameter.get("vp") or pipe:
        text += "|"
    if parameter.get("vn") or pipe:
        text += "~"
    return text + (f"<{type_name}>" if type_name else "")


def boolean(text):
    return {"$true": True, "true": True, "$false": False, "false": False}.get(str(text).lower())


def default_of(kind, text):
    if text in (None, "", "None"):
        return None
    if kind == "bool":
        return boolean(text)
    if kind == "number":
        found = re.match(r"-?\d+", str(text))
        return int(found.group()) if found else None
    return None if " " in str(text) and kind != "enum" else str(text).lstrip("$")


class Maker:
    def __init__(self, folder):
        self.cmdlets = load(folder)
        self.groups = scope_groups(f"{folder}/scope.md")
        self.objects = {o["noun"].lower(): o for o in json.load(open(f"{folder}/cmdlets/objects.json", encoding="utf-8"))}
        self.types = {}
        for line in open("src/catalogue/types.tsv", encoding="utf-8"):
            name, kind, clr, values = line.rstrip("\n").split("\t")
            self.types[name] = (kind, clr, values.split(",") if values else [])
        self.overlay = tomllib.load(open("scripts/dev/objects.toml", "rb")) if os.path.exists("scripts/dev/objects.toml") else {}
        self.nouns = collections.OrderedDict()
        for row in self.cmdlets:
            verb, noun = row["name"].split("-", 1)
            self.nouns.setdefault(noun.lower(), []).append(row)
        self.home = {n: rows[0]["crate"] for n, rows in self.nouns.items()}
        self.spelling = {n: rows[0]["name"].split("-", 1)[1] for n, rows in self.nouns.items()}
        self.has_new = {n for n, rows in self.nouns.items() if any(r["name"].startswith(("New-", "Add-")) for r in rows)}

    def kind(self, type_name):
        return self.types.get(type_name, ("other", "", []))[0]

    def make(self, noun):
        rows = self.nouns[noun]
        first = rows[0]
        crate, name = self.home[noun], self.spelling[noun]
        over = self.overlay.get(name, {})
        tier, group = self.groups.get(noun, (3, ""))
        folder = over.get("area") or area(group, crate, first)
        verbs = [r["name"].split("-", 1)[0] for r in rows]
        stored = {"Get", "New", "Set", "Remove", "Add", "Grant", "Enable", "Disable"} & set(verbs)
        family = {"exchange": "directory", "skype": "document", "online": "tenant", "server": "server"}[crate]
        if not stored or not ({"New", "Set", "Add", "Enable", "Remove", "Grant"} & set(verbs) or "Get" in verbs):
            family = "action"
        properties = self.properties(noun, rows, over)
        head = {"noun": name, "module": MODULES.get(first["mod"], first["mod"])}
        object_ = self.objects.get(noun, {})
        type_name = over.get("type") or next((o for o in object_.get("out", []) if "." in o and "#" not in o and " " not in o), "")
        if not type_name and crate == "exchange" and family != "action":
            type_name = f"Microsoft.Exchange.Data.Directory.SystemConfiguration.{name}"
        if type_name:
            head["type"] = type_name
        head["family"] = over.get("family", family)
        if crate in ("skype", "online") and family != "action":
            scopes = self.scopes(rows, verbs)
            if scopes:
                head["scopes"] = scopes
        for field in ("container", "stored_as", "scopes", "effect", "parent", "document", "referred_by"):
            if field in over:
                head[field] = over[field]
        out = [f"{k} = {quote(v)}" for k, v in head.items()]
        if "view" in over:
            out += ["", "[view]"] + [f"{k} = {quote(v)}" for k, v in over["view"].items()]
        if properties:
            out += ["", "[property]"] + [f"{key(n)} = {quote(p)}" for n, p in properties.items()]
        parameters, blocks = self.parameters(rows, properties, crate)
        if parameters:
            out += ["", "[parameter]"] + [f"{key(n)} = {quote(p)}" for n, p in parameters.items()]
        for block in blocks:
            out += [""] + block
        for seed in over.get("seed", []):
            out += ["", "[[seed]]"] + [f"{key(k)} = {quote(v)}" for k, v in seed.items()]
        return f"cmdlets/{crate}/{folder}/{snake(name)}.toml", "\n".join(out) + "\n"

    def scopes(self, rows, verbs):
        types = {p["t"] for r in rows for p in r["params"] if p["n"] == "Identity"}
        found = []
        # Items of a global list have plain names.
        if "XdsGlobalRelativeIdentity" in types and "New" in verbs and "Grant" not in verbs:
            return found
        if ({"XdsIdentity", "XdsGlobalRelativeIdentity"} & types and "Set" in verbs) or "Grant" in verbs:
            found.append("Global")
        if "XdsIdentity" in types and "New" in verbs:
            found += ["Site", "Service"]
        if "Grant" in verbs:
            found.append("Tag")
        return found

    def properties(self, noun, rows, over):
        found = collections.OrderedDict()
        object_ = self.objects.get(noun)
        params = {}
        for row in rows:
            verb = row["name"].split("-", 1)[0]
            for p in row["params"]:
                params.setdefault(p["n"].lower(), {})[verb] = p
        sources = object_["props"] if object_ else self.guess(rows)
        stores = any(r["name"].split("-")[0] in ("Get", "Set", "New", "Add", "Enable") for r in rows)
        for entry in sources if stores else []:
            name, type_name, source = entry[0], entry[1], entry[2]
            if name.lower() in STEERING or name in CONTROL or not re.fullmatch(r"[A-Za-z_]\w*", name):
                continue
            p = params.get(name.lower(), {})
            some = p.get("Set") or p.get("New") or next(iter(p.values()), {})
            if type_name in ("?", "SwitchParameter") and not some:
                type_name = "String"
            if type_name == "SwitchParameter" or self.kind(type_name) == "secret":
                continue
            if type_name not in self.types:
                type_name = some.get("t", "String") if some.get("t") in self.types else "String"
            kind, row = self.kind(type_name), {}
            many = kind == "multivalue" or type_name.endswith("[]")
            if many:
                inner = re.search(r"<(\w+)>", type_name)
                type_name = inner.group(1) if inner else (type_name[:-2] if type_name.endswith("[]") else "String")
                if type_name not in self.types:
                    type_name = "String"
                kind = self.kind(type_name)
            row["type"] = type_name
            if many:
                row["many"] = True
            default = default_of(kind, entry[3] if len(entry) > 3 else None)
            if default is None and kind == "bool":
                default = False
            if default is not None and not many:
                row["default"] = default
            hints = some.get("h", {})
            if kind == "number" and ("min" in hints and "max" in hints) and hints["min"] <= hints["max"]:
                row["range"] = f"{hints['min']}..{hints['max']}"
            if "maxlen" in hints and kind == "string":
                row["length"] = hints["maxlen"]
            if some.get("vals") and kind == "enum" and not self.types[type_name][2]:
                row["values"] = some["vals"]
            link = re.fullmatch(r"(\w+)IdParameter", type_name)
            if link and link.group(1).lower() in self.has_new and self.home.get(link.group(1).lower()) == self.home[noun]:
                row["link"] = self.spelling[link.group(1).lower()]
            if "S" not in source and "Set" in {r["name"].split("-", 1)[0] for r in rows}:
                row["set"] = "new" if ("N" in source or "A" in source) else "never"
            elif not set(source) & set("SNA"):
                row["set"] = "never"
            found[name] = row
        keyed = over.get("property", {})
        for name, change in keyed.items():
            at = next((n for n in found if n.lower() == name.lower()), None)
            if isinstance(change, str) and change == "remove":
                found.pop(at, None)
                continue
            merged = {**(found.get(at, {}) if at else {}), **change}
            if at:
                kept = {k: v for k, v in merged.items() if v != ""}
                found = collections.OrderedDict((name if n == at else n, kept if n == at else p) for n, p in found.items())
            else:
                merged.setdefault("type", "String")
                found[name] = {k: v for k, v in merged.items() if v != ""}
        order = over.get("order", [])
        if order:
            rest = [n for n in found if n not in order]
            found = collections.OrderedDict((n, found[n]) for n in [o for o in order if o in found] + rest)
        return found

    def guess(self, rows):
        """Properties of a noun that objects.json does not have: the parameters of the cmdlets that write it."""
        seen = collections.OrderedDict()
        for row in rows:
            verb = row["name"].split("-", 1)[0]
            letter = {"Set": "S", "New": "N", "Add": "A", "Enable": "N"}.get(verb)
            if not letter:
                continue
            for p in row["params"]:
                if p["t"] != "SwitchParameter":
                    entry = seen.setdefault(p["n"], [p["n"], p["t"], ""])
                    entry[2] += letter
        return list(seen.values())

    def parameters(self, rows, properties, crate):
        shared, blocks = collections.OrderedDict(), []
        lower = {n.lower(): (n, p) for n, p in properties.items()}
        for row in rows:
            verb = row["name"].split("-", 1)[0]
            params = {p["n"].lower(): p for p in row["params"]}
            types, taken = {}, set()
            for p in row["params"]:
                if p["n"] in CONTROL:
                    continue
                entry = {}
                # The table is keyed by exact name: a parameter takes its type from it, from the property, or names its own.
                own = lower.get(p["n"].lower())
                same = own and own[0] == p["n"] and not own[1].get("many") and own[1]["type"] == p["t"]
                same = same or (own and own[0] == p["n"] and own[1].get("many") and p["t"] == "MultiValuedProperty")
                if p["n"] in shared and shared[p["n"]].get("type", p["t"]) == p["t"]:
                    entry = shared[p["n"]]
                elif p["n"] in shared:
                    types[p["n"]] = p["t"]
                    continue
                elif not same:
                    entry["type"] = p["t"]
                aliases = [a for a in p.get("al", []) if a.lower() not in params and a.lower() not in taken]
                taken |= {a.lower() for a in aliases}
                if aliases and "aliases" not in entry:
                    entry["aliases"] = aliases
                if p.get("vals") and self.kind(p["t"]) == "enum" and not self.types[p["t"]][2]:
                    entry["values"] = p["vals"]
                if p.get("null") or (p.get("t") and p["n"] in row.get("null", [])):
                    entry["null"] = True
                if entry:
                    if "aliases" in entry and same and "type" not in entry and own[1].get("many"):
                        entry["type"] = p["t"]
                    shared[p["n"]] = entry
            blocks.append(self.verb(row, verb, params, types, crate))
        return shared, blocks

    def verb(self, row, verb, params, types, crate):
        sets = [s for s in row["sets"]]
        def place_token(one):
            p = params.get(one["n"].lower())
            if p is None or one["n"] in CONTROL:
                return None
            pipe = p.get("pipe") and not (p.get("vp") or p.get("vn"))
            pipe = pipe or (row.get("pgap") and p["n"] == "Identity")
            return token(p["n"], one, p, types.get(p["n"]), pipe)
        lines = [f"[verb.{verb}]"]
        sp = row.get("sp")
        if sp is True:
            lines.append("should_process = true")
        elif sp:
            lines.append(f"only = {quote(sp)}")
        if crate in ("exchange", "server") and verb in ("Remove", "Disable", "Uninstall") and sp:
            lines.append('impact = "High"')
        default = next((s["n"] for s in sets if s.get("d") or s.get("dg")), "")
        if len(sets) > 1 and default:
            lines.append(f"default = {quote(default)}")
        outs = [o for o in row.get("out", []) if re.fullmatch(r"[\w.]+(\[\])?", o) and o not in ("None",)]
        if outs:
            lines.append(f"output = {quote(outs)}")
        named = []
        for s in sets:
            name = s["n"]
            while any(name.lower() == n.lower() for n, _ in named):
                name += "2"
            named.append((name, [t for t in map(place_token, s["p"]) if t]))
        if len(named) == 1 and named[0][0] == "(All)":
            lines += listing("parameters", unique(named[0][1]))
        else:
            common = [t for t in named[0][1] if all(t in tokens for _, tokens in named[1:])] if len(named) > 1 else []
            common = unique(common)
            if common:
                lines += listing("parameters", common)
            lines.append(f"[verb.{verb}.set]")
            for set_name, tokens in named:
                lines += listing(key(set_name), unique([t for t in tokens if t not in common]))
        return lines


def unique(tokens):
    seen, out = set(), []
    for t in tokens:
        name = re.match(r"\w+", t).group().lower()
        if name not in seen:
            seen.add(name)
            out.append(t)
    return out


def listing(name, items):
    text = f"{name} = {quote(items)}"
    if len(text) <= 140:
        return [text]
    lines, line = [f"{name} = ["], "   "
    for item in items:
        word = " " + json.dumps(item, ensure_ascii=False) + ","
        if len(line) + len(word) > 140:
            lines.append(line)
            line = "   "
        line += word
    return lines + [line, "]"]


def main():
    folder = sys.argv[1]
    only = None
    if "--only" in sys.argv:
        only = {n.lower() for n in sys.argv[sys.argv.index("--only") + 1].split(",")}
    tiers = {1, 2, 3} if "--all" in sys.argv else {1, 2}
    maker = Maker(folder)
    written = kept = cmdlets = 0
    for noun in maker.nouns:
        tier = maker.groups.get(noun, (3, ""))[0]
        if (only and noun not in only) or (not only and tier not in tiers):
            continue
        path, text = maker.make(noun)
        cmdlets += len(maker.nouns[noun])
        if os.path.exists(path) and "--overwrite" not in sys.argv:
            kept += 1
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        written += 1
    print(f"{written} noun files written, {kept} kept, {cmdlets} cmdlets", file=sys.stderr)


if __name__ == "__main__":
    main()
