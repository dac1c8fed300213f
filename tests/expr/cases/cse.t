# Equal parts, evaluated once: values and errors are those of evaluating each of them.
%row n int = 4
%row zero int = 0
%row s string = "a,b,c"
%row nums [int] = [3, 1, 2]
%row m {string: int} = {"k": 1}
%row o string? = absent

# ---- values

s.split(",").size() + s.split(",").size()
int
6

# The first place is passed over

n > 9 ? s.split(",").size() : s.split(",").size() + 1
int
4

n > 9 && s.split(",").size() > 2 || s.split(",").size() == 3
bool
true

# In a loop: the part without its variable is one, those with it are not

nums.map(x, s.split(",")[0] + string(x) + s.split(",")[0])
[string]
["a3a", "a1a", "a2a"]

nums.map(x, string(x) + string(x))
[string]
["33", "11", "22"]

nums.map(x, nums.map(y, y + x).size() + nums.map(y, y + x)[0])
[int]
[9, 7, 8]

# Loops that are equal, and loops that are not

nums.map(x, x * 2).size() + nums.map(x, x * 2)[1]
int
5

nums.map(x, x * 2)[0] + nums.map(x, x * 3)[0] + nums.map(y, y * 2)[0]
int
21

nums.map(x, nums.map(y, x))[0][1] + nums.map(y, nums.map(x, x))[0][1]
int
4

nums.filter(x, nums.exists(y, y > x)).size() + nums.filter(x, nums.exists(y, x > y)).size()
int
4

cel.bind(v, s.split(","), v.size() + s.split(",").size() + v.size())
int
9

# Absent is a value, too

[?o.optMap(v, v + "!"), ?o.optMap(v, v + "!"), s]
[string]
["a,b,c"]

# Constants are apart by their types and signs

string(1 + n) + string(1.0 + double(n)) + string(1u + uint(n))
string
"555"

# ---- errors: seen where they were, absorbed where they were

(n / zero > 1 || true) && (n / zero > 1 || n == 4)
bool
true

(n / zero > 1 || n == 4) && n / zero > 1
bool
error(expr.error: division by zero in `n / zero`)

(m["x"] > 0 && false) || m["k"] + m["k"] == 2
bool
true

(s.split(",")[n] == "a" || s.split(",").size() == 3) && s.split(",").size() == 3
bool
true

s.split(",")[n] + s.split(",")[0]
string
error(expr.error: no element 4 in `s.split(",")[n]`)
