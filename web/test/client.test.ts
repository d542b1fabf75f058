import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, ask, forget, fresh, idOf, keyOf, takeFirst } from '../src/api/client';
import { CustomersDocument } from '../src/api/gen/graphql';
import type { ScopeInput } from '../src/api/gen/graphql';
import documents from '../src/api/gen/persisted-documents.json' with { type: 'json' };
import { claimVariables } from '../src/api/questions';
import { embedTexts } from '../src/embed/main';

const answer = { customers: { complete: true, nodes: [{ key: 'a', name: 'A' }] } };

function reply(body: unknown, id = 'REQ1') {
  return vi.fn<typeof fetch>(() => Promise.resolve(new Response(JSON.stringify(body), { headers: { 'x-request-id': id } })));
}

beforeEach(forget);
afterEach(() => { vi.unstubAllGlobals(); vi.useRealTimers(); });

describe('a question', () => {
  it('asks for the media type of GraphQL, once a minute', async () => {
    vi.useFakeTimers();
    const fetch = reply({ data: answer });
    vi.stubGlobal('fetch', fetch);
    await ask(CustomersDocument, { search: null });
    await ask(CustomersDocument, { search: null });
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(fetch.mock.calls[0]?.[1]?.headers).toMatchObject({ accept: 'application/graphql-response+json' });
    vi.advanceTimersByTime(61_000);
    await ask(CustomersDocument, { search: null });
    expect(fetch).toHaveBeenCalledTimes(2);
  });
  it('names its document by a digest, and sends no text', async () => {
    const fetch = reply({ data: answer });
    vi.stubGlobal('fetch', fetch);
    await ask(CustomersDocument, { search: null });
    const sent = JSON.parse(fetch.mock.calls[0]?.[1]?.body as string) as { documentId: keyof typeof documents };
    expect(Object.keys(sent).sort()).toEqual(['documentId', 'variables']);
    expect(documents[sent.documentId]).toMatch(/^query Customers\(/);
    expect(sent.documentId).toBe(`sha256:${createHash('sha256').update(documents[sent.documentId]).digest('hex')}`);
  });
  it('shows a partial answer with its problems, and does not keep it', async () => {
    vi.stubGlobal('fetch', reply({ data: answer, errors: [{ message: 'half', extensions: { code: 'TIMEOUT' } }] }));
    const got = await ask(CustomersDocument, { search: null });
    expect(got.problems.map((p) => [p.code, p.requestId])).toEqual([['TIMEOUT', 'REQ1']]);
    expect(fresh(CustomersDocument, { search: null })).toBeNull();
  });
  it('fails with the code and the request where there is no data', async () => {
    vi.stubGlobal('fetch', reply({ errors: [{ message: 'no', extensions: { code: 'COST_LIMIT' } }] }));
    await expect(ask(CustomersDocument, {})).rejects.toMatchObject({ code: 'COST_LIMIT', requestId: 'REQ1' });
    vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response('<html>', { status: 502 }))));
    await expect(ask(CustomersDocument, {})).rejects.toBeInstanceOf(ApiError);
    vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new TypeError('offline'))));
    await expect(ask(CustomersDocument, {})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
  it('is the same whatever the order of its variables', () => {
    expect(keyOf('a', { a: 1, b: { c: [2], d: null } })).toBe(keyOf('a', { b: { d: null, c: [2] }, a: 1, e: undefined }));
    expect(keyOf('a', { a: 1 })).not.toBe(keyOf('a', { a: 2 }));
  });
  it('takes the answers that come with the page, if they are whole', () => {
    const first = (response: unknown) => takeFirst(JSON.stringify([{ documentId: idOf(CustomersDocument), variables: { search: null }, response }]));
    first({ data: answer, errors: [{ message: 'x' }] });
    expect(fresh(CustomersDocument, { search: null })).toBeNull();
    first({ data: answer });
    expect(fresh(CustomersDocument, { search: null })?.data).toEqual(answer);
    takeFirst('');
  });
  it('asks about every kind of data in the activities of the reading', () => {
    const v = claimVariables({ preset: 'eu-only', reading: 'RESIDES' }, 'RESIDES');
    expect(Object.keys(v)).toHaveLength(8);
    expect(v.keys).toEqual({ preset: 'eu-only', reading: 'RESIDES', categories: ['KEYS'], activities: ['CACHE', 'STORE'] });
  });
  it('asks about the scopes of a claim wherever the claim is', () => {
    const scopes: ScopeInput[] = [{ kind: 'HOSTNAME', name: 'a.example' }];
    const v = claimVariables({ preset: 'eu-only', scopes }, 'HANDLED');
    expect([v.scopes, v.claim.scopes, v.keys.scopes]).toEqual([scopes, scopes, scopes]);
  });
});

describe('the embed', () => {
  const check: Parameters<typeof embedTexts>[0] = { verdict: 'HOLDS', evidence: 'NONE', headline: '', sentence: '', complete: true, claim: { kind: 'ONLY_IN', within: ['EU'], except: [], places: 'the European Union' }, asOf: '2026-11-20', knownAt: '2026-11-20T12:00:00Z', disclaimer: '' };
  it('shows no bare verdict once the check is a day old', () => {
    const at = Date.parse(check.knownAt);
    expect(embedTexts(check, at + 3600_000)).toMatchObject({ word: 'Holds', tone: 'good' });
    expect(embedTexts(check, at + 25 * 3600_000)).toEqual({ word: 'Last checked 20 Nov 2026', tone: 'mute', checked: 'then: Holds' });
  });
});
