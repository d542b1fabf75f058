// Package plan finds what to change in a customer's settings so that a claim
// holds, what that costs, and where nothing helps, why.
//
// What: [Make] takes settings, a claim and a day, and returns the smallest sets
// of changes under which the claim holds: what to switch on or off, what to stop
// using, what to state. Where there is none it returns the infeasible core, which
// is what no setting can put inside, and the nearest places for which a plan
// exists.
//
// How: each failing placement says by its reason which changes could mend it; a
// search applies them to a copy of the settings and judges anew, until nothing
// fails or something cannot be mended. A change that a plan does without is taken
// out of it. No plan is returned that the full check does not judge to hold.
//
// A plan speaks of settings. It does not undo what was observed, and it does not
// promise that a change takes effect before it was made.
//
// Cost: a resolve and a check for each step looked at, MaxSteps at most.
//
// Concurrency: everything is a pure function of its inputs.
package plan
