import { DownOutlined, MoreOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { lazy, Suspense, useState } from "react";
import { ApiError, post } from "@api/client";
import type { OrderDetail, Verb } from "@api/types";
import "@i18n/areas/order";
import { locale, t, tl } from "@i18n/words";
import { useTell } from "../../parts/tell";

const Ask = lazy(() => import("./OrderAsk"));
const ASKS = new Set(["assignee", "team", "reason", "waiting_on", "result", "to"]);
export type Subject = Pick<OrderDetail, "id" | "version" | "states">;

/** Whether a verb has to ask for something before it can be said. */
export const asksFirst = (verb: Verb): boolean => verb.needs.some((n) => ASKS.has(n));
export const why = (verb: Verb): string => verb.blockers.map((b) => (locale() === "en" ? b.en : b.zh)).join(" ");

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

/** The next legal step as a button, the others in a menu; what is blocked says why, in sight. */
export function Steps({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const say = useSay(reload);
  const [asking, setAsking] = useState<Verb>();
  const [busy, setBusy] = useState(false);
  const press = async (verb: Verb) => {
    if (asksFirst(verb)) return setAsking(verb);
    setBusy(true);
    await say(o, verb, {});
    setBusy(false);
  };
  const first = o.verbs.find((v) => v.primary);
  const rest = o.verbs.filter((v) => v !== first);
  return (
    <div className="steps">
      {first && (
        <Button type="primary" size="large" loading={busy} disabled={!first.allowed} aria-describedby={first.allowed ? undefined : "blocked"} onClick={() => void press(first)}>
          {tl(first.label)}
        </Button>
      )}
      {rest.length > 0 && (
        <Dropdown menu={{ items: rest.map((v) => ({ key: v.verb, disabled: !v.allowed, label: <span title={why(v)}>{tl(v.label)}{v.allowed ? "" : ` — ${why(v)}`}</span>, onClick: () => void press(v) })) }} trigger={["click"]}>
          {first ? <Button size="large" aria-label={t("more")} icon={<MoreOutlined aria-hidden />} /> : <Button size="large" loading={busy} icon={<DownOutlined aria-hidden />} iconPlacement="end">{t("actions")}</Button>}
        </Dropdown>
      )}
      {first && !first.allowed && <p id="blocked" className="soft">{why(first)}</p>}
      {asking && <Suspense><Ask o={o} verb={asking} close={() => setAsking(undefined)} say={say} /></Suspense>}
    </div>
  );
}
