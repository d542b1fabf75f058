package redisstore

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/ledger"
)

var _ atlas.LedgerStore = (*Store)(nil)

// storedNote is an entry of the ledger as its stream holds it. Its number is the id
// there.
type storedNote struct {
	ID       string `json:"id"`
	At       int64  `json:"at"` // microseconds since 1970-01-01 UTC
	Actor    string `json:"actor"`
	Customer string `json:"customer"`
	Claim    string `json:"claim"`
	Kind     string `json:"kind"`
	Body     []byte `json:"body,omitempty"`
}

func encodeNote(e *ledger.Entry) ([]byte, error) {
	return json.Marshal(storedNote{e.ID, e.At.UnixMicro(), e.Actor, e.Customer, e.Claim, e.Kind.String(), e.Body})
}

func decodeNote(seq int64, text string) (e ledger.Entry, err error) {
	var x storedNote
	if err := json.Unmarshal([]byte(text), &x); err != nil {
		return e, fmt.Errorf("ledger entry %d: %w: %w", seq, errTorn, err)
	}
	e = ledger.Entry{Seq: seq, ID: x.ID, At: time.UnixMicro(x.At).UTC(), Actor: x.Actor, Customer: x.Customer, Claim: x.Claim, Body: x.Body}
	if e.Kind, err = ledger.ParseKind(x.Kind); err != nil {
		return e, fmt.Errorf("ledger entry %d: %w: %w", seq, errTorn, err)
	}
	return e, nil
}

// AppendLedger appends entries by one script. See [atlas.LedgerStore].
func (s *Store) AppendLedger(ctx context.Context, entries ...ledger.Entry) ([]ledger.Entry, error) {
	doing := "append to the ledger"
	keys, args := []string{s.keys.meta(), s.keys.part("ledger"), s.keys.part("ledger:ids")}, []any{s.id}
	for i := range entries {
		e := &entries[i]
		if err := e.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
		text, err := encodeNote(e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
		keys, args = append(keys, s.ledgerOf(e.Customer)), append(args, e.ID, text)
	}
	if len(entries) == 0 {
		return nil, nil
	}
	var kept []ledger.Entry
	err := s.patiently(ctx, doing, func(ctx context.Context) error {
		return s.durably(ctx, func(ctx context.Context) error {
			answer, err := s.run(ctx, ledgerScript, keys, args...)
			if err == nil {
				kept, err = keptOf(entries, replyOf(answer))
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return kept, nil
}

// keptOf reads which entries are kept: those given, or what was there before.
func keptOf(entries []ledger.Entry, r *reply) ([]ledger.Entry, error) {
	kept := make([]ledger.Entry, len(entries))
	for i := range entries {
		seq, before := r.number(), r.text()
		if r.err != nil {
			return nil, r.err
		}
		text := []byte(before)
		var err error
		if before == "" { // as it will be read: times in microseconds, no body for an empty one
			if text, err = encodeNote(&entries[i]); err != nil {
				return nil, err
			}
		}
		if kept[i], err = decodeNote(seq, string(text)); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// ledgerOf is the list of a customer's entries.
func (s *Store) ledgerOf(customer string) string { return s.keys.part("ledger:of:" + customer) }

// ledgerStep is how many entries one exchange with a server asks for.
const ledgerStep = 10_000

// Ledger returns entries in their order. See [atlas.LedgerStore].
func (s *Store) Ledger(ctx context.Context, customer string, after int64, limit int) ([]ledger.Entry, error) {
	var by []string
	if customer != "" {
		by = []string{s.ledgerOf(customer)}
	}
	var entries []ledger.Entry
	err := s.patiently(ctx, "read the ledger", func(ctx context.Context) error {
		entries = nil
		for last := after; len(entries) < limit; last = entries[len(entries)-1].Seq {
			step := min(limit-len(entries), ledgerStep)
			page, err := s.readStream(ctx, s.keys.part("ledger"), by, last+1, math.MaxInt64, false, step)
			if err != nil {
				return err
			}
			for _, m := range page {
				seq, err := strconv.ParseInt(m.number, 10, 64)
				if err != nil {
					return fmt.Errorf("ledger entry %.20q: %w", m.number, errTorn)
				}
				e, err := decodeNote(seq, m.fields["e"])
				if err != nil {
					return err
				}
				entries = append(entries, e)
			}
			if len(page) < step {
				break
			}
		}
		return s.checkIdentity(ctx)
	})
	if err != nil {
		return nil, err
	}
	return entries, nil
}
