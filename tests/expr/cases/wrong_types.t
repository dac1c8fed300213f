# Types, functions and methods that do not go together; constants that always fail; limits.
%row n int = 4
%row u uint = 4u
%row m int? = 5
%row d double = 1.5
%row s string = "x"
%row ok bool = true
%row b bytes = b"x"
%row ts timestamp = timestamp("2026-01-02T03:04:05Z")
%row took duration = duration("90s")
%row tags [string] = ["a"]
%row nums [int] = [1, 2]
%row items [{sku: string, price: double, qty: int?}] = [{"sku": "k", "price": 2.5, "qty": 1}]
%row props {string: string} = {"a": "b"}
%row user {id: string, age: int?} = {"id": "u1", "age": 3}

# ---- a method of another type

tags.contains("a")
E-TYPE 1:6+8 `contains` is a method of string, this is `[string]`
in a list: `"a" in tags`

props.contains("a")
E-TYPE 1:7+8 `contains` is a method of string, this is `{string: string}`
a key of a map: `"a" in props`

n.contains("4")
E-TYPE 1:3+8 `contains` is a method of string, this is `int`
make it text: `string(n).contains(...)`

n.size()
E-TYPE 1:3+4 `size` is a method of string or bytes or list or map, this is `int`
make it text: `string(n).size(...)`

tags.startsWith("a")
E-TYPE 1:6+10 `startsWith` is a method of string, this is `[string]`
of any element: `tags.exists(x, x.startsWith("a"))`

tags.lower()
E-TYPE 1:6+5 `lower` is a method of string, this is `[string]`
of each element: `tags.map(x, x.lower())`

items.sum()
E-TYPE 1:7+3 `sum` is a method of list of numbers or durations, this is `[{sku: string, price: double, qty: int?}]`
of a field: `items.map(x, x.price).sum()`

tags.sum()
E-TYPE 1:6+3 `sum` is a method of list of numbers or durations, this is `[string]`
of texts, as numbers: `tags.map(x, double(x)).sum()`

nums.join(",")
E-TYPE 1:6+4 `join` is a method of list(string), this is `[int]`
texts are joined: `nums.map(x, string(x)).join(", ")`

",".join(tags)
E-TYPE 1:5+4 `join` is a method of list(string), this is `string`
the list stands before the dot: `list.join(", ")`

s.getHours()
E-TYPE 1:3+8 `getHours` is a method of timestamp or duration, this is `string`
of a time: `timestamp(s).getHours()`

n.getFullYear()
E-TYPE 1:3+11 `getFullYear` is a method of timestamp, this is `int`
of a time: `timestamp(n).getFullYear()`

user.contains("id")
E-TYPE 1:6+8 `contains` is a method of string, this is `{id: string, age: int?}`
a field of a record: `has(user.field)`

s.slice(0, 2)
E-TYPE 1:3+5 `slice` is a method of list, this is `string`
a part of a text: `s.substring(...)`

n.hasValue()
E-TYPE 1:3+8 `hasValue` is a method of optional, this is `int`
it is never absent: leave `.hasValue()` out

# ---- a wrong argument: the caret stands under it

s.startsWith(n)
E-TYPE 1:14+1 `startsWith` takes string here, this is `int`
make it text: `string(n)`

s.substring("1")
E-TYPE 1:13+3 `substring` takes int here, this is `string`
make it a number: `int("1")`

s.replace("x", n, 2)
E-TYPE 1:16+1 `replace` takes string here, this is `int`
make it text: `string(n)`

s.split(",", "2")
E-TYPE 1:14+3 `split` takes int here, this is `string`
make it a number: `int("2")`

"%d".format(n)
E-TYPE 1:13+1 `format` takes list here, this is `int`
a list of one is `[n]`

ts.getHours(1)
E-TYPE 1:13+1 `getHours` takes string here, this is `int`
make it text: `string(1)`

math.ceil(n)
E-TYPE 1:1+9 `math.ceil` cannot take `int`
make it a double: `double(n)`

timestamp(d)
E-TYPE 1:1+9 `timestamp` cannot take `double`
it takes (timestamp), (string), (int)

string(nums)
E-TYPE 1:1+6 `string` cannot take `[int]`
it takes (string), (int), (uint), (double), ...

int(ok)
E-TYPE 1:1+3 `int` cannot take `bool`
write `ok ? 1 : 0`

bool(n)
E-TYPE 1:1+4 `bool` cannot take `int`
there is no truth in numbers: `n != 0`

# ---- numbers of arguments

s.replace("x")
E-TYPE 1:3+7 `replace` takes 2 or 3 arguments, here is 1
it is written string.replace(string, string), string.replace(string, string, int)

s.size(1)
E-TYPE 1:3+4 `size` takes no arguments, here is 1
it is written string.size(), bytes.size(), list.size(), map.size()

int(s, 10)
E-TYPE 1:1+3 `int` takes 1 argument, here are 2
it takes (int), (uint), (double), (string), ...

size()
E-TYPE 1:1+4 `size` takes 1 argument, here are 0
it takes (string), (bytes), (list), (map)

items.map(price)
E-TYPE 1:7+3 `map` takes another number of arguments
it is written `map(x, value)`, `map(x, condition, value)`

items.filter(x.price > 1.0, true)
E-SYNTAX 1:14+13 a variable is a plain name
it is written `filter(x, condition)`

tags.map(user.id, s)
E-SYNTAX 1:10+7 a variable is a plain name
it is written `map(x, value)`

# ---- a method for a function, and the other way round

contains(s, "a")
E-FUNC 1:1+8 no function `contains`
it is a method: s.contains("a")

n.string()
E-FUNC 1:3+6 no method `string`
it is a function: string(n)

filter(tags, t, t != "a")
E-FUNC 1:1+6 no function `filter`
it is a method: tags.filter(t, t != "a")

s.startswith("a")
E-FUNC 1:3+10 no method `startswith`
did you mean `startsWith`?

ts.getMonths()
E-FUNC 1:4+9 no method `getMonths`
did you mean `getMonth`?

math.flor(d)
E-FUNC 1:1+9 no function `math.flor`
did you mean `math.floor`?

# ---- operators

s == 4
E-TYPE 1:3+2 `==` cannot take `string` and `int`
compare as numbers: `int(s)`

n == "4"
E-TYPE 1:3+2 `==` cannot take `int` and `string`
a number stands without quotes: `4`

n > "many"
E-TYPE 1:3+1 `>` cannot take `int` and `string`
make it text: `string(n)`

ok == "true"
E-TYPE 1:4+2 `==` cannot take `bool` and `string`
a bool is `true` or `false`, without quotes

ok == 1
E-TYPE 1:4+2 `==` cannot take `bool` and `int`
a bool is `true` or `false`, no number

ts > "2026-01-01T00:00:00Z"
E-TYPE 1:4+1 `>` cannot take `timestamp` and `string`
write `timestamp("2026-01-01T00:00:00Z")`

ts > 1700000000
E-TYPE 1:4+1 `>` cannot take `timestamp` and `int`
of seconds since 1970: `timestamp(1700000000)`

ts + 3600 > ts
E-TYPE 1:4+1 `+` cannot take `timestamp` and `int`
write `duration("3600s")`

ts + ts
E-TYPE 1:4+1 `+` cannot take `timestamp` and `timestamp`
between two times there is `-`, a duration

took > 300
E-TYPE 1:6+1 `>` cannot take `duration` and `int`
write `duration("300s")`

took > "5m"
E-TYPE 1:6+1 `>` cannot take `duration` and `string`
write `duration("5m")`

took * 2 > duration("1m")
E-TYPE 1:6+1 `*` cannot take `duration` and `int`
seconds can be reckoned with: `took.getSeconds()`

ts > duration("1h")
E-TYPE 1:4+1 `>` cannot take `timestamp` and `duration`
of a time: how long ago it is, `meta.timestamp - t`

took > 5m
E-SYNTAX 1:8+2 a number ends in letters
a length of time is `duration("5m")`

"n: " + n
E-TYPE 1:7+1 `+` cannot take `string` and `int`
make it text: `string(n)`

tags + "b"
E-TYPE 1:6+1 `+` cannot take `[string]` and `string`
one element is `["b"]`

nums + 3
E-TYPE 1:6+1 `+` cannot take `[int]` and `int`
one element is `[3]`

props + {"c": "d"}
E-TYPE 1:7+1 `+` cannot take `{string: string}` and `{string: string}`
write `props.with({"c": "d"})`

"a" in s
E-TYPE 1:5+2 `in` cannot take `string` and `string`
write `s.contains("a")`

n in ["a", "b"]
E-TYPE 1:3+2 `in` cannot take `int` and `[string]`
make it text: `string(n)`

n in 4
E-TYPE 1:3+2 `in` cannot take `int` and `int`
a list stands in brackets: `[4]`

"id" in user
E-TYPE 1:6+2 `in` cannot take `string` and `{id: string, age: int?}`
fields are declared: `has(user.field)`

type(n) == "int"
E-TYPE 1:9+2 `==` cannot take `type(int)` and `string`
types have names: `int`, `double`, `string`, `list`

u + 1
E-TYPE 1:3+1 `+` cannot take `uint` and `int`
uint does not mix with others: write `1u`

u > n
E-TYPE 1:3+1 `>` cannot take `uint` and `int`
uint does not mix with others: write `1u` or convert with int()

hash.xxh64(s) % 10 == 0
E-TYPE 1:15+1 `%` cannot take `uint` and `int`
uint does not mix with others: write `10u`

-u
E-TYPE 1:1+1 `-` cannot take `uint`
a uint is never negative: `int(x)` may be

-9223372036854775808u
E-TYPE 1:1+1 `-` cannot take `uint`
a uint is never negative: `int(x)` may be

-s
E-TYPE 1:1+1 `-` cannot take `string`
make it a number: `int(s)`

!s
E-TYPE 1:1+1 `!` cannot take `string`
write `s == ""`

!n
E-TYPE 1:1+1 `!` cannot take `int`
write `n == 0`

!tags
E-TYPE 1:1+1 `!` cannot take `[string]`
write `size(tags) == 0`

d % 2
E-TYPE 1:3+1 `%` cannot take `double` and `double`
`%` takes whole numbers only

s - "x"
E-TYPE 1:3+1 `-` cannot take `string` and `string`
a part is left out by `s.replace("x", "")`

n == null
E-TYPE 1:3+2 `==` cannot take `int` and `null`
`n` is always there, and a null field is absent

# ---- conditions and cases

n ? "a" : "b"
E-TYPE 1:1+1 a condition is `bool`, this is `int`
there is no truth in numbers: `n != 0`

s && ok
E-TYPE 1:1+1 a condition is `bool`, this is `string`
there is no truth in texts: `s != ""`

tags && ok
E-TYPE 1:1+4 a condition is `bool`, this is `[string]`
write `size(tags) > 0`

tags.filter(t, t.size())
E-TYPE 1:16+8 a condition is `bool`, this is `int`
there is no truth in numbers: `t.size() != 0`

ok ? n : "none"
E-TYPE 1:1+15 the two sides differ: `int` and `string`
make it text: `string(n)`

ok ? n : null
E-TYPE 1:1+13 the two sides differ: `int` and `null`
a value or none: `optional.of(n)`, `optional.none()`

ok ? n > 1 ? 1 : 2 : 3
E-SYNTAX 1:12+1 expected `:`, found `?`
a `?:` in the middle stands in parentheses

# ---- places, fields, keys

s[0]
E-TYPE 1:3+1 `string` cannot be indexed by `int`
one character is `s.charAt(0)`

items["price"]
E-TYPE 1:7+7 `[{sku: string, price: double, qty: int?}]` cannot be indexed by `string`
of each element: `items.map(x, x["price"])`

props[1]
E-TYPE 1:7+1 `{string: string}` cannot be indexed by `int`
make it text: `string(1)`

nums[d]
E-TYPE 1:6+1 `[int]` cannot be indexed by `double`
an index is an int

user[s]
E-TYPE 1:6+1 a field of a record is named by a constant string
write `user.id`, or declare it as a map: `{string: ...}`

user.ID
E-FIELD 1:6+2 no field `ID` in `user`
did you mean `id`?

user.email
E-FIELD 1:6+5 no field `email` in `user`
its fields are `id`, `age`

this.zz
E-FIELD 1:6+2 no field `zz` in the record
its fields are `n`, `u`, `m`, `d`, `s`, `ok`, `b`, `ts`, ... (14)

s.size > 3
E-FIELD 1:3+4 `s` is string and has no fields
a method is called: `s.size()`

ts.hour
E-FIELD 1:4+4 `ts` is timestamp and has no fields
it is called `getHours`: t.getHours()

s.id
E-FIELD 1:3+2 `s` is string and has no fields
if it holds JSON: `json.parse(s).id`

{d: 1}
E-TYPE 1:2+1 a key is an int, uint, bool or string, this is `double`
a key that is a word stands in quotes: `"d"`

{ts: 1}
E-TYPE 1:2+2 a key is an int, uint, bool or string, this is `timestamp`
a key that is a word stands in quotes: `"ts"`

# ---- names and messages that there are not

Order{id: 1}
E-NAME 1:1+5 no message `Order`
a map literal makes a nested value: {"a": 1}

window.start
E-NAME 1:1+6 no field or name `window` here
a window is known behind it: `having:` and `output:`

acc + n
E-NAME 1:1+3 no field or name `acc` here
the value so far is known in `reduce:` only

meta.timestamp > ts
E-META 1:1+14 `meta.timestamp` does not exist here
rows of an aggregate come from many records

params.limit > n
E-FIELD 1:8+5 no parameter `limit`
parameters are declared in `params:`

params
E-NAME 1:1+6 `params` is no value of its own
read one of its fields: `params.name`

# ---- constants that always fail

1 / 0
E-CONST 1:1+5 division by zero in `1 / 0`
-

timestamp("2026-01-01")
E-CONST 1:1+23 "2026-01-01" is no timestamp (RFC 3339) in `timestamp("2026-01-01")`
it is written "2026-01-31T00:00:00Z"

timestamp("2026-02-30T00:00:00Z")
E-CONST 1:1+33 "2026-02-30T00:00:00Z" is no timestamp (RFC 3339) in `timestamp("2026-02-30T00:00:00Z")`
it is written "2026-01-31T00:00:00Z"

duration("5 minutes")
E-CONST 1:1+21 "5 minutes" is no duration in `duration("5 minutes")`
it is written "90s", "1h30m", "250ms" or "7d"

int("4x")
E-CONST 1:1+9 "4x" is no int in `int("4x")`
-

cidr("10.0.0.0/40")
E-CONST 1:1+19 "10.0.0.0/40" is no CIDR: it has fewer bits than the prefix in `cidr("10.0.0.0/40")`
-

ip("10.0.0.256")
E-CONST 1:1+16 "10.0.0.256" is no IP address: a field of IPv4 is above 255 in `ip("10.0.0.256")`
-

ts.getHours("Europe/Pariss")
E-CONST 1:13+15 no such time zone
did you mean `Europe/Paris`?

s.matches("(?=x)y")
E-REGEX 1:12+3 unknown kind of group
RE2 has no look-ahead: use two patterns, a.matches(x) && a.matches(y)

s.matches("[a-")
E-REGEX 1:12+3 `[` is not closed
a `[` itself is written `\[`

s.matches("\d+")
E-SYNTAX 1:12+2 unknown escape `\d`
write `\\d`, or r"...", where a backslash is only that

s.matches(props["p"])
E-REGEX 1:11+10 a pattern must be constant
write it here or name it `params.x`; text from a record is looked for with contains, startsWith, endsWith or `in`

# ---- letters and brackets

"it's "ok""
E-SYNTAX 1:8+2 expected an operator or the end, found a name
a quote in a text is written `\"`, or the text stands in the other quotes

'it's'
E-SYNTAX 1:5+1 expected an operator or the end, found a name
a quote in a text is written `\"`, or the text stands in the other quotes

s == "x
E-SYNTAX 1:6+2 unterminated string
the closing `"` is missing

"C:\new\path"
E-SYNTAX 1:8+2 unknown escape `\p`
write `\\p`, or r"...", where a backslash is only that

size(tags
E-SYNTAX 1:10+0 expected `,` or `)`, found the end of the expression
the `(` of line 1, column 5 is not closed

n > 1)
E-SYNTAX 1:6+1 expected an operator or the end, found `)`
there is no `(` for it

tags[0
E-SYNTAX 1:7+0 expected `]`, found the end of the expression
the `[` of line 1, column 5 is not closed

1_000_000
E-SYNTAX 1:1+9 a number ends in letters
the digits of a number stand together: 1000000

10L
E-SYNTAX 1:1+3 a number ends in letters
no letter but `u` ends a number: write `10`

n > 1.
E-SYNTAX 1:7+0 expected a field name, found the end of the expression
the expression is not complete

n > 1 &&
E-SYNTAX 1:9+0 expected a value, found the end of the expression
the expression is not complete

n >
E-SYNTAX 1:4+0 expected a value, found the end of the expression
the expression is not complete

has()
E-SYNTAX 1:1+5 has() takes a field, as in has(a.b)
-

has("n")
E-SYNTAX 1:5+3 has() takes a field, as in has(a.b)
without quotes: `has(n)`

has(nums[0])
E-SYNTAX 1:5+7 has() takes a field, as in has(a.b)
write `nums[?0].hasValue()`

has(n > 1)
E-SYNTAX 1:5+5 has() takes a field, as in has(a.b)
what is true needs no has(): `n > 1`

# ---- what a slot wants
%want bool

n
E-TYPE 1:1+1 `bool` is needed here, this is `int`
there is no truth in numbers: `n != 0`

s
E-TYPE 1:1+1 `bool` is needed here, this is `string`
there is no truth in texts: `s != ""`

%want timestamp

s
E-TYPE 1:1+1 `timestamp` is needed here, this is `string`
write `timestamp(s)`

n
E-TYPE 1:1+1 `timestamp` is needed here, this is `int`
of seconds since 1970: `timestamp(n)`

%want string

n
E-TYPE 1:1+1 `string` is needed here, this is `int`
make it text: `string(n)`

%want int

d
E-TYPE 1:1+1 `int` is needed here, this is `double`
cut towards zero it is `int(d)`

s
E-TYPE 1:1+1 `int` is needed here, this is `string`
make it a number: `int(s)`

%want double

n / 2
double
2.0
W-INTDIV 1:1+5 int / int is cut to a whole number before it is widened
make one side a double: double(a) / b

s
E-TYPE 1:1+1 `double` is needed here, this is `string`
make it a double: `double(s)`
