package webui

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// asset is one file of the built page.
type asset struct {
	kind   string
	plain  []byte
	packed []coded // smallest first
	sum    string  // first 16 digits of the sha256
}

// coded is a file in a content coding.
type coded struct {
	coding string
	body   []byte
}

// kinds are the files that are served, by the end of their name.
var kinds = map[string]string{
	".js":   "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".json": "application/json",
	".md":   "text/markdown; charset=utf-8",
}

// zstdWindow is larger than any file of the page.
const zstdWindow = 1 << 19

// operationsFile holds the documents of the page by the id that it names them
// by: "sha256:" and the digest of their text.
const operationsFile = "operations.json"

// read loads every file of the built page.
func (s *site) read() error {
	names, err := fs.Glob(s.Files, "*")
	if err != nil {
		return fmt.Errorf("webui: %w", err)
	}
	// One encoder for all files, as small as they are: setting one up costs more than packing.
	if s.zstd, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstdWindow)); err != nil {
		return fmt.Errorf("webui: %w", err)
	}
	s.assets = make(map[string]*asset, len(names))
	for _, name := range names {
		kind, ok := kinds[path.Ext(name)]
		if !ok {
			continue
		}
		content, err := fs.ReadFile(s.Files, name)
		if err != nil {
			return fmt.Errorf("webui: read %s: %w", name, err)
		}
		s.assets[name] = s.newAsset(kind, content)
	}
	if err := s.readOperations(); err != nil {
		return err
	}
	if s.index, err = s.document("index.html"); err != nil {
		return err
	}
	s.embed, err = s.document("embed.html")
	return err
}

// operationName finds the one operation of a document, behind its fragments.
var operationName = regexp.MustCompile(`(?:^|[\s}])(?:query|mutation|subscription) ([A-Za-z]+)`)

const idPrefix = "sha256:"

// operation is a document that the page knows by its id.
type operation struct{ id, text string }

func (s *site) readOperations() error {
	file, ok := s.assets[operationsFile]
	if !ok {
		return fmt.Errorf("webui: %s is missing; build the page (npm run build)", operationsFile)
	}
	var err error
	s.operations, err = parseOperations(file.plain)
	return err
}

// parseOperations reads documents by the names of their operations.
func parseOperations(file []byte) (map[string]operation, error) {
	var byID map[string]string
	if err := json.Unmarshal(file, &byID); err != nil {
		return nil, fmt.Errorf("webui: %s: %w", operationsFile, err)
	}
	out := make(map[string]operation, len(byID))
	for id, text := range byID {
		sum := sha256.Sum256([]byte(text))
		name := operationName.FindStringSubmatch(text)
		if id != idPrefix+hex.EncodeToString(sum[:]) || name == nil {
			return nil, fmt.Errorf("webui: %s: %s is not the digest of a named operation", operationsFile, id)
		}
		out[name[1]] = operation{id, text}
	}
	return out, nil
}

func (s *site) newAsset(kind string, content []byte) *asset {
	sum := sha256.Sum256(content)
	a := &asset{kind: kind, plain: content, sum: hex.EncodeToString(sum[:8])}
	for _, c := range []coded{{"zstd", s.zstd.EncodeAll(content, nil)}, {"gzip", pack(content, gzip.BestCompression)}} {
		if len(c.body) < len(content) {
			a.packed = append(a.packed, c)
		}
	}
	slices.SortStableFunc(a.packed, func(x, y coded) int { return len(x.body) - len(y.body) })
	return a
}

// pack compresses in memory, where nothing can fail.
func pack(content []byte, level int) []byte {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, level)
	if err != nil {
		return content
	}
	_, _ = z.Write(content)
	_ = z.Close()
	return out.Bytes()
}

// serveAsset answers /assets/{name}. Framed pages have no origin of their own,
// so files, which are the same for everybody, may be read from anywhere.
func (s *site) serveAsset(w http.ResponseWriter, r *http.Request) {
	a, ok := s.assets[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	s.secure(h, "'none'")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == a.sum[:8] {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	a.serve(w, r)
}

// serve writes the file, or that the client has it already.
func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Add("Vary", "Accept-Encoding")
	body, tag := a.plain, `"`+a.sum+`"`
	if i := slices.IndexFunc(a.packed, func(c coded) bool { return accepts(r, c.coding) }); i >= 0 {
		body, tag = a.packed[i].body, `"`+a.sum+`-`+a.packed[i].coding+`"`
		h.Set("Content-Encoding", a.packed[i].coding)
	}
	h.Set("ETag", tag)
	if matches(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// matches reports whether a list of tags has one, or is *.
func matches(list, tag string) bool {
	for t := range strings.SplitSeq(list, ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag || t == "*" {
			return true
		}
	}
	return false
}

// accepts reads Accept-Encoding; a coding with q=0 is a no.
func accepts(r *http.Request, name string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(part, ";")
		if strings.TrimSpace(coding) != name {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		if !found {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}
