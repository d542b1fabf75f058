package webui

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Question is one operation of the page's, as the page itself would send it.
type Question struct {
	// Document is the text of the operation; it has one operation.
	Document  string
	Variables map[string]any
}

// Config is what the page is served from.
type Config struct {
	// Files are the built page; required.
	Files fs.FS
	// Ask answers an operation for the viewer of the context, as the JSON of
	// its response. Nil leaves first answers out; the page asks by itself.
	Ask func(ctx context.Context, q Question) ([]byte, error)
	// Visit says who looks at a page, where people sign in: the request for its
	// first answers, and what the page is told of the visitor, as JSON; null is
	// nobody. Nil means that nobody signs in. Framed pages have no visitor.
	Visit func(w http.ResponseWriter, r *http.Request) (*http.Request, json.RawMessage)
	// Embed says what a token of /embed/claims/{token} names; false for every token
	// that does not hold. Nil takes none.
	Embed func(r *http.Request, token string) (Embed, bool)
	// Ancestors may frame the pages under /embed/, as sources of a
	// content-security policy: https://example.com, or *. None means that
	// nobody may.
	Ancestors []string
	// Log receives what went wrong with first answers; nil is silence.
	Log *slog.Logger
}

// Embed is one claim about a customer, and who asks for it.
type Embed struct {
	Customer, Claim string
	Reading         string // as the API spells it
	// Ask answers an operation for the holder of the token.
	Ask func(ctx context.Context, q Question) ([]byte, error)
}

// answerWait bounds how long the page is held back for its first answer.
const answerWait = 1500 * time.Millisecond

// site is the built page, ready to be served.
type site struct {
	Config
	zstd       *zstd.Encoder
	assets     map[string]*asset
	index      *document
	embed      *document
	operations map[string]operation // by name
	ancestors  string
}

// New reads the built page. The error names the file that is missing or wrong.
func New(c Config) (http.Handler, error) {
	if c.Files == nil {
		return nil, errors.New("webui: no files")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &site{Config: c, ancestors: "'none'"}
	if len(c.Ancestors) > 0 {
		s.ancestors = strings.Join(c.Ancestors, " ")
	}
	if strings.ContainsAny(s.ancestors, ";,\r\n") {
		return nil, errors.New("webui: a framing site has a character that a source cannot have; give sources such as https://example.com")
	}
	if err := s.read(); err != nil {
		return nil, err
	}
	return s.handler(), nil
}

func (s *site) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /assets/{name}", s.serveAsset)
	mux.HandleFunc("GET /embed/c/{customer}/claims/{claim}", s.serveEmbed)
	mux.HandleFunc("GET /embed/claims/{token}", s.serveToken)
	mux.HandleFunc("GET /", s.servePage)
	return mux
}
