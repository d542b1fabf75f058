package embedded

import (
	"context"
	"fmt"
)

// LimitPages lets the database grow to n pages and no further, as on a disk
// that is full.
func (s *Store) LimitPages(ctx context.Context, n int) error {
	_, err := s.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", n))
	return err
}

// SchemaVersion is the newest that this program knows.
var SchemaVersion = len(migrations)
