package atlas

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"domicile/internal/claim"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/ledger"
)

// BoardDays is how many days before now a board looks back for observations.
const BoardDays = 90

// ErrNoLedger: the store keeps no ledger.
var ErrNoLedger = errors.New("this store keeps no registered claims")

// Keeper judges what customers were told, keeps every verdict that changes, and has
// a board of them all. Make one with NewKeeper; all methods may be called at once.
type Keeper struct {
	*Witness
	ledger LedgerStore

	update sync.Mutex // one update at a time; questions never wait for it
	board  atomic.Pointer[Board]

	watch sync.Mutex    // guards moved
	moved chan struct{} // closed when the board becomes another
}

// NewKeeper makes a keeper over a witness. Without a ledger nothing is registered or
// remembered, and promises of the settings are judged all the same.
func NewKeeper(w *Witness, l LedgerStore) *Keeper {
	k := &Keeper{Witness: w, ledger: l, moved: make(chan struct{})}
	k.board.Store(&Board{books: map[string]*kept{}, rows: map[string]*customerRows{}})
	return k
}

// kept is what the ledger has of one customer.
type kept struct {
	entries []ledger.Entry
	told    int // of the entries: those by which it is judged, not verdicts
	book    *ledger.Book
}

// toldOf is how many entries a customer is judged by.
func (b *Board) toldOf(customer string) int {
	if x := b.books[customer]; x != nil {
		return x.told
	}
	return 0
}

// Board is every claim that customers were told, judged, at one moment. It is
// immutable.
type Board struct {
	At       time.Time // when it was last made; zero before the first time
	From     time.Time // of the window that observations were looked for in
	Day      footprint.Date
	Revision Revision
	Rows     []*ToldRow // see sortRows for the order

	state *State
	seen  int64 // mark of the evidence
	seq   int64 // of the ledger
	books map[string]*kept
	rows  map[string]*customerRows
}

// customerRows are the rows of one customer and what they were judged from.
type customerRows struct {
	newest   int // version
	told     int // entries of the ledger
	measured bool
	rows     []*ToldRow
}

// ToldRow is a claim that a customer was told, and what became of it.
type ToldRow struct {
	Told
	Name      string // of the customer
	Verdict   claim.Verdict
	Evidence  evidence.Grade
	Because   string // why it does not hold, as a sentence without a final stop; "" where it does
	Since     time.Time
	Noticed   time.Time // when this verdict was noticed first; zero where nothing is remembered
	Waivers   []ledger.GrantedWaiver
	Outside   int           // counterexamples by the settings
	Events    uint64        // observed, of the category and activity with the most
	Breaching uint64        // of those, outside
	Where     []SiteTraffic // where what was observed outside went, most first
	Coverage  evidence.Coverage
}

// Open reports whether the claim does not hold, or hangs on something unknown.
func (r *ToldRow) Open() bool { return r.Verdict != claim.Holds }

// Waived reports whether a waiver stands beside the verdict.
func (r *ToldRow) Waived() bool { return len(r.Waivers) > 0 }

// Board returns the board as it was last made.
func (k *Keeper) Board() *Board { return k.board.Load() }

// Book is what the ledger has of a customer, as of the board; nil for nothing.
func (b *Board) Book(customer string) *ledger.Book {
	if x := b.books[customer]; x != nil {
		return x.book
	}
	return nil
}

// RowsOf are the rows of a customer.
func (b *Board) RowsOf(customer string) []*ToldRow {
	if x := b.rows[customer]; x != nil {
		return x.rows
	}
	return nil
}

// Update makes the board anew where anything changed since it was made: settings,
// the datasets, the day, the ledger, or what was observed. Verdicts that changed are
// kept in the ledger. Only those are judged again of whom something changed.
func (k *Keeper) Update(ctx context.Context) error {
	k.update.Lock()
	defer k.update.Unlock()
	old, st, now := k.board.Load(), k.State(), k.Now()
	next := &Board{At: now, Day: k.Today(), From: now.AddDate(0, 0, -BoardDays).Truncate(time.Hour), state: st, Revision: Revision{Datasets: st.Reference.Revision}}
	mark, err := k.mark(ctx)
	if err != nil {
		return err
	}
	next.seen = mark
	if err := k.readLedger(ctx, old, next); err != nil {
		return err
	}
	fresh := old.state == st && old.Day == next.Day && old.seen == mark && old.seq == next.seq
	if fresh && !old.At.IsZero() {
		return nil
	}
	if err := k.judgeAll(ctx, old, next); err != nil {
		return err
	}
	if err := k.remember(ctx, next); err != nil {
		return err
	}
	k.show(next)
	return nil
}

// mark tells whether anything was recorded of logs since.
func (k *Keeper) mark(ctx context.Context) (int64, error) {
	s, ok := k.evidence.(SeenStore)
	if !ok {
		return 0, nil
	}
	return s.EvidenceMark(ctx)
}

// readLedger reads what came to the ledger since the last board.
func (k *Keeper) readLedger(ctx context.Context, old, next *Board) error {
	next.seq, next.books = old.seq, old.books
	if k.ledger == nil {
		return nil
	}
	touched := map[string]bool{}
	for {
		page, err := k.ledger.Ledger(ctx, "", next.seq, pageSize)
		if err != nil {
			return fmt.Errorf("read the ledger: %w", err)
		}
		if len(page) > 0 && len(touched) == 0 {
			next.books = maps.Clone(old.books)
		}
		for _, e := range page {
			x := next.books[e.Customer]
			if !touched[e.Customer] {
				y := &kept{}
				if x != nil {
					y.entries, y.told = slices.Clip(x.entries), x.told
				}
				touched[e.Customer], next.books[e.Customer], x = true, y, y
			}
			x.entries = append(x.entries, e)
			if e.Kind != ledger.VerdictChanged {
				x.told++
			}
			next.seq = e.Seq
		}
		if len(page) < pageSize {
			break
		}
	}
	for customer := range touched {
		x := next.books[customer]
		book, err := ledger.Replay(x.entries)
		if err != nil {
			return fmt.Errorf("customer %s: %w", customer, err)
		}
		x.book = book
	}
	return nil
}

// judgeAll judges what customers were told; those of whom nothing changed keep their
// rows. Where the day and the datasets are those of the board before, it looks at no
// more customers than may have changed.
func (k *Keeper) judgeAll(ctx context.Context, old, next *Board) error {
	seen, err := k.seenIn(ctx, next)
	if err != nil {
		return err
	}
	same := old.Day == next.Day && old.state != nil && old.state.Reference == next.state.Reference
	if same && old.state.day == next.Day && next.state.day == next.Day {
		next.rows = maps.Clone(old.rows)
		for _, id := range changed(old, next, seen) {
			if err := k.judgeAnew(ctx, old, next, id, seen[id], same); err != nil {
				return err
			}
		}
	} else {
		next.rows = make(map[string]*customerRows, len(old.rows))
		for x := range next.state.fleet.After("") {
			if err := k.judgeAnew(ctx, old, next, x.ID, seen[x.ID], same); err != nil {
				return err
			}
		}
	}
	for _, x := range next.rows {
		next.Rows = append(next.Rows, x.rows...)
	}
	sortRows(next.Rows)
	return nil
}

// changed are the customers who may be judged otherwise than on the board before: by
// their settings, by what the ledger has of them, or by what was observed.
func changed(old, next *Board, seen map[string]bool) []string {
	ids := map[string]bool{}
	if old.state != next.state {
		for x := range next.state.fleet.Since(old.state.fleet) {
			ids[x.ID] = true
		}
	}
	if old.seq != next.seq {
		for id, x := range next.books {
			if x.told != old.toldOf(id) {
				ids[id] = true
			}
		}
	}
	for id, was := range old.rows {
		if was.measured != seen[id] || seen[id] && old.seen != next.seen {
			ids[id] = true
		}
	}
	return slices.Sorted(maps.Keys(ids))
}

// judgeAnew judges what one customer was told, unless nothing of it changed.
func (k *Keeper) judgeAnew(ctx context.Context, old, next *Board, id string, measured, same bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	delete(next.rows, id)
	c, ok := next.state.Customer(id)
	if !ok || next.toldOf(id) == 0 && next.Day == next.state.day && len(next.state.Promised(id)) == 0 {
		return nil // was told nothing
	}
	rows := &customerRows{newest: c.Newest(), told: next.toldOf(id), measured: measured}
	was := old.rows[id]
	observed := measured && old.seen != next.seen
	if same && was != nil && was.newest == rows.newest && was.told == rows.told && was.measured == measured && !observed {
		next.rows[id] = was
		return nil
	}
	var err error
	if rows.rows, err = k.judgeCustomer(ctx, next, c, measured); err == nil && len(rows.rows) > 0 {
		next.rows[id] = rows
	}
	return err
}

// seenIn are the customers whom any log covers in a board's window.
func (k *Keeper) seenIn(ctx context.Context, b *Board) (map[string]bool, error) {
	s, ok := k.evidence.(SeenStore)
	if !ok {
		return nil, nil
	}
	all, err := s.SeenCustomers(ctx, b.From, b.At)
	if err != nil {
		return nil, fmt.Errorf("customers in logs: %w", err)
	}
	out := make(map[string]bool, len(all))
	for _, c := range all {
		out[c] = true
	}
	return out, nil
}

// sortRows puts what is broken first, then what is not ensured, unknown, and holds;
// within each the oldest first.
func sortRows(rows []*ToldRow) {
	rank := map[claim.Verdict]int{claim.Broken: 0, claim.NotEnsured: 1, claim.Unknown: 2, claim.Holds: 3}
	slices.SortFunc(rows, func(a, b *ToldRow) int {
		if n := rank[a.Verdict] - rank[b.Verdict]; n != 0 {
			return n
		}
		if n := a.Since.Compare(b.Since); n != 0 {
			return n
		}
		if n := strings.Compare(a.Customer, b.Customer); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
}

// remember keeps the verdicts that differ from those last kept, and notes when each
// was noticed. Several processes may notice the same: the first counts.
func (k *Keeper) remember(ctx context.Context, b *Board) error {
	var entries []ledger.Entry
	var of []*ToldRow
	for _, r := range b.Rows {
		last, n, known := ledger.PastVerdict{}, 0, false
		if book := b.Book(r.Customer); book != nil {
			last, known = book.Last(r.ID)
			n = len(book.History[r.ID])
		}
		if known && last.Verdict.Verdict == r.Verdict.String() {
			if !r.Noticed.Equal(last.Noticed) { // rows that are shown already are not written to
				r.Noticed = last.Noticed
			}
			continue
		}
		if k.ledger == nil {
			continue
		}
		e, err := verdictEntry(ctx, b, r, last.Verdict, known, n+1)
		if err != nil {
			return err
		}
		entries, of = append(entries, e), append(of, r)
	}
	for i := 0; i < len(entries); i += pageSize {
		end := min(i+pageSize, len(entries))
		kept, err := k.ledger.AppendLedger(ctx, entries[i:end]...)
		if err != nil {
			return fmt.Errorf("keep verdicts: %w", err)
		}
		for j := range kept {
			of[i+j].Noticed = kept[j].At
		}
	}
	return nil
}

func verdictEntry(ctx context.Context, b *Board, r *ToldRow, last ledger.Verdict, known bool, number int) (ledger.Entry, error) {
	v := ledger.Verdict{
		Verdict: r.Verdict.String(), Evidence: r.Evidence.String(), Because: r.Because, Since: r.Since, Day: b.Day, Datasets: b.Revision.Datasets,
	}
	if c, ok := b.state.Customer(r.Customer); ok {
		at, err := c.At(ctx, b.Day)
		if err != nil {
			return ledger.Entry{}, err
		}
		if at != nil {
			v.Version = at.Number
		}
	}
	switch {
	case !known:
		v.Cause = "FIRST"
	case last.Version != v.Version:
		v.Cause = "SETTINGS"
	case last.Datasets != v.Datasets:
		v.Cause = "DATASETS"
	case last.Evidence != v.Evidence || r.Verdict == claim.Broken || last.Verdict == claim.Broken.String():
		v.Cause = "OBSERVATIONS"
	default:
		v.Cause = "DAY"
	}
	body, err := json.Marshal(v)
	return ledger.Entry{
		ID: fmt.Sprintf("verdict/%s/%s/%d", r.Customer, r.ID, number), At: b.At.Truncate(time.Microsecond), Actor: "domicile", Customer: r.Customer,
		Claim: r.ID, Kind: ledger.VerdictChanged, Body: body,
	}, err
}
