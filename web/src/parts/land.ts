// The base map, read once.

import { useEffect, useState } from 'react';
import type { Topology } from 'topojson-specification';
import { decodeLand } from '../map/land';
import type { Land } from '../map/land';

let asked: Promise<Land> | null = null;
let land: Land | null = null;

/** Reads the base map, so that it is there when the page is drawn. */
export function readLand(): Promise<Land> {
  const link = document.querySelector<HTMLLinkElement>('link[rel="preload"][as="fetch"]');
  asked ??= fetch(link?.href ?? '/assets/world.json')
    .then((r) => (r.ok ? (r.json() as Promise<Topology>) : Promise.reject(new Error(`world.json: ${r.status}`))))
    .then((t) => (land = decodeLand(t)));
  asked.catch(() => { asked = null; });
  return asked;
}

/** The base map; null until it is there. Sites are drawn without it. */
export function useLand(): Land | null {
  const [value, setValue] = useState(land);
  useEffect(() => {
    if (value) return;
    let there = true;
    readLand().then((l) => { if (there) setValue(l); }, () => undefined);
    return () => { there = false; };
  }, []);
  return value;
}
