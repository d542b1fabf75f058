// Every claim that customers were told, page after page, until they are all there.

import { useEffect, useState } from 'react';
import { verdictMarks } from '../words/verdict';
import { ApiError, ask, forget } from './client';
import { BoardDocument, ClaimChangedDocument } from './gen/graphql';
import type { BoardClaimFragment, BoardQuery, ClaimChangedSubscription } from './gen/graphql';
import { listen } from './listen';

export type BoardTotals = BoardQuery['board']['totals'];

/** The board so far. */
export interface Board {
  claims: BoardClaimFragment[];
  totals: BoardTotals | null;
  /** When it was made; null while it is made for the first time. */
  at: string | null;
  /** The start of the window that was looked at. */
  from: string | null;
  asOf: string | null;
  /** Whether every claim is among them. Only then may a count be taken for all. */
  complete: boolean;
  /** What changed last while the page was open, in a sentence. */
  news: string;
  loading: boolean;
  error: ApiError | null;
  retry: () => void;
}

const empty = {
  claims: [] as BoardClaimFragment[], totals: null as BoardTotals | null, at: null as string | null, from: null as string | null,
  asOf: null as string | null, complete: false, after: null as string | null,
};

/** Reads all pages. What was read stays when a later page fails, and until a board that was made anew is read to its end; one that changes is read again. */
export function useBoard(): Board {
  const [shown, show] = useState(empty);
  const [reading, read] = useState(empty);
  const [error, setError] = useState<ApiError | null>(null);
  const [news, setNews] = useState('');
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (reading.complete) return;
    const stop = new AbortController();
    ask(BoardDocument, { after: reading.after }, stop.signal).then(
      ({ data: { board } }) => {
        if (stop.signal.aborted) return;
        setError(null);
        const page = board.claims;
        const claims = reading.at === board.at ? [...reading.claims, ...page.nodes] : page.nodes;
        const next = { claims, totals: board.totals, at: board.at, from: board.from, asOf: board.asOf, complete: page.complete && board.at !== null, after: page.pageInfo.endCursor };
        read(next);
        show((was) => (was.complete && !next.complete ? was : next));
      },
      (reason: unknown) => {
        if (stop.signal.aborted) return;
        if (reading.after !== null && reason instanceof ApiError && reason.code === 'BAD_USER_INPUT') read({ ...reading, after: null, at: null });
        else setError(reason instanceof ApiError ? reason : new ApiError('The answer could not be read', 'INTERNAL', null));
      },
    );
    return () => stop.abort();
  }, [reading, attempt]);
  useEffect(() => {
    const stop = new AbortController();
    const again = () => { forget(); read(empty); };
    let soon: ReturnType<typeof setTimeout> | undefined;
    const heard = ({ claimChanged }: ClaimChangedSubscription) => {
      setNews(newsOf(claimChanged));
      clearTimeout(soon);
      soon = setTimeout(again, TOGETHER);
    };
    void listen(ClaimChangedDocument, {}, heard, again, stop.signal);
    return () => { clearTimeout(soon); stop.abort(); };
  }, []);
  return { ...shown, news, loading: !shown.complete && error === null, error, retry: () => { setError(null); setAttempt((n) => n + 1); } };
}

/** What changes within this time is read at once, in milliseconds. */
const TOGETHER = 250;

/** What a change is, in a sentence. */
export function newsOf(c: ClaimChangedSubscription['claimChanged']): string {
  const whose = `${c.customer.name}${c.claim?.contract ? `, ${c.claim.contract}` : ''}`;
  if (!c.after) return `A claim of ${whose} applies no more.`;
  const word = verdictMarks[c.after].word;
  if (c.before === c.after) return `A claim of ${whose} is ${c.waived ? 'waived' : 'no longer waived'}: ${word}.`;
  return `A claim of ${whose} ${c.before ? `was ${verdictMarks[c.before].word} and ` : ''}is ${word}.`;
}
