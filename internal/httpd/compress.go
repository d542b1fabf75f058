package httpd

import (
	"compress/gzip"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzhttp"
)

// compressFrom is the size in bytes from which an answer is compressed.
const compressFrom = 2 << 10

// compressed compresses the answers of the API for clients that take gzip. Whoever
// listens to events gets each of them at once, as it is. What is secret is in no answer
// beside what a stranger chose; a jitter in the size makes guessing harder still.
func compressed(api http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(compressFrom), gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.EnableZstd(false), gzhttp.RandomJitter(32, 0, false),
		gzhttp.ContentTypes([]string{"application/json", "application/graphql-response+json"}),
	)
	if err != nil {
		return nil, err
	}
	whole := wrap(api)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			api.ServeHTTP(w, r)
			return
		}
		whole.ServeHTTP(w, r)
	}), nil
}
