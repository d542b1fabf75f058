// Every customer's promises, page after page, until they are all there.

import { useEffect, useState } from 'react';
import { ApiError, ask } from './client';
import { BoardDocument } from './gen/graphql';
import type { BoardQuery } from './gen/graphql';

export type BoardCustomer = BoardQuery['customers']['nodes'][number];

/** The board so far. */
export interface Fleet {
  customers: BoardCustomer[];
  /** How many there are; null where the API does not say. */
  total: number | null;
  /** Whether every customer is among them. Only then may a count be taken for all. */
  complete: boolean;
  loading: boolean;
  error: ApiError | null;
  retry: () => void;
}

const empty = { customers: [] as BoardCustomer[], total: null as number | null, complete: false, after: null as string | null };

/** Reads all pages. What was read stays when a later page fails. */
export function useFleet(asOf: string | null): Fleet {
  const [pages, setPages] = useState({ ...empty, asOf });
  const [error, setError] = useState<ApiError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const now = pages.asOf === asOf ? pages : { ...empty, asOf };
  useEffect(() => {
    if (now.complete) return;
    const stop = new AbortController();
    ask(BoardDocument, { asOf, after: now.after }, stop.signal).then(
      ({ data: { customers: page } }) => {
        if (stop.signal.aborted) return;
        setError(null);
        setPages({ asOf, customers: [...now.customers, ...page.nodes], total: page.totalCount, complete: page.complete, after: page.pageInfo.endCursor });
      },
      (reason: unknown) => { if (!stop.signal.aborted) setError(reason instanceof ApiError ? reason : new ApiError('The answer could not be read', 'INTERNAL', null)); },
    );
    return () => stop.abort();
  }, [asOf, now.after, now.complete, attempt]);
  return {
    customers: now.customers, total: now.total, complete: now.complete,
    loading: !now.complete && error === null, error,
    retry: () => { setError(null); setAttempt((n) => n + 1); },
  };
}
