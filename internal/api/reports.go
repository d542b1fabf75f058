package api

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/gql"
)

// PageQuestion is one operation that the page asks.
type PageQuestion struct {
	Operation string
	Document  string
	Variables map[string]any
}

// Frozen is what a report asks.
type Frozen struct {
	Customer string
	Claim    map[string]any // as ClaimInput
	Reading  string
	Last     string // the day, YYYY-MM-DD
	AsOf     any    // the same, or nil for today
	From, To string // first and last day of what was observed; empty for the page's own
}

// errNoReports: the service keeps no reports.
var errNoReports = gql.Errorf(gql.Unavailable, "this service keeps no reports")

// frozenBody is the bytes of a report.
type frozenBody struct {
	Format   int                        `json:"format"`
	Customer string                     `json:"customer"`
	Name     string                     `json:"name"`
	Claim    map[string]any             `json:"claim"`
	Reading  string                     `json:"reading"`
	AsOf     string                     `json:"as_of"`
	Created  string                     `json:"created"`
	Expires  string                     `json:"expires"`
	Role     string                     `json:"role"`
	Datasets string                     `json:"datasets"`
	Answers  map[string]json.RawMessage `json:"answers"` // by operation
}

const frozenFormat = 1

func reportFields(t table) {
	t["FrozenReport"] = fields{
		"key":    gql.From(func(r *atlas.Report) any { return r.ID }),
		"digest": gql.From(func(r *atlas.Report) any { return r.Digest }),
		"customer": gql.With(func(ctx context.Context, r *atlas.Report, _ gql.Args) (any, error) {
			return asked(ctx).customer(ctx, r.Customer)
		}),
		"claim":   gql.From(func(r *atlas.Report) any { return r.Claim }),
		"verdict": gql.From(func(r *atlas.Report) any { return r.Verdict }),
		"role":    gql.From(func(r *atlas.Report) any { return orNull(r.Role) }),
		"created": gql.From(func(r *atlas.Report) any { return r.Created }),
		"expires": gql.From(func(r *atlas.Report) any { return r.Expires }),
		"expired": gql.With(func(ctx context.Context, r *atlas.Report, _ gql.Args) (any, error) {
			return r.Expired(asked(ctx).today), nil
		}),
		"verdictNow": gql.With(resolveVerdictNow),
		"body": gql.With(func(ctx context.Context, r *atlas.Report, _ gql.Args) (any, error) {
			whole, _, err := asked(ctx).reports.Report(ctx, r.ID)
			return string(whole.Body), err
		}),
	}
	t["FreezeReportPayload"] = fields{
		"report":     gql.From(func(p *freezePayload) any { return p.report }),
		"userErrors": gql.From(func(p *freezePayload) any { return listed(p.errs) }),
	}
}

// freezePayload is FreezeReportPayload.
type freezePayload struct {
	report any
	errs   []userError
}

func refuseToFreeze(field, format string, args ...any) *freezePayload {
	return &freezePayload{errs: []userError{{code: "INVALID", field: field, message: fmt.Sprintf(format, args...)}}}
}

// resolveReport answers with a report of a customer that the viewer may see. One that
// SALES may not read the names of is as absent.
func resolveReport(ctx context.Context, p *gql.Params) (any, error) {
	q := asked(ctx)
	if q.reports == nil {
		return nil, nil
	}
	r, found, err := q.reports.Report(ctx, p.Args.String("key"))
	if err != nil || !found {
		return nil, err
	}
	c, err := q.customer(ctx, r.Customer)
	if c == nil || err != nil || !q.mayRead(&r) {
		return nil, err
	}
	return &r, nil
}

// mayRead reports whether a report holds nothing that the viewer may not see: what was
// frozen by others than SALES has names and traffic in it.
func (q *question) mayRead(r *atlas.Report) bool {
	return r.Role == auth.Sales.String() || q.viewer.Role != auth.Sales
}

func resolveReports(ctx context.Context, c *atlas.Customer, _ gql.Args) (any, error) {
	q := asked(ctx)
	if q.reports == nil {
		return []*atlas.Report{}, nil
	}
	all, err := q.reports.Reports(ctx, c.ID, maxPage)
	out := []*atlas.Report{}
	for i := range all {
		if q.mayRead(&all[i]) {
			out = append(out, &all[i])
		}
	}
	return out, err
}

// resolveVerdictNow judges the claim of a report again, as it would be frozen today.
func resolveVerdictNow(ctx context.Context, r *atlas.Report, _ gql.Args) (any, error) {
	q := asked(ctx)
	whole, _, err := q.reports.Report(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	var body frozenBody
	if err := json.Unmarshal(whole.Body, &body); err != nil {
		return nil, fmt.Errorf("report %s: %w", r.ID, err)
	}
	f := Frozen{Customer: r.Customer, Claim: body.Claim, Reading: body.Reading, Last: q.today.String()}
	answers, err := q.freeze(ctx, f)
	if err != nil {
		return nil, nil // the claim can no longer be asked
	}
	v, _ := verdictIn(answers)
	return orNull(v), nil
}

// The operations of the page about what was observed: all of it, and for whoever may not
// read that what it leaves of the verdicts.
const (
	measuredOperation = "Measured"
	judgedOperation   = "Judged"
)

// freeze asks the page's questions of a report, as the viewer. Without what was
// observed, or what it leaves of the verdicts, nothing is frozen, save where nothing is
// kept: it could contradict a yes.
func (q *question) freeze(ctx context.Context, f Frozen) (map[string]json.RawMessage, error) {
	out := map[string]json.RawMessage{}
	for _, x := range q.questions(f) {
		if x.Operation == judgedOperation && out[measuredOperation] != nil {
			continue // it says the same, and more
		}
		r := q.schema.Execute(ctx, gql.Request{Query: x.Document, Variables: x.Variables})
		var body struct {
			Data   json.RawMessage
			Errors []struct {
				Message    string
				Extensions struct{ Code gql.Code }
			}
		}
		err := json.Unmarshal(r.JSON(), &body)
		r.Release()
		if err != nil {
			return nil, err
		}
		if len(body.Errors) == 0 {
			out[x.Operation] = body.Data
			continue
		}
		first := body.Errors[0]
		switch nothingKept := first.Extensions.Code == gql.NotFound; {
		case x.Operation != measuredOperation && x.Operation != judgedOperation:
			return nil, fmt.Errorf("%w: %s", atlas.ErrInput, first.Message)
		case !nothingKept && (x.Operation == judgedOperation || first.Extensions.Code != gql.Forbidden):
			return nil, fmt.Errorf("%w: what was observed could not be read, and could contradict the claim: %s", atlas.ErrInput, first.Message)
		}
	}
	return out, nil
}

// verdictIn is the verdict and the claim's sentence of frozen answers: that of what was
// observed where there is one.
func verdictIn(answers map[string]json.RawMessage) (verdict, sentence string) {
	for _, operation := range []string{"Report", measuredOperation, judgedOperation} {
		var x struct {
			Customer *struct {
				Check struct{ Verdict, Sentence string }
			}
		}
		if json.Unmarshal(answers[operation], &x) == nil && x.Customer != nil {
			verdict = x.Customer.Check.Verdict
			if x.Customer.Check.Sentence != "" {
				sentence = x.Customer.Check.Sentence
			}
		}
	}
	return verdict, sentence
}

func resolveFreezeReport(ctx context.Context, p *gql.Params) (any, error) {
	q, in := asked(ctx), p.Args.Input("input")
	if q.reports == nil || q.questions == nil {
		return nil, errNoReports
	}
	c, err := q.customer(ctx, customerKey(in.String("customer")))
	if err != nil {
		return nil, err
	}
	if c == nil {
		return refuseToFreeze("customer", "there is no such customer, or it is not yours"), nil
	}
	f, expires, refused := q.frozen(c.ID, in)
	if refused != nil {
		return refused, nil
	}
	answers, err := q.freeze(ctx, f)
	if err != nil {
		return refuseToFreeze("", "%s", badInput(err).Message), nil
	}
	r, err := q.reportOf(c, f, expires, answers)
	if err != nil {
		return nil, err
	}
	if err := q.rows.Changing(ctx, auth.IssueStatement, c.ID, ""); err != nil {
		return nil, err
	}
	if err := q.reports.PutReport(ctx, *r); err != nil {
		return nil, err
	}
	if err := q.rows.Changed(ctx, auth.IssueStatement, c.ID, "", r.Digest); err != nil {
		q.log.ErrorContext(ctx, "a report is not confirmed in the audit log", "customer", c.ID, "report", r.ID, "error", err)
	}
	return &freezePayload{report: r}, nil
}

// frozen reads what to freeze and until when.
func (q *question) frozen(customer string, in gql.Args) (Frozen, footprint.Date, *freezePayload) {
	f := Frozen{Customer: customer, Reading: in.Enum("reading"), Last: q.today.String(), Claim: map[string]any{"reading": in.Enum("reading")}}
	if preset := in.String("preset"); preset != "" {
		f.Claim["preset"] = preset
	} else {
		f.Claim["within"], f.Claim["except"] = anyList(in.Strings("within")), anyList(in.Strings("except"))
		if kind := in.Enum("kind"); kind != "" {
			f.Claim["kind"] = kind
		}
	}
	if d, ok := gql.ArgOf[footprint.Date](in, "asOf"); ok {
		if d > q.today {
			return f, 0, refuseToFreeze("asOf", "%s has not come", d)
		}
		f.Last, f.AsOf = d.String(), d.String()
	}
	from, hasFrom := gql.ArgOf[footprint.Date](in, "from")
	to, hasTo := gql.ArgOf[footprint.Date](in, "to")
	if hasFrom && hasTo && from > to {
		return f, 0, refuseToFreeze("from", "the window begins on %s, after its end", from)
	}
	if hasFrom {
		f.From = from.String()
	}
	if hasTo {
		f.To = to.String()
	}
	expires := q.today + atlas.ReportDays
	if d, ok := gql.ArgOf[footprint.Date](in, "expires"); ok {
		if expires = d; d < q.today || d > q.today+atlas.MaxReportDays {
			return f, 0, refuseToFreeze("expires", "a report is valid until today at least, and %d days at most", atlas.MaxReportDays)
		}
	}
	return f, expires, nil
}

func anyList(texts []string) []any {
	out := make([]any, len(texts))
	for i, t := range texts {
		out[i] = t
	}
	return out
}

func (q *question) reportOf(c *atlas.Customer, f Frozen, expires footprint.Date, answers map[string]json.RawMessage) (*atlas.Report, error) {
	verdict, sentence := verdictIn(answers)
	if verdict == "" {
		verdict = claim.Unknown.String()
	}
	now := q.Now().Truncate(time.Microsecond)
	body, err := json.Marshal(frozenBody{
		Format: frozenFormat, Customer: c.ID, Name: c.Name(), Claim: f.Claim, Reading: f.Reading, AsOf: f.Last, Created: now.Format(time.RFC3339Nano),
		Expires: expires.String(), Role: q.viewer.Role.String(), Datasets: q.reference().Revision, Answers: answers,
	})
	if err != nil {
		return nil, err
	}
	r := atlas.NewReport(atlas.Report{
		Customer: c.ID, Claim: sentence, Verdict: verdict, Actor: q.viewer.Subject, Role: q.viewer.Role.String(), Created: now, Expires: expires, Body: body,
	})
	return &r, r.Validate()
}
