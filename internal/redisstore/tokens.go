package redisstore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/auth"
)

var _ auth.TokenStore = (*Store)(nil)

// storedToken is an API token as the hash of tokens holds it, under its id. The day of
// use lies in a hash of its own. Times count microseconds since 1970-01-01 UTC.
type storedToken struct {
	Name     string `json:"name"`
	Role     string `json:"role"`
	Customer string `json:"customer,omitempty"`
	Grants   string `json:"grants,omitempty"`
	Created  int64  `json:"created"`
	Expires  int64  `json:"expires"`
	Revoked  int64  `json:"revoked,omitempty"`
	MAC      []byte `json:"mac"`
}

func encodeToken(t auth.Token) ([]byte, error) {
	x := storedToken{
		Name: t.Name, Role: t.Role.String(), Customer: t.Customer, Grants: t.Grants.String(),
		Created: t.Created.UnixMicro(), Expires: t.Expires.UnixMicro(), MAC: t.MAC[:],
	}
	if !t.Revoked.IsZero() {
		x.Revoked = t.Revoked.UnixMicro()
	}
	return json.Marshal(x)
}

func decodeToken(id, text, used string) (t auth.Token, err error) {
	var x storedToken
	if err := json.Unmarshal([]byte(text), &x); err != nil {
		return t, fmt.Errorf("token %.20q: %w: %w", id, errTorn, err)
	}
	t = auth.Token{
		ID: id, Name: x.Name, Customer: x.Customer, Created: time.UnixMicro(x.Created).UTC(), Expires: time.UnixMicro(x.Expires).UTC(),
	}
	if x.Revoked != 0 {
		t.Revoked = time.UnixMicro(x.Revoked).UTC()
	}
	copy(t.MAC[:], x.MAC)
	var errs [3]error
	t.Role, errs[0] = auth.ParseRole(x.Role)
	t.Grants, errs[1] = auth.ParseGrants(x.Grants)
	if used != "" {
		t.LastUsed, errs[2] = time.Parse(time.DateOnly, used)
	}
	if err := errors.Join(errs[:]...); err != nil || len(x.MAC) != len(t.MAC) {
		return auth.Token{}, errors.Join(err, fmt.Errorf("token %.20q: %w", id, errTorn))
	}
	return t, nil
}

// allTokens are the tokens at one revision, ascending by name, creation and id.
type allTokens struct {
	revision string
	tokens   []auth.Token
}

func (s *Store) allTokens(ctx context.Context) (all allTokens, err error) {
	var meta *redis.SliceCmd
	var texts, used *redis.MapStringStringCmd
	// The revision first: tokens that change behind it are found stale by the script.
	_, err = s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		meta = p.HMGet(ctx, s.keys.meta(), "id", "tokens")
		texts = p.HGetAll(ctx, s.keys.part("tokens"))
		used = p.HGetAll(ctx, s.keys.part("tokens:used"))
		return nil
	})
	if err != nil {
		return all, err
	}
	id, _ := meta.Val()[0].(string)
	if err := s.same(id); err != nil {
		return all, err
	}
	all.revision, _ = meta.Val()[1].(string)
	if all.revision == "" {
		all.revision = "0"
	}
	for id, text := range texts.Val() {
		t, err := decodeToken(id, text, used.Val()[id])
		if err != nil {
			return all, err
		}
		all.tokens = append(all.tokens, t)
	}
	slices.SortFunc(all.tokens, func(a, b auth.Token) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	return all, nil
}

// AddToken adds an API token with its audit entry by one script. See [auth.TokenStore]
// for the contract.
func (s *Store) AddToken(ctx context.Context, t auth.Token, admit func([]auth.Token) error, e auth.Entry) error {
	doing := fmt.Sprintf("add a token of %q", t.Name)
	return s.writeToken(ctx, doing, "new", e, func(all allTokens) (*auth.Token, error) {
		same := slices.DeleteFunc(slices.Clone(all.tokens), func(x auth.Token) bool { return x.Name != t.Name })
		return &t, admit(same)
	})
}

// RevokeToken revokes an API token with its audit entry by one script. See
// [auth.TokenStore] for the contract.
func (s *Store) RevokeToken(ctx context.Context, id string, at time.Time, e auth.Entry) (t auth.Token, found bool, err error) {
	err = s.writeToken(ctx, fmt.Sprintf("revoke token %q", id), "old", e, func(all allTokens) (*auth.Token, error) {
		i := slices.IndexFunc(all.tokens, func(x auth.Token) bool { return x.ID == id })
		if found = i >= 0; !found {
			return nil, nil
		}
		if t = all.tokens[i]; !t.Revoked.IsZero() {
			return nil, nil
		}
		t.Revoked = at.UTC().Truncate(time.Microsecond)
		return &t, nil
	})
	if err != nil {
		return auth.Token{}, false, err
	}
	return t, found, nil
}

// writeToken writes the token that change makes of all of them, and its entry; nil
// writes nothing. Where others write meanwhile, change is asked again.
func (s *Store) writeToken(ctx context.Context, doing, age string, e auth.Entry, change func(allTokens) (*auth.Token, error)) error {
	if err := e.Validate(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	var refused error
	err := s.chain(ctx, doing, tokenScript, []auth.Entry{e}, func(ctx context.Context, c *chaining) error {
		for {
			all, err := s.allTokens(ctx)
			if err != nil {
				return err
			}
			t, err := change(all)
			if refused = err; err != nil || t == nil {
				return nil
			}
			text, err := encodeToken(*t)
			if err != nil {
				return err
			}
			if err := c.run(ctx, s, []string{s.keys.part("tokens")}, []any{all.revision, t.ID, age, text}); err != nil {
				return err
			}
			switch c.status {
			case "OK":
				return nil
			case "TAKEN":
				refused = fmt.Errorf("a token has the id %q already", t.ID)
				return nil
			case "STALE":
				if err := ctx.Err(); err != nil {
					return err
				}
			default:
				return fmt.Errorf("a script answered %.20q", c.status)
			}
		}
	})
	if err == nil && refused != nil {
		return fmt.Errorf("%s: %w", doing, refused)
	}
	return err
}

// RestoreToken brings a token from another store. See [auth.TokenMover].
func (s *Store) RestoreToken(ctx context.Context, t auth.Token) error {
	doing := fmt.Sprintf("restore token %q", t.ID)
	keys := []string{s.keys.meta(), s.keys.part("tokens")}
	var refused error
	err := s.patiently(ctx, doing, func(ctx context.Context) error {
		there, err := s.client.HGet(ctx, s.keys.part("tokens"), t.ID).Result()
		if err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
		put := t
		if there != "" {
			was, err := decodeToken(t.ID, there, "")
			if err != nil {
				return err
			}
			if !was.SameRights(t) {
				refused = auth.ErrOtherToken
				return nil
			}
			if !was.Revoked.IsZero() {
				put.Revoked = was.Revoked
			}
		}
		text, err := encodeToken(put)
		if err != nil {
			return err
		}
		return s.durably(ctx, func(ctx context.Context) error {
			answer, err := s.run(ctx, restoreTokenScript, keys, s.id, t.ID, there, text)
			if err == nil && answer != int64(1) {
				err = errStale
			}
			return err
		})
	})
	if err == nil && refused != nil {
		return fmt.Errorf("%s: %w", doing, refused)
	}
	if err != nil || t.LastUsed.IsZero() {
		return err
	}
	return s.TouchToken(ctx, t.ID, t.LastUsed)
}

// Token finds an API token by its id.
func (s *Store) Token(ctx context.Context, id string) (t auth.Token, found bool, err error) {
	err = s.patiently(ctx, "look up a token", func(ctx context.Context) error {
		var own, text, used *redis.StringCmd
		_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			own = p.HGet(ctx, s.keys.meta(), "id")
			text = p.HGet(ctx, s.keys.part("tokens"), id)
			used = p.HGet(ctx, s.keys.part("tokens:used"), id)
			return nil
		})
		if err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
		for _, c := range []*redis.StringCmd{own, text, used} {
			if err := c.Err(); err != nil && !errors.Is(err, redis.Nil) {
				return err
			}
		}
		if err := s.same(own.Val()); err != nil {
			return err
		}
		if found = text.Err() == nil; !found {
			return nil
		}
		t, err = decodeToken(id, text.Val(), used.Val())
		return err
	})
	if err != nil {
		return auth.Token{}, false, err
	}
	return t, found, nil
}

// Tokens returns all API tokens, ascending by name, creation and id.
func (s *Store) Tokens(ctx context.Context) ([]auth.Token, error) {
	var all allTokens
	err := s.patiently(ctx, "list tokens", func(ctx context.Context) (err error) {
		all, err = s.allTokens(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all.tokens, nil
}

// TouchToken notes the day on which an API token was used.
func (s *Store) TouchToken(ctx context.Context, id string, day time.Time) error {
	return s.patiently(ctx, fmt.Sprintf("note the use of token %q", id), func(ctx context.Context) error {
		keys := []string{s.keys.part("tokens"), s.keys.part("tokens:used")}
		_, err := s.run(ctx, touchScript, keys, id, day.UTC().Format(time.DateOnly))
		return err
	})
}
