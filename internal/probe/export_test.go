package probe

import "strings"

// Read reads a trace and a ray.
func Read(body, ray string) Seen {
	s := Seen{Ray: rayCode(ray)}
	s.trace(strings.NewReader(body))
	return s
}
