#!/usr/bin/env python3
"""Run a shell over recorded cases and say how many it prints exactly as recorded.

usage: compare.py --shell "target/release/dialtone" [--cases DIR] [--jobs N] [--show N] [--list FILE] [AREA ...]

A case agrees when standard output, standard error and exit code are all as recorded. The table counts,
per area, agreement of all three and of standard output with exit code alone.
"""
import argparse, collections, concurrent.futures, pathlib, sys
sys.path.insert(0, str(pathlib.Path(__file__).parent))
from record import run


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--shell", required=True); args.add_argument("--cases", default=None)
    args.add_argument("--jobs", type=int, default=2); args.add_argument("--show", type=int, default=0)
    args.add_argument("--list", default=None); args.add_argument("areas", nargs="*")
    a = args.parse_args()
    root = pathlib.Path(a.cases or pathlib.Path(__file__).parent.parent / "cases")
    shell = a.shell.split(); shell[0] = str(pathlib.Path(shell[0]).resolve()) if "/" in shell[0] else shell[0]
    cases = sorted(c for c in root.rglob("*.ps1")
                   if c.with_suffix(".out").exists() and (not a.areas or c.parent.name in a.areas))
    read = lambda path: path.read_bytes() if path.exists() else b""

    def one(case):
        want = (read(case.with_suffix(".out")), read(case.with_suffix(".err")),
                int(read(case.with_suffix(".rc")) or 0))
        return case, want, run(shell, case, limit=20)

    table = collections.defaultdict(lambda: [0, 0, 0]); failures = []
    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for case, want, got in pool.map(one, cases):
            row = table[case.parent.name]; row[0] += 1
            if got is not None and got == want: row[1] += 1
            if got is not None and (got[0], got[2]) == (want[0], want[2]): row[2] += 1
            if got != want: failures.append((case, want, got))
    for case, want, got in failures[:a.show]:
        print(f"=== {case.relative_to(root)}")
        if got is None: print("no answer in time"); continue
        for name, w, g in (("stdout", want[0], got[0]), ("stderr", want[1], got[1])):
            if w != g:
                print(f"--- {name} wanted\n{w.decode(errors='replace')}--- {name} got\n{g.decode(errors='replace')}")
        if want[2] != got[2]: print("exit code wanted", want[2], "got", got[2])
    if a.list:
        pathlib.Path(a.list).write_text("".join(f"{c.relative_to(root)}\n" for c, _, _ in failures))
    total = [sum(r[i] for r in table.values()) for i in range(3)]
    for area, (n, exact, out) in sorted(table.items()):
        print(f"{area:22} {exact:5}/{n:<5} {100*exact/n:5.1f} %   output and exit code {100*out/n:5.1f} %")
    n, exact, out = total
    print(f"{'all':22} {exact:5}/{n:<5} {100*exact/max(n,1):5.1f} %   output and exit code {100*out/max(n,1):5.1f} %")


if __name__ == "__main__":
    main()
