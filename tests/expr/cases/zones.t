# Time zones. Expected values: Python's zoneinfo (its own reader of the same tzdata), written down
# once; fixed offsets and texts by hand.
%row at timestamp = timestamp("2026-07-01T22:30:15.250Z")
%row old timestamp = timestamp("1883-11-18T17:00:00Z")
%row zone string = "Asia/Kolkata"
%row east string = "+05:45"
%row bad string = "Europe/Pariss"
%row long string = "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
%row none string? = absent
%row any json = "US/Central"

at.getFullYear("Europe/Paris")
int
2026

at.getFullYear("Asia/Kathmandu")
int
2026

timestamp("2024-12-31T23:30:59Z").getFullYear("Pacific/Kiritimati")
int
2025

at.getMonth("Europe/Paris")
int
6

at.getMonth("Asia/Kathmandu")
int
6

timestamp("2024-12-31T23:30:59Z").getMonth("Pacific/Kiritimati")
int
0

at.getDate("Europe/Paris")
int
2

at.getDate("Asia/Kathmandu")
int
2

timestamp("2024-12-31T23:30:59Z").getDate("Pacific/Kiritimati")
int
1

at.getDayOfMonth("Europe/Paris")
int
1

at.getDayOfMonth("Asia/Kathmandu")
int
1

timestamp("2024-12-31T23:30:59Z").getDayOfMonth("Pacific/Kiritimati")
int
0

at.getDayOfWeek("Europe/Paris")
int
4

at.getDayOfWeek("Asia/Kathmandu")
int
4

timestamp("2024-12-31T23:30:59Z").getDayOfWeek("Pacific/Kiritimati")
int
3

at.getDayOfYear("Europe/Paris")
int
182

at.getDayOfYear("Asia/Kathmandu")
int
182

timestamp("2024-12-31T23:30:59Z").getDayOfYear("Pacific/Kiritimati")
int
0

at.getHours("Europe/Paris")
int
0

at.getHours("Asia/Kathmandu")
int
4

timestamp("2024-12-31T23:30:59Z").getHours("Pacific/Kiritimati")
int
13

at.getMinutes("Europe/Paris")
int
30

at.getMinutes("Asia/Kathmandu")
int
15

timestamp("2024-12-31T23:30:59Z").getMinutes("Pacific/Kiritimati")
int
30

at.getSeconds("Europe/Paris")
int
15

at.getSeconds("Asia/Kathmandu")
int
15

timestamp("2024-12-31T23:30:59Z").getSeconds("Pacific/Kiritimati")
int
59

at.getMilliseconds("Europe/Paris")
int
250

at.getMilliseconds("Asia/Kathmandu")
int
250

timestamp("2024-12-31T23:30:59Z").getMilliseconds("Pacific/Kiritimati")
int
0

# the hour that is missing, from both sides
| [timestamp("2026-03-29T00:59:59Z").getFullYear("Europe/Paris"),
|  timestamp("2026-03-29T00:59:59Z").getMonth("Europe/Paris"),
|  timestamp("2026-03-29T00:59:59Z").getDate("Europe/Paris"),
|  timestamp("2026-03-29T00:59:59Z").getHours("Europe/Paris"),
|  timestamp("2026-03-29T00:59:59Z").getMinutes("Europe/Paris"),
|  timestamp("2026-03-29T00:59:59Z").getSeconds("Europe/Paris"),
|  timestamp("2026-03-29T00:59:59Z").getDayOfWeek("Europe/Paris"),
|  timestamp("2026-03-29T00:59:59Z").getDayOfYear("Europe/Paris")]
[int]
[2026, 2, 29, 1, 59, 59, 0, 87]

| [timestamp("2026-03-29T01:00:00Z").getFullYear("Europe/Paris"),
|  timestamp("2026-03-29T01:00:00Z").getMonth("Europe/Paris"),
|  timestamp("2026-03-29T01:00:00Z").getDate("Europe/Paris"),
|  timestamp("2026-03-29T01:00:00Z").getHours("Europe/Paris"),
|  timestamp("2026-03-29T01:00:00Z").getMinutes("Europe/Paris"),
|  timestamp("2026-03-29T01:00:00Z").getSeconds("Europe/Paris"),
|  timestamp("2026-03-29T01:00:00Z").getDayOfWeek("Europe/Paris"),
|  timestamp("2026-03-29T01:00:00Z").getDayOfYear("Europe/Paris")]
[int]
[2026, 2, 29, 3, 0, 0, 0, 87]

# the hour that comes twice
| [timestamp("2026-10-25T00:59:59Z").getFullYear("Europe/Paris"),
|  timestamp("2026-10-25T00:59:59Z").getMonth("Europe/Paris"),
|  timestamp("2026-10-25T00:59:59Z").getDate("Europe/Paris"),
|  timestamp("2026-10-25T00:59:59Z").getHours("Europe/Paris"),
|  timestamp("2026-10-25T00:59:59Z").getMinutes("Europe/Paris"),
|  timestamp("2026-10-25T00:59:59Z").getSeconds("Europe/Paris"),
|  timestamp("2026-10-25T00:59:59Z").getDayOfWeek("Europe/Paris"),
|  timestamp("2026-10-25T00:59:59Z").getDayOfYear("Europe/Paris")]
[int]
[2026, 9, 25, 2, 59, 59, 0, 297]

| [timestamp("2026-10-25T01:00:00Z").getFullYear("Europe/Paris"),
|  timestamp("2026-10-25T01:00:00Z").getMonth("Europe/Paris"),
|  timestamp("2026-10-25T01:00:00Z").getDate("Europe/Paris"),
|  timestamp("2026-10-25T01:00:00Z").getHours("Europe/Paris"),
|  timestamp("2026-10-25T01:00:00Z").getMinutes("Europe/Paris"),
|  timestamp("2026-10-25T01:00:00Z").getSeconds("Europe/Paris"),
|  timestamp("2026-10-25T01:00:00Z").getDayOfWeek("Europe/Paris"),
|  timestamp("2026-10-25T01:00:00Z").getDayOfYear("Europe/Paris")]
[int]
[2026, 9, 25, 2, 0, 0, 0, 297]

| [timestamp("2007-03-11T06:59:59Z").getFullYear("America/New_York"),
|  timestamp("2007-03-11T06:59:59Z").getMonth("America/New_York"),
|  timestamp("2007-03-11T06:59:59Z").getDate("America/New_York"),
|  timestamp("2007-03-11T06:59:59Z").getHours("America/New_York"),
|  timestamp("2007-03-11T06:59:59Z").getMinutes("America/New_York"),
|  timestamp("2007-03-11T06:59:59Z").getSeconds("America/New_York"),
|  timestamp("2007-03-11T06:59:59Z").getDayOfWeek("America/New_York"),
|  timestamp("2007-03-11T06:59:59Z").getDayOfYear("America/New_York")]
[int]
[2007, 2, 11, 1, 59, 59, 0, 69]

| [timestamp("2007-03-11T07:00:00Z").getFullYear("America/New_York"),
|  timestamp("2007-03-11T07:00:00Z").getMonth("America/New_York"),
|  timestamp("2007-03-11T07:00:00Z").getDate("America/New_York"),
|  timestamp("2007-03-11T07:00:00Z").getHours("America/New_York"),
|  timestamp("2007-03-11T07:00:00Z").getMinutes("America/New_York"),
|  timestamp("2007-03-11T07:00:00Z").getSeconds("America/New_York"),
|  timestamp("2007-03-11T07:00:00Z").getDayOfWeek("America/New_York"),
|  timestamp("2007-03-11T07:00:00Z").getDayOfYear("America/New_York")]
[int]
[2007, 2, 11, 3, 0, 0, 0, 69]

# behind the last transition of the file: the rule
| [timestamp("2100-03-28T00:59:59Z").getFullYear("Europe/Paris"),
|  timestamp("2100-03-28T00:59:59Z").getMonth("Europe/Paris"),
|  timestamp("2100-03-28T00:59:59Z").getDate("Europe/Paris"),
|  timestamp("2100-03-28T00:59:59Z").getHours("Europe/Paris"),
|  timestamp("2100-03-28T00:59:59Z").getMinutes("Europe/Paris"),
|  timestamp("2100-03-28T00:59:59Z").getSeconds("Europe/Paris"),
|  timestamp("2100-03-28T00:59:59Z").getDayOfWeek("Europe/Paris"),
|  timestamp("2100-03-28T00:59:59Z").getDayOfYear("Europe/Paris")]
[int]
[2100, 2, 28, 1, 59, 59, 0, 86]

| [timestamp("2100-03-28T01:00:00Z").getFullYear("Europe/Paris"),
|  timestamp("2100-03-28T01:00:00Z").getMonth("Europe/Paris"),
|  timestamp("2100-03-28T01:00:00Z").getDate("Europe/Paris"),
|  timestamp("2100-03-28T01:00:00Z").getHours("Europe/Paris"),
|  timestamp("2100-03-28T01:00:00Z").getMinutes("Europe/Paris"),
|  timestamp("2100-03-28T01:00:00Z").getSeconds("Europe/Paris"),
|  timestamp("2100-03-28T01:00:00Z").getDayOfWeek("Europe/Paris"),
|  timestamp("2100-03-28T01:00:00Z").getDayOfYear("Europe/Paris")]
[int]
[2100, 2, 28, 3, 0, 0, 0, 86]

| [timestamp("2100-10-31T00:59:59Z").getFullYear("Europe/Paris"),
|  timestamp("2100-10-31T00:59:59Z").getMonth("Europe/Paris"),
|  timestamp("2100-10-31T00:59:59Z").getDate("Europe/Paris"),
|  timestamp("2100-10-31T00:59:59Z").getHours("Europe/Paris"),
|  timestamp("2100-10-31T00:59:59Z").getMinutes("Europe/Paris"),
|  timestamp("2100-10-31T00:59:59Z").getSeconds("Europe/Paris"),
|  timestamp("2100-10-31T00:59:59Z").getDayOfWeek("Europe/Paris"),
|  timestamp("2100-10-31T00:59:59Z").getDayOfYear("Europe/Paris")]
[int]
[2100, 9, 31, 2, 59, 59, 0, 303]

| [timestamp("2100-10-31T01:00:00Z").getFullYear("Europe/Paris"),
|  timestamp("2100-10-31T01:00:00Z").getMonth("Europe/Paris"),
|  timestamp("2100-10-31T01:00:00Z").getDate("Europe/Paris"),
|  timestamp("2100-10-31T01:00:00Z").getHours("Europe/Paris"),
|  timestamp("2100-10-31T01:00:00Z").getMinutes("Europe/Paris"),
|  timestamp("2100-10-31T01:00:00Z").getSeconds("Europe/Paris"),
|  timestamp("2100-10-31T01:00:00Z").getDayOfWeek("Europe/Paris"),
|  timestamp("2100-10-31T01:00:00Z").getDayOfYear("Europe/Paris")]
[int]
[2100, 9, 31, 2, 0, 0, 0, 303]

| [timestamp("9999-12-31T20:59:59Z").getFullYear("Europe/Paris"),
|  timestamp("9999-12-31T20:59:59Z").getMonth("Europe/Paris"),
|  timestamp("9999-12-31T20:59:59Z").getDate("Europe/Paris"),
|  timestamp("9999-12-31T20:59:59Z").getHours("Europe/Paris"),
|  timestamp("9999-12-31T20:59:59Z").getMinutes("Europe/Paris"),
|  timestamp("9999-12-31T20:59:59Z").getSeconds("Europe/Paris"),
|  timestamp("9999-12-31T20:59:59Z").getDayOfWeek("Europe/Paris"),
|  timestamp("9999-12-31T20:59:59Z").getDayOfYear("Europe/Paris")]
[int]
[9999, 11, 31, 21, 59, 59, 5, 364]

# half an hour of summer, in the south
| [timestamp("2050-04-02T14:59:59Z").getFullYear("Australia/Lord_Howe"),
|  timestamp("2050-04-02T14:59:59Z").getMonth("Australia/Lord_Howe"),
|  timestamp("2050-04-02T14:59:59Z").getDate("Australia/Lord_Howe"),
|  timestamp("2050-04-02T14:59:59Z").getHours("Australia/Lord_Howe"),
|  timestamp("2050-04-02T14:59:59Z").getMinutes("Australia/Lord_Howe"),
|  timestamp("2050-04-02T14:59:59Z").getSeconds("Australia/Lord_Howe"),
|  timestamp("2050-04-02T14:59:59Z").getDayOfWeek("Australia/Lord_Howe"),
|  timestamp("2050-04-02T14:59:59Z").getDayOfYear("Australia/Lord_Howe")]
[int]
[2050, 3, 3, 1, 59, 59, 0, 92]

| [timestamp("2050-04-02T15:00:00Z").getFullYear("Australia/Lord_Howe"),
|  timestamp("2050-04-02T15:00:00Z").getMonth("Australia/Lord_Howe"),
|  timestamp("2050-04-02T15:00:00Z").getDate("Australia/Lord_Howe"),
|  timestamp("2050-04-02T15:00:00Z").getHours("Australia/Lord_Howe"),
|  timestamp("2050-04-02T15:00:00Z").getMinutes("Australia/Lord_Howe"),
|  timestamp("2050-04-02T15:00:00Z").getSeconds("Australia/Lord_Howe"),
|  timestamp("2050-04-02T15:00:00Z").getDayOfWeek("Australia/Lord_Howe"),
|  timestamp("2050-04-02T15:00:00Z").getDayOfYear("Australia/Lord_Howe")]
[int]
[2050, 3, 3, 1, 30, 0, 0, 92]

| [timestamp("2050-12-31T23:59:59Z").getFullYear("Australia/Lord_Howe"),
|  timestamp("2050-12-31T23:59:59Z").getMonth("Australia/Lord_Howe"),
|  timestamp("2050-12-31T23:59:59Z").getDate("Australia/Lord_Howe"),
|  timestamp("2050-12-31T23:59:59Z").getHours("Australia/Lord_Howe"),
|  timestamp("2050-12-31T23:59:59Z").getMinutes("Australia/Lord_Howe"),
|  timestamp("2050-12-31T23:59:59Z").getSeconds("Australia/Lord_Howe"),
|  timestamp("2050-12-31T23:59:59Z").getDayOfWeek("Australia/Lord_Howe"),
|  timestamp("2050-12-31T23:59:59Z").getDayOfYear("Australia/Lord_Howe")]
[int]
[2051, 0, 1, 10, 59, 59, 0, 0]

# winter time is the negative one
| [timestamp("2060-01-15T12:00:00Z").getFullYear("Europe/Dublin"),
|  timestamp("2060-01-15T12:00:00Z").getMonth("Europe/Dublin"),
|  timestamp("2060-01-15T12:00:00Z").getDate("Europe/Dublin"),
|  timestamp("2060-01-15T12:00:00Z").getHours("Europe/Dublin"),
|  timestamp("2060-01-15T12:00:00Z").getMinutes("Europe/Dublin"),
|  timestamp("2060-01-15T12:00:00Z").getSeconds("Europe/Dublin"),
|  timestamp("2060-01-15T12:00:00Z").getDayOfWeek("Europe/Dublin"),
|  timestamp("2060-01-15T12:00:00Z").getDayOfYear("Europe/Dublin")]
[int]
[2060, 0, 15, 12, 0, 0, 4, 14]

| [timestamp("2060-07-15T12:00:00Z").getFullYear("Europe/Dublin"),
|  timestamp("2060-07-15T12:00:00Z").getMonth("Europe/Dublin"),
|  timestamp("2060-07-15T12:00:00Z").getDate("Europe/Dublin"),
|  timestamp("2060-07-15T12:00:00Z").getHours("Europe/Dublin"),
|  timestamp("2060-07-15T12:00:00Z").getMinutes("Europe/Dublin"),
|  timestamp("2060-07-15T12:00:00Z").getSeconds("Europe/Dublin"),
|  timestamp("2060-07-15T12:00:00Z").getDayOfWeek("Europe/Dublin"),
|  timestamp("2060-07-15T12:00:00Z").getDayOfYear("Europe/Dublin")]
[int]
[2060, 6, 15, 13, 0, 0, 4, 196]

# 24:00 of a day
| [timestamp("2070-01-01T02:30:00Z").getFullYear("America/Santiago"),
|  timestamp("2070-01-01T02:30:00Z").getMonth("America/Santiago"),
|  timestamp("2070-01-01T02:30:00Z").getDate("America/Santiago"),
|  timestamp("2070-01-01T02:30:00Z").getHours("America/Santiago"),
|  timestamp("2070-01-01T02:30:00Z").getMinutes("America/Santiago"),
|  timestamp("2070-01-01T02:30:00Z").getSeconds("America/Santiago"),
|  timestamp("2070-01-01T02:30:00Z").getDayOfWeek("America/Santiago"),
|  timestamp("2070-01-01T02:30:00Z").getDayOfYear("America/Santiago")]
[int]
[2069, 11, 31, 23, 30, 0, 2, 364]

| [timestamp("2070-04-06T02:59:59Z").getFullYear("America/Santiago"),
|  timestamp("2070-04-06T02:59:59Z").getMonth("America/Santiago"),
|  timestamp("2070-04-06T02:59:59Z").getDate("America/Santiago"),
|  timestamp("2070-04-06T02:59:59Z").getHours("America/Santiago"),
|  timestamp("2070-04-06T02:59:59Z").getMinutes("America/Santiago"),
|  timestamp("2070-04-06T02:59:59Z").getSeconds("America/Santiago"),
|  timestamp("2070-04-06T02:59:59Z").getDayOfWeek("America/Santiago"),
|  timestamp("2070-04-06T02:59:59Z").getDayOfYear("America/Santiago")]
[int]
[2070, 3, 5, 23, 59, 59, 6, 94]

| [timestamp("2070-04-06T03:00:00Z").getFullYear("America/Santiago"),
|  timestamp("2070-04-06T03:00:00Z").getMonth("America/Santiago"),
|  timestamp("2070-04-06T03:00:00Z").getDate("America/Santiago"),
|  timestamp("2070-04-06T03:00:00Z").getHours("America/Santiago"),
|  timestamp("2070-04-06T03:00:00Z").getMinutes("America/Santiago"),
|  timestamp("2070-04-06T03:00:00Z").getSeconds("America/Santiago"),
|  timestamp("2070-04-06T03:00:00Z").getDayOfWeek("America/Santiago"),
|  timestamp("2070-04-06T03:00:00Z").getDayOfYear("America/Santiago")]
[int]
[2070, 3, 5, 23, 0, 0, 6, 94]

# a change before midnight of its day
| [timestamp("2070-03-30T00:59:59Z").getFullYear("America/Nuuk"),
|  timestamp("2070-03-30T00:59:59Z").getMonth("America/Nuuk"),
|  timestamp("2070-03-30T00:59:59Z").getDate("America/Nuuk"),
|  timestamp("2070-03-30T00:59:59Z").getHours("America/Nuuk"),
|  timestamp("2070-03-30T00:59:59Z").getMinutes("America/Nuuk"),
|  timestamp("2070-03-30T00:59:59Z").getSeconds("America/Nuuk"),
|  timestamp("2070-03-30T00:59:59Z").getDayOfWeek("America/Nuuk"),
|  timestamp("2070-03-30T00:59:59Z").getDayOfYear("America/Nuuk")]
[int]
[2070, 2, 29, 22, 59, 59, 6, 87]

| [timestamp("2070-03-30T01:00:00Z").getFullYear("America/Nuuk"),
|  timestamp("2070-03-30T01:00:00Z").getMonth("America/Nuuk"),
|  timestamp("2070-03-30T01:00:00Z").getDate("America/Nuuk"),
|  timestamp("2070-03-30T01:00:00Z").getHours("America/Nuuk"),
|  timestamp("2070-03-30T01:00:00Z").getMinutes("America/Nuuk"),
|  timestamp("2070-03-30T01:00:00Z").getSeconds("America/Nuuk"),
|  timestamp("2070-03-30T01:00:00Z").getDayOfWeek("America/Nuuk"),
|  timestamp("2070-03-30T01:00:00Z").getDayOfYear("America/Nuuk")]
[int]
[2070, 2, 30, 0, 0, 0, 0, 88]

# a rule without summer
| [timestamp("2100-01-01T00:00:00Z").getFullYear("Asia/Kolkata"),
|  timestamp("2100-01-01T00:00:00Z").getMonth("Asia/Kolkata"),
|  timestamp("2100-01-01T00:00:00Z").getDate("Asia/Kolkata"),
|  timestamp("2100-01-01T00:00:00Z").getHours("Asia/Kolkata"),
|  timestamp("2100-01-01T00:00:00Z").getMinutes("Asia/Kolkata"),
|  timestamp("2100-01-01T00:00:00Z").getSeconds("Asia/Kolkata"),
|  timestamp("2100-01-01T00:00:00Z").getDayOfWeek("Asia/Kolkata"),
|  timestamp("2100-01-01T00:00:00Z").getDayOfYear("Asia/Kolkata")]
[int]
[2100, 0, 1, 5, 30, 0, 5, 0]

| [timestamp("2100-01-01T00:00:00Z").getFullYear("Asia/Tokyo"),
|  timestamp("2100-01-01T00:00:00Z").getMonth("Asia/Tokyo"),
|  timestamp("2100-01-01T00:00:00Z").getDate("Asia/Tokyo"),
|  timestamp("2100-01-01T00:00:00Z").getHours("Asia/Tokyo"),
|  timestamp("2100-01-01T00:00:00Z").getMinutes("Asia/Tokyo"),
|  timestamp("2100-01-01T00:00:00Z").getSeconds("Asia/Tokyo"),
|  timestamp("2100-01-01T00:00:00Z").getDayOfWeek("Asia/Tokyo"),
|  timestamp("2100-01-01T00:00:00Z").getDayOfYear("Asia/Tokyo")]
[int]
[2100, 0, 1, 9, 0, 0, 5, 0]

# a day that did not exist
| [timestamp("2011-12-30T09:59:59Z").getFullYear("Pacific/Apia"),
|  timestamp("2011-12-30T09:59:59Z").getMonth("Pacific/Apia"),
|  timestamp("2011-12-30T09:59:59Z").getDate("Pacific/Apia"),
|  timestamp("2011-12-30T09:59:59Z").getHours("Pacific/Apia"),
|  timestamp("2011-12-30T09:59:59Z").getMinutes("Pacific/Apia"),
|  timestamp("2011-12-30T09:59:59Z").getSeconds("Pacific/Apia"),
|  timestamp("2011-12-30T09:59:59Z").getDayOfWeek("Pacific/Apia"),
|  timestamp("2011-12-30T09:59:59Z").getDayOfYear("Pacific/Apia")]
[int]
[2011, 11, 29, 23, 59, 59, 4, 362]

| [timestamp("2011-12-30T10:00:00Z").getFullYear("Pacific/Apia"),
|  timestamp("2011-12-30T10:00:00Z").getMonth("Pacific/Apia"),
|  timestamp("2011-12-30T10:00:00Z").getDate("Pacific/Apia"),
|  timestamp("2011-12-30T10:00:00Z").getHours("Pacific/Apia"),
|  timestamp("2011-12-30T10:00:00Z").getMinutes("Pacific/Apia"),
|  timestamp("2011-12-30T10:00:00Z").getSeconds("Pacific/Apia"),
|  timestamp("2011-12-30T10:00:00Z").getDayOfWeek("Pacific/Apia"),
|  timestamp("2011-12-30T10:00:00Z").getDayOfYear("Pacific/Apia")]
[int]
[2011, 11, 31, 0, 0, 0, 6, 364]

# before the first transition: local mean time, to the second
| [timestamp("1800-01-01T00:00:00Z").getFullYear("America/New_York"),
|  timestamp("1800-01-01T00:00:00Z").getMonth("America/New_York"),
|  timestamp("1800-01-01T00:00:00Z").getDate("America/New_York"),
|  timestamp("1800-01-01T00:00:00Z").getHours("America/New_York"),
|  timestamp("1800-01-01T00:00:00Z").getMinutes("America/New_York"),
|  timestamp("1800-01-01T00:00:00Z").getSeconds("America/New_York"),
|  timestamp("1800-01-01T00:00:00Z").getDayOfWeek("America/New_York"),
|  timestamp("1800-01-01T00:00:00Z").getDayOfYear("America/New_York")]
[int]
[1799, 11, 31, 19, 3, 58, 2, 364]

| [timestamp("0001-01-02T00:00:00Z").getFullYear("Europe/Paris"),
|  timestamp("0001-01-02T00:00:00Z").getMonth("Europe/Paris"),
|  timestamp("0001-01-02T00:00:00Z").getDate("Europe/Paris"),
|  timestamp("0001-01-02T00:00:00Z").getHours("Europe/Paris"),
|  timestamp("0001-01-02T00:00:00Z").getMinutes("Europe/Paris"),
|  timestamp("0001-01-02T00:00:00Z").getSeconds("Europe/Paris"),
|  timestamp("0001-01-02T00:00:00Z").getDayOfWeek("Europe/Paris"),
|  timestamp("0001-01-02T00:00:00Z").getDayOfYear("Europe/Paris")]
[int]
[1, 0, 2, 0, 9, 21, 2, 1]

| [timestamp("1930-06-01T12:00:00Z").getFullYear("Europe/Amsterdam"),
|  timestamp("1930-06-01T12:00:00Z").getMonth("Europe/Amsterdam"),
|  timestamp("1930-06-01T12:00:00Z").getDate("Europe/Amsterdam"),
|  timestamp("1930-06-01T12:00:00Z").getHours("Europe/Amsterdam"),
|  timestamp("1930-06-01T12:00:00Z").getMinutes("Europe/Amsterdam"),
|  timestamp("1930-06-01T12:00:00Z").getSeconds("Europe/Amsterdam"),
|  timestamp("1930-06-01T12:00:00Z").getDayOfWeek("Europe/Amsterdam"),
|  timestamp("1930-06-01T12:00:00Z").getDayOfYear("Europe/Amsterdam")]
[int]
[1930, 5, 1, 13, 19, 32, 0, 151]

| [timestamp("1883-11-18T16:59:59Z").getFullYear("America/New_York"),
|  timestamp("1883-11-18T16:59:59Z").getMonth("America/New_York"),
|  timestamp("1883-11-18T16:59:59Z").getDate("America/New_York"),
|  timestamp("1883-11-18T16:59:59Z").getHours("America/New_York"),
|  timestamp("1883-11-18T16:59:59Z").getMinutes("America/New_York"),
|  timestamp("1883-11-18T16:59:59Z").getSeconds("America/New_York"),
|  timestamp("1883-11-18T16:59:59Z").getDayOfWeek("America/New_York"),
|  timestamp("1883-11-18T16:59:59Z").getDayOfYear("America/New_York")]
[int]
[1883, 10, 18, 12, 3, 57, 0, 321]

| [timestamp("1883-11-18T17:00:00Z").getFullYear("America/New_York"),
|  timestamp("1883-11-18T17:00:00Z").getMonth("America/New_York"),
|  timestamp("1883-11-18T17:00:00Z").getDate("America/New_York"),
|  timestamp("1883-11-18T17:00:00Z").getHours("America/New_York"),
|  timestamp("1883-11-18T17:00:00Z").getMinutes("America/New_York"),
|  timestamp("1883-11-18T17:00:00Z").getSeconds("America/New_York"),
|  timestamp("1883-11-18T17:00:00Z").getDayOfWeek("America/New_York"),
|  timestamp("1883-11-18T17:00:00Z").getDayOfYear("America/New_York")]
[int]
[1883, 10, 18, 12, 0, 0, 0, 321]

# a legacy name
| [timestamp("2026-07-01T00:00:00Z").getFullYear("US/Central"),
|  timestamp("2026-07-01T00:00:00Z").getMonth("US/Central"),
|  timestamp("2026-07-01T00:00:00Z").getDate("US/Central"),
|  timestamp("2026-07-01T00:00:00Z").getHours("US/Central"),
|  timestamp("2026-07-01T00:00:00Z").getMinutes("US/Central"),
|  timestamp("2026-07-01T00:00:00Z").getSeconds("US/Central"),
|  timestamp("2026-07-01T00:00:00Z").getDayOfWeek("US/Central"),
|  timestamp("2026-07-01T00:00:00Z").getDayOfYear("US/Central")]
[int]
[2026, 5, 30, 19, 0, 0, 2, 180]

# Etc/GMT+5 is west
| [timestamp("2026-07-01T00:00:00Z").getFullYear("Etc/GMT+5"),
|  timestamp("2026-07-01T00:00:00Z").getMonth("Etc/GMT+5"),
|  timestamp("2026-07-01T00:00:00Z").getDate("Etc/GMT+5"),
|  timestamp("2026-07-01T00:00:00Z").getHours("Etc/GMT+5"),
|  timestamp("2026-07-01T00:00:00Z").getMinutes("Etc/GMT+5"),
|  timestamp("2026-07-01T00:00:00Z").getSeconds("Etc/GMT+5"),
|  timestamp("2026-07-01T00:00:00Z").getDayOfWeek("Etc/GMT+5"),
|  timestamp("2026-07-01T00:00:00Z").getDayOfYear("Etc/GMT+5")]
[int]
[2026, 5, 30, 19, 0, 0, 2, 180]

| [timestamp("2026-07-01T00:00:00Z").getFullYear("America/Argentina/Ushuaia"),
|  timestamp("2026-07-01T00:00:00Z").getMonth("America/Argentina/Ushuaia"),
|  timestamp("2026-07-01T00:00:00Z").getDate("America/Argentina/Ushuaia"),
|  timestamp("2026-07-01T00:00:00Z").getHours("America/Argentina/Ushuaia"),
|  timestamp("2026-07-01T00:00:00Z").getMinutes("America/Argentina/Ushuaia"),
|  timestamp("2026-07-01T00:00:00Z").getSeconds("America/Argentina/Ushuaia"),
|  timestamp("2026-07-01T00:00:00Z").getDayOfWeek("America/Argentina/Ushuaia"),
|  timestamp("2026-07-01T00:00:00Z").getDayOfYear("America/Argentina/Ushuaia")]
[int]
[2026, 5, 30, 21, 0, 0, 2, 180]

# an offset with seconds
| [timestamp("1950-01-01T00:00:00Z").getFullYear("Africa/Monrovia"),
|  timestamp("1950-01-01T00:00:00Z").getMonth("Africa/Monrovia"),
|  timestamp("1950-01-01T00:00:00Z").getDate("Africa/Monrovia"),
|  timestamp("1950-01-01T00:00:00Z").getHours("Africa/Monrovia"),
|  timestamp("1950-01-01T00:00:00Z").getMinutes("Africa/Monrovia"),
|  timestamp("1950-01-01T00:00:00Z").getSeconds("Africa/Monrovia"),
|  timestamp("1950-01-01T00:00:00Z").getDayOfWeek("Africa/Monrovia"),
|  timestamp("1950-01-01T00:00:00Z").getDayOfYear("Africa/Monrovia")]
[int]
[1949, 11, 31, 23, 15, 30, 6, 364]

| [timestamp("2026-07-01T00:00:00Z").getFullYear("EST5EDT"),
|  timestamp("2026-07-01T00:00:00Z").getMonth("EST5EDT"),
|  timestamp("2026-07-01T00:00:00Z").getDate("EST5EDT"),
|  timestamp("2026-07-01T00:00:00Z").getHours("EST5EDT"),
|  timestamp("2026-07-01T00:00:00Z").getMinutes("EST5EDT"),
|  timestamp("2026-07-01T00:00:00Z").getSeconds("EST5EDT"),
|  timestamp("2026-07-01T00:00:00Z").getDayOfWeek("EST5EDT"),
|  timestamp("2026-07-01T00:00:00Z").getDayOfYear("EST5EDT")]
[int]
[2026, 5, 30, 20, 0, 0, 2, 180]

# ---- without a file
at.getHours("UTC")
int
22

at.getHours("+05:30")
int
4

[at.getHours("-02:30"), at.getMinutes("-02:30"), at.getHours("02:00"), at.getHours("-00:00")]
[int]
[20, 0, 0, 22]

[timestamp("0001-01-01T00:00:00Z").getFullYear("-00:01"), timestamp("9999-12-31T23:59:59Z").getFullYear("+00:01")]
[int]
[0, 10000]

# ---- names that are known when it runs
[at.getHours(zone), at.getMinutes(zone), at.getHours(east), at.getMinutes(east), at.getMilliseconds(zone)]
[int]
[4, 0, 4, 15, 250]

at.getHours(zone == "x" ? "UTC" : "US/Central")
int
17

at.getHours(zone)
int
4
>  0  field r1 <- at
>  1  field r2 <- zone
>  2  ts.hours.in r0 <- r1, r2
>  3  end

at.getHours("Europe/Paris")
int
0
>  0  field r1 <- at
>  1  ts.hours.in r0 <- r1, "Europe/Paris"
>  2  end

dyn(at).getHours(zone)
int
4

dyn(at).getHours("Europe/Paris")
int
0

at.getHours(any)
int
17

at.getHours(bad)
int
error(expr.error: no such time zone in `at.getHours(bad)`)

at.getMilliseconds(bad)
int
error(expr.error: no such time zone in `at.getMilliseconds(bad)`)

at.getHours(long)
int
error(expr.error: no such time zone in `at.getHours(long)`)

dyn(at).getHours(bad)
int
error(expr.error: no such time zone in `dyn(at).getHours(bad)`)

at.getHours(none ?? "US/Central")
int
17

# ---- what is refused
at.getHours("Europe/Pariss")
E-CONST 1:13+15 no such time zone
did you mean `Europe/Paris`?

dyn(at).getHours("Europe/Pariss")
E-CONST 1:18+15 no such time zone
did you mean `Europe/Paris`?

at.getHours("Mars/Olympus_Mons")
E-CONST 1:13+19 no such time zone
a zone is `Europe/Paris`, `UTC` or `+05:30`

at.getHours("../../../etc/passwd")
E-CONST 1:13+21 no such time zone
a zone is `Europe/Paris`, `UTC` or `+05:30`

at.getHours("Europe")
E-CONST 1:13+8 no such time zone
a zone is `Europe/Paris`, `UTC` or `+05:30`

at.getHours("right/Europe/Paris")
E-CONST 1:13+20 no such time zone
a zone is `Europe/Paris`, `UTC` or `+05:30`

at.getHours("Europe/Paris/")
E-CONST 1:13+15 no such time zone
did you mean `Europe/Paris`?

at.getHours("+24:00")
E-CONST 1:13+8 no such time zone
a zone is `Europe/Paris`, `UTC` or `+05:30`

at.getHours("+05:60")
E-CONST 1:13+8 no such time zone
a zone is `Europe/Paris`, `UTC` or `+05:30`

at.getHours("")
E-CONST 1:13+2 no such time zone
a zone is `Europe/Paris`, `UTC` or `+05:30`

timestamp(0).getHours("Nowhere")
E-CONST 1:23+9 no such time zone
a zone is `Europe/Paris`, `UTC` or `+05:30`

at.getHours(1)
E-TYPE 1:13+1 `getHours` takes string here, this is `int`
make it text: `string(1)`

at.getHours(none)
E-ABSENT 1:13+4 `none` may be absent
use `none ?? default`, `has(none)` or `.?`

duration("1h").getHours("UTC")
E-TYPE 1:16+8 `getHours` cannot take `duration` and `string`
it is written timestamp.getHours(), duration.getHours(), timestamp.getHours(string)

%strict on
timestamp(0).getHours("Nowhere")
int
error(expr.error: no such time zone in `timestamp(0).getHours("Nowhere")`)
