package auth

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Lifetimes of API tokens.
const (
	DefaultTokenLife = 365 * 24 * time.Hour
	MaxTokenLife     = 2 * DefaultTokenLife
)

// maxLive is how many live tokens a name may have: the one in use and the one
// that replaces it.
const maxLive = 2

// Errors of managing tokens.
var (
	// ErrTokenLimit: the name already has two live tokens.
	ErrTokenLimit = errors.New("has two live tokens already")
	// ErrTokenName: the name has a live token with other rights.
	ErrTokenName = errors.New("has a live token with other rights")
	// ErrNoSuchToken: no token has that id.
	ErrNoSuchToken = errors.New("no such token")
	// ErrTokenSpec is wrapped by every fault of a token asked for.
	ErrTokenSpec = errors.New("bad token")
)

// Token is what is kept of an API token. All times are UTC.
type Token struct {
	ID       string
	Name     string // of the machine; up to two live tokens share one
	Role     Role
	Customer string // as in Viewer
	Grants   Grants
	Created  time.Time // microseconds
	Expires  time.Time // microseconds
	Revoked  time.Time // microseconds; zero while it is not
	LastUsed time.Time // the day, at midnight; zero for never
	MAC      MAC
}

// Live reports whether the token is neither revoked nor expired.
func (t Token) Live(now time.Time) bool { return t.Revoked.IsZero() && now.Before(t.Expires) }

// Viewer is who the token's holder is.
func (t Token) Viewer() Viewer {
	return Viewer{Subject: "token:" + t.Name + ":" + t.ID, Role: t.Role, Customer: t.Customer, Grants: t.Grants}
}

func (t Token) sameRights(o Token) bool {
	return t.Role == o.Role && t.Customer == o.Customer && t.Grants == o.Grants
}

// TokenStore keeps API tokens. It is safe for concurrent use, by several
// processes where the store allows it.
type TokenStore interface {
	// AddToken adds a token and appends the entry to the audit log, as one
	// atomic step. It first gives admit every token of that name, ascending by
	// Created and then ID; its error adds nothing and is wrapped. admit may be
	// called more than once. An id that exists is an error.
	AddToken(ctx context.Context, t Token, admit func(sameName []Token) error, e Entry) error
	// Token finds a token by its id.
	Token(ctx context.Context, id string) (t Token, found bool, err error)
	// Tokens returns all tokens, ascending by Name, Created and ID.
	Tokens(ctx context.Context) ([]Token, error)
	// RevokeToken revokes a token at an instant and appends the entry to the
	// audit log, as one atomic step, and returns the token. One that is revoked
	// already stays as it is, and nothing is appended.
	RevokeToken(ctx context.Context, id string, at time.Time, e Entry) (t Token, found bool, err error)
	// TouchToken notes the day on which a token was used, at midnight. A day
	// before the one noted, or an unknown id, changes nothing.
	TouchToken(ctx context.Context, id string, day time.Time) error
}

// TokenMover is a store whose tokens can be brought to another one, whose audit log
// comes with them.
type TokenMover interface {
	// RestoreToken makes a token be there as it is given, without an entry in the audit
	// log. One that is there takes on being revoked and the last day of use; it is an
	// error if its rights are others.
	RestoreToken(ctx context.Context, t Token) error
}

// ErrOtherToken: a token of the same id has other rights.
var ErrOtherToken = errors.New("a token of the same id has other rights")

// SameRights reports whether two tokens differ in nothing but being revoked and used.
func (t Token) SameRights(o Token) bool {
	t.Revoked, t.LastUsed, o.Revoked, o.LastUsed = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return t == o
}

// Spec says which token to make.
type Spec struct {
	Name     string        // of the machine: 1 to 64 of a-z, 0-9 and -
	Role     Role          // what it may do
	Customer string        // required for CUSTOMER, possible for INGEST, as in Viewer
	Grants   Grants        // only for SALES
	Life     time.Duration // 0 is DefaultTokenLife, at most MaxTokenLife
}

func (s Spec) validate() error {
	var errs []error
	fail := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	fail(!ValidID(s.Name), "bad name %q: want 1 to %d of a-z, 0-9 and -", clip(s.Name), maxID)
	fail(s.Role == NoRole || int(s.Role) >= len(roleNames), "it has no role: want CUSTOMER, SALES, PRIVACY or INGEST")
	fail(s.Customer != "" && !ValidID(s.Customer), "bad customer id %q: want 1 to %d of a-z, 0-9 and -", clip(s.Customer), maxID)
	fail(s.Role == Customer && s.Customer == "", "a CUSTOMER token belongs to one customer: name it")
	fail((s.Role == Sales || s.Role == Privacy) && s.Customer != "", "a %s token sees all customers: name none", s.Role)
	fail(s.Role != Sales && s.Grants != 0, "only a SALES token takes grants")
	fail(s.Life < 0 || s.Life > MaxTokenLife, "it would live for %s: want up to %s", s.Life, MaxTokenLife)
	if len(errs) > 0 {
		return fmt.Errorf("%w: %w", ErrTokenSpec, errors.Join(errs...))
	}
	return nil
}

// Tokens makes, revokes and verifies API tokens.
type Tokens struct {
	store TokenStore
	key   Key
	now   func() time.Time
}

// NewTokens returns the tokens of a store, kept under a server key.
func NewTokens(store TokenStore, key Key, now func() time.Time) *Tokens {
	return &Tokens{store: store, key: key, now: now}
}

// Create makes a token. The text is shown here and never again; only its MAC is
// kept. The viewer of ctx must be PRIVACY or Local.
func (ts *Tokens) Create(ctx context.Context, s Spec) (TokenText, Token, error) {
	e, err := ts.entry(ctx, CreateToken)
	if err == nil {
		err = s.validate()
	}
	if err != nil {
		return TokenText{}, Token{}, fmt.Errorf("create token: %w", err)
	}
	if s.Life == 0 {
		s.Life = DefaultTokenLife
	}
	text := newTokenText(s.Role)
	t := Token{
		ID: text.id, Name: s.Name, Role: s.Role, Customer: s.Customer, Grants: s.Grants,
		Created: e.At, Expires: e.At.Add(s.Life).Truncate(time.Microsecond), MAC: ts.key.mac(text),
	}
	e.Customer, e.After = t.Customer, t.ID
	err = ts.store.AddToken(ctx, t, func(sameName []Token) error { return admit(t, sameName) }, e)
	if err != nil {
		return TokenText{}, Token{}, fmt.Errorf("create token: %w", err)
	}
	return text, t, nil
}

// admit decides whether t may join the tokens of its name.
func admit(t Token, sameName []Token) error {
	var live []string
	for _, o := range sameName {
		if !o.Live(t.Created) {
			continue
		}
		if !t.sameRights(o) {
			return fmt.Errorf("%s %w (%s): choose another name, or revoke that one first", t.Name, ErrTokenName, o.ID)
		}
		live = append(live, fmt.Sprintf("%s (created %s)", o.ID, o.Created.Format(time.DateOnly)))
	}
	if len(live) >= maxLive {
		return fmt.Errorf("%s %w: revoke one of %s first", t.Name, ErrTokenLimit, strings.Join(live, " and "))
	}
	return nil
}

// List returns all tokens, revoked and expired ones included. The viewer of ctx
// must be PRIVACY or Local.
func (ts *Tokens) List(ctx context.Context) ([]Token, error) {
	if err := ViewerFrom(ctx).Require(Privacy); err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	all, err := ts.store.Tokens(ctx)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return all, nil
}

// Revoke ends a token for good and returns it. Other processes may accept it
// for MaxCacheFor more. The viewer of ctx must be PRIVACY or Local.
func (ts *Tokens) Revoke(ctx context.Context, id string) (Token, error) {
	e, err := ts.entry(ctx, RevokeToken)
	if err != nil {
		return Token{}, fmt.Errorf("revoke token: %w", err)
	}
	if !ValidTokenID(id) {
		return Token{}, fmt.Errorf("revoke token %q: %w: want the %d characters that token list shows", clip(id), ErrNoSuchToken, idLength)
	}
	e.Before = id
	t, found, err := ts.store.RevokeToken(ctx, id, e.At, e)
	switch {
	case err != nil:
		return Token{}, fmt.Errorf("revoke token %s: %w", id, err)
	case !found:
		return Token{}, fmt.Errorf("revoke token %s: %w", id, ErrNoSuchToken)
	}
	return t, nil
}

// entry begins the audit entry of managing a token.
func (ts *Tokens) entry(ctx context.Context, a Action) (Entry, error) {
	v := ViewerFrom(ctx)
	return Entry{At: instant(ts.now), Subject: v.Subject, Role: v.Role, Action: a}, v.Require(Privacy)
}

// AnyLive reports whether there is an API token that somebody could use; embed tokens
// are none.
func (ts *Tokens) AnyLive(ctx context.Context) (bool, error) {
	all, err := ts.store.Tokens(ctx)
	if err != nil {
		return false, fmt.Errorf("look for API tokens: %w", err)
	}
	now := ts.now()
	return slices.ContainsFunc(all, func(t Token) bool { return t.Live(now) && t.MAC != (MAC{}) }), nil
}

// Verify returns who holds an API token, and until when that is so. The error
// wraps ErrInvalidToken, or is the store's.
func (ts *Tokens) Verify(ctx context.Context, text string) (Viewer, time.Time, error) {
	sent, err := ParseToken(text)
	if err != nil {
		return Viewer{}, time.Time{}, Invalid("the API token was cut or typed wrongly", err)
	}
	t, found, err := ts.store.Token(ctx, sent.id)
	if err != nil {
		return Viewer{}, time.Time{}, fmt.Errorf("look up an API token: %w", err)
	}
	mac := ts.key.mac(sent)
	same := hmac.Equal(mac[:], t.MAC[:])
	now := ts.now()
	switch {
	case !same || !found || t.MAC == (MAC{}):
		return Viewer{}, time.Time{}, Invalid("nobody has this API token", nil)
	case !t.Revoked.IsZero():
		return Viewer{}, time.Time{}, Invalid("the API token was revoked", nil)
	case !t.Live(now):
		return Viewer{}, time.Time{}, Invalid("the API token has expired", nil)
	}
	ts.touch(ctx, t, now)
	return t.Viewer(), t.Expires, nil
}

// touchFor bounds how long noting a use may hold up a request.
const touchFor = 250 * time.Millisecond

// touch notes the day of use, once a day. It is a convenience: a store that
// cannot write now does not keep anybody out.
func (ts *Tokens) touch(ctx context.Context, t Token, now time.Time) {
	day := now.UTC().Truncate(24 * time.Hour)
	if !day.After(t.LastUsed) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, touchFor)
	defer cancel()
	_ = ts.store.TouchToken(ctx, t.ID, day)
}
