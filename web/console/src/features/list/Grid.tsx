import { Checkbox } from "antd";
import { memo, useLayoutEffect, useRef, useState } from "react";
import "@i18n/areas/list";
import { channelWords, maybe, t, tl } from "@i18n/words";
import { full, when } from "@ui/format";
import { Priority, SlaChip, StatePill } from "@ui/marks";
import { alarming, orderPath } from "@ui/order";
import type { VocabularyField } from "@api/generated/types.gen";
import { show } from "../../parts/values";
import { asField } from "./catalog";
import { prefetchOrder } from "../order/prefetch";
import { Heads } from "./Heads";
import type { Col, Look } from "./columns";
import type { Live, Row } from "./rows";

export type Item = { kind: "row"; row: Row } | { kind: "group"; key: string; label: string; count: string; open: boolean } | { kind: "more"; key: string; loading: boolean; left: string };
export type What = "assign" | "state" | "priority" | "label" | "message" | "field";

export interface GridProps {
  items: Item[];
  cols: Col[];
  look: Look;
  setLook: (look: Look) => void;
  fields: VocabularyField[];
  height: number;
  live: Live;
  at: string;
  news: (o: Row) => boolean;
  selected?: ((id: string) => boolean) | undefined;
  all: "all" | "some" | "none";
  toggle: (id: string, range: boolean) => void;
  toggleAll: (on: boolean) => void;
  edit: (row: Row, what: What, anchor: DOMRect, field?: string) => void;
  open: (event: React.MouseEvent, row: Row) => void;
  focus: (id: string) => void;
  group: (key: string) => void;
  box: React.RefObject<HTMLDivElement | null>;
  label: string;
}
// some rows above and below are there already, and the window moves by whole steps: most frames of a scroll change nothing in the document
const AROUND = 16;
const BY = 8;
const PICK = 40;
const ACTIONS = 104;

/** Rows of one height, only those in sight (and some around) in the document: five thousand scroll like fifty. */
export function Grid(p: GridProps) {
  const [first, setFirst] = useState(0);
  const [inSight, setInSight] = useState(30);
  const frame = useRef(0);
  const { box, height } = p;
  const look = () => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      const el = box.current;
      if (!el) return;
      setFirst(Math.max(0, Math.floor(el.scrollTop / height / BY) * BY - AROUND));
      setInSight(Math.ceil(el.clientHeight / height) + BY + 2 * AROUND);
    });
  };
  useLayoutEffect(() => {
    look();
    window.addEventListener("resize", look);
    return () => {
      cancelAnimationFrame(frame.current);
      window.removeEventListener("resize", look);
    };
  }, [height, p.items.length === 0]);
  const from = Math.min(first, Math.max(0, p.items.length - inSight));
  const shown = p.items.slice(from, from + inSight);
  const pick = p.selected ? PICK : 0;
  const lefts: number[] = [];
  p.cols.reduce((x, c, i) => ((lefts[i] = x), x + c.width), pick);
  const stuck = (i: number): React.CSSProperties | undefined => (i < p.look.frozen ? { position: "sticky", insetInlineStart: lefts[i], zIndex: 1 } : undefined);
  const below = Math.max(0, p.items.length - from - shown.length);
  const span = p.cols.length + (p.selected ? 2 : 1);
  return (
    <div className="scroll grid" role="region" aria-label={p.label} tabIndex={0} ref={box} onScroll={look} style={{ "--row": `${height}px` } as React.CSSProperties}>
      <table className="list orders" aria-rowcount={p.items.length + 1} style={{ inlineSize: pick + ACTIONS + p.cols.reduce((sum, c) => sum + c.width, 0) }}>
        <colgroup>
          {p.selected && <col style={{ inlineSize: PICK }} />}
          {p.cols.map((c) => <col key={c.key} style={{ inlineSize: c.width }} />)}
          <col style={{ inlineSize: ACTIONS }} />
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {p.selected && <th scope="col" className="pick"><Checkbox aria-label={t("all")} checked={p.all === "all"} indeterminate={p.all === "some"} onChange={(e) => p.toggleAll(e.target.checked)} /></th>}
            <Heads cols={p.cols} look={p.look} setLook={p.setLook} stuck={stuck} />
            <th scope="col" className="acts"><span className="hush">{t("actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          {from > 0 && <tr aria-hidden="true"><td colSpan={span} style={{ blockSize: from * height, padding: 0 }} /></tr>}
          {shown.map((item, i) =>
            item.kind === "row" ? <Line key={item.row.id} p={p} row={item.row} index={from + i + 2} stuck={stuck} on={p.selected?.(item.row.id) ?? false} news={p.news(item.row)} changed={p.live.changed.get(item.row.id)} gone={p.live.gone.has(item.row.id)} at={p.at === item.row.id} />
            : <tr key={`${item.kind} ${item.key}`} className="group" aria-rowindex={from + i + 2}>
                <td colSpan={span}>
                  <button type="button" {...(item.kind === "group" ? { "aria-expanded": item.open } : { disabled: item.loading })} onClick={() => p.group(item.key)}>
                    {item.kind === "group" ? <><span aria-hidden="true">{item.open ? "▾" : "▸"}</span> <strong>{item.label}</strong> <span className="soft">{item.count}</span></> : item.loading ? t("loading") : t("groupMore", { left: item.left })}
                  </button>
                </td>
              </tr>,
          )}
          {below > 0 && <tr aria-hidden="true"><td colSpan={span} style={{ blockSize: below * height, padding: 0 }} /></tr>}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps {
  p: GridProps;
  row: Row;
  index: number;
  stuck: (i: number) => React.CSSProperties | undefined;
  on: boolean;
  at: boolean;
  news: boolean;
  gone: boolean;
  changed: Set<string> | undefined;
}
const Line = memo(function Line({ p, row, index, stuck, on, at, news, gone, changed }: LineProps) {
  const late = alarming(row) === "breached";
  const here = (event: React.MouseEvent) => event.currentTarget.getBoundingClientRect();
  const act = (what: What, words: string, sign: string) => <button type="button" className="act" aria-label={`${words} ${row.number}`} title={words} onClick={(e) => p.edit(row, what, here(e))}>{sign}</button>;
  return (
    <tr aria-rowindex={index} aria-selected={on} className={`${at ? "at" : ""} ${late ? "breached" : ""} ${news ? "news" : ""} ${gone ? "gone" : ""}`} onFocus={() => p.focus(row.id)}>
      {p.selected && <td className="pick"><input type="checkbox" aria-label={row.number} checked={on} onChange={(e) => p.toggle(row.id, e.nativeEvent instanceof MouseEvent && e.nativeEvent.shiftKey)} /></td>}
      {p.cols.map((c, i) => (
        <td key={c.key} style={stuck(i)} className={changed?.has(c.key.startsWith("field.") ? "fields" : c.key) ? "changed" : ""}>
          {c.key === "title" ? (
            <a className="cut" data-order={row.id} href={orderPath(row.id)} onFocus={() => prefetchOrder(row.id)} onPointerDown={() => prefetchOrder(row.id)} title={gone ? t("goneHint") : row.title} onClick={(e) => p.open(e, row)}>{row.title}{news && <span className="hush"> {t("changedSince")}</span>}</a>
          ) : (
            <Value row={row} col={c.key} edit={p.edit} fields={p.fields} />
          )}
        </td>
      ))}
      <td className="acts">{act("assign", t("verb_assign"), "⇢")}{act("state", t("rowState"), "◐")}{act("message", t("rowMessage"), "✎")}</td>
    </tr>
  );
}, (a, b) => a.row === b.row && a.on === b.on && a.at === b.at && a.news === b.news && a.gone === b.gone && a.changed === b.changed && a.p.cols === b.p.cols && a.p.look === b.p.look && a.p.height === b.p.height && a.p.edit === b.p.edit && a.p.toggle === b.p.toggle && a.p.open === b.p.open && a.p.focus === b.p.focus && !a.p.selected === !b.p.selected);

/** One cell. State, person, priority and custom fields are buttons that open their editor in place. */
function Value({ row, col, edit, fields }: { row: Row; col: string; edit: GridProps["edit"]; fields: VocabularyField[] }) {
  const into = (what: What, words: string, children: React.ReactNode, field?: string) => (
    <button type="button" className="cell" aria-label={`${words} ${row.number}`} onClick={(e) => edit(row, what, e.currentTarget.getBoundingClientRect(), field)}>{children}</button>
  );
  switch (col) {
    case "state":
      return into("state", t("rowState"), <StatePill family={row.family} label={row.state_label} cancelled={row.cancelled} waiting={row.waiting_on} />);
    case "number":
      return <span className="cut">{row.number}</span>;
    case "customer":
      return <span className="cut" title={row.site_address}>{row.customer_name}</span>;
    case "address":
      return <span className="cut" title={row.site_address}>{row.site_address}</span>;
    case "assignee":
      return into("assign", t("verb_assign"), <span className="cut">{row.assignee_name ?? <span className="soft">{row.team_name ?? t("unassigned")}</span>}</span>);
    case "team":
      return <span className="cut">{row.team_name}</span>;
    case "sla":
      return <SlaChip state={row.sla_state} due={row.next_due_at} waiting={row.waiting_on} family={row.family} />;
    case "priority":
      return into("priority", t("rowPriority"), <Priority value={row.priority} />);
    case "due":
    case "updated":
    case "created": {
      const iso = col === "due" ? row.next_due_at : col === "updated" ? row.updated_at : row.created_at;
      return <span title={full(iso)}>{when(iso)}</span>;
    }
    case "blueprint":
      return <span className="cut">{row.blueprint}</span>;
    case "channel":
      return <span className="cut">{channelWords(row.channel)}</span>;
    case "waiting_on":
      return <span className="cut">{row.waiting_on ? maybe(`waiting_${row.waiting_on}`) : ""}</span>;
    case "tags":
      return <span className="cut" title={row.tags.join(" ")}>{row.tags.map((x) => `#${x}`).join(" ")}</span>;
    default: {
      const field = fields.find((f) => `field.${f.key}` === col);
      if (!field) return null;
      const words = show(asField(field), row.fields?.[field.key]);
      return into("field", tl(field.label), <span className="cut" title={words}>{words || <span className="soft">—</span>}</span>, field.key);
    }
  }
}
