package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"

	"github.com/oschwald/maxminddb-golang/v2"
)

// How many addresses compare draws, and from which seed.
const (
	samplesV4  = 400_000
	samplesV6  = 50_000
	sampleSeed = 20260601
)

// span is the run of addresses from start to the next span with one answer.
type span struct {
	start netip.Addr
	code  string
}

// compare proves that the two databases give the same country, or none, for
// every address: first by random addresses through Lookup, then for the whole
// address space by walking both trees. Any difference is an error.
func compare(source, rebuilt string, out io.Writer) error {
	a, err := maxminddb.Open(source)
	if err != nil {
		return fmt.Errorf("open source: %w", err)
	}
	defer a.Close()
	b, err := maxminddb.Open(rebuilt)
	if err != nil {
		return fmt.Errorf("open rebuilt: %w", err)
	}
	defer b.Close()
	if err := b.Verify(); err != nil {
		return fmt.Errorf("rebuilt database is not well formed: %w", err)
	}
	spans, err := spansOf(a)
	if err != nil {
		return err
	}
	if err := compareSamples(a, b, spans, out); err != nil {
		return err
	}
	return compareSpans(b, spans, out)
}

// compareSamples looks up random IPv4 addresses of the whole space, and IPv6
// addresses that lie, in turn, anywhere in 2000::/3 and near the start of a
// random span.
func compareSamples(a, b *maxminddb.Reader, spans []span, out io.Writer) error {
	random := rand.New(rand.NewPCG(sampleSeed, 0))
	found := 0
	for i := range samplesV4 + samplesV6 {
		address := randomV6(random, spans, i%2 == 0)
		if i < samplesV4 {
			address = randomV4(random)
		}
		want, err := countryOf(a.Lookup(address))
		if err != nil {
			return err
		}
		got, err := countryOf(b.Lookup(address))
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("address %s: source says %q, rebuilt says %q", address, want, got)
		}
		if want != "" {
			found++
		}
	}
	_, err := fmt.Fprintf(out, "samples   %d IPv4, %d IPv6, %d of them located, 0 differ\n", samplesV4, samplesV6, found)
	return err
}

// compareSpans walks the rebuilt tree and holds it against the source's spans.
func compareSpans(b *maxminddb.Reader, want []span, out io.Writer) error {
	got, err := spansOf(b)
	if err != nil {
		return err
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Errorf("span %d: source has %v, rebuilt has %v", i, want[i], got[i])
		}
	}
	if len(got) != len(want) {
		return fmt.Errorf("source has %d spans, rebuilt has %d", len(want), len(got))
	}
	_, err = fmt.Fprintf(out, "spans     %d over the whole address space, 0 differ\n", len(want))
	return err
}

// spansOf lists the database in address order, neighbours of one answer joined
// and networks without an answer included.
func spansOf(db *maxminddb.Reader) ([]span, error) {
	var spans []span
	for result := range db.Networks(maxminddb.IncludeNetworksWithoutData(), maxminddb.IncludeAliasedNetworks()) {
		code, err := countryOf(result)
		if err != nil {
			return nil, err
		}
		if len(spans) == 0 || spans[len(spans)-1].code != code {
			spans = append(spans, span{start: result.Prefix().Addr(), code: code})
		}
	}
	return spans, nil
}

// countryOf reads either layout; an address without a record has no country.
func countryOf(result maxminddb.Result) (string, error) {
	var record struct {
		Flat    string `maxminddb:"country_code"`
		Country struct {
			Code string `maxminddb:"iso_code"`
		} `maxminddb:"country"`
	}
	if err := result.Decode(&record); err != nil {
		return "", fmt.Errorf("network %s: %w", result.Prefix(), err)
	}
	return record.Flat + record.Country.Code, nil
}

func randomV4(random *rand.Rand) netip.Addr {
	var octets [4]byte
	binary.BigEndian.PutUint32(octets[:], random.Uint32())
	return netip.AddrFrom4(octets)
}

func randomV6(random *rand.Rand, spans []span, near bool) netip.Addr {
	var octets [16]byte
	binary.BigEndian.PutUint64(octets[8:], random.Uint64())
	high := random.Uint64()>>3 | 1<<61
	if near {
		start := spans[random.IntN(len(spans))].start.As16()
		high = binary.BigEndian.Uint64(start[:]) | random.Uint64()>>(32+random.IntN(32))
	}
	binary.BigEndian.PutUint64(octets[:], high)
	return netip.AddrFrom16(octets)
}
