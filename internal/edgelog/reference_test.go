package edgelog_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"domicile/internal/edgelog"
)

// reading is what a line says, as the naive reference reads it.
type reading struct {
	Site, Host, Client, Origin string
	ClientCountry              string
	Time                       int64
	Status                     uint16
	Upper, Smart               int32
	Flags                      edgelog.Flags
}

func readingOf(r *edgelog.Record) reading {
	out := reading{
		Site: r.Site.String(), Host: string(r.Host), Time: r.Time, Status: r.Status,
		Upper: r.UpperTier, Smart: r.SmartRoute, Flags: r.Flags,
		ClientCountry: strings.TrimRight(string(r.ClientCountry[:]), "\x00"),
	}
	if r.Client.IsValid() {
		out.Client = r.Client.String()
	}
	if r.Origin.IsValid() {
		out.Origin = r.Origin.String()
	}
	return out
}

// refusal stops the reference at the first value that cannot be read.
type refusal struct{}

// reference reads one line of http_requests with encoding/json, strconv, time and
// netip, field by field.
func reference(line []byte) (out reading, ok bool) {
	defer func() {
		if e := recover(); e != nil {
			if _, mine := e.(refusal); !mine {
				panic(e)
			}
			ok = false
		}
	}()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil || fields == nil || depth(line) > 64 {
		return out, false
	}
	f := object(fields)
	out.Time = f.time("EdgeStartTimestamp", "EdgeEndTimestamp")
	out.Site = site(f.text("EdgeColoCode"))
	if out.Site == "" {
		out.Flags |= edgelog.NoSite
	}
	out.Host = host(f.text("ClientRequestHost"))
	out.Client = address(f.text("ClientIP"))
	out.Origin = address(f.text("OriginIP"))
	if c := f.text("ClientCountry"); len(c) == 2 && letters(c) {
		out.ClientCountry = strings.ToUpper(c)
	}
	out.Status = uint16(f.integer("EdgeResponseStatus", 999))
	out.Upper = int32(f.integer("UpperTierColoID", 1<<31-1))
	out.Smart = int32(f.integer("SmartRouteColoID", 1<<31-1))
	out.Flags |= f.flags()
	return out, true
}

type object map[string]json.RawMessage

func (o object) text(name string) string {
	raw, ok := o[name]
	if !ok || string(raw) == "null" {
		return ""
	}
	var s string
	if raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		panic(refusal{})
	}
	return s
}

func (o object) number(name string) string {
	if raw := o[name]; len(raw) > 0 && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9') {
		return string(raw)
	}
	return o.text(name)
}

func (o object) integer(name string, limit int64) int64 {
	s := o.number(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || s[0] == '+' || len(strings.TrimPrefix(s, "-")) > 19 || n < 0 || n > limit {
		panic(refusal{})
	}
	return n
}

func (o object) time(names ...string) int64 {
	for _, name := range names {
		if s := o.number(name); s != "" {
			return instant(s)
		}
	}
	panic(refusal{})
}

// rfc3339 is the grammar; package time takes more than that.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

func instant(s string) int64 {
	var t time.Time
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && s[0] != '+' && len(s) <= 19 {
		for _, unit := range []int64{1, 1e3, 1e6, 1e9} {
			if first := int64(946_684_800); n >= first*unit && n < 7_258_118_400*unit {
				return n * (1e9 / unit)
			}
		}
		panic(refusal{})
	}
	if err := t.UnmarshalText([]byte(s)); err != nil || !rfc3339.MatchString(s) || t.Unix() < 946_684_800 || t.Unix() >= 7_258_118_400 {
		panic(refusal{})
	}
	return t.UnixNano()
}

func (o object) flags() edgelog.Flags {
	var out edgelog.Flags
	for name, flag := range map[string]edgelog.Flags{
		"CacheTieredFill": edgelog.TieredFill, "CacheReserveUsed": edgelog.CacheReserve,
		"EdgeCFConnectingO2O": edgelog.O2O, "WorkerSubrequest": edgelog.Subrequest,
	} {
		raw := string(o[name])
		if raw != "true" && raw != "false" {
			raw = strings.ToLower(o.text(name))
		}
		switch raw {
		case "true":
			out |= flag
		case "false", "":
		default:
			panic(refusal{})
		}
	}
	switch o.text("CacheCacheStatus") {
	case "hit", "stale", "updating", "revalidated", "stream_hit":
		out |= edgelog.CacheHit
	}
	if p := o.text("ParentRayID"); p != "" && p != "00" {
		out |= edgelog.Subrequest
	}
	switch o.text("ClientRequestSource") {
	case "", "eyeball":
	case "edgeWorkerFetch", "edgeWorkerCacheAPI", "edgeWorkerKV":
		out |= edgelog.Subrequest | edgelog.Internal
	case "orangeToOrange":
		out |= edgelog.O2O | edgelog.Internal
	default:
		out |= edgelog.Internal
	}
	if strings.ToUpper(ascii(o.text("ClientRequestProtocol"))) == "HTTP/3" {
		out |= edgelog.HTTP3
	}
	if strings.ToLower(ascii(o.text("ClientSSLProtocol"))) == "none" {
		out |= edgelog.NoTLS
	}
	return out
}

// ascii keeps letters that fold to ASCII ones, such as the Kelvin sign, apart.
func ascii(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r > 126 }) >= 0 {
		return ""
	}
	return s
}

func letters(s string) bool {
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

func site(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return ""
	}
	if len(s) > 8 || !letters(s[:1]) || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return "?"
	}
	s = strings.ToUpper(s)
	if len(s) > 3 && letters(s[:3]) && strings.Trim(s[3:], "0123456789") == "" {
		return s[:3]
	}
	return s
}

func host(s string) string {
	if strings.Count(s, ":") == 1 {
		s, _, _ = strings.Cut(s, ":")
	}
	s = strings.TrimSuffix(s, ".")
	if len(s) > 253 || strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
		return ""
	}
	return strings.ToLower(s)
}

func address(s string) string {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return ""
	}
	return a.Unmap().String()
}

// depth is how deep the line's brackets nest.
func depth(line []byte) int {
	decoder := json.NewDecoder(bytes.NewReader(line))
	now, most := 0, 0
	for {
		t, err := decoder.Token()
		if err != nil {
			return most
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			now++
			most = max(most, now)
		case json.Delim('}'), json.Delim(']'):
			now--
		}
	}
}

// referenceRow reads one row of three columns with encoding/csv.
func referenceRow(row string) (reading, bool) {
	r := csv.NewReader(strings.NewReader(row))
	r.FieldsPerRecord = 3
	columns, err := r.Read()
	if err != nil || strings.TrimRight(row, "\r") == "EdgeStartTimestamp,EdgeColoCode,ClientRequestHost" {
		return reading{}, false
	}
	line := map[string]string{"EdgeStartTimestamp": columns[0], "EdgeColoCode": columns[1], "ClientRequestHost": columns[2]}
	b, err := json.Marshal(line)
	if err != nil {
		return reading{}, false
	}
	return reference(b)
}
