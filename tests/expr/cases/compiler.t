# Where the stages of the compiler meet: what one of them assumes of another.
%row b bool = true
%row s string = "aab"
%row t string = "x"
%row r {x: int, y: string} = {"x": 1, "y": "z"}
%let pattern = regex.extract(s, t)
%let found = regex.extract(s, "(b)")
%let two = optional.of(1 + 1)

# Records of equal parts and types whose fields come from different ones

[r.with({"x": s.upperAscii(), "y": t.upperAscii()}), r.with({"y": s.upperAscii(), "x": t.upperAscii()})]
[{x: string, y: string}]
[{x: "AAB", y: "X"}, {x: "X", y: "AAB"}]

# The sum of nothing is an int and no value of any type

[].sum()
int
0

b ? [].sum() : s
E-TYPE 1:1+16 the two sides differ: `int` and `string`
make it text: `string([].sum())`

(b ? [].sum() : r).y
E-TYPE 1:2+16 the two sides differ: `int` and `{x: int, y: string}`
-

cel.bind(n, [].sum(), n.size())
E-TYPE 1:25+4 `size` is a method of string or bytes or list or map, this is `int`
make it text: `string(n).size(...)`

# has() of a `let` that makes an optional: its parts are looked at as everywhere

has(found)
bool
true

has(two)
bool
true
>  0  move r0 <- true
>  1  end

has(pattern)
E-REGEX 100:18+1 a pattern must be constant
write it here or name it `params.x`; text from a record is looked for with contains, startsWith, endsWith or `in`

# One mistake, one message

(1, 2)
E-SYNTAX 1:3+1 expected `)`, found `,`
a list stands in brackets: `[1, 2]`
