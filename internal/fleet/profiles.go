package fleet

import (
	"crypto/sha256"

	"domicile/internal/residency"
)

// NoSettings is the profile of customers for whom no settings are recorded on
// the day: nothing of them is known.
const NoSettings = 0

// Profiles numbers shapes, in the order in which they come. It grows and never
// forgets; one writer at a time.
type Profiles struct {
	numbers map[[sha256.Size]byte]uint32 // by digest of the shape's key
	shapes  []*residency.Settings
	pool    pool
}

// NewProfiles makes one that holds NoSettings alone.
func NewProfiles() *Profiles {
	return &Profiles{numbers: map[[sha256.Size]byte]uint32{}, shapes: []*residency.Settings{nil}, pool: newPool()}
}

// Named is a shape and what names it.
type Named struct {
	shape *residency.Settings
	key   [sha256.Size]byte
}

// Name makes the shape of settings, ready to be numbered.
func Name(s *residency.Settings) Named {
	shape := Shape(s)
	return Named{shape, sha256.Sum256(Key(shape))}
}

// Of is the profile of settings; NoSettings for nil.
func (p *Profiles) Of(s *residency.Settings) uint32 {
	if s == nil {
		return NoSettings
	}
	return p.Number(Name(s))
}

// Number is the profile of a shape.
func (p *Profiles) Number(of Named) uint32 {
	n, ok := p.numbers[of.key]
	if !ok {
		n = uint32(len(p.shapes))
		p.numbers[of.key] = n
		p.pool.take(of.shape)
		p.shapes = append(p.shapes, of.shape)
	}
	return n
}

// Shapes are the shapes by number; the first is nil. Later profiles do not
// change what was returned.
func (p *Profiles) Shapes() []*residency.Settings { return p.shapes[:len(p.shapes):len(p.shapes)] }

// Len is how many profiles there are, NoSettings included.
func (p *Profiles) Len() int { return len(p.shapes) }
