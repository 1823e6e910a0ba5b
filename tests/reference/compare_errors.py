#!/usr/bin/env python3
"""Run the recorded misuses of cmdlets (data/errors*.json) and compare ids and messages.

usage: compare_errors.py --shell SHELL [--show N] [--only TEXT] [errors|errors-binding ...]

Every line runs in one session in file order, in a folder made as data's README tells; a line that hangs or ends the
session is reported and the session begins anew behind it. Rows for an ordinary user are left out, and so are those that say
that a command does not exist which this product offers on purpose (the guests from Windows, Test-Json, the Markdown
commands). Lines with the recorded web server's address get the address of one that stands here; a text that the recording
cut off (with an ellipsis) is compared up to there.
"""
import argparse, functools, http.server, json, os, pathlib, re, shutil, subprocess, tempfile, threading

GUESTS = ("Get-WmiObject", "Set-MarkdownOption", "ConvertFrom-Markdown", "Show-Markdown", "Test-Json", "Get-EventLog", "Get-Service", "Show-Command")
RECORDED = "127.0.0.1:18999"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_): pass


def same_text(given, want):
    given, want = (re.sub(r"\s+", " ", t).strip() for t in (given, want))
    if "\u2026" not in want: return given == want
    parts = [re.escape(part) for part in want.split("\u2026")]
    return re.fullmatch(".*".join(parts), given) is not None

HERE = pathlib.Path(__file__).resolve().parent
HARNESS = r'''
$lines = Get-Content -Raw $env:LINES | ConvertFrom-Json
$at = [int]$env:FIRST
$home_ = $PWD.Path
for (; $at -lt $lines.Count; $at++) {
    [IO.File]::WriteAllText($env:AT, "$at")
    $Error.Clear()
    Set-StrictMode -Off
    $ErrorActionPreference = 'Continue'
    try { $null = . ([scriptblock]::Create($lines[$at])) *>&1 } catch { }
    $found = @($Error)
    [array]::Reverse($found)
    $rows = foreach ($e in $found) {
        if ($e -isnot [System.Management.Automation.ErrorRecord]) { if ($e.PSObject.Properties['ErrorRecord'] -and $e.ErrorRecord) { $e = $e.ErrorRecord } else { continue } }
        $target = if ($null -ne $e.TargetObject) { $e.TargetObject.GetType().FullName } else { '' }
        [pscustomobject]@{ id = $e.FullyQualifiedErrorId; cat = "$($e.CategoryInfo.Category)"; exc = $e.Exception.GetType().FullName; target = $target; msg = $e.Exception.Message }
    }
    $text = [pscustomobject]@{ at = $at; cwd = $home_; rows = @($rows) } | ConvertTo-Json -Compress -Depth 4
    [IO.File]::AppendAllText($env:RESULT, $text + "`n")
}
'''


def folder(where):
    for path, text in {"a.txt": "alpha\nbeta\n", "b.json": '{"a":1}', "bad.json": "{bad", "c.csv": "A,B\n1,2\n",
                       "e.xml": "<a><b>1</b></a>", "t.ps1": "throw 'from script'", "synt.ps1": "if (",
                       "d/z.txt": "zed\n", "d/sub/y.txt": "y\n"}.items():
        file = where / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (where / "empty").mkdir()


def run(shell, lines, home):
    work, results = home / "cwd", home / "results"
    work.mkdir(); folder(work)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(work)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{server.server_address[1]}"
    lines = [line.replace("{cwd}", str(work)).replace(RECORDED, address) for line in lines]
    (home / "lines.json").write_text(json.dumps(lines))
    (home / "run.ps1").write_text(HARNESS)
    results.write_text("")
    env = {"PATH": os.environ["PATH"], "HOME": str(home / "home"), "DIALTONE_HOME": str(home / "state"), "LANG": "C.UTF-8",
           "TERM": "dumb", "NO_COLOR": "1", "TZ": "UTC", "LINES": str(home / "lines.json"), "AT": str(home / "at"), "RESULT": str(results)}
    (home / "home").mkdir(exist_ok=True)
    first, lost = 0, []
    while first < len(lines):
        env["FIRST"] = str(first)
        size = results.stat().st_size
        process = subprocess.Popen([shell, "-NoProfile", "-NonInteractive", "-File", str(home / "run.ps1")], cwd=work, env=env,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            try:
                process.wait(20); break
            except subprocess.TimeoutExpired:
                if results.stat().st_size == size:
                    process.kill(); process.wait(); break
                size = results.stat().st_size
        at = int((home / "at").read_text() or 0)
        done = [json.loads(l) for l in results.read_text().splitlines()]
        if done and done[-1]["at"] == len(lines) - 1: break
        lost.append(at); first = at + 1
    return {d["at"]: d for d in (json.loads(l) for l in results.read_text().splitlines())}, lost


def text_of(row, messages):
    if "msg" in row: return row["msg"]
    if "m" not in row: return None
    shape = messages.get(row["m"])
    if shape is None: return None
    args = row.get("args")
    if args is None and re.search(r"\{\d", shape): return None
    args = [text_of(a, messages) if isinstance(a, dict) else a for a in args or []]
    def put(m):
        i = int(m.group(1))
        return str(args[i]) if i < len(args) and args[i] is not None else ""
    return re.sub(r"\{(\d+)[^}]*\}", put, shape).replace("{{", "{").replace("}}", "}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--shell", required=True); options.add_argument("--show", type=int, default=0)
    options.add_argument("--only", default=""); options.add_argument("--list")
    options.add_argument("names", nargs="*")
    o = options.parse_args()
    messages = {r["m"]: r["text"] for r in json.loads((HERE / "data/messages.json").read_text())}
    failed = []
    for name in o.names or ["errors", "errors-binding"]:
        rows = [r for r in json.loads((HERE / f"data/{name}.json").read_text()) if not r.get("as") and o.only in r["src"]]
        rows = [r for r in rows if not (r.get("id") == "CommandNotFoundException" and r["src"].split()[0] in GUESTS)]
        groups = []
        for r in rows:
            if groups and groups[-1][0]["src"] == r["src"]: groups[-1].append(r)
            else: groups.append([r])
        home = pathlib.Path(tempfile.mkdtemp(prefix="reference-")).resolve()
        try:
            got, lost = run(str(pathlib.Path(o.shell).resolve()), [g[0]["src"] for g in groups], home)
        finally:
            shutil.rmtree(home, ignore_errors=True)
        ids = messages_ok = with_message = shown = 0
        for at, group in enumerate(groups):
            have = got.get(at, {}).get("rows") or []
            have = have if isinstance(have, list) else [have]
            cwd = got.get(at, {}).get("cwd", "")
            for i, r in enumerate(group):
                g = have[i] if i < len(have) else {}
                id_ok = g.get("id") == r.get("id")
                ids += id_ok
                want = text_of(r, messages)
                if want is not None:
                    with_message += 1
                    given = (g.get("msg") or "").replace(str(home / "home"), "{home}").replace(cwd, "{cwd}") if cwd else ""
                    same = same_text(given, want)
                    messages_ok += same
                else: same = True
                if not (id_ok and same):
                    failed.append(f"{name}\t{r['src']}\t{r.get('id')}")
                    if shown < o.show:
                        shown += 1
                        print(f"--- {r['src'][:300]}")
                        if not id_ok: print(f"   id  want {r.get('id')}\n       got  {g.get('id')}{' (no run)' if at in lost else ''}")
                        if not same: print(f"   msg want {want[:400]!r}\n       got  {given[:400]!r}")
        total = sum(len(g) for g in groups)
        print(f"{name:16} ids {ids}/{total} {100 * ids / total:.1f} %   messages {messages_ok}/{with_message} {100 * messages_ok / max(1, with_message):.1f} %   lines that ended the session {[groups[l][0]['src'][:60] for l in lost]}")
    if o.list: pathlib.Path(o.list).write_text("".join(f + "\n" for f in failed))


if __name__ == "__main__":
    main()
