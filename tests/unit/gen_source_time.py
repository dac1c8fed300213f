#!/usr/bin/env python3
"""Makes source_time_vectors.h from the model (the executable form of language.md section 5).

    python3 gen_source_time.py MODEL_DIR > source_time_vectors.h

Random walks of SourceTime.take under every setting, with the run left behind; the C test replays
them. Checked in, so that tests need no model."""
import random
import sys

sys.path.insert(0, sys.argv[1])
from model import NEG, SourceTime  # noqa: E402


def walk(rng, jump, own_clock, n):
    s = SourceTime(jump, own_clock)
    at = rng.choice([0, 50, 1000])
    ahead = rng.choice([0.35, 0.35, 0.97])           # 0.97 with one key: runs grow to ten
    keys = [None, 'a', 'a', 'a', 'b'] if ahead < 0.5 else [rng.choice([None, 'a'])]
    for _ in range(n):
        at += rng.choice([-30, -5, 0, 1, 3, 10, 20])
        at = max(0, at)
        ts = at
        if rng.random() < ahead:
            ts = at + rng.choice([15, 101, 150, 300, 301, 1000, 5000] if ahead < 0.5
                                 else [9000, 9050, 9130, 12000, 50000])
        if rng.random() < 0.03:
            at = ts
        kafka = rng.choice([-1, ts, max(0, ts - 100), ts + 100, ts + 101, max(0, ts - 101), at, at + 7])
        key = rng.choice(keys)
        _, time = s.take(ts, kafka, key)
        run = sorted(t for t, _ in s.run)
        yield ts, kafka, key, time, run


def num(x):
    return 'MR_NO_TIME' if x == NEG else str(x)


def main():
    rng = random.Random(20)
    print('/* Made by gen_source_time.py from the model; do not edit. */')
    print('static const struct walk_step walk_steps[] = {')
    for jump in (None, 0, 100, 100, 100, 1000):
        for own in (False, True):
            for _ in range(6):
                j = -1 if jump is None else jump
                print(f'    {{.start = true, .jump = {j}, .own_clock = {str(own).lower()}}},')
                for ts, kafka, key, time, run in walk(rng, jump, own, 40):
                    k = 'NULL' if key is None else f'"{key}"'
                    r = ', '.join(map(str, run))
                    print(f'    {{.ts = {ts}, .kafka_ts = {kafka}, .key = {k}, .time = {num(time)}, '
                          f'.n_run = {len(run)}' + (f', .run = {{{r}}}' if run else '') + '},')
    print('};')


main()
