// The places of a claim as sets of sites. A site is in them, out of them, or it is
// not known, and the three stay apart through union and exception.

/** What a claim's places contain on a day. */
export interface PlaceSet {
  /** Codes of sites that certainly lie in them. */
  sites: ReadonlySet<string>;
  /** Codes of sites of which it is not known. */
  maybe: ReadonlySet<string>;
  /** Countries and territories to shade, by ISO code. */
  countries: ReadonlySet<string>;
}

/** Whether a site lies in places. */
export type Side = 'in' | 'out' | 'unknown';

/** Whether a site lies in places. */
export function sideOf(places: PlaceSet, code: string): Side {
  if (places.maybe.has(code)) return 'unknown';
  return places.sites.has(code) ? 'in' : 'out';
}

/** Places that could not be read: no site is in them or out of them for certain. */
export function unread(codes: readonly string[]): PlaceSet {
  return { sites: new Set(), maybe: new Set(codes), countries: new Set() };
}

/** Places with some taken out. */
export function placesOf(within: readonly PlaceSet[], except: readonly PlaceSet[]): PlaceSet {
  return subtract(union(within), union(except));
}

function union(sets: readonly PlaceSet[]): PlaceSet {
  const all = (of: (s: PlaceSet) => ReadonlySet<string>) => new Set(sets.flatMap((s) => [...of(s)]));
  const sites = all((s) => s.sites);
  return { sites, maybe: less(all((s) => s.maybe), sites), countries: all((s) => s.countries) };
}

function subtract(a: PlaceSet, b: PlaceSet): PlaceSet {
  const left = less(a.sites, b.sites);
  // What is perhaps taken out is perhaps left.
  const maybe = new Set([...less(a.maybe, b.sites), ...[...left].filter((c) => b.maybe.has(c))]);
  return { sites: less(left, maybe), maybe, countries: less(a.countries, b.countries) };
}

function less(x: ReadonlySet<string>, y: ReadonlySet<string>): Set<string> {
  return new Set([...x].filter((v) => !y.has(v)));
}
