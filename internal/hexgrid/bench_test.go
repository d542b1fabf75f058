package hexgrid_test

import (
	"testing"

	"domicile/internal/hexgrid"

	"github.com/uber/h3-go/v4"
)

func BenchmarkCellAt(b *testing.B) {
	at := points(b, 1<<10)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p := at[i%len(at)]
		if _, err := hexgrid.CellAt(p.Lat, p.Lon, 5); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParent(b *testing.B) {
	cell := cellAt(b, hexgrid.Point{Lat: 49, Lon: 6}, 5)
	b.Run("by bits", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := cell.Parent(2); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("by the library", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := h3.Cell(cell).Parent(2); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRing(b *testing.B) {
	cell := cellAt(b, hexgrid.Point{Lat: 49, Lon: 6}, 3)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := cell.Ring(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseCell(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := hexgrid.ParseCell("851fa3cbfffffff"); err != nil {
			b.Fatal(err)
		}
	}
}
