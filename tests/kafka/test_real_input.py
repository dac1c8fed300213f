#!/usr/bin/env python3
"""Real input on a real broker: the shop's clicks and profile changes through segment_clicks; committed
output, late records included, equals the oracle record for record (EOS-1, EOS-7, EOS-8)."""
import os

import oracle, shop
from harness import run


def body(h):
    if os.path.exists(shop.SHARED):
        clicks, profiles = shop.real_input(h.rng)
    else:
        print('1 skipped: the shop data are not there; generated data of the same shape instead')
        clicks, profiles = shop.generated_input(h.rng, users=600, events=31_000, step_ms=60_000)
    expected = oracle.SegmentClicks(oracle.HOUR, 600_000).run(clicks, profiles)
    print('%d clicks, %d profile rows, %d windows to close, %d late' % (
        sum(map(len, clicks.values())), sum(map(len, profiles.values())), len(expected.closed), len(expected.late)))
    h.check('the input has late records and windows', len(expected.late) > 10 and len(expected.closed) > 100)
    shop.create_topics(h)
    shop.load(h, clicks, profiles)
    p = h.start(shop.topology(h, 'real'), 'real' + h.run_id, h.path('state'))
    shop.wait_for_rows(h, {shop.topic(h, 'clicks_by_segment_5m'): len(expected.closed), shop.topic(h, 'clicks_late'): len(expected.late)})
    h.equal('it ends cleanly', p.stop(), 0)
    rows, twice = shop.final_rows(h)
    h.equal('no row twice', twice, [])
    h.equal('final rows: key, value and timestamp', rows, shop.wanted_final(expected))
    h.equal('late records: key, row, timestamp, provenance', shop.late_rows(h), shop.wanted_late(expected))
    h.equal('no dead letters', h.count('real%s-dlq' % h.run_id), [0])


run(__doc__, body)
