package edgelog

import (
	"bytes"
	"math"
)

// resolver makes a record of the values of a line.
type resolver struct {
	dataset Dataset
	scratch []byte
	latest  int64 // the last instant that an event can have
	within  int64 // the time of the request that a subrequest belongs to, where it has none of its own; else zero
}

// record fills rec from the values in b. The host is appended to batch.
func (r *resolver) record(b []byte, vals *values, rec *Record, batch *Batch) Reason {
	*rec = Record{Dataset: r.dataset, SampleInterval: 1}
	if why := r.when(b, vals, rec); why != Fine {
		return why
	}
	if why := r.where(b, vals, rec); why != Fine {
		return why
	}
	if why := r.numbers(b, vals, rec); why != Fine {
		return why
	}
	if why := r.raise(b, vals, rec); why != Fine {
		return why
	}
	return r.who(b, vals, rec, batch)
}

// read returns the text of a value: empty for null and absent ones.
func (r *resolver) read(b []byte, v *value) ([]byte, Reason) {
	switch v.kind {
	case text:
		return b[v.start:v.end], Fine
	case absent, null:
		return nil, Fine
	case escaped:
		r.scratch = unescape(r.scratch[:0], b[v.start:v.end])
		return r.scratch, Fine
	case doubled:
		r.scratch = undouble(r.scratch[:0], b[v.start:v.end])
		return r.scratch, Fine
	}
	return nil, WrongType
}

// readNumber is read for fields that hold a number, or a string with one.
func (r *resolver) readNumber(b []byte, v *value) ([]byte, Reason) {
	if v.kind == number {
		return b[v.start:v.end], Fine
	}
	return r.read(b, v)
}

func (r *resolver) when(b []byte, vals *values, rec *Record) Reason {
	for _, s := range [...]slot{timeSlot, endSlot} {
		t, why := r.readNumber(b, &vals[s])
		if why != Fine {
			return why
		}
		if len(t) == 0 {
			continue
		}
		var ok bool
		if rec.Time, ok = parseTime(t); !ok {
			return BadTime
		}
		if rec.Time > r.latest {
			return AheadOfTime
		}
		return Fine
	}
	if rec.Time = r.within; rec.Time != 0 {
		return Fine
	}
	return NoTime
}

func (r *resolver) where(b []byte, vals *values, rec *Record) Reason {
	why := r.code(b, &vals[siteSlot], &rec.Site)
	if why == Fine {
		why = r.code(b, &vals[egressSlot], &rec.Egress)
	}
	if rec.Site == 0 {
		rec.Flags |= NoSite
	}
	return why
}

func (r *resolver) code(b []byte, v *value, code *Code) Reason {
	t, why := r.read(b, v)
	if t = bytes.TrimSpace(t); len(t) == 0 {
		return why
	}
	var ok bool
	if *code, ok = parseCode(t); !ok {
		*code = Unreadable
	}
	return Fine
}

func (r *resolver) numbers(b []byte, vals *values, rec *Record) Reason {
	status, why := r.integer(b, &vals[statusSlot], 999)
	if why != Fine {
		return why
	}
	rec.Status = uint16(status)
	upper, why := r.integer(b, &vals[upperSlot], math.MaxInt32)
	if why != Fine {
		return why
	}
	rec.UpperTier = int32(upper)
	smart, why := r.integer(b, &vals[smartSlot], math.MaxInt32)
	if why != Fine {
		return why
	}
	rec.SmartRoute = int32(smart)
	interval, why := r.integer(b, &vals[sampleSlot], math.MaxUint32)
	rec.SampleInterval = uint32(max(interval, 1))
	return why
}

// integer reads a number from 0 to limit; an absent one is 0.
func (r *resolver) integer(b []byte, v *value, limit int64) (int64, Reason) {
	if v.kind == absent {
		return 0, Fine
	}
	t, why := r.readNumber(b, v)
	if len(t) == 0 {
		return 0, why
	}
	n, ok := parseInt(t)
	if !ok || n < 0 || n > limit {
		return 0, BadNumber
	}
	return n, Fine
}

// switches are the fields that hold a flag.
var switches = [...]struct {
	slot slot
	flag Flags
}{{tieredSlot, TieredFill}, {reserveSlot, CacheReserve}, {o2oSlot, O2O}, {subrequestSlot, Subrequest}}

func (r *resolver) raise(b []byte, vals *values, rec *Record) Reason {
	for _, s := range &switches {
		switch v := &vals[s.slot]; v.kind {
		case isTrue:
			rec.Flags |= s.flag
		case isFalse, absent, null:
		default:
			t, why := r.read(b, v)
			switch {
			case why != Fine:
				return why
			case equalFold(t, "true"):
				rec.Flags |= s.flag
			case len(t) != 0 && !equalFold(t, "false"):
				return WrongType
			}
		}
	}
	return r.words(b, vals, rec)
}

// words raises the flags that the text of a field tells.
func (r *resolver) words(b []byte, vals *values, rec *Record) Reason {
	for s := cacheSlot; s <= originKeySlot; s++ {
		if vals[s].kind == absent {
			continue
		}
		t, why := r.read(b, &vals[s])
		if why != Fine {
			return why
		}
		switch s {
		case cacheSlot:
			rec.Flags |= cacheFlags(t)
		case parentSlot:
			rec.Flags |= parentFlags(t)
		case sourceSlot:
			rec.Flags |= sourceFlags(t)
		case protocolSlot:
			rec.Flags |= protocolFlags(t)
		case tlsSlot:
			rec.Flags |= tlsFlags(t)
		case clientKeySlot, originKeySlot:
			rec.Flags |= keyFlags(t)
		}
	}
	return Fine
}

func cacheFlags(t []byte) Flags {
	switch string(t) {
	case "hit", "stale", "updating", "revalidated", "stream_hit":
		return CacheHit
	}
	return 0
}

// parentFlags: a request with a parent was made by the parent's Worker.
func parentFlags(t []byte) Flags {
	if len(t) == 0 || string(t) == "00" {
		return 0
	}
	return Subrequest
}

// sourceFlags reads who asked. A challenge in the browser is the visitor's own request,
// though it never reaches the origin. The values are those of
// https://developers.cloudflare.com/logs/reference/clientrequestsource/ (2026-12-01).
func sourceFlags(t []byte) Flags {
	switch string(t) {
	case "", "eyeball", "inBrowserChallenge":
		return 0
	case "edgeWorkerFetch", "edgeWorkerCacheAPI", "edgeWorkerKV":
		return Subrequest | Internal
	case "orangeToOrange":
		return O2O | Internal
	}
	return Internal
}

func protocolFlags(t []byte) Flags {
	if equalFold(t, "http/3") {
		return HTTP3
	}
	return 0
}

func tlsFlags(t []byte) Flags {
	if equalFold(t, "none") {
		return NoTLS
	}
	return 0
}

func keyFlags(t []byte) Flags {
	if string(t) == "KEYLESS_RPC" {
		return Keyless
	}
	return 0
}

func (r *resolver) who(b []byte, vals *values, rec *Record, batch *Batch) Reason {
	t, why := r.read(b, &vals[clientSlot])
	if why != Fine {
		return why
	}
	rec.Client = parseAddr(t)
	if t, why = r.read(b, &vals[originSlot]); why != Fine {
		return why
	}
	rec.Origin = parseAddr(t)
	if t, why = r.read(b, &vals[raySlot]); why != Fine {
		return why
	}
	rec.Ray = parseRay(t)
	if why = r.country(b, &vals[clientCountrySlot], &rec.ClientCountry); why != Fine {
		return why
	}
	if why = r.country(b, &vals[siteCountrySlot], &rec.SiteCountry); why != Fine {
		return why
	}
	if t, why = r.read(b, &vals[hostSlot]); why != Fine {
		return why
	}
	from := len(batch.text)
	batch.text = appendHost(batch.text, t)
	rec.Host = batch.text[from:len(batch.text):len(batch.text)]
	return Fine
}

// country reads two letters; what is not two letters is no country.
func (r *resolver) country(b []byte, v *value, out *[2]byte) Reason {
	t, why := r.read(b, v)
	if len(t) == 2 && t[0]|0x20-'a' < 26 && t[1]|0x20-'a' < 26 {
		*out = [2]byte{t[0] &^ 0x20, t[1] &^ 0x20}
	}
	return why
}
