package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"domicile/internal/auth"
	"domicile/internal/auth/openid"
)

// session is what a cookie holds. Times are seconds of Unix time.
type session struct {
	ID       string `json:"i"`
	Subject  string `json:"s"`
	Role     string `json:"r"`
	Customer string `json:"c,omitempty"`
	Grants   string `json:"g,omitempty"`
	Name     string `json:"n,omitempty"`
	Began    int64  `json:"b"`
	Seen     int64  `json:"e"`
	Checked  int64  `json:"k"`
	Refresh  string `json:"t,omitempty"`
}

// newSession begins a session. Its id is new, whatever the browser sent.
func newSession(p openid.Person, now time.Time) session {
	s := session{ID: rand.Text(), Began: now.Unix(), Seen: now.Unix(), Checked: now.Unix(), Refresh: p.Refresh}
	s.take(p)
	return s
}

// take makes a session of who the provider says somebody is.
func (s *session) take(p openid.Person) {
	s.Subject, s.Role, s.Customer, s.Grants, s.Name = p.Subject, p.Role.String(), p.Customer, p.Grants.String(), p.Name
}

// viewer is whom the session is of.
func (s session) viewer() (auth.Viewer, error) {
	v := auth.Viewer{Subject: s.Subject, Customer: s.Customer}
	var err error
	if s.Role != "" {
		if v.Role, err = auth.ParseRole(s.Role); err != nil {
			return auth.Viewer{}, err
		}
	}
	v.Grants, err = auth.ParseGrants(s.Grants)
	if err != nil || s.Subject == "" {
		return auth.Viewer{}, errEnded()
	}
	return v, nil
}

// ends is when a session is over if nobody comes back.
func (s session) ends() time.Time {
	life := MaxLife
	if s.Refresh == "" {
		life = MaxUnchecked
	}
	end, idle := time.Unix(s.Began, 0).Add(life), time.Unix(s.Seen, 0).Add(MaxIdle)
	if idle.Before(end) {
		return idle
	}
	return end
}

// over reports whether a session has ended, or begins in the future.
func (s session) over(now time.Time) bool {
	return !now.Before(s.ends()) || time.Unix(max(s.Began, s.Seen, s.Checked), 0).After(now.Add(skew))
}

// due reports whether the provider should be asked about a session.
func (s session) due(now time.Time) bool {
	return s.Refresh != "" && now.Sub(time.Unix(s.Checked, 0)) >= CheckEvery
}

// lost reports whether a session that is due has not been asked about for too
// long to be believed.
func (s session) lost(now time.Time) bool {
	return s.Refresh != "" && now.Sub(time.Unix(s.Checked, 0)) >= maxSilence
}

func errEnded() error { return auth.Invalid("the session has ended: sign in again", nil) }

// Session returns who a request of the API is of, by its cookie beside Header:
// auth.ErrNoCredentials where there is none. It renews the cookie on w; where w
// is nil it only looks, asks nobody, and is for answers that are on their way.
func (h *Handler) Session(w http.ResponseWriter, r *http.Request) (auth.Viewer, error) {
	if r.Header.Get(Header) == "" {
		return auth.Viewer{}, auth.ErrNoCredentials
	}
	s, err := h.current(w, r)
	if err != nil {
		return auth.Viewer{}, err
	}
	return s.viewer()
}

// Page returns who looks at a page, and what to call them; nobody where the
// cookie does not hold. A page is no place for a refusal: it says how to sign in.
func (h *Handler) Page(w http.ResponseWriter, r *http.Request) (auth.Viewer, string) {
	s, err := h.current(w, r)
	if err != nil {
		return auth.Viewer{}, ""
	}
	v, err := s.viewer()
	if err != nil {
		return auth.Viewer{}, ""
	}
	return v, s.Name
}

// current is the session of a request as it now is.
func (h *Handler) current(w http.ResponseWriter, r *http.Request) (session, error) {
	text, ok := cookieOf(r, h.session)
	if !ok {
		return session{}, auth.ErrNoCredentials
	}
	var s session
	if h.open("session", text, &s) != nil {
		h.drop(w)
		return session{}, errEnded()
	}
	now := h.Now()
	sent := s
	s, ended := h.live.newest(s)
	if ended || s.over(now) {
		h.drop(w)
		return session{}, errEnded()
	}
	if w == nil {
		if s.lost(now) {
			return session{}, errEnded()
		}
		return s, nil
	}
	if s.due(now) {
		var err error
		if s, err = h.check(r.Context(), s); err != nil {
			if errors.Is(err, auth.ErrInvalidToken) {
				h.drop(w)
			}
			return session{}, err
		}
	}
	if now.Sub(time.Unix(s.Seen, 0)) >= seenEvery {
		s.Seen = now.Unix()
	}
	if s != sent {
		h.give(w, s)
	}
	return s, nil
}

// check asks the provider about a session, one request for all that wait.
func (h *Handler) check(ctx context.Context, s session) (session, error) {
	return h.live.once(ctx, s, func() (session, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkWait)
		defer cancel()
		now := h.Now()
		p, err := h.Provider.Again(ctx, s.Refresh, s.Subject)
		switch {
		case err == nil:
		case errors.Is(err, auth.ErrInvalidToken):
			h.Log.Info("a session ends: the identity provider no longer vouches for it", "reason", err)
			return s, errEnded()
		case s.lost(now):
			return s, err
		default:
			h.Log.Warn("a session could not be checked and goes on for now", "error", err)
			return s, nil
		}
		if !p.Silent {
			s.take(p)
		}
		if p.Refresh != "" {
			s.Refresh = p.Refresh
		}
		s.Checked, s.Seen = now.Unix(), now.Unix()
		return s, nil
	})
}

// give sends a session's cookie. A refresh token that is too large for it is
// left out: then the session is shorter.
func (h *Handler) give(w http.ResponseWriter, s session) {
	text, err := h.seal("session", s)
	if err != nil && s.Refresh != "" {
		s.Refresh = ""
		text, err = h.seal("session", s)
	}
	if err != nil {
		h.Log.Error("a session cannot be kept", "error", err)
		return
	}
	http.SetCookie(w, h.cookie(h.session, text, s.ends().Sub(h.Now())))
}

// drop deletes the session's cookie.
func (h *Handler) drop(w http.ResponseWriter) {
	if w != nil {
		http.SetCookie(w, h.cookie(h.session, "", 0))
	}
}
