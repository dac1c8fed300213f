# `x in [constants]`: sets made at compile time. Strings up to 16 bytes are decided by two words,
# so lengths around 0, 3, 4, 8 and 16 and strings that differ in one byte only are looked at.

%row s0 string = ""
%row s1 string = "a"
%row s2 string = "ab"
%row s3 string = "abc"
%row s4 string = "abcd"
%row s7 string = "abcdefg"
%row s8 string = "abcdefgh"
%row s15 string = "abcdefghijklmno"
%row s16 string = "abcdefghijklmnop"
%row s17 string = "abcdefghijklmnopq"
%row s20 string = "abcdefghijklmnopqrst"
%row n int = 7
%row u uint = 7u
%row d double = 7.0
%row opt string? = absent
%row bad string = error

s1 in ["b", "a", "c"]
bool
true

s0 in ["", "a"] && !(s0 in ["a", "b"]) && !(s0 in [])
bool
true

s1 in ["a"] && !(s1 in ["", "b", "aa", "aaa"])
bool
true

s2 in ["ab"] && !(s2 in ["aa", "bb", "ba", "abb", "aab", "a"])
bool
true

s3 in ["abc"] && !(s3 in ["abd", "bbc", "acc", "ab", "abcc"])
bool
true

s4 in ["abcd"] && !(s4 in ["abce", "bbcd", "abdd", "accd"])
bool
true

s7 in ["abcdefg"] && !(s7 in ["abcdefh", "abcEefg", "bbcdefg", "abcdfg"])
bool
true

s8 in ["abcdefgh"] && !(s8 in ["abcdefgi", "abcdEfgh", "bbcdefgh"])
bool
true

s15 in ["abcdefghijklmno"] && !(s15 in ["abcdefgHijklmno", "abcdefghijklmnO", "abcdefghIjklmno"])
bool
true

s16 in ["abcdefghijklmnop"] && !(s16 in ["abcdefghIjklmnop", "abcdefgHijklmnop"])
bool
true

# the same first and last eight bytes, another one between them
s17 in ["abcdefghijklmnopq"] && !(s17 in ["abcdefghIjklmnopq"])
bool
true

s20 in ["abcdefghijklmnopqrst"] && !(s20 in ["abcdefghIjklmnopqrst", "abcdefghiJKlmnopqrst"])
bool
true

s20 == "abcdefghijklmnopqrst" && s20 != "abcdefghijKlmnopqrst" && s16 != "abcdefghIjklmnop"
bool
true

s0 == "" && s1 != "b" && s3 != "abd" && s7 != "abcdEfg" && s4 != "abxd"
bool
true

# the same one twice, and more than there are slots for a few
s4 in ["x", "x", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "abcd"]
bool
true

s4 in ["x", "x", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"]
bool
false

n in [1, 7, 9223372036854775807] && !(n in [-7, 0, 8]) && u in [7u, 0u] && !(u in [1u])
bool
true

# not sets: numbers of other types are compared on one line, dyn by what it is
n in [7.0, 1.5] && d in [7, 8] && dyn(n) in [7u] && n in dyn([7.0])
bool
true

(opt ?? "abc") in ["abc", "d"]
bool
true

opt in ["abc"]
E-ABSENT 1:1+3 `opt` may be absent
use `opt ?? default`, `has(opt)` or `.?`

bad in ["a", "b"]
bool
error(decode.type: a string stands there)

bad == "a"
bool
error(decode.type: a string stands there)

bad == "a" || s1 == "a"
bool
true
