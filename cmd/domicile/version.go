package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"domicile/internal/dataset"
)

func (a *app) versionCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "version", Short: "Print the version and the revision of the datasets", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			d, err := dataset.Load(a.datasetFiles(), dataset.Options{})
			if err != nil {
				return err
			}
			v := map[string]string{"version": version, "datasets": d.Revision, "go": runtime.Version()}
			return a.print(v, func() string {
				return fmt.Sprintf("domicile %s\ndatasets %s\n%s\n", version, d.Revision, runtime.Version())
			})
		},
	}
	c.Flags().BoolVar(&a.asJSON, "json", false, "print JSON")
	return c
}
