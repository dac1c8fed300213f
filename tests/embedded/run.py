#!/usr/bin/env python3
"""The main job on the embedded broker against the oracle: files in, files out, with several workers, batch
sizes and partitions; per key the same final rows and late records in every run.

  tests/embedded/run.py --build DIR [--seed N] [--events N]
"""
import argparse, json, os, random, re, subprocess, sys, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, 'tests', 'kafka'))
import oracle, shop

RUNS = [('1 worker', ['--workers', '1']), ('2 workers', ['--workers', '2']), ('4 workers, batches of 2', ['--workers', '4', '--batch', '2']),
        ('batches of 1', ['--batch', '1']), ('commits every millisecond', ['--commit-interval', '1ms'])]


def feed(path, records):
    with open(path, 'wb') as f:
        for p, rs in records.items():
            for r in rs:
                f.write(b'{"key":%s,"value":%s,"ts":%d,"partition":%d}\n' % (
                    b'null' if r.key is None else json.dumps(r.key.decode()).encode(), b'null' if r.value is None else r.value, r.ts, p))


def read(path):
    with open(path) as f: return [json.loads(line) for line in f]


def without_a_broker(millrace, tmp):
    """What can be known without a broker is said before one is asked (nobody listens at port 1)."""
    def write(name, text):
        with open(tmp + '/' + name, 'w') as f: f.write(text)
    copy = 'topology: copy\nsources: {a: {topic: a, value: string}}\nsinks: {b: {from: a}}\n'
    write('copy.yaml', copy)
    write('copy_test.yaml', 'tests:\n- {name: one, steps: [{a: {value: x}}], expect: {b: [{value: x}]}}\n')
    write('slip.yaml', copy)
    write('slip_test.yaml', 'tests:\n- {name: one, steps: [{aa: {value: x}}], expect: {bb: []}}\n')
    write('alone_test.yaml', 'tests: []\n')
    write('load_test.yaml', copy)
    write('bad.yaml', copy.replace('from: a', 'from: c'))
    write('bad_test.yaml', 'tests: []\n')
    write('run.yaml', 'brokers: ${BROKERS:?where}\nhttp: ${HTTP}\nstate_dir: %s/none\nkafka: {client.id: "${NAME:-x}"}\n' % tmp)
    run = ['run', 't.yaml', '--config', 'run.yaml']
    passed = 0
    cases = [
        ('a bad --http address comes before the brokers', 78, 'http: `nowhere`', {},
         ['run', 't.yaml', '--brokers', '127.0.0.1:1', '--http', 'nowhere', '--state-dir', tmp + '/none']),
        ('run.yaml takes variables', 78, 'http: `nowhere`', {'BROKERS': '127.0.0.1:1', 'HTTP': 'nowhere'}, run),
        ('run.yaml misses a variable', 78, 'run.yaml:2:7: error[E-ENV]: the variable `HTTP` is not set', {'BROKERS': '127.0.0.1:1'}, run),
        ('run.yaml misses a variable with a text', 78, 'error[E-ENV]: `BROKERS` is not set: where', {'HTTP': 'none'}, run),
        ('check of a file of tests', 0, 'copy_test.yaml: ok, tests of copy.yaml: 1', {}, ['check', 'copy_test.yaml']),
        ('check of a file of tests with slips', 78, 'no sink is named `bb`', {}, ['check', 'slip_test.yaml']),
        ('check of a file of tests whose topology is wrong', 78, 'bad_test.yaml: has tests of bad.yaml, which has to be right first', {},
         ['check', 'bad_test.yaml']),
        ('check of a file of tests without a topology', 78, 'alone_test.yaml: has tests of alone.yaml, which has to be right first', {},
         ['check', 'alone_test.yaml']),
        ('check of a topology that is called so', 0, 'load_test.yaml: ok', {}, ['check', 'load_test.yaml']),
        ('test of a file of tests', 0, '1 passed, 0 failed', {}, ['test', 'copy_test.yaml']),
        ('plan of a file of tests', 78, 'copy_test.yaml: has tests of copy.yaml; give that one', {}, ['plan', 'copy_test.yaml']),
    ]
    for name, code, text, env, argv in cases:
        r = subprocess.run([os.path.abspath(millrace), *argv], capture_output=True, text=True, timeout=120, cwd=tmp, env={**os.environ, **env})
        ok = r.returncode == code and text in r.stdout + r.stderr and '127.0.0.1:1' not in r.stderr
        passed += ok
        print('%s %s%s' % (('ok', name, '') if ok else ('FAILED', name, '\n%d %s%s' % (r.returncode, r.stdout[-1000:], r.stderr[-1000:]))))
    return passed, len(cases) - passed


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--build', required=True)
    a.add_argument('--seed', type=int, default=random.SystemRandom().randrange(2**32))
    a.add_argument('--events', type=int, default=20_000)
    a = a.parse_args()
    print('seed %d' % a.seed)
    clicks, profiles = shop.generated_input(random.Random(a.seed), users=500, events=a.events, step_ms=3000)
    expected = oracle.SegmentClicks(oracle.HOUR, 600_000).run(clicks, profiles)
    expected.closed = set(expected.final)              # time goes to infinity: everything closes
    final = {k: json.loads(v[1]) for k, v in shop.wanted_final(expected).items()}
    late = sorted((s, json.dumps(row), ts, p, i) for s, row, ts, p, i in expected.late)
    passed = failed = 0
    with tempfile.TemporaryDirectory() as tmp:
        feed(tmp + '/clicks.jsonl', clicks)
        feed(tmp + '/profiles.jsonl', profiles)
        with open(os.path.join(ROOT, 'topologies', 'segment_clicks.yaml')) as f: text = f.read()
        with open(tmp + '/t.yaml', 'w') as f: f.write(text.replace('tumbling: 5m', 'tumbling: 1h').replace('grace: 30s', 'grace: 10m'))
        for i, (name, flags) in enumerate(RUNS):
            out = '%s/out%d' % (tmp, i)
            r = subprocess.run([os.path.join(a.build, 'processor', 'serve', 'millrace'), 'run', tmp + '/t.yaml', '--embedded', '--feed', 'clicks=%s/clicks.jsonl' % tmp,
                                '--feed', 'profiles=%s/profiles.jsonl' % tmp, '--out', out, '--state-dir', '%s/state%d' % (tmp, i), '--http', 'none', *flags],
                               capture_output=True, text=True, timeout=300)
            problems = []
            if r.returncode: problems.append('exit code %d: %s' % (r.returncode, r.stderr[-1000:]))
            else:
                rows = read(out + '/clicks_by_segment_5m.jsonl')
                got = {(x['value']['segment'], oracle.parse_time(x['value']['window_start'])): x['value'] for x in rows}
                if len(rows) != len(got) or got != final: problems.append('final rows: %d got (%d different keys), %d wanted' % (len(rows), len(got), len(final)))
                head = lambda x, h: x['headers'][h] if isinstance(x['headers'], dict) else dict(x['headers'])[h]
                rows = sorted((x['key'], json.dumps(x['value']), x['ts'], int(head(x, 'mr.partition')), int(head(x, 'mr.offset'))) for x in read(out + '/late.jsonl'))
                if rows != late: problems.append('late records: %d got, %d wanted' % (len(rows), len(late)))
                if read(out + '/dlq.jsonl'): problems.append('dead letters')
            passed += not problems
            failed += bool(problems)
            print('%s %s%s' % ('FAILED' if problems else 'ok', name, ''.join('\n  ' + x for x in problems)))
        p, f = without_a_broker(os.path.join(a.build, 'processor', 'serve', 'millrace'), tmp)
        passed, failed = passed + p, failed + f
    print('%d final rows, %d late' % (len(final), len(late)))
    print('%d passed, %d failed' % (passed, failed))
    return failed > 0


sys.exit(main())
