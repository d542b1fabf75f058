package footprint_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestChangesAreWhatCameAndWentOnADay(t *testing.T) {
	fp := network(t)
	var lines []string
	for _, c := range fp.Changes(0, day(t, "2031-12-31")) {
		text := c.Date.String()
		for _, i := range c.Listed {
			text += " +" + fp.Site(i).Code
		}
		for _, i := range c.Unlisted {
			text += " -" + fp.Site(i).Code
		}
		for _, m := range c.Began {
			text += fmt.Sprintf(" +%s:%s", m.Bloc, m.Member)
		}
		for _, m := range c.Ended {
			text += fmt.Sprintf(" -%s:%s", m.Bloc, m.Member)
		}
		lines = append(lines, text)
	}
	const want = `2023-07-01 +ADEQUATE:GB -EU:GB
2023-07-10 +ADEQUATE:US
2024-07-01 -BRU
2026-05-01 +WAW
2031-12-28 -ADEQUATE:GB`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if got := fp.Changes(day(t, "2023-07-10"), day(t, "2026-04-30")); len(got) != 1 || got[0].Date != day(t, "2024-07-01") {
		t.Errorf("of a span: %+v", got)
	}
}
