# Macros: values and messages by hand, from CEL's definition.
%row n int = 4
%row x int = 100
%row nums [int] = [3, 1, 2]
%row none [int] = []
%row tags [string] = ["a", "b"]
%row attrs {string: int} = {"y": 1, "x": 2}
%row opt [int]? = absent
%row coupon int? = 7
%row missing int? = absent
%row items [{sku: string, price: int, off: int?}] = [{"sku": "s1", "price": 5}, {"sku": "s2", "price": 7, "off": 2}]
%row props json = {"lines": [{"p": 2}, {"p": 0}], "k": 7, "m": {"b": 1, "a": 2}}

# ---- all: as && over the elements

nums.all(v, v > 0)
bool
true

nums.all(v, v > 1)
bool
false

none.all(v, v > 0)
bool
true

# false absorbs the errors before and behind it, true does not

nums.all(v, 6 / (n - 1 - v) > 100)
bool
false

nums.all(v, 6 / (v - 3) > 100)
bool
false

nums.all(v, 6 / (v - 3) < 100)
bool
error(expr.error: division by zero in `6 / (v - 3)`)

# ---- exists: as ||

nums.exists(v, v == 2)
bool
true

nums.exists(v, v == 9)
bool
false

none.exists(v, true)
bool
false

nums.exists(v, 6 / (v - 3) == -6)
bool
true

nums.exists(v, 6 / (v - 2) == 6)
bool
true

nums.exists(v, 6 / (v - 3) == 1)
bool
error(expr.error: division by zero in `6 / (v - 3)`)

# An error of the first element is absorbed by the second one; the outer && by its own false.

nums.exists(v, 1 / (v - 3) > 5) && n == 5
bool
false

# ---- exists_one, map, filter: nothing is absorbed

nums.exists_one(v, v > 2)
bool
true

nums.exists_one(v, v > 1)
bool
false

nums.existsOne(v, v == 9)
bool
false

nums.exists_one(v, 6 / (v - 2) > 100)
bool
error(expr.error: division by zero in `6 / (v - 2)`)

nums.map(v, v * n)
[int]
[12, 4, 8]

nums.map(v, v > 1, v + 0.5)
[double]
[3.5, 2.5]

nums.map(v, 6 / (v - 1))
[int]
error(expr.error: division by zero in `6 / (v - 1)`)

nums.map(v, 6 / (v - 1) > 0, 1)
[int]
error(expr.error: division by zero in `6 / (v - 1)`)

none.map(v, v)
[int]
[]

nums.filter(v, v != 1)
[int]
[3, 2]

nums.filter(v, 6 / (v - 1) > 0)
[int]
error(expr.error: division by zero in `6 / (v - 1)`)

nums.filter(v, v > 1).map(v, string(v) + "!")
[string]
["3!", "2!"]

# ---- maps: the keys, in the order of the map

attrs.map(k, k)
[string]
["y", "x"]

attrs.filter(k, attrs[k] > 1)
[string]
["x"]

attrs.all(k, k == "y")
bool
false

attrs.exists(k, k == "x")
bool
true

{n: "a", 2: "b"}.map(k, k * 10)
[int]
[40, 20]

# ---- json: looked at when it runs

props.lines.map(l, int(l.p))
[int]
[2, 0]

props.lines.exists(l, l.p == 0)
bool
true

props.m.map(k, string(k))
[string]
["b", "a"]

props.k.map(k, 1)
[int]
error(expr.error: cannot take int in `props.k.map(k, 1)`)

props.lines.all(l, l.p)
bool
error(expr.error: bool is needed, this is int in `l.p`)

# ---- records in lists; what is optional in them must be handled

items.map(i, i.sku)
[string]
["s1", "s2"]

items.filter(i, has(i.off) && i.off > 1).map(i, i.price - (i.off ?? 0))
[int]
[5]

items.map(i, has(i.off), i.off)
[int]
[2]

items.map(i, i.off)
E-ABSENT 1:14+5 `i.off` may be absent
use `i.off ?? default`, `has(i.off)` or `.?`

# ---- scope: a variable hides a field, `this` reaches it

nums.exists(x, x == 3)
bool
true

nums.exists(x, x == 3) && x == 100
bool
true

nums.map(x, x + this.x)
[int]
[103, 101, 102]

nums.map(nums, nums)
[int]
[3, 1, 2]

nums.map(a, tags.map(b, b + string(a)))
[[string]]
[["a3", "b3"], ["a1", "b1"], ["a2", "b2"]]

nums.all(a, nums.exists(b, a == b && nums.exists_one(c, c == a)))
bool
true

nums.map(v, v) + nums.map(w, v)
E-NAME 1:30+1 no field or name `v` here
the fields here are `n`, `x`, `nums`, `none`, `tags`, `attrs`, `opt`, `coupon`, ... (11)

# ---- constants

[1, 2, 3].map(v, v * 2)
[int]
[2, 4, 6]

[1, 2].map(v, v / 0)
E-CONST 1:1+20 division by zero in `v / 0`
-

# ---- two variables: place and element, key and value

nums.all(i, v, i + v == 3)
bool
false

nums.exists(i, v, i == 2 && v == 2)
bool
true

nums.existsOne(i, v, i == v)
bool
false

attrs.exists(k, v, k == "x" && v == 2)
bool
true

nums.transformList(i, v, i * 10 + v)
[int]
[3, 11, 22]

nums.transformList(i, v, i > 0, v)
[int]
[1, 2]

attrs.transformList(k, v, k + string(v))
[string]
["y1", "x2"]

attrs.transformMap(k, v, v * n)
{string: int}
{"y": 4, "x": 8}

attrs.transformMap(k, v, v > 1, k)
{string: string}
{"x": "x"}

tags.transformMap(i, t, t + string(i))
{int: string}
{0: "a0", 1: "b1"}

nums.transformMapEntry(i, v, {string(v): i})
{string: int}
{"3": 0, "1": 1, "2": 2}

nums.transformMapEntry(i, v, v > 1, {v: i})
{int: int}
{3: 0, 2: 2}

nums.transformMapEntry(i, v, {v / 2: i})
{int: int}
error(expr.error: a key comes twice in `nums.transformMapEntry(i, v, {v / 2: i})`)

nums.transformMapEntry(i, v, v)
E-TYPE 1:30+1 the entries are a map, this is `int`
-

nums.map(v, 1).transformList(v, v, v)
E-NAME 1:33+1 `v` names both variables
-

# ---- bind, optMap, optFlatMap

cel.bind(y, n * n, y + y)
int
32

nums.map(v, cel.bind(n, v + 1, n * n))
[int]
[16, 4, 9]

coupon.optMap(c, c + 1) ?? 0
int
8

missing.optMap(c, c + 1) ?? 0
int
0

nums[?1].optFlatMap(i, tags[?i])
string?
"b"

nums[?9].optFlatMap(i, tags[?i])
string?
absent

missing.optMap(c, optional.of(c))
optional(int)?
absent

coupon.optFlatMap(c, c)
E-TYPE 1:22+1 optFlatMap() makes an optional, this is `int`
-

n.optMap(c, c)
E-TYPE 1:1+1 this is never absent
optMap() is a method of optionals

# ---- what is wrong

nums.all(v + 1, true)
E-SYNTAX 1:10+5 a variable is a plain name
it is written `all(x, condition)`

nums.map("v", 1)
E-SYNTAX 1:10+3 a variable is a plain name
it is written `map(x, value)`

nums.filter(items.price, true)
E-SYNTAX 1:13+11 a variable is a plain name
it is written `filter(x, condition)`

nums.map(this, 1)
E-NAME 1:10+4 `this` cannot name a variable
-

nums.exists(v)
E-TYPE 1:6+6 `exists` takes another number of arguments
it is written `exists(x, condition)`, `exists(i, x, condition)`

n.all(v, true)
E-TYPE 1:1+1 `all` goes over a list or a map, this is `int`
-

opt.all(v, true)
E-ABSENT 1:1+3 `opt` may be absent
use `opt ?? default`, `has(opt)` or `.?`

(opt ?? []).all(v, v > 0)
bool
true

nums.all(v, v)
E-TYPE 1:13+1 a condition is `bool`, this is `int`
there is no truth in numbers: `v != 0`

nums.all(v, v + "a" == "a")
E-TYPE 1:15+1 `+` cannot take `int` and `string`
make it text: `string(v)`

nums.map(value, valu)
E-NAME 1:17+4 no field or name `valu` here
did you mean `value`?

exists(nums, v, v > 1)
E-FUNC 1:1+6 no function `exists`
it is a method: nums.exists(v, v > 1)

nums.exist(n, true)
E-FUNC 1:6+5 no method `exist`
did you mean `exists`?

nums.all(a, nums.all(b, nums.all(c, nums.all(d, true))))
E-LIMIT 1:42+3 macros over lists and maps are nested more than 3 deep
make the inner list in a node before

# What a macro goes over is not inside it.

nums.map(a, a).map(a, a).map(a, a).map(a, a).filter(a, a > 1)
[int]
[3, 2]

# ---- the steps

nums.exists(v, v > 2)
bool
true
>  0  field r1 <- nums
>  1  iter r1 <- r1
>  2  move r0 <- false
>  3  iter.next r3 <- r1, or 9
>  4  gt.i64 r4 <- r3, 2  ! 8
>  5  jmp.false 3 if r4
>  6  move r0 <- r4
>  7  jmp 10
>  8  jmp 3
>  9  raise r0
> 10  end

# ---- a `let` does not see the variables of where it is read

%let big = x > 50

nums.map(x, big)
[bool]
[true, true, true]

# a variable over nothing has the type of its first use
{}.transformMap(k, v, k == "a", v)
{string: json}
{}

[].map(x, x + x)
[bytes]
[]
