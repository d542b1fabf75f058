package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/atlas"
	"domicile/internal/footprint"
)

var _ atlas.ReportStore = (*Store)(nil)

// reportFields are the fields of a report's hash, in the order of scanReport. created
// counts microseconds since 1970-01-01 UTC.
var reportFields = []string{"digest", "customer", "claim", "verdict", "actor", "role", "created", "expires", "body"}

// report is the key of a report, in a slot of its own.
func (k keys) report(id string) string { return k.of("report", id) }

// PutReport keeps a report, and then lists it with its customer: one that a crash left
// unlisted is listed when it is put again. See [atlas.ReportStore].
func (s *Store) PutReport(ctx context.Context, r atlas.Report) error {
	doing := "keep a report"
	if err := r.Validate(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	values := []any{r.Digest, r.Customer, r.Claim, r.Verdict, r.Actor, r.Role, r.Created.UnixMicro(), r.Expires.String(), r.Body}
	var args []any
	for i, name := range reportFields {
		args = append(args, name, values[i])
	}
	return s.patiently(ctx, doing, func(ctx context.Context) error {
		var created float64
		err := s.durably(ctx, func(ctx context.Context) error {
			answer, err := s.run(ctx, reportScript, []string{s.keys.report(r.ID)}, args...)
			if err != nil {
				return err
			}
			text, _ := answer.(string)
			created, err = strconv.ParseFloat(text, 64)
			return err
		})
		if err != nil {
			return err
		}
		return s.durably(ctx, func(ctx context.Context) error {
			_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
				// The newest first, and of one instant those of the least id.
				p.ZAddNX(ctx, s.keys.of("reports", r.Customer), redis.Z{Score: -created, Member: r.ID})
				return nil
			})
			return err
		})
	})
}

// scanReport reads the values of reportFields; a body that was not asked for is nil.
func scanReport(id string, values []any) (r atlas.Report, found bool, err error) {
	text := func(i int) string {
		v, _ := values[i].(string)
		return v
	}
	if values[0] == nil {
		return r, false, nil
	}
	r = atlas.Report{ID: id, Digest: text(0), Customer: text(1), Claim: text(2), Verdict: text(3), Actor: text(4), Role: text(5)}
	created, err := strconv.ParseInt(text(6), 10, 64)
	if err != nil {
		return r, true, fmt.Errorf("report %s: %w: %w", id, errTorn, err)
	}
	r.Created = time.UnixMicro(created).UTC()
	if r.Expires, err = footprint.ParseDate(text(7)); err != nil {
		return r, true, fmt.Errorf("report %s: %w: %w", id, errTorn, err)
	}
	if len(values) > 8 {
		r.Body = []byte(text(8))
	}
	return r, true, nil
}

// Report returns a report. See [atlas.ReportStore].
func (s *Store) Report(ctx context.Context, id string) (r atlas.Report, found bool, err error) {
	err = s.patiently(ctx, "read a report", func(ctx context.Context) error {
		values, err := s.client.HMGet(ctx, s.keys.report(id), reportFields...).Result()
		if err != nil {
			return err
		}
		r, found, err = scanReport(id, values)
		return errors.Join(err, s.checkIdentity(ctx))
	})
	if err != nil {
		return atlas.Report{}, false, err
	}
	return r, found, nil
}

// Reports returns reports of a customer. See [atlas.ReportStore].
func (s *Store) Reports(ctx context.Context, customer string, limit int) (all []atlas.Report, err error) {
	if limit < 1 {
		return nil, ctx.Err()
	}
	err = s.patiently(ctx, "list reports", func(ctx context.Context) error {
		all = nil
		ids, err := s.client.ZRange(ctx, s.keys.of("reports", customer), 0, int64(limit)-1).Result()
		if err != nil {
			return err
		}
		for len(ids) > 0 {
			n := min(len(ids), pipelineWrites)
			page, err := s.listed(ctx, ids[:n])
			if err != nil {
				return err
			}
			all, ids = append(all, page...), ids[n:]
		}
		return s.checkIdentity(ctx)
	})
	return all, err
}

// listed reads reports without their bodies.
func (s *Store) listed(ctx context.Context, ids []string) ([]atlas.Report, error) {
	rows := make([]*redis.SliceCmd, len(ids))
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			rows[i] = p.HMGet(ctx, s.keys.report(id), reportFields[:len(reportFields)-1]...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []atlas.Report
	for i, id := range ids {
		r, found, err := scanReport(id, rows[i].Val())
		if err != nil || !found {
			return nil, errors.Join(err, fmt.Errorf("report %s: %w", id, errLost))
		}
		all = append(all, r)
	}
	return all, nil
}
