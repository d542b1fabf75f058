package redisstore_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
	"domicile/internal/redisstore"
)

func TestABodyComesBackAsItWas(t *testing.T) {
	at := time.Date(2026, time.March, 2, 12, 0, 0, 123456000, time.UTC)
	tests := []struct {
		name string
		v    atlas.Version
		text string
	}{
		{"everything", atlas.Version{ValidFrom: footprint.NewDate(2026, time.March, 2), RecordedAt: at, Actor: "importer", Settings: []byte(`{"a":1}`)},
			"1 2026-03-02 1772452800123456 8\nimporter{\"a\":1}"},
		{"nothing", atlas.Version{RecordedAt: time.UnixMicro(0).UTC()}, "1 - 0 0\n"},
		{"lines", atlas.Version{RecordedAt: time.UnixMicro(-5).UTC(), Actor: "a\nb", Settings: []byte("\n\x00")}, "1 - -5 3\na\nb\n\x00"},
	}
	for _, test := range tests {
		data := redisstore.EncodeBody(test.v)
		if string(data) != test.text {
			t.Errorf("%s: %q, want %q", test.name, data, test.text)
		}
		got, err := redisstore.DecodeBody(data)
		if diff := cmp.Diff(test.v, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("%s: %v %s", test.name, err, diff)
		}
	}
}

func TestATornBodyIsAnError(t *testing.T) {
	for _, text := range []string{
		"", "1", "\n", "1 - 0 0", "2 - 0 0\n", "1 - 0 1\n", "1 - 0 -1\nx", "1 - 0 99999999999999999999\nx", "1 - x 0\n", "1 2026-02-30 0 0\n",
		"1  - 0 0\n", "1 - 0 0 0\n", strings.Repeat("1", 100) + "\n",
	} {
		if v, err := redisstore.DecodeBody([]byte(text)); err == nil {
			t.Errorf("%q was read as %v", text, v)
		}
	}
}

func FuzzDecodeBody(f *testing.F) {
	f.Add([]byte("1 2026-03-02 1772452800123456 8\nimporter{}"))
	f.Add([]byte("1 - 0 0\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := redisstore.DecodeBody(data)
		if err != nil {
			return
		}
		again, err := redisstore.DecodeBody(redisstore.EncodeBody(v))
		if diff := cmp.Diff(v, again, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("%q: %v %s", data, err, diff)
		}
	})
}

func FuzzDecodeIntent(f *testing.F) {
	f.Add(redisstore.EncodeIntent([]atlas.Write{{Customer: "acme"}, {Customer: "a\x00b"}}))
	f.Add([]byte{0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		bodies, err := redisstore.DecodeIntent("12345678", data)
		if err == nil && len(bodies) > len(data)/2 {
			t.Errorf("%d bodies from %d bytes", len(bodies), len(data))
		}
	})
}

func FuzzParseHead(f *testing.F) {
	f.Add("")
	f.Add("0000000000000042" + strings.Repeat("d", 32) + strings.Repeat("i", 24))
	f.Fuzz(func(t *testing.T, text string) {
		n, err := redisstore.ParseHead(text)
		if err == nil && n*12 > len(text) || err != nil && text == "" {
			t.Errorf("%q: %d versions, %v", text, n, err)
		}
	})
}

func TestAnIntentNamesItsBodies(t *testing.T) {
	writes := []atlas.Write{{Customer: "acme"}, {Customer: ""}, {Customer: strings.Repeat("long", 100)}}
	bodies, err := redisstore.DecodeIntent("12345678", redisstore.EncodeIntent(writes))
	if err != nil || len(bodies) != 3 {
		t.Fatalf("%v, %v; want three", bodies, err)
	}
	torn := redisstore.EncodeIntent(writes)
	if _, err := redisstore.DecodeIntent("12345678", torn[:len(torn)-1]); err == nil {
		t.Error("a torn record was read")
	}
	if _, err := redisstore.DecodeIntent("12345678", bytes.Repeat([]byte{0xff}, 20)); err == nil {
		t.Error("a number too large was read")
	}
}
