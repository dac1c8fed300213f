# The strings extension. Values by hand; places count code points: "héllo wörld" has 11 of them in 13
# bytes (h 0, é 1, l 2, l 3, o 4, space 5, w 6, ö 7, r 8, l 9, d 10).
%row s string = "héllo wörld"
%row a string = "tacocat"
%row e string = ""
%row n int = 3
%row neg int = -1
%row words [string] = ["x", "é", ""]
%row o string? = absent
%row j json = {"s": "a,b", "n": 2, "l": ["p", "q"], "m": ["p", 1], "u": "\u00e9\n"}

# ---- charAt

[s.charAt(0), s.charAt(1), s.charAt(7), s.charAt(10), s.charAt(11), a.charAt(n), e.charAt(0)]
[string]
["h", "é", "ö", "d", "", "o", ""]

s.charAt(n + 9)
string
error(expr.error: index 12 is out of range in `s.charAt(n + 9)`)

a.charAt(neg)
string
error(expr.error: index -1 is out of range in `a.charAt(neg)`)

a.charAt(8 * 1000 * 1000 * 1000 * n)
string
error(expr.error: index 24000000000 is out of range in `a.charAt(8 * 1000 * 1000 * 1000 * n)`)

"abc".charAt(4)
E-CONST 1:1+15 index 4 is out of range in `"abc".charAt(4)`
-

# four bytes, three, two, one
["𝄞€é.".charAt(0), "𝄞€é.".charAt(1), "𝄞€é.".charAt(2), "𝄞€é.".charAt(3), "𝄞€é.".charAt(4)]
[string]
["𝄞", "€", "é", ".", ""]

# ---- indexOf: the first that begins at the offset or behind it

[a.indexOf("ac"), a.indexOf("a", 2), a.indexOf("a", 5), a.indexOf("a", 6), a.indexOf("none")]
[int]
[1, 5, 5, -1, -1]

[a.indexOf(""), a.indexOf("", n), a.indexOf("", 7), a.indexOf("t", 7), e.indexOf(""), e.indexOf("x")]
[int]
[0, 3, 7, -1, 0, -1]

[s.indexOf("ö"), s.indexOf("l"), s.indexOf("l", n), s.indexOf("l", 4), s.indexOf("d", 10), s.indexOf("", 11)]
[int]
[7, 2, 3, 9, 10, 11]

a.indexOf("a", n + 5)
int
error(expr.error: index 8 is out of range in `a.indexOf("a", n + 5)`)

a.indexOf("", neg)
int
error(expr.error: index -1 is out of range in `a.indexOf("", neg)`)

# ---- lastIndexOf: the last that begins at the offset or before it

[a.lastIndexOf("a"), a.lastIndexOf("a", 4), a.lastIndexOf("a", 5), a.lastIndexOf("a", 0), a.lastIndexOf("at")]
[int]
[5, 1, 5, -1, 5]

[a.lastIndexOf(""), a.lastIndexOf("", n), a.lastIndexOf("tacocat"), a.lastIndexOf("tacocats"), a.lastIndexOf("t", 7)]
[int]
[7, 3, 0, -1, 6]

[e.lastIndexOf(""), e.lastIndexOf("x"), s.lastIndexOf("l"), s.lastIndexOf("l", 8), s.lastIndexOf("ö", 7), s.lastIndexOf("")]
[int]
[0, -1, 9, 3, 7, 11]

"abcabd".lastIndexOf("abc") == 0 && "aaa".lastIndexOf("aa") == 1 && "aaa".lastIndexOf("aa", 0) == 0
bool
true

s.lastIndexOf("l", neg)
int
error(expr.error: index -1 is out of range in `s.lastIndexOf("l", neg)`)

s.lastIndexOf("l", n * 4)
int
error(expr.error: index 12 is out of range in `s.lastIndexOf("l", n * 4)`)

# ---- substring

[a.substring(4), a.substring(7), a.substring(0, 4), a.substring(n, n), s.substring(6), s.substring(1, 8), e.substring(0)]
[string]
["cat", "", "taco", "", "wörld", "éllo wö", ""]

s.substring(11) + s.substring(11, 11) + s.substring(0, 11)
string
"héllo wörld"

s.substring(12 + n - n)
string
error(expr.error: index 12 is out of range in `s.substring(12 + n - n)`)

s.substring(neg, 2)
string
error(expr.error: index -1 is out of range in `s.substring(neg, 2)`)

s.substring(1, 12)
string
error(expr.error: index 12 is out of range in `s.substring(1, 12)`)

a.substring(n + 1, n)
string
error(expr.error: the end 3 is before the start 4 in `a.substring(n + 1, n)`)

# ---- trim

["  a b\t\n".trim(), "\u00a0\u2003x\u3000\u0085".trim(), "\u200bx".trim() == "\u200bx", e.trim(), "\r\v\f ".trim(), a.trim()]
[json]
["a b", "x", true, "", "", "tacocat"]

"\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u00e9 \u00e9\u205f".trim()
string
"é é"

# an é (two bytes) and a ༀ (three) are no white space, whatever their bytes
"\u00e9\u0f00".trim() == "\u00e9\u0f00" && "\u200b".trim().size() == 1 && "\u00c5".trim() == "\u00c5"
bool
true

# ---- case: ASCII only

["TacoCÆt [Z@z{".lowerAscii(), "tacoCαt [Z@z`{".upperAscii(), e.lowerAscii(), s.upperAscii()]
[string]
["tacocÆt [z@z{", "TACOCαT [Z@Z`{", "", "HéLLO WöRLD"]

# ---- reverse

[a.reverse(), s.reverse(), e.reverse(), "𝄞€é.".reverse(), (a + "!").reverse()]
[string]
["tacocat", "dlröw olléh", "", ".é€𝄞", "!tacocat"]

[1, 2, n].reverse() == [3, 2, 1] && [].reverse() == [] && words.reverse()[0] == ""
bool
true

# ---- join

[words.join(), words.join("-"), words.join(", "), [a].join("-"), ["", ""].join("é")]
[string]
["xé", "x-é-", "x, é, ", "tacocat", "é"]

[].join() + [].join("-") + "."
string
"."

j.l.join("+") + j.u.trim()
string
"p+qé"

j.m.join("+")
string
error(expr.error: join needs strings, this is int in `j.m.join("+")`)

[j.s, j.u].join("|").size()
int
6

# ---- split

["a,b,,c".split(","), "a,b,,c".split(",", 2), "a,b,,c".split(",", 1), "a,b,,c".split(",", 0), "a,b,,c".split(",", -1)]
[[string]]
[["a", "b", "", "c"], ["a", "b,,c"], ["a,b,,c"], [], ["a", "b", "", "c"]]

["".split(","), "".split(""), ",".split(","), "abc".split("abc"), "abc".split("abcd"), "aaa".split("aa")]
[[string]]
[[""], [], ["", ""], ["", ""], ["abc"], ["", "a"]]

["aé€".split(""), "aé€".split("", 2), "aé€".split("", 3), "aé€".split("", 4), "aé€".split("", 1), "aé€".split("", 0)]
[[string]]
[["a", "é", "€"], ["a", "é€"], ["a", "é", "€"], ["a", "é", "€"], ["aé€"], []]

s.split("ö")[1] + s.split(" ", n)[0] + string(a.split("a").size())
string
"rldhéllo3"

a.split("c", n - 1).join("-")
string
"ta-ocat"

# ---- replace

["a-b-c".replace("-", "+"), "a-b-c".replace("-", "", 1), "a-b-c".replace("-", "é", 0), "a-b-c".replace("-", "==", -1)]
[string]
["a+b+c", "ab-c", "a-b-c", "a==b==c"]

["aaaa".replace("aa", "b"), "aaa".replace("aa", "b"), "abc".replace("x", "y"), "".replace("x", "y"), "x".replace("x", "")]
[string]
["bb", "ba", "abc", "", ""]

["aé".replace("", "."), "aé".replace("", ".", 2), "".replace("", "."), "aé".replace("", ".", 9)]
[string]
[".a.é.", ".a.é", ".", ".a.é."]

s.replace("ö", "oe").replace("é", "e", n)
string
"hello woerld"

s.replace("l", a, 2)
string
"hétacocattacocato wörld"
>  0  field r1 <- s
>  1  move r2 <- "l"
>  2  field r3 <- a
>  3  move r4 <- 2
>  4  replace.limit r0 <- r1, r2, r3, r4
>  5  end

# a string of ASCII stays known as such, one that is not is counted
a.replace("t", "ö").size() * 100 + s.replace("é", "e").replace("ö", "o").size()
int
711

# ---- strings.quote

[strings.quote(a), strings.quote(e), strings.quote("é\"\\")]
[string]
["\"tacocat\"", "\"\"", "\"é\\\"\\\\\""]

strings.quote("\a\b\f\n\r\t\v") == r'"\a\b\f\n\r\t\v"' && strings.quote("\u0001").size() == 3
bool
true

# ---- format

"%s is %d, %s%% of %s".format([a, n, 12.5, s])
string
"tacocat is 3, 12.5% of héllo wörld"

["%%".format([]), "".format([1]), "%s".format([e]), "é%s€".format(["𝄞"]), "%s%s".format([1, "x"])]
[string]
["%", "", "", "é𝄞€", "1x"]

"%s %s %s %s %s".format([n, 4u, true, neg, 1e-7])
string
"3 4 true -1 1e-7"

"%s %s %s".format([timestamp("2026-01-31T12:00:00.5Z"), duration("90s"), b"\xc3\xa9"])
string
"2026-01-31T12:00:00.5Z 90s é"

# lists and maps as text; a map in the order of its keys as text
"%s %s %s".format([words, [], {"ab": null, "b": [1], "a": {"z": 1.5, "y": b"q"}}])
string
"[x, é, ] [] {a: {y: q, z: 1.5}, ab: null, b: [1]}"

"%s|%s|%s|%s".format([type(n), type([1]), type({}), type(timestamp(0))])
string
"int|list|map|google.protobuf.Timestamp"

# 10 = 0b1010 = 0o12 = 0xa; 2^63 = 0x8000...
"%b %o %x %X %d".format([10, 10, 10, 10, 10]) + " %b %o %x".format([-10, -10, -10])
string
"1010 12 a A 10 -1010 -12 -a"

"%x %X %x".format([-9223372036854775807 - 1, 18446744073709551615u, 0])
string
"-8000000000000000 FFFFFFFFFFFFFFFF 0"

"%b%b %x %X".format([true, false, "J\n", b"\x00\xff"])
string
"10 4a0a 00FF"

# halves that a double holds exactly go to the even digit; 1.005 is a little less
"%.1f %.1f %.2f %.0f %f".format([0.25, 0.75, 1.005, 2.5, 1])
string
"0.2 0.8 1.00 2 1.000000"

"%e %.2e %.0e %f".format([1234.5, -0.00012345, 5u, double("-Infinity")])
string
"1.234500e+03 -1.23e-04 5e+00 -Infinity"

"%.100f".format([0.5]).size() * 1000 + "%.100f".format([-1e308]).size()
int
102411

"%d %d".format([n])
string
error(expr.error: there is no value 2 for %d in `"%d %d".format([n])`)

"%d".format([a])
string
error(expr.error: %d cannot take string in `"%d".format([a])`)

"%d".format([1.5 + double(n)])
string
error(expr.error: %d cannot take double in `"%d".format([1.5 + double(n)])`)

"%f".format([a])
string
error(expr.error: %f cannot take string in `"%f".format([a])`)

"%E".format([1.5])
E-CONST 1:1+18 behind % stands one of s d b o x X e f % in `"%E".format([1.5])`
-

"100%".format([1])
E-CONST 1:1+18 behind % stands one of s d b o x X e f % in `"100%".format([1])`
-

"%.101f".format([1.5])
E-CONST 1:1+22 a precision is a number up to 100 in `"%.101f".format([1.5])`
-

"%.f".format([1.5])
E-CONST 1:1+19 a precision is a number up to 100 in `"%.f".format([1.5])`
-

"%s".format([b"\xff"])
E-CONST 1:1+22 the bytes are not valid UTF-8 in `"%s".format([b"\xff"])`
-

"%s %s %d".format([j.l, j.m, j.n]) + " %s".format([j])
string
"[p, q] [p, 1] 2 {l: [p, q], m: [p, 1], n: 2, s: a,b, u: é\n}"

"%s".format(j.n)
string
error(expr.error: cannot take string and int in `"%s".format(j.n)`)

# ---- what is known to be ASCII is not counted

[string(12345).charAt(n), string(12345).substring(n), string(12345).reverse(), string(n).lowerAscii()]
[string]
["4", "45", "54321", "3"]

string(12345).charAt(n + 3)
string
error(expr.error: index 6 is out of range in `string(12345).charAt(n + 3)`)

string(12345).indexOf("4") * 10 + string(12345).lastIndexOf("2", n)
int
31

# ---- json: chosen at run time

j.s.split(",", j.n)
[string]
["a", "b"]

j.s.split(",")[j.n - 1] + j.s.replace(",", ";", j.n) + j.s.substring(1, j.n)
string
"ba;b,"

j.l.reverse()[0] + j.s.reverse()
json
"qb,a"

j.n.replace("a", "b", n)
string
error(expr.error: cannot take int and string in `j.n.replace("a", "b", n)`)

j.s.indexOf(j.n)
int
error(expr.error: cannot take string and int in `j.s.indexOf(j.n)`)

# ---- limits: 7 bytes, then 8 * 7 + 7 = 63, 64 * 63 + 63 = 4095, 4096 * 4095 + 4095: too many
%let r1 = a.replace("", a)
%let r2 = r1.replace("", r1)

r1.size() * 10000 + r2.size()
int
634095

r2.replace("", r2).size()
int
error(expr.error: a string gets longer than 1 MiB in `r2.replace("", r2)`)

# 4095 code points and 127 before each and at the end: 4095 + 4096 * 127; twice is above a million
%let r3 = r2.replace("", "é" + r2.substring(0, 126))

r3.split("").size()
int
524287

r3.split("").size() + (r3 + "").split("").size()
int
error(expr.error: the expression does too much work in `(r3 + "").split("")`)

# ---- what does not compile

a.replace("x", 1)
E-TYPE 1:16+1 `replace` takes string here, this is `int`
make it text: `string(1)`

a.split()
E-TYPE 1:3+5 `split` takes 1 or 2 arguments, here are 0
it is written string.split(string), string.split(string, int)

a.replace("1", "2", 3, 4)
E-TYPE 1:3+7 `replace` takes 2 or 3 arguments, here are 4
it is written string.replace(string, string), string.replace(string, string, int)

[1].join("-")
E-TYPE 1:5+4 `join` is a method of list(string), this is `[int]`
texts are joined: `[1].map(x, string(x)).join(", ")`

o.trim()
E-ABSENT 1:1+1 `o` may be absent
use `o ?? default`, `has(o)` or `.?`

a.replace("x", o)
E-ABSENT 1:16+1 `o` may be absent
use `o ?? default`, `has(o)` or `.?`

quote(a)
E-FUNC 1:1+5 no function `quote`
-
