import { App, Button, Modal } from "antd";
import { useState } from "react";
import { get, post } from "@api/client";
import type { BulkOut } from "@api/types";
import "@i18n/areas/list";
import { locale, t } from "@i18n/words";
import { PickPerson } from "../../parts/pick";
import { useTell } from "../../parts/tell";

/** One verb over the selection, run as a job; every refusal is told by order, and what was refused stays selected. */
export function BulkBar({ ids, done }: { ids: string[]; done: (left: string[]) => void }) {
  const { modal, message } = App.useApp();
  const tell = useTell();
  const [running, setRunning] = useState("");
  const [picking, setPicking] = useState(false);
  const [person, setPerson] = useState<string>();
  const follow = async (verb: string, args: object): Promise<BulkOut> => {
    let state = await post<BulkOut>("/orders/bulk", { ids, verb, args });
    while (state.state !== "done") {
      setRunning(t("bulkRunning", { done: state.done, total: state.total }));
      await new Promise((next) => setTimeout(next, 500));
      state = await get<BulkOut>(`/orders/bulk/${state.job_id}`);
    }
    return state;
  };
  const run = async (verb: string, args: object) => {
    setPicking(false);
    setRunning(t("bulkRunning", { done: 0, total: ids.length }));
    try {
      const { results } = await follow(verb, args);
      const bad = results.filter((r) => !r.ok);
      const text = t("bulkDone", { ok: results.length - bad.length, bad: bad.length });
      if (bad.length) {
        const numbers = await Promise.all(bad.slice(0, 20).map((r) => get<{ number: string }>(`/orders/${r.id}`).then((o) => o.number, () => "")));
        modal.warning({
          title: text,
          okText: t("ok"),
          content: (
            <ul>
              {bad.slice(0, 20).map((r, i) => <li key={r.id}><a href={`/app/orders/${r.id}`} target="_blank" rel="noreferrer">{numbers[i] || t("orders")}</a> {locale() === "en" ? r.en : r.zh}</li>)}
              {bad.length > 20 && <li>… {bad.length - 20}</li>}
            </ul>
          ),
        });
      } else void message.success(text);
      done(bad.map((r) => r.id));
    } catch (error) {
      tell(error);
    }
    setRunning("");
  };
  return (
    <div className="panel row" role="region" aria-label={t("selection")} aria-live="polite" style={{ marginBottom: 10, padding: 8 }}>
      <strong>{running || t("selected", { n: ids.length })}</strong>
      <Button size="small" disabled={!!running} onClick={() => setPicking(true)}>
        {t("bulkAssign")}
      </Button>
      <Button size="small" disabled={!!running} onClick={() => modal.confirm({ title: t("bulkCloseAsk", { n: ids.length }), okText: t("bulkClose"), cancelText: t("cancel"), onOk: () => void run("close", {}) })}>
        {t("bulkClose")}
      </Button>
      <Button size="small" type="link" disabled={!!running} onClick={() => done([])}>
        {t("selectNone")}
      </Button>
      <Modal open={picking} title={`${t("bulkAssign")} · ${t("selected", { n: ids.length })}`} okText={t("bulkAssign")} cancelText={t("cancel")} okButtonProps={{ disabled: !person }} onOk={() => void run("assign", { assignee_id: person })} onCancel={() => setPicking(false)} destroyOnHidden>
        <PickPerson {...(person ? { value: person } : {})} onChange={setPerson} />
      </Modal>
    </div>
  );
}
