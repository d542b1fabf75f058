package api_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"domicile/schema"
)

// introspected is what introspection says, as far as SDL can say it.
type introspected struct {
	Schema struct {
		QueryType, MutationType namedType
		SubscriptionType        *namedType
		Types                   []typeInfo
		Directives              []struct {
			Name, Description string
			Locations         []string
			Args              []inputInfo
		}
	} `json:"__schema"`
}

type namedType struct{ Name string }

type typeInfo struct {
	Kind, Name, Description string
	Fields                  []struct {
		Name, Description string
		Args              []inputInfo
		Type              typeRef
	}
	InputFields []inputInfo
	Interfaces  []namedType
	EnumValues  []struct{ Name, Description string }
}

type inputInfo struct {
	Name, Description string
	Type              typeRef
	DefaultValue      *string
}

type typeRef struct {
	Kind, Name string
	OfType     *typeRef
}

func (t typeRef) String() string {
	switch t.Kind {
	case "NON_NULL":
		return t.OfType.String() + "!"
	case "LIST":
		return "[" + t.OfType.String() + "]"
	}
	return t.Name
}

func (i inputInfo) String() string {
	s := i.Name + ": " + i.Type.String()
	if i.DefaultValue != nil {
		s += " = " + *i.DefaultValue
	}
	return s
}

func arguments(args []inputInfo) string {
	if len(args) == 0 {
		return ""
	}
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = a.String()
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

func described(indent, text string) string {
	if text == "" {
		return ""
	}
	return indent + `"` + text + "\"\n"
}

// sdl writes a type as the contract has it.
func (t typeInfo) sdl() string {
	var b strings.Builder
	b.WriteString(described("", t.Description))
	word := map[string]string{"OBJECT": "type", "INTERFACE": "interface", "ENUM": "enum", "INPUT_OBJECT": "input", "SCALAR": "scalar"}[t.Kind]
	b.WriteString(word + " " + t.Name)
	for i, of := range t.Interfaces {
		b.WriteString([]string{" implements ", " & "}[min(i, 1)] + of.Name)
	}
	if t.Kind == "SCALAR" {
		return b.String() + "\n"
	}
	b.WriteString(" {\n")
	for _, f := range t.Fields {
		b.WriteString(described("  ", f.Description) + "  " + f.Name + arguments(f.Args) + ": " + f.Type.String() + "\n")
	}
	for _, f := range t.InputFields {
		b.WriteString(described("  ", f.Description) + "  " + f.String() + "\n")
	}
	for _, v := range t.EnumValues {
		b.WriteString(described("  ", v.Description) + "  " + v.Name + "\n")
	}
	return b.String() + "}\n"
}

const introspection = `{ __schema {
	queryType { name } mutationType { name } subscriptionType { name }
	types { kind name description interfaces { name } enumValues { name description }
		fields { name description type { ...T } args { name description defaultValue type { ...T } } }
		inputFields { name description defaultValue type { ...T } } }
	directives { name description locations args { name description defaultValue type { ...T } } }
} }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`

var (
	builtin    = []string{"String", "Int", "Float", "Boolean", "ID", "include", "skip", "deprecated", "specifiedBy", "oneOf"}
	applied    = regexp.MustCompile(` @(auth|cost)\([^)]*\)`)
	definition = regexp.MustCompile(`(?m)^(schema|type|input|enum|scalar|interface|directive) @?(\w+)`)
)

// blocks cuts SDL into definitions without comments and directives, by what
// they define.
func blocks(t *testing.T, sdl string) []string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(sdl) {
		if text := strings.TrimSpace(line); text != "" && !strings.HasPrefix(text, "#") {
			if !strings.HasPrefix(line, "directive") {
				line = applied.ReplaceAllString(line, "")
			}
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	var out []string
	for start, i := 0, 0; i < len(lines); i++ {
		last := lines[i] == "}" || !strings.HasPrefix(lines[i], " ") && !strings.HasSuffix(lines[i], "{") && !strings.HasPrefix(lines[i], `"`)
		if last {
			out = append(out, strings.Join(lines[start:i+1], "\n")+"\n")
			start = i + 1
		}
	}
	return out
}

func TestIntrospectionEqualsTheFiles(t *testing.T) {
	got := data[introspected](t, start(t), introspection, nil)
	served := []string{fmt.Sprintf("schema {\n  query: %s\n  mutation: %s\n  subscription: %s\n}\n", got.Schema.QueryType.Name, got.Schema.MutationType.Name, got.Schema.SubscriptionType.Name)}
	for _, info := range got.Schema.Types {
		if !strings.HasPrefix(info.Name, "__") && !slices.Contains(builtin, info.Name) {
			served = append(served, info.sdl())
		}
	}
	for _, d := range got.Schema.Directives {
		if !slices.Contains(builtin, d.Name) {
			served = append(served, described("", d.Description)+"directive @"+d.Name+arguments(d.Args)+" on "+strings.Join(d.Locations, " | ")+"\n")
		}
	}
	sdl, err := schema.SDL()
	if err != nil {
		t.Fatal(err)
	}
	written := blocks(t, sdl)
	byName := func(a, b string) int {
		return strings.Compare(definition.FindString(a), definition.FindString(b))
	}
	slices.SortFunc(served, byName)
	slices.SortFunc(written, byName)
	if diff := cmp.Diff(written, served); diff != "" {
		t.Errorf("the files (-) and what is served (+) differ:\n%s", diff)
	}
	if len(written) < 80 {
		t.Errorf("only %d definitions found", len(written))
	}
}

func TestEveryWordOfTheContractIsDescribed(t *testing.T) {
	got := data[introspected](t, start(t), introspection, nil)
	for _, info := range got.Schema.Types {
		if !strings.HasPrefix(info.Name, "__") && info.Description == "" {
			t.Errorf("%s has no description", info.Name)
		}
	}
}

func TestEveryPageSaysWhetherItIsComplete(t *testing.T) {
	got := data[introspected](t, start(t), introspection, nil)
	for _, info := range got.Schema.Types {
		if !strings.HasSuffix(info.Name, "Connection") {
			continue
		}
		var names []string
		for _, f := range info.Fields {
			if f.Name != "moved" { // what a page of a sweep says beside
				names = append(names, f.Name)
			}
		}
		if diff := cmp.Diff([]string{"edges", "nodes", "pageInfo", "totalCount", "complete"}, names); diff != "" {
			t.Errorf("%s: %s", info.Name, diff)
		}
	}
}
