package api

import (
	"context"
	"encoding/base64"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

// The kinds of node. They are part of ids that clients keep.
const (
	customerNode     = "customer"
	siteNode         = "site"
	regionNode       = "region"
	jurisdictionNode = "jurisdiction"
	productNode      = "product"
)

// maxNodes is how many ids one question may name.
const maxNodes = 100

// nodeID makes an id of a kind and the object's own key.
func nodeID(kind, key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(kind + ":" + key))
}

// readNodeID takes an id apart; false when it is none.
func readNodeID(id string) (kind, key string, ok bool) {
	if len(id) > 512 {
		return "", "", false
	}
	text, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(text), ":")
}

// customerKey is a customer's own key, of that key or of a node id. The two never
// meet: an id of a customer has capitals, a key has none.
func customerKey(text string) string {
	if kind, key, ok := readNodeID(text); ok && kind == customerNode {
		return key
	}
	return text
}

// node finds an object by id, as of today; nil when there is none or the viewer
// may not know of it.
func (q *question) node(ctx context.Context, id string) (any, error) {
	kind, key, ok := readNodeID(id)
	if !ok {
		return nil, nil
	}
	if kind == customerNode {
		c, err := q.customer(ctx, key)
		if c == nil {
			return nil, err
		}
		return c, nil
	}
	return q.reachable(kind, key), nil
}

// reachable finds an object that everybody may see.
func (q *question) reachable(kind, key string) any {
	view := q.state.At(q.today)
	switch kind {
	case siteNode:
		if i, ok := view.Footprint().Lookup(key); ok {
			return siteAt{view.Footprint().Site(i), view}
		}
	case regionNode:
		setting, name, _ := strings.Cut(key, "/")
		if r, ok := view.Footprint().Region(settingArg(setting), name); ok {
			return regionAt{r, view}
		}
	case jurisdictionNode:
		if j, ok := view.Footprint().Jurisdiction(key); ok {
			return jurisdictionAt{j, view}
		}
	case productNode:
		if p, ok := q.reference().Rules.Product(key); ok {
			return p
		}
	}
	return nil
}

// customer finds a customer by key; nil when there is none or the viewer may
// not know of it, which take the same way.
func (q *question) customer(ctx context.Context, key string) (*atlas.Customer, error) {
	if err := q.may(ctx, key); err != nil || !q.allowed[key] {
		return nil, err
	}
	c, ok := q.state.Customer(key)
	if !ok {
		return nil, nil
	}
	return c, nil
}

// typeOf names the type of a Node.
func typeOf(v any) string {
	switch v.(type) {
	case *atlas.Customer:
		return "Customer"
	case siteAt:
		return "Site"
	case regionAt:
		return "Region"
	case jurisdictionAt:
		return "Jurisdiction"
	case *residency.Product:
		return "Product"
	}
	return ""
}

func resolveNode(ctx context.Context, p *gql.Params) (any, error) {
	return asked(ctx).node(ctx, p.Args.String("id"))
}

func resolveNodes(ctx context.Context, p *gql.Params) (any, error) {
	q, ids := asked(ctx), p.Args.Strings("ids")
	if len(ids) > maxNodes {
		return nil, gql.Errorf(gql.BadUserInput, "%d ids, at most %d are accepted", len(ids), maxNodes)
	}
	var keys []string
	for _, id := range ids {
		if kind, key, ok := readNodeID(id); ok && kind == customerNode {
			keys = append(keys, key)
		}
	}
	if err := q.may(ctx, keys...); err != nil { // all of them in one record
		return nil, err
	}
	out := make([]any, len(ids))
	for i, id := range ids {
		n, err := q.node(ctx, id)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

func resolveCustomer(ctx context.Context, p *gql.Params) (any, error) {
	return asked(ctx).customer(ctx, customerKey(p.Args.String("id")))
}
