# Words of other languages: what the message teaches, and where it points.
%row n int = 4
%row s string = "x"
%row ok bool = true
%row l [int] = [1]
%row o int? = absent

now(n)
E-FUNC 1:1+3 no function `now`
there is no now(): event time only, `meta.timestamp`

current_timestamp(n)
E-FUNC 1:1+17 no function `current_timestamp`
there is no now(): event time only, `meta.timestamp`

current_date(n)
E-FUNC 1:1+12 no function `current_date`
there is no now(): event time only, `meta.timestamp`

getdate(n)
E-FUNC 1:1+7 no function `getdate`
there is no now(): event time only, `meta.timestamp`

sysdate(n)
E-FUNC 1:1+7 no function `sysdate`
there is no now(): event time only, `meta.timestamp`

today(n)
E-FUNC 1:1+5 no function `today`
there is no today(): time.floor(meta.timestamp, duration("1d"))

time.now(n)
E-FUNC 1:1+8 no function `time.now`
there is no now(): event time only, `meta.timestamp`

rand(n)
E-FUNC 1:1+4 no function `rand`
nothing is random, replays must agree: uuid5(namespace, name), hash.xxh64(x)

random(n)
E-FUNC 1:1+6 no function `random`
nothing is random, replays must agree: uuid5(namespace, name), hash.xxh64(x)

uuid(n)
E-FUNC 1:1+4 no function `uuid`
nothing is random, replays must agree: uuid5(namespace, name)

uuid4(n)
E-FUNC 1:1+5 no function `uuid4`
nothing is random, replays must agree: uuid5(namespace, name)

gen_random_uuid(n)
E-FUNC 1:1+15 no function `gen_random_uuid`
nothing is random, replays must agree: uuid5(namespace, name)

coalesce(n)
E-FUNC 1:1+8 no function `coalesce`
write `n ?? x`

ifnull(n)
E-FUNC 1:1+6 no function `ifnull`
write `n ?? x`

nvl(n)
E-FUNC 1:1+3 no function `nvl`
write `n ?? x`

isnull(n)
E-FUNC 1:1+6 no function `isnull`
a null field is absent: `!has(x)`

is_null(n)
E-FUNC 1:1+7 no function `is_null`
a null field is absent: `!has(x)`

nullif(n)
E-FUNC 1:1+6 no function `nullif`
write `a == b ? optional.none() : optional.of(a)`

isset(n)
E-FUNC 1:1+5 no function `isset`
write `has(x)`

defined(n)
E-FUNC 1:1+7 no function `defined`
write `has(x)`

if(ok, 1, 2)
E-SYNTAX 1:1+2 reserved word used as a name
write `condition ? a : b`

iif(n)
E-FUNC 1:1+3 no function `iif`
write `condition ? a : b`

iff(n)
E-FUNC 1:1+3 no function `iff`
write `condition ? a : b`

cond(n)
E-FUNC 1:1+4 no function `cond`
write `condition ? a : b`

and(n)
E-FUNC 1:1+3 no function `and`
write `a && b`

or(n)
E-FUNC 1:1+2 no function `or`
write `a || b`

not(n)
E-FUNC 1:1+3 no function `not`
write `!a`

s.equals()
E-FUNC 1:3+6 no method `equals`
write `a == b`

len(n)
E-FUNC 1:1+3 no function `len`
it is called `size`: size(x), x.size()

s.length()
E-FUNC 1:3+6 no method `length`
it is called `size`: size(x), x.size()

strlen(n)
E-FUNC 1:1+6 no function `strlen`
it is called `size`: size(x), x.size()

char_length(n)
E-FUNC 1:1+11 no function `char_length`
it is called `size`: size(x), x.size()

cardinality(n)
E-FUNC 1:1+11 no function `cardinality`
it is called `size`: size(x), x.size()

concat(n)
E-FUNC 1:1+6 no function `concat`
write `a + b`

concat_ws(n)
E-FUNC 1:1+9 no function `concat_ws`
join a list: [a, b].join("-")

substr(n)
E-FUNC 1:1+6 no function `substr`
it is called `substring`: s.substring(start, end), places from 0

mid(n)
E-FUNC 1:1+3 no function `mid`
it is called `substring`: s.substring(start, end), places from 0

instr(n)
E-FUNC 1:1+5 no function `instr`
it is called `indexOf`: s.indexOf(part), -1 = not there

strpos(n)
E-FUNC 1:1+6 no function `strpos`
it is called `indexOf`: s.indexOf(part), -1 = not there

position(n)
E-FUNC 1:1+8 no function `position`
it is called `indexOf`: s.indexOf(part), -1 = not there

find_in_set(n)
E-FUNC 1:1+11 no function `find_in_set`
write `x in list`

array_contains(n)
E-FUNC 1:1+14 no function `array_contains`
write `x in list`

s.includes()
E-FUNC 1:3+8 no method `includes`
write `x in list`, or s.contains(part)

has_key(n)
E-FUNC 1:1+7 no function `has_key`
write `key in map`

contains_key(n)
E-FUNC 1:1+12 no function `contains_key`
write `key in map`

containsKey(n)
E-FUNC 1:1+11 no function `containsKey`
write `key in map`

s.get()
E-FUNC 1:3+3 no method `get`
write `map[?key] ?? default`

s.keys()
E-FUNC 1:3+4 no method `keys`
write `map.map(k, k)`

s.values()
E-FUNC 1:3+6 no method `values`
write `map.transformList(k, v, v)`

explode(n)
E-FUNC 1:1+7 no function `explode`
one record for each element: the clause `each:`

unnest(n)
E-FUNC 1:1+6 no function `unnest`
one record for each element: the clause `each:`

reduce(n)
E-FUNC 1:1+6 no function `reduce`
there is no fold over a list: map() and sum(), min(), max(), avg()

fold(n)
E-FUNC 1:1+4 no function `fold`
there is no fold over a list: map() and sum(), min(), max(), avg()

to_lower(n)
E-FUNC 1:1+8 no function `to_lower`
it is called `lower`: s.lower()

s.toLowerCase()
E-FUNC 1:3+11 no method `toLowerCase`
it is called `lower`: s.lower()

lcase(n)
E-FUNC 1:1+5 no function `lcase`
it is called `lower`: s.lower()

to_upper(n)
E-FUNC 1:1+8 no function `to_upper`
it is called `upper`: s.upper()

toUpperCase(n)
E-FUNC 1:1+11 no function `toUpperCase`
it is called `upper`: s.upper()

ucase(n)
E-FUNC 1:1+5 no function `ucase`
it is called `upper`: s.upper()

s.strip()
E-FUNC 1:3+5 no method `strip`
it is called `trim`: s.trim()

str(n)
E-FUNC 1:1+3 no function `str`
it is called `string`: string(x)

to_string(n)
E-FUNC 1:1+9 no function `to_string`
it is called `string`: string(x)

s.toString()
E-FUNC 1:3+8 no method `toString`
it is called `string`: string(x)

cast(n)
E-FUNC 1:1+4 no function `cast`
types are functions: string(x), int(x), double(x), timestamp(x)

float(n)
E-FUNC 1:1+5 no function `float`
it is called `double`: double(x)

parseFloat(n)
E-FUNC 1:1+10 no function `parseFloat`
it is called `double`: double(x)

integer(n)
E-FUNC 1:1+7 no function `integer`
it is called `int`: int(x)

parseInt(n)
E-FUNC 1:1+8 no function `parseInt`
it is called `int`: int(x)

boolean(n)
E-FUNC 1:1+7 no function `boolean`
it is called `bool`: bool(x)

typeof(n)
E-FUNC 1:1+6 no function `typeof`
it is called `type`: type(x)

strftime(n)
E-FUNC 1:1+8 no function `strftime`
it is called `format`: t.format("%Y-%m-%d")

date_format(n)
E-FUNC 1:1+11 no function `date_format`
it is called `format`: t.format("%Y-%m-%d")

to_char(n)
E-FUNC 1:1+7 no function `to_char`
it is called `format`: t.format("%Y-%m-%d")

date_trunc(n)
E-FUNC 1:1+10 no function `date_trunc`
it is called `time.floor`: time.floor(t, duration("1d"))

datediff(n)
E-FUNC 1:1+8 no function `datediff`
write `a - b`, or days_between(a, b)

date_diff(n)
E-FUNC 1:1+9 no function `date_diff`
write `a - b`, or days_between(a, b)

dateadd(n)
E-FUNC 1:1+7 no function `dateadd`
write `t + duration("1h")`

date_add(n)
E-FUNC 1:1+8 no function `date_add`
write `t + duration("1h")`

interval(n)
E-FUNC 1:1+8 no function `interval`
it is called `duration`: duration("1h30m")

to_timestamp(n)
E-FUNC 1:1+12 no function `to_timestamp`
it is called `timestamp`: of RFC 3339, or of seconds since 1970

from_unixtime(n)
E-FUNC 1:1+13 no function `from_unixtime`
it is called `timestamp`: of RFC 3339, or of seconds since 1970

to_date(n)
E-FUNC 1:1+7 no function `to_date`
it is called `timestamp`: of RFC 3339, or of seconds since 1970

date(n)
E-FUNC 1:1+4 no function `date`
it is called `timestamp`: of RFC 3339, or of seconds since 1970

unix_timestamp(n)
E-FUNC 1:1+14 no function `unix_timestamp`
int(t) is the seconds since 1970

epoch(n)
E-FUNC 1:1+5 no function `epoch`
int(t) is the seconds since 1970

year(n)
E-FUNC 1:1+4 no function `year`
it is called `getFullYear`: t.getFullYear()

month(n)
E-FUNC 1:1+5 no function `month`
it is called `getMonth`: t.getMonth(), from 0

day(n)
E-FUNC 1:1+3 no function `day`
it is called `getDate`: t.getDate()

hour(n)
E-FUNC 1:1+4 no function `hour`
it is called `getHours`: t.getHours()

minute(n)
E-FUNC 1:1+6 no function `minute`
it is called `getMinutes`: t.getMinutes()

second(n)
E-FUNC 1:1+6 no function `second`
it is called `getSeconds`: t.getSeconds()

dayofweek(n)
E-FUNC 1:1+9 no function `dayofweek`
it is called `getDayOfWeek`: t.getDayOfWeek(), Sunday is 0

md5(n)
E-FUNC 1:1+3 no function `md5`
there are hash.sha256(x) and hash.xxh64(x)

sha1(n)
E-FUNC 1:1+4 no function `sha1`
there are hash.sha256(x) and hash.xxh64(x)

sha256(n)
E-FUNC 1:1+6 no function `sha256`
it is called `hash.sha256`: hex(hash.sha256(x))

hash(n)
E-FUNC 1:1+4 no function `hash`
there are hash.sha256(x) and hash.xxh64(x)

parse_json(n)
E-FUNC 1:1+10 no function `parse_json`
it is called `json.parse`

json_extract(n)
E-FUNC 1:1+12 no function `json_extract`
it is called `json.parse`: json.parse(s).a[0]

get_json_object(n)
E-FUNC 1:1+15 no function `get_json_object`
it is called `json.parse`: json.parse(s).a[0]

to_json(n)
E-FUNC 1:1+7 no function `to_json`
it is called `json.format`

json.stringify(n)
E-FUNC 1:1+14 no function `json.stringify`
it is called `json.format`

parse_url(n)
E-FUNC 1:1+9 no function `parse_url`
it is called `url.parse`: url.parse(s).host

haversine(n)
E-FUNC 1:1+9 no function `haversine`
it is called `geo.distance`: metres between (lat, lon) and (lat, lon)

st_distance(n)
E-FUNC 1:1+11 no function `st_distance`
it is called `geo.distance`: metres between (lat, lon) and (lat, lon)

pow(n)
E-FUNC 1:1+3 no function `pow`
there is no power: write `x * x`

mod(n)
E-FUNC 1:1+3 no function `mod`
write `a % b`

round(n)
E-FUNC 1:1+5 no function `round`
it is called `math.round`, of a double

floor(n)
E-FUNC 1:1+5 no function `floor`
it is called `math.floor`, of a double; of a timestamp `time.floor`

ceil(n)
E-FUNC 1:1+4 no function `ceil`
it is called `math.ceil`, of a double

abs(n)
E-FUNC 1:1+3 no function `abs`
it is called `math.abs`

sqrt(n)
E-FUNC 1:1+4 no function `sqrt`
it is called `math.sqrt`

greatest(n)
E-FUNC 1:1+8 no function `greatest`
it is called `math.greatest`

least(n)
E-FUNC 1:1+5 no function `least`
it is called `math.least`

rlike(n)
E-FUNC 1:1+5 no function `rlike`
it is called `matches`: s.matches(pattern)

regexp_like(n)
E-FUNC 1:1+11 no function `regexp_like`
it is called `matches`: s.matches(pattern)

regexp_replace(n)
E-FUNC 1:1+14 no function `regexp_replace`
it is called `regex.replace`

now == n
E-NAME 1:1+3 no field or name `now` here
there is no now(): event time only, `meta.timestamp`

current_timestamp == n
E-NAME 1:1+17 no field or name `current_timestamp` here
there is no now(): event time only, `meta.timestamp`

None == n
E-NAME 1:1+4 no field or name `None` here
it is called `null`; a null field is absent: has(x), `??`

nil == n
E-NAME 1:1+3 no field or name `nil` here
it is called `null`; a null field is absent: has(x), `??`

undefined == n
E-NAME 1:1+9 no field or name `undefined` here
a field that is not there is absent: has(x), `??`

NULL == n
E-NAME 1:1+4 no field or name `NULL` here
it is written `null`; a null field is absent: has(x), `??`

TRUE == n
E-NAME 1:1+4 no field or name `TRUE` here
it is written `true`

False == n
E-NAME 1:1+5 no field or name `False` here
it is written `false`

self == n
E-NAME 1:1+4 no field or name `self` here
the whole record is `this`

record == n
E-NAME 1:1+6 no field or name `record` here
the whole record is `this`

row == n
E-NAME 1:1+3 no field or name `row` here
the whole record is `this`

headers == n
E-NAME 1:1+7 no field or name `headers` here
of the source's record: `meta.headers`, header("name")

topic == n
E-NAME 1:1+5 no field or name `topic` here
of the source's record: `meta.topic`

partition == n
E-NAME 1:1+9 no field or name `partition` here
of the source's record: `meta.partition`

offset == n
E-NAME 1:1+6 no field or name `offset` here
of the source's record: `meta.offset`

ok and ok
E-SYNTAX 1:4+3 expected an operator or the end, found a name
write `&&`

ok OR ok
E-SYNTAX 1:4+2 expected an operator or the end, found a name
write `||`

not ok
E-SYNTAX 1:1+3 expected a value, found the word `not`
write `!a`, `!(x in list)`

n not in l
E-SYNTAX 1:3+3 expected an operator or the end, found a name
write `!a`, `!(x in list)`

o is null
E-SYNTAX 1:3+2 expected an operator or the end, found a name
a null field is absent: `has(x)`, `!has(x)`

o IS NOT NULL
E-SYNTAX 1:3+2 expected an operator or the end, found a name
a null field is absent: `has(x)`, `!has(x)`

s like "a%"
E-SYNTAX 1:3+4 expected an operator or the end, found a name
write `s.startsWith(a)`, `s.endsWith(a)` or `s.contains(a)`

n between 1 and 5
E-SYNTAX 1:3+7 expected an operator or the end, found a name
write `x >= a && x <= b`

case when ok then 1 else 2 end
E-SYNTAX 1:6+4 expected an operator or the end, found a name
write `condition ? a : b`

n mod 2
E-SYNTAX 1:3+3 expected an operator or the end, found a name
write `a % b`

n as m
E-SYNTAX 1:3+2 expected an operator or the end, found a name
types are functions: int(x); results get names in `select: {name: 'x'}`

n <> 1
E-SYNTAX 1:3+2 unexpected `<>`
unequal is `!=`

s =~ "a"
E-SYNTAX 1:3+2 unexpected `=~`
write `s.matches(pattern)`

n => 1
E-SYNTAX 1:3+2 unexpected `=>`
at or above is `>=`; a macro is written `list.map(x, value)`

n =< 1
E-SYNTAX 1:3+2 unexpected `=<`
at or below is `<=`

n = 1
E-SYNTAX 1:3+1 unexpected `=`
equality is `==`

n === 1
E-SYNTAX 1:3+3 unexpected `===`
equality is `==`

ok & ok
E-SYNTAX 1:4+1 unexpected `&`
logical and is `&&`

ok | ok
E-SYNTAX 1:4+1 unexpected `|`
logical or is `||`

$n
E-SYNTAX 1:1+1 unexpected `$`
parameters are read as `params.name`, the whole record is `this`

n # x
E-SYNTAX 1:3+1 unexpected `#`
a comment begins with `//`

n;
E-SYNTAX 1:2+1 unexpected `;`
an expression is one value: names for its parts stand in `let:`

n ^ 2
E-SYNTAX 1:3+1 unexpected `^`
math.bitXor(a, b); a power is `x * x`

~n
E-SYNTAX 1:1+1 unexpected `~`
math.bitNot(a)

lower(s)
E-FUNC 1:1+5 no function `lower`
it is a method: s.lower()

s.lowerAsci()
E-FUNC 1:3+9 no method `lowerAsci`
did you mean `lowerAscii`?

COALESCE(o, 1)
E-FUNC 1:1+8 no function `COALESCE`
write `o ?? 1`
