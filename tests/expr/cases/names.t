# Fields, extras, lets, params, meta; what may be absent.
%row user_id string = "u1"
%row amount double = 120.5
%row n int = 4
%row country string? = "US"
%row tier string? = absent
%row cents int? = absent
%row ts timestamp = timestamp("2026-01-01T00:00:00Z")
%row tags [string] = ["a", "b"]
%row attrs {string: int} = {"x": 1}
%row broken int = error
%row props json = {"order": {"id": "o1", "total": 12.5, "lines": [1, 2]}, "none": null, "k": 7}
%row profile {segment: string, consent: bool?, score: int}? = {"segment": "gold", "score": 3}
%row other {segment: string, consent: bool?}? = absent
%row clicks {url: string, price: int?} = {"url": "/a", "price": 9}

amount > 100.0 && user_id == "u1"
bool
true
>  0  gt.f64.field r0 <- amount, 100.0  ! 2
>  1  jmp.false 4 if r0
>  2  eq.str.field r1 <- user_id, "u1"
>  3  and r0 <- r1
>  4  end

amount > 100
bool
true

n * 1.5
double
6.0

n < amount
bool
true

this.user_id
string
"u1"

this["user_id"] + "x"
string
"u1x"

user_idd
E-NAME 1:1+8 no field or name `user_idd` here
did you mean `user_id`?

this.amout
E-FIELD 1:6+5 no field `amout` in the record
did you mean `amount`?

clicks.ur == "/a"
E-FIELD 1:8+2 no field `ur` in `clicks`
did you mean `url`?

clicks.url
string
"/a"
>  0  field2 r0 <- clicks.url
>  1  end

n.foo
E-FIELD 1:3+3 `n` is int and has no fields
-

# ---- absence

tier
string?
absent

country
string?
"US"

tier == "gold"
E-ABSENT 1:1+4 `tier` may be absent
use `tier ?? default`, `has(tier)` or `.?`

tier ?? "none"
string
"none"

country ?? "none"
string
"US"

cents ?? 0 > 10
bool
false

amount ?? 1
double
120.5

has(tier) && tier == "gold"
bool
false

has(country) && country == "US"
bool
true

!has(country) || country == "US"
bool
true

has(country) ? country : "none"
string
"US"

has(tier) ? country : "none"
string?
"none"

has(country) || country == "US"
E-ABSENT 1:17+7 `country` may be absent
use `country ?? default`, `has(country)` or `.?`

(has(country) || n > 1) && country == "US"
E-ABSENT 1:28+7 `country` may be absent
use `country ?? default`, `has(country)` or `.?`

!(has(country) && n > 1) || country == "US"
bool
true

!(has(country) || n > 1) && country == "US"
E-ABSENT 1:29+7 `country` may be absent
use `country ?? default`, `has(country)` or `.?`

country == "US" && has(country)
E-ABSENT 1:1+7 `country` may be absent
use `country ?? default`, `has(country)` or `.?`

country.hasValue() && country.startsWith("U")
bool
true

tier.orValue("x")
string
"x"

profile.segment
string?
"gold"

profile.segment ?? "unknown"
string
"gold"

other.segment ?? "unknown"
string
"unknown"

profile.consent ?? false
bool
false

has(profile.segment) && profile.segment == "gold" && profile.score > 2
bool
true

has(profile) && profile.segment == "gold"
bool
true

has(profile) && profile.consent
E-ABSENT 1:17+15 `profile.consent` may be absent
use `profile.consent ?? default`, `has(profile.consent)` or `.?`

profile.hasValue() ? profile.score : 0
int
3

other.hasValue()
bool
false

has(other.consent)
bool
false

{"a": 1, ?"tier": tier, ?"country": country}
{string: json}
{"a": 1, "country": "US"}

{"s": profile.segment}
E-ABSENT 1:7+15 `profile.segment` may be absent
use `profile.segment ?? default`, `has(profile.segment)` or `.?`

{"s": user_id, ?"tier": tier, ?"country": country}
{string: string}
{"s": "u1", "country": "US"}

[?tier, ?country]
[string]
["US"]

clicks.price + 1
E-ABSENT 1:1+12 `clicks.price` may be absent
use `clicks.price ?? default`, `has(clicks.price)` or `.?`

clicks.?price ?? 0
int
9

cents == null
E-ABSENT 1:1+13 `cents` may be absent, and is never null
write `!has(cents)`

n == null
E-TYPE 1:3+2 `==` cannot take `int` and `null`
`n` is always there, and a null field is absent

has(n + 1)
E-SYNTAX 1:5+5 has() takes a field, as in has(a.b)
ask for each of its fields: has(a) && has(b)

# ---- errors of fields

broken + 1
int
error(decode.type: a string stands there)

broken > 1 || true
bool
true

true || broken > 1
bool
true

broken > 1 && n == 4
bool
error(decode.type: a string stands there)

n == 5 && broken > 1
bool
false

broken > 1 && n == 5
bool
false

has(this.broken)
bool
error(decode.type: a string stands there)

9223372036854775807 + n
int
error(num.overflow: int overflow in `9223372036854775807 + n`)

n / (n - 4)
int
error(expr.error: division by zero in `n / (n - 4)`)

tags[n]
string
error(expr.error: no element 4 in `tags[n]`)

# ---- collections

tags[0] + tags[1]
string
"ab"

"b" in tags && !("c" in tags)
bool
true

attrs.x + attrs["x"]
int
2

attrs.y ?? 5
int
5

has(attrs.x) && !has(attrs.y)
bool
true

amount in [1, 120.5]
bool
true

# ---- json

props.order.id
json
"o1"

props.order.id == "o1"
bool
true

props.order.total * 2
json
25.0

props.order.total > 12
bool
true

props.order.lines[1] + n
json
6

size(props.order.lines)
int
2

props.nope ?? 3
json
3

props.order.nope.deep ?? "x"
json
"x"

props.none.deep ?? "x"
json
"x"

has(props.order) && !has(props.nope)
bool
true

props.k && true
bool
error(expr.error: bool is needed, this is int in `props.k`)

string(props.k) + "!"
string
"7!"

props.nope
json
error(expr.error: no key "nope" in `props.nope`)

# ---- lets, params, extras, meta
%param limit int = 3
%param name string = "p"
%let total = amount * n
%let big = total > 100.0
%let t = country
%extra key string = "the key"
%extra window {start: timestamp, end: timestamp} = {"start": timestamp(0), "end": timestamp(60)}

big && total < 1000.0
bool
true

t ?? "x"
string
"US"

t == "US"
E-ABSENT 102:1+7 `country` may be absent
use `country ?? default`, `has(country)` or `.?`

n > params.limit
bool
true

params.limi
E-FIELD 1:8+4 no parameter `limi`
did you mean `limit`?

key + params.name
string
"the keyp"

window.end - window.start == duration("1m")
bool
true

window.ende
E-FIELD 1:8+4 no field `ende` in `window`
did you mean `end`?

meta.topic
E-META 1:1+10 `meta.topic` does not exist here
rows of an aggregate come from many records

%meta on

meta.topic + "/" + string(meta.partition) + "/" + string(meta.offset) + meta.source + meta.key
string
"shop.clicks/3/42clicksk1"

meta.timestamp
timestamp
timestamp("2023-11-14T22:13:20.123Z")

meta.appended ?? timestamp(0)
timestamp
timestamp("1970-01-01T00:00:00Z")

meta.headers
{string: [bytes]}
{"a": [b"1", b"3"], "b": [b"2"]}

meta.topik
E-FIELD 1:6+5 `meta` has no field `topik`
did you mean `topic`?

meta
E-NAME 1:1+4 `meta` is no value of its own
read one of its fields: `meta.timestamp`

# a let hides the field of its name, but its own text still means the field
%let n = n + 1
%let m = n * 10

n
int
5

m
int
50

# ---- what the slot wants
%want double

n
double
5.0

n / 3
double
1.0
W-INTDIV 1:1+5 int / int is cut to a whole number before it is widened
make one side a double: double(a) / b

%want bool

this.n
E-TYPE 1:1+6 `bool` is needed here, this is `int`
there is no truth in numbers: `this.n != 0`

country.startsWith("U")
E-ABSENT 1:1+7 `country` may be absent
use `country ?? default`, `has(country)` or `.?`

profile.consent
E-ABSENT 1:1+15 `profile.consent` may be absent
use `profile.consent ?? default`, `has(profile.consent)` or `.?`

props.k
bool
error(expr.error: bool is needed, this is int in `props.k`)

%want string?

tier
string?
absent

user_id
string
"u1"
