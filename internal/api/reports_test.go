package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"domicile/internal/auth"
)

const freezeQuery = `mutation($in: FreezeReportInput!) { freezeReport(input: $in) { report { key digest verdict verdictNow claim role created expires expired body customer { key } } userErrors { field message } } }`

type frozenReport struct {
	Key, Digest, Verdict, VerdictNow, Claim, Role, Created, Expires, Body string
	Expired                                                               bool
	Customer                                                              struct{ Key string }
}

type frozenAnswer struct {
	FreezeReport struct {
		Report     *frozenReport
		UserErrors []struct{ Field, Message string }
	}
	Report *frozenReport
}

func freeze(t *testing.T, s *server, v auth.Viewer, in map[string]any) frozenAnswer {
	t.Helper()
	return data[frozenAnswer](t, s.as(v), freezeQuery, map[string]any{"in": in})
}

const reportQuery = `query($key: String!) { report(key: $key) { key verdict verdictNow expired body } }`

func TestAReportIsFrozenUnderTheDigestOfItsBytes(t *testing.T) {
	s := shipped(t)
	got := freeze(t, s, somebody(auth.Customer, "gryphon-grooming"), map[string]any{"customer": "gryphon-grooming", "preset": "eu-only"}).FreezeReport.Report
	if got == nil || got.Verdict != "NOT_ENSURED" || got.VerdictNow != "NOT_ENSURED" || got.Claim != "customer data is handled only in EU" || got.Expired || got.Expires != "2027-02-21" {
		t.Fatalf("%+v", got)
	}
	sum := sha256.Sum256([]byte(got.Body))
	if hex.EncodeToString(sum[:]) != got.Digest || !strings.HasPrefix(got.Digest, got.Key) {
		t.Errorf("%s is not the digest of the bytes", got.Digest)
	}
	var body struct {
		Answers struct{ Report json.RawMessage }
	}
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil || !strings.Contains(string(body.Answers.Report), "img.gryphon.example") {
		t.Errorf("%v in %.300s", err, got.Body)
	}
	s.clock.add(91 * 24 * time.Hour)
	again := data[frozenAnswer](t, s.as(somebody(auth.Privacy, "")), reportQuery, map[string]any{"key": got.Key}).Report
	if again == nil || again.Body != got.Body || !again.Expired {
		t.Errorf("after 91 days: %+v", again)
	}
}

func TestAReportIsReadByThoseWhoMaySeeWhatIsInIt(t *testing.T) {
	s := shipped(t)
	privacy, sales := somebody(auth.Privacy, ""), somebody(auth.Sales, "")
	in := map[string]any{"customer": "gryphon-grooming", "preset": "eu-only"}
	whole, masked := freeze(t, s, privacy, in).FreezeReport.Report, freeze(t, s, sales, in).FreezeReport.Report
	if strings.Contains(masked.Body, "img.gryphon.example") || masked.Role != "SALES" {
		t.Errorf("what sales froze has names in it: %.300s", masked.Body)
	}
	for name, c := range map[string]struct {
		v    auth.Viewer
		key  string
		want bool
	}{
		"the customer":                 {somebody(auth.Customer, "gryphon-grooming"), whole.Key, true},
		"another customer":             {somebody(auth.Customer, "yeti-bank"), whole.Key, false},
		"sales, of the privacy team's": {sales, whole.Key, false},
		"sales, of its own":            {sales, masked.Key, true},
		"the privacy team":             {privacy, masked.Key, true},
		"an absent report":             {privacy, "00000000000000000000000000000000", false},
	} {
		if got := data[frozenAnswer](t, s.as(c.v), reportQuery, map[string]any{"key": c.key}).Report; (got != nil) != c.want {
			t.Errorf("%s: read %v, want %v", name, got != nil, c.want)
		}
	}
}

func TestWhatCannotBeFrozenIsSaid(t *testing.T) {
	s := shipped(t)
	for name, in := range map[string]map[string]any{
		"an absent customer": {"customer": "nobody", "preset": "eu-only"},
		"no places":          {"customer": "yeti-bank"},
		"Europe":             {"customer": "yeti-bank", "within": []string{"Europe"}},
		"a day to come":      {"customer": "yeti-bank", "preset": "eu-only", "asOf": "2099-01-01"},
		"a window backwards": {"customer": "yeti-bank", "preset": "eu-only", "from": "2026-11-02", "to": "2026-11-01"},
		"valid for ever":     {"customer": "yeti-bank", "preset": "eu-only", "expires": "2099-01-01"},
		"valid no more":      {"customer": "yeti-bank", "preset": "eu-only", "expires": "2026-01-01"},
	} {
		if got := freeze(t, s, somebody(auth.Privacy, ""), in).FreezeReport; got.Report != nil || len(got.UserErrors) != 1 || got.UserErrors[0].Message == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if text := s.as(somebody(auth.Customer, "yeti-bank")).ask(freezeQuery, map[string]any{"in": map[string]any{"customer": "gryphon-grooming", "preset": "eu-only"}}); !strings.Contains(text, "not yours") {
		t.Error(text)
	}
}

// What was observed could contradict a yes: where it cannot be read, no report says one,
// and none that was frozen is confirmed.
func TestNoYesIsFrozenWhileWhatWasObservedCannotBeRead(t *testing.T) {
	s := shipped(t)
	in := map[string]any{"customer": "yeti-bank", "within": []string{"CH", "EU"}, "reading": "RESIDES"}
	got := freeze(t, s, somebody(auth.Privacy, ""), in).FreezeReport.Report
	if got == nil || got.Verdict != "HOLDS" || got.VerdictNow != "HOLDS" {
		t.Fatalf("while it can be read: %+v", got)
	}
	if err := s.seen.Close(); err != nil {
		t.Fatal(err)
	}
	if again := freeze(t, s, somebody(auth.Privacy, ""), in).FreezeReport; again.Report != nil || len(again.UserErrors) != 1 || !strings.HasPrefix(again.UserErrors[0].Message, "what was observed could not be read") {
		t.Errorf("frozen: %+v", again)
	}
	if again := data[frozenAnswer](t, s.as(somebody(auth.Privacy, "")), reportQuery, map[string]any{"key": got.Key}).Report; again == nil || again.VerdictNow != "" {
		t.Errorf("confirmed: %+v", again)
	}
}
