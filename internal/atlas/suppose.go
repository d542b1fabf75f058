package atlas

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"domicile/internal/fleet"
	"domicile/internal/footprint"
)

// maxSuppositions is how much may be supposed at once.
const maxSuppositions = 50

// SupposedMark begins the revision of every answer that rests on a supposition.
const SupposedMark = "supposed:"

// Supposition is something that might happen. It is one of: a site opens at a
// place, a site closes, a member leaves a bloc, a member joins one.
type Supposition struct {
	Opens  string // site code
	In     string // country or subdivision of the site that opens
	Closes string // site code
	Member string // country, subdivision or bloc
	Leaves string // bloc
	Joins  string // bloc
}

// never is a day that no question is about.
const never = footprint.Date(1 << 30)

// String is the supposition as it is written.
func (p Supposition) String() string {
	switch {
	case p.Opens != "":
		return "site " + p.Opens + " in " + p.In + " opens"
	case p.Closes != "":
		return "site " + p.Closes + " closes"
	case p.Leaves != "":
		return p.Member + " leaves " + p.Leaves
	}
	return p.Member + " joins " + p.Joins
}

// ParseSupposition reads one of the four sentences that String writes.
func ParseSupposition(text string) (Supposition, error) {
	w := strings.Fields(strings.ToUpper(text))
	switch {
	case len(w) == 5 && w[0] == "SITE" && w[2] == "IN" && w[4] == "OPENS":
		return Supposition{Opens: w[1], In: w[3]}, nil
	case len(w) == 3 && w[0] == "SITE" && w[2] == "CLOSES":
		return Supposition{Closes: w[1]}, nil
	case len(w) == 3 && w[1] == "LEAVES":
		return Supposition{Member: w[0], Leaves: w[2]}, nil
	case len(w) == 3 && w[1] == "JOINS":
		return Supposition{Member: w[0], Joins: w[2]}, nil
	}
	return Supposition{}, fmt.Errorf(`%w: cannot suppose %q: write "site XYZ in DE opens", "site FRA closes", "US leaves ADEQUATE" or "CH joins EU"`, ErrInput, clip(text))
}

// Supposed is what a state supposes, as sentences; empty for a real one.
func (st *State) Supposed() []string { return st.supposed }

// Suppose is the state as if something had happened before its earliest day. It is
// for asking only: it is stored nowhere, and the revision of every answer begins
// with SupposedMark.
func (st *State) Suppose(all []Supposition) (*State, error) {
	if len(all) == 0 || len(all) > maxSuppositions {
		return nil, fmt.Errorf("%w: %d things supposed; want 1 to %d", ErrInput, len(all), maxSuppositions)
	}
	fp := st.Reference.Footprint
	parts := footprint.Parts{
		Sites: slices.Clone(fp.Sites()), Jurisdictions: fp.Jurisdictions(), Memberships: slices.Clone(fp.Memberships()), Regions: fp.Regions(),
	}
	next := *st
	next.supposed = nil
	var errs []error
	for _, p := range all {
		errs = append(errs, p.apply(fp, &parts))
		next.supposed = append(next.supposed, p.String())
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	changed, err := footprint.New(parts)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	ref := *st.Reference
	ref.Footprint = changed
	sum := sha256.Sum256([]byte(ref.Revision + "\n" + strings.Join(next.supposed, "\n")))
	ref.Revision = SupposedMark + hex.EncodeToString(sum[:])
	next.Reference, next.views = &ref, newViews(changed)
	next.judging = st.judging.on(next.views.at(st.day))
	return &next, nil
}

// apply changes the parts of a footprint.
func (p Supposition) apply(fp *footprint.Footprint, parts *footprint.Parts) error {
	switch {
	case p.Opens != "":
		return p.open(fp, parts)
	case p.Closes != "":
		i, ok := fp.Lookup(p.Closes)
		if !ok {
			return fmt.Errorf("there is no site %q that could close", clip(p.Closes))
		}
		parts.Sites[i].Seen = footprint.Period{From: never}
		return nil
	}
	return p.member(fp, parts)
}

func (p Supposition) open(fp *footprint.Footprint, parts *footprint.Parts) error {
	if _, known := fp.Lookup(p.Opens); known {
		return fmt.Errorf("site %s is there already", p.Opens)
	}
	if len(p.Opens) != 3 || strings.Trim(p.Opens, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return fmt.Errorf("site code %q: want three letters", clip(p.Opens))
	}
	at, ok := fp.Jurisdiction(p.In)
	if !ok || at.Kind == footprint.Bloc {
		return fmt.Errorf("a site opens in a country or subdivision by its code, such as DE or US-CA; %q is none", clip(p.In))
	}
	s := footprint.Site{Code: p.Opens, Kind: footprint.PoP, City: "supposed", Country: at.Code, Network: footprint.NetworkGlobal, Notes: "supposed"}
	if at.Kind == footprint.Subdivision {
		s.Country, s.Subdivision = at.Parent, at.Code
	}
	for _, x := range fp.Sites() { // regions may name the group of sites
		if x.Country == s.Country && x.Network == s.Network {
			s.Group = x.Group
		}
	}
	parts.Sites = append(parts.Sites, s)
	return nil
}

func (p Supposition) member(fp *footprint.Footprint, parts *footprint.Parts) error {
	bloc := p.Leaves + p.Joins
	if b, ok := fp.Jurisdiction(bloc); !ok || b.Kind != footprint.Bloc {
		return fmt.Errorf("%q is no bloc that somebody could join or leave", clip(bloc))
	}
	if m, ok := fp.Jurisdiction(p.Member); !ok || m.Kind == footprint.Bloc && p.Joins != "" {
		return fmt.Errorf("%q is no country or subdivision by its code", clip(p.Member))
	}
	is := func(m footprint.BlocMembership) bool { return m.Bloc == bloc && m.Member == p.Member }
	if p.Leaves != "" {
		if !slices.ContainsFunc(parts.Memberships, is) {
			return fmt.Errorf("%s is no member of %s that could leave", p.Member, bloc)
		}
		parts.Memberships = slices.DeleteFunc(parts.Memberships, is)
		return nil
	}
	parts.Memberships = slices.DeleteFunc(parts.Memberships, is)
	parts.Memberships = append(parts.Memberships, footprint.BlocMembership{Bloc: bloc, Member: p.Member})
	return nil
}

// FlipsOf lists whose verdict differs between a sweep and one of the same fleet and
// claim under a supposition. Both have to be complete.
func FlipsOf(real, supposed *Swept) []fleet.Flip { return fleet.Flips(real.Sweep, supposed.Sweep) }
