// Command celgo measures cel-go on the cases of bench/expr/cases.jsonl, as expr_bench does millrace:
// name, nanoseconds per evaluation, result as JSON; tabs between. See ../run.py.
//
//	celgo CASES.jsonl ROUNDS DESCRIPTOR_SET [NAME]
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"reflect"
	"strconv"
	"strings"
	"syscall"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types/ref"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

const roundNS = 20_000_000

type benchCase struct {
	Name    string            `json:"name"`
	Expr    string            `json:"expr"`
	Select  json.RawMessage   `json:"select"`
	Vars    map[string]string `json:"vars"`
	Message bool              `json:"message"`
	Record  json.RawMessage   `json:"record"`
	Read    bool              `json:"read"`
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func typeOf(name string) *cel.Type {
	switch name {
	case "double":
		return cel.DoubleType
	case "string":
		return cel.StringType
	case "map":
		return cel.MapType(cel.StringType, cel.DynType)
	case "list":
		return cel.ListType(cel.MapType(cel.StringType, cel.DynType))
	}
	return cel.DynType
}

// The map literal that a `select` is: its keys in order.
func selectText(raw json.RawMessage) string {
	d := json.NewDecoder(bytes.NewReader(raw))
	var parts []string
	_, err := d.Token()
	check(err)
	for d.More() {
		key, err := d.Token()
		check(err)
		value, err := d.Token()
		check(err)
		parts = append(parts, strconv.Quote(key.(string))+": "+value.(string))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func order(set string) protoreflect.MessageDescriptor {
	raw, err := os.ReadFile(set)
	check(err)
	var fds descriptorpb.FileDescriptorSet
	check(proto.Unmarshal(raw, &fds))
	files, err := protodesc.NewFiles(&fds)
	check(err)
	d, err := files.FindDescriptorByName("bench.Order")
	check(err)
	return d.(protoreflect.MessageDescriptor)
}

// prepare returns what one evaluation does.
func prepare(c *benchCase, set string) func() any {
	opts := []cel.EnvOption{cel.OptionalTypes()}
	var md protoreflect.MessageDescriptor
	if c.Message {
		md = order(set)
		opts = append(opts, cel.TypeDescs(md.ParentFile()), cel.DeclareContextProto(md))
	}
	for name, t := range c.Vars {
		opts = append(opts, cel.Variable(name, typeOf(t)))
	}
	env, err := cel.NewEnv(opts...)
	check(err)
	text := c.Expr
	if c.Select != nil {
		text = selectText(c.Select)
	}
	ast, issues := env.Compile(text)
	check(issues.Err())
	program, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize))
	check(err)
	if c.Message {
		return messageRun(c, program, md)
	}
	return jsonRun(c, program)
}

func jsonRun(c *benchCase, program cel.Program) func() any {
	read := func() map[string]any {
		var record any
		check(json.Unmarshal(c.Record, &record))
		if _, whole := c.Vars["value"]; whole {
			return map[string]any{"value": record}
		}
		return record.(map[string]any)
	}
	decoded := read()
	native := reflect.TypeOf(map[string]any{})
	return func() any {
		vars := decoded
		if c.Read {
			vars = read()
		}
		v, _, err := program.Eval(vars)
		check(err)
		if c.Select == nil {
			return v
		}
		row, err := v.ConvertToNative(native)
		check(err)
		out := map[string]any{}
		for key, x := range row.(map[string]any) {
			if r, ok := x.(ref.Val); ok {
				x = r.Value()
			}
			out[key] = x
		}
		text, err := json.Marshal(out)
		check(err)
		return string(text)
	}
}

func messageRun(c *benchCase, program cel.Program, md protoreflect.MessageDescriptor) func() any {
	first := dynamicpb.NewMessage(md)
	check(protojson.Unmarshal(c.Record, first))
	raw, err := proto.Marshal(first)
	check(err)
	vars, err := cel.ContextProtoVars(first)
	check(err)
	return func() any {
		now := vars
		if c.Read {
			m := dynamicpb.NewMessage(md)
			check(proto.Unmarshal(raw, m))
			now, err = cel.ContextProtoVars(m)
			check(err)
		}
		v, _, err := program.Eval(now)
		check(err)
		return v
	}
}

// cpuNS is the CPU time of the process, collecting garbage included: other load does not show.
func cpuNS() float64 {
	var u syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return float64(u.Utime.Nano() + u.Stime.Nano())
}

func roundOf(run func() any, times int) (float64, any) {
	var last any
	start := cpuNS()
	for i := 0; i < times; i++ {
		last = run()
	}
	return (cpuNS() - start) / float64(times), last
}

func measure(run func() any, rounds int) (float64, any) {
	least, last := roundOf(run, 1000)
	times := int(roundNS/(least+1)) + 1
	for i := 0; i < rounds; i++ {
		if ns, _ := roundOf(run, times); ns < least {
			least = ns
		}
	}
	return least, last
}

func main() {
	rounds, err := strconv.Atoi(os.Args[2])
	check(err)
	f, err := os.Open(os.Args[1])
	check(err)
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var c benchCase
		check(json.Unmarshal(lines.Bytes(), &c))
		if len(os.Args) > 4 && !strings.Contains(c.Name, os.Args[4]) {
			continue
		}
		ns, last := measure(prepare(&c, os.Args[3]), rounds)
		if v, ok := last.(ref.Val); ok {
			last = v.Value()
		}
		fmt.Printf("%s\t%.1f\t%v\n", c.Name, ns, last)
	}
	check(lines.Err())
}
