#!/usr/bin/env python3
"""Messages in topologies, as a user runs them: test_messages.py MILLRACE README.

The section "Protobuf messages" of the reference: its messages compiled, its topology tested. Then a message
that goes through state, in all ways that `millrace test` has, and what is refused. Results by hand.
"""
import os, re, subprocess, sys, tempfile

MILLRACE, README = sys.argv[1:3]
failed = 0

STATE = '''
topology: kept
sources:
  orders: {topic: orders, key: string, value: {json: {id: string, street: string, zip: string?, ts: timestamp}}, event_time: 'ts'}
nodes:
  addressed:
    from: orders
    add: {to: 'shop.Address{street: street, ?zip: zip}'}
  only_to:
    from: addressed
    select: {to: 'to'}
  last_of:
    from: addressed
    group_by: [id]
    window: {tumbling: 1h, grace: 1m}
    aggregate: {to: 'last(to)', zips: 'count_if(has(to.zip))'}
    emit: final
sinks:
  orders_to: {from: only_to, value: {protobuf: shop.Order, descriptor: shop.bin}}
  addresses: {from: last_of}
tests:
  - name: the last address
    steps:
      - {at: "12:00", orders: {key: k, value: {id: o1, street: Main 1, zip: "8000", ts: "12:00:00"}}}
      - {at: "12:01", orders: {key: k, value: {id: o1, street: Main 2, ts: "12:01:00"}}}
      - {at: "12:02", orders: {key: k, value: {id: o2, street: Main 3, zip: "8001", ts: "12:02:00"}}}
    expect:
      addresses:
        - {key: {id: o1, window_start: "12:00:00"}, value: {id: o1, window_start: "12:00:00", window_end: "13:00:00", to: {street: Main 2}, zips: 1}}
        - {key: {id: o2, window_start: "12:00:00"}, value: {id: o2, window_start: "12:00:00", window_end: "13:00:00", to: {street: Main 3, zip: "8001"}, zips: 1}}
'''

WRONG = [('shop.Adress{}', 'no message `shop.Adress`'),
         ('shop.Address{stret: street}', 'no field `stret` in `shop.Address`'),
         ('shop.Address{street: 1}', 'the field is `string`, this is `int`'),
         ('shop.Address{street: street}.zip + "x"', '`shop.Address{street: street}.zip` may be absent')]


def run(name, argv, good, says=''):
    global failed
    r = subprocess.run([MILLRACE, *argv], capture_output=True, text=True, timeout=60)
    if (r.returncode == 0) == good and says in r.stdout + r.stderr: return
    failed += 1
    print('FAILED %s: exit %d\n%s%s' % (name, r.returncode, r.stdout, r.stderr))


with tempfile.TemporaryDirectory() as tmp:
    text = open(README).read()
    section = text[text.index('### Protobuf messages\n'):]
    part = {lang: re.search(r'```%s\n(.*?)^```' % lang, section, re.M | re.S).group(1) for lang in ('proto', 'yaml')}
    path = lambda name: os.path.join(tmp, name)
    for name, content in (('shop.proto', part['proto']), ('orders.yaml', part['yaml']), ('kept.yaml', STATE)):
        with open(path(name), 'w') as f: f.write(content)
    subprocess.run(['protoc', '--include_imports', '--descriptor_set_out=' + path('shop.bin'), '-I', tmp, path('shop.proto')], check=True)
    for name in ('orders.yaml', 'kept.yaml'):
        run('check of ' + name, ['check', path(name)], True)
        for how in ([], ['--restart'], ['--batch', '1'], ['--engine', 'rocks']):
            run('%s %s' % (name, ' '.join(how)), ['test', *how, path(name)], True, '1 passed, 0 failed')
    for expression, says in WRONG:
        with open(path('wrong.yaml'), 'w') as f:
            f.write(part['yaml'].split('tests:')[0].replace("'shop.Address{street: street, ?zip: zip}'", "'%s'" % expression))
        run(expression, ['check', path('wrong.yaml')], False, says)
print('%d failed' % failed)
sys.exit(failed > 0)
