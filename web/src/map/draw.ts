// A map, as plain data: paths and marks for a box of so many pixels. No React
// here and no document, so it draws the same on a screen, on paper and in a test.

import { arrowBoxes, arrowsOf } from './arrows';
import type { Arrow, Breached } from './arrows';
import { count } from '../format/count';
import type { GeoProjection } from 'd3-geo';
import type { Position } from 'geojson';
import type { SiteMarkFragment } from '../api/gen/graphql';
import { edgesOf, sideFrom } from './edges';
import type { Edge } from './edges';
import { flatPath, reach } from './flat';
import type { Plane } from './flat';
import { boxOf, leastDistance } from './land';
import type { Box, Land, Part } from './land';
import { edgeBoxes, overlap, placeLabels } from './labels';
import type { Box as TextBox, Label } from './labels';
import { placeMarks } from './marks';
import { pathOf } from './path';
import type { Mark, MarkKind } from './marks';
import { frameOf, projectionOf } from './project';
import type { Frame, Point } from './project';

/** A frame of everything. */
export const worldFrame: Frame = { view: 'world' };

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
  /** The part of the world that it shows. */
  frame: Frame;
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
export function drawGround({ land, shaded, frame, width, height }: Pick<MapInput, 'land' | 'shaded' | 'frame' | 'width' | 'height'>) {
  const projection = projectionOf(frame, width, height);
  const sphere = frame.view === 'world' ? pathOf(projection, { type: 'Sphere' }) : '';
  return { frame, projection, sphere, ...landPaths(land, shaded, projection, frame, width, height) };
}

/** Draws a map. */
export function drawMap(input: MapInput): Drawing {
  const { width, height, sites, kinds, frame } = input;
  const { projection, ...ground } = drawGround(input);
  const marks = placeMarks(sites, kinds, projection, width, height);
  const edges = frame.view === 'region' ? edgesOf(marks, 'outside', sideFrom(frame.centre), width, height) : [];
  const counts = edgeBoxes(edges);
  const arrows = arrowsOf(marks, input.breached ?? new Map(), frame.view === 'region' ? frame.centre : null, width, height, counts, count);
  const named = arrowBoxes(arrows);
  return {
    ...ground, marks, edges, arrows,
    labels: placeLabels(marks, [...counts, ...named], width, height),
    cells: cellPaths(input.cells ?? [], projection),
    corner: emptiestCorner(marks, named, width, height),
  };
}

type GroundPaths = Record<'land' | 'borders' | 'shaded' | 'outline', string>;

function landPaths(land: Land | null, shaded: ReadonlySet<string>, projection: GeoProjection, frame: Frame, width: number, height: number): GroundPaths {
  if (!land) return { land: '', borders: '', shaded: '', outline: '' };
  const draw = frame.view === 'world' ? roundly(projection) : flatly({ centre: frame.centre, scale: projection.scale(), translate: projection.translate(), width, height });
  return {
    land: draw.parts(land.parts.filter((p) => !shaded.has(p.id))),
    borders: draw.lines(land.borders.coordinates),
    shaded: draw.parts(land.parts.filter((p) => shaded.has(p.id))),
    outline: shaded.size > 0 ? draw.lines(land.outline(shaded).coordinates) : '',
  };
}

interface Pen { parts(parts: readonly Part[]): string; lines(lines: readonly Position[][]): string }

/** Draws what may go round the globe. */
function roundly(projection: GeoProjection): Pen {
  return {
    parts: (parts) => pathOf(projection, { type: 'MultiPolygon', coordinates: parts.map((p) => p.rings) }),
    lines: (lines) => pathOf(projection, { type: 'MultiLineString', coordinates: [...lines] }),
  };
}

/** Draws what is near the middle of a region view. */
function flatly(plane: Plane): Pen {
  const far = reach(plane);
  const near = (box: Box) => leastDistance(box, plane.centre) <= far;
  return {
    parts: (parts) => flatPath(parts.filter((p) => near(p.box)).flatMap((p) => p.rings), plane, true),
    lines: (lines) => flatPath(lines.filter((l) => near(boxOf(l))), plane, false),
  };
}

const CLASSES = 5;

function cellPaths(cells: readonly Cell[], projection: GeoProjection): string[] {
  if (cells.length === 0) return [];
  return Array.from({ length: CLASSES }, (_, i) => {
    const coordinates = cells.filter((c) => c.class === i + 1).map((c) => [ring(c.ring)]);
    return pathOf(projection, { type: 'MultiPolygon', coordinates });
  });
}

function ring(flat: readonly number[]): [number, number][] {
  const out: [number, number][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) out.push([(flat[i] ?? 0) / 100, (flat[i + 1] ?? 0) / 100]);
  const [first] = out;
  return first ? [...out, first] : out;
}

const INSET: readonly [number, number] = [230, 118];

// A name of what was seen against the claim is worth more than any number of marks.
const NAMED = 1000;

function emptiestCorner(marks: readonly Mark[], named: readonly TextBox[], width: number, height: number): Corner {
  const worth = marks.filter((m) => m.shown && m.kind !== 'unused');
  const hidden = (corner: Corner) => {
    const left = corner.endsWith('left') ? 0 : width - INSET[0];
    const top = corner.startsWith('top') ? 0 : height - INSET[1];
    const inset = { left, right: left + INSET[0], top, bottom: top + INSET[1] };
    const dots = worth.filter((m) => m.x > inset.left && m.x < inset.right && m.y > inset.top && m.y < inset.bottom);
    return dots.length + NAMED * named.filter((b) => overlap(b, inset)).length;
  };
  return (['bottom-left', 'top-left', 'bottom-right'] as const).reduce((a, b) => (hidden(a) <= hidden(b) ? a : b));
}
