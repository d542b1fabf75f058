// Command geodb makes the MaxMind DB files that the project ships.
//
// It is a module of its own, so that the library that writes such files never
// becomes a dependency of the program that reads them. It has three verbs:
//
//	go run . country  SOURCE OUTPUT     rebuild the country database
//	go run . compare  SOURCE REBUILT    prove that both give the same answers
//	go run . fixtures DIRECTORY         write the small databases that tests read
//
// Output depends on the input alone: the same source gives the same bytes.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// errUsage is the answer to arguments that name no verb of this command.
var errUsage = errors.New("usage: geodb country SOURCE OUTPUT | compare SOURCE REBUILT | fixtures DIRECTORY")

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run carries out one verb and writes what it found to out.
func run(args []string, out io.Writer) error {
	switch {
	case len(args) == 3 && args[0] == "country":
		return rebuildCountry(args[1], args[2], out)
	case len(args) == 3 && args[0] == "compare":
		return compare(args[1], args[2], out)
	case len(args) == 2 && args[0] == "fixtures":
		return writeFixtures(args[1], out)
	default:
		return errUsage
	}
}
