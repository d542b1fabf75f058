// Sets of sites on the page: where something may be, and what a claim contains.

import { useEffect, useMemo, useState } from 'react';
import { ask, fresh } from './client';
import { PlaceSetDocument, SiteCodesDocument, WhatIfSiteCodesDocument } from './gen/graphql';
import type { PartLineFragment, PlaceSetQuery, ScopeInput, SettingsInput, SiteMarkFragment, SitePageFragment } from './gen/graphql';
import { membersOf } from '../map/membership';
import type { Presence } from '../map/membership';
import { placesOf, unread } from '../map/placeset';
import type { PlaceSet } from '../map/placeset';

/** The places of a claim: their union, less the exceptions; null while asked. */
export function usePlaceSet(within: readonly string[], except: readonly string[], asOf: string | null, marks: readonly SiteMarkFragment[]): PlaceSet | null {
  const [set, setSet] = useState<{ key: string; value: PlaceSet } | null>(null);
  const key = `${within.join(',')}|${except.join(',')}|${asOf}|${marks.length}`;
  // What the page came with is there at once.
  const there = useMemo(() => placesNow(within, except, asOf, marks), [key]);
  useEffect(() => {
    if (within.length === 0 || there) return;
    const stop = new AbortController();
    const all = (codes: readonly string[]) => Promise.all(codes.map((c) => placeSet(c, asOf, marks, stop.signal)));
    Promise.all([all(within), all(except)]).then(
      ([plus, minus]) => setSet({ key, value: placesOf(plus, minus) }),
      () => { if (!stop.signal.aborted) setSet({ key, value: unread(marks.map((m) => m.code)) }); },
    );
    return () => stop.abort();
  }, [key]);
  return there ?? (set?.key === key ? set.value : null);
}

/** The places of a claim, where every answer is known. */
function placesNow(within: readonly string[], except: readonly string[], asOf: string | null, marks: readonly SiteMarkFragment[]): PlaceSet | null {
  if (within.length === 0 || marks.length === 0) return null;
  const known = (codes: readonly string[]) => codes.map((c) => fresh(PlaceSetDocument, { place: c, code: c, asOf })?.data);
  const [plus, minus] = [known(within), known(except)];
  if ([...plus, ...minus].includes(undefined)) return null;
  const all = (data: typeof plus) => data.map((d) => placeSetOf(d as PlaceSetQuery, marks));
  return placesOf(all(plus), all(minus));
}

async function placeSet(place: string, asOf: string | null, marks: readonly SiteMarkFragment[], signal: AbortSignal): Promise<PlaceSet> {
  return placeSetOf((await ask(PlaceSetDocument, { place, code: place, asOf }, signal)).data, marks);
}

function placeSetOf(data: PlaceSetQuery, marks: readonly SiteMarkFragment[]): PlaceSet {
  const sites = new Set(data.footprint.sites.map((s) => s.code));
  const maybe = new Set((data.footprint.maybe ?? []).map((s) => s.code));
  const j = data.jurisdiction;
  if (j?.kind === 'COUNTRY') return { sites, maybe, countries: new Set([j.code]) };
  if (j?.kind === 'BLOC') {
    const members = j.members.filter((m) => !m.partial && m.member.kind === 'COUNTRY');
    return { sites, maybe, countries: new Set(members.map((m) => m.member.code)) };
  }
  // A region or subdivision has no shape of its own: shade where all sites are in it.
  const whole = new Set(marks.filter((m) => sites.has(m.code)).map((m) => m.country));
  for (const m of marks) if (!sites.has(m.code) && m.kind === 'POP') whole.delete(m.country);
  return { sites, maybe, countries: j?.kind === 'SUBDIVISION' ? new Set() : whole };
}

/** Whose sets are asked for: a customer's, or those of settings tried out. */
export interface Subject {
  /** Null: nobody is asked. */
  customer: string | null;
  settings: SettingsInput | null;
  /** These alone; empty: all. */
  scopes: readonly ScopeInput[];
  asOf: string | null;
}

/** The members of a part by site code; null while they are not known. */
export function useMembers(part: PartLineFragment | null, sites: readonly SiteMarkFragment[], subject: Subject): ReadonlyMap<string, Presence> | null {
  const counted = part && sites.length > 0 ? membersOf(part.sites, sites) : null;
  const [read, setRead] = useState<{ key: string; members: Map<string, Presence> } | null>(null);
  const wanted = part !== null && sites.length > 0 && counted === null && subject.customer !== null;
  const key = wanted ? JSON.stringify([part, subject]) : '';
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    readMembers(part, subject, stop.signal).then(
      (members) => setRead({ key, members }),
      () => undefined,
    );
    return () => stop.abort();
  }, [key]);
  if (!part) return new Map();
  return counted ?? (read?.key === key ? read.members : null);
}

async function readMembers(part: PartLineFragment, subject: Subject, signal: AbortSignal): Promise<Map<string, Presence>> {
  const members = new Map<string, Presence>();
  for (let after: string | null = null; ;) {
    const page: SitePageFragment | undefined = await sitePage(part, subject, after, signal);
    if (!page) return members;
    for (const e of page.sites.edges) members.set(e.node.code, e.membership === 'IN' ? 'certain' : 'possible');
    after = page.sites.pageInfo.endCursor;
    if (page.sites.complete || after === null) return members;
  }
}

async function sitePage(part: PartLineFragment, subject: Subject, after: string | null, signal: AbortSignal): Promise<SitePageFragment | undefined> {
  const { customer, settings, scopes, asOf } = subject;
  const which = { category: part.category, activity: part.activity, scopes: scopes.length > 0 ? [...scopes] : null, asOf, after };
  if (settings) {
    const { data } = await ask(WhatIfSiteCodesDocument, { settings, ...which }, signal);
    return data.residency.parts[0]?.sites;
  }
  const { data } = await ask(SiteCodesDocument, { customer: customer ?? '', ...which }, signal);
  return data.customer?.residency.parts[0]?.sites;
}
