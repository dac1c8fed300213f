# CEL's math extension: values from the documentation of cel-go's ext/math.go, from IEEE 754 and by
# hand; every row was also run through cel-go.

# ---- greatest and least

math.greatest(1, 3, 2)
int
3

math.least([2.5, -1.5])
double
-1.5

math.greatest(7u)
uint
7u

math.greatest(1, 2.5)
json
2.5

math.greatest(5u, -7)
json
5u

math.least(1, 1.0, 1u)
json
1

math.least([5.4, 10, 3u, -5.0])
json
-5.0

math.greatest(dyn([1, 9, 4]))
json
9

# above 2^53 a double has no odd numbers: this is greater by one
math.greatest(9007199254740992.0, 9007199254740993)
json
9007199254740993

math.isNaN(math.greatest(0.0 / 0.0))
bool
true

math.greatest(0.0 / 0.0, 1.0)
E-CONST 1:1+29 NaN has no order in `math.greatest(0.0 / 0.0, 1.0)`
-

math.greatest()
E-TYPE 1:1+13 `math.greatest` takes at least one number
-

math.greatest("a", 1)
E-TYPE 1:15+3 `math.greatest` compares numbers
-

math.least([1], 2)
E-TYPE 1:12+3 `math.least` compares numbers
it takes numbers, or one list of numbers

math.least([])
E-TYPE 1:12+2 `math.least` compares numbers
-

math.least([1, "a"])
E-TYPE 1:16+3 `math.least` compares numbers
-

math.greatest(1, 2.0, string(3))
E-TYPE 1:23+9 `math.greatest` compares numbers, this is `string`
-

math.greatest(1, string(3))
E-TYPE 1:18+9 `math.greatest` takes int or uint or double here, this is `string`
make it a number: `int(string(3))`

%row n int = 4
%row x double = -2.5
%row u uint = 6u
%row ns [int] = [3, 9, 1]
%row xs [double] = []
%row name string = "a"
%row maybe int? = absent
%row any json = [1, "a"]
%row math int = 16

math.least(100, n * 5 + 10, 40)
int
30

math.greatest(n, x, u)
json
6u

math.greatest(n, x)
json
4

math.greatest(ns)
int
9

math.least(xs)
double
error(expr.error: the list is empty in `math.least(xs)`)

math.greatest(any)
json
error(expr.error: cannot take string in `math.greatest(any)`)

math.greatest(n, maybe, 2)
E-ABSENT 1:18+5 `maybe` may be absent
use `maybe ?? default`, `has(maybe)` or `.?`

math.least(n, maybe ?? 0)
int
0

math.least(name)
E-TYPE 1:1+10 `math.least` cannot take `string`
make it a number: `int(name)`

# a field called as the extension does not hide it
math.sqrt(math)
double
4.0

%reset

# ---- doubles

[math.ceil(1.2), math.ceil(-1.2), math.floor(1.2), math.floor(-1.2), math.trunc(1.9), math.trunc(-1.9)]
[double]
[2.0, -1.0, 1.0, -2.0, 1.0, -1.0]

# halves away from zero, and what is just below one half stays below
[math.round(2.5), math.round(-2.5), math.round(1.4), math.round(0.49999999999999994)]
[double]
[3.0, -3.0, 1.0, 0.0]

math.round(4503599627370497.5)
double
4503599627370498.0

math.ceil(dyn(1))
E-CONST 1:1+17 cannot take int in `math.ceil(dyn(1))`
-

math.floor(1)
E-TYPE 1:1+10 `math.floor` cannot take `int`
make it a double: `double(1)`

[math.isNaN(0.0 / 0.0), math.isNaN(1.0 / 0.0), math.isInf(-1.0 / 0.0), math.isInf(1.0)]
[bool]
[true, false, true, false]

[math.isFinite(1.5), math.isFinite(1.0 / 0.0), math.isFinite(0.0 / 0.0)]
[bool]
[true, false, false]

math.isNaN(1)
E-TYPE 1:1+10 `math.isNaN` cannot take `int`
make it a double: `double(1)`

[math.sqrt(2.25), math.sqrt(81), math.sqrt(4u)]
[double]
[1.5, 9.0, 2.0]

math.isNaN(math.sqrt(-1))
bool
true

# ---- size and sign

math.abs(-11)
int
11

[math.abs(-1.5), math.abs(2.5)]
[double]
[1.5, 2.5]

math.abs(7u)
uint
7u

math.abs(-9223372036854775808)
E-CONST 1:1+30 int overflow in `math.abs(-9223372036854775808)`
-

[math.sign(-11), math.sign(0), math.sign(3)]
[int]
[-1, 0, 1]

[math.sign(-0.5), math.sign(0.0), math.sign(32.5)]
[double]
[-1.0, 0.0, 1.0]

[math.sign(0u), math.sign(9u)]
[uint]
[0u, 1u]

math.isNaN(math.sign(0.0 / 0.0))
bool
true

# ---- bits

[math.bitAnd(12, 10), math.bitOr(12, 10), math.bitXor(12, 10), math.bitNot(12), math.bitAnd(-1, 255)]
[int]
[8, 14, 6, -13, 255]

[math.bitAnd(12u, 10u), math.bitOr(12u, 10u), math.bitXor(12u, 10u), math.bitNot(0u)]
[uint]
[8u, 14u, 6u, 18446744073709551615u]

[math.bitShiftLeft(1, 62), math.bitShiftLeft(1, 63), math.bitShiftLeft(1, 64), math.bitShiftLeft(-1, 200)]
[int]
[4611686018427387904, -9223372036854775808, 0, 0]

[math.bitShiftRight(1024, 2), math.bitShiftRight(-1024, 3), math.bitShiftRight(-1, 64)]
[int]
[256, 2305843009213693824, 0]

[math.bitShiftLeft(1u, 2), math.bitShiftRight(1024u, 200)]
[uint]
[4u, 0u]

math.bitShiftRight(1u, -1)
E-CONST 1:1+26 a negative offset -1 in `math.bitShiftRight(1u, -1)`
-

math.bitAnd(1, 1u)
E-TYPE 1:1+11 `math.bitAnd` cannot take `int` and `uint`
it takes (int, int), (uint, uint)

math.bitShiftLeft(1, 1u)
E-TYPE 1:22+2 `math.bitShiftLeft` takes int here, this is `uint`
make it a number: `int(1u)`

math.bitOr(dyn(1.2), 1)
E-CONST 1:1+23 cannot take double and int in `math.bitOr(dyn(1.2), 1)`
-

math.sqr(2)
E-FUNC 1:1+8 no function `math.sqr`
did you mean `math.sqrt`?
