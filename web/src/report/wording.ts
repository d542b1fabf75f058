// What may be said today. Every claim in it is one that the API judged to hold
// by itself, over every placement; nothing is inferred here.

import type { DataCategory } from '../api/gen/graphql';
import type { Report } from '../api/questions';
import { day } from '../format/date';
import { capital, list, sentence } from '../format/text';
import { activityNames, categories, categoryNames } from '../words/data';
import { withPlace } from '../words/place';
import { scopesPhrase } from './conditions';

/** The wording: what can be claimed, and what must be said with it. */
export interface Wording {
  /** What must be said before, where settings were only tried; else empty. */
  lead: string;
  /** Empty where nothing can be claimed. */
  claims: string[];
  limits: string[];
}

const plural: ReadonlySet<DataCategory> = new Set(['STORED_CONTENT', 'TRAFFIC_METADATA', 'KEYS']);

/** The wording that a report supports; `place` names the claim's places. */
export function wordingOf(report: Report, place: string, tried: readonly string[] = []): Wording {
  const { check } = report;
  const lead = tried.length > 0 ? `This can’t be said today: the settings are others. With these changes (${tried.join('; ')}) it could be:` : '';
  if (!check.complete) return { lead, claims: [], limits: ['The check is not complete, so nothing can be claimed.'] };
  const { scopes } = check.claim;
  const of = scopes.length > 0 ? `Of ${scopesPhrase(scopes)}: ` : '';
  const claims = (check.verdict === 'HOLDS' ? [sentence(withPlace(check.sentence, place))] : partClaims(report, place)).map((c) => of + c);
  return { lead, claims, limits: limits(report, claims.length > 0) };
}

function sayable(report: Report, category: DataCategory): boolean {
  const part = report.byCategory[category];
  return part.verdict === 'HOLDS' && part.complete && part.considered.placements > 0;
}

// The verdict covers these activities and perhaps more that do not occur.
function partClaims(report: Report, place: string): string[] {
  return categories.flatMap((c) => {
    if (!sayable(report, c)) return [];
    const acts = report.residency.parts.filter((p) => p.category === c && report.check.claim.activities.includes(p.activity));
    const never = report.check.claim.kind === 'NEVER_IN';
    const done = list(acts.map((p) => activityNames[p.activity]));
    return [`${categoryNames[c]} ${plural.has(c) ? 'are' : 'is'} ${never ? `never ${done} in` : `${done} only in`} ${place}.`];
  });
}

function limits(report: Report, some: boolean): string[] {
  const { check, residency } = report;
  const basis = check.evidence === 'NONE' ? 'This is what the settings allow; it was not measured.' : 'This is what the settings allow.';
  const failing = categories.filter((c) => report.byCategory[c].verdict !== 'HOLDS' && report.byCategory[c].considered.placements > 0 && check.claim.categories.includes(c)).map((c) => lower(categoryNames[c]));
  // What is said of a kind of data by itself is no limit of what is said.
  const covered = check.verdict === 'HOLDS' ? check.claim.categories : [...check.claim.categories, ...categories.filter((c) => sayable(report, c))];
  const outside = [...new Set(check.notCovered.filter((p) => p.activity !== 'TRANSIT').map((p) => lower(categoryNames[p.category])))]
    .filter((name) => !covered.some((c) => lower(categoryNames[c]) === name));
  return [
    ...(some ? [`As of ${day(check.asOf)}. ${basis}`] : []),
    ...(failing.length > 0 ? [`This can’t be said of ${list(failing)}.`] : []),
    ...(outside.length > 0 ? [`It does not cover ${list(outside)}.`] : []),
    ...(residency.transit ? [sentence(capital(residency.transit))] : []),
  ];
}

function lower(name: string): string {
  return name.startsWith('TLS') ? name : name.toLowerCase();
}

/** The wording as one text to copy. */
export function wordingText(wording: Wording): string {
  return [wording.lead, ...wording.claims, ...wording.limits].filter(Boolean).join(' ');
}
