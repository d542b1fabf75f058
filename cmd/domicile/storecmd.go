package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/storecopy"
)

const storeLong = `Store copies everything from one store to another, and says what a store is.
An address is that of --store: a directory, sqlite:DIRECTORY, redis://,
redis+sentinel:// or redis+cluster://; env:NAME is the one that the environment
variable NAME holds, so that a password is not on the command line.`

const storeCopyLong = `Copy brings every version of every customer, with its number, its day, its time of
recording and its settings byte by byte, and then reads both stores again,
compares them, and prints one digest of what they hold. The target must be empty,
or hold what an earlier copy of the same source left: after an interruption the
same command goes on where it was. The source may be in use; what is written to
it meanwhile comes with the next copy. The target must have no other writer.`

const storeExample = `  domicile store copy ~/.local/share/domicile redis://127.0.0.1
  DOMICILE_STORE=redis+cluster://app:secret@10.0.0.1,10.0.0.2 domicile store copy /var/lib/domicile env:DOMICILE_STORE
  domicile store info --store redis://127.0.0.1`

func (a *app) storeCommand() *cobra.Command {
	c := &cobra.Command{Use: "store", Short: "Copy a store to another, say what a store is", Long: storeLong, Example: storeExample, Args: cobra.NoArgs}
	c.PersistentFlags().BoolVar(&a.asJSON, "json", false, "print JSON")
	c.AddCommand(&cobra.Command{
		Use: "copy FROM TO", Short: "Copy everything from one store to another", Long: storeCopyLong, Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error { return a.copyStore(c.Context(), args[0], args[1]) },
	}, &cobra.Command{
		Use: "info", Short: "Say what the store holds and what a write to it survives", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.storeInfo(c.Context()) },
	})
	return c
}

func (a *app) copyStore(ctx context.Context, from, to string) (err error) {
	source, err := a.openAddress(ctx, from)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := a.openAddress(ctx, to)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	show := a.copyBar()
	report, err := storecopy.Copy(ctx, source, target, storecopy.Options{Progress: show.tell})
	show.end()
	if errors.Is(err, storecopy.ErrDifferent) {
		return err
	}
	if err != nil {
		return fmt.Errorf("%w; %d versions are in the target: the same command goes on from there", err, report.Versions)
	}
	return a.print(map[string]any{
		"from": named(source), "to": named(target), "customers": report.Customers, "versions": report.Versions,
		"copied": report.Copied, "digest": report.Digest,
	}, func() string {
		return fmt.Sprintf("%s\n-> %s\n%d customers, %d versions, %d of them copied now; both hold the same:\nsha256:%s\n",
			named(source), named(target), report.Customers, report.Versions, report.Copied, report.Digest)
	})
}

// storeSize is how much a store holds.
type storeSize struct{ customers, versions int }

func sizeOf(ctx context.Context, store atlas.Store) (n storeSize, err error) {
	const page = 10_000
	after := ""
	for {
		refs, err := store.Customers(ctx, after, page)
		if err != nil {
			return n, err
		}
		for _, r := range refs {
			n.versions += r.Version
			after = r.Customer
		}
		if n.customers += len(refs); len(refs) < page {
			return n, nil
		}
	}
}

func (a *app) storeInfo(ctx context.Context) (err error) {
	store, err := a.openAddress(ctx, a.config.Store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	n, err := sizeOf(ctx, store)
	if err != nil {
		return err
	}
	kept := promises(ctx, store)
	_, evidence := store.(atlas.EvidenceStore)
	_, tokens := store.(auth.TokenStore)
	return a.print(map[string]any{
		"store": named(store), "durability": kept, "customers": n.customers, "versions": n.versions,
		"keeps_evidence": evidence, "keeps_tokens": tokens,
	}, func() string {
		return fmt.Sprintf("%s: %s\n%d customers, %d versions\n", named(store), kept, n.customers, n.versions)
	})
}

// copyBar shows on a terminal how far a copy is. Anywhere else it shows
// nothing.
type copyBar struct {
	out   *lineAtTerminal
	shown string
}

func (a *app) copyBar() *copyBar { return &copyBar{out: a.lineAtTerminal()} }

func (b *copyBar) tell(p storecopy.Progress) {
	share := float64(p.Done) / float64(max(p.Total, 1))
	text := fmt.Sprintf("%s %3.0f %% %s, %s of %s versions", gauge(share), 100*share, p.Phase, thousands(uint64(p.Done)), thousands(uint64(p.Total)))
	if text != b.shown {
		b.shown = text
		b.out.show(text)
	}
}

func (b *copyBar) end() { b.out.clear() }
