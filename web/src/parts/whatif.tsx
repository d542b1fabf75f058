// What if: settings switched on a copy, never on the customer's own.

import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { ChoicesDocument } from '../api/gen/graphql';
import type { ChoicesQuery, Setting, SettingsInput, SiteMarkFragment } from '../api/gen/graphql';
import type { Report } from '../api/questions';
import { usePlaceSet } from '../api/sets';
import { useAnswer } from '../api/use';
import { counted } from '../format/count';
import { sentence } from '../format/text';
import type { PlaceSet } from '../map/placeset';
import { regionsInside, suggestions } from '../report/suggest';
import type { Suggested } from '../report/suggest';
import { changeWords, printChange, readChange, withChange } from '../settings/change';
import type { Change } from '../settings/change';
import { placePhrase } from '../words/place';
import type { NamedClaim } from '../words/place';
import { VerdictChip } from './chip';

/** The changes of an address, and what of them was not understood. */
export function changesOf(texts: readonly string[]): { changes: Change[]; strange: string[] } {
  const read = texts.map((t) => ({ t, c: readChange(t) }));
  return { changes: read.flatMap(({ c }) => (c ? [c] : [])), strange: read.flatMap(({ t, c }) => (c ? [] : [`change=${t}`])) };
}

interface PanelProps {
  settings: SettingsInput;
  changes: readonly Change[];
  /** Those that change nothing. */
  idle: readonly Change[];
  asOf: string | null;
  /** What the settings come to as they are. */
  before: Report;
  claim: NamedClaim;
  sites: readonly SiteMarkFragment[];
  onChange: (change: string[]) => void;
  /** The outcome, while there are changes. */
  children?: ReactNode;
}

const nothing: Suggested = { changes: [], none: [] };

/** What is worth trying, once it is known which regions there are and what the claim's places contain. */
function suggest(before: Report, choices: ChoicesQuery | null, places: PlaceSet | null, sites: readonly SiteMarkFragment[], claim: NamedClaim): Suggested {
  if (!choices || !places) return nothing;
  const { regions } = choices.footprint;
  return suggestions(before, regions, regionsInside(regions, places, sites, claim.within[0]?.toLowerCase() ?? ''), placePhrase(claim));
}

export function WhatIfPanel({ settings, changes, idle, asOf, before, claim, sites, onChange, children }: PanelProps) {
  const choices = useAnswer(ChoicesDocument, { asOf }).data;
  const make = (c: Change) => onChange(withChange(changes, c).map(printChange));
  const undo = (c: Change) => onChange(changes.filter((x) => x !== c).map(printChange));
  const places = usePlaceSet(claim.within, claim.except, asOf, sites);
  const suggested = useMemo(() => suggest(before, choices, places, sites, claim), [before, choices, places, sites, claim]);
  const open = suggested.changes.filter((s) => !changes.some((c) => printChange(c) === printChange(s)));
  return (
    <section className="card whatif" id="what-if" aria-labelledby="whatif-title">
      <header className="cardhead"><h2 id="whatif-title">What if they switched something?</h2><span className="muted">Tried on a copy. Nothing is changed for the customer.</span></header>
      <div className="whatifbody">
        <div>
          {open.length > 0 && (
            <div className="suggestions"><h3>Try</h3>{open.map((s) => <button key={printChange(s)} type="button" onClick={() => make(s)}>{changeWords(s)}</button>)}</div>
          )}
          {suggested.none.map((n) => <p key={n} className="muted">{n}</p>)}
          <div className="fields">
            <Region label="Processing region, every hostname" what="processing" setting="PROCESSING" {...{ choices, changes, make }} />
            <Region label="Log region" what="logs" setting="LOGS" {...{ choices, changes, make }} />
            <Region label="Key region, every certificate" what="keys" setting="KEYS" {...{ choices, changes, make }} />
            {(settings.storage?.length ?? 0) > 0 && <Region label="Storage jurisdiction, every resource" what="storage" setting="STORAGE" {...{ choices, changes, make }} />}
            <OnOff label="Log retention" what="retention" on={settings.logRetention ?? null} {...{ changes, make }} />
            <OnOff label="Log access from outside the region" what="access" on={settings.outOfRegionAccess ?? null} {...{ changes, make }} />
          </div>
          <Products {...{ settings, choices, changes, make }} />
          <Features {...{ settings, changes, make }} />
        </div>
        <div className="outcome" aria-live="polite">
          <h3>{changes.length === 0 ? 'Nothing is changed yet' : 'Tried'}</h3>
          {changes.length > 0 && (
            <ul className="tried">{changes.map((c) => (
              <li key={printChange(c)}>{changeWords(c)}{idle.includes(c) ? ' (changes nothing here)' : ''} <button type="button" className="link" onClick={() => undo(c)} aria-label={`Undo: ${changeWords(c)}`}>undo</button></li>
            ))}</ul>
          )}
          {changes.length > 0 && <button type="button" onClick={() => onChange([])}>Back to the settings as they are</button>}
          {changes.length === 0 && <p className="muted">Switch something: the verdict, the map and what is lost change at once.</p>}
          {children}
        </div>
      </div>
    </section>
  );
}

interface FieldProps {
  changes: readonly Change[];
  make: (c: Change) => void;
}

function Region({ label, what, setting, choices, changes, make }: FieldProps & { label: string; what: Change['what']; setting: Setting; choices: ChoicesQuery | null }) {
  const chosen = changes.find((c) => c.what === what && c.of === null)?.to ?? '';
  const regions = choices?.footprint.regions.filter((r) => r.setting === setting) ?? [];
  return (
    <label>{label}
      <select value={chosen} onChange={(e) => { if (e.target.value) make({ what, of: null, to: e.target.value }); }}>
        <option value="" disabled>as it is</option>
        <option value="none">none</option>
        {regions.map((r) => <option key={r.key} value={r.key}>{r.name} ({r.key})</option>)}
      </select>
    </label>
  );
}

function OnOff({ label, what, on, changes, make }: FieldProps & { label: string; what: Change['what']; on: boolean | null }) {
  const chosen = changes.find((c) => c.what === what)?.to ?? (on === null ? null : on ? 'on' : 'off');
  return <label className="check"><input type="checkbox" checked={chosen === 'on'} onChange={(e) => make({ what, of: null, to: e.target.checked ? 'on' : 'off' })} /> {label}{chosen === null ? ': not known' : ''}</label>;
}

function Products({ settings, choices, changes, make }: FieldProps & { settings: SettingsInput; choices: ChoicesQuery | null }) {
  const all = settings.products?.[0] === 'all';
  const names = new Map(choices?.products.map((p) => [p.key, p.name]));
  const changed = (id: string) => changes.find((c) => c.what === 'product' && c.of === id)?.to;
  const inUse = [...new Set([...(all ? [] : settings.products ?? []), ...changes.filter((c) => c.what === 'product' && c.to === 'on').map((c) => c.of ?? '')])];
  const others = choices?.products.filter((p) => !inUse.includes(p.key)) ?? [];
  return (
    <fieldset>
      <legend>Products in use{all ? ': all' : settings.products ? '' : ': not known'}</legend>
      {inUse.map((id) => (
        <label key={id} className="check"><input type="checkbox" checked={changed(id) !== 'off'} onChange={(e) => make({ what: 'product', of: id, to: e.target.checked ? 'on' : 'off' })} /> {names.get(id) ?? id}</label>
      ))}
      {!settings.products && <p className="muted">Which are in use is not known, so none can be tried: state them in the settings first.</p>}
      {!all && settings.products && (
        <label>Add a product <select value="" onChange={(e) => { if (e.target.value) make({ what: 'product', of: e.target.value, to: 'on' }); }}>
          <option value="">choose…</option>
          {others.map((p) => <option key={p.key} value={p.key}>{p.name}</option>)}
        </select></label>
      )}
    </fieldset>
  );
}

function Features({ settings, changes, make }: FieldProps & { settings: SettingsInput }) {
  const switches = (settings.features ?? []).filter((f) => f.value === 'true' || f.value === 'false');
  if (switches.length === 0) return null;
  return (
    <fieldset>
      <legend>Features</legend>
      {switches.map((f) => {
        const value = changes.find((c) => c.what === 'feature' && c.of === f.id)?.to ?? f.value;
        return <label key={f.id} className="check"><input type="checkbox" checked={value === 'true'} onChange={(e) => make({ what: 'feature', of: f.id, to: String(e.target.checked) })} /> {f.id.replaceAll('_', ' ')}</label>;
      })}
    </fieldset>
  );
}

/** What the changes do: verdict, counterexamples, what stops working. */
export function Outcome({ before, after }: { before: Report; after: Report }) {
  const key = (l: Report['residency']['lost'][number]) => `${l.setting} ${l.sentence}`;
  const had = new Set(before.residency.lost.map(key));
  const has = new Set(after.residency.lost.map(key));
  const lost = after.residency.lost.filter((l) => !had.has(key(l)));
  const back = before.residency.lost.filter((l) => !has.has(key(l)));
  const { check: was } = before;
  const { check: is } = after;
  return (
    <div className="result">
      <p className="fromto"><VerdictChip verdict={was.verdict} /> <span aria-label="becomes">→</span> <VerdictChip verdict={is.verdict} /></p>
      <p>{sentence(is.headline)}</p>
      <p>{counted(was.counterexamples.totalCount, 'counterexample')} before, {is.counterexamples.totalCount.toLocaleString('en')} with the change{is.unknowns.length > 0 ? `; ${counted(is.unknowns.length, 'fact')} not known` : ''}.</p>
      <h4>What is lost</h4>
      {lost.length === 0 ? <p>Nothing that works today stops working.</p> : <ul>{lost.map((l) => <li key={key(l)}>{l.product ? <strong>{l.product.name}: </strong> : null}{sentence(l.sentence)}</li>)}</ul>}
      {back.length > 0 && <><h4>What works again</h4><ul>{back.map((l) => <li key={key(l)}>{l.product ? <strong>{l.product.name}: </strong> : null}{sentence(l.sentence)}</li>)}</ul></>}
    </div>
  );
}
