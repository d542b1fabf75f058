// The variables of the report: one claim, and the same places for each kind of
// data by itself.

import type { BriefCheckFragment, ClaimInput, DataCategory, JudgedQuery, Reading, ReportQuery, ReportQueryVariables, WhatIfQuery } from './gen/graphql';
import { readingActivities } from '../words/data';

type ByCategory = 'content' | 'storedContent' | 'trafficMetadata' | 'keys' | 'configuration' | 'account' | 'operational';

const fields: Record<DataCategory, ByCategory> = {
  CONTENT: 'content', STORED_CONTENT: 'storedContent', TRAFFIC_METADATA: 'trafficMetadata', KEYS: 'keys',
  CONFIGURATION: 'configuration', ACCOUNT: 'account', OPERATIONAL: 'operational',
};

/** The claim and its parts, as variables of Report and WhatIf. */
export function claimVariables(claim: ClaimInput, reading: Reading): Record<'claim' | ByCategory, ClaimInput> & Pick<ReportQueryVariables, 'scopes'> {
  const of = (category: DataCategory): ClaimInput => ({
    ...claim, categories: [category], activities: claim.activities?.length ? claim.activities : [...readingActivities[reading]],
  });
  return {
    claim, ...(claim.scopes && { scopes: claim.scopes }),
    content: of('CONTENT'), storedContent: of('STORED_CONTENT'), trafficMetadata: of('TRAFFIC_METADATA'), keys: of('KEYS'),
    configuration: of('CONFIGURATION'), account: of('ACCOUNT'), operational: of('OPERATIONAL'),
  };
}

/** One answer: the check, where data may be, and the verdict of each kind by itself. */
export interface Report {
  check: NonNullable<ReportQuery['customer']>['check'];
  residency: NonNullable<ReportQuery['customer']>['residency'];
  byCategory: Record<DataCategory, BriefCheckFragment>;
}

/** What is left of a report's verdicts after what was observed. */
export interface Judged {
  check: Pick<Report['check'], 'verdict' | 'evidence' | 'headline'>;
  byCategory: Record<DataCategory, Pick<BriefCheckFragment, 'verdict'>>;
}

/** The verdicts of an answer. */
export function judgedOf(data: NonNullable<JudgedQuery['customer']>): Judged {
  return { check: data.check, byCategory: each(data) };
}

/** The report of a customer or of settings tried out. */
export function reportOf(data: NonNullable<ReportQuery['customer']> | WhatIfQuery): Report {
  return { check: data.check, residency: data.residency, byCategory: each(data) };
}

function each<T>(data: Record<ByCategory, T>): Record<DataCategory, T> {
  return Object.fromEntries(Object.entries(fields).map(([category, field]) => [category, data[field]])) as Record<DataCategory, T>;
}
