"""The operators of the model, one class each; see model.py. Expressions are Python callables."""
from model import Bad, Op, Row, NEG, key_bytes


# ---------------------------------------------------------------- stateless

class Map(Op):
    """where, select, key without a repartition: fn(row) -> list of rows; over a table fn sees the value and, for
    the retraction, the old value. reads: fn looks at the value."""
    def __init__(self, fn, table=False, reads=True):
        super().__init__()
        self.fn, self.table, self.reads = fn, table, reads

    def process(self, port, row):
        if self.table: return self.process_table(row)
        if self.reads and (row.value is None or self.is_bad(row)): return
        for r in self.fn(row): self.emit(r)

    def process_table(self, row):
        def one(v):
            r = self.fn(row.but(value=v)) if v is not None else None
            return r[0].value if r else None
        new, old = one(row.value), one(row.old)
        if new is not None or old is not None:        # a delete of what never passed is not sent
            self.emit(row.but(value=new, old=old))


def where(p): return Map(lambda r: [r] if p(r) else [])
def select(f): return Map(lambda r: [r.but(value=f(r))])


class Merge(Op):
    """from: [a, b]"""
    def process(self, port, row): self.emit(row)


class Changes(Op):
    """changes: true - a table as the stream of its new rows"""
    def process(self, port, row):
        if row.value is not None: self.emit(row.but(old=None))


class OrderHold(Op):
    """order: event_time - holds records until O > ts + grace, then provenance order; late when ts + grace < time.
    The disorder ends here: the time of its rows is their ts."""
    def __init__(self, grace):
        super().__init__()
        self.grace, self.held = grace, []

    def process(self, port, row):
        if self.is_late(row, lambda t: row.ts + self.grace < t): return self.late(row)
        self.held.append(row)

    def on_time(self, O):
        go = sorted((r for r in self.held if r.ts + self.grace < O), key=Row.order)
        self.held = [r for r in self.held if r.ts + self.grace >= O]
        for r in go:
            self.tell(r.ts)
            self.emit(r.but(time=r.ts))

    def passes(self, O): return O - self.grace


# ---------------------------------------------------------------- tables

class Table(Op):
    """A source table, or `latest: true` (behind a repartition the greatest provenance wins). Without history: the
    current row. With history: versions; the current row is the one with the greatest (valid_from, arrival)."""
    def __init__(self, history=None, disorder=0, by_provenance=False):
        super().__init__()
        self.history, self.disorder, self.by_prov = history, disorder, by_provenance
        self.cur, self.ver, self.n = {}, {}, 0        # ver: key -> [(valid_from, order), value]

    def process(self, port, row):
        if row.key is None: return self.dead(row, 'key.null')
        if self.is_bad(row): return                   # the old row stays
        self.n += 1
        if self.history is None: rank = row.order() if self.by_prov else (0, self.n)
        else:
            rank = (max(row.ts, row.time - self.disorder), row.order() if self.by_prov else self.n)
            self.ver.setdefault(row.key, []).append((rank, row.value))
            self.ver[row.key].sort(key=lambda v: v[0])
        have = self.cur.get(row.key)
        if have and have[0] > rank: return            # history only, not the current row
        old = have[1] if have else None
        self.cur[row.key] = (rank, row.value)
        if row.value is not None or old is not None: self.emit(row.but(old=old))

    def lookup(self, key, at):
        best = None
        for (valid_from, _), value in self.ver.get(key, []):
            if valid_from <= at: best = value
        return best


class StreamTableJoin(Op):
    """join: {table: T} - the current row, the one before this record. Port 1 = table. reads: the value of the record is
    read here; else by the join behind."""
    time_ports = (0,)

    def __init__(self, kind, join, reads=True):
        super().__init__()
        self.kind, self.join, self.reads, self.row = kind, join, reads, {}

    def process(self, port, row):
        if port == 1:
            self.row[row.key] = (row.value, row.prov, self.row.get(row.key, (None,))[0])
            return
        if row.value is None: return
        if row.key is None and self.kind == 'inner': return self.dead(row, 'key.null')
        value, prov, before = self.row.get(row.key, (None, (), None)) if row.key is not None else (None, (), None)
        self.result(row, before if prov == row.prov else value)    # made of this record itself: the row before it

    def result(self, row, t):
        if t is None and self.kind == 'inner': return
        if not self.reads and isinstance(row.value, Bad): return self.emit(row)
        if not self.is_bad(row): self.emit(row.but(value=self.join(row.value, t)))


class GlobalJoin(StreamTableJoin):
    """with a global table: the row of a computed key; the record keeps its own"""
    def __init__(self, kind, join, on):
        super().__init__(kind, join)
        self.on = on

    def process(self, port, row):
        if port == 1: return super().process(port, row)
        if row.value is None or self.is_bad(row): return
        key = self.on(row.value)
        if key is None and self.kind == 'inner': return self.dead(row, 'key.null')
        self.result(row, self.row.get(key, (None,))[0])


class AsOfJoin(StreamTableJoin):
    """join: {table: T, as_of: event_time}. table: the Table operator of the same task. The waiting is done by
    input choice (Task.ready). on: with a global table, value -> key; the record keeps its own."""
    def __init__(self, table, kind, join, reads=True, on=None):
        super().__init__(kind, join, reads)
        self.table, self.on = table, on

    def waits_for(self): return [(self.table, self.table.disorder)]

    def process(self, port, row):
        if port == 1 or row.value is None or self.on and self.is_bad(row): return
        key = self.on(row.value) if self.on else row.key
        if key is None and self.kind == 'inner': return self.dead(row, 'key.null')
        if key is None: return self.result(row, None)
        at = min(row.ts, row.time)
        if self.is_late(row, lambda t: at + self.table.history < t): return self.late(row)
        self.result(row, self.table.lookup(key, at))


class Judged(Op):
    """the rows of a global table on their way to every task: what is none is judged once"""
    def process(self, port, row):
        if row.key is None: self.dead(row, 'key.null')
        elif not self.is_bad(row): self.emit(row)


class TableTableJoin(Op):
    """Two tables by key. Rows: ts = max of both rows (of the update alone when the other side is absent), time of
    the row that caused it."""
    def __init__(self, kind, join):
        super().__init__()
        self.kind, self.join, self.side = kind, join, ({}, {})

    def result(self, l, r):
        none = self.kind == 'inner' and (l is None or r is None) or self.kind == 'left' and l is None or l is None and r is None
        return None if none else self.join(l, r)

    def process(self, port, row):
        mine, other = self.side[port], self.side[1 - port].get(row.key)
        v = other[0] if other else None
        new = self.result(row.value, v) if port == 0 else self.result(v, row.value)
        old = self.result(row.old, v) if port == 0 else self.result(v, row.old)
        if row.value is None: mine.pop(row.key, None)
        else: mine[row.key] = (row.value, row.ts)
        if new is not None or old is not None: self.emit(row.but(value=new, old=old, ts=max(row.ts, other[1]) if other else row.ts))


class FKJoin(Op):
    """Table-table join on a foreign key of the left side; all partitions in one task here."""
    def __init__(self, fk, kind, join):
        super().__init__()
        self.fk, self.kind, self.join, self.left, self.right = fk, kind, join, {}, {}

    def result(self, l):
        if l is None: return None
        k = self.fk(l)
        r = self.right.get(k) if k is not None else None
        return self.join(l, r) if r is not None or self.kind == 'left' else None

    def process(self, port, row):
        if port == 0:
            old = self.result(row.old)
            self.left[row.key] = row.value
            new = self.result(row.value)
            if new is not None or old is not None: self.emit(row.but(value=new, old=old))
            return
        hit = sorted((k for k, v in self.left.items() if v is not None and self.fk(v) == row.key), key=key_bytes)
        olds = [self.result(self.left[k]) for k in hit]
        self.right[row.key] = row.value
        for k, old in zip(hit, olds):
            new = self.result(self.left[k])
            if new is not None or old is not None: self.emit(row.but(key=k, value=new, old=old))


# ---------------------------------------------------------------- emission of tables

class Emitter(Op):
    """Rows of an aggregate: 'each', 'updates' (the last value per key at each commit), ('every', D), 'final' (by
    the subclass, when a window closes)."""
    def __init__(self, emit):
        super().__init__()
        self.mode, self.sent, self.pending, self.last, self.committed = emit, {}, {}, {}, NEG

    def change(self, key, value, ts, time, prov=()):
        """the row of this key is now value (None: gone)"""
        if self.mode == 'each': return self.send(key, value, ts, time, prov)
        self.pending[key] = (value, ts, time, prov)   # a dict keeps the order of first touch
        if self.mode != 'updates': self.flush_every()

    def send(self, key, value, ts, time, prov):
        old = self.sent.pop(key, None)
        if value is not None: self.sent[key] = value
        if value is not None or old is not None: self.emit(Row(key, value, ts, time, prov, old))

    def flush_every(self):
        D = self.mode[1]
        for k in [k for k in self.pending if k not in self.last or self.last[k] + D <= self.O]:
            self.last[k] = self.O
            self.send(k, *self.pending.pop(k))

    def on_time(self, O):
        if isinstance(self.mode, tuple): self.flush_every()
        self.close(O)

    def close(self, O): pass

    def on_commit(self):
        if self.mode != 'updates': return
        go, self.pending = self.pending, {}
        for k, p in go.items(): self.send(k, *p)
        self.committed = self.O
        self.tell(self.passes(self.O))

    def final(self, key, value, ts):
        """a row of a close: its time is its ts; time goes on row by row, before the row"""
        self.tell(ts)
        self.emit(Row(key, value, ts, ts, ((self.name, self.task.p, str(key), ()),)))

    def final_time(self, O): return O                 # what `emit: final` passes on

    def passes(self, O):
        if self.mode == 'final': return self.final_time(O)
        if self.mode == 'updates': return self.committed   # rows of a commit go before its time
        return O - self.mode[1] if isinstance(self.mode, tuple) else O


def fold_in(rows, order): return sorted(rows, key=Row.order) if order == 'provenance' else rows


class Ahead:
    """max_ahead: by the record's own numbers. start: of its last window"""
    def ahead(self, row, start):
        ref = row.time if row.time != NEG else row.kafka
        far = ref >= 0 and start > ref + self.reach
        if far: self.dead(row, 'time.ahead')
        return far


class GroupAgg(Emitter):
    """group_by + aggregate or reduce over a stream, no window. fold: rows -> value; order: of the
    rows in the fold, 'provenance' or, for reduce, 'arrival': its rows have the timestamp of the input (with `every`
    the largest in it, as all that wait have)."""
    def __init__(self, fold, emit, order='provenance'):
        super().__init__(emit)
        self.fold, self.order, self.rows = fold, order, {}

    def process(self, port, row):
        if self.unusable(row) or self.is_bad(row): return
        rows = self.rows.setdefault(row.key, [])
        rows.append(row)
        ts = row.ts if self.order == 'arrival' and self.mode in ('updates', 'each') else max(r.ts for r in rows)
        self.change(row.key, self.fold(fold_in(rows, self.order)), ts, row.time, row.prov)


class Regroup(Op):
    """group_by over a table, upstream half: the old row is taken from its group, then the new one is added; one
    row when the group stays. group(key, value) -> (group, value)."""
    def __init__(self, group):
        super().__init__()
        self.group = group

    def process(self, port, row):
        old = self.group(row.key, row.old) if row.old is not None else None
        new = self.group(row.key, row.value) if row.value is not None else None
        if old and new and old[0] == new[0]: return self.emit(row.but(key=new[0], value=new[1], old=old[1]))
        if old: self.emit(row.but(key=old[0], value=None, old=old[1]))
        if new: self.emit(row.but(key=new[0], value=new[1], old=None))


class TableAgg(Emitter):
    """group_by + aggregate over a table, downstream half: a bag of member rows; none left: no row"""
    def __init__(self, fold, emit='updates'):
        super().__init__(emit)
        self.fold, self.bag = fold, {}

    def process(self, port, row):
        bag, ts = self.bag.get(row.key, ([], NEG))
        ts = max(ts, row.ts)
        if row.old is not None: bag.remove(row.old)
        if row.value is not None: bag.append(row.value)
        self.bag[row.key] = (bag, ts)
        self.change(row.key, self.fold(bag) if bag else None, ts, row.time, row.prov)


# ---------------------------------------------------------------- windows

class WindowAgg(Ahead, Emitter):
    """tumbling (every = size) and hopping windows [start, start + size)"""
    def __init__(self, size, every, grace, fold, emit, order='provenance', max_ahead=10_000):
        super().__init__(emit)
        self.size, self.every, self.grace, self.fold, self.order = size, every, grace, fold, order
        self.reach = max_ahead * size
        self.win = {}                                 # (key, start) -> rows

    def starts(self, ts):
        first = max(0, ts - self.size + self.every) // self.every * self.every
        return range(first, ts + 1, self.every)

    def process(self, port, row):
        if self.unusable(row): return
        open_ = [s for s in self.starts(row.ts) if not self.is_late(row, lambda t: s + self.size + self.grace <= t)]
        if not open_: return self.late(row)
        if self.ahead(row, open_[-1]): return
        if self.is_bad(row): return
        for start in open_:
            rows = self.win.setdefault((row.key, start), [])
            rows.append(row)
            if self.mode != 'final':
                self.change((row.key, start), self.fold(fold_in(rows, self.order)), max(r.ts for r in rows), row.time)

    def close(self, O):
        gone = sorted((start + self.size, key_bytes(k), (k, start)) for k, start in self.win if start + self.size + self.grace <= O)
        for end, _, ks in gone:
            rows = self.win.pop(ks)
            if self.mode == 'final': self.final(ks, self.fold(fold_in(rows, self.order)), end - 1)

    def final_time(self, O): return O - self.grace


class SlidingAgg(Ahead, Emitter):
    """sliding windows, both ends inclusive: for each record time t of a key the window that ends at t (t < size:
    [0, size]) and, if it holds records, the one that starts at t + 1. A record counts in every such window unless
    end + grace < its time, whatever came first."""
    def __init__(self, size, grace, fold, emit, order='provenance', max_ahead=10_000):
        super().__init__(emit)
        self.size, self.grace, self.fold, self.order = size, grace, fold, order
        self.reach = max_ahead * size
        self.rows, self.done = {}, NEG                # key -> rows; closed up to done

    def open(self, end, t): return end + self.grace >= t

    def windows(self, key):
        d, out, rows = self.size, {}, self.rows.get(key, [])
        starts = set()
        for r in rows:
            left = max(0, r.ts - d)
            if self.open(left + d, r.time): starts.add(left)
            starts.add(r.ts + 1)
        for s in starts:
            inside = [r for r in rows if s <= r.ts <= s + d and self.open(s + d, r.time)]
            if inside: out[s] = inside
        return out

    def process(self, port, row):
        if self.unusable(row): return
        d = self.size
        if self.is_late(row, lambda t: not self.open(row.ts + d, t)): return self.late(row)  # the last window with this ts
        if self.ahead(row, row.ts) or self.is_bad(row): return
        was = {s: len(w) for s, w in self.windows(row.key).items()}
        self.rows.setdefault(row.key, []).append(row)
        if self.mode == 'final': return
        for s, w in sorted(self.windows(row.key).items()):
            if was.get(s) != len(w) and self.open(s + d, self.O):
                self.change((row.key, s), self.fold(fold_in(w, self.order)), max(r.ts for r in w), row.time)

    def close(self, O):
        d, gone = self.size, []
        for k in self.rows:
            for s, w in self.windows(k).items():
                if not self.open(s + d, O) and self.open(s + d, self.done): gone.append((s + d, key_bytes(k), k, s, w))
            self.rows[k] = [r for r in self.rows[k] if self.open(r.ts + d + 1 + d, O)]
        self.done = O
        for end, _, k, s, w in sorted(gone, key=lambda g: g[:2]):
            if self.mode == 'final': self.final((k, s), self.fold(fold_in(w, self.order)), end)

    def final_time(self, O): return O - self.grace


class SessionAgg(Ahead, Emitter):
    """sessions: records of a key at most gap apart, both ends inclusive. Key of a row: (key, start)."""
    def __init__(self, gap, grace, fold, emit, order='provenance', max_ahead=10_000):
        super().__init__(emit)
        self.gap, self.grace, self.fold, self.order = gap, grace, fold, order
        self.reach = max_ahead * gap
        self.ses, self.n = {}, 0                      # key -> [[(arrival, row), ...], ...]

    def value(self, s): return self.fold(fold_in([r for _, r in s], self.order))

    def process(self, port, row):
        if self.unusable(row): return
        if self.is_late(row, lambda t: row.ts + self.grace < t): return self.late(row)
        if self.ahead(row, row.ts) or self.is_bad(row): return
        g, all_ = self.gap, self.ses.setdefault(row.key, [])
        first = lambda s: min(r.ts for _, r in s)
        last = lambda s: max(r.ts for _, r in s)
        near = [s for s in all_ if first(s) - g <= row.ts <= last(s) + g]
        self.n += 1
        rows = sorted([x for s in near for x in s] + [(self.n, row)], key=lambda x: x[0])
        self.ses[row.key] = [s for s in all_ if not any(s is n for n in near)] + [rows]
        if self.mode == 'final': return
        for s in sorted(near, key=first):
            if first(s) != first(rows): self.change((row.key, first(s)), None, last(s), row.time)   # that row is no more
        self.change((row.key, first(rows)), self.value(rows), last(rows), row.time)

    def close(self, O):
        gone = []
        for k, all_ in self.ses.items():
            ends = [(max(r.ts for _, r in s), s) for s in all_]
            gone += [(e, key_bytes(k), min(r.ts for _, r in s), k, s) for e, s in ends if e + self.gap + self.grace < O]
            self.ses[k] = [s for e, s in ends if e + self.gap + self.grace >= O]
        for last, _, start, k, s in sorted(gone, key=lambda g: g[:3]):
            if self.mode == 'final': self.final((k, start), self.value(s), last)

    def final_time(self, O): return O - self.gap - self.grace


# ---------------------------------------------------------------- stream-stream join

class StreamStreamJoin(Op):
    """join: {stream: S, within: {before, after}, grace, kind}. Port 0 left, 1 right:
    left.ts - before <= right.ts <= left.ts + after. W = before + after + grace: a record is kept, and its null
    result held back, until ts + W < O."""
    def __init__(self, before, after, grace, kind, join):
        super().__init__()
        self.before, self.after, self.grace, self.kind = before, after, grace, kind
        self.join, self.W = join, before + after + grace
        self.kept = ([], [])                          # per side: [row, matched]

    def outer(self, port): return self.kind == 'outer' or self.kind == 'left' and port == 0

    def null(self, port, row):
        v = self.join(row.value, None) if port == 0 else self.join(None, row.value)
        self.emit(row.but(value=v, kafka=-1))         # own ts, own time; no longer the record that was read

    def process(self, port, row):
        if row.value is None: return
        if row.key is None and not self.outer(port): return self.dead(row, 'key.null')
        if row.key is None: return None if self.is_bad(row) else self.null(port, row)    # passes: no match
        reach = self.after if port == 0 else self.before
        if self.is_late(row, lambda t: row.ts + reach + self.grace < t): return self.late(row)
        if self.is_bad(row): return
        mine = [row, False]
        for other in self.kept[1 - port]:
            l, r = (row, other[0]) if port == 0 else (other[0], row)
            if l.key != r.key or not l.ts - self.before <= r.ts <= l.ts + self.after: continue
            other[1] = mine[1] = True
            self.emit(Row(row.key, self.join(l.value, r.value), max(l.ts, r.ts), max(l.time, r.time), l.prov + r.prov))
        self.kept[port].append(mine)

    def on_time(self, O):
        gone = []
        for port in (0, 1):
            gone += [(k[0].ts, 1 - port, key_bytes(k[0].key), i, port, k) for i, k in enumerate(self.kept[port]) if k[0].ts + self.W < O]
            self.kept[port][:] = [k for k in self.kept[port] if k[0].ts + self.W >= O]
        for *_, port, (row, matched) in sorted(gone, key=lambda g: g[:4]):
            if not matched and self.outer(port): self.null(port, row)

    def passes(self, O): return O if self.kind == 'inner' else O - self.W


# ---------------------------------------------------------------- dedupe, absence

class Dedupe(Op):
    """dedupe: {by, within}: within one key the first of equal ids passes. A passed id at t hides records with
    |ts - t| <= within whose time is not past t + within."""
    def __init__(self, by, within):
        super().__init__()
        self.by, self.within, self.seen = by, within, {}

    def process(self, port, row):
        if self.unusable(row) or self.is_bad(row): return
        seen = self.seen.setdefault((row.key, self.by(row.value)), [])
        if any(abs(row.ts - t) <= self.within and t + self.within >= row.time for t in seen): return
        seen.append(row.ts)
        self.emit(row)


class Absence(Op):
    """absence: {after: A, without: B, within, by, restart, grace}: fires when O has passed A.ts + within + grace
    and no B with A.ts <= B.ts <= A.ts + within came by then. An A is late when ts + within + grace < its time; a B
    counts for an A when its own time is not past that A's deadline."""
    def __init__(self, after, without, within, grace, by, restart):
        super().__init__()
        self.A, self.B, self.within, self.grace = after, without, within, grace
        self.by, self.restart, self.timers, self.bs = by, restart, {}, {}

    def deadline(self, a): return a.ts + self.within + self.grace

    def silences(self, b, a):
        return a.ts <= b.ts <= a.ts + self.within and b is not a and self.deadline(a) >= b.time

    def process(self, port, row):
        if self.unusable(row) or self.is_bad(row): return
        k = (row.key, self.by(row.value))
        if self.B(row.value):
            self.timers[k] = [a for a in self.timers.get(k, []) if not self.silences(row, a)]
            self.bs.setdefault(k, []).append(row)
        if self.A(row.value):
            if self.is_late(row, lambda t: self.deadline(row) < t): return self.late(row)
            if any(self.silences(b, row) for b in self.bs.get(k, [])): return
            if self.restart == 'first' and self.timers.get(k): return
            self.timers.setdefault(k, []).append(row)

    def on_time(self, O):
        gone = []
        for k in self.timers:
            gone += [(a.ts, key_bytes(a.key), a.prov, a) for a in self.timers[k] if self.deadline(a) < O]
            self.timers[k] = [a for a in self.timers[k] if self.deadline(a) >= O]
        for *_, a in sorted(gone, key=lambda g: g[:3]):
            self.emit(a.but(ts=a.ts + self.within, time=a.ts + self.within))

    def passes(self, O): return O - self.within - self.grace
