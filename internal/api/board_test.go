package api_test

import (
	"strings"
	"testing"

	"domicile/internal/auth"
)

const boardQuery = `query($filter: BoardFilter, $first: Int!) { board(filter: $filter) { at asOf totals { claims holds notEnsured broken unknown waived measured customers }
	claims(first: $first) { totalCount complete nodes { key customer { key } origin verdict evidence because contract since verdictSince noticed
		preset { id } claim { sentence } waivers { reason owner until grantedBy } history { verdict cause noticed } days { date events outside minutes } places { code } } } } }`

type boardAnswer struct {
	Board struct {
		At     string
		Totals struct{ Claims, Holds, NotEnsured, Broken, Unknown, Waived, Measured, Customers int }
		Claims struct {
			TotalCount int
			Nodes      []struct {
				Key, Origin, Verdict, Because, Contract string
				Customer                                struct{ Key string }
				Waivers                                 []struct{ Reason, GrantedBy string }
				History                                 []struct{ Verdict, Cause string }
				Days                                    []struct{ Minutes int }
			}
		}
	}
}

func (s *server) board(t *testing.T, filter map[string]any) boardAnswer {
	t.Helper()
	return data[boardAnswer](t, s.as(somebody(auth.Privacy, "")), boardQuery, map[string]any{"filter": filter, "first": 100})
}

func TestTheBoardHasEveryClaimAndCountsThem(t *testing.T) {
	s := shipped(t)
	if err := s.keeper.Update(t.Context()); err != nil { // which reads what the first one kept
		t.Fatal(err)
	}
	all := s.board(t, nil).Board
	sum := all.Totals.Holds + all.Totals.NotEnsured + all.Totals.Broken + all.Totals.Unknown
	if all.At == "" || all.Totals.Claims < 15 || sum != all.Totals.Claims || all.Claims.TotalCount != all.Totals.Claims {
		t.Fatalf("%+v", all.Totals)
	}
	open := s.board(t, map[string]any{"open": true}).Board
	if open.Totals != all.Totals || open.Claims.TotalCount != all.Totals.Claims-all.Totals.Holds {
		t.Errorf("open: %d of %+v", open.Claims.TotalCount, open.Totals)
	}
	for _, n := range open.Claims.Nodes {
		if n.Verdict == "HOLDS" || n.Because == "" || len(n.History) != 1 || n.History[0].Cause != "FIRST" {
			t.Errorf("%s: %+v", n.Customer.Key, n)
		}
	}
	one := s.board(t, map[string]any{"search": "GRYPHON"}).Board.Claims
	if one.TotalCount != 1 || one.Nodes[0].Contract != "DEMO-03" || !strings.Contains(one.Nodes[0].Because, "img.gryphon.example") {
		t.Errorf("searched: %+v", one)
	}
	if got := s.board(t, map[string]any{"verdicts": []string{"BROKEN"}}).Board.Claims.TotalCount; got != 0 {
		t.Errorf("%d broken, and nothing was observed", got)
	}
}

const claimChange = ` { claim { key verdict contract origin registeredBy waivers { key reason owner until } } userErrors { code field message } } }`

type claimChanged struct {
	Claim *struct {
		Key, Verdict, Contract, Origin, RegisteredBy string
		Waivers                                      []struct{ Key, Reason string }
	}
	UserErrors []struct{ Code, Field, Message string }
}

func (s *server) change(t *testing.T, field, input string, in map[string]any) claimChanged {
	t.Helper()
	return data[map[string]claimChanged](t, s.as(somebody(auth.Privacy, "")), `mutation($in: `+input+`!) { `+field+`(input: $in)`+claimChange, map[string]any{"in": in})[field]
}

func TestClaimsAndWaiversAreChangedAndRecorded(t *testing.T) {
	s := shipped(t)
	claim := map[string]any{"within": []string{"CH"}, "categories": []string{"CONTENT"}, "activities": []string{"PROCESS"}}
	got := s.change(t, "registerClaim", "RegisterClaimInput", map[string]any{"customer": "yeti-bank", "claim": claim, "contract": "ORDER-7"})
	if got.Claim == nil || got.Claim.Verdict != "HOLDS" || got.Claim.Origin != "REGISTERED" || got.Claim.RegisteredBy != "user:privacy" {
		t.Fatalf("%+v", got)
	}
	key := got.Claim.Key
	got = s.change(t, "grantWaiver", "GrantWaiverInput", map[string]any{"customer": "yeti-bank", "claim": key, "reason": "a move", "owner": "the team", "until": "2026-12-31"})
	if got.Claim == nil || len(got.Claim.Waivers) != 1 || got.Claim.Verdict != "HOLDS" {
		t.Fatalf("%+v", got)
	}
	got = s.change(t, "endWaiver", "EndWaiverInput", map[string]any{"customer": "yeti-bank", "waiver": got.Claim.Waivers[0].Key})
	if got.Claim == nil || len(got.Claim.Waivers) != 0 {
		t.Errorf("%+v", got)
	}
	got = s.change(t, "withdrawClaim", "WithdrawClaimInput", map[string]any{"customer": "yeti-bank", "claim": key, "reason": "over"})
	if got.Claim != nil || len(got.UserErrors) > 0 {
		t.Errorf("%+v", got)
	}
	log := data[struct {
		AuditLog struct {
			Nodes []struct{ Action, Customer, After string }
		}
	}](t, s.as(somebody(auth.Privacy, "")), `{ auditLog(first: 100, filter: {customer: "yeti-bank"}) { nodes { action customer after } } }`, nil)
	seen := map[string]int{}
	for _, e := range log.AuditLog.Nodes {
		seen[e.Action]++
	}
	for _, action := range []string{"REGISTER_CLAIM", "GRANT_WAIVER", "END_WAIVER", "WITHDRAW_CLAIM"} {
		if seen[action] != 2 {
			t.Errorf("%s is %d times in the audit log, want before and after", action, seen[action])
		}
	}
	for name, in := range map[string]map[string]any{
		"an absent customer": {"customer": "nobody", "claim": claim},
		"Europe":             {"customer": "yeti-bank", "claim": map[string]any{"within": []string{"Europe"}}},
		"nothing":            {"customer": "yeti-bank", "claim": map[string]any{"within": []string{}}},
		"a scope not had":    {"customer": "yeti-bank", "claim": map[string]any{"within": []string{"CH"}, "scopes": scope("HOSTNAME", "absent.example")}},
	} {
		if got := s.change(t, "registerClaim", "RegisterClaimInput", in); got.Claim != nil || len(got.UserErrors) != 1 || got.UserErrors[0].Message == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestACustomerReadsItsOwnClaimsAndSalesNone(t *testing.T) {
	s := shipped(t)
	const query = `{ customer(id: "gryphon-grooming") { claims { verdict because } } }`
	if text := s.as(somebody(auth.Customer, "gryphon-grooming")).ask(query, nil); !strings.Contains(text, "NOT_ENSURED") {
		t.Error(text)
	}
	if text := s.as(somebody(auth.Customer, "yeti-bank")).ask(query, nil); !strings.Contains(text, `"customer":null`) {
		t.Error(text)
	}
	if text := s.as(somebody(auth.Sales, "")).ask(query, nil); !strings.Contains(text, "FORBIDDEN") {
		t.Error(text)
	}
}

const claimChanges = `subscription { claimChanged { key customer { key } before after waived claim { contract verdict origin because } } }`

func TestAClaimWhoseVerdictOrWaiverChangesIsTold(t *testing.T) {
	s := shipped(t)
	privacy := s.as(somebody(auth.Privacy, ""))
	l, refusal := privacy.listen(t, claimChanges)
	own, _ := s.as(somebody(auth.Customer, "gryphon-grooming")).listen(t, claimChanges)
	other, _ := s.as(somebody(auth.Customer, "dragon-dentistry")).listen(t, claimChanges)
	if l == nil || own == nil || other == nil {
		t.Fatal(refusal)
	}
	if sales, text := s.as(somebody(auth.Sales, "")).listen(t, claimChanges); sales != nil || !strings.Contains(text, "FORBIDDEN") {
		t.Errorf("SALES hears: %s", text)
	}
	// A registered claim, which is no preset.
	text := privacy.ask(`mutation { registerClaim(input: {customer: "gryphon-grooming", claim: {within: ["FR"]}, contract: "G-9"}) { claim { key } userErrors { message } } }`, nil)
	key := strings.Split(strings.Split(text, `"key":"`)[1], `"`)[0]
	for name, hears := range map[string]*listening{"the privacy team": l, "the customer": own} {
		if text := hears.next(t); !strings.Contains(text, `"key":"`+key+`","customer":{"key":"gryphon-grooming"},"before":null,"after":"NOT_ENSURED","waived":false,"claim":{"contract":"G-9","verdict":"NOT_ENSURED","origin":"REGISTERED"`) {
			t.Errorf("%s: %s", name, text)
		}
	}
	privacy.ask(`mutation { grantWaiver(input: {customer: "gryphon-grooming", claim: "`+key+`", reason: "r", owner: "o", until: "2026-12-24"}) { userErrors { message } } }`, nil)
	if text := l.next(t); !strings.Contains(text, `"before":"NOT_ENSURED","after":"NOT_ENSURED","waived":true`) {
		t.Errorf("waived: %s", text)
	}
	privacy.ask(`mutation { withdrawClaim(input: {customer: "gryphon-grooming", claim: "`+key+`", reason: "over"}) { userErrors { message } } }`, nil)
	if text := l.next(t); !strings.Contains(text, `"before":"NOT_ENSURED","after":null,"waived":false,"claim":null`) {
		t.Errorf("withdrawn: %s", text)
	}
	privacy.ask(`mutation { registerClaim(input: {customer: "dragon-dentistry", claim: {within: ["FR"]}}) { userErrors { message } } }`, nil)
	if text := other.next(t); !strings.Contains(text, `"customer":{"key":"dragon-dentistry"}`) {
		t.Errorf("another customer hears first: %s", text)
	}
}
