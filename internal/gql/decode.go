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
	c := &call{}
	var id string
	var extensions map[string]any
	var err *Error
	read := func(name string, into any, what string) bool {
		raw, ok := members[name]
		if !ok || string(raw) == "null" {
			return false
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if d.Decode(into) != nil || !atEnd(d) {
			err = Errorf(BadUserInput, "parameter %q is no %s", name, what)
		}
		return true
	}
	c.hasQuery = read("query", &c.query, "string")
	read("operationName", &c.operation, "string")
	read("documentId", &id, "string")
	read("variables", &c.variables, "object")
	read("extensions", &extensions, "object")
	if err != nil {
		return nil, err
	}
	c.digest = strings.ToLower(strings.TrimPrefix(id, "sha256:"))
	if persisted, ok := extensions["persistedQuery"].(map[string]any); ok {
		digest, _ := persisted["sha256Hash"].(string)
		c.digest = strings.ToLower(digest)
	}
	if !c.hasQuery && c.digest == "" {
		return nil, Errorf(BadUserInput, "the request has no query")
	}
	return c, nil
}

func atEnd(d *json.Decoder) bool {
	_, err := d.Token()
	return err == io.EOF
}
