package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"domicile/internal/attest"
)

// signer is somebody who signs, perhaps what is not so.
type signer struct {
	dir, secret, public string
	signs, verifies     *attest.Key
}

func newSigner(t *testing.T) *signer {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	q, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := &signer{dir: dir, secret: filepath.Join(dir, "key.pem"), public: filepath.Join(dir, "public.pem")}
	secretText, publicText := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: p}), pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: q})
	for path, text := range map[string][]byte{s.secret: secretText, s.public: publicText} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if s.signs, err = attest.PrivateKey(secretText); err != nil {
		t.Fatal(err)
	}
	if s.verifies, err = attest.PublicKey(publicText); err != nil {
		t.Fatal(err)
	}
	return s
}

// run runs a command at a time, and returns the exit code and what it prints.
func (s *signer) run(t *testing.T, at time.Time, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), &process{args: args, stdin: strings.NewReader(""), stdout: &out, stderr: &out, env: func(string) string { return "" }, clock: func() time.Time { return at }})
	return code, out.String()
}

func TestASignatureDoesNotMakeAnAnswerTrue(t *testing.T) {
	s, now := newSigner(t), time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)
	path := filepath.Join(s.dir, "statement.json")
	if code, text := s.run(t, now, "statement", "gryphon-grooming", "--demo", "--claim", "eu-only", "--key", s.secret, "--out", path); code != exitNotHolds {
		t.Fatalf("%d %s", code, text)
	}
	honest, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	replace := func(text []byte, old, new string) []byte {
		if !bytes.Contains(text, []byte(old)) {
			t.Fatalf("no %s to replace", old)
		}
		return bytes.ReplaceAll(text, []byte(old), []byte(new))
	}
	for name, c := range map[string]struct {
		change func(*attest.Statement)
		later  time.Duration
		code   int
		says   string
	}{
		"as it is":         {func(*attest.Statement) {}, 0, exitHolds, "VERIFIED"},
		"after its days":   {func(*attest.Statement) {}, 31 * 24 * time.Hour, exitNotHolds, "it was valid until"},
		"before its days":  {func(*attest.Statement) {}, -48 * time.Hour, exitNotHolds, "signed in the future"},
		"a better verdict": {func(st *attest.Statement) { st.Verdict = "HOLDS" }, 0, exitNotHolds, "its parts say different things"},
		"a better verdict everywhere": {func(st *attest.Statement) {
			st.Verdict, st.Check = "HOLDS", replace(st.Check, `"NOT_ENSURED"`, `"HOLDS"`)
		}, 0, exitNotHolds, "the engine derives another answer"},
		"logs that mend a claim": {func(st *attest.Statement) {
			st.Verdict, st.Measured = "HOLDS", replace(st.Check, `"NOT_ENSURED"`, `"HOLDS"`)
		}, 0, exitNotHolds, "logs can only break a claim"},
		"other settings":          {func(st *attest.Statement) { st.Settings = replace(st.Settings, `gryphon.example`, `griffin.example`) }, 0, exitNotHolds, "the settings are not those"},
		"another question":        {func(st *attest.Statement) { st.Question.Preset = "us-only" }, 0, exitNotHolds, "the engine derives another answer"},
		"one counterexample less": {func(st *attest.Statement) { st.Check = replace(st.Check, `Annaba`, `Algiers`) }, 0, exitNotHolds, "another answer"},
		"other datasets": {func(st *attest.Statement) {
			other := strings.Repeat("0", 64)
			st.Check, st.Datasets = replace(st.Check, st.Datasets, other), other
		}, 0, exitUnknown, "it rests on datasets 000000000000"},
	} {
		t.Run(name, func(t *testing.T) {
			st, err := attest.Open(t.Context(), s.verifies, bytes.NewReader(honest))
			if err != nil {
				t.Fatal(err)
			}
			c.change(st)
			text, err := attest.Sign(t.Context(), s.signs, st)
			if err != nil {
				t.Fatal(err)
			}
			forged := filepath.Join(t.TempDir(), "forged.json")
			if err := os.WriteFile(forged, text, 0o600); err != nil {
				t.Fatal(err)
			}
			if code, text := s.run(t, now.Add(c.later), "verify", forged, "--public-key", s.public); code != c.code || !strings.Contains(text, c.says) {
				t.Errorf("%d, want %d and %q:\n%s", code, c.code, c.says, text)
			}
		})
	}
}
