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
	authenticator *auth.Authenticator
	rows          *auth.Rows
	secret        []byte
	identified    bool // an identity provider or an API token is configured
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
	f.Float64Var(&a.config.Rate, "rate", a.config.Rate, "units of cost that each caller may spend a second (0: no limit)")
	f.Float64Var(&a.config.Burst, "burst", a.config.Burst, "units that a caller may save up")
	f.StringVar(&a.config.Trusted, "trusted-documents", a.config.Trusted, "JSON file of documents by their SHA-256, trusted as the page's own are: GET serves them too")
	f.BoolVar(&a.config.TrustedOnly, "trusted-only", a.config.TrustedOnly, "refuse every document that is not trusted")
	f.BoolVar(&a.config.GraphiQL, "graphiql", a.config.GraphiQL, "serve a page to write queries in, at /graphiql/")
}

// provider makes the verifier of people's tokens; nil where no provider is
// configured. Nothing is asked of the provider yet, and nothing waits for it.
func (a *app) provider() (auth.Verifier, error) {
	o := a.config.OIDC
	if !o.Configured() {
		return nil, nil
	}
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
			return nil, fmt.Errorf("--oidc-role %q: %w", pair, err)
		}
		c.Roles[text] = role
	}
	v, err := openid.New(c)
	if err != nil {
		return nil, err
	}
	v.Warm()
	return v, nil
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
	people, err := a.provider()
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
	id.authenticator, err = auth.NewAuthenticator(auth.Options{Machines: tokens, People: people, Local: !id.identified, Now: a.clock})
	return id, err
}

// endpoint is the GraphQL endpoint for those who identify themselves.
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
		o.Rate, o.Burst = a.config.Rate, max(a.config.Burst, maxCost)
	}
	if o.Trusted, err = trusted(a.config.Trusted); err != nil {
		return nil, err
	}
	o.TrustedOnly = a.config.TrustedOnly
	handler, err := gql.NewHandler(built, o)
	if err != nil {
		return nil, err
	}
	return id.authenticator.Middleware(handler), nil
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
