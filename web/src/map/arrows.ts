// Arrows to places where requests were seen against the claim: from the middle of
// the places inside, out to the mark, or to the edge of the frame where it lies
// beyond it.

import { sideFrom } from './edges';
import { CHAR, freeSpot, overlap, textBox } from './labels';
import type { Box } from './labels';
import type { Mark } from './marks';
import type { Point } from './project';

/** How many events a site handled against the claim, by code. */
export type Breached = ReadonlyMap<string, number>;

/** One arrow. */
export interface Arrow {
  code: string;
  path: string;
  /** "Ashburn, US · 613"; empty where it would cover another: the table has it. */
  text: string;
  x: number;
  y: number;
  anchor: 'start' | 'end';
}

const LINE = 17;

/** The arrows of a map, those with most events first, which are named first. */
export function arrowsOf(marks: readonly Mark[], breached: Breached, centre: Point | null, width: number, height: number, around: readonly Box[], words: (n: number) => string): Arrow[] {
  const inside = marks.filter((m) => m.shown && m.kind === 'inside');
  const broken = marks.filter((m) => m.kind === 'broken').sort((a, b) => (breached.get(b.site.code) ?? 0) - (breached.get(a.site.code) ?? 0));
  if (broken.length === 0) return [];
  const from = inside.length > 0
    ? [mean(inside.map((m) => m.x)), mean(inside.map((m) => m.y))] as const
    : [width / 2, height / 2] as const;
  const beyond = { left: 0, right: 0, up: 0, down: 0 };
  const taken = [...around];
  return broken.map((m): Arrow => {
    const text = `${m.site.city}, ${m.site.country} · ${words(breached.get(m.site.code) ?? 0)}`;
    const wide = text.length * CHAR;
    if (m.shown) {
      const spot = freeSpot(m, wide, taken, width, height);
      if (spot) taken.push(spot.box);
      return { code: m.site.code, path: curve(from, [m.x, m.y], 9), text: spot ? text : '', x: spot?.x ?? m.x, y: spot?.y ?? m.y, anchor: spot?.anchor ?? 'start' };
    }
    const side = centre ? sideFrom(centre)(m) : 'left';
    const at = edge(side, beyond[side]++, width, height);
    const box = textBox(at.label.x, at.label.y, wide, at.label.anchor);
    const free = !taken.some((t) => overlap(t, box));
    if (free) taken.push(box);
    return { code: m.site.code, path: curve(from, at.tip, 0), text: free ? text : '', ...at.label };
  });
}

/** What the names of arrows cover. */
export function arrowBoxes(arrows: readonly Arrow[]): Box[] {
  return arrows.filter((a) => a.text !== '').map((a) => textBox(a.x, a.y, a.text.length * CHAR, a.anchor));
}

function edge(side: 'left' | 'right' | 'up' | 'down', n: number, width: number, height: number) {
  const y = height * 0.2 + n * LINE * 1.6;
  switch (side) {
    case 'left': return { tip: [14, y] as const, label: { x: 20, y: y - 7, anchor: 'start' as const } };
    case 'right': return { tip: [width - 14, y + LINE * 3] as const, label: { x: width - 20, y: y + LINE * 3 - 7, anchor: 'end' as const } };
    case 'up': return { tip: [width * 0.62, 14] as const, label: { x: width * 0.62 + 10, y: 22 + n * LINE, anchor: 'start' as const } };
    default: return { tip: [width * 0.62, height - 14] as const, label: { x: width * 0.62 + 10, y: height - 16 - n * LINE, anchor: 'start' as const } };
  }
}

/** A shallow arc that stops short of its end. */
function curve(from: readonly [number, number], to: readonly [number, number], short: number): string {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy) || 1;
  const end = [to[0] - (dx / length) * short, to[1] - (dy / length) * short] as const;
  const bend = [(from[0] + end[0]) / 2 - dy * 0.14, (from[1] + end[1]) / 2 + dx * 0.14] as const;
  const r = (n: number) => Math.round(n * 10) / 10;
  return `M${r(from[0])} ${r(from[1])}Q${r(bend[0])} ${r(bend[1])} ${r(end[0])} ${r(end[1])}`;
}

const mean = (all: readonly number[]) => all.reduce((a, b) => a + b, 0) / all.length;
