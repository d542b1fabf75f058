// The base map: places by ISO 3166-1 alpha-2, drawn and never asked which
// country a site is in; that is in the site's record.

import { feature, mesh } from 'topojson-client';
import type { FeatureCollection, MultiLineString, MultiPolygon, Polygon, Position } from 'geojson';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { RADIAN } from './project';

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

/** The box of a line. */
export function boxOf(line: readonly Position[]): Box {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (let i = 0; i < line.length; i += 1) {
    const point = line[i] as Position;
    const x = point[0] as number;
    const y = point[1] as number;
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < south) south = y;
    if (y > north) north = y;
  }
  return [west, south, east, north];
}

/** At least how far everything in a box is from a point, in degrees; never too much. */
export function leastDistance([west, south, east, north]: Box, [lon, lat]: readonly [number, number]): number {
  const turned = (x: number) => 180 - Math.abs(180 - Math.abs(x - lon));
  const wide = lon >= west && lon <= east ? 0 : Math.min(turned(west), turned(east));
  const cosines = Math.cos(lat * RADIAN) * Math.cos(Math.max(-south, north) * RADIAN);
  return Math.max(south - lat, lat - north, 2 * Math.asin(Math.sqrt(cosines) * Math.sin(wide * RADIAN / 2)) / RADIAN);
}
