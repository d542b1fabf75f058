package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"domicile/internal/settings"
)

// maxListedProblems is how many problems of a large file are listed.
const maxListedProblems = 100

// tally is what became of the customers of a large file.
type tally struct {
	Customers   int `json:"customers"`
	New         int `json:"new"`
	NewVersions int `json:"new_versions"`
	Unchanged   int `json:"unchanged"` // skipped
	Parts       int `json:"parts"`
}

func (t *tally) add(done []imported) {
	t.Parts++
	for _, d := range done {
		t.Customers++
		switch d.Result {
		case "new":
			t.New++
		case "unchanged":
			t.Unchanged++
		default:
			t.NewVersions++
		}
	}
}

func (t *tally) String() string {
	return fmt.Sprintf("%s new, %s new versions, %s unchanged and skipped", count(t.New), count(t.NewVersions), count(t.Unchanged))
}

func count(n int) string { return thousands(uint64(n)) }

// checkParts reads a source to its end and returns how many customers it has, or
// everything that is wrong with it.
func (a *app) checkParts(ctx context.Context, src *settingsSource, ref *reference) (customers int, err error) {
	show := a.startImportBar(src, "checked")
	defer show.end()
	var problems settings.Problems
	more := 0
	for part, err := range src.parts(ref) {
		var wrong settings.Problems
		switch {
		case ctx.Err() != nil:
			return 0, fmt.Errorf("nothing was imported: %w", ctx.Err())
		case errors.As(err, &wrong):
			fit := min(len(wrong), maxListedProblems-len(problems))
			problems, more = append(problems, wrong[:fit]...), more+len(wrong)-fit
		case err != nil:
			return 0, fmt.Errorf("nothing was imported:\n%w", errors.Join(listed(problems, more), err))
		}
		customers += len(part.Settings)
		show.tell(customers)
	}
	if len(problems) > 0 {
		return 0, fmt.Errorf("nothing was imported:\n%w", listed(problems, more))
	}
	return customers, nil
}

func listed(problems settings.Problems, more int) error {
	if more > 0 {
		problems = append(problems, settings.Problem{Message: fmt.Sprintf("and %d more", more)})
	}
	if len(problems) == 0 {
		return nil
	}
	return problems
}

// importParts checks a source that can be read twice, and imports it in parts.
func (a *app) importParts(ctx context.Context, src *settingsSource, ref *reference, k *keeping) error {
	if src.file != nil {
		if _, err := a.checkParts(ctx, src, ref); err != nil {
			return err
		}
		if err := src.rewind(); err != nil {
			return fmt.Errorf("nothing was imported: %w", err)
		}
	}
	run := importRun{keeping: k}
	show := a.startImportBar(src, "imported")
	for part, err := range ahead(ctx, src.parts(ref)) {
		if err == nil {
			err = run.part(ctx, part)
		}
		if err != nil {
			show.end()
			return run.stopped(part, err)
		}
		show.tell(run.done.Customers)
	}
	show.end()
	if err := ctx.Err(); err != nil {
		return run.stopped(filePart{}, err)
	}
	return a.print(map[string]any{"imported": run.done}, func() string {
		return fmt.Sprintf("%s customers in %s parts: %s\n", count(run.done.Customers), count(run.done.Parts), run.done.String())
	})
}

// importRun is a large import under way.
type importRun struct {
	*keeping
	done tally
	last filePart // imported
}

func (r *importRun) part(ctx context.Context, part filePart) error {
	done, err := r.keep(ctx, part.Settings)
	if done != nil {
		r.done.add(done)
		part.Settings = nil
		r.last = part
	}
	return err
}

// stopped says what was imported and what was not.
func (r *importRun) stopped(part filePart, err error) error {
	var b strings.Builder
	if r.done.Customers == 0 {
		b.WriteString("imported: nothing")
	} else {
		fmt.Fprintf(&b, "imported: %s customers, up to line %d of %s (%s)", count(r.done.Customers), r.last.Last, r.last.file, r.done.String())
	}
	if part.file == r.last.file && part.First == r.last.First {
		part.file = "" // it is imported
	}
	var may *unsure
	switch {
	case part.file == "" && r.last.file == "":
		b.WriteString("\nnot imported: all of it")
	case part.file == "":
		fmt.Fprintf(&b, "\nnot imported: everything after line %d of %s", r.last.Last, r.last.file)
	case errors.As(err, &may):
		fmt.Fprintf(&b, "\nnot known: lines %d to %d of %s, of which the store did not say whether they are kept\nnot imported: everything after them", part.First, part.Last, part.file)
	default:
		fmt.Fprintf(&b, "\nnot imported: everything from line %d of %s on", part.First, part.file)
	}
	b.WriteString("\nNothing is lost: import all of it again when this is put right; what is imported already is skipped.")
	return fmt.Errorf("%w\n%s", err, b.String())
}

// importBar shows on a terminal how far an import is. Anywhere else it shows
// nothing.
type importBar struct {
	out   *lineAtTerminal
	src   *settingsSource
	doing string
	clock func() time.Time
	begun time.Time
	shown time.Time
}

func (a *app) startImportBar(src *settingsSource, doing string) *importBar {
	now := a.clock()
	return &importBar{out: a.lineAtTerminal(), src: src, doing: doing, clock: a.clock, begun: now, shown: now}
}

func (b *importBar) tell(customers int) {
	now := b.clock()
	if b.out.to == nil || now.Sub(b.shown) < barEvery {
		return
	}
	b.shown = now
	b.out.show(b.text(customers, now.Sub(b.begun)))
}

func (b *importBar) text(customers int, took time.Duration) string {
	seconds := max(took.Seconds(), 0.001)
	speed := fmt.Sprintf("%s customers %s, %s/s", count(customers), b.doing, thousands(uint64(float64(customers)/seconds)))
	read := b.src.read.Load()
	if b.src.size <= 0 {
		return fmt.Sprintf("%s read, %s", size(read), speed)
	}
	share := min(float64(read)/float64(b.src.size), 1)
	left := time.Duration(seconds * (1 - share) / max(share, 1e-9) * float64(time.Second)).Round(time.Second)
	return fmt.Sprintf("%s %3.0f %% %s of %s, %s, %s left", gauge(share), 100*share, size(read), size(b.src.size), speed, left)
}

func (b *importBar) end() { b.out.clear() }
