"""What segment_clicks must write, computed the slow way from language.md section 5 alone.

No batches, no state, no operators: each click is looked up in the list of all versions of its
profile, each window is a list. Independent of millrace's code and of its test model.

  expected = SegmentClicks(window, grace, ...).run(clicks, profiles)

clicks, profiles: {partition: [Record, ...]} in offset order.
"""
import collections, json

HOUR = 3_600_000
DAY = 24 * HOUR
MAX_JUMP, MAX_AHEAD = HOUR, 10_000

Record = collections.namedtuple('Record', 'key value ts headers offset', defaults=((), 0))  # bytes or None


class SourceTime:
    """Source time of one input partition (language.md 5, "Source time" and "Ahead")."""

    def __init__(self, own_clock):
        self.own_clock, self.time, self.ahead = own_clock, None, []

    def take(self, ts, kafka_ts, key):
        reference = self.time if self.time is not None else kafka_ts if kafka_ts >= 0 else ts
        if ts <= reference + MAX_JUMP:
            self.ahead = []
            self.time = ts if self.time is None else max(self.time, ts)
        elif self.own_clock and kafka_ts >= 0 and abs(ts - kafka_ts) <= MAX_JUMP:
            self.ahead, self.time = [], ts
        elif self.own_clock and kafka_ts >= 0 and ts > kafka_ts + MAX_JUMP:
            pass
        else:
            self.ahead.append((ts, key))
            while len({k for _, k in self.ahead}) >= 2 or len(self.ahead) >= 10:
                self.ahead.sort(key=lambda r: r[0])
                self.time = self.ahead[0][0]
                while self.ahead and self.ahead[0][0] <= self.time + MAX_JUMP:
                    self.time = self.ahead.pop(0)[0]
        return self.time


def rfc3339(ms):
    import datetime
    t = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms)
    return t.strftime('%Y-%m-%dT%H:%M:%S.') + '%03dZ' % (ms % 1000)


def parse_time(text):
    import datetime
    t = datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))
    return round((t - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) / datetime.timedelta(milliseconds=1))


def dump(value):
    return json.dumps(value, separators=(',', ':'), ensure_ascii=False).encode()


class Bad(Exception):
    def __init__(self, node, reason):
        self.node, self.reason = node, reason


def read_click(value):
    """-> (row, event time). Raises Bad for what cannot be read."""
    try:
        row = json.loads(value)
    except ValueError:
        raise Bad('clicks', 'decode.syntax')
    if not isinstance(row, dict):
        raise Bad('clicks', 'decode.type')
    if row.get('ts') is None:
        raise Bad('clicks', 'time.missing')
    if not isinstance(row['ts'], str):
        raise Bad('clicks', 'decode.type')
    try:
        ts = parse_time(row['ts'])
    except ValueError:
        raise Bad('clicks', 'decode.type')
    if ts < 0:
        raise Bad('clicks', 'time.negative')
    return row, ts


class Expected:
    def __init__(self):
        self.enriched = collections.defaultdict(list)  # user key -> rows in order
        self.final = {}                                # (segment, window start) -> row
        self.closed = set()                            # those whose window closes before the end
        self.late = []                                 # (segment key, row, ts, clicks partition, offset)
        self.dead = []                                 # (node, reason, partition, offset, form)
        self.join_late = 0
        self.times = {}                                # clicks partition -> source time at the end


class SegmentClicks:
    def __init__(self, window, grace, history=30 * DAY, kind='left', frame_max=1 << 20):
        self.window, self.grace, self.history = window, grace, history
        self.kind, self.frame_max = kind, frame_max

    def versions(self, profiles):
        """{(partition, key): [(valid from, offset order, row or None)]} of all table rows."""
        out = collections.defaultdict(list)
        for p, records in profiles.items():
            clock = SourceTime(own_clock=False)
            for i, r in enumerate(records):
                time = clock.take(r.ts, r.ts, r.key)
                row = json.loads(r.value) if r.value is not None else None
                out[p, r.key].append((max(r.ts, r.ts if time is None else time), i, row))
        for v in out.values():
            v.sort(key=lambda x: x[:2])
        return out

    def lookup(self, versions, at):
        found = None
        for valid_from, _, row in versions:
            if valid_from > at:
                break
            found = row
        return found

    def run(self, clicks, profiles):
        out, versions, windows = Expected(), self.versions(profiles), {}
        for p, records in clicks.items():
            clock = SourceTime(own_clock=True)
            for i, r in enumerate(records):
                try:
                    self.one(out, versions, windows, clock, p, i, r)
                except Bad as bad:
                    out.dead.append((bad.node, bad.reason, p, i, 'record'))
            out.times[p] = clock.time
        known = [t for t in out.times.values()]
        least = None if None in known else min(known)
        for (segment, start), rows in windows.items():
            out.final[segment, start] = {
                'segment': segment, 'clicks': len(rows), 'cents': sum(rows), 'biggest': max(rows),
                'window_start': rfc3339(start), 'window_end': rfc3339(start + self.window)}
            if least is not None and start + self.window + self.grace <= least:
                out.closed.add((segment, start))
        return out

    def one(self, out, versions, windows, clock, p, i, r):
        if r.value is None:
            if r.ts >= 0: clock.take(r.ts, r.ts, r.key)
            return                                     # no value: filtered where one is needed
        row, ts = read_click(r.value)
        time = clock.take(ts, r.ts, r.key)
        if r.key is None and self.kind == 'inner':
            raise Bad('enriched', 'key.null')
        profile = None                                 # while time is none, nothing is valid yet
        if time is not None and r.key is not None:
            at = min(ts, time)
            if at + self.history < time:
                out.join_late += 1
                return
            profile = self.lookup(versions.get((p, r.key), ()), at)
        if not (profile and profile['consent']):
            return
        segment, cents = profile['segment'], row.get('price_cents')
        if cents is None: cents = 0
        if isinstance(cents, bool) or not isinstance(cents, (int, float)):
            raise Bad('enriched', 'decode.type')
        if cents != int(cents) or not -2**63 <= cents < 2**63:
            raise Bad('enriched', 'num.range')
        if not isinstance(row.get('user_id'), str):
            raise Bad('enriched', 'decode.type')
        enriched = {'user_id': row['user_id'], 'segment': segment, 'cents': int(cents)}
        if len(row['user_id']) > self.frame_max:
            out.dead.append(('per_segment', 'size', p, i, 'row'))  # no topic on the way takes it
            return
        out.enriched[r.key].append(enriched)
        start = ts // self.window * self.window
        reference = time if time is not None else r.ts if r.ts >= 0 else None
        if reference is not None and start > reference + MAX_AHEAD * self.window:
            out.dead.append(('per_segment', 'time.ahead', p, i, 'row'))
        elif time is not None and start + self.window + self.grace <= time:
            out.late.append((segment, enriched, ts, p, i))
        else:
            windows.setdefault((segment, start), []).append(int(cents))
