import { Modal, Skeleton } from "antd";
import { useEffect, useState } from "react";
import { get } from "@api/client";
import type { OrderDetail, Page, TimelineEntry } from "@api/types";
import "@i18n/areas/order";
import { actorWords, t } from "@i18n/words";
import { full } from "@ui/format";
import { show } from "../../parts/values";
import { words } from "../../parts/tell";
import type { Value } from "./OrderFacts";

/** Who changed one value, when, from what to what: from the ledger. Personal values are sealed there; that they changed is not. */
export default function FieldHistory({ o, value: v, close }: { o: OrderDetail; value: Value; close: () => void }) {
  const [found, setFound] = useState<TimelineEntry[]>();
  const [error, setError] = useState("");
  useEffect(() => {
    let on = true;
    const read = async () => {
      const all: TimelineEntry[] = [];
      for (let cursor: string | null = ""; cursor !== null && on; ) {
        const page: Page<TimelineEntry> = await get(`/orders/${o.id}/events${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`);
        all.push(...page.items.filter((e) => changed(e, v.key)));
        cursor = page.next;
        if (on) setFound([...all]);
      }
    };
    read().catch((problem: unknown) => setError(words(problem)));
    return () => {
      on = false;
    };
  }, [o.id, v.key]);
  const said = (value: unknown) => (v.field ? show(v.field, value) : String(value ?? "")) || t("none");
  return (
    <Modal open title={`${t("fieldHistory")} · ${v.label}`} footer={null} onCancel={close}>
      {error && <p role="alert">{error}</p>}
      {!found && !error && <Skeleton active />}
      {found?.length === 0 && <p className="soft">{t("neverChanged")}</p>}
      <ol className="history">
        {found?.map((e) => {
          const pair = (e.data.changed as Record<string, [unknown, unknown]> | undefined)?.[v.key];
          return <li key={e.id}><time dateTime={e.occurred_at}>{full(e.occurred_at)}</time> {actorWords(e.actor_kind, e.actor_name)}{t("colon")}{pair ? <><del>{said(pair[0])}</del> → <ins>{said(pair[1])}</ins></> : t("sealedChange")}</li>;
        })}
      </ol>
    </Modal>
  );
}
const changed = (e: TimelineEntry, key: string): boolean => {
  const data = e.data as { changed?: Record<string, unknown>; sealed_keys?: string[] };
  return key in (data.changed ?? {}) || (data.sealed_keys ?? []).includes(key);
};
