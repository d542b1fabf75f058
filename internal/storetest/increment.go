package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"domicile/internal/atlas"
)

// Increment reads the count that the newest settings of a customer hold, adds
// one and appends the result under the writer's name, again and again until no
// other writer is in between. Tests use it to find lost updates. The name keeps
// two writers that count to the same number from writing the same settings,
// which would be a repetition and no conflict.
func Increment(ctx context.Context, s atlas.Store, customer, writer string) error {
	for {
		versions, err := s.Versions(ctx, customer)
		if err != nil {
			return err
		}
		count := 0
		if len(versions) > 0 {
			if count, err = Count(versions[len(versions)-1]); err != nil {
				return err
			}
		}
		_, err = s.Append(ctx, noon, []atlas.Write{write(customer, len(versions), strconv.Itoa(count+1)+" by "+writer)})
		if !errors.Is(err, atlas.ErrConflict) {
			return err
		}
	}
}

// Count returns the count that Increment left in a version.
func Count(v atlas.Version) (int, error) {
	text, _, _ := strings.Cut(string(v.Settings), " by ")
	count, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("customer %q: version %d holds no count: %w", v.Customer, v.Number, err)
	}
	return count, nil
}
