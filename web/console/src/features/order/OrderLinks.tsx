import { Alert, Button, Select, Tag } from "antd";
import { lazy, Suspense, useState } from "react";
import { ApiError, get, post, remove } from "@api/client";
import type { ReshapeOut } from "@api/generated/types.gen";
import type { OrderDetail, OrderLink, OrderRow } from "@api/types";
import "@i18n/areas/order";
import { t } from "@i18n/words";
import { full } from "@ui/format";
import { OrderLine } from "@ui/order";
import { follow, may } from "../../parts/data";
import { useTell } from "../../parts/tell";
import { offerUndo } from "../../parts/undo";
import { Blockers } from "./OrderSteps";
import { PickOrder } from "./OrderPick";

const Split = lazy(() => import("./OrderSplit"));
type Kind = "related" | "duplicate" | "parent" | "child";
const KINDS: Kind[] = ["related", "duplicate", "parent", "child"];

/** Orders that belong to this one: look, link, unlink, make a child. */
export function Links({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const tell = useTell();
  const [kind, setKind] = useState<Kind>("related");
  const [child, setChild] = useState(false);
  const link = (other_id: string, as: string) => post(`/orders/${o.id}/links`, { other_id, kind: as }).then(reload);
  const unlink = (x: { id: string; kind: string }) => remove(`/orders/${o.id}/links`, { other_id: x.id, kind: x.kind }).then(reload);
  const drop = (x: OrderLink) => unlink(x).then(() => offerUndo(t("linkGone", { number: x.number }), () => link(x.id, x.kind)), tell);
  const add = (id: string) => link(id, kind).then(() => offerUndo(t("linkMade"), () => unlink({ id, kind })), tell);
  return (
    <>
      {o.links.length === 0 && <p className="soft">{t("noLinks")}</p>}
      {o.links.map((x) => (
        <div key={`${x.id}${x.kind}`} className="between linked">
          <div className="cut"><Tag>{x.merged ? t("mergedHere") : t(`link_${x.kind}` as "link_related")}</Tag><OrderLine o={{ ...(x as unknown as OrderRow), waiting_on: null }} open={follow} /></div>
          {may("order.link") && !x.reshape && <Button size="small" aria-label={t("unlinkOrder", { number: x.number })} onClick={() => void drop(x)}>{t("linkDrop")}</Button>}
        </div>
      ))}
      {may("order.link") && (
        <div className="linking">
          <Select size="small" value={kind} onChange={setKind} aria-label={t("linkKind")} options={KINDS.map((k) => ({ value: k, label: t(`link_${k}`) }))} />
          <PickOrder but={o.id} value={undefined} onChange={(id) => void add(id)} />
        </div>
      )}
      {may("order.split") && !o.merged_into && <Button size="small" onClick={() => setChild(true)}>{t("createChild")}</Button>}
      {child && <Suspense><Split o={o} child close={() => setChild(false)} reload={reload} /></Suspense>}
    </>
  );
}

/** "Merged into …" and "split off …", each with its way back as long as there is one. */
export function Reshaped({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const tell = useTell();
  const [stopped, setStopped] = useState<ApiError>();
  // the server says what people did since; machines may have moved the version on meanwhile
  const back = async (what: "unmerge" | "unsplit") => {
    try {
      const { version } = await get<OrderDetail>(`/orders/${o.id}`);
      await post<ReshapeOut>(`/orders/${o.id}/${what}`, what === "unsplit" ? { reason: t("undo30") } : {}, version);
    } catch (error) {
      if (error instanceof ApiError && error.problem.blockers?.length) setStopped(error);
      else tell(error);
    }
    reload();
  };
  const to = (x: { id: string; number: string; title: string }) => <a href={`/app/orders/${x.id}`} onClick={(e) => follow(e, `/app/orders/${x.id}`)}>{x.number} {x.title}</a>;
  const split = o.links.find((x) => x.reshape?.kind === "split" && x.reshape.leaves);
  const merged = o.links.filter((x) => x.reshape?.kind === "merge" && !x.reshape.leaves);
  return (
    <div className="reshaped">
      {o.merged_into && (
        <Alert type="info" showIcon title={<>{t("mergedInto")} {to(o.merged_into)}</>} description={<>{o.merged_into.by_name} · {full(o.merged_into.at)} · {o.merged_into.reason}</>}
          action={o.merged_into.may_undo && may("order.merge") ? <Button size="small" onClick={() => void back("unmerge")}>{t("undoUntil", { day: full(o.merged_into.undo_until) })}</Button> : undefined} />
      )}
      {split?.reshape && (
        <Alert type="info" showIcon title={<>{t("splitFrom")} {to(split)}</>}
          action={split.reshape.may_undo && may("order.split") && !o.cancelled ? <Button size="small" onClick={() => void back("unsplit")}>{t("undoUntil", { day: full(split.reshape.undo_until) })}</Button> : undefined} />
      )}
      {merged.length > 0 && <p className="soft small">{t("mergedHere")}: {merged.map((x) => <span key={x.id}>{to(x)} </span>)}</p>}
      {stopped && <Alert type="warning" showIcon closable title={stopped.message} description={<Blockers of={stopped.problem.blockers as never} />} />}
    </div>
  );
}
