package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"domicile/internal/auth"
	"domicile/internal/auth/openid"
)

// login is what the browser keeps while somebody is at the provider.
type login struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	Return   string `json:"r"`
	Until    int64  `json:"u"`
}

// maxReturn bounds an address to come back to.
const maxReturn = 1024

// Why somebody is not signed in, for the page to say.
const (
	whyAgain       = "again"       // the answer does not belong to a question of this browser
	whyRefused     = "refused"     // the provider, or the person there, said no
	whyUnavailable = "unavailable" // the provider does not answer
	whyBusy        = "busy"        // too many at once
)

// ownPath returns the address to come back to: a path of this service, else /.
func ownPath(text string) string {
	u, err := url.Parse(text)
	odd := strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f })
	if err != nil || odd || len(text) > maxReturn || !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") ||
		u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") || strings.HasPrefix(u.Path, "/auth/") || u.Path == OutPath {
		return "/"
	}
	return text
}

// serveLogin sends somebody to the provider.
func (h *Handler) serveLogin(w http.ResponseWriter, r *http.Request) {
	back := ownPath(r.URL.Query().Get("return"))
	if !h.logins.take() {
		h.out(w, r, whyBusy, back)
		return
	}
	l := login{State: rand.Text(), Nonce: rand.Text(), Verifier: openid.NewVerifier(), Return: back, Until: h.Now().Add(loginLife).Unix()}
	to, err := h.Provider.Begin(r.Context(), l.State, l.Nonce, l.Verifier)
	if err != nil {
		h.Log.ErrorContext(r.Context(), "nobody can sign in", "error", err)
		h.out(w, r, whyUnavailable, back)
		return
	}
	text, err := h.seal("login", l)
	if err != nil {
		h.Log.ErrorContext(r.Context(), "nobody can sign in", "error", err)
		h.out(w, r, whyAgain, "/")
		return
	}
	http.SetCookie(w, h.cookie(h.login, text, loginLife))
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// serveCallback takes the provider's answer. The browser's question is used up
// whatever the answer is.
func (h *Handler) serveCallback(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	l, ok := h.question(r, q.Get("state"))
	http.SetCookie(w, h.cookie(h.login, "", 0))
	if !ok {
		h.out(w, r, whyAgain, "/")
		return
	}
	if !h.logins.take() {
		h.out(w, r, whyBusy, l.Return)
		return
	}
	select {
	case h.finish <- struct{}{}:
		defer func() { <-h.finish }()
	default:
		h.out(w, r, whyBusy, l.Return)
		return
	}
	if q.Has("error") || q.Get("code") == "" {
		h.out(w, r, whyRefused, l.Return)
		return
	}
	p, err := h.Provider.Finish(r.Context(), q.Get("code"), q.Get("iss"), l.Verifier, l.Nonce)
	if err == nil {
		err = h.Record(r.Context(), p.Viewer, auth.SignIn)
	}
	if err != nil {
		h.Log.WarnContext(r.Context(), "somebody could not sign in", "error", err)
		why := whyUnavailable
		if errors.Is(err, auth.ErrInvalidToken) {
			why = whyRefused
		}
		h.out(w, r, why, l.Return)
		return
	}
	h.give(w, newSession(p, h.Now()))
	http.Redirect(w, r, l.Return, http.StatusSeeOther)
}

// question is what this browser asked, where the state is that of it and was
// not answered before.
func (h *Handler) question(r *http.Request, state string) (login, bool) {
	text, ok := cookieOf(r, h.login)
	var l login
	if !ok || h.open("login", text, &l) != nil || l.State == "" {
		return login{}, false
	}
	if subtle.ConstantTimeCompare([]byte(l.State), []byte(state)) != 1 || !h.Now().Before(time.Unix(l.Until, 0)) {
		return login{}, false
	}
	return l, h.spent.first(l.State)
}

// out sends somebody to the page that offers to sign in.
func (h *Handler) out(w http.ResponseWriter, r *http.Request, why, back string) {
	q := url.Values{"why": {why}}
	if back != "/" {
		q.Set("return", back)
	}
	http.Redirect(w, r, OutPath+"?"+q.Encode(), http.StatusSeeOther)
}

// revokeWait bounds how long a sign-out waits for the provider.
const revokeWait = 3 * time.Second

// serveLogout ends a session, here and at the provider, and says where to go.
func (h *Handler) serveLogout(w http.ResponseWriter, r *http.Request) {
	if h.origin.Check(r) != nil || r.Header.Get(Header) == "" {
		auth.Refuse(w, auth.ErrForbidden)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), revokeWait)
	defer cancel()
	var s session
	if text, ok := cookieOf(r, h.session); ok && h.open("session", text, &s) == nil {
		s, _ = h.live.newest(s)
		h.live.end(s)
		if v, err := s.viewer(); err == nil {
			if err := h.Record(ctx, v, auth.SignOut); err != nil {
				h.Log.ErrorContext(ctx, "a sign-out is not recorded", "error", err)
			}
		}
		if err := h.Provider.Revoke(ctx, s.Refresh); err != nil {
			h.Log.WarnContext(ctx, "a refresh token was not revoked", "error", err)
		}
	}
	h.drop(w)
	to := h.Provider.EndSession(ctx, h.URL+OutPath)
	if to == "" {
		to = OutPath
	}
	h.json(w, map[string]string{"location": to})
}

// Viewer is who looks at the page, for the page.
type Viewer struct {
	Role     string `json:"role"` // empty: known, and without a role here
	Customer string `json:"customer,omitempty"`
	Name     string `json:"name,omitempty"`
}

// Describe says whom a page is for; nil is nobody.
func Describe(v auth.Viewer, name string) *Viewer {
	if !v.Known() {
		return nil
	}
	return &Viewer{Role: v.Role.String(), Customer: v.Customer, Name: name}
}

// serveViewer says who is signed in.
func (h *Handler) serveViewer(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get(Header) == "" {
		auth.Refuse(w, auth.ErrNoCredentials)
		return
	}
	h.json(w, map[string]*Viewer{"viewer": Describe(h.Page(w, r))})
}

func (h *Handler) json(w http.ResponseWriter, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		h.Log.Error("sign-in", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(body, '\n'))
}
