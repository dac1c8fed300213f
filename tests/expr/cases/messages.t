# Protobuf messages in strict mode: literals, defaults, assignment, Any and JSON, extensions. Each value
# was asked of cel-go 0.32 (cel.dev/cel-go) with the same messages; texts of errors are ours.

%strict on
%messages on
%container cel.expr.conformance.proto3

TestAllTypes{null_value: 0}.null_value
int
0

has(TestAllTypes{single_any: null}.single_any)
bool
true

TestAllTypes{single_any: null} == TestAllTypes{}
bool
false

TestAllTypes{}.single_any
json
null

TestAllTypes{}.single_any == null
bool
true

has(TestAllTypes{single_value: null}.single_value)
bool
true

TestAllTypes{single_any: [1, 2u, b'a']}.single_any
json
[1.0, 2.0, "YQ=="]

TestAllTypes{single_any: {'a': 9007199254740993}}.single_any
json
{"a": "9007199254740993"}

TestAllTypes{single_value: {1: 'x'}}.single_value
json
error(expr.error: field `single_value`: a key of JSON is a string in `TestAllTypes{single_value: {1: 'x'}}`)

TestAllTypes{single_value: {true: 'x'}}.single_value
json
error(expr.error: field `single_value`: a key of JSON is a string in `TestAllTypes{single_value: {true: 'x'}}`)

TestAllTypes{single_value: TestAllTypes.NestedMessage{bb: 3}}.single_value
json
{"bb": 3.0}

TestAllTypes{single_value: TestAllTypes{single_int64: 3, repeated_int32: [1], standalone_enum: 1, single_bytes: b'a', map_int32_bool: {1: true}, single_int64_wrapper: 7, single_duration: duration('1.5s')}}.single_value
json
{"singleInt64": "3", "singleBytes": "YQ==", "singleDuration": "1.500s", "singleInt64Wrapper": "7", "standaloneEnum": "BAR", "repeatedInt32": [1.0], "mapInt32Bool": {"1": true}}

TestAllTypes{single_value: google.protobuf.Empty{}}.single_value
json
{}

TestAllTypes{single_value: google.protobuf.FieldMask{paths: ['foo_bar', 'x.y']}}.single_value
json
"fooBar,x.y"

TestAllTypes{single_value: duration('1.5s')}.single_value
json
"1.5s"

TestAllTypes{single_value: duration('1.000000001s')}.single_value
json
"1.000000001s"

TestAllTypes{single_value: timestamp('2020-01-01T00:00:00.1Z')}.single_value
json
"2020-01-01T00:00:00.1Z"

TestAllTypes{single_value: double('NaN')}.single_value
json
NaN

dyn(TestAllTypes{}).single_int32
json
0

dyn(TestAllTypes{}).single_nested_message.bb
json
0

dyn(TestAllTypes{}).no_such
json
error(expr.error: no key "no_such" in `dyn(TestAllTypes{}).no_such`)

has(dyn(TestAllTypes{}).no_such)
bool
error(expr.error: no key "no_such" in `dyn(TestAllTypes{}).no_such`)

has(dyn(TestAllTypes{single_int32: 1}).single_int32)
bool
true

dyn(TestAllTypes{}).?single_int32.hasValue()
bool
false

dyn(TestAllTypes{}).?no_such.hasValue()
bool
error(expr.error: no key "no_such" in `dyn(TestAllTypes{}).?no_such`)

%container cel.expr.conformance.proto2

TestAllTypes{}.?single_int32.hasValue()
bool
false

TestAllTypes{}.single_nested_enum
int
1

TestAllTypes{}.single_bytes
bytes
b"none"

TestAllTypes{}.single_float
double
3.0

optional.of(TestAllTypes{}).single_int32.hasValue()
bool
false

%container cel.expr.conformance.proto3

TestAllTypes{repeated_nested_message: [null]}
cel.expr.conformance.proto3.TestAllTypes
{}

TestAllTypes{repeated_nested_message: [TestAllTypes.NestedMessage{}, null]}.repeated_nested_message.size()
int
1

TestAllTypes{repeated_struct: [{}, null]}
cel.expr.conformance.proto3.TestAllTypes
error(expr.error: field `repeated_struct` cannot take null in `TestAllTypes{repeated_struct: [{}, null]}`)

TestAllTypes{map_string_message: {'a': null}}.map_string_message
{string: cel.expr.conformance.proto3.TestAllTypes.NestedMessage}
{}

TestAllTypes{map_bool_struct: {true: null}}
E-TYPE 1:31+12 the field is `{bool: {string: json}}`, this is `{bool: null}`
-

TestAllTypes{single_int32: 2147483648}
cel.expr.conformance.proto3.TestAllTypes
error(num.range: field `single_int32`: outside of 32 bits in `TestAllTypes{single_int32: 2147483648}`)

TestAllTypes{repeated_uint32: [4294967296u]}
cel.expr.conformance.proto3.TestAllTypes
error(num.range: field `repeated_uint32`: outside of 32 bits in `TestAllTypes{repeated_uint32: [4294967296u]}`)

TestAllTypes{map_int32_bool: {2147483648: true}}
cel.expr.conformance.proto3.TestAllTypes
error(num.range: field `map_int32_bool`: outside of 32 bits in `TestAllTypes{map_int32_bool: {2147483648: true}}`)

TestAllTypes{single_int32: 1, single_int32: 2}.single_int32
int
2

type(TestAllTypes{})
type(cel.expr.conformance.proto3.TestAllTypes)
cel.expr.conformance.proto3.TestAllTypes

type(TestAllTypes{}) == TestAllTypes
bool
true

type(dyn(TestAllTypes{})) == TestAllTypes
bool
true

type(google.protobuf.Int64Value{value: 1})
type(wrapper(int))
int

type(TestAllTypes{}.single_any)
type(json)
null

google.protobuf.Timestamp{seconds: 10}
timestamp
timestamp("1970-01-01T00:00:10Z")

google.protobuf.Duration{seconds: 10, nanos: 5}
duration
duration("10.000000005s")

google.protobuf.Value{}
json
null

google.protobuf.Struct{}
{string: json}
{}

TestAllTypes{single_any: google.protobuf.Any{}}
cel.expr.conformance.proto3.TestAllTypes
error(expr.error: an Any that holds no message known here in `google.protobuf.Any{}`)

TestAllTypes{single_any: google.protobuf.Any{type_url: 'type.googleapis.com/no.Such', value: b'a'}}.single_any
json
error(expr.error: an Any that holds no message known here in `google.protobuf.Any{type_url: 'type.googleapis.com/no.Such', ...`)

TestAllTypes{single_any: google.protobuf.Any{type_url: 'type.googleapis.com/no.Such', value: b'a'}} == TestAllTypes{single_any: google.protobuf.Any{type_url: 'type.googleapis.com/no.Such', value: b'a'}}
bool
error(expr.error: an Any that holds no message known here in `google.protobuf.Any{type_url: 'type.googleapis.com/no.Such', ...`)

TestAllTypes{single_any: TestAllTypes{single_any: 5}}.single_any.single_any
json
5

TestAllTypes{single_any: 1} == TestAllTypes{single_any: 1u}
bool
false

TestAllTypes{single_any: dyn(TestAllTypes)}
cel.expr.conformance.proto3.TestAllTypes
error(expr.error: field `single_any` cannot take a type in `TestAllTypes{single_any: dyn(TestAllTypes)}`)

TestAllTypes{single_any: type(1)}
cel.expr.conformance.proto3.TestAllTypes
error(expr.error: field `single_any` cannot take a type in `TestAllTypes{single_any: type(1)}`)

TestAllTypes{single_float: 1.1}.single_float
double
1.100000023841858

TestAllTypes{single_double: -0.0} == TestAllTypes{}
bool
false

has(TestAllTypes{single_double: -0.0}.single_double)
bool
true

TestAllTypes{single_bool_wrapper: false}.single_bool_wrapper ? 1 : 2
int
2

TestAllTypes{}.single_bool_wrapper ? 1 : 2
int
error(expr.error: bool is needed, this is null in `TestAllTypes{}.single_bool_wrapper`)

TestAllTypes{}.single_int64_wrapper + 1
int
error(expr.error: cannot take null and int in `TestAllTypes{}.single_int64_wrapper + 1`)

TestAllTypes{single_int64: TestAllTypes{single_int64_wrapper: 3}.single_int64_wrapper}.single_int64
int
3

TestAllTypes{single_int64: TestAllTypes{}.single_int64_wrapper}.single_int64
int
error(expr.error: field `single_int64` cannot take null in `TestAllTypes{single_int64: TestAllTypes{}.single_int64_wrapper}`)

TestAllTypes{single_int32: dyn('x')}
cel.expr.conformance.proto3.TestAllTypes
error(expr.error: field `single_int32` cannot take string in `TestAllTypes{single_int32: dyn('x')}`)

TestAllTypes{repeated_any: [TestAllTypes{}, 'x', null]}.repeated_any
[json]
[{}, "x", null]

TestAllTypes{repeated_any: [TestAllTypes{single_int32: 5}]}.repeated_any[0].single_int32
json
5

TestAllTypes{list_value: [TestAllTypes.NestedMessage{bb: 1}]}.list_value
[json]
[{"bb": 1.0}]

[TestAllTypes{}, 1][0].single_int32
json
0

TestAllTypes{} == null
bool
false

TestAllTypes{single_struct: dyn({1: 2})}
cel.expr.conformance.proto3.TestAllTypes
error(expr.error: field `single_struct`: a key of JSON is a string in `TestAllTypes{single_struct: dyn({1: 2})}`)

TestAllTypes{single_struct: {dyn('a'): 1}}.single_struct
{string: json}
{"a": 1.0}

TestAllTypes{optional_bool: false}
cel.expr.conformance.proto3.TestAllTypes
{optional_bool: false}

%container cel.expr.conformance.proto2

TestRequired{}
cel.expr.conformance.proto2.TestRequired
{}

TestRequired{}.required_int32
int
0

%container cel.expr.conformance.proto3

TestAllTypes{?single_int32: optional.none()} == TestAllTypes{}
bool
true

TestAllTypes{?single_int32: optional.of(null)}
E-TYPE 1:29+17 the field is `int`, this is `null`
-

TestAllTypes{?single_int32_wrapper: optional.of(null)}
cel.expr.conformance.proto3.TestAllTypes
{}

%container cel.expr.conformance.proto2

TestAllTypes{nestedgroup: TestAllTypes.NestedGroup{single_id: 3}}.nestedgroup.single_id
int
3

%container cel.expr.conformance.proto3

cel.expr.conformance.proto3.GlobalEnum.GAZ
int
2

.cel.expr.conformance.proto3.GlobalEnum.GAZ
int
2

TestAllTypes{single_duration: duration('1s')}.single_duration == duration('1s')
bool
true

string(TestAllTypes{single_timestamp: timestamp(5)}.single_timestamp)
string
"1970-01-01T00:00:05Z"

TestAllTypes{single_int32: '1'}
E-TYPE 1:28+3 the field is `int`, this is `string`
-

TestAllTypes{single_itn32: 1}
E-FIELD 1:14+12 no field `single_itn32` in `TestAllTypes`
did you mean `single_int32`?

TestAlTypes{}
E-NAME 1:1+11 no message `TestAlTypes`
did you mean `cel.expr.conformance.proto3.TestAllTypes`?

TestAllTypes{}.single_itn32
E-FIELD 1:16+12 no field `single_itn32` in `TestAllTypes{}`
did you mean `single_int32`?

TestAllTypes{single_uint32: 1}
E-TYPE 1:29+1 the field is `uint`, this is `int`
write `1u`, or convert with uint()

TestAllTypes{single_int32 1}
E-SYNTAX 1:27+1 expected `:`, found a number
-

TestAllTypes{?single_int32: 1}
E-TYPE 1:29+1 a field with `?` takes an optional, this is `int`
-

proto.hasExt(TestAllTypes{}, a.b)
E-FIELD 1:30+3 no field `a.b` in `TestAllTypes{}`
-

proto.getExt(TestAllTypes{})
E-TYPE 1:1+28 `proto.getExt` takes a message and the name of an extension
proto.getExt(m, pkg.name)

%container cel.expr.conformance.proto2

proto.hasExt(TestAllTypes{}, cel.expr.conformance.proto2.int32_ext)
bool
false

proto.getExt(TestAllTypes{`cel.expr.conformance.proto2.int32_ext`: 3}, cel.expr.conformance.proto2.int32_ext)
int
3

%container cel.expr.conformance.proto3

TestAllTypes{single_timestamp: timestamp(5)} == null
bool
false

null != TestAllTypes{}.single_timestamp
bool
true

TestAllTypes{repeated_any: [1]} == TestAllTypes{repeated_any: [1u]}
bool
false

NestedTestAllTypes{child: NestedTestAllTypes{payload: TestAllTypes{single_int64: 3}}}.child.payload.single_int64
int
3

NestedTestAllTypes{}.child.child.child.payload.single_int64
int
0

has(NestedTestAllTypes{}.child.child)
bool
false

[1, 2].map(x, TestAllTypes{single_int64: x})[1].single_int64
int
2

{'a': TestAllTypes{single_int64: 4}}.a.single_int64
int
4

[TestAllTypes{single_int64: 4}].exists(m, m.single_int64 == 4)
bool
true

cel.bind(m, TestAllTypes{single_string: 'x'}, m.single_string + m.single_string)
string
"xx"

TestAllTypes{single_bool: true}.single_bool ? 'y' : 'n'
string
"y"

TestAllTypes{repeated_int32: ['a']}
E-TYPE 1:30+5 the field is `[int]`, this is `[string]`
-

TestAllTypes{map_int32_bool: {'a': true}}
E-TYPE 1:30+11 the field is `{int: bool}`, this is `{string: bool}`
-

# ---- outside of strict mode: what may not be set is optional, scalars without presence are not

%strict off

TestAllTypes{single_int64: 3}.single_int64 + TestAllTypes{}.single_int64
int
3

TestAllTypes{}.standalone_message.bb + 1
E-ABSENT 1:1+36 `TestAllTypes{}.standalone_message.bb` may be absent
use `TestAllTypes{}.standalone_message.bb ?? default`, `has(TestAllTypes{}.standalone_message.bb)` or `.?`

TestAllTypes{}.standalone_message.bb ?? 7
int
7

TestAllTypes{standalone_message: TestAllTypes.NestedMessage{bb: 2}}.standalone_message.bb ?? 7
int
2

TestAllTypes{single_int64_wrapper: 4}.single_int64_wrapper ?? 0
int
4

cel.bind(m, TestAllTypes{single_int64_wrapper: 4}, has(m.single_int64_wrapper) && m.single_int64_wrapper > 3)
bool
true

cel.bind(m, TestAllTypes{}, has(m.single_int64_wrapper) || m.single_int32 == 0)
bool
true

TestAllTypes{single_double: 3}.single_double
double
3.0

TestAllTypes{single_any: {'a': 1}}.single_any ?? null
json
{"a": 1.0}
