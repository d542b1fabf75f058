// Answers of the API over the demo fleet, as of 20 November 2026.

import { readFileSync } from 'node:fs';
import type { Topology } from 'topojson-specification';
import type { BoardQuery, PlaceSetQuery, PlacesQuery, ReportQuery } from '../src/api/gen/graphql';
import { reportOf } from '../src/api/questions';
import type { Report } from '../src/api/questions';
import { decodeLand } from '../src/map/land';

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;
}

export const sites = read<PlacesQuery>('./fixtures/places.json').footprint.sites;
export const board = read<BoardQuery>('./fixtures/board.json').board;
export const placeSets = read<Record<'EU' | 'US' | 'CH', PlaceSetQuery>>('./fixtures/placesets.json');
export const topology = read<Topology>('../geo/world.json');
export const land = decodeLand(topology);

/** The report of a customer; a new copy each time. */
export function reportFor(customer: 'gryphon-grooming' | 'dragon-dentistry'): Report {
  const data = read<ReportQuery>(`./fixtures/${customer}.json`);
  if (!data.customer) throw new Error(`no fixture of ${customer}`);
  return reportOf(data.customer);
}

/** Countries and territories of a bloc, as the page shades them. */
export function countriesOf(place: 'EU' | 'US' | 'CH'): Set<string> {
  const j = placeSets[place].jurisdiction;
  if (!j) return new Set();
  return new Set(j.kind === 'COUNTRY' ? [j.code] : j.members.filter((m) => m.member.kind === 'COUNTRY').map((m) => m.member.code));
}
