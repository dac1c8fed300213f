# Names with dots and containers (check_scope.c): CEL's rules of name resolution, by hand.

%strict on
%extra x.y int = 1
%extra x.y.z int = 2
%extra y string = "root"
%extra com.y string = "outer"
%extra com.example.y string = "inner"
%extra com.example.m.f string = "qualified"
%extra m {string: string} = {"f": "selected", "g": "of m"}

# ---- without a container

y
string
"root"

com.y + com.example.y
string
"outerinner"

# the longest name
x.y.z
int
2

x.y
int
1

x.z
E-NAME 1:1+1 no field or name `x` here
-

m.f
string
"selected"

# ---- in one

%container com.example

y
string
"inner"

.y
string
"root"

com.y
string
"outer"

.com.y
string
"outer"

m.f
string
"qualified"

m.g
string
"of m"

.m.f
string
"selected"

x.y
int
1

# ---- variables of macros come first, whatever is selected from them

[0].exists(y, y == 0)
bool
true

["v"].map(y, .y + y)
[string]
["rootv"]

[{"f": "own"}].map(m, m.f)
[string]
["own"]

[{"f": "own"}].map(m, .m.f)
[string]
["selected"]

cel.bind(x, {"y": 7}, x.y)
int
7

# ---- of two containers the inner one

%container com

y
string
"outer"

example.y
string
"inner"

# ---- types, too

%container google.protobuf

type(timestamp(0)) == Timestamp
bool
true

type(duration("1s")) == google.protobuf.Duration
bool
true

[int].exists(int, int == type(1))
bool
true

# ---- what types are

%container

type(1)
type(int)
int

type([1])
type([int])
[json]

type(type(1)) == type
bool
true
