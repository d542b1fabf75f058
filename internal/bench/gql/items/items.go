// Package items is the data that every engine of the benchmark serves.
package items

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
)

// Item is one object of twelve fields.
type Item struct {
	ID      string
	Name    string
	Kind    Kind
	Size    int32
	Weight  float64
	Active  bool
	City    string
	Country string
	Note    *string
	Rank    int32
	Code    string
	Label   string
}

// Kind is an enum of the schema.
type Kind string

// MarshalGQL writes the kind for gqlgen.
func (k Kind) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(k))) }

// UnmarshalGQL reads the kind for gqlgen.
func (k *Kind) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("kind: %T is no string", v)
	}
	*k = Kind(text)
	return nil
}

// New makes n items from a fixed seed.
func New(n int) []*Item {
	r := rand.New(rand.NewPCG(7, 7))
	list := make([]*Item, n)
	for i := range list {
		item := &Item{
			ID: "item:" + strconv.Itoa(i), Name: "Item number " + strconv.Itoa(i), Kind: "SMALL",
			Size: r.Int32N(100000), Weight: r.Float64() * 100, Active: r.IntN(2) == 0,
			City: "City " + strconv.Itoa(r.IntN(300)), Country: "C" + strconv.Itoa(r.IntN(90)),
			Rank: int32(i), Code: strconv.FormatUint(r.Uint64(), 36), Label: "label \"" + strconv.Itoa(i) + "\"",
		}
		if item.Size > 50000 {
			item.Kind = "LARGE"
		}
		if r.IntN(2) == 0 {
			note := "a note of some words on item " + strconv.Itoa(i)
			item.Note = &note
		}
		list[i] = item
	}
	return list
}
