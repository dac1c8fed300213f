/* avro_vectors.h -- made by gen_avro.py with fastavro: schema, bytes (hex), what the reader shows.
 */
static const struct {
    const char *schema, *hex, *shown;
} avro_vectors[] = {
    {"\"string\"", "04c3a4", "\"ä\""},
    {"\"long\"", "09", "-5"},
    {"{\"type\":\"int\",\"logicalType\":\"date\"}", "8ec002",
     "timestamp(\"2026-02-03T00:00:00Z\")"},
    {"{\"type\":\"map\",\"values\":\"long\"}", "0202610200", "{\"a\": 1}"},
    {"{\"type\":\"array\",\"items\":\"double\"}", "04000000000000e03f000000000000f0bf00",
     "[0.5, -1.0]"},
    {"{\"type\":\"record\",\"name\":\"T0\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",\"str"
     "ing\"]},{\"name\":\"f1\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp"
     "-micros\"}]},{\"name\":\"f2\",\"type\":\"string\"},{\"name\":\"f3\",\"type\":[\"string\","
     "\"null\"]},{\"name\":\"f4\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"int\",\"log"
     "icalType\":\"date\"}}}]}",
     "0002fdf5b8f9bebcd30528c3a4e282ac61e282ac5ff09f988061c3a4c3a42d00102d2de282ace282ac06b0bce5"
     "01eed8f701e6aea30200",
     "absent | timestamp(\"1919-08-03T10:09:05.241729Z\") | \"ä€a€_😀aää-\" | \"--€"
     "€\" | [timestamp(\"7116-10-22T00:00:00Z\"), timestamp(\"7525-07-09T00:00:00Z\"), timesta"
     "mp(\"8505-01-08T00:00:00Z\")]"},
    {"{\"type\":\"record\",\"name\":\"T11\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"fi"
     "xed\",\"name\":\"T1\",\"size\":3}},{\"name\":\"f1\",\"type\":[{\"type\":\"record\",\"name"
     "\":\"T8\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"record\",\"name\":\"T5\",\"fie"
     "lds\":[{\"name\":\"f0\",\"type\":\"float\"},{\"name\":\"f1\",\"type\":{\"type\":\"record\""
     ",\"name\":\"T3\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"int\",\"logicalType\":"
     "\"date\"}},{\"name\":\"f1\",\"type\":[\"null\",{\"type\":\"int\",\"logicalType\":\"date\"}"
     "]},{\"name\":\"f2\",\"type\":{\"type\":\"fixed\",\"name\":\"T2\",\"size\":3}},{\"name\":\""
     "f3\",\"type\":\"double\"},{\"name\":\"f4\",\"type\":[\"int\",\"null\"]}]}},{\"name\":\"f2"
     "\",\"type\":[{\"type\":\"enum\",\"name\":\"T4\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]},"
     "\"null\"]},{\"name\":\"f3\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}}]}},{\"na"
     "me\":\"f1\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}]},"
     "{\"name\":\"f2\",\"type\":{\"type\":\"map\",\"values\":\"double\"}},{\"name\":\"f3\",\"typ"
     "e\":{\"type\":\"record\",\"name\":\"T7\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":"
     "\"record\",\"name\":\"T6\",\"fields\":[{\"name\":\"f0\",\"type\":[\"string\",\"null\"]}]},"
     "\"null\"]},{\"name\":\"f1\",\"type\":\"boolean\"}]}}]},\"null\"]},{\"name\":\"f2\",\"type"
     "\":\"float\"},{\"name\":\"f3\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"T10\",\""
     "fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis"
     "\"}},{\"name\":\"f1\",\"type\":[{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},"
     "\"null\"]},{\"name\":\"f2\",\"type\":{\"type\":\"record\",\"name\":\"T9\",\"fields\":[{\"n"
     "ame\":\"f0\",\"type\":\"int\"}]}},{\"name\":\"f3\",\"type\":\"int\"},{\"name\":\"f4\",\"ty"
     "pe\":\"int\"}]}]},{\"name\":\"f4\",\"type\":\"bytes\"}]}",
     "6162630000e02bc3bef69a0202c282800161626300000000009e75c00202e39f040002046b3000000000001044"
     "400002010070cb4302a3b0e893eb26027e00010278",
     "b\"abc\" | {f0: {f0: -171.875, f1: {f0: timestamp(\"8315-09-22T00:00:00Z\"), f1: timestamp"
     "(\"4841-05-06T00:00:00Z\"), f2: b\"abc\", f3: -345.875}, f3: timestamp(\"1874-09-19T00:00:"
     "00Z\")}, f2: {\"k0\": 40.125}, f3: {f1: true}} | 406.875 | {f0: timestamp(\"1948-11-09T13:"
     "54:56.11Z\"), f2: {f0: 63}, f3: 0, f4: -1} | b\"x\""},
    {"{\"type\":\"record\",\"name\":\"T14\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"fi"
     "xed\",\"name\":\"T12\",\"size\":3}},{\"name\":\"f1\",\"type\":[{\"type\":\"enum\",\"name\""
     ":\"T13\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]},\"null\"]},{\"name\":\"f2\",\"type\":["
     "\"null\",{\"type\":\"int\",\"logicalType\":\"date\"}]}]}",
     "616263000000", "b\"abc\" | \"RED\" | absent"},
    {"{\"type\":\"record\",\"name\":\"T16\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"in"
     "t\",\"logicalType\":\"date\"}},{\"name\":\"f1\",\"type\":{\"type\":\"enum\",\"name\":\"T15"
     "\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f2\",\"type\":\"long\"},{\"name"
     "\":\"f3\",\"type\":[{\"type\":\"int\",\"logicalType\":\"date\"},\"null\"]}]}",
     "e49b6304ffffffffffffffffff0102",
     "timestamp(\"4195-05-02T00:00:00Z\") | \"BLUE\" | -9223372036854775808 | absent"},
    {"{\"type\":\"record\",\"name\":\"T18\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"en"
     "um\",\"name\":\"T17\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}}]}",
     "04", "\"BLUE\""},
    {"{\"type\":\"record\",\"name\":\"T19\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":\"m"
     "ap\",\"values\":[\"null\",\"float\"]},\"null\"]},{\"name\":\"f1\",\"type\":\"double\"},{\""
     "name\":\"f2\",\"type\":\"boolean\"}]}",
     "020000000000b272c000", "absent | -299.125 | false"},
    {"{\"type\":\"record\",\"name\":\"T20\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":\"l"
     "ong\",\"logicalType\":\"timestamp-millis\"},\"null\"]},{\"name\":\"f1\",\"type\":\"float\""
     "},{\"name\":\"f2\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"long\",\"logicalType"
     "\":\"timestamp-millis\"}}},{\"name\":\"f3\",\"type\":\"int\"}]}",
     "00cafce9f7b9080040524306c8fff1fac008eda0d6bf9615c7b28a94b120007e",
     "timestamp(\"1974-08-08T17:30:12.645Z\") | 210.25 | [timestamp(\"1974-08-19T15:22:28.196Z\""
     "), timestamp(\"1958-06-22T09:19:50.217Z\"), timestamp(\"1952-05-15T17:21:00.764Z\")] | 63"},
    {"{\"type\":\"record\",\"name\":\"T21\",\"fields\":[{\"name\":\"f0\",\"type\":[\"float\",\"n"
     "ull\"]},{\"name\":\"f1\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}"
     "}]}",
     "02dfe6cbb3a2e739", "absent | timestamp(\"1965-12-21T17:18:50.40648Z\")"},
    {"{\"type\":\"record\",\"name\":\"T24\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"re"
     "cord\",\"name\":\"T23\",\"fields\":[{\"name\":\"f0\",\"type\":\"double\"},{\"name\":\"f1\""
     ",\"type\":{\"type\":\"record\",\"name\":\"T22\",\"fields\":[{\"name\":\"f0\",\"type\":\"fl"
     "oat\"},{\"name\":\"f1\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}}"
     "]}}]}}]}",
     "0000000000be7d4000603243c2f7a7edf290b102",
     "{f0: 475.875, f1: {f0: 178.375, f1: timestamp(\"1991-04-07T02:46:26.293217Z\")}}"},
    {"{\"type\":\"record\",\"name\":\"T26\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"lo"
     "ng\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"f1\",\"type\":{\"type\":\"fixed\","
     "\"name\":\"T25\",\"size\":3}},{\"name\":\"f2\",\"type\":{\"type\":\"map\",\"values\":\"dou"
     "ble\"}}]}",
     "b0a6e5bfbe910161626304046b300000000000fa7dc0046b31000000000056734000",
     "timestamp(\"2049-03-16T01:03:40.952Z\") | b\"abc\" | {\"k0\": -479.625, \"k1\": 309.375}"},
    {"{\"type\":\"record\",\"name\":\"T27\",\"fields\":[{\"name\":\"f0\",\"type\":\"string\"},{"
     "\"name\":\"f1\",\"type\":\"int\"},{\"name\":\"f2\",\"type\":[\"float\",\"null\"]}]}",
     "22635f2d6262e282ac2d20f09f9880c39f2dffffffff0f0000606fc3",
     "\"c_-bb€- 😀ß-\" | -2147483648 | -239.375"},
    {"{\"type\":\"record\",\"name\":\"T28\",\"fields\":[{\"name\":\"f0\",\"type\":\"int\"}]}",
     "feffffff0f", "2147483647"},
    {"{\"type\":\"record\",\"name\":\"T32\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"re"
     "cord\",\"name\":\"T31\",\"fields\":[{\"name\":\"f0\",\"type\":\"double\"},{\"name\":\"f1\""
     ",\"type\":{\"type\":\"record\",\"name\":\"T29\",\"fields\":[{\"name\":\"f0\",\"type\":[\"b"
     "oolean\",\"null\"]}]}},{\"name\":\"f2\",\"type\":[\"null\",{\"type\":\"map\",\"values\":["
     "\"null\",{\"type\":\"fixed\",\"name\":\"T30\",\"size\":3}]}]}]}},{\"name\":\"f1\",\"type\""
     ":{\"type\":\"array\",\"items\":\"boolean\"}}]}",
     "0000000000c02ec0000000020000", "{f0: -15.375, f1: {f0: false}} | [false]"},
    {"{\"type\":\"record\",\"name\":\"T33\",\"fields\":[{\"name\":\"f0\",\"type\":[\"long\",\"nu"
     "ll\"]}]}",
     "02", "absent"},
    {"{\"type\":\"record\",\"name\":\"T41\",\"fields\":[{\"name\":\"f0\",\"type\":\"long\"},{\"n"
     "ame\":\"f1\",\"type\":{\"type\":\"record\",\"name\":\"T40\",\"fields\":[{\"name\":\"f0\","
     "\"type\":\"double\"},{\"name\":\"f1\",\"type\":[\"long\",\"null\"]},{\"name\":\"f2\",\"typ"
     "e\":{\"type\":\"record\",\"name\":\"T39\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":"
     "\"record\",\"name\":\"T35\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\"type\":\"lo"
     "ng\",\"logicalType\":\"timestamp-micros\"}]},{\"name\":\"f1\",\"type\":[{\"type\":\"fixed"
     "\",\"name\":\"T34\",\"size\":3},\"null\"]},{\"name\":\"f2\",\"type\":[\"null\",\"double\"]"
     "}]}},{\"name\":\"f1\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"T37\",\"fields\":"
     "[{\"name\":\"f0\",\"type\":[\"int\",\"null\"]},{\"name\":\"f1\",\"type\":[{\"type\":\"int"
     "\",\"logicalType\":\"date\"},\"null\"]},{\"name\":\"f2\",\"type\":{\"type\":\"fixed\",\"na"
     "me\":\"T36\",\"size\":3}}]}]},{\"name\":\"f2\",\"type\":{\"type\":\"long\",\"logicalType\""
     ":\"timestamp-millis\"}},{\"name\":\"f3\",\"type\":{\"type\":\"record\",\"name\":\"T38\",\""
     "fields\":[{\"name\":\"f0\",\"type\":[\"null\",\"string\"]},{\"name\":\"f1\",\"type\":\"str"
     "ing\"},{\"name\":\"f2\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}}"
     ",{\"name\":\"f3\",\"type\":[\"int\",\"null\"]},{\"name\":\"f4\",\"type\":[{\"type\":\"long"
     "\",\"logicalType\":\"timestamp-micros\"},\"null\"]},{\"name\":\"f5\",\"type\":[\"null\",{"
     "\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}]}]}},{\"name\":\"f4\",\"type\":[{"
     "\"type\":\"map\",\"values\":\"double\"},\"null\"]},{\"name\":\"f5\",\"type\":{\"type\":\"a"
     "rray\",\"items\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}}}]}},{\"name\":"
     "\"f3\",\"type\":{\"type\":\"map\",\"values\":\"string\"}},{\"name\":\"f4\",\"type\":\"bool"
     "ean\"}]}}]}",
     "ffffffffffffffffff0100000000008464400202e9caad829e90ba0400616263020000000000d27bc002020261"
     "6263e49f95899e3d020e5fc3a4c39f612d1ec3a4f09f9880e282ac5f61f09f98808faee8a9efd1d404020202f7"
     "db9cd89a470002046b3000000000006067400004b8889b81a3d4b602eac1e499d38371000001",
     "-9223372036854775808 | {f0: 164.125, f2: {f0: {f0: timestamp(\"1930-04-10T07:50:37.425995Z"
     "\"), f1: b\"abc\", f2: -445.125}, f1: {f2: b\"abc\"}, f2: timestamp(\"2003-05-04T00:29:23."
     "314Z\"), f3: {f0: \"_äßa-\", f1: \"ä😀€_a😀\", f2: timestamp(\"1928-06-04T12:47:0"
     "8.27276Z\"), f5: timestamp(\"1931-03-27T19:45:17.06Z\")}, f4: {\"k0\": 187.0}, f5: [timest"
     "amp(\"1991-08-25T18:30:17.123356Z\"), timestamp(\"1977-11-16T18:18:54.594165Z\")]}, f3: {}"
     ", f4: true}"},
    {"{\"type\":\"record\",\"name\":\"T43\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",\"by"
     "tes\"]},{\"name\":\"f1\",\"type\":\"bytes\"},{\"name\":\"f2\",\"type\":{\"type\":\"int\","
     "\"logicalType\":\"date\"}},{\"name\":\"f3\",\"type\":{\"type\":\"long\",\"logicalType\":\""
     "timestamp-micros\"}},{\"name\":\"f4\",\"type\":{\"type\":\"record\",\"name\":\"T42\",\"fie"
     "lds\":[{\"name\":\"f0\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}}"
     ",{\"name\":\"f1\",\"type\":{\"type\":\"map\",\"values\":[\"null\",{\"type\":\"map\",\"valu"
     "es\":[\"null\",\"string\"]}]}},{\"name\":\"f2\",\"type\":[\"int\",\"null\"]}]}},{\"name\":"
     "\"f5\",\"type\":[{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"},\"null\"]}]}",
     "020478790678797ac4e8a902f79f9890fbdb8e04edc9a1d6a56504046b300202046b300230f09f988062c39f5f"
     "e282ace282acf09f98805f622de282ac00046b310202046b30021ce282acc3a463c39f2d2dc3a4622d00000000"
     "02",
     "b\"xy\" | b\"xyz\" | timestamp(\"8649-09-17T00:00:00Z\") | timestamp(\"1933-04-19T03:24:33"
     ".727492Z\") | {f0: timestamp(\"1914-11-09T12:38:23.881Z\"), f1: {\"k0\": {\"k0\": \"😀b"
     "ß_€€😀_b-€\"}, \"k1\": {\"k0\": \"€äcß--äb-\"}}, f2: 0} | absent"},
    {"{\"type\":\"record\",\"name\":\"T46\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",\"st"
     "ring\"]},{\"name\":\"f1\",\"type\":{\"type\":\"map\",\"values\":{\"type\":\"record\",\"nam"
     "e\":\"T45\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"int\",\"logicalType\":\"date"
     "\"}},{\"name\":\"f1\",\"type\":{\"type\":\"enum\",\"name\":\"T44\",\"symbols\":[\"RED\",\""
     "GREEN\",\"BLUE\"]}},{\"name\":\"f2\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}}"
     ",{\"name\":\"f3\",\"type\":\"int\"},{\"name\":\"f4\",\"type\":\"boolean\"},{\"name\":\"f5"
     "\",\"type\":\"double\"}]}}}]}",
     "021e20c39fc3a46161c3a461f09f98806302046b309ea1ad0104c69ecf018101000000000000e470c000",
     "\" ßäaaäa😀c\" | {\"k0\": {f0: timestamp(\"5856-01-12T00:00:00Z\"), f1: \"BLUE\", f2:"
     " timestamp(\"6618-02-22T00:00:00Z\"), f3: -65, f4: false, f5: -270.25}}"},
    {"{\"type\":\"record\",\"name\":\"T48\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"ar"
     "ray\",\"items\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}}},{\"name\":\"f1"
     "\",\"type\":\"long\"},{\"name\":\"f2\",\"type\":\"int\"},{\"name\":\"f3\",\"type\":[{\"typ"
     "e\":\"fixed\",\"name\":\"T47\",\"size\":3},\"null\"]},{\"name\":\"f4\",\"type\":[\"null\","
     "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}]},{\"name\":\"f5\",\"type\":[\"nu"
     "ll\",\"boolean\"]}]}",
     "06ce84f0a68110b9b6fee366ddd4a484bc4800eae1cdbcb23281010061626302d2b0bc979dc9390201",
     "[timestamp(\"1978-09-19T11:34:48.359Z\"), timestamp(\"1969-07-25T08:02:27.043Z\"), timesta"
     "mp(\"1930-07-20T04:24:20.433Z\")] | 865767897205 | -65 | b\"abc\" | timestamp(\"1974-01-05"
     "T07:19:32.942889Z\") | true"},
    {"{\"type\":\"record\",\"name\":\"T51\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"in"
     "t\",\"logicalType\":\"date\"}},{\"name\":\"f1\",\"type\":{\"type\":\"long\",\"logicalType"
     "\":\"timestamp-millis\"}},{\"name\":\"f2\",\"type\":{\"type\":\"record\",\"name\":\"T50\","
     "\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micro"
     "s\"}},{\"name\":\"f1\",\"type\":\"long\"},{\"name\":\"f2\",\"type\":[\"string\",\"null\"]}"
     ",{\"name\":\"f3\",\"type\":\"float\"},{\"name\":\"f4\",\"type\":{\"type\":\"enum\",\"name"
     "\":\"T49\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}}]}}]}",
     "949106b894e6d9ca42c590b1dbbcda9004010004c3a40000bfc300",
     "timestamp(\"2107-08-01T00:00:00Z\") | timestamp(\"2006-04-01T13:20:38.172Z\") | {f0: times"
     "tamp(\"1933-02-27T12:49:43.955421Z\"), f1: -1, f2: \"ä\", f3: -382.0, f4: \"RED\"}"},
    {"{\"type\":\"record\",\"name\":\"T58\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\"t"
     "ype\":\"record\",\"name\":\"T57\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"enum\""
     ",\"name\":\"T52\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f1\",\"type\":\"f"
     "loat\"},{\"name\":\"f2\",\"type\":{\"type\":\"record\",\"name\":\"T56\",\"fields\":[{\"nam"
     "e\":\"f0\",\"type\":[{\"type\":\"int\",\"logicalType\":\"date\"},\"null\"]},{\"name\":\"f1"
     "\",\"type\":\"long\"},{\"name\":\"f2\",\"type\":{\"type\":\"long\",\"logicalType\":\"times"
     "tamp-millis\"}},{\"name\":\"f3\",\"type\":{\"type\":\"record\",\"name\":\"T55\",\"fields\""
     ":[{\"name\":\"f0\",\"type\":{\"type\":\"enum\",\"name\":\"T53\",\"symbols\":[\"RED\",\"GRE"
     "EN\",\"BLUE\"]}},{\"name\":\"f1\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},{"
     "\"name\":\"f2\",\"type\":[\"int\",\"null\"]},{\"name\":\"f3\",\"type\":{\"type\":\"enum\","
     "\"name\":\"T54\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}}]}}]}},{\"name\":\"f3\",\"type"
     "\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}},{\"name\":\"f4\",\"type\":\"d"
     "ouble\"},{\"name\":\"f5\",\"type\":[\"float\",\"null\"]}]}]}]}",
     "00", "absent"},
    {"{\"type\":\"record\",\"name\":\"T59\",\"fields\":[{\"name\":\"f0\",\"type\":\"long\"},{\"n"
     "ame\":\"f1\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}}]}",
     "f98a94c08d0fbca06b", "-259510141629 | timestamp(\"4375-08-03T00:00:00Z\")"},
    {"{\"type\":\"record\",\"name\":\"T62\",\"fields\":[{\"name\":\"f0\",\"type\":\"long\"},{\"n"
     "ame\":\"f1\",\"type\":{\"type\":\"record\",\"name\":\"T61\",\"fields\":[{\"name\":\"f0\","
     "\"type\":[{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"},\"null\"]},{\"name\":\""
     "f1\",\"type\":{\"type\":\"fixed\",\"name\":\"T60\",\"size\":3}}]}}]}",
     "ffffffffffffffffff0102616263", "-9223372036854775808 | {f1: b\"abc\"}"},
    {"{\"type\":\"record\",\"name\":\"T67\",\"fields\":[{\"name\":\"f0\",\"type\":\"float\"},{\""
     "name\":\"f1\",\"type\":[\"boolean\",\"null\"]},{\"name\":\"f2\",\"type\":{\"type\":\"recor"
     "d\",\"name\":\"T66\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\"type\":\"long\",\""
     "logicalType\":\"timestamp-millis\"}]},{\"name\":\"f1\",\"type\":[{\"type\":\"fixed\",\"nam"
     "e\":\"T63\",\"size\":3},\"null\"]},{\"name\":\"f2\",\"type\":{\"type\":\"record\",\"name\""
     ":\"T65\",\"fields\":[{\"name\":\"f0\",\"type\":[\"string\",\"null\"]},{\"name\":\"f1\",\"t"
     "ype\":{\"type\":\"int\",\"logicalType\":\"date\"}},{\"name\":\"f2\",\"type\":{\"type\":\"e"
     "num\",\"name\":\"T64\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f3\",\"type"
     "\":[\"null\",\"string\"]},{\"name\":\"f4\",\"type\":[\"null\",{\"type\":\"int\",\"logicalT"
     "ype\":\"date\"}]}]}}]}},{\"name\":\"f3\",\"type\":{\"type\":\"long\",\"logicalType\":\"tim"
     "estamp-micros\"}}]}",
     "00b0a3c3000002fbd2e5f2e20400616263000220ddfd2e040206c3a46202cef21686f9e797deb8a501",
     "-327.375 | false | {f0: timestamp(\"1967-05-28T00:06:55.554Z\"), f1: b\"abc\", f2: {f0: \""
     " \", f1: timestamp(\"0916-03-28T00:00:00Z\"), f2: \"BLUE\", f3: \"äb\", f4: timestamp(\"2"
     "483-07-09T00:00:00Z\")}} | timestamp(\"1981-07-12T19:19:11.275587Z\")"},
    {"{\"type\":\"record\",\"name\":\"T76\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"lo"
     "ng\",\"logicalType\":\"timestamp-micros\"}},{\"name\":\"f1\",\"type\":\"bytes\"},{\"name\""
     ":\"f2\",\"type\":{\"type\":\"fixed\",\"name\":\"T68\",\"size\":3}},{\"name\":\"f3\",\"type"
     "\":{\"type\":\"record\",\"name\":\"T70\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":"
     "\"fixed\",\"name\":\"T69\",\"size\":3},\"null\"]},{\"name\":\"f1\",\"type\":\"string\"}]}}"
     ",{\"name\":\"f4\",\"type\":[{\"type\":\"fixed\",\"name\":\"T71\",\"size\":3},\"null\"]},{"
     "\"name\":\"f5\",\"type\":{\"type\":\"record\",\"name\":\"T75\",\"fields\":[{\"name\":\"f0"
     "\",\"type\":[\"null\",{\"type\":\"map\",\"values\":[\"null\",{\"type\":\"record\",\"name\""
     ":\"T73\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}"
     "},{\"name\":\"f1\",\"type\":{\"type\":\"enum\",\"name\":\"T72\",\"symbols\":[\"RED\",\"GRE"
     "EN\",\"BLUE\"]}},{\"name\":\"f2\",\"type\":\"float\"},{\"name\":\"f3\",\"type\":\"float\"}"
     "]}]}]},{\"name\":\"f1\",\"type\":{\"type\":\"map\",\"values\":\"bytes\"}},{\"name\":\"f2\""
     ",\"type\":[\"null\",\"double\"]},{\"name\":\"f3\",\"type\":[\"null\",{\"type\":\"fixed\","
     "\"name\":\"T74\",\"size\":3}]},{\"name\":\"f4\",\"type\":[\"int\",\"null\"]},{\"name\":\"f"
     "5\",\"type\":\"boolean\"}]}}]}",
     "fbe8b5acc795af010278616263006162631cc3a4c3a4e282ac63625f20202d61020202046b3002dc9689020000"
     "f0d6430080c4430004046b300678797a046b310000020000000000fc75400000ffffffff0f01",
     "timestamp(\"1957-10-17T16:09:36.98861Z\") | b\"x\" | b\"abc\" | {f0: b\"abc\", f1: \"ää"
     "€cb_  -a\"} | absent | {f0: {\"k0\": {f0: timestamp(\"7917-08-26T00:00:00Z\"), f1: \"RED"
     "\", f2: 429.875, f3: 393.0}}, f1: {\"k0\": b\"xyz\", \"k1\": b\"\"}, f2: 351.75, f4: -2147"
     "483648, f5: true}"},
    {"{\"type\":\"record\",\"name\":\"T77\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":\"m"
     "ap\",\"values\":{\"type\":\"int\",\"logicalType\":\"date\"}},\"null\"]}]}",
     "02", "absent"},
    {"{\"type\":\"record\",\"name\":\"T80\",\"fields\":[{\"name\":\"f0\",\"type\":\"double\"},{"
     "\"name\":\"f1\",\"type\":[\"null\",\"boolean\"]},{\"name\":\"f2\",\"type\":{\"type\":\"rec"
     "ord\",\"name\":\"T78\",\"fields\":[{\"name\":\"f0\",\"type\":[\"double\",\"null\"]}]}},{\""
     "name\":\"f3\",\"type\":{\"type\":\"enum\",\"name\":\"T79\",\"symbols\":[\"RED\",\"GREEN\","
     "\"BLUE\"]}}]}",
     "000000000088664000000000000000dc794002", "180.25 | absent | {f0: 413.75} | \"GREEN\""},
    {"{\"type\":\"record\",\"name\":\"T82\",\"fields\":[{\"name\":\"f0\",\"type\":\"boolean\"},{"
     "\"name\":\"f1\",\"type\":[{\"type\":\"map\",\"values\":[\"null\",\"boolean\"]},\"null\"]},"
     "{\"name\":\"f2\",\"type\":\"boolean\"},{\"name\":\"f3\",\"type\":\"int\"},{\"name\":\"f4\""
     ",\"type\":[\"null\",{\"type\":\"fixed\",\"name\":\"T81\",\"size\":3}]}]}",
     "000004046b300200046b31020000010000",
     "false | {\"k0\": false, \"k1\": false} | true | 0 | absent"},
    {"{\"type\":\"record\",\"name\":\"T85\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\"t"
     "ype\":\"record\",\"name\":\"T84\",\"fields\":[{\"name\":\"f0\",\"type\":\"float\"},{\"name"
     "\":\"f1\",\"type\":{\"type\":\"enum\",\"name\":\"T83\",\"symbols\":[\"RED\",\"GREEN\",\"BL"
     "UE\"]}},{\"name\":\"f2\",\"type\":[\"null\",\"string\"]},{\"name\":\"f3\",\"type\":\"float"
     "\"}]}]},{\"name\":\"f1\",\"type\":[\"int\",\"null\"]}]}",
     "0200606743000000c0f7c3007e", "{f0: 231.375, f1: \"RED\", f3: -495.5} | 63"},
    {"{\"type\":\"record\",\"name\":\"T87\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"fi"
     "xed\",\"name\":\"T86\",\"size\":3}},{\"name\":\"f1\",\"type\":[\"bytes\",\"null\"]}]}",
     "616263000278", "b\"abc\" | b\"x\""},
    {"{\"type\":\"record\",\"name\":\"T88\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",\"in"
     "t\"]},{\"name\":\"f1\",\"type\":\"float\"}]}",
     "00000054c3", "absent | -212.0"},
    {"{\"type\":\"record\",\"name\":\"T89\",\"fields\":[{\"name\":\"f0\",\"type\":\"long\"}]}",
     "ffffffffffffffffff01", "-9223372036854775808"},
    {"{\"type\":\"record\",\"name\":\"T93\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"lo"
     "ng\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"f1\",\"type\":{\"type\":\"record\""
     ",\"name\":\"T92\",\"fields\":[{\"name\":\"f0\",\"type\":\"long\"},{\"name\":\"f1\",\"type"
     "\":[\"null\",{\"type\":\"record\",\"name\":\"T91\",\"fields\":[{\"name\":\"f0\",\"type\":{"
     "\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"f1\",\"type\":{\"type"
     "\":\"fixed\",\"name\":\"T90\",\"size\":3}}]}]}]}}]}",
     "c792a39eab0c0000", "timestamp(\"1963-04-14T17:47:42.3Z\") | {f0: 0}"},
    {"{\"type\":\"record\",\"name\":\"T94\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"ar"
     "ray\",\"items\":{\"type\":\"map\",\"values\":\"double\"}}},{\"name\":\"f1\",\"type\":[\"nu"
     "ll\",\"bytes\"]},{\"name\":\"f2\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-"
     "millis\"}},{\"name\":\"f3\",\"type\":\"boolean\"}]}",
     "060000000000ebcbc8baff4b01",
     "[{}, {}, {}] | absent | timestamp(\"1928-08-17T22:05:47.658Z\") | true"},
    {"{\"type\":\"record\",\"name\":\"T103\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"r"
     "ecord\",\"name\":\"T98\",\"fields\":[{\"name\":\"f0\",\"type\":\"int\"},{\"name\":\"f1\","
     "\"type\":[\"null\",{\"type\":\"record\",\"name\":\"T96\",\"fields\":[{\"name\":\"f0\",\"ty"
     "pe\":\"string\"},{\"name\":\"f1\",\"type\":{\"type\":\"record\",\"name\":\"T95\",\"fields"
     "\":[{\"name\":\"f0\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}}]}}"
     "]}]},{\"name\":\"f2\",\"type\":[\"null\",{\"type\":\"fixed\",\"name\":\"T97\",\"size\":3}]"
     "},{\"name\":\"f3\",\"type\":\"boolean\"}]}},{\"name\":\"f1\",\"type\":[\"null\",{\"type\":"
     "\"record\",\"name\":\"T101\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":\"enum\",\"n"
     "ame\":\"T99\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]},\"null\"]},{\"name\":\"f1\",\"type"
     "\":\"long\"},{\"name\":\"f2\",\"type\":[{\"type\":\"array\",\"items\":{\"type\":\"long\","
     "\"logicalType\":\"timestamp-millis\"}},\"null\"]},{\"name\":\"f3\",\"type\":{\"type\":\"en"
     "um\",\"name\":\"T100\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}}]}]},{\"name\":\"f2\",\"t"
     "ype\":{\"type\":\"enum\",\"name\":\"T102\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}}]}",
     "7e0204c3a4c09a9ad3d5a40102616263010004",
     "{f0: 63, f1: {f0: \"ä\", f1: {f0: timestamp(\"2059-08-24T23:44:59.552Z\")}}, f2: b\"abc\""
     ", f3: true} | absent | \"BLUE\""},
    {"{\"type\":\"record\",\"name\":\"T104\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"i"
     "nt\",\"logicalType\":\"date\"}},{\"name\":\"f1\",\"type\":[\"int\",\"null\"]}]}",
     "94cbe00102", "timestamp(\"7007-04-03T00:00:00Z\") | absent"},
    {"{\"type\":\"record\",\"name\":\"T106\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":\""
     "enum\",\"name\":\"T105\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]},\"null\"]}]}",
     "0004", "\"BLUE\""},
    {"{\"type\":\"record\",\"name\":\"T109\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"l"
     "ong\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"f1\",\"type\":\"bytes\"},{\"name"
     "\":\"f2\",\"type\":[\"null\",{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":"
     "\"T108\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"record\",\"name\":\"T107\",\"fi"
     "elds\":[{\"name\":\"f0\",\"type\":\"long\"},{\"name\":\"f1\",\"type\":\"float\"}]}}]}}]}]}",
     "e08dd894f2e301027800", "timestamp(\"2094-01-24T06:26:59.056Z\") | b\"x\" | absent"},
    {"{\"type\":\"record\",\"name\":\"T110\",\"fields\":[{\"name\":\"f0\",\"type\":\"string\"},{"
     "\"name\":\"f1\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},{\"name\":\"f2\",\"t"
     "ype\":\"int\"},{\"name\":\"f3\",\"type\":[{\"type\":\"long\",\"logicalType\":\"timestamp-m"
     "icros\"},\"null\"]}]}",
     "00ce9dbb02ffffffff0f02", "\"\" | timestamp(\"9040-04-21T00:00:00Z\") | -2147483648 | absent"},
    {"{\"type\":\"record\",\"name\":\"T114\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"e"
     "num\",\"name\":\"T111\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f1\",\"type"
     "\":\"long\"},{\"name\":\"f2\",\"type\":[{\"type\":\"record\",\"name\":\"T112\",\"fields\":"
     "[{\"name\":\"f0\",\"type\":[\"boolean\",\"null\"]},{\"name\":\"f1\",\"type\":\"int\"}]},\""
     "null\"]},{\"name\":\"f3\",\"type\":\"float\"},{\"name\":\"f4\",\"type\":{\"type\":\"record"
     "\",\"name\":\"T113\",\"fields\":[{\"name\":\"f0\",\"type\":\"double\"}]}}]}",
     "04fcdecaa9e20500020000c071c300000000001c7740",
     "\"BLUE\" | 99096287166 | {f1: 0} | -241.75 | {f0: 369.75}"},
    {"{\"type\":\"record\",\"name\":\"T116\",\"fields\":[{\"name\":\"f0\",\"type\":\"string\"},{"
     "\"name\":\"f1\",\"type\":\"string\"},{\"name\":\"f2\",\"type\":[\"null\",{\"type\":\"enum"
     "\",\"name\":\"T115\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}]}]}",
     "08f09f988010f09f98802dc39f2d00", "\"😀\" | \"😀-ß-\" | absent"},
    {"{\"type\":\"record\",\"name\":\"T118\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":\""
     "map\",\"values\":[\"null\",{\"type\":\"fixed\",\"name\":\"T117\",\"size\":3}]},\"null\"]},"
     "{\"name\":\"f1\",\"type\":\"float\"}]}",
     "00000050c343", "{} | 390.625"},
    {"{\"type\":\"record\",\"name\":\"T119\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"a"
     "rray\",\"items\":\"bytes\"}},{\"name\":\"f1\",\"type\":[\"null\",{\"type\":\"array\",\"ite"
     "ms\":{\"type\":\"int\",\"logicalType\":\"date\"}}]},{\"name\":\"f2\",\"type\":\"string\"},"
     "{\"name\":\"f3\",\"type\":\"float\"},{\"name\":\"f4\",\"type\":{\"type\":\"int\",\"logical"
     "Type\":\"date\"}}]}",
     "000022c39fe282acc39fe282acc3a42de282ac6100807c43f6ba36",
     "[] | absent | \"ß€ß€ä-€a\" | 252.5 | timestamp(\"3191-06-28T00:00:00Z\")"},
    {"{\"type\":\"record\",\"name\":\"T121\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"f"
     "ixed\",\"name\":\"T120\",\"size\":3}}]}",
     "616263", "b\"abc\""},
    {"{\"type\":\"record\",\"name\":\"T125\",\"fields\":[{\"name\":\"f0\",\"type\":\"double\"},{"
     "\"name\":\"f1\",\"type\":\"long\"},{\"name\":\"f2\",\"type\":\"boolean\"},{\"name\":\"f3\""
     ",\"type\":\"float\"},{\"name\":\"f4\",\"type\":{\"type\":\"record\",\"name\":\"T124\",\"fi"
     "elds\":[{\"name\":\"f0\",\"type\":[\"string\",\"null\"]},{\"name\":\"f1\",\"type\":\"long"
     "\"},{\"name\":\"f2\",\"type\":\"long\"},{\"name\":\"f3\",\"type\":{\"type\":\"enum\",\"nam"
     "e\":\"T122\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f4\",\"type\":{\"type"
     "\":\"fixed\",\"name\":\"T123\",\"size\":3}},{\"name\":\"f5\",\"type\":\"bytes\"}]}},{\"nam"
     "e\":\"f5\",\"type\":[\"string\",\"null\"]}]}",
     "0000000000606240feffffffffffffffff010100c0bdc3001e20c3a463e282acc3a42d5f20626220feffffffff"
     "ffffffff01ffffffffffffffffff01046162630678797a02",
     "147.0 | 9223372036854775807 | true | -379.5 | {f0: \" äc€ä-_ bb \", f1: 92233720368547"
     "75807, f2: -9223372036854775808, f3: \"BLUE\", f4: b\"abc\", f5: b\"xyz\"} | absent"},
    {"{\"type\":\"record\",\"name\":\"T127\",\"fields\":[{\"name\":\"f0\",\"type\":\"double\"},{"
     "\"name\":\"f1\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},{\"name"
     "\":\"f2\",\"type\":{\"type\":\"fixed\",\"name\":\"T126\",\"size\":3}},{\"name\":\"f3\",\"t"
     "ype\":\"int\"},{\"name\":\"f4\",\"type\":[\"string\",\"null\"]}]}",
     "0000000000946f40d8d9d5efdb796162638101000261",
     "252.625 | timestamp(\"2036-04-06T11:44:38.508Z\") | b\"abc\" | -65 | \"a\""},
    {"{\"type\":\"record\",\"name\":\"T132\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"l"
     "ong\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"f1\",\"type\":[\"null\",{\"type\""
     ":\"record\",\"name\":\"T129\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":\"enum\",\""
     "name\":\"T128\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]},\"null\"]}]}]},{\"name\":\"f2\","
     "\"type\":{\"type\":\"fixed\",\"name\":\"T130\",\"size\":3}},{\"name\":\"f3\",\"type\":{\"t"
     "ype\":\"array\",\"items\":{\"type\":\"enum\",\"name\":\"T131\",\"symbols\":[\"RED\",\"GREE"
     "N\",\"BLUE\"]}}},{\"name\":\"f4\",\"type\":\"bytes\"},{\"name\":\"f5\",\"type\":[\"null\","
     "\"long\"]}]}",
     "81bed5de857302026162630004787900",
     "timestamp(\"1907-05-16T08:38:08.767Z\") | {} | b\"abc\" | [] | b\"xy\" | absent"},
    {"{\"type\":\"record\",\"name\":\"T133\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\""
     "type\":\"long\",\"logicalType\":\"timestamp-micros\"}]},{\"name\":\"f1\",\"type\":[\"null"
     "\",\"float\"]}]}",
     "029a939c9b8edce904020000a043", "timestamp(\"2013-01-16T23:43:24.230861Z\") | 320.0"},
    {"{\"type\":\"record\",\"name\":\"T137\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"e"
     "num\",\"name\":\"T134\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f1\",\"type"
     "\":[{\"type\":\"enum\",\"name\":\"T135\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]},\"null"
     "\"]},{\"name\":\"f2\",\"type\":[\"null\",{\"type\":\"enum\",\"name\":\"T136\",\"symbols\":"
     "[\"RED\",\"GREEN\",\"BLUE\"]}]}]}",
     "0200020202", "\"GREEN\" | \"GREEN\" | \"GREEN\""},
    {"{\"type\":\"record\",\"name\":\"T145\",\"fields\":[{\"name\":\"f0\",\"type\":\"bytes\"},{"
     "\"name\":\"f1\",\"type\":{\"type\":\"record\",\"name\":\"T139\",\"fields\":[{\"name\":\"f0"
     "\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}},{\"name\":\"f1\",\"t"
     "ype\":{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":{\"type\":\"fixed\",\"nam"
     "e\":\"T138\",\"size\":3}}}},{\"name\":\"f2\",\"type\":\"float\"},{\"name\":\"f3\",\"type\""
     ":[\"double\",\"null\"]}]}},{\"name\":\"f2\",\"type\":[{\"type\":\"enum\",\"name\":\"T140\""
     ",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]},\"null\"]},{\"name\":\"f3\",\"type\":\"float\"}"
     ",{\"name\":\"f4\",\"type\":[{\"type\":\"record\",\"name\":\"T144\",\"fields\":[{\"name\":"
     "\"f0\",\"type\":[\"string\",\"null\"]},{\"name\":\"f1\",\"type\":{\"type\":\"record\",\"na"
     "me\":\"T143\",\"fields\":[{\"name\":\"f0\",\"type\":[\"boolean\",\"null\"]},{\"name\":\"f1"
     "\",\"type\":[\"null\",{\"type\":\"array\",\"items\":{\"type\":\"fixed\",\"name\":\"T141\","
     "\"size\":3}}]},{\"name\":\"f2\",\"type\":{\"type\":\"record\",\"name\":\"T142\",\"fields\""
     ":[{\"name\":\"f0\",\"type\":\"string\"},{\"name\":\"f1\",\"type\":{\"type\":\"int\",\"logi"
     "calType\":\"date\"}}]}},{\"name\":\"f3\",\"type\":{\"type\":\"long\",\"logicalType\":\"tim"
     "estamp-micros\"}},{\"name\":\"f4\",\"type\":\"bytes\"},{\"name\":\"f5\",\"type\":\"boolean"
     "\"}]}},{\"name\":\"f2\",\"type\":\"boolean\"},{\"name\":\"f3\",\"type\":{\"type\":\"array"
     "\",\"items\":\"long\"}},{\"name\":\"f4\",\"type\":[\"int\",\"null\"]},{\"name\":\"f5\",\"t"
     "ype\":\"bytes\"}]},\"null\"]},{\"name\":\"f5\",\"type\":[{\"type\":\"long\",\"logicalType"
     "\":\"timestamp-millis\"},\"null\"]}]}",
     "047879dfb5b2f9ae9d0a04046b3000046b3104616263616263000000d09cc300000000000040314000040090df"
     "c300020001020006e282acdac7dd0280b5d998cad2a403047879000004b294fba8ae39feffffffffffffffff01"
     "0000ffffffff0f0678797a00ca83fffdabe701",
     "b\"xy\" | {f0: timestamp(\"1969-04-15T15:27:29.93192Z\"), f1: {\"k0\": [], \"k1\": [b\"abc"
     "\", b\"abc\"]}, f2: -313.625, f3: 17.25} | \"BLUE\" | -447.125 | {f1: {f0: true, f1: [], f"
     "2: {f0: \"€\", f1: timestamp(\"9810-04-07T00:00:00Z\")}, f3: timestamp(\"1999-04-25T02:4"
     "7:54.615104Z\"), f4: b\"xy\", f5: false}, f2: false, f3: [985469510937, 922337203685477580"
     "7], f4: -2147483648, f5: b\"xyz\"} | timestamp(\"2095-12-11T14:47:36.421Z\")"},
    {"{\"type\":\"record\",\"name\":\"T152\",\"fields\":[{\"name\":\"f0\",\"type\":[\"boolean\","
     "\"null\"]},{\"name\":\"f1\",\"type\":{\"type\":\"record\",\"name\":\"T151\",\"fields\":[{"
     "\"name\":\"f0\",\"type\":\"string\"},{\"name\":\"f1\",\"type\":{\"type\":\"record\",\"name"
     "\":\"T150\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\"type\":\"record\",\"name\":"
     "\"T148\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":\"enum\",\"name\":\"T146\",\"sym"
     "bols\":[\"RED\",\"GREEN\",\"BLUE\"]},\"null\"]},{\"name\":\"f1\",\"type\":\"int\"},{\"name"
     "\":\"f2\",\"type\":{\"type\":\"enum\",\"name\":\"T147\",\"symbols\":[\"RED\",\"GREEN\",\"B"
     "LUE\"]}},{\"name\":\"f3\",\"type\":\"string\"}]}]},{\"name\":\"f1\",\"type\":[\"float\",\""
     "null\"]},{\"name\":\"f2\",\"type\":{\"type\":\"array\",\"items\":\"bytes\"}},{\"name\":\"f"
     "3\",\"type\":{\"type\":\"record\",\"name\":\"T149\",\"fields\":[{\"name\":\"f0\",\"type\":"
     "[{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"null\"]},{\"name\":\"f1\",\"ty"
     "pe\":\"int\"}]}},{\"name\":\"f4\",\"type\":\"string\"}]}},{\"name\":\"f2\",\"type\":{\"typ"
     "e\":\"int\",\"logicalType\":\"date\"}}]}},{\"name\":\"f2\",\"type\":\"bytes\"}]}",
     "0212c3a4c3a4e282ac2d2d000000c011c3000095a8b8b7be0c00102dc3a420c3a4c39f98c3c00100",
     "absent | {f0: \"ää€--\", f1: {f1: -145.75, f2: [], f3: {f0: timestamp(\"1963-03-15T22:"
     "05:37.653Z\"), f1: 0}, f4: \"-ä äß\"}, f2: timestamp(\"6288-02-17T00:00:00Z\")} | b\"\""},
    {"{\"type\":\"record\",\"name\":\"T154\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"m"
     "ap\",\"values\":[\"null\",\"boolean\"]}},{\"name\":\"f1\",\"type\":[\"bytes\",\"null\"]},{"
     "\"name\":\"f2\",\"type\":\"double\"},{\"name\":\"f3\",\"type\":{\"type\":\"enum\",\"name\""
     ":\"T153\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}}]}",
     "00000678797a00000000001871c000", "{} | b\"xyz\" | -273.5 | \"RED\""},
    {"{\"type\":\"record\",\"name\":\"T155\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"m"
     "ap\",\"values\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}]}},{\"n"
     "ame\":\"f1\",\"type\":\"float\"}]}",
     "00006098c3", "{} | -304.75"},
    {"{\"type\":\"record\",\"name\":\"T157\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"m"
     "ap\",\"values\":\"int\"}},{\"name\":\"f1\",\"type\":[\"null\",\"string\"]},{\"name\":\"f2"
     "\",\"type\":[{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"},\"null\"]},{\"name\""
     ":\"f3\",\"type\":[{\"type\":\"int\",\"logicalType\":\"date\"},\"null\"]},{\"name\":\"f4\","
     "\"type\":\"int\"},{\"name\":\"f5\",\"type\":[\"null\",{\"type\":\"enum\",\"name\":\"T156\""
     ",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}]}]}",
     "000000dbe6d088e1b9870700868c9f027e0200",
     "{} | absent | timestamp(\"1907-01-17T16:01:59.522898Z\") | timestamp(\"8409-03-20T00:00:00"
     "Z\") | 63 | \"RED\""},
    {"{\"type\":\"record\",\"name\":\"T158\",\"fields\":[{\"name\":\"f0\",\"type\":\"bytes\"},{"
     "\"name\":\"f1\",\"type\":[\"bytes\",\"null\"]},{\"name\":\"f2\",\"type\":{\"type\":\"long"
     "\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"f3\",\"type\":{\"type\":\"int\",\"lo"
     "gicalType\":\"date\"}},{\"name\":\"f4\",\"type\":\"string\"}]}",
     "027802f692a4f3b671c6904e0c20f09f988061",
     "b\"x\" | absent | timestamp(\"2031-10-02T07:50:57.467Z\") | timestamp(\"3722-05-11T00:00:0"
     "0Z\") | \" 😀a\""},
    {"{\"type\":\"record\",\"name\":\"T159\",\"fields\":[{\"name\":\"f0\",\"type\":\"string\"}]}",
     "12635f20c3a4c3a4c39f", "\"c_ ääß\""},
    {"{\"type\":\"record\",\"name\":\"T162\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"f"
     "ixed\",\"name\":\"T160\",\"size\":3}},{\"name\":\"f1\",\"type\":\"bytes\"},{\"name\":\"f2"
     "\",\"type\":{\"type\":\"enum\",\"name\":\"T161\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}"
     "},{\"name\":\"f3\",\"type\":[{\"type\":\"array\",\"items\":\"long\"},\"null\"]}]}",
     "6162630678797a0402", "b\"abc\" | b\"xyz\" | \"BLUE\" | absent"},
    {"{\"type\":\"record\",\"name\":\"T163\",\"fields\":[{\"name\":\"f0\",\"type\":\"float\"},{"
     "\"name\":\"f1\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},{\"name\":\"f2\",\"t"
     "ype\":[\"null\",\"string\"]},{\"name\":\"f3\",\"type\":{\"type\":\"long\",\"logicalType\":"
     "\"timestamp-micros\"}}]}",
     "00e0a043d6e02e021cf09f9880c3a4e282acf09f9880208a8cc8cbfaecaa08",
     "321.75 | timestamp(\"3018-09-03T00:00:00Z\") | \"😀ä€😀 \" | timestamp(\"2044-05-05"
     "T03:11:10.086917Z\")"},
    {"{\"type\":\"record\",\"name\":\"T165\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"m"
     "ap\",\"values\":\"string\"}},{\"name\":\"f1\",\"type\":{\"type\":\"array\",\"items\":{\"ty"
     "pe\":\"map\",\"values\":\"float\"}}},{\"name\":\"f2\",\"type\":{\"type\":\"fixed\",\"name"
     "\":\"T164\",\"size\":3}},{\"name\":\"f3\",\"type\":\"bytes\"}]}",
     "04046b3020c3a4c3a42d61c39ff09f9880c39fc3a4046b311420c3a463c3a45f632d620000616263047879",
     "{\"k0\": \"ää-aß😀ßä\", \"k1\": \" äcä_c-b\"} | [] | b\"abc\" | b\"xy\""},
    {"{\"type\":\"record\",\"name\":\"T167\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\""
     "type\":\"array\",\"items\":{\"type\":\"fixed\",\"name\":\"T166\",\"size\":3}}]},{\"name\":"
     "\"f1\",\"type\":\"bytes\"}]}",
     "000678797a", "absent | b\"xyz\""},
    {"{\"type\":\"record\",\"name\":\"T168\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"l"
     "ong\",\"logicalType\":\"timestamp-micros\"}},{\"name\":\"f1\",\"type\":\"float\"},{\"name"
     "\":\"f2\",\"type\":\"float\"}]}",
     "f0c8cbd3febf96090000ccc10050bdc3",
     "timestamp(\"2051-11-04T23:17:12.86124Z\") | -25.5 | -378.625"},
    {"{\"type\":\"record\",\"name\":\"T169\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"l"
     "ong\",\"logicalType\":\"timestamp-micros\"}},{\"name\":\"f1\",\"type\":{\"type\":\"array\""
     ",\"items\":\"bytes\"}},{\"name\":\"f2\",\"type\":\"bytes\"},{\"name\":\"f3\",\"type\":{\"t"
     "ype\":\"long\",\"logicalType\":\"timestamp-millis\"}}]}",
     "b698e6c2cbd38002020678797a0004787994bbf4cbc77e",
     "timestamp(\"1987-11-20T05:53:38.936347Z\") | [b\"xyz\"] | b\"xy\" | timestamp(\"2038-11-25"
     "T04:36:13.13Z\")"},
    {"{\"type\":\"record\",\"name\":\"T173\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"e"
     "num\",\"name\":\"T170\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f1\",\"type"
     "\":[\"null\",{\"type\":\"int\",\"logicalType\":\"date\"}]},{\"name\":\"f2\",\"type\":{\"ty"
     "pe\":\"fixed\",\"name\":\"T171\",\"size\":3}},{\"name\":\"f3\",\"type\":[{\"type\":\"enum"
     "\",\"name\":\"T172\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]},\"null\"]},{\"name\":\"f4\""
     ",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}},{\"name\":\"f5\",\"typ"
     "e\":{\"type\":\"int\",\"logicalType\":\"date\"}}]}",
     "000061626302fef39acfd1f0d707a6ab5d",
     "\"RED\" | absent | b\"abc\" | absent | timestamp(\"2038-07-24T09:02:40.250111Z\") | timest"
     "amp(\"4063-06-24T00:00:00Z\")"},
    {"{\"type\":\"record\",\"name\":\"T174\",\"fields\":[{\"name\":\"f0\",\"type\":\"int\"},{\"n"
     "ame\":\"f1\",\"type\":[\"int\",\"null\"]},{\"name\":\"f2\",\"type\":[\"string\",\"null\"]}"
     "]}",
     "7f0202", "-64 | absent | absent"},
    {"{\"type\":\"record\",\"name\":\"T178\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\""
     "type\":\"long\",\"logicalType\":\"timestamp-millis\"}]},{\"name\":\"f1\",\"type\":[{\"type"
     "\":\"long\",\"logicalType\":\"timestamp-micros\"},\"null\"]},{\"name\":\"f2\",\"type\":{\""
     "type\":\"record\",\"name\":\"T177\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",\"floa"
     "t\"]},{\"name\":\"f1\",\"type\":{\"type\":\"record\",\"name\":\"T176\",\"fields\":[{\"name"
     "\":\"f0\",\"type\":{\"type\":\"record\",\"name\":\"T175\",\"fields\":[{\"name\":\"f0\",\"t"
     "ype\":[\"bytes\",\"null\"]}]}},{\"name\":\"f1\",\"type\":\"bytes\"}]}}]}},{\"name\":\"f3\""
     ",\"type\":[\"null\",\"int\"]}]}",
     "02f8c6a2b8d6d10100a4a2878baedc950300000478790678797a00",
     "timestamp(\"2084-02-24T01:33:07.388Z\") | timestamp(\"1998-04-10T06:52:32.07285Z\") | {f1:"
     " {f0: {f0: b\"xy\"}, f1: b\"xyz\"}} | absent"},
    {"{\"type\":\"record\",\"name\":\"T183\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":\""
     "record\",\"name\":\"T179\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\"type\":\"lon"
     "g\",\"logicalType\":\"timestamp-micros\"}]},{\"name\":\"f1\",\"type\":[\"null\",{\"type\":"
     "\"array\",\"items\":\"boolean\"}]},{\"name\":\"f2\",\"type\":[\"null\",{\"type\":\"map\","
     "\"values\":\"bytes\"}]},{\"name\":\"f3\",\"type\":[\"null\",\"double\"]}]},\"null\"]},{\"n"
     "ame\":\"f1\",\"type\":\"string\"},{\"name\":\"f2\",\"type\":{\"type\":\"enum\",\"name\":\""
     "T180\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f3\",\"type\":[\"null\",{\"t"
     "ype\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"T182\",\"fields\":[{\"name\":\"f"
     "0\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},{\"name\":\"f1\",\"type\":{\"typ"
     "e\":\"fixed\",\"name\":\"T181\",\"size\":3}},{\"name\":\"f2\",\"type\":\"string\"}]}}]}]}",
     "0206e282ac0000", "absent | \"€\" | \"RED\" | absent"},
    {"{\"type\":\"record\",\"name\":\"T186\",\"fields\":[{\"name\":\"f0\",\"type\":[{\"type\":\""
     "enum\",\"name\":\"T184\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]},\"null\"]},{\"name\":\""
     "f1\",\"type\":[\"null\",\"bytes\"]},{\"name\":\"f2\",\"type\":\"float\"},{\"name\":\"f3\","
     "\"type\":{\"type\":\"record\",\"name\":\"T185\",\"fields\":[{\"name\":\"f0\",\"type\":{\"t"
     "ype\":\"map\",\"values\":\"int\"}}]}}]}",
     "0202027800a0e74302046b307e00", "absent | b\"x\" | 463.25 | {f0: {\"k0\": 63}}"},
    {"{\"type\":\"record\",\"name\":\"T188\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"e"
     "num\",\"name\":\"T187\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f1\",\"type"
     "\":{\"type\":\"int\",\"logicalType\":\"date\"}},{\"name\":\"f2\",\"type\":\"float\"},{\"na"
     "me\":\"f3\",\"type\":[{\"type\":\"int\",\"logicalType\":\"date\"},\"null\"]}]}",
     "00c6e8c10100c0e2c202", "\"RED\" | timestamp(\"6317-02-08T00:00:00Z\") | -113.375 | absent"},
    {"{\"type\":\"record\",\"name\":\"T190\",\"fields\":[{\"name\":\"f0\",\"type\":[\"int\",\"nu"
     "ll\"]},{\"name\":\"f1\",\"type\":[\"null\",\"string\"]},{\"name\":\"f2\",\"type\":[\"null"
     "\",{\"type\":\"enum\",\"name\":\"T189\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}]},{\"nam"
     "e\":\"f3\",\"type\":\"long\"},{\"name\":\"f4\",\"type\":\"boolean\"}]}",
     "020000ffffffffffffffffff0101", "absent | absent | absent | -9223372036854775808 | true"},
    {"{\"type\":\"record\",\"name\":\"T193\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"e"
     "num\",\"name\":\"T191\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f1\",\"type"
     "\":[{\"type\":\"enum\",\"name\":\"T192\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]},\"null"
     "\"]}]}",
     "000000", "\"RED\" | \"RED\""},
    {"{\"type\":\"record\",\"name\":\"T194\",\"fields\":[{\"name\":\"f0\",\"type\":\"long\"},{\""
     "name\":\"f1\",\"type\":\"long\"}]}",
     "dfdc92fe990200", "-37847455536 | 0"},
    {"{\"type\":\"record\",\"name\":\"T195\",\"fields\":[{\"name\":\"f0\",\"type\":\"long\"}]}",
     "00", "0"},
    {"{\"type\":\"record\",\"name\":\"T197\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"r"
     "ecord\",\"name\":\"T196\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"array\",\"item"
     "s\":\"bytes\"}},{\"name\":\"f1\",\"type\":\"bytes\"},{\"name\":\"f2\",\"type\":{\"type\":"
     "\"long\",\"logicalType\":\"timestamp-millis\"}}]}},{\"name\":\"f1\",\"type\":[\"long\",\"n"
     "ull\"]},{\"name\":\"f2\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}"
     "}]}",
     "040678797a0000027898d1d799f0e50100feffffffffffffffff019681e2cbb29ce003",
     "{f0: [b\"xyz\", b\"\"], f1: b\"x\", f2: timestamp(\"2095-02-22T21:42:40.972Z\")} | 9223372"
     "036854775807 | timestamp(\"2003-06-19T10:36:29.334603Z\")"},
    {"{\"type\":\"record\",\"name\":\"T202\",\"fields\":[{\"name\":\"f0\",\"type\":[\"long\",\"n"
     "ull\"]},{\"name\":\"f1\",\"type\":[\"string\",\"null\"]},{\"name\":\"f2\",\"type\":\"float"
     "\"},{\"name\":\"f3\",\"type\":{\"type\":\"array\",\"items\":\"long\"}},{\"name\":\"f4\",\""
     "type\":{\"type\":\"record\",\"name\":\"T201\",\"fields\":[{\"name\":\"f0\",\"type\":{\"typ"
     "e\":\"fixed\",\"name\":\"T198\",\"size\":3}},{\"name\":\"f1\",\"type\":{\"type\":\"record"
     "\",\"name\":\"T200\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"enum\",\"name\":\"T"
     "199\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f1\",\"type\":\"int\"},{\"nam"
     "e\":\"f2\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},{\"name\":\"f3\",\"type\""
     ":{\"type\":\"int\",\"logicalType\":\"date\"}}]}},{\"name\":\"f2\",\"type\":{\"type\":\"lon"
     "g\",\"logicalType\":\"timestamp-micros\"}},{\"name\":\"f3\",\"type\":{\"type\":\"long\",\""
     "logicalType\":\"timestamp-micros\"}},{\"name\":\"f4\",\"type\":[{\"type\":\"map\",\"values"
     "\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}},\"null\"]}]}},{\"name\":\"f5"
     "\",\"type\":[\"null\",\"float\"]}]}",
     "00feffffffffffffffff0100125fc3a4c3a46263c39f00b0fa43006162630202fc8f50f6ffd401ee94feaaa2a6"
     "e90d97ef9790d3f6b8010004046b30c2d6d6bbe7c7d008046b31959ae4c5f7f990040000",
     "9223372036854775807 | \"_ääbcß\" | 501.375 | [] | {f0: b\"abc\", f1: {f0: \"GREEN\", f1"
     ": 1, f2: timestamp(\"3767-02-11T00:00:00Z\"), f3: timestamp(\"6747-05-09T00:00:00Z\")}, f2"
     ": timestamp(\"2093-04-16T14:13:02.576951Z\"), f3: timestamp(\"1957-02-11T07:15:39.370548Z"
     "\"), f4: {\"k0\": timestamp(\"2046-12-20T21:48:51.843489Z\"), \"k1\": timestamp(\"1933-02-"
     "21T06:41:51.815029Z\")}} | absent"},
    {"{\"type\":\"record\",\"name\":\"T205\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\""
     "type\":\"map\",\"values\":{\"type\":\"array\",\"items\":{\"type\":\"enum\",\"name\":\"T203"
     "\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}}}]},{\"name\":\"f1\",\"type\":\"long\"},{\"na"
     "me\":\"f2\",\"type\":[{\"type\":\"map\",\"values\":[\"null\",{\"type\":\"fixed\",\"name\":"
     "\"T204\",\"size\":3}]},\"null\"]},{\"name\":\"f3\",\"type\":{\"type\":\"long\",\"logicalTy"
     "pe\":\"timestamp-millis\"}},{\"name\":\"f4\",\"type\":[\"float\",\"null\"]}]}",
     "0204046b3000046b310000bdda89d0d618000088a3e89da24902",
     "{\"k0\": [], \"k1\": []} | -423943550623 | {} | timestamp(\"2009-11-20T13:51:56.1Z\") | ab"
     "sent"},
    {"{\"type\":\"record\",\"name\":\"T207\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\""
     "type\":\"fixed\",\"name\":\"T206\",\"size\":3}]},{\"name\":\"f1\",\"type\":[\"null\",{\"ty"
     "pe\":\"map\",\"values\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}}]}]}",
     "000202046b30d78c9ec7942900", "absent | {\"k0\": timestamp(\"1947-08-05T13:58:33.428Z\")}"},
    {"{\"type\":\"record\",\"name\":\"T210\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"f"
     "ixed\",\"name\":\"T208\",\"size\":3}},{\"name\":\"f1\",\"type\":\"string\"},{\"name\":\"f2"
     "\",\"type\":[{\"type\":\"enum\",\"name\":\"T209\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]"
     "},\"null\"]}]}",
     "61626328c39f2df09f9880e282ac612df09f98805f20c39f0004",
     "b\"abc\" | \"ß-😀€a-😀_ ß\" | \"BLUE\""},
    {"{\"type\":\"record\",\"name\":\"T212\",\"fields\":[{\"name\":\"f0\",\"type\":\"double\"},{"
     "\"name\":\"f1\",\"type\":\"long\"},{\"name\":\"f2\",\"type\":{\"type\":\"fixed\",\"name\":"
     "\"T211\",\"size\":3}}]}",
     "0000000000604940feffffffffffffffff01616263", "50.75 | 9223372036854775807 | b\"abc\""},
    {"{\"type\":\"record\",\"name\":\"T216\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"l"
     "ong\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"f1\",\"type\":[{\"type\":\"map\","
     "\"values\":[\"null\",{\"type\":\"int\",\"logicalType\":\"date\"}]},\"null\"]},{\"name\":\""
     "f2\",\"type\":[\"null\",{\"type\":\"fixed\",\"name\":\"T213\",\"size\":3}]},{\"name\":\"f3"
     "\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},{\"name\":\"f4\",\"type\":{\"type"
     "\":\"record\",\"name\":\"T214\",\"fields\":[{\"name\":\"f0\",\"type\":[\"null\",{\"type\":"
     "\"array\",\"items\":{\"type\":\"int\",\"logicalType\":\"date\"}}]}]}},{\"name\":\"f5\",\"t"
     "ype\":{\"type\":\"enum\",\"name\":\"T215\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}}]}",
     "daeab9a8c352000000c68087020202bcca370000",
     "timestamp(\"2014-12-05T12:57:57.677Z\") | {} | absent | timestamp(\"7868-11-27T00:00:00Z\""
     ") | {f0: [timestamp(\"3216-08-22T00:00:00Z\")]} | \"RED\""},
    {"{\"type\":\"record\",\"name\":\"T218\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"e"
     "num\",\"name\":\"T217\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f1\",\"type"
     "\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}}]}",
     "02d8ffacf7f0a101", "\"GREEN\" | timestamp(\"2058-02-16T20:21:13.324Z\")"},
    {"{\"type\":\"record\",\"name\":\"T219\",\"fields\":[{\"name\":\"f0\",\"type\":\"bytes\"}]}",
     "00", "b\"\""},
    {"{\"type\":\"record\",\"name\":\"T221\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"e"
     "num\",\"name\":\"T220\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}}]}",
     "00", "\"RED\""},
    {"{\"type\":\"record\",\"name\":\"T227\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"i"
     "nt\",\"logicalType\":\"date\"}},{\"name\":\"f1\",\"type\":{\"type\":\"record\",\"name\":\""
     "T223\",\"fields\":[{\"name\":\"f0\",\"type\":\"string\"},{\"name\":\"f1\",\"type\":{\"type"
     "\":\"map\",\"values\":[\"null\",{\"type\":\"record\",\"name\":\"T222\",\"fields\":[{\"name"
     "\":\"f0\",\"type\":\"string\"}]}]}},{\"name\":\"f2\",\"type\":{\"type\":\"array\",\"items"
     "\":\"boolean\"}},{\"name\":\"f3\",\"type\":\"int\"}]}},{\"name\":\"f2\",\"type\":[\"null\""
     ",{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":\"float\"}}]},{\"name\":\"f3"
     "\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},{\"name\":\"f4\",\"type\":[\"null"
     "\",{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}]},{\"name\":\"f5\",\"type\":{"
     "\"type\":\"record\",\"name\":\"T226\",\"fields\":[{\"name\":\"f0\",\"type\":\"boolean\"},{"
     "\"name\":\"f1\",\"type\":{\"type\":\"fixed\",\"name\":\"T224\",\"size\":3}},{\"name\":\"f2"
     "\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}},{\"name\":\"f3\",\"t"
     "ype\":[\"null\",{\"type\":\"fixed\",\"name\":\"T225\",\"size\":3}]},{\"name\":\"f4\",\"typ"
     "e\":\"float\"}]}}]}",
     "fad53c222020f09f98806361e282acc39f2061635f04046b30022261c3a46320c39fe282ac20e282ac63c3a404"
     "6b310204632d0006010000000100f494c90102dfd3f9a790b02801616263a8bb8ea1affeb303026162630000fd"
     "c1",
     "timestamp(\"3330-10-19T00:00:00Z\") | {f0: \"  😀ca€ß ac_\", f1: {\"k0\": {f0: \"aäc"
     " ß€ €cä\"}, \"k1\": {f0: \"c-\"}}, f2: [true, false, false], f3: -1} | absent | time"
     "stamp(\"6481-11-17T00:00:00Z\") | timestamp(\"1967-03-10T08:44:06.682384Z\") | {f0: true, "
     "f1: b\"abc\", f2: timestamp(\"2000-05-19T14:22:02.637012Z\"), f3: b\"abc\", f4: -31.625}"},
    {"{\"type\":\"record\",\"name\":\"T228\",\"fields\":[{\"name\":\"f0\",\"type\":\"long\"},{\""
     "name\":\"f1\",\"type\":[{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"},\"null\"]"
     "},{\"name\":\"f2\",\"type\":\"boolean\"}]}",
     "feffffffffffffffff0100b7c3bdc5b0a2f60101",
     "9223372036854775807 | timestamp(\"1952-11-03T01:20:48.275236Z\") | true"},
    {"{\"type\":\"record\",\"name\":\"T235\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"l"
     "ong\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"f1\",\"type\":[\"null\",{\"type\""
     ":\"map\",\"values\":{\"type\":\"record\",\"name\":\"T229\",\"fields\":[{\"name\":\"f0\",\""
     "type\":\"double\"},{\"name\":\"f1\",\"type\":\"double\"},{\"name\":\"f2\",\"type\":\"long"
     "\"}]}}]},{\"name\":\"f2\",\"type\":{\"type\":\"record\",\"name\":\"T231\",\"fields\":[{\"n"
     "ame\":\"f0\",\"type\":[\"null\",\"int\"]},{\"name\":\"f1\",\"type\":\"int\"},{\"name\":\"f"
     "2\",\"type\":{\"type\":\"enum\",\"name\":\"T230\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]"
     "}}]}},{\"name\":\"f3\",\"type\":{\"type\":\"record\",\"name\":\"T233\",\"fields\":[{\"name"
     "\":\"f0\",\"type\":\"double\"},{\"name\":\"f1\",\"type\":{\"type\":\"enum\",\"name\":\"T23"
     "2\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}}]}},{\"name\":\"f4\",\"type\":[\"null\",{\"t"
     "ype\":\"fixed\",\"name\":\"T234\",\"size\":3}]},{\"name\":\"f5\",\"type\":[\"double\",\"nu"
     "ll\"]}]}",
     "80e5ac98af9c0100027f81010000000000009057400002616263000000000000447740",
     "timestamp(\"2055-02-16T12:22:38.656Z\") | absent | {f0: -64, f1: -65, f2: \"RED\"} | {f0: "
     "94.25, f1: \"RED\"} | b\"abc\" | 372.25"},
    {"{\"type\":\"record\",\"name\":\"T240\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"m"
     "ap\",\"values\":{\"type\":\"record\",\"name\":\"T236\",\"fields\":[{\"name\":\"f0\",\"type"
     "\":{\"type\":\"int\",\"logicalType\":\"date\"}},{\"name\":\"f1\",\"type\":[\"null\",\"stri"
     "ng\"]}]}}},{\"name\":\"f1\",\"type\":[{\"type\":\"long\",\"logicalType\":\"timestamp-micro"
     "s\"},\"null\"]},{\"name\":\"f2\",\"type\":{\"type\":\"enum\",\"name\":\"T237\",\"symbols\""
     ":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f3\",\"type\":{\"type\":\"enum\",\"name\":\"T2"
     "38\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"name\":\"f4\",\"type\":{\"type\":\"fixe"
     "d\",\"name\":\"T239\",\"size\":3}},{\"name\":\"f5\",\"type\":[{\"type\":\"map\",\"values\""
     ":[\"null\",\"boolean\"]},\"null\"]}]}",
     "000090a0a6dbbda3d00204006162630000",
     "{} | timestamp(\"1993-06-07T19:29:52.302088Z\") | \"BLUE\" | \"RED\" | b\"abc\" | {}"},
    {"{\"type\":\"record\",\"name\":\"T243\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"f"
     "ixed\",\"name\":\"T241\",\"size\":3}},{\"name\":\"f1\",\"type\":[{\"type\":\"fixed\",\"nam"
     "e\":\"T242\",\"size\":3},\"null\"]}]}",
     "61626302", "b\"abc\" | absent"},
    {"{\"type\":\"record\",\"name\":\"T244\",\"fields\":[{\"name\":\"f0\",\"type\":{\"type\":\"i"
     "nt\",\"logicalType\":\"date\"}},{\"name\":\"f1\",\"type\":[{\"type\":\"long\",\"logicalTyp"
     "e\":\"timestamp-micros\"},\"null\"]},{\"name\":\"f2\",\"type\":\"bytes\"},{\"name\":\"f3\""
     ",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}},{\"name\":\"f4\",\"typ"
     "e\":\"float\"}]}",
     "fde35300889d96b3b5b6a60c00cfebf79ee8e61f0060a643",
     "timestamp(\"0090-11-17T00:00:00Z\") | timestamp(\"2079-09-17T17:31:24.373828Z\") | b\"\" |"
     " timestamp(\"1967-10-14T13:19:01.338392Z\") | 332.75"},
    {"{\"type\":\"record\",\"name\":\"T250\",\"fields\":[{\"name\":\"f0\",\"type\":\"float\"},{"
     "\"name\":\"f1\",\"type\":[\"null\",\"int\"]},{\"name\":\"f2\",\"type\":{\"type\":\"array\""
     ",\"items\":{\"type\":\"fixed\",\"name\":\"T245\",\"size\":3}}},{\"name\":\"f3\",\"type\":{"
     "\"type\":\"record\",\"name\":\"T249\",\"fields\":[{\"name\":\"f0\",\"type\":\"double\"},{"
     "\"name\":\"f1\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"T248\",\"fields\":[{\"n"
     "ame\":\"f0\",\"type\":[\"long\",\"null\"]},{\"name\":\"f1\",\"type\":{\"type\":\"array\","
     "\"items\":\"long\"}},{\"name\":\"f2\",\"type\":[\"null\",\"string\"]},{\"name\":\"f3\",\"t"
     "ype\":{\"type\":\"enum\",\"name\":\"T246\",\"symbols\":[\"RED\",\"GREEN\",\"BLUE\"]}},{\"n"
     "ame\":\"f4\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"T247\",\"fields\":[{\"name"
     "\":\"f0\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}},{\"name\":\"f"
     "1\",\"type\":\"string\"},{\"name\":\"f2\",\"type\":[\"null\",{\"type\":\"long\",\"logicalT"
     "ype\":\"timestamp-micros\"}]},{\"name\":\"f3\",\"type\":\"double\"},{\"name\":\"f4\",\"typ"
     "e\":\"long\"}]}]}]}]},{\"name\":\"f2\",\"type\":{\"type\":\"map\",\"values\":[\"null\",\"b"
     "ytes\"]}},{\"name\":\"f3\",\"type\":[\"double\",\"null\"]},{\"name\":\"f4\",\"type\":\"int"
     "\"}]}}]}",
     "00c0a1430006616263616263616263000000000000a47dc00200ffffffffffffffffff0104feffffffffffffff"
     "ff01010000020000000000000000104f40ffffffff0f",
     "323.5 | absent | [b\"abc\", b\"abc\", b\"abc\"] | {f0: -474.25, f1: {f0: -9223372036854775"
     "808, f1: [9223372036854775807, -1], f3: \"GREEN\"}, f2: {}, f3: 62.125, f4: -2147483648}"},
    {"{\"type\":\"record\",\"name\":\"T252\",\"fields\":[{\"name\":\"f0\",\"type\":\"long\"},{\""
     "name\":\"f1\",\"type\":[{\"type\":\"enum\",\"name\":\"T251\",\"symbols\":[\"RED\",\"GREEN"
     "\",\"BLUE\"]},\"null\"]},{\"name\":\"f2\",\"type\":{\"type\":\"long\",\"logicalType\":\"ti"
     "mestamp-millis\"}}]}",
     "0100028dfcddda9701", "-1 | \"GREEN\" | timestamp(\"1969-05-10T07:53:01.433Z\")"},
    {"{\"type\":\"record\",\"name\":\"T253\",\"fields\":[{\"name\":\"f0\",\"type\":[\"bytes\",\""
     "null\"]},{\"name\":\"f1\",\"type\":\"float\"},{\"name\":\"f2\",\"type\":\"int\"}]}",
     "02004096438101", "absent | 300.5 | -65"},
};
