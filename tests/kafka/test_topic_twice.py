#!/usr/bin/env python3
"""One topic as source and table: 2 processes x 2 workers on 4 partitions, killed while records flow; every record
is joined once with the row that it has made itself, and as of event time with the one of its instant, in order per
key; each partition has one position, behind its last record."""
import collections, json

from harness import partition_of, run

START, PARTITIONS = 1_710_000_000_000, 4
FLAGS = ('--workers', 2, '--commit-interval', '100ms', '--memory', '256MiB')

TOPOLOGY = """topology: twice

sources:
  quotes: {topic: '%(t)s.quotes', key: string, value: {json: {n: int, ts: timestamp_ms}}, event_time: 'ts', max_jump: none}

tables:
  rates: {topic: '%(t)s.quotes', value: {json: {n: int}}, history: 365d}

nodes:
  own: {from: quotes, join: {table: rates}, select: {n: 'quotes.n', row: 'rates.n'}}
  then: {from: quotes, join: {table: rates, as_of: event_time, kind: left}, select: {n: 'quotes.n', row: 'rates.n ?? -1'}}

sinks:
  own_out: {from: own, topic: '%(t)s.own', value: json}
  then_out: {from: then, topic: '%(t)s.then', value: json}
"""


def make_input(rng, n):
    """-> [(partition, ts, key, n)] in order"""
    now, out = [START] * PARTITIONS, []
    for i in range(n):
        key = b'k%d' % rng.randrange(200)
        p = partition_of(key, PARTITIONS)
        now[p] += rng.choice((0, 1, 5))
        out.append((p, now[p] - rng.choice((0, 0, 0, 3, 50)), key, i))
    return out


def wanted(records):
    """A row is valid from its partition's time at its position on (there is no disorder); equal instants: the later."""
    own, then = collections.defaultdict(list), collections.defaultdict(list)
    time, versions = [0] * PARTITIONS, collections.defaultdict(list)
    for p, ts, key, n in records:
        time[p] = max(time[p], ts)
        versions[key].append((time[p], n))
        own[key].append((n, n))
        seen = [row for start, row in versions[key] if start <= ts]
        then[key].append((n, seen[-1] if seen else -1))
    return dict(own), dict(then)


def got(h, topic):
    rows = collections.defaultdict(list)
    for m in h.dump(topic):
        v = json.loads(m.value)
        rows[m.key].append((v['n'], v['row']))
    return dict(rows)


def body(h):
    t, kills = 'twice' + h.run_id, 6
    records = make_input(h.rng, int(60_000 * h.args.scale))
    own, then = wanted(records)
    h.create(t + '.quotes', PARTITIONS, retention_ms=-1)
    for name in ('own', 'then'): h.create('%s.%s' % (t, name), PARTITIONS)
    path, app = h.write('twice.yaml', TOPOLOGY % {'t': t}), 'twice-' + h.run_id
    procs = [h.start(path, app, h.path('state%d' % i), *FLAGS) for i in range(2)]
    size = -(-len(records) // (kills + 1))
    for k in range(kills + 1):
        part = records[k * size:(k + 1) * size]
        before = h.count(t + '.own')[0]
        h.load(t + '.quotes', [(p, ts, key, json.dumps({'n': n, 'ts': ts}).encode()) for p, ts, key, n in part])
        h.wait('rows of this life', lambda: h.count(t + '.own')[0] > before)
        if k == kills: break
        victim = h.rng.randrange(2)
        procs[victim].kill()
        procs[victim] = h.start(path, app, h.path('state%d' % victim), *FLAGS)
    h.wait('all rows', lambda: min(h.count(t + '.own', t + '.then')) >= len(records), 300)
    h.equal('both end cleanly', [p.stop() for p in procs], [0, 0])
    h.equal('each record with its own row', got(h, t + '.own'), own)
    h.equal('each record with the row of its instant', got(h, t + '.then'), then)
    behind = [int(o[1]) for o in h.offsets(app, t + '.quotes', PARTITIONS)]
    h.equal('one position, behind the last record', behind, [sum(r[0] == p for r in records) for p in range(PARTITIONS)])


run(__doc__, body)
