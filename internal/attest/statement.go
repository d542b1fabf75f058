package attest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	intoto "github.com/in-toto/attestation/go/v1"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

// Names of the formats.
const (
	PayloadType   = "application/vnd.in-toto+json"
	PredicateType = "urn:domicile:statement:1"
)

// MaxEnvelope bounds a signed statement, in bytes.
const MaxEnvelope = 16 << 20

// Errors of opening a statement.
var (
	// ErrSignature: it is not signed by this key, or was changed since.
	ErrSignature = errors.New("not signed by this key, or changed since")
	// ErrStatement: it is no statement of this kind.
	ErrStatement = errors.New("not a statement")
)

// Question is what was asked, so that it can be asked again.
type Question struct {
	Preset     string   `json:"preset,omitempty"`
	Kind       string   `json:"kind,omitempty"`
	Within     []string `json:"within,omitempty"`
	Except     []string `json:"except,omitempty"`
	Reading    string   `json:"reading,omitempty"`
	Categories []string `json:"categories,omitempty"`
	Activities []string `json:"activities,omitempty"`
	Scopes     []string `json:"scopes,omitempty"` // kind:name
}

// Statement is what is said.
type Statement struct {
	Customer   string    `json:"customer"`
	Verdict    string    `json:"verdict"`  // by the settings and what was observed
	Headline   string    `json:"headline"` // of the verdict
	Issued     time.Time `json:"issued"`
	ValidUntil time.Time `json:"valid_until"`
	AsOf       string    `json:"as_of"`
	KnownAt    string    `json:"known_at"`
	Question   Question  `json:"question"`
	// Datasets and SettingsDigest are what the answer rests on: SHA-256, in
	// hexadecimal digits. SettingsDigest is empty where no settings applied.
	Datasets       string `json:"datasets"`
	SettingsDigest string `json:"settings_digest,omitempty"`
	// Settings are those, or nothing where they are left out.
	Settings json.RawMessage `json:"settings,omitempty"`
	// Check is the answer by the settings: counterexamples, what is not known,
	// what is not covered, and the certificate.
	Check json.RawMessage `json:"check"`
	// Measured is the answer with what was observed in a window; nothing where
	// nothing was looked at.
	Measured json.RawMessage `json:"measured,omitempty"`
}

// Valid reports whether a statement is whole, by itself.
func (s *Statement) Valid() error {
	switch {
	case s.Customer == "" || s.Verdict == "" || s.Headline == "" || s.AsOf == "" || s.KnownAt == "" || len(s.Check) == 0:
		return fmt.Errorf("%w: a part is missing", ErrStatement)
	case !s.ValidUntil.After(s.Issued):
		return fmt.Errorf("%w: it ends before it begins", ErrStatement)
	}
	return nil
}

// Sign writes a statement down and signs it.
func Sign(ctx context.Context, k *Key, s *Statement) ([]byte, error) {
	if err := s.Valid(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	predicate := &structpb.Struct{}
	if err := protojson.Unmarshal(text, predicate); err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	st := &intoto.Statement{Type: intoto.StatementTypeUri, PredicateType: PredicateType, Predicate: predicate, Subject: subjects(s)}
	if err := st.Validate(); err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	payload, err := protojson.Marshal(st)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	es, err := dsse.NewEnvelopeSigner(signer{k})
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	envelope, err := es.SignPayload(ctx, PayloadType, payload)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	out, err := json.Marshal(envelope)
	if err != nil || len(out) >= MaxEnvelope {
		return nil, errors.Join(err, fmt.Errorf("sign: the statement has %d bytes, at most %d: leave the settings out, or narrow the claim", len(out), MaxEnvelope))
	}
	return append(out, '\n'), nil
}

// subjects are what a statement is about.
func subjects(s *Statement) []*intoto.ResourceDescriptor {
	out := []*intoto.ResourceDescriptor{{Name: "datasets", Digest: map[string]string{"sha256": s.Datasets}}}
	if s.SettingsDigest != "" {
		out = append(out, &intoto.ResourceDescriptor{Name: "settings of " + s.Customer, Digest: map[string]string{"sha256": s.SettingsDigest}})
	}
	return out
}

// Open reads a statement that a key signed. The error wraps ErrSignature or
// ErrStatement.
func Open(ctx context.Context, k *Key, r io.Reader) (*Statement, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxEnvelope+1))
	if err != nil {
		return nil, fmt.Errorf("read statement: %w", err)
	}
	if len(text) > MaxEnvelope {
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrStatement, MaxEnvelope)
	}
	var envelope dsse.Envelope
	if err := json.Unmarshal(text, &envelope); err != nil || envelope.PayloadType != PayloadType {
		return nil, fmt.Errorf("%w: want a DSSE envelope of %s, as domicile statement writes", ErrStatement, PayloadType)
	}
	ev, err := dsse.NewEnvelopeVerifier(signer{k})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	_, payload, err := ev.VerifyAndDecode(ctx, &envelope)
	if err != nil {
		return nil, ErrSignature
	}
	return read(payload)
}

// read takes a signed payload apart.
func read(payload []byte) (*Statement, error) {
	st := &intoto.Statement{}
	if err := protojson.Unmarshal(payload, st); err != nil {
		return nil, fmt.Errorf("%w: no in-toto statement", ErrStatement)
	}
	if err := st.Validate(); err != nil {
		return nil, fmt.Errorf("%w: no whole in-toto statement", ErrStatement)
	}
	if st.PredicateType != PredicateType {
		return nil, fmt.Errorf("%w: of kind %.80q, want %s", ErrStatement, st.PredicateType, PredicateType)
	}
	text, err := protojson.Marshal(st.Predicate)
	if err != nil {
		return nil, fmt.Errorf("%w: no predicate", ErrStatement)
	}
	s := &Statement{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(s); err != nil {
		return nil, fmt.Errorf("%w: its predicate has another shape", ErrStatement)
	}
	if err := s.Valid(); err != nil {
		return nil, err
	}
	want := subjects(s)
	if len(st.Subject) != len(want) {
		return nil, fmt.Errorf("%w: it is about other things than it says", ErrStatement)
	}
	for i, w := range want {
		if st.Subject[i].GetName() != w.Name || st.Subject[i].GetDigest()["sha256"] != w.Digest["sha256"] {
			return nil, fmt.Errorf("%w: it is about other things than it says", ErrStatement)
		}
	}
	return s, nil
}
