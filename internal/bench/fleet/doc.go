// Package fleet measures the judging of a fleet beside general policy engines
// that decide the same question: is a customer's data handled only in the EU?
//
// Each engine gets what it works on in its own form beforehand: OPA a prepared
// query, the places as data and the placements as input; Cedar parsed policies
// and entities, asked once a placement and site. A test holds all of them to the
// same verdicts.
//
//	go test -run . -bench . ./...
package fleet
