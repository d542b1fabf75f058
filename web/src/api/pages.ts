// Every claim that customers were told, page after page, until they are all there.

import { useEffect, useState } from 'react';
import { ApiError, ask } from './client';
import { BoardDocument } from './gen/graphql';
import type { BoardClaimFragment, BoardQuery } from './gen/graphql';

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
  loading: boolean;
  error: ApiError | null;
  retry: () => void;
}

const empty = {
  claims: [] as BoardClaimFragment[], totals: null as BoardTotals | null, at: null as string | null, from: null as string | null,
  asOf: null as string | null, complete: false, after: null as string | null,
};

/** Reads all pages. What was read stays when a later page fails; a board that was made anew meanwhile is read from its start. */
export function useBoard(): Board {
  const [now, setNow] = useState(empty);
  const [error, setError] = useState<ApiError | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (now.complete) return;
    const stop = new AbortController();
    ask(BoardDocument, { after: now.after }, stop.signal).then(
      ({ data: { board } }) => {
        if (stop.signal.aborted) return;
        setError(null);
        const page = board.claims;
        const claims = now.at === board.at ? [...now.claims, ...page.nodes] : page.nodes;
        setNow({ claims, totals: board.totals, at: board.at, from: board.from, asOf: board.asOf, complete: page.complete && board.at !== null, after: page.pageInfo.endCursor });
      },
      (reason: unknown) => {
        if (stop.signal.aborted) return;
        if (now.after !== null && reason instanceof ApiError && reason.code === 'BAD_USER_INPUT') setNow({ ...now, after: null, at: null });
        else setError(reason instanceof ApiError ? reason : new ApiError('The answer could not be read', 'INTERNAL', null));
      },
    );
    return () => stop.abort();
  }, [now, attempt]);
  return { ...now, loading: !now.complete && error === null, error, retry: () => { setError(null); setAttempt((n) => n + 1); } };
}
