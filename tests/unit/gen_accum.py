#!/usr/bin/env python3
"""Makes accum_sums.h: sums of doubles by math.fsum and exact fractions.

    python3 gen_accum.py > accum_sums.h"""
import math
import random
from fractions import Fraction

rng = random.Random(11)


def values():
    kind = rng.randrange(5)
    n = rng.choice([1, 2, 3, 10, 40])
    if kind == 0:
        return [rng.choice([0.1, 0.2, 0.3, -0.1]) for _ in range(n)]
    if kind == 1:
        return [rng.uniform(-1, 1) * 10.0 ** rng.randrange(-300, 300) for _ in range(n)]
    if kind == 2:
        big = [rng.uniform(-1, 1) * 2.0 ** rng.randrange(900, 1010) for _ in range(n)]
        return big + [-x for x in big] + [rng.uniform(-1, 1)]
    if kind == 3:  # ties
        return [1.0, 2.0 ** -53, rng.choice([-1, 1]) * 2.0 ** -rng.randrange(54, 1070)]
    return [float(rng.randrange(-10 ** 6, 10 ** 6)) / 100 for _ in range(n)] + [5e-324, -0.0]


print('/* Made by gen_accum.py; do not edit. */')
print('static const struct sum_case sum_cases[] = {')
for _ in range(60):
    v = values()
    rng.shuffle(v)
    want = math.fsum(v)
    assert want == float(sum(map(Fraction, v)))
    print(f'    {{{len(v)}, {want.hex()}, {{{", ".join(x.hex() for x in v)}}}}},')
print('};')
