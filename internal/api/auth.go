package api

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"domicile/internal/auth"
	"domicile/internal/gql"
)

// Types whose every field, and single fields, that are about customers or
// change something: none of them builds without @auth.
var (
	sensitiveTypes = []string{
		"Mutation", "Subscription", "Customer", "Settings", "Promise", "VerdictChange", "AuditEntry",
		"ProductsInUse", "FeatureSetting", "CustomRegion", "Zone", "Hostname", "SpectrumApplication", "CustomHostname",
		"Certificate", "IPBinding", "StoredResource", "Worker", "ServedOn",
		"Measured", "WindowCoverage", "CoverageGap", "MeasuredPart", "Breach", "UnexpectedTraffic",
		"Sweep", "SweepCounts", "SweepCause", "SweepRow", "SweepFlip", "SweepProgress",
		"Traffic", "SiteTraffic", "CountryTraffic", "CellTraffic", "TrafficClass", "OnwardTransfer",
		"Board", "BoardTotals", "RegisteredClaim", "ClaimDay", "Waiver", "PastVerdict", "ClaimPayload", "FrozenReport", "FreezeReportPayload",
	}
	sensitiveFields = []string{
		"Query.customer", "Query.customers", "Query.residency", "Query.check", "Query.sweep", "Query.locate", "Query.auditLog", "Settings.actor",
		"CheckResult.measured", "Customer.traffic", "Query.board", "Query.report", "Query.plan",
	}
)

func guard(f gql.FieldDef) (gql.Check, error) {
	d, ok := f.Directive("auth")
	if !ok {
		if slices.Contains(sensitiveTypes, f.Type) || slices.Contains(sensitiveFields, f.Type+"."+f.Name) {
			return nil, fmt.Errorf("it is about customers and needs @auth")
		}
		return nil, nil
	}
	roles, err := rolesOf(d)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return asked(ctx).viewer.Require(roles...) }, nil
}

// rolesOf reads the roles that a directive names.
func rolesOf(d gql.Directive) ([]auth.Role, error) {
	var roles []auth.Role
	for _, name := range d.Args.Strings("requires") {
		r, err := auth.ParseRole(name)
		if err != nil {
			return nil, err
		}
		roles = append(roles, r)
	}
	if len(roles) == 0 {
		return nil, errors.New("@auth names no role, so nobody could ask it")
	}
	return roles, nil
}

// may reports whether the viewer sees a customer. Who sees several is recorded,
// once an operation and customer; where that fails, nothing is read.
func (q *question) may(ctx context.Context, keys ...string) error {
	var ask []string
	for _, key := range keys {
		if _, known := q.allowed[key]; !known && !slices.Contains(ask, key) {
			ask = append(ask, key)
		}
	}
	seen, err := q.rows.MayEach(ctx, auth.ReadCustomer, ask)
	if err != nil {
		return err
	}
	for i, key := range ask {
		q.allowed[key] = seen[i]
	}
	return nil
}
