package attest_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/attest"
)

// pair is a key as two files of PEM.
func pair(t testing.TB, private crypto.Signer) (secret, public []byte) {
	t.Helper()
	p, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	q, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: p}), pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: q})
}

func edwards(t testing.TB) crypto.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

func elliptical(t testing.TB, curve elliptic.Curve) crypto.Signer {
	t.Helper()
	private, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

func keys(t testing.TB, private crypto.Signer) (signs, verifies *attest.Key) {
	t.Helper()
	secret, public := pair(t, private)
	signs, err := attest.PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	if verifies, err = attest.PublicKey(public); err != nil {
		t.Fatal(err)
	}
	return signs, verifies
}

func statement() *attest.Statement {
	at := time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)
	return &attest.Statement{
		Customer: "acme", Verdict: "HOLDS", Headline: "You can make this claim.", Issued: at, ValidUntil: at.AddDate(0, 0, 30),
		AsOf: "2026-11-01", KnownAt: "2026-11-01T12:00:00Z", Question: attest.Question{Within: []string{"EU"}, Reading: "handled"},
		Datasets: strings.Repeat("ab", 32), SettingsDigest: strings.Repeat("cd", 32),
		Settings: json.RawMessage(`{"customer":"acme"}`), Check: json.RawMessage(`{"considered":{"pairs":9007199254740991},"verdict":"HOLDS"}`),
	}
}

// compact takes the spaces out of JSON parts, which mean nothing.
func compact(t *testing.T, s *attest.Statement) *attest.Statement {
	t.Helper()
	for _, part := range []*json.RawMessage{&s.Check, &s.Settings} {
		var b bytes.Buffer
		if err := json.Compact(&b, *part); err != nil {
			t.Fatal(err)
		}
		*part = b.Bytes()
	}
	return s
}

func TestWhatWasSignedIsRead(t *testing.T) {
	for name, private := range map[string]crypto.Signer{"Ed25519": edwards(t), "ECDSA": elliptical(t, elliptic.P256())} {
		t.Run(name, func(t *testing.T) {
			signs, verifies := keys(t, private)
			text, err := attest.Sign(t.Context(), signs, statement())
			if err != nil {
				t.Fatal(err)
			}
			got, err := attest.Open(t.Context(), verifies, bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(statement(), compact(t, got)); d != "" {
				t.Error(d)
			}
			if signs.ID() != verifies.ID() || len(signs.ID()) != 64 {
				t.Error(signs, verifies)
			}
		})
	}
}

func TestAnyChangeIsSeen(t *testing.T) {
	signs, verifies := keys(t, edwards(t))
	text, err := attest.Sign(t.Context(), signs, statement())
	if err != nil {
		t.Fatal(err)
	}
	for i := range text {
		changed := bytes.Clone(text)
		changed[i] ^= 1
		if s, err := attest.Open(t.Context(), verifies, bytes.NewReader(changed)); err == nil && cmp.Diff(statement(), compact(t, s)) != "" {
			t.Fatalf("byte %d was changed, and it reads %v", i, s)
		}
	}
	var envelope map[string]any
	if err := json.Unmarshal(text, &envelope); err != nil {
		t.Fatal(err)
	}
	payload, err := base64.StdEncoding.DecodeString(envelope["payload"].(string))
	if err != nil {
		t.Fatal(err)
	}
	envelope["payload"] = base64.StdEncoding.EncodeToString(bytes.ReplaceAll(payload, []byte("acme"), []byte("evil")))
	forged, err := json.Marshal(envelope)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := attest.Open(t.Context(), verifies, bytes.NewReader(forged)); !errors.Is(err, attest.ErrSignature) {
		t.Errorf("another customer: %v", err)
	}
	_, other := keys(t, edwards(t))
	if _, err := attest.Open(t.Context(), other, bytes.NewReader(text)); !errors.Is(err, attest.ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	envelope["signatures"] = []any{}
	unsigned, err := json.Marshal(envelope)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := attest.Open(t.Context(), verifies, bytes.NewReader(unsigned)); err == nil {
		t.Error("without a signature it is taken")
	}
}

func TestAStatementThatIsNotWholeIsNotSigned(t *testing.T) {
	signs, verifies := keys(t, edwards(t))
	for name, change := range map[string]func(*attest.Statement){
		"no customer":            func(s *attest.Statement) { s.Customer = "" },
		"no verdict":             func(s *attest.Statement) { s.Verdict = "" },
		"no answer":              func(s *attest.Statement) { s.Check = nil },
		"it ends at its start":   func(s *attest.Statement) { s.ValidUntil = s.Issued },
		"datasets of no digest":  func(s *attest.Statement) { s.Datasets = "new" },
		"an answer that is none": func(s *attest.Statement) { s.Check = json.RawMessage(`{`) },
	} {
		s := statement()
		change(s)
		if text, err := attest.Sign(t.Context(), signs, s); err == nil {
			t.Errorf("%s: %s", name, text)
		}
	}
	if _, err := attest.Sign(t.Context(), verifies, statement()); err == nil {
		t.Error("a public key signs")
	}
}

func TestAKeyThatIsNoneIsRefusedWithoutShowingIt(t *testing.T) {
	secret, public := pair(t, edwards(t))
	weak, weakPublic := pair(t, elliptical(t, elliptic.P224()))
	large, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	other, otherPublic := pair(t, large)
	for name, text := range map[string][]byte{
		"nothing": nil, "no PEM": []byte("secret"), "a public key": public, "two": append(bytes.Clone(secret), secret...),
		"a weak curve": weak, "RSA": other, "too much": bytes.Repeat([]byte("a"), attest.MaxKey+1),
		"no PKCS #8": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("abc")}),
	} {
		if _, err := attest.PrivateKey(text); !errors.Is(err, attest.ErrKey) || len(text) > 0 && strings.Contains(err.Error(), string(text)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string][]byte{"a private key": secret, "a weak curve": weakPublic, "RSA": otherPublic} {
		if _, err := attest.PublicKey(text); !errors.Is(err, attest.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	signs, _ := keys(t, edwards(t))
	if text := fmt.Sprintf("%v %+v %#v", signs, signs, signs); strings.Contains(text, "private") || strings.Count(text, signs.ID()) != 3 {
		t.Error(text)
	}
}

func FuzzOpen(f *testing.F) {
	signs, verifies := keys(f, edwards(f))
	text, err := attest.Sign(f.Context(), signs, statement())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"sig":"AA=="}]}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := attest.Open(t.Context(), verifies, bytes.NewReader(b))
		if err == nil && cmp.Diff(statement(), compact(t, s)) != "" {
			t.Errorf("nobody signed %s", b)
		}
	})
}
