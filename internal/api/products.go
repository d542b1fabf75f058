package api

import (
	"context"
	"slices"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

// fact is the id of something not known.
type fact string

func factsOf(ids []string) []fact {
	out := []fact{}
	for _, id := range ids {
		if !slices.Contains(out, fact(id)) {
			out = append(out, fact(id))
		}
	}
	return out
}

func productMatches(p *residency.Product, ids []string, filter gql.Args) bool {
	if len(ids) > 0 && !slices.Contains(ids, p.ID) {
		return false
	}
	if family := filter.String("family"); family != "" && !strings.EqualFold(family, p.Family) {
		return false
	}
	setting, effect := settingArg(filter.Enum("setting")), filter.Enum("effect")
	if setting == footprint.NoSetting && effect == "" {
		return true
	}
	return slices.ContainsFunc(p.Rules, func(r residency.Rule) bool {
		return (setting == footprint.NoSetting || r.Setting == setting) && (effect == "" || r.Effect.String() == effect)
	})
}

func productFields(t table) {
	t["Product"] = fields{
		"id":            gql.From(func(p *residency.Product) any { return nodeID(productNode, p.ID) }),
		"key":           gql.From(func(p *residency.Product) any { return p.ID }),
		"name":          gql.From(func(p *residency.Product) any { return p.Name }),
		"family":        gql.From(func(p *residency.Product) any { return p.Family }),
		"inTable":       gql.From(func(p *residency.Product) any { return p.Matrix }),
		"status":        gql.From(func(p *residency.Product) any { return orNull(p.Status) }),
		"notes":         gql.From(func(p *residency.Product) any { return orNull(p.Notes) }),
		"feature":       gql.From(func(p *residency.Product) any { return orNull(p.Feature) }),
		"rules":         gql.With(resolveRules),
		"jurisdictions": gql.With(resolveOffers),
		"provenance":    gql.From(func(p *residency.Product) any { return p.Provenance }),
	}
	t["ProductRule"] = ruleFields()
	t["StorageOffer"] = fields{
		"jurisdiction": gql.From(func(o *residency.StorageOffer) any { return o.Jurisdiction }),
		"since":        gql.From(func(o *residency.StorageOffer) any { return orNull(o.Since) }),
		"activities":   gql.From(func(o *residency.StorageOffer) any { return listed(o.Activities) }),
		"notes":        gql.From(func(o *residency.StorageOffer) any { return orNull(o.Notes) }),
		"provenance":   gql.From(func(o *residency.StorageOffer) any { return o.Provenance }),
	}
	t["Caveat"] = fields{
		"id":         gql.From(func(c residency.Caveat) any { return c.ID }),
		"text":       gql.From(func(c residency.Caveat) any { return c.Text }),
		"provenance": gql.From(func(c residency.Caveat) any { return c.Provenance }),
	}
	t["Fact"] = fields{
		"id": gql.From(func(f fact) any { return f }),
		"statement": gql.With(func(ctx context.Context, f fact, _ gql.Args) (any, error) {
			return asked(ctx).reference().Rules.FactSentence(string(f)), nil
		}),
		"owner": gql.With(func(ctx context.Context, f fact, _ gql.Args) (any, error) {
			return orNull(asked(ctx).reference().Rules.FactOwner(string(f))), nil
		}),
	}
}

func ruleFields() fields {
	return fields{
		"setting":    gql.From(func(r *residency.Rule) any { return enum(r.Setting) }),
		"category":   gql.From(func(r *residency.Rule) any { return residency.Category(r.Setting) }),
		"support":    gql.From(func(r *residency.Rule) any { return r.Support }),
		"effect":     gql.From(func(r *residency.Rule) any { return r.Effect }),
		"condition":  gql.From(func(r *residency.Rule) any { return enumOrNull(r.Condition) }),
		"activities": gql.From(func(r *residency.Rule) any { return listed(r.Activities) }),
		"base":       gql.From(func(r *residency.Rule) any { return named(baseNames[:], r.Base) }),
		"fact":       gql.From(func(r *residency.Rule) any { return orNull(fact(r.Fact)) }),
		"lost":       gql.From(func(r *residency.Rule) any { return orNull(r.Lost) }),
		"caveats": gql.With(func(ctx context.Context, r *residency.Rule, _ gql.Args) (any, error) {
			return asked(ctx).caveats(r.Caveats), nil
		}),
		"provenance": gql.From(func(r *residency.Rule) any { return r.Provenance }),
	}
}

func resolveRules(_ context.Context, p *residency.Product, args gql.Args) (any, error) {
	out, only := []*residency.Rule{}, settingArg(args.Enum("setting"))
	for i := range p.Rules {
		if only == footprint.NoSetting || p.Rules[i].Setting == only {
			out = append(out, &p.Rules[i])
		}
	}
	return out, nil
}

func resolveOffers(ctx context.Context, p *residency.Product, _ gql.Args) (any, error) {
	out := []*residency.StorageOffer{}
	all := asked(ctx).reference().Rules.Storage
	for i := range all {
		if all[i].Product == p.ID {
			out = append(out, &all[i])
		}
	}
	return out, nil
}

// caveats finds footnotes by id.
func (q *question) caveats(ids []string) []residency.Caveat {
	out := []residency.Caveat{}
	for _, id := range ids {
		if c, ok := q.reference().Rules.Caveats[id]; ok {
			out = append(out, c)
		}
	}
	return out
}

func referenceFields(t table) {
	t["Dispute"] = fields{
		"id":       gql.From(func(d atlas.Dispute) any { return d.ID }),
		"subject":  gql.From(func(d atlas.Dispute) any { return d.Subject }),
		"readingA": gql.From(func(d atlas.Dispute) any { return d.ReadingA }),
		"readingB": gql.From(func(d atlas.Dispute) any { return d.ReadingB }),
		"decides":  gql.From(func(d atlas.Dispute) any { return d.Decides }),
		"source": gql.With(func(ctx context.Context, d atlas.Dispute, _ gql.Args) (any, error) {
			return asked(ctx).source(d.Source), nil
		}),
	}
	t["Subprocessor"] = fields{
		"id":         gql.From(func(s atlas.Subprocessor) any { return s.ID }),
		"name":       gql.From(func(s atlas.Subprocessor) any { return s.Name }),
		"purpose":    gql.From(func(s atlas.Subprocessor) any { return s.Purpose }),
		"locations":  gql.From(func(s atlas.Subprocessor) any { return split(s.Locations) }),
		"provenance": gql.From(func(s atlas.Subprocessor) any { return s.Provenance }),
	}
	t["ClaimPreset"] = fields{
		"id":     gql.From(func(p atlas.Preset) any { return p.ID }),
		"name":   gql.From(func(p atlas.Preset) any { return p.Name }),
		"kind":   gql.From(func(p atlas.Preset) any { return p.Kind }),
		"within": gql.From(func(p atlas.Preset) any { return placeTexts(p.Places.Any) }),
		"except": gql.From(func(p atlas.Preset) any { return placeTexts(p.Places.Except) }),
	}
}

// split cuts a dataset's list.
func split(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' || r == ' ' })
}
