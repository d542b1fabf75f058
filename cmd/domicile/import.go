package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/httpd"
	"domicile/internal/residency"
)

const importLong = `Import reads a settings file and keeps each customer's settings as a new
version. It is strict: an unknown key, a duplicate or an unknown code is an
error with its line and column, all of them are listed, and then nothing is
imported. Importing the same settings again changes nothing.

A file of up to 16 MiB is one change. A larger one may be of any size: it is
checked to its end, and then imported in parts of up to 1,000 customers, each a
change of its own. After an interruption the same command goes on: what is
imported already is skipped, and counted. YAML needs a line --- between
customers. The file may be packed with gzip, and may be a tar archive of settings
files. Standard input larger than 16 MiB cannot be read twice: where it is no
file, its parts are imported as they come, and at something wrong the message
says what was imported and what was not.`

const importExample = `  domicile import acme.yaml
  domicile import fleet.yaml --actor release-2026-11 --dry-run
  domicile import fleet.json.gz
  cat acme.json | domicile import - --json`

// oneChange is up to what size a file is imported as one change: so many bytes,
// and so many customers as every store takes at once.
const (
	oneChange          = 16 << 20
	oneChangeCustomers = 100_000
)

// imported is what became of one customer.
type imported struct {
	Customer  string `json:"customer"`
	Result    string `json:"result"` // new, new version, unchanged
	Version   int    `json:"version"`
	ValidFrom string `json:"valid_from"`
}

func (a *app) importCommand() *cobra.Command {
	var actor string
	var dry bool
	c := &cobra.Command{
		Use: "import FILE|-", Short: "Keep customers' settings", Long: importLong, Example: importExample, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.importFile(c.Context(), args[0], actor, dry) },
	}
	c.Flags().StringVar(&actor, "actor", "import", "who records them, for the history")
	c.Flags().BoolVar(&dry, "dry-run", false, "read and check, keep nothing")
	c.Flags().BoolVar(&a.asJSON, "json", false, "print JSON")
	return c
}

func (a *app) importFile(ctx context.Context, path, actor string, dry bool) (err error) {
	src, err := a.openSettings(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.close()) }()
	ref, err := a.reference()
	if err != nil {
		return err
	}
	sets, err := src.small(ref)
	if err != nil {
		return err
	}
	if dry && sets != nil {
		return a.printImported(nil, notKept(len(sets)))
	}
	if dry {
		n, err := a.checkParts(ctx, src, ref)
		if err != nil {
			return err
		}
		return a.printImported(nil, notKept(n))
	}
	return a.importInto(ctx, src, ref, sets, actor)
}

func notKept(customers int) string {
	return fmt.Sprintf("%d customers read, nothing kept (--dry-run)\n", customers)
}

// importInto imports settings as one change where they are given, else a source in
// parts.
func (a *app) importInto(ctx context.Context, src *settingsSource, ref *reference, sets []*residency.Settings, actor string) (err error) {
	store, err := a.openAddress(ctx, a.config.Store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	kept, err := recordsOf(store)
	if err != nil {
		return err
	}
	k := &keeping{intake: atlas.NewIntake(store, codec{}, a.clock), rows: auth.NewRows(kept, a.clock, httpd.RequestID), actor: actor}
	if sets == nil {
		return a.importParts(ctx, src, ref, k)
	}
	done, err := k.keep(ctx, sets)
	if err != nil {
		return err
	}
	return a.printImported(done, "")
}

func (a *app) printImported(done []imported, note string) error {
	if done == nil {
		done = []imported{}
	}
	return a.print(map[string]any{"customers": done}, func() string {
		var b strings.Builder
		b.WriteString(note)
		for _, d := range done {
			fmt.Fprintf(&b, "%-24s %-12s version %d, valid from %s\n", d.Customer, d.Result, d.Version, d.ValidFrom)
		}
		return b.String()
	})
}

// small reads a source that is one change; nil for a larger one, which is then as if
// nothing had been read of it.
func (s *settingsSource) small(ref *reference) ([]*residency.Settings, error) {
	if s.archive {
		return nil, nil
	}
	data, err := io.ReadAll(io.LimitReader(s.text, oneChange+1))
	if err != nil {
		return nil, fmt.Errorf("nothing was imported:\n%w", s.failed(err))
	}
	if len(data) <= oneChange {
		sets, err := ref.parse(data, s.name)
		if err != nil {
			return nil, fmt.Errorf("nothing was imported:\n%w", err)
		}
		if len(sets) <= oneChangeCustomers {
			return sets, nil
		}
	}
	return nil, s.unread(data)
}
