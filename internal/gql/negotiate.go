package gql

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

const (
	mediaGraphQL = "application/graphql-response+json"
	mediaJSON    = "application/json"
	mediaEvents  = "text/event-stream"
)

// negotiate chooses the media type of the response, "" when none is acceptable.
// Without a preference it is application/json, for the clients that are older
// than the other type.
func negotiate(header http.Header) string {
	accept := strings.Join(header.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return mediaJSON
	}
	best, quality := "", 0.0
	for i, part := range strings.Split(accept, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil || i >= 32 {
			continue
		}
		switch media {
		case mediaGraphQL, mediaJSON, mediaEvents:
		case "*/*", "application/*":
			media = mediaJSON
		default:
			continue
		}
		q := 1.0
		if text, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(text, 64); err != nil {
				continue
			}
		}
		if q > quality {
			best, quality = media, q
		}
	}
	return best
}

// jsonBody reports whether a request says that its body is JSON in UTF-8.
func jsonBody(header http.Header) bool {
	media, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	return err == nil && media == mediaJSON && (charset == "" || charset == "utf-8" || charset == "utf8") &&
		header.Get("Content-Encoding") == ""
}
