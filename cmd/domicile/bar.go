package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"domicile/internal/ingest"
)

// barEvery is how often the bar moves.
const barEvery = 150 * time.Millisecond

// bar shows on a terminal how far a run is. Anywhere else it shows nothing.
type bar struct {
	out      *lineAtTerminal
	progress *ingest.Progress
	files    int
	clock    func() time.Time
	begun    time.Time

	mu   sync.Mutex
	quit chan struct{}
	done sync.WaitGroup
}

func (a *app) startBar(p *ingest.Progress, files int) *bar {
	b := &bar{progress: p, files: files, clock: a.clock, begun: a.clock(), quit: make(chan struct{})}
	b.out = a.lineAtTerminal()
	if b.out.to != nil {
		b.done.Go(b.run)
	}
	return b
}

// lineAtTerminal is a line that is written over again and again, where
// somebody sees it.
type lineAtTerminal struct{ to io.Writer } // nil: shows nothing

func (a *app) lineAtTerminal() *lineAtTerminal {
	if f, ok := a.stderr.(*os.File); !ok || !isTerminal(f) || a.env("TERM") == "dumb" {
		return &lineAtTerminal{}
	}
	return &lineAtTerminal{a.stderr}
}

func (l *lineAtTerminal) show(text string) {
	if l.to != nil {
		fmt.Fprint(l.to, "\r\x1b[K"+text)
	}
}

func (l *lineAtTerminal) clear() { l.show("") }

func (b *bar) run() {
	tick := time.NewTicker(barEvery)
	defer tick.Stop()
	for {
		select {
		case <-b.quit:
			return
		case <-tick.C:
			b.mu.Lock()
			b.out.show(b.text())
			b.mu.Unlock()
		}
	}
}

// above writes something in place of the bar, which then goes on below.
func (b *bar) above(write func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.out.clear()
	write()
}

func (b *bar) stop() {
	close(b.quit)
	b.done.Wait()
	b.out.clear()
}

// text is the bar: how much, how fast, how long still.
func (b *bar) text() string {
	took := b.clock().Sub(b.begun)
	read, total, lines := b.progress.Bytes.Load(), b.progress.Total.Load(), b.progress.Lines.Load()
	return barText(read, total, lines, int(b.progress.Files.Load()), b.files, took)
}

func barText(read, total, lines int64, files, allFiles int, took time.Duration) string {
	seconds := max(took.Seconds(), 0.001)
	speed := fmt.Sprintf("%s lines, %s/s", thousands(uint64(lines)), thousands(uint64(float64(lines)/seconds)))
	if total <= 0 {
		return fmt.Sprintf("%s read, %s", size(read), speed)
	}
	share := min(float64(read)/float64(total), 1)
	left := "?"
	if share > 0 {
		left = time.Duration(seconds * (1 - share) / share * float64(time.Second)).Round(time.Second).String()
	}
	return fmt.Sprintf("%s %3.0f %% %s of %s, file %d of %d, %s, %s left",
		gauge(share), 100*share, size(read), size(total), min(files+1, max(allFiles, 1)), max(allFiles, 1), speed, left)
}

// gauge draws a share of the whole.
func gauge(share float64) string {
	const width = 24
	full := int(share * width)
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", width-full) + "]"
}

func size(n int64) string {
	const mib = 1 << 20
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= mib:
		return fmt.Sprintf("%.1f MiB", float64(n)/mib)
	}
	return fmt.Sprintf("%.1f KiB", float64(n)/1024)
}
