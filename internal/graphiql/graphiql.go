// Package graphiql serves a page to write queries in: a text area, variables, a
// token, and the contract as introspection serves it.
//
// What: [Handler] answers with three embedded files. They are this project's own
// and load nothing from another host; the listener's content security policy,
// which allows no inline script, holds for them too.
//
// How: the token that is typed stays in the page's memory and is sent as
// Authorization: Bearer; a subscription is read as server-sent events by fetch.
//
// Concurrency: the handler has no state.
package graphiql

import (
	"embed"
	"net/http"
)

//go:embed index.html page.js page.css
var files embed.FS

// Handler serves the page at its root.
func Handler() http.Handler {
	serve := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		serve.ServeHTTP(w, r)
	})
}
