// Signing in to the page at a real identity provider.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { audit, eventually, launch, open, quiet } from './browser.mjs';
import { client, freePort, startProvider } from './provider.mjs';
import { startServer } from './server.mjs';

let server;
let provider;
let browser;
before(async () => {
  const listen = `127.0.0.1:${await freePort()}`;
  provider = await startProvider(`http://${listen}`);
  const args = ['--oidc-issuer', provider.url, '--oidc-audience', 'domicile', '--oidc-customer-claim', 'account', '--oidc-client-id', client];
  [server, browser] = await Promise.all([startServer({ listen, args }), launch()]);
}, { timeout: 240_000 });
after(async () => { await browser?.close(); await server?.stop(); await provider?.stop(); });

const heading = (page) => page.locator('main h1').first().innerText();

/** Keeps a picture where the environment names a folder. */
async function picture(page, name) {
  const folder = process.env.DOMICILE_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
}

/** Signs somebody in from an address of the page, as a person would. */
async function signIn(page, name, from = '/') {
  await page.goto(server.url + from);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL((u) => u.origin === server.url && !u.pathname.startsWith('/auth/'));
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** An opened page of somebody who is signed in. */
async function as(name, from) {
  const opened = await open(browser);
  opened.page.addresses = [];
  opened.page.on('request', (r) => opened.page.addresses.push(r.url()));
  await signIn(opened.page, name, from);
  opened.seen.errors.length = 0; // those of the provider's own pages
  return opened;
}

/** The session's cookie. */
async function sessionOf(page) {
  return (await page.context().cookies(server.url)).find((c) => c.name === 'domicile-session');
}

describe('whoever is not signed in', () => {
  test('is asked to sign in, at every address, and learns nothing', async () => {
    const { page, seen, context } = await open(browser);
    for (const path of ['/', '/c/gryphon-grooming', '/c/nobody-at-all', '/claims', '/places/FRA']) {
      await page.goto(server.url + path);
      assert.equal(await heading(page), 'Sign in to see where data is');
      assert.ok(!(await page.content()).includes('Gryphon'));
    }
    assert.deepEqual(await audit(page), []);
    await picture(page, 'sign-in');
    assert.deepEqual(seen.errors, []);
    await context.close();
  });
  test('is told why a sign-in did not work', async () => {
    const { page, context } = await open(browser);
    await page.goto(`${server.url}/auth/callback?code=a&state=b`);
    await page.getByRole('alert').filter({ hasText: 'Please begin again' }).waitFor();
    assert.equal(await sessionOf(page), undefined);
    await context.close();
  });
});

describe('whoever signs in', () => {
  test('as a customer lands on the own data, and sees no other', async () => {
    const { page, seen, context } = await as('carol');
    await page.waitForURL(`${server.url}/c/gryphon-grooming`);
    await page.locator('svg.map').waitFor();
    assert.match(await page.locator('.account').innerText(), /Carol\s+customer/);
    await picture(page, 'signed-in-customer');
    assert.deepEqual(await audit(page), []);
    assert.equal(await page.getByRole('link', { name: 'Which claims break' }).count(), 0);
    const answers = [];
    for (const key of ['dragon-dentistry', 'nobody-at-all']) {
      await page.goto(`${server.url}/c/${key}`);
      await page.locator('.empty').waitFor();
      answers.push((await page.locator('.empty').innerText()).replaceAll(key, 'X'));
    }
    assert.match(answers[0], /You can’t see X/);
    assert.equal(answers[0], answers[1]);
    assert.deepEqual(seen.errors, []);
    await context.close();
  });
  test('as sales chooses a customer', async () => {
    const { page, context } = await as('sam');
    await page.getByRole('link', { name: /Can we promise it to Gryphon/ }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/');
    await page.getByText(/^\d+ of 17 customers$/).waitFor();
    await page.goto(`${server.url}/c/gryphon-grooming`);
    await page.locator('svg.map').waitFor();
    await eventually(async () => assert.match(await heading(page), /was seen outside/));
    await page.goto(`${server.url}/c/gryphon-grooming/claims/eu-only`);
    await page.getByRole('heading', { level: 1, name: 'Don’t make this claim' }).waitFor();
    await page.getByText('What was observed is not shown to you').waitFor();
    await page.getByRole('button', { name: 'Freeze as report' }).click();
    await page.waitForURL('**/r/*');
    await page.getByRole('heading', { level: 1, name: 'Don’t make this claim' }).waitFor();
    await page.getByText('Judged with what was observed, which is not shown').waitFor();
    assert.ok(!(await page.content()).includes('gryphon.example'));
    await context.close();
  });
  test('as the privacy team lands on the board', async () => {
    const { page, context } = await as('pat');
    await page.waitForURL(`${server.url}/claims`);
    await page.locator('.tablecard').waitFor();
    await picture(page, 'signed-in-privacy');
    await context.close();
  });
  test('without a role sees nothing', async () => {
    const { page, context } = await as('gus', '/c/gryphon-grooming');
    await page.locator('.account').filter({ hasText: 'no role here' }).waitFor();
    await eventually(async () => assert.doesNotMatch(await page.content(), /Gryphon/));
    await context.close();
  });
  test('comes back to where they were, and nowhere else', async () => {
    const { page, context } = await as('carol', '/c/gryphon-grooming?kind=tls-keys');
    assert.equal(page.url(), `${server.url}/c/gryphon-grooming?kind=tls-keys`);
    for (const away of ['//127.0.0.1:1/x', provider.url, '/\\127.0.0.1:1', 'javascript:alert(1)']) {
      await page.goto(`${server.url}/auth/login?return=${encodeURIComponent(away)}`);
      assert.equal(new URL(page.url()).origin, server.url, away);
    }
    await context.close();
  });
  test('leaves no token in an address, in storage, in the page or in the log', async () => {
    const { page, context } = await as('pat');
    await page.locator('.tablecard').waitFor();
    const cookie = await sessionOf(page);
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path, cookie.domain], [true, 'Lax', '/', '127.0.0.1']);
    assert.ok(cookie.expires > Date.now() / 1000 && cookie.expires < Date.now() / 1000 + 2 * 3600 + 60);
    assert.equal(await page.evaluate(() => document.cookie), '');
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    const codes = page.addresses.filter((a) => a.includes('/auth/callback?')).map((a) => new URL(a).searchParams.get('code'));
    assert.equal(codes.length, 1);
    for (const secret of [cookie.value, ...codes]) {
      assert.ok(!server.log().includes(secret));
      assert.ok(!stored.includes(secret));
      assert.ok(!(await page.content()).includes(secret));
      assert.ok(!page.url().includes(secret));
    }
    assert.ok(page.addresses.every((a) => !a.includes(cookie.value) && !/id_token|access_token|eyJ/.test(a)));
    await context.close();
  });
});

describe('a session', () => {
  test('ends with a sign-out, here and at the provider', async () => {
    const { page, context } = await as('carol');
    const { value } = await sessionOf(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((u) => u.origin === provider.url);
    await page.locator('button[name=logout]').click();
    await page.waitForURL((u) => u.href.startsWith(`${server.url}/signed-out`));
    assert.equal(await heading(page), 'You are signed out');
    await picture(page, 'signed-out');
    assert.equal(await sessionOf(page), undefined);
    const again = await fetch(`${server.url}/auth/viewer`, { headers: { cookie: `domicile-session=${value}`, 'domicile-request': 'test' } });
    assert.deepEqual(await again.json(), { viewer: null });
    await page.goto(`${server.url}/c/gryphon-grooming`);
    assert.equal(await heading(page), 'Sign in to see where data is');
    await context.close();
  });
  test('that ended leaves the last answer, greyed, and offers to sign in', async () => {
    const { page, context } = await as('carol');
    await page.locator('svg.map').waitFor();
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Stored', exact: true }).click();
    const banner = page.getByRole('alert').filter({ hasText: 'no longer signed in' });
    await banner.first().waitFor();
    assert.match(await banner.first().innerText(), /Shown below: the answer of/);
    assert.equal(await page.locator('.stale svg.map').count(), 1);
    await picture(page, 'session-ended');
    const link = banner.first().getByRole('link', { name: 'Sign in' });
    assert.match(await link.getAttribute('href'), /^\/auth\/login\?return=%2Fc%2Fgryphon-grooming/);
    await context.close();
  });
});

describe('a page of another origin', () => {
  const mutation = 'mutation { putSettings(input: {document: "customer: gryphon-grooming\neffective: 2026-01-01\nproducts: [cdn]\n"}) { userErrors { code } } }';
  test('can neither change nor read anything with the cookie of whoever visits it', async () => {
    const { page, context } = await as('pat');
    const before = await ownAnswer(page);
    assert.match(before, /"name":"Gryphon/);
    await quiet(page);
    await page.goto(`${provider.url}/elsewhere`); // another port: the same site to cookies, another origin
    const logged = server.log().length;
    // What the page asked before may be logged later than it was answered: it was not refused.
    const refused = () => [...server.log().slice(logged).matchAll(/method=POST .*?status=(\d+)/g)].filter(([, status]) => status >= 400).length;
    const read = await page.evaluate(async ([to, query]) => {
      const body = JSON.stringify({ query });
      const attempts = [
        () => fetch(`${to}/graphql`, { method: 'POST', mode: 'no-cors', credentials: 'include', body }),
        () => fetch(`${to}/graphql`, { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json', 'domicile-request': 'page' }, body }),
        () => fetch(`${to}/graphql?query=${encodeURIComponent(query)}`, { credentials: 'include' }),
        () => fetch(`${to}/graphql?query=${encodeURIComponent('{customers{nodes{name}}}')}`, { credentials: 'include', headers: { 'domicile-request': 'page' } }),
        () => fetch(`${to}/auth/logout`, { method: 'POST', mode: 'no-cors', credentials: 'include' }),
        () => fetch(`${to}/auth/viewer`, { credentials: 'include' }),
        () => fetch(`${to}/c/gryphon-grooming`, { credentials: 'include', headers: { accept: 'text/html' } }),
      ];
      const texts = [];
      for (const attempt of attempts) texts.push(await attempt().then((r) => r.text(), () => ''));
      return texts;
    }, [server.url, mutation]);
    assert.deepEqual(read, read.map(() => ''));
    await eventually(() => assert.equal(refused(), 2)); // the third was not even sent
    // A form, which needs no leave to be sent.
    await page.evaluate(([to, query]) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action: `${to}/graphql`, enctype: 'text/plain' });
      form.append(Object.assign(document.createElement('input'), { name: `{"query":${JSON.stringify(query)},"x":"`, value: '"}' }));
      document.body.append(form);
      form.submit();
    }, [server.url, mutation]);
    await page.waitForURL(`${server.url}/graphql`);
    await eventually(() => assert.equal(refused(), 3));
    await page.goto(`${server.url}/claims`);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    assert.equal(await ownAnswer(page), before);
    await context.close();
  });
});

/** What the page itself reads of a customer with its cookie. */
function ownAnswer(page) {
  return page.evaluate(async () => {
    const response = await fetch('/graphql', {
      method: 'POST', headers: { 'content-type': 'application/json', 'domicile-request': 'page' },
      body: JSON.stringify({ query: '{ customer(id: "gryphon-grooming") { name settings { version digest validFrom } } }' }),
    });
    return response.text();
  });
}
