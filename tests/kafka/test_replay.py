#!/usr/bin/env python3
"""Replay and schedule independence: second applications over the same topics with 1, 2 and 4 workers and
batches of 1, 2 and 1,000 give the same final rows and late records per key, byte for byte (EOS-8)."""
import re

import oracle, shop
from harness import run

RUNS = [(1, 1000), (2, 1), (4, 2), (2, 1000)]


def body(h):
    clicks, profiles = shop.generated_input(h.rng, users=2000, events=int(20_000 * h.args.scale), step_ms=3000)
    expected = oracle.SegmentClicks(oracle.HOUR, 600_000).run(clicks, profiles)
    for name in ('clicks', 'profiles'): h.create(shop.topic(h, name), 4, retention_ms=-1)
    shop.load(h, clicks, profiles)
    seen = []
    for i, (workers, batch) in enumerate(RUNS):
        outputs = ['clicks_by_segment_5m_%d' % i, 'clicks_late_%d' % i]
        for o in outputs: h.create(shop.topic(h, o), 4, retention_ms=-1)
        path = shop.topology(h, 'replay%d' % i)
        with open(path) as f: text = f.read()
        text = re.sub(r'(topic: \S*clicks_(?:by_segment_5m|late))', r'\1_%d' % i, text)
        p = h.start(h.write('replay%d.yaml' % i, text), 'replay%d-%s' % (i, h.run_id), h.path('state%d' % i),
                    '--workers', workers, '--batch', batch)
        shop.wait_for_rows(h, {shop.topic(h, outputs[0]): len(expected.closed), shop.topic(h, outputs[1]): len(expected.late)})
        p.stop()
        seen.append((shop.final_rows(h, outputs[0])[0], shop.late_rows(h, outputs[1])))
        name = '%d workers, batches of %d' % (workers, batch)
        h.equal('final rows: ' + name, seen[-1][0], shop.wanted_final(expected))
        h.equal('late records: ' + name, seen[-1][1], shop.wanted_late(expected))
    h.check('all runs are equal byte for byte', all(s == seen[0] for s in seen))


run(__doc__, body)
