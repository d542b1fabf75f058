package api

import (
	"context"
	"errors"
	"log/slog"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
	"domicile/internal/gql"
	"domicile/schema"
)

// Config is what the API answers from.
type Config struct {
	// Service answers; required.
	Service *atlas.Service
	// Locator places client addresses; required.
	Locator Locator
	// Viewer says who asks, once an operation; nil means Local for everybody.
	Viewer func(ctx context.Context) Viewer
	// Log receives the errors that clients see masked; nil is silence.
	Log *slog.Logger
	// RequestID names the request of a context in that log; nil names none.
	RequestID func(ctx context.Context) string
}

// New builds the executable schema.
func New(c Config) (*gql.Schema, error) {
	if c.Service == nil || c.Locator == nil {
		return nil, errors.New("api: a service and a locator are required")
	}
	if c.Viewer == nil {
		c.Viewer = func(context.Context) Viewer { return Local() }
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	sdl, err := schema.SDL()
	if err != nil {
		return nil, err
	}
	return gql.Build(sdl, gql.Binding{
		Resolvers:  resolvers(),
		Scalars:    scalars(),
		TypeOf:     typeOf,
		Guard:      guard,
		Begin:      c.begin,
		Extensions: extensions,
		MapError:   mapError,
		Report:     c.report,
	})
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
	} {
		add(t)
	}
	return t
}

// question is one operation: what all of its resolvers share.
type question struct {
	*atlas.Service
	state   *atlas.State
	today   footprint.Date
	viewer  Viewer
	locator Locator
}

type questionKey struct{}

func (c Config) begin(ctx context.Context) context.Context {
	return context.WithValue(ctx, questionKey{}, &question{
		Service: c.Service, state: c.Service.State(), today: c.Service.Today(),
		viewer: c.Viewer(ctx), locator: c.Locator,
	})
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

func extensions(ctx context.Context) map[string]any {
	return map[string]any{"revision": asked(ctx).reference().Revision}
}

func (c Config) report(ctx context.Context, f gql.FieldDef, err error) {
	id := ""
	if c.RequestID != nil {
		id = c.RequestID(ctx)
	}
	c.Log.ErrorContext(ctx, "graphql field failed", "field", f.Type+"."+f.Name, "error", err, "request", id)
}
