// Signing in and out, where people do.

import { useEffect, useState } from 'react';
import type { ApiError } from '../api/client';
import { signInAddress, signOut, visitor } from '../api/visitor';

const roles = { '': 'no role here', CUSTOMER: 'customer', SALES: 'sales', PRIVACY: 'privacy', INGEST: 'ingest' };

/** Who is signed in, and the way out. */
export function Account() {
  const [failed, setFailed] = useState(false);
  const who = visitor();
  // A page that the browser kept from before a sign-out is asked for anew.
  useEffect(() => {
    const back = (e: PageTransitionEvent) => { if (e.persisted) location.reload(); };
    addEventListener('pageshow', back);
    return () => removeEventListener('pageshow', back);
  }, []);
  if (!who) return null;
  return (
    <div className="account">
      <span>{who.name ?? 'Signed in'}<small> {roles[who.role]}</small></span>
      <button type="button" onClick={() => { signOut().catch(() => setFailed(true)); }}>{failed ? 'Not signed out: try again' : 'Sign out'}</button>
    </div>
  );
}

/** The link that signs somebody in and brings them back here. */
export function SignInLink({ back = location.pathname + location.search }: { back?: string }) {
  return <a className="button primary" href={signInAddress(back)}>Sign in</a>;
}

const reasons: Record<string, string> = {
  again: 'The sign-in took too long, or began in another window. Please begin again.',
  refused: 'The identity provider did not sign you in.',
  unavailable: 'The identity provider does not answer. Try again in a minute.',
  busy: 'Many people are signing in at this moment. Try again in a minute.',
};

/** Whether an error means that the session has ended, where people sign in. */
export const signedOut = (error: ApiError | null) => error?.code === 'UNAUTHENTICATED' && visitor() !== undefined;

/** Says that the session has ended; what was read stays below. */
export function SignedOut({ last, heading = false }: { last: string | null; heading?: boolean }) {
  const Title = heading ? 'h1' : 'strong';
  return (
    <div className="banner open" role="alert">
      <p><Title>You are no longer signed in.</Title>{last ? ` Shown below: the answer of ${last}.` : ''}</p>
      <SignInLink />
    </div>
  );
}

/** The page of whoever is not signed in; the same for every address. */
export function SignInPage() {
  useEffect(() => { document.title = 'Sign in · Domicile'; }, []);
  const out = location.pathname === '/signed-out';
  const query = new URLSearchParams(location.search);
  const why = out ? reasons[query.get('why') ?? ''] : undefined;
  const back = out ? query.get('return') ?? '/' : undefined;
  return (
    <>
      <header className="top"><a href="/" className="brand">Domicile</a></header>
      <main id="main">
        <section className="empty">
          <h1>{out && !why ? 'You are signed out' : 'Sign in to see where data is'}</h1>
          <p role={why ? 'alert' : undefined}>{why ?? 'Your organisation’s identity provider says who you are.'}</p>
          <p><SignInLink {...(back !== undefined && { back })} /></p>
        </section>
      </main>
    </>
  );
}
