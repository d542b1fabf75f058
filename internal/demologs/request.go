package demologs

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"time"
)

// client is a visitor.
type client struct {
	text    string
	country string
	asn     int
	agent   string
	ja3     string
	six     bool
}

func newClients(random *rand.Rand, n int) []client {
	out := make([]client, n)
	for i := range out {
		c := &out[i]
		c.six = random.IntN(4) == 0
		c.text = randomAddress(random, c.six).String()
		c.country = countries[random.IntN(len(countries))]
		c.asn = 1000 + random.IntN(60_000)
		c.agent = agents[random.IntN(len(agents))]
		c.ja3 = hex(random.Uint64()) + hex(random.Uint64())
	}
	return out
}

// randomAddress draws from the public unicast ranges.
func randomAddress(random *rand.Rand, six bool) netip.Addr {
	for {
		var a netip.Addr
		if six {
			var b [16]byte
			blocks := [...]uint16{0x2001, 0x2003, 0x2400, 0x2404, 0x240e, 0x2600, 0x2601, 0x2800, 0x2a00, 0x2a02, 0x2a09, 0x2c0f}
			block := blocks[random.IntN(len(blocks))]
			b[0], b[1] = byte(block>>8), byte(block)
			for i := 2; i < 16; i++ {
				b[i] = byte(random.Uint32())
			}
			a = netip.AddrFrom16(b)
		} else {
			n := random.Uint32()
			a = netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		}
		if public(a) {
			return a
		}
	}
}

var reserved = [...]netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("224.0.0.0/3"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"),
}

func public(a netip.Addr) bool {
	for _, p := range reserved {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

func hex(n uint64) string {
	s := strconv.FormatUint(n, 16)
	return "0000000000000000"[len(s):] + s
}

// request is what one line tells.
type request struct {
	deed                           deed
	host, site, path, method, kind string
	cipher, cache                  string
	client                         *client
	time                           int64
	status, bytes, took, port      int
	upper, smart, number           int
	ray                            uint64
	query                          uint32
	server                         string
	reserve, subrequest, o2o       bool
	http3, fetched                 bool
}

func (q *request) hit() bool { return q.cache == "hit" || q.cache == "revalidated" }

// draw makes up a request for a deed.
func (q *request) draw(g *generator, d deed) {
	random := g.random
	h := &g.plan.Hosts[random.IntN(len(g.plan.Hosts))]
	*q = request{deed: d, host: h.Name, site: h.Sites[skewed(random, len(h.Sites))], time: g.when()}
	switch {
	case d == unknownSite:
		q.site = strangers[random.IntN(len(strangers))]
	case d == unknownHost:
		q.host = "stranger-" + strconv.Itoa(random.IntN(1000)) + ".invalid"
	case d >= violation:
		v := &g.plan.Violations[d-violation]
		q.host, q.site = v.Host, v.Site
	}
	q.client = &g.clients[skewed(random, len(g.clients))]
	q.ray = random.Uint64()
	bits := random.Uint64()
	pick := func(n uint64) int {
		i := bits % n
		bits /= n
		return int(i)
	}
	q.path, q.method = paths[pick(uint64(len(paths)))], methods[pick(uint64(len(methods)))]
	q.kind, q.cipher = types[pick(uint64(len(types)))], ciphers[pick(uint64(len(ciphers)))]
	q.status, q.cache = statuses[pick(uint64(len(statuses)))], cacheStatuses[pick(uint64(len(cacheStatuses)))]
	q.port, q.bytes, q.took = 1024+pick(60_000), 200+pick(90_000), 5+pick(400)
	q.number = 1 + int(q.site[0])*7%300
	q.query, q.server = random.Uint32(), g.servers[random.Uint32()%uint32(len(g.servers))]
	q.fetched = q.cache != "hit"
	bits = random.Uint64()
	if q.fetched && pick(5) == 0 {
		q.upper = 1 + pick(300)
	}
	if q.fetched && pick(50) == 0 {
		q.smart = 1 + pick(300)
	}
	q.reserve, q.subrequest, q.o2o = pick(200) == 0, pick(33) == 0, pick(500) == 0
	if g.plan.Plain {
		q.upper, q.smart, q.reserve, q.subrequest, q.o2o = 0, 0, false, false, false
	}
	q.http3 = h.HTTP3 && q.host == h.Name && pick(4) == 0
}

// skewed draws an index below n, small ones far more often.
func skewed(random *rand.Rand, n int) int {
	return int(math.Exp(random.Float64()*math.Log(float64(n)+1))) - 1
}

// when is the time of the line: ascending, as far into the span as into the lines.
func (g *generator) when() int64 {
	whole := g.plan.Lines + g.plan.Malformed
	share := (float64(whole-g.all-1) + g.random.Float64()) / float64(whole)
	return g.plan.From.UnixNano() + int64(share*float64(g.plan.Span))
}

// appendTime writes a time as the plan's clock does, whole seconds at the least.
func (g *generator) appendTime(b []byte, nanos int64, quote string) []byte {
	switch g.plan.Clock {
	case Unix:
		return strconv.AppendInt(b, nanos/1e9, 10)
	case RFC3339:
		b = append(b, quote...)
		b = time.Unix(0, nanos).UTC().AppendFormat(b, "2006-01-02T15:04:05Z")
		return append(b, quote...)
	}
	return strconv.AppendInt(b, nanos, 10)
}
