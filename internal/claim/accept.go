package claim

import "domicile/internal/footprint"

// Accepts returns the sites of a day that a claim accepts for certain.
func (c *Claim) Accepts(v *footprint.View) footprint.SiteSet { return c.compile(v).accept }
