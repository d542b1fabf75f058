package redisstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"domicile/internal/auth"
)

var _ auth.AuditLog = (*Store)(nil)

// storedEntry is an entry of the audit log as its stream holds it. Its number is the
// id there, and its hash a field of its own.
type storedEntry struct {
	At        int64  `json:"at"` // microseconds since 1970-01-01 UTC
	Subject   string `json:"subject"`
	Role      string `json:"role,omitempty"`
	Action    string `json:"action"`
	Customer  string `json:"customer,omitempty"`
	Before    string `json:"before,omitempty"`
	After     string `json:"after,omitempty"`
	RequestID string `json:"request,omitempty"`
}

func encodeEntry(e auth.Entry) ([]byte, error) {
	return json.Marshal(storedEntry{
		At: e.At.UnixMicro(), Subject: e.Subject, Role: e.Role.String(), Action: e.Action.String(), Customer: e.Customer,
		Before: e.Before, After: e.After, RequestID: e.RequestID,
	})
}

func decodeEntry(number, hash, text string) (e auth.Entry, err error) {
	var x storedEntry
	if err := json.Unmarshal([]byte(text), &x); err != nil {
		return e, fmt.Errorf("audit entry %.20s: %w: %w", number, errTorn, err)
	}
	e = auth.Entry{
		At: time.UnixMicro(x.At).UTC(), Subject: x.Subject, Customer: x.Customer, Before: x.Before, After: x.After, RequestID: x.RequestID,
	}
	var errs [3]error
	e.Seq, errs[0] = strconv.ParseInt(number, 10, 64)
	e.Action, errs[1] = auth.ParseAction(x.Action)
	if x.Role != "" {
		e.Role, errs[2] = auth.ParseRole(x.Role)
	}
	copy(e.Hash[:], hash)
	if err := errors.Join(errs[:]...); err != nil || len(hash) != len(e.Hash) {
		return e, errors.Join(err, fmt.Errorf("audit entry %.20s: %w", number, errTorn))
	}
	return e, nil
}

// AppendAudit appends entries to the audit log by one script. See [auth.AuditLog] for
// the contract. Writers of one process stand in a line; those of several find out that
// the log went on, and seal their entries anew.
func (s *Store) AppendAudit(ctx context.Context, entries ...auth.Entry) (sealed []auth.Entry, err error) {
	doing := fmt.Sprintf("append %d audit entries", len(entries))
	for _, e := range entries {
		if err := e.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
	}
	if len(entries) == 0 {
		return []auth.Entry{}, ctx.Err()
	}
	err = s.chain(ctx, doing, auditScript, entries, func(ctx context.Context, c *chaining) error {
		return c.run(ctx, s, nil, nil)
	})
	return sealedAs(sealed, entries, err)
}

func sealedAs(sealed, entries []auth.Entry, err error) ([]auth.Entry, error) {
	if err != nil {
		return nil, err
	}
	return append(sealed, entries...), nil
}

// chaining is a script that appends to the audit log, being tried.
type chaining struct {
	script  script
	head    auth.Head    // the last known end of the log
	entries []auth.Entry // sealed on it by run
	status  string       // what the script answered
}

// chain lets try run a script that appends entries, until it was the next in the log.
// The entries are sealed in place.
func (s *Store) chain(ctx context.Context, doing string, sc script, entries []auth.Entry, try func(context.Context, *chaining) error) error {
	var c *chaining
	select {
	case head := <-s.chained:
		c = &chaining{script: sc, head: head, entries: entries}
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", doing, ctx.Err())
	}
	defer func() { s.chained <- c.head }()
	return s.patiently(ctx, doing, func(ctx context.Context) error { return try(ctx, c) })
}

// run runs the script with keys and arguments of its own before those of the log. An
// attempt whose answer was lost is known again by the hash of its last entry, so the
// entries are sealed anew only where the log went on without them.
func (c *chaining) run(ctx context.Context, s *Store, ownKeys []string, ownArgs []any) error {
	for {
		keys, args, err := c.arguments(s, ownKeys, ownArgs)
		if err != nil {
			return err
		}
		var answer any
		err = s.durably(ctx, func(ctx context.Context) (err error) {
			answer, err = s.run(ctx, c.script, keys, args...)
			return err
		})
		if err != nil {
			return err
		}
		r := replyOf(answer)
		switch c.status = r.text(); c.status {
		case "OK":
			last := c.entries[len(c.entries)-1]
			c.head = auth.Head{Seq: last.Seq, Hash: last.Hash}
			return nil
		case "MOVED":
			c.head = auth.Head{Seq: r.number()}
			copy(c.head.Hash[:], r.text())
			if r.err != nil {
				return r.err
			}
		default:
			return r.err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// arguments seals the entries on the last known end of the log.
func (c *chaining) arguments(s *Store, ownKeys []string, ownArgs []any) (keys []string, args []any, err error) {
	keys = append([]string{s.keys.meta(), s.keys.part("audit")}, ownKeys...)
	args = append([]any{s.id}, ownArgs...)
	hash := []byte{}
	if c.head.Seq > 0 {
		hash = c.head.Hash[:]
	}
	args = append(args, c.head.Seq, hash, len(c.entries))
	head := c.head
	for i := range c.entries {
		e := c.entries[i].Sealed(head)
		c.entries[i], head = e, auth.Head{Seq: e.Seq, Hash: e.Hash}
		text, err := encodeEntry(e)
		if err != nil {
			return nil, nil, err
		}
		keys = append(keys, s.auditBy("customer", e.Customer), s.auditBy("subject", e.Subject))
		args = append(args, e.Seq, e.Hash[:], text)
	}
	return keys, args, nil
}

// auditBy is the list of the entries of a customer or subject.
func (s *Store) auditBy(what, name string) string { return s.keys.part("audit:" + what + ":" + name) }

// auditStep is how many entries one exchange with a server asks for.
const auditStep = 10_000

// AuditEntries returns the entries that a query asks for. A limit below one returns
// none.
func (s *Store) AuditEntries(ctx context.Context, q auth.AuditQuery) ([]auth.Entry, error) {
	entries := []auth.Entry{}
	err := s.patiently(ctx, "read the audit log", func(ctx context.Context) error {
		entries = entries[:0]
		from, to := q.After+1, int64(math.MaxInt64)
		if q.Before > 0 {
			to = q.Before - 1
		}
		for left := q.Limit; left > 0 && from <= to; {
			step := min(left, auditStep)
			page, err := s.auditPage(ctx, q, from, to, step)
			if err != nil {
				return err
			}
			entries = append(entries, page...)
			if len(page) < step {
				return nil
			}
			left -= len(page)
			if last := page[len(page)-1].Seq; q.NewestFirst {
				to = last - 1
			} else {
				from = last + 1
			}
		}
		return s.checkIdentity(ctx)
	})
	if err != nil {
		return nil, err
	}
	return entries, nil
}

// auditPage reads the entries from one number to another.
func (s *Store) auditPage(ctx context.Context, q auth.AuditQuery, from, to int64, limit int) ([]auth.Entry, error) {
	var by []string
	if q.Customer != "" {
		by = append(by, s.auditBy("customer", q.Customer))
	}
	if q.Subject != "" {
		by = append(by, s.auditBy("subject", q.Subject))
	}
	messages, err := s.readStream(ctx, s.keys.part("audit"), by, from, to, q.NewestFirst, limit)
	if err != nil {
		return nil, err
	}
	page := make([]auth.Entry, len(messages))
	for i, m := range messages {
		if page[i], err = decodeEntry(m.number, m.fields["h"], m.fields["e"]); err != nil {
			return nil, err
		}
	}
	return page, nil
}

// message is an entry of a stream whose ids are numbers.
type message struct {
	number string
	fields map[string]string
}

// readStream reads up to limit entries of a stream, of all or of those that every one
// of up to two sorted sets lists.
func (s *Store) readStream(ctx context.Context, stream string, by []string, from, to int64, down bool, limit int) ([]message, error) {
	if len(by) > 0 {
		return s.readIndexed(ctx, stream, by, from, to, down, limit)
	}
	first, last := strconv.FormatInt(from, 10)+"-0", strconv.FormatInt(to, 10)+"-0"
	var found []redis.XMessage
	var err error
	if down {
		found, err = s.client.XRevRangeN(ctx, stream, last, first, int64(limit)).Result()
	} else {
		found, err = s.client.XRangeN(ctx, stream, first, last, int64(limit)).Result()
	}
	if err != nil {
		return nil, err
	}
	out := make([]message, len(found))
	for i, m := range found {
		out[i] = message{number: m.ID[:max(0, len(m.ID)-len("-0"))], fields: map[string]string{}}
		for k, v := range m.Values {
			out[i].fields[k], _ = v.(string)
		}
	}
	return out, nil
}

func (s *Store) readIndexed(ctx context.Context, stream string, by []string, from, to int64, down bool, limit int) ([]message, error) {
	direction := "up"
	if down {
		direction = "down"
	}
	answer, err := s.run(ctx, indexedScript, append([]string{stream}, by...), from, to, direction, limit)
	if err != nil {
		return nil, err
	}
	r := replyOf(answer)
	out := make([]message, 0, len(r.rest))
	for r.err == nil && len(r.rest) > 0 {
		e := replyOf(r.next())
		m := message{number: e.text(), fields: map[string]string{}}
		for e.err == nil && len(e.rest) > 0 {
			name := e.text()
			m.fields[name] = e.text()
		}
		if e.err != nil {
			return nil, e.err
		}
		out = append(out, m)
	}
	return out, r.err
}

// AuditHead returns the number and hash of the last entry; zeros where there is none.
func (s *Store) AuditHead(ctx context.Context) (head auth.Head, err error) {
	err = s.patiently(ctx, "read the head of the audit log", func(ctx context.Context) error {
		found, err := s.client.HMGet(ctx, s.keys.meta(), "id", "audit", "audit_hash").Result()
		if err != nil {
			return err
		}
		id, _ := found[0].(string)
		if err := s.same(id); err != nil {
			return err
		}
		number, _ := found[1].(string)
		hash, _ := found[2].(string)
		if number == "" {
			head = auth.Head{}
			return nil
		}
		copy(head.Hash[:], hash)
		head.Seq, err = strconv.ParseInt(number, 10, 64)
		return err
	})
	return head, err
}
