import { Alert, Input, Modal } from "antd";
import { useState } from "react";
import { ApiError, get, post } from "@api/client";
import type { ReshapeOut, SimilarList } from "@api/generated/types.gen";
import type { Blocker, Label, OrderDetail } from "@api/types";
import "@i18n/areas/order";
import { actorWords, t, tl } from "@i18n/words";
import { full, when } from "@ui/format";
import { go, me, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";
import { offerUndo } from "../../parts/undo";
import { entriesOf } from "./entries";
import { PickOrder } from "./OrderPick";
import { Blockers } from "./OrderSteps";

interface Preview {
  order: OrderDetail;
  into: OrderDetail;
  blockers: Blocker[];
  warnings: (Label & { code: string })[];
  effects: (Label & { code: string })[];
  undo_until: string;
}

/** Take this order back out of the other one, whatever became of its version since. */
const unmerge = async (id: string) => {
  const { version } = await get<OrderDetail>(`/orders/${id}`);
  await post<ReshapeOut>(`/orders/${id}/unmerge`, {}, version);
};

/** Merge a duplicate: choose the one that stays, see both histories and what will happen, do it; undoable for 30 days. */
export default function Merge({ o, close, reload }: { o: OrderDetail; close: () => void; reload: () => void }) {
  const tell = useTell();
  const [into, setInto] = useState<string>();
  const [reason, setReason] = useState<string>(t("duplicateReason"));
  const [busy, setBusy] = useState(false);
  const [settled, setSettled] = useState(false); // a menu that closes takes the focus back before
  const similar = useGet<SimilarList>(`/orders/${o.id}/similar?limit=10`);
  const preview = useGet<Preview>(into ? `/orders/${o.id}/merge-preview?into=${into}` : null);
  const p = preview.data;
  const ready = !!p && p.into.id === into && p.blockers.length === 0 && reason.trim() !== "";
  const done = async () => {
    if (!ready || !p) return;
    setBusy(true);
    try {
      await post<ReshapeOut>(`/orders/${o.id}/merge`, { into: p.into.id, into_version: p.into.version, reason }, p.order.version);
      offerUndo(t("mergedTo", { number: o.number, into: p.into.number }), () => unmerge(o.id).then(() => go(`/app/orders/${o.id}`)));
      close();
      go(`/app/orders/${p.into.id}`);
    } catch (error) {
      tell(error);
      if (error instanceof ApiError && error.status === 409) { preview.reload(); reload(); }
    }
    setBusy(false);
  };
  return (
    <Modal open width={860} style={{ top: 24 }} title={t("mergeTitle", { number: o.number })} okText={t("mergeIt")} cancelText={t("cancel")} okButtonProps={{ disabled: !ready }} confirmLoading={busy} onOk={() => void done()} onCancel={close} afterOpenChange={setSettled}>
      <PickOrder focus={settled} but={o.id} value={into} offered={similar.data?.items.filter((x) => x.open) ?? []} onChange={setInto} />
      {into && (
        <Waiting of={preview}>
          {(seen) => (
            <>
              {seen.blockers.length > 0 && <Alert type="error" showIcon title={<>{t("cannotMerge")}{t("colon")}<Blockers of={seen.blockers} /></>} />}
              {seen.warnings.length > 0 && <Alert type="warning" showIcon title={<>{t("mind")}{t("colon")}{seen.warnings.map((w) => tl(w)).join(" ")}</>} />}
              <ul className="effects">{seen.effects.map((e) => <li key={e.code}>{tl(e)}</li>)}</ul>
              <div className="both"><History o={seen.order} title={t("mergeGoes")} /><History o={seen.into} title={t("mergeStays")} /></div>
              <label>{t("reason")}<Input value={reason} maxLength={2000} onChange={(e) => setReason(e.target.value)} onPressEnter={(e) => { if (!e.nativeEvent.isComposing) void done(); }} /></label>
            </>
          )}
        </Waiting>
      )}
    </Modal>
  );
}

/** An order in short with its history. */
export function History({ o, title }: { o: OrderDetail; title: string }) {
  return (
    <section aria-label={`${title} ${o.number}`}>
      <h3 className="part">{title}: {o.number} {o.title}</h3>
      <p className="soft small">{tl(o.state_label)} · {o.customer_name ?? t("none")} · {o.contact_name} · {full(o.opened_at)}</p>
      <ol className="history" tabIndex={0}>{entriesOf(o, [], [], me()?.id).slice(0, 100).map((e) => <li key={e.id}><time dateTime={e.at}>{when(e.at)}</time> {actorWords(e.actor, e.who)} {typeof e.text === "string" ? e.text : tl(e.text)}</li>)}</ol>
    </section>
  );
}
