package atlas

import (
	"context"
	"fmt"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// memory is how much of a store's settings is kept ready, in bytes.
type memory struct {
	encoded int // as they are stored: a fleet that fits is answered without the store
	decoded int // as they are worked on, by estimate
}

// ordinaryMemory holds some tens of thousands of customers.
var ordinaryMemory = memory{encoded: 64 << 20, decoded: 32 << 20}

// archive reads versions of settings when they are asked for: from memory, else
// from the store. Versions never change, so what is kept never grows old.
type archive struct {
	store   Store
	codec   Codec
	encoded *cache[string, []Version]
	decoded *cache[recordedKey, *Recorded]
}

type recordedKey struct {
	customer string
	number   int
}

func newArchive(store Store, codec Codec, m memory) *archive {
	return &archive{store, codec, newCache[string, []Version](m.encoded), newCache[recordedKey, *Recorded](m.decoded)}
}

// versions are those of a customer up to the newest, ascending. Later ones are of
// a later picture, even where they are there already.
func (a *archive) versions(ctx context.Context, id string, newest int) ([]Version, error) {
	if all, ok := a.encoded.get(id); ok && len(all) >= newest {
		return upTo(all, newest)
	}
	all, err := a.store.Versions(ctx, id)
	if err == nil {
		all, err = upTo(all, newest)
	}
	if err != nil {
		return nil, fmt.Errorf("read customer %s: %w", id, err)
	}
	a.encoded.put(id, all, sizeOf(all))
	return all, nil
}

// keep keeps versions that were read, where there is room.
func (a *archive) keep(id string, all []Version) {
	if size := sizeOf(all); !a.encoded.full(size) {
		a.encoded.put(id, all, size)
	}
}

func sizeOf(all []Version) int {
	size := 0
	for i := range all {
		size += 200 + len(all[i].Settings)
	}
	return size
}

// upTo returns the versions of a customer up to one.
func upTo(versions []Version, newest int) ([]Version, error) {
	if newest < 1 || newest > len(versions) || versions[newest-1].Number != newest {
		return nil, fmt.Errorf("%w: version %d is among the changes and not among the versions", ErrStoreUnavailable, newest)
	}
	return versions[:newest:newest], nil
}

// recorded reads one version.
func (a *archive) recorded(v *Version) (*Recorded, error) {
	key := recordedKey{v.Customer, v.Number}
	if r, ok := a.decoded.get(key); ok {
		return r, nil
	}
	set, err := a.decode(v)
	if err != nil {
		return nil, err
	}
	r := &Recorded{
		Number: v.Number, ValidFrom: v.ValidFrom, RecordedAt: v.RecordedAt, Actor: v.Actor,
		Settings: set, Canonical: v.Settings, Digest: digestOf(v.Settings),
	}
	a.decoded.put(key, r, 500+8*len(v.Settings))
	return r, nil
}

func (a *archive) decode(v *Version) (*residency.Settings, error) {
	set, err := a.codec.Decode(v.Settings)
	if err != nil {
		return nil, fmt.Errorf("customer %s, version %d: %w", v.Customer, v.Number, err)
	}
	return set, nil
}

// appliesOn is the version that applies on a day: the latest valid from, and of
// those the latest recorded. It is nil before the first.
func appliesOn(versions []Version, d footprint.Date) *Version {
	var best *Version
	for i := range versions {
		v := &versions[i]
		if v.ValidFrom <= d && (best == nil || v.ValidFrom >= best.ValidFrom) {
			best = v
		}
	}
	return best
}
