package ingest

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/edgelog"
	"domicile/internal/evidence"
)

// The bounds and defaults of a receiver.
const (
	DefaultSecretHeader = "X-Ingest-Secret"
	DefaultMaxBody      = 256 << 20 // bytes of a body as it comes
	DefaultAtOnce       = 2
	DefaultBodyTime     = 2 * time.Minute

	probeSize  = 8 << 10 // of the largest validation request
	retryAfter = 10 * time.Second
)

// ReceiverConfig is what a receiver works with. Ingester and one of Secret and Allow
// are required.
type ReceiverConfig struct {
	// Ingester makes the ingester of now, for all customers or, where it is not
	// empty, the one that the logs are of; ErrCustomer where there is none of that id.
	Ingester func(ctx context.Context, customer string, sampled bool) (*Ingester, error)
	// Secret is taken in the header SecretHeader.
	Secret       string
	SecretHeader string
	// Allow says whether a request without the secret may record, such as one with
	// an API token of that role, and for which customer alone; empty is any.
	Allow func(*http.Request) (customer string, ok bool)
	// AtOnce is how many bodies are read at once; others are told to come back.
	AtOnce int
	// MaxBody bounds a body as it comes. What it decompresses to is bounded by the
	// ingester's MaxBytes.
	MaxBody int64
	// BodyTime bounds how long a body may take to come.
	BodyTime time.Duration
	// Log receives what went wrong; nil is silence. RequestID names the request there.
	Log       *slog.Logger
	RequestID func(*http.Request) string
}

// receiver takes logs over HTTP.
type receiver struct {
	ReceiverConfig
	secret [32]byte
	slots  chan struct{}
}

// NewReceiver makes the handler of POST /ingest: the HTTP destination of a log push
// job. A body is a log as a file is, compressed or not, and is recorded as a whole
// or not at all before it is answered, so that the sender can repeat it: what was
// recorded counts nothing again. The validation requests with which a job is set up
// are answered.
//
// The query may say customer (whose logs these are), sampled (true or 1, false or 0: the
// logs hold a sample of the events), and fields (the names of the columns of CSV without a
// header, divided by commas).
//
// 200 is recorded, 400 cannot be read, 401 and 403 may not, 413 too large, 422 proves
// nothing, 429 and 503 with Retry-After come back later.
func NewReceiver(c ReceiverConfig) (http.Handler, error) {
	if c.Ingester == nil || c.Secret == "" && c.Allow == nil {
		return nil, errors.New("ingest: a receiver needs an ingester, and a secret or somebody who is allowed")
	}
	if c.Secret != "" && len(c.Secret) < 16 {
		return nil, errors.New("ingest: the secret is too short: give at least 16 characters")
	}
	if c.SecretHeader == "" {
		c.SecretHeader = DefaultSecretHeader
	}
	if c.AtOnce <= 0 {
		c.AtOnce = DefaultAtOnce
	}
	if c.MaxBody <= 0 {
		c.MaxBody = DefaultMaxBody
	}
	if c.BodyTime <= 0 {
		c.BodyTime = DefaultBodyTime
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.RequestID == nil {
		c.RequestID = func(*http.Request) string { return "" }
	}
	return &receiver{ReceiverConfig: c, secret: sha256.Sum256([]byte(c.Secret)), slots: make(chan struct{}, c.AtOnce)}, nil
}

// ServeHTTP takes one body.
func (h *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	customer := r.URL.Query().Get("customer")
	sampled, err := isSampled(r.URL.Query())
	only, allowed := h.allowed(r)
	switch {
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed, "send logs by POST")
		return
	case !allowed:
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuse(w, http.StatusUnauthorized, "the secret or token is missing or wrong")
		return
	case only != "" && customer != "" && customer != only:
		refuse(w, http.StatusForbidden, "the token is of another customer")
		return
	case err != nil:
		refuse(w, http.StatusBadRequest, err.Error())
		return
	case r.ContentLength > h.MaxBody:
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("a body has at most %d bytes: let the job push smaller batches", h.MaxBody))
		return
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
		h.take(w, r, cmp.Or(customer, only), sampled)
	default:
		later(w, http.StatusTooManyRequests, "other bodies are being read: come back")
	}
}

// allowed compares in a time that tells nothing of the secret.
func (h *receiver) allowed(r *http.Request) (only string, ok bool) {
	if h.Secret != "" {
		given := sha256.Sum256([]byte(r.Header.Get(h.SecretHeader)))
		if subtle.ConstantTimeCompare(given[:], h.secret[:]) == 1 {
			return "", true
		}
	}
	if h.Allow == nil {
		return "", false
	}
	return h.Allow(r)
}

// isSampled reads the parameter sampled. A value that is neither yes nor no is an error:
// taken as no, a sample would pass for the whole.
func isSampled(query url.Values) (bool, error) {
	given := query["sampled"]
	switch len(given) {
	case 0:
		return false, nil
	case 1:
	default:
		return false, errors.New("sampled= is given several times: want it once")
	}
	switch strings.ToLower(given[0]) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, fmt.Errorf("sampled=%.20q: want true or 1, or false or 0", given[0])
}

func (h *receiver) take(w http.ResponseWriter, r *http.Request, customer string, sampled bool) {
	control := http.NewResponseController(w)
	until := time.Now().Add(h.BodyTime)
	// A writer that cannot set deadlines has the server's.
	_ = control.SetReadDeadline(until)
	_ = control.SetWriteDeadline(until.Add(time.Minute))
	body := http.MaxBytesReader(w, r.Body, h.MaxBody)
	head := make([]byte, probeSize)
	n, err := io.ReadFull(body, head)
	if head = head[:n]; err == nil || err == io.EOF || err == io.ErrUnexpectedEOF && int64(n) == max(r.ContentLength, int64(n)) {
		err = nil
	}
	if err != nil {
		h.failed(w, r, err)
		return
	}
	if n < probeSize && validation(head) {
		answer(w, http.StatusOK, map[string]any{"result": "validated"})
		return
	}
	res, err := h.ingest(r, customer, sampled, io.MultiReader(bytes.NewReader(head), body))
	switch {
	case err != nil:
		h.failed(w, r, err)
	case res.NoSites:
		refuse(w, http.StatusUnprocessableEntity, res.Dataset.String()+": "+res.Dataset.Why())
	default:
		answer(w, http.StatusOK, received(res))
	}
}

func (h *receiver) ingest(r *http.Request, customer string, sampled bool, body io.Reader) (*Result, error) {
	src := source{name: "a pushed log"}
	if text := r.URL.Query().Get("fields"); text != "" {
		var err error
		if src.fields, err = edgelog.ParseFields(text); err != nil {
			return nil, fmt.Errorf("%w: fields=%w", edgelog.ErrFormat, err)
		}
	}
	in, err := h.Ingester(r.Context(), customer, sampled)
	if err != nil {
		return nil, err
	}
	return in.stream(r.Context(), src, body)
}

// received is the answer to a body.
func received(res *Result) any {
	result := "recorded"
	if res.Counts.Lines > 0 && res.Counts.Duplicate == res.Counts.Lines {
		result = "recorded before"
	}
	return struct {
		Result  string          `json:"result"`
		Dataset string          `json:"dataset"`
		Digest  string          `json:"digest"`
		Counts  evidence.Counts `json:"counts"`
	}{result, res.Dataset.String(), res.Digest.String(), res.Counts}
}

// failed maps an error to a status. No error of reading holds content of a log.
func (h *receiver) failed(w http.ResponseWriter, r *http.Request, err error) {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large), errors.Is(err, edgelog.ErrTooLarge), errors.Is(err, ErrStream):
		refuse(w, http.StatusRequestEntityTooLarge, "the body is too large: let the job push smaller batches")
	case errors.Is(err, edgelog.ErrDamaged), errors.Is(err, io.ErrUnexpectedEOF):
		refuse(w, http.StatusBadRequest, "the body broke off or is damaged; nothing of it was recorded")
	case errors.Is(err, edgelog.ErrFormat), errors.Is(err, edgelog.ErrDataset):
		refuse(w, http.StatusBadRequest, err.Error())
	case errors.Is(err, ErrCustomer):
		refuse(w, http.StatusBadRequest, "there is no such customer")
	case errors.Is(err, atlas.ErrStoreUnavailable), errors.Is(err, atlas.ErrOutOfOrder):
		h.Log.ErrorContext(r.Context(), "logs were not recorded", "error", err, "request", h.RequestID(r))
		later(w, http.StatusServiceUnavailable, "the store is not available: come back")
	case r.Context().Err() != nil:
		later(w, http.StatusServiceUnavailable, "the request ended before the log did")
	default:
		h.Log.ErrorContext(r.Context(), "logs were not recorded", "error", err, "request", h.RequestID(r))
		refuse(w, http.StatusInternalServerError, "internal error, request "+h.RequestID(r))
	}
}

func later(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter/time.Second)))
	refuse(w, status, text)
}

func refuse(w http.ResponseWriter, status int, text string) {
	answer(w, status, map[string]string{"error": text})
}

func answer(w http.ResponseWriter, status int, value any) {
	b, err := json.Marshal(value)
	if err != nil {
		b, status = []byte(`{"error":"internal error"}`), http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n'))
}

// challenge is the one line of an ownership challenge: a JSON Web Token, of up to 4,096
// characters as the API takes it back.
var challenge = regexp.MustCompile(`^[0-9A-Za-z+/_=.-]{16,}\s*$`)

// validation reports whether a small body is one that sets a job up: a probe, or
// nothing.
func validation(body []byte) bool {
	plain, ok := unpacked(body)
	return ok && (len(bytes.TrimSpace(plain)) == 0 || probe(plain))
}

// unpacked is a small body, decompressed; false where it cannot be.
func unpacked(body []byte) ([]byte, bool) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return body, true
	}
	plain, err := io.ReadAll(io.LimitReader(z, probeSize))
	return plain, err == nil
}

// probe reports whether a text is what the provider writes to try out a destination: a
// JSON object with a text "content" and nothing of a log, which it sends to an HTTP
// destination as a gzipped test.txt.gz of {"content":"tests"}
// (https://developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/http/,
// read 2026-12-01); or an ownership challenge, which it writes to storage as
// ownership-challenge.txt and asks of no HTTP destination
// (https://developers.cloudflare.com/logs/logpush/logpush-job/logpush-ownership-challenge/,
// read 2026-12-01).
func probe(text []byte) bool {
	if challenge.Match(text) {
		return true
	}
	var test map[string]json.RawMessage
	if json.Unmarshal(text, &test) != nil {
		return false
	}
	var content string
	for key, value := range test {
		if key != "content" && key != "filename" || json.Unmarshal(value, &content) != nil {
			return false
		}
	}
	return test["content"] != nil
}
