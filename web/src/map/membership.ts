// Which sites a set of the API has. The API counts a set by country; where a
// count is all of a country's sites, or none of them, its members are known
// without asking for them one by one. Otherwise the set has to be read page by
// page, and this says so.

import type { SiteMarkFragment, SiteSetPartsFragment } from '../api/gen/graphql';

/** How a site belongs to a set: certainly, or possibly. */
export type Presence = 'certain' | 'possible';

/** The members of a set by site code, or null where counts do not tell them. */
export function membersOf(set: SiteSetPartsFragment, sites: readonly SiteMarkFragment[]): Map<string, Presence> | null {
  const members = new Map<string, Presence>(set.core.map((s) => [s.code, 'certain']));
  const pops = groupByCountry(sites.filter((s) => s.kind === 'POP'));
  for (const c of set.countries) {
    const core = set.core.filter((s) => s.country === c.country).length;
    const wanted = c.count - core;
    if (wanted === 0) continue;
    const there = pops.get(c.country) ?? [];
    const whole = there.length === wanted && (c.unknown === 0 || (c.unknown === c.count && core === 0));
    if (!whole) return null;
    for (const s of there) members.set(s.code, c.unknown > 0 ? 'possible' : 'certain');
  }
  const certainCore = set.unknown === 0 || set.core.length === 0;
  return certainCore && members.size === set.count ? members : null;
}

function groupByCountry(sites: readonly SiteMarkFragment[]): Map<string, SiteMarkFragment[]> {
  const groups = new Map<string, SiteMarkFragment[]>();
  for (const s of sites) groups.set(s.country, [...(groups.get(s.country) ?? []), s]);
  return groups;
}
