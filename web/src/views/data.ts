// What the customer view and the claim view both ask.

import { JudgedDocument, MeasuredDocument, PlacesDocument, ReportDocument, SubjectDocument } from '../api/gen/graphql';
import type { ClaimInput, ReportQuery, ReportQueryVariables, SubjectQuery } from '../api/gen/graphql';
import { claimVariables, judgedOf } from '../api/questions';
import type { Report } from '../api/questions';
import { useAnswer } from '../api/use';
import type { Asked } from '../api/use';
import { addDays } from '../format/date';
import { withEvidence, withJudged } from '../report/evidence';
import type { Evidence } from '../report/evidence';
import { claimInput, otherClaim } from '../url/state';
import type { PageState } from '../url/state';
import type { NamedClaim } from '../words/place';

export type Customer = NonNullable<SubjectQuery['customer']>;

/** The preset asked about where the address names none: what was promised first, or EU only. */
export function defaultPreset(customer: Customer | null | undefined): string {
  return customer?.promises[0]?.claim.id ?? otherClaim;
}

/** Whose data, on which day. */
export function useSubject(customer: string, state: PageState): Asked<SubjectQuery> {
  return useAnswer(SubjectDocument, { customer, asOf: state.asOf });
}

/** The question of a page about a customer. */
export interface Question {
  claim: ClaimInput;
  variables: ReportQueryVariables;
}

/** The question that a claim makes of a customer. */
export function questionOf(customer: string, state: PageState, preset: string): Question {
  const claim = claimInput(state, preset);
  return { claim, variables: { customer, asOf: state.asOf, ...claimVariables(claim, state.reading) } };
}

/** The report; null variables wait. */
export function useReport(question: Question | null) {
  return useAnswer(ReportDocument, question?.variables ?? null);
}

/** Every site of the day. */
export function usePlaces(asOf: string | null) {
  return useAnswer(PlacesDocument, { asOf });
}

/** The claim of a page by name, with what an answer says its places are called. */
export function namedClaim(state: PageState, preset: string, claims: SubjectQuery['claims'], { data, current }: Asked<ReportQuery>): NamedClaim {
  if (state.within.length > 0) return { kind: state.kind ?? 'ONLY_IN', within: state.within, except: state.except, places: current ? data?.customer?.check.claim.places : null };
  return claims.find((c) => c.id === preset) ?? { name: null, kind: 'ONLY_IN', within: [preset], except: [] };
}

const WINDOW = 30;

/** The days of a state's window, both included; `today` ends one that names no end. */
export function windowOf(state: PageState, today: string): { from: string; to: string } {
  const to = state.to ?? state.asOf ?? today;
  return { from: state.from ?? addDays(to, 1 - WINDOW), to };
}

/** What was observed of a claim, and how far that is known. */
export interface Observed {
  evidence: Evidence | null;
  /** waiting: on its way; hidden: not for this viewer, or nothing is kept; failed: it could not be read. */
  state: 'waiting' | 'read' | 'hidden' | 'failed';
  /** A report with what it leaves of the verdicts. */
  over: (report: Report) => Report;
  /** Why it could not be read. */
  problem: string | null;
  retry: () => void;
}

/** What was observed of a claim in the window of a state. */
export function useEvidence(question: Question | null, state: PageState, today: string): Observed {
  const days = windowOf(state, today);
  const window = { from: `${days.from}T00:00:00Z`, to: `${addDays(days.to, 1)}T00:00:00Z` };
  const asked = useAnswer(MeasuredDocument, question && { customer: question.variables.customer, claim: question.claim, asOf: state.asOf, window });
  const problem = asked.error ?? asked.problems[0];
  // Who may not see what was observed is told what it leaves of the verdicts.
  const forbidden = problem?.code === 'FORBIDDEN';
  const judged = useAnswer(JudgedDocument, question && forbidden ? { ...question.variables, window } : null);
  const evidence = asked.current ? asked.data?.customer ?? null : null;
  if (evidence?.check.measured) return { evidence, state: 'read', over: (r) => withEvidence(r, evidence), problem: null, retry: asked.retry };
  const left = forbidden && judged.current ? judged.data?.customer : null;
  if (left) return { evidence: null, state: 'hidden', over: (r) => withJudged(r, judgedOf(left)), problem: null, retry: judged.retry };
  if (problem?.code === 'NOT_FOUND') return { evidence: null, state: 'hidden', over: (r) => r, problem: null, retry: asked.retry };
  const failed = forbidden ? judged.error ?? judged.problems[0] : problem;
  return { evidence: null, state: failed ? 'failed' : 'waiting', over: (r) => withEvidence(r, null, true), problem: failed?.message ?? null, retry: forbidden ? judged.retry : asked.retry };
}
