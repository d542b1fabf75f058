import { describe, expect, it } from 'vitest';
import { boardCsv, boardHeadline, boardSummary, filterRows, howLong, sinceBefore, strip, stripWords } from '../src/report/board';
import { conditionsOf } from '../src/report/conditions';
import { regionsInside, suggestions } from '../src/report/suggest';
import { checkDetail } from '../src/report/detail';
import { rowsOf } from '../src/report/table';
import { wordingOf, wordingText } from '../src/report/wording';
import { applyChanges, changeWords, idleChanges, printChange, readChange, withChange } from '../src/settings/change';
import { settingsOf } from '../src/settings/input';
import { allBreachedPlaces, coverageWords, noCells, withEvidence, withJudged } from '../src/report/evidence';
import type { Judged } from '../src/api/questions';
import type { DataCategory, Setting } from '../src/api/gen/graphql';
import type { Report } from '../src/api/questions';
import type { Evidence, Measured } from '../src/report/evidence';
import { board, placeSets, reportFor, sites } from './fixtures';

const place = 'the European Union';

describe('what decides a claim', () => {
  it('is off where the API has a counterexample, and on elsewhere', () => {
    const conditions = conditionsOf(reportFor('gryphon-grooming'));
    expect(conditions.map((c) => [c.state, c.title])).toEqual([
      ['off', 'No processing region is set, so the default applies: anywhere'],
      ['on', 'Processing region eu'], ['on', 'Log region eu'], ['on', 'Key region eu'],
    ]);
    expect(conditions[0]).toMatchObject({ scopes: ['hostname img.gryphon.example'], outside: 268 });
  });
  it('is never on where counterexamples are left to read', () => {
    const report = reportFor('gryphon-grooming');
    report.check.counterexamples.complete = false;
    expect(conditionsOf(report).map((c) => c.state)).not.toContain('on');
  });
  it('is unknown where a deciding fact is missing', () => {
    const report = reportFor('dragon-dentistry');
    report.check.verdict = 'UNKNOWN';
    report.check.unknowns = [{ fact: 'eu-region-outermost', statement: 'It is not stated', owner: 'provider', placements: 3 }];
    const states = conditionsOf(report).filter((c) => c.title === 'Processing region eu').map((c) => c.state);
    expect(states).toEqual(['unknown']);
  });
  it('is never met where it is not known what the places claimed contain', () => {
    const report = reportFor('dragon-dentistry');
    report.check.verdict = 'UNKNOWN';
    report.check.unknowns = [{ fact: 'adequacy', statement: 'It holds in part only', owner: 'law', placements: 3 }];
    report.byCategory.CONTENT.verdict = 'UNKNOWN';
    const states = new Map(conditionsOf(report).map((c) => [c.what, c.state]));
    expect([...states].filter(([what]) => /request content/.test(what)).map(([, state]) => state)).toEqual(['unknown']);
    expect([...states.values()]).toContain('on');
    expect(conditionsOf(report).find((c) => c.state === 'unknown')?.facts).toEqual(['It holds in part only']);
  });
  it('shows a counterexample even where its placement is not on the page', () => {
    const report = reportFor('gryphon-grooming');
    report.residency.placements.nodes = [];
    expect(conditionsOf(report).map((c) => c.state)).toEqual(['off']);
  });
});

describe('what may be said', () => {
  it('is the claim where it holds, with its limits', () => {
    const text = wordingText(wordingOf(reportFor('dragon-dentistry'), place));
    expect(text).toContain('Customer data is handled only in the European Union.');
    for (const limit of ['not measured', 'configuration', 'account data', 'operational data', 'Encrypted requests may enter at any PoP']) expect(text).toContain(limit);
  });
  it('is of the scopes of the claim alone, and says so', () => {
    for (const customer of ['dragon-dentistry', 'gryphon-grooming'] as const) {
      const report = reportFor(customer);
      report.check.claim.scopes = [{ kind: 'HOSTNAME', name: 'a.example' }];
      const { claims } = wordingOf(report, place);
      expect(claims.length).toBeGreaterThan(0);
      for (const c of claims) expect(c).toMatch(/^Of hostname a\.example alone, with what is of the whole account: /);
      expect(checkDetail(report.check)).toMatch(/ It is about hostname a\.example alone, with what is of the whole account\.$/);
      report.check.claim.scopes = [{ kind: 'ACCOUNT', name: null }, { kind: 'ZONE', name: 'a.example' }];
      expect(checkDetail(report.check)).toMatch(/ It is about the whole account\.$/);
    }
  });
  it('names the places of the API’s sentence, whatever it says of them', () => {
    const said = (text: string) => {
      const report = reportFor('dragon-dentistry');
      report.check.sentence = text;
      return wordingOf(report, 'the United States').claims[0];
    };
    expect(said('customer data is never handled in US or US_TERRITORIES')).toBe('Customer data is never handled in the United States.');
    expect(said('customer data of the 2 scopes named resides only in US')).toBe('Customer data of the 2 scopes named resides only in the United States.');
    expect(said('request content is processed, cached and stored only in region:us except FR')).toBe('Request content is processed, cached and stored only in the United States.');
    expect(said('everything is never in US')).toBe('Everything is never in the United States.');
  });
  it('is only what holds by itself where the claim does not', () => {
    const wording = wordingOf(reportFor('gryphon-grooming'), place);
    expect(wording.claims).toEqual(['TLS keys are stored only in the European Union.']);
    expect(wordingText(wording)).toContain('This can’t be said of request content and customer logs.');
  });
  it('is nothing where the check is not complete, or nothing holds', () => {
    const report = reportFor('dragon-dentistry');
    report.check.complete = false;
    expect(wordingOf(report, place).claims).toEqual([]);
    const none = reportFor('gryphon-grooming');
    for (const c of Object.values(none.byCategory)) c.verdict = 'UNKNOWN';
    expect(wordingOf(none, place).claims).toEqual([]);
  });
  it('never claims a kind of data that there is none of', () => {
    const report = reportFor('gryphon-grooming');
    report.byCategory.STORED_CONTENT.verdict = 'HOLDS';
    expect(wordingOf(report, place).claims.join(' ')).not.toContain('Stored objects');
  });
});

describe('the table', () => {
  it('has all seven kinds, the unflattering ones too', () => {
    const rows = rowsOf(reportFor('dragon-dentistry'));
    expect(rows).toHaveLength(7);
    const account = rows.find((r) => r.category === 'ACCOUNT');
    expect(account?.stored.map((c) => c.phrase)).toEqual(['Luxembourg, LU (core) and Portland (Hillsboro), US (core)']);
    expect(account?.verdict.verdict).toBe('NOT_ENSURED');
  });
  it('tells certain from possible places', () => {
    const keys = rowsOf(reportFor('gryphon-grooming')).find((r) => r.category === 'KEYS');
    expect(keys?.stored[0]?.phrase).toBe('41 places in 27 countries, perhaps also Réunion');
  });
});

describe('the board', () => {
  const rows = board.claims.nodes;
  const { totals } = board;
  it('counts customers in its headline, what is broken first', () => {
    expect(rows).toHaveLength(20);
    expect(rows[0]?.verdict).toBe('BROKEN');
    expect(boardHeadline(rows, totals, true)).toBe('Traffic breaks a promise to 4 customers; the settings don’t ensure one to 7 customers; 2 claims can’t be told');
  });
  it('says so far until the board was read to its end', () => {
    expect(boardHeadline(rows, totals, false)).toMatch(/^So far: Traffic breaks/);
    expect(boardHeadline([], null, false)).toBe('Reading what customers were told…');
    expect(boardHeadline([], { ...totals, claims: 0 }, true)).toBe('Nobody was told anything');
    expect(boardHeadline([], { ...totals, claims: 8, holds: 8 }, true)).toBe('8 of 8 claims hold');
  });
  it('says what was measured, and what was not', () => {
    expect(boardSummary(totals)).toBe('20 claims to 16 customers: 11 measured, 9 not.');
    expect(boardSummary({ ...totals, measured: 0, waived: 1 })).toBe('20 claims to 16 customers: none was measured; 1 waived for now.');
  });
  it('filters by words and verdict', () => {
    expect(filterRows(rows, 'yeti', null)).toHaveLength(2);
    expect(filterRows(rows, 'DEMO-05', 'not-ensured')).toHaveLength(1);
    expect(filterRows(rows, '', 'broken')).toHaveLength(5);
  });
  it('draws days without a log hollow, and one request outside so that it is seen', () => {
    const bars = strip([{ events: 0, outside: 0, minutes: 0 }, { events: 9, outside: 0, minutes: 1440 }, { events: 9, outside: 1, minutes: 1440 }, { events: 900, outside: 400, minutes: 60 }]);
    expect(bars.map((b) => b.state)).toEqual(['hollow', 'calm', 'bad', 'bad']);
    expect(bars[2]?.height).toBeGreaterThan(0.25);
    expect(bars[3]?.height).toBe(1);
    expect(stripWords([{ events: 1, outside: 1, minutes: 60 }, { events: 0, outside: 0, minutes: 0 }])).toBe('1 day with requests outside, 0 days without, 1 day not measured');
    expect(stripWords([])).toBe('Not measured');
  });
  it('says of a break that began before the days looked at that it is that old or older', () => {
    const [first] = rows;
    if (!first) throw new Error('no rows');
    const [from, today] = ['2026-08-25T00:00:00Z', '2026-11-23'];
    const clipped = { ...first, verdict: 'BROKEN' as const, verdictSince: '2026-08-25T00:03:00Z' };
    expect([sinceBefore(clipped, from), howLong(clipped, from, today)]).toEqual([true, '90 days or longer']);
    expect(boardCsv([clipped], from)).toContain('"2026-08-25 or earlier"');
    const later = { ...clipped, verdictSince: '2026-08-26T00:00:00Z' };
    expect([sinceBefore(later, from), howLong(later, from, today)]).toEqual([false, '89 days']);
    // What the settings made so is known from its first day.
    const settings = { ...clipped, verdict: 'NOT_ENSURED' as const, verdictSince: '2026-03-02T00:00:00Z' };
    expect([sinceBefore(settings, from), howLong(settings, from, today)]).toEqual([false, '266 days']);
    expect(boardCsv([settings], from)).toContain('"2026-03-02T00:00:00Z"');
    expect(howLong({ ...clipped, verdictSince: today }, from, today)).toBe('today');
  });
  it('exports without formulas', () => {
    const [first] = rows;
    if (!first) throw new Error('no rows');
    const csv = boardCsv([{ ...first, customer: { key: 'x', name: '=HYPERLINK("a")' } }], '2026-08-25');
    expect(csv).toContain(`"'=HYPERLINK(""a"")"`);
  });
});

describe('evidence', () => {
  it('takes a yes away while it is not read, and no verdict but a yes', () => {
    const yes = reportFor('dragon-dentistry');
    expect(yes.check.verdict).toBe('HOLDS');
    expect(withEvidence(yes, null).check.verdict).toBe('HOLDS');
    const unread = withEvidence(yes, null, true);
    expect(unread.check.verdict).toBe('UNKNOWN');
    expect(Object.values(unread.byCategory).map((c) => c.verdict)).not.toContain('HOLDS');
    expect(withEvidence(reportFor('gryphon-grooming'), null, true).check.verdict).toBe('NOT_ENSURED');
  });
  it('leaves what it leaves of a verdict where it may not be seen itself', () => {
    const yes = reportFor('dragon-dentistry');
    const judged = { check: { verdict: 'BROKEN', evidence: 'CONTRADICTED', headline: 'x' }, byCategory: { ...Object.fromEntries(Object.keys(yes.byCategory).map((k) => [k, { verdict: 'HOLDS' }])), CONTENT: { verdict: 'BROKEN' } } } as unknown as Judged;
    const left = withJudged(yes, judged);
    expect([left.check.verdict, left.check.evidence, left.byCategory.CONTENT.verdict, left.byCategory.KEYS.verdict]).toEqual(['BROKEN', 'CONTRADICTED', 'BROKEN', 'HOLDS']);
    expect(left.byCategory.CONTENT.considered).toEqual(yes.byCategory.CONTENT.considered);
  });
  it('where it takes the yes away, no kind of data that was seen keeps its own', () => {
    const yes = reportFor('dragon-dentistry');
    const part = (category: DataCategory, events: number) => ({ category, activity: 'PROCESS' as const, events, outside: 0 });
    const evidence = { check: { verdict: 'UNKNOWN', evidence: 'CONSISTENT', headline: 'We can’t tell: x', measured: { parts: [part('CONTENT', 3), part('TRAFFIC_METADATA', 0)] } } } as unknown as Evidence;
    const { check, byCategory } = withEvidence(yes, evidence);
    expect([check.verdict, byCategory.CONTENT.verdict, byCategory.TRAFFIC_METADATA.verdict, byCategory.KEYS.verdict]).toEqual(['UNKNOWN', 'UNKNOWN', 'HOLDS', 'HOLDS']);
  });
});

describe('what was seen against a claim', () => {
  const breach = (category: DataCategory, activity: string, code: string, events: number, name = 'a.example') => ({ category, activity, code, events, first: '2026-11-01', last: '2026-11-02', sentence: 's', site: null, scope: { kind: 'HOSTNAME', name } });
  const of = (...breaches: ReturnType<typeof breach>[]) => allBreachedPlaces({ breaches } as unknown as Measured).map((p) => [p.code, p.category, p.events]);
  it('is told of every place once, of whatever kind of data', () => {
    expect(of(breach('CONTENT', 'CACHE', 'LHR', 26), breach('CONTENT', 'CACHE', 'LHR', 4, 'b.example'), breach('CONTENT', 'CACHE', 'EWR', 3))).toEqual([['LHR', 'CONTENT', 30], ['EWR', 'CONTENT', 3]]);
    expect(of(breach('TRAFFIC_METADATA', 'PROCESS', 'IAD', 9), breach('CONTENT', 'PROCESS', 'IAD', 8), breach('TRAFFIC_METADATA', 'STORE', 'CORE-PDX', 5))).toEqual([['IAD', 'CONTENT', 8], ['CORE-PDX', 'TRAFFIC_METADATA', 5]]);
    expect(of()).toEqual([]);
  });
  it('says why no areas of visitors are drawn', () => {
    const traffic = (events: number, cells: number) => ({ traffic: { events, cells: Array.from({ length: cells }) } }) as unknown as Evidence;
    expect(noCells(traffic(5, 0), 'CONTENT', 'PROCESS')).toMatch(/countries only/);
    expect(noCells(traffic(0, 0), 'CONTENT', 'PROCESS')).toBe('no request was seen');
    expect(noCells(traffic(5, 2), 'KEYS', 'STORE')).toMatch(/request content/);
    expect([noCells(traffic(5, 2), 'CONTENT', 'PROCESS'), noCells(null, 'CONTENT', 'PROCESS')]).toEqual([null, null]);
  });
});

describe('what if', () => {
  const document = '{"customer":"a","effective":"2026-01-01","features":{"argo":"false"},"log_region":"eu","out_of_region_access":true,"products":"all","promises":[{"claim":"eu-only","reading":"handled"}],"served_on":{"r2":["x.example"]},"storage":[{"product":"r2","name":"b"}],"unknown":["log_retention","zones.z.example.certificates"],"zones":[{"name":"z.example","secondary_dns":true,"hostnames":[{"name":"w.z.example","processing_region":"eu"},{"name":"i.z.example"}]}]}';
  const settings = settingsOf(document);
  it('reads the settings file as input, without promises', () => {
    expect(settings).toEqual({
      customer: 'a', features: [{ id: 'argo', value: 'false' }], logRegion: 'eu', outOfRegionAccess: true, products: ['all'],
      servedOn: [{ product: 'r2', hostnames: ['x.example'] }], storage: [{ product: 'r2', name: 'b' }], unknown: ['log_retention', 'zones.z.example.certificates'],
      zones: [{ name: 'z.example', secondaryDns: true, hostnames: [{ name: 'w.z.example', processingRegion: 'eu' }, { name: 'i.z.example' }] }],
    });
  });
  it.each(['processing=eu', 'processing:*.a.example=none', 'logs=us', 'keys=eu', 'storage=eu', 'retention=off', 'access=on', 'product:workers-ai=on', 'feature:tiered_cache=smart'])('%s is the same after reading and printing', (text) => {
    const change = readChange(text);
    expect(change && printChange(change)).toBe(text);
    expect(change && changeWords(change)).toBeTruthy();
  });
  it.each(['', 'logs', 'logs:x=eu', 'product=on', 'x=1', 'processing:<b>=eu', 'logs=eu;keys=eu'])('"%s" is not understood', (text) => {
    expect(readChange(text)).toBeNull();
  });
  it('changes a copy and leaves the settings as they are', () => {
    const before = JSON.stringify(settings);
    const changed = applyChanges(settings, ['processing:i.z.example=eu', 'keys=de', 'retention=off', 'storage=eu', 'feature:argo=true', 'logs=none'].flatMap((t) => readChange(t) ?? []), ['cdn', 'waf']);
    expect(changed).toMatchObject({
      logRegion: null, logRetention: false, unknown: [], features: [{ id: 'argo', value: 'true' }], storage: [{ name: 'b', jurisdiction: 'eu' }],
      zones: [{ hostnames: [{ name: 'w.z.example', processingRegion: 'eu' }, { name: 'i.z.example', processingRegion: 'eu' }], certificates: [{ hosts: ['w.z.example', 'i.z.example'], keyRegion: 'de' }] }],
    });
    expect(JSON.stringify(settings)).toBe(before);
  });
  const change = (text: string) => readChange(text) ?? { what: 'logs' as const, of: null, to: 'none' };
  it('naming one product does not make the others known', () => {
    const unknown = { ...settings, products: null };
    expect(applyChanges(unknown, [change('product:waf=on'), change('product:cdn=off')], ['cdn', 'waf']).products).toBeNull();
  });
  it('takes one away from all', () => {
    expect(applyChanges(settings, [change('product:waf=off')], ['cdn', 'waf', 'dns']).products).toEqual(['cdn', 'dns']);
  });
  it('tells the changes that change nothing', () => {
    const tried = ['processing:nosuch.example=us', 'logs=eu', 'product:waf=on', 'product:nosuch=on', 'logs=us'].map(change);
    expect(idleChanges(settings, tried, ['cdn', 'waf']).map(printChange)).toEqual(['processing:nosuch.example=us', 'logs=eu', 'product:waf=on', 'product:nosuch=on']);
  });
  it('is never wording for today', () => {
    const text = wordingText(wordingOf(reportFor('dragon-dentistry'), 'the European Union', ['Log region: eu']));
    expect(text).toMatch(/^This can’t be said today: the settings are others\. With these changes \(Log region: eu\) it could be: Customer data/);
  });
  it('a later change of the same thing replaces the earlier one', () => {
    const logs = { what: 'logs', of: null, to: 'us' } as const;
    expect(withChange([logs, { what: 'keys', of: null, to: 'eu' }], { ...logs, to: 'eu' }).map(printChange)).toEqual(['keys=eu', 'logs=eu']);
  });
  const region = (setting: Setting, key: string, ...codes: string[]) => ({ key, name: key, setting, sites: { countries: codes.map((country) => ({ country })) } });
  const eu = ['DE', 'FR', 'LU'];
  const regions = [region('PROCESSING', 'de', 'DE'), region('PROCESSING', 'eu', ...eu), region('LOGS', 'eu', ...eu), region('LOGS', 'us', 'US'), region('KEYS', 'nowhere')];
  const inside = (place: 'EU' | 'US' | 'CH', wanted: string) => regionsInside(regions, { sites: new Set(placeSets[place].footprint.sites.map((s) => s.code)), maybe: new Set(), countries: new Set() }, sites, wanted);
  const suggest = (report: Report, place: 'EU' | 'US' | 'CH', wanted = place.toLowerCase()) => suggestions(report, regions, inside(place, wanted), 'the place');
  it('suggests what the counterexamples ask for', () => {
    expect(suggest(reportFor('gryphon-grooming'), 'EU').changes.map(printChange)).toEqual(['processing:img.gryphon.example=eu']);
    expect(suggest(reportFor('dragon-dentistry'), 'EU')).toEqual({ changes: [], none: [] });
    const many = reportFor('gryphon-grooming');
    const [first] = many.check.counterexamples.nodes;
    if (!first) throw new Error('no counterexample');
    many.check.counterexamples.nodes = [1, 2, 3, 4].map((n) => ({ ...first, scope: { kind: 'HOSTNAME', name: `h${n}.example` } }));
    expect(suggest(many, 'EU').changes.map(printChange)).toEqual(['processing=eu']);
  });
  it('suggests only regions that there are, inside the places of the claim', () => {
    expect([inside('EU', 'eea')('PROCESSING'), inside('EU', 'de')('PROCESSING'), inside('EU', 'eea')('LOGS')]).toEqual(['eu', 'de', 'eu']);
    expect([inside('US', 'us')('LOGS'), inside('US', 'us')('PROCESSING'), inside('CH', 'ch')('LOGS'), inside('EU', 'eu')('KEYS')]).toEqual(['us', null, null, null]);
  });
  it('says where there is no such region', () => {
    const report = reportFor('gryphon-grooming');
    const [first] = report.check.counterexamples.nodes;
    if (!first) throw new Error('no counterexample');
    report.check.counterexamples.nodes = [{ ...first, because: { ...first.because, setting: 'LOGS', kind: 'DEFAULT' } }];
    expect(suggest(report, 'CH')).toEqual({ changes: [], none: ['No log region lies inside the place; there are eu and us.'] });
    report.check.claim.kind = 'NEVER_IN';
    expect(suggest(report, 'CH')).toEqual({ changes: [], none: [] });
  });
});

describe('what logs cover', () => {
  const words = (coverage: Partial<Measured['coverage']>, events: number) => coverageWords({
    events, coverage: { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z', hours: 24, hoursSeen: 0, minutes: 1440, minutesSeen: 0, gaps: [{ from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' }], ...coverage },
  } as unknown as Measured);
  it('nothing, some requests, some hours, all', () => {
    expect(words({}, 0)).toBe('No log covers 1 Nov 2026 to 1 Nov 2026, UTC. Nothing was measured.');
    expect(words({}, 7)).toBe('Some requests of 1 Nov 2026 to 1 Nov 2026, UTC are in logs; none of its hours is covered by logs of every zone.');
    expect(words({ hoursSeen: 3, minutesSeen: 180 }, 7)).toBe('Logs cover 3 of 24 hours, 1 Nov 2026 to 1 Nov 2026, UTC.');
    expect(words({ hoursSeen: 24, minutesSeen: 1440, gaps: [] }, 7)).toBe('Logs cover every hour of 1 Nov 2026 to 1 Nov 2026, UTC.');
  });
});
