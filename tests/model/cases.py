"""The random cases of the model tests: one function per operator makes a topology twice, as YAML and for the
model, from parameters that it picks; records() makes the input. Nothing here runs anything."""
import json, math, time
from fractions import Fraction
from model import Bad, Topology, compact, partition_of, key_bytes
from operators import *

DAY = 86_400_000                                       # the virtual day of `millrace test`
FORMAT = "{json: {id: string, g: string, n: int, m: 'int?', t: timestamp_ms}}"


class Params:
    """What a case was made of. The first option of each pick is the simplest: shrinking tries it."""
    def __init__(self, rng, given=None):
        self.rng, self.given, self.options, self.chosen = rng, given or {}, {}, {}

    def pick(self, name, options):
        drawn = self.rng.choice(options)               # drawn always: what is given moves nothing else
        self.options[name] = options
        self.chosen[name] = self.given.get(name, drawn) if self.given.get(name, drawn) in options else drawn
        return self.chosen[name]


class Input:
    def __init__(self, name, keys, deletes=0.0, **kw):
        self.name, self.keys, self.deletes, self.clock = name, keys, deletes, None
        self.max_jump, self.null_keys, self.bad, self.n = None, 0.03, 0.0, 8
        self.early, self.kafka_clock = 0, False        # early: all of it lies that long before the others
        self.__dict__.update(kw)


class Case:
    """checks: sink -> how its rows are compared ('order': each key's rows in order, 'bag': each key's rows, 'last':
    the last row of each key, 'last value': without its timestamp). shapes: sink -> (key, value, ts) of a row of the
    model -> (key, value) as they stand in the topic."""
    def __init__(self, p):
        self.p, self.inputs, self.lines = p, [], {'sources': [], 'tables': [], 'nodes': [], 'sinks': []}
        self.parts = p.pick('partitions', [1, 2, 3])
        self.top, self.checks, self.shapes, self.live, self.ordered = Topology(), {}, {}, True, set()
        self.idle = p.pick('idle', [False, False, False, False, True])
        self.zero = p.pick('zero', [False, False, False, True])     # times near 0: windows that would start below it
        self.late_sink, self.known = False, {}

    def line(self, section, name, **clauses):
        text = ', '.join('%s: %s' % (k.rstrip('_'), v) for k, v in clauses.items() if v is not None)
        self.lines[section].append('  %s: {%s}\n' % (name, text))

    # -- sources and tables

    def _clock(self, i):
        self.inputs.append(i)
        p = self.p
        i.clock = p.pick(i.name + '.clock', ['kafka', 'kafka', 'own'])
        if i.kafka_clock: i.clock = 'kafka'            # every record has a time
        i.max_jump = p.pick(i.name + '.max_jump', [None, None, 20])
        return dict(key='string', event_time="'t'" if i.clock == 'own' else None, max_jump='%dms' % i.max_jump if i.max_jump else 'none',
                    idle_after='5ms' if self.idle else 'never')

    def _input(self, section, i, **kw):
        self.line(section, i.name, topic=i.name, value=FORMAT, **self._clock(i), **kw)

    def source(self, name, keys='abc', parts=None, **kw):
        i = Input(name, list(keys), bad=self.p.pick('bad', [0.0, 0.0, 0.05]), **kw)
        self._input('sources', i)
        self.top.source(name, parts or self.parts, max_jump=i.max_jump, event_time=event_time(i))
        return name

    def table(self, name, keys='abc', history=None, disorder=0, parts=None, clauses={}, judged=False, **kw):
        """judged: there is a node of its sound rows, name.judged"""
        i = Input(name, list(keys), deletes=0.2, bad=self.p.pick('bad', [0.0, 0.0, 0.05]), **kw)
        self._input('tables', i, **self._versions(history, disorder), **clauses)
        self.top.source(name, parts or self.parts, table=True, max_jump=i.max_jump, event_time=event_time(i))
        src = self.blamed(name, 'judged', Judged, name) if judged else name
        return self.blamed(name, 'rows', lambda: Table(history, disorder), src)

    def blamed(self, name, part, make, src):
        def blame(ops):
            op = make()
            op.blame = name
            return op
        self.top.add('%s.%s' % (name, part), blame, src)
        return '%s.%s' % (name, part)

    def _versions(self, history, disorder):
        return dict(history='%dms' % history if history else None, disorder='%dms' % disorder if disorder else None)

    def source_and_table(self, name, table, history=None, disorder=0):
        i = Input(name, list('abc'), deletes=0.15, bad=self.p.pick('bad', [0.0, 0.0, 0.05]), n=12)
        clock, said_by = self._clock(i), self.p.pick('clock said by', ['source', 'table'])
        self.line('sources', name, topic=name, value=FORMAT, **(clock if said_by == 'source' else {}))
        needs = self.p.pick('needs', [None, 'm'])      # a record without it is a dead letter of the table only
        form = FORMAT.replace("'int?'", 'int') if needs else FORMAT
        self.line('tables', table, topic=name, value=form, **(clock if said_by == 'table' else {}), **self._versions(history, disorder))
        self.top.source(name, self.parts, max_jump=i.max_jump, event_time=event_time(i))
        self.top.twin(table, name, needs)
        return self.blamed(table, 'rows', lambda: Table(history, disorder), table)

    # -- nodes, sinks

    def node(self, name, make, *ins, late=False, **clauses):
        """without clauses: the caller writes the line"""
        if clauses: self.line('nodes', name, on_late='late' if late else None, **clauses)
        self.late_sink |= late
        self.top.add(name, make, *ins)
        return name

    def sink(self, node, check, shape=None, name='out', ordered=False):
        self.line('sinks', name, from_=node.split('.')[0])
        self.top.sink(name, node)
        self.checks[name], self.shapes[name] = check, shape or (lambda k, v, ts: (k, v))
        if ordered: self.ordered.add(name)

    def yaml(self):
        out = 'topology: model\n'
        sinks = self.lines['sinks'] + (['  late: {topic: late}\n'] if self.late_sink else [])
        for section, lines in self.lines.items():
            lines = sinks if section == 'sinks' else lines
            if lines: out += section + ':\n' + ''.join(lines)
        return out


def event_time(i): return (lambda v: v['t']) if i.clock == 'own' else None


def iso(ms):
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(ms // 1000)) + '.%03dZ' % (ms % 1000)


# ---------------------------------------------------------------- records

def records(case, rng):
    """Per input and partition: time goes on by small steps, sometimes a jump; records out of order."""
    out, below = [], lambda n: int(rng.random() * n)
    for i in case.inputs:
        for part in range(case.parts):
            keys = [k for k in i.keys if partition_of(k, case.parts) == part]
            now = below(15) + (0 if case.zero else DAY + 20) - i.early
            for n in range(i.n // 2 + below(i.n // 2 + 1)):
                now += (0, 0, 1, 1, 2, 3, below(12), (0, 0, 0, 40)[below(4)])[below(8)]
                ts = max(0, now - (0, 0, 0, 1, below(13))[below(5)])
                if i.max_jump and below(5) == 0 and not i.early: ts += (15, 30, 30, 500, 10 ** 6)[below(5)]
                key = None if not keys or rng.random() < i.null_keys else keys[below(len(keys))]
                out.append((i.name, part, key) + value(i, below, part, n, now, ts))
    return out


def value(i, below, part, n, now, ts):
    kafka = ts
    if i.clock == 'own': kafka = max(0, (ts, ts, ts + 3, ts - 2, now, ts + 10 ** 7)[below(6)])
    if below(1000) < 1000 * i.deletes + 30: return None, kafka
    if below(1000) < 1000 * i.bad: return Bad('{"id"'), kafka
    v = {'id': '%s%d.%d' % (i.name, part, n), 'g': 'xyz'[below(3)], 'n': below(9)}
    if below(2): v['m'] = below(9)
    v['t'] = ts
    return v, kafka


# ---------------------------------------------------------------- aggregates and groups

def column(rows, f): return [r.value[f] for r in rows if f in r.value]


def own_keys(rows): return [r.own or '-' for r in rows]


def absent(f, values): return f(values) if values else None


def number(x):
    return int(x) if float(x).is_integer() else x      # the same JSON number


def mean(values): return number(sum(values) / len(values))


def far_apart(rows):
    """doubles whose sum depends on the order, unless it is exact"""
    return [n / 10 if n % 2 else (n - 4) * 1e13 for n in column(rows, 'n')]


def deviation(values):
    """of a sample; what is summed is exact"""
    n, x = len(values), [Fraction(v) for v in values]
    return number(math.sqrt(float(n * sum(v * v for v in x) - sum(x) ** 2) / n / (n - 1))) if n > 1 else None


FAR_APART = '(n % 2 == 0 ? (n - 4) * 1e13 : n / 10.0)'

def percentile(values, q): return absent(lambda v: number(sorted(v)[math.floor(q * (len(v) - 1))]), values)


# What may be off by 1 % -> the exact values it can stand for. Nothing else in a row may be off.
NEAR = {'pm': range(9), 'ph': range(9), 'pw': [(n - 4) * 1000.5 for n in range(9)]}


def near(field, x):
    """the exact value that x stands for, or x"""
    return next((number(v) for v in NEAR[field] if abs(x - v) <= abs(v) * 0.01), x)


AGGREGATORS = {                # name -> call, rows in provenance order -> value, does the order matter?
    'c':  ('count()', len, False),
    's':  ('sum(n)', lambda rows: sum(column(rows, 'n')), False),
    'lo': ('min(n)', lambda rows: min(column(rows, 'n')), False),
    'hi': ('max(id)', lambda rows: max(column(rows, 'id')), False),
    'mm': ('max(m)', lambda rows: absent(max, column(rows, 'm')), False),
    'ms': ('sum(m)', lambda rows: sum(column(rows, 'm')), False),
    'av': ('avg(n)', lambda rows: mean(column(rows, 'n')), False),
    'ci': ('count_if(n > 2)', lambda rows: sum(n > 2 for n in column(rows, 'n')), False),
    'sd': ('stddev(n)', lambda rows: deviation(column(rows, 'n')), False),
    'fs': ('sum%s' % FAR_APART, lambda rows: number(math.fsum(far_apart(rows))), False),
    'fd': ('stddev%s' % FAR_APART, lambda rows: deviation(far_apart(rows)), False),
    'an': ('any(n > 6)', lambda rows: any(n > 6 for n in column(rows, 'n')), False),
    'ev': ('every(n > 2)', lambda rows: all(n > 2 for n in column(rows, 'n')), False),
    'fi': ('first(id)', lambda rows: rows[0].value['id'], True),
    'la': ('last(id)', lambda rows: rows[-1].value['id'], True),
    'fm': ('first(m)', lambda rows: absent(lambda v: v[0], column(rows, 'm')), True),
    'li': ('collect_list(id, 100)', lambda rows: column(rows, 'id'), True),
    'l3': ('collect_list(m, 3)', lambda rows: column(rows, 'm')[:3], True),
    'se': ('collect_set(n, 4)', lambda rows: list(dict.fromkeys(column(rows, 'n')))[:4], True),
    'mi': ('min_by(id, n)', lambda rows: min(rows, key=lambda r: r.value['n']).value['id'], True),
    'ma': ('max_by(id, n)', lambda rows: max(rows, key=lambda r: r.value['n']).value['id'], True),
    'ky': ('max(key ?? "-")', lambda rows: max(own_keys(rows)), False),
    'kc': ('count_if((key ?? "-") > "a")', lambda rows: sum(k > 'a' for k in own_keys(rows)), False),
    'ad': ('approx_distinct(m)', lambda rows: len(set(column(rows, 'm'))), False),
    'pm': ('percentile(m, 0.5)', lambda rows: percentile(column(rows, 'm'), 0.5), False),
    'ph': ('percentile(m, 0.9)', lambda rows: percentile(column(rows, 'm'), 0.9), False),
    'pw': ('percentile((n - 4) * 1000.5, 0.25)', lambda rows: percentile([(n - 4) * 1000.5 for n in column(rows, 'n')], 0.25), False),
    'tk': ('topk(id, n, 2)', lambda rows: column(sorted(rows, key=lambda r: -r.value['n'])[:2], 'id'), True),
}


def aggregates(p, always='lo'):
    """-> YAML of `aggregate:`, fold(rows) -> value"""
    return calls(['c', always] + sorted({p.pick('aggregate.%d' % i, [always] + sorted(AGGREGATORS)) for i in range(3)} - {'c', always}))


def calls(names):
    def fold(rows):
        v = {n: AGGREGATORS[n][1](rows) for n in names}
        return {n: x for n, x in v.items() if x is not None}
    return '{%s}' % ', '.join("%s: '%s'" % (n, AGGREGATORS[n][0]) for n in names), fold


GROUPS = {                                             # YAML, names, value -> key (None: the record's own)
    'key': ("{k: 'key'}", ['k'], None),
    'g':   ('[g]', ['g'], lambda v: v['g']),
    'two': ("{g: 'g', p: 'n % 2'}", ['g', 'p'], lambda v: compact({'g': v['g'], 'p': v['n'] % 2})),
}


class Grouped:
    """group_by of a node: what it is in YAML and how keys of its rows look."""
    def __init__(self, case, src, node, kinds=('key', 'g', 'two')):
        self.kind = case.p.pick('group_by', list(kinds))
        self.yaml, self.names, key = GROUPS[self.kind]
        self.moved = key is not None
        self.src = src
        if self.moved:
            self.src = node + '.by'
            case.top.repartition(self.src, src, case.parts, key=lambda r: key(r.value), node=node, groups=True)

    @classmethod
    def named(cls, kind, names):
        g = cls.__new__(cls)
        g.kind, g.names = kind, names
        return g

    def fields(self, k):
        return json.loads(k) if self.kind == 'two' else {self.names[0]: k}

    def plain(self, k, v, ts):
        f = self.fields(k)
        return (f if len(f) > 1 else k), None if v is None else dict(f, **v)

    def windowed(self, end):
        """end(start, ts) -> window_end"""
        def shape(ks, v, ts):
            k, start = ks
            key = dict(self.fields(k), window_start=iso(start))
            return key, None if v is None else dict(self.fields(k), **v, window_start=iso(start), window_end=iso(end(start, ts)))
        return shape


def one_name(name): return Grouped.named('key', [name])


def emits(p, options=('final', 'updates', 'each', 'every')):
    """-> YAML, the model's"""
    mode = p.pick('emit', list(options))
    return ('{every: 7ms}', ('every', 7)) if mode == 'every' else (mode, mode)


def having(case, node, mode):
    """-> YAML of `having:`, the node of the model behind it; over a table a row that passes no more is deleted"""
    if not case.p.pick('having', [False, False, True]): return None, node
    odd = lambda r: [r] if r.value['c'] % 2 else []
    case.top.add(node + '.having', lambda o: Map(odd, table=mode != 'final'), node)
    return "'c % 2 == 1'", node + '.having'


def check_of(mode, in_order):
    """final: every row; each: every row where all come from one input in its order; else the last"""
    return 'order' if mode == 'final' or mode == 'each' and in_order else 'last'


def stream_or_merge(case):
    """-> name, rows in one order?"""
    case.source('s')
    how = case.p.pick('from', ['s', 's', 'merge', 'each'])
    if how == 'merge':
        case.source('x')
        return case.node('both', lambda o: Merge(), 's', 'x', from_='[s, x]'), False
    if how == 'each':                                  # rows of one record: what is first in the list comes first
        two = lambda r: [r.but(value=dict(r.value, id='%s.%d' % (r.value['id'], n), n=n)) for n in (r.value['n'], r.value['n'] // 2)]
        case.node('both', lambda o: Map(two), 's', from_='s', each="{i: '[n, n / 2]'}",
                  select="{id: 'id + \".\" + string(i)', g: 'g', n: 'i', m: 'm', t: 't'}")
        return 'both', True
    return 's', True


# ---------------------------------------------------------------- windows

def windowed(kind, p):
    """-> YAML of `window:`, model(fold, emit, order of rows in the fold), end(start, ts)"""
    g, ahead = p.pick('grace', [0, 3, 10]), p.pick('max_ahead', [None, None, 2])
    tail = 'grace: %dms%s}' % (g, ', max_ahead: %d' % ahead if ahead else '')
    ahead = ahead or 10_000
    if kind == 'session':
        gap = p.pick('gap', [5, 3, 10])
        return '{session: %dms, %s' % (gap, tail), lambda f, e, o='provenance': SessionAgg(gap, g, f, e, o, ahead), lambda start, ts: ts
    size = p.pick('size', [5, 1, 10, 20])
    end = lambda start, ts: start + size
    if kind == 'sliding':
        return '{sliding: %dms, %s' % (size, tail), lambda f, e, o='provenance': SlidingAgg(size, g, f, e, o, ahead), end
    every = size if kind == 'tumbling' else p.pick('every', [x for x in [2, 1, 3, 5, 10, 20] if x <= size <= 10 * x])
    head = '{tumbling: %dms, ' % size if kind == 'tumbling' else '{hopping: %dms, every: %dms, ' % (size, every)
    return head + tail, lambda f, e, o='provenance': WindowAgg(size, every, g, f, e, o, ahead), end


def window(kind, emit):
    def make(p):
        c = Case(p)
        src, in_order = stream_or_merge(c)
        w, model, end = windowed(kind, p)
        e_yaml, e = emits(p, [emit])
        group = Grouped(c, src, 'w')
        a_yaml, fold = aggregates(p)
        c.node('w', lambda o: model(fold, e), group.src)
        h_yaml, out = having(c, 'w', e)
        c.line('nodes', 'w', from_=src, group_by=group.yaml, window=w, aggregate=a_yaml, having=h_yaml, emit=e_yaml, on_late='late')
        c.late_sink = True
        c.sink(out, check_of(e, in_order and not group.moved), group.windowed(end), ordered=e == 'final' and group.moved)
        return c
    return make


# ---------------------------------------------------------------- joins with tables

def joined_select(kind, right='p'):
    return "{l: 's.id', r: '%s'}" % ("%s.id" % right if kind == 'inner' else '%s.id ?? "-"' % right)


def joined(l, t): return {'l': l['id'], 'r': t['id'] if t is not None else '-'}


def join_current(p):
    c = Case(p)
    c.live = False                                     # exact when all is there: input choice
    c.source('s')
    rows = c.table('p')
    kind = p.pick('kind', ['inner', 'left'])
    c.node('j', lambda o: StreamTableJoin(kind, joined), 's', rows, from_='s', join='{table: p, kind: %s}' % kind, select=joined_select(kind))
    c.sink('j', 'order')
    return c


def join_as_of(p):
    c = Case(p)
    c.source('s')
    rows = c.table('p', history=p.pick('history', [1000, 20, 5]), disorder=p.pick('disorder', [0, 0, 4, 12]))
    kind, moved = p.pick('kind', ['inner', 'left']), p.pick('moved', [None, None, 'key', 'on'])
    src, ins, on, key = 's', 's', '', "'n % 2 == 0 ? \"a\" : \"b\"'"
    if moved:                                          # the stream comes from behind a repartition
        ins = 'by' if moved == 'key' else 'j.by'
        c.top.repartition(ins, 's', c.parts, key=lambda r: 'a' if r.value['n'] % 2 == 0 else 'b', node='j' if moved == 'on' else None)
    if moved == 'key':
        c.line('nodes', 'by', from_='s', key=key)
        src = 'by'
    elif moved == 'on': on = ', on: ' + key
    c.node('j', lambda o: AsOfJoin(o[rows], kind, joined), ins, rows, from_=src, join='{table: p, as_of: event_time, kind: %s%s}' % (kind, on),
           select=joined_select(kind).replace('s.id', src + '.id'), late=True)
    c.sink('j', 'bag' if moved else 'order')
    return c


def topic_twice(p):
    """one topic as the stream and as the table"""
    c = Case(p)
    how = p.pick('how', ['current', 'as_of', 'moved', 'other', 'merged', 'held'])
    as_of = how != 'current' and (how in ('moved', 'merged') or p.pick('as_of', [True, True, False]))
    kind = p.pick('kind', ['inner', 'left'])
    rows = c.source_and_table('s', 'p', **(dict(history=p.pick('history', [1000, 20, 5]), disorder=p.pick('disorder', [0, 0, 4, 12])) if as_of else {}))
    src = ins = 's'
    if how in ('other', 'merged'): src = ins = c.source('o')
    if how == 'moved':
        src = ins = 'by'
        c.top.repartition('by', 's', c.parts, key=lambda r: 'a' if r.value['n'] % 2 == 0 else 'b')
        c.line('nodes', 'by', from_='s', key="'n % 2 == 0 ? \"a\" : \"b\"'")
    elif how == 'merged':
        src = ins = c.node('x', lambda o: Merge(), 's', 'o', from_='[s, o]')
    elif how == 'held':
        grace = p.pick('grace', [3, 0, 10])
        src = ins = c.node('x', lambda o: OrderHold(grace), 's', from_='s', order='event_time', grace='%dms' % grace, late=True)
    join = '{table: p, %skind: %s}' % ('as_of: event_time, ' if as_of else '', kind)
    c.live = as_of                                     # the current row: exact when all is there
    c.node('j', lambda o: AsOfJoin(o[rows], kind, joined) if as_of else StreamTableJoin(kind, joined), ins, rows, from_=src, join=join,
           select=joined_select(kind).replace('s.id', src + '.id'), late=as_of)
    c.sink('j', 'bag' if how in ('moved', 'merged') else 'order')
    if how == 'other':                                 # somebody reads the source
        c.node('k', lambda o: select(lambda r: {'id': r.value['id']}), 's', from_='s', select="{id: 'id'}")
        c.sink('k', 'order', name='seen')
    return c


def asof_global(p):
    """every task has all versions, of all partitions; some of them are followed where they come from, too"""
    c = Case(p)
    c.source('s')
    history, disorder = p.pick('history', [1000, 20, 5]), p.pick('disorder', [0, 0, 4, 12])
    kind, on, moved = p.pick('kind', ['inner', 'left']), p.pick('on', ['key', 'g', 'maybe']), p.pick('moved', [False, False, True])
    rows = c.table('p', keys='abc' if on == 'key' and not moved else 'xyz', history=history, disorder=disorder, clauses={'global': 'true'}, judged=True)
    if p.pick('followed', [False, True]): c.sink(rows, 'last', name='rows')
    src = 's'
    if moved:
        c.line('nodes', 'by', from_='s', key="'g'")
        c.top.repartition('by', 's', c.parts, key=lambda r: r.value['g'])
        src = 'by'
    c.top.repartition('j.p', 'p.judged', c.parts, node='j', broadcast=True)
    c.top.add('j.p.rows', lambda o: Table(history, disorder), 'j.p')
    text, key = {'key': ('', None), 'g': (", on: '%s.g'" % src, lambda v: v['g']),
                 'maybe': (", on: 'n > 2 ? optional.of(g) : optional.none()'", lambda v: v['g'] if v['n'] > 2 else None)}[on]
    c.node('j', lambda o: AsOfJoin(o['j.p.rows'], kind, joined, on=key), src, 'j.p.rows', from_=src,
           join='{table: p, as_of: event_time, kind: %s%s}' % (kind, text), select=joined_select(kind).replace('s.id', src + '.id'), late=True)
    c.sink('j', 'bag' if moved else 'order')
    return c


def join_two(p):
    """two tables, one after the other"""
    c = Case(p)
    c.source('s')
    rows = {n: c.table(n, history=p.pick(n + '.history', [1000, 20, 5]), disorder=p.pick(n + '.disorder', [0, 0, 4])) for n in 'pq'}
    kinds = {n: p.pick(n + '.kind', ['inner', 'left']) for n in 'pq'}
    c.top.add('j.1', lambda o: AsOfJoin(o[rows['p']], kinds['p'], lambda l, t: dict(l, r=t['id'] if t else '-'), reads=False), 's', rows['p'])
    c.node('j', lambda o: AsOfJoin(o[rows['q']], kinds['q'], lambda l, t: {'l': l['id'], 'r': l['r'], 'q': t['id'] if t else '-'}), 'j.1', rows['q'],
           from_='s', join='[%s]' % ', '.join('{table: %s, as_of: event_time, kind: %s}' % nk for nk in kinds.items()), late=True,
           select="{l: 's.id', %s}" % ', '.join("%s: '%s.id%s'" % (f, n, '' if kinds[n] == 'inner' else ' ?? "-"') for f, n in (('r', 'p'), ('q', 'q'))))
    c.sink('j', 'order')
    return c


# ---------------------------------------------------------------- stream-stream joins

def stream_join(kind):
    def make(p):
        c = Case(p)
        what = kind
        k = p.pick('kind', ['inner', 'left', 'outer']) if kind in ('asymmetric', 'self') else kind
        before = p.pick('before', [3, 0, 8])
        after = p.pick('after', [0, 3, 8]) if what == 'asymmetric' else before
        g = p.pick('grace', [0, 2, 9])
        within = '{before: %dms, after: %dms}' % (before, after) if what == 'asymmetric' else '%dms' % before
        moved = p.pick('moved', [False, False, True])
        names = ['s'] if what == 'self' else ['l', 'r']
        for n in names: c.source(n)
        if moved:
            for n in names:
                c.line('nodes', n + 'k', from_=n, key="'g'")
                c.top.repartition(n + 'k', n, c.parts, key=lambda r: r.value['g'])
            names = [n + 'k' for n in names]
        l, r = names * 2 if what == 'self' else names
        left = 'a' if what == 'self' else l
        o = lambda side, may: "'%s.id%s'" % (side, ' ?? "-"' if may else '')
        sel = '{l: %s, r: %s}' % (o(left, k == 'outer'), o(r, k != 'inner'))
        join = lambda x, y: {'l': x['id'] if x else '-', 'r': y['id'] if y else '-'}
        c.node('j', lambda ops: StreamStreamJoin(before, after, g, k, join), l, r, from_=l, as_='a' if what == 'self' else None,
               join='{stream: %s, within: %s, grace: %dms, kind: %s}' % (r, within, g, k), select=sel, late=True)
        c.sink('j', 'bag')
        return c
    return make


# ---------------------------------------------------------------- tables

def table_table(p):
    c = Case(p)
    l, r = c.table('l'), c.table('r')
    kind = p.pick('kind', ['inner', 'left', 'outer'])
    sel = "{l: 'l.id%s', r: 'r.id%s'}" % (' ?? "-"' if kind == 'outer' else '', ' ?? "-"' if kind != 'inner' else '')
    join = lambda x, y: {'l': x['id'] if x else '-', 'r': y['id'] if y else '-'}
    c.node('j', lambda o: TableTableJoin(kind, join), l, r, from_='l', join='{table: r, kind: %s}' % kind, select=sel)
    c.sink('j', 'last' if kind == 'inner' else 'last value')
    return c


def table_self(p):
    c = Case(p)
    t = c.table('t')
    kind = p.pick('kind', ['inner', 'left', 'outer'])
    sel = "{l: 'a.id%s', r: 't.n%s'}" % (' ?? "-"' if kind == 'outer' else '', ' ?? 100' if kind != 'inner' else '')
    c.node('j', lambda o: TableTableJoin(kind, lambda x, y: {'l': x['id'] if x else '-', 'r': y['n'] if y else 100}), t, t, from_='t', as_='a',
           join='{table: t, kind: %s}' % kind, select=sel)
    c.sink('j', 'last' if kind == 'inner' else 'last value')
    return c


def table_where(p):
    """a table that is filtered, and its rows as a stream"""
    c = Case(p)
    t = c.table('t', n=12)
    c.node('w', lambda o: Map(lambda r: [r.but(value={'id': r.value['id']})] if r.value['n'] > 3 else [], table=True), t, from_='t',
           where="'n > 3'", select="{id: 'id'}")
    c.sink('w', 'order')
    return c


def changes(p):
    c = Case(p)
    t = c.table('t', n=12)
    w, model, end = windowed('tumbling', p)
    a_yaml, fold = aggregates(p)
    c.top.add('ch', lambda o: Changes(), t)
    c.line('nodes', 'ch', from_='t', changes='true')
    c.node('w', lambda o: model(fold, 'final'), 'ch', from_='ch', group_by="{k: 'key'}", window=w, aggregate=a_yaml, emit='final', late=True)
    c.sink('w', 'order', one_name('k').windowed(end))
    return c


def join_node_table(p):
    """a table that a node makes of the stream's own records: the row as the records before have left it"""
    c = Case(p)
    c.source('s')
    kind = p.pick('kind', ['inner', 'left'])
    c.node('t', lambda o: GroupAgg(lambda rows: {'n': sum(column(rows, 'n'))}, 'each'), 's', from_='s', group_by="{k: 'key'}",
           aggregate="{n: 'sum(n)'}", emit='each')
    c.node('j', lambda o: StreamTableJoin(kind, lambda l, t: {'l': l['id'], 'r': t['n'] if t else -1}), 's', 't', from_='s',
           join='{table: t, kind: %s}' % kind, select="{l: 's.id', r: 't.n%s'}" % ('' if kind == 'inner' else ' ?? -1'))
    c.sink('j', 'order')
    return c


def one_task(c, p):
    """the model runs a case that is independent of partitions in one"""
    c.fold_partitions = True


def foreign_key(p):
    c = Case(p)
    one_task(c, p)
    l, r = c.table('l', parts=1), c.table('r', keys='xyz', parts=1)
    kind = p.pick('kind', ['inner', 'left'])
    on, fk = p.pick('on', [("l.g", lambda v: v['g']), ('l.n > 2 ? optional.of(l.g) : optional.none()', lambda v: v['g'] if v['n'] > 2 else None)])
    sel = "{l: 'l.id', r: 'r.id%s'}" % (' ?? "-"' if kind == 'left' else '')
    join = lambda x, y: {'l': x['id'], 'r': y['id'] if y else '-'}
    c.node('j', lambda o: FKJoin(fk, kind, join), l, r, from_='l', join="{table: r, kind: %s, on: '%s'}" % (kind, on), select=sel)
    c.sink('j', 'last value')
    return c


def join_global(p):
    """a table that is there before the stream: the join sees the current row, which is exact then"""
    c = Case(p)
    one_task(c, p)
    c.idle = c.zero = False
    c.source('s', parts=1, kafka_clock=True)
    rows = c.table('p', keys='xyz', parts=1, early=10_000, kafka_clock=True, clauses={'global': 'true'})
    kind = p.pick('kind', ['inner', 'left'])
    on, key = p.pick('on', [("s.g", lambda v: v['g']), ('s.n > 2 ? optional.of(s.g) : optional.none()', lambda v: v['g'] if v['n'] > 2 else None)])
    c.node('j', lambda o: GlobalJoin(kind, joined, key), 's', rows, from_='s', join="{table: p, kind: %s, on: '%s'}" % (kind, on),
           select=joined_select(kind))
    c.sink('j', 'bag')
    return c


def regroup(p):
    c = Case(p)
    src = p.pick('from', ['table', 'where', 'latest'])
    t = c.table('t', n=12) if src != 'latest' else None
    kind = p.pick('group_by', ['g', 'two'])
    yaml, names, key = GROUPS[kind]
    group = Grouped.named(kind, names)
    back = ['s', 'kc', 'av', 'ci', 'ms', 'sd', 'fs', 'fd', 'an', 'ev']     # they give back what they took
    a_yaml, rows_fold = calls(['c'] + sorted({p.pick('aggregate.%d' % i, back) for i in range(2)}))
    fold = lambda bag: rows_fold([Row(v['key'], v, 0, 0) for v in bag])
    if src == 'where':                                 # rows that pass no more leave their groups
        c.line('nodes', 'f', from_='t', where="'n > 3'")
        t = c.node('f', lambda o: Map(lambda r: [r] if r.value['n'] > 3 else [], table=True), t)
    elif src == 'latest':
        c.source('s', n=12, deletes=0.15)
        c.line('nodes', 'f', from_='s', latest='true')
        t = c.node('f', lambda o: Table(), 's')
    c.top.add('w.group', lambda o: Regroup(lambda k, v: (key(v), dict(v, key=k))), t)
    c.top.repartition('w.by', 'w.group', c.parts)
    e_yaml, e = emits(p, ['updates', 'each', 'every'])
    c.node('w', lambda o: TableAgg(fold, e), 'w.by', from_='f' if src != 'table' else 't', group_by=yaml, emit=e_yaml, aggregate=a_yaml)
    c.sink('w', 'last value', group.plain)
    return c


def aggregate(p):
    c = Case(p)
    src, in_order = stream_or_merge(c)
    group = Grouped(c, src, 'w')
    a_yaml, fold = aggregates(p)
    e_yaml, e = emits(p, ['updates', 'each', 'every'])
    c.node('w', lambda o: GroupAgg(fold, e), group.src)
    h_yaml, out = having(c, 'w', e)
    c.line('nodes', 'w', from_=src, group_by=group.yaml, aggregate=a_yaml, having=h_yaml, emit=e_yaml)
    c.sink(out, check_of(e, in_order and not group.moved), group.plain)
    return c


def table_chain(p):
    """an aggregate over the table that an aggregate makes: rows move between groups"""
    c = Case(p)
    c.source('s', n=12)
    group = Grouped(c, 's', 'w1')
    e_yaml, e = emits(p, ['updates', 'each', 'every'])
    c.node('w1', lambda o: GroupAgg(lambda rows: {'c': len(rows), 'lo': min(column(rows, 'n'))}, e), group.src, from_='s', group_by=group.yaml,
           aggregate="{c: 'count()', lo: 'min(n)'}", emit=e_yaml)
    c.top.add('w2.group', lambda o: Regroup(lambda k, v: ('odd' if v['c'] % 2 else 'even', v)), 'w1')
    c.top.repartition('w2.by', 'w2.group', c.parts, node='w2')
    fold = lambda bag: {'rows': len(bag), 'lo': sum(v['lo'] for v in bag)}
    c.node('w2', lambda o: TableAgg(fold, 'updates'), 'w2.by', from_='w1', group_by="{z: 'c % 2 == 0 ? \"even\" : \"odd\"'}",
           aggregate="{rows: 'count()', lo: 'sum(lo)'}")
    c.sink('w2', 'last value', one_name('z').plain)
    return c


REDUCE = "{ids: '(acc.?ids.orValue(\"\")) + id', n: 'acc.?n.orValue(0) + n'}"


def reduced(rows): return {'ids': ''.join(column(rows, 'id')), 'n': sum(column(rows, 'n'))}


REDUCE_KEY = "{n: 'acc.n + n', top: 'acc.top > (key ?? \"-\") ? acc.top : key ?? \"-\"'}"


def reduced_key(rows): return {'n': sum(column(rows, 'n')), 'top': max(own_keys(rows))}


REDUCTIONS = {                                         # YAML, init, rows -> value, the groups: by the order of arrival, or
    'value': (REDUCE, None, reduced, ('key',)),        # not, so behind a repartition, too
    'key':   (REDUCE_KEY, "{n: '0', top: '\"\"'}", reduced_key, ('key', 'g', 'two')),
}


def reduce_of(p, modes, kind=None):
    c = Case(p)
    c.source('s')
    r_yaml, init, fold, groups = REDUCTIONS[p.pick('reads', ['value', 'key'])]
    e_yaml, e = emits(p, modes)
    w, model, end = windowed(kind, p) if kind else (None, GroupAgg, None)
    group = Grouped(c, 's', 'w', groups)
    c.node('w', lambda o: model(fold, e, 'arrival'), group.src, from_='s', group_by=group.yaml, window=w, reduce=r_yaml, init=init, emit=e_yaml,
           late=kind is not None)
    inputs = kind is None and e in ('updates', 'each')     # the timestamp is that of the last input
    c.sink('w', 'last value' if inputs and group.moved else check_of(e, not group.moved), group.windowed(end) if kind else group.plain,
           ordered=e == 'final' and group.moved)
    return c


def reduce(p): return reduce_of(p, ['updates', 'each'])
def reduce_every(p): return reduce_of(p, ['every'])
def reduce_window(p): return reduce_of(p, ['final', 'updates', 'each', 'every'], p.pick('window', ['tumbling', 'hopping']))


def latest(p):
    c = Case(p)
    c.source('s', deletes=0.15)
    how, src = p.pick('from', ['source', 'moved', 'merge', 'merge moved']), 's'
    if 'merge' in how:
        c.source('x', deletes=0.15)
        src = c.node('both', lambda o: Merge(), 's', 'x', from_='[s, x]')
    if 'moved' in how:
        c.line('nodes', 'by', from_=src, key="'g'")
        c.top.repartition('by', src, c.parts, key=lambda r: r.value['g'])
        src = 'by'
    c.node('t', lambda o: Table(by_provenance=how != 'source'), src, from_=src, latest='true')
    c.sink('t', 'last')
    return c


def latest_history(p):
    c = Case(p)
    c.source('s')
    c.source('x', deletes=0.15)
    history, moved = p.pick('history', [1000, 20, 5]), p.pick('moved', [False, True])
    kind, src, xs = p.pick('kind', ['inner', 'left']), 's', 'x'
    if moved:
        for n in 'sx':
            c.line('nodes', n + 'k', from_=n, key="'g'")
            c.top.repartition(n + 'k', n, c.parts, key=lambda r: r.value['g'])
        src, xs = 'sk', 'xk'
    c.node('t', lambda o: Table(history, 0, by_provenance=moved), xs, from_=xs, latest='true', history='%dms' % history)
    c.node('j', lambda o: AsOfJoin(o['t'], kind, joined), src, 't', from_=src, join='{table: t, as_of: event_time, kind: %s}' % kind,
           select=joined_select(kind, 't').replace('s.id', src + '.id'), late=True)
    c.sink('j', 'bag' if moved else 'order')
    c.sink('t', 'last', name='rows')
    return c


# ---------------------------------------------------------------- dedupe, absence, order

def dedupe_of(p):
    within = p.pick('within', [5, 2, 12])
    return dict(dedupe="{by: 'g', within: %dms}" % within), lambda o: Dedupe(lambda v: v['g'], within), False


def absence_of(p):
    within, g = p.pick('within', [6, 2, 12]), p.pick('absence.grace', [0, 5])
    restart, by = p.pick('restart', ['first', 'each']), p.pick('by', [None, 'g'])
    make = lambda o: Absence(lambda v: v['n'] > 3, lambda v: v['n'] < 2, within, g, lambda v: v['g'] if by else None, restart)
    text = "{after: 'n > 3', without: 'n < 2', within: %dms, restart: %s, grace: %dms%s}" % (within, restart, g, ", by: 'g'" if by else '')
    return dict(absence=text, select="{id: 'after.id', at: 'fired_at'}"), make, True


def fired(k, v, ts): return k, {'id': v['id'], 'at': iso(ts)}


def dedupe(p):
    c = Case(p)
    c.source('s', n=14)
    clauses, make, late = dedupe_of(p)
    c.node('d', make, 's', from_='s', **clauses)
    c.sink('d', 'order')
    return c


def absence(p):
    c = Case(p)
    c.source('s', n=12)
    clauses, make, late = absence_of(p)
    c.node('d', make, 's', from_='s', late=True, **clauses)
    c.sink('d', 'order', fired)
    return c


def order(p):
    """order: event_time before what depends on it, behind a repartition or not"""
    c = Case(p)
    c.source('s', n=10)
    g, what = p.pick('grace', [0, 5]), p.pick('what', ['dedupe', 'absence', 'reduce', 'latest', 'nothing'])
    node, shape = 's', None
    if p.pick('moved', [True, False]):
        c.line('nodes', 'by', from_='s', key="'g'")
        c.top.repartition('by', 's', c.parts, key=lambda r: r.value['g'])
        node = 'by'
    src = node
    if what == 'nothing':
        clauses, make = dict(select="{id: 'id', g: 'g'}"), lambda o: Merge()
        c.top.add('d.select', lambda o: select(lambda r: {'id': r.value['id'], 'g': r.value['g']}), src)
        src = 'd.select'
    elif what == 'dedupe': clauses, make = dict(dedupe="{by: 'n % 3', within: 5ms}"), lambda o: Dedupe(lambda v: v['n'] % 3, 5)
    elif what == 'absence':
        clauses, make, _ = absence_of(p)
        shape = fired
    elif what == 'reduce':
        clauses, make = dict(group_by="{k: 'key'}", reduce=REDUCE, emit='each'), lambda o: GroupAgg(reduced, 'each', 'arrival')
        shape = lambda k, v, ts: (k, dict(v, k=k))
        c.top.add('d.by', lambda o: Map(lambda r: [r] if r.value is not None else [], reads=False), src)
        src = 'd.by'
    else: clauses, make = dict(latest='true'), lambda o: Table()
    def hold(o):
        h = OrderHold(g)
        h.blame = 'd'
        return h
    c.top.add('d.order', hold, src)
    c.node('d', make, 'd.order', from_=node, order='event_time', grace='%dms' % g, late=True, **clauses)
    c.sink('d', 'last' if what == 'latest' else 'order', shape)
    return c


# ---------------------------------------------------------------- chains

def chain_first(c, p):
    """a node `w1` whose rows have an int field c -> is it there in the row of the model, too"""
    first = p.pick('first', ['tumbling', 'hopping', 'sliding', 'session', 'join', 'as_of', 'absence'])
    c.source('s')
    if first in ('tumbling', 'hopping', 'sliding', 'session'):
        w, model, end = windowed(first, p)
        group = Grouped(c, 's', 'w1')
        fold = lambda rows: {'c': len(rows), 'lo': min(column(rows, 'n'))}
        c.node('w1', lambda o: model(fold, 'final'), group.src, from_='s', group_by=group.yaml, window=w, aggregate="{c: 'count()', lo: 'min(n)'}",
               emit='final', late=True)
    elif first == 'join':
        c.source('r')
        k = p.pick('kind', ['inner', 'left'])
        b, a, g = p.pick('before', [3, 0, 8]), p.pick('after', [3, 0, 8]), p.pick('join.grace', [0, 5])
        c.node('w1', lambda o: StreamStreamJoin(b, a, g, k, lambda x, y: {'c': x['n'] + (y['n'] if y else 100)}), 's', 'r', from_='s', late=True,
               join='{stream: r, within: {before: %dms, after: %dms}, grace: %dms, kind: %s}' % (b, a, g, k),
               select="{c: 's.n + %s'}" % ('r.n' if k == 'inner' else '(r.n ?? 100)'))
    elif first == 'as_of':
        rows = c.table('p', history=p.pick('history', [1000, 20]))
        c.node('w1', lambda o: AsOfJoin(o[rows], 'left', lambda x, y: {'c': x['n'] + (y['n'] if y else 100)}), 's', rows, from_='s', late=True,
               join='{table: p, as_of: event_time, kind: left}', select="{c: 's.n + (p.n ?? 100)'}")
    else:
        clauses, make, _ = absence_of(p)
        c.node('w1', make, 's', from_='s', late=True, **dict(clauses, select="{c: 'after.n'}"))
        c.top.add('w1.out', lambda o: select(lambda r: {'c': r.value['n']}), 'w1')
        return 'w1.out'
    return 'w1'


def chain(p):
    """two operators with time, a repartition between them: nothing may come late that is not"""
    c = Case(p)
    src = chain_first(c, p)
    second = p.pick('second', ['tumbling', 'hopping', 'sliding', 'session'])
    c.top.repartition('w2.by', src, c.parts, key=lambda r: 'odd' if r.value['c'] % 2 else 'even', node='w2')
    w, model, end = windowed(second, Prefixed(p))
    fold = lambda rows: {'rows': len(rows), 'total': sum(column(rows, 'c'))}
    c.node('w2', lambda o: model(fold, 'final'), 'w2.by', from_='w1', group_by="{z: 'c % 2 == 0 ? \"even\" : \"odd\"'}", window=w,
           aggregate="{rows: 'count()', total: 'sum(c)'}", emit='final', late=True)
    c.sink('w2', 'order', one_name('z').windowed(end), ordered=True)
    return c


class Prefixed:
    """parameters of a second node"""
    def __init__(self, p): self.p = p
    def pick(self, name, options): return self.p.pick('second.' + name, options)


# ---------------------------------------------------------------- all of them

OPERATORS = {'join_current': join_current, 'join_as_of': join_as_of, 'topic_twice': topic_twice, 'join_two': join_two, 'aggregate': aggregate}
for _w in ('tumbling', 'hopping', 'sliding', 'session'):
    for _e in ('updates', 'each', 'every', 'final'): OPERATORS['%s_%s' % (_w, _e)] = window(_w, _e)
for _k in ('inner', 'left', 'outer', 'asymmetric', 'self'): OPERATORS['stream_' + _k] = stream_join(_k)
OPERATORS.update(join_node_table=join_node_table, table_where=table_where, changes=changes, table_table=table_table, table_self=table_self, foreign_key=foreign_key, join_global=join_global, asof_global=asof_global, regroup=regroup, table_chain=table_chain, reduce=reduce,
                 reduce_every=reduce_every, reduce_window=reduce_window, latest=latest,
                 latest_history=latest_history, dedupe=dedupe, absence=absence, order=order, chain=chain)
