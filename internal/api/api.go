package api

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/footprint"
	"domicile/internal/gql"
	"domicile/internal/residency"
	"domicile/schema"
)

// Config is what the API answers from.
type Config struct {
	// Service answers; required.
	Service *atlas.Service
	// Locator places client addresses; required.
	Locator Locator
	// Rows decides which customers the viewer of a context sees, and records
	// what it reads and changes; required.
	Rows *auth.Rows
	// Evidence keeps what was observed; nil is nothing, and windows are refused.
	Evidence atlas.EvidenceStore
	// Keeper judges what customers were told; nil keeps nothing.
	Keeper *atlas.Keeper
	// Reports keeps frozen reports, and Questions are what one asks; nil keeps none.
	Reports   atlas.ReportStore
	Questions func(Frozen) []PageQuestion
	// Grid draws the cells of visitors; required with Evidence.
	Grid atlas.Grid
	// Secret keys the digests that viewers get who do not see names, so that
	// nobody can find a name by trying; processes that share it give the same
	// digests. Empty makes one for this process.
	Secret []byte
	// Log receives the errors that clients see masked; nil is silence.
	Log *slog.Logger
	// RequestID names the request of a context in that log; nil names none.
	RequestID func(ctx context.Context) string

	schema **gql.Schema // once it is built, for questions within a question
}

// New builds the executable schema. Who asks is the auth.Viewer of the context;
// without one it is nobody.
func New(c Config) (*gql.Schema, error) {
	if c.Service == nil || c.Locator == nil || c.Rows == nil {
		return nil, errors.New("api: a service, a locator and rows are required")
	}
	if c.Evidence != nil && c.Grid == nil {
		return nil, errors.New("api: evidence cannot be drawn without a grid")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if len(c.Secret) == 0 {
		c.Secret = []byte(rand.Text())
	}
	sdl, err := schema.SDL()
	if err != nil {
		return nil, err
	}
	built := new(*gql.Schema)
	c.schema = built
	*built, err = gql.Build(sdl, gql.Binding{
		Resolvers:     resolvers(),
		Subscriptions: map[string]gql.Subscriber{"verdictChanged": newHub(c.Service, c.Log).subscribe, "sweepProgress": subscribeSweep, "claimChanged": subscribeClaims},
		Scalars:       scalars(),
		TypeOf:        typeOf,
		Guard:         guard,
		Begin:         c.begin,
		Extensions:    extensions,
		MapError:      mapError,
		Report:        c.report,
	})
	return *built, err
}

// fields are the resolvers of one object type.
type fields = map[string]gql.Resolver

// table is the resolvers of every object type.
type table map[string]fields

func resolvers() table {
	t := table{}
	for _, add := range []func(table){
		queryFields, rootFields, placeFields, siteSetFields, regionFields, productFields, referenceFields,
		settingsFields, resourceFields, zoneFields, residencyFields, placementFields, claimFields, resultFields, customerFields, mutationFields,
		planFields, auditFields, sweepFields, changeFields, boardFields, reportFields, measuredFields, trafficFields,
	} {
		add(t)
	}
	return t
}

// question is one operation: what all of its resolvers share.
type question struct {
	*atlas.Service
	state   *atlas.State
	stale   time.Duration // the state's age where it is stale, else 0
	today   footprint.Date
	viewer  auth.Viewer
	rows    *auth.Rows
	locator Locator
	log     *slog.Logger
	secret  []byte
	witness *atlas.Witness // nil where nothing is observed
	keeper  *atlas.Keeper  // nil where nothing is kept
	schema  *gql.Schema

	reports   atlas.ReportStore // nil where none are kept
	questions func(Frozen) []PageQuestion
	grid      atlas.Grid

	allowed map[string]bool               // customers asked for, and whether they may be seen
	masks   map[*residency.Settings]*mask // of the settings shown
}

type questionKey struct{}

func (c Config) begin(ctx context.Context) context.Context {
	stale := staleness(c.Service) // asked before the state: its age is never understated
	q := &question{
		Service: c.Service, stale: stale, state: c.Service.State(), today: c.Service.Today(),
		viewer: auth.ViewerFrom(ctx), rows: c.Rows, locator: c.Locator, log: c.Log, secret: c.Secret,
		allowed: map[string]bool{}, masks: map[*residency.Settings]*mask{}, grid: c.Grid, keeper: c.Keeper,
		schema: *c.schema, reports: c.Reports, questions: c.Questions,
	}
	if c.Evidence != nil {
		q.witness = atlas.NewWitness(c.Service, c.Evidence)
	}
	return context.WithValue(ctx, questionKey{}, q)
}

// asked returns the operation of a context that begin made.
func asked(ctx context.Context) *question {
	q, _ := ctx.Value(questionKey{}).(*question)
	return q
}

// reference is what the datasets say, in the state of the operation.
func (q *question) reference() *atlas.Reference { return q.state.Reference }

// day returns the asOf argument, or today.
func (q *question) day(args gql.Args) footprint.Date {
	if d, ok := gql.ArgOf[footprint.Date](args, "asOf"); ok {
		return d
	}
	return q.today
}

// view is the footprint on the day of the asOf argument.
func (q *question) view(args gql.Args) *footprint.View { return q.state.At(q.day(args)) }

func (c Config) report(ctx context.Context, f gql.FieldDef, err error) {
	id := ""
	if c.RequestID != nil {
		id = c.RequestID(ctx)
	}
	c.Log.ErrorContext(ctx, "graphql field failed", "field", f.Type+"."+f.Name, "error", err, "request", id)
}
