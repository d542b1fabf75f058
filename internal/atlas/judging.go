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
	compiled *fleet.Compiled
}

func newJudging(ref *Reference, v *footprint.View) *judging {
	return &judging{compiled: fleet.NewCompiled(ref.Rules, v)}
}

// on is the same on another view, with what can be carried over.
func (j *judging) on(view *footprint.View, shapes []*residency.Settings) *judging {
	j.mu.Lock()
	defer j.mu.Unlock()
	if moved, ok := j.compiled.Moved(view, shapes); ok {
		return &judging{compiled: moved}
	}
	return &judging{compiled: fleet.NewCompiled(j.compiled.Rules(), view)}
}

// resolve resolves the profiles that are not yet, on every core, until the
// context ends, and returns them as they are then.
func (j *judging) resolve(ctx context.Context, shapes []*residency.Settings, tell Progress) *fleet.Compiled {
	const batch = 512
	j.mu.Lock()
	defer j.mu.Unlock()
	for from := j.compiled.Profiles(); from < len(shapes) && ctx.Err() == nil; from = j.compiled.Profiles() {
		j.extend(shapes[from:min(from+batch, len(shapes))])
		if tell != nil {
			tell(j.compiled.Profiles(), len(shapes))
		}
	}
	return j.compiled.Snapshot()
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
