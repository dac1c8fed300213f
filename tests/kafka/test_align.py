#!/usr/bin/env python3
"""Alignment: two processes replay six hours, one a partition with few records, the other a dense one. With
max_skew neither goes far ahead of the other in event time; without it the sparse one does; the windows of
both runs are those of a naive computation.

Nothing here may hang on the speed of the machine: each dense record has work to do (SUMS), so the dense
partition takes many times as long as the sparse one on any machine, and the sparse one is loaded when the
group has a position of the dense one."""
import collections, json

import oracle
from harness import run

MINUTE, HOUR = 60_000, 3_600_000
START = 1_710_000_000_000
SPAN = 6 * HOUR
SPARSE, DENSE = 2_000, 8_000
SUMS = 100_000  # numbers that the expression of a dense record adds: about a millisecond
SKEWS = {'10m': 10 * MINUTE, '0s': None}
APART = 60 * MINUTE  # max_skew, and what the dense one does until its gauge says so

TOPOLOGY = """topology: aligned

sources:
  events:
    topic: '%(t)s.events_%(i)d'
    key: string
    value: {json: {campaign: string, n: int, work: int, ts: timestamp_ms}}
    event_time: 'ts'
    idle_after: never

nodes:
  by_campaign: {from: events, where: 'lists.range(work).sum() >= 0', key: 'campaign'}
  per_minute:
    from: by_campaign
    group_by: [campaign]
    window: {tumbling: 1m, grace: 30s}
    aggregate: {events: 'count()', n: 'sum(n)'}
    emit: final

sinks:
  minutes: {from: per_minute, topic: '%(t)s.per_minute_%(i)d', value: json}
"""


def make_input(rng, n, work):
    at = sorted(rng.randrange(SPAN) for _ in range(n))
    return [{'campaign': 'c%02d' % rng.randrange(20), 'n': rng.randrange(100), 'work': work, 'ts': START + t} for t in at]


def wanted(events):
    rows = collections.defaultdict(lambda: [0, 0])
    for e in events:
        row = rows[e['campaign'], e['ts'] // MINUTE * MINUTE]
        row[0] += 1
        row[1] += e['n']
    return {k: tuple(v) for k, v in rows.items()}


def got(h, topic):
    rows = collections.defaultdict(list)
    for m in h.dump(topic):
        v = json.loads(m.value)
        if v['campaign'] != 'last': rows[v['campaign'], oracle.parse_time(v['window_start'])].append((v['events'], v['n']))
    return {k: v[0] if len(v) == 1 else v for k, v in rows.items()}


class Pair:
    """Two processes of one application. Each has one of the partitions; how far each has come is a gauge."""

    def __init__(self, h, t, i, skew):
        self.h, self.app = h, 'aligned%d-%s' % (i, h.run_id)
        self.events, self.topic = '%s.events_%d' % (t, i), '%s.per_minute_%d' % (t, i)
        for topic in (self.events, self.topic): h.create(topic, 2, retention_ms=-1)
        path = h.write('aligned%d.yaml' % i, TOPOLOGY % {'t': t, 'i': i})
        self.processes = [h.start(path, self.app, h.path('state%d.%d' % (i, k)), '--workers', 1,
                                  '--batch', 1, '--commit-interval', '100ms', '--max-skew', skew) for k in range(2)]
        self.apart, self.held = 0, 0

    def reached(self, partition):
        """Source time of a partition, by the process that has it; None: nobody has it yet."""
        times = [p.metrics().get('millrace_source_time_ms', {}) for p in self.processes]
        found = [v for t in times for k, v in t.items() if self.events in k and 'partition="%d"' % partition in k]
        return max(found) if found else None

    def one_each(self):
        return all(sum(v for k, v in p.metrics().get('millrace_tasks', {}).items() if 'running' in k) == 2
                   for p in self.processes)

    def heard(self):
        """The group has a position of the dense partition."""
        return any(int(r[0]) == 1 and int(r[1]) > 0 for r in self.h.offsets(self.app, self.events, 2))

    def look(self):
        sparse, dense = self.reached(0), self.reached(1)  # in this order: the lead is not made by our looking
        if sparse is None or dense is None or dense <= START: return False
        self.apart = max(self.apart, min(sparse, START + SPAN) - min(dense, START + SPAN))
        self.held += sum(p.metric('millrace_tasks_held') for p in self.processes)
        return dense >= START + SPAN

    def stop(self):
        return [p.stop() for p in self.processes]


def body(h):
    t = 'aligned%s' % h.run_id
    parts = [make_input(h.rng, SPARSE, 0), make_input(h.rng, int(DENSE * h.args.scale), SUMS)]
    expected = wanted(parts[0] + parts[1])
    last = {'campaign': 'last', 'n': 0, 'work': 0, 'ts': START + SPAN + 50 * MINUTE}
    for i, (skew, limit) in enumerate(SKEWS.items()):
        pair = Pair(h, t, i, skew)
        h.wait('a task of each kind in both processes', pair.one_each)
        for p in (1, 0): # a partition without a record is waited for by nobody
            h.load(pair.events, [(p, e['ts'], b'k', oracle.dump(e)) for e in parts[p] + [last]])
            if p: h.wait('a commit of the dense partition', pair.heard, every=0.05)
        h.wait('the end of the dense partition', pair.look, 300, 0.05)
        h.wait('all windows', lambda: len(got(h, pair.topic)) >= len(expected))
        name = 'max_skew ' + skew
        print('%s: %.1f minutes apart at most' % (name, pair.apart / MINUTE), flush=True)
        if limit: h.check('stay near each other: ' + name, 0 < pair.apart <= APART, pair.apart)
        else: h.check('go apart: ' + name, pair.apart > SPAN / 2, pair.apart)
        h.check('a task is held only with a limit: ' + name, (pair.held > 0) == bool(limit), pair.held)
        h.equal('end cleanly: ' + name, pair.stop(), [0, 0])
        h.equal('windows: ' + name, got(h, pair.topic), expected)


run(__doc__, body)
