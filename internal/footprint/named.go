package footprint

import (
	"slices"
	"strings"
)

// Named returns places by their names, as they are said after "in": "Switzerland or the
// European Union, except France". What has no name here keeps its code.
func (f *Footprint) Named(p Places) string {
	s := f.joinNames(p.Any)
	if len(p.Except) > 0 {
		s += ", except " + f.joinNames(p.Except)
	}
	return s
}

func (f *Footprint) joinNames(ps []Place) string {
	parts := make([]string, len(ps))
	for i, p := range ps {
		parts[i] = f.placeName(p)
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " or " + parts[len(parts)-1]
}

// placeName tells a region of the provider's from the jurisdiction of the same name.
func (f *Footprint) placeName(p Place) string {
	if p.Setting != NoSetting {
		if r, ok := f.Region(p.Setting, p.Code); ok && r.Name != "" {
			return "the " + regionWords[p.Setting] + " " + r.Name
		}
		return p.String()
	}
	if j, ok := f.Jurisdiction(p.Code); ok && j.Name != "" {
		if j.Kind == Subdivision { // Georgia is a country as well
			return j.Name + " (" + p.Code + ")"
		}
		return withArticle(j.Name)
	}
	return p.String()
}

var regionWords = [...]string{
	ProcessingSetting: "processing region", KeySetting: "key region",
	LogSetting: "log region", StorageSetting: "storage jurisdiction",
}

var (
	articleStarts = []string{"United ", "European ", "Isle of ", "North Atlantic ", "Democratic Republic ", "Republic of "}
	articleEnds   = []string{" Islands", " Republic", " Territories", " territories", " Territory"}
	articleWhole  = []string{"Netherlands", "Caribbean Netherlands", "Philippines", "Bahamas", "Maldives", "Gambia", "Seychelles", "Comoros"}
)

// withArticle is a name as it is said within a sentence.
func withArticle(name string) string {
	first, rest, _ := strings.Cut(name, " ")
	switch {
	case first == "Where" || first == "Covered":
		return "places " + strings.ToLower(first) + " " + rest
	case first == "The":
		return "the " + rest
	case first == "Outermost":
		return "the outermost " + rest
	case slices.Contains(articleWhole, name),
		slices.ContainsFunc(articleStarts, func(s string) bool { return strings.HasPrefix(name, s) }),
		slices.ContainsFunc(articleEnds, func(s string) bool { return strings.HasSuffix(name, s) }):
		return "the " + name
	}
	return name
}
