package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Lifetimes of embed tokens.
const (
	DefaultEmbedLife = 30 * 24 * time.Hour
	MaxEmbedLife     = 366 * 24 * time.Hour
)

// Embed is what an embed token names: one claim about one customer, in a reading.
type Embed struct{ Customer, Claim, Reading string }

// ErrNoEmbed: nobody has this embed token, or no longer. What is wrong with it is
// not told.
var ErrNoEmbed = errors.New("no such embed token")

// maxEmbed bounds the text of an embed token.
const maxEmbed = 512

func (e Embed) valid() bool { return ValidID(e.Customer) && ValidID(e.Claim) && ValidID(e.Reading) }

// seal is the MAC of an embed token.
func (ts *Tokens) seal(id string, e Embed) string {
	h := hmac.New(sha256.New, ts.key.Derive("embed token"))
	io.WriteString(h, id+"."+e.Customer+"."+e.Claim+"."+e.Reading)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// CreateEmbed makes a token that shows the verdict of one claim to whoever has its
// text, and gives no other right: nothing of the API takes it. It is listed and
// revoked like an API token. The viewer of ctx must be PRIVACY or Local.
func (ts *Tokens) CreateEmbed(ctx context.Context, e Embed, life time.Duration) (string, Token, error) {
	entry, err := ts.entry(ctx, CreateToken)
	if err == nil && (!e.valid() || life < 0 || life > MaxEmbedLife) {
		err = fmt.Errorf("%w: want a customer, a claim and a reading by id, for at most %s", ErrTokenSpec, MaxEmbedLife)
	}
	if err != nil {
		return "", Token{}, fmt.Errorf("create embed token: %w", err)
	}
	if life == 0 {
		life = DefaultEmbedLife
	}
	id := newTokenText(Customer).id
	t := Token{
		ID: id, Name: "embed-" + id, Role: Customer, Customer: e.Customer,
		Created: entry.At, Expires: entry.At.Add(life).Truncate(time.Microsecond), // no MAC: it is no API token
	}
	entry.Customer, entry.After = t.Customer, "embed "+id+" "+e.Claim
	if err := ts.store.AddToken(ctx, t, func([]Token) error { return nil }, entry); err != nil {
		return "", Token{}, fmt.Errorf("create embed token: %w", err)
	}
	return strings.Join([]string{id, e.Customer, e.Claim, e.Reading, ts.seal(id, e)}, "."), t, nil
}

// Embed returns what an embed token names. The error wraps ErrNoEmbed where it was
// never made, has ended or was revoked, or is the store's.
func (ts *Tokens) Embed(ctx context.Context, text string) (Embed, error) {
	parts := strings.Split(text, ".")
	if len(text) > maxEmbed || len(parts) != 5 {
		return Embed{}, ErrNoEmbed
	}
	id, e := parts[0], Embed{Customer: parts[1], Claim: parts[2], Reading: parts[3]}
	if !e.valid() || !ValidTokenID(id) || !hmac.Equal([]byte(parts[4]), []byte(ts.seal(id, e))) {
		return Embed{}, ErrNoEmbed
	}
	t, found, err := ts.store.Token(ctx, id)
	switch {
	case err != nil:
		return Embed{}, fmt.Errorf("look up an embed token: %w", err)
	case !found || !t.Live(ts.now()) || t.Customer != e.Customer || t.MAC != (MAC{}):
		return Embed{}, ErrNoEmbed
	}
	return e, nil
}

// Viewer is who looks at an embed: the customer itself, and nobody by name.
func (e Embed) Viewer() Viewer { return Viewer{Subject: "embed", Role: Customer, Customer: e.Customer} }
