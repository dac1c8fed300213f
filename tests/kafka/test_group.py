#!/usr/bin/env python3
"""Processes join and leave, cleanly and by kill -9, while records flow: output exact, commits of a
partition never overlap: its offsets and commit numbers only grow (EOS-4, EOS-9)."""
import collections, json, re

import oracle, shop
from harness import run

ENRICHED = '  enriched_out: {from: enriched, topic: shop.enriched, value: json}\n'


def body(h):
    clicks, profiles = shop.generated_input(h.rng, users=3000, events=int(60_000 * h.args.scale), step_ms=1500)
    expected = oracle.SegmentClicks(oracle.HOUR, 600_000).run(clicks, profiles)
    shop.create_topics(h, ('clicks_by_segment_5m', 'clicks_late', 'enriched'))
    app = 'group' + h.run_id
    topology = shop.topology(h, 'group', extra=ENRICHED.replace('shop.', 'shop%s.' % h.run_id))
    h.load(shop.topic(h, 'profiles'), [x for p, rs in profiles.items() for x in shop.lines(rs, p)])
    procs, n, history = {}, 0, collections.defaultdict(list)

    def join():
        nonlocal n
        procs[n] = h.start(topology, app, h.path('state%d' % n), '--workers', 1 + n % 2)
        n += 1

    def look():
        for p, offset, meta in h.offsets(app, shop.topic(h, 'clicks'), 4):
            m = re.search(r'\bn=(\d+)', meta)
            if m: history[p].append((int(offset), int(m.group(1))))

    def flowed(rows):
        look()
        return h.count(shop.topic(h, 'enriched'))[0] > rows

    acts = ['join', 'join', 'leave', 'join', 'kill', 'join', 'leave', 'kill']
    join()
    size = -(-max(map(len, clicks.values())) // (len(acts) + 1))
    for i, act in enumerate([None] + acts):
        if act == 'join': join()
        elif act:
            victim = procs.pop(h.rng.choice(sorted(procs)))
            if act == 'kill': victim.kill()
            else: h.equal('leaves cleanly', victim.stop(), 0)
        before = h.count(shop.topic(h, 'enriched'))[0]
        part = [x for p, rs in clicks.items() for x in shop.lines(rs[i * size:(i + 1) * size], p)]
        h.load(shop.topic(h, 'clicks'), part)
        if part: h.wait('rows after %s' % act, lambda: flowed(before), 60)
    rows = sum(map(len, expected.enriched.values()))
    shop.wait_for_rows(h, {shop.topic(h, 'enriched'): rows, shop.topic(h, 'clicks_by_segment_5m'): len(expected.closed),
                           shop.topic(h, 'clicks_late'): len(expected.late)})
    look()
    for p in list(procs.values()): p.stop()
    got = collections.defaultdict(list)
    for m in h.dump(shop.topic(h, 'enriched')): got[m.key].append(json.loads(m.value))
    h.equal('rows per user, in order', dict(got), dict(expected.enriched))
    h.equal('final rows', shop.final_rows(h)[0], shop.wanted_final(expected))
    h.equal('late records', shop.late_rows(h), shop.wanted_late(expected))
    for p, seen in sorted(history.items()):
        grows = all(a[0] <= b[0] and a[1] <= b[1] for a, b in zip(seen, seen[1:]))
        h.check('partition %s: offsets and commit numbers only grow (%d looks)' % (p, len(seen)), grows, seen)


run(__doc__, body)
