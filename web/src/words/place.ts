// What the places of a claim are called, and the headline of the customer view.

import type { ClaimKind, Evidence, Reading, Verdict } from '../api/gen/graphql';
import { capital, list } from '../format/text';

/** The least a claim needs to be named: a preset has a name, any other its places by theirs, once they are known. */
export interface NamedClaim {
  name?: string | null;
  places?: string | null | undefined;
  kind: ClaimKind;
  within: readonly string[];
  except: readonly string[];
}

/** "the European Union"; where no name is known, the codes: "CH or EU, except FR". */
export function placePhrase(claim: NamedClaim): string {
  const named = claim.name?.match(/^(?:Only|Never) in (.+)$/)?.[1];
  if (named ?? claim.places) return named ?? claim.places ?? '';
  const within = list([...claim.within]).replace(/ and ([^ ]+)$/, ' or $1');
  return claim.except.length > 0 ? `${within}, except ${list([...claim.except])}` : within;
}

/** "Only in the European Union". */
export function claimName(claim: NamedClaim): string {
  return claim.name ?? `${claim.kind === 'NEVER_IN' ? 'Never' : 'Only'} in ${placePhrase(claim)}`;
}

/** A sentence of the API with the places by their name in place of their codes. */
export function withPlace(text: string, place: string): string {
  return text.replace(/ (only|never)( [a-z, ]+)? in .*$/, (_, word: string, done = '') => ` ${word}${done} in ${place}`);
}

const only: Record<Reading, string> = { RESIDES: 'data is stored only in', HANDLED: 'data is handled only in', EVERYTHING: 'everything is only in' };
const never: Record<Reading, string> = { RESIDES: 'data is never stored in', HANDLED: 'data is never handled in', EVERYTHING: 'nothing is ever in' };

/** On which side of a claim's places its counterexamples lie. */
export function wrongSide(kind: ClaimKind): 'outside' | 'inside' {
  return kind === 'NEVER_IN' ? 'inside' : 'outside';
}

/**
 * The answer to "where is my data", in one line. It never says more than the verdict
 * does, nor of more: `said` is the claim in words where it is about less than its reading.
 */
export function customerHeadline(claim: NamedClaim, reading: Reading, verdict: Verdict, evidence: Evidence, said: string | null = null): string {
  const place = placePhrase(claim);
  const fact = said ? withPlace(said, place) : `${(claim.kind === 'NEVER_IN' ? never : only)[reading]} ${place}`;
  const where = `${claim.kind === 'NEVER_IN' ? 'in' : 'outside'} ${place}`;
  switch (verdict) {
    case 'HOLDS':
      return capital(`${fact}, by the settings${evidence === 'NONE' ? '. It was not measured' : ''}`);
    case 'NOT_ENSURED':
      return `The settings allow places ${where}`;
    case 'BROKEN':
      return `Data was seen ${where}`;
    default:
      return `We can’t tell whether ${fact}`;
  }
}
