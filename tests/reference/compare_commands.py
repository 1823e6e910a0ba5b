#!/usr/bin/env python3
"""Compare what Get-Command, Get-Alias, Get-Variable, the Function: drive, Get-PSDrive and Get-PSProvider tell with data/*.json.

usage: compare_commands.py --shell SHELL [--show N]

Prints one line a subject: rows that agree, all rows. A row of commands is a parameter's type, aliases, or one of its places
(set, mandatory, position, pipeline flags).
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
foreach ($a in Get-Alias) { $out.aliases[$a.Name] = $a.Definition }
$out.variables = @(Get-Variable | ForEach-Object Name)
$out.functions = @(Get-ChildItem Function: | ForEach-Object Name)
$out.drives = @(Get-PSDrive | ForEach-Object { "$($_.Name) $($_.Provider.Name)" })
$out.providers = @(Get-PSProvider | ForEach-Object Name)
[IO.File]::WriteAllText($env:RESULT, ($out | ConvertTo-Json -Depth 8 -Compress))
'''


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--shell", required=True); options.add_argument("--show", type=int, default=0)
    o = options.parse_args()
    data = lambda name: json.loads((HERE / f"data/{name}.json").read_text())
    commands = data("cmdlets")
    common = {c["n"].lower() for c in data("common-parameters")}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "names").write_text(json.dumps([c["name"] for c in commands]))
        (folder / "run.ps1").write_text(SCRIPT)
        env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "DIALTONE_HOME": str(folder / "home"), "LANG": "C", "NO_COLOR": "1",
               "NAMES": str(folder / "names"), "RESULT": str(folder / "result")}
        subprocess.run([pathlib.Path(o.shell).resolve(), "-NoProfile", "-NonInteractive", "-File", str(folder / "run.ps1")], env=env,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=120, check=False)
        got = json.loads((folder / "result").read_text())
    shown = 0
    def tell(subject, rows):
        nonlocal shown
        agreed = 0
        for name, fine, why in rows:
            agreed += fine
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
    lower = {k.lower(): v for k, v in got["aliases"].items()}
    tell("aliases", [(a["n"], lower.get(a["n"].lower(), "").lower() == a["def"].lower(), f"{lower.get(a['n'].lower())}") for a in data("aliases")])
    variables = {v.lower() for v in got["variables"]}
    tell("variables", [(v["n"], v["n"].lower() in variables, "missing") for v in data("variables") if v.get("start", True)])
    functions = {f.lower() for f in got["functions"]}
    tell("functions", [(f["n"], f["n"].lower() in functions, "missing") for f in data("functions")])


if __name__ == "__main__":
    main()
