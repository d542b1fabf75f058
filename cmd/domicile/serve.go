package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"

	"github.com/spf13/cobra"

	"domicile/datasets"
	"domicile/internal/api"
	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/geoip"
	"domicile/internal/graphiql"
	"domicile/internal/hexgrid"
	"domicile/internal/httpd"
	"domicile/schema"
)

// maxCost is the dearest operation that runs: the largest page of everything
// about every customer costs about a tenth of it.
const (
	maxCost         = 50_000
	maxCostOfNobody = 5_000
)

const serveLong = `Serve answers over HTTP: /graphql, /schema.graphql, /healthz, /readyz, and a page.
With neither an identity provider (--oidc-issuer) nor an API token (domicile token
create) everybody on this machine may ask and change everything, and only loopback
addresses are served. With either, every request names its sender by
Authorization: Bearer, and any address may be served. An API token that is made
while the service runs is taken at once by one that has tokens already.
With --oidc-client-id people sign in to the page at the provider too.
What other processes import into the same store is seen within a second. Any
number of services may share a store in Redis (--store, or DOMICILE_STORE where
the address holds a password).

While the store does not answer, questions are answered from the last good state,
marked stale with its age, for --max-stale at most; changes are refused.`

const serveExample = `  domicile serve --demo
  domicile serve --listen 127.0.0.1:9000 --data /var/lib/domicile
  domicile serve --store redis+cluster://10.0.0.1,10.0.0.2
  domicile serve --listen :8080 --oidc-issuer https://id.example.com --oidc-audience domicile \
    --oidc-role-claim /realm_access/roles --oidc-customer-claim account \
    --oidc-client-id domicile-page --public-url https://domicile.example.com
  DOMICILE_LISTEN=127.0.0.1:9000 domicile serve`

func (a *app) serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "serve", Short: "Answer over HTTP", Long: serveLong, Example: serveExample, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.serve(c.Context()) },
	}
	f := c.Flags()
	f.StringVar(&a.config.Listen, "listen", a.config.Listen, "address to listen on")
	f.DurationVar(&a.config.MaxStale, "max-stale", a.config.MaxStale, "how long the store may be silent before nothing is answered any more")
	f.BoolVar(&a.config.Demo, "demo", false, "import the demo fleet, and logs that never happened, where the store lacks them")
	f.StringVar(&a.config.GeoIP, "geoip", a.config.GeoIP, "address database that replaces the embedded one (GeoIP2, GeoLite2, DB-IP)")
	f.StringVar(&a.config.LogFormat, "log-format", a.config.LogFormat, "text or json")
	a.identityFlags(c)
	return c
}

func (a *app) serve(ctx context.Context) error {
	a.serving = true
	if err := a.config.Validate(); err != nil {
		return err
	}
	log := a.logger()
	ref, err := a.reference()
	if err != nil {
		return err
	}
	places, err := a.locator(ref)
	if err != nil {
		return err
	}
	svc, store, err := a.openStore(ctx, ref)
	if err != nil {
		return err
	}
	id, err := a.identify(ctx, store, log)
	if err == nil {
		err = a.answer(ctx, log, ref, svc, store, places, id)
	}
	return errors.Join(err, store.Close())
}

// answer serves until the context ends.
func (a *app) answer(ctx context.Context, log *slog.Logger, ref *reference, svc *atlas.Service, store atlas.Store, places *locator, id *identity) error {
	if a.config.Demo {
		if err := a.importDemo(ctx, ref, svc, store, id.rows); err != nil {
			return err
		}
	}
	seen, _ := store.(atlas.EvidenceStore)
	told, _ := store.(atlas.LedgerStore)
	keeper := atlas.NewKeeper(atlas.NewWitness(svc, seen), told)
	questions, err := reportQuestions()
	if err != nil {
		return err
	}
	frozen, _ := store.(atlas.ReportStore)
	handler, err := a.endpoint(api.Config{
		Service: svc, Locator: places, Log: log, Evidence: seen, Keeper: keeper, Reports: frozen, Questions: questions, Grid: grid{},
	}, id)
	if err != nil {
		return err
	}
	pushed, err := a.receiver(ref, svc, seen, places, id, log)
	if err != nil {
		return err
	}
	sdl, err := schema.SDL()
	if err != nil {
		return err
	}
	site, err := page(handler, id, a.config.Framing, log)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { id.spool.Run(ctx) })
	beside.Go(func() { keepUp(ctx, log, svc, places.db, keeper) })
	if a.config.Demo && seen != nil {
		beside.Go(func() {
			if err := a.demoEvidence(ctx, ref, svc, seen, places, log); err != nil && ctx.Err() == nil {
				log.Error("demo logs are not recorded", "error", err)
			}
		})
	}
	kept := promises(ctx, store)
	err = httpd.Run(ctx, httpd.Config{
		Listen: a.config.Listen, Identified: id.identified, API: id.identifies(handler), SDL: sdl, Inside: id.inside,
		Query: a.queryPage(), Web: site, Ingest: pushed, Ready: fitness(svc, a.config.MaxStale), Version: version, Log: log,
		Started: func(at net.Addr) { a.greet(at, svc, store, kept) },
	})
	stop()
	beside.Wait()
	return err
}

// queryPage is the page to write queries in; nil where none is wanted.
func (a *app) queryPage() http.Handler {
	if !a.config.GraphiQL {
		return nil
	}
	return graphiql.Handler()
}

// importDemo records the demo fleet's customers that the store lacks.
func (a *app) importDemo(ctx context.Context, ref *reference, svc *atlas.Service, store atlas.Store, rows *auth.Rows) error {
	data, name, err := demoFleet()
	if err != nil {
		return err
	}
	sets, err := ref.parse(data, name)
	if err != nil {
		return err
	}
	have := svc.State()
	missing := sets[:0]
	for _, s := range sets {
		if _, ok := have.Customer(s.Customer); !ok {
			missing = append(missing, s)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	k := &keeping{atlas.NewIntake(store, codec{}, a.clock), rows, "demo"}
	if _, err := k.keep(ctx, missing); err != nil {
		return err
	}
	return svc.Refresh(ctx)
}

// greet prints where to look, what the store keeps, and two things to try.
func (a *app) greet(at net.Addr, svc *atlas.Service, store atlas.Store, kept string) {
	base := "http://" + at.String()
	fmt.Fprintf(a.stdout, "Domicile answers at %s/\nThe store is %s: %s\n", base, named(store), kept)
	id := ""
	if page, _ := svc.State().Customers("", 1); len(page) > 0 {
		id = page[0].ID
	}
	if a.config.Demo {
		id = "gryphon-grooming"
	}
	if id == "" {
		fmt.Fprintln(a.stdout, "It is empty; record settings with: domicile import FILE")
		return
	}
	fmt.Fprintf(a.stdout, `Two things to try:
  domicile check %s --within EU %s
  curl -s %s/graphql -H 'content-type: application/json' \
    -d '{"query":"{customer(id:\"%s\"){name check(claim:{preset:\"eu-only\"}){verdict headline}}}"}'
`, id, a.storeArgument(store), base, id)
}

func (a *app) logger() *slog.Logger {
	if a.config.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, nil))
	}
	return slog.New(slog.NewTextHandler(a.stderr, nil))
}

// locator places client addresses for the API.
type locator struct{ db *geoip.DB }

const countryDatabase = "geo/country.mmdb"

func (a *app) locator(ref *reference) (*locator, error) {
	opts := geoip.Options{}
	for _, r := range ref.data.EdgeRanges {
		opts.Anycast = append(opts.Anycast, r.Prefix)
	}
	if a.config.GeoIP != "" {
		db, err := geoip.Open(a.config.GeoIP, opts)
		return &locator{db}, err
	}
	b, err := fs.ReadFile(datasets.FS, countryDatabase)
	if err != nil {
		return nil, err
	}
	db, err := geoip.FromBytes(b, opts)
	return &locator{db}, err
}

// Locate answers with a country, and with a cell only where the database is
// precise enough for one.
func (l *locator) Locate(address netip.Addr) (api.AddressLocation, error) {
	at, err := l.db.Locate(address)
	out := api.AddressLocation{Outcome: at.Outcome.String(), Country: at.Country, AccuracyKM: int(at.AccuracyKM), Network: at.Prefix}
	if err != nil || !at.HasCoordinates {
		return out, err
	}
	if res := hexgrid.ResolutionFor(int(at.AccuracyKM)); res != hexgrid.NoResolution {
		cell, err := hexgrid.CellAt(at.Lat, at.Lon, res)
		if err != nil {
			return out, err
		}
		out.Cell = uint64(cell)
	}
	return out, nil
}
