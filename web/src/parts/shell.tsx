// The frame of every page: skip link, navigation, customer, footer.

import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { visitor } from '../api/visitor';
import { Account } from './account';
import { CustomerPicker } from './combobox';

const LAST = 'customer';

/** The customer looked at last, so that the questions stay about it. */
export function lastCustomer(): { key: string; name: string } | null {
  try {
    return JSON.parse(sessionStorage.getItem(LAST) ?? 'null') as { key: string; name: string } | null;
  } catch {
    return null;
  }
}

/** Remembers whose page this is. */
export function rememberCustomer(key: string, name: string): void {
  try {
    sessionStorage.setItem(LAST, JSON.stringify({ key, name }));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export interface ShellProps {
  title: string;
  page: 'where' | 'promise' | 'board' | 'words' | 'other';
  customer?: { key: string; name: string } | null;
  claim?: string | null;
  children: ReactNode;
}

export function Shell({ title, page, customer, claim, children }: ShellProps) {
  const [path, navigate] = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const who = customer ?? lastCustomer();
  useEffect(() => { document.title = `${title} · Domicile`; }, [title]);
  useEffect(() => { if (customer) rememberCustomer(customer.key, customer.name); }, [customer?.key, customer?.name]);
  // A new page starts at its top, for the eyes and for a screen reader.
  useEffect(() => {
    if (first.current) { first.current = false; return; }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);
  const limited = visitor()?.role === 'CUSTOMER';
  const items: [ShellProps['page'], string, string][] = [
    ['where', 'Where is my data', who ? `/c/${who.key}` : '/'],
    ['promise', 'Can we promise it', who ? `/c/${who.key}/claims${claim ? `/${claim}` : ''}` : '/'],
    ...(limited ? [] : [['board', 'Which claims break', '/claims'] as [ShellProps['page'], string, string]]),
    ['words', 'Words', '/words'],
  ];
  return (
    <>
      <a className="skip" href="#main">Skip to the answer</a>
      <header className="top">
        <Link href="/" className="brand"><Logo />Domicile</Link>
        <nav aria-label="Questions">
          {items.map(([key, name, to]) => <Link key={key} href={to} aria-current={key === page ? 'page' : undefined}>{name}</Link>)}
        </nav>
        {!limited && <CustomerPicker current={who?.name ?? null} onPick={(key) => navigate(page === 'promise' ? `/c/${key}/claims` : `/c/${key}`)} />}
        <Account />
      </header>
      <main id="main" ref={main} tabIndex={-1}>{children}</main>
      <footer className="foot">
        <p>This page reports where data may be stored and processed. It is not legal advice.</p>
        <p>Borders are drawn from Natural Earth and are illustrative; a place’s country comes from its record, never from the map.</p>
      </footer>
    </>
  );
}

function Logo() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" className="logo">
      <path d="M9 1.2l7 4v7.6l-7 4-7-4V5.2z" /><circle cx="9" cy="9" r="2.6" />
    </svg>
  );
}
