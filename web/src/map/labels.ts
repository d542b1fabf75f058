// Which marks get their name written beside them, without one covering another.

import type { Edge } from './edges';
import type { Mark } from './marks';

/** A name beside a mark. */
export interface Label {
  text: string;
  x: number;
  y: number;
  anchor: 'start' | 'end';
  kind: Mark['kind'] | 'core';
}

/** What a text covers, in pixels. */
export interface Box { left: number; right: number; top: number; bottom: number }

/** How wide a letter is, about. */
export const CHAR = 6.4;
const LINE = 14;
// With more marks outside than this, names would hide the map.
const MOST = 9;

/** Names the core data centers, beside what is written already, and, while they are few, the sites outside. */
export function placeLabels(marks: readonly Mark[], around: readonly Box[], width: number, height: number): Label[] {
  const shown = marks.filter((m) => m.shown && m.kind !== 'unused');
  const core = shown.filter((m) => m.site.kind === 'CORE');
  const outside = shown.filter((m) => m.site.kind === 'POP' && (m.kind === 'outside' || m.kind === 'perhaps'));
  const named = [...core, ...(outside.length <= MOST ? outside : [])];
  const taken = [...around];
  const labels: Label[] = [];
  for (const m of named) {
    const text = m.site.kind === 'CORE' ? `${m.site.city} core (${m.site.country})` : `${m.site.city}, ${m.site.country}`;
    const spot = freeSpot(m, text.length * CHAR, taken, width, height);
    if (!spot) continue;
    taken.push(spot.box);
    labels.push({ text, x: spot.x, y: spot.y, anchor: spot.anchor, kind: m.site.kind === 'CORE' ? 'core' : m.kind });
  }
  return labels;
}

/** What the counts at the edges cover. */
export function edgeBoxes(edges: readonly Edge[]): Box[] {
  return edges.map((e) => textBox(e.x, e.y, 150, e.side === 'right' ? 'end' : 'start'));
}

/** A spot beside a mark where a text covers no other; null where there is none. */
export function freeSpot(m: Mark, wide: number, taken: readonly Box[], width: number, height: number) {
  for (const [dx, dy, anchor] of [[11, 4, 'start'], [-11, 4, 'end'], [8, -9, 'start'], [8, 17, 'start'], [-8, -9, 'end'], [-8, 17, 'end']] as const) {
    const x = m.x + dx;
    const y = m.y + dy;
    const box = textBox(x, y, wide, anchor);
    const fits = box.left >= 2 && box.right <= width - 2 && box.top >= 2 && box.bottom <= height - 2;
    if (fits && !taken.some((t) => overlap(t, box))) return { x, y, anchor, box };
  }
  return null;
}

/** What a text covers. */
export function textBox(x: number, y: number, wide: number, anchor: 'start' | 'end'): Box {
  const left = anchor === 'start' ? x : x - wide;
  return { left, right: left + wide, top: y - LINE + 3, bottom: y + 4 };
}

/** Whether two texts cover one another. */
export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
