// A real identity provider on loopback. Everybody may sign in with any password;
// the name that is typed says who they are.

import { createServer } from 'node:http';
import Provider from 'oidc-provider';

export const client = 'domicile-page';

const people = {
  carol: { name: 'Carol', role: 'CUSTOMER', account: 'gryphon-grooming' },
  sam: { name: 'Sam', role: 'SALES' },
  pat: { name: 'Pat', role: 'PRIVACY' },
  gus: { name: 'Gus' },
};

/** Starts it for a page at an address. */
export async function startProvider(page) {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(url, {
    clients: [{
      client_id: client, token_endpoint_auth_method: 'none', redirect_uris: [`${page}/auth/callback`], post_logout_redirect_uris: [`${page}/signed-out`],
      grant_types: ['authorization_code'], response_types: ['code'],
    }],
    claims: { openid: ['sub'], profile: ['name', 'role', 'account'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    // A page of another origin, from which tests attack.
    if (request.url === '/elsewhere') response.setHeader('content-type', 'text/html').end('<!doctype html><title>Elsewhere</title>');
    else answer(request, response);
  });
  return { url, stop: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }) };
}

/** A port that is free now. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
