"""Real brokers, real processes: what the scripts of this folder share.

Each script is a program: `python3 tests/kafka/test_x.py --build DIR [--brokers HOST:PORT] [--seed N]`.
It ends with `N passed, N failed` and exit code 0 or 1. Processes that it started are ended by pid.
"""
import argparse, base64, collections, json, os, random, re, shutil, signal, subprocess, sys, tempfile, time, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def b64(x):
    return '-' if x is None else base64.b64encode(x).decode() or '='


def unb64(x):
    return None if x == '-' else b'' if x == '=' else base64.b64decode(x)


def murmur2(data):
    """Kafka's placement (Utils.murmur2), for feeds that must lie where Java clients put them."""
    m, h = 0x5bd1e995, (0x9747b28c ^ len(data)) & 0xffffffff
    n = len(data) & ~3
    for i in range(0, n, 4):
        k = int.from_bytes(data[i:i + 4], 'little') * m & 0xffffffff
        k = (k ^ k >> 24) * m & 0xffffffff
        h = (h * m & 0xffffffff) ^ k
    rest = data[n:]
    if rest:
        for i in reversed(range(len(rest))): h ^= rest[i] << 8 * i
        h = h * m & 0xffffffff
    h = (h ^ h >> 13) * m & 0xffffffff
    return h ^ h >> 15


def partition_of(key, n):
    return (murmur2(key) & 0x7fffffff) % n


Message = collections.namedtuple('Message', 'partition offset ts key value headers')


class Failure(Exception):
    pass


class Harness:
    def __init__(self, doc):
        p = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
        p.add_argument('--build', required=True, help='build directory with millrace and ktool')
        p.add_argument('--brokers', help='a running broker; default: tools/kafka up in a directory of its own')
        p.add_argument('--seed', type=int, default=None)
        p.add_argument('--scale', type=float, default=1.0, help='size of campaigns; 1 = as in tools/test')
        p.add_argument('--keep', action='store_true', help='keep the working directory')
        self.args = p.parse_args()
        self.seed = self.args.seed if self.args.seed is not None else random.SystemRandom().randrange(2**32)
        self.rng = random.Random(self.seed)
        self.dir = tempfile.mkdtemp(prefix='millrace-test-')
        self.started, self.passed, self.failed, self.own_broker = [], 0, 0, None
        print('seed %d' % self.seed, flush=True)
        self.brokers = self.args.brokers or self.broker_up()
        self.run_id = '%08x' % random.SystemRandom().randrange(2**32)  # topics of repeated runs do not meet

    # -- the broker
    def kafka(self, *words):
        r = subprocess.run([os.path.join(ROOT, 'tools', 'kafka'), *words, '--dir', os.path.join(self.dir, 'kafka')],
                           capture_output=True, text=True)
        if r.returncode: raise Failure('tools/kafka %s: %s' % (' '.join(words), r.stderr))
        return r.stdout.strip().split('\n')[-1]

    def broker_up(self):
        self.own_broker = True
        return self.kafka('up')

    def ktool(self, *words, stdin=None):
        r = subprocess.run([os.path.join(self.args.build, 'tests', 'kafka', 'ktool'), self.brokers, *words],
                           input=stdin, capture_output=True)
        if r.returncode: raise Failure('ktool %s: %s' % (' '.join(words), r.stderr.decode()))
        return r.stdout

    def create(self, topic, partitions=4, **config):
        self.ktool('create', topic, str(partitions), *['%s=%s' % (k.replace('_', '.'), v) for k, v in config.items()])

    def load(self, topic, records):
        """records: (partition, ts, key, value[, headers])"""
        lines = []
        for r in records:
            fields = [str(r[0]), str(r[1]), b64(r[2]), b64(r[3])]
            fields += ['%s=%s' % (n, b64(v)) for n, v in (r[4] if len(r) > 4 else ())]
            lines.append('\t'.join(fields))
        if lines: self.ktool('load', topic, stdin=('\n'.join(lines) + '\n').encode())

    def dump(self, topic):
        out = []
        for line in self.ktool('dump', topic).decode().split('\n'):
            if not line: continue
            f = line.split('\t')
            headers = [(h.split('=', 1)[0], unb64(h.split('=', 1)[1])) for h in f[5:]]
            out.append(Message(int(f[0]), int(f[1]), int(f[2]), unb64(f[3]), unb64(f[4]), headers))
        return out

    def count(self, *topics):
        return [int(x) for x in self.ktool('count', *topics).split()]

    def offsets(self, group, topic, partitions):
        return [line.split('\t') for line in self.ktool('offsets', group, topic, str(partitions)).decode().splitlines()]

    # -- millrace
    def start(self, topology, app, state, *flags, log=None):
        return Process(self, topology, app, state, flags, log)

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        with open(self.path(name), 'w') as f: f.write(text)
        return self.path(name)

    # -- verdicts
    def check(self, name, ok, detail=''):
        if ok: self.passed += 1
        else: self.failed += 1
        print('%s %s%s' % ('ok' if ok else 'FAILED', name, '' if ok or not detail else ': ' + str(detail)[:2000]), flush=True)
        return ok

    def equal(self, name, got, want):
        if got == want: return self.check(name, True)
        return self.check(name, False, differ(got, want))

    def wait(self, what, condition, seconds=120, every=0.2):
        """Polls; what: for the message. Progress is what condition returns (truthy = done)."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for p in self.started: p.must_live()
            if condition(): return True
            time.sleep(every)
        raise Failure('waited %d s for %s' % (seconds, what))

    def finish(self):
        for p in self.started: p.kill()
        if self.own_broker:
            try: self.kafka('down')
            except Failure as e: print(e)
        if self.failed or self.args.keep: print('kept: %s' % self.dir)
        else: shutil.rmtree(self.dir, ignore_errors=True)
        print('%d passed, %d failed' % (self.passed, self.failed), flush=True)
        sys.exit(1 if self.failed else 0)


def differ(got, want):
    """The first few differences of two dicts, lists or sets."""
    if isinstance(got, dict) and isinstance(want, dict):
        keys = [k for k in sorted(set(got) | set(want), key=repr) if got.get(k) != want.get(k)]
        return '%d keys differ (%d got, %d wanted), first: %s' % (len(keys), len(got), len(want), '; '.join(
            '%r: got %r, want %r' % (k, got.get(k), want.get(k)) for k in keys[:3]))
    if isinstance(got, (set, frozenset)):
        return 'only got %r, only wanted %r' % (sorted(got - want, key=repr)[:3], sorted(want - got, key=repr)[:3])
    for i, (g, w) in enumerate(zip(got, want)):
        if g != w: return 'at %d: got %r, want %r (%d got, %d wanted)' % (i, g, w, len(got), len(want))
    return '%d got, %d wanted; rest: %r' % (len(got), len(want), (got[len(want):] or want[len(got):])[:3])


class Process:
    """One millrace process."""
    n = 0

    def __init__(self, h, topology, app, state, flags, log):
        Process.n += 1
        self.h, self.log = h, log or h.path('millrace-%d.log' % Process.n)
        self.dead_on_purpose = False
        self.out = open(self.log, 'ab')
        argv = [os.path.join(h.args.build, 'processor', 'serve', 'millrace'), 'run', topology, '--brokers', h.brokers,
                '--app', app, '--state-dir', state, '--http', '127.0.0.1:0', '--log-form', 'json', *map(str, flags)]
        self.p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=self.out, stderr=self.out)
        self.port = None
        h.started.append(self)

    def text(self):
        with open(self.log, errors='replace') as f: return f.read()

    def must_live(self):
        if not self.dead_on_purpose and self.p.poll() is not None:
            raise Failure('millrace ended with %s: %s' % (self.p.returncode, self.text()[-1500:]))

    def kill(self):
        """kill -9"""
        self.dead_on_purpose = True
        if self.p.poll() is None:
            self.p.kill()
            self.p.wait()
        self.out.close()
        if self in self.h.started: self.h.started.remove(self)

    def stop(self):
        """SIGTERM -> exit code"""
        self.dead_on_purpose = True
        self.p.terminate()
        code = self.p.wait(40)
        self.kill()
        return code

    def address(self):
        if not self.port:
            m = re.findall(r'http[^\n]*?127\.0\.0\.1:(\d+)', self.text())
            if m: self.port = int(m[-1])
        return self.port

    def get(self, path):
        port = self.address()
        if not port: return None
        try:
            with urllib.request.urlopen('http://127.0.0.1:%d%s' % (port, path), timeout=2) as r: return r.read().decode()
        except urllib.error.HTTPError as e:
            return e.read().decode()
        except OSError:
            return None

    def ready(self):
        port = self.address()
        if not port: return False
        try:
            with urllib.request.urlopen('http://127.0.0.1:%d/ready' % port, timeout=2) as r: return r.status == 200
        except OSError:
            return False

    def metrics(self):
        """{name: {labels: value}}"""
        out = collections.defaultdict(dict)
        for line in (self.get('/metrics') or '').split('\n'):
            m = re.match(r'(\w+)(?:\{(.*)\})? (\S+)$', line)
            if m: out[m.group(1)][m.group(2) or ''] = float(m.group(3))
        return out

    def metric(self, name, *containing):
        return sum(v for k, v in self.metrics().get(name, {}).items() if all(c in k for c in containing))


def run(doc, body):
    h = Harness(doc)
    try:
        body(h)
    except Failure as e:
        h.check('runs to its end', False, str(e))
    except KeyboardInterrupt:
        h.check('runs to its end', False, 'interrupted')
    finally:
        for p in list(h.started): p.kill()
    h.finish()
