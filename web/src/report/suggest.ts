// Changes worth trying where a claim fails. They are only tried: the API judges
// the outcome.

import type { ChoicesQuery, Setting, SiteMarkFragment } from '../api/gen/graphql';
import type { Report } from '../api/questions';
import { list } from '../format/text';
import type { PlaceSet } from '../map/placeset';
import type { Change } from '../settings/change';
import { settingNames } from '../words/data';

/** A region that a setting can name. */
export type RegionChoice = ChoicesQuery['footprint']['regions'][number];

/** What is worth trying, and what cannot be: "No log region lies inside Switzerland; there are eu and us." */
export interface Suggested {
  changes: Change[];
  none: string[];
}

/** The region of a setting that lies inside a claim's places; null where there is none. */
export type RegionFor = (setting: Setting) => string | null;

const MOST = 6;
// With more hostnames than this, one change for all of them.
const FEW = 3;

/**
 * The regions inside the places of a claim: the one that the claim names, else the
 * widest. A region is inside where every country that it may reach is, as a whole.
 */
export function regionsInside(regions: readonly RegionChoice[], places: PlaceSet, sites: readonly SiteMarkFragment[], wanted: string): RegionFor {
  const outside = new Set(sites.filter((s) => !places.sites.has(s.code)).map((s) => s.country));
  const inside = regions.filter((r) => r.sites.countries.length > 0 && r.sites.countries.every((c) => !outside.has(c.country)));
  return (setting) => {
    const own = inside.filter((r) => r.setting === setting);
    const [first] = [...own].sort((a, b) => Number(b.key === wanted) - Number(a.key === wanted) || b.sites.countries.length - a.sites.countries.length);
    return first?.key ?? null;
  };
}

/** Changes for what fails, towards regions inside the claim's places; `place` names those. */
export function suggestions(report: Report, regions: readonly RegionChoice[], regionFor: RegionFor, place: string): Suggested {
  const { check } = report;
  const changes: Change[] = [];
  const none = new Set<string>();
  const add = (c: Change) => {
    if (!changes.some((x) => x.what === c.what && x.of === c.of)) changes.push(c);
  };
  const addRegion = (setting: Setting, what: Change['what'], of: string | null) => {
    if (check.claim.kind === 'NEVER_IN') return;
    const to = regionFor(setting);
    if (to !== null) add({ what, of, to });
    else none.add(noRegion(regions, setting, place));
  };
  for (const c of check.counterexamples.nodes) {
    const { kind, setting, product } = c.because;
    if (kind === 'LOG_RETENTION') add({ what: 'retention', of: null, to: 'off' });
    else if (product) add({ what: 'product', of: product.key, to: 'off' });
    else if (setting === 'PROCESSING' && c.scope.kind === 'HOSTNAME' && c.scope.name) addRegion(setting, 'processing', c.scope.name);
    else if (setting === 'LOGS' && kind === 'DEFAULT') addRegion(setting, 'logs', null);
    else if (setting === 'KEYS') addRegion(setting, 'keys', null);
    else if (setting === 'STORAGE') addRegion(setting, 'storage', null);
  }
  return { changes: fewer(changes).slice(0, MOST), none: [...none] };
}

function fewer(changes: readonly Change[]): Change[] {
  const [first, ...others] = changes.filter((c) => c.what === 'processing');
  if (!first || others.length < FEW) return [...changes];
  return [{ ...first, of: null }, ...changes.filter((c) => c.what !== 'processing')];
}

function noRegion(regions: readonly RegionChoice[], setting: Setting, place: string): string {
  const keys = regions.filter((r) => r.setting === setting).map((r) => r.key);
  return `No ${settingNames[setting].toLowerCase()} lies inside ${place}; there ${keys.length === 1 ? 'is' : 'are'} ${keys.length > 0 ? list(keys, 4) : 'none'}.`;
}
