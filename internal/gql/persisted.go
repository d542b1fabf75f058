package gql

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
)

// trustedMost bounds a file of trusted documents.
const trustedMost = 16 << 20

// ReadTrusted reads trusted documents: a JSON object from the hexadecimal
// SHA-256 of each document, with or without "sha256:" before it, to its text. A
// digest that does not fit its text is an error.
func ReadTrusted(r io.Reader) (map[string]string, error) {
	text, err := io.ReadAll(io.LimitReader(r, trustedMost+1))
	if err != nil {
		return nil, fmt.Errorf("read trusted documents: %w", err)
	}
	if len(text) > trustedMost {
		return nil, fmt.Errorf("read trusted documents: more than %d bytes", trustedMost)
	}
	var given map[string]string
	if err := json.Unmarshal(text, &given); err != nil {
		return nil, fmt.Errorf("read trusted documents: %w", err)
	}
	documents := make(map[string]string, len(given))
	for id, document := range given {
		digest := strings.ToLower(strings.TrimPrefix(id, "sha256:"))
		if digest != digestOf(document) {
			return nil, fmt.Errorf("read trusted documents: %s is not the SHA-256 of its document, which is %s", shorten(id), digestOf(document))
		}
		documents[digest] = document
	}
	return documents, nil
}

func digestOf(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:])
}

// persisted is the documents that may be named by their digest: those trusted
// from the start and those that clients registered.
type persisted struct {
	trusted     map[string]string
	trustedOnly bool
	registered  *lru.Cache[string, string] // nil when clients may not register
}

func newPersisted(o Options) *persisted {
	p := &persisted{trusted: o.Trusted, trustedOnly: o.TrustedOnly}
	if o.Persisted > 0 && !o.TrustedOnly {
		p.registered, _ = lru.New[string, string](o.Persisted)
	}
	return p
}

func (p *persisted) find(digest string) (string, bool) {
	if document, ok := p.trusted[digest]; ok {
		return document, true
	}
	if p.registered == nil {
		return "", false
	}
	return p.registered.Get(digest)
}

// notFound has the message that clients of automatic persisted queries look
// for before they send the document itself.
func notFound() *Error { return Errorf(NotFound, "PersistedQueryNotFound") }

// resolve puts the document of a call in place. known is true when it was
// persisted before, which is looked up when asked for; a document that was not,
// but names its own digest, may be registered once it has proved valid.
func (p *persisted) resolve(c *call, ask bool) (known bool, err *Error) {
	if !c.hasQuery {
		document, ok := p.find(c.digest)
		if !ok {
			return false, notFound()
		}
		c.query = document
		return true, nil
	}
	if c.digest == "" && !ask && !p.trustedOnly {
		return false, nil
	}
	digest := digestOf(c.query)
	if c.digest != "" && c.digest != digest {
		return false, Errorf(BadUserInput, "sha256Hash is not that of the query")
	}
	_, known = p.find(digest)
	if !known && p.trustedOnly {
		return false, Errorf(Forbidden, "only trusted documents are accepted")
	}
	return known, nil
}

// register keeps a valid document that came with its digest.
func (p *persisted) register(c *call) {
	if p.registered != nil && c.hasQuery && c.digest != "" {
		p.registered.Add(c.digest, c.query)
	}
}
