package atlas

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// transfers are the onward transfers in a window that a claim is about, each under
// the scope that the settings of the day have for it.
func (w *Witness) transfers(ctx context.Context, id string, l *look, from, to time.Time) ([]evidence.Transfer, error) {
	if !l.claim.Categories.Has(residency.Content) {
		return nil, nil
	}
	all, err := w.evidence.Transfers(ctx, id, from, to)
	if err != nil {
		return nil, fmt.Errorf("onward transfers of %s: %w", id, err)
	}
	var out []evidence.Transfer
	for _, t := range all {
		if t.Scope = l.scope(t.Scope); l.inScope(t.Scope) {
			out = append(out, t)
		}
	}
	return sumTransfers(out), nil
}

// sumTransfers adds up what is of one scope and country, in order.
func sumTransfers(all []evidence.Transfer) []evidence.Transfer {
	slices.SortStableFunc(all, func(a, b evidence.Transfer) int {
		return cmp.Or(cmp.Compare(a.Scope.Kind, b.Scope.Kind), strings.Compare(a.Scope.Name, b.Scope.Name), strings.Compare(a.Country, b.Country))
	})
	var out []evidence.Transfer
	for _, t := range all {
		n := len(out) - 1
		if n < 0 || out[n].Scope != t.Scope || out[n].Country != t.Country {
			out = append(out, t)
			continue
		}
		addTransfer(&out[n], t)
	}
	return out
}

func addTransfer(to *evidence.Transfer, t evidence.Transfer) {
	to.Count += t.Count
	if t.First.Before(to.First) {
		to.First, to.Hour = t.First, t.Hour
	}
	if t.Last.After(to.Last) {
		to.Last = t.Last
	}
}

// TransfersByCountry adds up onward transfers of all scopes: those with most events
// first, without a scope.
func TransfersByCountry(all []evidence.Transfer) []evidence.Transfer {
	bare := slices.Clone(all)
	for i := range bare {
		bare[i].Scope = residency.Scope{}
	}
	out := sumTransfers(bare)
	slices.SortStableFunc(out, func(a, b evidence.Transfer) int { return cmp.Compare(b.Count, a.Count) })
	return out
}
