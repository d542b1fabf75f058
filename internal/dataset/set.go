package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
)

// kind names a space of identifiers.
type kind string

// The kinds of identifier, in the words of a fault.
const (
	kindSource      kind = "source"
	kindSite        kind = "site"
	kindCountry     kind = "country"
	kindSubdivision kind = "subdivision"
	kindBloc        kind = "bloc"
	kindPlace       kind = "jurisdiction" // any of the three
	kindGroup       kind = "group"
	kindNetwork     kind = "network"
	kindRegion      kind = "region"
	kindKeyRegion   kind = "key region"
	kindStorage     kind = "storage jurisdiction"
	kindFact        kind = "fact"
	kindCaveat      kind = "caveat"
	kindProduct     kind = "product"
	kindFeature     kind = "feature"
	kindRule        kind = "rule"
	kindRow         kind = "row" // compound keys of tables
)

// definedIn says where a kind of identifier is defined.
var definedIn = map[kind]string{
	kindSource: "sources.csv", kindSite: "sites.csv", kindCountry: "jurisdictions.csv",
	kindSubdivision: "jurisdictions.csv", kindBloc: "jurisdictions.csv", kindPlace: "jurisdictions.csv",
	kindGroup: "sites.csv", kindNetwork: "sites.csv", kindRegion: "regions.csv", kindKeyRegion: "regions.csv",
	kindStorage: "regions.csv", kindFact: "facts.csv", kindCaveat: "caveats.csv", kindProduct: "products.csv",
	kindFeature: "features.csv",
}

type name struct {
	kind kind
	id   string
}

type reference struct {
	name
	at     place
	column string
}

// set is a directory as it is read: rows, the identifiers they define and
// name, and the faults met.
type set struct {
	fsys    fs.FS
	defined map[name]place
	refs    []reference
	read    map[kind]bool // kinds whose table could be read
	faults  Faults
	rows    rows
}

func newSet(fsys fs.FS) *set {
	return &set{fsys: fsys, defined: make(map[name]place, 2048), read: map[kind]bool{}}
}

func (s *set) define(k kind, id string, at place) {
	n := name{k, id}
	if first, dup := s.defined[n]; dup {
		s.faults = append(s.faults, at.fault(
			fmt.Sprintf("duplicate %s %q, first on line %d", k, clip(id), first.line), "remove or rename one of them"))
		return
	}
	s.defined[n] = at
}

// note records an identifier that many rows may give: a group, a network.
func (s *set) note(k kind, id string) { s.defined[name{k, id}] = place{} }

func (s *set) refer(k kind, id string, at place, column string) {
	s.refs = append(s.refs, reference{name{k, id}, at, column})
}

// resolve reports references to what no row defines. References into a file
// that could not be read are left out: its own fault says why.
func (s *set) resolve() {
	for _, r := range s.refs {
		if _, ok := s.defined[r.name]; ok || !s.read[r.kind] {
			continue
		}
		s.faults = append(s.faults, r.at.fault(
			fmt.Sprintf("%s: unknown %s %q", r.column, r.kind, clip(r.id)),
			fmt.Sprintf("correct it, or define it in %s", definedIn[r.kind])))
	}
}

// file reads a whole file within a bound.
func (s *set) file(path string, most int64) ([]byte, bool) {
	b, err := readFile(s.fsys, path, most)
	if err != nil {
		f := Fault{File: path, What: "cannot be read: " + err.Error(), Fix: "restore the file"}
		if errors.Is(err, fs.ErrNotExist) {
			f.What = "missing file"
		}
		s.faults = append(s.faults, f)
		return nil, false
	}
	return b, true
}

func readFile(fsys fs.FS, path string, most int64) ([]byte, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1))
}

// table reads one file through a decoder of its rows and marks the kinds it
// defines as read.
func table[T any](s *set, file string, header []string, decode func(*row) T, kinds ...kind) []T {
	b, ok := s.file(file, maxTableBytes)
	if !ok {
		return nil
	}
	recs, faults := readRecords(file, b, header)
	s.faults = append(s.faults, faults...)
	// Rows lost to a fault of form would make every mention of them a second
	// fault, so references are checked into sound tables only.
	for _, k := range kinds {
		s.read[k] = len(faults) == 0
	}
	out := make([]T, 0, len(recs))
	for _, rec := range recs {
		out = append(out, decode(&row{set: s, file: file, rec: rec, head: header}))
	}
	return out
}

// overlaps reports periods of one member of one bloc that share a day.
func (s *set) overlaps() {
	ms := slices.Clone(s.rows.memberships)
	slices.SortStableFunc(ms, func(a, b membership) int {
		return cmp.Or(cmp.Compare(a.Bloc, b.Bloc), cmp.Compare(a.Member, b.Member), cmp.Compare(a.During.From, b.During.From))
	})
	var last membership // of the periods so far, the one that ends last
	for _, m := range ms {
		same := m.Bloc == last.Bloc && m.Member == last.Member
		if same && (last.During.To == 0 || m.During.From <= last.During.To) {
			s.faults = append(s.faults, m.at.fault(
				fmt.Sprintf("%s in %s from %s overlaps the period from %s on line %d", m.Member, m.Bloc, m.During.From, last.During.From, last.at.line),
				"end the earlier period the day before the later one begins"))
		}
		if !same || last.During.To != 0 && (m.During.To == 0 || m.During.To > last.During.To) {
			last = m
		}
	}
}
