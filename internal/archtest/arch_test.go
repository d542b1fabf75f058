// Package archtest holds the house to its directions: who may import whom, and
// which words stay where. It has no code of its own.
package archtest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "domicile/"

type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Standard     bool
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports,Standard", "./...")
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var all []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list found %d packages: the test looks in the wrong place", len(all))
	}
	return all
}

// pure packages import the standard library's value packages and each other,
// downward only.
var pure = map[string][]string{
	"internal/footprint":   {},
	"internal/residency":   {"internal/footprint"},
	"internal/evidence":    {"internal/footprint", "internal/residency"},
	"internal/claim":       {"internal/footprint", "internal/residency", "internal/evidence"},
	"internal/fleet":       {"internal/footprint", "internal/residency", "internal/evidence", "internal/claim"},
	"internal/ledger":      {"internal/footprint"},
	"internal/plan":        {"internal/footprint", "internal/residency", "internal/evidence", "internal/claim"},
	"internal/claim/naive": {"internal/footprint", "internal/residency", "internal/evidence", "internal/claim"},
}

var valueStd = []string{
	"bytes", "cmp", "crypto/sha256", "encoding/binary", "encoding/hex", "encoding/json", "errors", "fmt", "hash", "iter", "maps",
	"math", "math/bits", "net/netip", "slices", "sort", "strconv", "strings", "time", "unicode", "unicode/utf8",
}

func TestDomainPackagesArePure(t *testing.T) {
	seen := 0
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		allowed, ok := pure[path]
		if !ok {
			continue
		}
		seen++
		for _, imp := range p.Imports {
			if slices.Contains(valueStd, imp) || slices.Contains(allowed, strings.TrimPrefix(imp, module)) {
				continue
			}
			t.Errorf("%s is pure and must not import %s", path, imp)
		}
	}
	if seen != len(pure) {
		t.Errorf("looked at %d of %d pure packages", seen, len(pure))
	}
}

// inner packages may be imported by anybody outside; they import nobody outside.
var inner = []string{"internal/footprint", "internal/residency", "internal/evidence", "internal/claim", "internal/fleet", "internal/plan", "internal/ledger", "internal/settings", "internal/atlas"}

// ports are what an adapter may import of the project.
var adapters = []string{
	"internal/dataset", "internal/edgelog", "internal/geoip", "internal/hexgrid", "internal/embedded", "internal/redisstore",
	"internal/api", "internal/gql", "internal/httpd", "internal/auth", "internal/attest", "internal/cloudflare",
}

// pairs of adapters of which the first is made of the second.
var adapterPairs = map[string][]string{
	"internal/api":        {"internal/gql", "internal/auth"},
	"internal/embedded":   {"internal/auth"}, // keeps what auth's ports ask for
	"internal/redisstore": {"internal/auth"},
}

// memory is what anybody may import: it knows nothing of the project.
const memory = "internal/hugepage"

func TestAdaptersImportInwardOnly(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		if !slices.Contains(adapters, path) {
			continue
		}
		for _, imp := range p.Imports {
			other, own := strings.CutPrefix(imp, module)
			if !own || other == "schema" || other == memory || slices.ContainsFunc(inner, func(i string) bool { return other == i || strings.HasPrefix(other, i+"/") }) {
				continue
			}
			if strings.HasPrefix(other, path+"/") || slices.Contains(adapterPairs[path], other) {
				continue
			}
			t.Errorf("%s must not import %s: adapters know the inner packages, not each other", path, other)
		}
	}
}

func TestInnerPackagesImportInwardOnly(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		at := slices.Index(inner, path)
		if at < 0 {
			continue
		}
		for _, imp := range p.Imports {
			if other, own := strings.CutPrefix(imp, module); own {
				if j := slices.Index(inner, other); j < 0 || j >= at {
					t.Errorf("%s must not import %s: outward", path, other)
				}
			}
		}
	}
}

// owners names the one package that may import a third-party module.
var owners = map[string][]string{
	"github.com/oschwald/geoip2-golang":                 {"internal/geoip"},
	"github.com/oschwald/maxminddb-golang":              {"internal/geoip"},
	"github.com/uber/h3-go":                             {"internal/hexgrid"},
	"github.com/graphql-go/graphql":                     {"internal/gql"},
	"github.com/redis/go-redis":                         {"internal/redisstore"},
	"github.com/mattn/go-sqlite3":                       {"internal/embedded"},
	"go.yaml.in/yaml":                                   {"internal/settings"},
	"github.com/spf13/cobra":                            {"cmd/domicile"},
	"github.com/klauspost/compress/zstd":                {"internal/edgelog", "internal/webui"},
	"github.com/klauspost/compress/gzhttp":              {"internal/httpd"},
	"github.com/klauspost/compress/gzip":                {"internal/webui"},
	"github.com/hashicorp/golang-lru":                   {"internal/gql"},
	"github.com/coreos/go-oidc":                         {"internal/auth"},
	"github.com/go-jose/go-jose":                        {"internal/auth"},
	"golang.org/x/oauth2":                               {"internal/auth"},
	"github.com/secure-systems-lab/go-securesystemslib": {"internal/attest"},
	"github.com/in-toto/attestation":                    {"internal/attest"},
	"google.golang.org/protobuf":                        {"internal/attest"},
	"github.com/google/go-cmp":                          {"internal/storetest"}, // a package of tests
}

func TestEachModuleHasOneImporter(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		for _, imp := range p.Imports {
			first, _, _ := strings.Cut(imp, "/")
			if !strings.Contains(first, ".") {
				continue
			}
			if o := ownersOf(imp); !slices.Contains(o, path) && !slices.ContainsFunc(o, func(x string) bool { return strings.HasPrefix(path, x+"/") }) {
				t.Errorf("%s imports %s, which belongs to %v", path, imp, o)
			}
		}
	}
}

func ownersOf(imp string) []string {
	for mod, o := range owners {
		if imp == mod || strings.HasPrefix(imp, mod+"/") {
			return o
		}
	}
	return nil
}
