package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"domicile/internal/settings"
)

// manyHostnames returns one customer with n hostnames as JSON.
func manyHostnames(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"customer":"acme","zones":[{"name":"acme.example","hostnames":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"name":"www%05d.acme.example","processing_region":"eu"}`, i)
	}
	b.WriteString(`]}]}`)
	return []byte(b.String())
}

func benchmarkParse(b *testing.B, data []byte, name string) {
	c := catalog(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := settings.Parse(data, name, c); err != nil {
			b.Fatal(err)
		}
	}
}

func canonicalCustomer(b *testing.B) []byte {
	all, err := settings.Parse(read(b, "testdata/ok_everything.yaml"), "ok_everything.yaml", catalog(b))
	if err != nil {
		b.Fatal(err)
	}
	data, err := settings.Encode(all[0])
	if err != nil {
		b.Fatal(err)
	}
	return data
}

func BenchmarkParseTypicalCustomerInYAML(b *testing.B) {
	benchmarkParse(b, read(b, "testdata/ok_everything.yaml"), "acme.yaml")
}

func BenchmarkParseTypicalCustomerInJSON(b *testing.B) {
	benchmarkParse(b, canonicalCustomer(b), "acme.json")
}

func BenchmarkParse5000HostnamesInJSON(b *testing.B) {
	benchmarkParse(b, manyHostnames(5000), "acme.json")
}

func BenchmarkParse5000HostnamesInYAML(b *testing.B) {
	benchmarkParse(b, append([]byte("--- # by the YAML reader\n"), manyHostnames(5000)...), "acme.yaml")
}

func BenchmarkDecodeTypicalCustomer(b *testing.B) {
	data := canonicalCustomer(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := settings.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeTypicalCustomer(b *testing.B) {
	s, err := settings.Decode(canonicalCustomer(b))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := settings.Encode(s); err != nil {
			b.Fatal(err)
		}
	}
}
