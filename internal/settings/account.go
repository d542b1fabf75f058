package settings

import (
	"slices"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

var (
	bindingKeys  = []string{"cidr", "region"}
	resourceKeys = []string{"product", "name", "jurisdiction", "public_hostname"}
	workerKeys   = []string{"name", "routes", "subrequests", "subrequest_hosts", "cron", "queues"}
	promiseKeys  = []string{"claim", "reading", "since", "contract", "until"}
	readings     = []string{"resides", "handled", "everything"}

	// unknownKeys are the facts that may be marked as not read, and what of a
	// zone may be.
	unknownKeys = []string{
		"products", "log_region", "out_of_region_access", "log_retention", "features",
		"default_processing_region", "zones", "ip_bindings", "storage", "workers",
	}
	unknownZoneKeys = []string{"hostnames", "spectrum", "custom_hostnames", "secondary_dns", "certificates"}
)

func (f fields) keyRegion() string { return f.region("key_region", footprint.KeySetting) }

// bindings reads the ranges of the customer's own addresses.
func (f fields) bindings() {
	var seen names
	f.each("ip_bindings", func(n *node) {
		b, ok := f.object(n, bindingKeys)
		if !ok {
			return
		}
		out := residency.IPBinding{}
		if b.need("region") != nil {
			out.Region = b.steering("region")
		}
		if b.need("cidr") != nil {
			text := b.text("cidr")
			prefix, wrong := parseRange(text)
			switch {
			case text == "":
			case wrong != (fault{}):
				b.fail(b.get("cidr"), "cidr", wrong.message, wrong.fix)
			default:
				b.claim(&seen, "cidr", "range", prefix.String())
			}
			out.CIDR = prefix
		}
		f.set.IPBindings = append(f.set.IPBindings, out)
	})
}

// storage reads buckets, namespaces and databases. A name may be used once
// for each jurisdiction of a product.
func (f fields) storage() {
	var seen names
	f.each("storage", func(n *node) {
		x, ok := f.object(n, resourceKeys)
		if !ok {
			return
		}
		out := residency.Resource{PublicHostname: x.host("public_hostname", false)}
		if p := x.need("product"); p != nil {
			if id := x.text("product"); id != "" {
				out.Product, _ = x.product(p, "product", id)
			}
		}
		out.Jurisdiction = x.jurisdiction("jurisdiction", out.Product)
		if x.need("name") != nil {
			out.Name = x.text("name")
		}
		if out.Product != "" && out.Name != "" {
			id := out.Product + "/" + out.Name
			name := x.get("name")
			if first, again := seen.add(id+"\n"+out.Jurisdiction, name.place); again {
				x.again(name, "name", "resource "+quote(id), first)
			}
		}
		f.set.Storage = append(f.set.Storage, out)
	})
}

// workers reads Workers. What is not stated of one is not known.
func (f fields) workers() {
	var seen names
	f.each("workers", func(n *node) {
		w, ok := f.object(n, workerKeys)
		if !ok {
			return
		}
		out := residency.Worker{
			Routes:          w.words("routes", func(_ *node, route string) (string, bool) { return route, true }),
			Subrequests:     w.truth("subrequests"),
			SubrequestHosts: w.words("subrequest_hosts", f.hostWord(false)),
			Cron:            w.truth("cron"),
			Queues:          w.truth("queues"),
		}
		if w.need("name") != nil {
			out.Name = w.text("name")
		}
		if out.Name != "" {
			w.claim(&seen, "name", "Worker", out.Name)
		}
		if hosts := w.get("subrequest_hosts"); hosts != nil && out.Subrequests == residency.False {
			w.fail(hosts, "subrequest_hosts", "subrequest_hosts beside subrequests: false", "keep one of them")
		}
		f.set.Workers = append(f.set.Workers, out)
	})
}

// promises reads what the customer was told.
func (f fields) promises() {
	seen := map[residency.Promise]bool{}
	f.each("promises", func(n *node) {
		p, ok := f.object(n, promiseKeys)
		if !ok {
			return
		}
		out := residency.Promise{Since: p.date("since"), Contract: p.text("contract"), Until: p.date("until")}
		if p.need("claim") != nil {
			out.Claim = p.claimID()
		}
		if p.need("reading") != nil {
			out.Reading = p.code("reading", "reading", readings)
		}
		if out.Until != 0 && out.Since > out.Until {
			p.fail(p.get("until"), "until", "until "+out.Until.String()+" lies before since "+out.Since.String(), "exchange them")
		}
		if out.Claim != "" && seen[out] {
			p.fail(n, "", "promise "+quote(out.Claim)+" is given twice", "remove one of them")
		}
		seen[out] = true
		f.set.Promises = append(f.set.Promises, out)
	})
}

func (f fields) claimID() string {
	if f.catalog == nil {
		return f.text("claim")
	}
	return f.code("claim", "claim", f.catalog.Presets)
}

// unknownPath checks a path that marks a fact as not read. A path that marked
// nothing would let an answer pass for more certain than it is.
func (r *reader) unknownPath(n *node, path string) (string, bool) {
	if slices.Contains(unknownKeys, path) {
		return path, true
	}
	if id, ok := strings.CutPrefix(path, "features."); ok {
		return path, r.knownFeature(n, id)
	}
	if rest, ok := strings.CutPrefix(path, "zones."); ok {
		rest = strings.ToLower(rest)
		return "zones." + rest, r.unknownZone(n, rest)
	}
	r.unknown(n, "", "path", path, append(unknownKeys[:len(unknownKeys):len(unknownKeys)], "features.ID", "zones.NAME", "zones.NAME.certificates"))
	return "", false
}

func (r *reader) knownFeature(n *node, id string) bool {
	if r.catalog == nil {
		return true
	}
	var ids []string
	for _, known := range r.catalog.Rules.Features {
		if known.ID == id {
			return true
		}
		ids = append(ids, known.ID)
	}
	r.unknown(n, "", "feature", id, ids)
	return false
}

// unknownZone checks NAME or NAME.KEY against the zones listed.
func (r *reader) unknownZone(n *node, rest string) bool {
	if _, listed := r.taken.zones.find(rest); listed {
		return true
	}
	for _, key := range unknownZoneKeys {
		if name, ok := strings.CutSuffix(rest, "."+key); ok {
			if _, listed := r.taken.zones.find(name); listed {
				return true
			}
		}
	}
	r.fail(n, "", "path "+quote("zones."+rest)+" names no zone listed here and nothing of one",
		"want zones.NAME or zones.NAME.KEY, NAME being listed under zones and KEY one of "+strings.Join(unknownZoneKeys, ", "))
	return false
}
