"""Random input. A case is a dict: topology, conf (milliseconds by name), steps: [(topic, key, value, ts)];
value a dict or None, ts in milliseconds on the virtual day of `millrace test`. Every record that has a value
has another "v". `whole`: the steps stand in the order of one task, so that the case can also run from whole files.
Cases depend on (seed, topology, number) alone, so one can be repeated by itself.
"""
import random

DAY = 86_400_000
KEYS = ['k%d' % i for i in range(4)]
FKS = ['f%d' % i for i in range(3)]


def steps(rng, topics, conf, n, foreign=None, grouped=False):
    """foreign: the topic whose keys are what the others refer to by "f". grouped: every record has an "f"."""
    span = max([conf.get(k, 0) for k in ('size', 'gap', 'before', 'after', 'history')] + [10])
    grace = conf.get('grace', 5)
    disorder = rng.choice([0, grace, grace, span, 2 * span + 2 * grace])
    keys = KEYS[:rng.choice([1, 2, 4])]
    pace = rng.choice([1, span // 4 + 1, span])
    nulls = rng.choice([0, 0.05, 0.15])
    now, out = DAY + rng.randrange(3 * span), []
    for i in range(n):
        topic = rng.choice(topics)
        now += rng.randrange(pace + 1)
        if rng.random() < 0.03: now += rng.randrange(6 * span + 6 * grace)
        ts = max(DAY, now - rng.randrange(disorder + 1)) if rng.random() < 0.4 else now
        if out and rng.random() < 0.05: ts = out[-1][3]
        key = rng.choice(FKS if topic == foreign else keys)
        value = {'v': '%s%d' % (topic[0], i), 'n': rng.randrange(100)}
        if grouped or rng.random() < 0.8: value['f'] = rng.choice(FKS)
        luck = rng.random()
        if luck < nulls: key = None
        elif luck < nulls * 2.5: value = None
        out.append((topic, key, value, ts))
    return out


def conf(rng, names):
    """Lengths that are equal, multiples and none of it; grace short and long, before and after unequal."""
    size = rng.choice([4, 10, 10, 25])
    c = {'size': size, 'every': rng.choice([size, 1, 2, 5, 7]), 'gap': size, 'grace': rng.choice([0, 3, 10, 40]),
         'before': rng.choice([size, size, 0, 3]), 'after': rng.choice([size, size, 0, 7]), 'history': rng.choice([15, 60, 1000])}
    c['every'] = min(c['every'], size)
    if 'every' not in names: c['every'] = size
    c['keep'] = rng.choice([10_000, 2 * size + c['grace']] if 'size' in names else [10_000])
    return {k: c[k] for k in c if k in names or k == 'every' and 'size' in names}


def in_task_order(steps, tables, wait):
    """The order in which a task takes records that are all there: the head with the least min(ts, its own time) goes
    next, tables first, then by topic. wait: a stream record goes when the tables are past its time by that much, or
    have ended (a join as of event time)."""
    queues, top, out = {}, {}, []
    for s in steps: queues.setdefault(s[0], []).append(s)
    while any(queues.values()):
        heads = []
        for topic, q in queues.items():
            if not q: continue
            time = max(q[0][3], top.get(topic, 0))
            if wait is not None and topic not in tables and any(queues.get(t) and top.get(t, 0) <= time + wait for t in tables): continue
            heads.append((min(q[0][3], time), topic not in tables, topic, time))
        _, _, topic, time = min(heads)
        top[topic] = time
        out.append(queues[topic].pop(0))
    return out


def make(seed, topology, number, shapes):
    shape = random.Random('%d/%s/shape/%d' % (seed, topology.name, number % shapes))
    c = conf(shape, topology.conf)
    way = shape.choice([[], ['--restart'], ['--restart', '--batch', '1']])
    if number % shapes == 7: way = ['--restart', '--engine', 'rocks']   # slow: from 200 cases on
    rng = random.Random('%d/%s/%d' % (seed, topology.name, number))
    got = steps(rng, topology.topics, c, rng.randrange(5, 40), topology.foreign, topology.grouped)
    whole = topology.whole and number % 2 == 0
    if whole: got = in_task_order(got, topology.tables, c.get('history') if topology.wait else None)
    return {'topology': topology.name, 'number': number, 'whole': whole, 'shape': number % shapes, 'conf': c, 'way': way,
            'engine': 'rocks' if number % 10 == 9 else 'mem',
            'steps': got}
