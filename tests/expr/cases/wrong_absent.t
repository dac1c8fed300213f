# What may be absent is handled before it is used: every place that asks for it, and every way to know.
%row n int = 4
%row m int? = 5
%row name string? = "y"
%row ok bool? = true
%row tags [string]? = ["a"]
%row user {id: string, age: int?} = {"id": "u1", "age": 3}
%row ship {city: string, zip: string?}? = {"city": "Rome", "zip": "1"}

m + 1
E-ABSENT 1:1+1 `m` may be absent
use `m ?? default`, `has(m)` or `.?`

m > 1
E-ABSENT 1:1+1 `m` may be absent
use `m ?? default`, `has(m)` or `.?`

user.age > 1
E-ABSENT 1:1+8 `user.age` may be absent
use `user.age ?? default`, `has(user.age)` or `.?`

ship.city == "Rome"
E-ABSENT 1:1+9 `ship.city` may be absent
use `ship.city ?? default`, `has(ship.city)` or `.?`

name.size()
E-ABSENT 1:1+4 `name` may be absent
use `name ?? default`, `has(name)` or `.?`

!ok
E-ABSENT 1:2+2 `ok` may be absent
use `ok ?? default`, `has(ok)` or `.?`

ok && n > 1
E-ABSENT 1:1+2 `ok` may be absent
use `ok ?? default`, `has(ok)` or `.?`

ok ? 1 : 2
E-ABSENT 1:1+2 `ok` may be absent
use `ok ?? default`, `has(ok)` or `.?`

"x" in tags
E-ABSENT 1:8+4 `tags` may be absent
use `tags ?? default`, `has(tags)` or `.?`

tags.map(t, t)
E-ABSENT 1:1+4 `tags` may be absent
use `tags ?? default`, `has(tags)` or `.?`

[m]
E-ABSENT 1:2+1 `m` may be absent
use `m ?? default`, `has(m)` or `.?`

{"age": m}
E-ABSENT 1:9+1 `m` may be absent
use `m ?? default`, `has(m)` or `.?`

# ---- knowing it in one place says nothing of another

has(m) || m > 1
E-ABSENT 1:11+1 `m` may be absent
use `m ?? default`, `has(m)` or `.?`

!has(m) && m > 1
E-ABSENT 1:12+1 `m` may be absent
use `m ?? default`, `has(m)` or `.?`

m > 1 && has(m)
E-ABSENT 1:1+1 `m` may be absent
use `m ?? default`, `has(m)` or `.?`

has(m) ? 0 : m
int?
0

(has(m) && n > 1) || m > 1
E-ABSENT 1:22+1 `m` may be absent
use `m ?? default`, `has(m)` or `.?`

has(name) && m > 1
E-ABSENT 1:14+1 `m` may be absent
use `m ?? default`, `has(m)` or `.?`

has(ship) && ship.zip == "1"
E-ABSENT 1:14+8 `ship.zip` may be absent
use `ship.zip ?? default`, `has(ship.zip)` or `.?`

m != null && m > 1
E-ABSENT 1:1+9 `m` may be absent, and is never null
write `has(m)`
E-ABSENT 1:14+1 `m` may be absent
use `m ?? default`, `has(m)` or `.?`

null == m
E-ABSENT 1:1+9 `m` may be absent, and is never null
write `!has(m)`

# ---- what is never absent

n ?? 1 + n
int
4

n + 1 ?? 2
E-TYPE 1:1+5 `n + 1` is never absent
leave `?? 2` out

n.orValue(1)
E-TYPE 1:1+1 `n` is never absent
leave `.orValue(1)` out

(n + 1).optMap(x, x)
E-TYPE 1:2+5 this is never absent
optMap() is a method of optionals

m ?? "none"
E-TYPE 1:1+11 the two sides differ: `int` and `string`
make it text: `string(m)`

[?n]
E-TYPE 1:3+1 an element with `?` is an optional, this is `int`
leave the `?` out

optional.of(n) + 1
E-ABSENT 1:1+14 `optional.of(n)` may be absent
use `?? default` or `.orValue(default)`

%want int

m
E-ABSENT 1:1+1 `m` may be absent
use `m ?? default`, `has(m)` or `.?`

has(m) ? m : user.age
E-ABSENT 1:1+21 `has(m) ? m : user.age` may be absent
use `?? default` or `.orValue(default)`
