package api_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/gql"
	"domicile/internal/settings"
)

// listening is a subscription of somebody.
type listening struct {
	*gql.Stream
	ctx context.Context
}

func (s *server) listen(t testing.TB, query string) (*listening, string) {
	t.Helper()
	ctx, stop := context.WithCancel(auth.WithViewer(context.Background(), s.viewer))
	t.Cleanup(stop)
	stream, refusal := s.Subscribe(ctx, gql.Request{Query: query})
	if refusal != nil {
		defer refusal.Release()
		return nil, string(refusal.JSON())
	}
	return &listening{stream, ctx}, ""
}

// next is the next event; empty when the stream has ended.
func (l *listening) next(t testing.TB) string {
	t.Helper()
	select {
	case event, more := <-l.Events():
		if !more {
			return ""
		}
		r := l.Respond(l.ctx, event)
		defer r.Release()
		return string(r.JSON())
	case <-time.After(20 * time.Second):
		t.Fatal("no event")
		return ""
	}
}

// regionless and regional are one customer before and after it took a region;
// what it was promised is narrow enough to hold then.
const (
	regionless = `{"customer": "flip", "effective": "2026-01-01", "products": [], "features": {"china_network": "false"},
		"zones": [{"name": "xqflip.example", "hostnames": [{"name": "www.xqflip.example"}], "certificates": []}], "log_region": "eu",
		"promises": [{"claim": "never-in-us", "reading": "resides", "contract": "F-1"}]}`
	regional = `{"customer": "flip", "effective": "2026-02-01", "products": [], "features": {"china_network": "false"},
		"zones": [{"name": "xqflip.example", "hostnames": [{"name": "www.xqflip.example", "processing_region": "eu-mainland"}],
		"certificates": [{"hosts": ["*.xqflip.example"], "key_region": "eu"}]}], "log_region": "eu",
		"promises": [{"claim": "never-in-us", "reading": "resides", "contract": "F-1"}, {"claim": "eu-only", "reading": "resides", "contract": "F-2"}]}`
)

const changed = `subscription { verdictChanged { customer { key } claim { id } reading contract before after cause fromVersion toVersion
	result { verdict headline counterexamples { nodes { scope { name } sentence } } } } }`

func TestAFlippedVerdictIsToldWithWhichWayAndWhy(t *testing.T) {
	s := start(t)
	s.put(t, regionless)
	l, refusal := s.listen(t, changed)
	if l == nil {
		t.Fatal(refusal)
	}
	s.put(t, regional)
	for _, want := range []string{
		`"customer":{"key":"flip"},"claim":{"id":"eu-only"},"reading":"RESIDES","contract":"F-2","before":null,"after":"`,
		`"claim":{"id":"never-in-us"},"reading":"RESIDES","contract":"F-1","before":"NOT_ENSURED","after":"HOLDS","cause":"SETTINGS","fromVersion":1,"toVersion":2,"result":{"verdict":"HOLDS","headline":"You can make this claim`,
	} {
		if text := l.next(t); !strings.Contains(text, want) {
			t.Errorf("%s\nwant %s", text, want)
		}
	}
	// Back again: which way, and the place that it names.
	s.put(t, strings.Replace(regionless, "2026-01-01", "2026-03-01", 1))
	gone, back := l.next(t), l.next(t)
	if !strings.Contains(gone, `"contract":"F-2","before":"`) || !strings.Contains(gone, `"after":null`) || !strings.Contains(gone, `"result":null`) {
		t.Errorf("withdrawn: %s", gone)
	}
	if !strings.Contains(back, `"before":"HOLDS","after":"NOT_ENSURED"`) || !strings.Contains(back, `of hostname www.xqflip.example may be`) {
		t.Errorf("back: %s", back)
	}
}

func TestSettingsThatFlipNothingAreNotTold(t *testing.T) {
	s := start(t)
	s.put(t, regionless)
	l, refusal := s.listen(t, changed)
	if l == nil {
		t.Fatal(refusal)
	}
	s.put(t, strings.Replace(regionless, `"customer": "flip"`, `"customer": "flip", "name": "Flip"`, 1))
	s.put(t, strings.Replace(regional, `"customer": "flip"`, `"customer": "second"`, 1)) // both of its promises are new
	if text := l.next(t); !strings.Contains(text, `"key":"second"`) {
		t.Errorf("told first: %s", text)
	}
}

func TestANewDayCanFlipAVerdict(t *testing.T) {
	s := start(t)
	s.put(t, regionless)
	s.put(t, strings.Replace(regional, "2026-02-01", "2026-11-02", 1)) // tomorrow
	l, refusal := s.listen(t, changed)
	if l == nil {
		t.Fatal(refusal)
	}
	s.clock.add(24 * time.Hour)
	if text := l.next(t); !strings.Contains(text, `"contract":"F-2"`) || !strings.Contains(text, `"fromVersion":1,"toVersion":2`) {
		t.Error(text)
	}
}

func TestOnlyWhoMaySeeACustomerHearsOfIt(t *testing.T) {
	s := start(t)
	s.put(t, regionless)
	hears := map[string]*listening{}
	for name, c := range map[string]struct {
		viewer auth.Viewer
		query  string
	}{
		"the customer":                {somebody(auth.Customer, "flip"), changed},
		"the customer by key":         {somebody(auth.Customer, "flip"), strings.Replace(changed, "verdictChanged", `verdictChanged(customer: "flip")`, 1)},
		"the customer by id":          {somebody(auth.Customer, "flip"), strings.Replace(changed, "verdictChanged", `verdictChanged(customer: "Y3VzdG9tZXI6ZmxpcA")`, 1)},
		"sales":                       {sales(0), changed},
		"the privacy team":            {somebody(auth.Privacy, ""), strings.Replace(changed, "verdictChanged", `verdictChanged(customer: "flip")`, 1)},
		"not another customer":        {somebody(auth.Customer, "acme"), changed},
		"never another that names it": {somebody(auth.Customer, "acme"), strings.Replace(changed, "verdictChanged", `verdictChanged(customer: "flip")`, 1)},
		"not who asked for another":   {sales(0), strings.Replace(changed, "verdictChanged", `verdictChanged(customer: "acme")`, 1)},
	} {
		l, refusal := s.as(c.viewer).listen(t, c.query)
		if l == nil {
			t.Fatalf("%s: %s", name, refusal)
		}
		hears[name] = l
	}
	hear := func(customer string, not bool) {
		t.Helper()
		for name, l := range hears {
			if strings.HasPrefix(name, "not ") != not || strings.HasPrefix(name, "never ") {
				continue
			}
			for range 2 { // promises
				if text := l.next(t); !strings.Contains(text, `"key":"`+customer+`"`) {
					t.Errorf("%s: %s", name, text)
				}
			}
		}
	}
	s.put(t, regional)
	hear("flip", false)
	s.put(t, strings.Replace(regional, `"customer": "flip"`, `"customer": "acme"`, 1))
	hear("acme", true)
	// The names of hostnames are hidden in a change, too.
	s.put(t, strings.Replace(regionless, "2026-01-01", "2026-03-01", 1))
	select {
	case event := <-hears["never another that names it"].Events():
		t.Errorf("another customer that names it: %v", event)
	default:
	}
	var last string
	for !strings.Contains(last, `"after":"NOT_ENSURED"`) {
		last = hears["sales"].next(t)
	}
	if strings.Contains(last, "xqflip") || !strings.Contains(last, "of hostname 1 may be") {
		t.Errorf("sales: %s", last)
	}
	var watched []string
	for _, e := range s.entries(t) {
		if strings.Contains(e, "WATCH_VERDICTS") {
			watched = append(watched, e)
		}
	}
	slices.Sort(watched)
	if diff := cmp.Diff([]string{"user:privacy WATCH_VERDICTS flip", "user:sales WATCH_VERDICTS *", "user:sales WATCH_VERDICTS acme"}, watched); diff != "" {
		t.Error(diff)
	}
}

func TestWhoLagsBehindIsToldAndDropped(t *testing.T) {
	s := start(t)
	l, refusal := s.listen(t, changed)
	if l == nil {
		t.Fatal(refusal)
	}
	var documents []string
	for i := range 600 { // two promises each
		documents = append(documents, strings.Replace(regional, `"customer": "flip"`, fmt.Sprintf(`"customer": "c-%03d"`, i), 1))
	}
	ref := s.service.State().Reference
	sets, err := settings.Parse([]byte(strings.Join(documents, "\n---\n")), "many", &settings.Catalog{Footprint: ref.Footprint, Rules: ref.Rules, Presets: []string{"eu-only", "never-in-us"}})
	if err != nil {
		t.Fatal(err)
	}
	// Whoever reads meanwhile hears it all.
	reader, _ := s.listen(t, changed)
	heard := make(chan int)
	go func() {
		n := 0
		for n < 1200 && strings.Contains(reader.next(t), `"key":"c-`) {
			n++
		}
		heard <- n
	}()
	if _, err := s.service.Put(t.Context(), sets, atlas.AnyVersion, "test"); err != nil {
		t.Fatal(err)
	}
	if n := <-heard; n != 1200 {
		t.Errorf("the reader heard %d changes", n)
	}
	n := 0
	text := l.next(t)
	for ; strings.Contains(text, `"key":"c-`); text = l.next(t) {
		n++
	}
	if !strings.Contains(text, "RATE_LIMITED") || n >= 1200 {
		t.Errorf("after %d changes: %s", n, text)
	}
	if text := l.next(t); text != "" {
		t.Errorf("after the end: %s", text)
	}
}

func TestEveryFieldOfAChangeIsForWhoMaySeeTheCustomer(t *testing.T) {
	s := start(t)
	s.put(t, regionless)
	c, expected := contractOf(t, s), expectations(t)
	streams := map[string]*listening{}
	for field := range c["VerdictChange"] {
		query := strings.Replace(c.question([]step{{"Subscription", "verdictChanged"}}, step{"VerdictChange", field}), "{", "subscription {", 1)
		for name, v := range viewers() {
			if v.Role == auth.Customer {
				v.Customer = "flip"
			}
			l, refusal := s.as(v).listen(t, query)
			allowed := allowance[expected["Subscription.verdictChanged"]](v, true)
			if (l != nil) != allowed || !allowed && !strings.Contains(refusal, map[bool]string{true: "FORBIDDEN", false: "UNAUTHENTICATED"}[v.Known()]) {
				t.Errorf("%s by %s: %s", field, name, refusal)
			}
			if l != nil {
				streams[field+" by "+name] = l
			}
		}
	}
	s.put(t, regional)
	for name, l := range streams {
		if text := l.next(t); !strings.Contains(text, `"probe":`) || strings.Contains(text, "errors") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestWhoCannotBeRecordedDoesNotListen(t *testing.T) {
	s := start(t)
	broken := errors.New("full")
	s.audit.broken.Store(&broken)
	if l, refusal := s.as(sales(0)).listen(t, changed); l != nil || !strings.Contains(refusal, "INTERNAL") {
		t.Errorf("refusal: %s", refusal)
	}
}
