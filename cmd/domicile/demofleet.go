package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/demofleet"
	"domicile/internal/settings"
)

const demoFleetLong = `Demo-fleet invents customers: as JSON documents on standard output, one a line
(what import reads), or with --import straight into the store.
The same seed gives the same customers. All of it is fictional.`

const demoFleetExample = `  domicile demo-fleet -n 1000 > fleet.json
  domicile demo-fleet -n 100000 --seed 7 --import --data ./demo`

// demoBatch is how many customers are recorded in one step.
const demoBatch = 1000

func (a *app) demoFleetCommand() *cobra.Command {
	n, seed, keep := 1000, uint64(1), false
	c := &cobra.Command{
		Use: "demo-fleet", Short: "Invent customers", Long: demoFleetLong, Example: demoFleetExample, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if n < 1 || n > 10_000_000 {
				return fmt.Errorf("-n %d: want 1 to 10,000,000", n)
			}
			return a.demoFleet(c.Context(), n, seed, keep)
		},
	}
	c.Flags().IntVarP(&n, "number", "n", n, "how many customers")
	c.Flags().Uint64Var(&seed, "seed", seed, "which fleet")
	c.Flags().BoolVar(&keep, "import", false, "record them in the store instead of printing them")
	return c
}

func (a *app) demoFleet(ctx context.Context, n int, seed uint64, keep bool) error {
	ref, err := a.reference()
	if err != nil {
		return err
	}
	f := demofleet.New(seed, ref.Footprint, ref.Rules, ref.catalog.Presets)
	if keep {
		return a.recordDemo(ctx, f, n)
	}
	out := bufio.NewWriterSize(a.stdout, 1<<16)
	for i := range n {
		data, err := settings.Encode(f.Customer(i))
		if err != nil {
			return err
		}
		out.Write(data) // Flush tells of an error
		if err := out.WriteByte('\n'); err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
	}
	return out.Flush()
}

// recordDemo appends the customers to the store in batches.
func (a *app) recordDemo(ctx context.Context, f *demofleet.Fleet, n int) error {
	store, err := a.openAddress(ctx, a.config.Store)
	if err != nil {
		return err
	}
	show := a.progress()
	for from := 0; from < n && err == nil; from += demoBatch {
		err = a.recordPart(ctx, store, f, from, min(from+demoBatch, n))
		show.tell(min(from+demoBatch, n), n)
	}
	show.end()
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%d customers recorded\n", n)
	return err
}

func (a *app) recordPart(ctx context.Context, store atlas.Store, f *demofleet.Fleet, from, to int) error {
	writes := make([]atlas.Write, 0, to-from)
	for i := from; i < to; i++ {
		s := f.Customer(i)
		data, err := settings.Encode(s)
		if err != nil {
			return err
		}
		writes = append(writes, atlas.Write{Customer: s.Customer, Expect: atlas.AnyVersion, ValidFrom: s.Effective, Actor: "demo-fleet", Settings: data})
	}
	_, err := store.Append(ctx, a.clock().UTC(), writes)
	return err
}
