package api

import (
	"context"
	"fmt"
	"slices"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/gql"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// transitSentence is said with every residency.
const transitSentence = "Encrypted requests may enter at any PoP, which filters them and sees the client address but cannot read them; only where they are decrypted is confined by a processing region."

// answer is a residency, narrowed to the categories, activities and scopes asked for.
type answer struct {
	*atlas.Answer
	hidden bool // names are ordinals
	shown  []*residency.Placement
	about  string // the categories, activities and scopes, for cursors
}

// shown is an answer as a viewer with the mask may read it.
func shown(a *atlas.Answer, m *mask) *atlas.Answer {
	if m == nil {
		return a
	}
	out := *a
	out.Residency = m.residency(a.Residency)
	out.Revision.Settings = m.digest(a.Revision.Settings)
	return &out
}

// narrowed applies the categories, activities and scopes arguments.
func narrowed(whole *atlas.Answer, m *mask, args gql.Args) (*answer, error) {
	if err := someOf(args, "categories", "activities", "scopes"); err != nil {
		return nil, err
	}
	scopes, err := askedScopes(args, m)
	if err != nil {
		return nil, err
	}
	if whole.Residency.Recorded && claim.CheckScopes(scopes, whole.Residency) != nil {
		return nil, badInput(fmt.Errorf("scopes: %w", claim.ErrScope))
	}
	categories, activities := args.Strings("categories"), args.Strings("activities")
	a := shown(whole, m)
	out := &answer{Answer: a, hidden: m != nil, about: fmt.Sprint(categories, activities, scopes)}
	for i := range a.Residency.Placements {
		p := &a.Residency.Placements[i]
		if (args.List("categories") == nil || slices.Contains(categories, p.Category.String())) &&
			(args.List("activities") == nil || slices.Contains(activities, p.Activity.String())) &&
			(len(scopes) == 0 || slices.ContainsFunc(scopes, whole.Residency.Placements[i].Concerns)) {
			out.shown = append(out.shown, p)
		}
	}
	return out, nil
}

// placed is a placement within its residency.
type placed struct {
	*residency.Placement
	in     *residency.Residency
	hidden bool // names are ordinals
}

// part is one category and activity of some placements.
type part struct {
	category   residency.DataCategory
	activity   residency.Activity
	placements int
	may        footprint.SiteSet
	certain    footprint.SiteSet
	elsewhere  bool
	view       *footprint.View
	set        *siteSet // once asked for
}

// partsOf sums placements by category and activity; they are in that order.
func partsOf(v *footprint.View, ps []*residency.Placement) []*part {
	out := []*part{}
	for _, p := range ps {
		n := len(out)
		if n == 0 || out[n-1].category != p.Category || out[n-1].activity != p.Activity {
			out = append(out, &part{category: p.Category, activity: p.Activity, view: v})
			n++
		}
		t := out[n-1]
		t.placements++
		t.may = t.may.Union(p.May)
		if !p.Possible {
			t.certain = t.certain.Union(p.Certain)
		}
		t.elsewhere = t.elsewhere || p.Elsewhere != residency.NotElsewhere
	}
	return out
}

func (t *part) sites() *siteSet {
	if t.set == nil {
		t.set = &siteSet{view: t.view, all: t.may, unknown: t.may.Minus(t.certain)}
	}
	return t.set
}

func (t *part) sentence() string {
	verb := " may be " + t.activity.Plain()
	if t.activity == residency.Transit {
		verb = " " + t.activity.Plain()
	}
	set := t.sites()
	where := " at " + count(set.all.Len(), "site", "sites") + " in " + count(len(set.countries()), "country", "countries")
	if n := set.unknown.Len(); n > 0 {
		where += fmt.Sprintf(", %d of them possible and not certain", n)
	}
	switch {
	case t.elsewhere && set.all.Empty():
		where = " at places that are not sites"
	case t.elsewhere:
		where += ", and at places that are not sites"
	case set.all.Empty():
		where = " at no site that is known"
	}
	return t.category.Plain() + verb + where
}

func residencyFields(t table) {
	t["Residency"] = fields{
		"customer":   gql.From(func(a *answer) any { return a.customer() }),
		"asOf":       gql.From(func(a *answer) any { return a.AsOf }),
		"knownAt":    gql.From(func(a *answer) any { return a.KnownAt }),
		"revision":   gql.From(func(a *answer) any { return a.Revision }),
		"recorded":   gql.From(func(a *answer) any { return a.Residency.Recorded }),
		"gap":        gql.From(func(a *answer) any { return orNull(fact(a.Residency.Gap)) }),
		"parts":      gql.From(func(a *answer) any { return partsOf(a.Residency.View, a.shown) }),
		"placements": gql.With(resolvePlacements),
		"lost":       gql.From(func(a *answer) any { return listed(a.Residency.Lost) }),
		"transit":    gql.From(func(*answer) any { return transitSentence }),
	}
	t["Part"] = fields{
		"category":   gql.From(func(t *part) any { return t.category }),
		"activity":   gql.From(func(t *part) any { return t.activity }),
		"placements": gql.From(func(t *part) any { return t.placements }),
		"sites":      gql.From(func(t *part) any { return t.sites() }),
		"elsewhere":  gql.From(func(t *part) any { return t.elsewhere }),
		"sentence":   gql.From(func(t *part) any { return t.sentence() }),
	}
	t["Loss"] = fields{
		"product": gql.With(func(ctx context.Context, l residency.Loss, _ gql.Args) (any, error) {
			return asked(ctx).product(l.Product), nil
		}),
		"setting":  gql.From(func(l residency.Loss) any { return enum(l.Setting) }),
		"sentence": gql.From(func(l residency.Loss) any { return l.Text }),
	}
	connection[placed](t, "Placement", nil)
}

// customer is null for settings that nobody stored: those have no version.
func (a *answer) customer() any {
	if a.Settings != nil && a.Revision.Version == 0 {
		return nil
	}
	return orNull(a.Residency.Customer)
}

// series names everything that the placements depend on.
func (a *answer) series() (series, error) {
	digest := a.Revision.Settings
	if digest == "" && a.Settings != nil { // settings of the question itself
		data, err := settings.Encode(a.Settings)
		if err != nil {
			return series{}, err
		}
		digest = settings.Digest(data)
	}
	return seriesOf("placements", a.Revision.Datasets, a.Residency.Customer, digest, a.AsOf.String(), a.about), nil
}

func resolvePlacements(_ context.Context, a *answer, args gql.Args) (any, error) {
	list := make([]placed, len(a.shown))
	for i, p := range a.shown {
		list[i] = placed{p, a.Residency, a.hidden}
	}
	s, err := a.series()
	if err != nil {
		return nil, err
	}
	return pageOf(args, s, list)
}

// product finds a product by id; nil when there is none.
func (q *question) product(id string) any {
	p, ok := q.reference().Rules.Product(id)
	if !ok {
		return nil
	}
	return p
}
