package demologs

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// names are the fields of a line, in its order: the alphabet, as the provider's
// console lists them.
var names = [...]string{
	"CacheCacheStatus", "CacheReserveUsed", "CacheResponseBytes", "CacheTieredFill", "ClientASN", "ClientCountry", "ClientDeviceType",
	"ClientIP", "ClientIPClass", "ClientRequestBytes", "ClientRequestHost", "ClientRequestMethod", "ClientRequestPath",
	"ClientRequestProtocol", "ClientRequestReferer", "ClientRequestSource", "ClientRequestURI", "ClientRequestUserAgent",
	"ClientSSLCipher", "ClientSSLProtocol", "ClientSrcPort", "EdgeCFConnectingO2O", "EdgeColoCode", "EdgeColoID",
	"EdgeEndTimestamp", "EdgeResponseBytes", "EdgeResponseContentType", "EdgeResponseStatus", "EdgeStartTimestamp", "JA3Hash",
	"OriginIP", "OriginResponseStatus", "ParentRayID", "RayID", "SmartRouteColoID", "UpperTierColoID", "WorkerSubrequest", "ZoneName",
}

var header = strings.Join(names[:], ",") + "\n"

// prefixes are what JSON has in front of each value.
var prefixes = jsonPrefixes()

func jsonPrefixes() [len(names)]string {
	var out [len(names)]string
	for i, n := range names {
		out[i] = `,"` + n + `":`
	}
	out[0] = "{" + out[0][1:]
	return out
}

// row appends the values of a line one after the other.
type row struct {
	b     []byte
	csv   bool
	quote string
	at    int
}

func (r *row) name() {
	switch {
	case !r.csv:
		r.b = append(r.b, prefixes[r.at]...)
	case r.at > 0:
		r.b = append(r.b, ',')
	}
	r.at++
}

// text appends words that need no escape in JSON.
func (r *row) text(s string) {
	r.name()
	if r.csv && strings.IndexByte(s, ',') < 0 {
		r.b = append(r.b, s...)
		return
	}
	r.b = append(r.b, '"')
	r.b = append(r.b, s...)
	r.b = append(r.b, '"')
}

func (r *row) number(n int) {
	r.name()
	r.b = strconv.AppendInt(r.b, int64(n), 10)
}

func (r *row) truth(yes bool) {
	r.name()
	r.b = strconv.AppendBool(r.b, yes)
}

// write appends the line of the current request.
func (g *generator) write(b []byte) []byte {
	r := row{b: b, csv: g.plan.Format == CSV}
	q, c := &g.request, g.request.client
	r.text(q.cache)
	r.truth(q.reserve)
	r.number(q.bytes)
	r.truth(q.upper != 0)
	r.number(c.asn)
	r.text(c.country)
	r.text("desktop")
	r.text(c.text)
	r.text("noRecord")
	r.number(200 + q.port%700)
	r.text(q.host)
	r.text(q.method)
	r.text(q.path)
	r.text(q.protocol())
	g.referer(&r)
	r.text(q.source())
	g.uri(&r)
	r.text(c.agent)
	r.text(q.cipher)
	r.text("TLSv1.3")
	r.number(q.port)
	r.truth(q.o2o)
	r.text(q.site)
	r.number(q.number)
	g.clock(&r, q.time+int64(q.took)*1_000_000)
	r.number(q.bytes + 731)
	r.text(q.kind)
	r.number(q.status)
	g.clock(&r, q.time)
	r.text(c.ja3)
	q.reached(&r)
	r.text(q.parent())
	r.name()
	r.b = append(r.b, '"')
	r.b = appendHex(r.b, q.ray)
	r.b = append(r.b, '"')
	r.number(q.smart)
	r.number(q.upper)
	r.truth(q.subrequest)
	r.text(zoneOf(q.host))
	if !r.csv {
		r.b = append(r.b, '}')
	}
	return append(r.b, '\n')
}

func (g *generator) clock(r *row, nanos int64) {
	r.name()
	quote := `"`
	if r.csv {
		quote = ""
	}
	r.b = g.appendTime(r.b, nanos, quote)
}

func (g *generator) referer(r *row) {
	r.name()
	r.b = append(r.b, `"https://`...)
	r.b = append(r.b, g.request.host...)
	r.b = append(r.b, `/search?from=home"`...)
}

// uri appends a path with a query, its ampersand escaped in JSON as the provider does.
func (g *generator) uri(r *row) {
	and := `\u0026`
	if r.csv {
		and = "&"
	}
	r.name()
	r.b = append(r.b, '"')
	r.b = append(r.b, g.request.path...)
	r.b = append(r.b, "?id="...)
	r.b = strconv.AppendUint(r.b, uint64(g.request.query%1_000_000), 10)
	r.b = append(r.b, and...)
	r.b = append(r.b, `lang=de"`...)
}

func (q *request) protocol() string {
	if q.http3 {
		return "HTTP/3"
	}
	return "HTTP/2"
}

func (q *request) source() string {
	if q.subrequest {
		return "edgeWorkerFetch"
	}
	return "eyeball"
}

func (q *request) parent() string {
	if q.subrequest {
		return "8c3f9a7d12e6b054"
	}
	return "00"
}

// reached appends the origin and the status it answered with.
func (q *request) reached(r *row) {
	if !q.fetched {
		r.text("")
		r.number(0)
		return
	}
	r.name()
	r.b = append(r.b, '"')
	r.b = append(r.b, q.server...)
	r.b = append(r.b, '"')
	r.number(q.status)
}

// zoneOf is the zone of a host: its last two labels.
func zoneOf(host string) string {
	i := strings.LastIndexByte(host, '.')
	if i < 0 {
		return host
	}
	return host[strings.LastIndexByte(host[:i], '.')+1:]
}

func appendHex(b []byte, n uint64) []byte {
	const digits = "0123456789abcdef"
	var raw [8]byte
	binary.BigEndian.PutUint64(raw[:], n)
	for _, x := range raw {
		b = append(b, digits[x>>4], digits[x&15])
	}
	return b
}
