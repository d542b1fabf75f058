package dataset_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"domicile/datasets"
	"domicile/internal/dataset"
)

// copyOf is the embedded directory without its country database, to be broken.
func copyOf(t testing.TB) fstest.MapFS {
	t.Helper()
	dir := fstest.MapFS{}
	err := fs.WalkDir(datasets.FS, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(p, "geo/") {
			return err
		}
		b, err := fs.ReadFile(datasets.FS, p)
		dir[p] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	rewriteManifest(t, dir)
	return dir
}

func rewriteManifest(t testing.TB, dir fstest.MapFS) {
	t.Helper()
	b, err := dataset.Manifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	dir[dataset.ManifestName] = &fstest.MapFile{Data: b}
}

func edit(t testing.TB, dir fstest.MapFS, file, old, replacement string, times int) {
	t.Helper()
	text := string(dir[file].Data)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	dir[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, replacement, times))}
}

// lineOf is the line and column of a text in a file.
func lineOf(t testing.TB, dir fstest.MapFS, file, text string) (line, column int) {
	t.Helper()
	data := string(dir[file].Data)
	at := strings.Index(data, text)
	if at < 0 {
		t.Fatalf("%s does not contain %q", file, text)
	}
	return strings.Count(data[:at], "\n") + 1, at - strings.LastIndex(data[:at], "\n")
}

// faultsOf verifies and leaves out that an edited file differs from its digest.
func faultsOf(dir fs.FS) dataset.Faults {
	var out dataset.Faults
	for _, f := range dataset.Verify(dir) {
		if !strings.HasPrefix(f.What, "differs from MANIFEST") {
			out = append(out, f)
		}
	}
	return out
}

func TestVerifyExplainsEachFaultOfARowWhereItStands(t *testing.T) {
	tests := []struct {
		name, file string
		old, bad   string // what is replaced, and by what
		at         string // text in the broken file at which the fault stands
		what, fix  string
	}{
		{"an unknown site kind", "sites.csv", "AMS,pop,", "AMS,shed,", "shed,Amsterdam", `unknown site kind "shed"`, "use a word of the list"},
		{"an unknown country", "sites.csv", "AMS,pop,Amsterdam,NL,NL-NH", "AMS,pop,Amsterdam,QZ,", "QZ,", `country: unknown country "QZ"`, "define it in jurisdictions.csv"},
		{"an unknown subdivision", "sites.csv", "NL,NL-NH", "NL,NL-XX", "NL-XX", `subdivision: unknown subdivision "NL-XX"`, "define it in jurisdictions.csv"},
		{"a subdivision of another country", "sites.csv", "NL,NL-NH", "NL,BE-BRU", "BE-BRU,52.3086", "BE-BRU is not a subdivision of NL", "correct the country"},
		{"a latitude out of range", "sites.csv", "NL-NH,52.3086", "NL-NH,152.3086", "152.3086", `lat: "152.3086" is not a coordinate`, "between -90 and 90"},
		{"a longitude that is not a number", "sites.csv", "52.3086,4.76389", "52.3086,NaN", "NaN", `lon: "NaN" is not a coordinate`, "between -180 and 180"},
		{"one coordinate of two", "sites.csv", "4.76389,,", "4.76389,52.3,", ",Europe,global,2022-05-16,,site-list,2026-08-20,published,\nANC", "city_lon: one coordinate of two", "both or neither"},
		{"a bad date", "sites.csv", "4.76389,,,Europe,global,2022-05-16", "4.76389,,,Europe,global,2022-13-16", "2022-13-16", `valid_from: "2022-13-16" is not a date`, "YYYY-MM-DD"},
		{"a period that ends before it begins", "memberships.csv", "EU,GB,1973-01-01,2020-01-31", "EU,GB,1973-01-01,1970-01-31", "1970-01-31", "valid_to: ends on 1970-01-31, before it begins on 1973-01-01", "exchange the dates"},
		{"an unknown bloc", "memberships.csv", "EU,GB,", "EFTA,GB,", "EFTA,", `bloc: unknown bloc "EFTA"`, "define it in jurisdictions.csv"},
		{"a member that is no jurisdiction", "memberships.csv", "EU,GB,", "EU,UK,", "UK,", `member: unknown jurisdiction "UK"`, "define it in jurisdictions.csv"},
		{"an unknown coverage", "memberships.csv", "1973-01-01,2020-01-31,full", "1973-01-01,2020-01-31,some", "some,", `coverage: unknown value "some"`, "full, partial"},
		{"an unknown source", "sites.csv", "Europe,global,2022-05-16,,site-list", "Europe,global,2022-05-16,,hearsay", "hearsay", `source: unknown source "hearsay"`, "define it in sources.csv"},
		{"an unknown confidence", "caveats.csv", "compat,2026-07-23,published", "compat,2026-07-23,certain", "certain", `confidence: unknown confidence "certain"`, "stated, published"},
		{"a missing date", "caveats.csv", "compat,2026-07-23,published", "compat,,published", ",published", "checked: empty", "fill it in"},
		{"white space at an end", "products.csv", "access,Access,", "access,Access ,", "Access ,", "name: white space at an end", "remove it"},
		{"an unknown product", "product_rules.csv", "access,keys", "accesso,keys", "accesso", `product: unknown product "accesso"`, "define it in products.csv"},
		{"an unknown effect", "product_rules.csv", "waf,processing,yes,narrowed", "waf,processing,yes,shrunk", "shrunk", `effect: unknown value "shrunk"`, "use a word of the list"},
		{"a cell that says no and narrows", "product_rules.csv", "kv,processing,no,outside", "kv,processing,no,narrowed", "narrowed,,PROCESS;CACHE,every-pop,,,,compat,2026-07-23,published\nkv,logs", "a cell that says no cannot narrow", "use outside"},
		{"an unknown condition", "product_rules.csv", "no-secondary-dns", "no-dns", "no-dns", `condition: unknown condition "no-dns"`, "README.md"},
		{"a conditional rule without a condition", "product_rules.csv", "conditional,no-secondary-dns", "conditional,", ",PROCESS,every-pop,zone-transfers", "condition: no condition", "names one"},
		{"an unknown activity", "product_rules.csv", "waf,processing,yes,narrowed,,PROCESS", "waf,processing,yes,narrowed,,THINK", "THINK", `activities: unknown activity "THINK"`, "use TRANSIT"},
		{"an unknown fact", "product_rules.csv", "PROCESS,every-pop,tunnel-connection-region", "PROCESS,every-pop,tunnel-weather", "tunnel-weather", `fact: unknown fact "tunnel-weather"`, "define it in facts.csv"},
		{"an uncertain rule without a fact", "product_rules.csv", "PROCESS,every-pop,tunnel-connection-region", "PROCESS,every-pop,", ",,18,compat", "fact: empty", "names the fact"},
		{"a lost feature without words", "product_rules.csv", "with a log region other than us: adaptive protection", "", ",3,compat", "lost: empty", "say what stops working"},
		{"an unknown caveat", "product_rules.csv", ",3,compat", ",99,compat", "99,compat", `caveats: unknown caveat "99"`, "define it in caveats.csv"},
		{"a region that does not parse", "regions.csv", "processing,country,country: DE", "processing,country,country DE", "country DE", `definition: bad region expression: at byte 9`, "correct the expression"},
		{"a region with an unknown bloc", "regions.csv", "kind: core and bloc: EU", "kind: core and bloc: EU27", "kind: core and bloc: EU27", `definition: unknown bloc "EU27"`, "define it in jurisdictions.csv"},
		{"a region with an unknown fact", "regions.csv", "unpublished: irap-sites", "unpublished: irap", "unpublished: irap", `definition: unknown fact "irap"`, "define it in facts.csv"},
		{"a region with an unknown group", "regions.csv", "group: Europe and", "group: Eurasia and", "group: Eurasia and", `definition: unknown group "Eurasia"`, "define it in sites.csv"},
		{"an unknown setting", "regions.csv", "France,processing", "France,cooking", "cooking", `setting: unknown setting "cooking"`, "use a word of the list"},
		{"a storage jurisdiction that no region defines", "storage.csv", "artifacts,eu", "artifacts,ca", "ca,2026-08-13", `jurisdiction: unknown storage jurisdiction "ca"`, "define it in regions.csv"},
		{"a default that is no value", "features.csv", "off;regular;custom;smart,off", "off;regular;custom;smart,warm", "warm", `default: "warm" is not one of the values`, "add it to values"},
		{"an empty element of a list", "features.csv", "off;regular;custom;smart", "off;;custom;smart", "off;;custom", "values: an empty or padded element", "a;b;c"},
		{"an address range with bits after its prefix", "edge_ranges.csv", "104.16.0.0/13", "104.16.0.1/13", "104.16.0.1/13", `cidr: "104.16.0.1/13" is not an address range`, "198.51.100.0/24"},
		{"an address range of the other family", "edge_ranges.csv", "104.16.0.0/13,4", "104.16.0.0/13,6", "6,edge-range-list", "family: family 6 does not fit", "family of the range"},
		{"a malformed site code", "sites.csv", "AMS,pop,", "Ams,pop,", "Ams,", `code: "Ams" is malformed`, "three capital letters"},
		{"a core network at an edge site", "sites.csv", "4.76389,,,Europe,global", "4.76389,,,Europe,core", "core,2022-05-16,,site-list", `network: network "core" at a site of kind pop`, "and only they"},
		{"a tab inside a cell", "products.csv", "access,Access,", "access,Ac\tcess,", "Ac\tcess", "name: a line break or tab", "on one line"},
		{"a subdivision under another parent", "jurisdictions.csv", "US-CA,subdivision,California,US", "US-CA,subdivision,California,CA", "CA,iso-3166-2,2026-08-20,published,\nUS-CO", `parent: parent "CA" does not begin the code US-CA`, "its country"},
		{"an unknown jurisdiction kind", "jurisdictions.csv", "US-CA,subdivision", "US-CA,empire", "empire", `kind: unknown jurisdiction kind "empire"`, "use a word of the list"},
		{"a site kind that no region can mean", "regions.csv", "kind: core and bloc: EU", "kind: shed and bloc: EU", "kind: shed", `unknown site kind "shed"`, "correct the expression"},
		{"an element that stands twice", "product_rules.csv", ",PROCESS;CACHE,", ",CACHE;CACHE,", "CACHE;CACHE", `activities: "CACHE" stands twice`, "remove one"},
		{"a base without a flow", "product_rules.csv", "waf,storage,na,none,,,", "waf,storage,na,none,,,every-pop", "every-pop,,,,storage", "base: a base without a flow", "leave it empty"},
		{"a flow without activities", "product_rules.csv", "waf,processing,yes,narrowed,,PROCESS", "waf,processing,yes,narrowed,,", ",every-pop,,,,compat,2026-07-23,published\nwaf,logs", "activities: activities do not fit the effect", "names at least one"},
		{"a claim about no place", "claims.csv", "only-in,CA,", "only-in,,", ",,domicile", "places: no places", "name at least one"},
		{"an offer that confines nothing", "storage.csv", "artifacts,eu,2026-08-13,STORE", "artifacts,eu,2026-08-13,", ",artifacts-loc", "activities: empty", "what the jurisdiction confines"},
		{"an offer of a product that stores nothing", "storage.csv", "artifacts,eu", "waf,eu", "waf,eu", "waf offers jurisdiction eu, but its rule for setting storage has no flow", "product_rules.csv"},
		{"a feature whose effect does not fit", "features.csv", "false,argo,uses-product", "false,argo,adds-network", "adds-network", "effect: does not fit the product cell", "adds-network none"},
		{"an unknown log level", "log_datasets.csv", "access_requests,Access Requests,account", "access_requests,Access Requests,planet", "planet", `level: unknown value "planet"`, "account, zone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := copyOf(t)
			edit(t, dir, tt.file, tt.old, tt.bad, 1)
			line, column := lineOf(t, dir, tt.file, tt.at)
			for _, f := range faultsOf(dir) {
				if f.File == tt.file && f.Line == line && f.Column == column && strings.Contains(f.What, tt.what) && strings.Contains(f.Fix, tt.fix) {
					return
				}
			}
			t.Errorf("want %s: line %d, column %d: %s; … %s …\ngot %v", tt.file, line, column, tt.what, tt.fix, faultsOf(dir))
		})
	}
}

func TestVerifyExplainsFaultsOfAWholeFile(t *testing.T) {
	long := strings.Repeat("x", 9000)
	tests := []struct {
		name   string
		change func(string) string
		line   int
		column int
		what   string
	}{
		{"a renamed column", func(s string) string { return strings.Replace(s, "id,text", "id,words", 1) }, 1, 0, `header column 2 is "words", want "text"`},
		{"a missing column", func(s string) string { return strings.Replace(s, ",confidence\n", "\n", 1) }, 1, 0, "header has 4 columns, want 5"},
		{"a row with a field too many", func(s string) string { return strings.Replace(s, "\n2,", "\n2,,", 1) }, 3, 0, "6 fields, want 5"},
		{"an empty file", func(string) string { return "" }, 0, 0, "empty file"},
		{"a header without rows", func(s string) string { return s[:strings.Index(s, "\n")+1] }, 2, 0, "no rows"},
		{"a truncated file", func(s string) string { return s[:strings.Index(s, "\n")+40] }, 2, 40, "truncated"},
		{"a byte order mark", func(s string) string { return "\ufeff" + s }, 1, 1, "byte order mark"},
		{"invalid UTF-8", func(s string) string { return strings.Replace(s, "\n2,R", "\n2,\xff", 1) }, 3, 3, "invalid UTF-8"},
		{"carriage returns", func(s string) string { return strings.Replace(s, "confidence\n", "confidence\r\n", 1) }, 1, 34, "carriage return"},
		{"an over-long line", func(s string) string { return strings.Replace(s, "\n2,", "\n2,"+long, 1) }, 3, 8193, "bytes, at most 8192"},
		{"an over-long file", func(s string) string { return s + strings.Repeat("x", 4<<20) + "\n" }, 0, 0, "at most 4194304"},
		{"a quote left open", func(s string) string { return s + "\"50\n" }, 47, 0, "not CSV"},
		{"a duplicate key", func(s string) string { return strings.Replace(s, "\n2,", "\n1,", 1) }, 3, 1, `duplicate caveat "1", first on line 2`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := copyOf(t)
			dir["caveats.csv"] = &fstest.MapFile{Data: []byte(tt.change(string(dir["caveats.csv"].Data)))}
			for _, f := range faultsOf(dir) {
				at := f.Line == tt.line && (f.Column == tt.column || tt.column == 0)
				if f.File == "caveats.csv" && at && strings.Contains(f.What, tt.what) && f.Fix != "" {
					return
				}
			}
			t.Errorf("want line %d, column %d: %s\ngot %v", tt.line, tt.column, tt.what, faultsOf(dir))
		})
	}
}

func TestVerifyReportsOverlappingPeriods(t *testing.T) {
	dir := copyOf(t)
	edit(t, dir, "memberships.csv", "ADEQUATE,US,2016-07-12,2020-07-15", "ADEQUATE,US,2015-10-05,2020-07-15", 1)
	line, _ := lineOf(t, dir, "memberships.csv", "ADEQUATE,US,2015-10-05")
	fs := faultsOf(dir)
	if len(fs) != 1 || fs[0].Line != line || !strings.Contains(fs[0].What, "US in ADEQUATE from 2015-10-05 overlaps the period from 2000-07-26 on line") {
		t.Errorf("faults %v", fs)
	}
}

func TestVerifyReportsAProductWithoutARule(t *testing.T) {
	dir := copyOf(t)
	edit(t, dir, "product_rules.csv", "waf,storage,na,none,,,,,,,storage,2026-07-23,inferred\n", "", 1)
	line, _ := lineOf(t, dir, "products.csv", "waf,")
	fs := faultsOf(dir)
	if len(fs) != 1 || fs[0].Line != line || fs[0].What != "product waf has no rule for setting storage" {
		t.Errorf("faults %v", fs)
	}
}

func TestVerifyReportsEveryFaultAtOnce(t *testing.T) {
	dir := copyOf(t)
	edit(t, dir, "sites.csv", "AMS,pop,", "AMS,shed,", 1)
	edit(t, dir, "sites.csv", "FRA,pop,Frankfurt,DE", "FRA,pop,Frankfurt,QZ", 1)
	edit(t, dir, "products.csv", "access,Access,", "access,,", 1)
	text := faultsOf(dir).Error()
	for _, want := range []string{`unknown site kind "shed"`, `unknown country "QZ"`, "products.csv: line 2, column 8: name: empty"} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in:\n%s", want, text)
		}
	}
}

func TestVerifyAsksBackWhatAPlaceMeans(t *testing.T) {
	dir := copyOf(t)
	edit(t, dir, "claims.csv", "only-in,EU,", "only-in,Europe,", 1)
	line, column := lineOf(t, dir, "claims.csv", "eu-only")
	fs := faultsOf(dir)
	if len(fs) != 1 || fs[0].Line != line || fs[0].Column != column || !strings.Contains(fs[0].What, "say which you mean") {
		t.Errorf("faults %v", fs)
	}
}

func TestVerifyComparesFilesWithTheManifest(t *testing.T) {
	tests := []struct {
		name       string
		change     func(*testing.T, fstest.MapFS)
		file, what string
	}{
		{"a changed file", func(t *testing.T, d fstest.MapFS) { edit(t, d, "claims.csv", "Only in Canada", "Only in canada", 1) }, "claims.csv", "differs from MANIFEST: digest "},
		{"a changed file that is no table", func(t *testing.T, d fstest.MapFS) { edit(t, d, "demo/fleet.yaml", "moonbeam", "sunbeam", 1) }, "demo/fleet.yaml", "differs from MANIFEST"},
		{"a file not listed", func(_ *testing.T, d fstest.MapFS) { d["extra.csv"] = &fstest.MapFile{Data: []byte("a\n")} }, "extra.csv", "not listed in MANIFEST"},
		{"a file that is missing", func(_ *testing.T, d fstest.MapFS) { delete(d, "demo/fleet.yaml") }, "demo/fleet.yaml", "listed in MANIFEST and missing"},
		{"a wrong number of rows", func(t *testing.T, d fstest.MapFS) { edit(t, d, "MANIFEST", "  45  ", "  44  ", 1) }, "caveats.csv", "45 rows, MANIFEST lists 44"},
		{"a digest that is none", func(t *testing.T, d fstest.MapFS) { edit(t, d, "MANIFEST", "  45  ", "x  45  ", 1) }, "MANIFEST", "is not a SHA-256"},
		{"a line with a field too few", func(t *testing.T, d fstest.MapFS) { edit(t, d, "MANIFEST", "  CC0-1.0", "", 1) }, "MANIFEST", "3 fields, want digest"},
		{"a path outside the directory", func(t *testing.T, d fstest.MapFS) { edit(t, d, "MANIFEST", "  caveats.csv", "  ../caveats.csv", 1) }, "MANIFEST", "not a path inside"},
		{"a missing manifest", func(_ *testing.T, d fstest.MapFS) { delete(d, "MANIFEST") }, "MANIFEST", "missing file"},
		{"an empty manifest", func(_ *testing.T, d fstest.MapFS) { d["MANIFEST"] = &fstest.MapFile{} }, "MANIFEST", "empty file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := copyOf(t)
			tt.change(t, dir)
			for _, f := range dataset.Verify(dir) {
				if f.File == tt.file && strings.Contains(f.What, tt.what) && f.Fix != "" {
					return
				}
			}
			t.Errorf("want %s: %s\ngot %v", tt.file, tt.what, dataset.Verify(dir))
		})
	}
}
