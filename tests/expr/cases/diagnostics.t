# Syntax, functions, types, limits: exact messages and places.
%row n int = 4
%row u uint = 4u
%row s string = "x"
%row d double = 1.5
%row ok bool = true

1 +
E-SYNTAX 1:4+0 expected a value, found the end of the expression
the expression is not complete

(1 + 2
E-SYNTAX 1:7+0 expected `)`, found the end of the expression
the `(` of line 1, column 1 is not closed

n = 1
E-SYNTAX 1:3+1 unexpected `=`
equality is `==`

ok and ok
E-SYNTAX 1:4+3 expected an operator or the end, found a name
write `&&`

[1, 2
E-SYNTAX 1:6+0 expected `,` or `]`, found the end of the expression
the `[` of line 1, column 1 is not closed

[1, *, 2, +]
E-SYNTAX 1:5+1 expected a value, found `*`
-
E-SYNTAX 1:11+1 expected a value, found `+`
-

"abc
E-SYNTAX 1:1+4 unterminated string
the closing `"` is missing

"a\qb"
E-SYNTAX 1:3+2 unknown escape `\q`
write `\\q`, or r"...", where a backslash is only that

12ab
E-SYNTAX 1:1+4 a number ends in letters
names cannot begin with a digit

99999999999999999999
E-SYNTAX 1:1+20 number out of range
int and uint have 64 bits

9223372036854775808
E-SYNTAX 1:1+19 number out of range
-

!-n
E-SYNTAX 1:2+1 expected an operand (`!` and `-` need parentheses between them), found `-`
-

if == 1
E-SYNTAX 1:1+2 reserved word used as a name
a field of this name is read as `this.if`
E-NAME 1:1+2 no field or name `if` here
the fields here are `n`, `u`, `s`, `d`, `ok`

# a block scalar of the file: column 1 stands at column 5
| n > 1
|   && nn < 2
E-NAME 2:10+2 no field or name `nn` here
the fields here are `n`, `u`, `s`, `d`, `ok`

siz(s)
E-FUNC 1:1+3 no function `siz`
did you mean `size`?

s.startWith("a")
E-FUNC 1:3+9 no method `startWith`
did you mean `startsWith`?

startsWith(s, "a")
E-FUNC 1:1+10 no function `startsWith`
it is a method: s.startsWith("a")

s.int()
E-FUNC 1:3+3 no method `int`
it is a function: int(s)

sum(n)
E-FUNC 1:1+3 no function `sum`
`sum` is an aggregator: it stands in `aggregate:`, whose fields `having:` and `output:` read; of a list it is x.sum()

size
E-NAME 1:1+4 no field or name `size` here
`size` is a function: size(...)

size(n)
E-TYPE 1:1+4 `size` cannot take `int`
it takes (string), (bytes), (list), (map)

size(s, s)
E-TYPE 1:1+4 `size` takes 1 argument, here are 2
it takes (string), (bytes), (list), (map)

s + 1
E-TYPE 1:3+1 `+` cannot take `string` and `int`
make it text: `string(1)`

u + 1
E-TYPE 1:3+1 `+` cannot take `uint` and `int`
uint does not mix with others: write `1u`

u > 1
E-TYPE 1:3+1 `>` cannot take `uint` and `int`
uint does not mix with others: write `1u`

d % 2
E-TYPE 1:3+1 `%` cannot take `double` and `double`
`%` takes whole numbers only

s == n
E-TYPE 1:3+2 `==` cannot take `string` and `int`
compare as numbers: `int(s)`

n && ok
E-TYPE 1:1+1 a condition is `bool`, this is `int`
there is no truth in numbers: `n != 0`

ok ? 1 : "a"
E-TYPE 1:1+12 the two sides differ: `int` and `string`
make it text: `string(1)`

n ?? 1
int
4

n + 1 ?? 2
E-TYPE 1:1+5 `n + 1` is never absent
leave `?? 2` out

s[0]
E-TYPE 1:3+1 `string` cannot be indexed by `int`
one character is `s.charAt(0)`

{1.5: 2}
E-TYPE 1:2+3 a key is an int, uint, bool or string, this is `double`
-

n / 2 * 10
int
20
W-INTDIV 1:1+5 int / int is cut to a whole number before it is multiplied
multiply first, or make one side a double

# every error of the expression at once
nn + size(n) + s.foo()
E-NAME 1:1+2 no field or name `nn` here
the fields here are `n`, `u`, `s`, `d`, `ok`
E-TYPE 1:6+4 `size` cannot take `int`
it takes (string), (bytes), (list), (map)
E-FUNC 1:18+3 no method `foo`
-

# ---- not there yet: a name, never a wrong meaning

net.area(1, 2)
E-NOTYET 1:1+8 `net.area` is not supported yet
-

a.b.Msg{x: 1}
E-NAME 1:1+7 no message `a.b.Msg`
a map literal makes a nested value: {"a": 1}

# ---- strict mode is CEL as specified
%strict on
%extra x int = 4
%extra y double = 1.5

x + y
E-TYPE 1:3+1 `+` cannot take `int` and `double`
numbers of several types: double(x)

x ?? 1
E-SYNTAX 1:3+2 `??` is not CEL
-

x + 1
int
5

1 / 0
int
error(expr.error: division by zero in `1 / 0`)

false && 1 / 0 == 1
bool
false
