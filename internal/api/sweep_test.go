package api_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"domicile/internal/auth"
)

// sweepAnswer is what the tests read of a sweep.
type sweepAnswer struct {
	Sweep struct {
		Counts        struct{ Holds, NotEnsured, Unknown int }
		Judged, Total int
		Complete      bool
		Resume        *string
		Supposed      []string
		Revision      struct{ Datasets string }
		Causes        []struct {
			Key, Verdict string
			Customers    int
		}
		Who struct {
			TotalCount *int
			Moved      bool
			PageInfo   struct {
				HasNextPage bool
				EndCursor   *string
			}
			Nodes []sweepNode
		}
		Flips *struct {
			TotalCount int
			Nodes      []struct {
				Customer  struct{ Key string }
				Now, IfSo string
			}
		}
	}
}

type sweepNode struct {
	Customer struct{ Key string }
	Verdict  string
	Because  *string
	Result   struct {
		Verdict         string
		Supposed        []string
		Counterexamples struct{ Nodes []struct{ Sentence string } }
	}
}

func sweepQuery(args, who string) string {
	return fmt.Sprintf(`{ sweep(%s) { counts { holds notEnsured unknown } judged total complete resume supposed revision { datasets }
		causes(first: 3) { key verdict customers }
		flips { totalCount nodes { customer { key } now ifSo } }
		who(%s) { totalCount moved pageInfo { hasNextPage endCursor } nodes { customer { key } verdict because
			result { verdict supposed counterexamples(first: 1) { nodes { sentence } } } } } } }`, args, who)
}

func TestASweepSaysOfEachCustomerWhatItsOwnCheckSays(t *testing.T) {
	s := shipped(t)
	const claim = `claim: {within: ["EU"]}`
	got := data[sweepAnswer](t, s, sweepQuery(claim, "first: 100"), nil).Sweep
	counted := map[string]int{}
	for _, n := range got.Who.Nodes {
		counted[n.Verdict]++
		own := data[struct {
			Customer struct{ Check struct{ Verdict string } }
		}](t, s, fmt.Sprintf(`{ customer(id: %q) { check(%s) { verdict } } }`, n.Customer.Key, claim), nil)
		if n.Verdict != own.Customer.Check.Verdict || n.Verdict != n.Result.Verdict || (n.Because == nil) != (n.Verdict == "HOLDS") {
			t.Errorf("%+v, by itself %s", n, own.Customer.Check.Verdict)
		}
		if list := n.Result.Counterexamples.Nodes; n.Verdict == "NOT_ENSURED" && (len(list) != 1 || list[0].Sentence != *n.Because) {
			t.Errorf("%s: because %s, first counterexample %v", n.Customer.Key, *n.Because, list)
		}
	}
	n := got.Counts
	if !got.Complete || got.Resume != nil || got.Judged != got.Total || len(got.Who.Nodes) != got.Total || got.Total == 0 || got.Flips != nil ||
		n.Holds != counted["HOLDS"] || n.NotEnsured != counted["NOT_ENSURED"] || n.Unknown != counted["UNKNOWN"] {
		t.Errorf("%+v, counted %v", got, counted)
	}
	for _, c := range got.Causes {
		chosen := data[sweepAnswer](t, s, sweepQuery(claim, fmt.Sprintf("first: 100, filter: {cause: %q}", c.Key)), nil).Sweep.Who
		if len(chosen.Nodes) != c.Customers || chosen.Nodes[0].Verdict != c.Verdict {
			t.Errorf("%+v chooses %d", c, len(chosen.Nodes))
		}
	}
}

func TestASweepIsPagedByCursorsOfItsOwn(t *testing.T) {
	s := shipped(t)
	const claim = `claim: {within: ["EU"]}`
	const filter = `filter: {verdicts: [NOT_ENSURED, UNKNOWN]}`
	whole := data[sweepAnswer](t, s, sweepQuery(claim, "first: 100, "+filter), nil).Sweep.Who
	var keys, paged []string
	for _, n := range whole.Nodes {
		keys = append(keys, n.Customer.Key)
	}
	after := ""
	for more := true; more && len(paged) < 100; {
		page := data[sweepAnswer](t, s, sweepQuery(claim, "first: 3, "+filter+after), nil).Sweep.Who
		for _, n := range page.Nodes {
			paged = append(paged, n.Customer.Key)
		}
		if more = page.PageInfo.HasNextPage; page.Moved || *page.TotalCount != len(keys) {
			t.Errorf("moved %t, %d in all", page.Moved, *page.TotalCount)
		}
		after = fmt.Sprintf(", after: %q", *page.PageInfo.EndCursor)
	}
	if !slices.Equal(keys, paged) || !slices.IsSorted(keys) {
		t.Errorf("in pages %v, at once %v", paged, keys)
	}
	first := data[sweepAnswer](t, s, sweepQuery(claim, "first: 3, "+filter), nil).Sweep.Who
	cursor := fmt.Sprintf(`after: %q`, *first.PageInfo.EndCursor)
	for _, other := range []string{
		sweepQuery(claim, cursor), sweepQuery(claim, cursor+`, filter: {verdicts: [UNKNOWN]}`), sweepQuery(`claim: {within: ["US"]}`, cursor+", "+filter),
		sweepQuery(claim+`, asOf: "2026-11-01"`, cursor+", "+filter), sweepQuery(claim+", "+cursor, "first: 1"),
	} {
		if text := s.ask(other, nil); !strings.Contains(text, "cursor of another question") {
			t.Errorf("%s: %s", other, text)
		}
	}
}

func TestAPageSaysThatTheFleetMovedOn(t *testing.T) {
	s := start(t)
	for _, id := range []string{"aa", "cc"} {
		s.put(t, fmt.Sprintf(`{"customer": %q, "products": ["cdn"]}`, id))
	}
	const claim = `claim: {within: ["EU"]}`
	first := data[sweepAnswer](t, s, sweepQuery(claim, "first: 1"), nil).Sweep.Who
	s.put(t, `{"customer": "bb", "products": ["cdn"]}`)
	next := data[sweepAnswer](t, s, sweepQuery(claim, fmt.Sprintf("first: 1, after: %q", *first.PageInfo.EndCursor)), nil).Sweep.Who
	if first.Moved || !next.Moved || next.Nodes[0].Customer.Key != "bb" {
		t.Errorf("%+v, then %+v", first, next)
	}
}

func TestASweepShowsSalesNoNames(t *testing.T) {
	s := shipped(t, planted).as(somebody(auth.Sales, ""))
	text := s.ask(sweepQuery(`claim: {within: ["FR"], categories: [KEYS, CONTENT], activities: [STORE, PROCESS]}`, `first: 100, filter: {prefix: "planted"}`), nil)
	if !strings.Contains(text, `"key":"planted"`) || strings.Contains(text, "xq") {
		t.Error(text)
	}
}

func TestWhatIsSupposedIsMarked(t *testing.T) {
	s := shipped(t)
	const suppose = `suppose: {leaves: [{member: "US", bloc: "ADEQUATE"}], opens: [{code: "ZZZ", in: "FR"}]}`
	got := data[sweepAnswer](t, s, sweepQuery(`claim: {within: ["EU", "ADEQUATE"]}, `+suppose, "first: 100"), nil).Sweep
	if len(got.Supposed) != 2 || !strings.HasPrefix(got.Revision.Datasets, "supposed:") || got.Flips == nil || got.Flips.TotalCount == 0 {
		t.Fatalf("%+v", got)
	}
	flip := got.Flips.Nodes[0]
	for given, want := range map[string]string{"": flip.Now, ", " + suppose: flip.IfSo} {
		own := data[struct {
			Customer struct {
				Check struct {
					Verdict  string
					Supposed []string
				}
			}
		}](t, s, fmt.Sprintf(`{ customer(id: %q) { check(claim: {within: ["EU", "ADEQUATE"]}%s) { verdict supposed } } }`, flip.Customer.Key, given), nil).Customer.Check
		if own.Verdict != want || (len(own.Supposed) > 0) != (given != "") {
			t.Errorf("%q: %+v, want %s", given, own, want)
		}
	}
	for args, want := range map[string]string{
		`suppose: {}`: "0 things supposed", `suppose: {opens: [{code: "FRA", in: "DE"}]}`: "there already", `suppose: {closes: ["XXX"]}`: "no site",
	} {
		if text := s.ask(sweepQuery(`claim: {within: ["EU"]}, `+args, "first: 1"), nil); !strings.Contains(text, want) {
			t.Errorf("%s: %s", args, text)
		}
	}
}

func TestTheProgressOfASweepEndsWithTheSweep(t *testing.T) {
	s := shipped(t)
	l, refusal := s.listen(t, `subscription { sweepProgress(claim: {within: ["EU"]}) { done total sweep { judged complete counts { notEnsured } } } }`)
	if l == nil {
		t.Fatal(refusal)
	}
	last := ""
	for event := l.next(t); event != ""; event = l.next(t) {
		last = event
	}
	var got struct {
		Data struct {
			SweepProgress struct {
				Done, Total int
				Sweep       *struct {
					Judged   int
					Complete bool
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(last), &got); err != nil {
		t.Fatal(last, err)
	}
	if p := got.Data.SweepProgress; p.Sweep == nil || !p.Sweep.Complete || p.Sweep.Judged == 0 || p.Done != p.Total {
		t.Error(last)
	}
	if l, refusal := s.as(somebody(auth.Customer, "acme")).listen(t, `subscription { sweepProgress(claim: {within: ["EU"]}) { done } }`); l != nil || !strings.Contains(refusal, "FORBIDDEN") {
		t.Errorf("a customer listens: %s", refusal)
	}
}

const sweepWindow = `query($w: WindowInput, $c: ClaimInput!) { sweep(claim: $c, window: $w) {
	counts { broken holds } observed { from to customers } complete
	who(filter: {verdicts: [BROKEN]}) { nodes { customer { key } because result { verdict evidence measured { outside } } } } } }`

func TestASweepOverAWindowBreaksForWhomTheOwnCheckBreaks(t *testing.T) {
	s := observing(t, "IAD")
	s.put(t, `{"customer": "unseen", "products": ["cdn"]}`)
	type answer struct {
		Sweep struct {
			Counts   struct{ Broken, Holds int }
			Observed *struct{ Customers int }
			Complete bool
			Who      struct {
				Nodes []struct {
					Customer struct{ Key string }
					Because  string
					Result   struct {
						Verdict, Evidence string
						Measured          struct{ Outside int }
					}
				}
			}
		}
	}
	got := data[answer](t, s, sweepWindow, map[string]any{"w": ofOctober, "c": inPlaces("EU")}).Sweep
	if who := got.Who.Nodes; !got.Complete || got.Counts.Broken != 1 || got.Observed == nil || got.Observed.Customers != 1 || len(who) != 1 ||
		who[0].Customer.Key != "acme" || who[0].Result.Verdict != "BROKEN" || who[0].Result.Evidence != "CONTRADICTED" || who[0].Result.Measured.Outside != 3 ||
		!strings.Contains(who[0].Because, "3 events of request content were observed") {
		t.Errorf("%+v", got)
	}
	alone := data[answer](t, s, sweepWindow, map[string]any{"c": inPlaces("EU")}).Sweep
	if alone.Counts.Broken != 0 || alone.Counts.Holds != 1 || alone.Observed != nil {
		t.Errorf("by the settings alone: %+v", alone)
	}
	if text := s.as(somebody(auth.Sales, "")).ask(sweepWindow, map[string]any{"w": ofOctober, "c": inPlaces("EU")}); !strings.Contains(text, "FORBIDDEN") || strings.Contains(text, "acme") {
		t.Errorf("SALES reads %s", text)
	}
	if text := s.ask(`{ sweep(claim: {within: ["EU"]}, suppose: {closes: ["IAD"]}, window: {from: "2026-10-31T09:00:00Z"}) { judged } }`, nil); !strings.Contains(text, "was not observed") {
		t.Error(text)
	}
}
