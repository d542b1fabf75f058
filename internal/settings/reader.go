package settings

import (
	"strconv"
	"strings"

	"domicile/internal/residency"
)

// reader reads one customer. It goes on after a problem, so that all are found.
type reader struct {
	*file
	set   *residency.Settings
	path  []step
	taken taken
	hosts int // hostnames of all kinds so far
}

// step is an element of a path: a key, or the position in a list.
type step struct {
	key   string
	index int
}

func (r *reader) enter(key string) { r.path = append(r.path, step{key: key}) }

func (r *reader) leave() { r.path = r.path[:len(r.path)-1] }

// rename replaces the position of the list element being read by its name.
func (r *reader) rename(name string) { r.path[len(r.path)-1] = step{key: name} }

// at returns the current path with a key below it.
func (r *reader) at(key string) string {
	var b strings.Builder
	for _, s := range append(r.path[:len(r.path):len(r.path)], step{key: key}) {
		switch {
		case s.key != "":
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.key)
		case s.index > 0:
			b.WriteString("[" + strconv.Itoa(s.index-1) + "]")
		}
	}
	return b.String()
}

// fail adds a problem at a value; key names it below the current path, and is
// empty where the path already does.
func (r *reader) fail(n *node, key, message, fix string) {
	if r.full() {
		return
	}
	line, column := r.whereIs(n.place)
	r.add(Problem{Line: line, Column: column, Path: r.at(key), Message: message, Fix: fix})
}

// whereIs returns line and column of a place.
func (r *reader) whereIs(p place) (line, column int) {
	if p.line == 0 {
		return position(r.src, int(p.column))
	}
	return int(p.line), int(p.column)
}

// again adds the problem of something given twice.
func (r *reader) again(n *node, key, what string, first place) {
	if r.full() {
		return
	}
	line, _ := r.whereIs(first)
	r.fail(n, key, what+" is given twice", "it is already on line "+strconv.Itoa(line+r.lines))
}

// fields is an object being read, with its keys checked.
type fields struct {
	*reader
	n *node
}

// object checks that a value is an object whose keys are among those known,
// each given once. The current path names it.
func (r *reader) object(n *node, known []string) (fields, bool) {
	if n.kind != objectKind {
		r.fail(n, "", "want an object with keys, found "+n.found(), "")
		return fields{}, false
	}
	r.keys(n, func(key *node) {
		for _, k := range known {
			if k == key.text {
				return
			}
		}
		if key.text == "<<" {
			r.fail(key, "", "merge key <<: merging is not allowed", "write the keys out")
			return
		}
		r.unknown(key, "", "key", key.text, known)
	})
	return fields{r, n}, true
}

// keys calls fn for each key of an object, the repeated ones left out.
func (r *reader) keys(n *node, fn func(key *node)) {
	const few = 32
	var seen map[string]*node
	if len(n.items) > 2*few {
		seen = make(map[string]*node, len(n.items)/2)
	}
	for i := 0; i+1 < len(n.items); i += 2 {
		key := &n.items[i]
		if key.kind == listKind || key.kind == objectKind {
			r.fail(key, "", "want a key, found "+key.found(), "")
			continue
		}
		first := seen[key.text]
		if seen == nil {
			first = earlier(n.items[:i], key.text)
		}
		if first != nil {
			r.again(key, "", "key "+quote(key.text), first.place)
			continue
		}
		if seen != nil {
			seen[key.text] = key
		}
		fn(key)
	}
}

func earlier(pairs []node, key string) *node {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i].text == key && pairs[i].kind < listKind {
			return &pairs[i]
		}
	}
	return nil
}

// get returns the value of a key, nil when it is absent or null.
func (f fields) get(key string) *node {
	for i := 0; i+1 < len(f.n.items); i += 2 {
		if f.n.items[i].text == key && f.n.items[i].kind < listKind {
			if v := &f.n.items[i+1]; v.kind != nullKind {
				return v
			}
			return nil
		}
	}
	return nil
}

// need is get for a key that must be there.
func (f fields) need(key string) *node {
	n := f.get(key)
	if n == nil {
		f.fail(f.n, "", key+" is missing", "")
	}
	return n
}

// text returns the text of a key, "" when it is absent or wrong.
func (f fields) text(key string) string {
	n := f.get(key)
	if n == nil {
		return ""
	}
	s, _ := f.textOf(n, key)
	return s
}

// textOf checks that a value is a text within bounds.
func (r *reader) textOf(n *node, key string) (string, bool) {
	switch {
	case n.kind == numberKind || n.kind == boolKind:
		r.fail(n, key, "want text, found "+n.found(), "write it in quotes: "+quote(n.text))
		return "", false
	case n.kind != textKind:
		r.fail(n, key, "want text, found "+n.found(), "")
		return "", false
	case n.text == "":
		r.fail(n, key, "empty text", "leave it out")
		return "", false
	case len(n.text) > maxText:
		r.fail(n, key, "longer than 1,024 bytes", "")
		return "", false
	case strings.IndexFunc(n.text, unprintable) >= 0:
		r.fail(n, key, "a control character or undecodable text in "+quote(n.text), "")
		return "", false
	}
	return strings.Clone(n.text), true
}

func unprintable(c rune) bool { return c < ' ' || c >= 0x7F && c < 0xA0 || c == '\uFFFD' }

// flag returns a switch, false when it is absent.
func (f fields) flag(key string) bool { return f.truth(key) == residency.True }

// truth returns a switch, Unsure when it is absent.
func (f fields) truth(key string) residency.Truth {
	n := f.get(key)
	switch {
	case n == nil:
	case n.kind != boolKind:
		f.fail(n, key, "want true or false, found "+n.found(), "")
	case n.text == "true":
		return residency.True
	default:
		return residency.False
	}
	return residency.Unsure
}

// each calls fn for the elements of a list, the path naming each; false when
// the key is absent.
func (f fields) each(key string, fn func(n *node)) bool {
	n := f.get(key)
	if n != nil {
		f.elements(n, key, fn)
	}
	return n != nil
}

func (r *reader) elements(n *node, key string, fn func(n *node)) {
	if n.kind != listKind {
		r.fail(n, key, "want a list, found "+n.found(), "")
		return
	}
	if len(n.items) > maxItems {
		r.fail(n, key, "a list of more than 20,000 elements", "")
		return
	}
	r.enter(key)
	for i := range n.items {
		r.path = append(r.path, step{index: i + 1})
		fn(&n.items[i])
		r.leave()
	}
	r.leave()
}

// words reads a list of distinct texts, each as check leaves it.
func (f fields) words(key string, check func(n *node, word string) (string, bool)) []string {
	n := f.get(key)
	if n == nil {
		return nil
	}
	return f.wordsOf(n, key, check)
}

func (r *reader) wordsOf(list *node, key string, check func(n *node, word string) (string, bool)) []string {
	var out []string
	var seen names
	r.elements(list, key, func(n *node) {
		word, ok := r.textOf(n, "")
		if ok {
			word, ok = check(n, word)
		}
		if !ok {
			return
		}
		if first, again := seen.add(word, n.place); again {
			r.again(n, "", quote(word), first)
			return
		}
		out = append(out, word)
	})
	return out
}
