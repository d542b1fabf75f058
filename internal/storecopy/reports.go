package storecopy

import (
	"context"
	"fmt"
	"math"
	"slices"

	"domicile/internal/atlas"
)

// reports are the answers that were frozen.
type reports struct {
	pair
	customers int
}

// of lists a customer's reports, without their bodies, by id.
func (x *reports) of(ctx context.Context, s Store, customer string) (map[string]atlas.Report, []string, error) {
	list, err := s.Reports(ctx, customer, math.MaxInt32)
	if err != nil {
		return nil, nil, err
	}
	all := map[string]atlas.Report{}
	var ids []string
	for _, r := range list {
		all[r.ID] = r
		ids = append(ids, r.ID)
	}
	slices.Reverse(ids) // the oldest first
	return all, ids, nil
}

// same compares reports without their bodies, which their digests stand for.
func sameReport(a, b atlas.Report) bool {
	return a.ID == b.ID && a.Digest == b.Digest && a.Customer == b.Customer && a.Claim == b.Claim && a.Verdict == b.Verdict &&
		a.Actor == b.Actor && a.Role == b.Role && a.Created.Equal(b.Created) && a.Expires == b.Expires
}

func (x *reports) compare(ctx context.Context) error {
	return eachCustomer(ctx, x.to, x.page, func(customer string) error {
		theirs, ids, err := x.of(ctx, x.to, customer)
		if err != nil {
			return fmt.Errorf("target: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		ours, _, err := x.of(ctx, x.from, customer)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		for _, id := range ids {
			if r, ok := ours[id]; !ok || !sameReport(r, theirs[id]) {
				return differs("report %s", id)
			}
		}
		return nil
	})
}

func (x *reports) copy(ctx context.Context) error {
	return eachCustomer(ctx, x.from, x.page, func(customer string) error {
		x.customers++
		x.tell(Copying, x.customers, 0)
		_, ids, err := x.of(ctx, x.from, customer)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		there, _, err := x.of(ctx, x.to, customer)
		if err != nil {
			return fmt.Errorf("target: %w", err)
		}
		for _, id := range ids {
			if _, ok := there[id]; ok {
				continue
			}
			r, found, err := x.from.Report(ctx, id)
			if err != nil || !found {
				return fmt.Errorf("source: report %s: found %v: %w", id, found, err)
			}
			if err := x.to.PutReport(ctx, r); err != nil {
				return fmt.Errorf("target: %w", err)
			}
			x.Copied++
		}
		return nil
	})
}

func (x *reports) verify(ctx context.Context) error {
	return eachCustomer(ctx, x.to, x.page, func(customer string) error {
		_, ids, err := x.of(ctx, x.to, customer)
		if err != nil {
			return fmt.Errorf("target: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		ours, _, err := x.of(ctx, x.from, customer)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		for _, id := range ids {
			r, found, err := x.to.Report(ctx, id)
			if err == nil && found {
				err = r.Validate()
			}
			if err != nil {
				return fmt.Errorf("target: report %s: %w", id, err)
			}
			if !found || !sameReport(r, ours[id]) {
				return differs("report %s", id)
			}
			r.Body = nil
			if err := x.add(r); err != nil {
				return err
			}
			x.Items++
		}
		return nil
	})
}
