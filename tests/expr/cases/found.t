# What the fuzzers found (tests/fuzz). Values by hand.
%row least int = -9223372036854775808
%row text string = "héllo"
%row at timestamp = timestamp("2026-03-29T12:34:56.25Z")

# ---- a place before all others, in a text beyond ASCII: was an overflow

text.charAt(least)
string
error(expr.error: index -9223372036854775808 is out of range in `text.charAt(least)`)

# ---- the least duration is one: 2^63 ns are 9223372036.854775808 s

at + duration("-9223372036854775808ns") - at
duration
duration("-9223372036.854775808s")

at - (at + duration("9223372036854775807ns"))
duration
duration("-9223372036.854775807s")

at - (at + duration("9223372036854775807ns") + duration("2ns"))
duration
error(num.range: a duration beyond 292 years in `at - (at + duration("9223372036854775807ns") + duration("2ns"))`)

# ---- a map literal may begin a key; `{{ a }}` is what templates write

{{"a": "k"}["a"]: 1}
{string: int}
{"k": 1}

{{?"a": optional.of("k")}["a"]: 1}
{string: int}
{"k": 1}
