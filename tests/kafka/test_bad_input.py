#!/usr/bin/env python3
"""Bad input on a real broker: what cannot be used becomes a dead letter with its bytes untouched and the
reason; records from the year 2100 have the fates of language.md; the rest is exact; the ledger adds up."""
import collections, json

import oracle, shop
from harness import run

START = 1_710_000_000_000
Y2100 = 4_102_444_800_000


def bad_clicks(rng, t):
    """(name, key, value, kafka timestamp) of clicks that are wrong in one way each."""
    user = b'user_0000001'
    good = lambda **kw: oracle.dump({**{'user_id': 'user_0000001', 'url': '/x', 'type': 'view', 'ts': oracle.rfc3339(t)}, **kw})
    return [
        ('malformed', user, b'{"user_id": "u", "url": ', t),
        ('not JSON', user, b'\x00\xff\xfe binary', t),
        ('an array', user, b'[1,2,3]', t),
        ('no event time', user, b'{"user_id":"u","url":"/","type":"view"}', t),
        ('event time is a number', user, good(ts=t), t),
        ('event time is no time', user, good(ts='yesterday'), t),
        ('before 1970', user, good(ts='1969-12-31T23:59:59.000Z'), t),
        ('price is text', user, good(price_cents='12'), t),
        ('price has a fraction', user, good(price_cents=5.5), t),
        ('price over int64', user, good(price_cents=2**63), t),
        ('user is a number', user, good(user_id=7), t),
        ('null key', None, good(), t),
        ('large and malformed', user, b'{"user_id": "' + b'x' * 1_200_000, t),
        ('large and good', user, good(user_id='y' * 1_200_000), t),
    ]


def mix(h, clicks):
    """Bad clicks among the good ones, and the year 2100 first, in the middle, last, twice from a key."""
    out = {}
    for p, records in clicks.items():
        rs = list(records)
        for name, key, value, t in bad_clicks(h.rng, rs[len(rs) // 2].ts):
            rs.insert(h.rng.randrange(len(rs) // 4, len(rs)), oracle.Record(key, value, t, (('name', name.encode()),)))
        far = lambda ts, user: oracle.Record(user, shop.click(user.decode(), 'view', Y2100 + p * 1000), ts)
        where = {0: [0], 1: [len(rs) // 2], 2: [len(rs)], 3: [len(rs) // 3, len(rs) // 3 + 1]}[p]
        for at in where: rs.insert(at, far(rs[min(at, len(rs) - 1)].ts, rs[len(rs) // 2 if at else 5].key or b'user_0000001'))
        out[p] = rs
    return out


def body(h):
    clicks, profiles = shop.generated_input(h.rng, users=400, events=int(8000 * h.args.scale), step_ms=6000)
    clicks = mix(h, clicks)
    profiles[0].insert(10, oracle.Record(None, shop.profile('vip', True, 'c'), START))
    expected = oracle.SegmentClicks(oracle.HOUR, 600_000, kind='inner').run(clicks, {p: [r for r in rs if r.key is not None] for p, rs in profiles.items()})
    for name in ('clicks', 'profiles'): h.create(shop.topic(h, name), 4, retention_ms=-1, max_message_bytes=2_000_000)
    for name in ('clicks_by_segment_5m', 'clicks_late'): h.create(shop.topic(h, name), 4, retention_ms=-1)
    shop.load(h, clicks, profiles)
    path = shop.topology(h, 'bad')
    with open(path) as f: text = f.read()
    app = 'bad' + h.run_id
    p = h.start(h.write('bad.yaml', text.replace('kind: left', 'kind: inner')), app, h.path('state'))
    h.wait('its topics', p.ready)
    h.wait('records', lambda: p.metric('millrace_records_in_total', 'clicks') == sum(map(len, clicks.values())), 60)
    shop.wait_for_rows(h, {shop.topic(h, 'clicks_by_segment_5m'): len(expected.closed), shop.topic(h, 'clicks_late'): len(expected.late)}, 60)
    h.wait('the end of the input', lambda: p.metric('millrace_input_lag') == 0)
    fates = collections.defaultdict(dict)
    for labels, n in p.metrics()['millrace_node_records_total'].items():
        d = dict(x.split('=', 1) for x in labels.replace('"', '').split(','))
        fates[d['node']][d['fate']] = n
    p.stop()
    for node, f in sorted(fates.items()):
        h.check('ledger of %s adds up' % node, f['in'] == sum(v for k, v in f.items() if k != 'in') and f['in'] > 0, f)
    h.equal('final rows', shop.final_rows(h)[0], shop.wanted_final(expected))
    h.equal('late records', shop.late_rows(h), shop.wanted_late(expected))
    got, wrong = [], []
    for m in h.dump(app + '-dlq'):
        d = {k: v.decode() for k, v in m.headers if k.startswith('mr.')}
        where = (int(d['mr.partition']), int(d['mr.offset']))
        if d['mr.node'] == 'profiles':
            h.equal('profile without a key', (d['mr.reason'], m.key), ('key.null', None))
            continue
        got.append((d['mr.node'], d['mr.reason'], *where, d['mr.form']))
        source = clicks[where[0]][where[1]]
        kept = (m.key, m.value, m.ts, [x for x in m.headers if not x[0].startswith('mr.')])
        if d['mr.form'] == 'record' and 'mr.size' not in d and kept != (source.key, source.value, source.ts, list(source.headers)):
            wrong.append((where, d['mr.reason']))
        if m.partition != where[0]: wrong.append((where, 'in partition %d' % m.partition))
    size = lambda rows: sorted(('*', *r[1:]) if r[1] == 'size' else r for r in rows)  # whichever step on the way refuses it
    h.equal('dead letters: node, reason, place, form', size(got), size(expected.dead))
    h.equal('their bytes, headers and timestamps are untouched', wrong, [])


run(__doc__, body)
