package api

import (
	"context"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/claim"
	"domicile/internal/gql"
)

// change is VerdictChange: a promise whose verdict is another than it was.
type change struct {
	customer      *atlas.Customer
	promised      atlas.Promised
	before, after *claim.Verdict // nil where it did not apply
	from, to      *atlas.Recorded
	cause         string
	at            time.Time
}

// The causes of a change.
const (
	causeSettings = "SETTINGS"
	causeDay      = "DAY"
)

func changeFields(t table) {
	t["VerdictChange"] = fields{
		"customer": gql.From(func(c *change) any { return c.customer }),
		"claim": gql.With(func(ctx context.Context, c *change, _ gql.Args) (any, error) {
			return resolvePromisedClaim(ctx, promise{c.promised.Promise, nil}, gql.Args{})
		}),
		"reading":     gql.From(func(c *change) any { return strings.ToUpper(c.promised.Reading) }),
		"contract":    gql.From(func(c *change) any { return orNull(c.promised.Contract) }),
		"before":      gql.From(func(c *change) any { return verdictOrNull(c.before) }),
		"after":       gql.From(func(c *change) any { return verdictOrNull(c.after) }),
		"cause":       gql.From(func(c *change) any { return c.cause }),
		"fromVersion": gql.From(func(c *change) any { return versionOrNull(c.from) }),
		"toVersion":   gql.From(func(c *change) any { return versionOrNull(c.to) }),
		"at":          gql.From(func(c *change) any { return c.at }),
		"result": gql.With(func(ctx context.Context, c *change, _ gql.Args) (any, error) {
			return c.result(asked(ctx)), nil
		}),
	}
}

func verdictOrNull(v *claim.Verdict) any {
	if v == nil {
		return nil
	}
	return *v
}

func versionOrNull(v *atlas.Recorded) any {
	if v == nil {
		return nil
	}
	return v.Number
}

// result is the judgement that says why; null where the promise applies no more.
func (c *change) result(q *question) any {
	if c.after == nil {
		return nil
	}
	return judgedWith(c.promised.Judgement, q.maskOf(c.customer.ID, settingsOf(c.to)))
}

// moment is a picture and the day on which it is looked at.
type moment struct {
	state *atlas.State
	day   dayOf
}

// changesOf lists the promises of a customer whose verdict differs between two
// moments.
func (h *hub) changesOf(ctx context.Context, key string, was, is moment) ([]*change, error) {
	old, err := h.promises(ctx, was, key)
	if err != nil {
		return nil, err
	}
	now, err := h.promises(ctx, is, key)
	if err != nil {
		return nil, err
	}
	c, ok := is.state.Customer(key)
	if !ok {
		return nil, nil
	}
	from, err := applied(ctx, was, key)
	if err != nil {
		return nil, err
	}
	to, err := applied(ctx, is, key)
	if err != nil {
		return nil, err
	}
	cause := causeSettings
	if from != nil && to != nil && from.Digest == to.Digest {
		cause = causeDay
	}
	var out []*change
	note := func(p atlas.Promised, before, after *claim.Verdict) {
		out = append(out, &change{c, p, before, after, from, to, cause, h.service.Now()})
	}
	for name, p := range now {
		before, had := old[name]
		switch {
		case !had:
			note(p, nil, &p.Judgement.Verdict)
		case before.Judgement.Verdict != p.Judgement.Verdict:
			note(p, &before.Judgement.Verdict, &p.Judgement.Verdict)
		}
	}
	for name, p := range old {
		if _, still := now[name]; !still {
			note(p, &p.Judgement.Verdict, nil)
		}
	}
	return ordered(out), nil
}

// applied is the version of a customer that applies at a moment; nil for none.
func applied(ctx context.Context, m moment, key string) (*atlas.Recorded, error) {
	c, ok := m.state.Customer(key)
	if !ok {
		return nil, nil
	}
	return c.At(ctx, m.day)
}

// named is what makes a promise the same promise.
type namedPromise struct{ claim, reading, contract string }

func (h *hub) promises(ctx context.Context, m moment, key string) (map[namedPromise]atlas.Promised, error) {
	out := map[namedPromise]atlas.Promised{}
	if _, ok := m.state.Customer(key); !ok {
		return out, nil
	}
	all, err := h.service.Promises(ctx, m.state, key, m.day)
	for _, p := range all {
		out[namedPromise{p.Claim, p.Reading, p.Contract}] = p
	}
	return out, err
}

// watch is what the viewer of a subscription may hear of.
type watch struct {
	only   string // a customer's key; empty is every one that the viewer may see
	viewer auth.Viewer
	events chan any
}

func (w *watch) wants(key string) bool {
	return w.viewer.MaySee(key) && (w.only == "" || w.only == key)
}

// subscribe serves verdictChanged. Another's customer and an absent one are the
// same quiet stream. Who may hear of several customers is recorded.
func (h *hub) subscribe(ctx context.Context, p *gql.Params) (<-chan any, error) {
	q := asked(ctx)
	only := customerKey(p.Args.String("customer"))
	if q.viewer.MaySeeAll() {
		about := auth.Everybody
		if only != "" {
			about = only
		}
		if err := q.rows.Watching(ctx, about); err != nil {
			return nil, err
		}
	}
	w := &watch{only: only, viewer: q.viewer, events: make(chan any, pending)}
	h.enter(w)
	out := make(chan any)
	go h.serve(ctx, w, out)
	return out, nil
}
