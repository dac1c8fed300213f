"""The main job's inputs, real and generated, and what it must write (oracle.py)."""
import csv, gzip, json, os, re

import oracle
from harness import ROOT, partition_of

PARTITIONS = 4
SHARED = os.path.join(os.path.dirname(ROOT), 'shared', 'data', 'ecom-clicks.csv.gz')


def topology(h, name, window='1h', grace='10m', extra=''):
    """The shipped segment_clicks with other windows, clicks never idle, on topics of this run."""
    with open(os.path.join(ROOT, 'topologies', 'segment_clicks.yaml')) as f: text = f.read()
    text = text.replace('tumbling: 5m', 'tumbling: ' + window).replace('grace: 30s', 'grace: ' + grace)
    text = re.sub(r"(event_time: 'ts')", r"\1\n    idle_after: never", text)
    text = re.sub(r'\bshop\.', 'shop%s.' % h.run_id, text)
    if extra: text = re.sub(r'^sinks:\n', 'sinks:\n' + extra, text, flags=re.M)
    return h.write(name + '.yaml', text)


def topic(h, name):
    return 'shop%s.%s' % (h.run_id, name)


def create_topics(h, outputs=('clicks_by_segment_5m', 'clicks_late')):
    for name in ('clicks', 'profiles'):
        h.create(topic(h, name), PARTITIONS, retention_ms=-1)
    for name in outputs:
        h.create(topic(h, name), PARTITIONS, retention_ms=-1)


def click(user, event, ts, price=None):
    v = {'user_id': user, 'url': '/' + event, 'type': event}
    if price is not None: v['price_cents'] = price
    v['ts'] = oracle.rfc3339(ts)
    return oracle.dump(v)


def profile(segment, consent, campaign):
    return oracle.dump({'segment': segment, 'consent': consent, 'campaign': campaign})


def real_input(rng, disorder_ms=8 * 3_600_000):
    """The shop's events: clicks in order of time with some disorder, and the changes of profiles."""
    rows = []
    with gzip.open(SHARED, 'rt') as f:
        for r in csv.DictReader(f):
            rows.append((oracle.parse_time(r['timestamp'].replace(' ', 'T') + '+00:00'), r))
    rows.sort(key=lambda x: x[0])
    last, profiles, clicks = {}, [], []
    for ts, r in rows:
        who = r['user_id']
        now = (r['user_lifecycle'], r['acquisition_channel'] != 'email', r['platform'])
        if last.get(who) != now:
            profiles.append((ts, who, profile(*now)))
            last[who] = now
        price = len(r['session_id']) * 100 + ts % 997 if r['event'] == 'purchase' else None
        late = rng.randrange(disorder_ms) if rng.random() < 0.02 else 0
        clicks.append((ts + late, ts, who, click(who, r['event'], ts, price)))
    clicks.sort(key=lambda c: c[0])
    return place(clicks, profiles)


def generated_input(rng, users, events, start=1_710_000_000_000, step_ms=900, pad=0, updates=0.02):
    """The same shape, made up: Zipf-like users, changing profiles, 2 % of clicks out of order."""
    profiles, clicks, t = [], [], start
    segments = ['new', 'returning', 'loyal', 'vip', 'lost']
    def some_profile():
        return profile(rng.choice(segments), rng.random() < 0.9, 'c%d' % rng.randrange(50) + 'x' * pad)
    for u in range(users):
        profiles.append((start - 10_000 + u * 9_000 // users, 'user_%07d' % u, some_profile()))
    for _ in range(events):
        t += rng.randrange(2 * step_ms)
        who = 'user_%07d' % int(users * rng.random() ** 3)
        if rng.random() < updates: profiles.append((t, who, some_profile()))
        ts = t - rng.randrange(100 * 60_000) if rng.random() < 0.02 else t
        price = rng.randrange(1, 50_000) if rng.random() < 0.3 else None
        clicks.append((t, ts, who, click(who, rng.choice(['home', 'cart', 'purchase', 'catalog']), ts, price)))
    return place(clicks, profiles)


def place(clicks, profiles):
    """-> ({partition: [Record]}, {partition: [Record]}), Kafka timestamps in log order."""
    c = {p: [] for p in range(PARTITIONS)}
    t = {p: [] for p in range(PARTITIONS)}
    for arrival, _, who, value in clicks:
        c[partition_of(who.encode(), PARTITIONS)].append(oracle.Record(who.encode(), value, arrival))
    for ts, who, value in profiles:
        t[partition_of(who.encode(), PARTITIONS)].append(oracle.Record(who.encode(), value, ts))
    return c, t


def lines(records, partition):
    return [(partition, r.ts, r.key, r.value, r.headers) for r in records]


def load(h, clicks, profiles):
    h.load(topic(h, 'profiles'), [x for p, rs in profiles.items() for x in lines(rs, p)])
    h.load(topic(h, 'clicks'), [x for p, rs in clicks.items() for x in lines(rs, p)])


def final_rows(h, name='clicks_by_segment_5m'):
    """{(segment, start): row} of the sink, and a list of keys that came twice."""
    out, twice = {}, []
    for m in h.dump(topic(h, name)):
        row = json.loads(m.value)
        key = (row['segment'], oracle.parse_time(row['window_start']))
        if key in out: twice.append(key)
        out[key] = (m.key, m.value, m.ts)
    return out, twice


def wanted_final(expected):
    out = {}
    for segment, start in expected.closed:
        row = expected.final[segment, start]
        key = oracle.dump({'segment': segment, 'window_start': row['window_start']})
        end = oracle.parse_time(row['window_end'])
        out[segment, start] = (key, oracle.dump(row), end - 1)
    return out


def late_rows(h, name='clicks_late'):
    """Sorted (group key, row, ts, clicks partition, offset, reason, node, form)."""
    out = []
    for m in h.dump(topic(h, name)):
        d = {k: v.decode() for k, v in m.headers}
        out.append((m.key, m.value, m.ts, int(d['mr.partition']), int(d['mr.offset']), d['mr.reason'], d['mr.node'], d['mr.form']))
    return sorted(out)


def wanted_late(expected):
    return sorted((segment.encode(), oracle.dump(row), ts, p, i, 'late', 'per_segment', 'row') for segment, row, ts, p, i in expected.late)


def wait_for_rows(h, counts, seconds=180):
    """counts: {topic: rows}. Waits until each has at least so many committed rows."""
    names = list(counts)
    h.wait('%s' % counts, lambda: all(n >= counts[t] for n, t in zip(h.count(*names), names)), seconds, every=0.5)
