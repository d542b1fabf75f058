package api

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/claim"
	"domicile/internal/fleet"
	"domicile/internal/gql"
)

// sweepTime is how long a sweep may judge; what it did not reach by then it
// says it did not.
const sweepTime = 5 * time.Second

// swept is Sweep.
type swept struct {
	*atlas.Swept
	fleet    *atlas.SweepFleet
	supposed []string
	window   string       // as it was asked for, for cursors; "" where none was
	real     *atlas.Swept // without what is supposed; nil where nothing is
}

func sweepFields(t table) {
	t["Sweep"] = fields{
		"claim":      gql.From(func(s *swept) any { return shownClaim{&s.Claim, nil} }),
		"counts":     gql.From(func(s *swept) any { return s.Counts }),
		"judged":     gql.From(func(s *swept) any { return s.Counts.Total() }),
		"total":      gql.From(func(s *swept) any { return s.Total }),
		"complete":   gql.From(func(s *swept) any { return s.Complete }),
		"resume":     gql.From(func(s *swept) any { return s.resume() }),
		"causes":     gql.With(resolveCauses),
		"who":        gql.With(resolveWho),
		"supposed":   gql.From(func(s *swept) any { return listed(s.supposed) }),
		"flips":      gql.With(resolveFlips),
		"observed":   gql.From(func(s *swept) any { return s.observed() }),
		"revision":   gql.From(func(s *swept) any { return s.Revision }),
		"position":   gql.From(func(s *swept) any { return s.Position }),
		"asOf":       gql.From(func(s *swept) any { return s.AsOf }),
		"knownAt":    gql.From(func(s *swept) any { return s.KnownAt }),
		"disclaimer": gql.From(func(*swept) any { return disclaimer }),
	}
	t["SweepCounts"] = fields{
		"broken":     gql.From(func(n fleet.Counts) any { return n.Of(claim.Broken) }),
		"holds":      gql.From(func(n fleet.Counts) any { return n.Of(claim.Holds) }),
		"notEnsured": gql.From(func(n fleet.Counts) any { return n.Of(claim.NotEnsured) }),
		"unknown":    gql.From(func(n fleet.Counts) any { return n.Of(claim.Unknown) }),
	}
	t["SweepObserved"] = fields{
		"from":      gql.From(func(w atlas.Window) any { return w.From }),
		"to":        gql.From(func(w atlas.Window) any { return w.To }),
		"customers": gql.From(func(w atlas.Window) any { return w.Customers }),
	}
	t["SweepCause"] = fields{
		"key":       gql.From(func(c fleet.CauseCount) any { return causeKey(c) }),
		"verdict":   gql.From(func(c fleet.CauseCount) any { return c.Verdict }),
		"category":  gql.From(func(c fleet.CauseCount) any { return c.Category }),
		"product":   gql.From(func(c fleet.CauseCount) any { return orNull(c.Product) }),
		"setting":   gql.From(func(c fleet.CauseCount) any { return enumOrNull(c.Setting) }),
		"region":    gql.From(func(c fleet.CauseCount) any { return orNull(c.Region) }),
		"customers": gql.From(func(c fleet.CauseCount) any { return c.Customers }),
		"example":   gql.From(func(c fleet.CauseCount) any { return c.Example }),
	}
	t["SweepProgress"] = fields{
		"done":  gql.From(func(p sweepProgress) any { return p.done }),
		"total": gql.From(func(p sweepProgress) any { return p.total }),
		"sweep": gql.From(func(p sweepProgress) any {
			if p.swept == nil {
				return nil
			}
			return p.swept
		}),
	}
	sweepRowFields(t)
}

// causeKey names a cause.
func causeKey(c fleet.CauseCount) string {
	s := seriesOf(c.Verdict.String(), c.Category.String(), fmt.Sprint(c.Kind), c.Product, c.Setting.String(), c.Region)
	return s.cursor("")
}

// observed is what the sweep takes in of logs; null where nothing is.
func (s *swept) observed() any {
	if w, ok := s.fleet.Window(); ok {
		return w
	}
	return nil
}

// series names what a sweep is about.
func (s *swept) series(parts ...string) series {
	return seriesOf(append([]string{
		"sweep", s.Claim.Kind.String(), s.Claim.Places.String(), fmt.Sprint(s.Claim.Categories.List()), fmt.Sprint(s.Claim.Activities.List()),
		s.AsOf.String(), strings.Join(s.supposed, "\n"), s.window,
	}, parts...)...)
}

func (s *swept) resume() any {
	if s.Complete {
		return nil
	}
	return s.series("resume").cursor(s.Resume)
}

// sweepable is the claim of the arguments, where the viewer may sweep it. That it is
// swept is recorded.
func (q *question) sweepable(ctx context.Context, args gql.Args) (claim.Claim, error) {
	c, err := q.claim(args.Input("claim"), nil)
	if err != nil {
		return claim.Claim{}, err
	}
	return c, q.rows.All(ctx, auth.SweepCustomers)
}

func resolveSweep(ctx context.Context, p *gql.Params) (any, error) {
	q := asked(ctx)
	c, err := q.sweepable(ctx, p.Args)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, sweepTime)
	defer stop()
	supposed, err := q.suppose(p.Args)
	switch {
	case err != nil:
		return nil, err
	case supposed != nil && p.Args.Value("window") != nil:
		return nil, gql.Errorf(gql.BadUserInput, "what is supposed was not observed: leave window out")
	}
	s, err := q.sweep(ctx, q.state, c, p.Args, nil)
	if err != nil || supposed == nil {
		return s, err
	}
	if p.Args.String("after") != "" {
		return nil, gql.Errorf(gql.BadUserInput, "what is supposed is compared with what is so over everybody: leave after out")
	}
	other, err := q.sweep(ctx, supposed, c, p.Args, nil)
	if err != nil {
		return nil, err
	}
	other.real = s.Swept
	return other, nil
}

// sweep judges a claim for every customer, behind the resume of another sweep and by
// what was observed in a window where the arguments say so.
func (q *question) sweep(ctx context.Context, st *atlas.State, c claim.Claim, args gql.Args, tell atlas.Progress) (*swept, error) {
	all, err := q.Fleet(ctx, st, q.day(args))
	if err != nil {
		return nil, err
	}
	s := &swept{Swept: &atlas.Swept{Claim: c, AsOf: q.day(args)}, fleet: all, supposed: st.Supposed()}
	if w, ok := args.Value("window").(gql.Args); ok {
		if err := s.observe(ctx, q, w); err != nil {
			return nil, err
		}
	}
	after := ""
	if resume := args.String("after"); resume != "" {
		if after, err = s.series("resume").key(resume); err != nil {
			return nil, err
		}
	}
	s.Swept, err = q.Sweep(ctx, s.fleet, c, after, tell)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// observe takes what was observed into a sweep, for those who may read it.
func (s *swept) observe(ctx context.Context, q *question, w gql.Args) error {
	if !q.viewer.MaySeeAllTraffic() {
		return auth.ErrForbidden
	}
	if q.witness == nil {
		return errNoEvidence
	}
	from, to := windowOf(w)
	var err error
	if s.fleet, err = q.witness.Observed(ctx, s.fleet, from, to); err != nil {
		return asBadInput(err)
	}
	s.window = from.UTC().Format(time.RFC3339) + "/" + to.UTC().Format(time.RFC3339)
	return nil
}

func resolveCauses(_ context.Context, s *swept, args gql.Args) (any, error) {
	first, err := firstArg(args)
	if err != nil {
		return nil, err
	}
	all := s.Causes()
	return listed(all[:min(first, len(all))]), nil
}

// filterArg reads a filter, and what it is named by.
func (s *swept) filterArg(in gql.Args) (f fleet.Filter, name string, err error) {
	f.Prefix = in.String("prefix")
	if err := someOf(in, "verdicts"); err != nil {
		return f, "", err
	}
	for _, text := range in.Strings("verdicts") {
		for v := claim.Unknown; v <= claim.Broken; v++ {
			if v.String() == text {
				f.Verdicts = append(f.Verdicts, v)
			}
		}
	}
	slices.Sort(f.Verdicts)
	key := in.String("cause")
	if key == "" {
		return f, fmt.Sprint(f.Verdicts, f.Prefix), nil
	}
	for _, c := range s.Causes() {
		if causeKey(c) == key {
			f.Cause = &c.Cause
			if len(f.Verdicts) == 0 {
				f.Verdicts = []claim.Verdict{c.Verdict}
			}
			return f, fmt.Sprint(f.Verdicts, f.Prefix, key), nil
		}
	}
	return f, "", gql.Errorf(gql.BadUserInput, "cause %.40q is none of this sweep", key)
}

// sweepKey is a place in a sweep: the position that it was of, and a customer.
func sweepKey(position int64, customer string) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(position))) + customer
}

func readSweepKey(key string) (position int64, customer string, ok bool) {
	if len(key) < 8 {
		return 0, "", false
	}
	return int64(binary.BigEndian.Uint64([]byte(key[:8]))), key[8:], true
}

// sweepProgress is SweepProgress.
type sweepProgress struct {
	done, total int
	swept       *swept
}

// subscribeSweep serves sweepProgress. Steps that the listener is too slow for
// are left out; the last event is not.
func subscribeSweep(ctx context.Context, p *gql.Params) (<-chan any, error) {
	q := asked(ctx)
	c, err := q.sweepable(ctx, p.Args)
	if err != nil {
		return nil, err
	}
	out := make(chan any, 1)
	go func() {
		defer close(out)
		s, err := q.sweep(ctx, q.state, c, p.Args, func(done, total int) {
			select {
			case out <- sweepProgress{done, total, nil}:
			default:
			}
		})
		var last any = err
		if err == nil {
			n := s.fleet.Profiles()
			last = sweepProgress{n, n, s}
		}
		select {
		case out <- last:
		case <-ctx.Done():
		}
	}()
	return out, nil
}
