// All state that changes the answer is in the URL. Defaults are left out; a
// value that is not understood is reported, never dropped in silence.

import type { Activity, ClaimInput, ClaimKind, DataCategory, Reading, ScopeInput } from '../api/gen/graphql';
import { isDay } from '../format/date';
import { readSuppose } from '../settings/suppose';
import { activities, categories, readings, scopeKinds } from '../words/data';

/** What of the map can be left out. */
export type Layer = 'pops' | 'cores' | 'traffic';
export const layers: readonly Layer[] = ['pops', 'cores', 'traffic'];

/** What a page's query says. Everything absent has its default. */
export interface PageState {
  claim: string | null;
  kind: ClaimKind | null;
  within: string[];
  except: string[];
  reading: Reading;
  /** A claim about these instead of the reading's. */
  categories: DataCategory[];
  activities: Activity[];
  /** A claim about these alone, and the account's: "hostname:www.acme.example". */
  scopes: ScopeInput[];
  data: DataCategory;
  activity: Activity;
  view: 'region' | 'world' | null;
  asOf: string | null;
  /** What the map shows beside what breaks the claim, which it always shows. */
  layers: Layer[];
  /** Window of what was observed, first and last day; the last 30 days where they are left out. */
  from: string | null;
  to: string | null;
  at: string | null;
  /** What-if changes: "log=eu", in order. */
  change: string[];
  /** What is supposed on the board: "US leaves ADEQUATE", in order. */
  suppose: string[];
  /** Filter of the board. */
  q: string;
  verdict: string | null;
}

/** A page's state, and what in the query was not understood. */
export interface ReadState {
  state: PageState;
  strange: string[];
}

export const defaults: PageState = {
  claim: null, kind: null, within: [], except: [], reading: 'HANDLED', categories: [], activities: [], scopes: [], data: 'CONTENT', activity: 'PROCESS',
  view: null, asOf: null, layers: [...layers], from: null, to: null, at: null, change: [], suppose: [], q: '', verdict: null,
};

/** What a state says of no claim in particular: of a page's own, as its reading has it. */
export const noClaim = { claim: null, kind: null, within: [], except: [], categories: [], activities: [], scopes: [] } satisfies Partial<PageState>;

/** The preset asked about where nothing names one. */
export const otherClaim = 'eu-only';

const place = /^[A-Za-z0-9_:.-]{1,64}$/;
const places = (text: string) => {
  const all = text.split(',').filter(Boolean);
  return all.length > 0 && all.length <= 50 && all.every((p) => place.test(p)) ? all : undefined;
};
const oneOf = <T extends string>(all: readonly T[]) => (text: string): T | undefined =>
  all.find((v) => v.toLowerCase().replaceAll('_', '-') === text);
const allOf = <T extends string>(all: readonly T[]) => (text: string): T[] | undefined => {
  const read = text.split(',').map(oneOf(all));
  return read.includes(undefined) ? undefined : (read as T[]);
};
// A name may have anything in it, so what separates scopes is written otherwise.
const scopeText = ({ kind, name }: ScopeInput) => show(kind) + (name ? `:${name.replaceAll('%', '%25').replaceAll(';', '%3B')}` : '');
const scopeOf = (text: string): ScopeInput | undefined => {
  const [, word = '', name] = /^([a-z-]+)(?::(.+))?$/.exec(text) ?? [];
  const kind = oneOf(scopeKinds)(word);
  if (!kind || (kind === 'ACCOUNT') === (name !== undefined)) return undefined;
  return { kind, name: name?.replaceAll('%3B', ';').replaceAll('%25', '%') ?? null };
};
const scopes = (text: string): ScopeInput[] | undefined => {
  const read = text.split(';').map(scopeOf);
  return read.includes(undefined) ? undefined : (read as ScopeInput[]);
};
const show = (text: string) => text.toLowerCase().replaceAll('_', '-');

// Each key: how its text is read (undefined: not understood) and written.
const readers: { [K in keyof PageState]: (text: string) => PageState[K] | undefined } = {
  claim: (t) => (/^[a-z0-9-]{1,64}$/.test(t) ? t : undefined),
  kind: oneOf<ClaimKind>(['ONLY_IN', 'NEVER_IN']),
  within: places,
  except: places,
  reading: oneOf(readings),
  categories: allOf(categories),
  activities: allOf(activities),
  scopes,
  data: oneOf(categories),
  activity: oneOf(activities),
  view: oneOf(['region', 'world'] as const),
  asOf: (t) => (isDay(t) ? t : undefined),
  layers: (t) => {
    if (t === 'none') return [];
    const all = t.split(',');
    return all.every((l) => layers.includes(l as Layer)) ? layers.filter((l) => all.includes(l)) : undefined;
  },
  from: (t) => (isDay(t) ? t : undefined),
  to: (t) => (isDay(t) ? t : undefined),
  at: (t) => (/^[A-Z0-9-]{2,32}$/.test(t) ? t : undefined),
  change: (t) => t.split(';').filter(Boolean),
  suppose: (t) => {
    const all = t.split(';').filter(Boolean);
    return readSuppose(all) ? all : undefined;
  },
  q: (t) => t.slice(0, 200),
  verdict: (t) => (['broken', 'not-ensured', 'unknown', 'holds'].includes(t) ? t : undefined),
};

/** Reads a query string. */
export function readState(search: string): ReadState {
  const state: PageState = { ...defaults };
  const strange: string[] = [];
  for (const [key, text] of new URLSearchParams(search)) {
    const read = Object.hasOwn(readers, key) ? readers[key as keyof PageState] : undefined;
    const value = read?.(text);
    if (value === undefined) strange.push(`${key}=${text}`);
    else Object.assign(state, { [key]: value });
  }
  // Neither says anything without places of its own, and a window ends after it began.
  if (state.within.length === 0) {
    if (state.kind) strange.push(`kind=${show(state.kind)}`);
    if (state.except.length > 0) strange.push(`except=${state.except.join()}`);
    Object.assign(state, { kind: null, except: [] });
  }
  if (state.from && state.to && state.from > state.to) {
    strange.push(`from=${state.from}`, `to=${state.to}`);
    Object.assign(state, { from: null, to: null });
  }
  return { state, strange };
}

/** Writes a query string, "" when everything has its default. */
export function printState(state: PageState): string {
  const query = new URLSearchParams();
  for (const key of Object.keys(defaults) as (keyof PageState)[]) {
    const value = state[key];
    if (value === null || value === '' || String(value) === String(defaults[key])) continue;
    query.set(key, printValue(key, value));
  }
  const text = query.toString().replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%3B', ';').replaceAll('%3D', '=');
  return text === '' ? '' : `?${text}`;
}

function printValue(key: keyof PageState, value: NonNullable<PageState[keyof PageState]>): string {
  if (key === 'layers' && Array.isArray(value) && value.length === 0) return 'none';
  if (key === 'categories' || key === 'activities') return show(String(value));
  if (key === 'scopes') return (value as ScopeInput[]).map(scopeText).join(';');
  if (Array.isArray(value)) return value.join(key === 'change' || key === 'suppose' ? ';' : ',');
  return key === 'kind' || key === 'reading' || key === 'data' || key === 'activity' ? show(value) : value;
}

/** The claim that a state asks about: a preset, or places of its own. */
export function claimInput(state: PageState, preset: string): ClaimInput {
  const own = {
    ...(state.categories.length > 0 && { categories: state.categories }),
    ...(state.activities.length > 0 && { activities: state.activities }),
    ...(state.scopes.length > 0 && { scopes: state.scopes }),
  };
  if (state.within.length > 0) {
    return { kind: state.kind ?? 'ONLY_IN', within: state.within, except: state.except, reading: state.reading, ...own };
  }
  return { preset, reading: state.reading, ...own };
}

/** Whether a state's claim is about kinds of data, activities or scopes of its own. */
export function ownParts(state: PageState): boolean {
  return state.categories.length + state.activities.length + state.scopes.length > 0;
}
