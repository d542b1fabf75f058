// What lies beyond the frame: how many sites of which kind, on which side.

import type { Mark } from './marks';

/** Sites outside beyond one edge of the frame. */
export interface Edge {
  side: 'left' | 'right' | 'up' | 'down';
  count: number;
  countries: number;
  /** Where to write it, in pixels. */
  x: number;
  y: number;
}

type Beyond = (mark: Mark) => Edge['side'];

/** Counts the marks of a kind that are not shown, by side of the frame. */
export function edgesOf(marks: readonly Mark[], kind: Mark['kind'], side: Beyond, width: number, height: number): Edge[] {
  const away = marks.filter((m) => !m.shown && m.kind === kind);
  const at: Record<Edge['side'], [number, number]> = {
    left: [10, height * 0.42], right: [width - 10, height * 0.58], up: [width / 2, 20], down: [width / 2, height - 12],
  };
  return (['left', 'right', 'up', 'down'] as const).flatMap((s) => {
    const there = away.filter((m) => side(m) === s);
    if (there.length === 0) return [];
    const countries = new Set(there.map((m) => m.site.country)).size;
    return [{ side: s, count: there.length, countries, x: at[s][0], y: at[s][1] }];
  });
}

/** The side of a frame around a centre on which a site lies, as a traveller sets out. */
export function sideFrom(centre: [number, number]): Beyond {
  const [lon0, lat0] = centre.map((d) => (d * Math.PI) / 180) as [number, number];
  return ({ site }) => {
    const lon = (site.longitude * Math.PI) / 180 - lon0;
    const lat = (site.latitude * Math.PI) / 180;
    const east = Math.sin(lon) * Math.cos(lat);
    const north = Math.cos(lat0) * Math.sin(lat) - Math.sin(lat0) * Math.cos(lat) * Math.cos(lon);
    if (Math.abs(east) * 1.4 >= Math.abs(north)) return east < 0 ? 'left' : 'right';
    return north > 0 ? 'up' : 'down';
  };
}
