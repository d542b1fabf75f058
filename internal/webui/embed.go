package webui

import (
	"context"
	"encoding/json"
	"net/http"
)

// serveEmbed answers a page that other sites may frame. A framed page has no
// origin and cannot ask the API, so its answer is in it, or it says that there
// is none: the same words for what is absent and what may not be seen.
func (s *site) serveEmbed(w http.ResponseWriter, r *http.Request) {
	s.secure(w.Header(), s.ancestors)
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	customer, claim := r.PathValue("customer"), r.PathValue("claim")
	state, plain := readState(r.URL.Query())
	out := firstAnswers{Sentence: "There is nothing to show here."}
	if s.Ask != nil && plain && state.day == "" && customerKey.MatchString(customer) && presetID.MatchString(claim) {
		ctx, cancel := context.WithTimeout(r.Context(), answerWait)
		defer cancel()
		out = s.embedded(ctx, customer, claim, state, out)
	}
	s.embed.serve(w, r, out)
}

func (s *site) embedded(ctx context.Context, customer, claim string, state pageState, none firstAnswers) firstAnswers {
	a := &asking{site: s, ctx: ctx}
	var answer struct {
		Customer *struct {
			Name  string
			Check struct {
				check
				Claim struct{ Within []string }
			}
		}
	}
	variables := map[string]any{"customer": customer, "claim": map[string]any{"preset": claim, "reading": state.reading}}
	if !a.ask("Embed", variables, &answer) || answer.Customer == nil {
		return none
	}
	if said := &answer.Customer.Check.check; !a.lowered(variables, said) || !a.plain(said) {
		return none
	}
	for _, place := range answer.Customer.Check.Claim.Within {
		a.ask("PlaceSet", map[string]any{"place": place, "code": place, "asOf": nil}, new(json.RawMessage))
	}
	a.out.Sentence = sentence(answer.Customer.Name, answer.Customer.Check.check)
	return a.out
}
