package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/attest"
	"domicile/internal/claim"
	"domicile/internal/claim/naive"
	"domicile/internal/render"
	"domicile/internal/residency"
)

const verifyLong = `Verify checks a signed statement: that the key signed it and nobody changed it, that it
has not ended, and that its answer follows from its settings. For that it derives the
answer twice more, by the engine and by a second, naive checker, where this program
has the datasets of the statement.

It says what was verified and what was not. What logs showed is the signer's word:
no statement holds the logs.

Exit codes: 0 all of it was verified, 1 refuted: not signed by this key, changed,
ended, or not what follows, 2 signed, and not all of it could be verified,
3 nothing was verified.`

const verifyExample = `  domicile verify statement.json --public-key public.pem
  domicile verify statement.json --public-key public.pem --settings acme.yaml`

func (a *app) verifyCommand() *cobra.Command {
	var public, file string
	c := &cobra.Command{
		Use: "verify FILE --public-key FILE", Short: "Check a signed statement", Long: verifyLong, Example: verifyExample, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.verify(c.Context(), args[0], public, file) },
	}
	f := c.Flags()
	f.StringVar(&public, "public-key", "", "file of the public key of whoever signed it, PEM")
	f.StringVar(&file, "settings", "", "settings file of a statement that leaves them out")
	f.BoolVar(&a.asJSON, "json", false, "print JSON")
	if err := c.MarkFlagRequired("public-key"); err != nil {
		c.Long += "\n" + err.Error()
	}
	return c
}

// verification is what came of it.
type verification struct {
	Result      string   `json:"result"` // VERIFIED, REFUTED or PARTLY
	Verified    []string `json:"verified"`
	NotVerified []string `json:"not_verified"`
	Refuted     []string `json:"refuted"`

	Statement *attest.Statement `json:"statement,omitempty"` // nil where it is not signed by the key
}

func (v *verification) verified(format string, args ...any) {
	v.Verified = append(v.Verified, fmt.Sprintf(format, args...))
}

func (v *verification) not(format string, args ...any) {
	v.NotVerified = append(v.NotVerified, fmt.Sprintf(format, args...))
}

func (v *verification) refuted(format string, args ...any) {
	v.Refuted = append(v.Refuted, fmt.Sprintf(format, args...))
}

func (a *app) verify(ctx context.Context, path, public, file string) error {
	key, err := a.readKey(public, "--public-key", attest.PublicKey)
	if err != nil {
		return err
	}
	text, err := a.readFile(path)
	if err != nil {
		return err
	}
	v := &verification{Verified: []string{}, NotVerified: []string{}, Refuted: []string{}}
	st, err := attest.Open(ctx, key, bytes.NewReader(text))
	switch {
	case errors.Is(err, attest.ErrSignature):
		v.refuted("it is not signed by key %s, or was changed since", key.ID())
		return a.say(v)
	case err != nil:
		return err
	}
	v.Statement = st
	v.verified("it is signed by key %s, and nobody changed it", key.ID())
	a.verifyTime(v)
	if err := a.verifyAnswer(ctx, v, file); err != nil {
		return err
	}
	return a.say(v)
}

// verifyTime checks when a statement is valid.
func (a *app) verifyTime(v *verification) {
	now, st := a.clock(), v.Statement
	switch {
	case now.After(st.ValidUntil):
		v.refuted("it was valid until %s", st.ValidUntil.UTC().Format(time.RFC3339))
	case now.Before(st.Issued.Add(-time.Hour)):
		v.refuted("it was signed in the future: %s", st.Issued.UTC().Format(time.RFC3339))
	default:
		v.verified("it is valid until %s", st.ValidUntil.UTC().Format(time.RFC3339))
	}
}

// verifyAnswer derives the answer again, where that can be done here.
func (a *app) verifyAnswer(ctx context.Context, v *verification, file string) error {
	st := v.Statement
	var stated render.CheckJSON
	if err := json.Unmarshal(st.Check, &stated); err != nil {
		v.refuted("its answer has another shape than check gives")
		return nil
	}
	a.verifyWhole(v, &stated)
	ref, err := a.reference()
	if err != nil {
		return err
	}
	text, name := []byte(st.Settings), "settings of the statement"
	if file != "" {
		name = file
		if text, err = a.readFile(file); err != nil {
			return err
		}
	}
	switch {
	case ref.Revision != st.Datasets:
		v.not("the answer: it rests on datasets %.12s, and here are %.12s", st.Datasets, ref.Revision)
		return nil
	case st.SettingsDigest == "":
		v.not("the answer: no settings were recorded for that day")
		return nil
	case len(text) == 0:
		v.not("the answer: the settings are left out; name their file with --settings")
		return nil
	}
	return a.derive(ctx, v, ref, text, name)
}

// verifyWhole checks that the parts of a statement say one thing, and no part more
// than another.
func (a *app) verifyWhole(v *verification, stated *render.CheckJSON) {
	st := v.Statement
	verdict, headline := stated.Verdict, stated.Headline
	if len(st.Measured) > 0 {
		var m render.MeasuredJSON
		if err := json.Unmarshal(st.Measured, &m); err != nil {
			v.refuted("what it says of logs has another shape than check gives")
			return
		}
		verdict, headline = m.Verdict, m.Headline
		if m.Verdict != stated.Verdict && m.Verdict != "BROKEN" {
			v.refuted("with logs it says %s, and by the settings %s: logs can only break a claim", m.Verdict, stated.Verdict)
		}
		v.not("what logs showed from %s to %s (%d of %d hours): that is the signer's word", m.Window.From, m.Window.To, m.Window.HoursSeen, m.Window.Hours)
	}
	about := [...]string{st.Customer, st.AsOf, st.KnownAt, st.Datasets, st.SettingsDigest}
	if st.Verdict != verdict || st.Headline != headline || about != [...]string{stated.Customer, stated.AsOf, stated.KnownAt, stated.Revision.Datasets, stated.Revision.Settings} {
		v.refuted("its parts say different things")
	}
}

// derive judges the settings again, twice, and compares.
func (a *app) derive(ctx context.Context, v *verification, ref *reference, text []byte, name string) error {
	st := v.Statement
	sets, err := ref.parse(text, name)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(sets, func(s *residency.Settings) bool { return s.Customer == st.Customer })
	if at < 0 {
		return fmt.Errorf("%s has no settings of %s", name, st.Customer)
	}
	svc, err := a.ephemeral(ctx, ref, sets[at:at+1])
	if err != nil {
		return err
	}
	day, err := svc.Date(st.AsOf)
	if err != nil {
		return err
	}
	answer, err := svc.Residency(ctx, svc.State(), st.Customer, day)
	if err != nil {
		return err
	}
	if answer.Revision.Settings != st.SettingsDigest {
		v.refuted("the settings are not those it rests on: digest %.12s, stated %.12s", answer.Revision.Settings, st.SettingsDigest)
		return nil
	}
	v.verified("the settings are those it rests on: digest %.12s", st.SettingsDigest)
	in, err := claimOf(st.Question)
	if err != nil {
		return err
	}
	cl, err := ref.Claim(in)
	if err != nil {
		return err
	}
	j, err := svc.Judge(answer, cl)
	if err != nil {
		return err
	}
	again := render.CheckValue(j, svc.Readings(answer, cl), "")
	compare(v, &again)
	plain, err := naive.Check(naive.Input{Rules: ref.Rules, Footprint: ref.Footprint, Day: day, Settings: answer.Settings, Claim: cl})
	if err != nil {
		return err
	}
	compareNaive(v, &plain, j)
	return nil
}

func claimOf(q attest.Question) (atlas.ClaimInput, error) {
	in := atlas.ClaimInput{
		Preset: q.Preset, Kind: q.Kind, Within: q.Within, Except: q.Except, Reading: q.Reading, Categories: q.Categories, Activities: q.Activities,
	}
	for _, text := range q.Scopes {
		s, err := scope(strings.TrimSpace(text))
		if err != nil {
			return in, err
		}
		in.Scopes = append(in.Scopes, s)
	}
	return in, nil
}

// compare holds the engine's answer against the stated one: all of it but the name
// of the customer, the moment, and the number of the version, which nothing here
// can tell.
func compare(v *verification, again *render.CheckJSON) {
	var stated render.CheckJSON
	if json.Unmarshal(v.Statement.Check, &stated) != nil {
		return
	}
	again.Name, again.KnownAt, again.Revision.SettingsVersion = stated.Name, stated.KnownAt, stated.Revision.SettingsVersion
	if reflect.DeepEqual(plainly(stated), plainly(*again)) {
		v.verified("the engine derives the same answer: %s by the settings, %s", strings.ReplaceAll(again.Verdict, "_", " "), again.Considered.Digest)
		return
	}
	v.refuted("the engine derives another answer: %s by the settings with certificate %s, stated %s with %s",
		again.Verdict, again.Considered.Digest, stated.Verdict, stated.Considered.Digest)
}

// plainly is a value as JSON has it.
func plainly(value any) (out any) {
	text, err := json.Marshal(value)
	if err != nil || json.Unmarshal(text, &out) != nil {
		return err
	}
	return out
}

// compareNaive holds the naive checker's answer against the engine's: the verdict,
// every counterexample at every site, and the facts that decide.
func compareNaive(v *verification, plain *naive.Result, j *atlas.Judgement) {
	key := func(c residency.DataCategory, a residency.Activity, s residency.Scope, site string) string {
		return fmt.Sprint(c, " ", a, " ", s, " at ", site)
	}
	var theirs, ours []string
	for _, c := range plain.Counterexamples {
		theirs = append(theirs, key(c.Category, c.Activity, c.Scope, c.Site))
	}
	footprint := j.Residency.View.Footprint()
	for _, c := range j.Counterexamples {
		p := c.Placement
		if c.Sites.Empty() {
			ours = append(ours, key(p.Category, p.Activity, p.Scope, ""))
		}
		for i := range c.Sites.All() {
			ours = append(ours, key(p.Category, p.Activity, p.Scope, footprint.Site(i).Code))
		}
	}
	theirs, ours = sortedSet(theirs), sortedSet(ours)
	unnamed := slices.ContainsFunc(plain.Unknowns, func(fact string) bool {
		return !slices.ContainsFunc(j.Unknowns, func(m claim.Missing) bool { return m.Fact == fact })
	})
	if plain.Verdict != j.Verdict || unnamed || !slices.Equal(theirs, ours) {
		v.refuted("the naive checker derives another answer: %s, with %d places outside; the engine %s, with %d", plain.Verdict, len(theirs), j.Verdict, len(ours))
		return
	}
	v.verified("the naive checker derives the same verdict, facts and places outside (%d)", len(ours))
}

func sortedSet(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}

// say prints what came of it.
func (a *app) say(v *verification) error {
	code := exitHolds
	switch v.Result = "VERIFIED"; {
	case len(v.Refuted) > 0:
		v.Result, code = "REFUTED", exitNotHolds
	case len(v.NotVerified) > 0:
		v.Result, code = "PARTLY", exitUnknown
	}
	err := a.print(v, func() string { return verificationText(v) })
	if err == nil {
		a.code = code
	}
	return err
}

var resultWords = map[string]string{"VERIFIED": "VERIFIED", "REFUTED": "REFUTED", "PARTLY": "SIGNED, NOT WHOLLY VERIFIED"}

func verificationText(v *verification) string {
	var b strings.Builder
	fmt.Fprintln(&b, resultWords[v.Result])
	if st := v.Statement; st != nil {
		fmt.Fprintf(&b, "The statement about %s, as of %s, says %s:\n%s\n", st.Customer, st.AsOf, strings.ReplaceAll(st.Verdict, "_", " "), st.Headline)
	}
	for _, part := range []struct {
		title string
		lines []string
	}{{"Refuted", v.Refuted}, {"Verified", v.Verified}, {"Not verified", v.NotVerified}} {
		if len(part.lines) > 0 {
			fmt.Fprintf(&b, "\n%s\n  - %s\n", part.title, strings.Join(part.lines, "\n  - "))
		}
	}
	return b.String()
}
