import { AimOutlined, MinusOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import type { OrderMap as Found } from "@api/generated/types.gen";
import type { OrderRow } from "@api/types";
import "@i18n/areas/list";
import { places } from "@i18n/places";
import { locale, t } from "@i18n/words";
import { toQuery } from "@ui/format";
import { alarming, OrderLine } from "@ui/order";
import { useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import type { Change, Filters } from "./address";
import { whereabouts } from "./whereabouts";

interface Props {
  filters: Filters;
  set: (change: Change) => void;
  open: (event: React.MouseEvent, row: OrderRow) => void;
}
export interface View {
  lng: number;
  lat: number;
  /** Degrees of longitude over the whole width. */
  wide: number;
}
const [W, H] = [960, 560];
const CHINA: View = { lng: 105, lat: 35, wide: 62 };
const [CLOSEST, WIDEST] = [0.02, 120];
/** Degrees of latitude over the height: as wide there as they are high, at the middle of the map. */
export const high = (v: View): number => (v.wide * H * Math.cos((v.lat * Math.PI) / 180)) / W;
export const box = (v: View): [west: number, south: number, east: number, north: number] => [Math.max(v.lng - v.wide / 2, -180), Math.max(v.lat - high(v) / 2, -90), Math.min(v.lng + v.wide / 2, 180), Math.min(v.lat + high(v) / 2, 90)];
export const place = (v: View, lng: number, lat: number): [x: number, y: number] => [((lng - v.lng) / v.wide + 0.5) * W, (0.5 - (lat - v.lat) / high(v)) * H];
export function zoomed(v: View, by: number, lng = v.lng, lat = v.lat): View {
  const wide = Math.min(Math.max(v.wide * by, CLOSEST), WIDEST);
  const share = wide / v.wide;
  return { wide, lng: lng + (v.lng - lng) * share, lat: Math.min(Math.max(lat + (v.lat - lat) * share, -80), 80) };
}
/** A round distance between lines of the net: about eight of them over the width. */
export function net(wide: number): number {
  const rough = wide / 8;
  const ten = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((n) => n * ten).find((n) => n >= rough) ?? 10 * ten;
}
const text = (b: readonly number[]) => b.map((n) => n.toFixed(4)).join(",");
function seen(bbox: string | undefined): View {
  const [w, s, e, n] = (bbox ?? "").split(",").map(Number);
  return w === undefined || s === undefined || e === undefined || n === undefined || Number.isNaN(w + s + e + n) ? CHINA : { lng: (w + e) / 2, lat: (s + n) / 2, wide: Math.max(e - w, CLOSEST) };
}

/** Orders with coordinates, near ones together, on a net with cities: drawn here, no outside service is asked. The list says the same. */
export default function OrderMap({ filters, set, open }: Props) {
  const [view, setView] = useState<View>(() => seen(filters.bbox));
  const [asked, setAsked] = useState(view);
  const begun = useRef<{ x: number; y: number; view: View }>(undefined);
  const svg = useRef<SVGSVGElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(view), 250);
    return () => clearTimeout(timer);
  }, [view]);
  const found = useGet<Found>(`/orders/map?${toQuery({ ...filters, bbox: text(box(asked)) })}`);
  const step = net(view.wide);
  const [w, s, e, n] = box(view);
  const lines = (a: number, b: number) => Array.from({ length: Math.max(0, Math.floor(b / step) - Math.ceil(a / step) + 1) }, (_, i) => (Math.ceil(a / step) + i) * step);
  const round = (v: number) => `${Number(v.toFixed(3))}°`;
  useEffect(() => {
    const el = svg.current;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const r = el?.getBoundingClientRect();
      if (r) setView((v) => zoomed(v, event.deltaY > 0 ? 1.25 : 0.8, v.lng + ((event.clientX - r.left) / r.width - 0.5) * v.wide, v.lat - ((event.clientY - r.top) / r.height - 0.5) * high(v)));
    };
    el?.addEventListener("wheel", wheel, { passive: false });
    return () => el?.removeEventListener("wheel", wheel);
  }, []);
  const drag = (event: React.PointerEvent) => {
    const r = svg.current?.getBoundingClientRect();
    const b = begun.current;
    if (b && r) setView({ ...b.view, lng: b.view.lng - ((event.clientX - b.x) / r.width) * b.view.wide, lat: Math.min(Math.max(b.view.lat + ((event.clientY - b.y) / r.height) * high(b.view), -80), 80) });
  };
  const keys = (event: React.KeyboardEvent) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (by) setView((v) => ({ ...v, lng: v.lng + (by[0] ?? 0) * v.wide * 0.15, lat: Math.min(Math.max(v.lat + (by[1] ?? 0) * high(v) * 0.15, -80), 80) }));
    else if (event.key === "+" || event.key === "=") setView((v) => zoomed(v, 0.6));
    else if (event.key === "-") setView((v) => zoomed(v, 1.6));
    else return;
    event.preventDefault();
  };
  const into = (lng: number, lat: number) => setView((v) => ({ ...zoomed(v, 0.35), lng, lat }));
  const tool = (words: string, icon: React.ReactNode, press: () => void) => <Button size="small" aria-label={words} title={words} icon={icon} onClick={press} />;
  return (
    <section className="panel order-map" aria-label={t("layoutMap")}>
      <div className="row">
        {tool(t("mapCloser"), <PlusOutlined aria-hidden />, () => setView((v) => zoomed(v, 0.6)))}
        {tool(t("mapFurther"), <MinusOutlined aria-hidden />, () => setView((v) => zoomed(v, 1.6)))}
        {tool(t("wholeMap"), <AimOutlined aria-hidden />, () => setView(CHINA))}
        <Button size="small" onClick={() => set({ filters: { ...filters, bbox: text(box(view)) } })}>{t("onlyHere")}</Button>
        {filters.bbox && <Button size="small" onClick={() => set({ filters: { ...filters, bbox: "" } })}>{t("mapEverywhere")}</Button>}
        <span className="soft">{t("mapHint")}</span>
      </div>
      <Waiting of={found}>
        {({ clusters, capped }) => (
          <div className="map-two">
            <svg ref={svg} viewBox={`0 0 ${W} ${H}`} role="group" aria-label={t("layoutMap")} tabIndex={0} onKeyDown={keys} onPointerDown={(ev) => { begun.current = { x: ev.clientX, y: ev.clientY, view }; }} onPointerMove={drag} onPointerUp={() => { begun.current = undefined; }} onPointerLeave={() => { begun.current = undefined; }}>
              <g className="net" aria-hidden="true">
                {lines(w, e).map((x) => { const [px] = place(view, x, view.lat); return <g key={x}><line x1={px} x2={px} y1={0} y2={H} /><text x={px + 3} y={H - 4}>{round(x)}</text></g>; })}
                {lines(s, n).map((y) => { const [, py] = place(view, view.lng, y); return <g key={y}><line x1={0} x2={W} y1={py} y2={py} /><text x={3} y={py - 3}>{round(y)}</text></g>; })}
              </g>
              <g className="places" aria-hidden="true">
                {places.filter(([x, y, rank]) => x > w && x < e && y > s && y < n && (rank === 1 || view.wide < 25)).map(([x, y, , zh, en]) => { const [px, py] = place(view, x, y); return <g key={en}><circle cx={px} cy={py} r={2.5} /><text x={px + 5} y={py + 4}>{locale() === "en" ? en : zh}</text></g>; })}
              </g>
              {clusters.map((c) => {
                const [x, y] = place(view, c.lng, c.lat);
                const o = c.order as unknown as OrderRow | null;
                const r = c.count === 1 ? 8 : Math.min(12 + 4 * Math.log2(c.count), 40);
                return (
                  <a key={`${c.lng} ${c.lat}`} className={`point ${c.late || (o && alarming(o) === "breached") ? "late" : ""}`} href={o ? `/app/orders/${o.id}` : "#"} aria-label={o ? `${o.number} ${o.title}` : t("mapCluster", { n: c.count, late: c.late })}
                    onClick={(ev) => { if (o) open(ev, o); else { ev.preventDefault(); into(c.lng, c.lat); } }}>
                    <circle cx={x} cy={y} r={Math.max(r, 12)} className="target" /><circle cx={x} cy={y} r={r} />
                    {c.count > 1 && <text x={x} y={y + 4} textAnchor="middle">{c.count}</text>}
                    {(c.late > 0) && <path d={`M${x + r - 2} ${y - r - 6} l6 10 h-12 z`} className="sign" />}
                  </a>
                );
              })}
            </svg>
            <div className="map-list" role="region" aria-label={t("mapList")} tabIndex={0}>
              <p aria-live="polite">{t("count", { n: `${clusters.reduce((sum, c) => sum + c.count, 0)}${capped ? "+" : ""}` })} {capped && t("mapCapped")}</p>
              {clusters.length === 0 && <p className="soft">{t("mapEmpty")}</p>}
              {clusters.slice(0, 200).map((c) => (c.order ? <OrderLine key={`${c.lng} ${c.lat}`} o={c.order as unknown as OrderRow} open={(ev) => open(ev, c.order as unknown as OrderRow)} /> : <p key={`${c.lng} ${c.lat}`}><button type="button" className="link" onClick={() => into(c.lng, c.lat)}>{t("mapCluster", { n: c.count, late: c.late })} · {whereabouts(c.lng, c.lat)}</button></p>))}
            </div>
          </div>
        )}
      </Waiting>
    </section>
  );
}
