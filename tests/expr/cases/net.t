# CEL's network extension: RFC 4291 and RFC 5952, the documentation of cel-go's ext/network.go and
# cel-spec's vectors, by hand; every row was also run through cel-go, texts through Python's
# ipaddress.

# ---- addresses

ip("10.0.0.1")
net.IP
ip("10.0.0.1")

ip("2001:DB8:0:0:1:0:0:1")
net.IP
ip("2001:db8::1:0:0:1")

# the longer run of zeros is `::`, of equal ones the first, one group alone stays
["1:0:0:2:0:0:0:3", "1:0:0:2:3:0:0:4", "1:0:2:3:4:5:6:7", "0:0:0:0:0:0:0:0", "0:0:1::"].map(s, string(ip(s)))
[string]
["1:0:0:2::3", "1::2:3:0:0:4", "1:0:2:3:4:5:6:7", "::", "0:0:1::"]

string(ip("64:ff9b::192.0.2.33"))
string
"64:ff9b::c000:221"

type(ip("::1")) == net.IP && type(cidr("::1/128")) == net.CIDR && type(ip("::1")) != net.CIDR
bool
true

ip("127.0.0.1") == ip("127.0.0.1") && ip("2001:db8::1") == ip("2001:DB8::1") && ip("::") != ip("0.0.0.0")
bool
true

ip("10.0.0.1") in [ip("10.0.0.2"), ip("10.0.0.1")]
bool
true

# the IPv4 address that ::ffff:0:0/96 stands for
ip("::ffff:c0a8:1") == ip("192.168.0.1")
bool
true

isIP("::ffff:192.168.0.1")
bool
false

["1.2.3.4", "1.2.3", "1.2.3.4.5", "1.2.3.04", "1.2.3.256", "1..2.3", "1.2.3.4 ", "", "a"].map(s, isIP(s))
[bool]
[true, false, false, false, false, false, false, false, false]

["::", "1::", "::1", "1::2::3", ":::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::8", "1:2:3:4:5:6:7", ":1"].map(s, isIP(s))
[bool]
[true, true, true, false, false, true, false, false, false]

["12345::", "g::", "fe80::1%en0", "1::1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::", "[::1]"].map(s, isIP(s))
[bool]
[false, false, false, true, false, false, false]

ip("10.0.0.300")
E-CONST 1:1+16 "10.0.0.300" is no IP address: a field of IPv4 is above 255 in `ip("10.0.0.300")`
-

ip("fe80::1%en0")
E-CONST 1:1+17 "fe80::1%en0" is no IP address: a zone is not allowed in `ip("fe80::1%en0")`
-

ip("::ffff:10.0.0.1")
E-CONST 1:1+21 "::ffff:10.0.0.1" is no IP address: an IPv4 address inside IPv6 is written as IPv4 in `ip("::ffff:10.0.0.1")`
-

ip(1)
E-TYPE 1:1+2 `ip` cannot take `int`
make it text: `string(1)`

isIP(cidr("10.0.0.0/8"))
E-TYPE 1:1+4 `isIP` cannot take `net.CIDR`
it takes (string)

ip.isCanonical("2001:db8::68") && !ip.isCanonical("2001:DB8::68") && !ip.isCanonical("2001:db8:0::68")
bool
true

[ip("10.1.2.3").family(), ip("::1").family()]
[int]
[4, 6]

["127.0.0.1", "127.255.0.9", "128.0.0.1", "::1", "::2"].map(s, ip(s).isLoopback())
[bool]
[true, true, false, true, false]

["0.0.0.0", "::", "0.0.0.1"].map(s, ip(s).isUnspecified())
[bool]
[true, true, false]

["10.0.0.1", "255.255.255.255", "0.0.0.0", "127.0.0.1", "224.0.0.9", "169.254.0.1"].map(s, ip(s).isGlobalUnicast())
[bool]
[true, false, false, false, false, false]

["fd00::1", "ff00::1", "::", "::1", "fe80::1"].map(s, ip(s).isGlobalUnicast())
[bool]
[true, false, false, false, false]

["224.0.0.9", "224.0.1.1", "ff02::1", "ff12::1", "ff01::1"].map(s, ip(s).isLinkLocalMulticast())
[bool]
[true, false, true, true, false]

["169.254.9.9", "169.255.0.1", "fe80::1", "febf::1", "fec0::1"].map(s, ip(s).isLinkLocalUnicast())
[bool]
[true, false, true, true, false]

# ---- prefixes

cidr("10.1.2.3/8")
net.CIDR
cidr("10.1.2.3/8")

cidr("10.1.2.3/12").masked()
net.CIDR
cidr("10.0.0.0/12")

cidr("2001:db8:ffff::1/33").masked()
net.CIDR
cidr("2001:db8:8000::/33")

[cidr("10.1.2.3/0").masked() == cidr("0.0.0.0/0"), cidr("10.0.0.0/8").isMask(), cidr("10.0.0.1/8").isMask()]
[bool]
[true, true, false]

cidr("192.168.0.1/24").ip() == ip("192.168.0.1") && cidr("2001:db8::/32").prefixLength() == 32
bool
true

string(cidr("2001:DB8::/32"))
string
"2001:db8::/32"

["10.0.0.0/8", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/", "10.0.0.0", "::/128", "::/129", "::ffff:a00:1/100", "1::/+1"].map(s, isCIDR(s))
[bool]
[true, false, false, false, false, true, false, false, false]

cidr("192.168.0.0/23").containsIP("192.168.1.255") && !cidr("192.168.0.0/23").containsIP("192.168.2.0")
bool
true

cidr("192.168.0.0/24").containsIP(ip("192.168.0.7")) && !cidr("::/0").containsIP(ip("192.168.0.7"))
bool
true

cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16") && !cidr("10.0.0.0/8").containsCIDR(cidr("10.0.0.0/7"))
bool
true

cidr("10.1.0.0/16") == cidr("10.1.0.1/16") || cidr("10.0.0.0/8") == cidr("10.0.0.0/9")
bool
false

cidr("10.0.0.0/40")
E-CONST 1:1+19 "10.0.0.0/40" is no CIDR: it has fewer bits than the prefix in `cidr("10.0.0.0/40")`
-

# ---- fields

%row ip string = "10.9.8.7"
%row bad string = "10.9.8"
%row range string = "10.0.0.0/8"
%row any json = "10.1.1.1"

cidr("10.0.0.0/8").containsIP(ip)
bool
true
>  0  field r1 <- ip
>  1  cidr.contains.ip r0 <- cidr("10.0.0.0/8"), r1
>  2  end

cidr("10.0.0.0/8").containsIP(bad)
bool
error(expr.error: "10.9.8" is no IP address: IPv4 has four fields in `cidr("10.0.0.0/8").containsIP(bad)`)

isIP(bad) && cidr("10.0.0.0/8").containsIP(bad)
bool
false

# what is written is read at once, whatever it is looked up in
cidr(range).containsIP("10.0.0.1000")
E-CONST 1:24+13 "10.0.0.1000" is no IP address: a field of IPv4 is above 255 in `"10.0.0.1000"`
-

cidr(range).containsIP("10.0.0.1")
bool
true
>  0  field r2 <- range
>  1  str.cidr r1 <- r2
>  2  cidr.contains r0 <- r1, ip("10.0.0.1")
>  3  end

# a field called `ip` hides neither the function nor its namespace
ip(ip).family() == 4 && ip.isCanonical(ip) && ip.startsWith("10.")
bool
true

ip(any)
net.IP
ip("10.1.1.1")

cidr(range).containsIP(any)
bool
true

"%s in %s".format([ip(ip), cidr(range)])
string
"10.9.8.7 in 10.0.0.0/8"

{ip(ip): 1}
E-TYPE 1:2+6 a key is an int, uint, bool or string, this is `net.IP`
-

ip(ip) < ip(bad)
E-TYPE 1:8+1 `<` cannot take `net.IP` and `net.IP`
-
