"""The rules by which the output of millrace may differ from that of Kafka Streams, and nothing else may.

Each topology has a check: (case, ks, count) -> Expected. It turns what Kafka Streams wrote into what millrace
must write; every place where the two may differ is a rule computed from the input, and count(rule) says how
often it was used. Numbers and letters are explained in README.md. No check sees what millrace wrote.

Rows are (key, value, ts), value a dict or None; of windows the key is (key, start), the value has "end".
"""
import collections, json

from cases import DAY

NEVER = float('-inf')
THE_END = 5000                                         # longer than all windows, shorter than the longest retention
Row = collections.namedtuple('Row', 'key value ts')
# blocks: lists of rows in order; inside a block of `loose` any order. late, dead: "v" of records (dead: also keys of deletes).
Expected = collections.namedtuple('Expected', 'blocks loose late dead')


class Wrong(Exception):
    """Kafka Streams did what no rule explains."""


def times(steps):
    """The time of each step's record: the largest timestamp of its own topic so far."""
    top, out = {}, []
    for topic, _, _, ts in steps:
        top[topic] = max(ts, top.get(topic, NEVER))
        out.append(top[topic])
    return out


def by_step(rows, n):
    out = [[] for _ in range(n + 1)]                   # the last: what the end of input brings
    for step, key, value, ts in rows: out[min(step, n)].append(Row(key, value, ts))
    return out


def name(step):
    return step[2]['v'] if step[2] is not None else None


def expected(blocks, loose=False, late=(), dead=()):
    return Expected([b for b in blocks if b], loose, list(late), list(dead))


# ---------------------------------------------------------------- what Kafka Streams is given

def as_is(case):
    return [(i,) + s for i, s in enumerate(case['steps'])]


def time_moves(case, needed=lambda s: s[1] is not None and s[2] is not None):
    """Time moves with every record whose event time is known, also with one that has no key or no value, which
    Kafka Streams' operators drop before they look at its time (a null value may even count): it gets a
    record of a key of its own in its place. Its rows are left out everywhere."""
    return [(i,) + (s if needed(s) else (s[0], '~', {'v': '~', 'n': 0, 'f': '~'}, s[3])) for i, s in enumerate(case['steps'])]


def the_end(case, given):
    """Time goes to infinity: a record of a key of its own, far on (not so far that sessions are lost, (2))."""
    last = max([s[3] for s in case['steps']]) + THE_END
    topics = sorted(set(s[0] for s in case['steps']))
    return given + [(len(case['steps']), t, '~', {'v': '~', 'n': 0, 'f': '~'}, last + i) for i, t in enumerate(topics)]


def ours(rows):
    """without the rows of the key that only carries time"""
    return [r for r in rows if r[1] != '~' and not (isinstance(r[1], tuple) and r[1][0] == '~')]


def enrich_given(case):
    """Time moves with every record, also with one that finds no row in the table."""
    out = [(0, 'right', '~', {'v': '~', 'n': 0}, DAY)]
    for i, s in enumerate(case['steps']):
        if s[0] == 'left': out.append((i, 'left', '~', {'v': '~', 'n': 0}, s[3]))
        out.append((i,) + s)
    return out


# ---------------------------------------------------------------- shared rules

def null_keys(case, count, topics, need_value=True):
    """A null key where a key is needed is a dead letter; Kafka Streams drops and counts it. No row differs."""
    dead = [name(s) for s in case['steps'] if s[0] in topics and s[1] is None and (s[2] is not None or not need_value)]
    for _ in dead: count('null key: a dead letter, dropped by Kafka Streams')
    return dead


def sent_deletes(blocks, count):
    """A delete of a row that was never sent is not sent."""
    there, out = set(), []
    for b in blocks:
        out.append([])
        for r in b:
            if r.value is None and r.key not in there:
                count('delete of a row that was never sent: not sent')
                continue
            (there.discard if r.value is None else there.add)(r.key)
            out[-1].append(r)
    return out


def final(rows, count, ts):
    """(7) final rows come in the order of (end, bytes of the output row's key), with the timestamp of their window's end."""
    out = []
    for r in sorted(rows, key=lambda r: (r.value['end'], key_bytes(r.key))):
        if r.ts != ts(r.value['end']): count("(7) a final row's timestamp is the window's end")
        out.append(Row(r.key, r.value, ts(r.value['end'])))
    if [r.key for r in out] != [r.key for r in rows]: count('(7) order of final rows: by (end, key)')
    return [out]


def key_bytes(key):
    return json.dumps({'k': key[0], 'window_start': key[1]}, separators=(',', ':')).encode()


# ---------------------------------------------------------------- joins with tables

def stream_table(case, ks, count):
    kind = 'inner' if case['topology'].endswith('inner') else 'left'
    dead = null_keys(case, count, ['right'], False) + (null_keys(case, count, ['left']) if kind == 'inner' else [])
    return expected(by_step(ks['out'], len(case['steps'])), dead=dead)


def as_of(case, ks, count):
    """K: a row out of order by more than `disorder` takes effect at time - disorder, where Kafka Streams refuses
    it; a lookup beyond Kafka Streams' history finds the row all the same; a lookup more than `history` behind
    its own record's time is late. Where one of these can matter, the row is looked up in the list of all."""
    kind = 'left' if case['topology'].endswith('left') else 'inner'
    keep, own = case['conf']['history'], times(case['steps'])
    blocks, late, versions, refused, store = [], [], {}, set(), NEVER
    n = len(case['steps'])
    theirs = by_step(ks['out'], n)
    for i, (topic, key, value, ts) in enumerate(case['steps']):
        rows = theirs[i]
        if topic == 'right':
            if key is None: continue
            store = max(store, ts)
            if ts < store - keep: refused.add(key)
            versions.setdefault(key, []).append((max(ts, own[i] - keep), len(versions), i, value))
            versions[key].sort(key=lambda v: (v[0], v[2]))
        elif value is not None and key is not None:
            if ts + keep < own[i]:
                count('K: a lookup more than `history` back is late')
                late.append(value['v'])
                rows = []
            elif key in refused or ts < store - keep:
                row = None
                for at, _, _, v in versions.get(key, []):
                    if at <= ts: row = v
                want = {'l': value['v']}
                if row is not None: want['r'] = row['v']
                want = [Row(key, want, ts)] if row is not None or kind == 'left' else []
                if want != rows: count("K: a row beyond Kafka Streams' history is found")
                rows = want
        blocks.append(rows)
    dead = null_keys(case, count, ['right'], False) + (null_keys(case, count, ['left']) if kind == 'inner' else [])
    return expected(blocks, late=late, dead=dead)


def no_change(case, blocks, count):
    """A delete of a row that is not there changes nothing and sends nothing; Kafka Streams sends the results anew."""
    there, last, out = set(), {}, []
    for i, b in enumerate(blocks):
        topic, key, value, _ = case['steps'][i] if i < len(case['steps']) else (None,) * 4
        nothing = key is not None and value is None and (topic, key) not in there
        if nothing and b:
            if any(last.get(r.key) != r.value for r in b): raise Wrong('step %d: a delete of nothing makes a row' % i)
            count('delete of a row that is not there: no results anew', len(b))
        out.append([] if nothing else b)
        for r in b: last[r.key] = r.value
        if key is not None: (there.discard if value is None else there.add)((topic, key))
    return out


def foreign_key(case, ks, count):
    """The delete of a row whose left one has a foreign key no longer has that row's timestamp; Kafka Streams asks the old
    right row and takes the larger of both."""
    rows = []
    for step, key, value, ts in ks['out']:
        topic, _, left, at = case['steps'][step]
        if topic == 'left' and value is None and left is not None and 'f' not in left and ts != at:
            count("E: a delete for a foreign key that has gone has the left row's timestamp")
            ts = at
        rows.append((step, key, value, ts))
    return table_table(case, dict(ks, out=rows), count)


def table_table(case, ks, count):
    blocks = no_change(case, by_step(ks['out'], len(case['steps'])), count)
    return expected(sent_deletes(blocks, count), dead=null_keys(case, count, ['left', 'right', 'third'], False))


# ---------------------------------------------------------------- joins of streams

def moves_store(case, step):
    """Whether the time of Kafka Streams' store of a join moves: in memory by null values, too."""
    return step[1] is not None and (step[2] is not None or case['engine'] == 'mem')


def stream_stream(case, ks, count):
    """A, B, (3), (4): see the head of each part."""
    steps, c, own = case['steps'], case['conf'], times(case['steps'])
    kind = case['topology'].split('_')[2]
    before, after, width = c['before'], c['after'], c['before'] + c['after'] + c['grace']
    outer = {'left': kind in ('left', 'outer'), 'right': kind == 'outer'}
    theirs = by_step(ours(ks['out']), len(steps))
    at = {name(s): i for i, s in enumerate(steps) if s[2] is not None}
    # B: late is judged by the record's own time: a late one is not joined and makes no null result.
    reach = {'left': after, 'right': before}
    late = [i for i, s in enumerate(steps) if s[1] is not None and s[2] is not None and s[3] + reach[s[0]] + c['grace'] < own[i]]
    dull = set(late)
    pairs, nulls, lone = [[] for _ in theirs], set(), [[] for _ in theirs]
    partners = collections.defaultdict(set)            # in Kafka Streams' output
    for i, rows in enumerate(theirs):
        for r in rows:
            l, right = (at.get(r.value.get(x)) for x in 'lr')
            if l is not None and right is not None:
                partners[l].add(right)
                partners[right].add(l)
                if l in dull or right in dull: count('B: a late record is not joined')
                else: pairs[i].append((l, right, r))
            elif r.key is None: lone[i].append(r)
            else: nulls.add(l if l is not None else right)
    # (3) no record in time is lost: Kafka Streams forgets a record by the time of its store, whatever the other side has reached.
    top, fits = {'left': NEVER, 'right': NEVER}, set()
    for i, s in enumerate(steps):
        if moves_store(case, s): top[s[0]] = max(top[s[0]], s[3])
        if s[1] is None or s[2] is None or i in dull: continue
        other = 'right' if s[0] == 'left' else 'left'
        for j in range(i):
            o = steps[j]
            if o[0] != other or o[1] != s[1] or o[2] is None or j in dull: continue
            l, r = (i, j) if s[0] == 'left' else (j, i)
            if not steps[l][3] - before <= steps[r][3] <= steps[l][3] + after: continue
            fits.add((l, r))
            if (l, r) in [p[:2] for p in pairs[i]]: continue
            if o[3] > top[other] - width: raise Wrong('step %d: no match with step %d' % (i, j))
            count("(3) a match that Kafka Streams' store has forgotten")
            pairs[i].append((l, r, Row(s[1], {'l': name(steps[l]), 'r': name(steps[r])}, max(o[3], s[3]))))
            pairs[i].sort(key=lambda p: (steps[p[0] if s[0] == 'right' else p[1]][3], p[0] + p[1]))
    if not all(p[:2] in fits for b in pairs for p in b): raise Wrong('a match outside of the window')
    # A, (4): a null result appears when ts + before + after + grace < O, and never goes with a match.
    matched = set(x for f in fits for x in f)
    due = [i for i, s in enumerate(steps) if s[1] is not None and s[2] is not None and outer[s[0]] and i not in dull and i not in matched]
    for i in nulls - set(due):
        if i in dull: count('B: a late record makes no null result')
        elif i in matched: count('(4) no null result beside a match')
        else: raise Wrong('a null result of step %d' % i)
    for i in set(due) - nulls:
        if not partners[i] & dull: raise Wrong('no null result of step %d' % i)
        count('B: a null result, for the only partners are late')
    blocks, reached, order = [], {'left': NEVER, 'right': NEVER}, lambda i: (steps[i][3], steps[i][0] == 'left', steps[i][1], i)
    for i in range(len(steps) + 1):
        if i < len(steps): reached[steps[i][0]] = own[i]
        O = min(reached.values()) if i < len(steps) else float('inf')
        out = sorted((d for d in due if d < i and steps[d][3] + width < O), key=order)
        due = [d for d in due if d not in out]
        if out: count('A: null results when operator time has passed ts + before + after + grace', len(out))
        blocks.append([Row(steps[d][1], {steps[d][0][0]: name(steps[d])}, steps[d][3]) for d in out] + lone[i] + [p[2] for p in pairs[i]])
    dead = [] if kind == 'outer' else null_keys(case, count, ['right'] if kind == 'left' else ['left', 'right'])
    return expected(blocks, late=[name(steps[i]) for i in late], dead=dead)


def self_join(case, ks, count):
    """The record is a left and a right one: first as left with the right ones before it, then as right with the left ones
    and itself. B, (3) as above; it is judged once for each side."""
    steps, c, own = case['steps'], case['conf'], times(case['steps'])
    width = c['before'] + c['after'] + c['grace']
    good = [i for i, s in enumerate(steps) if s[1] is not None and s[2] is not None]
    left = [i for i in good if steps[i][3] + c['after'] + c['grace'] < own[i]]
    right = [i for i in good if steps[i][3] + c['before'] + c['grace'] < own[i]]
    at, top, blocks = {name(steps[i]): i for i in good}, NEVER, []
    for i, rows in enumerate(by_step(ours(ks['out']), len(steps))):
        got, want = [], []
        for r in rows:
            pair = at[r.value['l']], at[r.value['r']]
            if pair[0] in left or pair[1] in right: count('B: a late record is not joined')
            else: got.append(pair)
        if i < len(steps) and moves_store(case, steps[i]): top = max(top, steps[i][3])
        if i in good:
            others = sorted((j for j in good if j < i and steps[j][1] == steps[i][1]), key=lambda j: (steps[j][3], j))
            pairs = [(i, j) for j in others] + [(j, i) for j in sorted(others + [i], key=lambda j: (steps[j][3], j))]
            want = [(l, r) for l, r in pairs if steps[l][3] - c['before'] <= steps[r][3] <= steps[l][3] + c['after'] and l not in left and r not in right]
        forgotten = [p for p in want if p not in got]
        for p in forgotten:
            if steps[min(p)][3] > top - width: raise Wrong('step %d: no match %s' % (i, p))
            count("(3) a match that Kafka Streams' store has forgotten")
        if got != [p for p in want if p not in forgotten]: raise Wrong('step %d: matches %s, wanted %s' % (i, got, want))
        blocks.append([Row(steps[i][1], {'l': name(steps[l]), 'r': name(steps[r])}, max(steps[l][3], steps[r][3])) for l, r in want])
    late = [name(steps[i]) for i in left + right]
    return expected(blocks, late=late, dead=null_keys(case, count, ['left']) * 2)


# ---------------------------------------------------------------- windows

def windows_of(ts, c):
    every = c.get('every', c['size'])
    first = max(0, ts - c['size'] + every) // every * every
    return range(first, ts + 1, every)


def late_in_all(case, c):
    own = times(case['steps'])
    return [name(s) for i, s in enumerate(case['steps']) if s[1] is not None and s[2] is not None and
            all(w + c['size'] + c['grace'] <= own[i] for w in windows_of(s[3], c))]


def hopping_each(case, ks, count):
    return expected(by_step(ours(ks['out']), len(case['steps'])), late=late_in_all(case, case['conf']), dead=null_keys(case, count, ['left']))


def rekey(case, ks, count):
    c = dict(case['conf'])
    own = times(case['steps'])
    late = [name(s) for i, s in enumerate(case['steps']) if s[2] is not None and all(w + c['size'] + c['grace'] <= own[i] for w in windows_of(s[3], c))]
    return expected(by_step(ours(ks['out']), len(case['steps'])), late=late)


def last_rows(rows):
    out = {}
    for step, key, value, ts in rows: out[key] = Row(key, value, ts)
    return out


def hopping_final(case, ks, count):
    """Final is the last update; suppress gives the same rows, on close gives them unless a jump of time loses them."""
    want = last_rows(ours(ks['out']))
    check_suppress(ours(ks['suppress']), want)
    closed = last_rows(ours(ks['close']))
    c = case['conf']
    lost_by_jump(case, ks, want, closed, count, lambda w: w[1] + c['size'] + c['grace'], lambda at, time: at <= time)
    return expected(final(list(last_rows(ours(ks['suppress'])).values()), count, lambda end: end - 1),
                    late=late_in_all(case, c), dead=null_keys(case, count, ['left']))


def check_suppress(rows, want):
    if len(rows) != len(want) or last_rows(rows) != want: raise Wrong('suppress does not give the last updates, each once')


def lost_by_jump(case, ks, want, closed, count, close_at, passed):
    """(2) nothing that closes is lost: Kafka Streams' on-close loses windows that start before its store's time - retention."""
    for key, row in closed.items():
        if want.get(key) != row: raise Wrong('on close gives %s, the last update is %s' % (row, want.get(key)))
    top, jumps = NEVER, []
    for s in ks['given']:
        top = max(top, s[4])
        jumps.append(top)
    for key in want.keys() - closed.keys():
        at = next(t for t in jumps if passed(close_at(key), t))
        if key[1] > at - case['conf']['keep']: raise Wrong('on close does not give %s' % (want[key],))
        count('(2) a window closed by a jump of time is not lost')


def enrich(case, ks, count):
    rows = ours(ks['out'])
    late, table, own = [], {}, times(case['steps'])
    for i, (topic, key, value, ts) in enumerate(case['steps']):
        if topic == 'right' and key is not None: table[key] = value
        if topic == 'left' and value is not None and key is not None and table.get(key) is not None and \
                all(w + case['conf']['size'] + case['conf']['grace'] <= own[i] for w in windows_of(ts, case['conf'])):
            late.append(value['v'])
    return expected(final([Row(*r[1:]) for r in rows], count, lambda end: end - 1), late=late, dead=null_keys(case, count, ['right'], False) + null_keys(case, count, ['left']))


class Fold:
    def __init__(self, ns):
        self.value = {'count': len(ns), 'sum': sum(ns), 'min': min(ns), 'max': max(ns)}


def sliding_windows(rows, c):
    """rows of one key, (ts, n, time): start -> the rows in it, by the definition alone."""
    d, g, out, starts = c['size'], c['grace'], {}, set()
    for ts, _, time in rows:
        if ts + g >= time: starts.add(ts - d)
        starts.add(ts + 1)
    for s in starts:
        inside = [r for r in rows if s <= r[0] <= s + d and s + d + g >= r[2]]
        if inside: out[s] = inside
    return out


def around(half, d):
    """Whether a window holds a record that Kafka Streams has forgotten, or starts less than a length behind one: no window
    starts right behind that record there, so what holds it may be copied into one that does not."""
    return lambda k: any(k[1] - d <= t <= k[1] + d for t in half.get(k[0], []))


def sliding_blocks(case, ks, count):
    """G: one row per change, where Kafka Streams may show a window twice. A record counts in every window that is not late
    for it, also when its own left window has closed: Kafka Streams forgets such a record. The windows around it
    are computed from the definition, all others are Kafka Streams'."""
    steps, c, own = case['steps'], case['conf'], times(case['steps'])
    d, g = c['size'], c['grace']
    theirs, rows, late, blocks, half = by_step(ours(ks['out']), len(steps)), {}, [], [], {}
    for i, (_, key, value, ts) in enumerate(steps):
        if key is None or value is None:
            blocks.append([])
            continue
        if ts + d + g < own[i]:
            late.append(value['v'])
            blocks.append([])
            continue
        if ts + g < own[i]:
            count('G: a record whose own window has closed')
            half.setdefault(key, []).append(ts)
        touched = around(half, d)
        mine = rows.setdefault(key, [])
        was = {s: len(w) for s, w in sliding_windows(mine, c).items()}
        mine.append((ts, value['n'], own[i]))
        block = []
        for r in theirs[i]:
            if touched(r.key): continue
            if r in block: count('G: a window shown twice')
            else: block.append(r)
        for s, w in sliding_windows(mine, c).items():
            if touched((key, s)) and was.get(s) != len(w) and s + d + g >= own[i]:
                row = Row((key, s), dict(Fold([r[1] for r in w]).value, end=s + d), max(r[0] for r in w))
                if row not in theirs[i]: count('G: a window around a record that Kafka Streams has forgotten')
                block.append(row)
        blocks.append(block)
    return blocks, late, half


def sliding_each(case, ks, count):
    blocks, late, _ = sliding_blocks(case, ks, count)
    return expected(blocks, True, late, null_keys(case, count, ['left']))


def sliding_final(case, ks, count):
    blocks, late, half = sliding_blocks(case, ks, count)
    want = {r.key: r for b in blocks for r in b}
    d, g = case['conf']['size'], case['conf']['grace']
    touched = around(half, d)
    closed = last_rows(ours(ks['close']))
    lost_by_jump(case, ks, {k: r for k, r in want.items() if not touched(k)}, {k: r for k, r in closed.items() if not touched(k)},
                 count, lambda w: w[1] + d + g, lambda at, time: at < time)
    return expected(final(list(want.values()), count, lambda end: end), late=late, dead=null_keys(case, count, ['left']))


def session_late(case, grace):
    own = times(case['steps'])
    return [i for i, s in enumerate(case['steps']) if s[1] is not None and s[2] is not None and s[3] + grace < own[i]]


def session_given(case, grace):
    """I: a session record is late by its own two numbers; Kafka Streams judges the session after merging. What is late
    is not given to Kafka Streams."""
    late = set(session_late(case, grace))
    return [s for s in time_moves(case) if s[0] not in late]


def session_each(case, ks, count):
    """H: the key of a row is (group, start): growth at the end is an update, no delete and a new row."""
    blocks = []
    for rows in by_step(ours(ks['out']), len(case['steps'])):
        new = set(r.key for r in rows if r.value is not None)
        blocks.append([])
        for r in rows:
            if r.value is None and r.key in new: count('H: a session that grows at its end is an update')
            else: blocks[-1].append(r)
    late = session_late(case, case['conf']['gap'] + case['conf']['grace'])
    for _ in late: count('I: a session record is late by its own numbers')
    return expected(blocks, late=[name(case['steps'][i]) for i in late], dead=null_keys(case, count, ['left']))


def session_final(case, ks, count):
    late = session_late(case, case['conf']['grace'])
    for _ in late: count('I: a session record is late by its own numbers')
    return expected(final([Row(*r[1:]) for r in ours(ks['out'])], count, lambda end: end), late=[name(case['steps'][i]) for i in late],
                    dead=null_keys(case, count, ['left']))


# ---------------------------------------------------------------- the rest

def stateless(case, ks, count):
    return expected(by_step(ks['out'], len(case['steps'])))


def table_filter(case, ks, count):
    return expected(sent_deletes(by_step(ks['out'], len(case['steps'])), count), dead=null_keys(case, count, ['left'], False))


def aggregate(case, ks, count):
    return expected(by_step(ks['out'], len(case['steps'])), dead=null_keys(case, count, ['left']))


def reduce(case, ks, count):
    """A row of `reduce` has the timestamp of its last record, Kafka Streams' the largest."""
    blocks = by_step(ks['out'], len(case['steps']))
    for i, b in enumerate(blocks[:-1]):
        for r in b:
            if r.ts != case['steps'][i][3]: count('a row of reduce has the timestamp of its last record')
        blocks[i] = [r._replace(ts=case['steps'][i][3]) for r in b]
    return expected(blocks, dead=null_keys(case, count, ['left']))


def regroup(case, ks, count):
    """(8) a group that has lost its last member has no row, and starts anew when a member comes back. Kafka Streams' rows
    hold the list of members."""
    blocks, top = [], {}
    for i, rows in enumerate(by_step(ks['out'], len(case['steps']))):
        blocks.append([])
        for r in rows:
            ts = case['steps'][i][3]
            if r.value: top[r.key] = max(ts, top.get(r.key, NEVER))
            else: ts = max(ts, top.pop(r.key, NEVER))
            if not r.value: count('(8) a group without members has no row')
            elif top[r.key] != r.ts: count('(8) a group that starts anew has a timestamp of its own')
            blocks[-1].append(Row(r.key, {'count': len(r.value), 'sum': sum(r.value)}, top[r.key]) if r.value else Row(r.key, None, ts))
    return expected(blocks, dead=null_keys(case, count, ['left'], False))
