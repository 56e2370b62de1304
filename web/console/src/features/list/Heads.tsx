import { useRef, useState } from "react";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { type Col, type Look, moved, NARROWEST, WIDEST } from "./columns";

const STEP = 16;
interface Props {
  cols: Col[];
  look: Look;
  setLook: (look: Look) => void;
  stuck: (i: number) => React.CSSProperties | undefined;
}
/** The heads of the columns: dragged to another place, made wider by their edge (pointer, or arrow keys on it). The menu does both too. */
export function Heads({ cols, look, setLook, stuck }: Props) {
  const [over, setOver] = useState("");
  const dragged = useRef("");
  const wide = (key: string, width: number) => setLook({ ...look, widths: { ...look.widths, [key]: Math.round(Math.min(Math.max(width, NARROWEST), WIDEST)) } });
  const drop = (key: string) => {
    const keys = cols.map((c) => c.key);
    const step = keys.indexOf(key) - keys.indexOf(dragged.current);
    setOver("");
    if (dragged.current && step) setLook({ ...look, columns: moved(keys, dragged.current, step) });
  };
  const pull = (event: React.PointerEvent<HTMLSpanElement>, col: Col) => {
    event.preventDefault();
    const edge = event.currentTarget;
    const begin = event.clientX;
    edge.setPointerCapture(event.pointerId);
    const cell = edge.closest("table")?.querySelectorAll("col")[edge.closest("th")?.cellIndex ?? 0];
    const table = edge.closest("table");
    const whole = table?.offsetWidth ?? 0;
    const width = (e: PointerEvent) => Math.min(Math.max(col.width + e.clientX - begin, NARROWEST), WIDEST);
    const move = (e: PointerEvent) => {
      if (cell) cell.style.inlineSize = `${width(e)}px`;
      if (table) table.style.inlineSize = `${whole + width(e) - col.width}px`;
    };
    const up = (e: PointerEvent) => {
      edge.removeEventListener("pointermove", move);
      wide(col.key, width(e));
    };
    edge.addEventListener("pointermove", move);
    edge.addEventListener("pointerup", up, { once: true });
  };
  return cols.map((c, i) => (
    <th key={c.key} scope="col" style={stuck(i) && { ...stuck(i), zIndex: 3 }} className={over === c.key ? "over" : ""} draggable
      onDragStart={(e) => { dragged.current = c.key; e.dataTransfer.effectAllowed = "move"; e.dataTransfer.setData("text/plain", c.label); }}
      onDragOver={(e) => { e.preventDefault(); setOver(c.key); }} onDragEnd={() => setOver("")} onDrop={(e) => { e.preventDefault(); drop(c.key); }}>
      <span className="cut">{c.label}</span>
      <span className="edge" role="separator" aria-orientation="vertical" aria-label={t("widthOf", { name: c.label })} aria-valuenow={c.width} aria-valuemin={NARROWEST} aria-valuemax={WIDEST} tabIndex={0} draggable
        onDragStart={(e) => { e.preventDefault(); e.stopPropagation(); }} onPointerDown={(e) => pull(e, c)}
        onKeyDown={(e) => {
          const step = e.key === "ArrowRight" ? STEP : e.key === "ArrowLeft" ? -STEP : 0;
          if (!step) return;
          e.preventDefault();
          wide(c.key, c.width + step);
        }} />
    </th>
  ));
}
