// Package gqltest prints what a schema says of itself, for tests that compare
// it with the SDL file the schema was built from.
package gqltest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Introspection asks a schema for everything that SDL can say.
const Introspection = `query Introspection {
  __schema {
    queryType { name } mutationType { name } subscriptionType { name }
    types {
      kind name description specifiedByURL isOneOf
      fields(includeDeprecated: true) {
        name description args(includeDeprecated: true) { ...Input } type { ...Ref } isDeprecated deprecationReason
      }
      interfaces { name }
      possibleTypes { name }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
      inputFields(includeDeprecated: true) { ...Input }
    }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...Input } }
  }
}
fragment Input on __InputValue { name description type { ...Ref } defaultValue isDeprecated deprecationReason }
fragment Ref on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }
}`

type ref struct {
	Kind, Name string
	OfType     *ref
}

func (r ref) String() string {
	switch r.Kind {
	case "NON_NULL":
		return r.OfType.String() + "!"
	case "LIST":
		return "[" + r.OfType.String() + "]"
	}
	return r.Name
}

type member struct {
	Name              string
	Description       *string
	Args              []member
	Type              ref
	DefaultValue      *string
	IsDeprecated      bool
	DeprecationReason string
}

type typ struct {
	Kind, Name     string
	Description    *string
	SpecifiedByURL *string
	IsOneOf        bool
	Fields         []member
	Interfaces     []ref
	PossibleTypes  []ref
	EnumValues     []member
	InputFields    []member
}

type directive struct {
	Name         string
	Description  *string
	IsRepeatable bool
	Locations    []string
	Args         []member
}

// SDL writes the answer to Introspection as SDL, types in the order served and
// without what every schema has: built-in scalars, introspection types and the
// directives of the specification.
func SDL(response []byte) (string, error) {
	var body struct {
		Errors []struct{ Message string }
		Data   struct {
			Schema struct {
				Types      []typ
				Directives []directive
			} `json:"__schema"`
		}
	}
	if err := json.Unmarshal(response, &body); err != nil {
		return "", fmt.Errorf("read introspection: %w", err)
	}
	if len(body.Errors) > 0 {
		return "", fmt.Errorf("read introspection: %s", body.Errors[0].Message)
	}
	var b strings.Builder
	for _, t := range body.Data.Schema.Types {
		if !strings.HasPrefix(t.Name, "__") && !builtin[t.Name] {
			t.write(&b)
		}
	}
	for _, d := range body.Data.Schema.Directives {
		if !builtin["@"+d.Name] {
			describe(&b, d.Description)
			fmt.Fprintf(&b, "directive @%s", d.Name)
			arguments(&b, d.Args)
			fmt.Fprintf(&b, " on %s\n", strings.Join(d.Locations, " | "))
		}
	}
	return b.String(), nil
}

var builtin = map[string]bool{
	"String": true, "Int": true, "Float": true, "Boolean": true, "ID": true,
	"@skip": true, "@include": true, "@deprecated": true, "@specifiedBy": true, "@oneOf": true,
}

func (t typ) write(b *strings.Builder) {
	describe(b, t.Description)
	switch t.Kind {
	case "SCALAR":
		b.WriteString("scalar " + t.Name)
		if t.SpecifiedByURL != nil {
			fmt.Fprintf(b, " @specifiedBy(url: %q)", *t.SpecifiedByURL)
		}
	case "UNION":
		b.WriteString("union " + t.Name + " = " + names(t.PossibleTypes, " | "))
	case "ENUM":
		b.WriteString("enum " + t.Name)
		members(b, t.EnumValues, func(member) {})
	case "INPUT_OBJECT":
		b.WriteString("input " + t.Name)
		if t.IsOneOf {
			b.WriteString(" @oneOf")
		}
		members(b, t.InputFields, func(m member) { m.typed(b) })
	case "INTERFACE":
		b.WriteString("interface " + t.Name)
		members(b, t.Fields, func(m member) { m.typed(b) })
	default:
		b.WriteString("type " + t.Name)
		if len(t.Interfaces) > 0 {
			b.WriteString(" implements " + names(t.Interfaces, " & "))
		}
		members(b, t.Fields, func(m member) { m.typed(b) })
	}
	b.WriteByte('\n')
}

func (m member) typed(b *strings.Builder) {
	arguments(b, m.Args)
	b.WriteString(": " + m.Type.String())
	if m.DefaultValue != nil {
		b.WriteString(" = " + *m.DefaultValue)
	}
}

func members(b *strings.Builder, list []member, typed func(member)) {
	b.WriteString(" {\n")
	for _, m := range list {
		describe(b, m.Description)
		b.WriteString(m.Name)
		typed(m)
		m.deprecation(b)
		b.WriteByte('\n')
	}
	b.WriteString("}")
}

func arguments(b *strings.Builder, list []member) {
	if len(list) == 0 {
		return
	}
	b.WriteString("(")
	for _, m := range list {
		describe(b, m.Description)
		b.WriteString(m.Name)
		m.typed(b)
		m.deprecation(b)
		b.WriteByte('\n')
	}
	b.WriteString(")")
}

func (m member) deprecation(b *strings.Builder) {
	if m.IsDeprecated {
		fmt.Fprintf(b, " @deprecated(reason: %q)", m.DeprecationReason)
	}
}

func describe(b *strings.Builder, text *string) {
	if text != nil {
		fmt.Fprintf(b, "%s\n", quote(*text))
	}
}

func names(list []ref, separator string) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = r.Name
	}
	return strings.Join(out, separator)
}

// lexeme matches one token of SDL, or a comment.
var lexeme = regexp.MustCompile(`(?s)"""(?:\\"""|.)*?"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|\w+|-?[0-9.]+|[^\s,]`)

// Normalize brings two SDL texts to the same form when they say the same in the
// same order: comments, layout, and the applied directives that introspection
// does not show, go. A text with `extend` cannot be compared.
func Normalize(sdl string) (string, error) {
	var out []string
	tokens := lexeme.FindAllString(sdl, -1)
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		switch {
		case t[0] == '#':
			continue
		case t[0] == '"':
			t = quote(unquote(t))
		case t == "extend":
			return "", fmt.Errorf("normalize: the text extends a type")
		case t == "@" && i+1 < len(tokens) && (len(out) == 0 || out[len(out)-1] != "directive"):
			name, end := tokens[i+1], closing(tokens, i+2)
			if !builtin["@"+name] {
				i = end - 1
				continue
			}
			if name == "deprecated" && end == i+2 {
				out = append(out, "@", "deprecated", "(", "reason", ":", `"No longer supported"`, ")")
				i = end - 1
				continue
			}
		}
		out = append(out, t)
	}
	return strings.Join(out, " "), nil
}

// closing returns the index after the parenthesis that opens at from, or from
// when none does.
func closing(tokens []string, from int) int {
	if from >= len(tokens) || tokens[from] != "(" {
		return from
	}
	for i := from; i < len(tokens); i++ {
		if tokens[i] == ")" {
			return i + 1
		}
	}
	return len(tokens)
}

// quote writes a description on one line.
func quote(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		return `""`
	}
	return string(out)
}

// unquote reads a string or a block string of SDL.
func unquote(s string) string {
	if strings.HasPrefix(s, `"""`) {
		lines := strings.Split(strings.Trim(strings.TrimSuffix(strings.TrimPrefix(s, `"""`), `"""`), "\n"), "\n")
		for i, line := range lines {
			lines[i] = strings.TrimSpace(line)
		}
		return strings.TrimSpace(strings.Join(lines, "\n"))
	}
	var text string
	if json.Unmarshal([]byte(s), &text) != nil {
		return s
	}
	return text
}
