// Shapes on the globe as path data, once d3 has projected and cut them. Its own path
// also measures, and draws on a canvas, which nothing here asks for.

import { geoStream } from 'd3-geo';
import type { GeoPermissibleObjects, GeoProjection } from 'd3-geo';

const tenth = (n: number) => Math.round(n * 10) / 10;

/** Path data of lines and polygons, to a tenth of a pixel. */
export function pathOf(projection: GeoProjection, object: GeoPermissibleObjects): string {
  let path = '';
  let command = 'M';
  let end = '';
  geoStream(object, projection.stream({
    polygonStart: () => { end = 'Z'; },
    polygonEnd: () => { end = ''; },
    lineStart: () => { command = 'M'; },
    lineEnd: () => { path += end; },
    point: (x, y) => {
      path += `${command}${tenth(x)},${tenth(y)}`;
      command = 'L';
    },
  }));
  return path;
}
