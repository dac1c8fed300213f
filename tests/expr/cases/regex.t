# Regular expressions: RE2's syntax; matches, find, findAll, regex.*, matches_any. Every value up to
# "faults" is what cel-go 0.31 gives (its ext.Regex; find and findAll as Kubernetes has them: Go's
# FindString and FindAllString), for patterns of each kind on seven texts.
%row ua string = "Mozilla/5.0 (X11; Linux) Googlebot/2.1"
%row kv string = "id=123, id=456;x="
%row fr string = "été à Paris, 12 €"
%row e string = ""
%row w string = "aab abb baa"
%row ln string = "one\ntwo\n"
%row sm string = "😀ab😀"

# ---- single ones

regex.replace("hello world hello", "hello", "hi")
string
"hi world hi"

regex.replace("banana", "a", "x", 0)
string
"banana"

regex.replace("banana", "a", "x", 1)
string
"bxnana"

regex.replace("banana", "a", "x", 2)
string
"bxnxna"

regex.replace("banana", "a", "x", -12)
string
"bxnxnx"

regex.replace("banana", "a", "x", 100)
string
"bxnxnx"

regex.replace("foo bar", "(fo)o (ba)r", r"\2 \1")
string
"ba fo"

regex.replace("abc", "(x)?b", r"[\1]")
string
"a[]c"

regex.replace("a.b.c", r"\.", r"\\")
string
"a\\b\\c"

regex.replace("abc", "", "-")
string
"-a-b-c-"

regex.replace("é😀", "", "-")
string
"-é-😀-"

regex.replace("", "", "-")
string
"-"

regex.replace("", "^", "a", 1)
string
"a"

regex.replace("abc", "b*", "-")
string
"-a-c-"

regex.replace("baac", "a*", "-")
string
"-b-c-"

regex.replace("/a//", "/+$", "")
string
"/a"

regex.replace("abc", "x", "y")
string
"abc"

regex.replace("aXbXc", "(?i)x", "", 1)
string
"abXc"

regex.replace("2026-02-03", r"(\d+)-(\d+)-(\d+)", r"\3/\2/\1")
string
"03/02/2026"

regex.replace("abcdefghi", "(a)(b)(c)(d)(e)(f)(g)(h)(i)", r"\9\8\7\6\5\4\3\2\1\0")
string
"ihgfedcbaabcdefghi"

regex.replace("a", "a", "$1 $0")
string
"$1 $0"

regex.replace("aaa", "a", r"\0\0", 2)
string
"aaaaa"

regex.replace("été", "é", "e")
string
"ete"

"abc".findAll("[a-c]", 2)
[string]
["a", "b"]

"abc".findAll("[a-c]", 0)
[string]
[]

"abc".findAll("[a-c]", -1)
[string]
["a", "b", "c"]

"abc".findAll("[a-c]", 7)
[string]
["a", "b", "c"]

"abc".findAll("x", 1)
[string]
[]

"abc".findAll("", 2)
[string]
["", ""]

"abc".find("x")
string
""

"abc".find("")
string
""

regex.extract("hello world", "hello(.*)")
string?
" world"

regex.extract("item-A, item-B", r"item-(\w+)")
string?
"A"

regex.extract("HELLO", "hello")
string?
absent

regex.extract("HELLO", "(?i)hello")
string?
"HELLO"

regex.extract("ab", "a(x)?b")
string?
absent

regex.extract("ab", "a(x*)b")
string?
absent

regex.extract("ab", "x*")
string?
""

regex.extract("k=v", "(?P<key>[a-z])=")
string?
"k"

regex.extract("", "")
string?
""

regex.extract("é", "(.)")
string?
"é"

regex.extractAll("id:123, id:456", r"id:\d+")
[string]
["id:123", "id:456"]

regex.extractAll("id:123, id:456", r"id:(\d+)")
[string]
["123", "456"]

regex.extractAll("id:123, id:456", "assa")
[string]
[]

regex.extractAll("ab", "(x)?")
[string]
[]

regex.extractAll("ab", "x?")
[string]
["", "", ""]

regex.extractAll("a1b22", r"([a-z])\d?")
[string]
["a", "b"]

matches("abc", "b")
bool
true

matches("abc", "B")
bool
false

"abc".matches("^abc$")
bool
true

"abc".matches("^ab$")
bool
false

"a.c".matches(r"a\.c")
bool
true

"abc".matches(r"a\.c")
bool
false

"ab\n".matches("b$")
bool
false

"ab\n".matches("(?m)b$")
bool
true

"a\nb".matches("a.b")
bool
false

"a\nb".matches("(?s)a.b")
bool
true

"$".matches(r"^\$$")
bool
true

"^".matches(r"\^")
bool
true

"".matches("^$")
bool
true

"".matches("")
bool
true

"a".matches("^")
bool
true

"a|b".matches(r"a\|b")
bool
true

"ſ".matches("(?i)s")
bool
true

"K".matches("(?i)k")
bool
true

# ---- patterns of each kind

[ua.matches("bot"), kv.matches("bot"), fr.matches("bot"), e.matches("bot"), w.matches("bot"), ln.matches("bot"), sm.matches("bot")]
[bool]
[true, false, false, false, false, false, false]

[ua.find("bot"), kv.find("bot"), fr.find("bot"), e.find("bot"), w.find("bot"), ln.find("bot"), sm.find("bot")]
[string]
["bot", "", "", "", "", "", ""]

[ua.findAll("bot"), kv.findAll("bot"), fr.findAll("bot"), e.findAll("bot"), w.findAll("bot"), ln.findAll("bot"), sm.findAll("bot")]
[[string]]
[["bot"], [], [], [], [], [], []]

[regex.replace(ua, "bot", r"<\0>"), regex.replace(kv, "bot", r"<\0>"), regex.replace(fr, "bot", r"<\0>"), regex.replace(e, "bot", r"<\0>"), regex.replace(w, "bot", r"<\0>"), regex.replace(ln, "bot", r"<\0>"), regex.replace(sm, "bot", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Google<bot>/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "bot"), regex.extractAll(kv, "bot"), regex.extractAll(fr, "bot"), regex.extractAll(e, "bot"), regex.extractAll(w, "bot"), regex.extractAll(ln, "bot"), regex.extractAll(sm, "bot")]
[[string]]
[["bot"], [], [], [], [], [], []]

[ua.matches("(?i)BOT|crawl|spider"), kv.matches("(?i)BOT|crawl|spider"), fr.matches("(?i)BOT|crawl|spider"), e.matches("(?i)BOT|crawl|spider"), w.matches("(?i)BOT|crawl|spider"), ln.matches("(?i)BOT|crawl|spider"), sm.matches("(?i)BOT|crawl|spider")]
[bool]
[true, false, false, false, false, false, false]

[ua.find("(?i)BOT|crawl|spider"), kv.find("(?i)BOT|crawl|spider"), fr.find("(?i)BOT|crawl|spider"), e.find("(?i)BOT|crawl|spider"), w.find("(?i)BOT|crawl|spider"), ln.find("(?i)BOT|crawl|spider"), sm.find("(?i)BOT|crawl|spider")]
[string]
["bot", "", "", "", "", "", ""]

[ua.findAll("(?i)BOT|crawl|spider"), kv.findAll("(?i)BOT|crawl|spider"), fr.findAll("(?i)BOT|crawl|spider"), e.findAll("(?i)BOT|crawl|spider"), w.findAll("(?i)BOT|crawl|spider"), ln.findAll("(?i)BOT|crawl|spider"), sm.findAll("(?i)BOT|crawl|spider")]
[[string]]
[["bot"], [], [], [], [], [], []]

[regex.replace(ua, "(?i)BOT|crawl|spider", r"<\0>"), regex.replace(kv, "(?i)BOT|crawl|spider", r"<\0>"), regex.replace(fr, "(?i)BOT|crawl|spider", r"<\0>"), regex.replace(e, "(?i)BOT|crawl|spider", r"<\0>"), regex.replace(w, "(?i)BOT|crawl|spider", r"<\0>"), regex.replace(ln, "(?i)BOT|crawl|spider", r"<\0>"), regex.replace(sm, "(?i)BOT|crawl|spider", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Google<bot>/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "(?i)BOT|crawl|spider"), regex.extractAll(kv, "(?i)BOT|crawl|spider"), regex.extractAll(fr, "(?i)BOT|crawl|spider"), regex.extractAll(e, "(?i)BOT|crawl|spider"), regex.extractAll(w, "(?i)BOT|crawl|spider"), regex.extractAll(ln, "(?i)BOT|crawl|spider"), regex.extractAll(sm, "(?i)BOT|crawl|spider")]
[[string]]
[["bot"], [], [], [], [], [], []]

[ua.matches("^Moz"), kv.matches("^Moz"), fr.matches("^Moz"), e.matches("^Moz"), w.matches("^Moz"), ln.matches("^Moz"), sm.matches("^Moz")]
[bool]
[true, false, false, false, false, false, false]

[ua.find("^Moz"), kv.find("^Moz"), fr.find("^Moz"), e.find("^Moz"), w.find("^Moz"), ln.find("^Moz"), sm.find("^Moz")]
[string]
["Moz", "", "", "", "", "", ""]

[ua.findAll("^Moz"), kv.findAll("^Moz"), fr.findAll("^Moz"), e.findAll("^Moz"), w.findAll("^Moz"), ln.findAll("^Moz"), sm.findAll("^Moz")]
[[string]]
[["Moz"], [], [], [], [], [], []]

[regex.replace(ua, "^Moz", r"<\0>"), regex.replace(kv, "^Moz", r"<\0>"), regex.replace(fr, "^Moz", r"<\0>"), regex.replace(e, "^Moz", r"<\0>"), regex.replace(w, "^Moz", r"<\0>"), regex.replace(ln, "^Moz", r"<\0>"), regex.replace(sm, "^Moz", r"<\0>")]
[string]
["<Moz>illa/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "^Moz"), regex.extractAll(kv, "^Moz"), regex.extractAll(fr, "^Moz"), regex.extractAll(e, "^Moz"), regex.extractAll(w, "^Moz"), regex.extractAll(ln, "^Moz"), regex.extractAll(sm, "^Moz")]
[[string]]
[["Moz"], [], [], [], [], [], []]

[ua.matches(r"Linux\)"), kv.matches(r"Linux\)"), fr.matches(r"Linux\)"), e.matches(r"Linux\)"), w.matches(r"Linux\)"), ln.matches(r"Linux\)"), sm.matches(r"Linux\)")]
[bool]
[true, false, false, false, false, false, false]

[ua.find(r"Linux\)"), kv.find(r"Linux\)"), fr.find(r"Linux\)"), e.find(r"Linux\)"), w.find(r"Linux\)"), ln.find(r"Linux\)"), sm.find(r"Linux\)")]
[string]
["Linux)", "", "", "", "", "", ""]

[ua.findAll(r"Linux\)"), kv.findAll(r"Linux\)"), fr.findAll(r"Linux\)"), e.findAll(r"Linux\)"), w.findAll(r"Linux\)"), ln.findAll(r"Linux\)"), sm.findAll(r"Linux\)")]
[[string]]
[["Linux)"], [], [], [], [], [], []]

[regex.replace(ua, r"Linux\)", r"<\0>"), regex.replace(kv, r"Linux\)", r"<\0>"), regex.replace(fr, r"Linux\)", r"<\0>"), regex.replace(e, r"Linux\)", r"<\0>"), regex.replace(w, r"Linux\)", r"<\0>"), regex.replace(ln, r"Linux\)", r"<\0>"), regex.replace(sm, r"Linux\)", r"<\0>")]
[string]
["Mozilla/5.0 (X11; <Linux)> Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, r"Linux\)"), regex.extractAll(kv, r"Linux\)"), regex.extractAll(fr, r"Linux\)"), regex.extractAll(e, r"Linux\)"), regex.extractAll(w, r"Linux\)"), regex.extractAll(ln, r"Linux\)"), regex.extractAll(sm, r"Linux\)")]
[[string]]
[["Linux)"], [], [], [], [], [], []]

[ua.matches(r"2\.1$"), kv.matches(r"2\.1$"), fr.matches(r"2\.1$"), e.matches(r"2\.1$"), w.matches(r"2\.1$"), ln.matches(r"2\.1$"), sm.matches(r"2\.1$")]
[bool]
[true, false, false, false, false, false, false]

[ua.find(r"2\.1$"), kv.find(r"2\.1$"), fr.find(r"2\.1$"), e.find(r"2\.1$"), w.find(r"2\.1$"), ln.find(r"2\.1$"), sm.find(r"2\.1$")]
[string]
["2.1", "", "", "", "", "", ""]

[ua.findAll(r"2\.1$"), kv.findAll(r"2\.1$"), fr.findAll(r"2\.1$"), e.findAll(r"2\.1$"), w.findAll(r"2\.1$"), ln.findAll(r"2\.1$"), sm.findAll(r"2\.1$")]
[[string]]
[["2.1"], [], [], [], [], [], []]

[regex.replace(ua, r"2\.1$", r"<\0>"), regex.replace(kv, r"2\.1$", r"<\0>"), regex.replace(fr, r"2\.1$", r"<\0>"), regex.replace(e, r"2\.1$", r"<\0>"), regex.replace(w, r"2\.1$", r"<\0>"), regex.replace(ln, r"2\.1$", r"<\0>"), regex.replace(sm, r"2\.1$", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/<2.1>", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, r"2\.1$"), regex.extractAll(kv, r"2\.1$"), regex.extractAll(fr, r"2\.1$"), regex.extractAll(e, r"2\.1$"), regex.extractAll(w, r"2\.1$"), regex.extractAll(ln, r"2\.1$"), regex.extractAll(sm, r"2\.1$")]
[[string]]
[["2.1"], [], [], [], [], [], []]

[ua.matches("^$"), kv.matches("^$"), fr.matches("^$"), e.matches("^$"), w.matches("^$"), ln.matches("^$"), sm.matches("^$")]
[bool]
[false, false, false, true, false, false, false]

[ua.find("^$"), kv.find("^$"), fr.find("^$"), e.find("^$"), w.find("^$"), ln.find("^$"), sm.find("^$")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("^$"), kv.findAll("^$"), fr.findAll("^$"), e.findAll("^$"), w.findAll("^$"), ln.findAll("^$"), sm.findAll("^$")]
[[string]]
[[], [], [], [""], [], [], []]

[regex.replace(ua, "^$", r"<\0>"), regex.replace(kv, "^$", r"<\0>"), regex.replace(fr, "^$", r"<\0>"), regex.replace(e, "^$", r"<\0>"), regex.replace(w, "^$", r"<\0>"), regex.replace(ln, "^$", r"<\0>"), regex.replace(sm, "^$", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "<>", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "^$"), regex.extractAll(kv, "^$"), regex.extractAll(fr, "^$"), regex.extractAll(e, "^$"), regex.extractAll(w, "^$"), regex.extractAll(ln, "^$"), regex.extractAll(sm, "^$")]
[[string]]
[[], [], [], [""], [], [], []]

[ua.matches(""), kv.matches(""), fr.matches(""), e.matches(""), w.matches(""), ln.matches(""), sm.matches("")]
[bool]
[true, true, true, true, true, true, true]

[ua.find(""), kv.find(""), fr.find(""), e.find(""), w.find(""), ln.find(""), sm.find("")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll(""), kv.findAll(""), fr.findAll(""), e.findAll(""), w.findAll(""), ln.findAll(""), sm.findAll("")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "", "", ""]]

[regex.replace(ua, "", r"<\0>"), regex.replace(kv, "", r"<\0>"), regex.replace(fr, "", r"<\0>"), regex.replace(e, "", r"<\0>"), regex.replace(w, "", r"<\0>"), regex.replace(ln, "", r"<\0>"), regex.replace(sm, "", r"<\0>")]
[string]
["<>M<>o<>z<>i<>l<>l<>a<>/<>5<>.<>0<> <>(<>X<>1<>1<>;<> <>L<>i<>n<>u<>x<>)<> <>G<>o<>o<>g<>l<>e<>b<>o<>t<>/<>2<>.<>1<>", "<>i<>d<>=<>1<>2<>3<>,<> <>i<>d<>=<>4<>5<>6<>;<>x<>=<>", "<>é<>t<>é<> <>à<> <>P<>a<>r<>i<>s<>,<> <>1<>2<> <>€<>", "<>", "<>a<>a<>b<> <>a<>b<>b<> <>b<>a<>a<>", "<>o<>n<>e<>\n<>t<>w<>o<>\n<>", "<>😀<>a<>b<>😀<>"]

[regex.extractAll(ua, ""), regex.extractAll(kv, ""), regex.extractAll(fr, ""), regex.extractAll(e, ""), regex.extractAll(w, ""), regex.extractAll(ln, ""), regex.extractAll(sm, "")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "", "", ""]]

[ua.matches("a*"), kv.matches("a*"), fr.matches("a*"), e.matches("a*"), w.matches("a*"), ln.matches("a*"), sm.matches("a*")]
[bool]
[true, true, true, true, true, true, true]

[ua.find("a*"), kv.find("a*"), fr.find("a*"), e.find("a*"), w.find("a*"), ln.find("a*"), sm.find("a*")]
[string]
["", "", "", "", "aa", "", ""]

[ua.findAll("a*"), kv.findAll("a*"), fr.findAll("a*"), e.findAll("a*"), w.findAll("a*"), ln.findAll("a*"), sm.findAll("a*")]
[[string]]
[["", "", "", "", "", "", "a", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "a", "", "", "", "", "", "", "", "", ""], [""], ["aa", "", "a", "", "", "", "aa"], ["", "", "", "", "", "", "", "", ""], ["", "a", "", ""]]

[regex.replace(ua, "a*", r"<\0>"), regex.replace(kv, "a*", r"<\0>"), regex.replace(fr, "a*", r"<\0>"), regex.replace(e, "a*", r"<\0>"), regex.replace(w, "a*", r"<\0>"), regex.replace(ln, "a*", r"<\0>"), regex.replace(sm, "a*", r"<\0>")]
[string]
["<>M<>o<>z<>i<>l<>l<a>/<>5<>.<>0<> <>(<>X<>1<>1<>;<> <>L<>i<>n<>u<>x<>)<> <>G<>o<>o<>g<>l<>e<>b<>o<>t<>/<>2<>.<>1<>", "<>i<>d<>=<>1<>2<>3<>,<> <>i<>d<>=<>4<>5<>6<>;<>x<>=<>", "<>é<>t<>é<> <>à<> <>P<a>r<>i<>s<>,<> <>1<>2<> <>€<>", "<>", "<aa>b<> <a>b<>b<> <>b<aa>", "<>o<>n<>e<>\n<>t<>w<>o<>\n<>", "<>😀<a>b<>😀<>"]

[regex.extractAll(ua, "a*"), regex.extractAll(kv, "a*"), regex.extractAll(fr, "a*"), regex.extractAll(e, "a*"), regex.extractAll(w, "a*"), regex.extractAll(ln, "a*"), regex.extractAll(sm, "a*")]
[[string]]
[["", "", "", "", "", "", "a", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "a", "", "", "", "", "", "", "", "", ""], [""], ["aa", "", "a", "", "", "", "aa"], ["", "", "", "", "", "", "", "", ""], ["", "a", "", ""]]

[ua.matches("a+?"), kv.matches("a+?"), fr.matches("a+?"), e.matches("a+?"), w.matches("a+?"), ln.matches("a+?"), sm.matches("a+?")]
[bool]
[true, false, true, false, true, false, true]

[ua.find("a+?"), kv.find("a+?"), fr.find("a+?"), e.find("a+?"), w.find("a+?"), ln.find("a+?"), sm.find("a+?")]
[string]
["a", "", "a", "", "a", "", "a"]

[ua.findAll("a+?"), kv.findAll("a+?"), fr.findAll("a+?"), e.findAll("a+?"), w.findAll("a+?"), ln.findAll("a+?"), sm.findAll("a+?")]
[[string]]
[["a"], [], ["a"], [], ["a", "a", "a", "a", "a"], [], ["a"]]

[regex.replace(ua, "a+?", r"<\0>"), regex.replace(kv, "a+?", r"<\0>"), regex.replace(fr, "a+?", r"<\0>"), regex.replace(e, "a+?", r"<\0>"), regex.replace(w, "a+?", r"<\0>"), regex.replace(ln, "a+?", r"<\0>"), regex.replace(sm, "a+?", r"<\0>")]
[string]
["Mozill<a>/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à P<a>ris, 12 €", "", "<a><a>b <a>bb b<a><a>", "one\ntwo\n", "😀<a>b😀"]

[regex.extractAll(ua, "a+?"), regex.extractAll(kv, "a+?"), regex.extractAll(fr, "a+?"), regex.extractAll(e, "a+?"), regex.extractAll(w, "a+?"), regex.extractAll(ln, "a+?"), regex.extractAll(sm, "a+?")]
[[string]]
[["a"], [], ["a"], [], ["a", "a", "a", "a", "a"], [], ["a"]]

[ua.matches("(a|ab)(b*)"), kv.matches("(a|ab)(b*)"), fr.matches("(a|ab)(b*)"), e.matches("(a|ab)(b*)"), w.matches("(a|ab)(b*)"), ln.matches("(a|ab)(b*)"), sm.matches("(a|ab)(b*)")]
[bool]
[true, false, true, false, true, false, true]

[ua.find("(a|ab)(b*)"), kv.find("(a|ab)(b*)"), fr.find("(a|ab)(b*)"), e.find("(a|ab)(b*)"), w.find("(a|ab)(b*)"), ln.find("(a|ab)(b*)"), sm.find("(a|ab)(b*)")]
[string]
["a", "", "a", "", "a", "", "ab"]

[ua.findAll("(a|ab)(b*)"), kv.findAll("(a|ab)(b*)"), fr.findAll("(a|ab)(b*)"), e.findAll("(a|ab)(b*)"), w.findAll("(a|ab)(b*)"), ln.findAll("(a|ab)(b*)"), sm.findAll("(a|ab)(b*)")]
[[string]]
[["a"], [], ["a"], [], ["a", "ab", "abb", "a", "a"], [], ["ab"]]

[regex.replace(ua, "(a|ab)(b*)", r"<\0>"), regex.replace(kv, "(a|ab)(b*)", r"<\0>"), regex.replace(fr, "(a|ab)(b*)", r"<\0>"), regex.replace(e, "(a|ab)(b*)", r"<\0>"), regex.replace(w, "(a|ab)(b*)", r"<\0>"), regex.replace(ln, "(a|ab)(b*)", r"<\0>"), regex.replace(sm, "(a|ab)(b*)", r"<\0>")]
[string]
["Mozill<a>/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à P<a>ris, 12 €", "", "<a><ab> <abb> b<a><a>", "one\ntwo\n", "😀<ab>😀"]

[ua.matches(r"\d+"), kv.matches(r"\d+"), fr.matches(r"\d+"), e.matches(r"\d+"), w.matches(r"\d+"), ln.matches(r"\d+"), sm.matches(r"\d+")]
[bool]
[true, true, true, false, false, false, false]

[ua.find(r"\d+"), kv.find(r"\d+"), fr.find(r"\d+"), e.find(r"\d+"), w.find(r"\d+"), ln.find(r"\d+"), sm.find(r"\d+")]
[string]
["5", "123", "12", "", "", "", ""]

[ua.findAll(r"\d+"), kv.findAll(r"\d+"), fr.findAll(r"\d+"), e.findAll(r"\d+"), w.findAll(r"\d+"), ln.findAll(r"\d+"), sm.findAll(r"\d+")]
[[string]]
[["5", "0", "11", "2", "1"], ["123", "456"], ["12"], [], [], [], []]

[regex.replace(ua, r"\d+", r"<\0>"), regex.replace(kv, r"\d+", r"<\0>"), regex.replace(fr, r"\d+", r"<\0>"), regex.replace(e, r"\d+", r"<\0>"), regex.replace(w, r"\d+", r"<\0>"), regex.replace(ln, r"\d+", r"<\0>"), regex.replace(sm, r"\d+", r"<\0>")]
[string]
["Mozilla/<5>.<0> (X<11>; Linux) Googlebot/<2>.<1>", "id=<123>, id=<456>;x=", "été à Paris, <12> €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, r"\d+"), regex.extractAll(kv, r"\d+"), regex.extractAll(fr, r"\d+"), regex.extractAll(e, r"\d+"), regex.extractAll(w, r"\d+"), regex.extractAll(ln, r"\d+"), regex.extractAll(sm, r"\d+")]
[[string]]
[["5", "0", "11", "2", "1"], ["123", "456"], ["12"], [], [], [], []]

[ua.matches(r"\D+"), kv.matches(r"\D+"), fr.matches(r"\D+"), e.matches(r"\D+"), w.matches(r"\D+"), ln.matches(r"\D+"), sm.matches(r"\D+")]
[bool]
[true, true, true, false, true, true, true]

[ua.find(r"\D+"), kv.find(r"\D+"), fr.find(r"\D+"), e.find(r"\D+"), w.find(r"\D+"), ln.find(r"\D+"), sm.find(r"\D+")]
[string]
["Mozilla/", "id=", "été à Paris, ", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[ua.findAll(r"\D+"), kv.findAll(r"\D+"), fr.findAll(r"\D+"), e.findAll(r"\D+"), w.findAll(r"\D+"), ln.findAll(r"\D+"), sm.findAll(r"\D+")]
[[string]]
[["Mozilla/", ".", " (X", "; Linux) Googlebot/", "."], ["id=", ", id=", ";x="], ["été à Paris, ", " €"], [], ["aab abb baa"], ["one\ntwo\n"], ["😀ab😀"]]

[regex.replace(ua, r"\D+", r"<\0>"), regex.replace(kv, r"\D+", r"<\0>"), regex.replace(fr, r"\D+", r"<\0>"), regex.replace(e, r"\D+", r"<\0>"), regex.replace(w, r"\D+", r"<\0>"), regex.replace(ln, r"\D+", r"<\0>"), regex.replace(sm, r"\D+", r"<\0>")]
[string]
["<Mozilla/>5<.>0< (X>11<; Linux) Googlebot/>2<.>1", "<id=>123<, id=>456<;x=>", "<été à Paris, >12< €>", "", "<aab abb baa>", "<one\ntwo\n>", "<😀ab😀>"]

[regex.extractAll(ua, r"\D+"), regex.extractAll(kv, r"\D+"), regex.extractAll(fr, r"\D+"), regex.extractAll(e, r"\D+"), regex.extractAll(w, r"\D+"), regex.extractAll(ln, r"\D+"), regex.extractAll(sm, r"\D+")]
[[string]]
[["Mozilla/", ".", " (X", "; Linux) Googlebot/", "."], ["id=", ", id=", ";x="], ["été à Paris, ", " €"], [], ["aab abb baa"], ["one\ntwo\n"], ["😀ab😀"]]

[ua.matches("[0-9]{2,3}"), kv.matches("[0-9]{2,3}"), fr.matches("[0-9]{2,3}"), e.matches("[0-9]{2,3}"), w.matches("[0-9]{2,3}"), ln.matches("[0-9]{2,3}"), sm.matches("[0-9]{2,3}")]
[bool]
[true, true, true, false, false, false, false]

[ua.find("[0-9]{2,3}"), kv.find("[0-9]{2,3}"), fr.find("[0-9]{2,3}"), e.find("[0-9]{2,3}"), w.find("[0-9]{2,3}"), ln.find("[0-9]{2,3}"), sm.find("[0-9]{2,3}")]
[string]
["11", "123", "12", "", "", "", ""]

[ua.findAll("[0-9]{2,3}"), kv.findAll("[0-9]{2,3}"), fr.findAll("[0-9]{2,3}"), e.findAll("[0-9]{2,3}"), w.findAll("[0-9]{2,3}"), ln.findAll("[0-9]{2,3}"), sm.findAll("[0-9]{2,3}")]
[[string]]
[["11"], ["123", "456"], ["12"], [], [], [], []]

[regex.replace(ua, "[0-9]{2,3}", r"<\0>"), regex.replace(kv, "[0-9]{2,3}", r"<\0>"), regex.replace(fr, "[0-9]{2,3}", r"<\0>"), regex.replace(e, "[0-9]{2,3}", r"<\0>"), regex.replace(w, "[0-9]{2,3}", r"<\0>"), regex.replace(ln, "[0-9]{2,3}", r"<\0>"), regex.replace(sm, "[0-9]{2,3}", r"<\0>")]
[string]
["Mozilla/5.0 (X<11>; Linux) Googlebot/2.1", "id=<123>, id=<456>;x=", "été à Paris, <12> €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "[0-9]{2,3}"), regex.extractAll(kv, "[0-9]{2,3}"), regex.extractAll(fr, "[0-9]{2,3}"), regex.extractAll(e, "[0-9]{2,3}"), regex.extractAll(w, "[0-9]{2,3}"), regex.extractAll(ln, "[0-9]{2,3}"), regex.extractAll(sm, "[0-9]{2,3}")]
[[string]]
[["11"], ["123", "456"], ["12"], [], [], [], []]

[ua.matches(r"\w+"), kv.matches(r"\w+"), fr.matches(r"\w+"), e.matches(r"\w+"), w.matches(r"\w+"), ln.matches(r"\w+"), sm.matches(r"\w+")]
[bool]
[true, true, true, false, true, true, true]

[ua.find(r"\w+"), kv.find(r"\w+"), fr.find(r"\w+"), e.find(r"\w+"), w.find(r"\w+"), ln.find(r"\w+"), sm.find(r"\w+")]
[string]
["Mozilla", "id", "t", "", "aab", "one", "ab"]

[ua.findAll(r"\w+"), kv.findAll(r"\w+"), fr.findAll(r"\w+"), e.findAll(r"\w+"), w.findAll(r"\w+"), ln.findAll(r"\w+"), sm.findAll(r"\w+")]
[[string]]
[["Mozilla", "5", "0", "X11", "Linux", "Googlebot", "2", "1"], ["id", "123", "id", "456", "x"], ["t", "Paris", "12"], [], ["aab", "abb", "baa"], ["one", "two"], ["ab"]]

[regex.replace(ua, r"\w+", r"<\0>"), regex.replace(kv, r"\w+", r"<\0>"), regex.replace(fr, r"\w+", r"<\0>"), regex.replace(e, r"\w+", r"<\0>"), regex.replace(w, r"\w+", r"<\0>"), regex.replace(ln, r"\w+", r"<\0>"), regex.replace(sm, r"\w+", r"<\0>")]
[string]
["<Mozilla>/<5>.<0> (<X11>; <Linux>) <Googlebot>/<2>.<1>", "<id>=<123>, <id>=<456>;<x>=", "é<t>é à <Paris>, <12> €", "", "<aab> <abb> <baa>", "<one>\n<two>\n", "😀<ab>😀"]

[regex.extractAll(ua, r"\w+"), regex.extractAll(kv, r"\w+"), regex.extractAll(fr, r"\w+"), regex.extractAll(e, r"\w+"), regex.extractAll(w, r"\w+"), regex.extractAll(ln, r"\w+"), regex.extractAll(sm, r"\w+")]
[[string]]
[["Mozilla", "5", "0", "X11", "Linux", "Googlebot", "2", "1"], ["id", "123", "id", "456", "x"], ["t", "Paris", "12"], [], ["aab", "abb", "baa"], ["one", "two"], ["ab"]]

[ua.matches(r"\W"), kv.matches(r"\W"), fr.matches(r"\W"), e.matches(r"\W"), w.matches(r"\W"), ln.matches(r"\W"), sm.matches(r"\W")]
[bool]
[true, true, true, false, true, true, true]

[ua.find(r"\W"), kv.find(r"\W"), fr.find(r"\W"), e.find(r"\W"), w.find(r"\W"), ln.find(r"\W"), sm.find(r"\W")]
[string]
["/", "=", "é", "", " ", "\n", "😀"]

[ua.findAll(r"\W"), kv.findAll(r"\W"), fr.findAll(r"\W"), e.findAll(r"\W"), w.findAll(r"\W"), ln.findAll(r"\W"), sm.findAll(r"\W")]
[[string]]
[["/", ".", " ", "(", ";", " ", ")", " ", "/", "."], ["=", ",", " ", "=", ";", "="], ["é", "é", " ", "à", " ", ",", " ", " ", "€"], [], [" ", " "], ["\n", "\n"], ["😀", "😀"]]

[regex.replace(ua, r"\W", r"<\0>"), regex.replace(kv, r"\W", r"<\0>"), regex.replace(fr, r"\W", r"<\0>"), regex.replace(e, r"\W", r"<\0>"), regex.replace(w, r"\W", r"<\0>"), regex.replace(ln, r"\W", r"<\0>"), regex.replace(sm, r"\W", r"<\0>")]
[string]
["Mozilla</>5<.>0< ><(>X11<;>< >Linux<)>< >Googlebot</>2<.>1", "id<=>123<,>< >id<=>456<;>x<=>", "<é>t<é>< ><à>< >Paris<,>< >12< ><€>", "", "aab< >abb< >baa", "one<\n>two<\n>", "<😀>ab<😀>"]

[regex.extractAll(ua, r"\W"), regex.extractAll(kv, r"\W"), regex.extractAll(fr, r"\W"), regex.extractAll(e, r"\W"), regex.extractAll(w, r"\W"), regex.extractAll(ln, r"\W"), regex.extractAll(sm, r"\W")]
[[string]]
[["/", ".", " ", "(", ";", " ", ")", " ", "/", "."], ["=", ",", " ", "=", ";", "="], ["é", "é", " ", "à", " ", ",", " ", " ", "€"], [], [" ", " "], ["\n", "\n"], ["😀", "😀"]]

[ua.matches(r"\b"), kv.matches(r"\b"), fr.matches(r"\b"), e.matches(r"\b"), w.matches(r"\b"), ln.matches(r"\b"), sm.matches(r"\b")]
[bool]
[true, true, true, false, true, true, true]

[ua.find(r"\b"), kv.find(r"\b"), fr.find(r"\b"), e.find(r"\b"), w.find(r"\b"), ln.find(r"\b"), sm.find(r"\b")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll(r"\b"), kv.findAll(r"\b"), fr.findAll(r"\b"), e.findAll(r"\b"), w.findAll(r"\b"), ln.findAll(r"\b"), sm.findAll(r"\b")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", ""], [], ["", "", "", "", "", ""], ["", "", "", ""], ["", ""]]

[regex.replace(ua, r"\b", r"<\0>"), regex.replace(kv, r"\b", r"<\0>"), regex.replace(fr, r"\b", r"<\0>"), regex.replace(e, r"\b", r"<\0>"), regex.replace(w, r"\b", r"<\0>"), regex.replace(ln, r"\b", r"<\0>"), regex.replace(sm, r"\b", r"<\0>")]
[string]
["<>Mozilla<>/<>5<>.<>0<> (<>X11<>; <>Linux<>) <>Googlebot<>/<>2<>.<>1<>", "<>id<>=<>123<>, <>id<>=<>456<>;<>x<>=", "é<>t<>é à <>Paris<>, <>12<> €", "", "<>aab<> <>abb<> <>baa<>", "<>one<>\n<>two<>\n", "😀<>ab<>😀"]

[regex.extractAll(ua, r"\b"), regex.extractAll(kv, r"\b"), regex.extractAll(fr, r"\b"), regex.extractAll(e, r"\b"), regex.extractAll(w, r"\b"), regex.extractAll(ln, r"\b"), regex.extractAll(sm, r"\b")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", ""], [], ["", "", "", "", "", ""], ["", "", "", ""], ["", ""]]

[ua.matches(r"\B"), kv.matches(r"\B"), fr.matches(r"\B"), e.matches(r"\B"), w.matches(r"\B"), ln.matches(r"\B"), sm.matches(r"\B")]
[bool]
[true, true, true, true, true, true, true]

[ua.find(r"\B"), kv.find(r"\B"), fr.find(r"\B"), e.find(r"\B"), w.find(r"\B"), ln.find(r"\B"), sm.find(r"\B")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll(r"\B"), kv.findAll(r"\B"), fr.findAll(r"\B"), e.findAll(r"\B"), w.findAll(r"\B"), ln.findAll(r"\B"), sm.findAll(r"\B")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", ""], ["", "", "", "", ""], ["", "", ""]]

[regex.replace(ua, r"\B", r"<\0>"), regex.replace(kv, r"\B", r"<\0>"), regex.replace(fr, r"\B", r"<\0>"), regex.replace(e, r"\B", r"<\0>"), regex.replace(w, r"\B", r"<\0>"), regex.replace(ln, r"\B", r"<\0>"), regex.replace(sm, r"\B", r"<\0>")]
[string]
["M<>o<>z<>i<>l<>l<>a/5.0 <>(X<>1<>1;<> L<>i<>n<>u<>x)<> G<>o<>o<>g<>l<>e<>b<>o<>t/2.1", "i<>d=1<>2<>3,<> i<>d=4<>5<>6;x=<>", "<>été<> <>à<> P<>a<>r<>i<>s,<> 1<>2 <>€<>", "<>", "a<>a<>b a<>b<>b b<>a<>a", "o<>n<>e\nt<>w<>o\n<>", "<>😀a<>b😀<>"]

[regex.extractAll(ua, r"\B"), regex.extractAll(kv, r"\B"), regex.extractAll(fr, r"\B"), regex.extractAll(e, r"\B"), regex.extractAll(w, r"\B"), regex.extractAll(ln, r"\B"), regex.extractAll(sm, r"\B")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", ""], ["", "", "", "", ""], ["", "", ""]]

[ua.matches(r"\bb"), kv.matches(r"\bb"), fr.matches(r"\bb"), e.matches(r"\bb"), w.matches(r"\bb"), ln.matches(r"\bb"), sm.matches(r"\bb")]
[bool]
[false, false, false, false, true, false, false]

[ua.find(r"\bb"), kv.find(r"\bb"), fr.find(r"\bb"), e.find(r"\bb"), w.find(r"\bb"), ln.find(r"\bb"), sm.find(r"\bb")]
[string]
["", "", "", "", "b", "", ""]

[ua.findAll(r"\bb"), kv.findAll(r"\bb"), fr.findAll(r"\bb"), e.findAll(r"\bb"), w.findAll(r"\bb"), ln.findAll(r"\bb"), sm.findAll(r"\bb")]
[[string]]
[[], [], [], [], ["b"], [], []]

[regex.replace(ua, r"\bb", r"<\0>"), regex.replace(kv, r"\bb", r"<\0>"), regex.replace(fr, r"\bb", r"<\0>"), regex.replace(e, r"\bb", r"<\0>"), regex.replace(w, r"\bb", r"<\0>"), regex.replace(ln, r"\bb", r"<\0>"), regex.replace(sm, r"\bb", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb <b>aa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, r"\bb"), regex.extractAll(kv, r"\bb"), regex.extractAll(fr, r"\bb"), regex.extractAll(e, r"\bb"), regex.extractAll(w, r"\bb"), regex.extractAll(ln, r"\bb"), regex.extractAll(sm, r"\bb")]
[[string]]
[[], [], [], [], ["b"], [], []]

[ua.matches(r"(?m)^\w"), kv.matches(r"(?m)^\w"), fr.matches(r"(?m)^\w"), e.matches(r"(?m)^\w"), w.matches(r"(?m)^\w"), ln.matches(r"(?m)^\w"), sm.matches(r"(?m)^\w")]
[bool]
[true, true, false, false, true, true, false]

[ua.find(r"(?m)^\w"), kv.find(r"(?m)^\w"), fr.find(r"(?m)^\w"), e.find(r"(?m)^\w"), w.find(r"(?m)^\w"), ln.find(r"(?m)^\w"), sm.find(r"(?m)^\w")]
[string]
["M", "i", "", "", "a", "o", ""]

[ua.findAll(r"(?m)^\w"), kv.findAll(r"(?m)^\w"), fr.findAll(r"(?m)^\w"), e.findAll(r"(?m)^\w"), w.findAll(r"(?m)^\w"), ln.findAll(r"(?m)^\w"), sm.findAll(r"(?m)^\w")]
[[string]]
[["M"], ["i"], [], [], ["a"], ["o", "t"], []]

[regex.replace(ua, r"(?m)^\w", r"<\0>"), regex.replace(kv, r"(?m)^\w", r"<\0>"), regex.replace(fr, r"(?m)^\w", r"<\0>"), regex.replace(e, r"(?m)^\w", r"<\0>"), regex.replace(w, r"(?m)^\w", r"<\0>"), regex.replace(ln, r"(?m)^\w", r"<\0>"), regex.replace(sm, r"(?m)^\w", r"<\0>")]
[string]
["<M>ozilla/5.0 (X11; Linux) Googlebot/2.1", "<i>d=123, id=456;x=", "été à Paris, 12 €", "", "<a>ab abb baa", "<o>ne\n<t>wo\n", "😀ab😀"]

[regex.extractAll(ua, r"(?m)^\w"), regex.extractAll(kv, r"(?m)^\w"), regex.extractAll(fr, r"(?m)^\w"), regex.extractAll(e, r"(?m)^\w"), regex.extractAll(w, r"(?m)^\w"), regex.extractAll(ln, r"(?m)^\w"), regex.extractAll(sm, r"(?m)^\w")]
[[string]]
[["M"], ["i"], [], [], ["a"], ["o", "t"], []]

[ua.matches("(?m)$"), kv.matches("(?m)$"), fr.matches("(?m)$"), e.matches("(?m)$"), w.matches("(?m)$"), ln.matches("(?m)$"), sm.matches("(?m)$")]
[bool]
[true, true, true, true, true, true, true]

[ua.find("(?m)$"), kv.find("(?m)$"), fr.find("(?m)$"), e.find("(?m)$"), w.find("(?m)$"), ln.find("(?m)$"), sm.find("(?m)$")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("(?m)$"), kv.findAll("(?m)$"), fr.findAll("(?m)$"), e.findAll("(?m)$"), w.findAll("(?m)$"), ln.findAll("(?m)$"), sm.findAll("(?m)$")]
[[string]]
[[""], [""], [""], [""], [""], ["", "", ""], [""]]

[regex.replace(ua, "(?m)$", r"<\0>"), regex.replace(kv, "(?m)$", r"<\0>"), regex.replace(fr, "(?m)$", r"<\0>"), regex.replace(e, "(?m)$", r"<\0>"), regex.replace(w, "(?m)$", r"<\0>"), regex.replace(ln, "(?m)$", r"<\0>"), regex.replace(sm, "(?m)$", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1<>", "id=123, id=456;x=<>", "été à Paris, 12 €<>", "<>", "aab abb baa<>", "one<>\ntwo<>\n<>", "😀ab😀<>"]

[regex.extractAll(ua, "(?m)$"), regex.extractAll(kv, "(?m)$"), regex.extractAll(fr, "(?m)$"), regex.extractAll(e, "(?m)$"), regex.extractAll(w, "(?m)$"), regex.extractAll(ln, "(?m)$"), regex.extractAll(sm, "(?m)$")]
[[string]]
[[""], [""], [""], [""], [""], ["", "", ""], [""]]

[ua.matches("(?s).+"), kv.matches("(?s).+"), fr.matches("(?s).+"), e.matches("(?s).+"), w.matches("(?s).+"), ln.matches("(?s).+"), sm.matches("(?s).+")]
[bool]
[true, true, true, false, true, true, true]

[ua.find("(?s).+"), kv.find("(?s).+"), fr.find("(?s).+"), e.find("(?s).+"), w.find("(?s).+"), ln.find("(?s).+"), sm.find("(?s).+")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[ua.findAll("(?s).+"), kv.findAll("(?s).+"), fr.findAll("(?s).+"), e.findAll("(?s).+"), w.findAll("(?s).+"), ln.findAll("(?s).+"), sm.findAll("(?s).+")]
[[string]]
[["Mozilla/5.0 (X11; Linux) Googlebot/2.1"], ["id=123, id=456;x="], ["été à Paris, 12 €"], [], ["aab abb baa"], ["one\ntwo\n"], ["😀ab😀"]]

[regex.replace(ua, "(?s).+", r"<\0>"), regex.replace(kv, "(?s).+", r"<\0>"), regex.replace(fr, "(?s).+", r"<\0>"), regex.replace(e, "(?s).+", r"<\0>"), regex.replace(w, "(?s).+", r"<\0>"), regex.replace(ln, "(?s).+", r"<\0>"), regex.replace(sm, "(?s).+", r"<\0>")]
[string]
["<Mozilla/5.0 (X11; Linux) Googlebot/2.1>", "<id=123, id=456;x=>", "<été à Paris, 12 €>", "", "<aab abb baa>", "<one\ntwo\n>", "<😀ab😀>"]

[regex.extractAll(ua, "(?s).+"), regex.extractAll(kv, "(?s).+"), regex.extractAll(fr, "(?s).+"), regex.extractAll(e, "(?s).+"), regex.extractAll(w, "(?s).+"), regex.extractAll(ln, "(?s).+"), regex.extractAll(sm, "(?s).+")]
[[string]]
[["Mozilla/5.0 (X11; Linux) Googlebot/2.1"], ["id=123, id=456;x="], ["été à Paris, 12 €"], [], ["aab abb baa"], ["one\ntwo\n"], ["😀ab😀"]]

[ua.matches(".+"), kv.matches(".+"), fr.matches(".+"), e.matches(".+"), w.matches(".+"), ln.matches(".+"), sm.matches(".+")]
[bool]
[true, true, true, false, true, true, true]

[ua.find(".+"), kv.find(".+"), fr.find(".+"), e.find(".+"), w.find(".+"), ln.find(".+"), sm.find(".+")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one", "😀ab😀"]

[ua.findAll(".+"), kv.findAll(".+"), fr.findAll(".+"), e.findAll(".+"), w.findAll(".+"), ln.findAll(".+"), sm.findAll(".+")]
[[string]]
[["Mozilla/5.0 (X11; Linux) Googlebot/2.1"], ["id=123, id=456;x="], ["été à Paris, 12 €"], [], ["aab abb baa"], ["one", "two"], ["😀ab😀"]]

[regex.replace(ua, ".+", r"<\0>"), regex.replace(kv, ".+", r"<\0>"), regex.replace(fr, ".+", r"<\0>"), regex.replace(e, ".+", r"<\0>"), regex.replace(w, ".+", r"<\0>"), regex.replace(ln, ".+", r"<\0>"), regex.replace(sm, ".+", r"<\0>")]
[string]
["<Mozilla/5.0 (X11; Linux) Googlebot/2.1>", "<id=123, id=456;x=>", "<été à Paris, 12 €>", "", "<aab abb baa>", "<one>\n<two>\n", "<😀ab😀>"]

[regex.extractAll(ua, ".+"), regex.extractAll(kv, ".+"), regex.extractAll(fr, ".+"), regex.extractAll(e, ".+"), regex.extractAll(w, ".+"), regex.extractAll(ln, ".+"), regex.extractAll(sm, ".+")]
[[string]]
[["Mozilla/5.0 (X11; Linux) Googlebot/2.1"], ["id=123, id=456;x="], ["été à Paris, 12 €"], [], ["aab abb baa"], ["one", "two"], ["😀ab😀"]]

[ua.matches("."), kv.matches("."), fr.matches("."), e.matches("."), w.matches("."), ln.matches("."), sm.matches(".")]
[bool]
[true, true, true, false, true, true, true]

[ua.find("."), kv.find("."), fr.find("."), e.find("."), w.find("."), ln.find("."), sm.find(".")]
[string]
["M", "i", "é", "", "a", "o", "😀"]

[ua.findAll("."), kv.findAll("."), fr.findAll("."), e.findAll("."), w.findAll("."), ln.findAll("."), sm.findAll(".")]
[[string]]
[["M", "o", "z", "i", "l", "l", "a", "/", "5", ".", "0", " ", "(", "X", "1", "1", ";", " ", "L", "i", "n", "u", "x", ")", " ", "G", "o", "o", "g", "l", "e", "b", "o", "t", "/", "2", ".", "1"], ["i", "d", "=", "1", "2", "3", ",", " ", "i", "d", "=", "4", "5", "6", ";", "x", "="], ["é", "t", "é", " ", "à", " ", "P", "a", "r", "i", "s", ",", " ", "1", "2", " ", "€"], [], ["a", "a", "b", " ", "a", "b", "b", " ", "b", "a", "a"], ["o", "n", "e", "t", "w", "o"], ["😀", "a", "b", "😀"]]

[regex.replace(ua, ".", r"<\0>"), regex.replace(kv, ".", r"<\0>"), regex.replace(fr, ".", r"<\0>"), regex.replace(e, ".", r"<\0>"), regex.replace(w, ".", r"<\0>"), regex.replace(ln, ".", r"<\0>"), regex.replace(sm, ".", r"<\0>")]
[string]
["<M><o><z><i><l><l><a></><5><.><0>< ><(><X><1><1><;>< ><L><i><n><u><x><)>< ><G><o><o><g><l><e><b><o><t></><2><.><1>", "<i><d><=><1><2><3><,>< ><i><d><=><4><5><6><;><x><=>", "<é><t><é>< ><à>< ><P><a><r><i><s><,>< ><1><2>< ><€>", "", "<a><a><b>< ><a><b><b>< ><b><a><a>", "<o><n><e>\n<t><w><o>\n", "<😀><a><b><😀>"]

[regex.extractAll(ua, "."), regex.extractAll(kv, "."), regex.extractAll(fr, "."), regex.extractAll(e, "."), regex.extractAll(w, "."), regex.extractAll(ln, "."), regex.extractAll(sm, ".")]
[[string]]
[["M", "o", "z", "i", "l", "l", "a", "/", "5", ".", "0", " ", "(", "X", "1", "1", ";", " ", "L", "i", "n", "u", "x", ")", " ", "G", "o", "o", "g", "l", "e", "b", "o", "t", "/", "2", ".", "1"], ["i", "d", "=", "1", "2", "3", ",", " ", "i", "d", "=", "4", "5", "6", ";", "x", "="], ["é", "t", "é", " ", "à", " ", "P", "a", "r", "i", "s", ",", " ", "1", "2", " ", "€"], [], ["a", "a", "b", " ", "a", "b", "b", " ", "b", "a", "a"], ["o", "n", "e", "t", "w", "o"], ["😀", "a", "b", "😀"]]

[ua.matches("[^a-z]+"), kv.matches("[^a-z]+"), fr.matches("[^a-z]+"), e.matches("[^a-z]+"), w.matches("[^a-z]+"), ln.matches("[^a-z]+"), sm.matches("[^a-z]+")]
[bool]
[true, true, true, false, true, true, true]

[ua.find("[^a-z]+"), kv.find("[^a-z]+"), fr.find("[^a-z]+"), e.find("[^a-z]+"), w.find("[^a-z]+"), ln.find("[^a-z]+"), sm.find("[^a-z]+")]
[string]
["M", "=123, ", "é", "", " ", "\n", "😀"]

[ua.findAll("[^a-z]+"), kv.findAll("[^a-z]+"), fr.findAll("[^a-z]+"), e.findAll("[^a-z]+"), w.findAll("[^a-z]+"), ln.findAll("[^a-z]+"), sm.findAll("[^a-z]+")]
[[string]]
[["M", "/5.0 (X11; L", ") G", "/2.1"], ["=123, ", "=456;", "="], ["é", "é à P", ", 12 €"], [], [" ", " "], ["\n", "\n"], ["😀", "😀"]]

[regex.replace(ua, "[^a-z]+", r"<\0>"), regex.replace(kv, "[^a-z]+", r"<\0>"), regex.replace(fr, "[^a-z]+", r"<\0>"), regex.replace(e, "[^a-z]+", r"<\0>"), regex.replace(w, "[^a-z]+", r"<\0>"), regex.replace(ln, "[^a-z]+", r"<\0>"), regex.replace(sm, "[^a-z]+", r"<\0>")]
[string]
["<M>ozilla</5.0 (X11; L>inux<) G>ooglebot</2.1>", "id<=123, >id<=456;>x<=>", "<é>t<é à P>aris<, 12 €>", "", "aab< >abb< >baa", "one<\n>two<\n>", "<😀>ab<😀>"]

[regex.extractAll(ua, "[^a-z]+"), regex.extractAll(kv, "[^a-z]+"), regex.extractAll(fr, "[^a-z]+"), regex.extractAll(e, "[^a-z]+"), regex.extractAll(w, "[^a-z]+"), regex.extractAll(ln, "[^a-z]+"), regex.extractAll(sm, "[^a-z]+")]
[[string]]
[["M", "/5.0 (X11; L", ") G", "/2.1"], ["=123, ", "=456;", "="], ["é", "é à P", ", 12 €"], [], [" ", " "], ["\n", "\n"], ["😀", "😀"]]

[ua.matches("[[:alpha:]]+"), kv.matches("[[:alpha:]]+"), fr.matches("[[:alpha:]]+"), e.matches("[[:alpha:]]+"), w.matches("[[:alpha:]]+"), ln.matches("[[:alpha:]]+"), sm.matches("[[:alpha:]]+")]
[bool]
[true, true, true, false, true, true, true]

[ua.find("[[:alpha:]]+"), kv.find("[[:alpha:]]+"), fr.find("[[:alpha:]]+"), e.find("[[:alpha:]]+"), w.find("[[:alpha:]]+"), ln.find("[[:alpha:]]+"), sm.find("[[:alpha:]]+")]
[string]
["Mozilla", "id", "t", "", "aab", "one", "ab"]

[ua.findAll("[[:alpha:]]+"), kv.findAll("[[:alpha:]]+"), fr.findAll("[[:alpha:]]+"), e.findAll("[[:alpha:]]+"), w.findAll("[[:alpha:]]+"), ln.findAll("[[:alpha:]]+"), sm.findAll("[[:alpha:]]+")]
[[string]]
[["Mozilla", "X", "Linux", "Googlebot"], ["id", "id", "x"], ["t", "Paris"], [], ["aab", "abb", "baa"], ["one", "two"], ["ab"]]

[regex.replace(ua, "[[:alpha:]]+", r"<\0>"), regex.replace(kv, "[[:alpha:]]+", r"<\0>"), regex.replace(fr, "[[:alpha:]]+", r"<\0>"), regex.replace(e, "[[:alpha:]]+", r"<\0>"), regex.replace(w, "[[:alpha:]]+", r"<\0>"), regex.replace(ln, "[[:alpha:]]+", r"<\0>"), regex.replace(sm, "[[:alpha:]]+", r"<\0>")]
[string]
["<Mozilla>/5.0 (<X>11; <Linux>) <Googlebot>/2.1", "<id>=123, <id>=456;<x>=", "é<t>é à <Paris>, 12 €", "", "<aab> <abb> <baa>", "<one>\n<two>\n", "😀<ab>😀"]

[regex.extractAll(ua, "[[:alpha:]]+"), regex.extractAll(kv, "[[:alpha:]]+"), regex.extractAll(fr, "[[:alpha:]]+"), regex.extractAll(e, "[[:alpha:]]+"), regex.extractAll(w, "[[:alpha:]]+"), regex.extractAll(ln, "[[:alpha:]]+"), regex.extractAll(sm, "[[:alpha:]]+")]
[[string]]
[["Mozilla", "X", "Linux", "Googlebot"], ["id", "id", "x"], ["t", "Paris"], [], ["aab", "abb", "baa"], ["one", "two"], ["ab"]]

[ua.matches(r"\pL+"), kv.matches(r"\pL+"), fr.matches(r"\pL+"), e.matches(r"\pL+"), w.matches(r"\pL+"), ln.matches(r"\pL+"), sm.matches(r"\pL+")]
[bool]
[true, true, true, false, true, true, true]

[ua.find(r"\pL+"), kv.find(r"\pL+"), fr.find(r"\pL+"), e.find(r"\pL+"), w.find(r"\pL+"), ln.find(r"\pL+"), sm.find(r"\pL+")]
[string]
["Mozilla", "id", "été", "", "aab", "one", "ab"]

[ua.findAll(r"\pL+"), kv.findAll(r"\pL+"), fr.findAll(r"\pL+"), e.findAll(r"\pL+"), w.findAll(r"\pL+"), ln.findAll(r"\pL+"), sm.findAll(r"\pL+")]
[[string]]
[["Mozilla", "X", "Linux", "Googlebot"], ["id", "id", "x"], ["été", "à", "Paris"], [], ["aab", "abb", "baa"], ["one", "two"], ["ab"]]

[regex.replace(ua, r"\pL+", r"<\0>"), regex.replace(kv, r"\pL+", r"<\0>"), regex.replace(fr, r"\pL+", r"<\0>"), regex.replace(e, r"\pL+", r"<\0>"), regex.replace(w, r"\pL+", r"<\0>"), regex.replace(ln, r"\pL+", r"<\0>"), regex.replace(sm, r"\pL+", r"<\0>")]
[string]
["<Mozilla>/5.0 (<X>11; <Linux>) <Googlebot>/2.1", "<id>=123, <id>=456;<x>=", "<été> <à> <Paris>, 12 €", "", "<aab> <abb> <baa>", "<one>\n<two>\n", "😀<ab>😀"]

[regex.extractAll(ua, r"\pL+"), regex.extractAll(kv, r"\pL+"), regex.extractAll(fr, r"\pL+"), regex.extractAll(e, r"\pL+"), regex.extractAll(w, r"\pL+"), regex.extractAll(ln, r"\pL+"), regex.extractAll(sm, r"\pL+")]
[[string]]
[["Mozilla", "X", "Linux", "Googlebot"], ["id", "id", "x"], ["été", "à", "Paris"], [], ["aab", "abb", "baa"], ["one", "two"], ["ab"]]

[ua.matches(r"\p{Lu}"), kv.matches(r"\p{Lu}"), fr.matches(r"\p{Lu}"), e.matches(r"\p{Lu}"), w.matches(r"\p{Lu}"), ln.matches(r"\p{Lu}"), sm.matches(r"\p{Lu}")]
[bool]
[true, false, true, false, false, false, false]

[ua.find(r"\p{Lu}"), kv.find(r"\p{Lu}"), fr.find(r"\p{Lu}"), e.find(r"\p{Lu}"), w.find(r"\p{Lu}"), ln.find(r"\p{Lu}"), sm.find(r"\p{Lu}")]
[string]
["M", "", "P", "", "", "", ""]

[ua.findAll(r"\p{Lu}"), kv.findAll(r"\p{Lu}"), fr.findAll(r"\p{Lu}"), e.findAll(r"\p{Lu}"), w.findAll(r"\p{Lu}"), ln.findAll(r"\p{Lu}"), sm.findAll(r"\p{Lu}")]
[[string]]
[["M", "X", "L", "G"], [], ["P"], [], [], [], []]

[regex.replace(ua, r"\p{Lu}", r"<\0>"), regex.replace(kv, r"\p{Lu}", r"<\0>"), regex.replace(fr, r"\p{Lu}", r"<\0>"), regex.replace(e, r"\p{Lu}", r"<\0>"), regex.replace(w, r"\p{Lu}", r"<\0>"), regex.replace(ln, r"\p{Lu}", r"<\0>"), regex.replace(sm, r"\p{Lu}", r"<\0>")]
[string]
["<M>ozilla/5.0 (<X>11; <L>inux) <G>ooglebot/2.1", "id=123, id=456;x=", "été à <P>aris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, r"\p{Lu}"), regex.extractAll(kv, r"\p{Lu}"), regex.extractAll(fr, r"\p{Lu}"), regex.extractAll(e, r"\p{Lu}"), regex.extractAll(w, r"\p{Lu}"), regex.extractAll(ln, r"\p{Lu}"), regex.extractAll(sm, r"\p{Lu}")]
[[string]]
[["M", "X", "L", "G"], [], ["P"], [], [], [], []]

[ua.matches(r"[^\x00-\x7F]"), kv.matches(r"[^\x00-\x7F]"), fr.matches(r"[^\x00-\x7F]"), e.matches(r"[^\x00-\x7F]"), w.matches(r"[^\x00-\x7F]"), ln.matches(r"[^\x00-\x7F]"), sm.matches(r"[^\x00-\x7F]")]
[bool]
[false, false, true, false, false, false, true]

[ua.find(r"[^\x00-\x7F]"), kv.find(r"[^\x00-\x7F]"), fr.find(r"[^\x00-\x7F]"), e.find(r"[^\x00-\x7F]"), w.find(r"[^\x00-\x7F]"), ln.find(r"[^\x00-\x7F]"), sm.find(r"[^\x00-\x7F]")]
[string]
["", "", "é", "", "", "", "😀"]

[ua.findAll(r"[^\x00-\x7F]"), kv.findAll(r"[^\x00-\x7F]"), fr.findAll(r"[^\x00-\x7F]"), e.findAll(r"[^\x00-\x7F]"), w.findAll(r"[^\x00-\x7F]"), ln.findAll(r"[^\x00-\x7F]"), sm.findAll(r"[^\x00-\x7F]")]
[[string]]
[[], [], ["é", "é", "à", "€"], [], [], [], ["😀", "😀"]]

[regex.replace(ua, r"[^\x00-\x7F]", r"<\0>"), regex.replace(kv, r"[^\x00-\x7F]", r"<\0>"), regex.replace(fr, r"[^\x00-\x7F]", r"<\0>"), regex.replace(e, r"[^\x00-\x7F]", r"<\0>"), regex.replace(w, r"[^\x00-\x7F]", r"<\0>"), regex.replace(ln, r"[^\x00-\x7F]", r"<\0>"), regex.replace(sm, r"[^\x00-\x7F]", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "<é>t<é> <à> Paris, 12 <€>", "", "aab abb baa", "one\ntwo\n", "<😀>ab<😀>"]

[regex.extractAll(ua, r"[^\x00-\x7F]"), regex.extractAll(kv, r"[^\x00-\x7F]"), regex.extractAll(fr, r"[^\x00-\x7F]"), regex.extractAll(e, r"[^\x00-\x7F]"), regex.extractAll(w, r"[^\x00-\x7F]"), regex.extractAll(ln, r"[^\x00-\x7F]"), regex.extractAll(sm, r"[^\x00-\x7F]")]
[[string]]
[[], [], ["é", "é", "à", "€"], [], [], [], ["😀", "😀"]]

[ua.matches("é|à"), kv.matches("é|à"), fr.matches("é|à"), e.matches("é|à"), w.matches("é|à"), ln.matches("é|à"), sm.matches("é|à")]
[bool]
[false, false, true, false, false, false, false]

[ua.find("é|à"), kv.find("é|à"), fr.find("é|à"), e.find("é|à"), w.find("é|à"), ln.find("é|à"), sm.find("é|à")]
[string]
["", "", "é", "", "", "", ""]

[ua.findAll("é|à"), kv.findAll("é|à"), fr.findAll("é|à"), e.findAll("é|à"), w.findAll("é|à"), ln.findAll("é|à"), sm.findAll("é|à")]
[[string]]
[[], [], ["é", "é", "à"], [], [], [], []]

[regex.replace(ua, "é|à", r"<\0>"), regex.replace(kv, "é|à", r"<\0>"), regex.replace(fr, "é|à", r"<\0>"), regex.replace(e, "é|à", r"<\0>"), regex.replace(w, "é|à", r"<\0>"), regex.replace(ln, "é|à", r"<\0>"), regex.replace(sm, "é|à", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "<é>t<é> <à> Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "é|à"), regex.extractAll(kv, "é|à"), regex.extractAll(fr, "é|à"), regex.extractAll(e, "é|à"), regex.extractAll(w, "é|à"), regex.extractAll(ln, "é|à"), regex.extractAll(sm, "é|à")]
[[string]]
[[], [], ["é", "é", "à"], [], [], [], []]

[ua.matches("(?i)É"), kv.matches("(?i)É"), fr.matches("(?i)É"), e.matches("(?i)É"), w.matches("(?i)É"), ln.matches("(?i)É"), sm.matches("(?i)É")]
[bool]
[false, false, true, false, false, false, false]

[ua.find("(?i)É"), kv.find("(?i)É"), fr.find("(?i)É"), e.find("(?i)É"), w.find("(?i)É"), ln.find("(?i)É"), sm.find("(?i)É")]
[string]
["", "", "é", "", "", "", ""]

[ua.findAll("(?i)É"), kv.findAll("(?i)É"), fr.findAll("(?i)É"), e.findAll("(?i)É"), w.findAll("(?i)É"), ln.findAll("(?i)É"), sm.findAll("(?i)É")]
[[string]]
[[], [], ["é", "é"], [], [], [], []]

[regex.replace(ua, "(?i)É", r"<\0>"), regex.replace(kv, "(?i)É", r"<\0>"), regex.replace(fr, "(?i)É", r"<\0>"), regex.replace(e, "(?i)É", r"<\0>"), regex.replace(w, "(?i)É", r"<\0>"), regex.replace(ln, "(?i)É", r"<\0>"), regex.replace(sm, "(?i)É", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "<é>t<é> à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "(?i)É"), regex.extractAll(kv, "(?i)É"), regex.extractAll(fr, "(?i)É"), regex.extractAll(e, "(?i)É"), regex.extractAll(w, "(?i)É"), regex.extractAll(ln, "(?i)É"), regex.extractAll(sm, "(?i)É")]
[[string]]
[[], [], ["é", "é"], [], [], [], []]

[ua.matches("x*"), kv.matches("x*"), fr.matches("x*"), e.matches("x*"), w.matches("x*"), ln.matches("x*"), sm.matches("x*")]
[bool]
[true, true, true, true, true, true, true]

[ua.find("x*"), kv.find("x*"), fr.find("x*"), e.find("x*"), w.find("x*"), ln.find("x*"), sm.find("x*")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("x*"), kv.findAll("x*"), fr.findAll("x*"), e.findAll("x*"), w.findAll("x*"), ln.findAll("x*"), sm.findAll("x*")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "x", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "x", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "", "", ""]]

[regex.replace(ua, "x*", r"<\0>"), regex.replace(kv, "x*", r"<\0>"), regex.replace(fr, "x*", r"<\0>"), regex.replace(e, "x*", r"<\0>"), regex.replace(w, "x*", r"<\0>"), regex.replace(ln, "x*", r"<\0>"), regex.replace(sm, "x*", r"<\0>")]
[string]
["<>M<>o<>z<>i<>l<>l<>a<>/<>5<>.<>0<> <>(<>X<>1<>1<>;<> <>L<>i<>n<>u<x>)<> <>G<>o<>o<>g<>l<>e<>b<>o<>t<>/<>2<>.<>1<>", "<>i<>d<>=<>1<>2<>3<>,<> <>i<>d<>=<>4<>5<>6<>;<x>=<>", "<>é<>t<>é<> <>à<> <>P<>a<>r<>i<>s<>,<> <>1<>2<> <>€<>", "<>", "<>a<>a<>b<> <>a<>b<>b<> <>b<>a<>a<>", "<>o<>n<>e<>\n<>t<>w<>o<>\n<>", "<>😀<>a<>b<>😀<>"]

[regex.extractAll(ua, "x*"), regex.extractAll(kv, "x*"), regex.extractAll(fr, "x*"), regex.extractAll(e, "x*"), regex.extractAll(w, "x*"), regex.extractAll(ln, "x*"), regex.extractAll(sm, "x*")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "x", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "x", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "", "", ""]]

[ua.matches("(x*)"), kv.matches("(x*)"), fr.matches("(x*)"), e.matches("(x*)"), w.matches("(x*)"), ln.matches("(x*)"), sm.matches("(x*)")]
[bool]
[true, true, true, true, true, true, true]

[ua.find("(x*)"), kv.find("(x*)"), fr.find("(x*)"), e.find("(x*)"), w.find("(x*)"), ln.find("(x*)"), sm.find("(x*)")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("(x*)"), kv.findAll("(x*)"), fr.findAll("(x*)"), e.findAll("(x*)"), w.findAll("(x*)"), ln.findAll("(x*)"), sm.findAll("(x*)")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "x", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "x", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "", "", ""]]

[regex.replace(ua, "(x*)", r"<\0>"), regex.replace(kv, "(x*)", r"<\0>"), regex.replace(fr, "(x*)", r"<\0>"), regex.replace(e, "(x*)", r"<\0>"), regex.replace(w, "(x*)", r"<\0>"), regex.replace(ln, "(x*)", r"<\0>"), regex.replace(sm, "(x*)", r"<\0>")]
[string]
["<>M<>o<>z<>i<>l<>l<>a<>/<>5<>.<>0<> <>(<>X<>1<>1<>;<> <>L<>i<>n<>u<x>)<> <>G<>o<>o<>g<>l<>e<>b<>o<>t<>/<>2<>.<>1<>", "<>i<>d<>=<>1<>2<>3<>,<> <>i<>d<>=<>4<>5<>6<>;<x>=<>", "<>é<>t<>é<> <>à<> <>P<>a<>r<>i<>s<>,<> <>1<>2<> <>€<>", "<>", "<>a<>a<>b<> <>a<>b<>b<> <>b<>a<>a<>", "<>o<>n<>e<>\n<>t<>w<>o<>\n<>", "<>😀<>a<>b<>😀<>"]

[regex.extractAll(ua, "(x*)"), regex.extractAll(kv, "(x*)"), regex.extractAll(fr, "(x*)"), regex.extractAll(e, "(x*)"), regex.extractAll(w, "(x*)"), regex.extractAll(ln, "(x*)"), regex.extractAll(sm, "(x*)")]
[[string]]
[["x"], ["x"], [], [], [], [], []]

[ua.matches(r"(\d)(\d)?"), kv.matches(r"(\d)(\d)?"), fr.matches(r"(\d)(\d)?"), e.matches(r"(\d)(\d)?"), w.matches(r"(\d)(\d)?"), ln.matches(r"(\d)(\d)?"), sm.matches(r"(\d)(\d)?")]
[bool]
[true, true, true, false, false, false, false]

[ua.find(r"(\d)(\d)?"), kv.find(r"(\d)(\d)?"), fr.find(r"(\d)(\d)?"), e.find(r"(\d)(\d)?"), w.find(r"(\d)(\d)?"), ln.find(r"(\d)(\d)?"), sm.find(r"(\d)(\d)?")]
[string]
["5", "12", "12", "", "", "", ""]

[ua.findAll(r"(\d)(\d)?"), kv.findAll(r"(\d)(\d)?"), fr.findAll(r"(\d)(\d)?"), e.findAll(r"(\d)(\d)?"), w.findAll(r"(\d)(\d)?"), ln.findAll(r"(\d)(\d)?"), sm.findAll(r"(\d)(\d)?")]
[[string]]
[["5", "0", "11", "2", "1"], ["12", "3", "45", "6"], ["12"], [], [], [], []]

[regex.replace(ua, r"(\d)(\d)?", r"<\0>"), regex.replace(kv, r"(\d)(\d)?", r"<\0>"), regex.replace(fr, r"(\d)(\d)?", r"<\0>"), regex.replace(e, r"(\d)(\d)?", r"<\0>"), regex.replace(w, r"(\d)(\d)?", r"<\0>"), regex.replace(ln, r"(\d)(\d)?", r"<\0>"), regex.replace(sm, r"(\d)(\d)?", r"<\0>")]
[string]
["Mozilla/<5>.<0> (X<11>; Linux) Googlebot/<2>.<1>", "id=<12><3>, id=<45><6>;x=", "été à Paris, <12> €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[ua.matches(r"id=(\d+)"), kv.matches(r"id=(\d+)"), fr.matches(r"id=(\d+)"), e.matches(r"id=(\d+)"), w.matches(r"id=(\d+)"), ln.matches(r"id=(\d+)"), sm.matches(r"id=(\d+)")]
[bool]
[false, true, false, false, false, false, false]

[ua.find(r"id=(\d+)"), kv.find(r"id=(\d+)"), fr.find(r"id=(\d+)"), e.find(r"id=(\d+)"), w.find(r"id=(\d+)"), ln.find(r"id=(\d+)"), sm.find(r"id=(\d+)")]
[string]
["", "id=123", "", "", "", "", ""]

[ua.findAll(r"id=(\d+)"), kv.findAll(r"id=(\d+)"), fr.findAll(r"id=(\d+)"), e.findAll(r"id=(\d+)"), w.findAll(r"id=(\d+)"), ln.findAll(r"id=(\d+)"), sm.findAll(r"id=(\d+)")]
[[string]]
[[], ["id=123", "id=456"], [], [], [], [], []]

[regex.replace(ua, r"id=(\d+)", r"<\0>"), regex.replace(kv, r"id=(\d+)", r"<\0>"), regex.replace(fr, r"id=(\d+)", r"<\0>"), regex.replace(e, r"id=(\d+)", r"<\0>"), regex.replace(w, r"id=(\d+)", r"<\0>"), regex.replace(ln, r"id=(\d+)", r"<\0>"), regex.replace(sm, r"id=(\d+)", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "<id=123>, <id=456>;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, r"id=(\d+)"), regex.extractAll(kv, r"id=(\d+)"), regex.extractAll(fr, r"id=(\d+)"), regex.extractAll(e, r"id=(\d+)"), regex.extractAll(w, r"id=(\d+)"), regex.extractAll(ln, r"id=(\d+)"), regex.extractAll(sm, r"id=(\d+)")]
[[string]]
[[], ["123", "456"], [], [], [], [], []]

[ua.matches(r"(?:id)=(?P<n>\d*)"), kv.matches(r"(?:id)=(?P<n>\d*)"), fr.matches(r"(?:id)=(?P<n>\d*)"), e.matches(r"(?:id)=(?P<n>\d*)"), w.matches(r"(?:id)=(?P<n>\d*)"), ln.matches(r"(?:id)=(?P<n>\d*)"), sm.matches(r"(?:id)=(?P<n>\d*)")]
[bool]
[false, true, false, false, false, false, false]

[ua.find(r"(?:id)=(?P<n>\d*)"), kv.find(r"(?:id)=(?P<n>\d*)"), fr.find(r"(?:id)=(?P<n>\d*)"), e.find(r"(?:id)=(?P<n>\d*)"), w.find(r"(?:id)=(?P<n>\d*)"), ln.find(r"(?:id)=(?P<n>\d*)"), sm.find(r"(?:id)=(?P<n>\d*)")]
[string]
["", "id=123", "", "", "", "", ""]

[ua.findAll(r"(?:id)=(?P<n>\d*)"), kv.findAll(r"(?:id)=(?P<n>\d*)"), fr.findAll(r"(?:id)=(?P<n>\d*)"), e.findAll(r"(?:id)=(?P<n>\d*)"), w.findAll(r"(?:id)=(?P<n>\d*)"), ln.findAll(r"(?:id)=(?P<n>\d*)"), sm.findAll(r"(?:id)=(?P<n>\d*)")]
[[string]]
[[], ["id=123", "id=456"], [], [], [], [], []]

[regex.replace(ua, r"(?:id)=(?P<n>\d*)", r"<\0>"), regex.replace(kv, r"(?:id)=(?P<n>\d*)", r"<\0>"), regex.replace(fr, r"(?:id)=(?P<n>\d*)", r"<\0>"), regex.replace(e, r"(?:id)=(?P<n>\d*)", r"<\0>"), regex.replace(w, r"(?:id)=(?P<n>\d*)", r"<\0>"), regex.replace(ln, r"(?:id)=(?P<n>\d*)", r"<\0>"), regex.replace(sm, r"(?:id)=(?P<n>\d*)", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "<id=123>, <id=456>;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, r"(?:id)=(?P<n>\d*)"), regex.extractAll(kv, r"(?:id)=(?P<n>\d*)"), regex.extractAll(fr, r"(?:id)=(?P<n>\d*)"), regex.extractAll(e, r"(?:id)=(?P<n>\d*)"), regex.extractAll(w, r"(?:id)=(?P<n>\d*)"), regex.extractAll(ln, r"(?:id)=(?P<n>\d*)"), regex.extractAll(sm, r"(?:id)=(?P<n>\d*)")]
[[string]]
[[], ["123", "456"], [], [], [], [], []]

[ua.matches("(b)?a"), kv.matches("(b)?a"), fr.matches("(b)?a"), e.matches("(b)?a"), w.matches("(b)?a"), ln.matches("(b)?a"), sm.matches("(b)?a")]
[bool]
[true, false, true, false, true, false, true]

[ua.find("(b)?a"), kv.find("(b)?a"), fr.find("(b)?a"), e.find("(b)?a"), w.find("(b)?a"), ln.find("(b)?a"), sm.find("(b)?a")]
[string]
["a", "", "a", "", "a", "", "a"]

[ua.findAll("(b)?a"), kv.findAll("(b)?a"), fr.findAll("(b)?a"), e.findAll("(b)?a"), w.findAll("(b)?a"), ln.findAll("(b)?a"), sm.findAll("(b)?a")]
[[string]]
[["a"], [], ["a"], [], ["a", "a", "a", "ba", "a"], [], ["a"]]

[regex.replace(ua, "(b)?a", r"<\0>"), regex.replace(kv, "(b)?a", r"<\0>"), regex.replace(fr, "(b)?a", r"<\0>"), regex.replace(e, "(b)?a", r"<\0>"), regex.replace(w, "(b)?a", r"<\0>"), regex.replace(ln, "(b)?a", r"<\0>"), regex.replace(sm, "(b)?a", r"<\0>")]
[string]
["Mozill<a>/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à P<a>ris, 12 €", "", "<a><a>b <a>bb <ba><a>", "one\ntwo\n", "😀<a>b😀"]

[regex.extractAll(ua, "(b)?a"), regex.extractAll(kv, "(b)?a"), regex.extractAll(fr, "(b)?a"), regex.extractAll(e, "(b)?a"), regex.extractAll(w, "(b)?a"), regex.extractAll(ln, "(b)?a"), regex.extractAll(sm, "(b)?a")]
[[string]]
[[], [], [], [], ["b"], [], []]

[ua.matches("(a)|b"), kv.matches("(a)|b"), fr.matches("(a)|b"), e.matches("(a)|b"), w.matches("(a)|b"), ln.matches("(a)|b"), sm.matches("(a)|b")]
[bool]
[true, false, true, false, true, false, true]

[ua.find("(a)|b"), kv.find("(a)|b"), fr.find("(a)|b"), e.find("(a)|b"), w.find("(a)|b"), ln.find("(a)|b"), sm.find("(a)|b")]
[string]
["a", "", "a", "", "a", "", "a"]

[ua.findAll("(a)|b"), kv.findAll("(a)|b"), fr.findAll("(a)|b"), e.findAll("(a)|b"), w.findAll("(a)|b"), ln.findAll("(a)|b"), sm.findAll("(a)|b")]
[[string]]
[["a", "b"], [], ["a"], [], ["a", "a", "b", "a", "b", "b", "b", "a", "a"], [], ["a", "b"]]

[regex.replace(ua, "(a)|b", r"<\0>"), regex.replace(kv, "(a)|b", r"<\0>"), regex.replace(fr, "(a)|b", r"<\0>"), regex.replace(e, "(a)|b", r"<\0>"), regex.replace(w, "(a)|b", r"<\0>"), regex.replace(ln, "(a)|b", r"<\0>"), regex.replace(sm, "(a)|b", r"<\0>")]
[string]
["Mozill<a>/5.0 (X11; Linux) Google<b>ot/2.1", "id=123, id=456;x=", "été à P<a>ris, 12 €", "", "<a><a><b> <a><b><b> <b><a><a>", "one\ntwo\n", "😀<a><b>😀"]

[regex.extractAll(ua, "(a)|b"), regex.extractAll(kv, "(a)|b"), regex.extractAll(fr, "(a)|b"), regex.extractAll(e, "(a)|b"), regex.extractAll(w, "(a)|b"), regex.extractAll(ln, "(a)|b"), regex.extractAll(sm, "(a)|b")]
[[string]]
[["a"], [], ["a"], [], ["a", "a", "a", "a", "a"], [], ["a"]]

[ua.matches(r"\Qid=\E\d"), kv.matches(r"\Qid=\E\d"), fr.matches(r"\Qid=\E\d"), e.matches(r"\Qid=\E\d"), w.matches(r"\Qid=\E\d"), ln.matches(r"\Qid=\E\d"), sm.matches(r"\Qid=\E\d")]
[bool]
[false, true, false, false, false, false, false]

[ua.find(r"\Qid=\E\d"), kv.find(r"\Qid=\E\d"), fr.find(r"\Qid=\E\d"), e.find(r"\Qid=\E\d"), w.find(r"\Qid=\E\d"), ln.find(r"\Qid=\E\d"), sm.find(r"\Qid=\E\d")]
[string]
["", "id=1", "", "", "", "", ""]

[ua.findAll(r"\Qid=\E\d"), kv.findAll(r"\Qid=\E\d"), fr.findAll(r"\Qid=\E\d"), e.findAll(r"\Qid=\E\d"), w.findAll(r"\Qid=\E\d"), ln.findAll(r"\Qid=\E\d"), sm.findAll(r"\Qid=\E\d")]
[[string]]
[[], ["id=1", "id=4"], [], [], [], [], []]

[regex.replace(ua, r"\Qid=\E\d", r"<\0>"), regex.replace(kv, r"\Qid=\E\d", r"<\0>"), regex.replace(fr, r"\Qid=\E\d", r"<\0>"), regex.replace(e, r"\Qid=\E\d", r"<\0>"), regex.replace(w, r"\Qid=\E\d", r"<\0>"), regex.replace(ln, r"\Qid=\E\d", r"<\0>"), regex.replace(sm, r"\Qid=\E\d", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "<id=1>23, <id=4>56;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, r"\Qid=\E\d"), regex.extractAll(kv, r"\Qid=\E\d"), regex.extractAll(fr, r"\Qid=\E\d"), regex.extractAll(e, r"\Qid=\E\d"), regex.extractAll(w, r"\Qid=\E\d"), regex.extractAll(ln, r"\Qid=\E\d"), regex.extractAll(sm, r"\Qid=\E\d")]
[[string]]
[[], ["id=1", "id=4"], [], [], [], [], []]

[ua.matches(r"\s+"), kv.matches(r"\s+"), fr.matches(r"\s+"), e.matches(r"\s+"), w.matches(r"\s+"), ln.matches(r"\s+"), sm.matches(r"\s+")]
[bool]
[true, true, true, false, true, true, false]

[ua.find(r"\s+"), kv.find(r"\s+"), fr.find(r"\s+"), e.find(r"\s+"), w.find(r"\s+"), ln.find(r"\s+"), sm.find(r"\s+")]
[string]
[" ", " ", " ", "", " ", "\n", ""]

[ua.findAll(r"\s+"), kv.findAll(r"\s+"), fr.findAll(r"\s+"), e.findAll(r"\s+"), w.findAll(r"\s+"), ln.findAll(r"\s+"), sm.findAll(r"\s+")]
[[string]]
[[" ", " ", " "], [" "], [" ", " ", " ", " "], [], [" ", " "], ["\n", "\n"], []]

[regex.replace(ua, r"\s+", r"<\0>"), regex.replace(kv, r"\s+", r"<\0>"), regex.replace(fr, r"\s+", r"<\0>"), regex.replace(e, r"\s+", r"<\0>"), regex.replace(w, r"\s+", r"<\0>"), regex.replace(ln, r"\s+", r"<\0>"), regex.replace(sm, r"\s+", r"<\0>")]
[string]
["Mozilla/5.0< >(X11;< >Linux)< >Googlebot/2.1", "id=123,< >id=456;x=", "été< >à< >Paris,< >12< >€", "", "aab< >abb< >baa", "one<\n>two<\n>", "😀ab😀"]

[regex.extractAll(ua, r"\s+"), regex.extractAll(kv, r"\s+"), regex.extractAll(fr, r"\s+"), regex.extractAll(e, r"\s+"), regex.extractAll(w, r"\s+"), regex.extractAll(ln, r"\s+"), regex.extractAll(sm, r"\s+")]
[[string]]
[[" ", " ", " "], [" "], [" ", " ", " ", " "], [], [" ", " "], ["\n", "\n"], []]

[ua.matches(r"\S+$"), kv.matches(r"\S+$"), fr.matches(r"\S+$"), e.matches(r"\S+$"), w.matches(r"\S+$"), ln.matches(r"\S+$"), sm.matches(r"\S+$")]
[bool]
[true, true, true, false, true, false, true]

[ua.find(r"\S+$"), kv.find(r"\S+$"), fr.find(r"\S+$"), e.find(r"\S+$"), w.find(r"\S+$"), ln.find(r"\S+$"), sm.find(r"\S+$")]
[string]
["Googlebot/2.1", "id=456;x=", "€", "", "baa", "", "😀ab😀"]

[ua.findAll(r"\S+$"), kv.findAll(r"\S+$"), fr.findAll(r"\S+$"), e.findAll(r"\S+$"), w.findAll(r"\S+$"), ln.findAll(r"\S+$"), sm.findAll(r"\S+$")]
[[string]]
[["Googlebot/2.1"], ["id=456;x="], ["€"], [], ["baa"], [], ["😀ab😀"]]

[regex.replace(ua, r"\S+$", r"<\0>"), regex.replace(kv, r"\S+$", r"<\0>"), regex.replace(fr, r"\S+$", r"<\0>"), regex.replace(e, r"\S+$", r"<\0>"), regex.replace(w, r"\S+$", r"<\0>"), regex.replace(ln, r"\S+$", r"<\0>"), regex.replace(sm, r"\S+$", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) <Googlebot/2.1>", "id=123, <id=456;x=>", "été à Paris, 12 <€>", "", "aab abb <baa>", "one\ntwo\n", "<😀ab😀>"]

[regex.extractAll(ua, r"\S+$"), regex.extractAll(kv, r"\S+$"), regex.extractAll(fr, r"\S+$"), regex.extractAll(e, r"\S+$"), regex.extractAll(w, r"\S+$"), regex.extractAll(ln, r"\S+$"), regex.extractAll(sm, r"\S+$")]
[[string]]
[["Googlebot/2.1"], ["id=456;x="], ["€"], [], ["baa"], [], ["😀ab😀"]]

[ua.matches("(?U)a+"), kv.matches("(?U)a+"), fr.matches("(?U)a+"), e.matches("(?U)a+"), w.matches("(?U)a+"), ln.matches("(?U)a+"), sm.matches("(?U)a+")]
[bool]
[true, false, true, false, true, false, true]

[ua.find("(?U)a+"), kv.find("(?U)a+"), fr.find("(?U)a+"), e.find("(?U)a+"), w.find("(?U)a+"), ln.find("(?U)a+"), sm.find("(?U)a+")]
[string]
["a", "", "a", "", "a", "", "a"]

[ua.findAll("(?U)a+"), kv.findAll("(?U)a+"), fr.findAll("(?U)a+"), e.findAll("(?U)a+"), w.findAll("(?U)a+"), ln.findAll("(?U)a+"), sm.findAll("(?U)a+")]
[[string]]
[["a"], [], ["a"], [], ["a", "a", "a", "a", "a"], [], ["a"]]

[regex.replace(ua, "(?U)a+", r"<\0>"), regex.replace(kv, "(?U)a+", r"<\0>"), regex.replace(fr, "(?U)a+", r"<\0>"), regex.replace(e, "(?U)a+", r"<\0>"), regex.replace(w, "(?U)a+", r"<\0>"), regex.replace(ln, "(?U)a+", r"<\0>"), regex.replace(sm, "(?U)a+", r"<\0>")]
[string]
["Mozill<a>/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à P<a>ris, 12 €", "", "<a><a>b <a>bb b<a><a>", "one\ntwo\n", "😀<a>b😀"]

[regex.extractAll(ua, "(?U)a+"), regex.extractAll(kv, "(?U)a+"), regex.extractAll(fr, "(?U)a+"), regex.extractAll(e, "(?U)a+"), regex.extractAll(w, "(?U)a+"), regex.extractAll(ln, "(?U)a+"), regex.extractAll(sm, "(?U)a+")]
[[string]]
[["a"], [], ["a"], [], ["a", "a", "a", "a", "a"], [], ["a"]]

[ua.matches("a{2}"), kv.matches("a{2}"), fr.matches("a{2}"), e.matches("a{2}"), w.matches("a{2}"), ln.matches("a{2}"), sm.matches("a{2}")]
[bool]
[false, false, false, false, true, false, false]

[ua.find("a{2}"), kv.find("a{2}"), fr.find("a{2}"), e.find("a{2}"), w.find("a{2}"), ln.find("a{2}"), sm.find("a{2}")]
[string]
["", "", "", "", "aa", "", ""]

[ua.findAll("a{2}"), kv.findAll("a{2}"), fr.findAll("a{2}"), e.findAll("a{2}"), w.findAll("a{2}"), ln.findAll("a{2}"), sm.findAll("a{2}")]
[[string]]
[[], [], [], [], ["aa", "aa"], [], []]

[regex.replace(ua, "a{2}", r"<\0>"), regex.replace(kv, "a{2}", r"<\0>"), regex.replace(fr, "a{2}", r"<\0>"), regex.replace(e, "a{2}", r"<\0>"), regex.replace(w, "a{2}", r"<\0>"), regex.replace(ln, "a{2}", r"<\0>"), regex.replace(sm, "a{2}", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "<aa>b abb b<aa>", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "a{2}"), regex.extractAll(kv, "a{2}"), regex.extractAll(fr, "a{2}"), regex.extractAll(e, "a{2}"), regex.extractAll(w, "a{2}"), regex.extractAll(ln, "a{2}"), regex.extractAll(sm, "a{2}")]
[[string]]
[[], [], [], [], ["aa", "aa"], [], []]

[ua.matches("a{0}"), kv.matches("a{0}"), fr.matches("a{0}"), e.matches("a{0}"), w.matches("a{0}"), ln.matches("a{0}"), sm.matches("a{0}")]
[bool]
[true, true, true, true, true, true, true]

[ua.find("a{0}"), kv.find("a{0}"), fr.find("a{0}"), e.find("a{0}"), w.find("a{0}"), ln.find("a{0}"), sm.find("a{0}")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("a{0}"), kv.findAll("a{0}"), fr.findAll("a{0}"), e.findAll("a{0}"), w.findAll("a{0}"), ln.findAll("a{0}"), sm.findAll("a{0}")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "", "", ""]]

[regex.replace(ua, "a{0}", r"<\0>"), regex.replace(kv, "a{0}", r"<\0>"), regex.replace(fr, "a{0}", r"<\0>"), regex.replace(e, "a{0}", r"<\0>"), regex.replace(w, "a{0}", r"<\0>"), regex.replace(ln, "a{0}", r"<\0>"), regex.replace(sm, "a{0}", r"<\0>")]
[string]
["<>M<>o<>z<>i<>l<>l<>a<>/<>5<>.<>0<> <>(<>X<>1<>1<>;<> <>L<>i<>n<>u<>x<>)<> <>G<>o<>o<>g<>l<>e<>b<>o<>t<>/<>2<>.<>1<>", "<>i<>d<>=<>1<>2<>3<>,<> <>i<>d<>=<>4<>5<>6<>;<>x<>=<>", "<>é<>t<>é<> <>à<> <>P<>a<>r<>i<>s<>,<> <>1<>2<> <>€<>", "<>", "<>a<>a<>b<> <>a<>b<>b<> <>b<>a<>a<>", "<>o<>n<>e<>\n<>t<>w<>o<>\n<>", "<>😀<>a<>b<>😀<>"]

[regex.extractAll(ua, "a{0}"), regex.extractAll(kv, "a{0}"), regex.extractAll(fr, "a{0}"), regex.extractAll(e, "a{0}"), regex.extractAll(w, "a{0}"), regex.extractAll(ln, "a{0}"), regex.extractAll(sm, "a{0}")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "", "", ""]]

[ua.matches("(?:)"), kv.matches("(?:)"), fr.matches("(?:)"), e.matches("(?:)"), w.matches("(?:)"), ln.matches("(?:)"), sm.matches("(?:)")]
[bool]
[true, true, true, true, true, true, true]

[ua.find("(?:)"), kv.find("(?:)"), fr.find("(?:)"), e.find("(?:)"), w.find("(?:)"), ln.find("(?:)"), sm.find("(?:)")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("(?:)"), kv.findAll("(?:)"), fr.findAll("(?:)"), e.findAll("(?:)"), w.findAll("(?:)"), ln.findAll("(?:)"), sm.findAll("(?:)")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "", "", ""]]

[regex.replace(ua, "(?:)", r"<\0>"), regex.replace(kv, "(?:)", r"<\0>"), regex.replace(fr, "(?:)", r"<\0>"), regex.replace(e, "(?:)", r"<\0>"), regex.replace(w, "(?:)", r"<\0>"), regex.replace(ln, "(?:)", r"<\0>"), regex.replace(sm, "(?:)", r"<\0>")]
[string]
["<>M<>o<>z<>i<>l<>l<>a<>/<>5<>.<>0<> <>(<>X<>1<>1<>;<> <>L<>i<>n<>u<>x<>)<> <>G<>o<>o<>g<>l<>e<>b<>o<>t<>/<>2<>.<>1<>", "<>i<>d<>=<>1<>2<>3<>,<> <>i<>d<>=<>4<>5<>6<>;<>x<>=<>", "<>é<>t<>é<> <>à<> <>P<>a<>r<>i<>s<>,<> <>1<>2<> <>€<>", "<>", "<>a<>a<>b<> <>a<>b<>b<> <>b<>a<>a<>", "<>o<>n<>e<>\n<>t<>w<>o<>\n<>", "<>😀<>a<>b<>😀<>"]

[regex.extractAll(ua, "(?:)"), regex.extractAll(kv, "(?:)"), regex.extractAll(fr, "(?:)"), regex.extractAll(e, "(?:)"), regex.extractAll(w, "(?:)"), regex.extractAll(ln, "(?:)"), regex.extractAll(sm, "(?:)")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "", "", ""]]

[ua.matches("b|"), kv.matches("b|"), fr.matches("b|"), e.matches("b|"), w.matches("b|"), ln.matches("b|"), sm.matches("b|")]
[bool]
[true, true, true, true, true, true, true]

[ua.find("b|"), kv.find("b|"), fr.find("b|"), e.find("b|"), w.find("b|"), ln.find("b|"), sm.find("b|")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("b|"), kv.findAll("b|"), fr.findAll("b|"), e.findAll("b|"), w.findAll("b|"), ln.findAll("b|"), sm.findAll("b|")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "b", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "b", "", "b", "b", "b", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "b", ""]]

[regex.replace(ua, "b|", r"<\0>"), regex.replace(kv, "b|", r"<\0>"), regex.replace(fr, "b|", r"<\0>"), regex.replace(e, "b|", r"<\0>"), regex.replace(w, "b|", r"<\0>"), regex.replace(ln, "b|", r"<\0>"), regex.replace(sm, "b|", r"<\0>")]
[string]
["<>M<>o<>z<>i<>l<>l<>a<>/<>5<>.<>0<> <>(<>X<>1<>1<>;<> <>L<>i<>n<>u<>x<>)<> <>G<>o<>o<>g<>l<>e<b>o<>t<>/<>2<>.<>1<>", "<>i<>d<>=<>1<>2<>3<>,<> <>i<>d<>=<>4<>5<>6<>;<>x<>=<>", "<>é<>t<>é<> <>à<> <>P<>a<>r<>i<>s<>,<> <>1<>2<> <>€<>", "<>", "<>a<>a<b> <>a<b><b> <b>a<>a<>", "<>o<>n<>e<>\n<>t<>w<>o<>\n<>", "<>😀<>a<b>😀<>"]

[regex.extractAll(ua, "b|"), regex.extractAll(kv, "b|"), regex.extractAll(fr, "b|"), regex.extractAll(e, "b|"), regex.extractAll(w, "b|"), regex.extractAll(ln, "b|"), regex.extractAll(sm, "b|")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "b", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "b", "", "b", "b", "b", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "b", ""]]

[ua.matches("(|a)+"), kv.matches("(|a)+"), fr.matches("(|a)+"), e.matches("(|a)+"), w.matches("(|a)+"), ln.matches("(|a)+"), sm.matches("(|a)+")]
[bool]
[true, true, true, true, true, true, true]

[ua.find("(|a)+"), kv.find("(|a)+"), fr.find("(|a)+"), e.find("(|a)+"), w.find("(|a)+"), ln.find("(|a)+"), sm.find("(|a)+")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("(|a)+"), kv.findAll("(|a)+"), fr.findAll("(|a)+"), e.findAll("(|a)+"), w.findAll("(|a)+"), ln.findAll("(|a)+"), sm.findAll("(|a)+")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["", "", "", "", ""]]

[regex.replace(ua, "(|a)+", r"<\0>"), regex.replace(kv, "(|a)+", r"<\0>"), regex.replace(fr, "(|a)+", r"<\0>"), regex.replace(e, "(|a)+", r"<\0>"), regex.replace(w, "(|a)+", r"<\0>"), regex.replace(ln, "(|a)+", r"<\0>"), regex.replace(sm, "(|a)+", r"<\0>")]
[string]
["<>M<>o<>z<>i<>l<>l<>a<>/<>5<>.<>0<> <>(<>X<>1<>1<>;<> <>L<>i<>n<>u<>x<>)<> <>G<>o<>o<>g<>l<>e<>b<>o<>t<>/<>2<>.<>1<>", "<>i<>d<>=<>1<>2<>3<>,<> <>i<>d<>=<>4<>5<>6<>;<>x<>=<>", "<>é<>t<>é<> <>à<> <>P<>a<>r<>i<>s<>,<> <>1<>2<> <>€<>", "<>", "<>a<>a<>b<> <>a<>b<>b<> <>b<>a<>a<>", "<>o<>n<>e<>\n<>t<>w<>o<>\n<>", "<>😀<>a<>b<>😀<>"]

[regex.extractAll(ua, "(|a)+"), regex.extractAll(kv, "(|a)+"), regex.extractAll(fr, "(|a)+"), regex.extractAll(e, "(|a)+"), regex.extractAll(w, "(|a)+"), regex.extractAll(ln, "(|a)+"), regex.extractAll(sm, "(|a)+")]
[[string]]
[[], [], [], [], [], [], []]

[ua.matches("(?i:O)N"), kv.matches("(?i:O)N"), fr.matches("(?i:O)N"), e.matches("(?i:O)N"), w.matches("(?i:O)N"), ln.matches("(?i:O)N"), sm.matches("(?i:O)N")]
[bool]
[false, false, false, false, false, false, false]

[ua.find("(?i:O)N"), kv.find("(?i:O)N"), fr.find("(?i:O)N"), e.find("(?i:O)N"), w.find("(?i:O)N"), ln.find("(?i:O)N"), sm.find("(?i:O)N")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("(?i:O)N"), kv.findAll("(?i:O)N"), fr.findAll("(?i:O)N"), e.findAll("(?i:O)N"), w.findAll("(?i:O)N"), ln.findAll("(?i:O)N"), sm.findAll("(?i:O)N")]
[[string]]
[[], [], [], [], [], [], []]

[regex.replace(ua, "(?i:O)N", r"<\0>"), regex.replace(kv, "(?i:O)N", r"<\0>"), regex.replace(fr, "(?i:O)N", r"<\0>"), regex.replace(e, "(?i:O)N", r"<\0>"), regex.replace(w, "(?i:O)N", r"<\0>"), regex.replace(ln, "(?i:O)N", r"<\0>"), regex.replace(sm, "(?i:O)N", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "(?i:O)N"), regex.extractAll(kv, "(?i:O)N"), regex.extractAll(fr, "(?i:O)N"), regex.extractAll(e, "(?i:O)N"), regex.extractAll(w, "(?i:O)N"), regex.extractAll(ln, "(?i:O)N"), regex.extractAll(sm, "(?i:O)N")]
[[string]]
[[], [], [], [], [], [], []]

[ua.matches(r"\x{1F600}"), kv.matches(r"\x{1F600}"), fr.matches(r"\x{1F600}"), e.matches(r"\x{1F600}"), w.matches(r"\x{1F600}"), ln.matches(r"\x{1F600}"), sm.matches(r"\x{1F600}")]
[bool]
[false, false, false, false, false, false, true]

[ua.find(r"\x{1F600}"), kv.find(r"\x{1F600}"), fr.find(r"\x{1F600}"), e.find(r"\x{1F600}"), w.find(r"\x{1F600}"), ln.find(r"\x{1F600}"), sm.find(r"\x{1F600}")]
[string]
["", "", "", "", "", "", "😀"]

[ua.findAll(r"\x{1F600}"), kv.findAll(r"\x{1F600}"), fr.findAll(r"\x{1F600}"), e.findAll(r"\x{1F600}"), w.findAll(r"\x{1F600}"), ln.findAll(r"\x{1F600}"), sm.findAll(r"\x{1F600}")]
[[string]]
[[], [], [], [], [], [], ["😀", "😀"]]

[regex.replace(ua, r"\x{1F600}", r"<\0>"), regex.replace(kv, r"\x{1F600}", r"<\0>"), regex.replace(fr, r"\x{1F600}", r"<\0>"), regex.replace(e, r"\x{1F600}", r"<\0>"), regex.replace(w, r"\x{1F600}", r"<\0>"), regex.replace(ln, r"\x{1F600}", r"<\0>"), regex.replace(sm, r"\x{1F600}", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "<😀>ab<😀>"]

[regex.extractAll(ua, r"\x{1F600}"), regex.extractAll(kv, r"\x{1F600}"), regex.extractAll(fr, r"\x{1F600}"), regex.extractAll(e, r"\x{1F600}"), regex.extractAll(w, r"\x{1F600}"), regex.extractAll(ln, r"\x{1F600}"), regex.extractAll(sm, r"\x{1F600}")]
[[string]]
[[], [], [], [], [], [], ["😀", "😀"]]

[ua.matches("[😀]"), kv.matches("[😀]"), fr.matches("[😀]"), e.matches("[😀]"), w.matches("[😀]"), ln.matches("[😀]"), sm.matches("[😀]")]
[bool]
[false, false, false, false, false, false, true]

[ua.find("[😀]"), kv.find("[😀]"), fr.find("[😀]"), e.find("[😀]"), w.find("[😀]"), ln.find("[😀]"), sm.find("[😀]")]
[string]
["", "", "", "", "", "", "😀"]

[ua.findAll("[😀]"), kv.findAll("[😀]"), fr.findAll("[😀]"), e.findAll("[😀]"), w.findAll("[😀]"), ln.findAll("[😀]"), sm.findAll("[😀]")]
[[string]]
[[], [], [], [], [], [], ["😀", "😀"]]

[regex.replace(ua, "[😀]", r"<\0>"), regex.replace(kv, "[😀]", r"<\0>"), regex.replace(fr, "[😀]", r"<\0>"), regex.replace(e, "[😀]", r"<\0>"), regex.replace(w, "[😀]", r"<\0>"), regex.replace(ln, "[😀]", r"<\0>"), regex.replace(sm, "[😀]", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "<😀>ab<😀>"]

[regex.extractAll(ua, "[😀]"), regex.extractAll(kv, "[😀]"), regex.extractAll(fr, "[😀]"), regex.extractAll(e, "[😀]"), regex.extractAll(w, "[😀]"), regex.extractAll(ln, "[😀]"), regex.extractAll(sm, "[😀]")]
[[string]]
[[], [], [], [], [], [], ["😀", "😀"]]

[ua.matches("😀?"), kv.matches("😀?"), fr.matches("😀?"), e.matches("😀?"), w.matches("😀?"), ln.matches("😀?"), sm.matches("😀?")]
[bool]
[true, true, true, true, true, true, true]

[ua.find("😀?"), kv.find("😀?"), fr.find("😀?"), e.find("😀?"), w.find("😀?"), ln.find("😀?"), sm.find("😀?")]
[string]
["", "", "", "", "", "", "😀"]

[ua.findAll("😀?"), kv.findAll("😀?"), fr.findAll("😀?"), e.findAll("😀?"), w.findAll("😀?"), ln.findAll("😀?"), sm.findAll("😀?")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["😀", "", "😀"]]

[regex.replace(ua, "😀?", r"<\0>"), regex.replace(kv, "😀?", r"<\0>"), regex.replace(fr, "😀?", r"<\0>"), regex.replace(e, "😀?", r"<\0>"), regex.replace(w, "😀?", r"<\0>"), regex.replace(ln, "😀?", r"<\0>"), regex.replace(sm, "😀?", r"<\0>")]
[string]
["<>M<>o<>z<>i<>l<>l<>a<>/<>5<>.<>0<> <>(<>X<>1<>1<>;<> <>L<>i<>n<>u<>x<>)<> <>G<>o<>o<>g<>l<>e<>b<>o<>t<>/<>2<>.<>1<>", "<>i<>d<>=<>1<>2<>3<>,<> <>i<>d<>=<>4<>5<>6<>;<>x<>=<>", "<>é<>t<>é<> <>à<> <>P<>a<>r<>i<>s<>,<> <>1<>2<> <>€<>", "<>", "<>a<>a<>b<> <>a<>b<>b<> <>b<>a<>a<>", "<>o<>n<>e<>\n<>t<>w<>o<>\n<>", "<😀>a<>b<😀>"]

[regex.extractAll(ua, "😀?"), regex.extractAll(kv, "😀?"), regex.extractAll(fr, "😀?"), regex.extractAll(e, "😀?"), regex.extractAll(w, "😀?"), regex.extractAll(ln, "😀?"), regex.extractAll(sm, "😀?")]
[[string]]
[["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""], [""], ["", "", "", "", "", "", "", "", "", "", "", ""], ["", "", "", "", "", "", "", "", ""], ["😀", "", "😀"]]

[ua.matches("^"), kv.matches("^"), fr.matches("^"), e.matches("^"), w.matches("^"), ln.matches("^"), sm.matches("^")]
[bool]
[true, true, true, true, true, true, true]

[ua.find("^"), kv.find("^"), fr.find("^"), e.find("^"), w.find("^"), ln.find("^"), sm.find("^")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("^"), kv.findAll("^"), fr.findAll("^"), e.findAll("^"), w.findAll("^"), ln.findAll("^"), sm.findAll("^")]
[[string]]
[[""], [""], [""], [""], [""], [""], [""]]

[regex.replace(ua, "^", r"<\0>"), regex.replace(kv, "^", r"<\0>"), regex.replace(fr, "^", r"<\0>"), regex.replace(e, "^", r"<\0>"), regex.replace(w, "^", r"<\0>"), regex.replace(ln, "^", r"<\0>"), regex.replace(sm, "^", r"<\0>")]
[string]
["<>Mozilla/5.0 (X11; Linux) Googlebot/2.1", "<>id=123, id=456;x=", "<>été à Paris, 12 €", "<>", "<>aab abb baa", "<>one\ntwo\n", "<>😀ab😀"]

[regex.extractAll(ua, "^"), regex.extractAll(kv, "^"), regex.extractAll(fr, "^"), regex.extractAll(e, "^"), regex.extractAll(w, "^"), regex.extractAll(ln, "^"), regex.extractAll(sm, "^")]
[[string]]
[[""], [""], [""], [""], [""], [""], [""]]

[ua.matches("$"), kv.matches("$"), fr.matches("$"), e.matches("$"), w.matches("$"), ln.matches("$"), sm.matches("$")]
[bool]
[true, true, true, true, true, true, true]

[ua.find("$"), kv.find("$"), fr.find("$"), e.find("$"), w.find("$"), ln.find("$"), sm.find("$")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("$"), kv.findAll("$"), fr.findAll("$"), e.findAll("$"), w.findAll("$"), ln.findAll("$"), sm.findAll("$")]
[[string]]
[[""], [""], [""], [""], [""], [""], [""]]

[regex.replace(ua, "$", r"<\0>"), regex.replace(kv, "$", r"<\0>"), regex.replace(fr, "$", r"<\0>"), regex.replace(e, "$", r"<\0>"), regex.replace(w, "$", r"<\0>"), regex.replace(ln, "$", r"<\0>"), regex.replace(sm, "$", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1<>", "id=123, id=456;x=<>", "été à Paris, 12 €<>", "<>", "aab abb baa<>", "one\ntwo\n<>", "😀ab😀<>"]

[regex.extractAll(ua, "$"), regex.extractAll(kv, "$"), regex.extractAll(fr, "$"), regex.extractAll(e, "$"), regex.extractAll(w, "$"), regex.extractAll(ln, "$"), regex.extractAll(sm, "$")]
[[string]]
[[""], [""], [""], [""], [""], [""], [""]]

[ua.matches(r"\A."), kv.matches(r"\A."), fr.matches(r"\A."), e.matches(r"\A."), w.matches(r"\A."), ln.matches(r"\A."), sm.matches(r"\A.")]
[bool]
[true, true, true, false, true, true, true]

[ua.find(r"\A."), kv.find(r"\A."), fr.find(r"\A."), e.find(r"\A."), w.find(r"\A."), ln.find(r"\A."), sm.find(r"\A.")]
[string]
["M", "i", "é", "", "a", "o", "😀"]

[ua.findAll(r"\A."), kv.findAll(r"\A."), fr.findAll(r"\A."), e.findAll(r"\A."), w.findAll(r"\A."), ln.findAll(r"\A."), sm.findAll(r"\A.")]
[[string]]
[["M"], ["i"], ["é"], [], ["a"], ["o"], ["😀"]]

[regex.replace(ua, r"\A.", r"<\0>"), regex.replace(kv, r"\A.", r"<\0>"), regex.replace(fr, r"\A.", r"<\0>"), regex.replace(e, r"\A.", r"<\0>"), regex.replace(w, r"\A.", r"<\0>"), regex.replace(ln, r"\A.", r"<\0>"), regex.replace(sm, r"\A.", r"<\0>")]
[string]
["<M>ozilla/5.0 (X11; Linux) Googlebot/2.1", "<i>d=123, id=456;x=", "<é>té à Paris, 12 €", "", "<a>ab abb baa", "<o>ne\ntwo\n", "<😀>ab😀"]

[regex.extractAll(ua, r"\A."), regex.extractAll(kv, r"\A."), regex.extractAll(fr, r"\A."), regex.extractAll(e, r"\A."), regex.extractAll(w, r"\A."), regex.extractAll(ln, r"\A."), regex.extractAll(sm, r"\A.")]
[[string]]
[["M"], ["i"], ["é"], [], ["a"], ["o"], ["😀"]]

[ua.matches(r".\z"), kv.matches(r".\z"), fr.matches(r".\z"), e.matches(r".\z"), w.matches(r".\z"), ln.matches(r".\z"), sm.matches(r".\z")]
[bool]
[true, true, true, false, true, false, true]

[ua.find(r".\z"), kv.find(r".\z"), fr.find(r".\z"), e.find(r".\z"), w.find(r".\z"), ln.find(r".\z"), sm.find(r".\z")]
[string]
["1", "=", "€", "", "a", "", "😀"]

[ua.findAll(r".\z"), kv.findAll(r".\z"), fr.findAll(r".\z"), e.findAll(r".\z"), w.findAll(r".\z"), ln.findAll(r".\z"), sm.findAll(r".\z")]
[[string]]
[["1"], ["="], ["€"], [], ["a"], [], ["😀"]]

[regex.replace(ua, r".\z", r"<\0>"), regex.replace(kv, r".\z", r"<\0>"), regex.replace(fr, r".\z", r"<\0>"), regex.replace(e, r".\z", r"<\0>"), regex.replace(w, r".\z", r"<\0>"), regex.replace(ln, r".\z", r"<\0>"), regex.replace(sm, r".\z", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.<1>", "id=123, id=456;x<=>", "été à Paris, 12 <€>", "", "aab abb ba<a>", "one\ntwo\n", "😀ab<😀>"]

[regex.extractAll(ua, r".\z"), regex.extractAll(kv, r".\z"), regex.extractAll(fr, r".\z"), regex.extractAll(e, r".\z"), regex.extractAll(w, r".\z"), regex.extractAll(ln, r".\z"), regex.extractAll(sm, r".\z")]
[[string]]
[["1"], ["="], ["€"], [], ["a"], [], ["😀"]]

[ua.matches(r"[,;]\s*"), kv.matches(r"[,;]\s*"), fr.matches(r"[,;]\s*"), e.matches(r"[,;]\s*"), w.matches(r"[,;]\s*"), ln.matches(r"[,;]\s*"), sm.matches(r"[,;]\s*")]
[bool]
[true, true, true, false, false, false, false]

[ua.find(r"[,;]\s*"), kv.find(r"[,;]\s*"), fr.find(r"[,;]\s*"), e.find(r"[,;]\s*"), w.find(r"[,;]\s*"), ln.find(r"[,;]\s*"), sm.find(r"[,;]\s*")]
[string]
["; ", ", ", ", ", "", "", "", ""]

[ua.findAll(r"[,;]\s*"), kv.findAll(r"[,;]\s*"), fr.findAll(r"[,;]\s*"), e.findAll(r"[,;]\s*"), w.findAll(r"[,;]\s*"), ln.findAll(r"[,;]\s*"), sm.findAll(r"[,;]\s*")]
[[string]]
[["; "], [", ", ";"], [", "], [], [], [], []]

[regex.replace(ua, r"[,;]\s*", r"<\0>"), regex.replace(kv, r"[,;]\s*", r"<\0>"), regex.replace(fr, r"[,;]\s*", r"<\0>"), regex.replace(e, r"[,;]\s*", r"<\0>"), regex.replace(w, r"[,;]\s*", r"<\0>"), regex.replace(ln, r"[,;]\s*", r"<\0>"), regex.replace(sm, r"[,;]\s*", r"<\0>")]
[string]
["Mozilla/5.0 (X11<; >Linux) Googlebot/2.1", "id=123<, >id=456<;>x=", "été à Paris<, >12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, r"[,;]\s*"), regex.extractAll(kv, r"[,;]\s*"), regex.extractAll(fr, r"[,;]\s*"), regex.extractAll(e, r"[,;]\s*"), regex.extractAll(w, r"[,;]\s*"), regex.extractAll(ln, r"[,;]\s*"), regex.extractAll(sm, r"[,;]\s*")]
[[string]]
[["; "], [", ", ";"], [", "], [], [], [], []]

[ua.matches(r"([a-z]+)\/\d"), kv.matches(r"([a-z]+)\/\d"), fr.matches(r"([a-z]+)\/\d"), e.matches(r"([a-z]+)\/\d"), w.matches(r"([a-z]+)\/\d"), ln.matches(r"([a-z]+)\/\d"), sm.matches(r"([a-z]+)\/\d")]
[bool]
[true, false, false, false, false, false, false]

[ua.find(r"([a-z]+)\/\d"), kv.find(r"([a-z]+)\/\d"), fr.find(r"([a-z]+)\/\d"), e.find(r"([a-z]+)\/\d"), w.find(r"([a-z]+)\/\d"), ln.find(r"([a-z]+)\/\d"), sm.find(r"([a-z]+)\/\d")]
[string]
["ozilla/5", "", "", "", "", "", ""]

[ua.findAll(r"([a-z]+)\/\d"), kv.findAll(r"([a-z]+)\/\d"), fr.findAll(r"([a-z]+)\/\d"), e.findAll(r"([a-z]+)\/\d"), w.findAll(r"([a-z]+)\/\d"), ln.findAll(r"([a-z]+)\/\d"), sm.findAll(r"([a-z]+)\/\d")]
[[string]]
[["ozilla/5", "ooglebot/2"], [], [], [], [], [], []]

[regex.replace(ua, r"([a-z]+)\/\d", r"<\0>"), regex.replace(kv, r"([a-z]+)\/\d", r"<\0>"), regex.replace(fr, r"([a-z]+)\/\d", r"<\0>"), regex.replace(e, r"([a-z]+)\/\d", r"<\0>"), regex.replace(w, r"([a-z]+)\/\d", r"<\0>"), regex.replace(ln, r"([a-z]+)\/\d", r"<\0>"), regex.replace(sm, r"([a-z]+)\/\d", r"<\0>")]
[string]
["M<ozilla/5>.0 (X11; Linux) G<ooglebot/2>.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, r"([a-z]+)\/\d"), regex.extractAll(kv, r"([a-z]+)\/\d"), regex.extractAll(fr, r"([a-z]+)\/\d"), regex.extractAll(e, r"([a-z]+)\/\d"), regex.extractAll(w, r"([a-z]+)\/\d"), regex.extractAll(ln, r"([a-z]+)\/\d"), regex.extractAll(sm, r"([a-z]+)\/\d")]
[[string]]
[["ozilla", "ooglebot"], [], [], [], [], [], []]

[ua.matches("(?i)k"), kv.matches("(?i)k"), fr.matches("(?i)k"), e.matches("(?i)k"), w.matches("(?i)k"), ln.matches("(?i)k"), sm.matches("(?i)k")]
[bool]
[false, false, false, false, false, false, false]

[ua.find("(?i)k"), kv.find("(?i)k"), fr.find("(?i)k"), e.find("(?i)k"), w.find("(?i)k"), ln.find("(?i)k"), sm.find("(?i)k")]
[string]
["", "", "", "", "", "", ""]

[ua.findAll("(?i)k"), kv.findAll("(?i)k"), fr.findAll("(?i)k"), e.findAll("(?i)k"), w.findAll("(?i)k"), ln.findAll("(?i)k"), sm.findAll("(?i)k")]
[[string]]
[[], [], [], [], [], [], []]

[regex.replace(ua, "(?i)k", r"<\0>"), regex.replace(kv, "(?i)k", r"<\0>"), regex.replace(fr, "(?i)k", r"<\0>"), regex.replace(e, "(?i)k", r"<\0>"), regex.replace(w, "(?i)k", r"<\0>"), regex.replace(ln, "(?i)k", r"<\0>"), regex.replace(sm, "(?i)k", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "(?i)k"), regex.extractAll(kv, "(?i)k"), regex.extractAll(fr, "(?i)k"), regex.extractAll(e, "(?i)k"), regex.extractAll(w, "(?i)k"), regex.extractAll(ln, "(?i)k"), regex.extractAll(sm, "(?i)k")]
[[string]]
[[], [], [], [], [], [], []]

[ua.matches(r"\."), kv.matches(r"\."), fr.matches(r"\."), e.matches(r"\."), w.matches(r"\."), ln.matches(r"\."), sm.matches(r"\.")]
[bool]
[true, false, false, false, false, false, false]

[ua.find(r"\."), kv.find(r"\."), fr.find(r"\."), e.find(r"\."), w.find(r"\."), ln.find(r"\."), sm.find(r"\.")]
[string]
[".", "", "", "", "", "", ""]

[ua.findAll(r"\."), kv.findAll(r"\."), fr.findAll(r"\."), e.findAll(r"\."), w.findAll(r"\."), ln.findAll(r"\."), sm.findAll(r"\.")]
[[string]]
[[".", "."], [], [], [], [], [], []]

[regex.replace(ua, r"\.", r"<\0>"), regex.replace(kv, r"\.", r"<\0>"), regex.replace(fr, r"\.", r"<\0>"), regex.replace(e, r"\.", r"<\0>"), regex.replace(w, r"\.", r"<\0>"), regex.replace(ln, r"\.", r"<\0>"), regex.replace(sm, r"\.", r"<\0>")]
[string]
["Mozilla/5<.>0 (X11; Linux) Googlebot/2<.>1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, r"\."), regex.extractAll(kv, r"\."), regex.extractAll(fr, r"\."), regex.extractAll(e, r"\."), regex.extractAll(w, r"\."), regex.extractAll(ln, r"\."), regex.extractAll(sm, r"\.")]
[[string]]
[[".", "."], [], [], [], [], [], []]

[ua.matches("a.b"), kv.matches("a.b"), fr.matches("a.b"), e.matches("a.b"), w.matches("a.b"), ln.matches("a.b"), sm.matches("a.b")]
[bool]
[false, false, false, false, true, false, false]

[ua.find("a.b"), kv.find("a.b"), fr.find("a.b"), e.find("a.b"), w.find("a.b"), ln.find("a.b"), sm.find("a.b")]
[string]
["", "", "", "", "aab", "", ""]

[ua.findAll("a.b"), kv.findAll("a.b"), fr.findAll("a.b"), e.findAll("a.b"), w.findAll("a.b"), ln.findAll("a.b"), sm.findAll("a.b")]
[[string]]
[[], [], [], [], ["aab", "abb"], [], []]

[regex.replace(ua, "a.b", r"<\0>"), regex.replace(kv, "a.b", r"<\0>"), regex.replace(fr, "a.b", r"<\0>"), regex.replace(e, "a.b", r"<\0>"), regex.replace(w, "a.b", r"<\0>"), regex.replace(ln, "a.b", r"<\0>"), regex.replace(sm, "a.b", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "<aab> <abb> baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "a.b"), regex.extractAll(kv, "a.b"), regex.extractAll(fr, "a.b"), regex.extractAll(e, "a.b"), regex.extractAll(w, "a.b"), regex.extractAll(ln, "a.b"), regex.extractAll(sm, "a.b")]
[[string]]
[[], [], [], [], ["aab", "abb"], [], []]

[ua.matches("€$"), kv.matches("€$"), fr.matches("€$"), e.matches("€$"), w.matches("€$"), ln.matches("€$"), sm.matches("€$")]
[bool]
[false, false, true, false, false, false, false]

[ua.find("€$"), kv.find("€$"), fr.find("€$"), e.find("€$"), w.find("€$"), ln.find("€$"), sm.find("€$")]
[string]
["", "", "€", "", "", "", ""]

[ua.findAll("€$"), kv.findAll("€$"), fr.findAll("€$"), e.findAll("€$"), w.findAll("€$"), ln.findAll("€$"), sm.findAll("€$")]
[[string]]
[[], [], ["€"], [], [], [], []]

[regex.replace(ua, "€$", r"<\0>"), regex.replace(kv, "€$", r"<\0>"), regex.replace(fr, "€$", r"<\0>"), regex.replace(e, "€$", r"<\0>"), regex.replace(w, "€$", r"<\0>"), regex.replace(ln, "€$", r"<\0>"), regex.replace(sm, "€$", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 <€>", "", "aab abb baa", "one\ntwo\n", "😀ab😀"]

[regex.extractAll(ua, "€$"), regex.extractAll(kv, "€$"), regex.extractAll(fr, "€$"), regex.extractAll(e, "€$"), regex.extractAll(w, "€$"), regex.extractAll(ln, "€$"), regex.extractAll(sm, "€$")]
[[string]]
[[], [], ["€"], [], [], [], []]

[ua.matches(r"o+\b"), kv.matches(r"o+\b"), fr.matches(r"o+\b"), e.matches(r"o+\b"), w.matches(r"o+\b"), ln.matches(r"o+\b"), sm.matches(r"o+\b")]
[bool]
[false, false, false, false, false, true, false]

[ua.find(r"o+\b"), kv.find(r"o+\b"), fr.find(r"o+\b"), e.find(r"o+\b"), w.find(r"o+\b"), ln.find(r"o+\b"), sm.find(r"o+\b")]
[string]
["", "", "", "", "", "o", ""]

[ua.findAll(r"o+\b"), kv.findAll(r"o+\b"), fr.findAll(r"o+\b"), e.findAll(r"o+\b"), w.findAll(r"o+\b"), ln.findAll(r"o+\b"), sm.findAll(r"o+\b")]
[[string]]
[[], [], [], [], [], ["o"], []]

[regex.replace(ua, r"o+\b", r"<\0>"), regex.replace(kv, r"o+\b", r"<\0>"), regex.replace(fr, r"o+\b", r"<\0>"), regex.replace(e, r"o+\b", r"<\0>"), regex.replace(w, r"o+\b", r"<\0>"), regex.replace(ln, r"o+\b", r"<\0>"), regex.replace(sm, r"o+\b", r"<\0>")]
[string]
["Mozilla/5.0 (X11; Linux) Googlebot/2.1", "id=123, id=456;x=", "été à Paris, 12 €", "", "aab abb baa", "one\ntw<o>\n", "😀ab😀"]

[regex.extractAll(ua, r"o+\b"), regex.extractAll(kv, r"o+\b"), regex.extractAll(fr, r"o+\b"), regex.extractAll(e, r"o+\b"), regex.extractAll(w, r"o+\b"), regex.extractAll(ln, r"o+\b"), regex.extractAll(sm, r"o+\b")]
[[string]]
[[], [], [], [], [], ["o"], []]

# ---- matches_any: any of a list

%param bots [string] = ["(?i)bot", "crawl(er)?", "^curl/"]
%param bad [string] = ["bot", "(crawl"]
%param p string = "a(?=b)"
%row words [string] = ["b+"]
%row j json = {"ua": "curl/8", "n": 1, "p": "x"}

[ua.matches_any(["bot", "Linux"]), w.matches_any(["bot"]), w.matches_any(["x", "^aab"]), e.matches_any(["a", "^$"])]
[bool]
[true, false, true, true]

[ua.matches_any(params.bots), "curl/7".matches_any(params.bots), "xcurl/7".matches_any(params.bots)]
[bool]
[true, true, false]

# each is a pattern of its own: flags and quoting end with it; an empty list has none
[w.matches_any(["(?i)X", "AAB"]), w.matches_any([r"\Qx", "b{2}"]), w.matches_any([r"\Q|\E", "c"]), w.matches_any([]), w.matches_any(["", "x"])]
[bool]
[false, true, false, false, true]

[j.ua.matches_any(params.bots), j.ua.matches("[/]8$"), j.ua.find("[0-9]") == "8"]
[bool]
[true, true, true]

j.n.matches("1")
bool
error(expr.error: cannot take int and string in `j.n.matches("1")`)

# ---- plain text needs no regular expression

ua.matches(r"5\.0")
bool
true
>  0  field r1 <- ua
>  1  contains r0 <- r1, "5.0"
>  2  end

ua.matches("^Mozilla")
bool
true
>  0  field r1 <- ua
>  1  starts_with r0 <- r1, "Mozilla"
>  2  end

ua.matches(r"/2\.1$")
bool
true
>  0  field r1 <- ua
>  1  ends_with r0 <- r1, "/2.1"
>  2  end

w.matches("^aab$")
bool
false
>  0  eq.str.field r0 <- w, "aab"
>  1  end

ua.matches("Bot|bot")
bool
true
>  0  field r1 <- ua
>  1  matches r0 <- r1, "Bot|bot"
>  2  end

# ---- faults of patterns: E-REGEX, the caret inside the pattern

ua.matches("Linux(?=\\))")
E-REGEX 1:18+3 unknown kind of group
RE2 has no look-ahead: use two patterns, a.matches(x) && a.matches(y)

ua.matches(r"\d(?!x)")
E-REGEX 1:16+3 unknown kind of group
RE2 has no look-ahead: use two patterns, a.matches(x) && !a.matches(y)

ua.find("\\d€(?<=b)")
E-REGEX 1:16+3 unknown kind of group
RE2 has no look-behind: match what is before, take out a group

ua.find("\u20ac\x41(?<!b)")
E-REGEX 1:20+3 unknown kind of group
RE2 has no look-behind: match what is before, take out a group

regex.extract(kv, r'id=(?<n>\d)')
E-REGEX 1:24+3 unknown kind of group
a named group is `(?P<name>...)`

ua.matches("""(?>a)""")
E-REGEX 1:15+3 unknown kind of group
RE2 never backtracks: a plain group `(?:...)` does

ua.matches(r"\(?=x(?=y)")
E-REGEX 1:19+3 unknown kind of group
RE2 has no look-ahead: use two patterns, a.matches(x) && a.matches(y)

ua.matches(r"(a)\1")
E-REGEX 1:17+2 unknown escape in a pattern
RE2 has no back-references: take out two groups and compare them

ua.matches(r"a\Z")
E-REGEX 1:15+2 unknown escape in a pattern
the end of the text is `$` or `\z`

ua.matches(r"\C")
E-REGEX 1:14+2 unknown escape in a pattern
`.` is any character; parts of one cannot be matched

ua.matches("*.html")
E-REGEX 1:13+1 nothing stands before the repetition
any text is `.*`; a `*` itself is written `\*`

ua.matches("a++b")
E-REGEX 1:14+2 two repetitions in a row
RE2 never backtracks: `+` alone does

ua.matches("a{1001}")
E-REGEX 1:14+6 too many repetitions
at most 1000, those inside each other multiplied

ua.matches("(a{1000}){1000}")
E-REGEX 1:22+6 too many repetitions
at most 1000, those inside each other multiplied

ua.matches("[z-a]")
E-REGEX 1:14+3 wrong range or name of a character class
a range goes up: `[a-z]`; a `-` itself is written `\-`

ua.matches("[a-z")
E-REGEX 1:13+4 `[` is not closed
a `[` itself is written `\[`

ua.matches("((a)[(](b")
E-REGEX 1:20+1 `(` is not closed
a `(` itself is written `\(`

ua.matches(r"a\))")
E-REGEX 1:17+1 `)` closes nothing
a `)` itself is written `\)`

ua.matches("a\\")
E-REGEX 1:14+2 a pattern cannot end with `\`
a `\` itself is written `\\`, best in a raw string: r"\\"

ua.matches("a" + "(")
E-REGEX 1:12+9 `(` is not closed at byte 2 of the pattern `a(`
a `(` itself is written `\(`

ua.matches(params.p)
E-REGEX 1:12+8 unknown kind of group at byte 2 of the pattern `a(?=b)`
RE2 has no look-ahead: use two patterns, a.matches(x) && a.matches(y)

ua.matches_any(["a", "b", "c(d"])
E-REGEX 1:29+1 `(` is not closed
a `(` itself is written `\(`

ua.matches_any(params.bad)
E-REGEX 1:16+10 `(` is not closed at byte 1 of the pattern `(crawl`
a `(` itself is written `\(`

ua.matches(w)
E-REGEX 1:12+1 a pattern must be constant
write it here or name it `params.x`; text from a record is looked for with contains, startsWith, endsWith or `in`

ua.matches(j.p)
E-REGEX 1:12+3 a pattern must be constant
write it here or name it `params.x`; text from a record is looked for with contains, startsWith, endsWith or `in`

["a", "b"].exists(x, ua.matches(x))
E-REGEX 1:33+1 a pattern must be constant
write it here or name it `params.x`; text from a record is looked for with contains, startsWith, endsWith or `in`

ua.matches_any(words)
E-REGEX 1:16+5 a list of patterns must be constant
write it here or name it `params.x`; text from a record is looked for with contains, startsWith, endsWith or `in`

regex.extract(kv, "(i)(d)")
E-REGEX 1:19+8 2 groups in the pattern, one can be taken out
the others are `(?:...)`

regex.replace(kv, "(i)d", r"<\2>")
E-REGEX 1:30+2 a group that the pattern does not have
groups are `(...)`, counted by their `(`; `\0` is the whole match

regex.replace(kv, "id", r"\d")
E-REGEX 1:27+1 no digit and no `\` behind a `\`
`\1` is the first group, `\\` a backslash, best in raw strings: r"\1"

| ua.matches("bot")
|   || ua.matches("crawl(?=er)")
E-REGEX 2:27+3 unknown kind of group
RE2 has no look-ahead: use two patterns, a.matches(x) && a.matches(y)

# ---- a replacement is known only when it runs

%row bs string = "\\"
%row two string = "<\\2>"

regex.replace(kv, "id", bs)
string
error(expr.error: no digit and no `\` behind a `\` in the replacement in `regex.replace(kv, "id", bs)`)

regex.replace(kv, "(i)d", two)
string
error(expr.error: a group that the pattern does not have in the replacement in `regex.replace(kv, "(i)d", two)`)

# as in cel-go: wrong only where something is replaced
[regex.replace(kv, "none", bs), regex.replace(kv, "id", bs, 0)]
[string]
["id=123, id=456;x=", "id=123, id=456;x="]

# ---- strict mode is CEL: a pattern may come with the record, a bad one is an error of the evaluation
%strict on

[ua.matches(w), w.matches("a" + "+"), ["x", "b"].exists(x, w.matches(x)), w.matches_any(words), w.matches_any([w, "x"])]
[bool]
[false, true, true, true, true]

[w.find(words[0]), regex.replace(w, words[0], "-"), regex.replace(w, words[0], "-", 1)]
[string]
["b", "aa- a- -aa", "aa- abb baa"]

[w.findAll(words[0]), w.findAll(words[0], 1), regex.extractAll(w, words[0])]
[[string]]
[["b", "bb", "b"], ["b"], ["b", "bb", "b"]]

regex.extract(w, words[0]).value()
string
"b"

ua.matches("a(?=b)")
bool
error(expr.error: bad pattern: unknown kind of group at byte 2 in `ua.matches("a(?=b)")`)

ua.matches(bs)
bool
error(expr.error: bad pattern: a pattern cannot end with `\` at byte 1 in `ua.matches(bs)`)

ua.matches("a(?=b)") || true
bool
true

regex.extract(kv, "(i)(d)")
string?
error(expr.error: 2 groups in the pattern, one can be taken out in `regex.extract(kv, "(i)(d)")`)
