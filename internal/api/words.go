package api

import (
	"fmt"
	"strings"

	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// kindName returns the API's name for a kind of site.
func kindName(k footprint.SiteKind) string {
	if k == footprint.Core {
		return "CORE"
	}
	return "POP"
}

// enum returns the API's name for a dataset's word: third-party → THIRD_PARTY.
func enum(word fmt.Stringer) string {
	return strings.ToUpper(strings.ReplaceAll(word.String(), "-", "_"))
}

// enumOrNull is enum, nil where the word is empty.
func enumOrNull(word fmt.Stringer) any { return orNull(enum(word)) }

// settingArg returns a Setting argument's value; none when it is absent.
func settingArg(name string) footprint.Setting {
	s, err := footprint.ParseSetting(strings.ToLower(name))
	if err != nil {
		return footprint.NoSetting
	}
	return s
}

// reasonNames are the names of ReasonKind, by value.
var reasonNames = [...]string{
	residency.ReasonFixed: "FIXED", residency.ReasonDefault: "DEFAULT", residency.ReasonSetting: "SETTING",
	residency.ReasonSettingUnread: "SETTING_UNREAD", residency.ReasonUnknownRegion: "UNKNOWN_REGION",
	residency.ReasonSpectrum: "SPECTRUM", residency.ReasonSpectrumRegion: "SPECTRUM_REGION",
	residency.ReasonIPBinding: "IP_BINDING", residency.ReasonSteeringUnclear: "STEERING_UNCLEAR",
	residency.ReasonTarget: "TARGET", residency.ReasonTargetUnknown: "TARGET_UNKNOWN",
	residency.ReasonSecondaryDNS: "SECONDARY_DNS", residency.ReasonPlan: "PLAN",
	residency.ReasonProductOutside: "PRODUCT_OUTSIDE", residency.ReasonProductConflict: "PRODUCT_CONFLICT",
	residency.ReasonProductCondition: "PRODUCT_CONDITION", residency.ReasonProductUncertain: "PRODUCT_UNCERTAIN",
	residency.ReasonSubrequests: "SUBREQUESTS", residency.ReasonCron: "CRON", residency.ReasonQueues: "QUEUES",
	residency.ReasonLogRetention: "LOG_RETENTION", residency.ReasonLogDataset: "LOG_DATASET",
	residency.ReasonNoJurisdiction: "NO_JURISDICTION", residency.ReasonNotConfined: "NOT_CONFINED", residency.ReasonNotOffered: "NOT_OFFERED",
	residency.ReasonNoCertificate: "NO_CERTIFICATE", residency.ReasonKeyless: "KEYLESS",
	residency.ReasonReaders: "READERS", residency.ReasonReadersSteered: "READERS_STEERED",
	residency.ReasonPersonnel: "PERSONNEL", residency.ReasonPartnerNetwork: "PARTNER_NETWORK",
}

var elsewhereNames = [...]string{
	residency.NotElsewhere: "", residency.Anywhere: "ANYWHERE", residency.Declared: "DECLARED", residency.Unmodelled: "UNMODELLED",
}

var baseNames = [...]string{
	residency.InvalidBase: "", residency.EveryPoP: "EVERY_POP", residency.EveryCore: "EVERY_CORE", residency.PoPOrCore: "POP_OR_CORE",
}

// named returns the name at an index, nil for an empty one.
func named[I ~uint8](names []string, i I) any { return orNull(names[i]) }

// truth is a Boolean that is null where it is not known.
func truth(t residency.Truth) any {
	if t == residency.Unsure {
		return nil
	}
	return t == residency.True
}

func readingName(r claim.Reading) any { return orNull(strings.ToUpper(r.String())) }

func placeTexts(ps []footprint.Place) []string {
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = p.String()
	}
	return out
}

// count returns "1 site", "2 sites".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// listed is a list that is written as [] where it is nil.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
