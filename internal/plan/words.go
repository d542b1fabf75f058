package plan

import (
	"fmt"
	"slices"
	"strings"

	"domicile/internal/claim"
	"domicile/internal/footprint"
	"domicile/internal/residency"
)

// few is how many names a sentence lists.
const few = 3

// step describes a change.
func (f *finder) step(c Change) Step {
	s := Step{Change: c, Needs: f.needs(&c)}
	if r, ok := f.region(&c); ok {
		s.Sites, _ = f.sites(r)
	}
	return s
}

// region is the region that a change names.
func (f *finder) region(c *Change) (*footprint.Region, bool) {
	if c.Kind.setting() == footprint.NoSetting || c.Of == policyMark {
		return nil, false
	}
	return f.view.Footprint().Region(c.Kind.setting(), c.Value)
}

// Headline says in one sentence whether there is a plan.
func (o *Outcome) Headline() string {
	switch {
	case o.Now == claim.Holds:
		return "The claim holds already: nothing has to change."
	case len(o.Plans) > 0 && len(o.Plans[0].Steps) == 1:
		return "The claim can be made to hold, by 1 change."
	case len(o.Plans) > 0:
		return fmt.Sprintf("The claim can be made to hold, by %d changes.", len(o.Plans[0].Steps))
	case !o.finder.view.Recorded():
		return "Nothing is known of that day, so there is no plan."
	case OnlyFacts(o.Blocks):
		return "Something has to be known first: there is no plan yet."
	case !o.Complete:
		return "No plan was found."
	}
	return "No. No change of settings makes this claim hold."
}

// Sentence says what to do, without a final stop.
func (c *Change) Sentence(rules *residency.Rules) string {
	switch c.Kind {
	case ChangePlan:
		return "Have the " + c.Value + " plan, which may have these settings"
	case StateProducts:
		return "State which products are in use; these may not be among them: " + products(rules, c.Names)
	case StopProduct:
		return "Stop using " + products(rules, []string{c.Of})
	case SetFeature:
		return "Set the feature " + c.Of + " to " + c.Value
	case StopSubrequests:
		return "Have no subrequests to other hosts in " + some("Worker", c.Names)
	case StopCron:
		return "Have no cron triggers on " + some("Worker", c.Names)
	case StopQueues:
		return "Have no queue consumers in " + some("Worker", c.Names)
	case DropLogDataset:
		return "Stop using " + some("log dataset", c.Names)
	case StopZoneTransfers:
		return "Turn outgoing zone transfers off on " + some("zone", c.Names)
	case DisableLogRetention:
		return "Turn log retention off on every zone"
	case SetLogRegion:
		return "Set the log region to " + c.Value
	case SetDefaultRegion:
		return "Set the processing region of every hostname without one of its own to " + c.Value
	case SetProcessingRegion:
		return "Set the processing region of " + some("hostname", c.Names) + " to " + c.Value
	case SetSpectrumRegion:
		return "Set the region of " + some("Spectrum application", c.Names) + " to " + c.Value
	case StopSpectrum:
		return "Remove " + some("Spectrum application", c.Names)
	case SetBindingRegion:
		return "Bind " + some("address range", c.Names) + " to region " + c.Value
	}
	return c.keySentence()
}

func (c *Change) keySentence() string {
	switch c.Kind {
	case UploadCertificate:
		with := " with key region "
		if c.Of == policyMark {
			with = " with key policy "
		}
		return "Upload a certificate of its own for " + some("name", c.Names) + with + c.Value
	case SetKeyRegion:
		return "Set the key region of " + some("certificate", c.Names) + " to " + c.Value
	case SetKeyPolicy:
		return "Set the key policy of " + some("certificate", c.Names) + " to " + c.Value
	case SetJurisdiction:
		return "Choose the storage jurisdiction " + c.Value + " for " + some("resource", c.Names)
	case SetPublicHostname:
		return "Reach " + some("bucket", c.Names) + " through a hostname such as " + c.Value
	}
	return c.Kind.String()
}

// needs are what has to be there before a change, without final stops.
func (f *finder) needs(c *Change) []string {
	var out []string
	switch c.Kind {
	case UploadCertificate:
		out = append(out, "a certificate and its private key; an automatic certificate cannot have a key region")
	case SetKeyRegion, SetKeyPolicy:
		out = append(out, "the certificate is the customer's own, and is uploaded anew")
	case SetJurisdiction:
		out = append(out, "a jurisdiction is chosen when a resource is created: make it anew, copy what it holds, and delete the old one")
	case SetPublicHostname:
		out = append(out, "a domain of the customer's own in front of the bucket; no access by other ways")
	case SetLogRegion:
		if strings.EqualFold(c.Value, "eu") {
			out = append(out, "log retention is off on every zone")
		}
	case StateProducts:
		out = append(out, "every product that is in use is listed")
	}
	if r, ok := f.region(c); ok && r.KeyConfidence != "published" {
		out = append(out, fmt.Sprintf("the region's key %q is %s: confirm it with the provider", r.Key, keyWords(r.KeyConfidence)))
	}
	return out
}

func keyWords(confidence string) string {
	if confidence == "third-party" {
		return "known from third parties only"
	}
	return "not published"
}

// Why says why nothing mends a placement, without a final stop.
func (o *Outcome) Why(p *residency.Placement) string {
	f, s := o.finder, p.Reason.Setting
	chosen := p.Reason.Kind == residency.ReasonDefault || p.Reason.Kind == residency.ReasonSetting || p.Reason.Kind == residency.ReasonUnknownRegion ||
		p.Reason.Kind == residency.ReasonLogRetention || p.Reason.Kind == residency.ReasonNoCertificate
	if chosen && s != footprint.NoSetting && f.best[s] == "" && (s != footprint.KeySetting || f.policy == "") {
		return "no " + residency.SettingName(s) + " lies inside " + f.claim.Places.String() + "; there are " + f.keys(s)
	}
	return f.rules.Explain(p)
}

func products(rules *residency.Rules, ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id
		if p, ok := rules.Product(id); ok {
			names[i] = p.Name
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// some names things: "hostname a", "hostnames a, b", "12 hostnames: a, b, c and 9 more".
func some(noun string, names []string) string {
	switch n := len(names); {
	case n == 1:
		return noun + " " + names[0]
	case n <= few:
		return noun + "s " + strings.Join(names, ", ")
	default:
		return fmt.Sprintf("%d %ss: %s and %d more", n, noun, strings.Join(names[:few], ", "), n-few)
	}
}
