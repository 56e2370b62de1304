import { DownOutlined, MoreOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { ApiError, post } from "@api/client";
import type { Blocker, OrderDetail, Verb } from "@api/types";
import "@i18n/areas/order";
import { locale, t, tl } from "@i18n/words";
import { useActions } from "../../parts/actions";
import { follow, may } from "../../parts/data";
import { useTell } from "../../parts/tell";

const Access = lazy(() => import("./Access"));
const Ask = lazy(() => import("./OrderAsk"));
const Merge = lazy(() => import("./OrderMerge"));
const Split = lazy(() => import("./OrderSplit"));
const ASKS = new Set(["assignee", "team", "reason", "waiting_on", "result", "to"]);
export type Subject = Pick<OrderDetail, "id" | "version" | "states">;

/** Whether a verb has to ask for something before it can be said. */
export const asksFirst = (verb: Verb): boolean => verb.needs.some((n) => ASKS.has(n));
export const why = (verb: Pick<Verb, "blockers">): string => verb.blockers.map((b) => (locale() === "en" ? b.en : b.zh)).join(" ");

export type Say = (o: Subject, verb: Verb, values: Record<string, unknown>) => Promise<boolean>;
/** Say a verb; true when it was done. A refusal is told, and what is on screen is read anew. */
export function useSay(reload: () => void): Say {
  const tell = useTell();
  return async (o, verb, values) => {
    try {
      await post(`/orders/${o.id}/${verb.verb.replace("_", "-")}`, values, o.version);
      reload();
      return true;
    } catch (error) {
      tell(error);
      if (error instanceof ApiError && (error.problem.code === "stale_version" || error.problem.blockers)) reload();
      return false;
    }
  };
}

/** What stands in the way, each with the way to it: a field to fill in, an approval, another order. */
export function Blockers({ of }: { of: Blocker[] }) {
  return (
    <>
      {of.map((b) => {
        const words = locale() === "en" ? b.en : b.zh;
        if (b.link.startsWith("orders/")) return <a key={b.code} href={`/app/${b.link}`} onClick={(e) => follow(e, `/app/${b.link}`)}>{words} </a>;
        const field = /^fields\.(.+)$/.exec(b.link)?.[1];
        return field ? <button key={b.link} type="button" className="link" onClick={() => document.dispatchEvent(new CustomEvent(FIELD, { detail: field }))}>{words}</button> : <span key={b.code}>{words} </span>;
      })}
    </>
  );
}
/** Asks the facts of the order to open a field. */
export const FIELD = "gongdan:field";

/** The next legal step as a button, the others in a menu; what is blocked says why, in sight. `asked`: a verb a shortcut asks for, or "menu". */
export function Steps({ o, reload, asked, settle }: { o: OrderDetail; reload: () => void; asked: string; settle: (verb: string) => void }) {
  const say = useSay(reload);
  const tell = useTell();
  const [asking, setAsking] = useState<Verb>();
  const [busy, setBusy] = useState(false);
  const [menu, setMenu] = useState(false);
  const [panel, setPanel] = useState<"merge" | "split" | "access">();
  const press = async (verb: Verb) => {
    if (asksFirst(verb)) return setAsking(verb);
    setBusy(true);
    await say(o, verb, {});
    setBusy(false);
  };
  const first = o.verbs.find((v) => v.primary);
  const rest = o.verbs.filter((v) => v !== first);
  useEffect(() => {
    if (!asked) return;
    settle("");
    if (asked === "menu") return setMenu(true);
    const verb = o.verbs.find((v) => v.verb === asked) ?? (asked === "assign" ? o.verbs.find((v) => v.verb === "transfer") : undefined);
    if (verb?.allowed) setAsking(verb);
    else tell(new Error(verb ? why(verb) : t("notHere")));
  }, [asked, settle, o.verbs, tell]);
  const panels = [
    ...(may("order.merge") && o.family !== "closed" ? [{ key: "merge" as const, label: t("mergeInto") }] : []),
    ...(may("order.split") && !o.merged_into ? [{ key: "split" as const, label: t("splitIt") }] : []),
    ...(may("order.explain_access") ? [{ key: "access" as const, label: t("whoSees") }] : []),
  ];
  useActions(panels.map(({ key, label }) => ({ id: `order.${key}`, words: label, run: () => setPanel(key) })));
  const items = [
    ...rest.map((v) => ({ key: v.verb, disabled: !v.allowed, label: <span title={why(v)}>{tl(v.label)}{v.allowed ? "" : ` — ${why(v)}`}</span>, onClick: () => void press(v) })),
    ...panels.map((p) => ({ ...p, onClick: () => setPanel(p.key) })),
  ];
  return (
    <div className="steps">
      {first && (
        <Button type="primary" loading={busy} disabled={!first.allowed} aria-describedby={first.allowed ? undefined : "blocked"} onClick={() => void press(first)}>
          {tl(first.label)}
        </Button>
      )}
      {items.length > 0 && (
        <Dropdown autoFocus open={menu} onOpenChange={setMenu} menu={{ items, onClick: () => setMenu(false) }} trigger={["click"]}>
          {first ? <Button aria-label={t("more")} icon={<MoreOutlined aria-hidden />} /> : <Button loading={busy} icon={<DownOutlined aria-hidden />} iconPlacement="end">{t("actions")}</Button>}
        </Dropdown>
      )}
      {first && !first.allowed && <p id="blocked" className="soft"><Blockers of={first.blockers} /></p>}
      {asking && <Suspense><Ask o={o} verb={asking} close={() => setAsking(undefined)} say={say} /></Suspense>}
      {panel === "access" && <Suspense><Access id={o.id} close={() => setPanel(undefined)} /></Suspense>}
      {panel === "merge" && <Suspense><Merge o={o} close={() => setPanel(undefined)} reload={reload} /></Suspense>}
      {panel === "split" && <Suspense><Split o={o} close={() => setPanel(undefined)} reload={reload} /></Suspense>}
    </div>
  );
}
