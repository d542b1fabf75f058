// The way in: three questions, and whose data it is about.

import { useState } from 'react';
import { Link, Redirect } from 'wouter';
import { CustomersDocument } from '../api/gen/graphql';
import { useAnswer } from '../api/use';
import { visitor } from '../api/visitor';
import { HowMany } from '../parts/counted';
import { Shell } from '../parts/shell';
import { usePageState } from '../parts/state';
import { AnswerState, Loading } from '../parts/status';
import { otherClaim } from '../url/state';

/** Sends each role to its view; whoever looks after all customers chooses one. */
export function HomePage() {
  const who = visitor();
  if (who?.role === 'CUSTOMER' && who.customer) return <Redirect replace to={`/c/${who.customer}`} />;
  if (who?.role === 'PRIVACY') return <Redirect replace to="/claims" />;
  return <Choose />;
}

function Choose() {
  const [search, setSearch] = useState('');
  const { state, set } = usePageState();
  const asked = useAnswer(CustomersDocument, { search: search || null });
  const customers = asked.data?.customers;
  return (
    <Shell title="Where is the data" page="other">
      <div className="lead"><div>
        <h1>Where is a customer’s data, and can it be promised?</h1>
        <p className="sub">Every answer names the places that the settings allow, what is not covered, and what is not known. What is not known is never taken for a yes.</p>
      </div></div>
      <section className="card tablecard" aria-labelledby="customers">
        <header className="cardhead">
          <h2 id="customers">Customers</h2>
          <label className="search">Find <input type="search" value={search} onChange={(e) => setSearch(e.target.value)} placeholder="name or key" /></label>
        </header>
        <AnswerState asked={asked} what="list of customers" />
        {!customers && asked.loading && <Loading text="Loading the customers…" />}
        {customers && customers.nodes.length === 0 && <p className="pad">{search ? 'No customer of that name.' : 'No customer is recorded yet. Record one with: domicile import settings.yaml'}</p>}
        {customers && customers.nodes.length > 0 && (
          <ul className="customerlist">
            {customers.nodes.map((c) => (
              <li key={c.key}><span className="name">{c.name}</span><Link href={`/c/${c.key}`}>Where is the data<span className="hidden"> of {c.name}</span></Link><Link href={`/c/${c.key}/claims`}>Can we promise it<span className="hidden"> to {c.name}</span></Link></li>
            ))}
          </ul>
        )}
        {customers && !customers.complete && <p className="pad muted">More customers: type part of a name.</p>}
      </section>
      <HowMany claim={state.claim ?? otherClaim} onClaim={(claim) => set({ claim })} />
      <p><Link className="button" href="/claims">Which claims break, of all customers</Link></p>
    </Shell>
  );
}
