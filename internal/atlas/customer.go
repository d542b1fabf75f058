package atlas

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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

// Customer is a customer of a state. Its settings are read when they are asked
// for, and are those of the state, whatever was recorded since. An error is of
// the reading: the customer is there.
type Customer struct {
	ID      string
	name    string
	newest  int
	archive *archive
}

// Name is the newest version's name, or the id.
func (c *Customer) Name() string {
	if c.name != "" {
		return c.name
	}
	return c.ID
}

// Newest is the number of the newest version.
func (c *Customer) Newest() int { return c.newest }

// Versions returns every version of the settings, ascending.
func (c *Customer) Versions(ctx context.Context) ([]Recorded, error) {
	all, err := c.archive.versions(ctx, c.ID, c.newest)
	if err != nil {
		return nil, err
	}
	out := make([]Recorded, len(all))
	for i := range all {
		r, err := c.archive.recorded(&all[i])
		if err != nil {
			return nil, err
		}
		out[i] = *r
	}
	return out, nil
}

// Version returns the version of a number; nil when there is none.
func (c *Customer) Version(ctx context.Context, number int) (*Recorded, error) {
	if number < 1 || number > c.newest {
		return nil, nil
	}
	all, err := c.archive.versions(ctx, c.ID, c.newest)
	if err != nil {
		return nil, err
	}
	return c.archive.recorded(&all[number-1])
}

// At returns the version that applied on a day, as known now: the latest valid
// from, and of those the latest recorded. It is nil before the first.
func (c *Customer) At(ctx context.Context, d footprint.Date) (*Recorded, error) {
	all, err := c.archive.versions(ctx, c.ID, c.newest)
	if err != nil {
		return nil, err
	}
	return c.applied(all, d)
}

// KnownAt is At as it was known at an instant: later recordings do not count.
// Where clocks stepped back between recordings, the greatest number counts.
func (c *Customer) KnownAt(ctx context.Context, d footprint.Date, known time.Time) (*Recorded, error) {
	all, err := c.archive.versions(ctx, c.ID, c.newest)
	if err != nil {
		return nil, err
	}
	then := make([]Version, 0, len(all))
	for _, v := range all {
		if !v.RecordedAt.After(known) {
			then = append(then, v)
		}
	}
	return c.applied(then, d)
}

func (c *Customer) applied(versions []Version, d footprint.Date) (*Recorded, error) {
	v := appliesOn(versions, d)
	if v == nil {
		return nil, nil
	}
	return c.archive.recorded(v)
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

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
