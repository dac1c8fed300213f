#!/usr/bin/env python3
"""Writes avro_vectors.h: schemas, what fastavro (PyPI, 1.13.1) encodes with them, and what the reader must
show. By hand, not in the test command:
    python3 tests/unit/gen_avro.py > tests/unit/avro_vectors.h && clang-format -i tests/unit/avro_vectors.h
The text of values is made here from Python's values; nothing of it comes from millrace."""
import datetime, io, json, random
import fastavro

UTC = datetime.timezone.utc
rnd = random.Random(20261121)
names = iter('T%d' % i for i in range(10 ** 6))


def show(schema, v, top=False):
    """How mr_value_print writes a value; None: absent."""
    if isinstance(schema, list):
        if v is None: return None
        return show([b for b in schema if b != 'null'][0], v)
    kind = schema['type'] if isinstance(schema, dict) else schema
    if kind == 'boolean': return 'true' if v else 'false'
    if isinstance(v, datetime.datetime):
        text = v.strftime('%Y-%m-%dT%H:%M:%S')
        if v.microsecond: text += ('.%06d' % v.microsecond).rstrip('0')
        return 'timestamp("%sZ")' % text
    if isinstance(v, datetime.date): return 'timestamp("%sT00:00:00Z")' % v.isoformat()
    if kind in ('int', 'long'): return str(v)
    if kind in ('float', 'double'): return repr(float(v))
    if kind in ('string', 'enum'): return '"%s"' % v
    if kind in ('bytes', 'fixed'): return 'b"%s"' % v.decode()
    if kind == 'array': return '[%s]' % ', '.join(show(schema['items'], x) for x in v)
    if kind == 'map':
        shown = [(k, show(schema['values'], x)) for k, x in v.items()]
        return '{%s}' % ', '.join('"%s": %s' % p for p in shown if p[1] is not None)
    shown = [(f['name'], show(f['type'], v[f['name']])) for f in schema['fields']]
    if top: return ' | '.join(s or 'absent' for _, s in shown)
    return '{%s}' % ', '.join('%s: %s' % p for p in shown if p[1] is not None)


def text(n):
    return ''.join(rnd.choice('abcäß€😀 _-') for _ in range(rnd.randrange(n)))


def make(depth):
    """A random schema and a function that makes values of it."""
    kinds = ['boolean', 'int', 'long', 'float', 'double', 'string', 'bytes', 'fixed', 'enum', 'ms', 'us', 'date']
    kind = rnd.choice(kinds + (['array', 'map', 'record', 'record'] if depth < 3 else []))
    if kind == 'boolean': return kind, lambda: rnd.random() < 0.5
    if kind == 'int': return kind, lambda: rnd.choice([0, 1, -1, 63, 64, -64, -65, 2 ** 31 - 1, -2 ** 31])
    if kind == 'long': return kind, lambda: rnd.choice([0, -1, 2 ** 63 - 1, -2 ** 63, rnd.randrange(-10 ** 12, 10 ** 12)])
    if kind in ('float', 'double'): return kind, lambda: rnd.randrange(-4096, 4096) / 8
    if kind == 'string': return kind, lambda: text(12)
    if kind == 'bytes': return kind, lambda: b'xyz'[:rnd.randrange(4)]
    if kind == 'fixed': return {'type': 'fixed', 'name': next(names), 'size': 3}, lambda: b'abc'
    if kind == 'enum':
        return {'type': 'enum', 'name': next(names), 'symbols': ['RED', 'GREEN', 'BLUE']}, lambda: rnd.choice(['RED', 'GREEN', 'BLUE'])
    if kind == 'date': return {'type': 'int', 'logicalType': 'date'}, lambda: datetime.date(rnd.randrange(1, 9999), 1 + rnd.randrange(12), 1 + rnd.randrange(28))
    if kind in ('ms', 'us'):
        step = 1000 if kind == 'ms' else 1
        logical = 'timestamp-millis' if kind == 'ms' else 'timestamp-micros'
        return {'type': 'long', 'logicalType': logical}, lambda: datetime.datetime(
            rnd.randrange(1900, 2100), 1 + rnd.randrange(12), 1 + rnd.randrange(28), rnd.randrange(24), rnd.randrange(60),
            rnd.randrange(60), rnd.randrange(1000000) // step * step, UTC)
    if kind == 'record': return record(depth + 1)
    inner, value = make(depth + 1)
    if kind == 'array': return {'type': 'array', 'items': inner}, lambda: [value() for _ in range(rnd.randrange(4))]
    if rnd.random() < 0.3:
        return ({'type': 'map', 'values': ['null', inner]},
                lambda: {'k%d' % i: value() for i in range(rnd.randrange(3))})
    return {'type': 'map', 'values': inner}, lambda: {'k%d' % i: value() for i in range(rnd.randrange(3))}


def record(depth=0):
    fields, makers = [], {}
    for i in range(1 + rnd.randrange(6)):
        inner, value = make(depth)
        if rnd.random() < 0.3:
            inner = rnd.choice([['null', inner], [inner, 'null']])
            makers['f%d' % i] = (lambda v: lambda: v() if rnd.random() < 0.6 else None)(value)
        else: makers['f%d' % i] = value
        fields.append({'name': 'f%d' % i, 'type': inner})
    return {'type': 'record', 'name': next(names), 'fields': fields}, lambda: {k: m() for k, m in makers.items()}


def c(s):
    out, line = [], ''
    for ch in s:
        e = '\\' + ch if ch in '"\\' else ch
        if len((line + e).encode()) > 90: out.append(line); line = ''
        line += e
    return '\n     '.join('"%s"' % x for x in out + [line])


def vector(schema, value):
    b = io.BytesIO()
    fastavro.schemaless_writer(b, fastavro.parse_schema(json.loads(json.dumps(schema)), named_schemas={}), value)
    print('    {%s,\n     %s,\n     %s},' % (c(json.dumps(schema, separators=(',', ':'))), c(b.getvalue().hex()), c(show(schema, value, True))))


print('/* avro_vectors.h -- made by gen_avro.py with fastavro: schema, bytes (hex), what the reader shows. */')
print('static const struct {\n    const char *schema, *hex, *shown;\n} avro_vectors[] = {')
for schema, value in [('string', 'ä'), ('long', -5), ({'type': 'int', 'logicalType': 'date'}, datetime.date(2026, 2, 3)),
                      ({'type': 'map', 'values': 'long'}, {'a': 1}), ({'type': 'array', 'items': 'double'}, [0.5, -1.0])]:
    vector(schema, value)
for _ in range(90):
    schema, value = record()
    vector(schema, value())
print('};')
