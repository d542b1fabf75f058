import { describe, expect, it } from 'vitest';
import type { Evidence, Reading, Verdict } from '../src/api/gen/graphql';
import { count, counted } from '../src/format/count';
import { addDays, day, daysBetween, instant, isDay } from '../src/format/date';
import { list, sentence } from '../src/format/text';
import { claimName, customerHeadline, placePhrase, withPlace } from '../src/words/place';
import { around, momentsOf } from '../src/words/timeline';
import type { FootprintChange } from '../src/words/timeline';
import { claimHeadline, headlineDetail, verdictMarks, verdictOrder } from '../src/words/verdict';

const eu = { name: 'Only in the European Union', kind: 'ONLY_IN' as const, within: ['EU'], except: [] };
const neverUs = { name: 'Never in the United States', kind: 'NEVER_IN' as const, within: ['US'], except: [] };
const own = { kind: 'ONLY_IN' as const, within: ['CH', 'EU'], except: ['FR'] };
const verdicts: Verdict[] = ['UNKNOWN', 'HOLDS', 'NOT_ENSURED', 'BROKEN'];
const evidences: Evidence[] = ['NONE', 'CONSISTENT', 'CONTRADICTED'];

describe('the words of a verdict', () => {
  it.each(verdicts)('%s has a shape, a word and a tone of its own', (v) => {
    const others = verdicts.filter((o) => o !== v).map((o) => verdictMarks[o]);
    expect(others.map((m) => m.shape)).not.toContain(verdictMarks[v].shape);
    expect(others.map((m) => m.word)).not.toContain(verdictMarks[v].word);
    expect(others.map((m) => m.tone)).not.toContain(verdictMarks[v].tone);
  });
  it('only a verdict that holds is coloured as good', () => {
    expect(verdicts.filter((v) => verdictMarks[v].tone === 'good')).toEqual(['HOLDS']);
    expect(verdicts.filter((v) => verdictMarks[v].tone === 'bad')).toEqual(['BROKEN']);
  });
  it('only a verdict that holds lets the claim be made', () => {
    for (const v of verdicts) for (const e of evidences) expect(claimHeadline(v, e).startsWith('You can make this claim')).toBe(v === 'HOLDS');
  });
  it('a yes without measurement says so in the headline', () => {
    expect(claimHeadline('HOLDS', 'NONE')).toContain('not measured');
    expect(customerHeadline(eu, 'HANDLED', 'HOLDS', 'NONE')).toContain('not measured');
    expect(claimHeadline('HOLDS', 'CONSISTENT')).not.toContain('not measured');
  });
  it('the order puts what is broken first and every verdict in it', () => {
    expect([...verdictOrder].sort()).toEqual([...verdicts].sort());
    expect(verdictOrder[0]).toBe('BROKEN');
  });
  it('the API’s headline loses only what the page says already', () => {
    expect(headlineDetail("The settings don't ensure this: request content may be in Annaba.")).toBe('request content may be in Annaba.');
    expect(headlineDetail('Something else: stays.')).toBe('Something else: stays.');
  });
});

describe('the headline of the customer view', () => {
  const table: [typeof eu | typeof neverUs, Reading, Verdict, string][] = [
    [eu, 'HANDLED', 'HOLDS', 'Data is handled only in the European Union, by the settings. It was not measured'],
    [eu, 'RESIDES', 'HOLDS', 'Data is stored only in the European Union, by the settings. It was not measured'],
    [eu, 'EVERYTHING', 'HOLDS', 'Everything is only in the European Union, by the settings. It was not measured'],
    [neverUs, 'HANDLED', 'HOLDS', 'Data is never handled in the United States, by the settings. It was not measured'],
    [eu, 'HANDLED', 'NOT_ENSURED', 'The settings allow places outside the European Union'],
    [neverUs, 'HANDLED', 'NOT_ENSURED', 'The settings allow places in the United States'],
    [eu, 'HANDLED', 'BROKEN', 'Data was seen outside the European Union'],
    [neverUs, 'HANDLED', 'BROKEN', 'Data was seen in the United States'],
    [eu, 'HANDLED', 'UNKNOWN', 'We can’t tell whether data is handled only in the European Union'],
  ];
  it.each(table)('%o, %s, %s', (claim, reading, verdict, want) => {
    expect(customerHeadline(claim, reading, verdict, 'NONE')).toBe(want);
  });
  it('says no more of a claim about some data than the claim does', () => {
    expect(customerHeadline(eu, 'HANDLED', 'HOLDS', 'CONSISTENT', 'TLS keys are stored only in EU')).toBe('TLS keys are stored only in the European Union, by the settings');
    expect(customerHeadline(eu, 'HANDLED', 'UNKNOWN', 'NONE', 'customer data of the scope named is handled only in EU')).toBe('We can’t tell whether customer data of the scope named is handled only in the European Union');
  });
});

describe('places and lists', () => {
  it('a claim of which no name is known is named by its codes, never by a guess', () => {
    expect(placePhrase(own)).toBe('CH or EU, except FR');
    expect(claimName(own)).toBe('Only in CH or EU, except FR');
  });
  it('a claim is named by what the API calls its places, and a preset by its own name', () => {
    const places = 'Switzerland or the European Union, except France';
    expect(claimName({ ...own, places })).toBe(`Only in ${places}`);
    expect(claimName({ ...own, kind: 'NEVER_IN', places })).toBe(`Never in ${places}`);
    expect(placePhrase({ ...eu, places: 'another' })).toBe('the European Union');
    expect(withPlace('customer data is handled only in CH or EU except FR', placePhrase({ ...own, places }))).toBe(`customer data is handled only in ${places}`);
  });
  it('lists say how many they leave out', () => {
    expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'], 2)]).toEqual(['', 'a', 'a and b', 'a, b and 1 more']);
  });
  it('sentences start with a capital and stop once', () => {
    expect([sentence('a b'), sentence('a.'), sentence(' why? ')]).toEqual(['A b.', 'A.', 'Why?']);
  });
});

describe('numbers and days', () => {
  it('counts keep their denominator readable', () => {
    expect([count(0), count(20_783), count(5_200_000), count(1_000_000), count(2.5e9)]).toEqual(['0', '20,783', '5.2 M', '1 M', '2.5 B']);
    expect([counted(1, 'place'), counted(2, 'place'), counted(2, 'country', 'countries')]).toEqual(['1 place', '2 places', '2 countries']);
  });
  it('days are UTC and of the calendar', () => {
    expect(day('2026-11-03')).toBe('3 Nov 2026');
    expect(instant('2026-11-23T23:59:31.9+01:00')).toBe('23 Nov 2026, 22:59 UTC');
    expect([isDay('2026-02-29'), isDay('2024-02-29'), isDay('2026-2-1'), isDay('x')]).toEqual([false, true, false, false]);
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  });
});

describe('what changed, in words', () => {
  const change = (date: string, more: Partial<FootprintChange> = {}): FootprintChange => ({ date, listed: [], unlisted: [], began: [], ended: [], ...more });
  const of = (bloc: string, member: string, partial = false) => ({ partial, bloc: { name: bloc }, member: { name: member } });
  const changes = [
    change('2023-07-10', { began: [of('Adequacy', 'United States', true)], listed: [{ code: 'AAE', city: 'Annaba', country: 'DZ' }] }),
    change('2024-01-02', { unlisted: [{ code: 'BRU', city: 'Brussels', country: 'BE' }], ended: [of('EU', 'Atlantis')] }),
    change('2024-03-01', { listed: [{ code: 'X', city: 'X', country: 'XX' }] }),
  ];
  it('the law, the network and the settings each have theirs, a day at a time', () => {
    expect(momentsOf(changes, [{ version: 2, validFrom: '2024-03-01' }, { version: 1, validFrom: '2020-01-01' }], '2023-01-01', '2024-12-31')).toEqual([
      { date: '2023-07-10', kind: 'law', words: 'United States added to “Adequacy”, in part; 1 place listed: Annaba, DZ' },
      { date: '2024-01-02', kind: 'law', words: 'Atlantis no longer in “EU”; 1 place no longer listed: Brussels, BE' },
      { date: '2024-03-01', kind: 'settings', words: 'settings version 2; 1 place listed: X, XX' },
    ]);
  });
  it('a day has what changed before it and after it', () => {
    const moments = momentsOf(changes, [], '2023-01-01', '2024-12-31');
    expect(around(moments, '2024-01-02')).toEqual({ before: moments[0], after: moments[2] });
    expect(around(moments, '2020-01-01').before).toBeNull();
    expect(around(moments, '2025-01-01').after).toBeNull();
  });
});
