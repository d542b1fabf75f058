package atlas

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"domicile/internal/residency"
)

// Fixed is a store of settings that nobody recorded: those of a file, judged
// without keeping them. It takes no writes.
type Fixed struct {
	versions []Version // ascending by customer, one each
}

// NewFixed makes a store of the settings. Settings without an effective date
// apply on every day. Two of one customer are an error.
func NewFixed(sets []*residency.Settings, codec Codec, at time.Time) (*Fixed, error) {
	f := &Fixed{}
	for _, s := range sets {
		data, err := codec.Encode(s)
		if err != nil {
			return nil, fmt.Errorf("customer %s: %w", s.Customer, err)
		}
		f.versions = append(f.versions, Version{Customer: s.Customer, Number: 1, ValidFrom: s.Effective, RecordedAt: at, Actor: "file", Settings: data})
	}
	slices.SortFunc(f.versions, func(a, b Version) int { return cmp.Compare(a.Customer, b.Customer) })
	for i := 1; i < len(f.versions); i++ {
		if c := f.versions[i].Customer; c == f.versions[i-1].Customer {
			return nil, fmt.Errorf("customer %s is given twice", c)
		}
	}
	return f, nil
}

var _ Store = (*Fixed)(nil)

// Append refuses: nothing is kept.
func (f *Fixed) Append(context.Context, time.Time, []Write) ([]Version, error) {
	return nil, fmt.Errorf("%w: these settings are not stored", ErrStoreUnavailable)
}

// Versions returns the one version of a customer.
func (f *Fixed) Versions(_ context.Context, customer string) ([]Version, error) {
	i, ok := f.find(customer)
	if !ok {
		return nil, nil
	}
	return f.versions[i : i+1], nil
}

func (f *Fixed) find(customer string) (int, bool) {
	return slices.BinarySearchFunc(f.versions, customer, func(v Version, id string) int { return cmp.Compare(v.Customer, id) })
}

// Customers lists the customers after an id.
func (f *Fixed) Customers(_ context.Context, after string, limit int) ([]CustomerRef, error) {
	i, ok := f.find(after)
	if ok {
		i++
	}
	var out []CustomerRef
	for ; i < len(f.versions) && len(out) < limit; i++ {
		out = append(out, CustomerRef{f.versions[i].Customer, 1})
	}
	return out, nil
}

// Changes lists every customer as one change, numbered from 1.
func (f *Fixed) Changes(_ context.Context, after int64, limit int) ([]Change, error) {
	var out []Change
	for i := int(max(after, 0)); i < len(f.versions) && len(out) < limit; i++ {
		out = append(out, Change{int64(i + 1), CustomerRef{f.versions[i].Customer, 1}})
	}
	return out, nil
}

// Ping always answers.
func (f *Fixed) Ping(context.Context) error { return nil }

// Close has nothing to do.
func (f *Fixed) Close() error { return nil }
