package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"domicile/internal/api"
	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/auth/openid"
	"domicile/internal/auth/signin"
	"domicile/internal/gql"
	"domicile/internal/httpd"
)

// records is the part of a store that keeps tokens and the audit log.
type records interface {
	auth.TokenStore
	auth.AuditLog
}

// recordsOf finds that part.
func recordsOf(store atlas.Store) (records, error) {
	r, ok := store.(records)
	if !ok {
		return nil, errors.New("this store keeps neither API tokens nor an audit log")
	}
	return r, nil
}

// identity is how a server tells who asks.
type identity struct {
	spool         *auth.Spool
	authenticator *auth.Authenticator // of tokens
	page          *signin.Handler     // of people who sign in to the page; nil where nobody can
	rows          *auth.Rows
	tokens        *auth.Tokens
	secret        []byte
	budget        gql.Shared // of callers, where services share a store; else nil
	identified    bool       // an identity provider or an API token is configured
}

// identityFlags are the flags that say whose tokens are taken and what their
// holders may spend.
func (a *app) identityFlags(c *cobra.Command) {
	f, o := c.Flags(), &a.config.OIDC
	f.StringVar(&o.Issuer, "oidc-issuer", o.Issuer, "identity provider whose access tokens are taken, by its URL")
	f.StringVar(&o.Audience, "oidc-audience", o.Audience, "what the provider calls this service")
	f.StringVar(&o.RoleClaim, "oidc-role-claim", o.RoleClaim, "claim, or JSON Pointer, that holds the role")
	f.StringVar(&o.CustomerClaim, "oidc-customer-claim", o.CustomerClaim, "claim that holds the account of a CUSTOMER")
	f.StringVar(&o.GrantsClaim, "oidc-grants-claim", o.GrantsClaim, "claim that holds grants (hostnames)")
	f.StringSliceVar(&o.Roles, "oidc-role", o.Roles, "the provider's word for a role, as TEXT=ROLE; repeat it")
	f.StringVar(&o.ClientID, "oidc-client-id", o.ClientID, "what the provider calls the page; people can then sign in to it")
	f.StringVar(&o.SecretFile, "oidc-client-secret-file", o.SecretFile, "file of the page's secret at the provider (or DOMICILE_OIDC_CLIENT_SECRET); none with a public client")
	f.StringSliceVar(&o.Scopes, "oidc-scope", o.Scopes, "what the page asks the provider for beside openid")
	f.StringVar(&a.config.PublicURL, "public-url", a.config.PublicURL, "where people reach the page, as https://host; the provider sends them back to /auth/callback there")
	f.StringSliceVar(&a.config.Framing, "embed-in", a.config.Framing, "sites that may frame /embed/, as https://host; repeat it (default none)")
	f.Float64Var(&a.config.Rate, "rate", a.config.Rate, "units of cost that each caller may spend a second (0: no limit)")
	f.Float64Var(&a.config.Burst, "burst", a.config.Burst, "units that a caller may save up")
	f.StringVar(&a.config.Trusted, "trusted-documents", a.config.Trusted, "JSON file of documents by their SHA-256, trusted as the page's own are: GET serves them too")
	f.BoolVar(&a.config.TrustedOnly, "trusted-only", a.config.TrustedOnly, "refuse every document that is not trusted")
	f.BoolVar(&a.config.GraphiQL, "graphiql", a.config.GraphiQL, "serve a page to write queries in, at /graphiql/")
}

// provider is what is configured of the identity provider.
func (a *app) provider() (openid.Config, error) {
	o := a.config.OIDC
	c := openid.Config{
		Issuer: o.Issuer, Audience: o.Audience, RoleClaim: o.RoleClaim, CustomerClaim: o.CustomerClaim,
		GrantsClaim: o.GrantsClaim, Now: a.clock,
	}
	if len(o.Roles) > 0 {
		c.Roles = map[string]auth.Role{}
	}
	for _, pair := range o.Roles {
		text, name, _ := strings.Cut(pair, "=")
		role, err := auth.ParseRole(strings.ToUpper(name))
		if err != nil {
			return c, fmt.Errorf("--oidc-role %q: %w", pair, err)
		}
		c.Roles[text] = role
	}
	return c, nil
}

// people makes the verifier of people's tokens; nil where no provider is
// configured. Nothing is asked of the provider yet, and nothing waits for it.
func (a *app) people() (auth.Verifier, error) {
	if !a.config.OIDC.Configured() {
		return nil, nil
	}
	c, err := a.provider()
	if err != nil {
		return nil, err
	}
	v, err := openid.New(c)
	if err != nil {
		return nil, err
	}
	v.Warm()
	return v, nil
}

// signIn makes what lets people sign in to the page; nil where nobody can.
func (a *app) signIn(key auth.Key, rows *auth.Rows) (*signin.Handler, error) {
	o := a.config.OIDC
	if o.ClientID == "" {
		return nil, nil
	}
	c, err := a.provider()
	if err != nil {
		return nil, err
	}
	secret := o.Secret
	if o.SecretFile != "" {
		text, err := os.ReadFile(o.SecretFile)
		if err != nil {
			return nil, fmt.Errorf("--oidc-client-secret-file: %w", err)
		}
		if secret = strings.TrimSpace(string(text)); secret == "" {
			return nil, errors.New("--oidc-client-secret-file: the file is empty: leave the flag out for a public client")
		}
	}
	flow, err := openid.NewFlow(c, openid.Client{ID: o.ClientID, Secret: secret, Redirect: signin.CallbackURL(a.config.Page()), Scopes: o.Scopes})
	if err != nil {
		return nil, err
	}
	flow.Warm()
	return signin.New(signin.Config{URL: a.config.Page(), Provider: flow, Key: key.Derive, Record: rows.Signed, Log: a.logger(), Now: a.clock})
}

// identify says whose tokens the server takes. With neither a provider nor a
// live API token, everybody on this machine may do everything.
func (a *app) identify(ctx context.Context, store atlas.Store, log *slog.Logger) (*identity, error) {
	kept, err := recordsOf(store)
	if err != nil {
		return nil, err
	}
	spool := auth.NewSpool(kept, func(err error) bool { return errors.Is(err, atlas.ErrStoreUnavailable) }, log)
	key, err := auth.OpenKey(a.config.Data)
	if err != nil {
		return nil, err
	}
	people, err := a.people()
	if err != nil {
		return nil, err
	}
	tokens := auth.NewTokens(kept, key, a.clock)
	live, err := tokens.AnyLive(ctx)
	if err != nil {
		return nil, err
	}
	id := &identity{
		rows: auth.NewRows(spool, a.clock, httpd.RequestID), spool: spool, secret: key.Derive("masked digests"), identified: people != nil || live,
	}
	id.tokens = tokens
	if kept, ok := store.(budgetKeeper); ok {
		id.budget = &budget{kept, key.Derive("callers' budgets")}
	}
	if id.page, err = a.signIn(key, id.rows); err != nil {
		return nil, err
	}
	id.authenticator, err = auth.NewAuthenticator(auth.Options{Machines: tokens, People: people, Local: !id.identified, Now: a.clock})
	return id, err
}

// endpoint is the GraphQL endpoint, for the viewer of a request's context.
func (a *app) endpoint(c api.Config, id *identity) (http.Handler, error) {
	c.Rows, c.Secret, c.RequestID = id.rows, id.secret, httpd.RequestID
	built, err := api.New(c)
	if err != nil {
		return nil, err
	}
	o := gql.Options{
		Log: c.Log, Caller: caller, Now: a.clock, Admit: api.Admit(c.Service, a.config.MaxStale), Header: api.Header,
		Recheck: func(ctx context.Context) error {
			return errors.Join(auth.Recheck(ctx), api.Young(c.Service, a.config.MaxStale))
		},
		RequestID: func(r *http.Request) string { return httpd.RequestID(r.Context()) },
	}
	if id.identified {
		o.Rate, o.Burst, o.Shared = a.config.Rate, max(a.config.Burst, maxCost), id.budget
	}
	if o.Trusted, err = trusted(a.config.Trusted); err != nil {
		return nil, err
	}
	o.TrustedOnly = a.config.TrustedOnly
	return gql.NewHandler(built, o)
}

// identifies stands before the GraphQL endpoint: it takes tokens, and the
// cookies of people who signed in. Nothing else takes a cookie.
func (id *identity) identifies(next http.Handler) http.Handler {
	if id.page == nil {
		return id.authenticator.Middleware(next)
	}
	return id.authenticator.WithSessions(id.page).Middleware(next)
}

// caller is whose bucket is counted: each token's and each person's own, and one
// for all who say nothing.
func caller(r *http.Request) gql.Caller {
	v := auth.ViewerFrom(r.Context())
	if !v.Known() {
		return gql.Caller{NoIntrospection: true, MaxCost: maxCostOfNobody}
	}
	return gql.Caller{Key: v.Subject, MaxCost: maxCost}
}

// trusted are the documents that are always answered: those of the page, and
// those of a file where one is named.
func trusted(path string) (map[string]string, error) {
	documents, err := pageDocuments()
	if err != nil || path == "" {
		return documents, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	more, err := gql.ReadTrusted(f)
	maps.Copy(documents, more)
	return documents, errors.Join(err, f.Close())
}

// inside stands before what only those may read who identified themselves.
func (id *identity) inside(next http.Handler) http.Handler {
	return id.authenticator.Middleware(auth.Known(next))
}
