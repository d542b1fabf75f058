package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"domicile/internal/auth"
)

// RunAudit checks the contract of an audit log. open returns a new, empty one;
// its owner closes it with the test.
func RunAudit(t *testing.T, open func(t *testing.T) auth.AuditLog) {
	for _, c := range auditCases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

var auditCases = []struct {
	name string
	run  func(t *testing.T, l auth.AuditLog)
}{
	{"an empty log is whole and has no head", func(t *testing.T, l auth.AuditLog) {
		head, err := auth.VerifyAudit(t.Context(), l)
		fine(t, err)
		same(t, "head", head, auth.Head{})
		same(t, "number of entries", len(auditOf(t, l, auth.AuditQuery{Limit: anyNumber})), 0)
	}},
	{"entries are numbered from one and chained", func(t *testing.T, l auth.AuditLog) {
		first := record(t, l, entry("acme"))
		more := record(t, l, entry("globex"), entry("acme"))
		want := []auth.Entry{entry("acme").Sealed(auth.Head{})}
		for _, c := range []string{"globex", "acme"} {
			last := want[len(want)-1]
			want = append(want, entry(c).Sealed(auth.Head{Seq: last.Seq, Hash: last.Hash}))
		}
		same(t, "returned", append(first, more...), want)
		same(t, "read", auditOf(t, l, auth.AuditQuery{Limit: anyNumber}), want)
		verified(t, l, 3)
	}},
	{"every field comes back as it went", func(t *testing.T, l auth.AuditLog) {
		long := strings.Repeat("ü", 256)
		e := auth.Entry{
			At: noon.Add(123456 * time.Microsecond), Subject: "user:" + long[:500], Role: auth.Sales, Action: auth.PutSettings,
			Customer: auth.Everybody, Before: "'; DROP TABLE audit; --", After: long, RequestID: `"%s\n"`,
		}
		bare := auth.Entry{At: noon, Subject: "local", Action: auth.ReadAudit}
		same(t, "number of entries", len(auditOf(t, l, auth.AuditQuery{Limit: anyNumber})), 0)
		want := record(t, l, e, bare)
		got := auditOf(t, l, auth.AuditQuery{Limit: anyNumber})
		same(t, "read", got, want)
		e.Seq, e.Hash = 1, want[0].Hash
		same(t, "first", got[0], e)
		verified(t, l, 2)
	}},
	{"a time of another zone is kept as the instant", func(t *testing.T, l auth.AuditLog) {
		e := entry("acme")
		e.At = e.At.In(time.FixedZone("here", 3600))
		same(t, "at", record(t, l, e)[0].At, noon)
		verified(t, l, 1)
	}},
	{"appending nothing appends nothing", func(t *testing.T, l auth.AuditLog) {
		same(t, "number of entries", len(record(t, l)), 0)
		verified(t, l, 0)
	}},
	{"an entry that is not valid appends none of its batch", func(t *testing.T, l auth.AuditLog) {
		for name, change := range map[string]func(*auth.Entry){
			"no action":         func(e *auth.Entry) { e.Action = auth.NoAction },
			"an unknown action": func(e *auth.Entry) { e.Action = 200 },
			"an unknown role":   func(e *auth.Entry) { e.Role = 200 },
			"no subject":        func(e *auth.Entry) { e.Subject = "" },
			"no time":           func(e *auth.Entry) { e.At = time.Time{} },
			"nanoseconds":       func(e *auth.Entry) { e.At = e.At.Add(time.Nanosecond) },
			"a new line":        func(e *auth.Entry) { e.RequestID = "a\nb" },
			"bytes of no text":  func(e *auth.Entry) { e.After = "\xff" },
			"too long a text":   func(e *auth.Entry) { e.Customer = strings.Repeat("a", 513) },
		} {
			bad := entry("acme")
			change(&bad)
			if _, err := l.AppendAudit(t.Context(), entry("acme"), bad); err == nil {
				t.Errorf("%s: it was appended", name)
			}
		}
		verified(t, l, 0)
	}},
	{"entries are found by number, customer and subject, in both directions", auditQueries},
	{"many writers at once make one chain", func(t *testing.T, l auth.AuditLog) {
		const writers, each = 8, 20
		together(writers, func(w int) {
			for i := range each {
				e := entry(fmt.Sprint("customer-", w))
				e.After = fmt.Sprint(i)
				if _, err := l.AppendAudit(t.Context(), e, e); err != nil {
					t.Error(err)
				}
			}
		})
		verified(t, l, 2*writers*each)
		for w := range writers {
			own := auditOf(t, l, auth.AuditQuery{Customer: fmt.Sprint("customer-", w), Limit: anyNumber})
			for i, e := range own {
				same(t, "order of one writer", e.After, fmt.Sprint(i/2))
			}
		}
	}},
	{"a log longer than a page is verified to its end", func(t *testing.T, l auth.AuditLog) {
		batch := make([]auth.Entry, 1000)
		for i := range batch {
			batch[i] = entry("acme")
		}
		record(t, l, batch...)
		verified(t, l, 1000)
		record(t, l, batch[:500]...)
		verified(t, l, 1500)
	}},
	{"a head that was noted is looked for", func(t *testing.T, l auth.AuditLog) {
		record(t, l, entry("acme"))
		noted := verified(t, l, 1)
		record(t, l, entry("acme"))
		for name, c := range map[string]struct {
			noted auth.Head
			want  error
		}{
			"that is there":            {noted, nil},
			"of an empty log":          {auth.Head{}, nil},
			"of a log that was longer": {auth.Head{Seq: 3, Hash: noted.Hash}, auth.ErrTampered},
			"of another log":           {auth.Head{Seq: 2, Hash: noted.Hash}, auth.ErrTampered},
		} {
			if _, err := auth.VerifyAudit(t.Context(), l, c.noted); !errors.Is(err, c.want) {
				t.Errorf("a head %s: error = %v, want %v", name, err, c.want)
			}
		}
	}},
	{"a cancelled context appends nothing", func(t *testing.T, l auth.AuditLog) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := l.AppendAudit(ctx, entry("acme")); !errors.Is(err, context.Canceled) {
			t.Errorf("error = %v, want that of the context", err)
		}
		verified(t, l, 0)
	}},
}

func auditQueries(t *testing.T, l auth.AuditLog) {
	for i := range 10 {
		e := entry([]string{"acme", "globex"}[i%2])
		e.Subject = []string{"user:1", "user:2", "user:3"}[i%3]
		record(t, l, e)
	}
	for name, c := range map[string]struct {
		query auth.AuditQuery
		want  []int64
	}{
		"no limit asks for none":   {auth.AuditQuery{}, nil},
		"a negative limit as well": {auth.AuditQuery{Limit: -1}, nil},
		"the first":                {auth.AuditQuery{Limit: 3}, []int64{1, 2, 3}},
		"the next":                 {auth.AuditQuery{After: 3, Limit: 3}, []int64{4, 5, 6}},
		"the newest":               {auth.AuditQuery{NewestFirst: true, Limit: 3}, []int64{10, 9, 8}},
		"those before":             {auth.AuditQuery{Before: 8, NewestFirst: true, Limit: 3}, []int64{7, 6, 5}},
		"between":                  {auth.AuditQuery{After: 3, Before: 6, Limit: 9}, []int64{4, 5}},
		"of a customer":            {auth.AuditQuery{Customer: "globex", Limit: 9}, []int64{2, 4, 6, 8, 10}},
		"of a subject":             {auth.AuditQuery{Subject: "user:3", Limit: 9}, []int64{3, 6, 9}},
		"of both, newest first":    {auth.AuditQuery{Customer: "acme", Subject: "user:1", NewestFirst: true, Limit: 9}, []int64{7, 1}},
		"of a part of a name":      {auth.AuditQuery{Customer: "acm", Limit: 9}, nil},
		"of a pattern":             {auth.AuditQuery{Customer: "%", Limit: 9}, nil},
		"beyond the end":           {auth.AuditQuery{After: 10, Limit: 9}, nil},
	} {
		var got []int64
		for _, e := range auditOf(t, l, c.query) {
			got = append(got, e.Seq)
		}
		same(t, name, got, c.want)
	}
}

// entry is an entry about a customer, made at noon.
func entry(customer string) auth.Entry {
	return auth.Entry{
		At: noon, Subject: "user:1", Role: auth.Privacy, Action: auth.ReadCustomer, Customer: customer, RequestID: "r-1",
	}
}

func record(t *testing.T, l auth.AuditLog, entries ...auth.Entry) []auth.Entry {
	t.Helper()
	sealed, err := l.AppendAudit(t.Context(), entries...)
	if err != nil {
		t.Fatalf("append audit entries: %v", err)
	}
	return sealed
}

func auditOf(t *testing.T, l auth.AuditLog, q auth.AuditQuery) []auth.Entry {
	t.Helper()
	entries, err := l.AuditEntries(t.Context(), q)
	if err != nil {
		t.Fatalf("audit entries: %v", err)
	}
	return entries
}

// verified checks that the log is whole and has n entries, and returns its
// head.
func verified(t *testing.T, l auth.AuditLog, n int64) auth.Head {
	t.Helper()
	head, err := auth.VerifyAudit(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "number of entries", head.Seq, n)
	kept, err := l.AuditHead(t.Context())
	fine(t, err)
	same(t, "head", kept, head)
	return head
}
