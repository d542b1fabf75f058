package redisstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// daysAtOnce is how many days of a customer one exchange with a server asks for.
const daysAtOnce = 32

// span is the hours of which a window holds a part: from the first to before the end.
type span struct{ first, end int64 }

func spanOf(from, to time.Time) span {
	s := span{math.MinInt64, math.MaxInt64}
	if !from.IsZero() {
		s.first = hourOf(from)
	}
	if !to.IsZero() {
		s.end = ceilHour(to)
	}
	return s
}

// ceilHour is the first hour that does not begin before t.
func ceilHour(t time.Time) int64 {
	h := hourOf(t)
	if time.Unix(h*3600, 0).Before(t) {
		h++
	}
	return h
}

func (s span) has(t time.Time) bool { return hourOf(t) >= s.first && hourOf(t) < s.end }

// days are the bounds of the days that hold hours of the span, as ZRANGE reads them.
func (s span) days() redis.ZRangeBy {
	by := redis.ZRangeBy{Min: "-inf", Max: "+inf"}
	if s.first != math.MinInt64 {
		by.Min = strconv.FormatInt(s.first/24, 10)
	}
	if s.end != math.MaxInt64 {
		by.Max = strconv.FormatInt((s.end-1)/24, 10)
	}
	return by
}

// eachCount reads what was counted of a customer in a window, day by day, ascending.
func (s *Store) eachCount(ctx context.Context, what, customer string, in span, f func(day int64, field, value string) error) error {
	by := in.days()
	texts, err := s.client.ZRangeByScore(ctx, s.keys.of("days", customer), &by).Result()
	if err != nil {
		return err
	}
	days := make([]int64, len(texts))
	for i, text := range texts {
		if days[i], err = strconv.ParseInt(text, 10, 64); err != nil {
			return fmt.Errorf("day %.20q: %w", text, errTorn)
		}
	}
	for some := range slices.Chunk(days, daysAtOnce) {
		counts := make([]*redis.MapStringStringCmd, len(some))
		_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, d := range some {
				counts[i] = p.HGetAll(ctx, s.keys.onDay(what, d, customer))
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, d := range some {
			for field, value := range counts[i].Val() {
				if err := f(d, field, value); err != nil {
					return err
				}
			}
		}
	}
	return s.checkIdentity(ctx)
}

// observationKey is what observations are summed by.
type observationKey struct {
	day      int64 // 0 where days are summed as well
	scope    residency.Scope
	category residency.DataCategory
	activity residency.Activity
	site     string
	kinds    evidence.Kinds
}

func (a observationKey) compare(b observationKey) int {
	return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.scope.Kind, b.scope.Kind), strings.Compare(a.scope.Name, b.scope.Name),
		cmp.Compare(a.category, b.category), cmp.Compare(a.activity, b.activity), strings.Compare(a.site, b.site), cmp.Compare(a.kinds, b.kinds))
}

// Observations returns what was seen of a customer in a window. See
// [atlas.EvidenceStore].
func (s *Store) Observations(ctx context.Context, customer string, from, to time.Time) ([]evidence.Observation, error) {
	return s.observations(ctx, "read observations", customer, spanOf(from, to), false)
}

// Daily returns the same day by day. See [atlas.SeenStore].
func (s *Store) Daily(ctx context.Context, customer string, from, to time.Time) ([]evidence.Observation, error) {
	return s.observations(ctx, "read observations by day", customer, spanOf(from, to), true)
}

func (s *Store) observations(ctx context.Context, doing, customer string, in span, daily bool) ([]evidence.Observation, error) {
	var sums map[observationKey]evidence.Observation
	err := s.patiently(ctx, doing, func(ctx context.Context) error {
		sums = map[observationKey]evidence.Observation{}
		return s.eachCount(ctx, "counts", customer, in, func(day int64, field, value string) error {
			o, err := readObservation(day, field, value)
			if err != nil || !in.has(o.Hour) {
				return err
			}
			key := observationKey{scope: o.Scope, category: o.Category, activity: o.Activity, site: o.Site, kinds: o.Kinds}
			if daily {
				key.day = day
			}
			if was, ok := sums[key]; ok {
				o.Count += was.Count
				o.First, o.Last = earlier(o.First, was.First), later(o.Last, was.Last)
			}
			o.Country, o.Cell, o.Hour = "", 0, o.First.Truncate(time.Hour)
			sums[key] = o
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return sorted(sums, observationKey.compare), nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sorted are the values of a map in the order of their keys.
func sorted[K comparable, V any](m map[K]V, compare func(a, b K) int) []V {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	out := make([]V, len(keys))
	for i, k := range keys {
		out[i] = m[k]
	}
	return out
}

// Visitors returns how many events each site handled for visitors of each place. See
// [atlas.EvidenceStore].
func (s *Store) Visitors(ctx context.Context, customer string, from, to time.Time) ([]evidence.Visitors, error) {
	in := spanOf(from, to)
	var sums map[evidence.Visitors]evidence.Visitors
	err := s.patiently(ctx, "read visitors", func(ctx context.Context) error {
		sums = map[evidence.Visitors]evidence.Visitors{}
		return s.eachCount(ctx, "counts", customer, in, func(day int64, field, value string) error {
			o, err := readObservation(day, field, value)
			if err != nil || !in.has(o.Hour) || o.Category != residency.Content || o.Activity != residency.Process || o.Kinds&evidence.SecondPlace != 0 {
				return err
			}
			key := evidence.Visitors{Site: o.Site, Country: o.Country, Cell: o.Cell}
			sum := key
			sum.Count = sums[key].Count + o.Count
			sums[key] = sum
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return sorted(sums, func(a, b evidence.Visitors) int {
		return cmp.Or(strings.Compare(a.Site, b.Site), strings.Compare(a.Country, b.Country), cmp.Compare(int64(a.Cell), int64(b.Cell)))
	}), nil
}

// transferKey is what onward transfers are summed by.
type transferKey struct {
	scope   residency.Scope
	country string
}

// Transfers returns the onward transfers of a customer in a window. See
// [atlas.EvidenceStore].
func (s *Store) Transfers(ctx context.Context, customer string, from, to time.Time) ([]evidence.Transfer, error) {
	in := spanOf(from, to)
	var sums map[transferKey]evidence.Transfer
	err := s.patiently(ctx, "read onward transfers", func(ctx context.Context) error {
		sums = map[transferKey]evidence.Transfer{}
		return s.eachCount(ctx, "transfers", customer, in, func(day int64, field, value string) error {
			t, err := readTransfer(day, field, value)
			if err != nil || !in.has(t.Hour) {
				return err
			}
			key := transferKey{t.Scope, t.Country}
			if was, ok := sums[key]; ok {
				t.Count += was.Count
				t.First, t.Last = earlier(t.First, was.First), later(t.Last, was.Last)
			}
			t.Hour = t.First.Truncate(time.Hour)
			sums[key] = t
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return sorted(sums, func(a, b transferKey) int {
		return cmp.Or(cmp.Compare(a.scope.Kind, b.scope.Kind), strings.Compare(a.scope.Name, b.scope.Name), strings.Compare(a.country, b.country))
	}), nil
}

// hoursAsked is up to how many hours of a window are asked for one by one.
const hoursAsked = 4096

// Coverage returns the minutes of each hour that any log of a customer covers. See
// [atlas.EvidenceStore].
func (s *Store) Coverage(ctx context.Context, customer string, from, to time.Time) ([]evidence.Seen, error) {
	in := spanOf(from, to)
	seen := []evidence.Seen{}
	err := s.patiently(ctx, "read coverage", func(ctx context.Context) error {
		seen = seen[:0]
		hours, err := s.hoursSeen(ctx, customer, in)
		if err != nil {
			return err
		}
		for text, value := range hours {
			hour, err := readSeen(text, value)
			if err != nil {
				return err
			}
			if in.has(hour[0].Hour) {
				seen = append(seen, hour...)
			}
		}
		slices.SortFunc(seen, func(a, b evidence.Seen) int {
			return cmp.Or(a.Hour.Compare(b.Hour), strings.Compare(a.Root, b.Root))
		})
		return s.checkIdentity(ctx)
	})
	if err != nil {
		return nil, err
	}
	return seen, nil
}

// hoursSeen reads the hours of a window that logs of a customer cover, and of one that
// is long or open all hours.
func (s *Store) hoursSeen(ctx context.Context, customer string, in span) (map[string]string, error) {
	key := s.keys.of("seen", customer)
	if in.first == math.MinInt64 || in.end == math.MaxInt64 || in.end-in.first > hoursAsked {
		return s.client.HGetAll(ctx, key).Result()
	}
	var hours []string
	for h := in.first; h < in.end; h++ {
		hours = append(hours, strconv.FormatInt(h, 10))
	}
	if len(hours) == 0 {
		return nil, nil
	}
	values, err := s.client.HMGet(ctx, key, hours...).Result()
	if err != nil {
		return nil, err
	}
	return byID(hours, values), nil
}

// readSeen reads the minutes of an hour, of each root: two halves and its name.
func readSeen(hour, value string) ([]evidence.Seen, error) {
	h, err := strconv.ParseInt(hour, 10, 64)
	parts := strings.Split(value, " ")
	if err != nil || len(parts)%3 != 0 {
		return nil, fmt.Errorf("hour %.20q: %w", hour, errTorn)
	}
	var out []evidence.Seen
	for p := range slices.Chunk(parts, 3) {
		low, err1 := strconv.ParseUint(p[0], 10, 32)
		high, err2 := strconv.ParseUint(p[1], 10, 32)
		root, ok := strings.CutPrefix(p[2], "=")
		if errors.Join(err1, err2) != nil || !ok {
			return nil, fmt.Errorf("hour %.20q: %w", hour, errTorn)
		}
		out = append(out, evidence.Seen{Hour: time.Unix(h*3600, 0).UTC(), Root: root, Minutes: high<<30 | low})
	}
	return out, nil
}
