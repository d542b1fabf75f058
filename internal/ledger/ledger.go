// Package ledger keeps what customers were told: claims registered for them, the
// waivers that somebody granted, and every verdict that a claim has had.
//
// What: an [Entry] is one thing that happened and is never changed; a [Book] is
// what the entries of one customer come to.
//
// How: a book is made by replay, in the order of the entries. A waiver changes no
// verdict: it stands beside it until the day it ends, and the verdict is without
// it again from the next day on. Nothing is removed.
//
// It is pure; stores keep entries, and the application judges.
package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"domicile/internal/footprint"
)

// Kind is what happened.
type Kind uint8

// The kinds of entry. The zero value is invalid.
const (
	InvalidKind    Kind = iota
	Registered          // a claim was registered
	Withdrawn           // a claim was withdrawn
	WaiverGranted       // a waiver was granted
	WaiverEnded         // a waiver was ended before its time
	VerdictChanged      // a claim was judged otherwise than before
	kindEnd
)

var kindNames = [...]string{"INVALID", "CLAIM_REGISTERED", "CLAIM_WITHDRAWN", "WAIVER_GRANTED", "WAIVER_ENDED", "VERDICT_CHANGED"}

// String returns the name that stores keep.
func (k Kind) String() string { return kindNames[k] }

// ParseKind reads a kind's name.
func ParseKind(text string) (Kind, error) {
	for k := Registered; k < kindEnd; k++ {
		if kindNames[k] == text {
			return k, nil
		}
	}
	return InvalidKind, fmt.Errorf("unknown kind of ledger entry %.40q", text)
}

// ErrEntry is wrapped by every fault of an entry.
var ErrEntry = errors.New("not a ledger entry")

// maxBody bounds the body of an entry, in bytes; maxID an id.
const (
	maxBody = 64 << 10
	maxID   = 200
)

// Entry is one thing that happened.
type Entry struct {
	Seq      int64  // of the store, ascending over all customers; 0 before it is kept
	ID       string // made by who writes it: writing it again adds nothing
	At       time.Time
	Actor    string // who: a role or token name, never an address
	Customer string
	Claim    string // id of the claim it is about
	Kind     Kind
	Body     []byte // JSON by kind: Registration, Waiver, Ending or Verdict; nil for none
}

// Validate refuses what no writer makes.
func (e *Entry) Validate() error {
	switch {
	case e.Kind == InvalidKind || e.Kind >= kindEnd:
		return fmt.Errorf("%w: no kind", ErrEntry)
	case e.ID == "" || e.Customer == "" || e.Claim == "" || e.Actor == "":
		return fmt.Errorf("%w: an id, a customer, a claim and an actor are needed", ErrEntry)
	case len(e.ID) > maxID || len(e.Claim) > maxID || len(e.Actor) > maxID || len(e.Body) > maxBody:
		return fmt.Errorf("%w: too long", ErrEntry)
	case e.At.IsZero():
		return fmt.Errorf("%w: no time", ErrEntry)
	}
	return nil
}

// Registration is a claim that a customer was told, as its words were.
type Registration struct {
	Preset     string         `json:"preset,omitempty"`
	Kind       string         `json:"kind,omitempty"`
	Within     []string       `json:"within,omitempty"`
	Except     []string       `json:"except,omitempty"`
	Reading    string         `json:"reading,omitempty"`
	Categories []string       `json:"categories,omitempty"`
	Activities []string       `json:"activities,omitempty"`
	Scopes     []Scope        `json:"scopes,omitempty"`
	Since      footprint.Date `json:"since"`
	Until      footprint.Date `json:"until,omitzero"`
	Contract   string         `json:"contract,omitempty"`
}

// Scope is a scope by kind and name.
type Scope struct {
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
}

// Waiver is somebody's word that a claim may fail for a while.
type Waiver struct {
	ID       string         `json:"id"`
	Category string         `json:"category,omitempty"` // data category; "" for every one
	Reason   string         `json:"reason"`
	Owner    string         `json:"owner"`
	Until    footprint.Date `json:"until"` // the last day
}

// Ending says why a claim was withdrawn or a waiver ended.
type Ending struct {
	Waiver string `json:"waiver,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Verdict is what a claim came to, from when it did.
type Verdict struct {
	Verdict  string         `json:"verdict"`
	Evidence string         `json:"evidence"`
	Cause    string         `json:"cause"` // FIRST, SETTINGS, DATASETS, DAY, OBSERVATIONS
	Because  string         `json:"because,omitempty"`
	Since    time.Time      `json:"since,omitzero"` // from when it was so, where that is known
	Day      footprint.Date `json:"day"`
	Datasets string         `json:"datasets"`
	Version  int            `json:"version"`
}

// Claim is a claim that was registered.
type Claim struct {
	ID string
	Registration
	By        string
	At        time.Time
	Withdrawn time.Time // zero while it stands
	Why       string    // it was withdrawn
}

// Applies reports whether the claim stands on a day, as far as is known at an
// instant.
func (c *Claim) Applies(day footprint.Date, known time.Time) bool {
	stands := c.Withdrawn.IsZero() || known.Before(c.Withdrawn)
	return stands && !c.At.After(known) && (footprint.Period{From: c.Since, To: c.Until}).Contains(day)
}

// GrantedWaiver is a waiver and what became of it.
type GrantedWaiver struct {
	Waiver
	Claim string
	By    string
	At    time.Time
	Ended time.Time // before its time; zero otherwise
}

// Covers reports whether the waiver stands on a day.
func (w *GrantedWaiver) Covers(day footprint.Date) bool { return w.Ended.IsZero() && day <= w.Until }

// PastVerdict is a verdict and when it was noticed.
type PastVerdict struct {
	Verdict
	Noticed time.Time
}

// Book is what the entries of one customer come to. It is immutable once made.
type Book struct {
	Claims  []Claim                  // in the order of registration
	Waivers []GrantedWaiver          // in the order of granting
	History map[string][]PastVerdict // by claim id, the oldest first
}

// Replay makes a book of entries in their order. Entries of another kind than this
// program knows, and endings of what the book does not have, are passed over.
func Replay(entries []Entry) (*Book, error) {
	b := &Book{History: map[string][]PastVerdict{}}
	for i := range entries {
		if err := b.take(&entries[i]); err != nil {
			return nil, fmt.Errorf("ledger entry %d: %w", entries[i].Seq, err)
		}
	}
	return b, nil
}

func (b *Book) take(e *Entry) error {
	switch e.Kind {
	case Registered:
		c := Claim{ID: e.Claim, By: e.Actor, At: e.At}
		if err := json.Unmarshal(e.Body, &c.Registration); err != nil {
			return err
		}
		b.Claims = append(b.Claims, c)
	case Withdrawn:
		var x Ending
		if err := json.Unmarshal(e.Body, &x); err != nil {
			return err
		}
		if c := b.claim(e.Claim); c != nil && c.Withdrawn.IsZero() {
			c.Withdrawn, c.Why = e.At, x.Reason
		}
	case WaiverGranted:
		w := GrantedWaiver{Claim: e.Claim, By: e.Actor, At: e.At}
		if err := json.Unmarshal(e.Body, &w.Waiver); err != nil {
			return err
		}
		b.Waivers = append(b.Waivers, w)
	case WaiverEnded:
		var x Ending
		if err := json.Unmarshal(e.Body, &x); err != nil {
			return err
		}
		for i := range b.Waivers {
			if w := &b.Waivers[i]; w.ID == x.Waiver && w.Ended.IsZero() {
				w.Ended = e.At
			}
		}
	case VerdictChanged:
		v := PastVerdict{Noticed: e.At}
		if err := json.Unmarshal(e.Body, &v.Verdict); err != nil {
			return err
		}
		b.History[e.Claim] = append(b.History[e.Claim], v)
	}
	return nil
}

func (b *Book) claim(id string) *Claim {
	i := slices.IndexFunc(b.Claims, func(c Claim) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &b.Claims[i]
}

// Claim finds a registered claim.
func (b *Book) Claim(id string) (Claim, bool) {
	if c := b.claim(id); c != nil {
		return *c, true
	}
	return Claim{}, false
}

// WaiversOf are the waivers of a claim that stand on a day.
func (b *Book) WaiversOf(claim string, day footprint.Date) []GrantedWaiver {
	var out []GrantedWaiver
	for _, w := range b.Waivers {
		if w.Claim == claim && w.Covers(day) {
			out = append(out, w)
		}
	}
	return out
}

// Last is the verdict that a claim was last noticed to have.
func (b *Book) Last(claim string) (PastVerdict, bool) {
	h := b.History[claim]
	if len(h) == 0 {
		return PastVerdict{}, false
	}
	return h[len(h)-1], true
}

// Limits of texts that people write, in bytes.
const (
	MaxReason   = 1000
	MaxContract = 200
	MaxOwner    = 200
)

// Text checks a text that a person wrote: what it is called, whether it is needed,
// and how long it may be. Control characters are refused.
func Text(name, text string, needed bool, most int) error {
	switch {
	case needed && strings.TrimSpace(text) == "":
		return fmt.Errorf("%s is missing", name)
	case len(text) > most:
		return fmt.Errorf("%s has %d bytes, at most %d", name, len(text), most)
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("%s holds a control character", name)
	}
	return nil
}
