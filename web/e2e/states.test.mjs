// Everything a page can be in beside good: waiting, failed, empty, partial, past.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { asks, audit, go, launch, open, eventually } from './browser.mjs';
import { startServer } from './server.mjs';

let server;
let browser;
before(async () => { [server, browser] = await Promise.all([startServer(), launch()]); }, { timeout: 240_000 });
after(async () => { await browser?.close(); await server?.stop(); });

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
    await page.getByRole('alert').waitFor();
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
    await page.getByRole('alert').waitFor();
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
    await page.getByRole('alert').waitFor();
    assert.match(await text(page, '[role=alert]'), /may be out of date[\s\S]*90 seconds/);
    assert.deepEqual(await audit(page), []);
    away = false;
    await page.getByRole('button', { name: 'Try again' }).first().click();
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
    assert.match(await text(page, 'table.board tbody tr:has-text("LIVE-1")'), /only in FR/);
    await change(`mutation { withdrawClaim(input: {customer: "gryphon-grooming", claim: "${registerClaim.claim.key}", reason: "over"}) { claim { key } } }`, 'applies no more.');
    await eventually(async () => assert.equal(await page.locator('table.board tbody tr').count(), rows));
    assert.equal(blank, 0);
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
    await page.getByRole('alert').waitFor();
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

test('without JavaScript the verdict is there', async () => {
  const { page, context } = await open(browser, { javaScriptEnabled: false });
  await page.goto(`${server.url}/c/gryphon-grooming/claims/eu-only`);
  const said = await page.locator('noscript').innerText();
  assert.match(said, /Gryphon Grooming[\s\S]*Customer data is handled only in EU: BROKEN\. Don't make this claim: \d+ events[\s\S]*Ashburn, US/);
  await context.close();
});
