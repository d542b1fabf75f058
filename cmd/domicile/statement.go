package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/attest"
	"domicile/internal/auth"
	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/render"
	"domicile/internal/settings"
)

const statementLong = `Statement judges a claim as check does, and signs the answer: what was claimed, the
verdict, every counterexample, what is not known and not covered, the digests of
the datasets and the settings, and until when it is valid. It signs whatever the
verdict is, and says which.

Where logs are kept, the days before now are looked at as well (--window), so that a
statement never says more than is known.

What it writes is an in-toto statement in a DSSE envelope. The settings go with it, so
that whoever has the public key can derive the answer again (domicile verify);
--without-settings leaves them out: then whoever verifies needs the settings file.

The key is a file of PEM, PKCS #8: Ed25519, or ECDSA on P-256.
  openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout -out public.pem

Exit codes: 0 holds, 1 broken or not ensured, 2 unknown, 3 nothing was signed.`

const statementExample = `  domicile statement acme --within EU --key key.pem --out statement.json
  domicile statement --settings acme.yaml --claim eu-only --key key.pem --valid 30d > statement.json`

// Days that a statement looks back and ahead where nobody says.
const (
	statementDays    = 30
	maxStatementDays = 366
)

// signing is what the flags of statement say.
type signing struct {
	key, valid, window, out string
	without                 bool
}

func (a *app) statementCommand() *cobra.Command {
	var s subject
	var q question
	var how signing
	c := &cobra.Command{
		Use: "statement [CUSTOMER] --within PLACES --key FILE", Short: "Sign the answer to a claim", Long: statementLong, Example: statementExample,
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: a.completeCustomers,
		RunE: func(c *cobra.Command, args []string) error { return a.statement(c.Context(), &s, &q, &how, args) },
	}
	s.flags(c)
	q.flags(c)
	f := c.Flags()
	f.StringVar(&how.key, "key", "", "file of the private key, PEM")
	f.StringVar(&how.out, "out", "", "file to write the statement to (default: standard output)")
	f.StringVar(&how.valid, "valid", strconv.Itoa(statementDays)+"d", "for how many days it is valid, at most "+strconv.Itoa(maxStatementDays)+"d")
	f.StringVar(&how.window, "window", "", "what logs showed from one day to another, as FROM..TO (default: the last 30 days, where logs are kept)")
	f.BoolVar(&how.without, "without-settings", false, "leave the settings out; their digest stays")
	a.completePlaces(c)
	if err := c.MarkFlagRequired("key"); err != nil {
		c.Long += "\n" + err.Error()
	}
	return c
}

func (a *app) statement(ctx context.Context, s *subject, q *question, how *signing, args []string) error {
	key, err := a.readKey(how.key, "--key", attest.PrivateKey)
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(strings.TrimSuffix(how.valid, "d"))
	if err != nil || days < 1 || days > maxStatementDays {
		return fmt.Errorf("--valid %q: want a number of days from 1d to %dd", how.valid, maxStatementDays)
	}
	return a.claimed(ctx, s, q, args, func(asked *asked, cl claim.Claim) error {
		st, verdict, err := a.state(ctx, asked, q, cl, how)
		if err != nil {
			return err
		}
		st.ValidUntil = st.Issued.AddDate(0, 0, days)
		text, err := attest.Sign(ctx, key, st)
		if err == nil {
			err = a.recordStatement(ctx, asked, text)
		}
		if err != nil {
			return err
		}
		if how.out == "" {
			_, err = a.stdout.Write(text)
		} else {
			err = os.WriteFile(how.out, text, 0o600)
		}
		if err == nil {
			fmt.Fprintf(a.stderr, "signed: %s. %s Valid until %s, by key %s\n", verdictText(verdict), st.Headline, st.ValidUntil.Format(time.DateOnly), key.ID())
			a.code = exitCode(verdict)
		}
		return err
	})
}

func verdictText(v claim.Verdict) string { return strings.ReplaceAll(v.String(), "_", " ") }

// state judges a claim and puts the answer into a statement that nobody signed yet.
func (a *app) state(ctx context.Context, asked *asked, q *question, cl claim.Claim, how *signing) (*attest.Statement, claim.Verdict, error) {
	j, err := asked.service.Judge(asked.answer, cl)
	if err != nil {
		return nil, 0, err
	}
	readings := asked.service.Readings(asked.answer, cl)
	st := &attest.Statement{
		Customer: asked.id, Verdict: j.Verdict.String(), Headline: j.Headline(), Issued: a.clock().UTC().Truncate(time.Second),
		AsOf: j.AsOf.String(), KnownAt: j.KnownAt.UTC().Format(time.RFC3339), Question: q.stated(),
		Datasets: j.Revision.Datasets, SettingsDigest: j.Revision.Settings,
	}
	if st.Check, err = json.Marshal(render.CheckValue(j, readings, asked.name)); err != nil {
		return nil, 0, err
	}
	if asked.answer.Settings != nil && !how.without {
		if st.Settings, err = settings.Encode(asked.answer.Settings); err != nil {
			return nil, 0, err
		}
	}
	verdict := j.Verdict
	m, err := a.measured(ctx, asked, cl, how.window)
	if err != nil || m == nil {
		return st, verdict, err
	}
	st.Verdict, st.Headline = m.Verdict.String(), m.Headline()
	st.Measured, err = json.Marshal(render.MeasuredValue(m, readings, asked.name))
	return st, m.Verdict, err
}

// measured is the judgement with what was observed; nil where nothing is kept.
func (a *app) measured(ctx context.Context, asked *asked, cl claim.Claim, window string) (*atlas.Measured, error) {
	if asked.evidence == nil {
		if window != "" {
			return nil, errNothingStored
		}
		return nil, nil
	}
	to := a.clock().UTC().Truncate(time.Hour).Add(time.Hour)
	from := to.AddDate(0, 0, -statementDays)
	if window != "" {
		var err error
		if from, to, err = parseWindow(window); err != nil {
			return nil, err
		}
	}
	return atlas.NewWitness(asked.service, asked.evidence).CheckWindow(ctx, asked.state, asked.id, cl, asked.answer.AsOf, from, to)
}

// stated is the question as a statement keeps it.
func (q *question) stated() attest.Question {
	out := attest.Question{
		Preset: q.preset, Within: footprint.SplitPlaces(q.within), Except: footprint.SplitPlaces(q.except), Reading: q.reading(),
		Categories: q.categories, Activities: q.activities, Scopes: q.scopes,
	}
	if q.neverIn != "" {
		out.Kind, out.Within = "NEVER_IN", footprint.SplitPlaces(q.neverIn)
	}
	return out
}

// recordStatement notes in the audit log that a statement about a stored customer
// was signed; where that fails, none is given out.
func (a *app) recordStatement(ctx context.Context, asked *asked, text []byte) error {
	kept, ok := asked.evidence.(records)
	if !ok {
		return nil
	}
	sum := sha256.Sum256(text)
	rows := auth.NewRows(kept, a.clock, nil)
	return rows.Issued(auth.WithViewer(ctx, auth.Local()), asked.id, fmt.Sprintf("sha256:%x", sum))
}

// readKey reads a key from a file that is named by a flag.
func (a *app) readKey(path, flag string, parse func([]byte) (*attest.Key, error)) (*attest.Key, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	text, err := io.ReadAll(io.LimitReader(f, attest.MaxKey+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	k, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", flag, path, err)
	}
	return k, nil
}
