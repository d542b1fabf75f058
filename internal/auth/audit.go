package auth

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"
)

// Action is what somebody did. The zero Action is none and cannot be recorded.
type Action uint8

// The actions.
const (
	NoAction Action = iota
	ReadCustomer
	ListCustomers
	SweepCustomers
	ReadAudit
	PutSettings
	RegisterClaim
	WithdrawClaim
	GrantWaiver
	RecordObservations
	IssueStatement
	RevokeStatement
	CreateToken
	RevokeToken
	WatchVerdicts
	EndWaiver
	SignIn
	SignOut
)

var actionNames = [...]string{
	NoAction: "", ReadCustomer: "READ_CUSTOMER", ListCustomers: "LIST_CUSTOMERS", SweepCustomers: "SWEEP_CUSTOMERS",
	ReadAudit: "READ_AUDIT", PutSettings: "PUT_SETTINGS", RegisterClaim: "REGISTER_CLAIM", WithdrawClaim: "WITHDRAW_CLAIM",
	GrantWaiver: "GRANT_WAIVER", RecordObservations: "RECORD_OBSERVATIONS", IssueStatement: "ISSUE_STATEMENT",
	RevokeStatement: "REVOKE_STATEMENT", CreateToken: "CREATE_TOKEN", RevokeToken: "REVOKE_TOKEN",
	WatchVerdicts: "WATCH_VERDICTS", EndWaiver: "END_WAIVER", SignIn: "SIGN_IN", SignOut: "SIGN_OUT",
}

// String is the action as the audit log spells it; empty for none.
func (a Action) String() string {
	if int(a) < len(actionNames) {
		return actionNames[a]
	}
	return fmt.Sprintf("Action(%d)", uint8(a))
}

// ParseAction reads an action as the audit log spells it.
func ParseAction(text string) (Action, error) {
	if i := slices.Index(actionNames[:], text); i > 0 {
		return Action(i), nil
	}
	return NoAction, fmt.Errorf("unknown action %q", clip(text))
}

// Everybody stands for all customers in an entry.
const Everybody = "*"

// Hash is SHA-256, the zero Hash that of no entry.
type Hash [sha256.Size]byte

// String is the hash in hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Entry is one line of the audit log. It never holds an address of a client,
// nor a token.
type Entry struct {
	Seq       int64     // 1, 2, 3 … without gaps; given by the log
	At        time.Time // UTC, microseconds
	Subject   string    // as in Viewer
	Role      Role
	Action    Action
	Customer  string // an id, Everybody, or empty where none is concerned
	Before    string // revision, or id of the thing changed, before; empty for none
	After     string // the same after
	RequestID string
	Hash      Hash // over the entry and the Hash before; given by the log
}

// maxField bounds each text of an entry, in bytes.
const maxField = 512

// Validate reports what keeps an entry from being recorded.
func (e Entry) Validate() error {
	var errs []error
	if e.Action == NoAction || int(e.Action) >= len(actionNames) {
		errs = append(errs, errors.New("it has no action"))
	}
	if e.Subject == "" {
		errs = append(errs, errors.New("it has no subject"))
	}
	if int(e.Role) >= len(roleNames) {
		errs = append(errs, errors.New("its role is not one"))
	}
	if e.At.IsZero() || !e.At.Equal(e.At.Truncate(time.Microsecond)) {
		errs = append(errs, errors.New("its time is not set in whole microseconds"))
	}
	for name, text := range e.texts() {
		if len(text) > maxField || !printable(text) {
			errs = append(errs, fmt.Errorf("its %s is longer than %d bytes or not printable", name, maxField))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("audit entry: %w", err)
	}
	return nil
}

// texts yields the entry's free texts with their names, in a fixed order.
func (e Entry) texts() func(yield func(name, text string) bool) {
	return func(yield func(string, string) bool) {
		_ = yield("subject", e.Subject) && yield("customer", e.Customer) && yield("revision before", e.Before) &&
			yield("revision after", e.After) && yield("request id", e.RequestID)
	}
}

func printable(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

// Head is the last entry of a log: its number and hash. The zero Head is that
// of an empty log.
type Head struct {
	Seq  int64
	Hash Hash
}

// Sealed returns the entry as it follows on prev: with its Seq and Hash. Logs
// call it for every entry they append.
func (e Entry) Sealed(prev Head) Entry {
	e.Seq = prev.Seq + 1
	e.At = e.At.UTC()
	h := sha256.New()
	h.Write(prev.Hash[:])
	h.Write([]byte("domicile audit 1\n"))
	number := func(n int64) { h.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) }
	text := func(s string) { number(int64(len(s))); h.Write([]byte(s)) }
	number(e.Seq)
	number(e.At.UnixMicro())
	text(e.Role.String())
	text(e.Action.String())
	for _, s := range e.texts() {
		text(s)
	}
	h.Sum(e.Hash[:0])
	return e
}

// AuditQuery asks for entries. The zero value asks for none: set Limit.
type AuditQuery struct {
	After       int64  // only entries with a greater Seq
	Before      int64  // only entries with a lesser Seq; 0 is no bound
	Customer    string // only of this customer; empty is any
	Subject     string // only of this subject; empty is any
	NewestFirst bool   // descending by Seq, else ascending
	Limit       int    // at most so many
}

// AuditLog keeps entries for ever: it has no way to change or remove one. It is
// safe for concurrent use, by several processes where the store allows it.
type AuditLog interface {
	// AppendAudit appends the entries in order as one atomic step, each Sealed
	// on the one before, and returns them once they are durable. An entry that
	// is not valid appends none.
	AppendAudit(ctx context.Context, entries ...Entry) ([]Entry, error)
	// AuditEntries returns the entries that a query asks for.
	AuditEntries(ctx context.Context, q AuditQuery) ([]Entry, error)
	// AuditHead returns the last entry's number and hash.
	AuditHead(ctx context.Context) (Head, error)
}

// ErrTampered: the audit log is not what was once written.
var ErrTampered = errors.New("the audit log was tampered with or damaged")

// verifyPage is how many entries VerifyAudit reads at a time.
const verifyPage = 1000

// VerifyAudit recomputes the chain over the whole log and returns its head. It
// returns ErrTampered, naming the first entry that is wrong, and also where the
// log lacks one of the heads that were noted earlier.
func VerifyAudit(ctx context.Context, log AuditLog, noted ...Head) (Head, error) {
	var head Head
	for {
		page, err := log.AuditEntries(ctx, AuditQuery{After: head.Seq, Limit: verifyPage})
		if err != nil {
			return Head{}, fmt.Errorf("verify audit log: after entry %d: %w", head.Seq, err)
		}
		for _, e := range page {
			if e != e.Sealed(head) {
				return head, fmt.Errorf("verify audit log: %w: after entry %d comes %d, which does not follow on it", ErrTampered, head.Seq, e.Seq)
			}
			head = Head{Seq: e.Seq, Hash: e.Hash}
			if i := slices.IndexFunc(noted, func(n Head) bool { return n.Seq == head.Seq && n.Hash != head.Hash }); i >= 0 {
				return head, fmt.Errorf("verify audit log: %w: entry %d has another hash than was noted", ErrTampered, head.Seq)
			}
		}
		if len(page) < verifyPage {
			break
		}
	}
	for _, n := range noted {
		if n.Seq > head.Seq {
			return head, fmt.Errorf("verify audit log: %w: it ends at entry %d, and entry %d was noted", ErrTampered, head.Seq, n.Seq)
		}
	}
	return head, nil
}
