package atlas

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"domicile/internal/fleet"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// judging is the profiles of a service resolved on a day, as far as somebody
// asked.
type judging struct {
	mu       sync.Mutex
	compiled *fleet.Compiled // nil: not yet made of the one before
	ahead    bool            // the day has not come

	before *judging
	view   *footprint.View
}

func newJudging(ref *Reference, v *footprint.View) *judging {
	return &judging{compiled: fleet.NewCompiled(ref.Rules, v)}
}

// on is the same on another view, with what can be carried over when somebody asks.
func (j *judging) on(view *footprint.View) *judging {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.compiled == nil {
		return &judging{before: j.before, view: view}
	}
	return &judging{before: j, view: view}
}

// moved is what of it can be carried over to a view.
func (j *judging) moved(view *footprint.View, shapes []*residency.Settings) *fleet.Compiled {
	j.mu.Lock()
	c := j.compiled.Snapshot()
	j.mu.Unlock()
	if next, ok := c.Moved(view, shapes); ok {
		return next
	}
	return fleet.NewCompiled(c.Rules(), view)
}

// resolve resolves the profiles that are not yet, on every core, until the
// context ends, and returns them as they are then.
func (j *judging) resolve(ctx context.Context, shapes []*residency.Settings, tell Progress) *fleet.Compiled {
	const batch = 512
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.compiled == nil {
		j.compiled, j.before = j.before.moved(j.view, shapes), nil
	}
	for from := j.compiled.Profiles(); from < len(shapes) && ctx.Err() == nil; from = j.compiled.Profiles() {
		j.extend(shapes[from:min(from+batch, len(shapes))])
		if tell != nil {
			tell(j.compiled.Profiles(), len(shapes))
		}
	}
	c := j.compiled.Snapshot()
	if j.ahead {
		c.Ahead()
	}
	return c
}

// extend resolves shapes in as many parts as there are cores.
func (j *judging) extend(shapes []*residency.Settings) {
	if len(shapes) < 16 {
		j.compiled.Extend(shapes)
		return
	}
	size := (len(shapes) + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
	var parts []*fleet.Compiled
	var wait sync.WaitGroup
	for part := range slices.Chunk(shapes, size) {
		c := fleet.NewCompiled(j.compiled.Rules(), j.compiled.View())
		parts = append(parts, c)
		wait.Go(func() { c.Extend(part) })
	}
	wait.Wait()
	for _, c := range parts {
		j.compiled.Append(c)
	}
}
