package footprint

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Bounds on an expression, so that a stranger's text costs little.
const (
	maxExprBytes  = 4096
	maxExprDepth  = 32
	maxExprValues = 300
)

// ErrExpr is wrapped by every fault in a region expression.
var ErrExpr = errors.New("bad region expression")

// Attribute is what a term of an expression looks at.
type Attribute uint8

// The attributes of a term. The zero value is invalid.
const (
	InvalidAttribute Attribute = iota
	AttrAny                    // every site
	AttrCountry                // ISO 3166-1 code of the site's record
	AttrSubdivision            // ISO 3166-2 code of the site's record
	AttrBloc                   // dated bloc membership of the site's country or subdivision
	AttrGroup                  // the provider's continent group
	AttrKind                   // pop or core
	AttrNetwork                // global, core, …
	AttrRegion                 // another key region, by key
	AttrUnpublished            // a named fact that is not published: Unknown everywhere
)

var attributeNames = map[string]Attribute{
	"any": AttrAny, "country": AttrCountry, "country_code": AttrCountry,
	"subdivision": AttrSubdivision, "bloc": AttrBloc, "group": AttrGroup,
	"kind": AttrKind, "network": AttrNetwork, "region": AttrRegion,
	"unpublished": AttrUnpublished,
}

// Op is the kind of an expression node.
type Op uint8

// The node kinds.
const (
	OpTerm Op = iota
	OpNot
	OpAnd
	OpOr
)

// Expr is a predicate over sites: terms joined by and, or, not. It is
// immutable once parsed.
type Expr struct {
	Op     Op
	Left   *Expr // operand of not, and, or
	Right  *Expr // second operand of and, or
	Attr   Attribute
	Values []string
	text   string
}

// String returns the text the expression was parsed from.
func (e *Expr) String() string { return e.text }

// Facts lists the ids of the unpublished facts that the expression names.
func (e *Expr) Facts() []string {
	if e == nil {
		return nil
	}
	if e.Op == OpTerm {
		if e.Attr == AttrUnpublished {
			return e.Values
		}
		return nil
	}
	return slices.Concat(e.Left.Facts(), e.Right.Facts())
}

// Each calls fn for every term.
func (e *Expr) Each(fn func(attr Attribute, values []string)) {
	switch {
	case e == nil:
	case e.Op == OpTerm:
		fn(e.Attr, e.Values)
	default:
		e.Left.Each(fn)
		e.Right.Each(fn)
	}
}

// ParseExpr reads an expression such as
//
//	bloc: EU and not country: [FR, DE]
//	(region: EU) and (not country: FR)
//	country_code in ["DE", "AT"]
//
// Text over 4,096 bytes, nesting over 32 or an unknown attribute is an error
// that wraps ErrExpr and names the byte where it was found.
func ParseExpr(text string) (*Expr, error) {
	if len(text) > maxExprBytes {
		return nil, fmt.Errorf("%w: %d bytes (at most %d)", ErrExpr, len(text), maxExprBytes)
	}
	toks, err := lexExpr(text)
	if err != nil {
		return nil, err
	}
	p := exprParser{toks: toks}
	e, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if p.peek().kind != tokEnd {
		return nil, p.fail("end of expression, and, or")
	}
	e.text = strings.TrimSpace(text)
	return e, nil
}

type exprParser struct {
	toks []exprToken
	pos  int
}

func (p *exprParser) peek() exprToken { return p.toks[p.pos] }

func (p *exprParser) next() exprToken {
	t := p.toks[p.pos]
	if t.kind != tokEnd {
		p.pos++
	}
	return t
}

func (p *exprParser) word(w string) bool {
	t := p.peek()
	if t.kind == tokWord && strings.EqualFold(t.text, w) {
		p.pos++
		return true
	}
	return false
}

func (p *exprParser) fail(want string) error {
	t := p.peek()
	got := "the end"
	if t.kind != tokEnd {
		got = fmt.Sprintf("%q", clip(t.text, 40))
	}
	return fmt.Errorf("%w: at byte %d: found %s, want %s", ErrExpr, t.at+1, got, want)
}

func (p *exprParser) or(depth int) (*Expr, error) { return p.chain(depth, "or", OpOr, p.and) }

func (p *exprParser) and(depth int) (*Expr, error) { return p.chain(depth, "and", OpAnd, p.not) }

func (p *exprParser) chain(depth int, word string, op Op, sub func(int) (*Expr, error)) (*Expr, error) {
	left, err := sub(depth)
	if err != nil {
		return nil, err
	}
	for p.word(word) {
		right, err := sub(depth)
		if err != nil {
			return nil, err
		}
		left = &Expr{Op: op, Left: left, Right: right}
	}
	return left, nil
}

func (p *exprParser) not(depth int) (*Expr, error) {
	if depth > maxExprDepth {
		return nil, fmt.Errorf("%w: at byte %d: nested deeper than %d", ErrExpr, p.peek().at+1, maxExprDepth)
	}
	if p.word("not") {
		e, err := p.not(depth + 1)
		if err != nil {
			return nil, err
		}
		return &Expr{Op: OpNot, Left: e}, nil
	}
	if p.peek().kind == tokOpen {
		p.next()
		e, err := p.or(depth + 1)
		if err != nil {
			return nil, err
		}
		if p.peek().kind != tokClose {
			return nil, p.fail(")")
		}
		p.next()
		return e, nil
	}
	return p.term()
}

func (p *exprParser) term() (*Expr, error) {
	t := p.peek()
	attr, ok := attributeNames[strings.ToLower(t.text)]
	if t.kind != tokWord || !ok {
		return nil, p.fail("country, subdivision, bloc, group, kind, network, region, unpublished, any, not or (")
	}
	p.next()
	if attr == AttrAny {
		return &Expr{Attr: AttrAny}, nil
	}
	negate := false
	switch o := p.peek(); {
	case o.kind == tokColon, o.kind == tokEqual:
		p.next()
	case o.kind == tokNotEqual:
		p.next()
		negate = true
	case p.word("in"):
	default:
		return nil, p.fail(": or == or != or in")
	}
	values, err := p.values()
	if err != nil {
		return nil, err
	}
	e := &Expr{Attr: attr, Values: values}
	if negate {
		e = &Expr{Op: OpNot, Left: e}
	}
	return e, nil
}

func (p *exprParser) values() ([]string, error) {
	if p.peek().kind != tokBracket {
		v, err := p.value()
		return []string{v}, err
	}
	p.next()
	var out []string
	for {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		if out = append(out, v); len(out) > maxExprValues {
			return nil, fmt.Errorf("%w: more than %d values in a list", ErrExpr, maxExprValues)
		}
		switch p.peek().kind {
		case tokComma:
			p.next()
		case tokUnbracket:
			p.next()
			return out, nil
		default:
			return nil, p.fail(", or ]")
		}
	}
}

func (p *exprParser) value() (string, error) {
	t := p.peek()
	if t.kind != tokWord && t.kind != tokString || t.text == "" {
		return "", p.fail("a value")
	}
	p.next()
	return t.text, nil
}
