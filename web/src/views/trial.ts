// Settings tried on a copy, and what the claim comes to under them.

import { useMemo } from 'react';
import { ChoicesDocument, SettingsDocumentDocument, WhatIfDocument } from '../api/gen/graphql';
import type { SettingsDocumentQuery, SettingsInput, WhatIfQuery } from '../api/gen/graphql';
import { claimVariables, reportOf } from '../api/questions';
import type { Report } from '../api/questions';
import { useAnswer, useAnswered } from '../api/use';
import type { Asked } from '../api/use';
import { changesOf } from '../parts/whatif';
import { applyChanges, idleChanges } from '../settings/change';
import type { Change } from '../settings/change';
import { settingsOf } from '../settings/input';
import type { PageState } from '../url/state';
import type { Question } from './data';

// Settings longer than this are not sent with a question: the API takes so much and no more.
const MOST_TRIED = 120_000;

/** What a page's changes come to. */
export interface Trial {
  changes: Change[];
  /** The changes that change nothing. */
  idle: Change[];
  /** The settings as they are; null until they are read, or where they are too large. */
  own: SettingsInput | null;
  tried: SettingsInput | null;
  /** The claim under the changed settings; null until it was judged. */
  after: Report | null;
  current: boolean;
  /** There are changes, and no answer will come of itself. */
  failed: boolean;
  large: boolean;
  document: Asked<SettingsDocumentQuery>;
  whatIf: Asked<WhatIfQuery>;
}

/** Tries the changes of a page. */
export function useTrial(customer: string, state: PageState, question: Question): Trial {
  const { changes } = changesOf(state.change);
  const wanted = changes.length > 0;
  const document = useAnswer(SettingsDocumentDocument, { customer, asOf: state.asOf });
  const text = document.current ? document.data?.customer?.settings?.document ?? null : null;
  const large = text !== null && text.length > MOST_TRIED;
  const own = useMemo(() => (text !== null && !large ? settingsOf(text) : null), [text, large]);
  const choices = useAnswer(ChoicesDocument, wanted ? { asOf: state.asOf } : null);
  const products = choices.current ? choices.data?.products.map((p) => p.key) : undefined;
  const tried = own && wanted && products ? applyChanges(own, changes, products) : null;
  const whatIf = useAnswer(WhatIfDocument, tried ? { settings: tried, asOf: state.asOf, ...claimVariables(question.claim, state.reading) } : null);
  // While another change is judged the last trial stays, of the same question alone.
  const key = JSON.stringify(question.variables);
  const judged = useAnswered({ key, report: whatIf.data ? reportOf(whatIf.data) : null }, whatIf.current);
  const waiting = document.loading || choices.loading || whatIf.loading;
  return {
    changes, own, tried, large, document, whatIf,
    idle: own && products ? idleChanges(own, changes, products) : [],
    after: tried && judged.key === key && (whatIf.current || whatIf.loading) ? judged.report : null,
    current: whatIf.current,
    failed: wanted && !whatIf.current && !waiting,
  };
}
