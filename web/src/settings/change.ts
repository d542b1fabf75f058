// Changes tried on a copy of the settings. Each is a text of the address:
//
//   processing=eu              every hostname; none takes it away
//   processing:a.example=eu    one hostname
//   logs=eu  keys=eu  storage=eu
//   retention=off  access=off
//   product:workers-ai=on      in use or not
//   feature:argo=false

import type { SettingsInput, ZoneInput } from '../api/gen/graphql';

/** One change: what, of which (for hostnames, products, features), to what. */
export interface Change {
  what: 'processing' | 'logs' | 'keys' | 'storage' | 'retention' | 'access' | 'product' | 'feature';
  of: string | null;
  to: string;
}

const pattern = /^(processing|logs|keys|storage|retention|access|product|feature)(?::([A-Za-z0-9*._-]{1,253}))?=([A-Za-z0-9_-]{1,64})$/;
const needsName = new Set(['product', 'feature']);
const mayHaveName = new Set(['processing', 'product', 'feature']);

/** Reads a change; null where it is not understood. */
export function readChange(text: string): Change | null {
  const m = pattern.exec(text);
  if (!m) return null;
  const [, what, of, to] = m as unknown as [string, Change['what'], string | undefined, string];
  if (of === undefined ? needsName.has(what) : !mayHaveName.has(what)) return null;
  return { what, of: of ?? null, to };
}

/** Writes a change as a text of the address. */
export function printChange(c: Change): string {
  return `${c.what}${c.of === null ? '' : `:${c.of}`}=${c.to}`;
}

/** The changes with one more: a later change of the same thing replaces it. */
export function withChange(changes: readonly Change[], next: Change): Change[] {
  return [...changes.filter((c) => c.what !== next.what || c.of !== next.of), next];
}

/** A change in words. */
export function changeWords(c: Change): string {
  const set = c.to === 'none' ? 'taken away' : c.to;
  switch (c.what) {
    case 'processing': return `Processing region of ${c.of ?? 'every hostname'}: ${set}`;
    case 'logs': return `Log region: ${set}`;
    case 'keys': return `Key region of every certificate: ${set}`;
    case 'storage': return `Storage jurisdiction of every resource: ${set}`;
    case 'retention': return `Log retention ${c.to}`;
    case 'access': return `Access to logs from outside the region ${c.to}`;
    case 'product': return `${c.of} ${c.to === 'on' ? 'in use' : 'not in use'}`;
    default: return `${c.of}: ${c.to}`;
  }
}

/** The settings with the changes made. The settings given are left as they are; `products` are all there are. */
export function applyChanges(settings: SettingsInput, changes: readonly Change[], products: readonly string[]): SettingsInput {
  return changes.reduce((s, c) => apply(s, c, products), settings);
}

/** The changes that change nothing of the settings: what they name is not there, or is so already. */
export function idleChanges(settings: SettingsInput, changes: readonly Change[], products: readonly string[]): Change[] {
  const was = JSON.stringify(settings);
  return changes.filter((c) => JSON.stringify(apply(settings, c, products)) === was);
}

function apply(s: SettingsInput, c: Change, products: readonly string[]): SettingsInput {
  const value = c.to === 'none' ? null : c.to;
  switch (c.what) {
    case 'processing': return { ...s, ...(c.of === null ? { defaultProcessingRegion: value } : {}), zones: zones(s, (z) => withRegion(z, c.of, value)) };
    case 'logs': return read({ ...s, logRegion: value }, 'log_region');
    case 'retention': return read({ ...s, logRetention: c.to === 'on' }, 'log_retention');
    case 'access': return read({ ...s, outOfRegionAccess: c.to === 'on' }, 'out_of_region_access');
    case 'keys': return read({ ...s, zones: zones(s, (z) => withKeys(z, value)) }, ...(s.zones ?? []).map((z) => `zones.${z.name}.certificates`));
    case 'storage': return { ...s, storage: s.storage?.map((r) => ({ ...r, jurisdiction: value })) ?? null };
    case 'product': return withProduct(s, c.of ?? '', c.to === 'on', products);
    default: return { ...s, features: [...(s.features ?? []).filter((f) => f.id !== c.of), { id: c.of ?? '', value: c.to }] };
  }
}

function zones(s: SettingsInput, change: (z: ZoneInput) => ZoneInput): ZoneInput[] | null {
  return s.zones?.map(change) ?? null;
}

function withRegion(z: ZoneInput, hostname: string | null, region: string | null): ZoneInput {
  return { ...z, hostnames: z.hostnames?.map((h) => (hostname === null || h.name === hostname ? { ...h, processingRegion: region } : h)) ?? null };
}

// A zone without a certificate of its own gets one for its hostnames: the key
// region is a property of a certificate that is uploaded.
function withKeys(z: ZoneInput, keyRegion: string | null): ZoneInput {
  const own = z.certificates?.length ? z.certificates : [{ hosts: z.hostnames?.map((h) => h.name) ?? [z.name] }];
  return { ...z, certificates: own.filter((c) => c.hosts.length > 0).map((c) => ({ hosts: c.hosts, keyRegion })) };
}

// Where it is not known which products are in use, naming one does not make the others known.
function withProduct(s: SettingsInput, id: string, on: boolean, products: readonly string[]): SettingsInput {
  if (!s.products || !products.includes(id)) return s;
  const used = s.products[0] === 'all' ? products : s.products;
  if (used.includes(id) === on) return s;
  return { ...s, products: on ? [...used, id] : used.filter((p) => p !== id) };
}

/** What is set is no longer a fact that could not be read. */
function read(s: SettingsInput, ...paths: string[]): SettingsInput {
  return s.unknown ? { ...s, unknown: s.unknown.filter((p) => !paths.includes(p)) } : s;
}
