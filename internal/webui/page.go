package webui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// firstMark is where the first answer goes in the built page.
const firstMark = "<!--first-->"

// document is an HTML file, cut where the first answer goes.
type document struct {
	before, after []byte
	whole         *asset // without an answer
}

// document reads an HTML file and names the files it loads by their digest.
func (s *site) document(name string) (*document, error) {
	content, err := fs.ReadFile(s.Files, name)
	if err != nil {
		return nil, fmt.Errorf("webui: %w", err)
	}
	text := string(content)
	for file, a := range s.assets {
		text = strings.ReplaceAll(text, `"/assets/`+file+`"`, `"/assets/`+file+`?v=`+a.sum[:8]+`"`)
	}
	before, after, found := strings.Cut(text, firstMark)
	if !found {
		return nil, fmt.Errorf("webui: %s has no %s", name, firstMark)
	}
	return &document{
		before: []byte(before), after: []byte(after),
		whole: s.newAsset("text/html; charset=utf-8", []byte(before+noScript("")+after)),
	}, nil
}

// secure sets the headers that every response has; ancestors may frame it.
func (s *site) secure(h http.Header, ancestors string) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "+ancestors)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	if ancestors == "'none'" {
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
	}
}

// servePage answers every address of the application with the page.
func (s *site) servePage(w http.ResponseWriter, r *http.Request) {
	if !wantsPage(r) {
		http.NotFound(w, r)
		return
	}
	s.secure(w.Header(), "'none'")
	if s.Visit == nil {
		s.index.serve(w, r, s.firstAnswers(r))
		return
	}
	r, visitor := s.Visit(w, r)
	out := firstAnswers{Visitor: visitor}
	if string(visitor) != nobody {
		out = s.firstAnswers(r)
		out.Visitor = visitor
	}
	s.index.serve(w, r, out)
}

// nobody is a visitor who is not signed in.
const nobody = "null"

// wantsPage tells an address of the application from that of a file or of data.
func wantsPage(r *http.Request) bool {
	if path.Ext(r.URL.Path) != "" && !strings.HasPrefix(r.URL.Path, "/c/") && !strings.HasPrefix(r.URL.Path, "/places/") {
		return false
	}
	accept := r.Header.Get("Accept")
	return accept == "" || strings.Contains(accept, "text/html") || strings.Contains(accept, "*/*")
}

// serve writes the page with first answers. They are somebody's data, so such a
// page is kept by nobody; without them it is the same for all.
func (d *document) serve(w http.ResponseWriter, r *http.Request, f firstAnswers) {
	h := w.Header()
	if f.empty() {
		h.Set("Cache-Control", "no-cache")
		d.whole.serve(w, r)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	h.Add("Vary", "Accept-Encoding")
	body := bytes.Join([][]byte{d.before, f.html(), d.after}, nil)
	if accepts(r, "gzip") {
		body = pack(body, gzip.BestSpeed)
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// firstAnswers are what the page would ask first, answered.
type firstAnswers struct {
	Answers  []firstAnswer
	Sentence string          // the verdict, for readers without JavaScript
	Visitor  json.RawMessage // who is signed in; empty where nobody can
}

type firstAnswer struct {
	ID        string          `json:"documentId"`
	Variables map[string]any  `json:"variables"`
	Response  json.RawMessage `json:"response"`
}

func (f firstAnswers) empty() bool {
	return len(f.Answers) == 0 && f.Sentence == "" && len(f.Visitor) == 0
}

// html is the answers as data that no browser runs, and the sentence.
func (f firstAnswers) html() []byte {
	out := []byte(noScript(f.Sentence))
	for _, part := range []struct {
		id    string
		value any
		empty bool
	}{{"first", f.Answers, len(f.Answers) == 0}, {"visitor", f.Visitor, len(f.Visitor) == 0}} {
		data, err := json.Marshal(part.value) // escapes <, > and &
		if err == nil && !part.empty {
			out = fmt.Appendf(out, `<script type="application/json" id="%s">%s</script>`, part.id, data)
		}
	}
	return out
}

func noScript(sentence string) string {
	if sentence == "" {
		sentence = "Where a customer's data may be stored and processed, and whether a claim about it holds."
	}
	return `<noscript><main><h1>Domicile</h1><p>` + html.EscapeString(sentence) +
		`</p><p>The map and the tables need JavaScript. The same answers without it: domicile where, domicile check, and the API at /graphql.</p></main></noscript>`
}
