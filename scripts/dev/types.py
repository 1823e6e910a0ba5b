#!/usr/bin/env python3
"""Writes src/catalogue/types.tsv (parameter types of the product modules) from the reference.

usage: types.py <reference>/cmdlets > src/catalogue/types.tsv
Columns: name, kind, CLR name or empty, enumeration values.
"""
import json
import sys

FILES = ["Exchange", "SkypeForBusiness", "MicrosoftTeams", "MSOnline", "CloudConnector", "TenantOnline2020", "Gone", "WindowsServer2016"]
CLR = {
    "String": "System.String", "Boolean": "System.Boolean", "SwitchParameter": "System.Management.Automation.SwitchParameter",
    "Int32": "System.Int32", "Int64": "System.Int64", "Int16": "System.Int16", "UInt32": "System.UInt32", "UInt64": "System.UInt64",
    "UInt16": "System.UInt16", "Byte": "System.Byte", "Double": "System.Double", "Single": "System.Single", "Guid": "System.Guid",
    "DateTime": "System.DateTime", "TimeSpan": "System.TimeSpan", "Object": "System.Object", "Hashtable": "System.Collections.Hashtable",
    "PSObject": "System.Management.Automation.PSObject", "PSCredential": "System.Management.Automation.PSCredential",
    "SecureString": "System.Security.SecureString", "ScriptBlock": "System.Management.Automation.ScriptBlock",
    "Version": "System.Version", "Array": "System.Array", "CultureInfo": "System.Globalization.CultureInfo",
    "Char": "System.Char", "Decimal": "System.Decimal",
}
# Uri, IPAddress and the like stay the product's own: the directory keeps them as text.
for name in list(CLR):
    CLR[name + "[]"] = CLR[name] + "[]"


def main():
    folder = sys.argv[1]
    rows = {r["t"]: r for r in json.load(open(f"{folder}/types.json", encoding="utf-8"))}
    for name in CLR:
        rows.setdefault(name, {"t": name, "kind": "array" if name.endswith("[]") else "scalar"})
    for file in FILES:
        for cmdlet in json.load(open(f"{folder}/{file}.json", encoding="utf-8")):
            for parameter in cmdlet.get("params", []):
                t = parameter["t"]
                row = rows.setdefault(t, {"t": t, "kind": "other"})
                if row["kind"] == "other" and parameter.get("vals") and "|" not in t:
                    row["kind"] = "enum"
                if row["kind"] == "enum":
                    row.setdefault("vals", [])
                    row["vals"] += [v for v in parameter.get("vals", []) if v not in row["vals"]]
    for name in sorted(rows):
        row, values = rows[name], []
        for key in ("vals", "prose", "known", "seen"):
            for value in row.get(key, []):
                if value.lower() not in [v.lower() for v in values] and "\t" not in value and "," not in value:
                    values.append(value)
        if row["kind"] not in ("enum", "enum-array"):
            values = []
        print(name, row["kind"], CLR.get(name, ""), ",".join(values), sep="\t")


main()
