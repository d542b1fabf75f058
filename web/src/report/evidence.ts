// What was observed, beside what the settings allow. It can take a yes away and
// never makes one.

import type { Activity, DataCategory, MeasuredQuery } from '../api/gen/graphql';
import type { Judged, Report } from '../api/questions';
import { count, counted } from '../format/count';
import { day } from '../format/date';

export type Evidence = NonNullable<MeasuredQuery['customer']>;
export type Measured = NonNullable<Evidence['check']['measured']>;
export type Breach = Measured['breaches'][number];

/** A report with the verdicts that are left of it where what was observed may not be seen. */
export function withJudged(report: Report, judged: Judged): Report {
  const byCategory = Object.fromEntries(Object.entries(report.byCategory).map(([k, v]) => [k, { ...v, ...judged.byCategory[k as DataCategory] }])) as Report['byCategory'];
  return { ...report, byCategory, check: { ...report.check, ...judged.check } };
}

/** A report with the verdict that the evidence leaves of it. Where evidence there may be was not read, no yes stands. */
export function withEvidence(report: Report, evidence: Evidence | null, unread = false): Report {
  if (unread && report.check.verdict === 'HOLDS') {
    const byCategory = Object.fromEntries(Object.entries(report.byCategory).map(([k, v]) => [k, v.verdict === 'HOLDS' ? { ...v, verdict: 'UNKNOWN' } : v])) as Report['byCategory'];
    return { ...report, byCategory, check: { ...report.check, verdict: 'UNKNOWN', headline: 'By the settings it holds; what was observed has not been read yet, and could contradict it.' } };
  }
  if (!evidence?.check.measured) return report;
  const { verdict, evidence: grade, headline, measured } = evidence.check;
  const byCategory = { ...report.byCategory };
  for (const p of measured.parts) {
    const part = byCategory[p.category];
    if (p.outside > 0 && report.check.claim.categories.includes(p.category)) byCategory[p.category] = { ...part, verdict: 'BROKEN' };
  }
  if (verdict === 'UNKNOWN' && report.check.verdict === 'HOLDS') {
    // What was observed took the yes away: it goes from every kind of data that was seen.
    const seen = measured.parts.filter((p) => p.events > 0).map((p) => p.category);
    for (const c of report.check.claim.categories) {
      if (byCategory[c].verdict === 'HOLDS' && (seen.length === 0 || seen.includes(c))) byCategory[c] = { ...byCategory[c], verdict };
    }
  }
  return { ...report, byCategory, check: { ...report.check, verdict, evidence: grade, headline } };
}

/** What was observed of one category and activity: of a category, that with the most events. */
export function partOf(measured: Measured | null | undefined, category: DataCategory, activity?: Activity): Measured['parts'][number] | null {
  const parts = (measured?.parts ?? []).filter((p) => p.category === category && (activity === undefined || p.activity === activity));
  return parts.length > 0 ? parts.reduce((a, b) => (a.events >= b.events ? a : b)) : null;
}

/** "0 of 3,921 requests". */
export function outsideOf(part: { events: number; outside: number }): string {
  return `${count(part.outside)} of ${counted(part.events, 'request')}`;
}

/** What logs cover, in one sentence. */
export function coverageWords(measured: Measured): string {
  const c = measured.coverage;
  const span = `${day(c.from)} to ${day(new Date(Date.parse(c.to) - 1).toISOString())}, UTC`;
  if (c.minutesSeen === 0) return `No log covers ${span}. Nothing was measured.`;
  if (c.gaps.length === 0) return `Logs cover every hour of ${span}.`;
  return `Logs cover ${count(c.hoursSeen)} of ${counted(c.hours, 'hour')}, ${span}.`;
}

/** One place that requests went to against the claim, over all names. */
export interface BreachedPlace { category: DataCategory; activity: Activity; code: string; city: string | null; country: string; countryName: string; events: number; first: string; last: string; names: string[]; sentence: string }

/** The places of breaches of one category and activity, most events first. */
export function breachedPlaces(measured: Measured | null | undefined, category: DataCategory, activity: Activity): BreachedPlace[] {
  const by = new Map<string, BreachedPlace>();
  for (const b of measured?.breaches ?? []) {
    if (b.category !== category || b.activity !== activity) continue;
    const known = by.get(b.code);
    const name = b.scope.name ?? 'the account';
    if (!known) {
      by.set(b.code, { category, activity, code: b.code, city: b.site?.city ?? null, country: b.site?.country ?? '', countryName: b.site?.countryName ?? 'a place that is not known', events: b.events, first: b.first, last: b.last, names: [name], sentence: b.sentence });
      continue;
    }
    known.events += b.events;
    if (b.first < known.first) known.first = b.first;
    if (b.last > known.last) known.last = b.last;
    if (!known.names.includes(name)) known.names.push(name);
  }
  return [...by.values()].sort((a, b) => b.events - a.events || a.code.localeCompare(b.code));
}

/**
 * The places of every breach. The same requests are often against the claim as
 * several kinds of data: each place is told once, as content processed where it can be.
 */
export function allBreachedPlaces(measured: Measured | null | undefined): BreachedPlace[] {
  const breaches = measured?.breaches ?? [];
  const content = (b: Breach) => b.category === 'CONTENT' && b.activity === 'PROCESS';
  const places = new Map<string, BreachedPlace>();
  for (const b of [...breaches.filter(content), ...breaches]) {
    if (places.has(b.code)) continue;
    for (const p of breachedPlaces(measured, b.category, b.activity)) if (!places.has(p.code)) places.set(p.code, p);
  }
  return [...places.values()].sort((a, b) => b.events - a.events || a.code.localeCompare(b.code));
}

/** Why no areas of visitors are drawn; null where they are, or nothing was read. */
export function noCells(evidence: Evidence | null, category: DataCategory, activity: Activity): string | null {
  if (!evidence) return null;
  const { events, cells } = evidence.traffic;
  if (events === 0) return 'no request was seen';
  if (cells.length === 0) return 'the address database tells countries only, so no areas are drawn';
  return category === 'CONTENT' && activity === 'PROCESS' ? null : 'drawn with request content, processed';
}

/** "Ashburn, US"; a place that the records lack by its code. */
export function placeName(p: BreachedPlace): string {
  return p.city ? `${p.city}, ${p.country}` : `${p.code} (not known)`;
}
