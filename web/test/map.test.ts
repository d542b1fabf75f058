import { describe, expect, it } from 'vitest';
import { geoDistance, geoPath } from 'd3-geo';
import { drawGround, drawMap, regionFrame, worldFrame } from '../src/map/draw';
import { leastDistance } from '../src/map/land';
import { kindOf, nearestMark } from '../src/map/marks';
import type { MarkKind } from '../src/map/marks';
import { arrowBoxes } from '../src/map/arrows';
import { overlap } from '../src/map/labels';
import { membersOf } from '../src/map/membership';
import { placesOf, sideOf, unread } from '../src/map/placeset';
import type { PlaceSet } from '../src/map/placeset';
import { summaryOf } from '../src/map/summary';
import { projectionOf } from '../src/map/project';
import type { Point } from '../src/map/project';
import { countriesOf, land, placeSets, reportFor, sites, topology } from './fixtures';

const codes = (place: 'EU' | 'US' | 'CH') => new Set(placeSets[place].footprint.sites.map((s) => s.code));
const inside = (place: 'EU' | 'US' | 'CH') => sites.filter((s) => codes(place).has(s.code));
const kindsFor = (place: 'EU' | 'US' | 'CH') => new Map<string, MarkKind>(sites.filter((s) => s.kind === 'POP').map((s) => [s.code, kindOf('certain', codes(place).has(s.code) ? 'in' : 'out', false)]));

function draw(place: 'EU' | 'US' | 'CH', view: 'region' | 'world' = 'region', width = 800, height = 456) {
  return drawMap({ land, sites, kinds: kindsFor(place), shaded: countriesOf(place), frame: view === 'world' ? worldFrame : regionFrame(inside(place)), width, height });
}

describe('the map', () => {
  it.each(['EU', 'US', 'CH'] as const)('of %s is the same as before', async (place) => {
    const d = draw(place);
    const text = [d.outline, ...d.labels.map((l) => `${l.text} ${l.x} ${l.y}`), ...d.edges.map((e) => `${e.side} ${e.count} of ${e.countries}`), ...d.marks.filter((m) => m.shown).map((m) => `${m.site.code} ${m.kind} ${m.x} ${m.y}`)].join('\n');
    await expect(text + '\n').toMatchFileSnapshot(`golden/${place}.txt`);
  });
  it('counts every place once: on the map or beyond an edge', () => {
    const d = draw('EU');
    const shown = d.marks.filter((m) => m.shown && m.kind === 'outside').length;
    const beyond = d.edges.reduce((n, e) => n + e.count, 0);
    const all = [...kindsFor('EU').values()].filter((k) => k === 'outside').length;
    expect(shown + beyond).toBe(all);
  });
  it('shows every inside place of the mainland', () => {
    const missing = draw('EU').marks.filter((m) => m.kind === 'inside' && !m.shown).map((m) => m.site.city);
    expect(missing).toEqual(['Saint-Denis']);
  });
  it('shows the whole world with every place on it', () => {
    expect(draw('EU', 'world').marks.filter((m) => !m.shown)).toEqual([]);
  });
  it('puts what matters on top: core data centers, then places outside', () => {
    const kinds = draw('EU').marks.map((m) => (m.site.kind === 'CORE' ? 'core' : m.kind));
    expect(kinds.lastIndexOf('inside')).toBeLessThan(kinds.indexOf('outside'));
    expect(kinds.at(-1)).toBe('core');
  });
  it('falls back to the world where there is nothing to frame, or too much', () => {
    expect(regionFrame([]).view).toBe('world');
    expect(regionFrame(sites).view).toBe('world');
    expect(regionFrame(inside('CH')).view).toBe('region');
  });
  it('labels do not cover one another', () => {
    const kinds = new Map<string, MarkKind>(sites.filter((s) => ['LHR', 'ZRH', 'GVA', 'IST', 'OSL', 'MAN'].includes(s.code)).map((s) => [s.code, 'outside']));
    const d = drawMap({ land, sites, kinds, shaded: countriesOf('EU'), frame: regionFrame(inside('EU')), width: 800, height: 456 });
    expect(d.labels.length).toBeGreaterThan(3);
    for (const a of d.labels) for (const b of d.labels) if (a !== b && a.anchor === b.anchor) expect(Math.abs(a.x - b.x) > 40 || Math.abs(a.y - b.y) >= 12).toBe(true);
  });
  it('arrows reach every mark from every mark', () => {
    const marks = draw('EU').marks.filter((m) => m.shown && m.kind !== 'unused');
    const reached = new Set([marks[0]]);
    const open = [...reached];
    for (let m = open.pop(); m; m = open.pop()) {
      for (const way of ['left', 'right', 'up', 'down'] as const) {
        const next = nearestMark(marks, m, way);
        if (next && !reached.has(next)) { reached.add(next); open.push(next); }
      }
    }
    expect(reached.size).toBeGreaterThan(marks.length * 0.97);
  });
  it('draws without the base map, and in a box of any size', () => {
    for (const [w, h] of [[1, 1], [320, 250], [2000, 900]] as const) {
      const d = drawMap({ land: null, sites, kinds: kindsFor('EU'), shaded: countriesOf('EU'), frame: regionFrame(inside('EU')), width: w, height: h });
      expect(d.marks).toHaveLength(sites.length);
      expect(d.land).toBe('');
    }
  });
});

describe('the base map', () => {
  const ids = new Set(land.places.features.map((f) => String(f.id)));
  it('has every country and territory of the network, or a reason', () => {
    const missing = [...new Set(sites.map((s) => s.country))].filter((c) => !ids.has(c));
    expect(missing).toEqual([]);
  });
  it('has the small ones, and overseas parts as places of their own', () => {
    for (const id of ['MT', 'SG', 'HK', 'LU', 'BH', 'RE', 'GF', 'GP', 'MQ', 'YT']) expect(ids).toContain(id);
  });
  it('draws disputed borders as the United Nations do', () => {
    expect(ids).toContain('EH');
    expect(ids).toContain('PS');
    expect(ids).toContain('TW');
    expect(land.places.features.filter((f) => f.id === 'CY')).toHaveLength(1);
  });
  it('has no names in it, so that no country can be read off it', () => {
    expect(JSON.stringify(topology.objects)).not.toContain('properties');
  });
});

describe('which sites a set has', () => {
  const part = (category: string, activity: string) => {
    const p = reportFor('gryphon-grooming').residency.parts.find((x) => x.category === category && x.activity === activity);
    if (!p) throw new Error('no such part');
    return p.sites;
  };
  it('is told by its counts where they are whole', () => {
    const members = membersOf(part('CONTENT', 'PROCESS'), sites);
    expect(members?.size).toBe(310);
    expect([...(members ?? [])].some(([code]) => code.startsWith('CORE'))).toBe(false);
    expect(membersOf(part('CONFIGURATION', 'STORE'), sites)?.size).toBe(312);
    expect([...(membersOf(part('TRAFFIC_METADATA', 'STORE'), sites) ?? [])]).toEqual([['CORE-LUX', 'certain']]);
  });
  it('keeps what is possible apart from what is certain', () => {
    const members = membersOf(part('KEYS', 'STORE'), sites);
    expect([...(members ?? [])].filter(([, p]) => p === 'possible').map(([c]) => c)).toEqual(['RUN']);
  });
  it('is not guessed where a country is split', () => {
    const set = part('CONTENT', 'PROCESS');
    const split = { ...set, count: set.count - 1, countries: set.countries.map((c) => (c.country === 'US' ? { ...c, count: c.count - 1 } : c)) };
    expect(membersOf(split, sites)).toBeNull();
    expect(membersOf({ ...set, unknown: 1, countries: set.countries.map((c) => (c.country === 'US' ? { ...c, unknown: 1 } : c)) }, sites)).toBeNull();
  });
  it('what is not certain is never drawn as outside, and what is unknown never as inside', () => {
    expect(kindOf('possible', 'out', false)).toBe('perhaps');
    expect(kindOf('certain', 'out', false)).toBe('outside');
    expect(kindOf(undefined, 'in', false)).toBe('unused');
  });
  it('is neither as claimed nor against it where its membership is not known, for both kinds of claim', () => {
    for (const never of [false, true]) {
      expect([kindOf('certain', 'unknown', never), kindOf('possible', 'unknown', never)]).toEqual(['perhaps', 'perhaps']);
    }
    expect([kindOf('certain', 'in', true), kindOf('possible', 'in', true), kindOf('certain', 'out', true)]).toEqual(['outside', 'perhaps', 'inside']);
  });
});

describe('the places of a claim', () => {
  const set = (sites: string[], maybe: string[] = []): PlaceSet => ({ sites: new Set(sites), maybe: new Set(maybe), countries: new Set() });
  const sides = (p: PlaceSet) => ['a', 'b', 'c'].map((code) => sideOf(p, code));
  it('keep what is not known apart from in and out', () => {
    expect(sides(set(['a'], ['b']))).toEqual(['in', 'unknown', 'out']);
  });
  it('are known of a site that one of them has, whatever another has', () => {
    expect(sides(placesOf([set(['a']), set(['b'], ['a', 'c'])], []))).toEqual(['in', 'in', 'unknown']);
  });
  it('are not known of what is perhaps taken out', () => {
    expect(sides(placesOf([set(['a', 'b'], ['c'])], [set(['b'], ['a'])]))).toEqual(['unknown', 'out', 'unknown']);
    expect(sides(placesOf([set([], ['a', 'b'])], [set(['a'], ['b'])]))).toEqual(['out', 'unknown', 'out']);
  });
  it('are not known of any site where they could not be read', () => {
    expect(sides(unread(['a', 'b', 'c']))).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

describe('a map in words', () => {
  const kinds = (...all: MarkKind[]) => new Map(all.map((k, i) => [String(i), k]));
  it('counts what is not certain on no side', () => {
    expect(summaryOf(kinds('inside', 'outside', 'broken', 'perhaps', 'unused'), 'the EU', false)).toBe('1 place inside the EU, 2 places outside, 1 not certain');
    expect(summaryOf(kinds('inside', 'perhaps'), 'ADEQUATE', true)).toBe('0 places in ADEQUATE, 1 place elsewhere, 1 not certain');
  });
  it('has no sides where the claim does not speak of it', () => {
    expect(summaryOf(kinds('apart', 'apart', 'broken', 'unused'), 'the EU', false)).toBe('3 places, of which the claim does not speak');
  });
});

describe('names of what was seen against the claim', () => {
  const seen = new Map([['LHR', 30], ['ZRH', 20], ['SIN', 3], ['IAD', 615], ['MAN', 2], ['GVA', 1]]);
  const drawn = (width: number, height: number) => {
    const kinds = new Map([...kindsFor('EU')].map(([c, k]): [string, MarkKind] => [c, seen.has(c) ? 'broken' : k]));
    return drawMap({ land, sites, kinds, shaded: countriesOf('EU'), frame: regionFrame(inside('EU')), breached: seen, width, height });
  };
  it.each([[320, 250], [390, 250], [744, 424]])('do not cover one another at %i px, and the largest is there', (width, height) => {
    const d = drawn(width, height);
    const boxes = arrowBoxes(d.arrows);
    for (const a of boxes) for (const b of boxes) if (a !== b) expect(overlap(a, b)).toBe(false);
    expect(d.arrows).toHaveLength(seen.size);
    expect(d.arrows[0]?.text).toMatch(/^Ashburn, US · 615$/);
  });
  it('are not under the small map', () => {
    const d = drawn(744, 424);
    const box = { left: d.corner.endsWith('left') ? 0 : 744 - 230, top: d.corner.startsWith('top') ? 0 : 424 - 118, right: 0, bottom: 0 };
    box.right = box.left + 230;
    box.bottom = box.top + 118;
    expect(arrowBoxes(d.arrows).filter((b) => overlap(b, box))).toEqual([]);
  });
});

describe('how far a place is from the middle of a map', () => {
  it('is never said to be more than its nearest point is', () => {
    for (const centre of [[10, 50], [-170, 60], [120, -30], [0, 0], [178, -20]] as [number, number][]) {
      for (const part of land.parts) {
        const nearest = Math.min(...part.rings.flat().map((p) => geoDistance(p as [number, number], centre))) * 180 / Math.PI;
        expect(leastDistance(part.box, centre), `${part.id} from ${centre}`).toBeLessThanOrEqual(nearest + 1e-9);
      }
    }
  });
});

describe('the ground of a region', () => {
  const [width, height] = [800, 456];
  const rings = (path: string) => path.split('M').slice(1).map((r) => r.replace(/Z/g, '').split('L').map((p) => p.split(',').map(Number) as Point));
  const covers = (all: readonly Point[][], [x, y]: Point) => all.reduce((is, ring) => {
    let inside = is;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [[ax, ay], [bx, by]] = [ring[i] ?? [0, 0], ring[j] ?? [0, 0]];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  }, false);
  // Around the antipode of land, over the date line, and beside a pole as well.
  it.each([['Europe', [13, 48]], ['China', [110, 33]], ['New Zealand', [173, -41]], ['Fiji', [179, -17]], ['Chile', [-71, -45]], ['Svalbard', [16, 78]], ['Bering Strait', [-169, 65]]] as [string, Point][])('around %s is what d3 draws', (_, centre) => {
    const frame = { view: 'region' as const, centre, radius: 2000, points: [[centre[0] - 12, centre[1] - 9], [centre[0] + 12, centre[1] + 9]] as Point[] };
    const drawn = rings(drawGround({ land, shaded: new Set(), frame, width, height }).land);
    const path = geoPath(projectionOf(frame, width, height));
    const wanted = rings(path({ type: 'MultiPolygon', coordinates: land.parts.map((p) => p.rings) }) ?? '');
    const grid = Array.from({ length: 40 * 23 }, (_unused, i): Point => [(i % 40) * 20 + 10, Math.floor(i / 40) * 20 + 8]);
    const differ = grid.filter((at) => covers(drawn, at) !== covers(wanted, at));
    expect(grid.filter((at) => covers(wanted, at)).length).toBeGreaterThan(0);
    expect(differ.length, JSON.stringify(differ)).toBeLessThanOrEqual(1);
  });
});
