// The base map: places by ISO 3166-1 alpha-2, drawn and never asked which
// country a site is in; that is in the site's record.

import { feature, mesh } from 'topojson-client';
import type { FeatureCollection, MultiLineString, MultiPolygon, Polygon } from 'geojson';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** West, south, east and north of a place, in degrees; over the date line from -180 to 180. */
export type Box = readonly [number, number, number, number];

/** One polygon of a place. */
export interface Part { id: string; rings: Polygon['coordinates']; box: Box }

/** The base map, decoded. */
export interface Land {
  places: FeatureCollection<MultiPolygon>;
  /** The polygons of all places, in the order of `places`. */
  parts: readonly Part[];
  /** Lines between two places, without the coast. */
  borders: MultiLineString;
  /** The outline of some places taken together. */
  outline(codes: ReadonlySet<string>): MultiLineString;
}

/** Decodes world.json. */
export function decodeLand(topology: Topology): Land {
  const object = topology.objects.places as GeometryCollection;
  const places = feature(topology, object) as FeatureCollection<MultiPolygon>;
  return {
    places,
    parts: places.features.flatMap((f) => polygonsOf(f.geometry).map((rings) => ({ id: String(f.id), rings, box: boxOf(rings[0] ?? []) }))),
    borders: mesh(topology, object, (a, b) => a !== b),
    outline: (codes) => mesh(topology, object, (a, b) => {
      const inA = codes.has(String(a.id));
      return a === b ? inA : inA !== codes.has(String(b.id));
    }),
  };
}

function polygonsOf(geometry: MultiPolygon | Polygon): Polygon['coordinates'][] {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}

function boxOf(ring: Polygon['coordinates'][number]): Box {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  for (const [lon = 0, lat = 0] of ring) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}

const radians = Math.PI / 180;

/** At least how far everything in a box is from a point, in degrees; never too much. */
export function leastDistance([west, south, east, north]: Box, [lon, lat]: readonly [number, number]): number {
  const tall = Math.max(south - lat, lat - north, 0);
  const turned = (x: number) => Math.abs(((x - lon + 540) % 360) - 180);
  const wide = lon >= west && lon <= east ? 0 : Math.min(turned(west), turned(east));
  const cosines = Math.cos(lat * radians) * Math.cos(Math.max(Math.abs(south), Math.abs(north)) * radians);
  const across = 2 * Math.asin(Math.min(1, Math.sqrt(Math.max(0, cosines)) * Math.sin((wide * radians) / 2))) / radians;
  return Math.max(tall, across);
}
