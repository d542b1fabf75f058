package api

import (
	"encoding"
	"encoding/json"
	"strings"

	"domicile/internal/atlas"
	"domicile/internal/gql"
	"domicile/internal/residency"
	"domicile/internal/settings"
)

// nobody is the customer of settings that nobody stored.
const nobody = "nobody"

// keyNames are the keys of the settings file that have another name in
// SettingsInput: log_region → logRegion.
type keyNames map[string]string

// userError is UserError.
type userError struct {
	code, field, message string
	line, column         int
}

// problem is a problem of settings as a user error, its path in the names of
// the input.
func (n keyNames) problem(p settings.Problem) userError {
	parts := strings.Split(p.Path, ".")
	for i, part := range parts {
		key, rest, indexed := strings.Cut(part, "[")
		if name, ok := n[key]; ok {
			parts[i] = name
			if indexed {
				parts[i] += "[" + rest
			}
		}
	}
	u := userError{code: "INVALID", field: strings.Join(parts, "."), message: p.Message}
	if p.Fix != "" {
		u.message += "; " + p.Fix
	}
	return u
}

// settingsWriter writes a SettingsInput as the settings file's JSON.
type settingsWriter struct {
	out   []byte
	names keyNames
}

// settingsJSON is the settings file for an input, and the names it translated.
// The customer stands in where the input names none.
func settingsJSON(in gql.Args, customer string) ([]byte, keyNames) {
	w := &settingsWriter{names: keyNames{}}
	w.out = append(w.out, '{')
	if customer != "" && in.String("customer") == "" {
		w.member("customer")
		w.value(customer)
	}
	w.members(in)
	w.out = append(w.out, '}')
	return w.out, w.names
}

// keyed are the lists that are objects in the file: their key and value.
var keyed = map[string][2]string{
	"features": {"id", "value"}, "customRegions": {"key", "definition"}, "servedOn": {"product", "hostnames"},
}

func (w *settingsWriter) members(in gql.Args) {
	for _, name := range in.Names() {
		v := in.Value(name)
		if v == nil {
			continue
		}
		w.member(w.fileKey(name))
		switch fields, isKeyed := keyed[name]; {
		case isKeyed:
			w.object(in.Inputs(name), fields)
		case name == "products" && isAll(in.Strings(name)):
			w.value("all")
		case name == "reading":
			w.value(strings.ToLower(in.Enum(name)))
		default:
			w.value(v)
		}
	}
}

func isAll(products []string) bool { return len(products) == 1 && products[0] == "all" }

// object writes a list of keys and values as one object. Keys given twice stay,
// for the reader of settings to refuse.
func (w *settingsWriter) object(items []gql.Args, fields [2]string) {
	w.out = append(w.out, '{')
	for _, item := range items {
		w.member(item.String(fields[0]))
		w.value(item.Value(fields[1]))
	}
	w.out = append(w.out, '}')
}

// member starts a member of the object being written.
func (w *settingsWriter) member(key string) {
	if w.out[len(w.out)-1] != '{' {
		w.out = append(w.out, ',')
	}
	w.text(key)
	w.out = append(w.out, ':')
}

func (w *settingsWriter) value(v any) {
	switch v := v.(type) {
	case gql.Args:
		w.out = append(w.out, '{')
		w.members(v)
		w.out = append(w.out, '}')
	case []any:
		w.out = append(w.out, '[')
		for i, item := range v {
			if i > 0 {
				w.out = append(w.out, ',')
			}
			w.value(item)
		}
		w.out = append(w.out, ']')
	case bool:
		if v {
			w.out = append(w.out, "true"...)
		} else {
			w.out = append(w.out, "false"...)
		}
	case encoding.TextMarshaler:
		text, _ := v.MarshalText()
		w.text(string(text))
	case string:
		w.text(v)
	default:
		w.out = append(w.out, "null"...)
	}
}

func (w *settingsWriter) text(s string) {
	text, _ := json.Marshal(s)
	w.out = append(w.out, text...)
}

// fileKey is a name in the settings file's notation: logRegion → log_region.
func (w *settingsWriter) fileKey(name string) string {
	var key []byte
	for _, c := range []byte(name) {
		if c >= 'A' && c <= 'Z' {
			key = append(key, '_', c+'a'-'A')
		} else {
			key = append(key, c)
		}
	}
	if string(key) != name {
		w.names[string(key)] = name
	}
	return string(key)
}

// catalog is what codes of settings are checked against.
func catalog(r *atlas.Reference) *settings.Catalog {
	c := &settings.Catalog{Footprint: r.Footprint, Rules: r.Rules}
	for _, p := range r.Presets {
		c.Presets = append(c.Presets, p.ID)
	}
	return c
}

// settings reads settings that a question carries.
func (q *question) settings(in gql.Args) (*residency.Settings, error) {
	data, names := settingsJSON(in, nobody)
	sets, err := settings.Parse(data, "settings", catalog(q.reference()))
	if err != nil {
		return nil, settingsError(err, names)
	}
	return sets[0], nil
}
