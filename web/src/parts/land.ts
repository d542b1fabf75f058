// The base map, read once.

import { useEffect, useState } from 'react';
import type { Topology } from 'topojson-specification';
import { decodeLand } from '../map/land';
import type { Land } from '../map/land';

let land: Promise<Land> | null = null;

function load(): Promise<Land> {
  const link = document.querySelector<HTMLLinkElement>('link[rel="preload"][as="fetch"]');
  return fetch(link?.href ?? '/assets/world.json')
    .then((r) => (r.ok ? (r.json() as Promise<Topology>) : Promise.reject(new Error(`world.json: ${r.status}`))))
    .then(decodeLand);
}

/** The base map; null until it is there. Sites are drawn without it. */
export function useLand(): Land | null {
  const [value, setValue] = useState<Land | null>(null);
  useEffect(() => {
    let there = true;
    land ??= load();
    land.then((l) => { if (there) setValue(l); }, () => { land = null; });
    return () => { there = false; };
  }, []);
  return value;
}
