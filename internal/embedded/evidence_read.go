package embedded

import (
	"context"
	"database/sql"
	"math"
	"time"

	"domicile/internal/evidence"
	"domicile/internal/residency"
)

const (
	selectObservations = `SELECT s.kind, s.name, c.category, c.activity, c.site, c.kinds, sum(c.count), min(c.first), max(c.last)
		FROM evidence_scopes s JOIN evidence_counts c ON c.scope = s.id
		WHERE s.customer = ? AND c.hour >= ? AND c.hour < ?
		GROUP BY s.kind, s.name, c.category, c.activity, c.site, c.kinds
		ORDER BY s.kind, s.name, c.category, c.activity, c.site, c.kinds`
	selectDaily = `SELECT s.kind, s.name, c.category, c.activity, c.site, c.kinds, sum(c.count), min(c.first), max(c.last)
		FROM evidence_scopes s JOIN evidence_counts c ON c.scope = s.id
		WHERE s.customer = ? AND c.hour >= ? AND c.hour < ?
		GROUP BY c.hour / 24, s.kind, s.name, c.category, c.activity, c.site, c.kinds
		ORDER BY c.hour / 24, s.kind, s.name, c.category, c.activity, c.site, c.kinds`
	selectVisitors = `SELECT c.site, c.country, c.cell, sum(c.count)
		FROM evidence_scopes s JOIN evidence_counts c ON c.scope = s.id
		WHERE s.customer = ? AND c.hour >= ? AND c.hour < ? AND c.category = ? AND c.activity = ? AND c.kinds & ? = 0
		GROUP BY c.site, c.country, c.cell
		ORDER BY c.site, c.country, c.cell`
	selectMinutes = `SELECT hour, root, minutes FROM evidence_covered WHERE customer = ? AND hour >= ? AND hour < ? ORDER BY hour, root`
)

// hours are the hours of which a window holds a part, as the tables count them.
func hours(from, to time.Time) (first, end int64) {
	first, end = math.MinInt64, math.MaxInt64
	if !from.IsZero() {
		first = floorHour(from)
	}
	if !to.IsZero() {
		end = ceilHour(to)
	}
	return first, end
}

// floorHour is the last hour that does not begin behind t.
func floorHour(t time.Time) int64 {
	h := ceilHour(t)
	if time.Unix(h*3600, 0).After(t) {
		h--
	}
	return h
}

// ceilHour is the first hour that does not begin before t.
func ceilHour(t time.Time) int64 {
	h := t.Unix() / 3600
	if time.Unix(h*3600, 0).Before(t) {
		h++
	}
	return h
}

// Observations returns what was seen of a customer in a window. See
// [atlas.EvidenceStore].
func (s *Store) Observations(ctx context.Context, customer string, from, to time.Time) ([]evidence.Observation, error) {
	first, end := hours(from, to)
	return readAll(ctx, s, "read observations", scanObservation, selectObservations, customer, first, end)
}

// Daily returns the same day by day. See [atlas.SeenStore].
func (s *Store) Daily(ctx context.Context, customer string, from, to time.Time) ([]evidence.Observation, error) {
	first, end := hours(from, to)
	return readAll(ctx, s, "read observations by day", scanObservation, selectDaily, customer, first, end)
}

func scanObservation(rows *sql.Rows) (o evidence.Observation, err error) {
	var kind, category, activity, kinds int
	var count, begun, ended int64
	err = rows.Scan(&kind, &o.Scope.Name, &category, &activity, &o.Site, &kinds, &count, &begun, &ended)
	o.Scope.Kind, o.Category, o.Activity = residency.ScopeKind(kind), residency.DataCategory(category), residency.Activity(activity)
	o.Kinds, o.Count = evidence.Kinds(kinds), uint64(count)
	o.First, o.Last = time.Unix(0, begun).UTC(), time.Unix(0, ended).UTC()
	o.Hour = o.First.Truncate(time.Hour)
	return o, err
}

// Visitors returns how many events each site handled for visitors of each place.
// See [atlas.EvidenceStore].
func (s *Store) Visitors(ctx context.Context, customer string, from, to time.Time) ([]evidence.Visitors, error) {
	first, end := hours(from, to)
	return readAll(ctx, s, "read visitors", func(rows *sql.Rows) (v evidence.Visitors, err error) {
		var cell, count int64
		err = rows.Scan(&v.Site, &v.Country, &cell, &count)
		v.Cell, v.Count = uint64(cell), uint64(count)
		return v, err
	}, selectVisitors, customer, first, end, int(residency.Content), int(residency.Process), int(evidence.SecondPlace))
}

// Coverage returns the minutes of each hour that any log of a customer covers. See
// [atlas.EvidenceStore].
func (s *Store) Coverage(ctx context.Context, customer string, from, to time.Time) ([]evidence.Seen, error) {
	first, end := hours(from, to)
	return readAll(ctx, s, "read coverage", func(rows *sql.Rows) (x evidence.Seen, err error) {
		var hour, minutes int64
		err = rows.Scan(&hour, &x.Root, &minutes)
		x.Hour, x.Minutes = time.Unix(hour*3600, 0).UTC(), uint64(minutes)
		return x, err
	}, selectMinutes, customer, first, end)
}

// readAll runs a query on the readers and scans each of its rows.
func readAll[T any](ctx context.Context, s *Store, doing string, scan func(*sql.Rows) (T, error), query string, args ...any) (all []T, err error) {
	err = s.patiently(ctx, doing, func(ctx context.Context) error {
		rows, err := s.readers.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		all, err = scanAll(rows, scan)
		return err
	})
	return all, err
}
