package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/httpd"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

const importLong = `Import reads a settings file and keeps each customer's settings as a new
version. It is strict: an unknown key, a duplicate or an unknown code is an
error with its line and column, all of them are listed, and then nothing is
imported. Importing the same settings again changes nothing.`

const importExample = `  domicile import acme.yaml
  domicile import fleet.yaml --actor release-2026-11 --dry-run
  cat acme.json | domicile import - --json`

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

func (a *app) importFile(ctx context.Context, path, actor string, dry bool) error {
	data, err := a.readFile(path)
	if err != nil {
		return err
	}
	ref, err := a.reference()
	if err != nil {
		return err
	}
	sets, err := ref.parse(data, filepath.Base(path))
	if err != nil {
		return fmt.Errorf("nothing was imported:\n%w", err)
	}
	if dry {
		return a.printImported(nil, fmt.Sprintf("%d customers read, nothing kept (--dry-run)\n", len(sets)))
	}
	svc, store, err := a.openStore(ctx, ref)
	if err != nil {
		return err
	}
	kept, err := recordsOf(store)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	done, err := put(ctx, svc, auth.NewRows(kept, a.clock, httpd.RequestID), sets, actor)
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	return a.printImported(done, "")
}

// put records settings and what changed in the audit log, and tells what became
// of each customer.
func put(ctx context.Context, svc *atlas.Service, rows *auth.Rows, sets []*residency.Settings, actor string) ([]imported, error) {
	before := svc.State()
	versions, err := svc.Put(ctx, sets, atlas.AnyVersion, actor)
	if err != nil {
		return nil, err
	}
	if err := audit(ctx, rows, before, versions); err != nil {
		return nil, err
	}
	out := make([]imported, len(versions))
	for i, v := range versions {
		out[i] = imported{Customer: v.Customer, Result: "new", Version: v.Number, ValidFrom: v.ValidFrom.String()}
		if c, ok := before.Customer(v.Customer); ok {
			out[i].Result = "new version"
			if c.Newest() >= v.Number {
				out[i].Result = "unchanged"
			}
		}
	}
	return out, nil
}

// audit records each version that is new, with the revision before it.
func audit(ctx context.Context, rows *auth.Rows, before *atlas.State, versions []atlas.Version) error {
	ctx = auth.WithViewer(ctx, auth.Local())
	for _, v := range versions {
		was := ""
		if c, ok := before.Customer(v.Customer); ok {
			if c.Newest() >= v.Number {
				continue
			}
			last, err := c.Version(ctx, c.Newest())
			if err != nil {
				return err
			}
			was = last.Digest
		}
		if err := rows.Changed(ctx, auth.PutSettings, v.Customer, was, settings.Digest(v.Settings)); err != nil {
			return err
		}
	}
	return nil
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
