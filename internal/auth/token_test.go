package auth_test

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"domicile/internal/auth"
)

// sealed is a token's body with its checksum.
func sealed(body string) string {
	return fmt.Sprintf("%s_%08x", body, crc32.Checksum([]byte(body), crc32.MakeTable(crc32.Castagnoli)))
}

// recombined is a well-formed token with the id of one and the secret of
// another.
func recombined(t *testing.T, idOf, secretOf string) string {
	t.Helper()
	a, b := strings.Split(idOf, "_"), strings.Split(secretOf, "_")
	return sealed(strings.Join([]string{a[0], a[1], a[2], b[3]}, "_"))
}

// promoted is a well-formed token with another role.
func promoted(t *testing.T, text string) string {
	t.Helper()
	p := strings.Split(text, "_")
	return sealed(strings.Join([]string{p[0], "p", p[2], p[3]}, "_"))
}

var shape = regexp.MustCompile(`^dom_[cspi]_[a-z2-7]{12}_[a-z2-7]{52}_[0-9a-f]{8}$`)

func TestTokensHaveTheShapeThatScannersLookFor(t *testing.T) {
	ts, _, _ := machines(t)
	seen := map[string]bool{}
	for i := range 50 {
		text, _ := create(t, ts, auth.Spec{Name: fmt.Sprint("m-", i), Role: auth.Ingest})
		if !shape.MatchString(text) || !strings.HasPrefix(text, "dom_i_") || seen[text] {
			t.Errorf("token %q", text)
		}
		seen[text] = true
	}
}

func FuzzParseToken(f *testing.F) {
	id, secret := strings.Repeat("a", 12), strings.Repeat("7", 52)
	f.Add(sealed("dom_p_" + id + "_" + secret))
	f.Add(sealed("dom_x_" + id + "_" + secret))
	f.Add(sealed("dom_-_" + id + "_" + secret))
	f.Add(sealed("dam_c_" + id + "_" + secret))
	f.Add(sealed("dom_c_" + id + "-" + secret))
	f.Add("dom_p_" + id + "_" + secret + "_00000000")
	f.Add("dom_")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		for _, text := range []string{text, sealed(text)} {
			got, err := auth.ParseToken(text)
			if shape.MatchString(text) != (err == nil) && (err == nil || sealed(text[:max(0, len(text)-9)]) == text) {
				t.Errorf("%q: error = %v", text, err)
			}
			switch {
			case err == nil && (got.Reveal() != text || !auth.ValidTokenID(got.ID()) || got.Role() == auth.NoRole):
				t.Errorf("%q was read as %+v", text, got)
			case err != nil && !errors.Is(err, auth.ErrMistyped):
				t.Errorf("%q: error = %v", text, err)
			}
		}
	})
}

func TestTheServerKeyIsMadeOnceAndKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	keys := make([]auth.Key, 16)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			k, err := auth.OpenKey(dir)
			if err != nil {
				t.Error(err)
			}
			keys[i] = k
		})
	}
	wg.Wait()
	for _, k := range keys {
		if k != keys[0] || k == (auth.Key{}) {
			t.Error("two processes have different keys")
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("files = %v, %v", files, err)
	}
	info, err := files[0].Info()
	if err != nil || info.Name() != auth.KeyFileName || info.Mode().Perm() != 0o600 {
		t.Errorf("file = %v, %v", info, err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, auth.KeyFileName))
	if err != nil || !regexp.MustCompile(`^[0-9a-f]{64}\n$`).Match(raw) {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	if printed := fmt.Sprintf("%v %+v %#v %s", keys[0], keys[0], keys[0], keys[0]); strings.Contains(printed, string(raw[:8])) || strings.Contains(printed, "[") {
		t.Errorf("the key prints as %s", printed)
	}
}

func TestAServerKeyThatCannotBeTrustedIsRefused(t *testing.T) {
	good := strings.Repeat("0123456789abcdef", 4)
	for name, c := range map[string]struct {
		text string
		mode fs.FileMode
		want string
	}{
		"readable by the group": {good, 0o640, "chmod 600"},
		"readable by others":    {good, 0o604, "chmod 600"},
		"empty":                 {"", 0o600, "is damaged"},
		"cut":                   {good[:62], 0o600, "is damaged"},
		"too long":              {good + "00", 0o600, "is damaged"},
		"much too long":         {strings.Repeat(good, 1000), 0o600, "is damaged"},
		"not hexadecimal":       {"zz" + good[2:], 0o600, "is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, auth.KeyFileName)
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			k, err := auth.OpenKey(dir)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) || k != (auth.Key{}) {
				t.Errorf("error = %v, want one with %q and %s", err, c.want, path)
			}
			if err != nil && c.text != "" && strings.Contains(err.Error(), c.text[:8]) {
				t.Errorf("the error repeats the key: %v", err)
			}
		})
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, auth.KeyFileName), []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := auth.OpenKey(dir); err != nil {
		t.Errorf("without a new line at its end: %v", err)
	}
}
