// A map, as plain data: paths and marks for a box of so many pixels. No React
// here and no document, so it draws the same on a screen, on paper and in a test.

import { geoDistance, geoPath } from 'd3-geo';
import { arrowsOf } from './arrows';
import type { Arrow, Breached } from './arrows';
import { count } from '../format/count';
import type { GeoProjection } from 'd3-geo';
import type { SiteMarkFragment } from '../api/gen/graphql';
import { edgesOf, sideFrom } from './edges';
import type { Edge } from './edges';
import { leastDistance } from './land';
import type { Land } from './land';
import { placeLabels } from './labels';
import type { Label } from './labels';
import { placeMarks } from './marks';
import type { Mark, MarkKind } from './marks';
import { frameOf, projectionOf, spherePath } from './project';
import type { Frame, Point } from './project';

/** Where something is, in degrees. */
export type Located = Pick<SiteMarkFragment, 'latitude' | 'longitude'>;

/** What to draw. */
export interface MapInput {
  land: Land | null;
  sites: readonly SiteMarkFragment[];
  /** What each site is; a site that is not here is unused. */
  kinds: ReadonlyMap<string, MarkKind>;
  /** Places to shade: the claim's, by ISO code. */
  shaded: ReadonlySet<string>;
  /** Sites that the region view is fitted to. */
  fit: readonly Located[];
  view: 'region' | 'world';
  /** Events seen against the claim, by site. */
  breached?: Breached;
  /** Where visitors were, ready to draw: rings of hundredths of a degree, in classes. */
  cells?: readonly Cell[];
  width: number;
  height: number;
}

/** A cell of visitors. */
export interface Cell { ring: readonly number[]; class: number }

/** A map, drawn. */
export interface Drawing {
  frame: Frame;
  sphere: string;
  land: string;
  borders: string;
  shaded: string;
  outline: string;
  marks: Mark[];
  edges: Edge[];
  labels: Label[];
  arrows: Arrow[];
  /** One path a class of cells, the first for class 1. */
  cells: string[];
  /** The corner where a small map hides least. */
  corner: Corner;
}

/** A corner of the map. */
export type Corner = 'bottom-left' | 'top-left' | 'bottom-right';

/** The frame that a region view of these sites has. */
export function regionFrame(fit: readonly Located[]): Frame {
  return frameOf(fit.map((s): Point => [s.longitude, s.latitude]));
}

/** Draws what marks stand on: the sea, the land, and the places of the claim. */
export function drawGround(input: Pick<MapInput, 'land' | 'shaded' | 'fit' | 'view' | 'width' | 'height'>) {
  const { width, height } = input;
  const frame: Frame = input.view === 'world' ? { view: 'world' } : regionFrame(input.fit);
  const projection = projectionOf(frame, width, height);
  const sphere = frame.view === 'world' ? spherePath(projection) : '';
  return { frame, projection, sphere, ...landPaths(input.land, input.shaded, projection, frame, width, height) };
}

/** Draws a map. */
export function drawMap(input: MapInput): Drawing {
  const { width, height, sites, kinds } = input;
  const { projection, ...ground } = drawGround(input);
  const { frame } = ground;
  const marks = placeMarks(sites, kinds, projection, width, height);
  const edges = frame.view === 'region' ? edgesOf(marks, 'outside', sideFrom(frame.centre), width, height) : [];
  return {
    ...ground, marks, edges,
    labels: placeLabels(marks, edges, width, height),
    arrows: arrowsOf(marks, input.breached ?? new Map(), frame.view === 'region' ? frame.centre : null, width, height, count),
    cells: cellPaths(input.cells ?? [], projection),
    corner: emptiestCorner(marks, width, height),
  };
}

function landPaths(land: Land | null, shaded: ReadonlySet<string>, projection: GeoProjection, frame: Frame, width: number, height: number) {
  if (!land) return { land: '', borders: '', shaded: '', outline: '' };
  const path = geoPath(projection).digits(1);
  // Clipping a polygon costs a look at every point of it, and most are nowhere near.
  let near = land.parts;
  if (frame.view === 'region') {
    const { centre } = frame;
    // No farther than the farthest corner, and some more.
    const far = Math.max(...[0, width].flatMap((x) => [0, height].map((y) => 60 * geoDistance(projection.invert?.([x, y]) ?? [0, -90], centre))));
    near = near.filter((p) => leastDistance(p.box, centre) <= far);
  }
  const drawn = (inside: boolean) => path({ type: 'MultiPolygon', coordinates: near.filter((p) => shaded.has(p.id) === inside).map((p) => p.rings) }) ?? '';
  const allowed = drawn(true);
  return {
    land: drawn(false),
    borders: path(land.borders) ?? '',
    shaded: allowed,
    outline: shaded.size > 0 ? (path(land.outline(shaded)) ?? '') : '',
  };
}

const CLASSES = 5;

function cellPaths(cells: readonly Cell[], projection: GeoProjection): string[] {
  if (cells.length === 0) return [];
  const path = geoPath(projection).digits(1);
  return Array.from({ length: CLASSES }, (_, i) => {
    const coordinates = cells.filter((c) => c.class === i + 1).map((c) => [ring(c.ring)]);
    return path({ type: 'MultiPolygon', coordinates }) ?? '';
  });
}

function ring(flat: readonly number[]): [number, number][] {
  const out: [number, number][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) out.push([(flat[i] ?? 0) / 100, (flat[i + 1] ?? 0) / 100]);
  const [first] = out;
  return first ? [...out, first] : out;
}

const INSET: readonly [number, number] = [230, 118];

function emptiestCorner(marks: readonly Mark[], width: number, height: number): Corner {
  const hidden = (corner: Corner) => marks.filter((m) => {
    const left = corner.endsWith('left') ? m.x < INSET[0] : m.x > width - INSET[0];
    const vertical = corner.startsWith('top') ? m.y < INSET[1] : m.y > height - INSET[1];
    return m.shown && m.kind !== 'unused' && left && vertical;
  }).length;
  return (['bottom-left', 'top-left', 'bottom-right'] as const).reduce((a, b) => (hidden(a) <= hidden(b) ? a : b));
}
