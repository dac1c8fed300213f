# Literals, operators and functions without names: values from CEL's definition, by hand.

1 + 2 * 3
int
7

-9223372036854775808
int
-9223372036854775808

9223372036854775807 + 1
E-CONST 1:1+23 int overflow in `9223372036854775807 + 1`
-

0x1F + 1
int
32

7 / 2
int
3

-7 / 2
int
-3

-7 % 3
int
-1

1 / 0
E-CONST 1:1+5 division by zero in `1 / 0`
-

1.0 / 0.0
double
Infinity

2.5 + 1
double
3.5

1 + 2.5
double
3.5

1 < 1.5
bool
true

5u + 2u
uint
7u

"a" + 'b' + '''c"d''' + r"\n"
string
"abc\"d\\n"

"\x41\u00e9\101"
string
"AéA"

b"\xff\377a" == b"\377\xffa"
bool
true

size("héé") == 3 && "héé".size() == 3 && size(b"héé") == 5
bool
true

"abc".startsWith("ab") && "abc".endsWith("bc") && "abc".contains("b") && !"abc".contains("x")
bool
true

[1, 2] + [3] == [1, 2, 3] && 2 in [1, 2] && "x" in {"x": 1} && !("y" in {"x": 1})
bool
true

{"a": [1, 2.5]}.a[1]
json
2.5

[1, 2, 3][3]
E-CONST 1:1+12 no element 3 in `[1, 2, 3][3]`
-

{"a": 1}.b
E-CONST 1:1+10 no key "b" in `{"a": 1}.b`
-

{"a": 1, "a": 2}
E-CONST 1:1+16 a key comes twice in `{"a": 1, "a": 2}`
-

true ? 1 : 2.5
double
1.0

false || true && !false
bool
true

1 == 1 ? "a" : "b"
string
"a"

int("42") + int(3.9) + int(-3.9) + int(7u) + int(timestamp("1970-01-01T00:00:05Z"))
int
54

int("4x")
E-CONST 1:1+9 "4x" is no int in `int("4x")`
-

uint(-1)
E-CONST 1:1+8 out of the range of uint in `uint(-1)`
-

string(1.5) + string(2) + string(3u) + string(true) + string(b"x")
string
"1.523truex"

double("1e3") == 1000.0 && bool("true") && bytes("a") == b"a"
bool
true

type(1) == int && type("") == string && type([]) == list && type(null) == null_type
bool
true

dyn(1) == 1.0 && dyn(1u) == 1 && dyn(1) < 1.5 && dyn("a") != 1
bool
true

dyn(1) + dyn(2)
json
3

dyn(1) + dyn(2.5)
json
3.5

optional.of(3).orValue(4) + optional.none().orValue(5)
int
8

optional.none().hasValue() || optional.of(1).hasValue()
bool
true

optional.none().value()
E-CONST 1:1+23 value() of nothing in `optional.none().value()`
-

{"a": 1}.?b ?? 7
int
7

{"a": 1}.?a.or(optional.of(2)).value()
int
1

[1, 2][?5].orValue(0) + [1, 2][?1].orValue(0)
int
2

{"a": 1, ?"b": optional.none(), ?"c": optional.of(3)}
{string: int}
{"a": 1, "c": 3}

[1, ?optional.none(), ?optional.of(2)]
[int]
[1, 2]

timestamp("2026-02-03T04:05:06.007Z") + duration("1h30m")
timestamp
timestamp("2026-02-03T05:35:06.007Z")

timestamp("2026-03-01T00:00:00Z") - timestamp("2026-02-28T00:00:00Z") == duration("1d")
bool
true

duration("30d") == duration("720h")
bool
true

duration("1h") > duration("59m") && timestamp(0) < timestamp(1)
bool
true

timestamp("2026-02-03T04:05:06.007Z").getFullYear()
int
2026

timestamp("2026-02-03T04:05:06.007Z").getMonth() * 100 + timestamp("2026-02-03T04:05:06Z").getDate()
int
103

timestamp("2026-02-03T04:05:06.007Z").getDayOfWeek()
int
2

duration("90m").getMinutes() + duration("90m").getHours()
int
91

timestamp("2026-13-03T04:05:06Z")
E-CONST 1:1+33 "2026-13-03T04:05:06Z" is no timestamp (RFC 3339) in `timestamp("2026-13-03T04:05:06Z")`
it is written "2026-01-31T00:00:00Z"

timestamp("9999-12-31T23:59:59Z") + duration("1s")
E-CONST 1:1+50 a timestamp outside the years 0001 to 9999 in `timestamp("9999-12-31T23:59:59Z") + duration("1s")`
-

# `??` binds tighter than comparison and looser than `+`
optional.none() ?? 1 + 2 > 2
bool
true

optional.none() ?? optional.none() ?? 3
int
3

# the order of bytes: memcmp may give any number, not only -1, 0, 1
"abab" >= "ab" + "" && "c" > "a" && "c" >= "a" && "\u00e9" > "z" && b"\xff" > b"\x00"
bool
true

double("NaN") < 1.0 || double("NaN") >= 1.0 || 1.0 <= double("NaN") || double("NaN") == double("NaN")
bool
false

([[1], [2, 3]])[1][1]
int
3

timestamp("1970-01-01T00:00:00Z") - duration("0.5s")
timestamp
timestamp("1969-12-31T23:59:59.5Z")

timestamp("1970-01-01T00:00:00.9Z") + duration("200ms") - timestamp("1970-01-01T00:00:00Z")
duration
duration("1.1s")
