package footprint

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Errors of reading a place set.
var (
	ErrNoPlaces       = errors.New("no places named")
	ErrAmbiguousPlace = errors.New("not a jurisdiction")
)

const maxPlaces = 300

// Place is one element of a place set: a jurisdiction by code, or a region of
// a setting by key.
type Place struct {
	Setting Setting // NoSetting for a jurisdiction
	Code    string  // jurisdiction code, or region key in lower case
}

var placePrefixes = [...]string{
	ProcessingSetting: "region:", KeySetting: "key-region:",
	LogSetting: "log-region:", StorageSetting: "storage-jurisdiction:",
}

// String returns the text ParsePlace reads.
func (p Place) String() string { return placePrefixes[p.Setting] + p.Code }

// Places is what a claim allows or forbids: the union of Any, without Except.
type Places struct {
	Any    []Place
	Except []Place
}

// String returns text such as "EU or GB, except region:fr".
func (p Places) String() string {
	s := joinPlaces(p.Any)
	if len(p.Except) > 0 {
		s += " except " + joinPlaces(p.Except)
	}
	return s
}

func joinPlaces(ps []Place) string {
	parts := make([]string, len(ps))
	for i, p := range ps {
		parts[i] = p.String()
	}
	return strings.Join(parts, " or ")
}

// ParsePlace reads a jurisdiction code (EU, DE, US-CA, US_STATES_DC) in any
// letter case, or a region by key (region:eu, key-region:…, log-region:…,
// storage-jurisdiction:…). Names prove nothing: "Europe" or "Canada" is an
// error that wraps ErrAmbiguousPlace and says what to write.
func (f *Footprint) ParsePlace(text string) (Place, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Place{}, ErrNoPlaces
	}
	for s, prefix := range placePrefixes {
		if prefix == "" || !strings.HasPrefix(strings.ToLower(text), prefix) {
			continue
		}
		key := strings.ToLower(text[len(prefix):])
		if _, ok := f.Region(Setting(s), key); !ok {
			return Place{}, fmt.Errorf("%s region %q: %w; known keys: %s", Setting(s), clip(key, 40), ErrUnknownCode, f.keys(Setting(s)))
		}
		return Place{Setting: Setting(s), Code: key}, nil
	}
	code := strings.ToUpper(text)
	if _, ok := f.byJuris[code]; ok {
		return Place{Code: code}, nil
	}
	return Place{}, f.askBack(text)
}

func (f *Footprint) keys(s Setting) string {
	var out []string
	for _, r := range f.regions {
		if r.Setting == s {
			out = append(out, r.Key)
		}
	}
	return strings.Join(out, " ")
}

// ambiguous maps words people use to the codes they may mean. The choice is
// theirs.
var ambiguous = map[string]string{
	"europe":   "EU (27 member states), EEA (EU with Iceland, Liechtenstein, Norway), GDPR, or EU or GB or CH",
	"emea":     "a list of codes, for example EU or GB or CH or AE",
	"apac":     "a list of codes, for example AU or JP or SG",
	"uk":       "GB (United Kingdom)",
	"usa":      "US (the 50 states and DC by site record), US_STATES_DC, or US or US_TERRITORIES",
	"america":  "US, or a list of codes",
	"schengen": "a list of codes; Schengen is a border regime, not a data-protection one",
}

func (f *Footprint) askBack(text string) error {
	lower := strings.ToLower(text)
	if hint, ok := ambiguous[lower]; ok {
		return fmt.Errorf("%q: %w; say which you mean: %s", clip(text, 40), ErrAmbiguousPlace, hint)
	}
	for _, j := range f.jurisdictions {
		if strings.EqualFold(j.Name, text) {
			return fmt.Errorf("%q is a name, %w code; for the jurisdiction write %s", clip(text, 40), ErrAmbiguousPlace, j.Code)
		}
	}
	return fmt.Errorf("place %q: %w; want an ISO 3166 code (DE, US-CA), a bloc (%s) or region:KEY", clip(text, 40), ErrUnknownCode, f.blocs())
}

func (f *Footprint) blocs() string {
	var out []string
	for _, j := range f.jurisdictions {
		if j.Kind == Bloc {
			out = append(out, j.Code)
		}
	}
	return strings.Join(out, ", ")
}

// ParsePlaces reads the elements of a place set. No element at all is
// ErrNoPlaces: an empty set would be a claim about nothing.
func (f *Footprint) ParsePlaces(anyOf, except []string) (Places, error) {
	if len(anyOf)+len(except) > maxPlaces {
		return Places{}, fmt.Errorf("%d places named (at most %d)", len(anyOf)+len(except), maxPlaces)
	}
	var p Places
	var errs []error
	for _, t := range anyOf {
		errs = append(errs, f.appendPlace(&p.Any, t))
	}
	for _, t := range except {
		errs = append(errs, f.appendPlace(&p.Except, t))
	}
	if err := errors.Join(errs...); err != nil {
		return Places{}, err
	}
	if !slices.ContainsFunc(p.Any, func(x Place) bool { return !slices.Contains(p.Except, x) }) {
		return Places{}, ErrNoPlaces
	}
	return p, nil
}

func (f *Footprint) appendPlace(to *[]Place, text string) error {
	p, err := f.ParsePlace(text)
	if err != nil {
		return err
	}
	if !slices.Contains(*to, p) {
		*to = append(*to, p)
	}
	return nil
}

// SplitPlaces cuts text such as "EU, GB" or "EU or GB" into its elements.
func SplitPlaces(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		for el := range strings.SplitSeq(part, " or ") {
			if el = strings.TrimSpace(el); el != "" {
				out = append(out, el)
			}
		}
	}
	return out
}

// InPlaces returns the members of a place set on the day of the view.
func (v *View) InPlaces(p Places) Members {
	return v.union(p.Any).And(v.union(p.Except).Not(v.present))
}

func (v *View) union(ps []Place) Members {
	var out Members
	for _, p := range ps {
		out = out.Or(v.inPlace(p))
	}
	return out
}

func (v *View) inPlace(p Place) Members {
	if p.Setting == NoSetting {
		m, ok := v.InJurisdiction(p.Code)
		if !ok {
			return Members{Unknown: v.present}
		}
		return m
	}
	m, ok := v.InRegion(p.Setting, p.Code)
	if !ok {
		return Members{Unknown: v.present}
	}
	return m
}

// Territories returns the codes, ascending, of territories with sites whose
// country the place set names: they have codes of their own, so the place set
// does not speak of them.
func (v *View) Territories(p Places) []string {
	var out []string
	for x := range v.present.All() {
		j, ok := v.fp.Jurisdiction(v.fp.Site(x).Country)
		named := ok && j.Parent != "" && slices.Contains(p.Any, Place{Code: j.Parent}) && !slices.Contains(p.Any, Place{Code: j.Code})
		if named && !slices.Contains(out, j.Code) {
			out = append(out, j.Code)
		}
	}
	slices.Sort(out)
	return out
}

// CountryIn returns the membership of a country in a place set on the day,
// for locations that are not sites: a customer's own key server, say.
func (v *View) CountryIn(country string, p Places) Membership {
	if !v.fp.isJurisdiction(country, Country) {
		return Unknown // no code, no place
	}
	in, except := v.countryInAny(country, p.Any), v.countryInAny(country, p.Except)
	switch {
	case in == Out || except == In:
		return Out
	case in == In && except == Out:
		return In
	default:
		return Unknown
	}
}

func (v *View) countryInAny(country string, ps []Place) Membership {
	best := Out
	for _, p := range ps {
		switch v.countryInPlace(country, p) {
		case In:
			return In
		case Unknown:
			best = Unknown
		}
	}
	return best
}

func (v *View) countryInPlace(country string, p Place) Membership {
	if p.Setting != NoSetting {
		return Unknown // a region is a predicate over sites; it does not speak of other places
	}
	j, ok := v.fp.Jurisdiction(p.Code)
	switch {
	case !ok:
		return Unknown
	case j.Code == country:
		return In
	case j.Kind == Country:
		return Out
	case j.Kind == Subdivision:
		if j.Parent == country {
			return Unknown
		}
		return Out
	}
	best := Out
	for _, m := range v.fp.memberships {
		if m.Bloc != p.Code || !m.During.Contains(v.date) {
			continue
		}
		if m.Member == country && !m.Partial {
			return In
		}
		if m.Member == country || strings.HasPrefix(m.Member, country+"-") {
			best = Unknown
		}
	}
	return best
}
