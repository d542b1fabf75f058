package atlas

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Recorded is one version of a customer's settings, read.
type Recorded struct {
	Number     int
	ValidFrom  footprint.Date
	RecordedAt time.Time
	Actor      string
	Settings   *residency.Settings
	Canonical  []byte
	Digest     string // sha256 of the canonical settings
}

// Customer is a customer and every version of the settings, ascending.
type Customer struct {
	ID       string
	Versions []Recorded
}

// Name is the newest version's name, or the id.
func (c *Customer) Name() string {
	if n := c.Versions[len(c.Versions)-1].Settings.Name; n != "" {
		return n
	}
	return c.ID
}

// Newest is the number of the newest version.
func (c *Customer) Newest() int { return c.Versions[len(c.Versions)-1].Number }

// At returns the version that applied on a day, as known now: the latest valid
// from, and of those the latest recorded. It is nil before the first.
func (c *Customer) At(d footprint.Date) *Recorded {
	var best *Recorded
	for i := range c.Versions {
		v := &c.Versions[i]
		if v.ValidFrom <= d && (best == nil || v.ValidFrom >= best.ValidFrom) {
			best = v
		}
	}
	return best
}

// KnownAt is At as it was known at an instant: later recordings do not count.
// Where clocks stepped back between recordings, the greatest number counts.
func (c *Customer) KnownAt(d footprint.Date, known time.Time) *Recorded {
	then := Customer{ID: c.ID}
	for _, v := range c.Versions {
		if !v.RecordedAt.After(known) {
			then.Versions = append(then.Versions, v)
		}
	}
	return then.At(d)
}

func (s *Service) decode(id string, versions []Version) (*Customer, error) {
	c := &Customer{ID: id, Versions: make([]Recorded, 0, len(versions))}
	for _, v := range versions {
		set, err := s.codec.Decode(v.Settings)
		if err != nil {
			return nil, fmt.Errorf("customer %s, version %d: %w", id, v.Number, err)
		}
		c.Versions = append(c.Versions, Recorded{
			Number: v.Number, ValidFrom: v.ValidFrom, RecordedAt: v.RecordedAt, Actor: v.Actor,
			Settings: set, Canonical: v.Settings, Digest: digestOf(v.Settings),
		})
	}
	return c, nil
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Customer finds a customer by id; false when there is none.
func (st *State) Customer(id string) (*Customer, bool) {
	c, ok := st.customers[id]
	return c, ok
}

// Customers returns up to n customers after an id, ascending, and whether
// there are more.
func (st *State) Customers(after string, n int) (page []*Customer, more bool) {
	i, found := slices.BinarySearch(st.order, after)
	if found {
		i++
	}
	for ; i < len(st.order) && len(page) < n; i++ {
		page = append(page, st.customers[st.order[i]])
	}
	return page, i < len(st.order)
}

// Count is how many customers there are.
func (st *State) Count() int { return len(st.order) }

// Put records settings as new versions, one a customer, all or none. Settings
// without an effective date apply from today. With ErrStale the versions were
// recorded, but answers do not show them yet.
func (s *Service) Put(ctx context.Context, sets []*residency.Settings, expect int, actor string) ([]Version, error) {
	now := s.Now().Truncate(time.Microsecond)
	writes := make([]Write, len(sets))
	for i, set := range sets {
		from := set.Effective
		if from.IsZero() {
			from = footprint.DateOf(now)
		}
		data, err := s.codec.Encode(set)
		if err != nil {
			return nil, fmt.Errorf("customer %s: %w", set.Customer, err)
		}
		writes[i] = Write{Customer: set.Customer, Expect: expect, ValidFrom: from, Actor: actor, Settings: data}
	}
	versions, err := s.store.Append(ctx, now, writes)
	if err != nil {
		return nil, err
	}
	// They are recorded: a refresh that fails now is made up for by the next.
	if err := s.Refresh(ctx); err != nil {
		return versions, fmt.Errorf("%w: %w", ErrStale, err)
	}
	return versions, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
