// The marks of a map: every site once, as what it is for the question asked.

import type { GeoProjection } from 'd3-geo';
import type { SiteMarkFragment } from '../api/gen/graphql';
import type { Presence } from './membership';
import type { Side } from './placeset';
import type { Point } from './project';

/** What a site is for a claim about one category and activity. */
export type MarkKind = 'inside' | 'outside' | 'perhaps' | 'unused' | 'broken' | 'apart';

/** One site as drawn. Coordinates are pixels; `shown` is false beyond the frame. */
export interface Mark {
  site: SiteMarkFragment;
  kind: MarkKind;
  x: number;
  y: number;
  shown: boolean;
}

/** What a mark means, for legends, tables and screen readers. */
export const markWords: Record<MarkKind, string> = {
  inside: 'may be here, as claimed',
  outside: 'may be here, against the claim',
  perhaps: 'possible, not certain',
  unused: 'not by these settings',
  broken: 'seen here, against the claim',
  apart: 'may be here; the claim does not speak of it',
};

/**
 * What a site is: `present` says whether the settings allow the activity there,
 * `side` whether it lies in the claim's places, which `never` forbids.
 */
export function kindOf(present: Presence | undefined, side: Side, never: boolean): MarkKind {
  if (present === undefined) return 'unused';
  if (side === 'unknown') return 'perhaps';
  if ((side === 'in') !== never) return 'inside';
  return present === 'certain' ? 'outside' : 'perhaps';
}

const order: readonly MarkKind[] = ['unused', 'apart', 'inside', 'perhaps', 'outside', 'broken'];

/** Places the sites, what matters most last and so on top. */
export function placeMarks(
  sites: readonly SiteMarkFragment[], kinds: ReadonlyMap<string, MarkKind>,
  projection: GeoProjection, width: number, height: number,
): Mark[] {
  const marks = sites.map((site) => {
    const at = projection([site.longitude, site.latitude] satisfies Point);
    const [x, y] = at ?? [Number.NaN, Number.NaN];
    const shown = x >= 0 && x <= width && y >= 0 && y <= height && visible(projection, site);
    return { site, kind: kinds.get(site.code) ?? 'unused', x: round(x), y: round(y), shown };
  });
  return marks.sort((a, b) => rank(a) - rank(b));
}

const rank = (m: Mark) => order.indexOf(m.kind) + (m.site.kind === 'CORE' ? 10 : 0);
const round = (n: number) => Math.round(n * 10) / 10;

/** A point behind the clip circle has no image on the map. */
function visible(projection: GeoProjection, site: SiteMarkFragment): boolean {
  const angle = projection.clipAngle?.() ?? null;
  if (!angle) return true;
  const back = projection.invert?.(projection([site.longitude, site.latitude]) ?? [Number.NaN, Number.NaN]);
  return !!back && Math.abs(back[1] - site.latitude) < 1;
}

/** The mark nearest to another in a direction; null where none lies there. */
export function nearestMark(marks: readonly Mark[], from: Mark, direction: 'left' | 'right' | 'up' | 'down'): Mark | null {
  const along = (m: Mark) => ({ left: from.x - m.x, right: m.x - from.x, up: from.y - m.y, down: m.y - from.y })[direction];
  const across = (m: Mark) => (direction === 'left' || direction === 'right' ? Math.abs(m.y - from.y) : Math.abs(m.x - from.x));
  const score = (m: Mark) => along(m) + 2 * across(m);
  const there = marks.filter((m) => m !== from && along(m) > 0.5 && across(m) <= along(m) * 1.8);
  return there.length > 0 ? there.reduce((a, b) => (score(a) <= score(b) ? a : b)) : null;
}
