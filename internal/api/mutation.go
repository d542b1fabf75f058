package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/gql"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// putPayload is PutSettingsPayload.
type putPayload struct {
	customer *atlas.Customer
	settings *shownSettings
	position any // from which on answers show it; nil where nothing was recorded
	errs     []userError
}

func mutationFields(t table) {
	t["Mutation"] = fields{
		"putSettings": resolvePutSettings, "registerClaim": resolveRegisterClaim, "withdrawClaim": resolveWithdrawClaim,
		"grantWaiver": resolveGrantWaiver, "endWaiver": resolveEndWaiver, "freezeReport": resolveFreezeReport,
	}
	t["PutSettingsPayload"] = fields{
		"customer":   gql.From(func(p *putPayload) any { return p.customer }),
		"settings":   gql.From(func(p *putPayload) any { return p.settings }),
		"position":   gql.From(func(p *putPayload) any { return p.position }),
		"userErrors": gql.From(func(p *putPayload) any { return listed(p.errs) }),
	}
	t["UserError"] = fields{
		"code":    gql.From(func(u userError) any { return u.code }),
		"field":   gql.From(func(u userError) any { return orNull(u.field) }),
		"message": gql.From(func(u userError) any { return u.message }),
		"line":    gql.From(func(u userError) any { return orNull(u.line) }),
		"column":  gql.From(func(u userError) any { return orNull(u.column) }),
	}
}

func invalid(field, format string, args ...any) *putPayload {
	return &putPayload{errs: []userError{{code: "INVALID", field: field, message: fmt.Sprintf(format, args...)}}}
}

func resolvePutSettings(ctx context.Context, p *gql.Params) (any, error) {
	q, in := asked(ctx), p.Args.Input("input")
	set, refused, err := q.settingsToPut(in)
	if set == nil {
		return refused, err
	}
	expect := atlas.AnyVersion
	if in.Has("expectedVersion") && !in.IsNull("expectedVersion") {
		if expect = in.Int("expectedVersion"); expect < 0 {
			return invalid("expectedVersion", "want 0 for a new customer, or the number of a version"), nil
		}
	}
	seen, err := newest(ctx, q.State(), set.Customer)
	if err != nil {
		return nil, err
	}
	if err := q.rows.Changing(ctx, auth.PutSettings, set.Customer, seen.Digest); err != nil {
		return nil, err
	}
	versions, err := q.Put(ctx, []*residency.Settings{set}, expect, q.viewer.Subject)
	if len(versions) > 0 { // recorded, even where err is ErrStale
		q.confirm(ctx, seen, versions[0])
	}
	switch {
	case errors.Is(err, atlas.ErrConflict):
		return &putPayload{errs: []userError{{
			code: "CONFLICT", field: "expectedVersion",
			message: "the customer was changed meanwhile; read its newest version and decide again",
		}}}, nil
	case err != nil:
		return nil, err
	}
	q.state = q.State() // what was just recorded is part of the answer
	return q.put(ctx, set.Customer, versions[0].Number)
}

// newest is the newest version of a customer; empty where there is none.
func newest(ctx context.Context, st *atlas.State, customer string) (atlas.Recorded, error) {
	c, ok := st.Customer(customer)
	if !ok {
		return atlas.Recorded{}, nil
	}
	v, err := c.Version(ctx, c.Newest())
	if err != nil {
		return atlas.Recorded{}, err
	}
	return *v, nil
}

// confirm records which revision a change came from and what it came to. The
// change took place and its beginning is in the log already, so where that
// fails now, to say that it failed would be wrong.
func (q *question) confirm(ctx context.Context, seen atlas.Recorded, v atlas.Version) {
	before, after := seen.Digest, settings.Digest(v.Settings)
	if c, ok := q.State().Customer(v.Customer); ok && v.Number != seen.Number {
		before = ""
		// Somebody else's, where one came meanwhile.
		if last, err := c.Version(ctx, v.Number-1); err == nil && last != nil {
			before = last.Digest
		}
	}
	if err := q.rows.Changed(ctx, auth.PutSettings, v.Customer, before, after); err != nil {
		q.log.ErrorContext(ctx, "a change is not confirmed in the audit log", "customer", v.Customer, "after", after, "error", err)
	}
}

// put is the payload of a recorded version.
func (q *question) put(ctx context.Context, customer string, number int) (any, error) {
	c, ok := q.state.Customer(customer)
	if !ok {
		return nil, fmt.Errorf("customer %s is recorded but not in the state", customer)
	}
	v, err := c.Version(ctx, number)
	if err != nil {
		return nil, err
	}
	return &putPayload{customer: c, settings: q.shownSettings(customer, v), position: q.state.Position()}, nil
}

// settingsToPut reads the settings of the input; where they cannot be read, the
// payload or the error says why.
func (q *question) settingsToPut(in gql.Args) (*residency.Settings, any, error) {
	fromFields, fromDocument := in.Value("settings") != nil, in.Value("document") != nil
	if fromFields == fromDocument {
		return nil, invalid("", "give the settings as fields or as a document, one of them"), nil
	}
	data, names, under := []byte(in.String("document")), keyNames{}, "document"
	if fromFields {
		data, names = settingsJSON(in.Input("settings"), "")
		under = "settings"
	}
	sets, err := settings.Parse(data, under, catalog(q.reference()))
	var problems settings.Problems
	switch {
	case errors.As(err, &problems):
		return nil, refusal(problems, names, under), nil
	case err != nil:
		return nil, nil, err
	case len(sets) != 1:
		return nil, invalid(under, "%d customers; record one at a time", len(sets)), nil
	}
	return sets[0], nil, nil
}

// refusal lists every problem. Lines and columns are those of a document; of
// fields they mean nothing to the client.
func refusal(problems settings.Problems, names keyNames, under string) *putPayload {
	out := &putPayload{}
	for _, p := range problems {
		u := names.problem(p)
		u.field = strings.TrimSuffix(under+"."+u.field, ".")
		if under == "document" {
			u.line, u.column = p.Line, p.Column
		}
		out.errs = append(out.errs, u)
	}
	return out
}
