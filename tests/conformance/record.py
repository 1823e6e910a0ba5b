#!/usr/bin/env python3
"""Record what the reference shell prints for every case, beside the case.

usage: record.py [--shell pwsh] [--cases DIR] [--jobs N] [AREA ...]

Every case runs twice; a case whose two runs differ, or that outlasts its time limit, is listed in
unstable.txt and gets no record. A record is NAME.out, NAME.err (if not empty) and NAME.rc (if not 0).
"""
import argparse, concurrent.futures, os, pathlib, shutil, subprocess, sys, tempfile

ENV = {"TZ": "UTC", "LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8", "NO_COLOR": "1", "TERM": "dumb",
       "POWERSHELL_TELEMETRY_OPTOUT": "1", "POWERSHELL_UPDATECHECK": "Off"}


def run(shell, case, limit=60):
    """Standard output, standard error and exit code of one case in a fresh folder; None past the limit."""
    with tempfile.TemporaryDirectory(prefix="case") as folder:
        script = pathlib.Path(folder, case.name)
        shutil.copy(case, script)
        env = {**{k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}, **os_extra(), **ENV}
        work = pathlib.Path(folder, "work"); work.mkdir()
        try:
            done = subprocess.run(shell + ["-NoProfile", "-NonInteractive", "-File", str(script)], cwd=work,
                                  env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return None
        clean = lambda text: text.replace(str(script).encode(), case.name.encode()).replace(folder.encode(), b"CASE")
        return clean(done.stdout), clean(done.stderr), done.returncode


def os_extra():
    return {k: v for k, v in os.environ.items() if k.startswith("DOTNET")}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--shell", default="pwsh"); args.add_argument("--cases", default=None)
    args.add_argument("--jobs", type=int, default=2); args.add_argument("areas", nargs="*")
    a = args.parse_args()
    root = pathlib.Path(a.cases or pathlib.Path(__file__).parent.parent / "cases")
    cases = sorted(c for c in root.rglob("*.ps1") if not a.areas or c.parent.name in a.areas)
    unstable = []

    def one(case):
        first, second = run(a.shell.split(), case), run(a.shell.split(), case)
        if first is None or first != second:
            return case, None
        return case, first

    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for n, (case, result) in enumerate(pool.map(one, cases), 1):
            for suffix in (".out", ".err", ".rc"):
                case.with_suffix(suffix).unlink(missing_ok=True)
            if result is None:
                unstable.append(str(case.relative_to(root)))
                continue
            out, err, code = result
            case.with_suffix(".out").write_bytes(out)
            if err: case.with_suffix(".err").write_bytes(err)
            if code: case.with_suffix(".rc").write_text(f"{code}\n")
            if n % 100 == 0: print(n, "of", len(cases), flush=True)
    pathlib.Path(root, "unstable.txt").write_text("".join(u + "\n" for u in unstable))
    print(len(cases), "cases,", len(unstable), "unstable")


if __name__ == "__main__":
    main()
