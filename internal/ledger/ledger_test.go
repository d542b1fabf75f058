package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"domicile/internal/footprint"
	"domicile/internal/ledger"
)

var start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func day(t *testing.T, text string) footprint.Date {
	t.Helper()
	d, err := footprint.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// entry is one of claim c1, some hours after the start.
func entry(t *testing.T, hours int, kind ledger.Kind, body any) ledger.Entry {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Entry{Seq: int64(hours + 1), ID: kind.String(), At: start.Add(time.Duration(hours) * time.Hour), Actor: "privacy", Customer: "acme", Claim: "c1", Kind: kind, Body: b}
}

func replay(t *testing.T, entries ...ledger.Entry) *ledger.Book {
	t.Helper()
	b, err := ledger.Replay(entries)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAWaiverEndsByItself(t *testing.T) {
	until := day(t, "2026-04-30")
	b := replay(t,
		entry(t, 0, ledger.Registered, ledger.Registration{Preset: "eu-only", Since: day(t, "2026-03-02")}),
		entry(t, 1, ledger.WaiverGranted, ledger.Waiver{ID: "w1", Reason: "migration", Owner: "network team", Until: until}))
	for text, want := range map[string]int{"2026-04-30": 1, "2026-05-01": 0} {
		if got := b.WaiversOf("c1", day(t, text)); len(got) != want {
			t.Errorf("on %s %d waivers stand, want %d", text, len(got), want)
		}
	}
	if len(b.Waivers) != 1 {
		t.Error("the waiver is not kept")
	}
	b = replay(t,
		entry(t, 0, ledger.WaiverGranted, ledger.Waiver{ID: "w1", Reason: "migration", Owner: "network team", Until: until}),
		entry(t, 2, ledger.WaiverEnded, ledger.Ending{Waiver: "w1"}))
	if got := b.WaiversOf("c1", day(t, "2026-03-03")); len(got) != 0 || b.Waivers[0].Ended.IsZero() {
		t.Errorf("a waiver that was ended stands: %+v", got)
	}
}

func TestAClaimStandsFromItsRegistrationToItsWithdrawal(t *testing.T) {
	b := replay(t,
		entry(t, 0, ledger.Registered, ledger.Registration{Preset: "eu-only", Since: day(t, "2026-03-02"), Until: day(t, "2026-12-31")}),
		entry(t, 48, ledger.Withdrawn, ledger.Ending{Reason: "the contract ended"}))
	c, ok := b.Claim("c1")
	if !ok || c.Why != "the contract ended" {
		t.Fatalf("%+v", c)
	}
	for _, x := range []struct {
		day   string
		hours int
		want  bool
	}{
		{"2026-03-03", 1, true},
		{"2026-03-01", 1, false},  // before it was promised
		{"2027-01-01", 1, false},  // after it ended
		{"2026-03-03", -1, false}, // not known yet
		{"2026-03-05", 49, false}, // withdrawn
		{"2026-03-03", 47, true},  // as known before the withdrawal
	} {
		if got := c.Applies(day(t, x.day), start.Add(time.Duration(x.hours)*time.Hour)); got != x.want {
			t.Errorf("on %s, known after %d hours: %v", x.day, x.hours, got)
		}
	}
}

func TestHistoryIsInTheOrderOfNoticing(t *testing.T) {
	b := replay(t,
		entry(t, 1, ledger.VerdictChanged, ledger.Verdict{Verdict: "HOLDS", Cause: "FIRST"}),
		entry(t, 2, ledger.VerdictChanged, ledger.Verdict{Verdict: "BROKEN", Cause: "OBSERVATIONS"}))
	last, ok := b.Last("c1")
	if !ok || last.Verdict.Verdict != "BROKEN" || len(b.History["c1"]) != 2 || !last.Noticed.Equal(start.Add(2*time.Hour)) {
		t.Errorf("%+v", b.History)
	}
	if _, ok := b.Last("other"); ok {
		t.Error("a claim that was never judged has a verdict")
	}
}

func TestABodyThatCannotBeReadIsAnError(t *testing.T) {
	e := entry(t, 1, ledger.Registered, nil)
	e.Body = []byte("{")
	if _, err := ledger.Replay([]ledger.Entry{e}); err == nil || !strings.Contains(err.Error(), "entry 2") {
		t.Errorf("%v", err)
	}
}

func TestTextsOfPeopleAreBounded(t *testing.T) {
	for name, text := range map[string]string{"missing": " ", "long": strings.Repeat("x", 11), "control": "a\nb"} {
		if ledger.Text("reason", text, true, 10) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if err := ledger.Text("contract", "", false, 10); err != nil {
		t.Error(err)
	}
}

// FuzzReplay: whatever a store returns, a book or an error comes of it.
func FuzzReplay(f *testing.F) {
	f.Add(uint8(1), []byte(`{"preset":"eu-only","since":"2026-03-02"}`))
	f.Add(uint8(3), []byte(`{"id":"w","until":"2026-03-02"}`))
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		e := ledger.Entry{Seq: 1, ID: "x", At: start, Actor: "a", Customer: "c", Claim: "c1", Kind: ledger.Kind(kind % 7), Body: body}
		if b, err := ledger.Replay([]ledger.Entry{e}); err == nil && b == nil {
			t.Error("neither a book nor an error")
		}
	})
}
