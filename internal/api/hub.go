package api

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
	"domicile/internal/gql"
)

type dayOf = footprint.Date

const (
	// lookEvery is how often the hub looks for a new picture while anybody
	// listens. A look without one costs two loads.
	lookEvery = 100 * time.Millisecond
	// pending is how many changes wait for one listener; who lags behind more is
	// told and dropped.
	pending = 1024
)

// hub judges promises anew when settings change or a day begins, once for all
// who listen. It runs while somebody does.
type hub struct {
	service *atlas.Service
	log     *slog.Logger

	mu      sync.Mutex
	watches map[*watch]struct{}
	stop    context.CancelFunc // of the goroutine that looks; nil while nobody listens
}

func newHub(s *atlas.Service, log *slog.Logger) *hub {
	return &hub{service: s, log: log, watches: map[*watch]struct{}{}}
}

func (h *hub) now() moment { return moment{h.service.State(), h.service.Today()} }

// enter begins to send a listener what changes from now on.
func (h *hub) enter(w *watch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.watches[w] = struct{}{}
	if h.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		h.stop = stop
		go h.look(ctx, h.now())
	}
}

// leave forgets a listener and, after the last one, ends looking.
func (h *hub) leave(w *watch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.watches, w)
	if len(h.watches) == 0 && h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

// serve hands a listener's changes on until ctx ends or it was dropped.
func (h *hub) serve(ctx context.Context, w *watch, out chan<- any) {
	defer close(out)
	defer h.leave(w)
	for {
		select {
		case <-ctx.Done():
			return
		case event, ok := <-w.events:
			if !ok {
				event = gql.Errorf(gql.RateLimited, "you read more slowly than verdicts change: subscribe again, and ask for the promises as they are now")
			}
			select {
			case out <- event:
			case <-ctx.Done():
				return
			}
			if !ok {
				return
			}
		}
	}
}

// look compares each new picture with the one before.
func (h *hub) look(ctx context.Context, last moment) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		next := h.now()
		if next != last {
			h.compare(ctx, last, next)
			last = next
		}
	}
}

// compare tells the listeners what differs between two moments.
func (h *hub) compare(ctx context.Context, was, is moment) {
	after := ""
	for more := true; more && ctx.Err() == nil; {
		var batch []*atlas.Customer
		batch, more = is.state.Customers(after, scanned)
		for _, c := range batch {
			after = c.ID
			old, had := was.state.Customer(c.ID)
			if had && old.Newest() == c.Newest() && was.day == is.day || !h.wanted(c.ID) {
				continue
			}
			changes, err := h.changesOf(ctx, c.ID, was, is)
			if err != nil {
				h.log.ErrorContext(ctx, "promises cannot be judged anew", "customer", c.ID, "error", err)
				continue
			}
			h.tell(c.ID, changes)
		}
	}
}

func (h *hub) wanted(key string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.watches {
		if w.wants(key) {
			return true
		}
	}
	return false
}

// tell sends changes to those who may hear of them, and drops who lags behind.
func (h *hub) tell(key string, changes []*change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.watches {
		if !w.wants(key) {
			continue
		}
		for _, c := range changes {
			select {
			case w.events <- c:
				continue
			default:
			}
			close(w.events)
			delete(h.watches, w) // serve leaves once it has told
			break
		}
	}
}

// ordered sorts the changes of one customer as its promises read.
func ordered(changes []*change) []*change {
	slices.SortFunc(changes, func(a, b *change) int {
		return cmp.Or(strings.Compare(a.promised.Claim, b.promised.Claim), strings.Compare(a.promised.Reading, b.promised.Reading),
			strings.Compare(a.promised.Contract, b.promised.Contract))
	})
	return changes
}
