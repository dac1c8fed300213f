#!/usr/bin/env python3
"""Schedule independence with kills: a topology with repartitions before and behind a stream-stream left join
and a session window gives the same rows per key in five runs with other workers, batch sizes and a kill -9
each, and they equal a naive computation from the input alone (EOS-8)."""
import bisect, collections, json, os

import oracle
from harness import partition_of, run

RUNS = [(1, 1000), (2, 1), (4, 2), (2, 1000), (3, 7)]
MINUTE = 60_000
WITHIN, GRACE, GAP = 10 * MINUTE, 2 * MINUTE, 3 * MINUTE
START = 1_710_000_000_000
PARTITIONS = 2

TOPOLOGY = """topology: journeys

sources:
  ads:
    topic: %(t)s.ads
    key: string
    value: {json: {user: string, campaign: string, ts: timestamp_ms}}
    event_time: 'ts'
    idle_after: never
  buys:
    topic: %(t)s.buys
    key: string
    value: {json: {user: string, cents: int, ts: timestamp_ms}}
    event_time: 'ts'
    idle_after: never

nodes:
  ads_by_user: {from: ads, key: 'user'}
  buys_by_user: {from: buys, key: 'user'}
  matched:
    from: ads_by_user
    as: ad
    join: {stream: buys_by_user, within: {before: 0s, after: 10m}, grace: 2m, kind: left}
    select: {campaign: 'ad.campaign', bought: 'has(buys_by_user.cents)', cents: 'buys_by_user.?cents ?? 0'}
  per_campaign:
    from: matched
    group_by: [campaign]
    window: {session: 3m, grace: 2m}
    aggregate: {ads: 'count()', bought: 'count_if(bought)', cents: 'sum(cents)'}
    emit: final

sinks:
  journeys: {from: per_campaign, topic: '%(t)s.journeys_%(i)d', value: json}
"""


def make_input(rng, ads, users, campaigns):
    """Records in order of arrival, event times out of order by less than the grace of the join and window."""
    a, b, t = [], [], START
    for i in range(ads):
        t += rng.randrange(1, 1500)
        user = 'u%d' % rng.randrange(users)
        campaign = 'c%02d' % min(campaigns - 1, int(campaigns * rng.random() ** 2))
        a.append(('ad%d' % i, {'user': user, 'campaign': campaign, 'ts': t - rng.randrange(GRACE // 2)}))
        if rng.random() < 0.4:
            b.append((t + rng.randrange(2 * WITHIN), user, rng.randrange(1, 9999)))
    b.sort()
    b = [('o%d' % i, {'user': u, 'cents': c, 'ts': at - rng.randrange(GRACE // 2)}) for i, (at, u, c) in enumerate(b)]
    return a, b


def wanted(ads, buys, end):
    """{(campaign, session start, session end): (ads, bought, cents)} of the sessions that the end has closed."""
    by_user = collections.defaultdict(list)
    for _, v in buys: by_user[v['user']].append((v['ts'], v['cents']))
    for l in by_user.values(): l.sort()
    rows = collections.defaultdict(list)
    for _, v in ads:
        l = by_user[v['user']]
        found = [(ts, c) for ts, c in l[bisect.bisect_left(l, (v['ts'],)):] if ts <= v['ts'] + WITHIN]
        rows[v['campaign']] += [(ts, 1, c) for ts, c in found] or [(v['ts'], 0, 0)]
    out = {}
    for campaign, l in rows.items():
        l.sort()
        session = []
        for row in l + [None]:
            if session and (row is None or row[0] - session[-1][0] > GAP):
                if session[-1][0] + GAP + GRACE < end:
                    out[campaign, session[0][0], session[-1][0]] = (
                        len(session), sum(s[1] for s in session), sum(s[2] for s in session))
                session = []
            if row: session.append(row)
    return out


def placed(records):
    return [(partition_of(k.encode(), PARTITIONS), START + i, k.encode(), oracle.dump(v)) for i, (k, v) in enumerate(records)]


def last_word(ts, value):
    """In every partition one record that carries time on and matches nothing."""
    return [(p, ts, b'last', oracle.dump(dict(value, ts=ts))) for p in range(PARTITIONS)]


def halves(ads, buys):
    """What comes before the kills and what after them, and the time that every partition has reached between."""
    cut = ads[len(ads) // 2][1]['ts']
    parts = [[r for r in rs if (r[1]['ts'] <= cut) == first] for first in (True, False) for rs in (ads, buys)]
    heard = collections.defaultdict(int)
    for name, rs in zip(('ads', 'buys'), parts):
        for k, v in rs:
            at = name, partition_of(k.encode(), PARTITIONS)
            heard[at] = max(heard[at], v['ts'])
    return parts, min(heard.values())


def got_rows(h, topic):
    out, twice = {}, []
    for m in h.dump(topic):
        v = json.loads(m.value)
        key = (v['campaign'], oracle.parse_time(v['window_start']), oracle.parse_time(v['window_end']))
        if key in out: twice.append(key)
        out[key] = (v['ads'], v['bought'], v['cents'])
    return out, twice


class Run:
    """One of the runs, all at the same time: what they cost is mostly waiting for each other's commits."""

    def __init__(self, h, t, i, workers, batch, rows):
        self.h, self.topic = h, '%s.journeys_%d' % (t, i)
        self.before = h.rng.randrange(1, rows + 1)
        self.name = '%d workers, batches of %d, killed after %d rows' % (workers, batch, self.before)
        self.killed = self.done = False
        h.create(self.topic, PARTITIONS, retention_ms=-1)
        path = h.write('journeys%d.yaml' % i, TOPOLOGY % {'t': t, 'i': i})
        self.start = lambda: h.start(path, 'journeys%d-%s' % (i, h.run_id), h.path('state%d' % i), '--workers', workers,
                                     '--batch', batch, '--commit-interval', '100ms', '--static-member')
        self.process = self.start()

    def kill_in_time(self):
        if not self.killed and sum(self.h.count(self.topic)) >= self.before:
            self.process.kill()
            self.process, self.killed = self.start(), True
        return self.killed

    def has(self, rows):
        self.done = self.done or len(got_rows(self.h, self.topic)[0]) >= rows
        return self.done


def body(h):
    t = 'journeys%s' % h.run_id
    ads, buys = make_input(h.rng, int(4_000 * h.args.scale), 600, 200)
    (ads1, buys1, ads2, buys2), heard = halves(ads, buys)
    last = max(v['ts'] for _, v in ads + buys) + 40 * MINUTE
    for name in ('ads', 'buys'): h.create('%s.%s' % (t, name), PARTITIONS, retention_ms=-1)
    expected = wanted(ads, buys, last - WITHIN - GRACE)
    h.check('there are sessions to compare', len(expected) > 100 * h.args.scale, len(expected))
    # The second half comes when every run was killed, so each kill finds a run that has something left to do.
    before = len(wanted(ads1, buys1, heard - WITHIN - GRACE - 2 * MINUTE))
    h.check('there are sessions in the first half', before > 10 * h.args.scale, before)
    h.load(t + '.ads', placed(ads1))
    h.load(t + '.buys', placed(buys1))
    runs = [Run(h, t, i, workers, batch, before) for i, (workers, batch) in enumerate(RUNS)]
    h.wait('a moment to kill in every run', lambda: all([r.kill_in_time() for r in runs]), 300)
    h.load(t + '.ads', placed(ads2) + last_word(last, {'user': 'last', 'campaign': 'last'}))
    h.load(t + '.buys', placed(buys2) + last_word(last, {'user': 'last', 'cents': 1}))
    h.wait('all %d rows of every run' % len(expected), lambda: all([r.has(len(expected)) for r in runs]), 300)
    for r in runs:
        h.equal('ends cleanly: ' + r.name, r.process.stop(), 0)
        rows, twice = got_rows(h, r.topic)
        h.equal('no session twice: ' + r.name, twice, [])
        h.equal('sessions: ' + r.name, rows, expected)


run(__doc__, body)
