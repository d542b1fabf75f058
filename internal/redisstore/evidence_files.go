package redisstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/atlas"
	"domicile/internal/evidence"
)

// seenStep is about how many customers one exchange with a server asks for.
const seenStep = 10_000

// File returns a file of which something is recorded.
func (s *Store) File(ctx context.Context, digest evidence.Digest) (f evidence.File, found bool, err error) {
	err = s.patiently(ctx, "look up a log file", func(ctx context.Context) error {
		files, err := s.readFiles(ctx, []string{string(digest[:])})
		if err != nil {
			return err
		}
		if found = len(files) > 0; found {
			f = files[0]
		}
		return s.checkIdentity(ctx)
	})
	if err != nil {
		return evidence.File{}, false, err
	}
	return f, found, nil
}

// Files returns up to limit files, those recorded last first.
func (s *Store) Files(ctx context.Context, limit int) ([]evidence.File, error) {
	if limit < 1 {
		return []evidence.File{}, ctx.Err()
	}
	return s.filesOf(ctx, "list log files", func(ctx context.Context) ([]string, error) {
		return s.client.ZRevRange(ctx, s.keys.part("files"), 0, int64(limit)-1).Result()
	})
}

// Beginnings returns the files that one of this name may follow.
func (s *Store) Beginnings(ctx context.Context, name string) ([]evidence.File, error) {
	return s.filesOf(ctx, "list beginnings of log files", func(ctx context.Context) ([]string, error) {
		damaged, err := s.client.ZRange(ctx, s.keys.part("damaged"), 0, -1).Result()
		if err != nil {
			return nil, err
		}
		named, err := s.client.ZRevRange(ctx, s.keys.named(name), 0, atlas.MaxBeginnings-1).Result()
		return append(damaged, named...), err
	})
}

func (s *Store) filesOf(ctx context.Context, doing string, list func(context.Context) ([]string, error)) ([]evidence.File, error) {
	files := []evidence.File{}
	err := s.patiently(ctx, doing, func(ctx context.Context) error {
		files = files[:0]
		digests, err := list(ctx)
		if err != nil {
			return err
		}
		for some := range slices.Chunk(digests, pipelineWrites) {
			page, err := s.readFiles(ctx, some)
			if err != nil {
				return err
			}
			files = append(files, page...)
		}
		return s.checkIdentity(ctx)
	})
	if err != nil {
		return nil, err
	}
	return files, nil
}

// readFiles reads those of some files of which a range was ended.
func (s *Store) readFiles(ctx context.Context, digests []string) ([]evidence.File, error) {
	texts, roots := make([]*redis.MapStringStringCmd, len(digests)), make([]*redis.StringSliceCmd, len(digests))
	names := make([]evidence.Digest, len(digests))
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, d := range digests {
			copy(names[i][:], d)
			texts[i] = p.HGetAll(ctx, s.keys.fileKey(names[i]))
			roots[i] = p.SMembers(ctx, s.keys.fileCounted(names[i]))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var files []evidence.File
	for i := range digests {
		text := texts[i].Val()
		if at := text["at"]; at == "" || at == "0" {
			continue
		}
		f, err := readFile(names[i], text)
		if err != nil {
			return nil, err
		}
		if f.Counted, err = readCounted(roots[i].Val()); err != nil {
			return nil, fmt.Errorf("log file %s: %w", names[i], err)
		}
		files = append(files, f)
	}
	return files, nil
}

func readFile(digest evidence.Digest, text map[string]string) (f evidence.File, err error) {
	f = evidence.File{Digest: digest, Attribution: evidence.DigestOf([]byte(text["attribution"])), Name: text["name"], Dataset: text["dataset"], Complete: text["complete"] == "1", Damaged: text["damaged"] == "1"}
	number := func(name string) (n int64) {
		if err == nil && text[name] != "" {
			if n, err = strconv.ParseInt(text[name], 10, 64); err != nil {
				err = fmt.Errorf("log file %s: %w: %w", digest, errTorn, err)
			}
		}
		return n
	}
	f.Size, f.To, f.Recorded = number("size"), number("to"), time.UnixMicro(number("at")).UTC()
	for i, c := range countsOf(&f.Counts) {
		*c = uint64(number(counters[i]))
	}
	return f, err
}

// EvidenceMark is a number that is another whenever a range was ended. See
// [atlas.SeenStore].
func (s *Store) EvidenceMark(ctx context.Context) (n int64, err error) {
	err = s.patiently(ctx, "read the mark of observations", func(ctx context.Context) error {
		values, err := s.client.HMGet(ctx, s.keys.meta(), "id", "observed").Result()
		if err != nil {
			return err
		}
		id, _ := values[0].(string)
		if err := s.same(id); err != nil {
			return err
		}
		n = 0
		if text, ok := values[1].(string); ok {
			if n, err = strconv.ParseInt(text, 10, 64); err != nil {
				return fmt.Errorf("the mark of observations: %w: %w", errTorn, err)
			}
		}
		return nil
	})
	return n, err
}

// SeenCustomers returns whom any log covers in a window. Days name whom they may be; of
// days that the window holds in part, the hours of each decide. See [atlas.SeenStore].
func (s *Store) SeenCustomers(ctx context.Context, from, to time.Time) ([]string, error) {
	in := spanOf(from, to)
	all := map[string]bool{}
	err := s.patiently(ctx, "read whom logs cover", func(ctx context.Context) error {
		clear(all)
		by := in.days()
		days, err := s.client.ZRangeByScore(ctx, s.keys.part("seen"), &by).Result()
		if err != nil {
			return err
		}
		inPart := map[string]bool{}
		for _, text := range days {
			day, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return fmt.Errorf("day %.20q: %w", text, errTorn)
			}
			into := all
			if day*24 < in.first || day*24+24 > in.end {
				into = inPart
			}
			if err := s.membersInto(ctx, s.keys.seenOn(day), into); err != nil {
				return err
			}
		}
		maps.DeleteFunc(inPart, func(c string, _ bool) bool { return all[c] })
		if err := s.coveredInto(ctx, slices.Sorted(maps.Keys(inPart)), in, all); err != nil {
			return err
		}
		return s.checkIdentity(ctx)
	})
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(all)), nil
}

func (s *Store) membersInto(ctx context.Context, key string, into map[string]bool) error {
	for cursor := uint64(0); ; {
		page, next, err := s.client.SScan(ctx, key, cursor, "", seenStep).Result()
		if err != nil {
			return err
		}
		for _, c := range page {
			into[c] = true
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}

// coveredInto adds those of some customers whom logs cover in a window.
func (s *Store) coveredInto(ctx context.Context, customers []string, in span, into map[string]bool) error {
	for some := range slices.Chunk(customers, pipelineWrites) {
		hours := make([]*redis.StringSliceCmd, len(some))
		_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, c := range some {
				hours[i] = p.HKeys(ctx, s.keys.of("seen", c))
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, c := range some {
			for _, text := range hours[i].Val() {
				h, err := strconv.ParseInt(text, 10, 64)
				if err != nil {
					return fmt.Errorf("hour %.20q: %w", text, errTorn)
				}
				if h >= in.first && h < in.end {
					into[c] = true
				}
			}
		}
	}
	return nil
}
