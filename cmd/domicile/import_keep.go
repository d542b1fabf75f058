package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// keeping records settings and what changed in the audit log.
type keeping struct {
	intake *atlas.Intake
	rows   *auth.Rows
	actor  string
}

// auditStep is how many entries of the audit log are appended at once.
const auditStep = 1000

// keep records settings as one change: first in the audit log that it is about to
// take place, so that no change is missing there whatever happens, and then what it
// came to. Somebody else's changes meanwhile are compared anew. Where it returns what
// became of customers, their settings are kept, also beside an error.
func (k *keeping) keep(ctx context.Context, sets []*residency.Settings) ([]imported, error) {
	const tries = 5
	for try := 1; ; try++ {
		all, err := k.intake.Compare(ctx, sets)
		if err != nil {
			return nil, err
		}
		local := auth.WithViewer(ctx, auth.Local())
		changes := changesOf(all)
		for some := range slices.Chunk(changes, auditStep) {
			if err := k.rows.ChangingAll(local, auth.PutSettings, some); err != nil {
				return nil, err
			}
		}
		versions, err := k.intake.Record(ctx, all, k.actor)
		switch {
		case errors.Is(err, atlas.ErrConflict) && try < tries:
			continue
		case errors.Is(err, atlas.ErrConflict) || err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
			return nil, err
		case err != nil:
			return nil, &unsure{err}
		}
		return becameOf(all, versions), k.confirm(context.WithoutCancel(local), changes)
	}
}

// unsure is an error after which a change may have taken place.
type unsure struct{ error }

func (e *unsure) Unwrap() error { return e.error }

// confirm records what a change came to, which took place and whose beginning is in
// the log already.
func (k *keeping) confirm(ctx context.Context, changes []auth.Change) error {
	for some := range slices.Chunk(changes, auditStep) {
		if err := k.rows.ChangedAll(ctx, auth.PutSettings, some); err != nil {
			return fmt.Errorf("the settings are kept, and the audit log says that they were about to be, not that they are: %w", err)
		}
	}
	return nil
}

func changesOf(all []atlas.Arrival) []auth.Change {
	var out []auth.Change
	for _, x := range all {
		if x.Unchanged {
			continue
		}
		c := auth.Change{Customer: x.Customer, After: settings.Digest(x.Settings)}
		if x.Before != nil {
			c.Before = settings.Digest(x.Before.Settings)
		}
		out = append(out, c)
	}
	return out
}

func becameOf(all []atlas.Arrival, versions []atlas.Version) []imported {
	out := make([]imported, len(all))
	for i, x := range all {
		out[i] = imported{Customer: x.Customer, Result: "new", Version: versions[i].Number, ValidFrom: versions[i].ValidFrom.String()}
		switch {
		case x.Unchanged:
			out[i].Result = "unchanged"
		case x.Before != nil:
			out[i].Result = "new version"
		}
	}
	return out
}
