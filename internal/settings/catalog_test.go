package settings_test

import (
	"testing"

	"domicile/internal/footprint"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// catalog returns a small fictional network and product table.
func catalog(t testing.TB) *settings.Catalog {
	t.Helper()
	expr := func(text string) *footprint.Expr {
		e, err := footprint.ParseExpr(text)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	region := func(s footprint.Setting, key, definition string) footprint.Region {
		return footprint.Region{Key: key, Setting: s, Definition: expr(definition), Geographic: true}
	}
	country := func(code string) footprint.Jurisdiction {
		return footprint.Jurisdiction{Code: code, Kind: footprint.Country}
	}
	fp, err := footprint.New(footprint.Parts{
		Sites: []footprint.Site{
			{Code: "FRA", Kind: footprint.PoP, Country: "DE", Network: footprint.NetworkGlobal},
			{Code: "IAD", Kind: footprint.PoP, Country: "US", Network: footprint.NetworkGlobal},
		},
		Jurisdictions: []footprint.Jurisdiction{
			country("AT"), country("CH"), country("DE"), country("FR"), country("NO"), country("US"),
			{Code: "EU", Kind: footprint.Bloc},
		},
		Memberships: []footprint.BlocMembership{{Bloc: "EU", Member: "DE"}, {Bloc: "EU", Member: "FR"}},
		Regions: []footprint.Region{
			region(footprint.ProcessingSetting, "de", "country: DE"),
			region(footprint.ProcessingSetting, "eu", "bloc: EU"),
			region(footprint.ProcessingSetting, "us", "country: US"),
			region(footprint.KeySetting, "eu", "bloc: EU"),
			region(footprint.KeySetting, "jp", "any"),
			region(footprint.LogSetting, "eu", "bloc: EU"),
			region(footprint.LogSetting, "us", "country: US"),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &settings.Catalog{Footprint: fp, Rules: rules(), Presets: []string{"eu-only", "never-us"}}
}

func rules() *residency.Rules {
	r := &residency.Rules{
		LogDatasets: []residency.LogDataset{{ID: "audit-logs"}, {ID: "http-requests"}},
		Features: []residency.Feature{
			{ID: "argo", Values: []string{"false", "true"}, Default: "false"},
			{ID: "cache_reserve", Values: []string{"false", "true"}, Default: "false"},
			{ID: "tiered_cache", Values: []string{"false", "regular", "smart", "custom"}, Default: "false"},
		},
	}
	for _, id := range []string{"bot-management", "cdn", "d1", "durable-objects", "kv", "logpush", "r2", "waf", "workers"} {
		r.Products = append(r.Products, residency.Product{ID: id})
	}
	for _, o := range [][2]string{{"durable-objects", "eu"}, {"r2", "eu"}, {"r2", "us"}} {
		r.Storage = append(r.Storage, residency.StorageOffer{Product: o[0], Jurisdiction: o[1]})
	}
	return r
}
