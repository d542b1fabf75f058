package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"domicile/internal/claim"
	"domicile/internal/config"
	"domicile/internal/render"
)

// The exit codes. Only a claim that was judged ends with 0, 1 or 2.
const (
	exitHolds     = 0
	exitNotHolds  = 1
	exitUnknown   = 2
	exitNotJudged = 3
)

// process is what the binary gets from its surroundings.
type process struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
	env            func(string) string
	terminal       bool
	clock          func() time.Time
}

// app is one run of the binary: its surroundings and what the flags chose.
type app struct {
	*process
	config  config.Config
	asJSON  bool
	serving bool // a service, which logs
	all     bool
	code    int
}

// run executes one command and returns the exit code.
func run(ctx context.Context, p *process) int {
	a := &app{process: p, config: config.Default(p.env)}
	root := a.root()
	root.SetArgs(p.args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		a.fail(err)
		return exitNotJudged
	}
	return a.code
}

// fail writes an error to the error stream, as JSON where JSON was asked for.
func (a *app) fail(err error) {
	if a.asJSON {
		line, _ := json.Marshal(map[string]string{"error": err.Error()})
		fmt.Fprintln(a.stderr, string(line))
		return
	}
	fmt.Fprintln(a.stderr, "domicile: "+err.Error())
}

const rootLong = `Domicile answers where a customer's data is stored and processed on a global
edge network, and whether a claim such as "only in the EU" holds.

A verdict is one of
  HOLDS         every place the settings allow lies inside         exit code 0
  NOT ENSURED   the settings allow a place outside, which is named exit code 1
  BROKEN        something was observed outside                     exit code 1
  UNKNOWN       a fact that decides it is missing, and is named    exit code 2
and anything that could not be judged ends with exit code 3.`

const rootExample = `  domicile where gryphon-grooming --demo          where is their data?
  domicile check gryphon-grooming --demo --within EU   is it only in the EU?
  domicile plan gryphon-grooming --demo --within EU    what has to change?
  domicile check --settings acme.yaml --within EU,GB --resides
  domicile import fleet.yaml                      keep customers' settings
  domicile serve                                  the API and the page`

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use: "domicile", Short: "Where is a customer's data, and does the claim hold?",
		Long: rootLong, Example: rootExample, SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
	}
	f := root.PersistentFlags()
	f.StringVar(&a.config.Data, "data", a.config.Data, "directory of this machine's store and of the server key")
	a.storeFlag(root)
	f.StringVar(&a.config.Datasets, "datasets", a.config.Datasets, "directory that replaces the embedded datasets")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w (domicile %s --help shows the flags)", err, c.Name())
	})
	root.AddCommand(a.whereCommand(), a.checkCommand(), a.planCommand(), a.sweepCommand(), a.claimsCommand(), a.demoFleetCommand(), a.importCommand(), a.serveCommand(), a.ingestCommand(), a.demoLogsCommand(), a.probeCommand(), a.statementCommand(), a.verifyCommand(),
		a.tokenCommand(), a.auditCommand(), a.storeCommand(), a.datasetsCommand(), a.versionCommand(), a.healthCommand())
	return root
}

// style says how to mark words: colour only for a person at a terminal.
func (a *app) style() render.Style {
	return render.Style{Color: a.terminal && a.env("NO_COLOR") == "" && a.env("TERM") != "dumb"}
}

// print writes an answer as text, or as JSON where that was asked for.
func (a *app) print(value any, text func() string) error {
	if !a.asJSON {
		_, err := io.WriteString(a.stdout, text())
		return err
	}
	b, err := render.Encode(value)
	if err != nil {
		return err
	}
	_, err = a.stdout.Write(b)
	return err
}

// exitCode is the code of a verdict.
func exitCode(v claim.Verdict) int {
	switch v {
	case claim.Holds:
		return exitHolds
	case claim.NotEnsured, claim.Broken:
		return exitNotHolds
	}
	return exitUnknown
}
