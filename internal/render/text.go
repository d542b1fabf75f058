package render

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// width is the columns a line may take.
const width = 80

// page builds text line by line.
type page struct {
	b     strings.Builder
	style Style
}

// Style says how to mark words. The zero value is plain text.
type Style struct{ Color bool }

func (s Style) paint(code, text string) string {
	if !s.Color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s Style) bold(text string) string { return s.paint("1", text) }
func (s Style) dim(text string) string  { return s.paint("2", text) }

func (p *page) line(text string) {
	p.b.WriteString(text)
	p.b.WriteByte('\n')
}

func (p *page) blank() { p.b.WriteByte('\n') }

// heading starts a section.
func (p *page) heading(text string) {
	p.blank()
	p.line(p.style.bold(text))
}

// wrap writes text behind a lead, later lines indented to the lead's width.
func (p *page) wrap(lead, text string) {
	indent := strings.Repeat(" ", utf8.RuneCountInString(lead))
	for i, l := range fold(text, width-len(indent)) {
		if i > 0 {
			lead = indent
		}
		p.line(strings.TrimRight(lead+l, " "))
	}
}

// fold breaks text at spaces into lines of at most n columns.
func fold(text string, n int) []string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) > n {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += w
	}
	return append(lines, line)
}

func pad(s string, n int) string {
	if k := utf8.RuneCountInString(s); k < n {
		return s + strings.Repeat(" ", n-k)
	}
	return s
}

// count writes a number with its noun: "1 site", "3 sites".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func sentenceCase(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
