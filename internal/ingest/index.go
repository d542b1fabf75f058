package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// target is a customer and a scope by their numbers in the index.
type target struct{ customer, scope uint32 }

// Index finds whose a host is, and under which scope of the settings: the exact
// name, else a wildcard one level up, else the zone it lies in. Names of past
// versions of the settings count too, since logs may be older than the newest. A
// name in the settings of several customers is of those whose settings of the day have
// it, and where none have, of each.
type Index struct {
	exact, wild, zones map[string][]target
	scopes             []owned         // by number
	roots              []root          // by number
	customers          []string        // by number, ascending
	digest             evidence.Digest // of whose every root is, and on which days where that decides
	account            []target        // of the only customer; else none
	widest             int             // most targets of a host
}

// owned is a scope of a customer, and the number of its root.
type owned struct {
	Owner
	root uint32
}

// root is what names hang on, see [evidence.Root], and the days on which the settings in
// force had it.
type root struct {
	name     string
	customer uint32
	days
	shared bool // somebody else has names in it, so that the day decides
}

// text is a root as it is kept of a file.
func (r *root) text() string {
	if r.shared {
		return fmt.Sprintf("%s %d..%d", r.name, r.from, r.to)
	}
	return r.name
}

// ErrCustomer: there is no such customer.
var ErrCustomer = errors.New("there is no such customer; import its settings first")

// NewIndex indexes the customers of a state: all, or the only one that a log is
// known to be of. Then lines that name no host of it are of its account.
func NewIndex(ctx context.Context, st *atlas.State, only string) (*Index, error) {
	x := &Index{exact: map[string][]target{}, wild: map[string][]target{}, zones: map[string][]target{}}
	if only != "" {
		c, ok := st.Customer(only)
		if !ok {
			return nil, fmt.Errorf("customer %.40q: %w", only, ErrCustomer)
		}
		b, err := x.customer(ctx, c)
		if err != nil {
			return nil, err
		}
		x.account = []target{b.target(residency.Scope{Kind: residency.AccountScope}, "", always)}
		x.widest = 1
		x.sum()
		return x, nil
	}
	for after := ""; ; {
		page, more := st.Customers(after, 1000)
		for _, c := range page {
			if _, err := x.customer(ctx, c); err != nil {
				return nil, err
			}
			after = c.ID
		}
		if !more {
			break
		}
	}
	x.share()
	x.sum()
	for _, m := range []map[string][]target{x.exact, x.wild, x.zones} {
		most := 0
		for _, ts := range m {
			most = max(most, len(ts))
		}
		x.widest += most
	}
	return x, nil
}

// builder adds the names of one customer.
type builder struct {
	*Index
	number  uint32
	id      string
	numbers map[residency.Scope]uint32
	roots   map[string]uint32
}

// holder is who has a name as a root, and whether others have names in it.
type holder struct {
	customer uint32
	shared   bool
}

// share marks the roots that names of several customers may lie in.
func (x *Index) share() {
	of := make(map[string]*holder, len(x.roots))
	for i := range x.roots {
		r := &x.roots[i]
		if h := of[r.name]; h == nil {
			of[r.name] = &holder{customer: r.customer}
		} else if h.customer != r.customer {
			h.shared = true
		}
	}
	for i := range x.roots {
		r := &x.roots[i]
		for above := r.name; above != ""; _, above, _ = strings.Cut(above, ".") {
			if h := of[above]; h != nil && (h.shared || h.customer != r.customer) {
				r.shared, h.shared = true, true
			}
		}
	}
	for i := range x.roots {
		r := &x.roots[i]
		r.shared = r.shared || of[r.name].shared
	}
}

// sum makes the digest of whose every root is, in the order of customers.
func (x *Index) sum() {
	texts := make([]string, len(x.roots))
	for i := range x.roots {
		texts[i] = x.customers[x.roots[i].customer] + " " + x.roots[i].text()
	}
	slices.Sort(texts)
	h := sha256.New()
	for _, t := range texts {
		fmt.Fprintf(h, "%q\n", t)
	}
	x.digest = evidence.Digest(h.Sum(nil))
}

// customer adds a customer's names.
func (x *Index) customer(ctx context.Context, c *atlas.Customer) (*builder, error) {
	versions, err := c.Versions(ctx)
	if err != nil {
		return nil, err
	}
	b := &builder{Index: x, number: uint32(len(x.customers)), id: c.ID, numbers: map[residency.Scope]uint32{}, roots: map[string]uint32{}}
	x.customers = append(x.customers, c.ID)
	for i := range versions {
		in := inForce(versions, i)
		for j := range versions[i].Settings.Zones {
			b.zone(&versions[i].Settings.Zones[j], in)
		}
	}
	return b, nil
}

// days are those from the first to before the last, counted from 1970-01-01.
type days struct{ from, to int32 }

// always are all days, never is none.
var (
	always = days{math.MinInt32, math.MaxInt32}
	never  = days{math.MaxInt32, math.MinInt32}
)

func dayOf(d footprint.Date) int32 { return int32(d.Time().Unix() / 86400) }

// inForce are the days on which a version applies: from its own to that of the next one.
// A version of the same day that was recorded later takes its place.
func inForce(versions []atlas.Recorded, i int) days {
	out := days{dayOf(versions[i].ValidFrom), math.MaxInt32}
	for j := range versions {
		switch from := dayOf(versions[j].ValidFrom); {
		case from > out.from:
			out.to = min(out.to, from)
		case from == out.from && versions[j].Number > versions[i].Number:
			return never
		}
	}
	return out
}

func (b *builder) zone(z *residency.Zone, in days) {
	b.add(b.zones, z.Name, residency.Scope{Kind: residency.ZoneScope, Name: z.Name}, z.Name, in)
	for i := range z.Hostnames {
		b.host(z, z.Hostnames[i].Name, in)
	}
	for i := range z.Spectrum {
		b.host(z, z.Spectrum[i].Hostname, in)
	}
	for i := range z.CustomHostnames {
		b.host(z, z.CustomHostnames[i].Name, in)
	}
}

func (b *builder) host(z *residency.Zone, name string, in days) {
	scope := residency.Scope{Kind: residency.HostnameScope, Name: name}
	under, wild := strings.CutPrefix(name, "*.")
	root := under
	if root == z.Name || strings.HasSuffix(root, "."+z.Name) {
		root = z.Name
	}
	if wild {
		b.add(b.wild, under, scope, root, in)
		return
	}
	b.add(b.exact, name, scope, root, in)
}

func (b *builder) add(to map[string][]target, name string, s residency.Scope, root string, in days) {
	if t := b.target(s, root, in); !slices.Contains(to[name], t) {
		to[name] = append(to[name], t)
	}
}

func (b *builder) target(s residency.Scope, root string, in days) target {
	n, ok := b.numbers[s]
	if !ok {
		n = uint32(len(b.scopes))
		b.scopes = append(b.scopes, owned{Owner{b.id, s}, b.root(root)})
		b.numbers[s] = n
	}
	r := &b.Index.roots[b.scopes[n].root]
	r.from, r.to = min(r.from, in.from), max(r.to, in.to)
	return target{b.number, n}
}

func (b *builder) root(name string) uint32 {
	n, ok := b.roots[name]
	if !ok {
		n = uint32(len(b.Index.roots))
		b.Index.roots = append(b.Index.roots, root{name: name, customer: b.number, days: never})
		b.roots[name] = n
	}
	return n
}

// rootOf is the root of a scope by its number.
func (x *Index) rootOf(scope uint32) evidence.Root {
	o := &x.scopes[scope]
	return evidence.Root{Customer: o.Customer, Name: x.roots[o.root].text()}
}

// onDay appends those of several targets whose settings of a day have the name; where
// none have, all.
func (x *Index) onDay(out, all []target, day int32) []target {
	for _, t := range all {
		if r := &x.roots[x.scopes[t.scope].root]; r.from <= day && day < r.to {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return append(out, all...)
	}
	return out
}

// lookup finds whose a host is, of each customer the closest scope; none where it
// is nobody's.
func (x *Index) lookup(host []byte) []target {
	out := x.exact[string(host)]
	if dot := bytes.IndexByte(host, '.'); dot >= 0 {
		out = others(out, x.wild[string(host[dot+1:])])
	}
	for rest := host; len(rest) > 0; {
		out = others(out, x.zones[string(rest)])
		dot := bytes.IndexByte(rest, '.')
		if dot < 0 {
			break
		}
		rest = rest[dot+1:]
	}
	return out
}

// others appends the targets of customers that are not among the first.
func others(first, then []target) []target {
	for _, t := range then {
		if !slices.ContainsFunc(first, func(f target) bool { return f.customer == t.customer }) {
			first = append(slices.Clip(first), t)
		}
	}
	return first
}

// Owner is a customer and the scope of its settings that a host falls under.
type Owner struct {
	Customer string
	Scope    residency.Scope
}

// Owners finds whose a host is; none where it is nobody's.
func (x *Index) Owners(host string) []Owner {
	var out []Owner
	for _, t := range x.lookup([]byte(strings.ToLower(strings.TrimSuffix(host, ".")))) {
		out = append(out, x.scopes[t.scope].Owner)
	}
	return out
}
