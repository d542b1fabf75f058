// The map of a report: which part it shows and what each site is for the claim.

import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { Activity, DataCategory, SettingsInput, SiteMarkFragment } from '../api/gen/graphql';
import type { Report } from '../api/questions';
import { useMembers, usePlaceSet } from '../api/sets';
import { kindOf } from '../map/marks';
import type { MarkKind } from '../map/marks';
import { Drawer } from '../parts/drawer';
import { MapPanel } from '../parts/map';
import type { PageState } from '../url/state';
import { activityNames, categories, categoryNames, readingActivities } from '../words/data';
import { placePhrase } from '../words/place';
import type { NamedClaim } from '../words/place';

const none: ReadonlyMap<string, MarkKind> = new Map();
const nowhere: ReadonlySet<string> = new Set();

export function ReportMap({ report, claim, customer, settings = null, state, set, sites, aside, below }: {
  report: Report; claim: NamedClaim; customer: string; settings?: SettingsInput | null;
  state: PageState; set: (change: Partial<PageState>) => void; sites: readonly SiteMarkFragment[];
  /** What stands under the map. */
  below?: (kinds: ReadonlyMap<string, MarkKind>) => ReactNode;
  /** What stands beside the map. */
  aside: (kinds: ReadonlyMap<string, MarkKind>) => ReactNode;
}) {
  const part = report.residency.parts.find((p) => p.category === state.data && p.activity === state.activity) ?? null;
  const within = usePlaceSet(claim.within, claim.except, state.asOf, sites);
  const members = useMembers(part, sites, { customer, settings, asOf: state.asOf });
  const never = claim.kind === 'NEVER_IN';
  // Where the verdict is Unknown, nothing is allowed outside for certain.
  const open = readingActivities[state.reading].includes(state.activity) && report.byCategory[state.data].verdict === 'UNKNOWN';
  const kinds = useMemo(() => {
    if (!within || !members) return none;
    return new Map(sites.map((s) => {
      const present = members.get(s.code);
      return [s.code, kindOf(present === 'certain' && open ? 'possible' : present, within.sites.has(s.code) !== never)];
    }));
  }, [sites, within, members, never, open]);
  const fit = useMemo(() => (within && !never ? sites.filter((s) => within.sites.has(s.code)) : []), [sites, within, never]);
  const question = `${categoryNames[state.data]}, ${activityNames[state.activity]}`;
  const place = placePhrase(claim);
  const at = sites.find((s) => s.code === state.at) ?? null;
  return (
    <div className="split">
      <div className="stack">
        <MapPanel
        title={<PartPicker report={report} state={state} set={set} />}
        question={question} place={place} sites={sites} kinds={kinds} shaded={within?.countries ?? nowhere} fit={fit}
        view={state.view} onView={(view) => set({ view })} onOpen={(code) => set({ at: code })} never={never}
      />
      {below?.(kinds)}
      </div>
      {aside(kinds)}
      <Drawer site={at} kind={at ? kinds.get(at.code) ?? 'unused' : 'unused'} question={question} place={never ? `anywhere but ${place}` : place} asOf={state.asOf} onClose={() => set({ at: null })} />
    </div>
  );
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
