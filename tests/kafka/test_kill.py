#!/usr/bin/env python3
"""kill -9: 2 processes x 2 workers on 4 partitions with 200 MB of state, killed 20 times at random
moments while records flow; read_committed output equals the oracle as ordered sequences per key, no
state was wiped, most restarts replay little (EOS-1..5, EOS-9)."""
import collections, json

import oracle, shop
from harness import run

ENRICHED = '  enriched_out: {from: enriched, topic: shop.enriched, value: json}\n'
FLAGS = ('--workers', 2, '--flush-interval', '500ms', '--memory', '2GiB', '--static-member')


def slices(records, n):
    size = -(-max(map(len, records.values())) // n)
    return [{p: rs[i * size:(i + 1) * size] for p, rs in records.items()} for i in range(n)]


def body(h):
    kills = max(2, int(20 * h.args.scale))
    users, events = int(470_000 * min(1, h.args.scale)), int(300_000 * h.args.scale)
    clicks, profiles = shop.generated_input(h.rng, users, events, pad=300)
    expected = oracle.SegmentClicks(oracle.HOUR, 600_000).run(clicks, profiles)
    shop.create_topics(h, ('clicks_by_segment_5m', 'clicks_late', 'enriched'))
    app = 'kill' + h.run_id
    extra = ENRICHED.replace('shop.', 'shop%s.' % h.run_id)
    topology = shop.topology(h, 'kill', extra=extra)
    h.load(shop.topic(h, 'profiles'), [x for p, rs in profiles.items() for x in shop.lines(rs, p)])
    procs = [h.start(topology, app, h.path('state%d' % i), *FLAGS) for i in range(2)]
    restarts, wipes = [], 0

    def note(p):
        """What a process has to say before it dies."""
        nonlocal wipes
        m = p.metrics()
        wipes += sum(m.get('millrace_state_wipes_total', {}).values())
        done, total = (sum(m.get(n, {}).values()) for n in ('millrace_restore_records_total', 'millrace_restore_span_total'))
        if total: restarts.append(done / total)

    def total_state():
        return sum(p.metric('millrace_state_memory_bytes') for p in procs)

    # Restarted processes keep most of it on disk only, so it is weighed before the first kill.
    h.wait('200 MB of state', lambda: total_state() >= 200e6 * min(1, h.args.scale))
    state_seen = total_state()
    parts = slices(clicks, kills)
    for k, part in enumerate(parts):
        before = h.count(shop.topic(h, 'enriched'))[0]
        h.load(shop.topic(h, 'clicks'), [x for p, rs in part.items() for x in shop.lines(rs, p)])
        victim = h.rng.randrange(2)
        h.wait('rows of this life', lambda: all(p.ready() for p in procs) and h.count(shop.topic(h, 'enriched'))[0] > before)
        state_seen = max(state_seen, total_state())
        pause = h.rng.random() * 2.5
        h.wait('a random moment', lambda t=[pause]: t.__setitem__(0, t[0] - 0.1) or t[0] <= 0, every=0.1)
        state_seen = max(state_seen, total_state())
        note(procs[victim])
        procs[victim].kill()
        procs[victim] = h.start(topology, app, h.path('state%d' % victim), *FLAGS)
    rows = sum(map(len, expected.enriched.values()))
    shop.wait_for_rows(h, {shop.topic(h, 'enriched'): rows, shop.topic(h, 'clicks_by_segment_5m'): len(expected.closed),
                           shop.topic(h, 'clicks_late'): len(expected.late)}, 300)
    state_seen = max(state_seen, total_state())
    for p in procs: note(p)
    h.equal('both end cleanly', [p.stop() for p in procs], [0, 0])
    got = collections.defaultdict(list)
    for m in h.dump(shop.topic(h, 'enriched')): got[m.key].append(json.loads(m.value))
    h.equal('rows per user, in order', dict(got), dict(expected.enriched))
    final, twice = shop.final_rows(h)
    h.equal('no final row twice', twice, [])
    h.equal('final rows', final, shop.wanted_final(expected))
    h.equal('late records', shop.late_rows(h), shop.wanted_late(expected))
    few = sum(r < 0.2 for r in restarts)
    print('%d kills; state %.0f MB; share of the changelog replayed per life: %s' % (
        kills, state_seen / 1e6, ' '.join('%.2f' % r for r in restarts)))
    h.check('at least 200 MB of state', state_seen >= 200e6 * min(1, h.args.scale), state_seen)
    h.equal('no wipe', wipes, 0)
    h.check('at least half of the restarts replayed less than 20 %', few * 2 >= len(restarts), restarts)


run(__doc__, body)
