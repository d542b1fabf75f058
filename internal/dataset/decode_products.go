package dataset

import (
	"fmt"
	"slices"
	"strings"

	"domicile/internal/footprint"
	"domicile/internal/residency"
)

var (
	parseSupport = words[residency.Support]("yes", "no", "partial", "na", "unavailable")
	parseEffect  = words[residency.Effect]("none", "narrowed", "feature-lost", "conditional", "outside", "unavailable", "uncertain")
	parseBase    = words[residency.Base]("every-pop", "every-core", "pop-or-core")
)

func decodeFact(r *row) residency.Fact {
	return residency.Fact{
		ID: r.slugID(kindFact), Statement: r.text(),
		Owner: r.oneOf("provider", "customer", "privacy team", "law"), Provenance: r.provenance(),
	}
}

func decodeProduct(r *row) productRow {
	p := productRow{at: r.start()}
	p.ID, p.Name, p.Family = r.slugID(kindProduct), r.text(), r.text()
	p.Matrix, p.Status = r.yes(), r.text()
	p.Provenance = r.provenance()
	p.Notes = r.optional()
	return p
}

func decodeRule(r *row) ruleRow {
	f := ruleRow{at: r.start()}
	f.Product = r.ref(kindProduct)
	f.Setting = parsed(r, footprint.ParseSetting)
	r.set.define(kindRule, f.Product+"/"+f.Setting.String(), f.at)
	f.Support = parsed(r, parseSupport)
	f.Effect = parsed(r, parseEffect)
	if f.Support == residency.SupportNo && (f.Effect == residency.EffectNarrowed || f.Effect == residency.EffectFeatureLost) {
		r.fault("a cell that says no cannot narrow", "use outside, or conditional with what the footnote asks")
	}
	condition := r.optional()
	var ok bool
	if f.Condition, ok = residency.ParseCondition(condition); !ok {
		r.fault(fmt.Sprintf("unknown condition %q", clip(condition)), "use one of the conditions in README.md")
	}
	if f.Effect == residency.EffectConditional && f.Condition == residency.NoCondition {
		r.fault("no condition", "a conditional rule names one")
	}
	f.Activities = r.activities()
	if (len(f.Activities) == 0) != (f.Effect == residency.EffectNone) {
		r.fault("activities do not fit the effect", "every effect but none names at least one")
	}
	f.Base = r.base(f.Effect)
	f.Fact = r.optionalRef(kindFact)
	if f.Effect == residency.EffectUncertain && f.Fact == "" {
		r.fault("empty", "an uncertain rule names the fact that is not known")
	}
	f.Lost = r.optional()
	if strings.HasPrefix(f.Lost, "with log region eu: ") || strings.HasPrefix(f.Lost, "with a log region other than us: ") {
		f.KeptUnder = "us" // the only other log region
	}
	if f.Effect == residency.EffectFeatureLost && f.Lost == "" {
		r.fault("empty", "say what stops working")
	}
	f.Caveats = r.refs(kindCaveat)
	f.Provenance = r.provenance()
	return f
}

// base reads the base placement, which every effect but none has.
func (r *row) base(e residency.Effect) residency.Base {
	if e == residency.EffectNone {
		if s := r.optional(); s != "" {
			r.fault("a base without a flow", "leave it empty where the effect is none")
		}
		return residency.InvalidBase
	}
	return parsed(r, parseBase)
}

func (r *row) activities() []residency.Activity {
	var out []residency.Activity
	for _, w := range r.list() {
		a, err := residency.ParseActivity(w)
		if err != nil || a.String() != w {
			r.fault(fmt.Sprintf("unknown activity %q", clip(w)), "use TRANSIT, PROCESS, CACHE, STORE or ACCESS")
			continue
		}
		out = append(out, a)
	}
	return out
}

func decodeCaveat(r *row) residency.Caveat {
	return residency.Caveat{ID: r.slugID(kindCaveat), Text: r.text(), Provenance: r.provenance()}
}

func decodeUnavailable(r *row) Unavailable {
	return Unavailable{
		ID: r.slugID(kindRow + " of unavailable"), Name: r.text(), Product: r.ref(kindProduct),
		Feature: r.optionalRef(kindFeature), Provenance: r.provenance(),
	}
}

func decodeFeature(r *row) featureRow {
	var f featureRow
	f.ID = r.slugID(kindFeature)
	f.Values = r.list()
	f.Default = r.text()
	if !slices.Contains(f.Values, f.Default) {
		r.fault(fmt.Sprintf("%q is not one of the values", clip(f.Default)), "add it to values or correct it")
	}
	f.Product = r.optionalRef(kindProduct)
	f.effect = r.oneOf("uses-product", "adds-network")
	if (f.effect == "uses-product") != (f.Product != "") {
		r.fault("does not fit the product cell", "uses-product names a product, adds-network none")
	}
	f.Provenance = r.provenance()
	return f
}

func decodeOffer(r *row) offerRow {
	o := offerRow{at: r.start()}
	o.Product = r.ref(kindProduct)
	o.Jurisdiction = r.ref(kindStorage)
	o.Since = r.optionalDate()
	if o.Activities = r.activities(); len(o.Activities) == 0 {
		r.fault("empty", "name what the jurisdiction confines")
	}
	o.Provenance = r.provenance()
	o.Notes = r.optional()
	r.set.define(kindRow, "storage "+o.Product+" "+o.Jurisdiction, o.at)
	return o
}

func decodeLogDataset(r *row) residency.LogDataset {
	d := residency.LogDataset{ID: r.slugID(kindRow + " of log datasets"), Name: r.text()}
	d.Level = r.oneOf("account", "zone")
	d.Product = r.optionalRef(kindProduct)
	d.Category = parsed(r, residency.ParseCategory)
	switch r.oneOf("yes", "no", "na") {
	case "yes":
		d.Respects = residency.True
	case "no":
		d.Respects = residency.False
	}
	d.AvailableUS, d.AvailableEU = r.yes(), r.yes()
	d.Note = r.optional()
	d.Provenance = r.provenance()
	return d
}
