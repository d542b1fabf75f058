package atlas

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"domicile/internal/evidence"
	"domicile/internal/footprint"
)

// EvidenceDay is everything that is kept of what logs showed of a customer on a day
// (UTC), in the order of Sort.
type EvidenceDay struct {
	Customer     string
	Day          footprint.Date
	Observations []evidence.Observation
	Transfers    []evidence.Transfer
	Seen         []evidence.Seen
}

// Sort orders what a day holds, the same for every store that holds the same. What is
// empty is nil afterwards.
func (d *EvidenceDay) Sort() {
	slices.SortFunc(d.Observations, func(a, b evidence.Observation) int {
		return cmp.Or(a.Hour.Compare(b.Hour), cmp.Compare(a.Scope.Kind, b.Scope.Kind), strings.Compare(a.Scope.Name, b.Scope.Name),
			cmp.Compare(a.Category, b.Category), cmp.Compare(a.Activity, b.Activity), strings.Compare(a.Site, b.Site),
			cmp.Compare(a.Kinds, b.Kinds), strings.Compare(a.Country, b.Country), cmp.Compare(a.Cell, b.Cell))
	})
	slices.SortFunc(d.Transfers, func(a, b evidence.Transfer) int {
		return cmp.Or(a.Hour.Compare(b.Hour), cmp.Compare(a.Scope.Kind, b.Scope.Kind), strings.Compare(a.Scope.Name, b.Scope.Name),
			strings.Compare(a.Country, b.Country))
	})
	slices.SortFunc(d.Seen, func(a, b evidence.Seen) int {
		return cmp.Or(a.Hour.Compare(b.Hour), strings.Compare(a.Root, b.Root))
	})
	d.Observations, d.Transfers, d.Seen = slices.Concat(d.Observations), slices.Concat(d.Transfers), slices.Concat(d.Seen)
}

// Validate refuses what is not of the customer's day.
func (d *EvidenceDay) Validate() error {
	if d.Customer == "" || d.Day.IsZero() {
		return fmt.Errorf("a day of observations needs a customer and a date")
	}
	first := d.Day.Time()
	for _, hour := range d.hours() {
		if hour.Before(first) || !hour.Before(first.AddDate(0, 0, 1)) || !hour.Equal(hour.Truncate(time.Hour)) {
			return fmt.Errorf("the hour %s is none of %s", hour.Format(time.RFC3339), d.Day)
		}
	}
	return nil
}

func (d *EvidenceDay) hours() (all []time.Time) {
	for i := range d.Observations {
		all = append(all, d.Observations[i].Hour)
	}
	for i := range d.Transfers {
		all = append(all, d.Transfers[i].Hour)
	}
	for _, s := range d.Seen {
		all = append(all, s.Hour)
	}
	return all
}

// EvidenceFile is a log file as it is kept.
type EvidenceFile struct {
	evidence.File
	Followed bool // by a file whose beginning it is
}

// EvidenceMover is a store whose evidence can be brought to another one. Restoring
// makes things be as they are given, so that it can be repeated; nobody else may
// record into the store meanwhile.
type EvidenceMover interface {
	// SettleEvidence ends what other processes began to record and did not end.
	SettleEvidence(ctx context.Context) error
	// EvidenceDays returns the days of which anything is kept of a customer, ascending.
	EvidenceDays(ctx context.Context, customer string) ([]footprint.Date, error)
	// EvidenceDay returns what is kept of a customer's day, sorted.
	EvidenceDay(ctx context.Context, customer string, day footprint.Date) (EvidenceDay, error)
	// RestoreDay makes a customer's day be what is given.
	RestoreDay(ctx context.Context, d EvidenceDay) error
	// EvidenceFiles returns every file, those recorded first first.
	EvidenceFiles(ctx context.Context) ([]EvidenceFile, error)
	// RestoreFile makes a file be what is given.
	RestoreFile(ctx context.Context, f EvidenceFile) error
}
