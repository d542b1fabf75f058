// The map of a report: which part it shows and what each site is for the claim.

import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Activity, DataCategory, SettingsInput, SiteMarkFragment } from '../api/gen/graphql';
import type { Report } from '../api/questions';
import { useMembers, usePlaceSet } from '../api/sets';
import { count, counted } from '../format/count';
import { day } from '../format/date';
import { list } from '../format/text';
import type { Cell } from '../map/draw';
import { kindOf } from '../map/marks';
import type { MarkKind } from '../map/marks';
import { sideOf } from '../map/placeset';
import { Drawer } from '../parts/drawer';
import { MapPanel } from '../parts/map';
import { whatPhrase } from '../report/conditions';
import { allBreachedPlaces, breachedPlaces, coverageWords, noCells } from '../report/evidence';
import type { BreachedPlace, Evidence } from '../report/evidence';
import type { PageState } from '../url/state';
import { activityNames, categories, categoryNames, readingActivities } from '../words/data';
import { placePhrase } from '../words/place';
import type { NamedClaim } from '../words/place';

const none: ReadonlyMap<string, MarkKind> = new Map();
const nowhere: ReadonlySet<string> = new Set();

export function ReportMap({ report, evidence, claim, customer, settings = null, state, set, sites, aside, below }: {
  /** What was observed; null where nothing was, or where it may not be seen. */
  evidence: Evidence | null;
  report: Report; claim: NamedClaim;
  /** Who is asked which places a part has; null where only the report may tell. */
  customer: string | null; settings?: SettingsInput | null;
  state: PageState; set: (change: Partial<PageState>) => void; sites: readonly SiteMarkFragment[];
  /** What stands under the map. */
  below?: (kinds: ReadonlyMap<string, MarkKind>) => ReactNode;
  /** What stands beside the map. */
  aside: (kinds: ReadonlyMap<string, MarkKind>) => ReactNode;
}) {
  const part = report.residency.parts.find((p) => p.category === state.data && p.activity === state.activity) ?? null;
  const within = usePlaceSet(claim.within, claim.except, state.asOf, sites);
  const members = useMembers(part, sites, { customer, settings, scopes: report.check.claim.scopes, asOf: state.asOf });
  const never = claim.kind === 'NEVER_IN';
  const spoken = report.check.claim.categories.includes(state.data) && report.check.claim.activities.includes(state.activity);
  // Where the verdict is Unknown, nothing is allowed outside for certain.
  const open = readingActivities[state.reading].includes(state.activity) && report.byCategory[state.data].verdict === 'UNKNOWN';
  const measured = evidence?.check.measured ?? null;
  // Of what the claim does not speak nothing is against it; what breaks the claim is shown all the same.
  const breaches = useMemo(() => (spoken ? breachedPlaces(measured, state.data, state.activity) : allBreachedPlaces(measured)), [measured, spoken, state.data, state.activity]);
  const lost = evidence && sites.length > 0 ? evidence.traffic.sites.filter((s) => !sites.some((x) => x.code === s.code)) : [];
  const breached = useMemo(() => new Map(breaches.map((b) => [b.code, b.events])), [breaches]);
  const kinds = useMemo(() => {
    if (!within || !members) return none;
    return new Map(sites.map((s): [string, MarkKind] => {
      if (breached.has(s.code)) return [s.code, 'broken'];
      const present = members.get(s.code);
      if (!spoken) return [s.code, present === undefined ? 'unused' : 'apart'];
      return [s.code, kindOf(present === 'certain' && open ? 'possible' : present, sideOf(within, s.code), never)];
    }));
  }, [sites, within, members, never, spoken, open, breached]);
  const fit = useMemo(() => (within && !never ? sites.filter((s) => within.sites.has(s.code)) : []), [sites, within, never]);
  const question = `${categoryNames[state.data]}, ${activityNames[state.activity]}`;
  const place = placePhrase(claim);
  const cells = useIdly(state.data === 'CONTENT' && state.activity === 'PROCESS' ? evidence?.traffic.cells : undefined);
  const at = sites.find((s) => s.code === state.at) ?? null;
  return (
    <div className="split">
      <div className="stack">
        <MapPanel
        title={<PartPicker report={report} state={state} set={set} />}
        question={question} place={place} sites={sites} kinds={kinds} shaded={within?.countries ?? nowhere} fit={fit} breached={breached} cells={cells} noCells={noCells(evidence, state.data, state.activity)}
        view={state.view} onView={(view) => set({ view })} onOpen={(code) => set({ at: code })} never={never}
        layers={state.layers} onLayers={(layers) => set({ layers })}
      />
      {!spoken && <p className="banner open">The claim does not speak of this: {question}. {breaches.length > 0 ? `Against it is what was seen of ${list([...new Set(breaches.map((b) => whatPhrase([b])))])}.` : 'Nothing on this map is against it.'}</p>}
      {lost.length > 0 && <p className="banner bad nowhere">Seen and on no map: {list(lost.map((b) => `${b.code}, ${counted(b.events, 'request')}`))}. The records of the day do not have {lost.length === 1 ? 'that place' : 'those places'}, so where it is can’t be told.</p>}
      {below?.(kinds)}
      </div>
      {aside(kinds)}
      <Drawer site={at} kind={at ? kinds.get(at.code) ?? 'unused' : 'unused'} question={question} side={at && within ? sideOf(within, at.code) : null} place={place} asOf={state.asOf} measured={at ? measuredAt(evidence, breaches, at.code) : ''} onClose={() => set({ at: null })} />
    </div>
  );
}

/** A value once the browser has nothing better to do: heat comes last. */
function useIdly(value: readonly Cell[] | undefined): readonly Cell[] | undefined {
  const [ready, set] = useState<readonly Cell[]>();
  useEffect(() => {
    if (!value || value.length === 0) { set(undefined); return; }
    const later = globalThis.requestIdleCallback ?? ((f: () => void) => setTimeout(f, 200));
    later(() => set(value));
  }, [value]);
  return ready;
}

/** What was measured at one place, in one sentence. */
function measuredAt(evidence: Evidence | null, breaches: readonly BreachedPlace[], code: string): string {
  const measured = evidence?.check.measured;
  if (!evidence || !measured || measured.coverage.minutesSeen === 0 && measured.events === 0) return 'Not measured.';
  const breach = breaches.find((b) => b.code === code);
  if (breach) return `${counted(breach.events, 'request')} against the claim (${whatPhrase([breach])}), ${day(breach.first)} to ${day(breach.last)}: ${breach.names.join(', ')}. ${breach.sentence}.`;
  const seen = evidence.traffic.sites.find((s) => s.code === code)?.events ?? 0;
  return `${seen === 0 ? 'No request was' : `${counted(seen, 'request')} of ${count(evidence.traffic.events)} ${seen === 1 ? 'was' : 'were'}`} handled here. ${coverageWords(measured)}`;
}

function PartPicker({ report, state, set }: { report: Report; state: PageState; set: (change: Partial<PageState>) => void }) {
  const there = report.residency.parts.filter((p) => p.sites.count > 0);
  const acts = there.filter((p) => p.category === state.data).map((p) => p.activity);
  const pick = (data: DataCategory) => {
    const own = there.filter((p) => p.category === data).map((p) => p.activity);
    set({ data, activity: own.includes(state.activity) ? state.activity : own[0] ?? state.activity });
  };
  return (
    <div className="partpicker">
      <label><span className="hidden">Data on the map</span>
        <select value={state.data} onChange={(e) => pick(e.target.value as DataCategory)}>
          {categories.map((c) => <option key={c} value={c} disabled={!there.some((p) => p.category === c)}>{categoryNames[c]}</option>)}
        </select>
      </label>
      <label><span className="hidden">What happens to it</span>
        <select value={state.activity} onChange={(e) => set({ activity: e.target.value as Activity })}>
          {[...new Set([...acts, state.activity])].map((a) => <option key={a} value={a}>{activityNames[a]}</option>)}
        </select>
      </label>
      <span className="muted">where it may be</span>
    </div>
  );
}
