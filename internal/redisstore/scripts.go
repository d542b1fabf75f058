package redisstore

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// The scripts that run inside Redis, each over keys of one slot.
var (
	//go:embed lua/append.lua
	appendText string
	//go:embed lua/abort.lua
	abortText string
	//go:embed lua/customers.lua
	customersText string
	//go:embed lua/create.lua
	createText string
	//go:embed lua/unlisted.lua
	unlistedText string
	//go:embed lua/chain.lua
	chainText string
	//go:embed lua/audit.lua
	auditText string
	//go:embed lua/token.lua
	tokenText string
	//go:embed lua/touch.lua
	touchText string
	//go:embed lua/indexed.lua
	indexedText string
	//go:embed lua/ledger.lua
	ledgerText string
	//go:embed lua/report.lua
	reportText string
	//go:embed lua/reserve.lua
	reserveText string
	//go:embed lua/restore_token.lua
	restoreTokenText string
	//go:embed lua/restore_day.lua
	restoreDayText string
	//go:embed lua/restore_file.lua
	restoreFileText string
	//go:embed lua/evidence_begin.lua
	evidenceBeginText string
	//go:embed lua/evidence_add.lua
	evidenceAddText string
	//go:embed lua/evidence_seen.lua
	evidenceSeenText string
	//go:embed lua/evidence_end.lua
	evidenceEndText string
	//go:embed lua/work_offer.lua
	workOfferText string
	//go:embed lua/work_settle.lua
	workSettleText string
	//go:embed lua/work_keep.lua
	workKeepText string

	appendScript    = newScript(appendText)
	abortScript     = newScript(abortText)
	customersScript = newScript(customersText)
	createScript    = newScript(createText)
	unlistedScript  = newScript(unlistedText)
	auditScript     = newScript(chainText + auditText)
	tokenScript     = newScript(chainText + tokenText)
	touchScript     = newScript(touchText)
	indexedScript   = newScript(indexedText)
	ledgerScript    = newScript(ledgerText)
	reportScript    = newScript(reportText)
	reserveScript   = newScript(reserveText)

	restoreTokenScript = newScript(restoreTokenText)
	restoreDayScript   = newScript(restoreDayText)
	restoreFileScript  = newScript(restoreFileText)

	evidenceBeginScript = newScript(evidenceBeginText)
	evidenceAddScript   = newScript(evidenceAddText)
	evidenceSeenScript  = newScript(evidenceSeenText)
	evidenceEndScript   = newScript(evidenceEndText)

	workOfferScript  = newScript(workOfferText)
	workSettleScript = newScript(workSettleText)
	workKeepScript   = newScript(workKeepText)
)

type script struct{ text, sum string }

func newScript(text string) script { return script{text, redis.NewScript(text).Hash()} }

// run runs a script by its digest and sends its text to a server that does not
// have it, as one pipeline, so that a confirmation goes with it.
func (s *Store) run(ctx context.Context, sc script, keys []string, args ...any) (any, error) {
	var cmd *redis.Cmd
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		cmd = p.EvalSha(ctx, sc.sum, keys, args...)
		return nil
	})
	if redis.HasErrorPrefix(err, "NOSCRIPT") {
		_, err = s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			cmd = p.Eval(ctx, sc.text, keys, args...)
			return nil
		})
	}
	if redis.HasErrorPrefix(err, "REPLACED") {
		err = errReplaced
	}
	if err != nil {
		return nil, err
	}
	return cmd.Val(), nil
}

// durably calls f with a context in which every pipeline waits for the
// replicas, and fails unless enough of them confirmed.
func (s *Store) durably(ctx context.Context, f func(context.Context) error) error {
	if s.replicas == 0 {
		return f(ctx)
	}
	c := &confirmation{replicas: s.replicas, within: s.timeout / 4}
	if err := f(context.WithValue(ctx, confirmationKey{}, c)); err != nil {
		return err
	}
	return c.verdict()
}

// confirm returns once the log is on the replicas up to seq, so that nothing is
// shown that a failover may take back. A write of its own gives WAIT something
// to wait for.
func (s *Store) confirm(ctx context.Context, seq int64) error {
	if s.replicas == 0 || seq <= s.confirmed.Load() {
		return nil
	}
	err := s.durably(ctx, func(ctx context.Context) error {
		_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			p.HIncrBy(ctx, s.keys.meta(), "fence", 1)
			return nil
		})
		return err
	})
	if err == nil {
		s.isConfirmed(seq)
	}
	return err
}

func (s *Store) isConfirmed(seq int64) {
	for {
		before := s.confirmed.Load()
		if seq <= before || s.confirmed.CompareAndSwap(before, seq) {
			return
		}
	}
}

// reply reads the answer of a script, element by element.
type reply struct {
	rest []any
	err  error
}

func replyOf(answer any) *reply {
	list, ok := answer.([]any)
	if !ok {
		return &reply{err: fmt.Errorf("a script answered %T", answer)}
	}
	return &reply{rest: list}
}

var errShort = errors.New("a script answered too little")

func (r *reply) next() any {
	if r.err == nil && len(r.rest) == 0 {
		r.err = errShort
	}
	if r.err != nil {
		return nil
	}
	v := r.rest[0]
	r.rest = r.rest[1:]
	return v
}

func (r *reply) text() string {
	v, ok := r.next().(string)
	if !ok && r.err == nil {
		r.err = fmt.Errorf("a script answered %T in place of text", v)
	}
	return v
}

// number reads a number, or text that spells one.
func (r *reply) number() int64 {
	switch v := r.next().(type) {
	case int64:
		return v
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil && r.err == nil {
			r.err = err
		}
		return n
	default:
		if r.err == nil {
			r.err = fmt.Errorf("a script answered %T in place of a number", v)
		}
		return 0
	}
}
