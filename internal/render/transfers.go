package render

import "domicile/internal/atlas"

// transfers lists where the customer's own servers were asked.
func (p *page) transfers(m *atlas.Measured, all bool) {
	var out []string
	for _, t := range atlas.TransfersByCountry(m.Transfers) {
		place := "a country that is not known"
		if t.Country != "" {
			place = countryName(m.Residency.View, t.Country) + " (" + t.Country + ")"
		}
		out = append(out, place+": "+many(t.Count, "event", "events")+", "+stamp(t.First)+" to "+stamp(t.Last))
	}
	p.listed("Onward to the customer's own servers, which no setting governs and this verdict does not judge", out, all)
}

// TransferJSON is an onward transfer to the customer's own servers.
type TransferJSON struct {
	Scope   ScopeJSON `json:"scope"`
	Country *string   `json:"country"`
	Events  uint64    `json:"events"`
	First   string    `json:"first"`
	Last    string    `json:"last"`
}

func transfersValue(m *atlas.Measured) []TransferJSON {
	out := make([]TransferJSON, len(m.Transfers))
	for i := range m.Transfers {
		t := &m.Transfers[i]
		out[i] = TransferJSON{Scope: ScopeJSON{t.Scope.Kind.String(), t.Scope.Name}, Events: t.Count, First: stamp(t.First), Last: stamp(t.Last)}
		if t.Country != "" {
			out[i].Country = &t.Country
		}
	}
	return out
}
