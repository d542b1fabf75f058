// Package residency turns a customer's localization settings into placements:
// where each kind of data may be processed, cached, stored or read.
//
// What: [Resolve] applies the product flows of a [Rules] to a [Settings] on a
// [footprint.View] and returns every [Placement]. A placement is an upper
// bound: the sites where the settings allow something, not where it happened.
//
// How: each flow has a base placement; a setting narrows it, or the flow is one
// that nothing narrows. A missing setting means the documented default, which
// is usually anywhere. A missing fact widens the placement by sites that are
// possible but not certain, and the placement names the fact.
//
// Cost: linear in hostnames, certificates, resources and products; sites cost
// words, not steps. Concurrency: everything is immutable after Resolve.
package residency
