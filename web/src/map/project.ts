// Which part of the world a map shows, and how it is flattened.

import { geoAzimuthalEqualArea, geoEqualEarth } from 'd3-geo';
import type { GeoProjection } from 'd3-geo';

/** Degrees: longitude, latitude. */
export type Point = [number, number];

/** What a map frames: the region's sites, or everything. */
export type Frame = { view: 'world' } | { view: 'region'; centre: Point; radius: number; points: Point[] };

const EARTH = 6371;
// A site farther than this from the middle of the others does not widen a frame.
const OUTLIER_KM = 4200;
const SMALLEST_KM = 620;
const LARGEST_KM = 3600;

/** Frames points: the region around their middle, or the world where they span too much. */
export function frameOf(points: readonly Point[]): Frame {
  if (points.length === 0) return { view: 'world' };
  const first = middle(points);
  const near = points.filter((p) => km(p, first) <= OUTLIER_KM);
  if (near.length < points.length * 0.7) return { view: 'world' };
  const centre = middle(near);
  const radius = Math.max(...near.map((p) => km(p, centre)));
  if (radius > LARGEST_KM) return { view: 'world' };
  return { view: 'region', centre, radius, points: near };
}

/** The middle of the points around the one with the least distance to all others, so that outliers do not pull. */
function middle(points: readonly Point[]): Point {
  const all = points.length > 60 ? points.filter((_, i) => i % Math.ceil(points.length / 60) === 0) : points;
  const sums = all.map((c) => all.reduce((s, p) => s + arc(p, c), 0));
  const best = all[sums.indexOf(Math.min(...sums))] ?? [0, 0];
  return centroid(all.filter((p) => km(p, best) <= OUTLIER_KM)) ?? best;
}

/** A degree, in radians. */
export const RADIAN = Math.PI / 180;

/** The mean of points on the globe; null where they cancel out. */
function centroid(points: readonly Point[]): Point | null {
  let [x, y, z] = [0, 0, 0];
  for (const [lon, lat] of points) {
    const c = Math.cos(lat * RADIAN);
    x += c * Math.cos(lon * RADIAN);
    y += c * Math.sin(lon * RADIAN);
    z += Math.sin(lat * RADIAN);
  }
  const length = Math.hypot(x, y, z);
  return length > 1e-9 ? [Math.atan2(y, x) / RADIAN, Math.asin(z / length) / RADIAN] : null;
}

/** The angle between two points of the globe, in degrees. */
function arc([lon1, lat1]: Point, [lon2, lat2]: Point): number {
  const half = (d: number) => Math.sin((d * RADIAN) / 2) ** 2;
  const h = half(lat2 - lat1) + Math.cos(lat1 * RADIAN) * Math.cos(lat2 * RADIAN) * half(lon2 - lon1);
  return (2 * Math.asin(Math.min(1, Math.sqrt(h)))) / RADIAN;
}

function km(a: Point, b: Point): number {
  return arc(a, b) * RADIAN * EARTH;
}

/** The projection of a frame into a box. */
export function projectionOf(frame: Frame, width: number, height: number): GeoProjection {
  if (frame.view === 'world') {
    return geoEqualEarth().rotate([-11, 0])
      .fitExtent([[4, 6], [width - 4, height + height * 0.06]], { type: 'Sphere' });
  }
  const [lon, lat] = frame.centre;
  const p = geoAzimuthalEqualArea().rotate([-lon, -lat]).precision(0.4);
  // Equal area: a distance d from the centre is drawn at 2 sin(d/2).
  const least = (Math.min(width, height) / 2) / (2 * Math.sin(SMALLEST_KM / EARTH / 2));
  const padX = Math.min(90, width * 0.1);
  const padY = Math.min(64, height * 0.13);
  p.fitExtent([[padX, padY], [width - padX, height - padY]], { type: 'MultiPoint', coordinates: frame.points });
  if (!(p.scale() < least)) p.scale(least).translate([width / 2, height / 2]);
  return p.clipAngle(75).clipExtent([[-8, -8], [width + 8, height + 8]]);
}
