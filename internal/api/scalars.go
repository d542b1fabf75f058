package api

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"domicile/internal/footprint"
	"domicile/internal/gql"
)

func scalars() map[string]gql.Scalar {
	return map[string]gql.Scalar{
		"Date":        {Parse: parseText(func(s string) (any, error) { return footprint.ParseDate(s) })},
		"DateTime":    {Serialize: writeTime, Parse: parseText(parseTime)},
		"SiteCode":    {Parse: parseText(parseSiteCode)},
		"CountryCode": {Parse: parseText(parseCountry)},
		"IPAddress":   {Serialize: refuseAddress, Parse: parseAddress},
		"H3Cell":      {Serialize: writeCell},
		"Long":        {},
	}
}

// parseText makes a parser of strings of at most 64 bytes.
func parseText(parse func(string) (any, error)) func(any) (any, error) {
	return func(v any) (any, error) {
		s, ok := v.(string)
		if !ok || len(s) > 64 {
			return nil, errors.New("expected a short text")
		}
		return parse(s)
	}
}

func writeTime(v any) (any, error) {
	t, ok := v.(time.Time)
	if !ok {
		return nil, fmt.Errorf("%T is no time", v)
	}
	return t.UTC().Format(time.RFC3339Nano), nil
}

func parseTime(s string) (any, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return nil, errors.New("not an instant (want RFC 3339, such as 2026-03-02T09:30:00Z)")
	}
	return t.UTC(), nil
}

func parseSiteCode(s string) (any, error) {
	if s == "" || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return nil, errors.New("not a site code (want capitals, digits and -)")
	}
	return s, nil
}

func parseCountry(s string) (any, error) {
	if len(s) != 2 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return nil, errors.New("not a country code (want two capitals, ISO 3166-1)")
	}
	return s, nil
}

// parseAddress never repeats what it was given.
func parseAddress(v any) (any, error) {
	s, _ := v.(string)
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return nil, errors.New("not an IP address")
	}
	return a.Unmap(), nil
}

func refuseAddress(any) (any, error) { return nil, errors.New("addresses are never written") }

func writeCell(v any) (any, error) {
	c, ok := v.(uint64)
	if !ok {
		return nil, fmt.Errorf("%T is no cell", v)
	}
	return strconv.FormatUint(c, 16), nil
}

// orNull is nil for the zero value, so that what is not set is written as null.
func orNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}
