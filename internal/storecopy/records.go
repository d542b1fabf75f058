package storecopy

import (
	"context"
	"fmt"

	"domicile/internal/auth"
	"domicile/internal/ledger"
)

// tokens are the API tokens.
type tokens struct {
	pair
	all []auth.Token
}

func (x *tokens) compare(ctx context.Context) (err error) {
	if x.all, err = x.from.Tokens(ctx); err != nil {
		return fmt.Errorf("source: %w", err)
	}
	there, err := x.to.Tokens(ctx)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	ours := map[string]auth.Token{}
	for _, t := range x.all {
		ours[t.ID] = t
	}
	for _, t := range there {
		was, ok := ours[t.ID]
		if !ok || !was.SameRights(t) || !t.Revoked.IsZero() && !t.Revoked.Equal(was.Revoked) {
			return differs("token %q", t.ID)
		}
	}
	x.Items = len(there)
	return nil
}

func (x *tokens) copy(ctx context.Context) error {
	x.Copied = len(x.all) - x.Items
	for i, t := range x.all {
		if err := x.to.RestoreToken(ctx, t); err != nil {
			return fmt.Errorf("target: %w", err)
		}
		x.tell(Copying, i+1, len(x.all))
	}
	return nil
}

func (x *tokens) verify(ctx context.Context) error {
	there, err := x.to.Tokens(ctx)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	if len(there) != len(x.all) {
		return differs("%d tokens, and %d in the source", len(there), len(x.all))
	}
	x.Items = len(there)
	for i, t := range there {
		if t != x.all[i] {
			return differs("token %q", t.ID)
		}
		if err := x.add(t); err != nil {
			return err
		}
	}
	return nil
}

// audit is the audit log. Each entry has a hash over all before it, so that two logs
// with one hash at a place are the same up to there.
type audit struct {
	pair
	head auth.Head // of the target
}

func (x *audit) compare(ctx context.Context) (err error) {
	if x.head, err = x.to.AuditHead(ctx); err != nil {
		return fmt.Errorf("target: %w", err)
	}
	return x.sameAt(ctx)
}

// sameAt reports whether the source has the target's last entry.
func (x *audit) sameAt(ctx context.Context) error {
	if x.head.Seq == 0 {
		return nil
	}
	at, err := x.from.AuditEntries(ctx, auth.AuditQuery{After: x.head.Seq - 1, Limit: 1})
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	if len(at) != 1 || at[0].Seq != x.head.Seq || at[0].Hash != x.head.Hash {
		return differs("entry %d of the audit log", x.head.Seq)
	}
	return nil
}

func (x *audit) copy(ctx context.Context) error {
	last, err := x.from.AuditHead(ctx)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	for x.head.Seq < last.Seq {
		page, err := x.from.AuditEntries(ctx, auth.AuditQuery{After: x.head.Seq, Limit: x.page})
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		if len(page) == 0 {
			return fmt.Errorf("source: %w: no entry follows entry %d", auth.ErrTampered, x.head.Seq)
		}
		kept, err := x.to.AppendAudit(ctx, page...)
		if err != nil {
			return fmt.Errorf("target: %w", err)
		}
		for i, e := range kept {
			if e != page[i] {
				return differs("entry %d of the audit log", page[i].Seq)
			}
		}
		end := page[len(page)-1]
		x.head = auth.Head{Seq: end.Seq, Hash: end.Hash}
		x.Copied += len(page)
		x.tell(Copying, int(end.Seq), int(last.Seq))
	}
	return nil
}

func (x *audit) verify(ctx context.Context) error {
	head, err := auth.VerifyAudit(ctx, x.to, x.head)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	x.head, x.Items, x.Digest = head, int(head.Seq), head.Hash.String()
	x.tell(Verifying, x.Items, x.Items)
	return x.sameAt(ctx)
}

// entries are those of the ledger. The numbers that stores give them are their own.
type entries struct {
	pair
	after int64 // the last entry of the source that is in the target
}

// sameEntry compares but for the number.
func sameEntry(a, b ledger.Entry) bool {
	return a.ID == b.ID && a.At.Equal(b.At) && a.Actor == b.Actor && a.Customer == b.Customer && a.Claim == b.Claim && a.Kind == b.Kind &&
		string(a.Body) == string(b.Body)
}

// abreast reads both ledgers side by side from their beginning to the target's end.
func (x *entries) abreast(ctx context.Context, phase Phase, seen func(ledger.Entry) error) (n int, err error) {
	x.after = 0
	for after := int64(0); ; {
		theirs, err := x.to.Ledger(ctx, "", after, x.page)
		if err != nil {
			return n, fmt.Errorf("target: %w", err)
		}
		if len(theirs) == 0 {
			return n, nil
		}
		ours, err := x.from.Ledger(ctx, "", x.after, len(theirs))
		if err != nil {
			return n, fmt.Errorf("source: %w", err)
		}
		for i, e := range theirs {
			if i >= len(ours) || !sameEntry(ours[i], e) {
				return n, differs("entry %q of the ledger", e.ID)
			}
			if err := seen(e); err != nil {
				return n, err
			}
		}
		after, x.after = theirs[len(theirs)-1].Seq, ours[len(ours)-1].Seq
		n += len(theirs)
		x.tell(phase, n, 0)
	}
}

func (x *entries) compare(ctx context.Context) (err error) {
	x.Items, err = x.abreast(ctx, Comparing, func(ledger.Entry) error { return nil })
	return err
}

func (x *entries) copy(ctx context.Context) error {
	for {
		page, err := x.from.Ledger(ctx, "", x.after, x.page)
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		if len(page) == 0 {
			return nil
		}
		kept, err := x.to.AppendLedger(ctx, page...)
		if err != nil {
			return fmt.Errorf("target: %w", err)
		}
		for i, e := range kept {
			if !sameEntry(e, page[i]) {
				return differs("entry %q of the ledger", e.ID)
			}
		}
		x.after = page[len(page)-1].Seq
		x.Copied += len(page)
		x.tell(Copying, x.Items+x.Copied, 0)
	}
}

func (x *entries) verify(ctx context.Context) (err error) {
	x.Items, err = x.abreast(ctx, Verifying, func(e ledger.Entry) error {
		e.Seq = 0
		return x.add(e)
	})
	return err
}
