package api

// Guard is what building asks about every field.
var Guard = guard

// Names are the enums whose names this package keeps itself.
var Names = map[string][]string{
	"ReasonKind":    reasonNames[1:],
	"Elsewhere":     elsewhereNames[1:],
	"BasePlacement": baseNames[1:],
}
