package edgelog

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// BatchSize is how many lines a [Batch] holds the records of. MaxMerged is how many
// subrequests a line may hold beside its request: the provider merges 50 at most
// (https://developers.cloudflare.com/logs/logpush/logpush-job/subrequests/, read
// 2026-12-01).
const (
	BatchSize = 256
	MaxMerged = 50
)

// Code is a site code as logged, in upper case, of up to eight letters and digits,
// packed so that codes compare as their text does. Zero means no site.
type Code uint64

// Unreadable is the code of a site that a line names in a way that is none: "?". The
// event was somewhere, and nobody knows where. What was written is not kept.
const Unreadable Code = '?' << 56

// ParseCode reads a site code in any letter case. A facility's name such as "ams01"
// is the code of its site. Anything but a letter followed by letters and digits is
// refused, so that no address can pass for a site.
func ParseCode(s string) (Code, bool) { return parseCode([]byte(s)) }

// String returns the code as the footprint writes it: "AMS".
func (c Code) String() string {
	var b [8]byte
	for i := range b {
		b[i] = byte(c >> (56 - 8*i))
	}
	return strings.TrimRight(string(b[:]), "\x00")
}

// Flags tell apart lines that different rules govern.
type Flags uint16

// The flags of a record.
const (
	// NoSite: the line names no site and is evidence of nothing.
	NoSite Flags = 1 << iota
	// Subrequest: made by a Worker, which no processing region binds.
	Subrequest
	// TieredFill: served through a second data center, the upper tier.
	TieredFill
	// CacheReserve: from the persistent cache, whose place the customer does not choose.
	CacheReserve
	// CacheHit: answered from a cached copy.
	CacheHit
	// O2O: went through more than one zone, which residency does not support.
	O2O
	// HTTP3: not offered on a regional hostname, so a sign of a setting not in force.
	HTTP3
	// Keyless: the handshake was signed elsewhere, where the key is.
	Keyless
	// Internal: asked for by the provider's own machinery, not by a visitor.
	Internal
	// NoTLS: the client did not use TLS.
	NoTLS
	// Repeated: the file holds the same request before, see Record.Ray.
	Repeated
	// Merged: a subrequest that the line of its request holds. It is no line of its own.
	Merged
)

var flagNames = [...]string{
	"NO_SITE", "SUBREQUEST", "TIERED_FILL", "CACHE_RESERVE", "CACHE_HIT", "O2O", "HTTP3", "KEYLESS", "INTERNAL", "NO_TLS", "REPEATED", "MERGED",
}

// String returns the names of the flags that are set, joined by "|".
func (f Flags) String() string {
	var names []string
	for i, n := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, "|")
}

// Record is what one line says. Absent values are zero.
type Record struct {
	Dataset Dataset
	Flags   Flags
	// Status is the HTTP status the edge answered with.
	Status uint16
	// ClientCountry and SiteCountry are ISO 3166-1 alpha-2 codes the provider wrote:
	// its own estimate for the client, and the country of the site.
	ClientCountry, SiteCountry [2]byte
	// Site handled what the line is about.
	Site Code
	// Egress is the second site of a session, where it left the network.
	Egress Code
	// Time is when the event began, in Unix nanoseconds.
	Time int64
	// Ray stands for the RayID of a request: sixteen hexadecimal digits are its number.
	// Zero means none.
	Ray uint64
	// Host is the customer's own name the line is about, in lower case without port
	// or final dot: a view into the batch, valid until the batch is filled again.
	// Names that visitors looked up elsewhere are never taken.
	Host []byte
	// Client is the visitor's address. Drop it at once: see [Batch.Forget].
	Client netip.Addr
	// Origin is the address of the customer's server that was asked.
	Origin netip.Addr
	// UpperTier and SmartRoute are second locations, numbered by the provider, which
	// publishes no map of the numbers. Zero means none.
	UpperTier, SmartRoute int32
	// SampleInterval is how many events the line stands for, where the dataset is
	// sampled; otherwise 1.
	SampleInterval uint32
}

// Hour returns the hour of the record as hours since the Unix epoch.
func (r *Record) Hour() uint32 { return uint32(r.Time / int64(time.Hour)) }

// Format prints a record without its addresses, whatever the verb.
func (r Record) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(r.String())) }

// String describes the record without its addresses.
func (r Record) String() string {
	return fmt.Sprintf("%s %s at %s %s", r.Dataset, time.Unix(0, r.Time).UTC().Format(time.RFC3339), r.Site.String(), r.Flags)
}

// MarshalText writes what String does, so that no encoder writes an address.
func (r Record) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Batch is memory for records, owned by the caller and filled by [Reader.Next]. The
// zero value is ready. It grows once and is then used again.
type Batch struct {
	// Records are those of the last call of Next.
	Records []Record

	store [BatchSize + MaxMerged]Record
	text  []byte // holds the hosts
}

// maxHost is the longest host a record can have.
const maxHost = 253

func (b *Batch) reset() {
	if b.text == nil {
		b.text = make([]byte, 0, (BatchSize+MaxMerged)*(maxHost+wordSize))
	}
	b.text = b.text[:0]
	b.Records = b.store[:0]
}

// Forget erases the addresses in the batch. Call it once they have been turned into
// countries.
func (b *Batch) Forget() {
	for i := range b.store {
		b.store[i].Client, b.store[i].Origin = netip.Addr{}, netip.Addr{}
	}
}
