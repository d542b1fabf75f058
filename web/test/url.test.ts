import { describe, expect, it } from 'vitest';
import { claimInput, defaults, printState, readState } from '../src/url/state';
import type { PageState } from '../src/url/state';

describe('the state in the address', () => {
  const states: Partial<PageState>[] = [
    {},
    { reading: 'RESIDES', asOf: '2026-03-01' },
    { data: 'TRAFFIC_METADATA', activity: 'STORE', view: 'world', at: 'CORE-LUX' },
    { within: ['CH', 'region:eu'], except: ['FR'], kind: 'NEVER_IN' },
    { change: ['logs=eu', 'processing:a.example=eu', 'product:workers-ai=off'] },
    { layers: ['cores'] }, { layers: [] }, { layers: ['pops', 'traffic'], asOf: '2026-03-01' },
    { categories: ['CONFIGURATION', 'KEYS'], activities: ['STORE'] },
    { scopes: [{ kind: 'ACCOUNT', name: null }] }, { scopes: [{ kind: 'HOSTNAME', name: '*.a.example' }, { kind: 'RESOURCE', name: 'r2/a;b%3B:c' }, { kind: 'IP_BINDING', name: '2001:db8::/32' }] },
    { suppose: ['US leaves ADEQUATE', 'site XYZ in DE opens', 'US-CA joins STATES', 'site CORE-LUX closes'] },
    { q: 'ünï & co = 5%', verdict: 'not-ensured', claim: 'eu-only' },
  ];
  it.each(states)('%o is the same after printing and reading', (part) => {
    const state = { ...defaults, ...part };
    expect(readState(printState(state))).toEqual({ state, strange: [] });
  });
  it('defaults are left out', () => {
    expect(printState(defaults)).toBe('');
  });
  it('what is not understood is reported and has no effect', () => {
    expect(readState('?layers=pops,heat').strange).toEqual(['layers=pops,heat']);
    expect(printState({ ...defaults, layers: [] })).toBe('?layers=none');
    const { state, strange } = readState('?asOf=2026-02-30&reading=maybe&foo=1&at=<b>&__proto__=x&within=' + 'a,'.repeat(60));
    expect(state).toEqual(defaults);
    expect(strange).toHaveLength(6);
  });
  it.each([
    ['?except=FR&kind=never-in', ['kind=never-in', 'except=FR']],
    ['?scopes=hostname', ['scopes=hostname']],
    ['?scopes=hostname:a.example;nothing:b', ['scopes=hostname:a.example;nothing:b']],
    ['?scopes=account:b', ['scopes=account:b']],
    ['?suppose=US+left+ADEQUATE', ['suppose=US left ADEQUATE']],
    ['?from=2026-11-30&to=2026-11-01', ['from=2026-11-30', 'to=2026-11-01']],
    ['?within=EU&except=FR&kind=never-in&from=2026-11-01&to=2026-11-01', []],
  ])('%s: what has no effect is reported', (search, strange) => {
    const read = readState(search);
    expect(read.strange).toEqual(strange);
    expect(strange.length === 0 ? read.state.except : read.state).toEqual(strange.length === 0 ? ['FR'] : defaults);
  });
  it('a claim of its own goes before the preset', () => {
    expect(claimInput({ ...defaults, within: ['CH'] }, 'eu-only')).toEqual({ kind: 'ONLY_IN', within: ['CH'], except: [], reading: 'HANDLED' });
    expect(claimInput(defaults, 'eu-only')).toEqual({ preset: 'eu-only', reading: 'HANDLED' });
    expect(claimInput({ ...defaults, categories: ['KEYS'] }, 'eu-only')).toEqual({ preset: 'eu-only', reading: 'HANDLED', categories: ['KEYS'] });
    expect(claimInput({ ...defaults, scopes: [{ kind: 'ZONE', name: 'a.example' }] }, 'eu-only')).toEqual({ preset: 'eu-only', reading: 'HANDLED', scopes: [{ kind: 'ZONE', name: 'a.example' }] });
    expect(readState('?categories=keys,nothing').strange).toEqual(['categories=keys,nothing']);
  });
});
