// The ground of a region view, in one pass over its points. A region is small and
// its lines are short, so that points are joined straight and need no clipping on
// the globe; d3 does that, and takes ten times as long for it when a page opens.

import type { Position } from 'geojson';
import { RADIAN } from './project';
import type { Point } from './project';

/** An azimuthal equal-area projection into a box of so many pixels. */
export interface Plane {
  /** Degrees. */
  centre: Point;
  /** Pixels a unit: a distance d from the centre is drawn at 2 sin(d/2) of it. */
  scale: number;
  /** Where the centre is, in pixels. */
  translate: readonly [number, number];
  width: number;
  height: number;
}

const MARGIN = 8;
/** Beside the frame: to the left, to the right, above, below. */
const [LEFT, RIGHT, ABOVE, BELOW] = [1, 2, 4, 8] as const;

/** How far the farthest corner of the frame is from the middle, in degrees; the margin included. */
export function reach({ scale, translate: [x, y], width, height }: Plane): number {
  const corner = Math.hypot(Math.max(x, width - x) + MARGIN, Math.max(y, height - y) + MARGIN);
  return (2 * Math.asin(Math.min(1, corner / scale / 2))) / RADIAN;
}

/**
 * Path data of lines, or of polygons' rings where they are closed. What lies beyond
 * one edge of the frame from its first point to its last is drawn as one line there:
 * nothing of it is seen, nor of that.
 */
export function flatPath(lines: readonly Position[][], plane: Plane, closed: boolean): string {
  const cut = cutter(plane, closed);
  let path = '';
  for (const line of lines) path += cut(line);
  return path;
}

function cutter({ centre, scale, translate: [tx, ty], width, height }: Plane, closed: boolean) {
  const lon0 = centre[0] * RADIAN;
  const sin0 = Math.sin(centre[1] * RADIAN);
  const cos0 = Math.cos(centre[1] * RADIAN);
  return (line: Position[]): string => {
    let path = '';
    let all = LEFT | RIGHT | ABOVE | BELOW;
    // The last point, if it was left out, and the edges it and those before it are beyond.
    let skipped = '';
    let beyond = 0;
    let last = '';
    for (let i = 0; i < line.length; i += 1) {
      const point = line[i] as Position;
      const lon = (point[0] as number) * RADIAN - lon0;
      const lat = (point[1] as number) * RADIAN;
      const cosLat = Math.cos(lat);
      const sinLat = Math.sin(lat);
      const along = cosLat * Math.cos(lon);
      const k = scale * Math.sqrt(2 / Math.max(1e-6, 1 + sin0 * sinLat + cos0 * along));
      const x = tx + k * cosLat * Math.sin(lon);
      const y = ty - k * (cos0 * sinLat - sin0 * along);
      const side = (x < -MARGIN ? LEFT : x > width + MARGIN ? RIGHT : 0) | (y < -MARGIN ? ABOVE : y > height + MARGIN ? BELOW : 0);
      all &= side;
      const text = `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
      if (i > 0 && (beyond & side) !== 0) {
        beyond &= side;
        skipped = text;
        continue;
      }
      if (skipped) path += `L${skipped}`;
      skipped = '';
      beyond = side;
      if (text !== last) path += (i === 0 ? 'M' : 'L') + text;
      last = text;
    }
    if (all !== 0) return '';
    if (skipped) path += `L${skipped}`;
    return closed ? `${path}Z` : path;
  };
}
