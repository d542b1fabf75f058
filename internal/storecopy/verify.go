package storecopy

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"sync"

	"domicile/internal/atlas"
)

// readers is how many customers are read at once.
const readers = 8

// versionsOf reads the versions that changes name, in their order. Customers
// are read once each.
func versionsOf(ctx context.Context, s atlas.Store, changes []atlas.Change) ([]atlas.Version, error) {
	all := map[string][]atlas.Version{}
	var customers []string
	for _, c := range changes {
		if _, ok := all[c.Customer]; !ok {
			all[c.Customer] = nil
			customers = append(customers, c.Customer)
		}
	}
	read, err := readAll(ctx, s, customers)
	if err != nil {
		return nil, err
	}
	for i, customer := range customers {
		all[customer] = read[i]
	}
	versions := make([]atlas.Version, len(changes))
	for i, c := range changes {
		of := all[c.Customer]
		if c.Version < 1 || c.Version > len(of) || of[c.Version-1].Number != c.Version || of[c.Version-1].Customer != c.Customer {
			return nil, fmt.Errorf("customer %q: version %d is among the changes and not among the versions", c.Customer, c.Version)
		}
		versions[i] = of[c.Version-1]
	}
	return versions, nil
}

// readAll reads several customers at once. The first error ends it.
func readAll(ctx context.Context, s atlas.Store, customers []string) ([][]atlas.Version, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	all := make([][]atlas.Version, len(customers))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(readers, len(customers)) {
		wg.Go(func() {
			for i := range next {
				versions, err := s.Versions(ctx, customers[i])
				if err != nil {
					cancel(err)
				}
				all[i] = versions
			}
		})
	}
	for i := range customers {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return all, nil
}

// verify reads both stores again, side by side, and sums them up.
func (c *copier) verify(ctx context.Context) error {
	ours, theirs := newSide(c.from), newSide(c.to)
	for done := 0; done < c.report.Versions; {
		n := min(c.page, c.report.Versions-done)
		from, err := ours.next(ctx, n)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		to, err := theirs.next(ctx, n)
		if err != nil {
			return fmt.Errorf("target: %w", err)
		}
		for i := range n {
			if err := equal(from[i], to[i]); err != nil {
				return err
			}
		}
		done += n
		c.tell(Verifying, done)
	}
	if more, err := c.to.Changes(ctx, theirs.after, 1); err != nil {
		return fmt.Errorf("target: %w", err)
	} else if len(more) > 0 {
		return fmt.Errorf("%w: somebody else wrote version %d of customer %q to it", ErrDifferent, more[0].Version, more[0].Customer)
	}
	if ours.sum() != theirs.sum() {
		return fmt.Errorf("%w: digest %s, and %s in the source", ErrDifferent, theirs.sum(), ours.sum())
	}
	c.report.Digest = ours.sum()
	return nil
}

// side is one store on the way through its changes.
type side struct {
	store atlas.Store
	after int64
	hash  hash.Hash
}

func newSide(s atlas.Store) *side { return &side{store: s, hash: sha256.New()} }

// next reads exactly n more versions.
func (s *side) next(ctx context.Context, n int) ([]atlas.Version, error) {
	changes, err := s.store.Changes(ctx, s.after, n)
	if err != nil {
		return nil, err
	}
	if len(changes) != n {
		return nil, fmt.Errorf("%d changes came back in place of %d", len(changes), n)
	}
	s.after = changes[n-1].Seq
	versions, err := versionsOf(ctx, s.store, changes)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		s.add(v)
	}
	return versions, nil
}

// add takes a version into the digest, every part with its length.
func (s *side) add(v atlas.Version) {
	b := binary.BigEndian.AppendUint64(nil, uint64(len(v.Customer)))
	b = append(b, v.Customer...)
	b = binary.BigEndian.AppendUint64(b, uint64(v.Number))
	b = binary.BigEndian.AppendUint64(b, uint64(v.ValidFrom))
	b = binary.BigEndian.AppendUint64(b, uint64(v.RecordedAt.UnixMicro()))
	b = binary.BigEndian.AppendUint64(b, uint64(len(v.Actor)))
	b = append(b, v.Actor...)
	b = binary.BigEndian.AppendUint64(b, uint64(len(v.Settings)))
	s.hash.Write(b)
	s.hash.Write(v.Settings)
}

func (s *side) sum() string { return hex.EncodeToString(s.hash.Sum(nil)) }
