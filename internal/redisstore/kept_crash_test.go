package redisstore_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/evidence"
	"domicile/internal/redisstore"
	"domicile/internal/redisstore/redistest"
	"domicile/internal/residency"
)

var observedHour = time.Date(2026, time.November, 1, 9, 0, 0, 0, time.UTC)

// observedBatch is a range of a log file with three events of every customer.
func observedBatch(file evidence.Digest, customers []string) atlas.EvidenceBatch {
	b := atlas.EvidenceBatch{File: file, Name: "log.gz", Dataset: "http_requests", To: 100, Complete: true, At: observedHour}
	for _, c := range customers {
		b.Rows = append(b.Rows, evidence.Row{Customer: c, Observation: evidence.Observation{
			Scope: residency.Scope{Kind: residency.HostnameScope, Name: "www.example"}, Category: residency.Content, Activity: residency.Process,
			Site: "FRA", Hour: observedHour, Count: 3, First: observedHour, Last: observedHour.Add(time.Minute),
		}})
		b.Counts.Accepted += 3
		b.Seen = append(b.Seen, evidence.CustomerSeen{Customer: c, Seen: evidence.Seen{Hour: observedHour, Minutes: evidence.WholeHour}})
	}
	b.Counts.Lines = b.Counts.Accepted
	return b
}

// eventsOf is how many events of a customer were observed.
func eventsOf(t *testing.T, s *redisstore.Store, customer string) (n uint64) {
	t.Helper()
	all, err := s.Observations(t.Context(), customer, time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range all {
		n += o.Count
	}
	return n
}

// A process that records a range of a log file dies after every exchange with a server
// in turn. Others then end the range, or record it again: every event counts once.
func TestARecorderThatDiesAtAnyPointCountsOnce(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{"cluster": redistest.StartCluster(t).Address(), "one server": redistest.Start(t).Address()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			survivor := openAt(t, address, redisstore.Options{})
			customers, files := crashCustomers(), uint64(0)
			finished, repeated := 0, 0
			for _, replyLost := range []bool{false, true} {
				for step, more := 0, true; more; step++ {
					file := evidence.Digest{1, byte(step), byte(len(name))}
					if replyLost {
						file[0] = 2
					}
					more = recordAndDie(t, address, observedBatch(file, customers), step, replyLost)
					if err := survivor.FinishRanges(t.Context()); err != nil {
						t.Fatal(err)
					}
					if _, ended, err := survivor.File(t.Context(), file); err != nil {
						t.Fatal(err)
					} else if ended {
						finished++
					}
					if err := survivor.Record(t.Context(), observedBatch(file, customers)); err != nil {
						t.Fatalf("step %d: repeated: %v", step, err)
					}
					repeated++
					files++
					for _, c := range customers {
						if n := eventsOf(t, survivor, c); n != 3*files {
							t.Fatalf("step %d, reply lost %t: %s has %d events, want %d", step, replyLost, c, n, 3*files)
						}
					}
				}
			}
			if finished == 0 || finished == repeated {
				t.Errorf("of %d ranges others ended %d: want deaths on both sides of the decision", repeated, finished)
			}
		})
	}
}

func recordAndDie(t *testing.T, address string, b atlas.EvidenceBatch, step int, replyLost bool) (more bool) {
	t.Helper()
	victim, err := redisstore.Open(t.Context(), address, redisstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer victim.Close()
	if err := victim.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	died, err := victim.DieAfter(t.Context(), step, replyLost)
	if err != nil {
		t.Fatal(err)
	}
	err = victim.Record(t.Context(), b)
	if more = died(); more != (err != nil) || err != nil && !errors.Is(err, redisstore.ErrDead) {
		t.Fatalf("step %d: died: %t, error = %v", step, more, err)
	}
	return more
}

// Processes that write to one audit log at once make one chain, without an entry less.
func TestProcessesShareOneAuditLog(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{"cluster": redistest.StartCluster(t).Address(), "one server": redistest.Start(t).Address()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const processes, each = 4, 25
			var wait sync.WaitGroup
			for n := range processes {
				s := openAt(t, address, redisstore.Options{})
				wait.Go(func() {
					for i := range each {
						e := auth.Entry{At: observedHour, Subject: fmt.Sprint("process-", n), Action: auth.ReadCustomer, Customer: fmt.Sprint("customer-", i)}
						if _, err := s.AppendAudit(t.Context(), e); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wait.Wait()
			s := openAt(t, address, redisstore.Options{})
			head, err := auth.VerifyAudit(t.Context(), s)
			if err != nil || head.Seq != processes*each {
				t.Errorf("%d entries, %v", head.Seq, err)
			}
			for n := range processes {
				own, err := s.AuditEntries(t.Context(), auth.AuditQuery{Subject: fmt.Sprint("process-", n), Customer: "customer-7", Limit: 10})
				if err != nil || len(own) != 1 {
					t.Errorf("process %d wrote %d entries of customer-7, %v", n, len(own), err)
				}
			}
		})
	}
}

// A writer of the audit log whose answer is lost finds its entry, and writes none twice.
func TestAnAuditEntryWhoseAnswerIsLostIsWrittenOnce(t *testing.T) {
	t.Parallel()
	address := redistest.Start(t).Address()
	s := openAt(t, address, redisstore.Options{})
	e := auth.Entry{At: observedHour, Subject: "local", Action: auth.ReadCustomer, Customer: "acme"}
	if err := s.LoseNextAnswer(t.Context()); err != nil {
		t.Fatal(err)
	}
	first, err := s.AppendAudit(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.AppendAudit(t.Context(), e)
	if err != nil || first[0].Seq != 1 || second[0].Seq != 2 {
		t.Errorf("entries %d and %d, %v", first[0].Seq, second[0].Seq, err)
	}
	if head, err := auth.VerifyAudit(t.Context(), s); err != nil || head.Seq != 2 {
		t.Errorf("%d entries, %v", head.Seq, err)
	}
}
