#!/usr/bin/env python3
"""CPU-seconds per million clicks, drain rate and peak memory of H2, H3 and H4 on workload CxP, next to a raw
transactional librdkafka loop on the same input, in one session of measuring.

  bench/run.py --build DIR [--brokers HOST:PORT] [--clicks 2000000] [--users 1000000] [--repeat 3] [--only h4]

The broker must not be used by others. Without --brokers one is started (tools/kafka) and ended. Rows are
min / median / max over the repeats; `x raw` pairs each run with the raw loop of the same repeat (H4: two hops).
H2 and H4 also read the profiles: `same input` is a loop that copies these as well.
CPU is user + system of the whole process, from its start to the sample at which every input was drained.
"""
import argparse, os, re, statistics, subprocess, sys, tempfile, time, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TICK = os.sysconf('SC_CLK_TCK')


def cpu(pid):
    with open('/proc/%d/stat' % pid) as f: words = f.read().rsplit(')', 1)[1].split()
    return (int(words[11]) + int(words[12])) / TICK


def peak_mb(pid):
    with open('/proc/%d/status' % pid) as f: return int(re.search(r'VmHWM:\s+(\d+)', f.read()).group(1)) / 1024


class Bench:
    def __init__(self, a, brokers, tmp):
        self.a, self.brokers, self.tmp, self.n = a, brokers, tmp, 0

    def tool(self, *words):
        r = subprocess.run([*words], capture_output=True, text=True)
        if r.returncode: sys.exit('%s: %s' % (' '.join(words), r.stderr))
        return r.stdout

    def ktool(self, *words): return self.tool(os.path.join(self.a.build, 'tests', 'kafka', 'ktool'), self.brokers, *words)

    def prefill(self):
        big = 'segment.ms=9000000000000'
        self.ktool('create', 'clicks', '4', 'retention.ms=-1', big)
        self.ktool('create', 'profiles', '4', 'retention.ms=-1', 'cleanup.policy=compact', 'min.cleanable.dirty.ratio=1.0', big)
        text = self.tool(os.path.join(self.a.build, 'bench', 'fill'), self.brokers, 'clicks', 'profiles', '4',
                         'n=%d' % self.a.clicks, 'users=%d' % self.a.users)
        self.profiles = int(re.search(r'(\d+) profile rows', text).group(1))
        print(text, end='', flush=True)

    def raw(self, source):
        self.n += 1
        out = 'raw%d' % self.n
        self.ktool('create', out, '4', 'retention.ms=-1')
        text = self.tool(os.path.join(self.a.build, 'bench', 'rawloop'), self.brokers, 'txn', source, 'g' + out, out, str(os.getpid()), 'warm=1')
        f = dict(re.findall(r'(\w+)=([\d.]+)', text))
        return out, float(f['cpu_s_per_M']), float(f['kps']), float(f['hwm_MB'])

    def millrace(self, name):
        self.n += 1
        app, out = '%s-%d' % (name, self.n), '%s-out%d' % (name, self.n)
        self.ktool('create', out, '4', 'retention.ms=-1', 'message.timestamp.after.max.ms=9223372036854775807')
        log = os.path.join(self.tmp, app + '.log')
        argv = [os.path.join(self.a.build, 'processor', 'serve', 'millrace'), 'run', os.path.join(self.a.build, 'bench', name + '.yaml'), '--brokers', self.brokers,
                '--app', app, '--state-dir', os.path.join(self.tmp, app), '--http', '127.0.0.1:0', '--workers', str(self.a.workers), '--memory', '4GiB', '--log-form', 'json']
        start = time.monotonic()
        with open(log, 'w') as f: p = subprocess.Popen(argv, stdout=f, stderr=f, env={**os.environ, 'OUT': out})
        try:
            taken = 0
            while True:
                time.sleep(0.1)
                if p.poll() is not None: sys.exit('%s ended: %s' % (name, open(log).read()[-2000:]))
                m = re.search(r'127\.0\.0\.1:(\d+)', open(log).read())
                if not m: continue
                used, wall = cpu(p.pid), time.monotonic() - start
                try: text = urllib.request.urlopen('http://127.0.0.1:%s/metrics' % m.group(1), timeout=5).read().decode()
                except OSError: continue
                taken = sum(float(x) for x in re.findall(r'^millrace_records_in_total\{topic="clicks".*?\} (\S+)', text, re.M))
                lag = [float(x) for x in re.findall(r'^millrace_input_lag\{.*?\} (\S+)', text, re.M)]
                if taken >= self.a.clicks and lag and sum(lag) == 0: break
            result = used / taken * 1e6, taken / wall / 1e3, peak_mb(p.pid)
            p.terminate()
            p.wait(40)
            return result
        finally:
            if p.poll() is None: p.kill()


def show(name, rows, ratios, alone):
    three = lambda v, f: ' / '.join(f % x for x in (min(v), statistics.median(v), max(v)))
    print('| %s | %d | %s | %s | %s | %s | %s |' % (name, len(rows), three([r[0] for r in rows], '%.2f'), three([r[1] for r in rows], '%.0f'),
          three([r[2] for r in rows], '%.0f'), three(ratios, '%.2f') if ratios else '-', three(alone, '%.2f') if alone else '-'), flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--build', required=True)
    p.add_argument('--brokers')
    p.add_argument('--clicks', type=int, default=2_000_000)
    p.add_argument('--users', type=int, default=1_000_000)
    p.add_argument('--repeat', type=int, default=3)
    p.add_argument('--workers', type=int, default=1)
    p.add_argument('--only', default='h2,h3,h4')
    a = p.parse_args()
    a.build = os.path.abspath(a.build)
    with tempfile.TemporaryDirectory(prefix='millrace-bench-') as tmp:
        kafka = [os.path.join(ROOT, 'tools', 'kafka')]
        brokers = a.brokers
        if not brokers: brokers = subprocess.run(kafka + ['up', '--dir', tmp + '/kafka'], capture_output=True, text=True, check=True).stdout.strip().split('\n')[-1]
        try:
            b = Bench(a, brokers, tmp)
            b.prefill()
            raw1, raw2, sides, rows = [], [], [], {n: [] for n in a.only.split(',')}
            for _ in range(a.repeat):
                out, *one = b.raw('clicks')
                _, *two = b.raw(out)
                _, *side = b.raw('profiles')
                raw1.append(one)
                raw2.append([one[0] + two[0], two[1], two[2]])
                sides.append(side[0] * b.profiles / a.clicks)
                for n in rows: rows[n].append(b.millrace(n))
            print('| pipeline | runs | CPU-s/M clicks (min / median / max) | k clicks/s | peak MB | x raw, same input | x raw, clicks alone |\n|---|---|---|---|---|---|---|')
            show('raw loop, clicks, one hop', raw1, None, None)
            show('raw loop, clicks, two hops', raw2, None, None)
            show('raw loop, profiles, one hop, per M clicks', [[s, 0, 0] for s in sides], None, None)
            for n, r in rows.items():
                raw = raw2 if n == 'h4' else raw1
                load = [0] * len(r) if n == 'h3' else sides
                show(n.upper(), r, [x[0] / (y[0] + s) for x, y, s in zip(r, raw, load)], [x[0] / y[0] for x, y in zip(r, raw)])
        finally:
            if not a.brokers: subprocess.run(kafka + ['down', '--dir', tmp + '/kafka'], capture_output=True)


main()
