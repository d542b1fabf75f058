package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"domicile/internal/atlas"
	"domicile/internal/gql"
)

// Headers about how new an answer is.
const (
	// AtLeastHeader asks for an answer from at least a position, as the member
	// atLeast of a request's extensions does.
	AtLeastHeader = "Domicile-At-Least"
	// PositionHeader is the position that an answer is from.
	PositionHeader = "Domicile-Position"
	// StaleHeader is the age in seconds of the state that an answer is from,
	// where it is stale.
	StaleHeader = "Domicile-Stale"
)

// Names among the extensions of requests and answers.
const (
	atLeastExtension  = "atLeast"
	positionExtension = "position"
	staleExtension    = "stale"
)

// Admit returns what a handler asks before it answers: nothing is answered from
// a state that is older than most, and a question that wants at least a position
// waits for it.
func Admit(s *atlas.Service, most time.Duration) func(*http.Request, map[string]any) (func(context.Context) error, error) {
	return func(r *http.Request, extensions map[string]any) (func(context.Context) error, error) {
		position, err := wantedPosition(r.Header.Values(AtLeastHeader), extensions[atLeastExtension])
		if err != nil {
			return nil, err
		}
		if err := Young(s, most); err != nil {
			return nil, err
		}
		if s.State().Position() >= position {
			return nil, nil
		}
		return func(ctx context.Context) error {
			if err := s.AtLeast(ctx, position); err != nil {
				return shownAsUnavailable(err)
			}
			return Young(s, most)
		}, nil
	}
}

// Young is what the heartbeats of a stream ask: whether the state of a service
// is no older than most.
func Young(s *atlas.Service, most time.Duration) error {
	if err := s.YoungerThan(most); err != nil {
		return shownAsUnavailable(err)
	}
	return nil
}

// shownAsUnavailable is an error whose text clients may read.
func shownAsUnavailable(err error) error { return gql.Errorf(gql.Unavailable, "%w", err) }

// Header sets the headers of an answer from its extensions.
func Header(h http.Header, extensions map[string]any) {
	for name, header := range map[string]string{positionExtension: PositionHeader, staleExtension: StaleHeader} {
		if n, ok := extensions[name].(int64); ok {
			h.Set(header, strconv.FormatInt(n, 10))
		}
	}
}

// wantedPosition is the greatest position that a request asks for; 0 for none.
func wantedPosition(headers []string, extension any) (int64, error) {
	position, texts := int64(0), headers
	switch v := extension.(type) {
	case nil:
	case json.Number:
		texts = append(texts[:len(texts):len(texts)], v.String())
	case string:
		texts = append(texts[:len(texts):len(texts)], v)
	default:
		return 0, gql.Errorf(gql.BadUserInput, "extensions.%s is no number", atLeastExtension)
	}
	for _, text := range texts {
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil || n < 0 {
			return 0, gql.Errorf(gql.BadUserInput, "the position wanted (%s, extensions.%s) is no number of an answer's extensions.%s",
				AtLeastHeader, atLeastExtension, positionExtension)
		}
		position = max(position, n)
	}
	return position, nil
}

// extensions are what every answer carries beside its cost. Who is nobody is
// not told how much happens here.
func extensions(ctx context.Context) map[string]any {
	q := asked(ctx)
	out := map[string]any{"revision": q.reference().Revision}
	if q.viewer.Known() {
		out[positionExtension] = q.state.Position()
	}
	if q.stale > 0 {
		out[staleExtension] = int64(q.stale / time.Second)
	}
	return out
}

// staleness is the age of a service's state where it is stale.
func staleness(s *atlas.Service) time.Duration {
	if age, stale := s.Stale(); stale {
		return age
	}
	return 0
}
