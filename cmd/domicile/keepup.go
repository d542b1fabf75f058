package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/geoip"
)

// How often a service looks for what does not tell that it changed.
const (
	refreshEvery = 500 * time.Millisecond // for a replaced address database
	boardEvery   = time.Second            // whether the board has to be made anew
)

// keepUp follows the store, the address database and the board until the context
// ends. What fails leaves what there was.
func keepUp(ctx context.Context, log *slog.Logger, svc *atlas.Service, db *geoip.DB, keeper *atlas.Keeper) {
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() { svc.Follow(ctx, (&trouble{log: log, of: "the store"}).tell) })
	all.Go(func() {
		nowAndThen(ctx, refreshEvery, &trouble{log: log, of: "the address database"}, func(context.Context) error {
			_, err := db.Refresh()
			return err
		})
	})
	all.Go(func() { nowAndThen(ctx, boardEvery, &trouble{log: log, of: "the board"}, keeper.Update) })
}

// nowAndThen does something, until the context ends.
func nowAndThen(ctx context.Context, every time.Duration, t *trouble, do func(context.Context) error) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := do(ctx); ctx.Err() == nil {
			t.tell(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// trouble logs how something fares: each new failure once, and its end with how long
// it lasted.
type trouble struct {
	log   *slog.Logger
	of    string
	last  string
	since time.Time
}

func (t *trouble) tell(err error) {
	switch {
	case err == nil && t.last != "":
		t.log.Info("well again: "+t.of, "after", time.Since(t.since).Round(time.Millisecond))
		t.last = ""
	case err != nil && err.Error() != t.last:
		if t.last == "" {
			t.since = time.Now()
		}
		t.last = err.Error()
		t.log.Error("the last good state stays: "+t.of, "error", t.last)
	}
}

// fitness says whether questions are answered, and what to know about it
// otherwise.
func fitness(svc *atlas.Service, most time.Duration) func() (string, error) {
	return func() (string, error) {
		if age, stale := svc.Stale(); stale && age <= most {
			return "stale: the store was last heard of " + age.Round(time.Second).String() + " ago", nil
		}
		return "", svc.YoungerThan(most)
	}
}
