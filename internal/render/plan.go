package render

import (
	"fmt"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/plan"
)

// PlanNote stands under every plan.
const PlanNote = "A plan speaks of settings from the day they are changed; it does not undo what was observed."

// Plan writes what to change.
func Plan(x *atlas.Planned, name, customer string, o Options) string {
	p := &page{style: o.Style}
	p.line(p.style.bold(x.Headline()))
	p.wrap("", title(name, customer)+": "+x.Claim.Sentence()+".")
	p.wrap("", "By the settings as they are: "+verdictWords[x.Now]+".")
	shown := x.Plans
	if !o.All && len(shown) > 2 {
		shown = shown[:2]
	}
	for i := range shown {
		p.plan(x, i)
	}
	if n := len(x.Plans) - len(shown); n > 0 {
		p.blank()
		p.line(count(n, "further plan", "further plans") + ": --all shows them.")
	}
	p.blocks(x)
	if len(x.Plans) > 0 {
		p.heading("Taken as given")
		for _, a := range x.Plans[0].Result.Assumptions {
			p.wrap("  - ", a)
		}
	}
	if !x.Complete {
		p.blank()
		p.wrap("", "Not every way was looked at; there may be further plans.")
	}
	p.blank()
	p.wrap("", PlanNote)
	p.foot(x.Revision, x.AsOf, x.KnownAt)
	return p.b.String()
}

func (p *page) plan(planned *atlas.Planned, i int) {
	x, v, rules := &planned.Plans[i], planned.View, planned.Rules
	switch {
	case len(planned.Plans) == 1:
		p.heading("What to change")
	case i == 0:
		p.heading("What to change: the plan that takes least")
	default:
		p.heading("Or")
	}
	for n := range x.Steps {
		s := &x.Steps[n]
		p.wrap(fmt.Sprintf("  %d. ", n+1), s.Sentence(rules)+".")
		for _, need := range s.Needs {
			p.wrap("     needs: ", need+".")
		}
		if !s.Sites.Empty() {
			p.wrap("     leaves: ", Leaves(v, s)+".")
		}
	}
	if len(x.Lost) > 0 {
		p.line("  What stops working then (nothing leaves)")
		for _, l := range x.Lost {
			p.wrap("  - ", Loss(rules, l)+".")
		}
	}
	c := x.Result.Considered
	p.wrap("  ", fmt.Sprintf("Checked: the claim holds then, over %s at %s.", count(c.Placements, "placement", "placements"), count(c.Sites, "site", "sites")))
}

// Leaves says which sites a region leaves, without a final stop.
func Leaves(v *footprint.View, s *plan.Step) string {
	text := Places(v, s.Sites)
	sites, countries := spread(v, s.Sites)
	switch {
	case sites == 1:
		return text + ", and nothing takes over when it fails"
	case len(countries) == 1:
		return text + ", with no failover outside"
	}
	return text
}

func (p *page) blocks(x *atlas.Planned) {
	if len(x.Blocks) == 0 {
		return
	}
	p.heading("What is in the way")
	for i := range x.Blocks {
		b := &x.Blocks[i]
		var acts []string
		for _, a := range b.Activities {
			acts = append(acts, a.Plain())
		}
		p.wrap("  - ", sentenceCase(b.Category.Plain())+" "+strings.Join(acts, " and ")+": "+x.Why(b.First)+".")
		if b.Fact != "" {
			p.wrap("    to be known first: ", x.Rules.FactSentence(b.Fact)+".")
		}
	}
	if len(x.Parts) > 1 {
		p.heading("Each kind of data by itself")
		for _, part := range x.Parts {
			p.line("  " + pad(sentenceCase(part.Category.Plain()), 18) + feasibleWords(part))
		}
	}
	if len(x.Nearest) > 0 {
		p.heading("The nearest places for which there is a plan")
		for i := range x.Nearest {
			n := &x.Nearest[i]
			p.wrap("  - ", fmt.Sprintf("%s (%s)", n.Places, count(n.Changes, "change", "changes")))
		}
	}
}

func feasibleWords(x plan.Part) string {
	switch {
	case x.Now == claim.Holds:
		return "holds"
	case x.Feasible:
		return "can be made to hold"
	case x.Open:
		return "not known yet"
	}
	return "cannot"
}

// StepJSON is one change of a plan.
type StepJSON struct {
	Change   string     `json:"change"`
	Of       string     `json:"of,omitempty"`
	Names    []string   `json:"names,omitempty"`
	Value    string     `json:"value,omitempty"`
	Sentence string     `json:"sentence"`
	Needs    []string   `json:"needs"`
	Leaves   *SitesJSON `json:"leaves,omitempty"`
}

// PlanStepsJSON is one plan.
type PlanStepsJSON struct {
	Steps       []StepJSON `json:"steps"`
	Lost        []LossJSON `json:"stops_working"`
	Placements  int        `json:"placements"`
	Digest      string     `json:"digest"`
	Assumptions []string   `json:"assumptions"`
}

// BlockJSON is something in the way.
type BlockJSON struct {
	Category   string    `json:"category"`
	Activities []string  `json:"activities"`
	Scope      ScopeJSON `json:"scope"`
	Sentence   string    `json:"sentence"`
	Fact       string    `json:"unknown_fact,omitempty"`
	Placements int       `json:"placements"`
}

// PartPlanJSON is a data category by itself.
type PartPlanJSON struct {
	Category string `json:"category"`
	Now      string `json:"now"`
	Feasible bool   `json:"feasible"`
	Open     bool   `json:"not_known_yet,omitempty"`
}

// NearestJSON is a wider place set for which there is a plan.
type NearestJSON struct {
	Places  string `json:"places"`
	Changes int    `json:"changes"`
}

// PlanJSON is the whole answer to "what has to change?".
type PlanJSON struct {
	Customer string          `json:"customer"`
	Claim    string          `json:"claim"`
	Headline string          `json:"headline"`
	Now      string          `json:"now"`
	Feasible bool            `json:"feasible"`
	Complete bool            `json:"complete"`
	Plans    []PlanStepsJSON `json:"plans"`
	Blocks   []BlockJSON     `json:"in_the_way"`
	Parts    []PartPlanJSON  `json:"by_category"`
	Nearest  []NearestJSON   `json:"nearest"`
	AsOf     string          `json:"as_of"`
	KnownAt  string          `json:"known_at"`
	Revision RevisionJSON    `json:"revision"`
	Note     string          `json:"note"`
}

// PlanValue is a plan as JSON has it.
func PlanValue(x *atlas.Planned, customer string) PlanJSON {
	out := PlanJSON{
		Customer: customer, Claim: x.Claim.Sentence(), Headline: x.Headline(), Now: x.Now.String(), Feasible: x.Feasible(), Complete: x.Complete,
		Plans: []PlanStepsJSON{}, Blocks: []BlockJSON{}, Parts: []PartPlanJSON{}, Nearest: []NearestJSON{},
		AsOf: x.AsOf.String(), KnownAt: x.KnownAt.Format(time.RFC3339), Revision: revision(x.Revision), Note: PlanNote + " " + Disclaimer,
	}
	for i := range x.Plans {
		out.Plans = append(out.Plans, planSteps(x, &x.Plans[i]))
	}
	for i := range x.Blocks {
		b := &x.Blocks[i]
		block := BlockJSON{Category: b.Category.String(), Scope: ScopeJSON{b.First.Scope.Kind.String(), b.First.Scope.Name}, Sentence: x.Why(b.First), Fact: b.Fact, Placements: b.Count}
		for _, a := range b.Activities {
			block.Activities = append(block.Activities, a.String())
		}
		out.Blocks = append(out.Blocks, block)
	}
	for _, part := range x.Parts {
		out.Parts = append(out.Parts, PartPlanJSON{part.Category.String(), part.Now.String(), part.Feasible, part.Open})
	}
	for i := range x.Nearest {
		out.Nearest = append(out.Nearest, NearestJSON{x.Nearest[i].Places.String(), x.Nearest[i].Changes})
	}
	return out
}

func planSteps(planned *atlas.Planned, x *plan.Plan) PlanStepsJSON {
	c := x.Result.Considered
	out := PlanStepsJSON{Steps: []StepJSON{}, Lost: []LossJSON{}, Placements: c.Placements, Digest: c.Digest, Assumptions: x.Result.Assumptions}
	for _, l := range x.Lost {
		out.Lost = append(out.Lost, LossJSON{l.Product, l.Setting.String(), l.Text})
	}
	for i := range x.Steps {
		s := &x.Steps[i]
		step := StepJSON{Change: s.Kind.String(), Of: s.Of, Names: s.Names, Value: s.Value, Sentence: s.Sentence(planned.Rules), Needs: append([]string{}, s.Needs...)}
		if !s.Sites.Empty() {
			at := sites(planned.View, s.Sites)
			step.Leaves = &at
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}
