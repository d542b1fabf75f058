package openid

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"domicile/internal/auth"
)

// Client is what this service is to the provider when it signs people in.
type Client struct {
	ID       string
	Secret   string   // empty for a public client, which PKCE protects
	Redirect string   // the address of this service's callback
	Scopes   []string // beside openid
}

// Person is somebody whom the provider vouches for.
type Person struct {
	auth.Viewer
	Name    string // for the eyes only
	Refresh string // refresh token; empty where none is offered
	// Silent is true where the provider let somebody stay without saying who
	// that now is; the viewer is then nobody.
	Silent bool
}

// endpointsFor is how long what discovery said of the endpoints is believed.
const endpointsFor = time.Hour

// maxName bounds a person's name, in runes.
const maxName = 60

// Flow signs people in by the authorization code flow with PKCE. Make one with
// NewFlow. What it says of a person comes from the ID token, under the rules for
// access tokens: same claims, same roles.
type Flow struct {
	cfg    Config
	client Client
	ids    *Verifier

	mu     sync.Mutex
	found  *endpoints
	at     time.Time // when they were found
	tried  time.Time
	failed error
}

// endpoints are where the provider does what.
type endpoints struct {
	oauth2.Endpoint
	EndSession  string   `json:"end_session_endpoint"`
	Revocation  string   `json:"revocation_endpoint"`
	NamesItself bool     `json:"authorization_response_iss_parameter_supported"`
	Methods     []string `json:"code_challenge_methods_supported"`
}

// NewFlow returns a flow. It checks the config and fetches nothing. The
// config's Audience is that of access tokens and not used: an ID token is for
// the client.
func NewFlow(c Config, client Client) (*Flow, error) {
	var errs []error
	if client.ID == "" {
		errs = append(errs, errors.New("the client id is empty: name what the provider calls this service's page"))
	}
	if err := checkURL(client.Redirect); err != nil {
		errs = append(errs, fmt.Errorf("address of the callback: %w", err))
	}
	c.Audience = client.ID
	ids, err := New(c)
	if err = errors.Join(append(errs, err)...); err != nil {
		return nil, fmt.Errorf("sign-in: %w", err)
	}
	return &Flow{cfg: ids.cfg, client: client, ids: ids}, nil
}

// Warm begins to fetch the provider's keys and returns at once.
func (f *Flow) Warm() { f.ids.Warm() }

// Begin returns the provider's address at which somebody signs in. The texts are
// random: state and nonce tie the answer to the browser and the ID token to the
// question, verifier proves that both ends of the flow are one.
func (f *Flow) Begin(ctx context.Context, state, nonce, verifier string) (string, error) {
	e, err := f.endpoints(ctx)
	if err != nil {
		return "", err
	}
	return f.oauth(e).AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), nil
}

// NewVerifier returns a verifier for Begin and Finish.
func NewVerifier() string { return oauth2.GenerateVerifier() }

// Finish exchanges the code of the provider's answer. issuer is the answer's iss
// parameter: an answer of another provider, or one without a name where the
// provider gives it, is refused.
func (f *Flow) Finish(ctx context.Context, code, issuer, verifier, nonce string) (Person, error) {
	e, err := f.endpoints(ctx)
	if err != nil {
		return Person{}, err
	}
	if issuer != f.cfg.Issuer && (issuer != "" || e.NamesItself) {
		return Person{}, auth.Invalid("the answer is not of this service's identity provider", nil)
	}
	token, err := f.oauth(e).Exchange(f.context(ctx), code, oauth2.VerifierOption(verifier))
	if err != nil {
		return Person{}, explainExchange(err)
	}
	return f.person(ctx, token, nonce, "")
}

// Again asks whether somebody may still be here, and who they now are. A
// provider that sends no new ID token has only said that they may: the person is
// then silent.
func (f *Flow) Again(ctx context.Context, refresh, subject string) (Person, error) {
	e, err := f.endpoints(ctx)
	if err != nil {
		return Person{}, err
	}
	token, err := f.oauth(e).TokenSource(f.context(ctx), &oauth2.Token{RefreshToken: refresh}).Token()
	if err != nil {
		return Person{}, explainExchange(err)
	}
	if _, ok := token.Extra("id_token").(string); !ok {
		return Person{Silent: true, Refresh: token.RefreshToken}, nil
	}
	return f.person(ctx, token, "", subject)
}

// person reads the ID token of an answer. With a nonce it must be the answer to
// that question; with a subject it must be of the same person.
func (f *Flow) person(ctx context.Context, token *oauth2.Token, nonce, subject string) (Person, error) {
	text, _ := token.Extra("id_token").(string)
	if text == "" {
		return Person{}, auth.Invalid("the identity provider sent no ID token", nil)
	}
	viewer, claims, _, err := f.ids.verify(ctx, text)
	if err != nil {
		return Person{}, err
	}
	given, _ := claims["nonce"].(string)
	party, named := claims["azp"].(string)
	switch {
	case nonce != "" && given != nonce:
		return Person{}, auth.Invalid("the ID token answers another question", nil)
	case named && party != f.client.ID:
		return Person{}, auth.Invalid("the ID token is for another service", nil)
	case subject != "" && viewer.Subject != subject:
		return Person{}, auth.Invalid("the ID token is of another person", nil)
	}
	return Person{Viewer: viewer, Name: nameOf(claims), Refresh: token.RefreshToken}, nil
}

// nameOf is what to call a person on the page.
func nameOf(claims map[string]any) string {
	for _, claim := range []string{"name", "preferred_username", "email"} {
		text, _ := claims[claim].(string)
		text = strings.TrimSpace(strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
				return -1
			}
			return r
		}, text))
		if runes := []rune(text); len(runes) > maxName {
			text = string(runes[:maxName])
		}
		if text != "" {
			return text
		}
	}
	return ""
}

// Revoke tells the provider that a refresh token is used no more, where it can
// be told.
func (f *Flow) Revoke(ctx context.Context, refresh string) error {
	e, err := f.endpoints(ctx)
	if err != nil || e.Revocation == "" || refresh == "" {
		return err
	}
	form := url.Values{"token": {refresh}, "token_type_hint": {"refresh_token"}}
	if f.client.Secret == "" {
		form.Set("client_id", f.client.ID)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.Revocation, strings.NewReader(form.Encode()))
	if err != nil {
		return errors.New("the provider's revocation endpoint is no address")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if f.client.Secret != "" {
		req.SetBasicAuth(url.QueryEscape(f.client.ID), url.QueryEscape(f.client.Secret))
	}
	resp, err := f.ids.ring.client.Do(req)
	if err != nil {
		return errors.New("the provider's revocation endpoint does not answer")
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the provider's revocation endpoint answers %d", resp.StatusCode)
	}
	return nil
}

// EndSession is the provider's address at which its own session ends and which
// comes back to after; empty where it has none.
func (f *Flow) EndSession(ctx context.Context, after string) string {
	e, err := f.endpoints(ctx)
	if err != nil || e.EndSession == "" {
		return ""
	}
	u, err := url.Parse(e.EndSession)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", f.client.ID)
	q.Set("post_logout_redirect_uri", after)
	u.RawQuery = q.Encode()
	return u.String()
}

func (f *Flow) context(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, f.ids.ring.client)
}

func (f *Flow) oauth(e *endpoints) *oauth2.Config {
	return &oauth2.Config{
		ClientID: f.client.ID, ClientSecret: f.client.Secret, Endpoint: e.Endpoint, RedirectURL: f.client.Redirect,
		Scopes: append([]string{oidc.ScopeOpenID}, f.client.Scopes...),
	}
}

// endpoints asks the provider where it does what, now and then.
func (f *Flow) endpoints(ctx context.Context) (*endpoints, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.cfg.Now()
	if f.found != nil && now.Sub(f.at) < endpointsFor {
		return f.found, nil
	}
	if f.failed != nil && now.Sub(f.tried) < f.cfg.MinInterval {
		return f.found, f.unlessFound(f.failed)
	}
	f.tried = now
	e, err := f.discover(ctx)
	f.failed = err
	if err != nil {
		return f.found, f.unlessFound(unavailable(err))
	}
	f.found, f.at = e, now
	return e, nil
}

// unlessFound lets what was found before go on serving.
func (f *Flow) unlessFound(err error) error {
	if f.found != nil {
		return nil
	}
	if errors.Is(err, auth.ErrProviderUnavailable) {
		return err
	}
	return unavailable(err)
}

func (f *Flow) discover(ctx context.Context) (*endpoints, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), f.cfg.Timeout)
	defer cancel()
	provider, err := oidc.NewProvider(f.context(ctx), f.cfg.Issuer)
	if err != nil {
		return nil, fmt.Errorf("discover %s: %w", f.cfg.Issuer, clipped(err))
	}
	e := &endpoints{}
	if err := provider.Claims(e); err != nil {
		return nil, fmt.Errorf("discover %s: %w", f.cfg.Issuer, clipped(err))
	}
	e.Endpoint = provider.Endpoint()
	if f.client.Secret == "" {
		e.AuthStyle = oauth2.AuthStyleInParams
	}
	for name, address := range map[string]string{
		"authorization_endpoint": e.AuthURL, "token_endpoint": e.TokenURL, "end_session_endpoint": e.EndSession, "revocation_endpoint": e.Revocation,
	} {
		optional := name == "end_session_endpoint" || name == "revocation_endpoint"
		if err := checkURL(address); err != nil && (address != "" || !optional) {
			return nil, fmt.Errorf("discover %s: %s: %w", f.cfg.Issuer, name, err)
		}
	}
	if len(e.Methods) > 0 && !slices.Contains(e.Methods, "S256") {
		return nil, fmt.Errorf("discover %s: it takes no PKCE with S256", f.cfg.Issuer)
	}
	return e, nil
}

// explainExchange says why there is no token, without anything of the answer,
// which may hold one. Only a refusal that the provider states is one: whatever
// else goes wrong may be right the next time.
func explainExchange(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		switch refused.ErrorCode {
		case "invalid_grant", "access_denied", "invalid_request":
			return auth.Invalid("the identity provider refused", errors.New(refused.ErrorCode))
		case "invalid_client", "unauthorized_client":
			return unavailable(errors.New("it does not take this service's client id or secret"))
		}
	}
	return unavailable(errors.New("its token endpoint sent no tokens"))
}
