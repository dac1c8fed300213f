#!/usr/bin/env python3
"""Expressions in nanoseconds, next to cel-go, as a table for ../results.md.

  bench/expr/run.py --build BUILD [--repeat N] [--rounds N] [--only NAME] [--no-go]

Each repeat runs both programs over cases.jsonl, one after the other; each gives the least of its rounds. The
table has the medians of the repeats, the ratios their medians of pairs. BUILD: a release build. cel-go is a Go
module that only this folder uses (celgo/go.mod); its results must be equal to ours.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(HERE, 'cases.jsonl')


def measure(argv, **kw):
    r = subprocess.run(argv, capture_output=True, text=True, **kw)
    if r.returncode: sys.exit('%s: %s' % (argv[0], r.stderr))
    rows = {}
    for line in r.stdout.splitlines():
        name, ns, result = line.split('\t')
        rows[name] = float(ns), json.loads(result)
    return rows


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--build', required=True)
    p.add_argument('--repeat', type=int, default=5)
    p.add_argument('--rounds', type=int, default=10)
    p.add_argument('--only', default='')
    p.add_argument('--no-go', action='store_true')
    a = p.parse_args()
    bench = os.path.abspath(os.path.join(a.build, 'bench'))
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as tmp:
        go = os.path.join(tmp, 'celgo')
        if not a.no_go: subprocess.run(['go', 'build', '-o', go, '.'], cwd=os.path.join(HERE, 'celgo'), check=True)
        env = {**os.environ, 'GOMAXPROCS': '1'}
        for _ in range(a.repeat):
            ours.append(measure([bench + '/expr_bench', CASES, str(a.rounds), a.only], cwd=bench))
            if not a.no_go: theirs.append(measure([go, CASES, str(a.rounds), bench + '/order.desc', a.only], env=env))
    print('| case | ns (least / median) |%s' % (' cel-go ns (median) | cel-go / ours |' if theirs else ''))
    print('|---|---|%s' % ('---|---|' if theirs else ''))
    for name in ours[0]:
        ns = [r[name][0] for r in ours]
        row = '| %s | %.0f / %.0f |' % (name, min(ns), statistics.median(ns))
        if theirs:
            if theirs[0][name][1] != ours[0][name][1]: sys.exit('%s: results differ: %r %r' % (name, ours[0][name][1], theirs[0][name][1]))
            ratio = statistics.median(t[name][0] / o[name][0] for o, t in zip(ours, theirs))
            row += ' %.0f | %.0f |' % (statistics.median(t[name][0] for t in theirs), ratio)
        print(row)


main()
