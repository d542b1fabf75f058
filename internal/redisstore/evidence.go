package redisstore

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
)

var (
	_ atlas.EvidenceStore = (*Store)(nil)
	_ atlas.SeenStore     = (*Store)(nil)
)

// addedAtOnce is how many counts one script adds to those of a customer.
const addedAtOnce = 1000

// counters are the names of a file's counts, in the order of countsOf.
var counters = []string{"lines", "accepted", "duplicate", "unknown_host", "malformed", "no_site", "too_long", "unknown_site", "unlisted", "unlocated"}

func countsOf(c *evidence.Counts) []*uint64 {
	return []*uint64{&c.Lines, &c.Accepted, &c.Duplicate, &c.UnknownHost, &c.Malformed, &c.NoSite, &c.TooLong, &c.UnknownSite, &c.Unlisted, &c.Unlocated}
}

// fileKey is the key of a log file, fileCounted that of what is counted of it.
func (k keys) fileKey(d evidence.Digest) string     { return k.part("file:" + d.String()) }
func (k keys) fileCounted(d evidence.Digest) string { return k.part("file:counted:" + d.String()) }

// named are the complete files of a name that none follows, by when they were recorded.
func (k keys) named(name string) string { return k.part("file:named:" + name) }

// seenOn is the set of the customers whom logs cover on a day.
func (k keys) seenOn(day int64) string { return k.part("seen:" + strconv.FormatInt(day, 10)) }

// Record adds a batch of observations. See [atlas.EvidenceStore] for the contract.
//
// The range is decided on and kept whole by one script, then added to each customer's
// counts, each part once, and ended by one script. Whoever finds a range that was kept
// and not ended, because its process died, ends it first.
func (s *Store) Record(ctx context.Context, b atlas.EvidenceBatch) error {
	doing := "record observations"
	if err := b.Validate(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	begin, err := s.beginning(&b)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	var refused error
	err = s.patiently(ctx, doing, func(ctx context.Context) error {
		refused = nil
		for {
			status, held, at, err := begin.run(ctx, s)
			switch {
			case err != nil:
				return err
			case status == "DONE":
				return nil
			case status == "ORDER":
				refused = outOfOrder(&b, at)
				return nil
			}
			if err := s.finish(ctx, held); err != nil || status == "BEGUN" {
				return err
			}
		}
	})
	if err == nil && refused != nil {
		return fmt.Errorf("%s: %w", doing, refused)
	}
	return err
}

func outOfOrder(b *atlas.EvidenceBatch, at int64) error {
	if at < 0 {
		return fmt.Errorf("%w: nothing of it is recorded, the batch begins at offset %d", atlas.ErrOutOfOrder, b.From)
	}
	return fmt.Errorf("%w: it is recorded to offset %d, the batch is %d to %d", atlas.ErrOutOfOrder, at, b.From, b.To)
}

// beginning is the script that decides on a range, ready to run.
type beginning struct {
	keys []string
	args []any
}

func (s *Store) beginning(b *atlas.EvidenceBatch) (*beginning, error) {
	bare := *b // what it held where its lines were counted before
	bare.Counts, bare.Rows, bare.Transfers = evidence.Counts{}, nil, nil
	held, err := encodeBatch(b)
	if err != nil {
		return nil, err
	}
	heldBare, err := encodeBatch(&bare)
	if err != nil {
		return nil, err
	}
	follows := ""
	if b.Follows != (evidence.Digest{}) {
		follows = string(b.Follows[:])
	}
	again := atlas.Reading{To: -1}
	if b.Again != nil {
		again = *b.Again
	}
	k := s.keys
	x := &beginning{
		keys: []string{k.meta(), k.part("ranges"), k.part("damaged"), k.fileKey(b.File), k.fileKey(b.Follows), k.part("seen"), k.fileCounted(b.File), k.fileCounted(b.Follows), k.named(b.Name)},
		args: []any{s.id, b.File[:], b.From, b.To, follows, b.Name, b.Dataset, b.Size, held, heldBare, b.Attribution[:], again.Attribution[:], again.To},
	}
	days := map[int64]map[string]bool{}
	for _, c := range b.Seen {
		d := dayOf(c.Hour)
		if days[d] == nil {
			days[d] = map[string]bool{}
		}
		days[d][c.Customer] = true
	}
	for _, d := range slices.Sorted(maps.Keys(days)) {
		list, err := json.Marshal(slices.Sorted(maps.Keys(days[d])))
		if err != nil {
			return nil, err
		}
		x.keys, x.args = append(x.keys, k.seenOn(d)), append(x.args, d, list)
	}
	return x, nil
}

func (x *beginning) run(ctx context.Context, s *Store) (status, held string, at int64, err error) {
	err = s.durably(ctx, func(ctx context.Context) error {
		answer, err := s.run(ctx, evidenceBeginScript, x.keys, x.args...)
		if err != nil {
			return err
		}
		r := replyOf(answer)
		switch status = r.text(); status {
		case "ORDER":
			at = r.number()
		case "BEGUN", "WAIT":
			held = r.text()
		}
		return r.err
	})
	return status, held, at, err
}

// encodeBatch writes a range as it is kept until it is with every customer.
func encodeBatch(b *atlas.EvidenceBatch) ([]byte, error) {
	var out bytes.Buffer
	err := gob.NewEncoder(&out).Encode(b)
	return out.Bytes(), err
}

func decodeBatch(held string) (*atlas.EvidenceBatch, error) {
	b := new(atlas.EvidenceBatch)
	if err := gob.NewDecoder(bytes.NewReader([]byte(held))).Decode(b); err != nil {
		return nil, fmt.Errorf("a range of a log file: %w: %w", errTorn, err)
	}
	if b.File == (evidence.Digest{}) || b.To < b.From {
		return nil, fmt.Errorf("a range of a log file: %w", errTorn)
	}
	return b, nil
}

// finish adds a range that is kept to its customers, and ends it. Any number of
// processes may do it at once.
func (s *Store) finish(ctx context.Context, held string) error {
	b, err := decodeBatch(held)
	if err != nil {
		return err
	}
	if err := s.addAll(ctx, b); err != nil {
		return err
	}
	k := s.keys
	keys := []string{k.meta(), k.part("ranges"), k.part("files"), k.part("damaged"), k.fileKey(b.File), k.fileCounted(b.File), k.named(b.Name)}
	args := []any{s.id, b.File[:], held, b.To, flag(b.Complete), flag(b.Damaged), b.At.UnixMicro(), len(counters)}
	for i, n := range countsOf(&b.Counts) {
		args = append(args, counters[i], *n)
	}
	for _, c := range b.Counted() {
		args = append(args, countedText(c))
	}
	return s.durably(ctx, func(ctx context.Context) error {
		_, err := s.run(ctx, evidenceEndScript, keys, args...)
		return err
	})
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// addAll adds what a range held to each customer's counts.
func (s *Store) addAll(ctx context.Context, b *atlas.EvidenceBatch) error {
	parts := map[string]*adding{}
	of := func(customer string) *adding {
		if parts[customer] == nil {
			parts[customer] = &adding{store: s, customer: customer, batch: b}
		}
		return parts[customer]
	}
	for i := range b.Rows {
		r := &b.Rows[i]
		if err := of(r.Customer).add(ctx, "counts", r.Hour, observationField(&r.Observation), r.Count, r.First, r.Last); err != nil {
			return err
		}
	}
	for i := range b.Transfers {
		t := &b.Transfers[i]
		if err := of(t.Customer).add(ctx, "transfers", t.Hour, transferField(&t.Transfer), t.Count, t.First, t.Last); err != nil {
			return err
		}
	}
	for _, c := range slices.Sorted(maps.Keys(parts)) {
		if err := parts[c].flush(ctx); err != nil {
			return err
		}
	}
	return s.addSeen(ctx, b.Seen)
}

// adding gathers counts of one customer into parts.
type adding struct {
	store    *Store
	customer string
	batch    *atlas.EvidenceBatch
	part     int // how many were added
	keys     []string
	place    map[string]int
	days     map[int64]bool
	args     []any
	n        int
}

func (a *adding) add(ctx context.Context, what string, hour time.Time, field []byte, count uint64, first, last time.Time) error {
	if a.place == nil {
		k := a.store.keys
		a.keys = []string{k.of("added", a.customer), k.of("days", a.customer)}
		a.place, a.days = map[string]int{}, map[int64]bool{}
	}
	day := dayOf(hour)
	key := a.store.keys.onDay(what, day, a.customer)
	if a.place[key] == 0 {
		a.keys = append(a.keys, key)
		a.place[key] = len(a.keys)
	}
	a.days[day] = true
	a.args = append(a.args, a.place[key], field, count, nanos(first), nanos(last))
	if a.n++; a.n == addedAtOnce {
		return a.flush(ctx)
	}
	return nil
}

// flush adds what is gathered, once: the mark tells the range's end and the part. Where a
// file is read again under an attribution of before, its first ranges hold nothing that is
// not counted.
func (a *adding) flush(ctx context.Context) error {
	if a.n == 0 {
		return nil
	}
	a.part++
	args := []any{slices.Concat(a.batch.File[:], a.batch.Attribution[:]), fmt.Sprintf("%019d/%09d", a.batch.To, a.part), len(a.days)}
	for _, d := range slices.Sorted(maps.Keys(a.days)) {
		args = append(args, d)
	}
	args = append(args, a.args...)
	keys := a.keys
	a.keys, a.place, a.days, a.args, a.n = nil, nil, nil, nil, 0
	return a.store.durably(ctx, func(ctx context.Context) error {
		_, err := a.store.run(ctx, evidenceAddScript, keys, args...)
		return err
	})
}

// addSeen joins minutes that logs cover: joining them again changes nothing.
func (s *Store) addSeen(ctx context.Context, seen []evidence.CustomerSeen) error {
	of := map[string][]any{}
	for _, x := range seen {
		const half = 1<<30 - 1
		of[x.Customer] = append(of[x.Customer], hourOf(x.Hour), x.Minutes&half, x.Minutes>>30, rootText(x.Root))
	}
	for _, c := range slices.Sorted(maps.Keys(of)) {
		for args := of[c]; len(args) > 0; {
			n := min(len(args), 4*addedAtOnce)
			err := s.durably(ctx, func(ctx context.Context) error {
				_, err := s.run(ctx, evidenceSeenScript, []string{s.keys.of("seen", c)}, args[:n]...)
				return err
			})
			if err != nil {
				return err
			}
			args = args[n:]
		}
	}
	return nil
}

// finishNowAndThen ends ranges that other processes kept and did not end.
func (s *Store) finishNowAndThen(ctx context.Context) {
	tick := time.NewTicker(recoverEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.FinishRanges(ctx)
		}
	}
}

// FinishRanges ends the ranges of log files that were kept and not ended. Every open
// store does it by itself now and then; any number of processes may do it at once.
func (s *Store) FinishRanges(ctx context.Context) error {
	return s.patiently(ctx, "finish ranges of log files", func(ctx context.Context) error {
		digests, err := s.client.HKeys(ctx, s.keys.part("ranges")).Result()
		if err != nil {
			return err
		}
		for _, d := range digests {
			held, err := s.client.HGet(ctx, s.keys.part("ranges"), d).Result()
			if errors.Is(err, redis.Nil) {
				continue
			}
			if err != nil {
				return err
			}
			if err := s.finish(ctx, held); err != nil {
				return err
			}
		}
		return nil
	})
}
