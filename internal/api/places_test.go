package api_test

import (
	"strings"
	"testing"
)

// A site of unknown membership is neither in a place nor out of it: each of the
// two filters has it, or not, and never both.
func TestSitesOfUnknownMembershipAreAskedForAlone(t *testing.T) {
	s := start(t)
	for place, want := range map[string][2]bool{"region:eu": {false, true}, "EU": {true, false}, "US": {false, false}} {
		for i, filter := range []string{"within", "maybeWithin"} {
			got := s.ask(`{ footprint { sites(filter: {`+filter+`: "`+place+`"}) { code } } }`, nil)
			if has := strings.Contains(got, `"RUN"`); has != want[i] {
				t.Errorf("%s: %s has RUN: %v, want %v: %s", filter, place, has, want[i], got)
			}
		}
	}
	if got := s.ask(`{ footprint { sites(filter: {maybeWithin: "Europe"}) { code } } }`, nil); !strings.Contains(got, "maybeWithin: ") {
		t.Errorf("Europe is asked back by the name of its argument: %s", got)
	}
}
