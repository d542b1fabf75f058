package atlas

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// Intake records the settings of many customers a part at a time. It reads of the
// store what stands of the customers at hand, and nothing else, so that its memory
// is that of a part. Make one with NewIntake; it is for one goroutine.
type Intake struct {
	store Store
	codec Codec
	clock func() time.Time
}

// NewIntake returns an intake into a store.
func NewIntake(store Store, codec Codec, clock func() time.Time) *Intake {
	return &Intake{store: store, codec: codec, clock: clock}
}

// Arrival is what a customer's settings would do to what stands of it.
type Arrival struct {
	Customer  string
	Before    *Version // the newest version; nil for a customer that is new
	Unchanged bool     // the settings say what stands already
	Settings  []byte   // canonical
	validFrom footprint.Date
}

// Compare tells what settings would do to the customers that stand. Settings
// without an effective date apply from today; where the same ones apply today
// already they change nothing, whenever they were recorded.
func (in *Intake) Compare(ctx context.Context, sets []*residency.Settings) ([]Arrival, error) {
	ids := make([]string, len(sets))
	for i, set := range sets {
		ids[i] = set.Customer
	}
	standing, err := in.standing(ctx, ids)
	if err != nil {
		return nil, err
	}
	today := footprint.DateOf(in.clock().UTC())
	out := make([]Arrival, len(sets))
	for i, set := range sets {
		data, err := in.codec.Encode(set)
		if err != nil {
			return nil, fmt.Errorf("customer %s: %w", set.Customer, err)
		}
		out[i] = arrival(set, data, standing[set.Customer], today)
	}
	return out, nil
}

func arrival(set *residency.Settings, data []byte, versions []Version, today footprint.Date) Arrival {
	a := Arrival{Customer: set.Customer, Settings: data, validFrom: set.Effective}
	if a.validFrom.IsZero() {
		a.validFrom = today
	}
	if len(versions) == 0 {
		return a
	}
	a.Before = &versions[len(versions)-1]
	if string(a.Before.Settings) == string(data) {
		a.Unchanged = a.Before.ValidFrom == a.validFrom || set.Effective.IsZero() && appliesOn(versions, today) == a.Before
	}
	return a
}

// Record records what changes, as one atomic step, and returns the version that
// each arrival leaves standing. It returns ErrConflict where somebody changed one
// of the customers since they were compared: compare again then.
func (in *Intake) Record(ctx context.Context, all []Arrival, actor string) ([]Version, error) {
	out := make([]Version, len(all))
	var writes []Write
	var of []int
	for i, a := range all {
		if a.Unchanged {
			out[i] = *a.Before
			continue
		}
		w := Write{Customer: a.Customer, ValidFrom: a.validFrom, Actor: actor, Settings: a.Settings}
		if a.Before != nil {
			w.Expect = a.Before.Number
		}
		writes, of = append(writes, w), append(of, i)
	}
	if len(writes) == 0 {
		return out, ctx.Err()
	}
	versions, err := in.store.Append(ctx, in.clock().UTC().Truncate(time.Microsecond), writes)
	if err != nil {
		return nil, err
	}
	for i, v := range versions {
		out[of[i]] = v
	}
	return out, nil
}

// standing reads every version of some customers; none of those that are new.
func (in *Intake) standing(ctx context.Context, ids []string) (map[string][]Version, error) {
	ids = slices.Sorted(slices.Values(ids))
	out := make(map[string][]Version, len(ids))
	ids, err := in.mayStand(ctx, ids)
	if err != nil {
		return nil, err
	}
	return out, in.oneByOne(ctx, ids, out)
}

// mayStand returns those of some ids, ascending, that may be in the store. Whatever
// lies beside the first one there is asked for at once: so in a file in the order of
// its ids nothing more is asked about a new customer.
func (in *Intake) mayStand(ctx context.Context, ids []string) ([]string, error) {
	if len(ids) < 2 {
		return ids, nil
	}
	refs, err := in.store.Customers(ctx, ids[0], len(ids))
	if err != nil {
		return nil, fmt.Errorf("read customers: %w", err)
	}
	beside := make(map[string]bool, len(refs))
	last := ""
	for _, r := range refs {
		beside[r.Customer], last = true, r.Customer
	}
	complete := len(refs) < len(ids) // there are no more behind the last
	out := ids[:1:1]
	for _, id := range ids[1:] {
		if beside[id] || !complete && id > last {
			out = append(out, id)
		}
	}
	return out, nil
}

// oneByOne reads customers, several at once.
func (in *Intake) oneByOne(ctx context.Context, ids []string, out map[string][]Version) error {
	const readers = 8
	var mu sync.Mutex
	var wait sync.WaitGroup
	var errs []error
	next := make(chan string, len(ids))
	for _, id := range ids {
		next <- id
	}
	close(next)
	for range min(readers, len(ids)) {
		wait.Go(func() {
			for id := range next {
				versions, err := in.store.Versions(ctx, id)
				mu.Lock()
				if err != nil {
					errs = append(errs, fmt.Errorf("read customer %s: %w", id, err))
				} else if len(versions) > 0 {
					out[id] = versions
				}
				stop := len(errs) > 0
				mu.Unlock()
				if stop {
					return
				}
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}
