package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"domicile/internal/atlas"
	"domicile/internal/auth"
	"domicile/internal/storecopy"
)

const storeLong = `Store copies everything from one store to another, and says what a store is.
An address is that of --store: a directory, sqlite:DIRECTORY, redis://,
redis+sentinel:// or redis+cluster://; env:NAME is the one that the environment
variable NAME holds, so that a password is not on the command line.`

const storeCopyLong = `Copy brings everything: every version of every customer, with its number, its day,
its time of recording and its settings byte by byte; API tokens; the audit log;
registered claims, waivers and verdicts; frozen reports; what logs showed. It then
reads both stores again, compares them, and prints a digest of each part and one of
all. The target must be empty, or hold what an earlier copy of the same source left:
after an interruption the same command goes on where it was. The source may be in
use, unless logs are being read into it; what is written to it meanwhile comes with
the next copy. The target must have no other user. API tokens are good where the
server key is the same: copy token.key of --data as well.`

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
	all, ok1 := source.(storecopy.Store)
	into, ok2 := target.(storecopy.Store)
	if !ok1 || !ok2 {
		return errors.New("one of the stores does not keep everything")
	}
	show := a.copyBar()
	report, err := storecopy.All(ctx, all, into, storecopy.Options{Progress: show.tell})
	show.end()
	switch {
	case errors.Is(err, storecopy.ErrDifferent):
		return err
	case err != nil:
		return fmt.Errorf("%w; the same command goes on from there", err)
	}
	return a.print(map[string]any{
		"from": named(source), "to": named(target), "customers": report.Customers, "parts": report.Parts, "digest": report.Digest,
	}, func() string { return copyText(named(source), named(target), &report) })
}

func copyText(from, to string, report *storecopy.Everything) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n-> %s\n%d customers; both hold the same:\n", from, to, report.Customers)
	for _, p := range report.Parts {
		fmt.Fprintf(&text, "  %-12s %10s, %s copied now   sha256:%s\n", p.Name, thousands(uint64(p.Items)), thousands(uint64(p.Copied)), p.Digest)
	}
	fmt.Fprintf(&text, "sha256:%s\n", report.Digest)
	return text.String()
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
	text := fmt.Sprintf("%s %3.0f %% %s %s, %s of %s", gauge(share), 100*share, p.Phase, p.Part, thousands(uint64(p.Done)), thousands(uint64(p.Total)))
	if text != b.shown {
		b.shown = text
		b.out.show(text)
	}
}

func (b *copyBar) end() { b.out.clear() }
