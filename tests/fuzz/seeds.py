#!/usr/bin/env python3
"""The expressions of tests/expr/cases as seeds: seeds.py DIR writes DIR/expr and DIR/eval.

fuzz_expr takes a byte (its mode) and a text; fuzz_eval a text behind a byte 255.
"""
import glob, os, sys

here = os.path.dirname(os.path.abspath(__file__))
texts = set()
for path in glob.glob(os.path.join(here, '../expr/cases/*.t')):
    first, block = True, []
    for line in open(path, encoding='utf-8').read().split('\n') + ['']:
        if line.startswith(('#', '%')):
            continue
        if line.startswith('| ') and (first or block):
            block.append(line[2:])
        elif first and line:
            texts.add(line)
        if block and not line.startswith('| '):
            texts.add('\n'.join(block))
            block = []
        first = not line
for name, mark in (('expr', b'\0'), ('eval', b'\xff')):
    out = os.path.join(sys.argv[1], name)
    os.makedirs(out, exist_ok=True)
    for i, text in enumerate(sorted(texts)):
        data = mark + text.encode()
        if len(data) <= 512:
            open(os.path.join(out, 'case%04d' % i), 'wb').write(data)
