package gql

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"strings"
)

// call is the parameters of one request over HTTP.
type call struct {
	query     string
	hasQuery  bool
	operation string
	variables map[string]any
	extend    map[string]any
	digest    string // sha256 of a persisted document, lower case hexadecimal
}

// decodeBody reads a JSON request body.
func decodeBody(body []byte) (*call, *Error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, Errorf(BadUserInput, "the body is empty; post a JSON object with a query")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil || members == nil {
		return nil, Errorf(BadUserInput, "the body is no JSON object with a query; several operations at once are not accepted")
	}
	return decodeCall(members)
}

// decodeQuery reads the parameters of a URL.
func decodeQuery(values url.Values) (*call, *Error) {
	members := map[string]json.RawMessage{}
	for _, name := range []string{"query", "operationName", "documentId"} {
		if values.Has(name) {
			members[name], _ = json.Marshal(values.Get(name))
		}
	}
	for _, name := range []string{"variables", "extensions"} {
		if text := values.Get(name); text != "" {
			members[name] = json.RawMessage(text)
		}
	}
	return decodeCall(members)
}

func decodeCall(members map[string]json.RawMessage) (*call, *Error) {
	d := decoder{members: members}
	c := &call{operation: d.text("operationName")}
	c.query, c.hasQuery = d.text("query"), d.has("query")
	c.digest = strings.ToLower(strings.TrimPrefix(d.text("documentId"), "sha256:"))
	c.variables = d.object("variables")
	c.extend = d.object("extensions")
	if persisted, ok := c.extend["persistedQuery"].(map[string]any); ok {
		digest, _ := persisted["sha256Hash"].(string)
		c.digest = strings.ToLower(digest)
	}
	if d.err == nil && !c.hasQuery && c.digest == "" {
		d.err = Errorf(BadUserInput, "the request has no query")
	}
	return c, d.err
}

// decoder reads members that may be missing or null; the last bad one is err.
type decoder struct {
	members map[string]json.RawMessage
	err     *Error
}

func (d *decoder) has(name string) bool {
	raw, ok := d.members[name]
	return ok && string(raw) != "null"
}

func (d *decoder) text(name string) (text string) {
	if d.has(name) && json.Unmarshal(d.members[name], &text) != nil {
		d.err = Errorf(BadUserInput, "parameter %q is no string", name)
	}
	return text
}

// object keeps numbers as they are written: counts exceed what a float holds.
func (d *decoder) object(name string) (object map[string]any) {
	if !d.has(name) {
		return nil
	}
	in := json.NewDecoder(bytes.NewReader(d.members[name]))
	in.UseNumber()
	if in.Decode(&object) != nil || !atEnd(in) {
		d.err = Errorf(BadUserInput, "parameter %q is no object", name)
		return nil
	}
	return object
}

func atEnd(d *json.Decoder) bool {
	_, err := d.Token()
	return err == io.EOF
}
