package signin

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// keyLife is how long one key seals; it opens for as long again.
const keyLife = 24 * time.Hour

// maxCookie is what browsers keep of one cookie, with its name and attributes.
const maxCookie = 4096 - 256

var errSeal = errors.New("the cookie is not one of this service")

// cipherOf is the cipher of a day. The use keeps the kinds of cookies apart.
func (h *Handler) cipherOf(use string, day int64) (cipher.AEAD, error) {
	block, err := aes.NewCipher(h.Key("sign-in 1 " + use + " " + strconv.FormatInt(day, 10)))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func dayOf(t time.Time) int64 { return t.Unix() / int64(keyLife/time.Second) }

// seal writes a value so that only this service reads it; empty where it is too
// large for a cookie.
func (h *Handler) seal(use string, value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	aead, err := h.cipherOf(use, dayOf(h.Now()))
	if err != nil {
		return "", err
	}
	sealed := base64.RawURLEncoding.EncodeToString(aead.Seal(nil, nil, text, []byte(use)))
	if len(sealed) > maxCookie {
		return "", errors.New("it is too large for a cookie")
	}
	return sealed, nil
}

// open reads what seal wrote, today or yesterday. The next day's key is tried
// too: the clock of another replica may be ahead.
func (h *Handler) open(use, text string, value any) error {
	if len(text) > maxCookie {
		return errSeal
	}
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return errSeal
	}
	today := dayOf(h.Now())
	for _, day := range []int64{today, today - 1, today + 1} {
		aead, err := h.cipherOf(use, day)
		if err != nil {
			return err
		}
		if plain, err := aead.Open(nil, nil, sealed, []byte(use)); err == nil {
			return json.Unmarshal(plain, value)
		}
	}
	return errSeal
}

// cookie is a cookie with every guard; an age of 0 or less deletes it.
func (h *Handler) cookie(name, value string, age time.Duration) *http.Cookie {
	seconds := int(age / time.Second)
	if seconds <= 0 {
		seconds, value = -1, ""
	}
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode}
}

// cookieOf returns the one cookie of a name. Two of them mean that somebody
// else set one: neither is taken.
func cookieOf(r *http.Request, name string) (string, bool) {
	all := r.CookiesNamed(name)
	if len(all) != 1 || all[0].Value == "" {
		return "", false
	}
	return all[0].Value, true
}
