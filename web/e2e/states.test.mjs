// Everything a page can be in beside good: waiting, failed, empty, partial, past.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { asks, audit, go, launch, open, eventually } from './browser.mjs';
import { startServer } from './server.mjs';

let server;
let browser;
before(async () => { [server, browser] = await Promise.all([startServer(), launch()]); }, { timeout: 240_000 });
after(async () => { await browser?.close(); await server?.stop(); });

const shots = join(import.meta.dirname, '../screenshots');
mkdirSync(shots, { recursive: true });

const text = (page, selector) => page.locator(selector).first().innerText();

/** Takes the first answers out of the page, so that the API is asked. */
async function withoutFirst(page) {
  await page.route((u) => !u.pathname.startsWith('/assets/') && u.pathname !== '/graphql', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/<script type="application\/json" id="first">.*?<\/script>/s, '');
    await route.fulfill({ response, body });
  });
}

describe('a page', () => {
  test('says that it is loading, only when that takes a while', async () => {
    const { page, context } = await open(browser);
    await withoutFirst(page);
    let release;
    const held = new Promise((resolve) => { release = resolve; });
    await page.route('**/graphql', async (route) => { await held; await route.continue(); });
    await page.goto(`${server.url}/c/gryphon-grooming`);
    await page.getByRole('status').filter({ hasText: 'Loading' }).waitFor();
    release();
    await page.locator('svg.map').waitFor();
    assert.equal(await page.getByRole('status').filter({ hasText: 'Loading' }).count(), 0);
    await context.close();
  });
  test('says what failed, with the request, and tries again', async () => {
    const { page, context } = await open(browser);
    await withoutFirst(page);
    let failing = true;
    await page.route('**/graphql', (route) => (failing
      ? route.fulfill({ status: 200, headers: { 'x-request-id': 'REQ1', 'content-type': 'application/graphql-response+json' }, body: '{"data":null,"errors":[{"message":"internal error","extensions":{"code":"INTERNAL"}}]}' })
      : route.continue()));
    await page.goto(`${server.url}/c/gryphon-grooming`);
    await page.getByRole('alert').first().waitFor();
    assert.match(await text(page, '[role=alert]'), /could not be read[\s\S]*REQ1/);
    assert.deepEqual(await audit(page), []);
    failing = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('svg.map').waitFor();
    await context.close();
  });
  test('keeps the last good answer when a new one fails', async () => {
    const { page, context } = await open(browser);
    await go(page, `${server.url}/c/gryphon-grooming`);
    await page.route('**/graphql', (route) => route.abort());
    await page.getByRole('button', { name: 'Stored', exact: true }).click();
    const kept = page.getByRole('alert').filter({ hasText: 'Shown below' });
    await kept.waitFor();
    assert.match(await kept.innerText(), /does not answer[\s\S]*Shown below: the answer of/);
    assert.equal(await page.locator('.stale svg.map').count(), 1);
    await context.close();
  });
  test('says that part of an answer is missing', async () => {
    const { page, context } = await open(browser);
    await withoutFirst(page);
    await page.route('**/graphql', async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      if (asks(route.request()) === 'Report') body.errors = [{ message: 'The keys could not be judged.', extensions: { code: 'TIMEOUT' } }];
      await route.fulfill({ response, json: body });
    });
    await page.goto(`${server.url}/c/gryphon-grooming`);
    await page.getByRole('alert').first().waitFor();
    assert.match(await text(page, '[role=alert]'), /Part of the check is missing[\s\S]*keys could not be judged/);
    await context.close();
  });
  test('says that it may be out of date while the store is away', async () => {
    const { page, context } = await open(browser);
    await withoutFirst(page);
    let away = true;
    await page.route('**/graphql', async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      if (away) body.extensions.stale = 90;
      await route.fulfill({ response, json: body });
    });
    await page.goto(`${server.url}/c/dragon-dentistry`);
    await page.getByRole('alert').first().waitFor();
    assert.match(await text(page, '[role=alert]'), /may be out of date[\s\S]*90 seconds/);
    // At once: the page asks again by itself after five seconds, and then the button goes.
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByRole('alert').first().waitFor();
    assert.deepEqual(await audit(page), []);
    away = false;
    await eventually(async () => assert.equal(await page.getByRole('alert').count(), 0));
    await context.close();
  });
  test('says the same of a customer that is absent and one that is not yours', async () => {
    const { page, context } = await open(browser);
    await go(page, `${server.url}/c/nobody-at-all`);
    assert.match(await text(page, 'main'), /You can’t see nobody-at-all\s+Ask its account owner/);
    await context.close();
  });
  test('says what in its address was not understood', async () => {
    const { page, context } = await open(browser);
    await go(page, `${server.url}/c/gryphon-grooming?asOf=2026-99-01&color=red`);
    assert.match(await text(page, '[role=alert]'), /not understood[\s\S]*asOf=2026-99-01[\s\S]*color=red/);
    await context.close();
  });
  test('says that nothing is known before the first record, and never yes', async () => {
    const { page, context } = await open(browser);
    await go(page, `${server.url}/c/dragon-dentistry?asOf=2021-01-01`);
    assert.match(await text(page, 'h1'), /^We can’t tell/);
    assert.match(await text(page, '.empty'), /Nothing is known for 1 Jan 2021/);
    assert.equal(await page.locator('.lead .chip.good').count(), 0);
    await go(page, `${server.url}/c/dragon-dentistry/claims/eu-only?asOf=2021-01-01`);
    await eventually(async () => assert.match(await text(page, '.three'), /Nothing is recorded for that day/));
    assert.doesNotMatch(await text(page, '.three'), /none of the data|every kind of data/);
    assert.equal(await text(page, '#counterexamples'), 'Nothing is recorded for that day');
    await context.close();
  });
  test('says what is not known where a verdict is Unknown, and marks no place as certain', async () => {
    const { page, context } = await open(browser);
    await go(page, `${server.url}/c/ghost-salvage`);
    assert.match(await text(page, '.attention'), /Unknown[\s\S]*could answer/);
    await eventually(async () => assert.ok(await page.locator('svg.map .dot.perhaps').count() > 10));
    assert.equal(await page.locator('svg.map .dot.outside').count(), 0);
    await context.close();
  });
  test('says that a claim or an address does not exist', async () => {
    const { page, context } = await open(browser);
    await go(page, `${server.url}/c/gryphon-grooming/claims/moon-only`);
    assert.match(await text(page, 'h1'), /no claim “moon-only”/);
    await go(page, `${server.url}/nothing/here`);
    assert.match(await text(page, 'h1'), /no such page/);
    await go(page, `${server.url}/places/QQQ`);
    assert.match(await text(page, 'h1'), /No place has the code QQQ/);
    await context.close();
  });
});

test('where what was observed cannot be read, no yes stands', async () => {
  const { page, context } = await open(browser);
  await withoutFirst(page);
  await page.route('**/graphql', (route) => (asks(route.request()) === 'Measured' ? route.abort() : route.continue()));
  await page.goto(`${server.url}/c/dragon-dentistry/claims/eu-only`);
  await page.getByText('What was observed could not be read').waitFor();
  await eventually(async () => assert.equal(await text(page, 'h1'), 'We can’t tell'));
  await page.unroute('**/graphql');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'You can make this claim' }).waitFor();
  await context.close();
});

test('a day that has not come is said to be one', async () => {
  const { page, context } = await open(browser);
  await go(page, `${server.url}/c/dragon-dentistry/claims/eu-only?asOf=2099-01-01`);
  await eventually(async () => assert.match(await text(page, '.changes'), /You are looking at 1 Jan 2099, which has not come[\s\S]*went from Holds to Unknown/));
  assert.equal(await text(page, 'h1'), 'We can’t tell');
  await context.close();
});

describe('a window', () => {
  test('that ends before it begins is said, and the last days are looked at', async () => {
    const { page, context } = await open(browser);
    await go(page, `${server.url}/c/gryphon-grooming/claims/eu-only?from=2026-11-30&to=2026-11-01`);
    assert.match(await text(page, '[role=alert]'), /not understood[\s\S]*from=2026-11-30[\s\S]*to=2026-11-01/);
    await page.getByRole('heading', { level: 1, name: 'Don’t make this claim' }).waitFor();
    await context.close();
  });
  test('that cannot be looked at leaves no yes', async () => {
    const { page, context } = await open(browser);
    await page.goto(`${server.url}/c/dragon-dentistry/claims/eu-only?from=2027-01-01&to=2027-01-20`);
    await page.locator('.answer h1').waitFor();
    await eventually(async () => assert.doesNotMatch(await page.locator('main').innerText(), /Reading what was observed/));
    assert.notEqual(await text(page, 'h1'), 'You can make this claim');
    await context.close();
  });
});

test('changes that could not be tried leave no verdict', async () => {
  const { page, context } = await open(browser);
  await go(page, `${server.url}/c/dragon-dentistry/claims/eu-only?change=logs=mars`);
  await page.getByRole('heading', { level: 1, name: 'The changes could not be tried' }).waitFor();
  assert.equal(await page.locator('.answer.good, .answer .readings, blockquote').count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Freeze' }).count(), 0);
  await page.getByRole('button', { name: 'Back to the settings as they are' }).click();
  await page.getByRole('heading', { level: 1, name: 'You can make this claim' }).waitFor();
  await context.close();
});

test('an old answer goes by its old name until there is a new one', async () => {
  const { page, context } = await open(browser);
  await go(page, `${server.url}/c/dragon-dentistry`);
  const before = await text(page, 'h1');
  assert.match(before, /the European Union/);
  await page.route('**/graphql', (route) => (asks(route.request()) === 'Report' ? route.abort() : route.continue()));
  await page.locator('.controls select').first().selectOption({ label: 'Only in the United States' });
  await page.getByRole('alert').filter({ hasText: 'Shown below' }).waitFor();
  assert.match(await text(page, 'h1'), /the European Union/);
  assert.doesNotMatch(await text(page, '.verdictline'), /United States/);
  await context.close();
});

test('a page that cannot be drawn says so, and the next page is drawn', async () => {
  const { page, context } = await open(browser);
  await page.route('**/graphql', (route) => (asks(route.request()) === 'Count'
    ? route.fulfill({ contentType: 'application/json', body: JSON.stringify({ data: { claims: [{ id: 'eu-only', name: 'EU' }], sweep: {} } }) })
    : route.continue()));
  await page.goto(`${server.url}/`);
  await page.getByRole('heading', { level: 1, name: 'This page could not be drawn' }).waitFor();
  assert.match(await text(page, 'main'), /neither yes nor no/);
  await page.unroute('**/graphql');
  await page.getByRole('link', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: /Where is a customer’s data/ }).waitFor();
  await context.close();
});

test('the way in says how many could claim it, and what stands in the way', async () => {
  const { page, context } = await open(browser);
  await go(page, `${server.url}/`);
  const section = page.getByRole('region', { name: 'How many could claim it today?' });
  assert.match(await section.innerText(), /\d+ of \d+ customers by their settings; \d+ not ensured, \d+ unknown[\s\S]*\d+ customers: request content, no processing region[\s\S]*, log region us/);
  await context.close();
});

describe('a frozen report', () => {
  const api = async (query, variables) => {
    const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
    const { data, errors } = await response.json();
    assert.equal(errors, undefined);
    return data;
  };
  const settings = (region) => ({
    customer: 'frozen-fish', name: 'Frozen Fish (fictional)', effective: '2026-01-01', plan: 'enterprise', products: ['cdn'], logRegion: 'eu',
    zones: [{ name: 'fish.example', secondaryDns: false, certificates: [{ hosts: ['www.fish.example'], keyRegion: 'eu' }], hostnames: [{ name: 'www.fish.example', ...(region && { processingRegion: region }) }] }],
  });
  const put = async (region) => {
    const { putSettings } = await api('mutation ($s: SettingsInput!) { putSettings(input: {settings: $s}) { userErrors { message } } }', { s: settings(region) });
    assert.deepEqual(putSettings.userErrors, []);
  };
  const freeze = async (claim = { preset: 'eu-only' }) => {
    const { freezeReport } = await api('mutation ($in: FreezeReportInput!) { freezeReport(input: $in) { report { key } userErrors { message } } }', { in: { customer: 'frozen-fish', ...claim } });
    assert.deepEqual(freezeReport.userErrors, []);
    return freezeReport.report.key;
  };
  test('is of the window that was looked at', async () => {
    const { page, context } = await open(browser);
    for (const [window, said] of [['?from=2026-09-01&to=2026-09-05', 'The settings don’t ensure this'], ['', 'Don’t make this claim']]) {
      await go(page, `${server.url}/c/gryphon-grooming/claims/eu-only${window}`);
      await page.getByRole('heading', { level: 1, name: said }).waitFor();
      await page.getByRole('button', { name: 'Freeze as report' }).click();
      await page.waitForURL('**/r/*');
      await page.getByRole('heading', { level: 1, name: said }).waitFor();
      assert.match(await text(page, '.answer .eyebrow'), /Only in the European Union · Handled · frozen/);
    }
    await context.close();
  });
  test('says that the verdict is another today, and leads to the live view', async () => {
    await put('eu');
    const key = await freeze();
    await put(null);
    const { page, context } = await open(browser);
    await go(page, `${server.url}/r/${key}`);
    const banner = page.getByRole('status').filter({ hasText: 'another today' });
    await banner.waitFor();
    assert.match(await banner.innerText(), /The verdict is another today: Not ensured\. This report says what was so on .*, as known /);
    assert.match(await text(page, 'h1'), /^You can make this claim/);
    assert.deepEqual(await audit(page), []);
    await page.screenshot({ path: join(shots, 'report-changed.png'), fullPage: true });
    await page.getByRole('link', { name: 'Open live view' }).click();
    await page.getByRole('heading', { level: 1, name: 'The settings don’t ensure this' }).waitFor();
    await context.close();
  });
  test('has on paper what it rests on, its map and its ids, and leads to its own claim', async () => {
    await put('eu');
    const key = await freeze({ within: ['EU', 'GB'], reading: 'RESIDES' });
    await put(null);
    const { page, context } = await open(browser);
    const asked = [];
    page.on('request', (r) => { if (r.url().endsWith('/graphql')) asked.push(asks(r)); });
    await go(page, `${server.url}/r/${key}`, 'svg.map .dot');
    assert.ok(!asked.includes('SiteCodes'), 'the map is of what was frozen');
    assert.match(await page.locator('svg.map').getAttribute('aria-label'), /^Request content, cached: [1-9]\d* places inside .*, 0 places outside$/);
    assert.deepEqual(await audit(page), []);
    await page.emulateMedia({ media: 'print' });
    assert.match(await text(page, '.paperbasis'), /^Not covered, whatever the claim\s+Your own origin servers[\s\S]*Taken as given\s+The settings given/);
    assert.match(await text(page, '.paperfoot'), new RegExp(`^frozen-fish · report ${key} · SHA-256 ${key}[0-9a-f]{32} · as of .* · datasets [0-9a-f]{12} · settings version \\d+ · sha256:`));
    assert.ok(await page.locator('svg.map .dot').first().isVisible());
    await page.emulateMedia({ media: 'screen' });
    await page.getByRole('link', { name: 'Open live view' }).click();
    await page.waitForURL('**/c/frozen-fish/claims/custom?within=EU,GB&reading=resides');
    await page.getByRole('heading', { level: 1, name: 'The settings don’t ensure this' }).waitFor();
    await context.close();
  });
  test('says that it has expired, on the screen and on paper', async () => {
    await put('eu');
    const key = await freeze();
    const { page, context } = await open(browser);
    await withoutFirst(page);
    await page.route('**/graphql', async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      if (body.data?.report) Object.assign(body.data.report, { expires: '2026-11-30', expired: true });
      await route.fulfill({ response, json: body });
    });
    await go(page, `${server.url}/r/${key}`);
    const banner = page.getByRole('status').filter({ hasText: 'Make a new report' });
    await banner.waitFor();
    assert.match(await banner.innerText(), /^Valid until 30 Nov 2026\./);
    assert.deepEqual(await audit(page), []);
    await page.screenshot({ path: join(shots, 'report-expired.png'), fullPage: true });
    await page.emulateMedia({ media: 'print' });
    assert.ok(await banner.isVisible());
    await context.close();
  });
});

test('in forced colours every verdict has its shape and word, and the map its marks', async () => {
  const { page, context } = await open(browser, { forcedColors: 'active' });
  await go(page, `${server.url}/c/gryphon-grooming`);
  for (const word of ['Broken', 'Not ensured', 'Always outside']) {
    const chip = page.locator('.chip').filter({ hasText: word }).first();
    assert.ok(await chip.isVisible(), word);
    assert.notEqual(await chip.evaluate((e) => getComputedStyle(e).borderTopStyle), 'none', word);
  }
  const marks = page.locator('svg.map .dot.broken');
  assert.ok(await marks.count() >= 2);
  assert.notEqual(await marks.first().evaluate((e) => getComputedStyle(e).fill), 'none');
  await page.screenshot({ path: join(shots, 'forced-colours.png'), fullPage: true });
  await context.close();
});

test('the map asks for no WebGL and no canvas', async () => {
  const { page, context } = await open(browser);
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => { throw new Error('a canvas was asked for'); };
    delete globalThis.WebGLRenderingContext;
    delete globalThis.WebGL2RenderingContext;
  });
  await go(page, `${server.url}/c/gryphon-grooming`);
  await eventually(async () => assert.ok(await page.locator('svg.map .dot').count() > 50));
  assert.equal(await page.locator('canvas').count(), 0);
  await context.close();
});

describe('the board', () => {
  test('is read again when a verdict changes, without moving anything, and says what changed', async () => {
    const { page, context } = await open(browser);
    await go(page, `${server.url}/claims`);
    await page.getByRole('status').filter({ hasText: 'Complete' }).waitFor();
    const rows = await page.locator('table.board tbody tr').count();
    const change = async (query, want) => {
      const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
      const { data, errors } = await response.json();
      assert.equal(errors, undefined);
      await page.getByRole('status').filter({ hasText: want }).waitFor();
      return data;
    };
    let blank = 0;
    await page.exposeFunction('blanked', () => { blank++; });
    await page.evaluate(() => new MutationObserver(() => { if (!document.querySelector('table.board tbody tr')) globalThis.blanked(); }).observe(document.body, { childList: true, subtree: true }));
    const { registerClaim } = await change('mutation { registerClaim(input: {customer: "gryphon-grooming", claim: {within: ["FR"]}, contract: "LIVE-1"}) { claim { key } } }', 'A claim of Gryphon Grooming (fictional), LIVE-1 is Broken.');
    await eventually(async () => assert.equal(await page.locator('table.board tbody tr').count(), rows + 1));
    assert.match(await text(page, 'table.board tbody tr:has-text("LIVE-1")'), /only in France/);
    await change(`mutation { withdrawClaim(input: {customer: "gryphon-grooming", claim: "${registerClaim.claim.key}", reason: "over"}) { claim { key } } }`, 'applies no more.');
    await eventually(async () => assert.equal(await page.locator('table.board tbody tr').count(), rows));
    assert.equal(blank, 0);
    await context.close();
  });
  test('says of a break that was there on the first day looked at that it may be older', async () => {
    const { page, context } = await open(browser);
    await withoutFirst(page);
    await page.route('**/graphql', async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      for (const r of body.data?.board?.claims.nodes ?? []) if (r.contract === 'DEMO-03') r.verdictSince = `${body.data.board.from.slice(0, 10)}T00:03:00Z`;
      await route.fulfill({ response, json: body });
    });
    await go(page, `${server.url}/claims?q=DEMO-03`);
    await eventually(async () => assert.match(await text(page, 'table.board tbody tr'), /90 days or longer\s*it was so on the first day looked at, /));
    await page.screenshot({ path: join(shots, 'board-longer.png'), fullPage: true });
    await context.close();
  });
  test('leads from a claim about some hostnames to the same, with those in view', async () => {
    const api = async (query) => {
      const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
      const { data, errors } = await response.json();
      assert.equal(errors, undefined);
      return data;
    };
    const { registerClaim } = await api('mutation { registerClaim(input: {customer: "gryphon-grooming", claim: {preset: "eu-only", scopes: [{kind: HOSTNAME, name: "www.gryphon.example"}]}, contract: "SCOPE-1"}) { claim { key } } }');
    const { page, context } = await open(browser);
    await go(page, `${server.url}/claims?q=SCOPE-1`);
    await eventually(async () => assert.match(await text(page, 'table.board tbody tr'), /hostname www\.gryphon\.example[\s\S]*Holds/));
    await page.locator('table.board tbody').getByRole('link').click();
    await page.waitForURL(/\/c\/gryphon-grooming\/claims\/eu-only\?scopes=hostname:www\.gryphon\.example&from=/);
    await page.getByRole('heading', { level: 1, name: /^You can make this claim/ }).waitFor();
    await eventually(async () => assert.match(await text(page, '.answer .sub'), /It is about hostname www\.gryphon\.example alone, with what is of the whole account\./));
    assert.match(await text(page, 'blockquote'), /^Of hostname www\.gryphon\.example alone, with what is of the whole account: Customer data of the scope named/);
    assert.doesNotMatch(await text(page, 'section[aria-labelledby=col1]'), /img\.gryphon\.example/);
    await eventually(async () => assert.match(await page.locator('svg.map').getAttribute('aria-label'), /places inside the European Union, 0 places outside/));
    assert.deepEqual(await audit(page), []);
    await api(`mutation { withdrawClaim(input: {customer: "gryphon-grooming", claim: "${registerClaim.claim.key}", reason: "over"}) { claim { key } } }`);
    await context.close();
  });
  test('says that it is not complete when a page of claims fails', async () => {
    const { page, context } = await open(browser);
    await withoutFirst(page);
    await page.route('**/graphql', async (route) => {
      const { variables } = route.request().postDataJSON();
      if (asks(route.request()) !== 'Board') return route.continue();
      if (variables.after) return route.abort();
      const response = await route.fetch();
      const body = await response.json();
      body.data.board.claims.complete = false;
      return route.fulfill({ response, json: body });
    });
    await page.goto(`${server.url}/claims`);
    await page.getByRole('alert').first().waitFor();
    assert.match(await text(page, '[role=alert]'), /could not be read to the end[\s\S]*Not complete/);
    assert.match(await text(page, 'h1'), /^So far: /);
    await context.close();
  });
  test('is not blank where nothing is broken', async () => {
    const { page, context } = await open(browser);
    await withoutFirst(page);
    await page.route('**/graphql', async (route) => {
      if (asks(route.request()) !== 'Board') return route.continue();
      const response = await route.fetch();
      const body = await response.json();
      const board = body.data?.board;
      if (board) {
        board.claims.nodes = board.claims.nodes.filter((c) => c.verdict === 'HOLDS');
        board.totals = { ...board.totals, claims: board.totals.holds, broken: 0, notEnsured: 0, unknown: 0 };
      }
      return route.fulfill({ response, json: body });
    });
    await go(page, `${server.url}/claims`);
    assert.match(await text(page, 'h1'), /^6 of 6 claims hold$/);
    assert.equal(await page.locator('.board tbody tr').count(), 6);
    await context.close();
  });
});

// These record logs, so that they come behind what counts claims.
describe('what logs show', () => {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const push = async (...lines) => {
    const response = await fetch(`${server.url}/ingest`, { method: 'POST', body: lines.map((l) => `${JSON.stringify(l)}\n`).join('') });
    assert.equal(response.status, 200, await response.text());
  };
  test('a place that the records lack is said, and drawn nowhere', async () => {
    await push({ EdgeStartTimestamp: `${yesterday}T10:00:00Z`, EdgeColoCode: 'QQX', ClientRequestHost: 'www.phoenix.example', ClientIP: '198.51.100.7' });
    const { page, context } = await open(browser);
    await go(page, `${server.url}/c/phoenix-matches`);
    await page.locator('.nowhere').waitFor();
    assert.match(await text(page, '.nowhere'), /QQX, 1 request\..*can’t be told/);
    assert.match(await text(page, 'h1'), /^We can’t tell/);
    assert.match(await text(page, '.attention'), /Unknown\s+A log names a site that the footprint does not have/);
    assert.equal(await page.locator('.attention .chip.good').count(), 0);
    assert.match(await text(page, 'tbody tr:has-text("Request content")'), /Unknown/);
    assert.equal(await page.locator('svg.map .arrow, svg.map .labels .broken').count(), 0);
    assert.deepEqual(await audit(page), []);
    await page.screenshot({ path: join(shots, 'unknown-place.png'), fullPage: true });
    await context.close();
  });
  test('where logs have no request of a claim, the verdict is that of the settings', async () => {
    const measured = `${server.url}/c/many-hostnames?from=${yesterday}&to=${yesterday}`;
    await push({ Timestamp: `${yesterday}T10:00:00Z`, ColoCode: 'FRA', QueryName: 'h1.many.example', SourceIP: '198.51.100.7', QueryType: 1, ResponseCode: 0 });
    const { page, context } = await open(browser);
    await go(page, measured);
    await page.getByRole('heading', { name: 'Not measured' }).waitFor();
    assert.match(await text(page, '.measured'), /No log covers [\s\S]*Nothing was measured\./, 'a log of questions for names has no requests');
    await push({ EdgeStartTimestamp: `${yesterday}T10:00:00Z`, EdgeColoCode: 'FRA', ClientRequestHost: 'h1.many.example' });
    await go(page, `${measured}&categories=keys&activities=store`);
    await page.getByRole('heading', { name: 'No requests' }).waitFor();
    assert.match(await text(page, '.measured'), /No requests between [\s\S]*nothing was measured\.[\s\S]*Logs cover 0 of 24 hours/);
    assert.match(await text(page, '.verdictline'), /Holds[\s\S]*Not measured/);
    await page.screenshot({ path: join(shots, 'no-requests.png'), fullPage: true });
    await context.close();
  });
});

test('without JavaScript the verdict is there', async () => {
  const { page, context } = await open(browser, { javaScriptEnabled: false });
  await page.goto(`${server.url}/c/gryphon-grooming/claims/eu-only`);
  const said = await page.locator('noscript').innerText();
  assert.match(said, /Gryphon Grooming[\s\S]*Customer data is handled only in EU: BROKEN\. Don't make this claim: \d+ events[\s\S]*Ashburn, US/);
  await context.close();
});
