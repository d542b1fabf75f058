package storecopy

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
)

// observed is what logs showed: for each customer a day at a time, and the files. A file
// comes behind the days of its customers, so that no file is known in the target whose
// lines are not counted there.
type observed struct {
	pair
	files []atlas.EvidenceFile // of the source, that the days in the target are of
}

// rounds is how often days are copied anew because logs were read into the source.
const rounds = 5

func (x *observed) compare(ctx context.Context) error {
	if err := x.from.SettleEvidence(ctx); err != nil {
		return fmt.Errorf("source: %w", err)
	}
	ours, err := x.filesOf(ctx, x.from)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	theirs, err := x.filesOf(ctx, x.to)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	for d, f := range theirs {
		if was, ok := ours[d]; !ok || was.To < f.To || was.Name != f.Name {
			return differs("log file %s", d)
		}
	}
	covered, err := x.from.SeenCustomers(ctx, time.Time{}, time.Time{})
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	there, err := x.to.SeenCustomers(ctx, time.Time{}, time.Time{})
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	for _, c := range there {
		if _, ok := slices.BinarySearch(covered, c); !ok {
			return differs("observations of customer %q", c)
		}
	}
	return nil
}

func (x *observed) filesOf(ctx context.Context, s Store) (map[evidence.Digest]atlas.EvidenceFile, error) {
	list, err := s.EvidenceFiles(ctx)
	all := map[evidence.Digest]atlas.EvidenceFile{}
	for _, f := range list {
		all[f.Digest] = f
	}
	return all, err
}

func (x *observed) copy(ctx context.Context) error {
	before, err := x.from.EvidenceFiles(ctx)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	customers, err := x.from.SeenCustomers(ctx, time.Time{}, time.Time{})
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	for range rounds {
		for i, c := range customers {
			if err := x.days(ctx, c); err != nil {
				return err
			}
			x.tell(Copying, i+1, len(customers))
		}
		after, err := x.from.EvidenceFiles(ctx)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		if customers = touched(before, after); len(customers) == 0 && len(before) == len(after) {
			x.files = after
			return x.restoreFiles(ctx)
		}
		before = after
	}
	return ErrBusy
}

// touched are the customers of files that went on.
func touched(before, after []atlas.EvidenceFile) []string {
	was := map[evidence.Digest]atlas.EvidenceFile{}
	for _, f := range before {
		was[f.Digest] = f
	}
	all := map[string]bool{}
	for _, f := range after {
		if !reflect.DeepEqual(was[f.Digest], f) {
			for _, c := range f.Customers() {
				all[c] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// days makes the days of a customer in the target those of the source.
func (x *observed) days(ctx context.Context, customer string) error {
	days, err := x.from.EvidenceDays(ctx, customer)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	for _, day := range days {
		ours, err := x.from.EvidenceDay(ctx, customer, day)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		theirs, err := x.to.EvidenceDay(ctx, customer, day)
		if err != nil {
			return fmt.Errorf("target: %w", err)
		}
		if reflect.DeepEqual(ours, theirs) {
			continue
		}
		if err := x.to.RestoreDay(ctx, ours); err != nil {
			return fmt.Errorf("target: %w", err)
		}
		x.Copied++
	}
	return nil
}

func (x *observed) restoreFiles(ctx context.Context) error {
	theirs, err := x.filesOf(ctx, x.to)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	for _, f := range x.files {
		if reflect.DeepEqual(theirs[f.Digest], f) {
			continue
		}
		if err := x.to.RestoreFile(ctx, f); err != nil {
			return fmt.Errorf("target: %w", err)
		}
		x.Copied++
	}
	return nil
}

func (x *observed) verify(ctx context.Context) error {
	covered, err := x.to.SeenCustomers(ctx, time.Time{}, time.Time{})
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	for i, c := range covered {
		if err := x.verifyDays(ctx, c); err != nil {
			return err
		}
		x.tell(Verifying, i+1, len(covered))
	}
	files, err := x.filesOf(ctx, x.to)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	if len(files) != len(x.files) {
		return differs("%d log files, and %d in the source", len(files), len(x.files))
	}
	slices.SortFunc(x.files, func(a, b atlas.EvidenceFile) int { return slices.Compare(a.Digest[:], b.Digest[:]) })
	for _, f := range x.files {
		if !reflect.DeepEqual(files[f.Digest], f) {
			return differs("log file %s", f.Digest)
		}
		if err := x.add(f); err != nil {
			return err
		}
	}
	x.Items += len(files)
	return nil
}

func (x *observed) verifyDays(ctx context.Context, customer string) error {
	days, err := x.to.EvidenceDays(ctx, customer)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	for _, day := range days {
		theirs, err := x.to.EvidenceDay(ctx, customer, day)
		if err != nil {
			return fmt.Errorf("target: %w", err)
		}
		ours, err := x.from.EvidenceDay(ctx, customer, day)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		if !reflect.DeepEqual(ours, theirs) {
			return fmt.Errorf("%w, or the target holds something else of customer %q on %s", ErrBusy, customer, day)
		}
		if err := x.add(theirs); err != nil {
			return err
		}
		x.Items++
	}
	return nil
}
