package ingest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"domicile/internal/edgelog"
	"domicile/internal/evidence"
	"domicile/internal/evidence/tally"
	"domicile/internal/residency"
)

// maxHosts bounds how many hosts have their owner remembered: visitors may make up
// as many names as they like.
const maxHosts = 1 << 16

// maxHours bounds how many hours of a customer a range may touch.
const maxHours = 1 << 16

// worker counts the lines of one range of a file.
type worker struct {
	index  *Index
	where  *geography
	sites  *sites
	crowd  *evidence.Crowd
	counts *tally.Tally
	room   int // keys that a batch may need

	owners    map[string][]target
	few       []target // of a line
	sightings []edgelog.Sighting
	events    []tally.Event // of a batch
	sampled   bool
	counted   []int64 // by scope: up to where its lines are counted; nil where none are

	lines   evidence.Counts // of the range
	seen    map[rootHour]*uint64
	recent  rootHour
	minutes *uint64 // of recent
}

// rootHour is an hour of a customer's root: zero is none, one the first.
type rootHour struct{ customer, root, hour uint32 }

// full reports whether the next batch of lines may not fit.
func (w *worker) full(groups int) bool {
	return w.counts.Len()+w.room > groups || len(w.seen) > maxHours
}

// reset begins another range.
func (w *worker) reset() {
	w.counts.Reset()
	w.crowd.Reset()
	w.sites.reset()
	clear(w.seen)
	w.minutes = nil
	w.lines = evidence.Counts{}
}

// skip makes what is counted already of a file count no more.
func (w *worker) skip(counted []evidence.Counted) {
	w.counted = nil
	if len(counted) == 0 {
		return
	}
	w.counted = make([]int64, len(w.index.scopes))
	for i := range w.counted {
		w.counted[i] = countedTo(counted, w.index.rootOf(uint32(i)))
	}
}

// countedTo is up to where the lines of a root are counted.
func countedTo(counted []evidence.Counted, root evidence.Root) (to int64) {
	for _, c := range counted {
		if c.Covers(root) {
			to = max(to, c.To)
		}
	}
	return to
}

// count counts the records of a batch of lines that end at an offset.
func (w *worker) count(batch *edgelog.Batch, end int64) error {
	defer batch.Forget()
	w.events = w.events[:0]
	for i := range batch.Records {
		rec, before := &batch.Records[i], evidence.Counts{}
		merged := rec.Flags&edgelog.Merged != 0
		if merged {
			before = w.lines
		}
		if err := w.line(rec, end); err != nil {
			return err
		}
		if merged {
			w.lines = before // its line is that of its request
		}
	}
	_, err := w.counts.AddAll(w.events)
	return err
}

func (w *worker) line(rec *edgelog.Record, end int64) error {
	if rec.Flags&edgelog.Repeated != 0 {
		w.lines.Duplicate++
		return nil
	}
	if rec.Site == 0 {
		w.lines.NoSite++
		return nil
	}
	owners := w.owner(rec.Host)
	kinds := w.kinds(rec)
	if len(owners) == 0 && len(w.index.account) > 0 {
		owners = w.index.account
		if len(rec.Host) > 0 {
			kinds |= evidence.Unlisted
			w.lines.Unlisted++
		}
	}
	if len(owners) == 0 {
		w.lines.UnknownHost++
		return nil
	}
	if owners = w.due(owners, rec, end); len(owners) == 0 {
		w.lines.Duplicate++
		return nil
	}
	w.lines.Accepted++
	country, cell := w.place(rec)
	if country == ([2]byte{}) {
		w.lines.Unlocated++
	}
	w.sightings = rec.Sightings(w.sightings[:0])
	for _, o := range owners {
		w.see(o, rec)
		if cell != 0 {
			w.crowd.Add(evidence.Place{Group: groupOf(o.customer, rec.Hour()), Country: country, Cell: cell}, w.where.client(rec.Client))
		}
		key := tally.Key{Customer: o.customer, Scope: o.scope, Hour: rec.Hour(), Country: country, Cell: cell}
		if err := w.sight(key, kinds, rec); err != nil {
			return err
		}
	}
	w.forward(owners, rec)
	return nil
}

// due are those of the owners whose settings of the day have the name, and of whom the line
// is not counted yet.
func (w *worker) due(owners []target, rec *edgelog.Record, end int64) []target {
	if len(owners) > 1 {
		w.few = w.index.onDay(w.few[:0], owners, int32(rec.Time/int64(24*time.Hour)))
		owners = w.few
	}
	if w.counted == nil {
		return owners
	}
	out := w.few[:0] // of the owners themselves, or of none: it never overtakes what is read
	for _, o := range owners {
		if w.counted[o.scope] < end {
			out = append(out, o)
		}
	}
	w.few = out
	return out
}

// groupOf is an hour of a customer, in which a place needs clients of its own: no window
// then shows a place with fewer.
func groupOf(customer, hour uint32) uint64 { return uint64(customer)<<32 | uint64(hour) }

// forward counts an event for which the customer's own server was asked, under the
// country of that server. In other datasets an origin is whatever a person visited.
func (w *worker) forward(owners []target, rec *edgelog.Record) {
	if !rec.Origin.IsValid() || rec.Dataset != edgelog.HTTPRequests && rec.Dataset != edgelog.SpectrumEvents {
		return
	}
	country := w.where.country(rec.Origin)
	for _, o := range owners {
		key := tally.Key{Customer: o.customer, Scope: o.scope, Hour: rec.Hour(), Country: country, Category: onward}
		w.events = append(w.events, tally.Event{Key: key, At: rec.Time})
	}
}

// onward is the category that onward transfers are counted under, which no
// observation has.
const onward = residency.InvalidCategory

// sight counts everything that a record is evidence of.
func (w *worker) sight(base tally.Key, kinds evidence.Kinds, rec *edgelog.Record) error {
	for i := range w.sightings {
		s := &w.sightings[i]
		site, err := w.sites.number(s)
		if err != nil {
			return err
		}
		key := base
		key.Site = site
		key.Category, key.Activity = what(s, rec)
		all := kinds | hops[s.Hop]
		if w.sites.unknown[site] {
			all |= evidence.UnknownSite
			if s.Hop == edgelog.Handled && i == 0 {
				w.lines.UnknownSite++
			}
		}
		key.Flags = uint16(all)
		if key.Category != residency.Content || key.Activity != residency.Process || s.Hop != edgelog.Handled {
			key.Country, key.Cell = [2]byte{}, 0 // visitors are kept once a line
		}
		w.events = append(w.events, tally.Event{Key: key, At: rec.Time})
	}
	return nil
}

// what is the category and activity of a sighting. What a network writes of
// packets is its own operational data; a Spectrum application that does not
// terminate TLS passes content on unread.
func what(s *edgelog.Sighting, rec *edgelog.Record) (residency.DataCategory, residency.Activity) {
	switch {
	case (rec.Dataset == edgelog.NetworkAnalytics || rec.Dataset == edgelog.IDSDetections) && s.Category == residency.TrafficMetadata:
		return residency.Operational, s.Activity
	case rec.Dataset == edgelog.SpectrumEvents && rec.Flags&edgelog.NoTLS != 0 && s.Category == residency.Content:
		return residency.Content, residency.Transit
	}
	return s.Category, s.Activity
}

var hops = [...]evidence.Kinds{
	edgelog.Handled: 0, edgelog.Left: evidence.Egress, edgelog.UpperTier: evidence.UpperTier, edgelog.SmartRoute: evidence.SmartRoute,
}

var flags = [...]struct {
	flag edgelog.Flags
	kind evidence.Kinds
}{
	{edgelog.Subrequest, evidence.Subrequest}, {edgelog.TieredFill, evidence.TieredFill}, {edgelog.CacheReserve, evidence.CacheReserve},
	{edgelog.O2O, evidence.O2O}, {edgelog.HTTP3, evidence.HTTP3},
}

func (w *worker) kinds(rec *edgelog.Record) (k evidence.Kinds) {
	for _, f := range &flags {
		if rec.Flags&f.flag != 0 {
			k |= f.kind
		}
	}
	if w.sampled || rec.SampleInterval > 1 {
		k |= evidence.Sampled
	}
	switch rec.Dataset {
	case edgelog.FirewallEvents:
		k |= evidence.Security
	case edgelog.DNSLogs, edgelog.DNSFirewallLogs, edgelog.GatewayDNS:
		k |= evidence.DNS
	}
	return k
}

// place locates the visitor. What the provider's own machinery asks for has none.
func (w *worker) place(rec *edgelog.Record) (country [2]byte, cell uint64) {
	if rec.Flags&(edgelog.Internal|edgelog.Subrequest) != 0 {
		return country, 0
	}
	return w.where.place(rec.Client)
}

func (w *worker) owner(host []byte) []target {
	if len(host) == 0 {
		return nil
	}
	if ts, ok := w.owners[string(host)]; ok {
		return ts
	}
	ts := w.index.lookup(host)
	if len(w.owners) >= maxHosts {
		clear(w.owners)
	}
	w.owners[string(host)] = ts
	return ts
}

// whole reports whether a log has every request of a root, and not some only.
func whole(d edgelog.Dataset) bool { return d == edgelog.HTTPRequests || d == edgelog.SpectrumEvents }

// see notes the minute of a record.
func (w *worker) see(o target, rec *edgelog.Record) {
	h := rootHour{customer: o.customer, hour: rec.Hour()}
	if whole(rec.Dataset) {
		h.root = w.index.scopes[o.scope].root + 1
	}
	if w.minutes == nil || h != w.recent {
		m := w.seen[h]
		if m == nil {
			m = new(uint64)
			w.seen[h] = m
		}
		w.recent, w.minutes = h, m
	}
	*w.minutes |= 1 << (rec.Time / int64(time.Minute) % 60)
}

// covered are the minutes noted, in order.
func (w *worker) covered() []evidence.CustomerSeen {
	out := make([]evidence.CustomerSeen, 0, len(w.seen))
	for h, m := range w.seen {
		x := evidence.CustomerSeen{Customer: w.index.customers[h.customer], Seen: evidence.Seen{Hour: hourOf(h.hour), Minutes: *m}}
		if h.root > 0 {
			x.Root = w.index.roots[h.root-1].name
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b evidence.CustomerSeen) int {
		return cmp.Or(strings.Compare(a.Customer, b.Customer), a.Hour.Compare(b.Hour), strings.Compare(a.Root, b.Root))
	})
	return out
}

func hourOf(hour uint32) time.Time { return time.Unix(int64(hour)*3600, 0).UTC() }

// rows are the observations counted, places with few clients folded, in the order
// in which a store takes them best, and the onward transfers.
func (w *worker) rows() (rows []evidence.Row, transfers []evidence.TransferRow) {
	folded := w.crowd.Fold(parent)
	rows = make([]evidence.Row, 0, w.counts.Len())
	for k, e := range w.counts.All() {
		of := &w.index.scopes[k.Scope]
		first, last := time.Unix(0, e.First).UTC(), time.Unix(0, e.Last).UTC()
		country := strings.TrimRight(string(k.Country[:]), "\x00")
		if k.Category == onward {
			transfers = append(transfers, evidence.TransferRow{Customer: of.Customer, Root: w.index.roots[of.root].text(), Transfer: evidence.Transfer{
				Scope: of.Scope, Country: country, Hour: hourOf(k.Hour), Count: e.Count, First: first, Last: last,
			}})
			continue
		}
		if k.Cell != 0 {
			k.Cell = folded[evidence.Place{Group: groupOf(k.Customer, k.Hour), Country: k.Country, Cell: k.Cell}]
		}
		rows = append(rows, evidence.Row{Customer: of.Customer, Root: w.index.roots[of.root].text(), Observation: evidence.Observation{
			Scope: of.Scope, Category: k.Category, Activity: k.Activity, Site: w.sites.names[k.Site], Hour: hourOf(k.Hour),
			Count: e.Count, First: first, Last: last, Kinds: evidence.Kinds(k.Flags), Country: country, Cell: k.Cell,
		}})
	}
	slices.SortFunc(rows, compareRows)
	return rows, transfers
}

func compareRows(a, b evidence.Row) int {
	return cmp.Or(
		strings.Compare(a.Customer, b.Customer), cmp.Compare(a.Scope.Kind, b.Scope.Kind), strings.Compare(a.Scope.Name, b.Scope.Name),
		a.Hour.Compare(b.Hour), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Activity, b.Activity), strings.Compare(a.Site, b.Site),
		cmp.Compare(a.Kinds, b.Kinds), strings.Compare(a.Country, b.Country), cmp.Compare(a.Cell, b.Cell),
	)
}
