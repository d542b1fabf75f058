package fleet

import (
	"slices"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Cause is why something may be where it is, as far as it is the same for
// customers who chose the same.
type Cause struct {
	Category residency.DataCategory
	Kind     residency.ReasonKind
	Product  string
	Setting  footprint.Setting
	Region   string
}

// core is what of a placement decides a verdict.
type core struct {
	category  residency.DataCategory
	activity  residency.Activity
	elsewhere residency.Elsewhere
	possible  bool
	country   string
	may       footprint.SiteSet
	certain   footprint.SiteSet
}

// atom is a placement without scope: a core, and why.
type atom struct{ core, cause uint32 }

// Compiled is every profile's residency on one day, without names. Equal
// placements of different profiles are one atom.
type Compiled struct {
	rules    *residency.Rules
	view     *footprint.View
	recorded bool // false: nothing is known of the day

	cores   []core
	causes  []Cause
	atoms   []atom
	coreOf  map[core]uint32
	causeOf map[Cause]uint32
	atomOf  map[atom]uint32

	start []uint32 // of each profile's atoms in rows, and the end
	rows  []uint32
	mark  []uint32 // per atom, the last profile that has it, plus one
	own   []uint32 // profiles with expressions of their own, ascending

	regions  []footprint.RegionID // that any profile looks at
	regionOf map[footprint.RegionID]uint32
}

// NewCompiled makes one in which no profile is resolved yet.
func NewCompiled(rules *residency.Rules, view *footprint.View) *Compiled {
	return &Compiled{
		rules: rules, view: view, recorded: view.Recorded(), start: []uint32{0},
		coreOf: map[core]uint32{}, causeOf: map[Cause]uint32{}, atomOf: map[atom]uint32{}, regionOf: map[footprint.RegionID]uint32{},
	}
}

// Ahead says that the day has not come: what will be listed, decided or set by
// then is not known, so every verdict is Unknown.
func (c *Compiled) Ahead() { c.recorded = false }

// View is the day that the profiles are resolved on.
func (c *Compiled) View() *footprint.View { return c.view }

// Rules are those that the profiles are resolved by.
func (c *Compiled) Rules() *residency.Rules { return c.rules }

// Profiles is how many profiles are resolved: those numbered below it.
func (c *Compiled) Profiles() int { return len(c.start) - 1 }

// Atoms is how many different placements there are.
func (c *Compiled) Atoms() int { return len(c.atoms) }

// Snapshot is the compiled fleet as it is, whatever is resolved later. It is not
// extended itself.
func (c *Compiled) Snapshot() *Compiled {
	return &Compiled{
		rules: c.rules, view: c.view, recorded: c.recorded, cores: slices.Clip(c.cores), causes: slices.Clip(c.causes), atoms: slices.Clip(c.atoms),
		start: slices.Clip(c.start), rows: slices.Clip(c.rows), own: slices.Clip(c.own), regions: slices.Clip(c.regions),
	}
}

// Extend resolves the next profiles, in order. A nil shape is a customer without
// settings on that day.
func (c *Compiled) Extend(shapes []*residency.Settings) {
	for _, s := range shapes {
		if s != nil {
			if ownExpressions(s) {
				c.own = append(c.own, uint32(c.Profiles()))
			}
			c.row(residency.Resolve(c.rules, c.view, s))
		}
		c.start = append(c.start, uint32(len(c.rows)))
	}
}

// row appends the atoms of one profile, each once.
func (c *Compiled) row(res *residency.Residency) {
	profile := uint32(len(c.start))
	from := len(c.rows)
	for i := range res.Placements {
		a := c.atom(&res.Placements[i])
		if c.mark[a] != profile {
			c.mark[a] = profile
			c.rows = append(c.rows, a)
		}
	}
	slices.Sort(c.rows[from:])
	for _, r := range res.Regions() {
		number(c.regionOf, &c.regions, r)
	}
}

func (c *Compiled) atom(p *residency.Placement) uint32 {
	k := core{p.Category, p.Activity, p.Elsewhere, p.Possible, p.Country, p.May, p.Certain}
	why := Cause{p.Category, p.Reason.Kind, p.Reason.Product, p.Reason.Setting, p.Reason.Region}
	a := atom{number(c.coreOf, &c.cores, k), number(c.causeOf, &c.causes, why)}
	n := number(c.atomOf, &c.atoms, a)
	if int(n) == len(c.mark) {
		c.mark = append(c.mark, 0)
	}
	return n
}

// number is the place of a value in a list without repetition.
func number[T comparable](of map[T]uint32, list *[]T, x T) uint32 {
	n, ok := of[x]
	if !ok {
		n = uint32(len(*list))
		of[x], *list = n, append(*list, x)
	}
	return n
}

// Append takes over the profiles of another, resolved by the same rules on the
// same day, as the next ones.
func (c *Compiled) Append(part *Compiled) {
	to := make([]uint32, len(part.atoms))
	for i, a := range part.atoms {
		n := number(c.atomOf, &c.atoms, atom{
			number(c.coreOf, &c.cores, part.cores[a.core]), number(c.causeOf, &c.causes, part.causes[a.cause]),
		})
		if int(n) == len(c.mark) {
			c.mark = append(c.mark, 0)
		}
		to[i] = n
	}
	for _, r := range part.regions {
		number(c.regionOf, &c.regions, r)
	}
	for _, p := range part.own {
		c.own = append(c.own, uint32(c.Profiles())+p)
	}
	for p := range part.Profiles() {
		from := len(c.rows)
		for _, a := range part.rows[part.start[p]:part.start[p+1]] {
			c.rows = append(c.rows, to[a])
		}
		slices.Sort(c.rows[from:])
		c.start = append(c.start, uint32(len(c.rows)))
	}
}

// placement is a core as the domain judges it.
func (k *core) placement() residency.Placement {
	return residency.Placement{
		Category: k.category, Activity: k.activity, Scope: residency.Scope{Kind: residency.AccountScope},
		May: k.may, Certain: k.certain, Possible: k.possible, Elsewhere: k.elsewhere, Country: k.country,
	}
}
