"""The semantics of millrace, executable: the section on time of the language in plain Python, as naive as it can
be. No batches, no state store, no schedule: windows are lists of rows that are folded again at every emission.

This file is time, tasks and input choice; operators.py has one class per operator. When they and the language
disagree, the language wins and the disagreement is a bug.

Times are integers (ms). NEG = "no time yet", INF = the end of all input.
"""
import json

NEG, INF = float('-inf'), float('inf')
HOUR = 3_600_000


class Bad:
    """A value that cannot be decoded: its text and the reason of the dead letter."""
    def __init__(self, text, why='decode.syntax'): self.text, self.why = text, why


class Row:
    """key, value (a dict, None or Bad), ts; time: the source time of its partition at its own position; prov:
    provenance ((source, partition, offset, index), ...); old: in tables, the value that this one replaces;
    kafka: the Kafka timestamp of the record that was read; -1: the row is made of more than one.
    own: what `key` is, the record's key before a group_by."""
    __slots__ = ('key', 'value', 'ts', 'time', 'prov', 'old', 'kafka', 'grouped')

    def __init__(self, key, value, ts, time, prov=(), old=None, kafka=-1, grouped=()):
        self.key, self.value, self.ts, self.time = key, value, ts, time
        self.prov, self.old, self.kafka, self.grouped = prov, old, kafka, grouped

    @property
    def own(self): return self.grouped[0] if self.grouped else self.key

    def but(self, **kw):
        r = Row(self.key, self.value, self.ts, self.time, self.prov, self.old, self.kafka, self.grouped)
        for k, v in kw.items(): setattr(r, k, v)
        return r

    def order(self): return (self.ts, self.prov)      # provenance order


compact = json.JSONEncoder(separators=(',', ':'), ensure_ascii=False).encode


def key_bytes(k):
    """As the key stands in a topic: text, int as 8 bytes, else canonical JSON."""
    if isinstance(k, str): return k.encode()
    if isinstance(k, int) and not isinstance(k, bool): return k.to_bytes(8, 'big', signed=True)
    return compact(k).encode()


def partition_of(k, n):
    """murmur2, as Kafka's producers place keys."""
    data, m, mask = key_bytes(k), 0x5bd1e995, 0xffffffff
    h = 0x9747b28c ^ len(data)
    for i in range(0, len(data) - 3, 4):
        x = int.from_bytes(data[i:i + 4], 'little') * m & mask
        h = (h * m & mask) ^ ((x ^ x >> 24) * m & mask)
    rest = data[len(data) // 4 * 4:]
    if rest: h = (h ^ int.from_bytes(rest, 'little')) * m & mask
    h = (h ^ h >> 13) * m & mask
    return ((h ^ h >> 15) & 0x7fffffff) % n


# ---------------------------------------------------------------- source time

class SourceTime:
    """Source time of one input partition, with the max_jump rule ("Ahead")."""

    def __init__(self, max_jump=HOUR, own_clock=False):
        self.max_jump, self.own_clock = max_jump, own_clock
        self.time, self.run = NEG, []                 # run: [(ts, key)], all ahead

    def copy(self):
        c = SourceTime(self.max_jump, self.own_clock)
        c.time, c.run = self.time, list(self.run)
        return c

    def take(self, ts, kafka_ts, key):
        """-> source time at this record"""
        before, J = self.time, self.max_jump
        if J is None:
            self.time = max(before, ts)
            return self.time
        # while there is no source time the reference is the record's own Kafka timestamp
        ref = before if before != NEG else (kafka_ts if kafka_ts >= 0 else ts)
        if ts <= ref + J:                             # an ordinary record ends a run
            self.run, self.time = [], max(before, ts)
        elif self.own_clock and kafka_ts >= 0 and abs(ts - kafka_ts) <= J:
            self.run, self.time = [], ts              # (1) two clocks agree
        elif self.own_clock and kafka_ts >= 0 and ts > kafka_ts + J:
            pass                                      # (2) never; the run is left alone
        else:                                         # (3) a run
            self.run.append((ts, key))
            while len(set(k for _, k in self.run)) >= 2 or len(self.run) >= 10:
                self.run.sort(key=lambda r: r[0])     # the smallest, then the others in order
                self.time = self.run[0][0]
                while self.run and self.run[0][0] <= self.time + J:
                    self.time = self.run.pop(0)[0]
        return self.time


# ---------------------------------------------------------------- operator time

class Op:
    """An operator of one task. hear() is operator time: O = the least of what the upstreams have reached;
    monotone. Time goes first: what a record's time closes is emitted before the record itself is processed."""
    time_ports = None                                 # None: every port counts for time

    def __init__(self):
        self.outs, self.heard = [], {}
        self.O = self.out = NEG

    # -- to be overridden
    def process(self, port, row): raise NotImplementedError
    def on_time(self, O): pass                        # O has moved: close, fire
    def passes(self, O): return O                     # what the operator passes on as its time
    def on_commit(self): pass

    def hear(self, edge, t):
        self.heard[edge] = t
        O = min(self.heard.values())
        if O > self.O:
            self.O = O
            self.on_time(O)
        self.tell(self.passes(self.O))

    def tell(self, t):
        if t <= self.out: return
        self.out = t
        for op, port in self.outs:
            if op.time_ports is None or port in op.time_ports: op.hear((self, port), t)

    def emit(self, row):
        for op, port in self.outs: op.process(port, row)

    # -- fates
    def is_late(self, row, closed):
        """closed(t): at time t it is too late for this row. By the row's own numbers; that operator time is
        never ahead of them is the promise of the section on time."""
        assert closed(row.time) or not closed(self.O), 'in time, and closed: %s at %s' % (row.value, self.name)
        return closed(row.time)

    def late(self, row): self.task.run.lost.append(('late', self.name, row, 'late'))
    def dead(self, row, why): self.task.run.lost.append(('dead', self.name, row, why))

    def is_bad(self, row):
        if isinstance(row.value, Bad): self.dead(row, row.value.why)
        return isinstance(row.value, Bad)

    def unusable(self, row):
        """no value: dropped; no key: a dead letter"""
        if row.value is not None and row.key is None: self.dead(row, 'key.null')
        return row.value is None or row.key is None


# ---------------------------------------------------------------- inputs, repartition, sink

class SourceIn(Op):
    """One partition of a source or table topic. event_time: None, or value -> ts."""
    def __init__(self, name, partition, table, max_jump, event_time):
        super().__init__()
        self.name, self.partition, self.table = name, partition, table
        self.event_time = event_time
        self.clock = SourceTime(max_jump, event_time is not None)
        self.queue, self.offset, self.waits = [], 0, []
        self.table_in = None                          # the same topic as a table

    def when(self, rec):
        """-> (ts, None), or (None, reason of the dead letter)"""
        key, value, kafka_ts = rec
        if self.event_time is None or value is None:  # a delete has its Kafka timestamp as event time
            ts = kafka_ts
        elif isinstance(value, Bad): return None, value.why
        else: ts = self.event_time(value)
        return (ts, None) if ts is not None and ts >= 0 else (None, 'time.missing')

    def peek(self):
        """(ts, time) of the head"""
        rec = self.queue[0]
        ts = self.when(rec)[0]
        if ts is None: return NEG, self.clock.time
        return ts, self.clock.copy().take(ts, rec[2], rec[0])

    def take(self):
        key, value, kafka_ts = rec = self.queue.pop(0)
        prov = ((self.name, self.partition, self.offset, ()),)
        self.offset += 1
        ts, why = self.when(rec)
        time = NEG if ts is None else self.clock.take(ts, kafka_ts, key)
        if self.table_in: self.table_in.take(Row(key, value, ts, time, (prov[0][:3] + ((-1,),),), None, kafka_ts), why)
        if ts is None:                                # does not move source time
            return self.dead(Row(key, value, kafka_ts, NEG, prov, None, kafka_ts), why)
        self.tell(time)                               # time first, then the record
        self.emit(Row(key, value, ts, time, prov, None, kafka_ts))

    def end(self):
        if self.table_in: self.table_in.tell(INF)
        self.tell(INF)

    def reached(self): return self.clock.time


class TableIn(Op):
    """A source's topic as a table: it is told each record, and each time, before the source's readers are. needs: a
    field without which it cannot read a record."""
    def __init__(self, source, needs):
        super().__init__()
        self.source, self.needs, source.table_in = source, needs, self

    def take(self, row, why):
        if row.ts is None: return self.dead(row.but(ts=row.kafka), why)
        self.tell(row.time)
        if self.needs and row.key is not None and isinstance(row.value, dict) and self.needs not in row.value:
            return self.dead(row, 'decode.type')
        self.emit(row)


class RepartOut(Op):
    """Upstream half: rows and time leave for the partition of the new key. key: row -> key; groups: by group_by,
    behind which `key` is the record's own. broadcast: for every partition."""
    def __init__(self, topic, parts, key, groups=False, broadcast=False):
        super().__init__()
        self.topic, self.parts, self.key, self.groups, self.broadcast, self.buf = topic, parts, key, groups, broadcast, []
        self.told = NEG                               # the time that left last

    def process(self, port, row):
        if self.key:
            if row.value is None or self.is_bad(row): return
            row = row.but(key=self.key(row), grouped=(row.key,) if self.groups else ())
        if row.key is None: return self.dead(row, 'key.null')
        for p in range(self.parts) if self.broadcast else [partition_of(row.key, self.parts)]: self.buf.append((p, self.O, row))

    def flush(self):
        out, self.buf = self.buf, []
        if self.O > self.told: out += [(p, self.O, None) for p in range(self.parts)]
        self.told = self.O
        return out


class RepartIn(Op):
    """Downstream half: one partition of a repartition topic; O = least over upstream tasks."""
    table, table_in = False, None

    def __init__(self, name, partition, senders):
        super().__init__()
        self.name, self.partition = name, partition
        self.up = {s: NEG for s in senders}
        self.queue, self.waits = [], []

    def peek(self):
        _, time, row = self.queue[0]
        return (row.ts, row.time) if row is not None else (time, time)

    def take(self):
        sender, time, row = self.queue.pop(0)
        self.up[sender] = max(time, self.up[sender])
        self.O = max(self.O, min(self.up.values()))
        self.tell(self.O)
        if row is not None: self.emit(row)

    def reached(self): return self.O


class Sink(Op):
    def process(self, port, row):
        self.task.run.sinks[self.name].append((row.key, row.value, row.ts, self.task.p))


# ---------------------------------------------------------------- topology, task

class Topology:
    """Nodes in the order of adding (= topological). make(ops) -> Op gets the operators of its task by name.
    ins: names; their order gives the ports."""
    def __init__(self):
        self.nodes = {}                               # name -> (kind, make, ins, attributes)

    def source(self, name, parts=1, table=False, max_jump=HOUR, event_time=None):
        self.nodes[name] = ('source', None, (), dict(parts=parts, table=table, max_jump=max_jump, event_time=event_time))

    def twin(self, name, source, needs=None):
        """a table of the source's topic"""
        self.nodes[name] = ('twin', None, (source,), dict(needs=needs))

    def add(self, name, make, *ins):
        self.nodes[name] = ('op', make, ins, {})

    def repartition(self, name, src, parts, key=None, node=None, groups=False, broadcast=False):
        """node: the one that re-keys; it gets the blame"""
        self.nodes[name] = ('repartition', None, (src,), dict(parts=parts, key=key, node=node or name, groups=groups, broadcast=broadcast))

    def sink(self, name, src):
        self.nodes[name] = ('op', lambda ops: Sink(), (src,), dict(sink=True))

    def subtopologies(self):
        """groups of names joined by edges, cut at repartitions; -> {name: group} where a repartition belongs to
        its downstream group"""
        root = {n: n for n in self.nodes}
        def find(n):
            while root[n] != n: n = root[n]
            return n
        for n, (kind, _, ins, _) in self.nodes.items():
            if kind != 'repartition':
                for i in ins: root[find(n)] = find(i)
        return {n: find(n) for n in self.nodes}


class Task:
    """One sub-topology for one partition."""
    def __init__(self, run, group, p):
        self.run, self.group, self.p, self.id = run, group, p, (group, p)
        self.ops, self.inputs, self.reparts = {}, [], []

    def ready(self, i, time=None):
        """as-of waits of the head, also of one that is time alone: every table that it, or what it fires, could meet is past its time"""
        until = i.peek()[1] if time is None else time
        return all(w.reached() == INF or w.reached() > until + d or isinstance(w, SourceIn) and not w.queue for w, d in i.waits)

    def step(self):
        heads = [i for i in self.inputs if i.queue and self.ready(i)]
        if not heads: return False
        min(heads, key=lambda i: (min(i.peek()), not i.table, i.table_in is None, i.name, i.partition)).take()
        return True

    def commit(self):
        for op in self.ops.values(): op.on_commit()
        sent = False
        for name, out in self.reparts:
            for p, time, row in out.flush():
                self.run.inputs[(name, p)].queue.append((self.id, time, row))
                sent = True
        return sent


# ---------------------------------------------------------------- run

class Run:
    """All records are there before the first step, so an input without a head has ended."""
    def __init__(self, top, records):
        self.top, self.lost = top, []
        self.sinks = {n: [] for n, v in top.nodes.items() if v[3].get('sink')}
        self.tasks, self.inputs = [], {}              # inputs: (topic, partition) -> input
        groups = top.subtopologies()
        order = list(dict.fromkeys(groups[n] for n in top.nodes))
        parts = {}
        for n, (kind, _, _, a) in top.nodes.items():
            if 'parts' in a: assert parts.setdefault(groups[n], a['parts']) == a['parts'], 'not co-partitioned: ' + n
        for g in order:
            for p in range(parts[g]): self.tasks.append(self.build(g, p, groups, parts))
        for topic, partition, key, value, ts in records:
            self.inputs[(topic, partition)].queue.append((key, value, ts))
        self.finish()

    def build(self, g, p, groups, parts):
        t = Task(self, g, p)
        def put(name, op, blame=None):
            op.task, op.name = t, blame or name
            t.ops[name] = op
        for n, (kind, make, ins, a) in self.top.nodes.items():
            if kind == 'repartition' and groups[ins[0]] == g:
                out = RepartOut(n, a['parts'], a['key'], a['groups'], a['broadcast'])
                put(n + '.out', out, a['node'])
                t.reparts.append((n, out))
                self.connect(t.ops[ins[0]], out, 0)
            if groups[n] != g: continue
            if kind == 'source': op = SourceIn(n, p, a['table'], a['max_jump'], a['event_time'])
            elif kind == 'twin': op = TableIn(t.ops[ins[0]], a['needs'])
            elif kind == 'repartition': op = RepartIn(n, p, [(groups[ins[0]], q) for q in range(parts[groups[ins[0]]])])
            else: op = make(t.ops)
            put(n, op, getattr(op, 'blame', None))
            if kind == 'twin': continue
            if kind != 'op':
                t.inputs.append(op)
                self.inputs[(n, p)] = op
            else:
                for port, i in enumerate(ins): self.connect(t.ops[i], op, port)
        for op in t.ops.values():                     # as-of: who waits for whom
            for table, disorder in op.waits_for() if hasattr(op, 'waits_for') else []:
                for i in self.roots(t, op, {0}):      # one topic: own position decides
                    i.waits += [(w, disorder) for w in self.roots(t, table, None) if w is not i]
        return t

    def connect(self, src, dst, port):
        src.outs.append((dst, port))
        if dst.time_ports is None or port in dst.time_ports: dst.heard[(src, port)] = NEG

    def roots(self, t, op, ports):
        if op in t.inputs: return [op]
        if isinstance(op, TableIn): return [op.source]
        found = []
        for src in t.ops.values():
            for dst, port in src.outs:
                if dst is op and (ports is None or port in ports):
                    found += [r for r in self.roots(t, src, None) if r not in found]
        return found

    def finish(self):
        """to the end of the input, then time goes to infinity"""
        moved = True
        while moved:
            moved = False
            for t in self.tasks:
                while t.step(): moved = True
                moved = t.commit() or moved
                for i in t.inputs:
                    if isinstance(i, SourceIn) and not i.queue and i.out != INF and t.ready(i, INF):
                        i.end()
                        moved = True
        assert not any(i.queue for t in self.tasks for i in t.inputs), 'an input waits for ever'
