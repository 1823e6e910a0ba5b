#!/usr/bin/env python3
"""Writes the command rows of the built-in modules from the PowerShell reference, one file a module.

usage: builtin.py <reference>/powershell   (run at the root of the repository)
"""
import json
import sys

FILES = {
    "Microsoft.PowerShell.Core": "cmdlets/core/commands.json",
    "Microsoft.PowerShell.Host": "cmdlets/core/commands_host.json",
    "Microsoft.PowerShell.Utility": "cmdlets/utility/commands.json",
    "Microsoft.PowerShell.Management": "cmdlets/management/commands.json",
    "Microsoft.PowerShell.Security": "cmdlets/security/commands.json",
    "Microsoft.PowerShell.Archive": "cmdlets/management/commands_archive.json",
    "Microsoft.PowerShell.ThreadJob": "cmdlets/core/commands_thread_job.json",
}
# Cmdlets which official builds have and the build behind the reference lacks.
ADDED = {
    "Test-Json": "Microsoft.PowerShell.Utility", "ConvertFrom-Markdown": "Microsoft.PowerShell.Utility",
    "Show-Markdown": "Microsoft.PowerShell.Utility", "Get-MarkdownOption": "Microsoft.PowerShell.Utility",
    "Set-MarkdownOption": "Microsoft.PowerShell.Utility",
}
SHORT = {
    "string": "System.String", "bool": "System.Boolean", "int": "System.Int32", "SwitchParameter": "System.Management.Automation.SwitchParameter",
    "PSObject": "System.Management.Automation.PSObject", "FileInfo": "System.IO.FileInfo", "object": "System.Object",
    "MarkdownInfo": "Microsoft.PowerShell.MarkdownRender.MarkdownInfo", "ScriptBlock": "System.Management.Automation.ScriptBlock",
}
SWITCH = SHORT["SwitchParameter"]


def p(name, t, places, al=None, val=None, enum=None):
    row = {"n": name, "t": t}
    if al:
        row["al"] = al
    row["in"] = places
    if val:
        row["val"] = val
    if enum:
        row["enum"] = enum
    return row


def everywhere(**more):
    return [{"s": "*", **more}]


NOT_EMPTY = [{"k": "ValidateNotNullOrEmpty"}]
LEVELS = ["Optimal", "NoCompression", "Fastest"]


def archive():
    sets = ["Path", "PathWithForce", "PathWithUpdate", "LiteralPath", "LiteralPathWithForce", "LiteralPathWithUpdate"]
    path = [{"s": s, "req": True, "pos": 0, "vp": True, "vn": True} for s in sets[:3]]
    literal = [{"s": s, "req": True, "vn": True} for s in sets[3:]]
    compress = {
        "name": "Compress-Archive", "mod": "Microsoft.PowerShell.Archive", "type": "Function", "sp": True, "impact": "Medium", "default": "Path",
        "out": [{"t": "System.IO.FileInfo"}], "sets": [{"n": s} for s in sets],
        "params": [
            p("Path", "System.String[]", path, val=NOT_EMPTY),
            p("LiteralPath", "System.String[]", literal, al=["PSPath"], val=NOT_EMPTY),
            p("DestinationPath", "System.String", [{"s": s, "req": True, "pos": 1} for s in sets], val=NOT_EMPTY),
            p("CompressionLevel", "System.String", everywhere(), val=[{"k": "ValidateSet", "v": LEVELS}]),
            p("Update", SWITCH, [{"s": s, "req": True} for s in sets if s.endswith("Update")]),
            p("Force", SWITCH, [{"s": s, "req": True} for s in sets if s.endswith("Force")]),
            p("PassThru", SWITCH, everywhere()),
        ],
    }
    expand = {
        "name": "Expand-Archive", "mod": "Microsoft.PowerShell.Archive", "type": "Function", "sp": True, "impact": "Medium", "default": "Path",
        "out": [{"t": "System.IO.FileSystemInfo"}], "sets": [{"n": "Path"}, {"n": "LiteralPath"}],
        "params": [
            p("Path", "System.String", [{"s": "Path", "req": True, "pos": 0, "vp": True, "vn": True}], val=NOT_EMPTY),
            p("LiteralPath", "System.String", [{"s": "LiteralPath", "req": True, "vn": True}], al=["PSPath"], val=NOT_EMPTY),
            p("DestinationPath", "System.String", everywhere(pos=1), val=NOT_EMPTY),
            p("Force", SWITCH, everywhere()),
            p("PassThru", SWITCH, everywhere()),
        ],
    }
    return [compress, expand]


def thread_job():
    block, object_ = SHORT["ScriptBlock"], "System.Object[]"
    return [{
        "name": "Start-ThreadJob", "mod": "Microsoft.PowerShell.ThreadJob", "type": "Cmdlet", "default": "ScriptBlock",
        "out": [{"t": "ThreadJob.ThreadJob"}], "sets": [{"n": "ScriptBlock", "d": True}, {"n": "FilePath"}],
        "params": [
            p("ScriptBlock", block, [{"s": "ScriptBlock", "req": True, "pos": 0}], val=[{"k": "ValidateNotNull"}]),
            p("FilePath", "System.String", [{"s": "FilePath", "req": True, "pos": 0}], val=NOT_EMPTY),
            p("Name", "System.String", everywhere(), val=NOT_EMPTY),
            p("InitializationScript", block, everywhere(), val=[{"k": "ValidateNotNull"}]),
            p("InputObject", "System.Management.Automation.PSObject", everywhere(vp=True), val=[{"k": "ValidateNotNull"}]),
            p("ArgumentList", object_, everywhere()),
            p("ThrottleLimit", "System.Int32", everywhere(), val=[{"k": "ValidateRange", "v": [1, 1000000]}]),
            p("StreamingHost", "System.Management.Automation.Host.PSHost", everywhere(), val=[{"k": "ValidateNotNull"}]),
        ],
    }]


def full(t):
    base, many = (t[:-2], "[]") if t.endswith("[]") else (t, "")
    return SHORT.get(base, base) + many


def added(row, module):
    out = {"name": row["name"], "mod": module, "type": "Cmdlet", "class": "Microsoft.PowerShell.Commands." + row.get("class", "")}
    for key in ("sp", "impact", "default"):
        if key in row:
            out[key] = row[key]
    out["out"] = [{"t": full(o if isinstance(o, str) else o["t"])} for o in row.get("out", [])]
    names = []
    for parameter in row.get("params", []):
        parameter["t"] = full(parameter["t"])
        for place in parameter["in"]:
            if place["s"] != "*" and place["s"] not in names:
                names.append(place["s"])
    out["sets"] = [{"n": n, **({"d": True} if n == row.get("default") else {})} for n in names] or [{"n": "*", "d": True}]
    out["params"] = row.get("params", [])
    return out


def main():
    source = sys.argv[1]
    files = {path: [] for path in FILES.values()}
    for row in json.load(open(f"{source}/cmdlets.json", encoding="utf-8")):
        files[FILES[row["mod"]]].append(row)
    for row in json.load(open(f"{source}/cmdlets-absent.json", encoding="utf-8")):
        if row["name"] in ADDED:
            module = ADDED[row["name"]]
            files[FILES[module]].append(added(row, module))
    files[FILES["Microsoft.PowerShell.Archive"]] = archive()
    files[FILES["Microsoft.PowerShell.ThreadJob"]] = thread_job()
    for path, rows in files.items():
        rows.sort(key=lambda r: r["name"])
        lines = ",\n".join(json.dumps(r, separators=(",", ":"), ensure_ascii=False) for r in rows)
        with open(path, "w", encoding="utf-8") as out:
            out.write("[\n" + lines + "\n]\n")


main()
