// One place: what its record says, and which regions and jurisdictions it is in.

import { useMemo } from 'react';
import { PlaceDocument } from '../api/gen/graphql';
import type { PlaceQuery } from '../api/gen/graphql';
import { useAnswer } from '../api/use';
import { day } from '../format/date';
import type { MarkKind } from '../map/marks';
import { Chip } from '../parts/chip';
import { MapPanel } from '../parts/map';
import { Shell } from '../parts/shell';
import { usePageState } from '../parts/state';
import { AnswerState, Loading, Strange } from '../parts/status';
import { layers } from '../url/state';
import { settingNames } from '../words/data';
import { useLocation } from 'wouter';
import { usePlaces } from './data';

type Site = NonNullable<PlaceQuery['site']>;

export function PlacePage({ code }: { code: string }) {
  const { state, strange, set } = usePageState();
  const asked = useAnswer(PlaceDocument, { code, asOf: state.asOf });
  const site = asked.data?.site ?? null;
  return (
    <Shell title={site ? `${site.city}, ${site.countryName}` : code} page="other">
      <Strange values={strange} />
      <AnswerState asked={asked} what="place" heading />
      {!site && asked.loading && <Loading text="Loading the place…" />}
      {asked.current && site === null && (
        <section className="empty"><h1>No place has the code {code}</h1><p>None is listed{state.asOf ? ` on ${day(state.asOf)}` : ' today'}. A place that is not listed is not known; it is not proof that there is none.</p></section>
      )}
      {site && <PlaceBody site={site} asOf={state.asOf} view={state.view} onView={(view) => set({ view })} />}
    </Shell>
  );
}

const nowhere: ReadonlySet<string> = new Set();

function PlaceBody({ site, asOf, view, onView }: { site: Site; asOf: string | null; view: 'region' | 'world' | null; onView: (v: 'region' | 'world') => void }) {
  const [, navigate] = useLocation();
  const sites = usePlaces(asOf).data?.footprint.sites ?? [];
  const here = useMemo(() => sites.filter((s) => s.code === site.code), [sites, site.code]);
  const kinds = useMemo(() => new Map<string, MarkKind>([[site.code, 'inside']]), [site.code]);
  const blocs = site.jurisdictions.filter((j) => j.jurisdiction.kind === 'BLOC');
  return (
    <>
      <div className="lead"><div>
        <p className="eyebrow">{site.kind === 'CORE' ? 'Core data center' : 'PoP'} · <code>{site.code}</code> · {site.network} network</p>
        <h1>{site.city}, {site.countryName}</h1>
        <p className="sub">{site.kind === 'CORE' ? 'Configuration, logs and analytics are stored here.' : 'Traffic arrives and is processed here, where the settings allow it. Any PoP may accept encrypted packets.'}</p>
      </div></div>
      <div className="split">
        <MapPanel title={<h2>Where it is</h2>} bare question={`${site.city}, ${site.countryName}`} place={site.countryName} sites={sites} kinds={kinds} shaded={nowhere} fit={here} view={view} onView={onView} layers={layers} onLayers={() => undefined} onOpen={(c) => navigate(`/places/${c}`)} />
        <section className="card column" aria-labelledby="record">
          <header className="cardhead"><h2 id="record">The record</h2></header>
          <dl className="pad">
            <dt>Country</dt><dd>{site.countryName} ({site.country}){site.subdivision ? `, ${site.subdivision}` : ''}</dd>
            <dt>Listed</dt><dd>{site.listedFrom ? `since ${day(site.listedFrom)}, which is not the day it opened` : 'since before the records'}{site.listedTo ? `, until ${day(site.listedTo)}` : ''}</dd>
            <dt>In</dt><dd><ul className="members">{blocs.length === 0 && <li>No bloc on record</li>}{blocs.map((j) => <li key={j.jurisdiction.code}>{j.membership === 'UNKNOWN' && <Chip mark={{ word: 'Unknown', shape: 'dashed', tone: 'open' }} />} {j.jurisdiction.name} <code>{j.jurisdiction.code}</code></li>)}</ul></dd>
            <dt>Source</dt><dd>{site.provenance.source ? `${site.provenance.source.title}${site.provenance.checked ? `, compared ${day(site.provenance.checked)}` : ''}` : 'not recorded'}{site.provenance.confidence ? ` (${site.provenance.confidence.toLowerCase().replaceAll('_', ' ')})` : ''}</dd>
            {site.notes && <><dt>Notes</dt><dd>{site.notes}</dd></>}
            <dt>Measured here</dt><dd>Told of each customer by itself, on the map of its data.</dd>
          </dl>
        </section>
      </div>
      <section className="card tablecard" aria-labelledby="regions">
        <header className="cardhead"><h2 id="regions">Regions that a setting can name, and this place</h2></header>
        <table className="cards" role="table">
          <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Setting</th><th role="columnheader" scope="col">It is in</th><th role="columnheader" scope="col">It may be in</th></tr></thead>
          <tbody role="rowgroup">{(['PROCESSING', 'KEYS', 'LOGS', 'STORAGE'] as const).map((s) => <RegionRow key={s} site={site} setting={s} />)}</tbody>
        </table>
      </section>
    </>
  );
}

function RegionRow({ site, setting }: { site: Site; setting: keyof typeof settingNames }) {
  const names = (membership: 'IN' | 'UNKNOWN') => site.regions.filter((r) => r.region.setting === setting && r.membership === membership)
    .map((r) => <span key={r.region.key} className="tag">{r.region.name} <code>{r.region.key}</code></span>);
  const sure = names('IN');
  const perhaps = names('UNKNOWN');
  return (
    <tr role="row">
      <th role="rowheader" scope="row">{settingNames[setting]}</th>
      <td role="cell" data-label="It is in">{sure.length > 0 ? sure : 'none'}</td>
      <td role="cell" data-label="It may be in">{perhaps.length > 0 ? perhaps : 'none'}</td>
    </tr>
  );
}
