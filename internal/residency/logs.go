package residency

import (
	"slices"
	"strings"

	"domicile/internal/footprint"
)

// logs adds where customer logs are stored and who may read them.
func (r *resolver) logs() {
	b, why := r.logStore()
	r.add(TrafficMetadata, Store, account, b, why)
	r.readers()
	for i := range r.rules.LogDatasets {
		r.logDataset(&r.rules.LogDatasets[i])
	}
}

func (r *resolver) logStore() (bound, Reason) {
	set := r.set
	why := Reason{Kind: ReasonDefault, Setting: footprint.LogSetting, Region: set.LogRegion}
	if set.unknown("log_region") {
		why.Kind = ReasonSettingUnread
		return bound{may: r.cores.may, facts: []string{FactSettingUnread}}, why
	}
	if set.LogRegion == "" {
		return r.cores, why
	}
	b, kind := r.region(footprint.LogSetting, set.LogRegion, r.cores)
	why.Kind = kind
	// Log retention must be off on every zone before the log region can be EU.
	if strings.EqualFold(set.LogRegion, "eu") {
		switch set.flag("log_retention", set.LogRetention) {
		case True:
			why.Kind = ReasonLogRetention
			return r.cores, why
		case Unsure:
			b = b.or(r.cores, FactSettingUnread)
		}
	}
	return r.entitled(b, r.cores), why
}

// readers adds the customer's own users: the place of the reader, not of the
// disk. A log region without out-of-region access steers sessions; it does not
// bind a person to a place.
func (r *resolver) readers() {
	p := r.add(TrafficMetadata, Access, account, bound{}, Reason{Kind: ReasonReaders, Setting: footprint.LogSetting, Region: r.set.LogRegion})
	p.Elsewhere = Anywhere
	open := r.set.flag("out_of_region_access", r.set.OutOfRegionAccess)
	if r.set.unknown("log_region") || r.set.LogRegion != "" && open != True {
		p.Elsewhere, p.Reason.Kind, p.Facts = Unmodelled, ReasonReadersSteered, []string{FactReaderPlace}
	}
}

// logDataset adds a dataset that does not follow the log region, where it is
// or may be in use.
func (r *resolver) logDataset(d *LogDataset) {
	if d.Respects == Unsure {
		return // goes straight to the customer's own destination
	}
	if d.Respects == True {
		r.datasetLoss(d)
		return
	}
	use := r.datasetUse(d)
	if use == False {
		return
	}
	p := r.add(d.Category, Store, account, r.cores, Reason{
		Kind: ReasonLogDataset, Product: d.Product, Setting: footprint.LogSetting, Detail: d.ID, Source: d.Source,
	})
	if use == Unsure {
		p.Possible, p.Facts = true, []string{FactProductUse}
	}
}

func (r *resolver) datasetUse(d *LogDataset) Truth {
	if d.Product == "" || slices.Contains(r.set.LogDatasets, d.ID) {
		return True
	}
	return r.use(d.Product)
}

// datasetLoss notes a dataset in use that delivers nothing under the region.
func (r *resolver) datasetLoss(d *LogDataset) {
	gone := r.set.LogRegion == "eu" && !d.AvailableEU || r.set.LogRegion == "us" && !d.AvailableUS
	if gone && r.datasetUse(d) == True {
		r.lost = append(r.lost, Loss{Product: d.Product, Setting: footprint.LogSetting, Text: d.Name + ": Logpush delivers nothing, without an error"})
	}
}
