package residency

import (
	"strings"

	"domicile/internal/footprint"
)

var settingNames = [...]string{
	footprint.ProcessingSetting: "processing region",
	footprint.KeySetting:        "key region",
	footprint.LogSetting:        "log region",
	footprint.StorageSetting:    "storage jurisdiction",
}

// SettingName returns a setting's name in a sentence: "processing region".
func SettingName(s footprint.Setting) string { return settingNames[s] }

// Explain returns why a placement is where it is, as one sentence without a
// final stop.
func (r *Rules) Explain(p *Placement) string {
	why := &p.Reason
	setting := settingNames[why.Setting]
	product := r.productName(why.Product)
	switch why.Kind {
	case ReasonFixed:
		return fixedSentences[why.Detail]
	case ReasonDefault:
		return "no " + setting + " is set, so the default applies: anywhere"
	case ReasonSetting:
		if why.Setting == footprint.KeySetting && why.Region == "" {
			return "key policy: " + why.Detail
		}
		return setting + " " + orDetail(why)
	case ReasonSettingUnread:
		return "the " + setting + " could not be read"
	case ReasonUnknownRegion:
		return setting + " " + why.Region + " is not a region known here"
	case ReasonSpectrum:
		return "a Spectrum application on " + why.Detail + orRegion(why.Region) + " overrides the hostname's processing region"
	case ReasonSpectrumRegion:
		return "a Spectrum application on " + why.Detail + orRegion(why.Region)
	case ReasonIPBinding:
		return "IP binding" + orRegion(why.Region)
	case ReasonSteeringUnclear:
		return "the regional hostname and the IP binding of " + why.Detail + " name different regions"
	case ReasonTarget:
		return "follows its target " + why.Detail + orRegion(why.Region)
	case ReasonTargetUnknown:
		return why.Detail + " is not a hostname of these settings"
	case ReasonSecondaryDNS:
		return "outgoing zone transfers publish global addresses, which bypasses the processing region" + orKey(why.Region)
	case ReasonPlan:
		return "the stated plan cannot have a " + setting
	}
	return r.explainProduct(p, product, setting)
}

func (r *Rules) explainProduct(p *Placement, product, setting string) string {
	why := &p.Reason
	switch why.Kind {
	case ReasonProductOutside:
		return product + mayBe(p) + " keeps its own placement whatever the " + setting + " says"
	case ReasonProductConflict:
		return product + mayBe(p) + " is not available together with a " + setting
	case ReasonProductCondition:
		return product + mayBe(p) + " follows the " + setting + " only where " + conditionSentences[why.Detail]
	case ReasonProductUncertain:
		return "whether " + product + mayBe(p) + " follows the " + setting + " here is not certain"
	case ReasonSubrequests:
		if why.Detail != "" {
			return "the Worker's subrequests to " + why.Detail + orRegion(why.Region)
		}
		return "a Worker's subrequests are not bound to the processing region"
	case ReasonCron:
		return "a Worker's cron triggers are not bound to the processing region"
	case ReasonQueues:
		return "a Worker's queue consumers are not bound to the processing region"
	case ReasonLogRetention:
		return "log retention is on; it must be off on every zone before the log region can be " + why.Region
	case ReasonLogDataset:
		return "the log dataset " + why.Detail + " does not follow the log region"
	case ReasonNoJurisdiction:
		return "no storage jurisdiction was chosen when it was created"
	case ReasonNotConfined:
		return "the storage jurisdiction " + why.Region + " of " + product + " does not confine this"
	case ReasonNotOffered:
		return product + " is not known to offer the storage jurisdiction " + why.Region
	case ReasonNoCertificate:
		return "no certificate of its own is listed; the default certificate's key is at every PoP, encrypted"
	case ReasonKeyless:
		return "Keyless SSL: the key is on the customer's own key server" + orCountry(p.Country)
	case ReasonReaders:
		return "the customer's own users read from wherever they are"
	case ReasonReadersSteered:
		return "reading sessions land in the log region; the place of the person is not enforced"
	case ReasonPersonnel:
		return "the places from which the provider's personnel may read are not published"
	case ReasonPartnerNetwork:
		return "the partner network in mainland China is separate; no processing region speaks of it"
	}
	return "unexplained"
}

var fixedSentences = map[string]string{
	"ingress":       "any PoP may accept a visitor's packets and filter them; it cannot read the encrypted content, but sees the client address",
	"configuration": "configuration is kept in the core data centers and replicated to every PoP; no setting narrows it",
	"account":       "account data is kept in the core data centers; the provider is its controller; no setting narrows it",
	"operational":   "flow samples, core dumps and attack data are needed to run the network; no setting narrows them",
}

var conditionSentences = map[string]string{
	ServedOnRegionalHostname.String():  "it is reached through a hostname with a processing region",
	ServedOnCustomCertificate.String(): "its hostname has a certificate of its own with a key region or Keyless SSL",
	BucketRegional.String():            "the bucket has a jurisdiction and a public hostname with a processing region",
	ObjectJurisdiction.String():        "the namespace has a storage jurisdiction",
	ResourceJurisdiction.String():      "the resource was created with a storage jurisdiction",
	TieredCacheNotSmart.String():       "the topology is regular or custom, not smart",
	NoSecondaryDNS.String():            "no zone is transferred out to other name servers",
	RegionIsFedRAMP.String():           "the processing region is fedramp",
}

func (r *Rules) productName(id string) string {
	if p, ok := r.Product(id); ok {
		return p.Name
	}
	return id
}

func mayBe(p *Placement) string {
	if p.Possible {
		return " (if in use)"
	}
	return ""
}

func orDetail(why *Reason) string {
	if why.Region != "" {
		return why.Region
	}
	return why.Detail
}

func orRegion(key string) string {
	if key == "" {
		return ", without a region"
	}
	return ", region " + key
}

func orKey(key string) string {
	if key == "" {
		return ""
	}
	return " " + key
}

func orCountry(code string) string {
	if code == "" {
		return "; its place is not stated"
	}
	return ", stated to be in " + strings.ToUpper(code)
}

// engineFacts states the facts that the engine itself refers to, where the
// facts dataset does not.
var engineFacts = map[string]string{
	FactSettingUnread:         "a setting could not be read",
	FactRegionUnknown:         "the members of a region named in the settings are not known",
	footprint.FactRegionOffer: "a region named in the settings was not offered on that date, so what it did is not known",
	FactProductUse:            "which products are in use is not stated",
	FactSteering:              "which of two settings steers a hostname is not known",
	FactTarget:                "a name is reached through a target that is not in these settings",
	FactPlan:                  "the stated plan cannot have the settings given",
	FactWorkerActs:            "whether a Worker makes subrequests, runs on a schedule or consumes queues is not stated",
	FactReach:                 "through which hostnames or certificates a product is reached is not stated",
	FactStorageUnread:         "the stored resources could not be read",
	FactNotOffered:            "whether the product offers the storage jurisdiction on that date is not known",
	FactReaderPlace:           "where the people are who read the logs is not enforced by any setting",
	FactPersonnel:             "from which places the provider's personnel may read is not published",
	FactKeyServer:             "the place of the customer's own key server is not stated",
	FactDisputedStorage:       "documents disagree on whether the product has this storage jurisdiction",
	FactBeforeRecords:         "the date lies before the first record of the network",
	FactAhead:                 "the day asked about has not come, and what will be listed, decided or set by then is not known",
	FactBeforeSettings:        "no settings are recorded for that date",
	FactNoSite:                "no site is known where the settings would place it",
	FactNothingInScope:        "nothing in these settings falls under the claim, so there is nothing to prove",
	"place-membership":        "whether a site belongs to the places claimed is not published",
	"unknown-site":            "a log names a site that the footprint does not have",
	"seen-not-expected":       "traffic was seen that these settings do not account for",
}

// FactSentence states what is not known, as a sentence without a final stop.
func (r *Rules) FactSentence(id string) string {
	if f, ok := r.Facts[id]; ok {
		return strings.TrimSuffix(f.Statement, ".")
	}
	if s, ok := engineFacts[id]; ok {
		return s
	}
	return "the fact " + id + " is not known"
}

// FactOwner says who could answer, or "" where nobody is named.
func (r *Rules) FactOwner(id string) string { return r.Facts[id].Owner }
