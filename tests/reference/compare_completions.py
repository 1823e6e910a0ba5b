#!/usr/bin/env python3
"""Compare what TabExpansion2 offers with data/completions.json.

usage: compare_completions.py --shell SHELL [--show N]

A row is a line with a cursor; it agrees when the first 30 completions have the recorded texts and kinds, in their order, and the
replaced part is the recorded one. What only the modules of the products offer is left out. Prints rows that agree, all rows; then the same for single completions (text and kind).
"""
import argparse, json, pathlib, subprocess, tempfile

HERE = pathlib.Path(__file__).resolve().parent
SCRIPT = r'''
$keep = 'Microsoft.PowerShell.Core', 'Microsoft.PowerShell.Host', 'Microsoft.PowerShell.Management', 'Microsoft.PowerShell.Security', 'Microsoft.PowerShell.Utility', ''
$own = [System.Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)
$nouns = [System.Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)
$foreign = [System.Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)
foreach ($c in Get-Command -CommandType Cmdlet, Function, Alias) {
    if ($c.CommandType -eq 'Alias' -and $c.ResolvedCommand) { $module = "$($c.ResolvedCommand.Source)" } else { $module = "$($c.Source)" }
    if ($keep -notcontains $module) { $null = $own.Add($c.Name) } elseif ($c.Noun) { $null = $nouns.Add($c.Noun) }
}
foreach ($c in Get-Command -CommandType Cmdlet, Function) { if ($c.Noun -and -not $nouns.Contains($c.Noun)) { $null = $foreign.Add($c.Noun) } }
foreach ($m in Get-Module -ListAvailable) { if ($keep -notcontains $m.Name) { $null = $own.Add($m.Name) } }
foreach ($n in 'keep', 'own', 'nouns', 'foreign', 'c', 'm', 'n', 'module', 'case', 'out', 'row', 'found', 'kept') { $null = $own.Add($n) }
$out = [System.Collections.Generic.List[object]]::new()
foreach ($case in (Get-Content -Raw 'CASES' | ConvertFrom-Json)) {
    $row = @{ at = -1; len = 0; total = 0; list = @() }
    try {
        $found = [System.Management.Automation.CommandCompletion]::CompleteInput($case.in, $case.cur, $null)
        if ($found) {
            $kept = @($found.CompletionMatches | Where-Object { -not ($own.Contains($_.ListItemText) -or ($case.in -match '-Noun' -and $foreign.Contains($_.ListItemText))) -or $_.ResultType -notin 'Command', 'Text', 'ParameterValue', 'Variable', 'ProviderItem' })
            $row.at = $found.ReplacementIndex; $row.len = $found.ReplacementLength; $row.total = $kept.Count
            if (-not $kept.Count -and $case.at -lt 0) { $row.at = -1; $row.len = 0 }
            $row.list = @($kept | Select-Object -First 30 | ForEach-Object { , @($_.CompletionText, $_.ListItemText, "$($_.ResultType)") })
        }
    }
    catch { $row.error = "$_" }
    $out.Add($row)
}
[IO.File]::WriteAllText('RESULT', (ConvertTo-Json -InputObject $out -Depth 5 -Compress))
'''


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--shell", required=True); options.add_argument("--show", type=int, default=0)
    o = options.parse_args()
    cases = json.loads((HERE / "data/completions.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "cases").write_text(json.dumps([{"in": c["in"], "cur": c["cur"], "at": c["at"]} for c in cases]))
        script = SCRIPT.replace("'CASES'", f"'{folder / 'cases'}'").replace("'RESULT'", f"'{folder / 'result'}'")
        (folder / "run.ps1").write_text(script)
        (folder / "programs").mkdir()
        # The folder in which the completions were recorded.
        work = folder / "work"
        for name in ["my dir", "sub"]:
            (work / name).mkdir(parents=True)
        for name in [".hidden", "a[b].txt", "alpha.txt", "beta.ps1", "it's.txt", "mod.psm1", "my file.txt", "sub/inner.txt"]:
            (work / name).write_text("")
        env = {"PATH": str(folder / "programs"), "HOME": str(folder), "LANG": "C", "PSModulePath": str(folder / "programs")}
        subprocess.run([pathlib.Path(o.shell).resolve(), "-NoProfile", "-NonInteractive", "-File", str(folder / "run.ps1")], env=env,
                       cwd=work, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=200, check=False)
        got = json.loads((folder / "result").read_text())
    agreed = single = all_single = shown = 0
    for case, mine in zip(cases, got):
        wanted = [tuple(x) for x in case.get("list", [])]
        found = [tuple(x) for x in mine["list"]]
        same = wanted == found and case["at"] == mine["at"] and (case["at"] < 0 or case["len"] == mine["len"])
        agreed += same
        all_single += len(wanted)
        kinds = {(text, kind) for text, _, kind in found}
        single += sum((text, kind) in kinds for text, _, kind in wanted)
        if not same and shown < o.show:
            shown += 1
            missing = [w[0] for w in wanted if w not in found][:8]
            more = [f[0] for f in found if f not in wanted][:8]
            print(f"{case['in']!r} at {case['cur']}: {case['at']},{case.get('len')} {case['total']} / {mine['at']},{mine['len']} {mine['total']}"
                  f" missing {missing} more {more} {mine.get('error', '')}")
    print(f"completions {agreed}/{len(cases)}")
    print(f"single-completions {single}/{all_single}")


if __name__ == "__main__":
    main()
