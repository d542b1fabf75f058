package gql

import (
	"strconv"

	"github.com/graphql-go/graphql/language/ast"
)

// document is a parsed executable document: the library's syntax tree, so that
// its validation rules apply, and what that tree has no room for.
type document struct {
	src           string
	ast           *ast.Document
	operations    []*ast.OperationDefinition
	fragments     map[string]*ast.FragmentDefinition
	varDirectives map[*ast.VariableDefinition][]*ast.Directive
	aliases       int
	directives    int
}

// nullName is the literal null: an enum value that no schema can declare.
const nullName = "null"

func isNull(v ast.Value) bool {
	e, ok := v.(*ast.EnumValue)
	return ok && e.Value == nullName
}

// parser reads executable documents. The library's own parser refuses null
// literals, directives on variables and \u{...}, and panics on `query($a: ])`.
// Nodes carry offsets without a source: the library compiles a regular
// expression and scans the whole source for every position it reports.
type parser struct {
	src    string
	tokens []token
	at     int
	doc    *document
	err    *Error // the first error; from then on every token is the end
}

// parseDocument lexes and parses an executable document within limits.
func parseDocument(src string, limits Limits) (*document, *Error) {
	tokens, err := lex(src, limits)
	if err != nil {
		return nil, err
	}
	p := &parser{src: src, tokens: tokens, doc: &document{
		src: src, fragments: map[string]*ast.FragmentDefinition{},
		varDirectives: map[*ast.VariableDefinition][]*ast.Directive{},
	}}
	p.document()
	if p.err != nil {
		return nil, p.err
	}
	return p.doc, nil
}

func (p *parser) document() {
	root := &ast.Document{Kind: "Document", Loc: p.loc(0)}
	for first := true; p.more(first, tokenEOF); first = false {
		root.Definitions = append(root.Definitions, p.definition())
	}
	p.doc.ast = root
}

func (p *parser) definition() ast.Node {
	start := p.peek()
	if start.kind == '{' {
		return p.operation("query", start)
	}
	p.description()
	switch word := p.peekText(); word {
	case "query", "mutation", "subscription":
		p.next()
		return p.operation(word, start)
	case "fragment":
		p.next()
		return p.fragment(start)
	}
	p.unexpected()
	return nil
}

func (p *parser) description() {
	if k := p.peek().kind; k == tokenString || k == tokenBlock {
		p.value(true)
	}
}

func (p *parser) operation(kind string, start token) ast.Node {
	op := &ast.OperationDefinition{Kind: "OperationDefinition", Operation: kind}
	if p.peek().kind == tokenName {
		op.Name = p.name()
	}
	if p.skip('(') {
		for first := true; p.more(first, ')'); first = false {
			op.VariableDefinitions = append(op.VariableDefinitions, p.variableDefinition())
		}
	}
	op.Directives = p.directives(false)
	op.SelectionSet = p.selectionSet()
	op.Loc = p.loc(start.start)
	p.doc.operations = append(p.doc.operations, op)
	return op
}

func (p *parser) variableDefinition() *ast.VariableDefinition {
	p.description()
	start := p.peek().start
	def := &ast.VariableDefinition{Kind: "VariableDefinition", Variable: p.variable()}
	p.expect(':')
	def.Type = p.typeRef()
	if p.skip('=') {
		def.DefaultValue = p.value(true)
	}
	if dirs := p.directives(true); len(dirs) > 0 {
		p.doc.varDirectives[def] = dirs
	}
	def.Loc = p.loc(start)
	return def
}

func (p *parser) fragment(start token) ast.Node {
	if p.peekText() == "on" {
		p.unexpected()
	}
	f := &ast.FragmentDefinition{Kind: "FragmentDefinition", Name: p.name()}
	p.keyword("on")
	f.TypeCondition = p.named()
	f.Directives = p.directives(false)
	f.SelectionSet = p.selectionSet()
	f.Loc = p.loc(start.start)
	if p.doc.fragments[f.Name.Value] == nil {
		p.doc.fragments[f.Name.Value] = f
	}
	return f
}

func (p *parser) selectionSet() *ast.SelectionSet {
	set := &ast.SelectionSet{Kind: "SelectionSet"}
	start := p.expect('{').start
	for first := true; p.more(first, '}'); first = false {
		set.Selections = append(set.Selections, p.selection())
	}
	set.Loc = p.loc(start)
	return set
}

func (p *parser) selection() ast.Selection {
	start := p.peek().start
	if !p.skip(tokenSpread) {
		return p.field(start)
	}
	if word := p.peekText(); word != "" && word != "on" {
		f := &ast.FragmentSpread{Kind: "FragmentSpread", Name: p.name(), Directives: p.directives(false)}
		f.Loc = p.loc(start)
		return f
	}
	f := &ast.InlineFragment{Kind: "InlineFragment"}
	if p.peekText() == "on" {
		p.next()
		f.TypeCondition = p.named()
	}
	f.Directives = p.directives(false)
	f.SelectionSet = p.selectionSet()
	f.Loc = p.loc(start)
	return f
}

func (p *parser) field(start int) *ast.Field {
	f := &ast.Field{Kind: "Field", Name: p.name()}
	if p.skip(':') {
		f.Alias, f.Name = f.Name, p.name()
		p.doc.aliases++
	}
	f.Arguments = p.arguments(false)
	f.Directives = p.directives(false)
	if p.peek().kind == '{' {
		f.SelectionSet = p.selectionSet()
	}
	f.Loc = p.loc(start)
	return f
}

func (p *parser) arguments(constant bool) []*ast.Argument {
	args := []*ast.Argument{}
	if !p.skip('(') {
		return args
	}
	for first := true; p.more(first, ')'); first = false {
		a := &ast.Argument{Kind: "Argument", Name: p.name()}
		p.expect(':')
		a.Value = p.value(constant)
		a.Loc = p.loc(a.Name.Loc.Start)
		args = append(args, a)
	}
	return args
}

func (p *parser) directives(constant bool) []*ast.Directive {
	dirs := []*ast.Directive{}
	for p.peek().kind == '@' {
		start := p.next().start
		d := &ast.Directive{Kind: "Directive", Name: p.name(), Arguments: p.arguments(constant)}
		d.Loc = p.loc(start)
		dirs = append(dirs, d)
		p.doc.directives++
	}
	return dirs
}

func (p *parser) value(constant bool) ast.Value {
	t := p.peek()
	switch t.kind {
	case '$':
		if constant {
			p.unexpected()
		}
		return p.variable()
	case '[':
		return p.list(constant)
	case '{':
		return p.object(constant)
	case tokenString, tokenBlock:
		return p.stringValue()
	case tokenName, tokenInt, tokenFloat:
		p.next()
	default:
		p.unexpected()
	}
	text, at := p.src[t.start:t.end], &ast.Location{Start: t.start, End: t.end}
	switch t.kind {
	case tokenInt:
		return &ast.IntValue{Kind: "IntValue", Value: text, Loc: at}
	case tokenFloat:
		return &ast.FloatValue{Kind: "FloatValue", Value: text, Loc: at}
	case tokenName:
		if text == "true" || text == "false" {
			return &ast.BooleanValue{Kind: "BooleanValue", Value: text == "true", Loc: at}
		}
		return &ast.EnumValue{Kind: "EnumValue", Value: text, Loc: at}
	}
	return nil
}

func (p *parser) stringValue() ast.Value {
	t := p.next()
	text := p.src[t.start:t.end]
	if t.kind == tokenBlock {
		return &ast.StringValue{Kind: "StringValue", Value: unquoteBlock(text), Loc: p.loc(t.start)}
	}
	value, bad := unquote(text)
	if bad >= 0 {
		p.fail(failAt(p.src, t.start+bad, "syntax error: bad character or escape in a string"))
	}
	return &ast.StringValue{Kind: "StringValue", Value: value, Loc: p.loc(t.start)}
}

func (p *parser) list(constant bool) ast.Value {
	list := &ast.ListValue{Kind: "ListValue", Values: []ast.Value{}}
	start := p.expect('[').start
	for p.more(false, ']') {
		list.Values = append(list.Values, p.value(constant))
	}
	list.Loc = p.loc(start)
	return list
}

func (p *parser) object(constant bool) ast.Value {
	object := &ast.ObjectValue{Kind: "ObjectValue", Fields: []*ast.ObjectField{}}
	start := p.expect('{').start
	for p.more(false, '}') {
		f := &ast.ObjectField{Kind: "ObjectField", Name: p.name()}
		p.expect(':')
		f.Value = p.value(constant)
		f.Loc = p.loc(f.Name.Loc.Start)
		object.Fields = append(object.Fields, f)
	}
	object.Loc = p.loc(start)
	return object
}

func (p *parser) typeRef() ast.Type {
	start := p.peek().start
	var t ast.Type
	if p.skip('[') {
		list := &ast.List{Kind: "List", Type: p.typeRef()}
		p.expect(']')
		list.Loc = p.loc(start)
		t = list
	} else {
		t = p.named()
	}
	if p.skip('!') {
		return &ast.NonNull{Kind: "NonNull", Type: t, Loc: p.loc(start)}
	}
	return t
}

func (p *parser) variable() *ast.Variable {
	start := p.expect('$').start
	v := &ast.Variable{Kind: "Variable", Name: p.name()}
	v.Loc = p.loc(start)
	return v
}

func (p *parser) named() *ast.Named {
	name := p.name()
	return &ast.Named{Kind: "Named", Name: name, Loc: name.Loc}
}

func (p *parser) name() *ast.Name {
	t := p.expect(tokenName)
	return &ast.Name{Kind: "Name", Value: p.src[t.start:t.end], Loc: p.loc(t.start)}
}

func (p *parser) keyword(word string) {
	if p.peekText() != word {
		p.unexpected()
	}
	p.next()
}

// loc is the range from start to the end of the token read last.
func (p *parser) loc(start int) *ast.Location {
	end := start
	if p.at > 0 {
		end = p.tokens[p.at-1].end
	}
	return &ast.Location{Start: start, End: end}
}

func (p *parser) peek() token { return p.tokens[p.at] }

// peekText is the next token when it is a name, else "".
func (p *parser) peekText() string {
	if t := p.peek(); t.kind == tokenName {
		return p.src[t.start:t.end]
	}
	return ""
}

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEOF {
		p.at++
	}
	return t
}

func (p *parser) skip(kind tokenKind) bool {
	if p.peek().kind != kind {
		return false
	}
	p.next()
	return true
}

// more reports whether another item comes before the closing token, which it
// reads; at least one item is wanted when first is true.
func (p *parser) more(first bool, closing tokenKind) bool {
	if p.err != nil {
		return false
	}
	if closing == tokenEOF {
		return first || p.peek().kind != tokenEOF
	}
	return first || !p.skip(closing)
}

func (p *parser) expect(kind tokenKind) token {
	if p.peek().kind != kind {
		p.unexpected()
	}
	return p.next()
}

func (p *parser) unexpected() {
	t := p.peek()
	if t.kind == tokenEOF {
		p.fail(failAt(p.src, t.start, "syntax error: unexpected end of the document"))
		return
	}
	text := p.src[t.start:min(t.end, t.start+40)]
	p.fail(failAt(p.src, t.start, "syntax error: unexpected %s", strconv.QuoteToASCII(text)))
}

// fail keeps the first error and moves to the end, where everything stops.
func (p *parser) fail(err *Error) {
	if p.err == nil {
		p.err = err
	}
	p.at = len(p.tokens) - 1
}
