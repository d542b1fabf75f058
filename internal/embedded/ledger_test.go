package embedded_test

import (
	"testing"

	"domicile/internal/atlas"
	"domicile/internal/storetest"
)

func TestLedgerContract(t *testing.T) {
	storetest.RunLedger(t, func(t *testing.T) atlas.LedgerStore { return open(t, t.TempDir()) })
}

func TestReportContract(t *testing.T) {
	storetest.RunReports(t, func(t *testing.T) atlas.ReportStore { return open(t, t.TempDir()) })
}
