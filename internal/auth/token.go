package auth

import (
	"crypto/rand"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
)

// TokenPrefix begins every API token.
const TokenPrefix = "dom_"

// The lengths of a token's parts, in bytes.
const (
	idLength       = 12
	secretLength   = 52 // 260 bits
	checksumLength = 8
	tokenLength    = len(TokenPrefix) + 2 + idLength + 1 + secretLength + 1 + checksumLength
)

// ErrMistyped: the text is no API token: it was cut, or typed wrongly.
var ErrMistyped = errors.New("not an API token: it was cut or typed wrongly")

// TokenText is an API token as its holder sends it. It does not print its
// secret.
type TokenText struct {
	role Role
	id   string
	text string
}

// ID names the token without proving anything.
func (t TokenText) ID() string { return t.id }

// Role is the role that the token claims to have.
func (t TokenText) Role() Role { return t.role }

// Reveal returns the whole token, secret included: for its holder alone, once.
func (t TokenText) Reveal() string { return t.text }

// String names the token and hides its secret.
func (t TokenText) String() string { return TokenPrefix + t.letter() + "_" + t.id + "_…" }

// GoString is String, so that %#v hides the secret too.
func (t TokenText) GoString() string { return t.String() }

func (t TokenText) letter() string {
	if letters := roleLetters(); int(t.role) < len(letters) {
		return letters[t.role : t.role+1]
	}
	return "-"
}

// roleLetters holds the letter of each role at its number.
func roleLetters() string { return "-cspi" }

// ParseToken reads an API token. The error is ErrMistyped and repeats nothing
// of the text. A token that can be read may still be nobody's.
func ParseToken(text string) (TokenText, error) {
	if len(text) != tokenLength {
		return TokenText{}, ErrMistyped
	}
	body, sum := text[:tokenLength-checksumLength-1], text[tokenLength-checksumLength:]
	if text[len(body)] != '_' || sum != checksum(body) {
		return TokenText{}, ErrMistyped
	}
	letterAt := len(TokenPrefix)
	idAt := letterAt + 2
	secretAt := idAt + idLength + 1
	role := strings.IndexByte(roleLetters(), body[letterAt])
	id := body[idAt : idAt+idLength]
	if !strings.HasPrefix(body, TokenPrefix) || role < 1 || body[idAt-1] != '_' || body[secretAt-1] != '_' ||
		!inAlphabet(id) || !inAlphabet(body[secretAt:]) {
		return TokenText{}, ErrMistyped
	}
	return TokenText{role: Role(role), id: id, text: text}, nil
}

// newTokenText makes a token that nobody has.
func newTokenText(role Role) TokenText {
	t := TokenText{role: role, id: strings.ToLower(rand.Text()[:idLength])}
	secret := strings.ToLower(rand.Text() + rand.Text())[:secretLength]
	body := TokenPrefix + t.letter() + "_" + t.id + "_" + secret
	t.text = body + "_" + checksum(body)
	return t
}

// ValidTokenID reports whether text can be the id of an API token.
func ValidTokenID(text string) bool { return len(text) == idLength && inAlphabet(text) }

// inAlphabet reports whether all bytes are of base 32 in small letters.
func inAlphabet(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

func checksum(body string) string {
	return fmt.Sprintf("%08x", crc32.Checksum([]byte(body), crc32.MakeTable(crc32.Castagnoli)))
}
