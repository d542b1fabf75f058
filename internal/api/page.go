package api

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"domicile/internal/gql"
)

// maxPage is the most that `first` may ask for.
const maxPage = 100

// series is the digest of a question whose answer is paged: what a cursor must
// have been made for.
type series [8]byte

// seriesOf digests the parts of a question.
func seriesOf(parts ...string) series {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p))))
		h.Write([]byte{':'})
		h.Write([]byte(p))
	}
	return series(h.Sum(nil)[:8])
}

// cursor names the place after a key.
func (s series) cursor(key string) string {
	return base64.RawURLEncoding.EncodeToString(append(s[:], key...))
}

// key reads a cursor of the same question.
func (s series) key(cursor string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) < len(s) || len(cursor) > 512 {
		return "", gql.Errorf(gql.BadUserInput, "after is no cursor")
	}
	key, ok := strings.CutPrefix(string(raw), string(s[:]))
	if !ok {
		return "", gql.Errorf(gql.BadUserInput, "after is a cursor of another question, or of another revision; start again without it")
	}
	return key, nil
}

// edge is one item of a page.
type edge[T any] struct {
	cursor string
	node   T
}

// page is a part of a list.
type page[T any] struct {
	edges  []edge[T]
	before bool // something lies before it
	more   bool // something lies after it
	total  int  // of the whole list; -1 when not counted
}

// firstArg reads `first`.
func firstArg(args gql.Args) (int, error) {
	n := args.Int("first")
	if n < 1 || n > maxPage {
		return 0, gql.Errorf(gql.BadUserInput, "first is %d, want 1 to %d", n, maxPage)
	}
	return n, nil
}

// pageOf cuts a page out of a whole list, whose positions are the keys. The
// series must name everything that the list depends on.
func pageOf[T any](args gql.Args, s series, list []T) (*page[T], error) {
	first, err := firstArg(args)
	if err != nil {
		return nil, err
	}
	start := 0
	if after := args.String("after"); after != "" {
		key, err := s.key(after)
		if err != nil {
			return nil, err
		}
		n, err := strconv.Atoi(key)
		if err != nil || n < 0 || n >= len(list) {
			return nil, gql.Errorf(gql.BadUserInput, "after is no cursor")
		}
		start = n + 1
	}
	end := min(start+first, len(list))
	p := &page[T]{before: start > 0, more: end < len(list), total: len(list)}
	for i := start; i < end; i++ {
		p.edges = append(p.edges, edge[T]{s.cursor(strconv.Itoa(i)), list[i]})
	}
	return p, nil
}

// connection adds the resolvers of NameConnection and NameEdge; more are
// further fields of the edge.
func connection[T any](t table, name string, more fields) {
	t[name+"Connection"] = fields{
		"edges":      gql.From(func(p *page[T]) any { return listed(p.edges) }),
		"nodes":      gql.From(func(p *page[T]) any { return p.nodes() }),
		"pageInfo":   gql.From(func(p *page[T]) any { return p.info() }),
		"totalCount": gql.From(func(p *page[T]) any { return p.count() }),
		"complete":   gql.From(func(p *page[T]) any { return !p.more }),
	}
	t[name+"Edge"] = fields{
		"cursor": gql.From(func(e edge[T]) any { return e.cursor }),
		"node":   gql.From(func(e edge[T]) any { return e.node }),
	}
	for field, r := range more {
		t[name+"Edge"][field] = r
	}
}

func (p *page[T]) nodes() []T {
	out := make([]T, len(p.edges))
	for i, e := range p.edges {
		out[i] = e.node
	}
	return out
}

func (p *page[T]) count() any {
	if p.total < 0 {
		return nil
	}
	return p.total
}

// pageInfo is PageInfo.
type pageInfo struct {
	before, more bool
	start, end   string
}

func (p *page[T]) info() pageInfo {
	i := pageInfo{before: p.before, more: p.more}
	if n := len(p.edges); n > 0 {
		i.start, i.end = p.edges[0].cursor, p.edges[n-1].cursor
	}
	return i
}

var pageInfoFields = fields{
	"hasNextPage":     gql.From(func(i pageInfo) any { return i.more }),
	"hasPreviousPage": gql.From(func(i pageInfo) any { return i.before }),
	"startCursor":     gql.From(func(i pageInfo) any { return orNull(i.start) }),
	"endCursor":       gql.From(func(i pageInfo) any { return orNull(i.end) }),
}
