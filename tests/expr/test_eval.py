#!/usr/bin/env python3
"""`millrace eval` as a user runs it: test_eval.py MILLRACE. Results are worked out by hand."""
import os, subprocess, sys, tempfile

MILLRACE = sys.argv[1]
passed = failed = 0


def check(name, args, code, out, stdin='', err=''):
    """out: the whole of standard output; err: lines that standard error has, in order."""
    global passed, failed
    r = subprocess.run([MILLRACE, 'eval', *args], input=stdin, capture_output=True, text=True, timeout=60)
    want = [line for line in err.split('\n') if line]
    said = r.stderr.split('\n')
    ok = r.returncode == code and r.stdout == out and [line for line in said if line in want] == want and bool(want or not r.stderr)
    passed, failed = passed + ok, failed + (not ok)
    if not ok: print('FAILED %s: exit %d\n%s%s' % (name, r.returncode, r.stdout, r.stderr))


ROWS = '{"amount": 7, "user": {"country": "US"}, "tags": ["a", "b"]}\n\n{"amount": "x"}\n{bad\n'

check('a constant', ['"naïve".size() * 2'], 0, '10\n')
check('records are not read when none is needed', ['1 + 1'], 0, '2\n', stdin='{bad')
check('an expression with a dash', ['--', '-7 / 2'], 0, '-3\n')
check('absent', ['optional.none()'], 0, 'absent\n')
check('what JSON cannot say', ['double("NaN")'], 0, 'NaN\n')
check('bare names of any JSON', ['amount > 5'], 1, 'true\nerror\nerror\n', ROWS,
      'line 3: expression:1:1: error[expr.error]: cannot take string and int in `amount > 5`\n'
      'line 4: error[decode.syntax]: a key is missing\n')
check('a value as it stands', ['user'], 0, '{"country":"US"}\n', ROWS.split('\n')[0])
check('the whole record', ['this.size()'], 0, '3\n', ROWS.split('\n')[0])
check('what is missing', ['coupon ?? "none"'], 0, '"none"\n', ROWS.split('\n')[0])
check('the place of an error', ['1 + user.age\n  * 2'], 1, 'error\n', ROWS.split('\n')[0],
      'line 1: expression:1:5: error[expr.error]: no key "age" in `user.age`\n      |     ^~~~~~~~\n')
check('the place on the second line', ['1 +\n  user.age'], 1, 'error\n', ROWS.split('\n')[0],
      'line 1: expression:2:3: error[expr.error]: no key "age" in `user.age`\n    2 |   user.age\n      |   ^~~~~~~~\n')

SCHEMA = "{user_id: string, amount: 'double?'}"
check('a schema checks', ['amount > 5', '--schema', SCHEMA], 78, '', '',
      'expression:1:1: error[E-ABSENT]: `amount` may be absent\n')
check('a schema reads', ['(amount ?? 0) > 5', '--schema', SCHEMA], 1, 'true\nfalse\nerror\nerror\n',
      '{"amount": 5.5}\n{}\n{"amount": []}\nnull\n',
      'line 3: expression:1:2: error[decode.type]: field `amount`: expected a number, found a list at byte 11\n'
      'line 4: error[value.null]: the record is null\n')
check('a field that cannot be read', ['this', '--schema', '{n: int}'], 1, '{"n":1}\nerror\n', '{"n": 1}\n{"n": "x"}\n',
      'line 2: expression:1:1: error[decode.type]: field `n`: expected an integer, found a string at byte 6\n')
check('a scalar schema', ['value + "!"', '--schema', 'string'], 0, '"a!"\n', '"a"\n')
check('a schema that is none', ['1', '--schema', 'strin'], 78, '', '',
      '--schema:1:1: error[E-FORMAT]: no format `strin`\n      = did you mean `string`?\n')
with tempfile.TemporaryDirectory() as tmp:
    path = os.path.join(tmp, 't.yaml')
    with open(path, 'w') as f:
        f.write("topology: t\nsources: {clicks: {topic: c, key: string, value: {json: {n: int}}}}\n"
                "sinks: {out: {from: clicks}}\n")
    check('a source of a topology', ['n * 2', '--schema', path + '#clicks'], 0, '42\n', '{"n": 21}\n')
    check('no such source', ['n', '--schema', path + '#click'], 78, '', '',
          'millrace eval: %s: no source or table `click`; there are `%s#clicks`\n' % (path, path))

check('the type', ['--type', '[1, 2][?0]'], 0, 'optional(int)\n')
check('the type with a schema', ['--type', 'this', '--schema', '{a: int}'], 0, '{a: int}\n')
check('the program', ['--disasm', 'a + 1', '--schema', '{a: int}'], 0,
      '  0  field r1 <- a\n  1  add.i64 r0 <- r1, 1\n  2  end\n')
check('strict', ['--strict', '1 + 1.0'], 78, '', '', 'expression:1:3: error[E-TYPE]: `+` cannot take `int` and `double`\n')
check('not strict', ['1 + 1.0'], 0, '2\n')
check('a trace', ['--trace', 'amount > 9 && user.country == "US" || tags.exists(t, t == "b")'], 0, '''\
amount > 9 && user.country == "US" || tags.ex... = true
  amount > 9 && user.country == "US"             = false
    amount > 9                                   = false
      amount                                     = 7
    user.country == "US"                           not evaluated
      user.country                                 not evaluated
        user                                       not evaluated
  tags.exists(t, t == "b")                       = true
    tags                                         = ["a","b"]
    t == "b"                                     = false; true
      t                                          = "a"; "b"
''', ROWS.split('\n')[0])
check('a trace of constants and an error', ['--trace', '(2 + 3) * n', '--schema', '{n: int}'], 1, '''\
(2 + 3) * n = error
  2 + 3     = 5
  n         = 9223372036854775807
''', '{"n": 9223372036854775807}', 'line 1: expression:1:1: error[num.overflow]: int overflow in `(2 + 3) * n`\n')

check('a trace of a pattern that is put together', ['--trace', '"ab".matches("a" + "b")'], 0, '''\
"ab".matches("a" + "b") = true
  "a" + "b"             = "ab"
''')

lists = subprocess.run([MILLRACE, 'eval', '--functions'], capture_output=True, text=True).stdout.split('\n')
for line in ['string.size() -> int', 'size({K: T}) -> int', 'T == T -> bool', 'int + int -> int', '-int -> int',
             '[T][int] -> T', 'K in {K: T} -> bool', 'e.filter(x, condition)  (macro)', 'has(a.b) -> bool',
             'cel.bind(x, value, expression)  (macro)', 'sum(...)  (aggregator: in `aggregate:` only)']:
    if lists.count(line) == 1: passed += 1
    else:
        failed += 1
        print('FAILED --functions: `%s` stands there %d times' % (line, lists.count(line)))
print('%d passed, %d failed' % (passed, failed))
sys.exit(failed > 0)
