// Who is signed in. The session is in a cookie that no script reads; the server
// writes into the page what may be shown of it.

/** Somebody who is signed in. */
export interface Visitor {
  /** Empty where the identity provider gives no role that counts here. */
  role: '' | 'CUSTOMER' | 'SALES' | 'PRIVACY' | 'INGEST';
  customer?: string;
  name?: string;
}

/** The header beside which the session's cookie counts; pages elsewhere cannot send it. */
export const own = { 'domicile-request': 'page' };

let known: Visitor | null | undefined;

/** Takes what the server wrote into the page, if people sign in here. */
export function takeVisitor(text: string | null | undefined): void {
  known = text ? (JSON.parse(text) as Visitor | null) : undefined;
}

/** Who is signed in: null is nobody, undefined that nobody signs in here. */
export function visitor(): Visitor | null | undefined {
  return known;
}

/** Where one signs in, to come back to an address of this page. */
export function signInAddress(back: string): string {
  return `/auth/login?return=${encodeURIComponent(back)}`;
}

/** Ends the session here and at the provider, and forgets what this page keeps. */
export async function signOut(): Promise<void> {
  const response = await fetch('/auth/logout', { method: 'POST', headers: own });
  if (!response.ok) throw new Error('not signed out');
  const { location: to } = (await response.json()) as { location: string };
  sessionStorage.clear();
  location.assign(to);
}
