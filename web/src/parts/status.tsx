// What a page says while it waits, and when something went wrong.

import { useEffect, useState } from 'react';
import type { Asked } from '../api/use';
import { counted } from '../format/count';
import { instant } from '../format/date';
import { SignedOut, signedOut } from './account';

/** "Loading…" after 300 ms, so that a quick answer shows nothing. */
export function Loading({ text = 'Loading the last check…' }: { text?: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return <p className="status" role="status">{late ? text : ''}</p>;
}

/** Refreshing, failed or partial: the old answer stays and this says so. */
export function AnswerState({ asked, what = 'check', heading = false }: { asked: Asked<unknown>; what?: string; heading?: boolean }) {
  const last = asked.at ? instant(new Date(asked.at).toISOString()) : null;
  if (asked.error) {
    const Title = heading && !asked.data ? 'h1' : 'strong';
    if (signedOut(asked.error)) return <SignedOut last={asked.data ? last : null} heading={Title === 'h1'} />;
    return (
      <div className="banner bad" role="alert">
        <div>
          <Title>The {what} could not be read.</Title> {asked.error.message}.
          {asked.error.requestId ? <> Request <code>{asked.error.requestId}</code>.</> : null}
          {last && asked.data ? <> Shown below: the answer of {last}.</> : null}
        </div>
        <button type="button" onClick={asked.retry}>Try again</button>
      </div>
    );
  }
  if (asked.problems.length > 0) {
    return (
      <div className="banner open" role="alert">
        <p><strong>Part of the {what} is missing.</strong> {asked.problems.map((p) => p.message).join(' ')}</p>
        <button type="button" onClick={asked.retry}>Try again</button>
      </div>
    );
  }
  if (asked.stale > 0) {
    return (
      <div className="banner open" role="alert">
        <p><strong>This may be out of date.</strong> The service has not heard of its store for {counted(asked.stale, 'second')}: what was recorded since is not in it.</p>
        <button type="button" onClick={asked.retry}>Try again</button>
      </div>
    );
  }
  if (asked.loading && asked.data) {
    return <p className="status" role="status">Checking… {last ? `last answer ${last}` : ''}</p>;
  }
  return null;
}

/** Values of the address that were not understood. */
export function Strange({ values }: { values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <div className="banner open" role="alert">
      <p><strong>Part of this address was not understood</strong> and has no effect: {values.map((v) => <code key={v}>{v}</code>)}</p>
    </div>
  );
}

/** The same for a customer that does not exist and one that may not be seen. */
export function NotYours({ name }: { name: string }) {
  return (
    <section className="empty">
      <h1>You can’t see {name}</h1>
      <p>Ask its account owner, or check the name.</p>
    </section>
  );
}
