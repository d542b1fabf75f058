package demologs

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
)

// Write writes the lines of a plan to w and tells what they hold. It does not
// compress, and does not close w.
func Write(w io.Writer, plan Plan) (Truth, error) {
	plan, err := plan.withDefaults()
	if err != nil {
		return Truth{}, err
	}
	g := newGenerator(plan)
	out := bufio.NewWriterSize(w, 256<<10)
	if plan.Format == CSV {
		_, _ = out.WriteString(header)
	}
	for g.all > 0 {
		if _, err := out.Write(g.next()); err != nil {
			return g.truth, fmt.Errorf("write demo logs: line %d: %w", g.truth.Lines, err)
		}
	}
	if err := out.Flush(); err != nil {
		return g.truth, fmt.Errorf("write demo logs: line %d: %w", g.truth.Lines, err)
	}
	return g.truth, nil
}

// deed is what a line is planted as.
type deed uint8

const (
	ordinary deed = iota
	unknownSite
	unknownHost
	repeated
	malformed
	violation // and those behind it, one for each of the plan's
)

// generator makes line after line.
type generator struct {
	plan    Plan
	random  *rand.Rand
	left    []int // lines of each deed
	all     int
	clients []client
	servers []string // of the customers', by address
	truth   Truth
	request request  // of the last well-formed line
	recent  [][]byte // well-formed lines, the last ones made
	made    int
	spoilt  []byte
}

// maxRecent is how many lines back a repeated one may come from.
const maxRecent = 512

func newGenerator(plan Plan) *generator {
	g := &generator{plan: plan, random: rand.New(rand.NewPCG(plan.Seed, 0x646f6d6963696c65))}
	g.truth.Counts = map[Cell]uint64{}
	g.left = make([]int, int(violation)+len(plan.Violations))
	g.left[unknownSite], g.left[unknownHost] = plan.UnknownSites, plan.UnknownHosts
	g.left[repeated], g.left[malformed] = plan.Repeated, plan.Malformed
	for i, v := range plan.Violations {
		g.left[int(violation)+i] = v.Count
	}
	for _, n := range g.left {
		g.all += n
	}
	g.left[ordinary] = plan.Lines + plan.Malformed - g.all
	g.all += g.left[ordinary]
	g.clients = newClients(g.random, plan.Clients)
	g.servers = []string{"10.20.30.40"} // behind a tunnel
	for len(g.servers) < 8 {
		g.servers = append(g.servers, randomAddress(g.random, false).String())
	}
	return g
}

// next makes the next line. Every deed is drawn as often as it has lines left, so
// that each number comes out exactly.
func (g *generator) next() []byte {
	d := g.draw()
	g.all--
	g.left[d]--
	g.truth.Lines++
	switch d {
	case malformed:
		g.truth.Malformed++
		last := g.request
		g.request.draw(g, ordinary)
		g.spoilt = g.spoil(g.write(g.spoilt[:0]))
		g.request = last
		return g.spoilt
	case repeated:
		g.truth.Accepted++
		g.truth.Repeated++
		return g.recent[g.random.IntN(len(g.recent))]
	}
	g.request.draw(g, d)
	line := g.remember()
	*line = g.write((*line)[:0])
	g.count()
	return *line
}

// remember is where the next well-formed line goes.
func (g *generator) remember() *[]byte {
	if len(g.recent) < maxRecent {
		g.recent = append(g.recent, nil)
	}
	at := g.made % maxRecent
	g.made++
	return &g.recent[at]
}

// draw picks a deed. A repetition needs a well-formed line before it; the plan has
// one.
func (g *generator) draw() deed {
	n := g.random.IntN(g.all)
	for d, left := range g.left {
		if n -= left; n >= 0 {
			continue
		}
		if deed(d) == repeated && len(g.recent) == 0 {
			break
		}
		return deed(d)
	}
	for d, left := range g.left {
		if left > 0 && deed(d) != repeated && deed(d) != malformed {
			return deed(d)
		}
	}
	return malformed
}

func (g *generator) count() {
	t, q := &g.truth, &g.request
	t.Accepted++
	t.Counts[Cell{q.host, q.site, q.time / 3_600_000_000_000}]++
	add := func(to *uint64, yes bool) {
		if yes {
			*to++
		}
	}
	add(&t.Violations, q.deed >= violation)
	add(&t.UnknownSites, q.deed == unknownSite)
	add(&t.UnknownHosts, q.deed == unknownHost)
	add(&t.CacheHits, q.hit())
	add(&t.TieredFills, q.upper != 0)
	add(&t.CacheReserve, q.reserve)
	add(&t.Subrequests, q.subrequest)
	add(&t.O2O, q.o2o)
	add(&t.HTTP3, q.http3)
	add(&t.Smart, q.smart != 0)
	add(&t.IPv6, q.client.six)
	add(&t.Origins, q.fetched)
}

// spoil makes a line one that cannot be read.
func (g *generator) spoil(line []byte) []byte {
	if g.plan.Format == CSV {
		return append(line[:len(line)-1], ",one,too,many\n"...)
	}
	switch g.random.IntN(4) {
	case 0: // cut
		return append(line[:len(line)/2], '\n')
	case 1: // no time
		return append(line[:0], `{"EdgeColoCode":"FRA","ClientRequestHost":"a.example"}`+"\n"...)
	case 2: // noise
		line = line[:0]
		for range 40 + g.random.IntN(200) {
			line = append(line, byte(g.random.IntN(94)+0x21))
		}
		return append(line, '\n')
	}
	// a bracket that nothing closes
	return append(line[:len(line)-2], `,"JA4Signals":{"h2h3":[0.99}`+"\n"...)
}
