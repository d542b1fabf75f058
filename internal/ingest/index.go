package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/residency"
)

// target is a customer and a scope by their numbers in the index.
type target struct{ customer, scope uint32 }

// Index finds whose a host is, and under which scope of the settings: the exact
// name, else a wildcard one level up, else the zone it lies in. Names of past
// versions of the settings count too, since logs may be older than the newest. A
// name in the settings of several customers is of each.
type Index struct {
	exact, wild, zones map[string][]target
	scopes             []Owner  // by number
	customers          []string // by number, ascending
	account            []target // of the only customer; else none
	widest             int      // most targets of a host
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
		x.account = []target{b.target(residency.Scope{Kind: residency.AccountScope})}
		x.widest = 1
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
}

func (x *Index) customer(ctx context.Context, c *atlas.Customer) (*builder, error) {
	versions, err := c.Versions(ctx)
	if err != nil {
		return nil, err
	}
	b := &builder{Index: x, number: uint32(len(x.customers)), id: c.ID, numbers: map[residency.Scope]uint32{}}
	x.customers = append(x.customers, c.ID)
	for i := range versions {
		for j := range versions[i].Settings.Zones {
			b.zone(&versions[i].Settings.Zones[j])
		}
	}
	return b, nil
}

func (b *builder) zone(z *residency.Zone) {
	b.add(b.zones, z.Name, residency.Scope{Kind: residency.ZoneScope, Name: z.Name})
	for i := range z.Hostnames {
		b.host(z.Hostnames[i].Name)
	}
	for i := range z.Spectrum {
		b.host(z.Spectrum[i].Hostname)
	}
	for i := range z.CustomHostnames {
		b.host(z.CustomHostnames[i].Name)
	}
}

func (b *builder) host(name string) {
	scope := residency.Scope{Kind: residency.HostnameScope, Name: name}
	if under, ok := strings.CutPrefix(name, "*."); ok {
		b.add(b.wild, under, scope)
		return
	}
	b.add(b.exact, name, scope)
}

func (b *builder) add(to map[string][]target, name string, s residency.Scope) {
	if t := b.target(s); !slices.Contains(to[name], t) {
		to[name] = append(to[name], t)
	}
}

func (b *builder) target(s residency.Scope) target {
	n, ok := b.numbers[s]
	if !ok {
		n = uint32(len(b.scopes))
		b.scopes = append(b.scopes, Owner{b.id, s})
		b.numbers[s] = n
	}
	return target{b.number, n}
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
		out = append(out, x.scopes[t.scope])
	}
	return out
}
