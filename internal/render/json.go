package render

import (
	"encoding/json"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// RevisionJSON names what an answer rests on.
type RevisionJSON struct {
	Datasets        string `json:"datasets"`
	Settings        string `json:"settings,omitempty"`
	SettingsVersion int    `json:"settings_version,omitempty"`
}

// ScopeJSON is a scope; the account has no name.
type ScopeJSON struct {
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
}

// SitesJSON is a set of sites: how many, in which countries, which codes.
type SitesJSON struct {
	Count     int            `json:"count"`
	Words     string         `json:"words"`
	Countries map[string]int `json:"countries"`
	Codes     []string       `json:"codes"`
}

// PlacementJSON is one row of a residency.
type PlacementJSON struct {
	Category  string     `json:"category"`
	Activity  string     `json:"activity"`
	Scope     ScopeJSON  `json:"scope"`
	May       SitesJSON  `json:"may"`
	Certain   int        `json:"certain_count"`
	Possible  bool       `json:"may_not_exist,omitempty"`
	Elsewhere string     `json:"elsewhere,omitempty"`
	Because   ReasonJSON `json:"because"`
	Facts     []string   `json:"unknown_facts,omitempty"`
}

// ReasonJSON says why a placement is where it is.
type ReasonJSON struct {
	Sentence string   `json:"sentence"`
	Product  string   `json:"product,omitempty"`
	Setting  string   `json:"setting,omitempty"`
	Region   string   `json:"region,omitempty"`
	Caveats  []string `json:"caveats,omitempty"`
	Source   string   `json:"source,omitempty"`
}

// FactJSON is something not known.
type FactJSON struct {
	ID        string `json:"id"`
	Statement string `json:"statement"`
	Owner     string `json:"owner,omitempty"`
}

// WhereJSON is the whole answer to "where is my data?".
type WhereJSON struct {
	Customer   string          `json:"customer"`
	Name       string          `json:"name,omitempty"`
	Headline   string          `json:"headline"`
	Recorded   bool            `json:"recorded"`
	Placements []PlacementJSON `json:"placements"`
	Losses     []LossJSON      `json:"stops_working"`
	Unknowns   []FactJSON      `json:"unknowns"`
	AsOf       string          `json:"as_of"`
	KnownAt    string          `json:"known_at"`
	Revision   RevisionJSON    `json:"revision"`
	Disclaimer string          `json:"disclaimer"`
}

// LossJSON is a feature that stops working.
type LossJSON struct {
	Product string `json:"product"`
	Setting string `json:"setting"`
	Text    string `json:"text"`
}

// CounterexampleJSON falsifies a claim.
type CounterexampleJSON struct {
	Category  string     `json:"category"`
	Activity  string     `json:"activity"`
	Scope     ScopeJSON  `json:"scope"`
	Site      string     `json:"site,omitempty"`
	City      string     `json:"city,omitempty"`
	Country   string     `json:"country,omitempty"`
	Elsewhere string     `json:"elsewhere,omitempty"`
	Outside   int        `json:"sites_outside"`
	Because   ReasonJSON `json:"because"`
}

// PartJSON is one category and activity of an answer.
type PartJSON struct {
	Category   string `json:"category"`
	Activity   string `json:"activity"`
	Placements int    `json:"placements"`
	Words      string `json:"words"`
}

// ClaimJSON is the claim that was judged.
type ClaimJSON struct {
	Sentence   string      `json:"sentence"`
	Kind       string      `json:"kind"`
	Places     string      `json:"places"`
	Reading    string      `json:"reading,omitempty"`
	Categories []string    `json:"categories"`
	Activities []string    `json:"activities"`
	Scopes     []ScopeJSON `json:"scopes,omitempty"`
}

// ConsideredJSON is the certificate.
type ConsideredJSON struct {
	Placements int    `json:"placements"`
	Pairs      int    `json:"pairs"`
	Digest     string `json:"digest"`
}

// CheckJSON is the whole answer to a claim.
type CheckJSON struct {
	Customer        string               `json:"customer"`
	Name            string               `json:"name,omitempty"`
	Claim           ClaimJSON            `json:"claim"`
	Verdict         string               `json:"verdict"`
	Evidence        string               `json:"evidence"`
	Headline        string               `json:"headline"`
	Readings        map[string]string    `json:"readings"`
	Counterexamples []CounterexampleJSON `json:"counterexamples"`
	Unknowns        []FactJSON           `json:"unknowns"`
	Covered         []PartJSON           `json:"covered"`
	NotCovered      []PartJSON           `json:"not_covered"`
	Exclusions      []string             `json:"exclusions"`
	Assumptions     []string             `json:"assumptions"`
	Considered      ConsideredJSON       `json:"considered"`
	Complete        bool                 `json:"complete"`
	AsOf            string               `json:"as_of"`
	KnownAt         string               `json:"known_at"`
	Revision        RevisionJSON         `json:"revision"`
	Disclaimer      string               `json:"disclaimer"`
}

// Encode writes a value as indented JSON with a final newline.
func Encode(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}

// WhereValue is the JSON shape of a residency.
func WhereValue(a *atlas.Answer, name string) WhereJSON {
	res := a.Residency
	out := WhereJSON{
		Customer: res.Customer, Name: name, Headline: WhereHeadline(res), Recorded: res.Recorded,
		Placements: []PlacementJSON{}, Losses: []LossJSON{}, Unknowns: []FactJSON{},
		AsOf: a.AsOf.String(), KnownAt: stamp(a.KnownAt), Revision: revision(a.Revision), Disclaimer: Disclaimer,
	}
	seen := map[string]bool{}
	for i := range res.Placements {
		p := &res.Placements[i]
		out.Placements = append(out.Placements, placement(res, p))
		for _, f := range p.Facts {
			if !seen[f] {
				seen[f] = true
				out.Unknowns = append(out.Unknowns, fact(res.Rules, f))
			}
		}
	}
	if !res.Recorded {
		out.Unknowns = append(out.Unknowns, fact(res.Rules, res.Gap))
	}
	for _, l := range res.Lost {
		out.Losses = append(out.Losses, LossJSON{l.Product, l.Setting.String(), l.Text})
	}
	return out
}

// CheckValue is the JSON shape of a judgement.
func CheckValue(j *atlas.Judgement, readings map[claim.Reading]claim.Verdict, name string) CheckJSON {
	res := j.Residency
	out := CheckJSON{
		Customer: res.Customer, Name: name, Claim: claimJSON(&j.Claim), Verdict: j.Verdict.String(),
		Evidence: j.Evidence.String(), Headline: j.Headline(), Readings: map[string]string{},
		Counterexamples: []CounterexampleJSON{}, Unknowns: []FactJSON{}, Covered: parts(res.View, j.Covered),
		NotCovered: parts(res.View, j.NotCovered), Exclusions: j.Exclusions, Assumptions: j.Assumptions,
		Considered: ConsideredJSON{j.Considered.Placements, j.Considered.Sites, j.Considered.Digest},
		Complete:   j.Complete, AsOf: j.AsOf.String(), KnownAt: stamp(j.KnownAt), Revision: revision(j.Revision), Disclaimer: Disclaimer,
	}
	for r, v := range readings {
		out.Readings[r.String()] = v.String()
	}
	for i := range j.Counterexamples {
		out.Counterexamples = append(out.Counterexamples, counterexample(res, &j.Counterexamples[i]))
	}
	for _, u := range j.Unknowns {
		out.Unknowns = append(out.Unknowns, fact(res.Rules, u.Fact))
	}
	return out
}

func claimJSON(c *claim.Claim) ClaimJSON {
	out := ClaimJSON{Sentence: c.Sentence(), Kind: c.Kind.String(), Places: c.Places.String(), Reading: c.Reading.String()}
	for _, x := range c.Categories.List() {
		out.Categories = append(out.Categories, x.String())
	}
	for _, x := range c.Activities.List() {
		out.Activities = append(out.Activities, x.String())
	}
	for _, s := range c.Scopes {
		out.Scopes = append(out.Scopes, ScopeJSON{s.Kind.String(), s.Name})
	}
	return out
}

func counterexample(res *residency.Residency, ce *claim.Counterexample) CounterexampleJSON {
	p := ce.Placement
	out := CounterexampleJSON{
		Category: p.Category.String(), Activity: p.Activity.String(), Scope: ScopeJSON{p.Scope.Kind.String(), p.Scope.Name},
		Elsewhere: elsewhereWords(p), Outside: ce.Outside, Because: reason(res.Rules, p),
	}
	if ce.Site != nil {
		out.Site, out.City, out.Country = ce.Site.Code, ce.Site.City, ce.Site.Country
	}
	return out
}

func parts(v *footprint.View, ps []claim.Part) []PartJSON {
	out := []PartJSON{}
	for _, t := range ps {
		out = append(out, PartJSON{t.Category.String(), t.Activity.String(), t.Placements, partWords(v, t)})
	}
	return out
}

func placement(res *residency.Residency, p *residency.Placement) PlacementJSON {
	return PlacementJSON{
		Category: p.Category.String(), Activity: p.Activity.String(), Scope: ScopeJSON{p.Scope.Kind.String(), p.Scope.Name},
		May: sites(res.View, p.May), Certain: p.Certain.Len(), Possible: p.Possible, Elsewhere: elsewhereWords(p),
		Because: reason(res.Rules, p), Facts: p.Facts,
	}
}

func reason(rules *residency.Rules, p *residency.Placement) ReasonJSON {
	r := &p.Reason
	return ReasonJSON{rules.Explain(p), r.Product, r.Setting.String(), r.Region, r.Caveats, r.Source}
}

func sites(v *footprint.View, set footprint.SiteSet) SitesJSON {
	out := SitesJSON{Count: set.Len(), Words: Places(v, set), Countries: map[string]int{}, Codes: []string{}}
	for i := range set.All() {
		s := v.Footprint().Site(i)
		out.Countries[s.Country]++
		out.Codes = append(out.Codes, s.Code)
	}
	return out
}

func fact(rules *residency.Rules, id string) FactJSON {
	return FactJSON{id, rules.FactSentence(id), rules.FactOwner(id)}
}

func revision(r atlas.Revision) RevisionJSON {
	return RevisionJSON{r.Datasets, r.Settings, r.Version}
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
