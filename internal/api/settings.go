package api

import (
	"context"
	"maps"
	"slices"

	"domicile/internal/atlas"
	"domicile/internal/gql"
	"domicile/internal/residency"
)

// pair is a key and its value or values.
type pair[V any] struct {
	key   string
	value V
}

// pairs lists a map, ascending by key.
func pairs[V any](m map[string]V) []pair[V] {
	out := make([]pair[V], 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, pair[V]{k, m[k]})
	}
	return out
}

// shownSettings is a version of the settings as the viewer may read it.
type shownSettings struct {
	*atlas.Recorded
	mask *mask
}

// shownSettings is nil where there is no version.
func (q *question) shownSettings(customer string, v *atlas.Recorded) *shownSettings {
	if v == nil {
		return nil
	}
	return &shownSettings{v, q.maskOf(customer, v.Settings)}
}

// settingsOf is the settings of a version, nil where there is none.
func settingsOf(v *atlas.Recorded) *residency.Settings {
	if v == nil {
		return nil
	}
	return v.Settings
}

// ofSettings projects the settings of a version.
func ofSettings(project func(s *residency.Settings) any) gql.Resolver {
	return gql.From(func(v *shownSettings) any { return project(v.Settings) })
}

func settingsFields(t table) {
	t["Settings"] = fields{
		"version":    gql.From(func(v *shownSettings) any { return v.Number }),
		"validFrom":  gql.From(func(v *shownSettings) any { return v.ValidFrom }),
		"recordedAt": gql.From(func(v *shownSettings) any { return v.RecordedAt }),
		"actor":      gql.From(func(v *shownSettings) any { return v.Actor }),
		"digest":     gql.From(func(v *shownSettings) any { return v.mask.digest(v.Digest) }),
		"document": gql.With(func(_ context.Context, v *shownSettings, _ gql.Args) (any, error) {
			return v.mask.document(v.Canonical)
		}),
		"name":                    ofSettings(func(s *residency.Settings) any { return orNull(s.Name) }),
		"plan":                    ofSettings(func(s *residency.Settings) any { return orNull(s.Plan) }),
		"products":                ofSettings(func(s *residency.Settings) any { return s.Products }),
		"logRegion":               ofSettings(func(s *residency.Settings) any { return orNull(s.LogRegion) }),
		"outOfRegionAccess":       ofSettings(func(s *residency.Settings) any { return s.OutOfRegionAccess }),
		"logRetention":            ofSettings(func(s *residency.Settings) any { return s.LogRetention }),
		"features":                ofSettings(func(s *residency.Settings) any { return pairs(s.Features) }),
		"defaultProcessingRegion": ofSettings(func(s *residency.Settings) any { return orNull(s.DefaultRegion) }),
		"customRegions":           ofSettings(func(s *residency.Settings) any { return listed(s.CustomRegions) }),
		"zones":                   gql.With(resolveZones),
		"ipBindings":              gql.From(func(v *shownSettings) any { return each(v.mask, v.Settings.IPBindings) }),
		"storage":                 gql.From(func(v *shownSettings) any { return each(v.mask, v.Settings.Storage) }),
		"workers":                 gql.From(func(v *shownSettings) any { return each(v.mask, v.Settings.Workers) }),
		"servedOn":                gql.From(func(v *shownSettings) any { return each(v.mask, pairs(v.Settings.ServedOn)) }),
		"logDatasets":             ofSettings(func(s *residency.Settings) any { return listed(s.LogDatasets) }),
		"unknown":                 gql.From(func(v *shownSettings) any { return v.mask.paths(v.Settings.Unknown) }),
	}
	t["ProductsInUse"] = fields{
		"known": gql.From(func(p residency.Products) any { return p.Known }),
		"all":   gql.From(func(p residency.Products) any { return p.All }),
		"ids":   gql.From(func(p residency.Products) any { return listed(p.IDs) }),
	}
	t["FeatureSetting"] = fields{
		"id":    gql.From(func(p pair[string]) any { return p.key }),
		"value": gql.From(func(p pair[string]) any { return p.value }),
	}
	t["ServedOn"] = fields{
		"product":   gql.From(func(p of[pair[[]string]]) any { return p.it.key }),
		"hostnames": gql.From(func(p of[pair[[]string]]) any { return p.all(aHostname, p.it.value) }),
	}
	t["CustomRegion"] = fields{
		"key":        gql.From(func(c residency.CustomRegion) any { return c.Key }),
		"definition": gql.From(func(c residency.CustomRegion) any { return c.Definition.String() }),
	}
	t["IPBinding"] = fields{
		"cidr":   gql.From(func(b of[residency.IPBinding]) any { return b.name(aRange, b.it.CIDR.String()) }),
		"region": gql.From(func(b of[residency.IPBinding]) any { return b.it.Region }),
	}
}

// of is a part of a version of the settings, with the mask of its names.
type of[T any] struct {
	*mask
	it T
}

// each gives every part of a list the mask of its version.
func each[T any](m *mask, list []T) []of[T] {
	out := make([]of[T], len(list))
	for i := range list {
		out[i] = of[T]{m, list[i]}
	}
	return out
}

func resourceFields(t table) {
	t["StoredResource"] = fields{
		"product":        gql.From(func(x of[residency.Resource]) any { return x.it.Product }),
		"name":           gql.From(func(x of[residency.Resource]) any { return resourceName(x) }),
		"jurisdiction":   gql.From(func(x of[residency.Resource]) any { return orNull(x.it.Jurisdiction) }),
		"publicHostname": gql.From(func(x of[residency.Resource]) any { return orNull(x.name(aHostname, x.it.PublicHostname)) }),
	}
	t["Worker"] = fields{
		"name":            gql.From(func(w of[residency.Worker]) any { return w.name(aWorker, w.it.Name) }),
		"routes":          gql.From(func(w of[residency.Worker]) any { return w.all(aRoute, w.it.Routes) }),
		"subrequests":     gql.From(func(w of[residency.Worker]) any { return truth(w.it.Subrequests) }),
		"subrequestHosts": gql.From(func(w of[residency.Worker]) any { return w.all(aHostname, w.it.SubrequestHosts) }),
		"cron":            gql.From(func(w of[residency.Worker]) any { return truth(w.it.Cron) }),
		"queues":          gql.From(func(w of[residency.Worker]) any { return truth(w.it.Queues) }),
	}
}

// resourceName is the name of a resource; it is numbered among those of every
// product.
func resourceName(x of[residency.Resource]) string {
	if x.mask == nil {
		return x.it.Name
	}
	return x.name(aResource, x.it.Product+"/"+x.it.Name)
}
