package atlas_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// tens is a grid in which 123 lies in 12, whose resolution is the number of digits.
type tens struct{}

func (tens) Coarsen(cell uint64, resolution int) (uint64, bool) {
	digits := uint64(1)
	for range resolution {
		digits *= 10
	}
	for ; cell >= digits; cell /= 10 {
	}
	return cell, cell != 0
}

func (tens) Ring(cell uint64) ([][2]int32, error) {
	if cell == 99 {
		return nil, errors.New("no ring")
	}
	return [][2]int32{{int32(cell), 0}, {0, 1}, {1, 1}}, nil
}

func TestTrafficIsReadyToDraw(t *testing.T) {
	w, store := witness(t)
	hour := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	b := atlas.EvidenceBatch{File: evidence.Digest{1}, To: 10, Complete: true, At: hour}
	add := func(site, country string, cell, count uint64, kinds evidence.Kinds) {
		b.Rows = append(b.Rows, evidence.Row{Customer: dragon, Observation: evidence.Observation{
			Scope: residency.Scope{Kind: residency.HostnameScope, Name: dragonHost}, Category: residency.Content, Activity: residency.Process,
			Site: site, Hour: hour, Count: count, First: hour, Last: hour, Country: country, Cell: cell, Kinds: kinds,
		}})
	}
	add("FRA", "DE", 121, 30, 0)
	add("FRA", "DE", 122, 20, 0)
	add("AMS", "NL", 131, 3200, 0)
	add("AMS", "NL", 141, 1, 0)
	add("AMS", "NL", 0, 7, 0)
	add("QQX", "", 0, 5, 0)
	add("#12", "", 0, 99, evidence.UpperTier)
	if err := store.Record(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	got, err := w.Traffic(t.Context(), w.State(), dragon, hour, hour.Add(time.Hour), 2, tens{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got.Sites {
		if got.Sites[i].Site != nil && got.Sites[i].Site.Code != got.Sites[i].Code {
			t.Errorf("site %+v", got.Sites[i])
		}
		got.Sites[i].Site = nil
	}
	want := &atlas.Traffic{
		From: hour, To: hour.Add(time.Hour), Events: 3263, CountryOnly: 7, Unlocated: 5,
		Coverage:  evidence.Coverage{Hours: 1, Minutes: 60, Gaps: []evidence.Gap{{From: hour, To: hour.Add(time.Hour)}}},
		Sites:     []atlas.SiteTraffic{{Code: "AMS", Events: 3208}, {Code: "FRA", Events: 50}, {Code: "QQX", Events: 5}},
		Countries: []atlas.CountryTraffic{{Country: "NL", Events: 3208}, {Country: "DE", Events: 50}},
		Cells: []atlas.CellTraffic{
			{Cell: 12, Ring: [][2]int32{{12, 0}, {0, 1}, {1, 1}}, Events: 50, Class: 2},
			{Cell: 13, Ring: [][2]int32{{13, 0}, {0, 1}, {1, 1}}, Events: 3200, Class: 3},
			{Cell: 14, Ring: [][2]int32{{14, 0}, {0, 1}, {1, 1}}, Events: 1, Class: 1},
		},
		Classes: []atlas.Class{{From: 1, To: 5, Cells: 1}, {From: 6, To: 126, Cells: 1}, {From: 127, To: 3200, Cells: 1}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTrafficOfNobodyAndOfNoWindow(t *testing.T) {
	w, _ := witness(t)
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	if _, err := w.Traffic(t.Context(), w.State(), "nobody", day, time.Time{}, 3, tens{}); !errors.Is(err, atlas.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if _, err := w.Traffic(t.Context(), w.State(), dragon, day, day, 3, tens{}); !errors.Is(err, atlas.ErrInput) {
		t.Errorf("no window: %v", err)
	}
	got, err := w.Traffic(t.Context(), w.State(), dragon, day, time.Time{}, 3, tens{})
	if err != nil || got.Events != 0 || len(got.Cells)+len(got.Classes) != 0 || got.Coverage.HoursSeen != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}
