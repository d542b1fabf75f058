package redisstore

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"domicile/internal/evidence"
	"domicile/internal/residency"
)

// Counts of a customer lie in a hash for each day (UTC), whose fields tell the hour of
// the day and what was counted, and whose values hold how many, the first and the last
// instant in nanoseconds. No field can hold an address.

func hourOf(t time.Time) int64 { return t.Unix() / 3600 }
func dayOf(t time.Time) int64  { return t.Unix() / 86400 }

// onDay is the key of what was counted of a customer on a day.
func (k keys) onDay(what string, day int64, customer string) string {
	return k.of(what+":"+strconv.FormatInt(day, 10), customer)
}

// nanos spells an instant so that texts order as instants do, from 1970 on.
func nanos(t time.Time) string { return fmt.Sprintf("%020d", max(0, t.UnixNano())) }

// observationField is: hour of the day, category, activity, kind of the scope, kinds
// (two bytes), cell (eight), the lengths of country and site, country, site, and the
// name of the scope.
func observationField(o *evidence.Observation) []byte {
	b := []byte{byte(o.Hour.Hour()), byte(o.Category), byte(o.Activity), byte(o.Scope.Kind)}
	b = binary.BigEndian.AppendUint16(b, uint16(o.Kinds))
	b = binary.BigEndian.AppendUint64(b, o.Cell)
	b = append(b, byte(len(o.Country)), byte(min(len(o.Site), maxSite)))
	b = append(append(b, o.Country...), o.Site[:min(len(o.Site), maxSite)]...)
	return append(b, o.Scope.Name...)
}

// maxSite bounds a site code, in bytes; logs have three letters.
const maxSite = 255

// observationHead is how many bytes of a field have a fixed place.
const observationHead = 16

func readObservation(day int64, field, value string) (o evidence.Observation, err error) {
	if len(field) < observationHead || len(field) < observationHead+int(field[14])+int(field[15]) {
		return o, fmt.Errorf("an observation: %w", errTorn)
	}
	o.Hour = hourOn(day, field[0])
	o.Category, o.Activity = residency.DataCategory(field[1]), residency.Activity(field[2])
	o.Kinds = evidence.Kinds(binary.BigEndian.Uint16([]byte(field[4:6])))
	o.Cell = binary.BigEndian.Uint64([]byte(field[6:14]))
	rest := field[observationHead:]
	o.Country, rest = rest[:field[14]], rest[field[14]:]
	o.Site, rest = rest[:field[15]], rest[field[15]:]
	o.Scope = residency.Scope{Kind: residency.ScopeKind(field[3]), Name: rest}
	o.Count, o.First, o.Last, err = readCount(value)
	return o, err
}

// transferField is: hour of the day, kind of the scope, the length of the country, the
// country, and the name of the scope.
func transferField(t *evidence.Transfer) []byte {
	b := []byte{byte(t.Hour.Hour()), byte(t.Scope.Kind), byte(len(t.Country))}
	return append(append(b, t.Country...), t.Scope.Name...)
}

func readTransfer(day int64, field, value string) (t evidence.Transfer, err error) {
	if len(field) < 3 || len(field) < 3+int(field[2]) {
		return t, fmt.Errorf("an onward transfer: %w", errTorn)
	}
	t.Hour = hourOn(day, field[0])
	t.Country, t.Scope.Name = field[3:3+field[2]], field[3+field[2]:]
	t.Scope.Kind = residency.ScopeKind(field[1])
	t.Count, t.First, t.Last, err = readCount(value)
	return t, err
}

func hourOn(day int64, hour byte) time.Time { return time.Unix(day*86400+int64(hour)*3600, 0).UTC() }

func readCount(value string) (count uint64, first, last time.Time, err error) {
	parts := strings.Split(value, " ")
	if len(parts) != 3 {
		return 0, first, last, fmt.Errorf("a count: %w", errTorn)
	}
	var n [3]int64
	for i, p := range parts {
		if n[i], err = strconv.ParseInt(p, 10, 64); err != nil || n[i] < 0 {
			return 0, first, last, fmt.Errorf("a count: %w", errTorn)
		}
	}
	return uint64(n[0]), time.Unix(0, n[1]).UTC(), time.Unix(0, n[2]).UTC(), nil
}

// countedText is a member of the set of what is counted of a file: the customer and the
// root, neither of which has such a byte, and up to where. The one that is farthest counts.
func countedText(c evidence.Counted) string {
	return c.Customer + "\x00" + c.Name + "\x00" + strconv.FormatInt(c.To, 10)
}

func readCounted(texts []string) ([]evidence.Counted, error) {
	farthest := map[evidence.Root]int64{}
	for _, text := range texts {
		parts := strings.Split(text, "\x00")
		if len(parts) != 3 {
			return nil, fmt.Errorf("what is counted: %w", errTorn)
		}
		to, err := strconv.ParseInt(parts[2], 10, 64)
		if err != nil || to < 0 {
			return nil, fmt.Errorf("what is counted: %w", errTorn)
		}
		r := evidence.Root{Customer: parts[0], Name: parts[1]}
		farthest[r] = max(farthest[r], to)
	}
	var out []evidence.Counted
	for _, r := range slices.SortedFunc(maps.Keys(farthest), evidence.Root.Compare) {
		out = append(out, evidence.Counted{Root: r, To: farthest[r]})
	}
	return out, nil
}

// rootText is a root in the value of an hour, where a space ends it: names have no spaces.
func rootText(root string) string { return "=" + root }
