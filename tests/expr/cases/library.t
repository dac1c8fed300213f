# millrace's own library. Each family says where its expected values come from.
#
# ---- url.parse: Python's urllib.parse (urlsplit, parse_qsl, first of equal names)

url.parse("https://www.Example.com/a/b?x=1&y=two#top")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "www.example.com", path: "/a/b", query: {"x": "1", "y": "two"}, fragment: "top"}

url.parse("HTTP://User:pw@Shop.EXAMPLE:8443/p%20q?utm_source=a%26b&utm_source=c")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "http", host: "shop.example", port: 8443, path: "/p%20q", query: {"utm_source": "a&b"}}

url.parse("/products/7?ref=mail")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "", host: "", path: "/products/7", query: {"ref": "mail"}}

url.parse("https://example.com")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "example.com", path: "", query: {}}

url.parse("https://example.com?q")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "example.com", path: "", query: {"q": ""}}

url.parse("https://example.com#")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "example.com", path: "", query: {}, fragment: ""}

url.parse("about:blank")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "about", host: "", path: "blank", query: {}}

url.parse("javascript:void(0)")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "javascript", host: "", path: "void(0)", query: {}}

url.parse("android-app://com.google.android.gm/")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "android-app", host: "com.google.android.gm", path: "/", query: {}}

url.parse("(not set)")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "", host: "", path: "(not set)", query: {}}

url.parse("")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "", host: "", path: "", query: {}}

url.parse("//cdn.example.com/x.js")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "", host: "cdn.example.com", path: "/x.js", query: {}}

url.parse("mailto:ada@example.com")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "mailto", host: "", path: "ada@example.com", query: {}}

url.parse("www.example.com/x:y")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "", host: "", path: "www.example.com/x:y", query: {}}

url.parse("localhost:8080/x")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "localhost", host: "", path: "8080/x", query: {}}

url.parse("https://[2001:DB8::1]:443/v6")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "2001:db8::1", port: 443, path: "/v6", query: {}}

url.parse("https://[::1]/")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "::1", path: "/", query: {}}

url.parse("https://host:0/")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "host", port: 0, path: "/", query: {}}

url.parse("https://a.b/c?d=%E2%82%AC&e=%C3&f=1+2%2B3&g")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "a.b", path: "/c", query: {"d": "€", "e": "�", "f": "1 2+3", "g": ""}}

url.parse("https://a.b/?=nameless&&k=v=w")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "a.b", path: "/", query: {"k": "v=w"}}

url.parse("https://a.b/?x=%zz%4&y=%41%")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "a.b", path: "/", query: {"x": "%zz%4", "y": "A%"}}

url.parse("  https://a.b/c  ")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "a.b", path: "/c", query: {}}

url.parse("https://a.b/p?q=a#f?g#h")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "a.b", path: "/p", query: {"q": "a"}, fragment: "f?g#h"}

url.parse("https://user@name@host/")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "host", path: "/", query: {}}

url.parse("1http://x/")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "", host: "", path: "1http://x/", query: {}}

url.parse("ht tp://x/")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "", host: "", path: "ht tp://x/", query: {}}

url.parse("https://a.b/?k=%F0%9F%98%80&bad=%F0%9F%98&two=%ED%A0%80x&ff=%FF%FE")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "a.b", path: "/", query: {"k": "😀", "bad": "�", "two": "���x", "ff": "��"}}

url.parse("https://a.b/c;d=e?x=1;y=2")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "a.b", path: "/c;d=e", query: {"x": "1;y=2"}}

url.parse("?only=query")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "", host: "", path: "", query: {"only": "query"}}

url.parse("#frag")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "", host: "", path: "", query: {}, fragment: "frag"}

url.parse("https:///nohost")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "", path: "/nohost", query: {}}

url.parse("https://a.b/%C3%A9?%C3%A9=%E9")
{scheme: string, host: string, port: int?, path: string, query: {string: string}, fragment: string?}
{scheme: "https", host: "a.b", path: "/%C3%A9", query: {"é": "�"}}

# ---- hashes: Python's hashlib, uuid; XXH64 of the reference implementation (xxhsum)

hex(hash.sha256(""))
string
"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

hex(hash.sha256("a"))
string
"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"

hex(hash.sha256("abc"))
string
"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

hex(hash.sha256("naïve €"))
string
"9db3e13a869015d9be08941c54469b6f3459b6e69dd6876751f6825e4d29b11d"

hex(hash.sha256("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"))
string
"d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072"

hex(hash.sha256("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"))
string
"7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"

hex(hash.sha256("The quick brown fox jumps over the lazy dog"))
string
"d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"

hex(hash.sha256("0123456789abcdef0123456789abcdef0123456789"))
string
"1a77b7fec89866d1b530d5fd4d0e4fdfdd42bfdbc5c25d26f31e530d9ee72a02"

hash.xxh64("")
uint
17241709254077376921u

hash.xxh64("a")
uint
15154266338359012955u

hash.xxh64("abc")
uint
4952883123889572249u

hash.xxh64("naïve €")
uint
10111757169194569727u

hash.xxh64("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
uint
7349461690937472626u

hash.xxh64("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
uint
12209647633310896494u

hash.xxh64("The quick brown fox jumps over the lazy dog")
uint
802816344064684476u

hash.xxh64("0123456789abcdef0123456789abcdef0123456789")
uint
12061080447169366556u

[uuid5("dns", "python.org"), uuid5("886313e1-3b8a-5372-9b90-0c9aee199e5d", "python.org")]
[string]
["886313e1-3b8a-5372-9b90-0c9aee199e5d", "9504c928-9953-5c98-b12b-932b674f1489"]

[uuid5("url", "https://example.com/ä"), uuid5("afdef7ba-7312-5e42-ac2d-ed60cef58139", "https://example.com/ä")]
[string]
["afdef7ba-7312-5e42-ac2d-ed60cef58139", "f35545c6-10f7-50a2-8a34-f978a4d36ad1"]

[uuid5("oid", "1.3.6.1"), uuid5("1447fa61-5277-5fef-a9b3-fbc6e44f4af3", "1.3.6.1")]
[string]
["1447fa61-5277-5fef-a9b3-fbc6e44f4af3", "f24a9507-12cd-5fc0-a1c9-c3c62d66a830"]

[uuid5("x500", "CN=Ada"), uuid5("b1063f7e-8538-5896-a3e8-c6e8be00debe", "CN=Ada")]
[string]
["b1063f7e-8538-5896-a3e8-c6e8be00debe", "83f4f5eb-6e0d-5c01-8602-2def7ab57dd6"]

[uuid5("dns", ""), uuid5("4ebd0208-8328-5d69-8c44-ec50939c0967", "")]
[string]
["4ebd0208-8328-5d69-8c44-ec50939c0967", "394488eb-dc56-5a2a-ac27-70faacadb87f"]

[uuid5("dns", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"), uuid5("aaf8fb60-30df-5f30-a650-48007998e1db", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")]
[string]
["aaf8fb60-30df-5f30-a650-48007998e1db", "16db4143-9c94-54bf-abc2-946f53ec38e2"]

# ---- the rest by hand, or Python's json; distances below

%row s string = "abc"
%row page string = "https://shop.example/cart?utm_source=mail&q=r%C3%A9d+shoes&utm_medium=x"
%row dirty string = "https://shop.example:http/cart"
%row open string = "http://[::1/x"
%row id int = 7
%row n int? = absent
%row name string? = "ada"
%row at timestamp = timestamp("2026-03-29T12:00:00Z")
%row any json = {"a": 1, "b": [true], "c": "x"}
%row broken string = "{\"a\": 1"
%row list [int] = [1, 2, 6]
%row doubles [double] = [0.5, 1.5]
%row none [int] = []
%row m {string: int} = {"a": 1, "b": 2}
%row yes bool = true
%row no bool = false
%row space string = "no uuid"
%row lat double = 45.5
%row lon double = 9.2

# what is no URL has parts, too
[url.parse(dirty).host, url.parse(dirty).path, string(url.parse(dirty).port ?? -1), url.parse(open).host]
[string]
["shop.example", "/cart", "-1", "["]

url.parse("http://h:65536/").port
int?
absent

url.parse(page).port
int?
absent

url.parse(page).port + 1
E-ABSENT 1:1+20 `url.parse(page).port` may be absent
use `url.parse(page).port ?? default`, `has(url.parse(page).port)` or `.?`

url.parse(page).query[?"utm_source"] ?? "direct"
string
"mail"

url.parse(page).query[?"gclid"] ?? "direct"
string
"direct"

url.parse(page).query.q
string
"réd shoes"

url.parse(page).hosst
E-FIELD 1:17+5 no field `hosst` in `url.parse(page)`
did you mean `host`?

url.parse(id)
E-TYPE 1:1+9 `url.parse` cannot take `int`
make it text: `string(id)`

uuid5(space, "x")
string
error(expr.error: the namespace is no UUID in `uuid5(space, "x")`)

uuid5("6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "python.org") == uuid5("dns", "python.org")
bool
true

uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430cg", "x")
E-CONST 1:1+50 the namespace is no UUID in `uuid5("6ba7b810-9dad-11d1-80b4-00c04fd430cg", "x")`
-

hex(b"\x00\x7f\xff")
string
"007fff"

hash.xxh64(b"abc") == hash.xxh64(s)
bool
true

# ---- JSON

json.parse("{\"a\": [1, 2.5, {\"b\": null}]}").a[0]
json
1

json.parse(" [1, \"é\"] ")[1]
json
"é"

json.parse("12")
json
12

json.parse(" null ")
json
null

json.parse(broken).a
json
error(decode.syntax: no JSON: the text ends here at byte 7 in `json.parse(broken)`)

json.parse("1 2")
E-CONST 1:1+17 no JSON: more text at byte 2 in `json.parse("1 2")`
-

json.parse("[1e999]")
json
[1e999]

json.format({"b": [1, 2.5, true], ?"a": name})
string
"{\"b\":[1,2.5,true],\"a\":\"ada\"}"

json.format(this.without("s", "page", "dirty", "open", "none", "list", "doubles", "m", "broken", "lat", "lon"))
string
"{\"id\":7,\"name\":\"ada\",\"at\":\"2026-03-29T12:00:00.000Z\",\"any\":{\"a\":1,\"b\":[true],\"c\":\"x\"},\"yes\":true,\"no\":false,\"space\":\"no uuid\"}"

json.format(0.0 / double(id - 7))
string
error(num.range: NaN and infinities are no JSON numbers in `json.format(0.0 / double(id - 7))`)

json.parse(json.format(any)) == any
bool
true

json.format(lists.range(400)).size()
int
1491

# ---- case: Python's str.lower and str.upper where one character becomes one

"ÀÉÎ straße ΑΒΓ ДЖ İ K".lower()
string
"àéî straße αβγ дж i k"

"àéî αβγ дж ǆ ÿ ß".upper()
string
"ÀÉÎ ΑΒΓ ДЖ Ǆ Ÿ ẞ"

s.upper() + "ABC".lower()
string
"ABCabc"

# the Kelvin sign is the only way back into ASCII: the result is known to be ASCII
"K".lower().size()
int
1

# ---- records

this.without("list", "s").with({"id": "x", "extra": name}).id
string
"x"

{"u": url.parse(page).without("query", "path").with({"scheme": 1, "more": [id]})}
{string: {scheme: int, host: string, port: int?, fragment: string?, more: [int]}}
{"u": {scheme: 1, host: "shop.example", more: [7]}}

url.parse(page).without(["query", "path", "host", "fragment"]).with({?"port": n, "host": name})
{scheme: string, port: int?, host: string?}
{scheme: "https", host: "ada"}

this.without("pagee")
E-FIELD 1:14+7 no field `pagee` in the record
did you mean `page`?

this.without(s)
E-TYPE 1:14+1 a field of a record is named by a constant string
it is written r.without("a", "b")

this.without()
E-TYPE 1:1+14 `without` leaves nothing out
name a field: r.without("a")

this.with(m)
E-TYPE 1:11+1 `with` on a record takes a map literal, so that its fields are known
it is written r.with({"a": 1})

this.with({"x": 1, "x": 2})
E-TYPE 1:20+3 a field comes twice
give each field one value

this.with({s: 1})
E-TYPE 1:12+1 a field of a record is named by a constant string
it is written r.with({"a": 1})

this.with({?"x": id})
E-TYPE 1:18+2 an element with `?` is an optional, this is never absent
leave the `?` out

# ---- maps

m.with({"b": 5, "c": 3})
{string: int}
{"a": 1, "b": 5, "c": 3}

m.without("a")
{string: int}
{"b": 2}

m.without(["a", "x"])
{string: int}
{"b": 2}

any.without("b").map(k, k)
[json]
["a", "c"]

any.without("b")
{json: json}
{"a": 1, "c": "x"}

m.with({"a": "x"})
E-TYPE 1:3+4 `with` cannot take `{string: int}` and `{string: string}`
it is written map.with(map)

# ---- tags, implies

tags({"big": id > 5, "odd": id % 2 == 1, "none": no, "last": yes})
[string]
["big", "odd", "last"]

tags({?"maybe": name.optMap(x, x == "ada"), ?"never": n.optMap(x, true)})
[string]
["maybe"]

tags({"a": id})
E-TYPE 1:1+4 `tags` cannot take `{string: int}`
it takes (map(string, bool))

[implies(yes, yes), implies(yes, no), implies(no, yes), implies(no, no)]
[bool]
[true, false, true, true]

implies(has(n), n > 3) && implies(has(name), name.size() == 3)
bool
true

implies(yes)
E-TYPE 1:1+12 `implies` takes two conditions
it is written implies(a, b)

# ---- lists

[list.avg(), doubles.avg(), lists.avg([1, 2.5])].map(x, x ?? -1.0)
[double]
[3.0, 1.0, 1.75]

list.avg() ?? 0.0
double
3.0

none.avg()
double?
absent

lists.avg([1, 2u, 0.5]) ?? 0.0
double
1.1666666666666667

lists.avg([9223372036854775807, 9223372036854775807]) ?? 0.0
double
9223372036854776000.0

lists.avg(["a"])
E-TYPE 1:1+9 `lists.avg` cannot take `[string]`
it takes (list of numbers)

[lists.sum(list), lists.min(list), lists.max(list)]
[int]
[9, 1, 6]

# ---- geo.distance: Vincenty's formula on the same sphere, in Python (another formula than ours);
# to the tenth of a millimetre

cel.bind(d, geo.distance(48.8566, 2.3522, 51.5074, -0.1278), d >= 343556.53329 && d <= 343556.53339)
bool
true

cel.bind(d, geo.distance(52.52, 13.405, 52.5201, 13.4051), d >= 13.01620 && d <= 13.01630)
bool
true

cel.bind(d, geo.distance(0, 0, 0, 90), d >= 10007557.17604 && d <= 10007557.17614)
bool
true

cel.bind(d, geo.distance(90, 0, -90, 0), d >= 20015114.35214 && d <= 20015114.35224)
bool
true

cel.bind(d, geo.distance(10, 179.5, 10, -179.5), d >= 109505.73466 && d <= 109505.73476)
bool
true

cel.bind(d, geo.distance(-33.8688, 151.2093, 40.7128, -74.006), d >= 15988777.51982 && d <= 15988777.51992)
bool
true

cel.bind(d, geo.distance(45, 7, 45, 7), d >= 0.00000 && d <= 0.00005)
bool
true

geo.distance(91.0, 0.0, 0.0, 0.0)
E-CONST 1:1+33 a latitude is from -90 to 90 in `geo.distance(91.0, 0.0, 0.0, 0.0)`
-

geo.distance(lat, lon, lat, lon * 1000.0)
double
error(expr.error: a longitude is from -360 to 360 in `geo.distance(lat, lon, lat, lon * 1000.0)`)

geo.distance(0.0, 0.0, 0.0)
E-TYPE 1:1+12 `geo.distance` takes 4 arguments, here are 3
it takes (number, number, number, number)


# ---- header (the source record of the cases has "a" twice)
%meta on

header("a") ?? "none"
string
"1"

header("c")
string?
absent

header("a") + "x"
E-ABSENT 1:1+11 `header("a")` may be absent
use `?? default` or `.orValue(default)`

header(dyn("b"))
string?
"2"

# ---- header: none outside of a record's path

%meta off
header("x")
E-META 1:1+6 there are no headers here
rows of an aggregate come from many records

