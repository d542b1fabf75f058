package settings

import (
	"fmt"
	"slices"
	"strings"
)

// maxListed is how many known words a message lists.
const maxListed = 16

// suggest returns what to say about an unknown word: the nearest known one, if
// any is near, and those there are.
func suggest(word string, known []string) string {
	if len(known) == 0 {
		return "none is known here"
	}
	list := known
	if len(known) > maxListed {
		list = append(append([]string(nil), known[:maxListed]...), fmt.Sprintf("and %d more", len(known)-maxListed))
	}
	all := "known: " + strings.Join(list, ", ")
	if best := nearest(word, known); best != "" {
		return "did you mean " + quote(best) + "? (" + all + ")"
	}
	return all
}

// nearest returns the known word at the smallest edit distance, "" when none
// is near. Letter case does not count; of equally near ones the first wins.
func nearest(word string, known []string) string {
	if len(word) > 64 {
		return ""
	}
	word = strings.ToLower(word)
	best, least := "", max(1, len(word)/3)+1
	for _, k := range known {
		if d := distance(word, strings.ToLower(k)); d < least && d < len(k) {
			best, least = k, d
		}
	}
	return best
}

// distance counts the insertions, deletions, substitutions and swaps of
// neighbours that turn a into b.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// names are distinct words and where each was first given. Few are searched
// one by one, many by hash. The zero value is empty.
type names struct {
	words  []string
	places []place
	index  map[string]int
}

// add notes a word, or returns where it was given before.
func (s *names) add(word string, at place) (first place, again bool) {
	const few = 16
	if first, again = s.find(word); again {
		return first, true
	}
	if len(s.words) == few {
		s.index = make(map[string]int, 4*few)
		for i, w := range s.words {
			s.index[w] = i
		}
	}
	if s.index != nil {
		s.index[word] = len(s.words)
	}
	s.words, s.places = append(s.words, word), append(s.places, at)
	return place{}, false
}

// find returns where a word was given; false when it was not.
func (s *names) find(word string) (place, bool) {
	i := -1
	if s.index == nil {
		i = slices.Index(s.words, word)
	} else if j, ok := s.index[word]; ok {
		i = j
	}
	if i < 0 {
		return place{}, false
	}
	return s.places[i], true
}
