package webui

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
)

// serveToken answers a framed page for whoever has a token. One that does not hold
// shows what an absent claim shows.
func (s *site) serveToken(w http.ResponseWriter, r *http.Request) {
	s.secure(w.Header(), s.ancestors)
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	none := firstAnswers{Sentence: "There is nothing to show here."}
	out := none
	if s.Embed != nil {
		if e, ok := s.Embed(r, r.PathValue("token")); ok && activities[e.Reading] != nil {
			ctx, cancel := context.WithTimeout(r.Context(), answerWait)
			defer cancel()
			holder := *s
			holder.Ask = e.Ask
			out = holder.embedded(ctx, e.Customer, e.Claim, pageState{reading: e.Reading}, none)
		}
	}
	s.embed.serve(w, r, out)
}

// plainWords are what an embed says beside a verdict: no counts, no hostnames, no places.
var plainWords = map[string]string{
	"HOLDS": "The settings allow no place outside.", "NOT_ENSURED": "The settings don't ensure this.",
	"UNKNOWN": "This can't be told now.", "BROKEN": "Don't make this claim: data was observed outside.",
}

// lowered puts what was observed into the answer of an embed: it can take a yes away
// and shows nothing else. False where it could not be read and a yes would stand.
func (a *asking) lowered(variables map[string]any, said *check) bool {
	variables = maps.Clone(variables)
	variables["asOf"] = nil
	aside := &asking{site: a.site, ctx: a.ctx} // counts stay out of the page
	var measured report
	ok, none := aside.observed(variables, said.AsOf, &measured)
	if !ok || measured.Customer == nil {
		return none || said.Verdict != "HOLDS"
	}
	left := measured.Customer.Check
	said.Verdict = left.Verdict
	return a.patch(map[string]string{"verdict": left.Verdict, "evidence": left.Evidence})
}

// plain takes from the answer of an embed what names hostnames and places.
func (a *asking) plain(said *check) bool {
	said.Headline = plainWords[said.Verdict]
	return a.patch(map[string]string{"headline": said.Headline})
}

// patch puts values into the answers' checks.
func (a *asking) patch(values map[string]string) bool {
	for i := range a.out.Answers {
		text, err := patched(a.out.Answers[i].Response, values)
		if err != nil {
			return false
		}
		a.out.Answers[i].Response = text
	}
	return true
}

// patched puts values into the check of a response.
func patched(response json.RawMessage, values map[string]string) (json.RawMessage, error) {
	var body map[string]any
	if err := json.Unmarshal(response, &body); err != nil {
		return nil, err
	}
	data, _ := body["data"].(map[string]any)
	customer, _ := data["customer"].(map[string]any)
	if check, ok := customer["check"].(map[string]any); ok {
		for name, value := range values {
			check[name] = value
		}
	}
	return json.Marshal(body)
}
