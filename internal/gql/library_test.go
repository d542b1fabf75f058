package gql_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"domicile/internal/gql"
)

//go:embed testdata/library.graphql
var librarySDL string

type book struct {
	n     int
	title string
	genre genre
}

type genre string

type author struct{ n int }

type trouble struct{}

type tick struct{ n int }

type calls struct {
	guards, batches, bumps atomic.Int64
}

type roleKey struct{}

// enteredKey is the context key of a channel that the field that waits closes.
type enteredKey struct{}

func withRole(ctx context.Context, role string) context.Context {
	return context.WithValue(ctx, roleKey{}, role)
}

var errGone = errors.New("gone")

func newBook(n int) *book {
	return &book{n: n, title: fmt.Sprintf("Book %d", n), genre: []genre{"NOVEL", "ESSAY", "POEM"}[n%3]}
}

func booksUpTo(n int) []*book {
	books := make([]*book, n)
	for i := range books {
		books[i] = newBook(i)
	}
	return books
}

// libraryBinding binds the schema of the tests; c counts what it did.
func libraryBinding(c *calls) gql.Binding {
	return gql.Binding{
		Resolvers: map[string]map[string]gql.Resolver{
			"Query": queryResolvers(), "Trouble": troubleResolvers(), "Book": bookResolvers(),
			"Author": authorResolvers(), "Mutation": mutationResolvers(c),
			"Shelf": {
				"row":   gql.From(func(b *book) any { return b.n % 7 }),
				"label": gql.From(func(b *book) any { return nil }),
			},
			"BookConnection": {
				"nodes": gql.From(func(n int) any { return booksUpTo(n) }),
				"total": gql.From(func(int) any { return 1000 }),
			},
			"Tick": {
				"n":      gql.FromInt(func(t tick) int64 { return int64(t.n) }),
				"broken": func(context.Context, *gql.Params) (any, error) { return nil, errors.New("no") },
			},
		},
		Batches:       map[string]map[string]gql.BatchResolver{"Book": {"author": authorsOf(c)}},
		Subscriptions: map[string]gql.Subscriber{"ticks": ticks, "guarded": ticks},
		Scalars:       map[string]gql.Scalar{"Date": dateScalar()},
		TypeOf:        typeOf,
		Guard:         guard(c),
		MapError: func(err error) *gql.Error {
			if errors.Is(err, errGone) {
				return gql.Errorf(gql.NotFound, "it is gone")
			}
			return nil
		},
		Extensions: func(context.Context) map[string]any { return map[string]any{"revision": "r1"} },
	}
}

func authorResolvers() map[string]gql.Resolver {
	return map[string]gql.Resolver{
		"id":    gql.FromText(func(a *author) string { return fmt.Sprintf("author:%d", a.n) }),
		"near":  gql.From(func(a *author) any { return []any{newBook(a.n), a} }),
		"name":  gql.FromText(func(a *author) string { return fmt.Sprintf("Author %d", a.n) }),
		"books": gql.From(func(a *author) any { return []*book{newBook(a.n)} }),
	}
}

func mutationResolvers(c *calls) map[string]gql.Resolver {
	return map[string]gql.Resolver{
		"add": func(_ context.Context, p *gql.Params) (any, error) {
			return &book{n: 99, title: p.Args.String("title"), genre: "NOVEL"}, nil
		},
		"bump": func(context.Context, *gql.Params) (any, error) { return c.bumps.Add(1), nil },
	}
}

func authorsOf(c *calls) gql.BatchResolver {
	return func(_ context.Context, p *gql.BatchParams) ([]gql.Result, error) {
		c.batches.Add(1)
		out := make([]gql.Result, len(p.Sources))
		for i, source := range p.Sources {
			out[i].Value = &author{source.(*book).n}
		}
		return out, nil
	}
}

func dateScalar() gql.Scalar {
	return gql.Scalar{
		Parse: func(v any) (any, error) {
			text, _ := v.(string)
			day, err := time.Parse(time.DateOnly, text)
			if err != nil {
				return nil, errors.New("a Date is written YYYY-MM-DD")
			}
			return day, nil
		},
		Serialize: func(v any) (any, error) { return v.(time.Time).Format(time.DateOnly), nil },
	}
}

func typeOf(v any) string {
	switch v.(type) {
	case *book:
		return "Book"
	case *author:
		return "Author"
	}
	return ""
}

func guard(c *calls) func(gql.FieldDef) (gql.Check, error) {
	return func(f gql.FieldDef) (gql.Check, error) {
		d, ok := f.Directive("auth")
		if !ok {
			return nil, nil
		}
		role := d.Args.String("role")
		return func(ctx context.Context) error {
			c.guards.Add(1)
			if ctx.Value(roleKey{}) != role {
				return gql.Errorf(gql.Forbidden, "%s is for a %s", f.Name, role)
			}
			return nil
		}, nil
	}
}

func queryResolvers() map[string]gql.Resolver {
	return map[string]gql.Resolver{
		"hello": func(_ context.Context, p *gql.Params) (any, error) { return "hello " + p.Args.String("name"), nil },
		"book": func(_ context.Context, p *gql.Params) (any, error) {
			var n int
			if _, err := fmt.Sscanf(p.Args.String("id"), "book:%d", &n); err != nil {
				return nil, nil
			}
			return newBook(n), nil
		},
		"books": func(_ context.Context, p *gql.Params) (any, error) { return booksUpTo(p.Args.Int("first")), nil },
		"catalogue": func(_ context.Context, p *gql.Params) (any, error) {
			return p.Args.Int("first"), nil
		},
		"node": func(_ context.Context, p *gql.Params) (any, error) { return node(p.Args.String("id")), nil },
		"nodes": func(_ context.Context, p *gql.Params) (any, error) {
			var out []any
			for _, id := range p.Args.Strings("ids") {
				out = append(out, node(id))
			}
			return out, nil
		},
		"search": func(context.Context, *gql.Params) (any, error) {
			return []any{newBook(1), &author{2}, newBook(3)}, nil
		},
		"echo": func(_ context.Context, p *gql.Params) (any, error) { return showArgs(p.Args), nil },
		"must": func(_ context.Context, p *gql.Params) (any, error) { return p.Args.Int("n"), nil },
		"self": func(context.Context, *gql.Params) (any, error) { return struct{}{}, nil },
		"secret": func(context.Context, *gql.Params) (any, error) {
			return "the key is under the mat", nil
		},
		"dear":     func(context.Context, *gql.Params) (any, error) { return 1, nil },
		"trouble":  func(context.Context, *gql.Params) (any, error) { return trouble{}, nil },
		"troubles": func(context.Context, *gql.Params) (any, error) { return []any{trouble{}, nil, trouble{}}, nil },
		"sturdy":   func(context.Context, *gql.Params) (any, error) { return []any{trouble{}, nil, trouble{}}, nil },
		"old":      func(context.Context, *gql.Params) (any, error) { return int32(1), nil },
		"numbers":  func(context.Context, *gql.Params) (any, error) { return []int{1, 2, 3}, nil },
		"matrix":   func(context.Context, *gql.Params) (any, error) { return [][]int{{1}, nil, {2, 3}}, nil },
	}
}

func node(id string) any {
	var n int
	if _, err := fmt.Sscanf(id, "book:%d", &n); err == nil {
		return newBook(n)
	}
	if _, err := fmt.Sscanf(id, "author:%d", &n); err == nil {
		return &author{n}
	}
	return nil
}

func bookResolvers() map[string]gql.Resolver {
	day := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	return map[string]gql.Resolver{
		"id":        gql.From(func(b *book) any { return fmt.Sprintf("book:%d", b.n) }),
		"near":      gql.From(func(b *book) any { return []any{b, &author{b.n}} }),
		"title":     gql.From(func(b *book) any { return b.title }),
		"genre":     gql.From(func(b *book) any { return b.genre }),
		"pages":     gql.From(func(b *book) any { return uint16(100 + b.n) }),
		"price":     gql.From(func(b *book) any { return float32(2.5) }),
		"published": gql.From(func(b *book) any { return day }),
		"inPrint":   gql.From(func(b *book) any { return b.n%2 == 0 }),
		"tags":      gql.From(func(b *book) any { return []string{"a", "b"} }),
		"sequel":    gql.From(func(b *book) any { return newBook(b.n + 1) }),
		"shelf":     gql.From(func(b *book) any { return b }),
		"related": gql.With(func(_ context.Context, b *book, args gql.Args) (any, error) {
			return booksUpTo(args.Int("first")), nil
		}),
	}
}

func troubleResolvers() map[string]gql.Resolver {
	fails := func(err error) gql.Resolver {
		return func(context.Context, *gql.Params) (any, error) { return nil, err }
	}
	answers := func(v any) gql.Resolver {
		return func(context.Context, *gql.Params) (any, error) { return v, nil }
	}
	return map[string]gql.Resolver{
		"fine":      answers(1),
		"coded":     fails(gql.Errorf(gql.NotFound, "no such thing")),
		"masked":    fails(errors.New("the password is hunter2")),
		"wrapped":   fails(fmt.Errorf("inside: %w", errGone)),
		"panics":    func(context.Context, *gql.Params) (any, error) { panic("the password is hunter2") },
		"nothing":   answers(nil),
		"wrongEnum": answers("SONNET"),
		"wrongInt":  answers(int64(1) << 40),
		"inner":     answers(trouble{}),
		"firm":      answers(trouble{}),
		"wait": func(ctx context.Context, _ *gql.Params) (any, error) {
			if entered, ok := ctx.Value(enteredKey{}).(chan struct{}); ok {
				close(entered)
			}
			<-ctx.Done()
			return nil, ctx.Err()
		},
		"list": answers([]any{1, nil, 3}),
	}
}

func ticks(ctx context.Context, p *gql.Params) (<-chan any, error) {
	events := make(chan any)
	go func() {
		defer close(events)
		for i := range p.Args.Int("count") {
			select {
			case events <- tick{i + 1}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return events, nil
}

// showArgs writes arguments as text: absent ones are left out.
func showArgs(a gql.Args) string {
	var parts []string
	for _, name := range a.Names() {
		parts = append(parts, name+"="+showValue(a.Value(name)))
	}
	return strings.Join(parts, " ")
}

func showValue(v any) string {
	switch v := v.(type) {
	case gql.Args:
		return "{" + showArgs(v) + "}"
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = showValue(v[i])
		}
		return "[" + strings.Join(parts, " ") + "]"
	case time.Time:
		return v.Format(time.DateOnly)
	case nil:
		return "null"
	}
	return fmt.Sprintf("%#v", v)
}

func newLibrary(t testing.TB) *gql.Schema {
	t.Helper()
	s, err := gql.Build(librarySDL, libraryBinding(&calls{}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// execute runs a request and returns its JSON.
func execute(t testing.TB, s *gql.Schema, req gql.Request) string {
	t.Helper()
	r := s.Execute(t.Context(), req)
	if !json.Valid(r.JSON()) {
		t.Fatalf("response of %q is no JSON: %s", req.Query, r.JSON())
	}
	return string(r.JSON())
}
