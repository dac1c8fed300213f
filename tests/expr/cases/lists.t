# Functions over lists: what CEL's lists and sets extensions and Kubernetes define, by hand; where
# these are silent (NaN, numbers of several types, ratio, clamp, bucket): topologies/README.md.

# ---- parts

[1, 2, 3].first()
int?
1

[1, 2, 3].last()
int?
3

[1].slice(0, 0).first() ?? 7
int
7

[1].slice(1, 1).last().hasValue()
bool
false

["a", "b", "c", "d"].slice(1, 3)
[string]
["b", "c"]

["a"].slice(0, 1) == ["a"] && ["a"].slice(0, 0) == [] && [].slice(0, 0) == []
bool
true

[1, 2].slice(1, 3)
E-CONST 1:1+18 no slice from 1 to 3 of 2 elements in `[1, 2].slice(1, 3)`
-

[1, 2].slice(-1, 1)
E-CONST 1:1+19 no slice from -1 to 1 of 2 elements in `[1, 2].slice(-1, 1)`
-

[1, 2].slice(2, 1)
E-CONST 1:1+18 no slice from 2 to 1 of 2 elements in `[1, 2].slice(2, 1)`
-

lists.range(4)
[int]
[0, 1, 2, 3]

lists.range(0) == []
bool
true

lists.range(-1)
E-CONST 1:1+15 a range of -1 in `lists.range(-1)`
-

# ---- flatten

[[1, 2], [], [3]].flatten()
[int]
[1, 2, 3]

[[[1], [2]], [[3]]].flatten()
[[int]]
[[1], [2], [3]]

[[[1], [2]], [[3]]].flatten(2) == [1, 2, 3]
bool
true

[[[1], [2]], [[3]]].flatten(0) == [[[1], [2]], [[3]]]
bool
true

[[[1], [2]], [[3]]].flatten(1000)
[json]
[1, 2, 3]

[].flatten() == []
bool
true

dyn([1, [2, [3]], "x"]).flatten() == [1, 2, [3], "x"]
bool
true

[[1]].flatten(-1)
E-CONST 1:1+17 a depth below 0 in `[[1]].flatten(-1)`
-

[1, 2].flatten()
E-TYPE 1:8+7 `flatten` cannot take `[int]`
it is written (list of lists).flatten(), list.flatten(int)

# ---- distinct and sets: CEL's equality

["b", "a", "b", "c", "a"].distinct()
[string]
["b", "a", "c"]

[[1], [1, 2], [1]].distinct() == [[1], [1, 2]]
bool
true

dyn([1, 1.0, 1u, "1", 2]).distinct()
[json]
[1, "1", 2]

[0.0 / 0.0, 0.0 / 0.0].distinct().size()
int
2

[].distinct() == []
bool
true

sets.contains([1, 2, 3], [3, 1]) && !sets.contains([1, 2], [3]) && sets.contains([1], [])
bool
true

sets.contains([], []) && !sets.contains([], [1]) && sets.contains([1.0, 2.0], [1])
bool
true

sets.equivalent([1, 2, 2], [2, 1]) && !sets.equivalent([1, 2], [1]) && !sets.equivalent([1], [1, 2])
bool
true

sets.equivalent([], []) && sets.equivalent([1, 2.0], [2u, 1u]) && !sets.equivalent([1], [])
bool
true

sets.intersects([1, 2], [2, 3]) && !sets.intersects([1, 2], [3]) && !sets.intersects([], []) && !sets.intersects([1], [])
bool
true

sets.contains(["a"], [1])
E-TYPE 1:1+13 `sets.contains` cannot take `[string]` and `[int]`
it takes (list, list)

# ---- sort: by `<`, stable

[3, 1, 2].sort()
[int]
[1, 2, 3]

["b", "a", "", "ab", "Z"].sort()
[string]
["", "Z", "a", "ab", "b"]

[5, 3, 8, 1, 9, 2, 7, 3, 6, 4, 0].sort() == [0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9]
bool
true

[true, false].sort() == [false, true] && [b"b", b"a"].sort() == [b"a", b"b"] && [2u, 1u].sort() == [1u, 2u]
bool
true

[duration("2s"), duration("1s")].sort() == [duration("1s"), duration("2s")]
bool
true

[timestamp(2), timestamp(1)].sort()[0] == timestamp(1)
bool
true

[].sort() == [] && [1].sort() == [1]
bool
true

dyn([2, 1.0, 1, 1u, 0.5]).sort()
[json]
[0.5, 1.0, 1, 1u, 2]

[0.0 / 0.0, 2.0, -1.0 / 0.0, 1.0].sort()
[double]
[-Infinity, 1.0, 2.0, NaN]

dyn([1, "a"]).sort()
E-CONST 1:1+20 cannot take int and string in `dyn([1, "a"]).sort()`
-

dyn(["a", null]).sort()
E-CONST 1:1+23 cannot take string and null in `dyn(["a", null]).sort()`
-

[[1], [2]].sort()
E-TYPE 1:12+4 `sort` is a method of list of what has an order, this is `[[int]]`
-

[1, 2, 2].isSorted() && ![2, 1].isSorted() && [].isSorted() && ["x"].isSorted()
bool
true

["a", "b"].isSorted() && !["b", "a"].isSorted()
bool
true

dyn([2, 1, "a"]).isSorted()
E-CONST 1:1+27 cannot take int and string in `dyn([2, 1, "a"]).isSorted()`
-

# ---- sum, min, max

[1, 2, 3].sum()
int
6

[1.5, 2.5].sum()
double
4.0

[1u, 2u].sum()
uint
3u

[duration("1m"), duration("30s")].sum() == duration("90s")
bool
true

[1].slice(0, 0).sum() == 0 && [1u].slice(0, 0).sum() == 0u && [].sum() == 0
bool
true

[1.5].slice(0, 0).sum()
double
0.0

[duration("1s")].slice(0, 0).sum() == duration("0s")
bool
true

dyn([1, 2.5, 3]).sum()
json
6.5

[9223372036854775807, 1].sum()
E-CONST 1:1+30 int overflow in `[9223372036854775807, 1].sum()`
-

[18446744073709551615u, 1u].sum()
E-CONST 1:1+33 uint overflow in `[18446744073709551615u, 1u].sum()`
-

dyn([1, 2u]).sum()
E-CONST 1:1+18 cannot take int and uint in `dyn([1, 2u]).sum()`
-

["a"].sum()
E-TYPE 1:7+3 `sum` is a method of list of numbers or durations, this is `[string]`
of texts, as numbers: `["a"].map(x, double(x)).sum()`

[3, 1, 2].min()
int
1

[3, 1, 2].max()
int
3

["b", "a"].min() + ["b", "a"].max()
string
"ab"

dyn([2, 1.5, 3u]).min() == 1.5 && dyn([2, 1.5, 3u]).max() == 3
bool
true

dyn([1.0, 1]).max()
json
1.0

[0.0 / 0.0, 2.0, 1.0].min()
double
1.0

[0.0 / 0.0, 2.0].max()
double
NaN

[timestamp(5), timestamp(3)].min() == timestamp(3)
bool
true

[].min()
E-CONST 1:1+8 the list is empty in `[].min()`
-

sum([1, 2])
E-FUNC 1:1+3 no function `sum`
`sum` is an aggregator: it stands in `aggregate:`, whose fields `having:` and `output:` read; of a list it is x.sum()

# ---- ratio, clamp, bucket

ratio(1, 4)
double?
0.25

ratio(1, 2.0) ?? 0.0
double
0.5

ratio(3u, 2)
double?
1.5

ratio(1, 0)
double?
absent

ratio(0.0, -0.0) ?? 9.0
double
9.0

ratio("a", 1)
E-TYPE 1:7+3 `ratio` takes number here, this is `string`
make it a double: `double("a")`

clamp(5, 1, 3) == 3 && clamp(0, 1, 3) == 1 && clamp(2, 1, 3) == 2 && clamp(1, 1, 1) == 1
bool
true

clamp(7, 0, 10)
int
7

clamp(0.5, 0, 1)
double
0.5

clamp(5, 0, 2.5)
double
2.5

clamp("m", "a", "k")
string
"k"

clamp(timestamp(50), timestamp(10), timestamp(20)) == timestamp(20)
bool
true

clamp(0.0 / 0.0, 0, 1)
double
NaN

clamp(1, 3, 2)
E-CONST 1:1+14 the bounds are not in order in `clamp(1, 3, 2)`
-

clamp(1.0, 0.0, 0.0 / 0.0)
E-CONST 1:1+26 the bounds are not in order in `clamp(1.0, 0.0, 0.0 / 0.0)`
-

clamp(1, "a", 3)
E-TYPE 1:1+5 `clamp` cannot take `int`, `string` and `int`
it takes (any with an order, any with an order, any with an order)

clamp(1, 2)
E-TYPE 1:1+5 `clamp` takes 3 arguments, here are 2
it takes (any with an order, any with an order, any with an order)

clamp(1u, dyn(1), 2u)
E-CONST 1:1+21 cannot take uint and int in `clamp(1u, dyn(1), 2u)`
-

[bucket(9, [10, 20]), bucket(10, [10, 20]), bucket(19, [10, 20]), bucket(20, [10, 20])]
[int]
[0, 1, 1, 2]

bucket(15.5, [10, 20]) == 1 && bucket(15, [10.5, 20.5]) == 1 && bucket("m", ["a", "k", "z"]) == 2
bool
true

bucket(5, []) == 0 && bucket(0.0 / 0.0, [1.0]) == 1
bool
true

bucket(duration("45s"), [duration("30s"), duration("60s")])
int
1

bucket(1, [2, 2])
E-CONST 1:1+17 the bounds do not rise in `bucket(1, [2, 2])`
-

bucket(1, [3, 2])
E-CONST 1:1+17 the bounds do not rise in `bucket(1, [3, 2])`
-

bucket("a", [1])
E-TYPE 1:1+6 `bucket` cannot take `string` and `[int]`
it takes (any with an order, list of what has an order)

# ---- of a row
%row tags [string] = ["b", "a", "b"]
%row prices [double] = [2.5, 1.0]
%row none [int] = []
%row n int = 3
%row d double = 2.5
%row lines [{sku: string, qty: int}] = [{"sku": "x", "qty": 1}, {"sku": "y", "qty": 2}, {"sku": "x", "qty": 1}]
%row props json = {"l": [3, 1, 2.5], "mixed": [1, "a"], "deep": [[1, [2]], [], 3], "empty": [], "k": 7}

tags.distinct().sort()
[string]
["a", "b"]

tags.slice(n - 2, n)
[string]
["a", "b"]

tags.slice(0, 4)
[string]
error(expr.error: no slice from 0 to 4 of 3 elements in `tags.slice(0, 4)`)

prices.sum() / 2
double
1.75

none.sum()
int
0

none.max()
int
error(expr.error: the list is empty in `none.max()`)

none.first() ?? -1
int
-1

lines.distinct().size()
int
2

lines.last().sku
string?
"x"

lines.sort()
E-TYPE 1:7+4 `sort` is a method of list of what has an order, this is `[{sku: string, qty: int}]`
by a field: `lines.map(x, x.qty).sort()`

[lines].flatten().size()
int
3

[lines].flatten(1)
[json]
[{sku: "x", qty: 1}, {sku: "y", qty: 2}, {sku: "x", qty: 1}]

props.l.sort()
[json]
[1, 2.5, 3]

props.l.sum()
json
6.5

props.l.max() == 3 && props.l.first() == optional.of(3)
bool
true

props.l.slice(1, 3) == [1, 2.5] && props.deep.flatten() == [1, [2], 3]
bool
true

props.deep.flatten(2) == [1, 2, 3] && props.empty.sum() == 0
bool
true

props.mixed.sort()
[json]
error(expr.error: cannot take int and string in `props.mixed.sort()`)

props.k.sort()
[json]
error(expr.error: cannot take int in `props.k.sort()`)

bucket(props.k, [5, 10])
int
1

clamp(props.k, 0, 5.5)
json
5.5

clamp(n, 0, d)
double
2.5

ratio(props.k, n - 1)
double?
3.5

ratio(n, n - 3)
double?
absent

# How more than two arguments go: the second and third side by side.
clamp(n, 0, 2)
int
2
>  0  field r1 <- n
>  1  move r2 <- 0
>  2  move r3 <- 2
>  3  clamp r0 <- r1, r2, r3
>  4  end

lists.range(1000001)
E-CONST 1:1+20 the expression does too much work in `lists.range(1000001)`
-

lists.range(n * 400000)
[int]
error(expr.error: the expression does too much work in `lists.range(n * 400000)`)

# the work grows with the elements, not with their pairs
lists.range(n * 5000).distinct().size()
int
15000

lists.range(n * 100000).distinct().size()
int
error(expr.error: the expression does too much work in `lists.range(n * 100000).distinct()`)

lists.range(n * 5000).sort().last()
int?
14999

[3, 1, 2].sort().reverse()
[int]
[3, 2, 1]
