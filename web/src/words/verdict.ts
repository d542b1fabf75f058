// What a verdict is called, how it is marked, and the headline that goes with it.

import type { Evidence, Verdict } from '../api/gen/graphql';

/** A word, the shape beside it, and the name of its colours in the style sheet. */
export interface Mark {
  word: string;
  shape: 'tick' | 'ring' | 'diamond' | 'dashed' | 'none';
  tone: 'good' | 'plain' | 'bad' | 'open' | 'mute';
}

export const verdictMarks: Record<Verdict, Mark> = {
  HOLDS: { word: 'Holds', shape: 'tick', tone: 'good' },
  NOT_ENSURED: { word: 'Not ensured', shape: 'ring', tone: 'plain' },
  BROKEN: { word: 'Broken', shape: 'diamond', tone: 'bad' },
  UNKNOWN: { word: 'Unknown', shape: 'dashed', tone: 'open' },
};

export const evidenceWords: Record<Evidence, string> = {
  NONE: 'Not measured',
  CONSISTENT: 'Measured: nothing contradicts',
  CONTRADICTED: 'Measured: contradicts',
};

/** What evidence means, in one sentence. */
export const evidenceSentences: Record<Evidence, string> = {
  NONE: 'Not measured: this is what the settings allow, not what happened.',
  CONSISTENT: 'Nothing that was measured contradicts it. That proves nothing by itself: only the settings can.',
  CONTRADICTED: 'Something measured lies outside.',
};

/** Worst first, for lists. */
export const verdictOrder: readonly Verdict[] = ['BROKEN', 'NOT_ENSURED', 'UNKNOWN', 'HOLDS'];

/** The API's headline without the words that the page's own headline has already. */
export function headlineDetail(headline: string): string {
  return headline.replace(/^(The settings don.t ensure this|You can make this claim|Don.t make this claim|We can.t tell): /, '');
}

/** The headline of settings that are only tried: nothing can be said today. */
export function trialHeadline(verdict: Verdict): string {
  switch (verdict) {
    case 'HOLDS':
      return 'With these changes the claim would hold';
    case 'UNKNOWN':
      return 'With these changes we couldn’t tell';
    default:
      return 'With these changes the settings still wouldn’t ensure this';
  }
}

/** The headline of the claim view. It never says more than the verdict does. */
export function claimHeadline(verdict: Verdict, evidence: Evidence): string {
  switch (verdict) {
    case 'HOLDS':
      return evidence === 'NONE' ? 'You can make this claim. It was not measured' : 'You can make this claim';
    case 'NOT_ENSURED':
      return 'The settings don’t ensure this';
    case 'BROKEN':
      return 'Don’t make this claim';
    default:
      return 'We can’t tell';
  }
}
