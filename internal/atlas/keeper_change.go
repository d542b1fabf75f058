package atlas

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/ledger"
	"domicile/internal/residency"
)

// maxWaiver is how long a waiver may last, in days.
const maxWaiver = 2 * 366

// Register registers a claim that a customer is told. Registering it again, while it
// stands, changes nothing. Since is today where it is not given.
func (k *Keeper) Register(ctx context.Context, customer string, r ledger.Registration, actor string) (*Told, error) {
	st := k.State()
	c, err := k.changeable(st, customer)
	if err != nil {
		return nil, err
	}
	if r.Since.IsZero() {
		r.Since = k.Today()
	}
	if err := k.registrable(ctx, st, c, &r); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	body, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	id, err := k.newClaimID(ctx, customer, body)
	if err != nil {
		return nil, err
	}
	kept, err := k.append(ctx, ledger.Entry{ID: "register/" + customer + "/" + id, Actor: actor, Customer: customer, Claim: id, Kind: ledger.Registered, Body: body})
	if err != nil {
		return nil, err
	}
	book, err := ledger.Replay(kept)
	if err != nil {
		return nil, err
	}
	return st.Reference.toldOf(customer, &book.Claims[0])
}

// registrable reports what is wrong with a claim to register, all of it.
func (k *Keeper) registrable(ctx context.Context, st *State, c *Customer, r *ledger.Registration) error {
	a, err := k.Answer(ctx, st, c, k.Today())
	if err != nil {
		return err
	}
	errs := []error{ledger.Text("the contract", r.Contract, false, ledger.MaxContract)}
	if r.Until != 0 && r.Until < r.Since {
		errs = append(errs, fmt.Errorf("it ends on %s, before it begins on %s", r.Until, r.Since))
	}
	in, err := claimInput(r)
	if err == nil {
		var cl claim.Claim
		if cl, err = st.Reference.Claim(in); err == nil {
			_, err = k.Judge(a, cl) // a scope that is not there
		}
	}
	return errors.Join(append(errs, err)...)
}

// newClaimID names a claim by what it says: a claim that stands keeps its id, one that
// was withdrawn gets another when it is registered again.
func (k *Keeper) newClaimID(ctx context.Context, customer string, body []byte) (string, error) {
	book, err := k.bookOf(ctx, customer)
	if err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		id := nameOf("claim", "%q %d %s", customer, n, body)
		if c, ok := book.Claim(id); !ok || c.Withdrawn.IsZero() {
			return id, nil
		}
	}
}

// nameOf names something by what it says.
func nameOf(kind, format string, args ...any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, format, args...))
	return kind + "-" + hex.EncodeToString(sum[:8])
}

// bookOf reads what the ledger has of a customer now.
func (k *Keeper) bookOf(ctx context.Context, customer string) (*ledger.Book, error) {
	var all []ledger.Entry
	for after := int64(0); ; after = all[len(all)-1].Seq {
		page, err := k.ledger.Ledger(ctx, customer, after, pageSize)
		if err != nil {
			return nil, fmt.Errorf("read the ledger of %s: %w", customer, err)
		}
		if all = append(all, page...); len(page) < pageSize {
			return ledger.Replay(all)
		}
	}
}

// append keeps an entry, and lets the board show it. Where the board cannot be made
// anew now, the next update does it.
func (k *Keeper) append(ctx context.Context, e ledger.Entry) ([]ledger.Entry, error) {
	e.At = k.Now().Truncate(time.Microsecond)
	kept, err := k.ledger.AppendLedger(ctx, e)
	if err != nil {
		return nil, err
	}
	if err := k.Update(ctx); err != nil {
		return kept, fmt.Errorf("%w: %w", ErrStale, err)
	}
	return kept, nil
}

// Withdraw ends a registered claim.
func (k *Keeper) Withdraw(ctx context.Context, customer, id, reason, actor string) error {
	book, err := k.endable(ctx, customer, reason)
	if err != nil {
		return err
	}
	if _, ok := book.Claim(id); !ok {
		return fmt.Errorf("%w: no claim %q is registered; a promise of the settings ends with the settings", ErrInput, clip(id))
	}
	body, err := json.Marshal(ledger.Ending{Reason: reason})
	if err != nil {
		return err
	}
	_, err = k.append(ctx, ledger.Entry{ID: "withdraw/" + customer + "/" + id, Actor: actor, Customer: customer, Claim: id, Kind: ledger.Withdrawn, Body: body})
	return err
}

// changeable finds the customer whose claims are to be changed.
func (k *Keeper) changeable(st *State, customer string) (*Customer, error) {
	c, ok := st.Customer(customer)
	if !ok {
		return nil, fmt.Errorf("customer %q: %w", clip(customer), ErrNotFound)
	}
	if k.ledger == nil {
		return nil, fmt.Errorf("%w: %w", ErrStoreUnavailable, ErrNoLedger)
	}
	return c, nil
}

// endable reads the book of a customer of which something is to be ended for a reason.
func (k *Keeper) endable(ctx context.Context, customer, reason string) (*ledger.Book, error) {
	if _, err := k.changeable(k.State(), customer); err != nil {
		return nil, err
	}
	if err := ledger.Text("the reason", reason, false, ledger.MaxReason); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	return k.bookOf(ctx, customer)
}

// GrantWaiver grants a waiver of a claim that the customer was told, until a day that
// it still holds on. It changes no verdict.
func (k *Keeper) GrantWaiver(ctx context.Context, customer, id string, w ledger.Waiver, actor string) (*ledger.GrantedWaiver, error) {
	st := k.State()
	c, err := k.changeable(st, customer)
	if err != nil {
		return nil, err
	}
	if err := k.grantable(ctx, st, c, id, &w); err != nil {
		return nil, err
	}
	now := k.Now().Truncate(time.Microsecond)
	w.ID = nameOf("waiver", "%q %q %d %q %q %s", customer, id, now.UnixMicro(), w.Reason, w.Owner, w.Until)
	body, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	if _, err := k.append(ctx, ledger.Entry{ID: "waive/" + customer + "/" + w.ID, Actor: actor, Customer: customer, Claim: id, Kind: ledger.WaiverGranted, Body: body}); err != nil {
		return nil, err
	}
	return &ledger.GrantedWaiver{Waiver: w, Claim: id, By: actor, At: now}, nil
}

func (k *Keeper) grantable(ctx context.Context, st *State, c *Customer, id string, w *ledger.Waiver) error {
	errs := []error{
		ledger.Text("the reason", w.Reason, true, ledger.MaxReason), ledger.Text("the owner", w.Owner, true, ledger.MaxOwner),
	}
	today := k.Today()
	switch {
	case w.Until < today:
		errs = append(errs, fmt.Errorf("a waiver has a last day, today or later; %s is not one", w.Until))
	case w.Until > today+footprint.Date(maxWaiver):
		errs = append(errs, fmt.Errorf("a waiver lasts %d days at most", maxWaiver))
	}
	if w.Category != "" {
		category, err := residency.ParseCategory(w.Category)
		errs = append(errs, err)
		w.Category = category.String()
	}
	book, err := k.bookOf(ctx, c.ID)
	if err != nil {
		return err
	}
	told, err := k.told(ctx, st, c, book, today)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(told, func(t Told) bool { return t.ID == id }) {
		errs = append(errs, fmt.Errorf("the customer was told no claim %q", clip(id)))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%w: %w", ErrInput, err)
	}
	return nil
}

// EndWaiver ends a waiver before its time, and returns of which claim it was. Ending it
// again changes nothing.
func (k *Keeper) EndWaiver(ctx context.Context, customer, waiver, reason, actor string) (claimID string, err error) {
	book, err := k.endable(ctx, customer, reason)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(book.Waivers, func(w ledger.GrantedWaiver) bool { return w.ID == waiver })
	if i < 0 {
		return "", fmt.Errorf("%w: there is no waiver %q", ErrInput, clip(waiver))
	}
	claimID = book.Waivers[i].Claim
	body, err := json.Marshal(ledger.Ending{Waiver: waiver, Reason: reason})
	if err != nil {
		return "", err
	}
	_, err = k.append(ctx, ledger.Entry{ID: "endwaiver/" + customer + "/" + waiver, Actor: actor, Customer: customer, Claim: claimID, Kind: ledger.WaiverEnded, Body: body})
	return claimID, err
}
