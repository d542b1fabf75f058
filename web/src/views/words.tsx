// The words of the page: one meaning each.

import { VocabularyDocument } from '../api/gen/graphql';
import { useAnswer } from '../api/use';
import { counted } from '../format/count';
import { sentence } from '../format/text';
import { VerdictChip } from '../parts/chip';
import { Shell } from '../parts/shell';
import { AnswerState } from '../parts/status';
import { activities, activityMeanings, activityNames, categories, categoryNames, categoryNotes, readingMeanings, readingNames, readings, settingNames } from '../words/data';
import { evidenceSentences, evidenceWords, verdictOrder } from '../words/verdict';
import type { Evidence, Verdict } from '../api/gen/graphql';
import { capital } from '../format/text';

const verdictMeanings: Record<Verdict, string> = {
  HOLDS: 'Every place that the settings allow lies inside, for everything in scope, and nothing measured contradicts it.',
  NOT_ENSURED: 'The settings allow a place outside; the counterexample names it.',
  BROKEN: 'Something measured lies outside.',
  UNKNOWN: 'A fact that decides it is missing or disputed; the answer names it. It is never taken for a yes.',
};

export function WordsPage() {
  const asked = useAnswer(VocabularyDocument, {});
  const data = asked.data;
  return (
    <Shell title="Words" page="words">
      <div className="lead"><div><h1>The words on these pages</h1><p className="sub">Each has one meaning, here and in the API.</p></div></div>
      <AnswerState asked={asked} what="vocabulary" />
      <div className="wordgrid">
        <Words title="What happens to data" rows={activities.map((a) => [capital(activityNames[a]), activityMeanings[a]])} />
        <Words title="Kinds of data" rows={categories.map((c) => [categoryNames[c], `${categoryNotes[c]}.`])} />
        <section className="card"><header className="cardhead"><h2>Verdicts</h2></header><dl className="pad">{verdictOrder.map((v) => <div key={v}><dt><VerdictChip verdict={v} /></dt><dd>{verdictMeanings[v]}</dd></div>)}</dl></section>
        <Words title="Evidence, beside the verdict" rows={(['NONE', 'CONSISTENT', 'CONTRADICTED'] as Evidence[]).map((e) => [evidenceWords[e], evidenceSentences[e]])} />
        <Words title="Readings of a claim" rows={readings.map((r) => [readingNames[r], capital(readingMeanings[r]) + '.'])} />
        {data && <Words title="Claims by name" rows={data.claims.map((c) => [c.name, `${c.kind === 'NEVER_IN' ? 'Never in' : 'Only in'} ${c.within.join(', ')}${c.except.length > 0 ? ` except ${c.except.join(', ')}` : ''}`])} />}
        {data && <Words title="Places in law" rows={data.footprint.blocs.map((b) => [b.code, `${b.name}. ${counted(b.sites.count, 'place')} of the network.`])} />}
      </div>
      {data && (
        <section className="card tablecard" aria-labelledby="w-regions">
          <header className="cardhead"><h2 id="w-regions">Regions that a setting can name</h2><span className="muted">A name proves nothing: the definition does.</span></header>
          <table className="cards" role="table">
            <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Region</th><th role="columnheader" scope="col">Setting</th><th role="columnheader" scope="col">Definition</th><th role="columnheader" scope="col">Places</th></tr></thead>
            <tbody role="rowgroup">{data.footprint.regions.map((r) => (
              <tr role="row" key={r.setting + r.key}>
                <th role="rowheader" scope="row"><span className="name">{r.name}</span><span className="note"><code>{r.key}</code></span></th>
                <td role="cell" data-label="Setting">{settingNames[r.setting]}</td>
                <td role="cell" data-label="Definition"><code>{r.definition}</code></td>
                <td role="cell" data-label="Places">{r.sites.count}{r.sites.unknown > 0 ? `, of which ${r.sites.unknown} not certain` : ''}</td>
              </tr>
            ))}</tbody>
          </table>
        </section>
      )}
      {data && data.disputes.length > 0 && (
        <section className="card" aria-labelledby="w-disputes">
          <header className="cardhead"><h2 id="w-disputes">Where sources disagree</h2><span className="muted">What depends on it is Unknown.</span></header>
          <dl className="pad">{data.disputes.map((d) => <div key={d.id}><dt>{sentence(d.subject)}</dt><dd>{sentence(d.readingA)} {sentence(d.readingB)}<span className="note">It leaves undecided: {sentence(d.decides)}</span></dd></div>)}</dl>
        </section>
      )}
    </Shell>
  );
}

function Words({ title, rows }: { title: string; rows: readonly (readonly [string, string])[] }) {
  return (
    <section className="card"><header className="cardhead"><h2>{title}</h2></header>
      <dl className="pad">{rows.map(([word, meaning]) => <div key={word}><dt>{word}</dt><dd>{meaning}</dd></div>)}</dl>
    </section>
  );
}
