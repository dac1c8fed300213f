# sortBy, base64, indexOf of lists, and equal elements among many: values from the documentation of
# cel-go's ext/lists.go and ext/encoders.go and of Kubernetes' lists, RFC 4648, and by hand; those
# that cel-go has were also run through it.

# ---- sortBy

["foo", "bar", "quux", "a"].sortBy(s, size(s))
[string]
["a", "foo", "bar", "quux"]

[3, -4, 1, -2].sortBy(x, x * x)
[int]
[1, -2, 3, -4]

# equal keys leave the order
lists.range(20).sortBy(i, i % 3).slice(0, 9)
[int]
[0, 3, 6, 9, 12, 15, 18, 1, 4]

[{"name": "x", "price": 2.5}, {"name": "y", "price": 1.5}].sortBy(i, i.price).map(i, i.name)
[json]
["y", "x"]

[].sortBy(x, x)
[json]
[]

[1.5, 0.0 / 0.0, -1.5].sortBy(x, x).slice(0, 2)
[double]
[-1.5, 1.5]

["b", "a"].sortBy(s, [s])
E-TYPE 1:22+3 `sortBy` needs a key with an order, this is `[string]`
-

{"a": 1}.sortBy(k, k)
E-TYPE 1:1+8 `sortBy` goes over a list, this is `{string: int}`
-

[1].sortBy(x)
E-TYPE 1:5+6 `sortBy` takes another number of arguments
it is written `sortBy(x, key)`

[1].sortBy(1, 1)
E-SYNTAX 1:12+1 a variable is a plain name
it is written `sortBy(x, key)`

%row n int = 3
%row items [{sku: string, price: double, rank: int?}] = [{"sku": "b", "price": 2.0}, {"sku": "a", "price": 1.0, "rank": 7}]
%row any json = [{"a": 2}, {"a": 1.5}, {"a": 10}]
%row obj json = {"a": 1}
%row tags [string] = ["x", "y", "x"]
%row ns [int] = [1, 2, 1]
%row us [uint] = [1u]

items.sortBy(i, i.price).last().sku ?? ""
string
"b"

items.sortBy(i, i.rank)
E-ABSENT 1:17+6 `i.rank` may be absent
use `i.rank ?? default`, `has(i.rank)` or `.?`

items.sortBy(i, i.rank ?? 0).map(i, i.sku)
[string]
["b", "a"]

any.sortBy(x, x.a).map(x, x.a)
[json]
[1.5, 2, 10]

any.sortBy(x, x)
[json]
error(expr.error: cannot take a map and a map in `any.sortBy(x, x)`)

obj.sortBy(k, k)
[json]
error(expr.error: cannot take a map in `obj.sortBy(k, k)`)

ns.sortBy(x, x / (n - 3))
[int]
error(expr.error: division by zero in `x / (n - 3)`)

# ---- indexOf

[ns.indexOf(1), ns.lastIndexOf(1), ns.indexOf(2), ns.indexOf(9), ns.lastIndexOf(9)]
[int]
[0, 2, 1, -1, -1]

[tags.indexOf("x"), tags.lastIndexOf("x"), tags.indexOf("z"), [].indexOf(1), [[1], [2]].indexOf([2])]
[int]
[0, 2, -1, -1, 1]

[ns.indexOf(2.0), [1.5, 2.0].lastIndexOf(2), any.indexOf({"a": 10})]
[int]
[1, 1, 2]

ns.indexOf("1")
E-TYPE 1:4+7 `indexOf` cannot take `[int]` and `string`
it is written string.indexOf(string), string.indexOf(string, int), list.indexOf(any)

us.indexOf(1)
E-TYPE 1:4+7 `indexOf` cannot take `[uint]` and `int`
it is written string.indexOf(string), string.indexOf(string, int), list.indexOf(any)

# ---- equal elements among many: one number is one element in all its types

lists.range(200).map(i, i % 7).distinct()
[int]
[0, 1, 2, 3, 4, 5, 6]

lists.range(200).map(i, i % 3 == 0 ? dyn(i % 9) : i % 3 == 1 ? dyn(uint(i % 9 - 1)) : dyn(double(i % 9 - 2))).distinct()
[json]
[0, 3, 6]

[0.0, -0.0, 0, 0u, 1.5, 9007199254740993, 9007199254740992.0, "0", b"0", false, null, null, 1.5].distinct()
[json]
[0.0, 1.5, 9007199254740993, 9007199254740992.0, "0", b"0", false, null]

lists.range(100).map(i, [i % 2, i % 3]).distinct().size() == 6 && lists.range(100).map(i, {i % 2: i % 5}).distinct().size() == 10
bool
true

lists.range(100).map(i, i % 2 == 0 ? {"a": 1, "b": 2.0} : {"b": 2, "a": 1u}).distinct().size()
int
1

lists.range(99).map(i, 0.0 / 0.0).distinct().size()
int
99

(lists.range(30).map(i, dyn("a")) + [dyn(any)]).distinct().size() == 2 && any.distinct().size() == 3
bool
true

sets.contains(lists.range(1000), [999, 0.0, 17u]) && !sets.contains(lists.range(1000), lists.range(1001))
bool
true

sets.contains(lists.range(1000), lists.range(1000)) && !sets.contains(lists.range(1000), lists.range(1001))
bool
true

sets.equivalent(lists.range(300) + lists.range(300), lists.range(300).reverse()) && !sets.equivalent(lists.range(300), lists.range(299))
bool
true

sets.intersects(lists.range(300), [301, 299]) && !sets.intersects(lists.range(300), [301, 300])
bool
true

# ---- base64

[base64.encode(b""), base64.encode(b"f"), base64.encode(b"fo"), base64.encode(b"foobar"), base64.encode(b"\xfb\xff")]
[string]
["", "Zg==", "Zm8=", "Zm9vYmFy", "+/8="]

[base64.decode(""), base64.decode("Zg=="), base64.decode("Zm8"), base64.decode("Zm9v\r\nYmFy"), base64.decode("+/8=")]
[bytes]
[b"", b"f", b"fo", b"foobar", b"\xfb\xff"]

# bits behind the last byte are not looked at
base64.decode("Zh==") == base64.decode("Zg==")
bool
true

base64.decode("-_8=")
E-CONST 1:1+21 no base64 at byte 0 in `base64.decode("-_8=")`
-

base64.decode("Zm9vY")
E-CONST 1:1+22 base64 that is cut in `base64.decode("Zm9vY")`
-

base64.decode("Zg=")
E-CONST 1:1+20 no base64 at byte 2 in `base64.decode("Zg=")`
-

base64.decode("Zg==Zg==")
E-CONST 1:1+25 no base64 at byte 2 in `base64.decode("Zg==Zg==")`
-

base64.encode("text")
E-TYPE 1:1+13 `base64.encode` cannot take `string`
it takes (bytes)

%strict on

# as specified: one type
dyn([1, 2.0]).sort()
[json]
error(expr.error: cannot take int and double in `dyn([1, 2.0]).sort()`)
