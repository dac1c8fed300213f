# What people write who know SQL, JavaScript, Python, jq or Bloblang, and what they are told.
%row n int = 4
%row m int? = 5
%row d double = 1.5
%row s string = "x"
%row name string? = "y"
%row ok bool = true
%row ts timestamp = timestamp("2026-01-02T03:04:05Z")
%row tags [string] = ["a"]
%row items [{sku: string, price: double, qty: int?}] = [{"sku": "k", "price": 2.5, "qty": 1}]
%row props {string: string} = {"a": "b"}
%row user {id: string, age: int?} = {"id": "u1", "age": 3}

# ---- SQL

s = "paid" and n > 10
E-SYNTAX 1:3+1 unexpected `=`
equality is `==`
E-SYNTAX 1:12+3 expected an operator or the end, found a name
write `&&`

n <> 4 or nn > 1
E-SYNTAX 1:3+2 unexpected `<>`
unequal is `!=`
E-SYNTAX 1:8+2 expected an operator or the end, found a name
write `||`
E-NAME 1:11+2 no field or name `nn` here
the fields here are `n`, `m`, `d`, `s`, `name`, `ok`, `ts`, `tags`, ... (11)

not ok
E-SYNTAX 1:1+3 expected a value, found the word `not`
write `!a`, `!(x in list)`

n not in [1, 2]
E-SYNTAX 1:3+3 expected an operator or the end, found a name
write `!a`, `!(x in list)`

name is null
E-SYNTAX 1:6+2 expected an operator or the end, found a name
a null field is absent: `has(x)`, `!has(x)`

name is not null and n > 1
E-SYNTAX 1:6+2 expected an operator or the end, found a name
a null field is absent: `has(x)`, `!has(x)`

name = null
E-SYNTAX 1:6+1 unexpected `=`
equality is `==`
E-ABSENT 1:1+11 `name` may be absent, and is never null
write `!has(name)`

n in (1, 2, 3)
E-SYNTAX 1:8+1 expected `)`, found `,`
a list stands in brackets: `[1, 2, 3]`

n in ("a")
E-TYPE 1:3+2 `in` cannot take `int` and `string`
a list stands in brackets: `["a"]`

s like "shop%"
E-SYNTAX 1:3+4 expected an operator or the end, found a name
write `s.startsWith(a)`, `s.endsWith(a)` or `s.contains(a)`

n between 1 and 10
E-SYNTAX 1:3+7 expected an operator or the end, found a name
write `x >= a && x <= b`

case when n > 1 then "a" else "b" end
E-SYNTAX 1:6+4 expected an operator or the end, found a name
write `condition ? a : b`

s || "-" || user.id
E-TYPE 1:1+1 a condition is `bool`, this is `string`
texts are put together with `+`: `s + "-"`

coalesce(m, 0)
E-FUNC 1:1+8 no function `coalesce`
write `m ?? 0`

if(ok, 1, 2)
E-SYNTAX 1:1+2 reserved word used as a name
write `condition ? a : b`

count(*) > 5
E-SYNTAX 1:7+1 expected a condition or `)`, found `*`
it is written `count()`, in `aggregate:`

sum(items.price)
E-FUNC 1:1+3 no function `sum`
`sum` is an aggregator: it stands in `aggregate:`, whose fields `having:` and `output:` read; of a list it is x.sum()

items.price.sum()
E-FIELD 1:7+5 `items` is [{sku: string, price: double, qty: int?}] and has no fields
of each element: `items.map(x, x.price)`

now() - ts > duration("1h")
E-FUNC 1:1+3 no function `now`
there is no now(): event time only, `meta.timestamp`

current_timestamp
E-NAME 1:1+17 no field or name `current_timestamp` here
there is no now(): event time only, `meta.timestamp`

date_trunc("day", ts)
E-FUNC 1:1+10 no function `date_trunc`
it is called `time.floor`: time.floor(t, duration("1d"))

ts + interval "1 day"
E-SYNTAX 1:15+7 expected an operator or the end, found a string
a length of time is `duration("1d")`

cast(n as string)
E-SYNTAX 1:8+2 expected `,` or `)`, found a name
types are functions: int(x); results get names in `select: {name: 'x'}`

n::string
E-SYNTAX 1:2+2 unexpected `::`
types are functions: string(x), int(x)

select n where ok
E-SYNTAX 1:8+1 expected an operator or the end, found a name
an expression is one value; `select:`, `where:` and `group_by:` are keys of the node

where n > 1
E-SYNTAX 1:7+1 expected an operator or the end, found a name
an expression is one value; `select:`, `where:` and `group_by:` are keys of the node

count(distinct s)
E-SYNTAX 1:16+1 expected `,` or `)`, found a name
different values are counted by approx_distinct(x), in `aggregate:`

s similar to "a"
E-SYNTAX 1:3+7 expected an operator or the end, found a name
write `s.matches("pattern")`

s ilike "%bot%"
E-SYNTAX 1:3+5 expected an operator or the end, found a name
write `s.lower().contains("part")`

nvl2(m, 1, 0)
E-FUNC 1:1+4 no function `nvl2`
write `has(x) ? a : b`

max(n, 10)
E-FUNC 1:1+3 no function `max`
the greatest of several is math.greatest(a, b); `max` of one is an aggregator in `aggregate:`

min(n, 10)
E-FUNC 1:1+3 no function `min`
the least of several is math.least(a, b); `min` of one is an aggregator in `aggregate:`

sum(n)
E-FUNC 1:1+3 no function `sum`
`sum` is an aggregator: it stands in `aggregate:`, whose fields `having:` and `output:` read; of a list it is x.sum()

n = 4 ? "a" : "b"
E-SYNTAX 1:3+1 unexpected `=`
equality is `==`

# ---- JavaScript

s === "x" && n !== 4
E-SYNTAX 1:3+3 unexpected `===`
equality is `==`
E-SYNTAX 1:16+3 unexpected `!==`
unequal is `!=`

user?.age
E-SYNTAX 1:5+2 unexpected `?.`
what may be missing is read with `.?`: a.?b

tags.map(t => t.size())
E-SYNTAX 1:12+2 unexpected `=>`
at or above is `>=`; a macro is written `list.map(x, value)`

tags.length > 0
E-FIELD 1:6+6 `tags` is [string] and has no fields
it is called `size`: size(x), x.size()

s.length()
E-FUNC 1:3+6 no method `length`
it is called `size`: size(x), x.size()

tags.includes("a")
E-FUNC 1:6+8 no method `includes`
write `x in list`, or s.contains(part)

s.toLowerCase() == "x"
E-FUNC 1:3+11 no method `toLowerCase`
it is called `lower`: s.lower()

`a ${s}`
E-SYNTAX 1:1+8 a quoted name holds letters, digits, `_`, `.`, `-`, `/` and spaces
a text stands in "..." or '...' and is put together with `+`

{sku: s}
E-NAME 1:2+3 no field or name `sku` here
a key is a text: `"sku": ...`

m || 0
E-TYPE 1:1+1 a condition is `bool`, this is `int`
a default is `m ?? 0`

n ?: 1
E-SYNTAX 1:3+2 unexpected `?:`
a default is `a ?? b`

typeof n
E-SYNTAX 1:8+1 expected an operator or the end, found a name
it is called `type`: type(x)

Math.floor(d)
E-NAME 1:1+4 no field or name `Math` here
did you mean `math.floor(...)`?

JSON.parse(s).a
E-NAME 1:1+4 no field or name `JSON` here
did you mean `json.parse(...)`?

new Date(s)
E-SYNTAX 1:5+4 expected an operator or the end, found a name
a time is `timestamp("2026-01-31T00:00:00Z")`

return n > 1
E-SYNTAX 1:1+6 reserved word used as a name
an expression is one value: leave `return` out

let x = n + 1
E-SYNTAX 1:1+3 reserved word used as a name
parts get names in a key of the node: `let: {x: 'value'}`

n++
E-SYNTAX 1:2+2 unexpected `++`
nothing changes here: write `x + 1`

n += 1
E-SYNTAX 1:3+2 unexpected `+=`
nothing changes here: write `x + 1`

s == "x" ? "a"
E-SYNTAX 1:15+0 expected `:`, found the end of the expression
both cases are needed: `condition ? a : b`

n == undefined
E-NAME 1:6+9 no field or name `undefined` here
a field that is not there is absent: has(x), `??`

/* large */ n > 1
E-SYNTAX 1:1+2 unexpected `/*`
a comment begins with `//` and ends with its line

"total: ${n}" + tags
E-TYPE 1:15+1 `+` cannot take `string` and `[string]`
the texts of a list: `tags.join(", ")`

# ---- Python

len(s) > 3
E-FUNC 1:1+3 no function `len`
it is called `size`: size(x), x.size()

s == None
E-NAME 1:6+4 no field or name `None` here
it is called `null`; a null field is absent: has(x), `??`

ok == True
E-NAME 1:7+4 no field or name `True` here
it is written `true`

1 if ok else 2
E-SYNTAX 1:3+2 expected an operator or the end, found a name
write `condition ? a : b`

f"user {s}"
E-SYNTAX 1:2+10 expected an operator or the end, found a string
texts are put together with `+`, or "user %s".format([x])

n ** 2
E-SYNTAX 1:3+2 unexpected `**`
there is no power: write `x * x`

n // 2
int
4
W-COMMENT 1:3+4 `//` begins a comment
int / int is cut to a whole number already: write `/`

[x for x in tags]
E-SYNTAX 1:4+3 expected `,` or `]`, found a name
write `list.map(x, value)` or `list.filter(x, condition)`

s[0:3]
E-SYNTAX 1:4+1 expected `]`, found `:`
a part is text.substring(from, to) or list.slice(from, to)

tags[-1]
E-CONST 1:6+2 places are counted from 0 on
the last one, if there is one: `tags.last()`

s in ["a"] and not ok
E-SYNTAX 1:12+3 expected an operator or the end, found a name
write `&&`
E-SYNTAX 1:16+3 expected a value, found the word `not`
write `!a`, `!(x in list)`

lambda x: x > 1
E-SYNTAX 1:8+1 expected an operator or the end, found a name
a macro is written `list.map(x, value)`

str(n)
E-FUNC 1:1+3 no function `str`
it is called `string`: string(x)

"%d items" % n
E-TYPE 1:12+1 `%` cannot take `string` and `int`
a text is filled in by `"%d items".format([n])`

s.strip().upper()
E-FUNC 1:3+5 no method `strip`
it is called `trim`: s.trim()

any(tags)
E-FUNC 1:1+3 no function `any`
`any` is an aggregator, for `aggregate:`; over a list it is list.exists(x, condition)

isinstance(n, int)
E-FUNC 1:1+10 no function `isinstance`
write `type(x) == int`

1 < n < 5
E-TYPE 1:7+1 `<` cannot take `bool` and `int`
write `1 < n && n < 5`

# ---- jq, Bloblang, shells, templates

.items[] | .price
E-SYNTAX 1:8+1 expected a value, found `]`
each element: `list.map(x, value)`
E-SYNTAX 1:10+1 unexpected `|`
logical or is `||`

$.user.id
E-SYNTAX 1:1+1 unexpected `$`
parameters are read as `params.name`, the whole record is `this`

{{ user.id }}
E-SYNTAX 1:2+1 expected a key, found `{`
an expression stands without braces

# a map in a key is no template
{{"a": 1}.size(): {"b": {}}}
{int: {string: {json: json}}}
{1: {"b": {}}}

${n} > 1
E-SYNTAX 1:1+1 unexpected `$`
parameters are read as `params.name`, the whole record is `this`

user.id.uppercase()
E-FUNC 1:9+9 no method `uppercase`
it is called `upper`: s.upper()

tags.map_each(t, t)
E-FUNC 1:6+8 no method `map_each`
it is called `map`: list.map(x, value)

n.catch(0)
E-FUNC 1:3+5 no method `catch`
errors are not values: look first, or let the record go to the dead letters

tags.filter(t -> t != "a")
E-SYNTAX 1:15+2 unexpected `->`
a field is `a.b`; a macro is written `list.map(x, value)`

root.total = n
E-SYNTAX 1:12+1 unexpected `=`
equality is `==`
E-NAME 1:1+4 no field or name `root` here
results are keys of the node: `select: {name: 'value'}`

value.n
E-NAME 1:1+5 no field or name `value` here
fields stand bare: `n`; the whole record is `this`

event.amount > 1
E-NAME 1:1+5 no field or name `event` here
fields stand bare; the whole record is `this`

@timestamp
E-SYNTAX 1:1+1 unexpected `@`
a field with an odd name is read as this["@name"]

items[*].price
E-SYNTAX 1:7+1 expected a value, found `*`
each element: `list.map(x, value)`

“x” == s
E-SYNTAX 1:1+3 unexpected `“`
quotes are `"` or `'`

n × 2
E-SYNTAX 1:3+2 unexpected `×`
-

# found by fuzz_eval: the part that is missing has no text
contains(s, "a')
E-SYNTAX 1:13+4 unterminated string
the closing `"` is missing
E-SYNTAX 1:17+0 expected `,` or `)`, found the end of the expression
the `(` of line 1, column 9 is not closed
