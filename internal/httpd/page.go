package httpd

import (
	"bytes"
	"html/template"
	"net/http"
)

// pageTemplate is the page of a server without the web application.
const pageTemplate = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Domicile</title>
<main>
<h1>Domicile</h1>
<p>Where customers' data may be processed, cached, stored and read on an edge network, and whether a claim such as
“only in the EU” holds under the settings.</p>
<p>This is the API. Its contract, with a comment on every word: <a href="/schema.graphql">/schema.graphql</a>.</p>
{{if .Identified}}<p>Say who asks with a token: <code>Authorization: Bearer</code>. Try it:</p>{{else}}<p>Try it:</p>{{end}}
<pre>curl http://{{.Host}}/graphql{{if .Identified}} -H "Authorization: Bearer $TOKEN"{{end}} -H 'content-type: application/json' -d '{"query":"{ claims { id name } }"}'</pre>
<p>Health: <a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>.{{with .Version}} Version {{.}}.{{end}}</p>
<p>It states where data may be and no legal conclusion. It is not legal advice.</p>
</main>
</html>
`

func (c Config) page(w http.ResponseWriter, r *http.Request) {
	t, err := template.New("page").Parse(pageTemplate)
	var out bytes.Buffer
	if err == nil {
		err = t.Execute(&out, struct {
			Host, Version string
			Identified    bool
		}{r.Host, c.Version, c.Identified})
	}
	if err != nil {
		c.Log.ErrorContext(r.Context(), "the page cannot be written", "error", err)
		plain(w, http.StatusInternalServerError, "internal error, request "+RequestID(r.Context()))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(out.Bytes())
}
