#!/usr/bin/env python3
"""Compare what Get-Command, Get-Alias, Get-Variable, the Function: drive, Get-PSDrive, Get-PSProvider and the items of
providers tell with data/*.json.

usage: compare_commands.py --shell SHELL [--show N] [--list FILE]

Prints one line a subject: rows that agree, all rows. A row of commands is a parameter's type, aliases, or one of its places
(set, mandatory, position, pipeline flags); of variables presence, options, type, value or attributes; of items a member's kind.
--list writes the rows that differ, one a line, as known-differences.txt keeps them.
"""
import argparse, json, pathlib, subprocess, tempfile

HERE = pathlib.Path(__file__).resolve().parent
SCRIPT = r'''
$out = @{ commands = @{}; aliases = @{}; variables = @(); functions = @(); drives = @(); providers = @() }
foreach ($name in (Get-Content -Raw $env:NAMES | ConvertFrom-Json)) {
    $c = Get-Command $name -ErrorAction SilentlyContinue
    if (-not $c) { continue }
    $own = @{}
    foreach ($p in $c.Parameters.Values) {
        $sets = @{}
        foreach ($s in $p.ParameterSets.Keys) {
            $m = $p.ParameterSets[$s]
            $sets["$s"] = @([bool]$m.IsMandatory, [int]$m.Position, [bool]$m.ValueFromPipeline, [bool]$m.ValueFromPipelineByPropertyName)
        }
        $own[$p.Name] = @{ type = "$($p.ParameterType.FullName)"; aliases = @($p.Aliases); sets = $sets }
    }
    $out.commands[$name] = $own
}
foreach ($a in Get-Alias) { $out.aliases[$a.Name] = @($a.Definition, "$($a.Options)") }
Get-Variable | Where-Object Name -NE foreach | ForEach-Object {
    $v = $_
    $type = if ($null -eq $v.Value) { '' } else { $v.Value.GetType().FullName }
    $text = if ($v.Value -is [string] -or $v.Value -is [valuetype]) { "$($v.Value)" } else { '' }
    $out.variables += , @($v.Name, "$($v.Options)", "$type", $text, (@($v.Attributes | ForEach-Object { $_.GetType().Name }) -join ','))
}
foreach ($f in Get-ChildItem Function:) {
    $own = @{}
    if ($f.CmdletBinding) {
        foreach ($p in $f.Parameters.Values) {
            $sets = @{}
            foreach ($s in $p.ParameterSets.Keys) {
                $m = $p.ParameterSets[$s]
                $sets["$s"] = @([bool]$m.IsMandatory, [int]$m.Position, [bool]$m.ValueFromPipeline, [bool]$m.ValueFromPipelineByPropertyName)
            }
            $own[$p.Name] = @{ type = "$($p.ParameterType.FullName)"; sets = $sets }
        }
    }
    $out.functions += , @($f.Name, "$($f.CommandType)", $own)
}
$out.drives = @(Get-PSDrive | ForEach-Object { , @($_.Name, $_.Provider.Name, "$($_.Root)", ($null -ne $_.Used)) })
$out.providers = @(Get-PSProvider | ForEach-Object { , @($_.Name, "$($_.Capabilities)", @($_.Drives | ForEach-Object Name), $_.ImplementingType.FullName, $_.ModuleName, [bool]$_.Home, "$($_.ItemSeparator)$($_.AltItemSeparator)") })
$out.items = @{}
Set-Location $env:WORK
Set-Content file.txt 'line'
$made = [ordered]@{
    'Get-ChildItem file' = { Get-ChildItem file.txt }
    'Get-Item directory' = { Get-Item . }
    'Get-Item Env:' = { Get-Item Env:PATH }
    'Get-Item Function:' = { Get-Item Function:prompt }
    'Get-Item Variable:' = { Get-Item Variable:HOME }
    'Get-Item Alias:' = { Get-Item Alias:cd }
    'Get-Content line' = { Get-Content file.txt }
    'Get-Process' = { Get-Process -Id $PID }
    'Get-Date' = { Get-Date }
    'Select-String' = { Select-String line file.txt }
    'Get-Command cmdlet' = { Get-Command Get-Item }
    'Import-Csv' = { 'a,b', '1,2' | ConvertFrom-Csv }
    'ConvertFrom-Json' = { '{"a":1}' | ConvertFrom-Json }
    'hashtable' = { @{ a = 1 } }
    'array' = { , @(1, 2) }
    'Get-Module' = { New-Module -Name m { } }
    'Get-Command' = { Get-Command Get-Item }
    'ErrorRecord' = { try { Get-Item nope -ErrorAction Stop } catch { $_ } }
    'PSCustomObject' = { [pscustomobject]@{ a = 1 } }
    'Import-Csv row' = { 'a,b', '1,2' | ConvertFrom-Csv }
    'Select-Object' = { 'text' | Select-Object Length }
    'Import-Clixml process' = { Get-Process -Id $PID | Export-Clixml p.xml; Import-Clixml p.xml }
    'xml element' = { ([xml]'<a><b>1</b></a>').DocumentElement }
    'Group-Object' = { 1, 1 | Group-Object }
    'Get-Job' = { Start-Job { 1 } }
    'Resolve-Path' = { Resolve-Path . }
    'Get-Member' = { 1 | Get-Member }
    'string' = { 'text' }
    'int' = { 1 }
    'scriptblock' = { , { 1 } }
    'Measure-Object' = { 1, 2 | Measure-Object }
    'Get-Variable' = { Get-Variable HOME }
    'Get-FileHash' = { Get-FileHash file.txt }
    'ipaddress' = { [ipaddress]'127.0.0.1' }
    'Get-PSDrive' = { Get-PSDrive / }
}
foreach ($r in (Get-Content -Raw $env:ITEMS | ConvertFrom-Json)) {
    if ($made.Contains($r.from)) { $code = $made[$r.from] } else { $code = $null; try { $code = [scriptblock]::Create($r.from) } catch { } }
    if (-not $code) { continue }
    $item = $null
    try { $item = & $code 2>$null; if ($r.from -ne 'array' -and $item -is [array]) { $item = $item[0] } } catch { }
    if ($null -eq $item) { continue }
    $out.items[$r.from] = @{
        type = $item.GetType().FullName; names = @($item.PSObject.TypeNames)
        members = @($item.PSObject.Members | ForEach-Object { , @($_.Name, "$($_.MemberType)", [bool]$_.IsInstance) })
    }
}
[IO.File]::WriteAllText($env:RESULT, ($out | ConvertTo-Json -Depth 8 -Compress))
'''


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--shell", required=True); options.add_argument("--show", type=int, default=0)
    options.add_argument("--list")
    o = options.parse_args()
    data = lambda name: json.loads((HERE / f"data/{name}.json").read_text())
    commands = data("cmdlets")
    common = {c["n"].lower() for c in data("common-parameters")}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "names").write_text(json.dumps([c["name"] for c in commands]))
        (folder / "run.ps1").write_text(SCRIPT)
        env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "DIALTONE_HOME": str(folder / "home"), "LANG": "C", "NO_COLOR": "1",
               "NAMES": str(folder / "names"), "ITEMS": str(HERE / "data/items.json"), "WORK": str(folder), "RESULT": str(folder / "result")}
        subprocess.run([pathlib.Path(o.shell).resolve(), "-NoProfile", "-NonInteractive", "-File", str(folder / "run.ps1")], env=env,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=120, check=False)
        got = json.loads((folder / "result").read_text())
    shown, differing = 0, []
    def tell(subject, rows):
        nonlocal shown
        agreed = 0
        for name, fine, why in rows:
            agreed += fine
            if not fine: differing.append(f"{subject}\t{name}")
            if not fine and shown < o.show:
                shown += 1
                print(f"  {subject}: {name}: {why}")
        print(f"{subject:10} {agreed}/{len(rows)} {100 * agreed / max(1, len(rows)):.1f} %")
    rows = []
    for c in commands:
        have = {k.lower(): v for k, v in (got["commands"].get(c["name"]) or {}).items()}
        for p in c.get("params", []):
            mine = have.get(p["n"].lower())
            name = f"{c['name']} -{p['n']}"
            if mine is None:
                rows.append((name, False, "missing")); continue
            rows.append((name, mine["type"].split(",")[0].split("[[")[0] == p["t"].split(",")[0].split("[")[0] or mine["type"] == p["t"], f"type {mine['type']} for {p['t']}"))
            rows.append((name, sorted(a.lower() for a in mine["aliases"]) == sorted(a.lower() for a in p.get("al", [])), f"aliases {mine['aliases']}"))
            for place in p["in"]:
                key = "__AllParameterSets" if place["s"] == "*" else place["s"]
                found = {k.lower(): v for k, v in mine["sets"].items()}.get(key.lower())
                wanted = [bool(place.get("req")), place.get("pos", -2147483648), bool(place.get("vp")), bool(place.get("vn"))]
                rows.append((name, found == wanted, f"{key} {found} for {wanted}"))
        for extra in have.keys() - {p["n"].lower() for p in c.get("params", [])} - common:
            rows.append((f"{c['name']} -{extra}", False, "not there in the original"))
    tell("commands", rows)
    rows, have = [], {k.lower(): v for k, v in got["aliases"].items()}
    for a in data("aliases"):
        mine = have.get(a["n"].lower())
        rows.append((a["n"], bool(mine) and mine[0].lower() == a["def"].lower(), f"{mine}"))
        rows.append((f"{a['n']} options", bool(mine) and mine[1] == a.get("opt", "None"), f"{mine} for {a.get('opt', 'None')}"))
    tell("aliases", rows)
    rows, have = [], {v[0].lower(): v for v in got["variables"]}
    for v in data("variables"):
        mine = have.get(v["n"].lower())
        if not v.get("start", True): continue
        rows.append((v["n"], mine is not None, "missing"))
        if mine is None: continue
        rows.append((f"{v['n']} options", mine[1] == v.get("opt", "None"), f"{mine[1]} for {v.get('opt', 'None')}"))
        if v.get("t") and v["class"] != "LocalVariable":
            rows.append((f"{v['n']} type", mine[2] == v["t"], f"{mine[2]} for {v['t']}"))
        if "v" in v and v["n"] not in ("?", "PSCulture", "PSUICulture"):
            rows.append((f"{v['n']} value", mine[3] == v["v"], f"{mine[3]} for {v['v']}"))
        rows.append((f"{v['n']} attributes", mine[4] == ",".join(v.get("attr", [])), f"{mine[4]} for {v.get('attr')}"))
    tell("variables", rows)
    rows, have = [], {f[0].lower(): f for f in got["functions"]}
    for f in data("functions"):
        mine = have.get(f["n"].lower())
        rows.append((f["n"], mine is not None and mine[1] == f["type"], "missing"))
        params = {k.lower(): v for k, v in (mine[2] if mine else {}).items()}
        for p in f.get("params", []):
            own = params.get(p["n"].lower())
            wanted = {("__AllParameterSets" if x["s"] == "*" else x["s"]): [bool(x.get("req")), x.get("pos", -2147483648), bool(x.get("vp")), bool(x.get("vn"))] for x in p["in"]}
            rows.append((f"{f['n']} -{p['n']}", own is not None and own["type"] == p["t"] and own["sets"] == wanted, f"{own} for {p['t']} {wanted}"))
    tell("functions", rows)
    reference = json.loads((HERE / "data/drives-providers.json").read_text())
    rows, have = [], {d[0].lower(): d for d in got["drives"]}
    for d in reference["drives"]:
        mine = have.get(d["drive"].lower())
        rows.append((d["drive"], bool(mine) and mine[1] == d["provider"], f"{mine}"))
        if d.get("root", "").startswith("/"): rows.append((f"{d['drive']} root", bool(mine) and mine[2] == d["root"], f"{mine}"))
        rows.append((f"{d['drive']} used", bool(mine) and mine[3] == bool(d.get("used")), f"{mine}"))
    tell("drives", rows)
    rows, have = [], {p[0].lower(): p for p in got["providers"]}
    for p in reference["providers"]:
        mine = have.get(p["name"].lower()) or [None] * 7
        for at, name, want in [(0, "", p["name"]), (1, " capabilities", p["cap"]), (3, " type", p["type"]), (4, " module", p["mod"]), (5, " home", bool(p.get("home"))), (6, " separators", p["sep"])]:
            rows.append((p["name"] + name, mine[at] == want, f"{mine[at]} for {want}"))
        rows.append((p["name"] + " drives", {d.lower() for d in p["drives"]} <= {d.lower() for d in mine[2] or [] if d}, f"{mine[2]} for {p['drives']}"))
    tell("providers", rows)
    rows = []
    for r in data("items"):
        mine = got["items"].get(r["from"])
        if mine is None:
            rows.append((r["from"], False, "nothing came")); continue
        rows.append((f"{r['from']} type", mine["type"] == r.get("type", mine["type"]), f"{mine['type']} for {r.get('type')}"))
        if "names" in r: rows.append((f"{r['from']} names", mine["names"] == r["names"], f"{mine['names']} for {r['names']}"))
        members = {m[0].lower(): m for m in mine["members"]}
        for e in r.get("extra", []):
            own = members.get(e["n"].lower())
            rows.append((f"{r['from']} {e['n']}", own is not None and own[1] == e["k"] and own[2] == bool(e.get("inst")), f"{own} for {e}"))
    tell("items", rows)
    if o.list: pathlib.Path(o.list).write_text("".join(f"{d}\n" for d in differing))


if __name__ == "__main__":
    main()
