package dataset

import (
	"fmt"

	"domicile/internal/footprint"
)

var settings = [...]footprint.Setting{footprint.ProcessingSetting, footprint.KeySetting, footprint.LogSetting, footprint.StorageSetting}

// completeness reports tables that are sound row by row and still lack
// something: a product without a rule for a setting would be narrowed by
// nothing and by silence.
func (s *set) completeness() {
	if !s.read[kindRule] {
		return // a row lost to a fault of form is no missing rule
	}
	for i := range s.rows.products {
		p := &s.rows.products[i]
		for _, g := range settings {
			if _, ok := s.defined[name{kindRule, p.ID + "/" + g.String()}]; !ok {
				s.faults = append(s.faults, p.at.fault(
					fmt.Sprintf("product %s has no rule for setting %s", clip(p.ID), g), "add the row to product_rules.csv"))
			}
		}
	}
	for i := range s.rows.storage {
		s.offerHasRule(&s.rows.storage[i])
	}
}

// offerHasRule reports a jurisdiction of a product that, by the product's own
// rules, stores nothing.
func (s *set) offerHasRule(o *offerRow) {
	for i := range s.rows.rules {
		f := &s.rows.rules[i]
		if f.Product == o.Product && f.Setting == footprint.StorageSetting && len(f.Activities) == 0 {
			s.faults = append(s.faults, o.at.fault(
				fmt.Sprintf("%s offers jurisdiction %s, but its rule for setting storage has no flow", clip(o.Product), clip(o.Jurisdiction)),
				"correct the row in product_rules.csv"))
		}
	}
}
