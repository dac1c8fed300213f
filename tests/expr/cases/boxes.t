# Records and optionals where any type may stand (dyn), and optionals in optionals. Values by hand,
# from CEL's definition; where a record is dyn it is a map of what is present.

%row n int = 4
%row u {name: string, age: int?, tags: [string]} = {"name": "ann", "tags": ["a", "b"]}
%row us [{name: string, age: int?}] = [{"name": "ann", "age": 7}, {"name": "bob"}]

# ---- records

dyn(u)
json
{name: "ann", tags: ["a", "b"]}

dyn(u).name
json
"ann"

dyn(u).tags[1]
json
"b"

dyn(this).u.name
json
"ann"

dyn(us)[1].name
json
"bob"

dyn(u).age
json
error(expr.error: no key "age" in `dyn(u).age`)

has(dyn(u).name) && !has(dyn(u).age) && !has(dyn(u).other)
bool
true

dyn(u).?age
json?
absent

dyn(us)[?0].?age
json?
7

dyn(u) == {"name": "ann", "tags": ["a", "b"]}
bool
true

dyn(u) == {"name": "ann"}
bool
false

dyn(u) == u
bool
true

dyn(u) != dyn(us[0])
bool
true

dyn(us[0]) in us
bool
true

"name" in dyn(u)
bool
true

size(dyn(u))
int
2

dyn(u).map(k, k)
[json]
["name", "tags"]

dyn(u).all(k, k != "age")
bool
true

dyn(us).map(x, x.name)
[json]
["ann", "bob"]

[n, u]
[json]
[4, {name: "ann", tags: ["a", "b"]}]

[n, u][1]["name"]
json
"ann"

{"n": n, "us": us}.us[0].age
json
7

(n > 3 ? dyn(u) : dyn(n)).name
json
"ann"

"%s".format([dyn(us[1])])
string
"{name: bob}"

"%s".format([us[1]])
string
"{name: bob}"

type(dyn(u)) == map
bool
true

type([n, u][1]) == map
bool
true

dyn(us) + [1]
[json]
[{name: "ann", age: 7}, {name: "bob"}, 1]

(dyn([us[0]]) + us)[2].name
json
"bob"

# ---- optionals as dyn

dyn(optional.of(n))
json
optional.of(4)

dyn(optional.none())
json
optional.none()

[n, optional.of(u), optional.none()]
[json]
[4, optional.of({name: "ann", tags: ["a", "b"]}), optional.none()]

dyn(optional.of(n)) == optional.of(4)
bool
true

dyn(optional.of(n)) == 4
bool
false

dyn(optional.none()) == optional.none()
bool
true

dyn(optional.of(n)).hasValue() && !dyn(optional.none()).hasValue()
bool
true

dyn(optional.of(n)).value()
json
4

dyn(optional.of(n)).orValue(7) == 4 && dyn(optional.none()).orValue(7) == 7
bool
true

dyn(optional.none()).or(optional.of(n))
json?
4

optional.none().or(dyn(optional.of(n)))
json?
4

dyn(optional.of(n)).optMap(x, x + 1)
json?
5

dyn(optional.of(u)).name
json
optional.of("ann")

dyn(optional.of(u)).other
json
optional.none()

dyn(optional.none()).other
json
optional.none()

has(dyn(optional.of(u)).name) && !has(dyn(optional.none()).name)
bool
true

dyn(n).hasValue()
bool
error(expr.error: an optional is needed, this is int in `dyn(n)`)

type(optional.of(n)) == optional_type && type(dyn(optional.none())) == optional_type
bool
true

[?dyn(optional.of(n)), ?dyn(optional.none())]
[json]
[4]

optional.ofNonZeroValue(dyn(optional.none()))
json?
absent

# ---- an optional in an optional

optional.of(optional.of(n))
optional(int)?
optional.of(4)

optional.of(optional.none()).hasValue()
bool
true

optional.of(optional.none()).value().hasValue()
bool
false

optional.of(optional.of(n)).value()
int?
4

optional.of(optional.of(n)).value().value()
int
4

optional.of(optional.of(n)).orValue(optional.none()).value()
int
4

optional.of(optional.of(n)) == optional.of(optional.of(4))
bool
true

optional.of(optional.of(n)) == optional.of(optional.none())
bool
false

optional.of(optional.none()) == optional.none()
bool
false

optional.of(optional.of(u)).value().value().name
string
"ann"

optional.of(n).optMap(x, optional.of(x + 1)).value()
int?
5

optional.of(optional.of(n)).optMap(x, x.value() + 1)
int?
5

optional.of(optional.of(u)).optMap(x, x.value().name)
string?
"ann"

optional.of(optional.of(n)).optFlatMap(x, x)
int?
4

[optional.of(n), optional.none()][?1].hasValue()
bool
true

[optional.of(n), optional.none()][?2].hasValue()
bool
false

[optional.of(n), optional.none()][?0].value()
int?
4

[optional.of(u)].first().value().value().name
string
"ann"

{"a": optional.of(n)}[?"a"].value()
int?
4

{"a": optional.none()}.?a.hasValue() && !{"a": optional.none()}.?b.hasValue()
bool
true

optional.of({"a": optional.of(u)}).a.value().value().name
string
"ann"

[?optional.of(optional.of(n))]
[json]
[optional.of(4)]

optional.of(optional.of(optional.of(n))).value().value().value()
int
4

# ---- nothing is taken for what it is not

(["a"] + dyn([1]))[1].size()
E-CONST 1:1+28 cannot take int in `(["a"] + dyn([1]))[1].size()`
-

([1] + dyn(["a"])).map(x, x)
[json]
[1, "a"]

# ---- null beside what may be null in CEL: looked at when it is used

%extra at timestamp = timestamp("1970-01-01T00:00:05Z")

[null, at][1]
json
timestamp("1970-01-01T00:00:05Z")

[at, null].map(t, t == null)
[bool]
[false, true]

[null, at][1] + duration("1s")
json
timestamp("1970-01-01T00:00:06Z")

[at, null][1] + duration("1s")
json
error(expr.error: cannot take null and duration in `[at, null][1] + duration("1s")`)

(n > 3 ? null : optional.of(n)) == null
bool
true
