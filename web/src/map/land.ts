// The base map: places by ISO 3166-1 alpha-2, drawn and never asked which
// country a site is in; that is in the site's record.

import { feature, mesh } from 'topojson-client';
import type { FeatureCollection, MultiLineString, MultiPolygon } from 'geojson';
import type { GeometryCollection, Topology } from 'topojson-specification';

/** The base map, decoded. */
export interface Land {
  places: FeatureCollection<MultiPolygon>;
  /** Lines between two places, without the coast. */
  borders: MultiLineString;
  /** The outline of some places taken together. */
  outline(codes: ReadonlySet<string>): MultiLineString;
}

/** Decodes world.json. */
export function decodeLand(topology: Topology): Land {
  const object = topology.objects.places as GeometryCollection;
  return {
    places: feature(topology, object) as FeatureCollection<MultiPolygon>,
    borders: mesh(topology, object, (a, b) => a !== b),
    outline: (codes) => mesh(topology, object, (a, b) => {
      const inA = codes.has(String(a.id));
      return a === b ? inA : inA !== codes.has(String(b.id));
    }),
  };
}
