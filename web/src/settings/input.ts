// A customer's recorded settings as input of a question, so that changes can be
// tried on a copy. The API keeps them as the settings file's canonical JSON.

import type { SettingsInput } from '../api/gen/graphql';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

// Maps of the file that are lists of the input: their key and value.
const keyed: Record<string, readonly [string, string]> = {
  features: ['id', 'value'], custom_regions: ['key', 'definition'], served_on: ['product', 'hostnames'],
};

/** Settings of a document, ready to be asked about. Promises and the day they apply from are left out. */
export function settingsOf(document: string): SettingsInput {
  const file = JSON.parse(document) as Record<string, Json>;
  const { promises: _promises, effective: _effective, ...rest } = file;
  if (rest.products === 'all') rest.products = ['all'];
  return members(rest) as SettingsInput;
}

function members(object: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [camel(key), member(key, value)]));
}

function member(key: string, value: Json): Json {
  const names = keyed[key];
  if (names && isObject(value)) {
    return Object.entries(value).map(([k, v]) => ({ [names[0]]: k, [names[1]]: v }));
  }
  if (Array.isArray(value)) return value.map((v) => (isObject(v) ? members(v) : v));
  return isObject(value) ? members(value) : value;
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function camel(key: string): string {
  return key.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());
}
