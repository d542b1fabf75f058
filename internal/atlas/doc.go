// Package atlas is the application: it answers where a customer's data is and
// whether a claim holds, from one immutable state behind one atomic pointer.
//
// What: [Service] loads the datasets' footprint and rules, reads customers'
// settings from a [Store], and offers Residency, Check, history and the
// reference look-ups that adapters project.
//
// A state keeps of each customer a profile, a name, the number of the newest
// settings and the promises; the settings themselves are read from the store when
// they are asked for, through a bounded cache, and are always those of the
// state's own position. So a small fleet stays in memory, answers while the store
// is gone, and a million customers take some tens of bytes each.
//
// How: a question loads the state pointer once and works on that state to its
// end, so one answer never mixes two revisions. Settings are versions with a
// valid-from and a recorded-at; a question as of a date picks the version that
// applied then, as known now.
//
// Concurrency: all methods may be called at once.
package atlas
