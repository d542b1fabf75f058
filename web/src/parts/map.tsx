// The map panel: the region or the world, every site once, and the same as a
// table. One tab stop; arrows walk between the marks.

import { useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { SiteMarkFragment } from '../api/gen/graphql';
import { counted } from '../format/count';
import { drawMap, regionFrame, worldFrame } from '../map/draw';
import type { Cell, Corner, Drawing } from '../map/draw';
import { markWords, nearestMark } from '../map/marks';
import type { Mark, MarkKind } from '../map/marks';
import type { Breached } from '../map/arrows';
import { summaryOf } from '../map/summary';
import type { Layer } from '../url/state';
import { Arrows, Dot, Ground, Hatch } from './figure';
import { useIdle } from './idle';
import { useLand } from './land';
import { Legend } from './legend';
import { PlaceTable } from './placetable';

/** What the panel shows. */
export interface MapPanelProps {
  title: ReactNode;
  /** Names the question for a screen reader: "Request content, processed". */
  question: string;
  /** What is inside: "the European Union". */
  place: string;
  sites: readonly SiteMarkFragment[];
  kinds: ReadonlyMap<string, MarkKind>;
  shaded: ReadonlySet<string>;
  /** Sites that the region view shows. */
  fit: readonly SiteMarkFragment[];
  /** Events seen against the claim, by site. */
  breached?: Breached;
  /** Where visitors were. */
  cells?: readonly Cell[];
  /** Why where visitors were is not drawn; null where it is. */
  noCells?: string | null;
  view: 'region' | 'world' | null;
  onView: (view: 'region' | 'world') => void;
  onOpen: (code: string) => void;
  /** The claim forbids the shaded places instead of allowing them. */
  never?: boolean;
  /** What is shown beside what breaks the claim. */
  layers: readonly Layer[];
  onLayers: (layers: Layer[]) => void;
  /** Without legend and table, where the map only shows a place. */
  bare?: boolean;
}

const directions: Record<string, 'left' | 'right' | 'up' | 'down'> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

/** The width of an element, kept up to date. */
function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    setWidth(Math.round(element.getBoundingClientRect().width));
    return () => observer.disconnect();
  }, []);
  return [ref, width] as const;
}

/** The height a map has for a width: the same before and after it is drawn. */
export function mapHeight(width: number): number {
  return Math.round(Math.min(540, Math.max(250, width * 0.57)));
}

export function MapPanel(props: MapPanelProps) {
  const land = useLand();
  const [ref, width] = useWidth();
  const height = mapHeight(width);
  const region = useMemo(() => regionFrame(props.fit), [props.fit]);
  const regional = region.view === 'region';
  const view = !regional ? 'world' : (props.view ?? 'region');
  const frame = view === 'region' ? region : worldFrame;
  const { sites, kinds, shaded, breached, cells } = props;
  const drawing = useMemo(
    () => (width > 0 && kinds.size > 0 ? drawMap({ land, sites, kinds, shaded, frame, width, height, breached, cells }) : null),
    [land, sites, kinds, shaded, frame, width, height, breached, cells],
  );
  const summary = props.bare ? props.question : `${props.question}: ${summaryOf(kinds, props.place, props.never ?? false)}`;
  return (
    <section className={`card mapcard${props.never ? ' never' : ''}`} aria-label={`Map. ${summary}`}>
      <header className="cardhead">
        <div>{props.title}</div>
        {regional && (
          <div className="switch" role="group" aria-label="Part of the world">
            <button type="button" aria-pressed={view === 'region'} onClick={() => props.onView('region')}>Region</button>
            <button type="button" aria-pressed={view === 'world'} onClick={() => props.onView('world')}>World</button>
          </div>
        )}
      </header>
      <div className="mapbox" ref={ref} style={{ height: width > 0 ? height : undefined }}>
        {drawing && <Surface key={`${view}-${width}`} drawing={drawing} layers={props.layers} width={width} height={height} summary={summary} onOpen={props.onOpen} />}
        {drawing && view === 'region' && width >= 560 && (
          <Inset land={land} sites={sites} kinds={kinds} shaded={shaded} corner={drawing.corner} layers={props.layers} />
        )}
      </div>
      {!props.bare && <Legend kinds={kinds} place={props.place} never={props.never ?? false} layers={props.layers} onLayers={props.onLayers} noCells={props.noCells ?? null} />}
      {!props.bare && <PlaceTable sites={sites} kinds={kinds} caption={summary} onOpen={props.onOpen} />}
    </section>
  );
}

/** Whether a mark is in the layers shown. What was seen against the claim is in every one. */
const within = (layers: readonly Layer[]) => (m: Mark) => m.kind === 'broken' || layers.includes(m.site.kind === 'CORE' ? 'cores' : 'pops');

interface View { k: number; x: number; y: number }
const home: View = { k: 1, x: 0, y: 0 };

function Surface({ drawing, layers, width, height, summary, onOpen }: {
  drawing: Drawing; layers: readonly Layer[]; width: number; height: number; summary: string; onOpen: (code: string) => void;
}) {
  const id = useId();
  const [view, setView] = useState(home);
  const marks = useMemo(() => drawing.marks.filter((m) => m.shown && within(layers)(m)), [drawing, layers]);
  const walkable = useMemo(() => marks.filter((m) => m.kind !== 'unused'), [marks]);
  const [at, setAt] = useState<string | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const here = walkable.find((m) => m.site.code === at) ?? walkable.at(-1);
  const zoom = (by: number) => setView((v) => clampView({ k: v.k * by, x: width / 2 - (width / 2 - v.x) * by, y: height / 2 - (height / 2 - v.y) * by }, width, height));
  const pan = (dx: number, dy: number) => setView((v) => clampView({ ...v, x: v.x + dx * width * 0.25, y: v.y + dy * height * 0.25 }, width, height));
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Home') { setView(home); event.preventDefault(); return; }
    const direction = directions[event.key];
    if (direction && here) {
      event.preventDefault();
      const next = nearestMark(walkable, here, direction);
      if (!next) return;
      setAt(next.site.code);
      svg.current?.querySelector<SVGElement>(`[data-code="${next.site.code}"]`)?.focus();
    }
    if ((event.key === 'Enter' || event.key === ' ') && here) { event.preventDefault(); onOpen(here.site.code); }
  };
  return (
    <>
      <svg ref={svg} className="map" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="group" aria-label={summary} onKeyDown={onKey}>
        <Hatch id={id} />
        <g transform={`translate(${view.x} ${view.y}) scale(${view.k})`} className={view.k > 1 ? 'zoomed' : undefined}>
          <Ground drawing={drawing} id={id} />
          {layers.includes('traffic') && drawing.cells.map((d, i) => d && <path key={i} d={d} className={`cell c${i + 1}`} aria-hidden="true" />)}
          {view.k === 1 && <Arrows drawing={drawing} id={id} />}
          <g aria-hidden="true">
            {marks.filter((m) => m.kind === 'unused').map((m) => <Dot key={m.site.code} mark={m} scale={view.k} />)}
          </g>
          {walkable.map((m) => <WalkMark key={m.site.code} mark={m} scale={view.k} tab={m === here} onOpen={onOpen} onFocus={() => setAt(m.site.code)} />)}
        </g>
        {view.k === 1 && <Texts drawing={drawing} narrow={width < 560} />}
      </svg>
      <div className="mapbuttons" role="group" aria-label="Move the map">
        <button type="button" onClick={() => zoom(1.6)} aria-label="Zoom in">+</button>
        <button type="button" onClick={() => zoom(1 / 1.6)} aria-label="Zoom out" disabled={view.k === 1}>−</button>
        {view.k > 1 && <>
          <button type="button" onClick={() => pan(1, 0)} aria-label="Move left">←</button>
          <button type="button" onClick={() => pan(-1, 0)} aria-label="Move right">→</button>
          <button type="button" onClick={() => pan(0, 1)} aria-label="Move up">↑</button>
          <button type="button" onClick={() => pan(0, -1)} aria-label="Move down">↓</button>
          <button type="button" onClick={() => setView(home)} aria-label="Show all">⤢</button>
        </>}
      </div>
    </>
  );
}

function clampView(v: View, width: number, height: number): View {
  const k = Math.min(12, Math.max(1, v.k));
  if (k === 1) return home;
  return { k, x: Math.min(0, Math.max(width * (1 - k), v.x)), y: Math.min(0, Math.max(height * (1 - k), v.y)) };
}

function WalkMark({ mark, scale, tab, onOpen, onFocus }: { mark: Mark; scale: number; tab: boolean; onOpen: (code: string) => void; onFocus: () => void }) {
  const { site } = mark;
  const name = `${site.city}, ${site.countryName}${site.kind === 'CORE' ? ', core data center' : ''}: ${markWords[mark.kind]}`;
  return (
    <g className="walk" role="button" aria-label={name} tabIndex={tab ? 0 : -1} data-code={site.code} onClick={() => onOpen(site.code)} onFocus={onFocus}>
      <circle className="hit" cx={mark.x} cy={mark.y} r={(mark.kind === 'broken' ? 13 : mark.kind === 'outside' ? 8 : 6) / scale} />
      <Dot mark={mark} scale={scale}><title>{name}</title></Dot>
    </g>
  );
}

function Texts({ drawing, narrow }: { drawing: Drawing; narrow: boolean }) {
  const arrows = { left: '◂ ', right: '', up: '▴ ', down: '▾ ' };
  return (
    <g className="labels" aria-hidden="true">
      {drawing.arrows.map((a) => <text key={a.code} x={a.x} y={a.y} textAnchor={a.anchor} className="broken">{a.text}</text>)}
      {drawing.labels.map((l) => <text key={l.text} x={l.x} y={l.y} textAnchor={l.anchor} className={l.kind}>{l.text}</text>)}
      {drawing.edges.map((e) => (
        <text key={e.side} x={e.x} y={e.y} className="edge" textAnchor={e.side === 'left' ? 'start' : e.side === 'right' ? 'end' : 'middle'}>
          {arrows[e.side]}{narrow ? `${e.count} more` : `${counted(e.count, 'more place')} outside`}{e.side === 'right' ? ' ▸' : ''}
        </text>
      ))}
    </g>
  );
}

/** The whole world, small, so that nothing outside the frame is out of mind. */
function Inset(props: Parameters<typeof InsetMap>[0]) {
  const idle = useIdle();
  return idle ? <InsetMap {...props} /> : null;
}

function InsetMap({ land, sites, kinds, shaded, corner, layers }: { corner: Corner; layers: readonly Layer[]; land: ReturnType<typeof useLand>; sites: MapPanelProps['sites']; kinds: MapPanelProps['kinds']; shaded: ReadonlySet<string> }) {
  const id = useId();
  const drawing = useMemo(() => drawMap({ land, sites, kinds, shaded, frame: worldFrame, width: 216, height: 104 }), [land, sites, kinds, shaded]);
  return (
    <svg className={`inset ${corner}`} viewBox="0 0 216 104" width="216" height="104" aria-hidden="true">
      <Hatch id={id} />
      <Ground drawing={drawing} id={id} />
      {drawing.marks.filter((m) => m.kind !== 'unused' && within(layers)(m)).map((m) => <Dot key={m.site.code} mark={m} small />)}
    </svg>
  );
}
