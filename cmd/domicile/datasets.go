package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"domicile/internal/dataset"
	"domicile/internal/footprint"
)

func (a *app) datasetsCommand() *cobra.Command {
	c := &cobra.Command{Use: "datasets", Short: "The facts that answers rest on"}
	var write bool
	v := &cobra.Command{
		Use: "verify", Short: "Explain every fault of the datasets",
		Long: `Verify reads every data file and explains each fault by file, line and column,
with what to do about it. Without --datasets it checks the embedded ones.`,
		Example: `  domicile datasets verify
  domicile datasets verify --datasets ./datasets
  domicile datasets verify --datasets ./datasets --write-manifest`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.verifyDatasets(write) },
	}
	v.Flags().BoolVar(&write, "write-manifest", false, "write MANIFEST anew first, after editing files")
	v.Flags().BoolVar(&a.asJSON, "json", false, "print JSON")
	c.AddCommand(v)
	return c
}

// datasetSummary is what a clean directory holds.
type datasetSummary struct {
	Faults   int            `json:"faults"`
	Revision string         `json:"revision"`
	Counts   map[string]int `json:"counts"`
	Files    int            `json:"files"`
}

func (a *app) verifyDatasets(write bool) error {
	files := a.datasetFiles()
	if write {
		if err := a.writeManifest(); err != nil {
			return err
		}
	}
	if faults := dataset.Verify(files); len(faults) > 0 {
		return fmt.Errorf("%w:\n%s", dataset.ErrFaults, strings.TrimSpace(faultLines(faults)))
	}
	d, err := dataset.Load(files, dataset.Options{})
	if err != nil {
		return err
	}
	s := summary(d)
	return a.print(s, func() string {
		var b strings.Builder
		fmt.Fprintf(&b, "no faults in %d files; revision %s\n", s.Files, s.Revision)
		for _, k := range countOrder {
			fmt.Fprintf(&b, "  %-34s %d\n", k, s.Counts[k])
		}
		return b.String()
	})
}

func faultLines(faults dataset.Faults) string {
	var b strings.Builder
	for _, f := range faults {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

var countOrder = []string{
	"points of presence listed", "of a partner network in China", "retired", "core data centers",
	"jurisdictions", "memberships", "regions", "products", "log datasets", "sources",
}

func summary(d *dataset.Data) datasetSummary {
	n := map[string]int{
		"jurisdictions": len(d.Footprint.Jurisdictions()), "memberships": len(d.Footprint.Memberships()),
		"regions": len(d.Footprint.Regions()), "products": len(d.Rules.Products),
		"log datasets": len(d.Rules.LogDatasets), "sources": len(d.Sources),
	}
	for _, s := range d.Footprint.Sites() {
		switch {
		case s.Kind == footprint.Core:
			n["core data centers"]++
			continue
		case !s.Seen.To.IsZero():
			n["retired"]++
			continue
		case s.Network != footprint.NetworkGlobal:
			n["of a partner network in China"]++
		}
		n["points of presence listed"]++
	}
	return datasetSummary{Revision: d.Revision, Counts: n, Files: len(d.Manifest)}
}

func (a *app) writeManifest() error {
	if a.config.Datasets == "" {
		return errors.New("--write-manifest needs --datasets DIR: the embedded datasets cannot be written")
	}
	m, err := dataset.Manifest(a.datasetFiles())
	if err != nil {
		return err
	}
	path := filepath.Join(a.config.Datasets, dataset.ManifestName)
	return os.WriteFile(path, m, 0o644)
}
