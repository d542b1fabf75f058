package redisstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
	"domicile/internal/footprint"
)

var _ atlas.EvidenceMover = (*Store)(nil)

// SettleEvidence ends ranges that other processes kept and did not end.
func (s *Store) SettleEvidence(ctx context.Context) error { return s.FinishRanges(ctx) }

// EvidenceDays returns the days of which anything is kept of a customer.
func (s *Store) EvidenceDays(ctx context.Context, customer string) ([]footprint.Date, error) {
	days := map[footprint.Date]bool{}
	err := s.patiently(ctx, "read days of observations", func(ctx context.Context) error {
		clear(days)
		var counted, seen *redis.StringSliceCmd
		_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			counted = p.ZRange(ctx, s.keys.of("days", customer), 0, -1)
			seen = p.HKeys(ctx, s.keys.of("seen", customer))
			return nil
		})
		if err != nil {
			return err
		}
		for unit, texts := range map[int64][]string{86400: counted.Val(), 3600: seen.Val()} {
			for _, text := range texts {
				n, err := strconv.ParseInt(text, 10, 64)
				if err != nil {
					return fmt.Errorf("day or hour %.20q: %w", text, errTorn)
				}
				days[footprint.DateOf(time.Unix(n*unit, 0))] = true
			}
		}
		return s.checkIdentity(ctx)
	})
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(days)), nil
}

// EvidenceDay returns what is kept of a customer's day. See [atlas.EvidenceMover].
func (s *Store) EvidenceDay(ctx context.Context, customer string, day footprint.Date) (atlas.EvidenceDay, error) {
	d := atlas.EvidenceDay{Customer: customer, Day: day}
	begin, end := day.Time(), day.Time().AddDate(0, 0, 1)
	in := spanOf(begin, end)
	err := s.patiently(ctx, "read a day of observations", func(ctx context.Context) error {
		d.Observations, d.Transfers = nil, nil
		err := s.eachCount(ctx, "counts", customer, in, func(day int64, field, value string) error {
			o, err := readObservation(day, field, value)
			d.Observations = append(d.Observations, o)
			return err
		})
		if err != nil {
			return err
		}
		return s.eachCount(ctx, "transfers", customer, in, func(day int64, field, value string) error {
			t, err := readTransfer(day, field, value)
			d.Transfers = append(d.Transfers, t)
			return err
		})
	})
	if err != nil {
		return d, err
	}
	if d.Seen, err = s.Coverage(ctx, customer, begin, end); err != nil {
		return d, err
	}
	d.Sort()
	return d, nil
}

// RestoreDay makes a customer's day be what is given, by one script, and then names the
// customer among those whom logs cover on it. See [atlas.EvidenceMover].
func (s *Store) RestoreDay(ctx context.Context, d atlas.EvidenceDay) error {
	doing := "restore a day of observations"
	if err := d.Validate(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	day := dayOf(d.Day.Time())
	k := s.keys
	keys := []string{k.onDay("counts", day, d.Customer), k.onDay("transfers", day, d.Customer), k.of("days", d.Customer), k.of("seen", d.Customer)}
	hours := hoursText(d.Seen)
	args := []any{day, len(d.Observations), len(d.Transfers), len(hours) / 2}
	value := func(count uint64, first, last time.Time) string {
		return fmt.Sprintf("%d %s %s", count, nanos(first), nanos(last))
	}
	for i := range d.Observations {
		o := &d.Observations[i]
		args = append(args, observationField(o), value(o.Count, o.First, o.Last))
	}
	for i := range d.Transfers {
		t := &d.Transfers[i]
		args = append(args, transferField(t), value(t.Count, t.First, t.Last))
	}
	args = append(args, hours...)
	return s.patiently(ctx, doing, func(ctx context.Context) error {
		err := s.durably(ctx, func(ctx context.Context) error {
			_, err := s.run(ctx, restoreDayScript, keys, args...)
			return err
		})
		if err != nil || len(d.Seen) == 0 {
			return err
		}
		return s.durably(ctx, func(ctx context.Context) error {
			_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
				p.SAdd(ctx, k.seenOn(day), d.Customer)
				p.ZAdd(ctx, k.part("seen"), redis.Z{Score: float64(day), Member: day})
				return nil
			})
			return err
		})
	})
}

// hoursText is what the hours that logs cover are kept as: their fields and values.
func hoursText(seen []evidence.Seen) (out []any) {
	const half = 1<<30 - 1
	values := map[int64][]string{}
	for _, x := range seen {
		h := hourOf(x.Hour)
		values[h] = append(values[h], fmt.Sprintf("%d %d %s", x.Minutes&half, x.Minutes>>30, rootText(x.Root)))
	}
	for _, h := range slices.Sorted(maps.Keys(values)) {
		out = append(out, h, strings.Join(values[h], " "))
	}
	return out
}

// EvidenceFiles returns every file. See [atlas.EvidenceMover].
func (s *Store) EvidenceFiles(ctx context.Context) ([]atlas.EvidenceFile, error) {
	files, err := s.filesOf(ctx, "list log files", func(ctx context.Context) ([]string, error) {
		return s.client.ZRange(ctx, s.keys.part("files"), 0, -1).Result()
	})
	if err != nil {
		return nil, err
	}
	all := make([]atlas.EvidenceFile, len(files))
	for i, f := range files {
		all[i].File = f
	}
	err = s.patiently(ctx, "list log files", func(ctx context.Context) error {
		for some := range slices.Chunk(all, pipelineWrites) {
			followed := make([]*redis.SliceCmd, len(some))
			_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
				for i := range some {
					followed[i] = p.HMGet(ctx, s.keys.fileKey(some[i].Digest), "followed")
				}
				return nil
			})
			if err != nil {
				return err
			}
			for i := range some {
				some[i].Followed = followed[i].Val()[0] == "1"
			}
		}
		return s.checkIdentity(ctx)
	})
	return all, err
}

// RestoreFile makes a file be what is given, by one script.
func (s *Store) RestoreFile(ctx context.Context, f atlas.EvidenceFile) error {
	k := s.keys
	keys := []string{k.meta(), k.part("files"), k.part("damaged"), k.fileKey(f.Digest), k.fileCounted(f.Digest), k.named(f.Name)}
	fields := []any{
		"attribution", f.Attribution[:], "name", f.Name, "dataset", f.Dataset, "size", f.Size, "to", f.To, "complete", flag(f.Complete), "damaged", flag(f.Damaged),
		"followed", flag(f.Followed), "at", f.Recorded.UnixMicro(),
	}
	for i, n := range countsOf(&f.Counts) {
		fields = append(fields, counters[i], *n)
	}
	args := append([]any{s.id, f.Digest[:], f.Recorded.UnixMicro(), flag(f.Damaged && !f.Followed), flag(f.Complete && !f.Damaged && !f.Followed), len(fields) / 2}, fields...)
	for _, c := range f.Counted {
		args = append(args, countedText(c))
	}
	return s.patiently(ctx, "restore a log file", func(ctx context.Context) error {
		return s.durably(ctx, func(ctx context.Context) error {
			_, err := s.run(ctx, restoreFileScript, keys, args...)
			return err
		})
	})
}
