package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
)

// maxBatch is how many writes one batch may hold. The log's server does nothing
// else while a batch commits, about ten microseconds a write.
const maxBatch = 100_000

// Bounds of one pipeline of bodies.
const (
	pipelineWrites = 1000
	pipelineBytes  = 4 << 20
)

// Append appends the writes as one step. See [atlas.Store] for the contract.
// The Settings of a new version are the writer's own slice.
//
// After an error other than [atlas.ErrConflict] the writes may or may not have
// been kept: repeat them, a repetition appends nothing.
func (s *Store) Append(ctx context.Context, recordedAt time.Time, writes []atlas.Write) ([]atlas.Version, error) {
	doing := fmt.Sprintf("append %d versions", len(writes))
	if len(writes) == 1 {
		doing = fmt.Sprintf("append a version of %q", writes[0].Customer)
	}
	if len(writes) > maxBatch {
		return nil, fmt.Errorf("%s: a batch holds at most %d: write it in several", doing, maxBatch)
	}
	for i, w := range writes {
		if err := valid(w); err != nil {
			return nil, fmt.Errorf("%s: write %d: %w", doing, i+1, err)
		}
	}
	var versions []atlas.Version
	b := newBatch(recordedAt, writes)
	err := s.patiently(ctx, doing, func(ctx context.Context) (err error) {
		if len(writes) == 0 {
			return nil
		}
		if versions, err = s.append(ctx, b); errors.Is(err, errStale) {
			s.abandon(b)
			b = newBatch(recordedAt, writes)
		}
		return err
	})
	if err != nil {
		s.abandon(b)
		return nil, err
	}
	return versions, nil
}

// valid refuses what could be written and never be read back.
func valid(w atlas.Write) error {
	if w.Customer == "" {
		return errors.New("it names no customer")
	}
	if w.ValidFrom.IsZero() {
		return nil
	}
	if day, err := footprint.ParseDate(w.ValidFrom.String()); err != nil || day != w.ValidFrom {
		return fmt.Errorf("customer %q: valid from %s is outside the years 1900 to 2199", w.Customer, w.ValidFrom)
	}
	return nil
}

// batch is one transaction. Its steps may be repeated: the ids of its bodies
// tell whether it was committed before.
type batch struct {
	tx       string
	at       time.Time
	writes   []atlas.Write
	digests  []string
	needed   []bool // the writes that need a body, once begun
	intended bool   // an intent may be in the log
}

func newBatch(at time.Time, writes []atlas.Write) *batch {
	var tx [txSize]byte
	rand.Read(tx[:])
	b := &batch{tx: string(tx[:]), at: at.UTC().Truncate(time.Microsecond), writes: writes}
	for _, w := range writes {
		b.digests = append(b.digests, digestOf(w.ValidFrom, w.Settings))
	}
	return b
}

// version is what write i makes, but for its number.
func (b *batch) version(i int) atlas.Version {
	w := b.writes[i]
	return atlas.Version{Customer: w.Customer, ValidFrom: w.ValidFrom, RecordedAt: b.at, Actor: w.Actor, Settings: w.Settings}
}

// append does the steps of a batch: all at once where one server has
// everything, else begin, prepare and commit.
func (s *Store) append(ctx context.Context, b *batch) ([]atlas.Version, error) {
	if !s.spread {
		return s.decide(ctx, b, "direct")
	}
	b.intended = true
	stands, err := s.decide(ctx, b, "begin")
	if err != nil || stands != nil {
		return stands, err
	}
	if err := s.prepare(ctx, b); err != nil {
		return nil, err
	}
	return s.decide(ctx, b, "commit")
}

// prepare stores the bodies with their customers and waits until they are safe.
// Nobody sees them before the commit.
func (s *Store) prepare(ctx context.Context, b *batch) error {
	for from := 0; from < len(b.writes); {
		to, size := from, 0
		for to < len(b.writes) && to-from < pipelineWrites && size < pipelineBytes {
			size += len(b.writes[to].Settings)
			to++
		}
		if err := s.prepareSome(ctx, b, from, to); err != nil {
			return err
		}
		from = to
	}
	return nil
}

func (s *Store) prepareSome(ctx context.Context, b *batch, from, to int) error {
	var some bool
	for _, needed := range b.needed[from:to] {
		some = some || needed
	}
	if !some {
		return nil
	}
	return s.durably(ctx, func(ctx context.Context) error {
		_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i := from; i < to; i++ {
				if b.needed[i] {
					p.HSet(ctx, s.keys.body(b.writes[i].Customer), bodyID(b.tx, i), encodeBody(b.version(i)))
				}
			}
			return nil
		})
		return err
	})
}

// arguments are the keys and arguments of the script for one of its modes.
func (s *Store) arguments(b *batch, mode string) (keys []string, args []any) {
	keys = s.keys.log
	if mode == "direct" {
		keys = append(make([]string, 0, len(keys)+len(b.writes)), keys...)
	}
	intent := []byte{}
	if mode == "begin" {
		intent = encodeIntent(b.writes)
	}
	args = append(make([]any, 0, 4+5*len(b.writes)), s.id, mode, b.tx, intent)
	for i, w := range b.writes {
		id := bodyID(b.tx, i)
		if mode == "commit" && !b.needed[i] {
			id = ""
		}
		args = append(args, w.Customer, w.Expect, b.digests[i], id)
		if mode == "direct" {
			keys = append(keys, s.keys.body(w.Customer))
			args = append(args, encodeBody(b.version(i)))
		}
	}
	return keys, args
}

// decide runs the script in one of its modes. It returns the versions that
// stand, or nothing where a batch begins that has something to append.
func (s *Store) decide(ctx context.Context, b *batch, mode string) ([]atlas.Version, error) {
	keys, args := s.arguments(b, mode)
	var answer any
	ask := func(ctx context.Context) (err error) {
		answer, err = s.run(ctx, appendScript, keys, args...)
		return err
	}
	var err error
	if mode == "begin" {
		err = ask(ctx)
	} else {
		err = s.durably(ctx, ask)
	}
	if err != nil {
		return nil, err
	}
	r := replyOf(answer)
	switch status := r.text(); status {
	case "CONFLICT":
		return nil, conflict(b, r)
	case "STALE", "GONE":
		return nil, errStale
	case "OK", "REPLAY":
		return s.standing(ctx, b, r, mode, status)
	default:
		return nil, errors.Join(r.err, fmt.Errorf("a script answered %q", status))
	}
}

func conflict(b *batch, r *reply) error {
	write, number := r.number(), r.number()
	if r.err != nil || write < 0 || int(write) >= len(b.writes) {
		return errors.Join(r.err, fmt.Errorf("a script answered that write %d conflicts", write))
	}
	w := b.writes[write]
	return fmt.Errorf("customer %q has version %d and not %d: %w", w.Customer, number, w.Expect, atlas.ErrConflict)
}

// standing reads which version stands after each write: one of this batch, or
// one that stood before and says the same.
func (s *Store) standing(ctx context.Context, b *batch, r *reply, mode, status string) ([]atlas.Version, error) {
	seq := r.number()
	versions := make([]atlas.Version, len(b.writes))
	owned := make(map[string]int, len(b.writes)) // by body id
	var others []standing
	b.needed = make([]bool, len(b.writes))
	for i, w := range b.writes {
		number, id := int(r.number()), r.text()
		if at, ok := owned[id]; ok {
			versions[i] = versions[at] // the same as an earlier write of this batch
		} else if number > 0 && id == bodyID(b.tx, i) {
			owned[id], b.needed[i] = i, true
			versions[i] = b.version(i)
			versions[i].Number = number
		} else {
			others = append(others, standing{i, number, prepared{w.Customer, id}})
		}
	}
	fresh := status == "OK" && len(owned) > 0
	switch {
	case r.err != nil:
		return nil, r.err
	case mode == "begin" && fresh:
		return nil, nil
	case fresh:
		s.isConfirmed(seq) // the replicas confirmed this very step
	default:
		if err := s.confirm(ctx, seq); err != nil {
			return nil, err
		}
	}
	return versions, s.fill(ctx, b, versions, others)
}
