# The expressions of topologies that people write: joins, tags, rules, carts. Values by hand.

# ---- a URL made normal
%row page_url string = "https://Shop.EXAMPLE/cart/?utm_source=mail&utm_medium=x&q=red+shoes"
%let u = url.parse(page_url)

u.host.lowerAscii()
string
"shop.example"

u.path
string
"/cart/"

u.query[?"utm_source"] ?? "direct"
string
"mail"

u.query.transformMap(k, v, !k.startsWith("utm_"), v)
{string: string}
{"q": "red shoes"}

# ---- a click joined with a profile that may be missing
%reset
%extra clicks {user_id: string, ts: timestamp} = {"user_id": "ada", "ts": timestamp("2026-03-31T12:00:00Z")}
%extra profiles {segment: string?, ltv: double?, created_at: timestamp?}? = {"ltv": 1500.0, "created_at": timestamp("2026-03-01T13:00:00Z")}

profiles.segment ?? "unknown"
string
"unknown"

profiles.ltv ?? 0.0 > 1000.0
bool
true

profiles.created_at.optMap(t, (clicks.ts - t).getHours() / 24) ?? -1
int
29

days_between(profiles.created_at, clicks.ts) ?? -1
int
29

%extra absent_profile {segment: string?, ltv: double?, created_at: timestamp?}? = absent

days_between(absent_profile.created_at, clicks.ts) ?? -1
int
-1

# ---- a cart that was left
%reset
%extra after {user_id: string, items: [{sku: string, price: double, qty: int}]} = {"user_id": "ada", "items": [{"sku": "a", "price": 2.5, "qty": 2}, {"sku": "b", "price": 10.0, "qty": 1}]}
%extra fired_at timestamp = timestamp("2026-03-31T12:30:00Z")

after.items.size() > 0
bool
true

after.items.map(i, i.price * i.qty).sum()
double
15.0

after.items.map(i, i.price).max()
double
10.0

fired_at
timestamp
timestamp("2026-03-31T12:30:00Z")

# ---- tags of a profile
%reset
%meta on
%row orders int = 12
%row ltv double = 800.0
%row last_seen timestamp = timestamp("2023-10-01T00:00:00Z")
%let idle = meta.timestamp - last_seen

tags({"loyal": orders >= 10, "vip": ltv > 1000, "dormant": idle > duration("30d")})
[string]
["loyal", "dormant"]

| {"loyal": orders >= 10, "vip": ltv > 1000, "dormant": idle > duration("720h")}
|   .transformList(tag, on, on, tag)
[string]
["loyal", "dormant"]

# ---- a tracking plan
%reset
%row event string = "purchase"
%row user_id string? = absent
%row anonymous_id string? = "x1"
%row props {order_id: string?, revenue: double?, email: string?} = {"order_id": "o1", "revenue": 9.5}

event in ["page_view", "add_to_cart", "purchase"]
bool
true

has(user_id) || has(anonymous_id)
bool
true

event != "purchase" || (has(props.order_id) && (props.revenue ?? 0) > 0)
bool
true

implies(event == "purchase", has(props.order_id) && (props.revenue ?? 0) > 0)
bool
true

implies(has(props.order_id), props.order_id.startsWith("o"))
bool
true

props.?email.optMap(e, e.contains("@")) ?? true
bool
true
