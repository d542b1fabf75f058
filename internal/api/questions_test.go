package api_test

import (
	"testing"
)

// Three customers of the fictional network.
const (
	// acme began without a region and took one in June.
	acmeMarch = `{"customer": "acme", "name": "Acme GmbH", "effective": "2026-03-01", "products": ["cdn"], "log_region": "eu",
		"features": {"china_network": "false"}, "zones": [{"name": "acme.example", "hostnames": [{"name": "www.acme.example"}], "certificates": []}],
		"promises": [{"claim": "eu-only", "reading": "resides", "since": "2026-03-01", "contract": "A-1"}]}`
	acmeJune = `{"customer": "acme", "name": "Acme GmbH", "effective": "2026-06-01", "products": ["cdn"], "log_region": "eu",
		"features": {"china_network": "false"}, "zones": [{"name": "acme.example",
		"hostnames": [{"name": "www.acme.example", "processing_region": "eu-mainland"}, {"name": "img.acme.example"}],
		"certificates": [{"hosts": ["*.acme.example"], "key_region": "eu"}, {"hosts": ["pay.acme.example"], "keyless": true, "key_server": "DE"}]}],
		"promises": [{"claim": "eu-only", "reading": "handled", "since": "2026-06-01", "contract": "A-2"},
			{"claim": "never-in-us", "reading": "resides", "since": "2020-01-01", "until": "2020-12-31"}]}`
	// borealis says little of itself.
	borealis = `{"customer": "borealis", "effective": "2026-02-01",
		"zones": [{"name": "borealis.example", "hostnames": [{"name": "www.borealis.example", "processing_region": "eu"}]}],
		"unknown": ["log_region"]}`
)

func fleet(t testing.TB) *server {
	t.Helper()
	s := start(t)
	for _, document := range []string{acmeMarch, acmeJune, borealis} {
		s.put(t, document)
	}
	return s
}

const sitesOf = `sites { count unknown complete countries { country name count unknown } core { code } }`

func TestQuestions(t *testing.T) {
	s := fleet(t)
	for name, query := range map[string]string{
		"where_is_my_data": `{ customer(id: "acme") { key name version residency(asOf: "2026-07-01") {
			customer asOf knownAt revision { datasets settings version } recorded gap { id } transit lost { sentence }
			parts { category activity placements elsewhere sentence ` + sitesOf + ` } } } }`,
		"why_is_it_there": `{ customer(id: "acme") { residency(asOf: "2026-07-01", categories: [CONTENT, KEYS], activities: [PROCESS, STORE]) {
			placements(first: 100) { totalCount complete pageInfo { hasNextPage hasPreviousPage } nodes {
				scope { kind name } category activity elsewhere country possible
				because { kind sentence setting region detail product { key } }
				caveats { id text } sources { id title location readOn confidence } facts { id statement owner }
				sites { count unknown sites(first: 3) { complete totalCount edges { membership node { code city } } } } } } } } }`,
		"can_we_promise_it": `{ customer(id: "acme") { check(claim: {preset: "eu-only"}, asOf: "2026-07-01") {
			verdict evidence headline sentence disclaimer complete asOf knownAt revision { version }
			claim { kind within except reading categories activities scopes { name } sentence }
			readings { reading verdict sentence }
			counterexamples { totalCount complete nodes { scope { kind name } category activity outside sentence country elsewhere
				site { code city country } sites { count } because { kind sentence } caveats { id } sources { id } } }
			unknowns { fact } covered { category activity placements sentence } notCovered { category activity placements sentence }
			exclusions assumptions considered { placements sites digest } } } }`,
		"what_is_not_known": `{ customer(id: "borealis") { check(claim: {within: ["EU"], categories: [CONTENT], activities: [PROCESS]}) {
			verdict headline unknowns { fact statement owner placements sites { count unknown countries { country } } } } } }`,
		"what_was_promised": `{ customer(id: "acme") { promises { claim { id name kind within except } reading since until contract verdict
			result { headline } } } }`,
		"what_if_they_switched_it_on": `{ check(claim: {within: ["EU"], reading: HANDLED}, settings: {
			products: ["cdn"], logRegion: "eu", features: [{id: "china_network", value: "false"}],
			zones: [{name: "new.example", hostnames: [{name: "www.new.example", processingRegion: "eu-mainland"}],
			certificates: [{hosts: ["www.new.example"], keyRegion: "eu"}]}]}) { verdict headline revision { settings version } readings { reading verdict } } }`,
		"what_if_they_buy_nothing": `{ residency(settings: {products: []}) { customer revision { version }
			parts { category activity sentence } } }`,
		"which_products_break_it": `{ products(filter: {setting: PROCESSING, effect: OUTSIDE}) { id key name family inTable
			rules { setting category support effect condition base activities lost fact { id } caveats { text } provenance { source { title } checked confidence } } } }`,
		"does_the_EU_include_them": `{ EU: jurisdiction(code: "eu") { id name kind CH: includes(country: "CH") NO: includes(country: "NO") GB: includes(country: "GB")
				members(current: true) { member { code } from to current partial } ` + sitesOf + ` }
			GB: jurisdiction(code: "GB") { blocs { bloc { code } from to current } }
			before: jurisdiction(code: "EU", asOf: "2020-01-31") { includes(country: "GB") sites { count complete } } }`,
		"what_is_region_eu": `{ region(key: "EU") { id key name setting kind definition geographic keyConfidence settings
			facts { id statement owner } provenance { confidence } ` + sitesOf + ` }
			logs: region(key: "eu", setting: LOGS) { sites { core { code } } } none: region(key: "atlantis") { id } }`,
		"which_site_is_that": `{ site(code: "RUN") { id code kind city country countryName subdivision latitude longitude cell network listedFrom listedTo
				regions { region { setting key } membership } jurisdictions { jurisdiction { code } membership } provenance { source { id } } }
			gone: site(code: "BRU") { code } then: site(code: "BRU", asOf: "2024-06-30") { listedTo } }`,
		"what_is_the_network": `{ footprint { asOf recordedFrom complete revision { datasets } summary { count }
			sites(filter: {within: "EU", kind: POP}) { code } regions(setting: LOGS) { key } jurisdictions(kind: BLOC) { code } sources { id } }
			before: footprint(asOf: "2021-12-31") { complete sites { code } } }`,
		"what_is_near": `{ nearestSites(at: {latitude: 48.9, longitude: 2.3}, first: 2) { site { code } km } }`,
		"what_is_on_the_shelf": `{ claims { id name kind within except } subprocessors { id name purpose locations }
			disputes { id subject readingA readingB decides source { id } } }`,
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, s.ask(query, nil)) })
	}
}
