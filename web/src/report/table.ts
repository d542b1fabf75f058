// The table of the customer view: kinds of data by what happens to them.

import type { Activity, BriefCheckFragment, DataCategory, PartLineFragment } from '../api/gen/graphql';
import type { Report } from '../api/questions';
import { categories } from '../words/data';
import { sitesPhrase } from '../words/sites';

/** Where one kind of data may undergo one activity. */
export interface Cell {
  activity: Activity;
  part: PartLineFragment;
  phrase: string;
}

/** One kind of data. */
export interface Row {
  category: DataCategory;
  stored: Cell[];
  processed: Cell[];
  transit: Cell[];
  readers: Cell[];
  verdict: BriefCheckFragment;
  /** Whether there is anything to judge. */
  inUse: boolean;
}

/** The rows of a report, every kind of data, also those without a place. */
export function rowsOf(report: Report): Row[] {
  return categories.map((category) => {
    const cells = (...wanted: Activity[]) => wanted.flatMap((a) => cell(report, category, a));
    return {
      category,
      stored: cells('STORE', 'CACHE'),
      processed: cells('PROCESS'),
      transit: cells('TRANSIT'),
      readers: cells('ACCESS'),
      verdict: report.byCategory[category],
      inUse: report.byCategory[category].considered.placements > 0,
    };
  });
}

function cell(report: Report, category: DataCategory, activity: Activity): Cell[] {
  const part = report.residency.parts.find((p) => p.category === category && p.activity === activity);
  if (!part) return [];
  const phrase = sitesPhrase(part.sites);
  const elsewhere = part.elsewhere ? 'places that are not sites' : '';
  return [{ activity, part, phrase: phrase && elsewhere ? `${phrase}, and ${elsewhere}` : phrase || elsewhere }];
}
