package webui

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// These words are the page's own, in the address and in its operations.
var (
	customerKey = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	presetID    = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)
	day         = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// otherClaim is the claim that is asked about where nothing was promised.
const otherClaim = "eu-only"

// activities are what a reading speaks of.
var activities = map[string][]any{
	"RESIDES":    {"CACHE", "STORE"},
	"HANDLED":    {"PROCESS", "CACHE", "STORE"},
	"EVERYTHING": {"PROCESS", "CACHE", "STORE", "TRANSIT", "ACCESS"},
}

// kinds of data by the variable that asks about each by itself.
var dataKinds = map[string]string{
	"content": "CONTENT", "storedContent": "STORED_CONTENT", "trafficMetadata": "TRAFFIC_METADATA", "keys": "KEYS",
	"configuration": "CONFIGURATION", "account": "ACCOUNT", "operational": "OPERATIONAL",
}

// asking collects the answers to one page.
type asking struct {
	site *site
	ctx  context.Context
	out  firstAnswers
}

// firstAnswers asks what the page at this address will ask first. Whatever goes
// wrong leaves answers out: the page asks again and shows what went wrong.
func (s *site) firstAnswers(r *http.Request) firstAnswers {
	if s.Ask == nil {
		return firstAnswers{}
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerWait)
	defer cancel()
	a := &asking{site: s, ctx: ctx}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case len(parts) == 2 && parts[0] == "c":
		a.customer(parts[1], "", r.URL.Query())
	case len(parts) == 4 && parts[0] == "c" && parts[2] == "claims":
		a.customer(parts[1], parts[3], r.URL.Query())
	case len(parts) == 2 && parts[0] == "places" && r.URL.RawQuery == "":
		a.ask("Place", map[string]any{"code": parts[1], "asOf": nil}, nil)
	case len(parts) == 1 && parts[0] == "claims":
		a.ask("Board", map[string]any{"after": nil}, nil)
	}
	return a.out
}

// ask adds the answer to one operation, reading its data into the target.
func (a *asking) ask(operation string, variables map[string]any, target any) bool {
	ok, _ := a.askOr(operation, variables, target)
	return ok
}

// observed asks what was observed, or what it leaves of the verdicts for whoever may not
// read that; none where nothing is kept.
func (a *asking) observed(variables map[string]any, last string, target any) (ok, none bool) {
	window := observedWindow("", last)
	ok, code := a.askOr("Measured", measuredVariables(variables, window), target)
	if code == "FORBIDDEN" {
		ok, code = a.askOr("Judged", judgedVariables(variables, window), target)
	}
	return ok, code == "NOT_FOUND"
}

// askOr is ask, and tells the code of the error where the API gives one.
func (a *asking) askOr(operation string, variables map[string]any, target any) (ok bool, code string) {
	known, ok := a.site.operations[operation]
	if !ok {
		return false, ""
	}
	response, err := a.site.Ask(a.ctx, Question{Document: known.text, Variables: variables})
	if err != nil {
		a.site.Log.WarnContext(a.ctx, "a page goes out without its first answer", "operation", operation, "error", err)
		return false, ""
	}
	var body struct {
		Data   json.RawMessage `json:"data"`
		Errors []struct {
			Extensions struct{ Code string }
		} `json:"errors"`
	}
	if json.Unmarshal(response, &body) != nil {
		return false, ""
	}
	if len(body.Errors) > 0 {
		return false, body.Errors[0].Extensions.Code
	}
	if target != nil && json.Unmarshal(body.Data, target) != nil {
		return false, ""
	}
	a.out.Answers = append(a.out.Answers, firstAnswer{ID: known.id, Variables: variables, Response: response})
	return true, ""
}

// subject is what is read of the answer about a customer.
type subject struct {
	Customer *struct {
		Name     string
		Promises []struct{ Claim struct{ ID string } }
	}
	Claims []struct {
		ID             string
		Within, Except []string
	}
}

// report is what is read of the answer about a claim.
type report struct {
	Customer *struct{ Check check }
}

type check struct {
	Verdict  string
	Evidence string
	Headline string
	Sentence string
	AsOf     string
}

// customer asks about a customer, and then about the claim of the address or
// the one that was promised first.
func (a *asking) customer(key, claim string, query url.Values) {
	if !customerKey.MatchString(key) {
		return
	}
	state, plain := readState(query)
	var s subject
	if !a.ask("Subject", map[string]any{"customer": key, "asOf": state.asOf()}, &s) || s.Customer == nil || !plain {
		return
	}
	if claim == "" {
		claim = state.claim
	}
	if claim == "" && len(s.Customer.Promises) > 0 {
		claim = s.Customer.Promises[0].Claim.ID
	}
	if claim == "" {
		claim = otherClaim
	}
	if !presetID.MatchString(claim) || claim == "custom" {
		return
	}
	variables := reportVariables(key, claim, state)
	var r, measured report
	if !a.ask("Report", variables, &r) || r.Customer == nil {
		return
	}
	said := r.Customer.Check
	// What was observed can take a yes away: the sentence is that of both, and no yes
	// is said where it could not be read.
	ok, none := a.observed(variables, said.AsOf, &measured)
	switch {
	case ok && measured.Customer != nil:
		said.Verdict, said.Headline = measured.Customer.Check.Verdict, measured.Customer.Check.Headline
	case !none && said.Verdict == "HOLDS":
		return
	}
	a.out.Sentence = sentence(s.Customer.Name, said)
	a.places(&s, claim, state)
}

// places asks for what the map is drawn of: every site, and the places of the claim.
func (a *asking) places(s *subject, claim string, state pageState) {
	a.ask("Places", map[string]any{"asOf": state.asOf()}, nil)
	for _, c := range s.Claims {
		if c.ID != claim {
			continue
		}
		for _, place := range slices.Concat(c.Within, c.Except) {
			a.ask("PlaceSet", map[string]any{"place": place, "code": place, "asOf": state.asOf()}, nil)
		}
	}
}

// measuredDays is how many days the page looks back for what was observed.
const measuredDays = 30

// observedWindow is the window of what was observed: from a day to another, both included;
// where the first is empty, the days up to the last that the page looks back.
func observedWindow(from, last string) map[string]any {
	to, err := time.Parse(time.DateOnly, last)
	if err != nil {
		return nil
	}
	if from == "" {
		from = to.AddDate(0, 0, 1-measuredDays).Format(time.DateOnly)
	}
	return map[string]any{"from": from + "T00:00:00Z", "to": to.AddDate(0, 0, 1).Format(time.RFC3339)}
}

// measuredVariables asks what was observed, as the page does.
func measuredVariables(report, window map[string]any) map[string]any {
	return map[string]any{"customer": report["customer"], "claim": report["claim"], "asOf": report["asOf"], "window": window}
}

// judgedVariables asks what that leaves of a report's verdicts.
func judgedVariables(report, window map[string]any) map[string]any {
	judged := maps.Clone(report)
	judged["window"] = window
	return judged
}

// pageState is what of an address changes the answer.
type pageState struct {
	claim, reading, day string
}

func (p pageState) asOf() any {
	if p.day == "" {
		return nil
	}
	return p.day
}

// readState reads an address as the page does. It reports false where the
// address says more than this knows to ask about.
func readState(query url.Values) (pageState, bool) {
	p := pageState{reading: "HANDLED"}
	for name, values := range query {
		value := values[len(values)-1]
		switch name {
		case "claim":
			p.claim = value
		case "reading":
			p.reading = strings.ToUpper(value)
		case "asOf":
			p.day = value
		case "data", "activity", "view", "at":
		default:
			return p, false
		}
	}
	return p, activities[p.reading] != nil && (p.day == "" || day.MatchString(p.day))
}

func reportVariables(customer, claim string, p pageState) map[string]any {
	v := map[string]any{
		"customer": customer, "asOf": p.asOf(),
		"claim": map[string]any{"preset": claim, "reading": p.reading},
	}
	for name, kind := range dataKinds {
		v[name] = map[string]any{
			"preset": claim, "reading": p.reading, "categories": []any{kind}, "activities": activities[p.reading],
		}
	}
	return v
}

// sentence is a verdict that can stand alone.
func sentence(name string, c check) string {
	claim := []rune(c.Sentence)
	if len(claim) > 0 {
		claim[0] = unicode.ToUpper(claim[0])
	}
	return name + ". " + string(claim) + ": " + strings.ReplaceAll(c.Verdict, "_", " ") + ". " + c.Headline + " As of " + c.AsOf + "."
}
