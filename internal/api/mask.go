package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// thing is a kind of name that is the customer's own.
type thing uint8

// The kinds of name.
const (
	aHostname thing = iota
	aZone
	aCertificate
	aWorker
	aResource
	aRoute
	anAddress
	aRange
	things
)

var thingWords = [things]string{"hostname", "zone", "certificate", "worker", "resource", "route", "address", "address range"}

// mask stands between the names in one version of a customer's settings and a
// viewer who may not read them: each name becomes its kind and an ordinal, such
// as hostname 1. The nil mask hides nothing.
//
// Names are numbered in their order within the settings' version, so the same
// name has the same number in every answer about that version.
type mask struct {
	numbers [things]map[string]string // by name
	names   [things]map[string]string // by number
	secret  []byte
}

// maskOf is the mask of a customer's settings for the viewer; nil where it may
// read the names.
func (q *question) maskOf(customer string, set *residency.Settings) *mask {
	if q.viewer.MaySeeHostnames(customer) {
		return nil
	}
	if m, ok := q.masks[set]; ok {
		return m
	}
	m := newMask(set, q.secret)
	q.masks[set] = m
	return m
}

func newMask(set *residency.Settings, secret []byte) *mask {
	m := &mask{secret: secret}
	for t := range things {
		m.numbers[t], m.names[t] = map[string]string{}, map[string]string{}
	}
	if set == nil {
		return m
	}
	found := namesOf(set)
	for t := range things {
		slices.Sort(found[t])
		for _, name := range found[t] {
			m.number(t, name)
		}
	}
	return m
}

// namesOf lists every name that settings hold, by kind.
func namesOf(set *residency.Settings) (found [things][]string) {
	add := func(t thing, names ...string) { found[t] = append(found[t], names...) }
	for i := range set.Zones {
		z := &set.Zones[i]
		add(aZone, z.Name)
		for _, h := range z.Hostnames {
			add(aHostname, h.Name)
			for _, a := range h.Addresses {
				add(anAddress, a.String())
			}
		}
		for _, a := range z.Spectrum {
			add(aHostname, a.Hostname)
		}
		for _, c := range z.CustomHostnames {
			add(aHostname, c.Name, c.Target)
		}
		for _, c := range z.Certificates {
			add(aHostname, c.Hosts...)
			add(aCertificate, first(c.Hosts))
		}
	}
	for _, b := range set.IPBindings {
		add(aRange, b.CIDR.String())
	}
	for _, x := range set.Storage {
		add(aResource, x.Product+"/"+x.Name)
		add(aHostname, x.PublicHostname)
	}
	for _, w := range set.Workers {
		add(aWorker, w.Name)
		add(aRoute, w.Routes...)
		add(aHostname, w.SubrequestHosts...)
	}
	for _, names := range set.ServedOn {
		add(aHostname, names...)
	}
	return found
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// number is the ordinal of a name; one that is new gets the next.
func (m *mask) number(t thing, name string) string {
	if name == "" {
		return ""
	}
	n, ok := m.numbers[t][name]
	if !ok {
		n = strconv.Itoa(len(m.numbers[t]) + 1)
		m.numbers[t][name], m.names[t][n] = n, name
	}
	return n
}

// name is a name as the viewer may read it: itself, or hostname 1.
func (m *mask) name(t thing, name string) string {
	if m == nil || name == "" {
		return name
	}
	return thingWords[t] + " " + m.number(t, name)
}

func (m *mask) all(t thing, names []string) []string {
	if m == nil {
		return listed(names)
	}
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = m.name(t, name)
	}
	return out
}

// digest is a digest as the viewer may read it: keyed where names are hidden,
// since a plain one would confirm a guess.
func (m *mask) digest(plain string) string {
	if m == nil || plain == "" {
		return plain
	}
	h := hmac.New(sha256.New, m.secret)
	h.Write([]byte("domicile masked digest 1\n" + plain))
	out := hex.EncodeToString(h.Sum(nil))
	if strings.HasPrefix(plain, "sha256:") {
		return "hmac-sha256:" + out
	}
	return out
}

var scopeThings = map[residency.ScopeKind]thing{
	residency.ZoneScope: aZone, residency.HostnameScope: aHostname, residency.IPBindingScope: aRange,
	residency.CertificateScope: aCertificate, residency.ResourceScope: aResource, residency.WorkerScope: aWorker,
}

// scope is a scope whose name is its ordinal alone: its sentence already says
// the kind.
func (m *mask) scope(s residency.Scope) residency.Scope {
	if t, ok := scopeThings[s.Kind]; ok {
		return residency.Scope{Kind: s.Kind, Name: m.number(t, s.Name)}
	}
	return residency.Scope{Kind: s.Kind}
}

// unmasked is the scope that a viewer names by kind and ordinal. What is named
// otherwise is a scope that no settings have.
func (m *mask) unmasked(s residency.Scope) (residency.Scope, bool) {
	if m == nil {
		return s, true
	}
	t, ok := scopeThings[s.Kind]
	if !ok {
		return s, s.Name == ""
	}
	number, ok := strings.CutPrefix(s.Name, thingWords[t]+" ")
	name, known := m.names[t][number]
	return residency.Scope{Kind: s.Kind, Name: name}, ok && known
}

// shownScope is a scope as it is written.
type shownScope struct {
	kind residency.ScopeKind
	name string
}

func (m *mask) shown(s residency.Scope) shownScope {
	t, ok := scopeThings[s.Kind]
	if m == nil || !ok {
		return shownScope{s.Kind, s.Name}
	}
	return shownScope{s.Kind, m.name(t, s.Name)}
}

// own are the reasons whose detail is a word of the datasets or a country, and
// never a name of the customer's.
var own = []residency.ReasonKind{
	residency.ReasonFixed, residency.ReasonLogDataset, residency.ReasonProductCondition, residency.ReasonKeyless,
}

// detail is what a reason concerns.
func (m *mask) detail(r *residency.Reason) string {
	for t := range things {
		if _, ok := m.numbers[t][r.Detail]; ok {
			return m.name(t, r.Detail)
		}
	}
	policy := r.Setting == footprint.KeySetting && r.Kind == residency.ReasonSetting && r.Region == "" // its text: country: [DE]
	if r.Detail == "" || policy || slices.Contains(own, r.Kind) {
		return r.Detail
	}
	if _, ok := m.numbers[aResource][r.Product+"/"+r.Detail]; ok {
		return m.name(aResource, r.Product+"/"+r.Detail)
	}
	return m.name(aHostname, r.Detail)
}

// residency is the residency without names: same placements, same order.
func (m *mask) residency(r *residency.Residency) *residency.Residency {
	out := *r
	out.Placements = slices.Clone(r.Placements)
	for i := range out.Placements {
		p := &out.Placements[i]
		p.Reason.Detail = m.detail(&p.Reason)
		p.Scope, p.Zone, p.Names = m.scope(p.Scope), "", nil
	}
	return &out
}

// path is a path in the settings file; below a zone only the kind of thing is
// left, elsewhere only the list.
func (m *mask) path(path string) string {
	if m == nil {
		return path
	}
	head, rest, _ := strings.Cut(path, ".")
	if _, known := m.numbers[aZone][rest]; head == "zones" && known {
		return head + "." + m.name(aZone, rest)
	}
	for zone := range m.numbers[aZone] {
		part, below := strings.CutPrefix(rest, zone+".")
		if head == "zones" && below {
			part, _, _ = strings.Cut(part, ".")
			part, _, _ = strings.Cut(part, "[")
			return head + "." + m.name(aZone, zone) + "." + part
		}
	}
	if head == "features" {
		return path
	}
	head, _, _ = strings.Cut(head, "[")
	return head
}

func (m *mask) paths(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = m.path(p)
	}
	return out
}

// keysOf are the keys of the settings file whose texts are names.
var keysOf = map[string]thing{
	"hostname": aHostname, "target": aHostname, "hosts": aHostname, "public_hostname": aHostname,
	"subrequest_hosts": aHostname, "served_on": aHostname, "routes": aRoute, "addresses": anAddress, "cidr": aRange,
}

// nameOf says whose name the key `name` is, by the list it stands in.
var nameOf = map[string]thing{"zones": aZone, "hostnames": aHostname, "custom_hostnames": aHostname, "workers": aWorker}

// document is canonical settings without names. It can no longer be imported.
func (m *mask) document(canonical []byte) (string, error) {
	if m == nil {
		return string(canonical), nil
	}
	var file map[string]any
	if err := json.Unmarshal(canonical, &file); err != nil {
		return "", fmt.Errorf("read canonical settings: %w", err)
	}
	for key, value := range file {
		file[key] = m.value(value, key, key)
	}
	out, err := json.Marshal(file)
	return string(out), err
}

// value masks a value that stands under a key, within a list.
func (m *mask) value(value any, key, list string) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = m.value(v[i], key, key)
		}
	case map[string]any:
		if product, name := v["product"], v["name"]; product != nil && name != nil {
			v["name"] = m.name(aResource, fmt.Sprint(product, "/", name))
			delete(v, "product")
			defer func() { v["product"] = product }()
		}
		m.members(v, list)
	case string:
		if t, ok := keysOf[key]; ok {
			return m.name(t, v)
		}
		if key == "unknown" {
			return m.path(v)
		}
	}
	return value
}

func (m *mask) members(object map[string]any, list string) {
	for key, value := range object {
		name, isText := value.(string)
		switch t, ok := nameOf[list]; {
		case list == "served_on":
			object[key] = m.value(value, list, list)
		case key == "name" && isText && ok:
			object[key] = m.name(t, name)
		default:
			object[key] = m.value(value, key, list)
		}
	}
}
