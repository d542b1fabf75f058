package dataset

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"domicile/internal/footprint"
)

var (
	siteCode    = regexp.MustCompile(`^([A-Z]{3}|CORE-[A-Z]{2,8})$`)
	countryCode = regexp.MustCompile(`^[A-Z]{2}$`)
	subdivision = regexp.MustCompile(`^[A-Z]{2}-[A-Z0-9]{1,3}$`)
	blocCode    = regexp.MustCompile(`^[A-Z][A-Z_]{1,31}$`)
	slug        = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)
)

// shape reports a code that does not look like one of its kind.
func (r *row) shape(s string, re *regexp.Regexp, want string) {
	if s != "" && !re.MatchString(s) {
		r.fault(fmt.Sprintf("%q is malformed", clip(s)), "write "+want)
	}
}

// slugID reads a cell that defines an identifier in lower case.
func (r *row) slugID(k kind) string {
	s := r.id(k)
	r.shape(s, slug, "lower-case letters, digits, - and _")
	return s
}

func decodeSource(r *row) Source {
	return Source{ID: r.slugID(kindSource), Title: r.text(), Location: r.text(), ReadOn: r.date(), Confidence: r.confidence()}
}

func decodeSite(r *row) footprint.Site {
	s := footprint.Site{Code: r.id(kindSite)}
	r.shape(s.Code, siteCode, "three capital letters, or CORE- and a name")
	s.Kind = parsed(r, footprint.ParseSiteKind)
	s.City = r.text()
	s.Country = r.ref(kindCountry)
	s.Subdivision = r.optionalRef(kindSubdivision)
	if s.Subdivision != "" && !strings.HasPrefix(s.Subdivision, s.Country+"-") {
		r.fault(fmt.Sprintf("%s is not a subdivision of %s", clip(s.Subdivision), clip(s.Country)), "correct the country or the subdivision")
	}
	s.At, s.CityAt = r.point(), r.optionalPoint()
	s.Group = r.text()
	r.set.note(kindGroup, s.Group)
	s.Network = r.oneOf(footprint.NetworkGlobal, footprint.NetworkCore, footprint.NetworkChina)
	if (s.Network == footprint.NetworkCore) != (s.Kind == footprint.Core) {
		r.fault(fmt.Sprintf("network %q at a site of kind %s", clip(s.Network), s.Kind), "core sites have network core, and only they")
	}
	r.set.note(kindNetwork, s.Network)
	s.Seen = r.period()
	s.Provenance = r.provenance()
	s.Notes = r.optional()
	return s
}

func decodeJurisdiction(r *row) footprint.Jurisdiction {
	j := footprint.Jurisdiction{Code: r.id(kindPlace)}
	at := r.here()
	j.Kind = parsed(r, footprint.ParseJurisdictionKind)
	switch j.Kind {
	case footprint.Country:
		r.shape(j.Code, countryCode, "two capital letters")
		r.set.define(kindCountry, j.Code, at)
	case footprint.Subdivision:
		r.shape(j.Code, subdivision, "an ISO 3166-2 code such as US-CA")
		r.set.define(kindSubdivision, j.Code, at)
	case footprint.Bloc:
		r.shape(j.Code, blocCode, "capital letters and _")
		r.set.define(kindBloc, j.Code, at)
	}
	j.Name = r.text()
	j.Parent = r.optionalRef(kindCountry)
	if j.Kind == footprint.Subdivision && !strings.HasPrefix(j.Code, j.Parent+"-") {
		r.fault(fmt.Sprintf("parent %q does not begin the code %s", clip(j.Parent), clip(j.Code)), "the parent of a subdivision is its country")
	}
	j.Provenance = r.provenance()
	j.Notes = r.optional()
	return j
}

func decodeMembership(r *row) membership {
	m := membership{at: r.start()}
	m.Bloc = r.ref(kindBloc)
	m.Member = r.ref(kindPlace)
	m.During = r.period()
	m.Partial = r.oneOf("full", "partial") != "full"
	m.Scope = r.text()
	m.Provenance = r.provenance()
	r.set.define(kindRow, fmt.Sprintf("membership %s %s %s", m.Bloc, m.Member, m.During.From), m.at)
	return m
}

func decodeRegion(r *row) footprint.Region {
	g := footprint.Region{Key: r.text()}
	r.shape(g.Key, slug, "lower-case letters, digits and -")
	at := r.here()
	g.Name = r.text()
	g.Setting = parsed(r, footprint.ParseSetting)
	r.set.define(kindRegion, g.Setting.String()+"/"+g.Key, at)
	switch g.Setting {
	case footprint.KeySetting:
		r.set.define(kindKeyRegion, g.Key, at)
	case footprint.StorageSetting:
		r.set.define(kindStorage, g.Key, at)
	}
	g.Kind = r.oneOf("country", "us_state", "country_group", "complement", "compliance", "attribute", "policy-code")
	g.Definition = r.expression()
	g.Since = r.optionalDate()
	g.Geographic = r.yes()
	g.KeyConfidence = r.oneOf("published", "third-party", "inferred", "unknown")
	g.Provenance = r.provenance()
	g.Notes = r.optional()
	return g
}

// expression reads a region definition and records what it names.
func (r *row) expression() *footprint.Expr {
	e, err := footprint.ParseExpr(r.text())
	if err != nil {
		r.fault(err.Error(), "correct the expression")
		return nil
	}
	kinds := map[footprint.Attribute]kind{
		footprint.AttrCountry: kindCountry, footprint.AttrSubdivision: kindSubdivision, footprint.AttrBloc: kindBloc,
		footprint.AttrGroup: kindGroup, footprint.AttrNetwork: kindNetwork, footprint.AttrUnpublished: kindFact,
		footprint.AttrRegion: kindKeyRegion,
	}
	e.Each(func(attr footprint.Attribute, values []string) {
		for _, v := range values {
			if attr == footprint.AttrRegion {
				v = strings.ToLower(v)
			}
			if k, ok := kinds[attr]; ok {
				r.set.refer(k, v, r.here(), r.head[r.next-1])
			} else if _, err := footprint.ParseSiteKind(v); err != nil {
				r.fault(err.Error(), "correct the expression")
			}
		}
	})
	return e
}

func decodeSubprocessor(r *row) Subprocessor {
	id := r.id(kindRow + " of subprocessors")
	r.shape(id, slug, "lower-case letters, digits and -")
	return Subprocessor{ID: id, Name: r.text(), Purpose: r.text(), Locations: r.refs(kindPlace), Provenance: r.provenance()}
}

func decodeEdgeRange(r *row) EdgeRange {
	text := r.id(kindRow + " of edge ranges")
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Masked() != p {
		r.fault(fmt.Sprintf("%q is not an address range", clip(text)), "write a range such as 198.51.100.0/24, with no bits set after the prefix")
	}
	family := r.oneOf("4", "6")
	if err == nil && (family == "4") != p.Addr().Is4() {
		r.fault(fmt.Sprintf("family %s does not fit %s", clip(family), p), "write the family of the range")
	}
	return EdgeRange{Prefix: p, Provenance: r.provenance()}
}

func decodeClaim(r *row) claimRow {
	c := claimRow{id: r.slugID(kindRow + " of claims"), at: r.start()}
	c.name = r.text()
	c.kind = r.oneOf("only-in", "never-in")
	c.places = r.list()
	if len(c.places) == 0 {
		r.fault("no places", "name at least one; a claim about nothing proves nothing")
	}
	c.except = r.list()
	c.Provenance = r.provenance()
	return c
}

func decodeDispute(r *row) Dispute {
	return Dispute{
		ID: r.slugID(kindRow + " of disputes"), Subject: r.text(), ReadingA: r.text(), ReadingB: r.text(),
		Decides: r.text(), Source: r.ref(kindSource), Checked: r.date(),
	}
}

// words makes a parser of the closed words of an enumeration, which begins
// with its invalid value.
func words[T ~uint8](names ...string) func(string) (T, error) {
	return func(s string) (T, error) {
		if i := slices.Index(names, s); i >= 0 {
			return T(i + 1), nil
		}
		return 0, fmt.Errorf("unknown value %q (want %s)", clip(s), strings.Join(names, ", "))
	}
}
