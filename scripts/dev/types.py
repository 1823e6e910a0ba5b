#!/usr/bin/env python3
"""Writes src/catalogue/types.tsv (parameter types of the product modules) from the reference's types.json.

usage: types.py <reference>/cmdlets/types.json > src/catalogue/types.tsv
Columns: name, kind, CLR name or empty, enumeration values.
"""
import json
import sys

CLR = {
    "String": "System.String", "Boolean": "System.Boolean", "SwitchParameter": "System.Management.Automation.SwitchParameter",
    "Int32": "System.Int32", "Int64": "System.Int64", "Int16": "System.Int16", "UInt32": "System.UInt32", "UInt64": "System.UInt64",
    "UInt16": "System.UInt16", "Byte": "System.Byte", "Double": "System.Double", "Single": "System.Single", "Guid": "System.Guid",
    "DateTime": "System.DateTime", "TimeSpan": "System.TimeSpan", "Object": "System.Object", "Hashtable": "System.Collections.Hashtable",
    "PSObject": "System.Management.Automation.PSObject", "PSCredential": "System.Management.Automation.PSCredential",
    "SecureString": "System.Security.SecureString", "ScriptBlock": "System.Management.Automation.ScriptBlock", "Uri": "System.Uri",
    "Version": "System.Version", "Array": "System.Array", "CultureInfo": "System.Globalization.CultureInfo",
    "XmlDocument": "System.Xml.XmlDocument", "IPAddress": "System.Net.IPAddress", "DateTimeOffset": "System.DateTimeOffset",
    "Char": "System.Char", "Decimal": "System.Decimal", "PSListModifier": "System.Management.Automation.PSListModifier",
}
for name in list(CLR):
    CLR[name + "[]"] = CLR[name] + "[]"


def main():
    rows = {r["t"]: r for r in json.load(open(sys.argv[1], encoding="utf-8"))}
    for name in CLR:
        rows.setdefault(name, {"t": name, "kind": "array" if name.endswith("[]") else "scalar"})
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
