package claim

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"time"

	"domicile/internal/evidence"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// digest is the certificate of a check: a hash over the claim, the date, every
// placement in scope in canonical order, with its sites by index and its state,
// and every observation of the window. Together with the revision it lets anybody who re-derives the answer
// compare in one step that the same things were considered.
type digest struct {
	h   hash.Hash
	buf []byte
}

func newDigest(c *Claim, res *residency.Residency) *digest {
	d := &digest{h: sha256.New(), buf: make([]byte, 0, 512)}
	d.text("domicile-check-1")
	d.text(c.Kind.String())
	d.text(c.Places.String())
	d.number(uint64(c.Categories)<<16 | uint64(c.Activities))
	for _, s := range c.Scopes {
		d.text(s.String())
	}
	d.text(res.Customer)
	d.text(res.Date.String())
	d.flush()
	return d
}

func (d *digest) text(s string) {
	d.number(uint64(len(s)))
	d.buf = append(d.buf, s...)
}

func (d *digest) number(n uint64) { d.buf = binary.BigEndian.AppendUint64(d.buf, n) }

func (d *digest) set(s *footprint.SiteSet) {
	for _, w := range s {
		d.number(w)
	}
}

func (d *digest) flush() {
	d.h.Write(d.buf)
	d.buf = d.buf[:0]
}

func (d *digest) placement(p *residency.Placement, st state) {
	flags := uint64(p.Category)<<32 | uint64(p.Activity)<<24 | uint64(p.Scope.Kind)<<16 | uint64(p.Elsewhere)<<8 | uint64(st)
	if p.Possible {
		flags |= 1 << 40
	}
	d.number(flags)
	d.text(p.Scope.Name)
	d.text(p.Reason.Product)
	d.text(p.Country)
	d.set(&p.May)
	d.set(&p.Certain)
	d.flush()
}

// window adds what was observed, in the order given. The empty window adds nothing.
func (d *digest) window(w *evidence.Window) {
	if w.From.IsZero() && w.To.IsZero() && len(w.Observations) == 0 {
		return
	}
	d.instant(w.From)
	d.instant(w.To)
	d.number(uint64(w.Coverage.Minutes)<<32 | uint64(w.Coverage.MinutesSeen))
	for i := range w.Observations {
		o := &w.Observations[i]
		d.number(uint64(o.Category)<<48 | uint64(o.Activity)<<40 | uint64(o.Scope.Kind)<<32 | uint64(o.Kinds))
		d.text(o.Scope.Name)
		d.text(o.Site)
		d.instant(o.Hour)
		d.number(o.Count)
		d.instant(o.First)
		d.instant(o.Last)
		d.flush()
	}
}

func (d *digest) instant(t time.Time) { d.number(uint64(t.UnixMicro())) }

func (d *digest) sum(v Verdict) string {
	d.text(v.String())
	d.flush()
	return "sha256:" + hex.EncodeToString(d.h.Sum(nil))
}
