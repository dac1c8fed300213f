# Time by the calendar. Values by hand; those at the end from Python (datetime, zoneinfo, strftime;
# rounding down by walking back a minute at a time).
%row at timestamp = timestamp("2026-03-29T12:34:56.789Z")
%row old timestamp = timestamp("1969-12-31T23:59:59.5Z")
%row start timestamp = timestamp("0001-01-01T00:00:01Z")
%row zero duration = duration("0s")
%row created timestamp? = timestamp("2026-02-27T12:34:57Z")
%row never timestamp? = absent
%row pattern string = "%H:%Q"
%row zone string = "Europe/Paris"
%row bad string = "Europe/Pariss"
%row any json = "2026-03-29"

# ---- time.floor: down, also before 1970

[time.floor(at, duration("1h")), time.floor(at, duration("1d")), time.floor(at, duration("500ms"))]
[timestamp]
[timestamp("2026-03-29T12:00:00Z"), timestamp("2026-03-29T00:00:00Z"), timestamp("2026-03-29T12:34:56.5Z")]

[time.floor(old, duration("1s")), time.floor(old, duration("1d")), time.floor(old, duration("3ns"))]
[timestamp]
[timestamp("1969-12-31T23:59:59Z"), timestamp("1969-12-31T00:00:00Z"), timestamp("1969-12-31T23:59:59.499999999Z")]

# 1970-01-01 was a Thursday; 2026-03-26 is one, and 2026-03-23 a Monday
time.floor(at, duration("7d"))
timestamp
timestamp("2026-03-26T00:00:00Z")

time.floor(at - duration("4d"), duration("7d")) + duration("4d")
timestamp
timestamp("2026-03-23T00:00:00Z")

# summer time began in this night
time.floor(at, duration("1d"), "Europe/Paris")
timestamp
timestamp("2026-03-28T23:00:00Z")

time.floor(at, duration("1d"), zone)
timestamp
timestamp("2026-03-28T23:00:00Z")

time.floor(at, duration("1h"), "+05:30")
timestamp
timestamp("2026-03-29T12:30:00Z")

time.floor(at, zero)
timestamp
error(expr.error: time is rounded down to a duration above 0 in `time.floor(at, zero)`)

time.floor(at, duration("-1h"))
E-CONST 1:16+15 time is rounded down to a duration above 0
such as duration("1h") or duration("1d")

time.floor(start, duration("7d"))
timestamp
error(num.range: a timestamp outside the years 0001 to 9999 in `time.floor(start, duration("7d"))`)

time.floor(at, duration("1h"), "Europe/Pariss")
E-CONST 1:32+15 no such time zone
did you mean `Europe/Paris`?

time.floor(at, duration("1h"), bad)
timestamp
error(expr.error: no such time zone in `time.floor(at, duration("1h"), bad)`)

time.floor(at)
E-TYPE 1:1+10 `time.floor` takes 2 or 3 arguments, here is 1
it takes (timestamp, duration), (timestamp, duration, string)

# ---- format

at.format("%Y-%m-%d %H:%M:%S.%L")
string
"2026-03-29 12:34:56.789"

at.format("%A, %e. %B %Y, %I:%M %p, week %V", "America/New_York")
string
"Sunday, 29. March 2026, 08:34 AM, week 13"

[at.format(""), at.format("100%%"), at.format("%y%j é"), start.format("%Y-%G")]
[string]
["", "100%", "26088 é", "0001-0001"]

at.format("%FT%T%:z", zone)
string
"2026-03-29T14:34:56+02:00"

at.format("%H:%Q")
E-CONST 1:11+7 `%Q` is no part of a time
there are %Y %y %m %d %e %j %H %I %p %M %S %L %f %N %A %a %u %w %B %b %G %V %z %:z %s %F %T %R %%

at.format("%H%", "UTC")
E-CONST 1:11+5 `%` is no part of a time
there are %Y %y %m %d %e %j %H %I %p %M %S %L %f %N %A %a %u %w %B %b %G %V %z %:z %s %F %T %R %%

at.format(pattern)
string
error(expr.error: `%Q` is no part of a time in `at.format(pattern)`)

at.format("%H", "Mars/Base")
E-CONST 1:17+11 no such time zone
a zone is `Europe/Paris`, `UTC` or `+05:30`

"%d".format([1])
string
"1"

# ---- days_between: whole days of 24 hours, absent when one of them is

days_between(timestamp("2026-03-01T00:00:00Z"), at)
int
28

days_between(created, at)
int?
29

days_between(created, at) ?? -1
int
29

days_between(at, timestamp("2026-03-01T00:00:00Z"))
int
-28

days_between(never, at) ?? -1
int
-1

days_between(created, at) + 1
E-ABSENT 1:1+25 `days_between(created, at)` may be absent
use `?? default` or `.orValue(default)`

days_between(any, at)
E-TYPE 1:14+3 `days_between` takes timestamp here, this is `json`
write `timestamp(any)`

days_between("2026-03-29", at)
E-TYPE 1:14+12 `days_between` takes timestamp here, this is `string`
write `timestamp("2026-03-29")`

# ---- durations with days

[duration("30d"), duration("1d12h"), duration("-0.5d")]
[duration]
[duration("2592000s"), duration("129600s"), duration("-43200s")]

# ---- steps: the zone is found while compiling
time.floor(at, duration("1h"), "UTC")
timestamp
timestamp("2026-03-29T12:00:00Z")

# ---- from Python

# midnight comes twice, never; an hour comes twice; a date is left out
time.floor(timestamp("2025-11-02T18:00:00Z"), duration("1d"), "America/Havana")
timestamp
timestamp("2025-11-02T04:00:00Z")

time.floor(timestamp("2025-11-02T05:30:00Z"), duration("1d"), "America/Havana")
timestamp
timestamp("2025-11-02T04:00:00Z")

time.floor(timestamp("2017-10-15T12:00:00Z"), duration("1d"), "America/Sao_Paulo")
timestamp
timestamp("2017-10-15T03:00:00Z")

time.floor(timestamp("2026-10-25T00:30:00Z"), duration("1h"), "Europe/Paris")
timestamp
timestamp("2026-10-25T00:00:00Z")

time.floor(timestamp("2026-10-25T01:30:00Z"), duration("1h"), "Europe/Paris")
timestamp
timestamp("2026-10-25T01:00:00Z")

time.floor(timestamp("2011-12-30T12:00:00Z"), duration("1d"), "Pacific/Apia")
timestamp
timestamp("2011-12-30T10:00:00Z")

timestamp("2007-03-11T05:14:00Z").format("%R %s 100%%", "America/Asuncion")
string
"01:14 1173590040 100%"

time.floor(timestamp("1976-04-25T02:23:00Z"), duration("15m"), "America/New_York")
timestamp
timestamp("1976-04-25T02:15:00Z")

time.floor(timestamp("2025-03-30T20:39:59.999999Z"), duration("1h"), "Europe/Paris")
timestamp
timestamp("2025-03-30T20:00:00Z")

time.floor(timestamp("2026-06-09T04:13:00.25Z"), duration("7d"), "Asia/Tehran")
timestamp
timestamp("2026-06-03T20:30:00Z")

time.floor(timestamp("2016-11-05T16:57:00.123456Z"), duration("7d"), "America/New_York")
timestamp
timestamp("2016-11-03T04:00:00Z")

timestamp("2018-03-11T00:44:00Z").format("%G-W%V", "America/New_York")
string
"2018-W10"

time.floor(timestamp("1984-07-09T14:40:00.25Z"), duration("1d"), "America/New_York")
timestamp
timestamp("1984-07-09T04:00:00Z")

time.floor(timestamp("1981-03-01T14:27:00Z"), duration("7d"), "Australia/Lord_Howe")
timestamp
timestamp("1981-02-25T14:00:00Z")

timestamp("2000-11-11T01:14:00Z").format("%y%m%d.%f.%N", "America/Havana")
string
"001110.000000.000000000"

timestamp("2012-04-02T00:04:00.123456Z").format("%FT%T%:z", "America/Havana")
string
"2012-04-01T20:04:00-04:00"

timestamp("1973-11-24T03:43:59.999999Z").format("%I:%M:%S.%L %p", "Asia/Kolkata")
string
"09:13:59.999 AM"

timestamp("1992-10-24T14:13:00.25Z").format("%A, %e %B %Y", "America/New_York")
string
"Saturday, 24 October 1992"

time.floor(timestamp("2010-11-17T19:12:00Z"), duration("30m"), "Asia/Beirut")
timestamp
timestamp("2010-11-17T19:00:00Z")

timestamp("1972-10-11T15:01:00Z").format("%G-W%V", "Asia/Beirut")
string
"1972-W41"

timestamp("1982-03-07T11:10:00Z").format("%R %s 100%%", "Australia/Lord_Howe")
string
"21:40 384347400 100%"

time.floor(timestamp("1993-09-22T20:01:59.999999Z"), duration("30m"), "Asia/Tehran")
timestamp
timestamp("1993-09-22T20:00:00Z")

time.floor(timestamp("2014-02-17T07:17:00.123456Z"), duration("30m"), "UTC")
timestamp
timestamp("2014-02-17T07:00:00Z")

time.floor(timestamp("2032-04-26T15:51:00.123456Z"), duration("1h"), "Africa/Cairo")
timestamp
timestamp("2032-04-26T15:00:00Z")

time.floor(timestamp("2024-10-05T17:41:00Z"), duration("12h"), "America/Asuncion")
timestamp
timestamp("2024-10-05T16:00:00Z")

time.floor(timestamp("1985-04-07T06:34:00.123456Z"), duration("30m"), "America/Sao_Paulo")
timestamp
timestamp("1985-04-07T06:30:00Z")

time.floor(timestamp("1981-10-12T03:34:00Z"), duration("15m"), "America/Havana")
timestamp
timestamp("1981-10-12T03:30:00Z")

time.floor(timestamp("1983-04-24T01:21:00.123456Z"), duration("30m"), "America/St_Johns")
timestamp
timestamp("1983-04-24T01:00:00Z")

timestamp("1979-04-29T15:52:00Z").format("%G-W%V", "America/St_Johns")
string
"1979-W17"

timestamp("2030-05-14T22:46:59.999999Z").format("%FT%T%:z", "UTC")
string
"2030-05-14T22:46:59+00:00"

time.floor(timestamp("1982-07-22T18:36:59.999999Z"), duration("1d"), "Asia/Kolkata")
timestamp
timestamp("1982-07-22T18:30:00Z")

time.floor(timestamp("2012-03-31T20:07:00.123456Z"), duration("12h"), "Australia/Lord_Howe")
timestamp
timestamp("2012-03-31T13:00:00Z")

timestamp("1981-05-10T21:17:59.999999Z").format("%d/%b/%Y:%H:%M:%S %z", "America/Havana")
string
"10/May/1981:17:17:59 -0400"

timestamp("2036-11-01T23:02:00.25Z").format("%a %j %u %w", "America/New_York")
string
"Sat 306 6 6"

timestamp("2010-02-22T03:51:00.25Z").format("%d/%b/%Y:%H:%M:%S %z", "America/Sao_Paulo")
string
"22/Feb/2010:00:51:00 -0300"

time.floor(timestamp("2005-03-24T14:35:00.123456Z"), duration("1h"), "UTC")
timestamp
timestamp("2005-03-24T14:00:00Z")

time.floor(timestamp("1991-09-02T11:37:59.999999Z"), duration("30m"), "America/New_York")
timestamp
timestamp("1991-09-02T11:30:00Z")

timestamp("1977-09-25T04:20:00Z").format("%I:%M:%S.%L %p", "Europe/Paris")
string
"05:20:00.000 AM"

timestamp("1991-05-02T19:05:00Z").format("%Y-%m-%d %H:%M:%S", "Asia/Tehran")
string
"1991-05-02 22:35:00"

time.floor(timestamp("2007-02-25T08:22:59.999999Z"), duration("15m"), "Asia/Kolkata")
timestamp
timestamp("2007-02-25T08:15:00Z")

time.floor(timestamp("1986-05-06T18:16:00Z"), duration("7d"), "America/Sao_Paulo")
timestamp
timestamp("1986-05-01T03:00:00Z")

time.floor(timestamp("2012-10-22T00:54:00Z"), duration("15m"), "America/Sao_Paulo")
timestamp
timestamp("2012-10-22T00:45:00Z")

timestamp("2027-04-04T13:29:59.999999Z").format("%a %j %u %w", "Australia/Lord_Howe")
string
"Sun 094 7 0"

time.floor(timestamp("2014-10-18T22:30:00.25Z"), duration("12h"), "America/Sao_Paulo")
timestamp
timestamp("2014-10-18T15:00:00Z")

timestamp("2009-03-29T03:05:00.123456Z").format("%y%m%d.%f.%N", "Atlantic/Azores")
string
"090329.123456.123456000"

timestamp("1994-10-01T17:43:59.999999Z").format("%G-W%V", "America/Asuncion")
string
"1994-W39"

timestamp("4701-04-14T18:38:41.25Z").format("%FT%T%:z")
string
"4701-04-14T18:38:41+00:00"

timestamp("3502-09-16T23:10:42Z").format("%I:%M:%S.%L %p")
string
"11:10:42.000 PM"

timestamp("1531-04-22T09:14:51Z").format("%Y-%m-%d %H:%M:%S")
string
"1531-04-22 09:14:51"

timestamp("4012-08-20T02:29:26.999999Z").format("%y%m%d.%f.%N")
string
"120820.999999.999999000"

time.floor(timestamp("8100-07-08T04:41:44Z"), duration("1h"))
timestamp
timestamp("8100-07-08T04:00:00Z")

time.floor(timestamp("6966-04-06T22:33:29Z"), duration("1h"))
timestamp
timestamp("6966-04-06T22:00:00Z")

time.floor(timestamp("7479-03-26T14:42:33.999999Z"), duration("7d"))
timestamp
timestamp("7479-03-20T00:00:00Z")

time.floor(timestamp("8271-07-27T17:28:57Z"), duration("7d"))
timestamp
timestamp("8271-07-27T00:00:00Z")

# ---- strict CEL has no days in durations
%strict on

duration("30d")
duration
error(expr.error: "30d" is no duration in `duration("30d")`)
