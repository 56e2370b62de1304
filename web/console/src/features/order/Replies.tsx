import { App, Button, Form, Input, Modal, Popconfirm, Select, Tag } from "antd";
import { useEffect, useState } from "react";
import { ApiError, get, patch, post, remove } from "@api/client";
import type { Rendered, ReplyOut } from "@api/generated/types.gen";
import type { Page } from "@api/types";
import "@i18n/areas/order";
import { locale, t } from "@i18n/words";
import { when } from "@ui/format";
import { may, me, useGet } from "../../parts/data";
import { PickTeam } from "../../parts/pick";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";
import { PickOrder } from "./OrderPick";
import "../../css/order.css";

const VARIABLES = ["customer", "contact", "number", "title", "state", "engineer", "team", "due", "address", "me", "company", "link"] as const;
type Values = { name: string; shortcut?: string; body: string; scope: string; team_id?: string };

/** Saved replies: one's own, a team's, the company's. */
export default function Replies() {
  const { message } = App.useApp();
  const tell = useTell();
  const [q, setQ] = useState("");
  const [asked, setAsked] = useState("");
  const [open, setOpen] = useState<ReplyOut | "new">();
  const [rest, setRest] = useState<{ of: string; items: ReplyOut[]; next: string | null }>();
  useEffect(() => {
    const timer = setTimeout(() => setAsked(q.trim()), 200);
    return () => clearTimeout(timer);
  }, [q]);
  const path = `/replies?limit=50&q=${encodeURIComponent(asked)}`;
  const found = useGet<Page<ReplyOut>>(path);
  const own = (r: ReplyOut) => may("reply.share") || (r.scope === "personal" && r.owner_id === me()?.id);
  const more = (next: string) => get<Page<ReplyOut>>(`${path}&cursor=${encodeURIComponent(next)}`).then((p) => setRest({ of: path, items: [...(rest?.of === path ? rest.items : []), ...p.items], next: p.next }), tell);
  const done = () => { setRest(undefined); found.reload(); };
  return (
    <>
      <div className="between wraps">
        <h1>{t("savedReplies")}</h1>
        {may("reply.edit") && <Button type="primary" onClick={() => setOpen("new")}>{t("newReply")}</Button>}
      </div>
      <p className="soft">{t("repliesHow")}</p>
      <Input.Search allowClear style={{ maxWidth: 360, marginBottom: 12 }} aria-label={t("findReply")} placeholder={t("findReply")} value={q} onChange={(e) => setQ(e.target.value)} />
      <Waiting of={found}>
        {(first) => {
          const list = [...first.items, ...(rest?.of === path ? rest.items : [])];
          const next = rest?.of === path ? rest.next : first.next;
          return list.length === 0 ? <div className="panel empty">{asked ? t("noSuchReply") : t("noReplies")}</div> : (
            <div className="cards broad">
              {list.map((r) => (
                <article key={r.id} className="panel reply">
                  <div className="between"><strong className="cut">{r.name}</strong><Tag>{t(`scope_${r.scope}` as "scope_personal")}</Tag></div>
                  <p>{r.body}</p>
                  <div className="between">
                    <span className="soft small">{r.shortcut && `::${r.shortcut} · `}{t("usedN", { n: r.used })}{r.used_at && ` · ${when(r.used_at)}`}</span>
                    {own(r) && may("reply.edit") && (
                      <span className="row">
                        <Button size="small" aria-label={`${t("edit")} ${r.name}`} onClick={() => setOpen(r)}>{t("edit")}</Button>
                        <Popconfirm title={t("deleteReply", { name: r.name })} okText={t("replyRemove")} cancelText={t("cancel")} onConfirm={() => remove(`/replies/${r.id}`).then(() => { void message.success(t("replyRemoved")); done(); }, tell)}>
                          <Button size="small" aria-label={`${t("replyRemove")} ${r.name}`}>{t("replyRemove")}</Button>
                        </Popconfirm>
                      </span>
                    )}
                  </div>
                </article>
              ))}
              {next && <Button onClick={() => void more(next)}>{t("more")}</Button>}
            </div>
          );
        }}
      </Waiting>
      {open && <One of={open === "new" ? undefined : open} close={() => setOpen(undefined)} done={() => { setOpen(undefined); done(); }} />}
    </>
  );
}

/** Write or change one; what it says on a real order is shown beside it. */
function One({ of, close, done }: { of: ReplyOut | undefined; close: () => void; done: () => void }) {
  const tell = useTell();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [base, setBase] = useState(of);
  const [theirs, setTheirs] = useState<ReplyOut>();
  const scope = Form.useWatch("scope", form);
  const save = async () => {
    const v = await form.validateFields();
    const body = { ...v, shortcut: v.shortcut ?? "", team_id: v.scope === "team" ? v.team_id : null };
    setBusy(true);
    try {
      await (base ? patch(`/replies/${base.id}`, body, base.version) : post("/replies", body));
      done();
    } catch (error) {
      if (error instanceof ApiError && error.problem.code === "stale_version" && base) setTheirs(await get<ReplyOut>(`/replies/${base.id}`));
      else if (error instanceof ApiError && error.problem.field === "body") form.setFields([{ name: "body", errors: [error.problem.detail] }]);
      else tell(error);
    }
    setBusy(false);
  };
  const must = [{ required: true, whitespace: true, message: t("required") }];
  const put = (name: string) => form.setFieldValue("body", `${(form.getFieldValue("body") as string | undefined) ?? ""}{{${name}}}`);
  return (
    <Modal open width={640} title={of ? t("edit") : t("newReply")} okText={t("save")} cancelText={t("cancel")} confirmLoading={busy} okButtonProps={{ disabled: !!theirs }} onOk={() => void save().catch(() => undefined)} onCancel={close}>
      {theirs && <div className="other" role="alert"><strong>{t("conflictTheirs")}</strong><p>{theirs.name}{t("colon")}{theirs.body}</p><Button size="small" onClick={() => { form.setFieldsValue(theirs as never); setBase(theirs); setTheirs(undefined); }}>{t("takeTheirs")}</Button> <Button size="small" onClick={() => { setBase(theirs); setTheirs(undefined); }}>{t("keepMine")}</Button></div>}
      <Form form={form} layout="vertical" initialValues={of ?? { scope: "personal" }}>
        <Form.Item label={t("replyName")} name="name" rules={must}><Input maxLength={100} autoFocus /></Form.Item>
        <Form.Item label={t("replyShortcut")} name="shortcut" extra={t("replyShortcutHow")} rules={[{ pattern: /^[^\s:]*$/, message: t("replyShortcutHow") }]}><Input maxLength={40} prefix="::" /></Form.Item>
        <Form.Item label={t("replyBody")} name="body" rules={must}><Input.TextArea autoSize={{ minRows: 3, maxRows: 12 }} maxLength={5000} /></Form.Item>
        <div className="row variables">{VARIABLES.map((name) => <Button key={name} size="small" onClick={() => put(name)}>{t(`var_${name}`)}</Button>)}</div>
        <Form.Item label={t("forWhom")} name="scope"><Select options={["personal", "team", "global"].map((s) => ({ value: s, label: t(`scope_${s}` as "scope_personal"), disabled: s !== "personal" && !may("reply.share") }))} /></Form.Item>
        {scope === "team" && <Form.Item label={t("team")} name="team_id" rules={[{ required: true, message: t("required") }]}><PickTeam /></Form.Item>}
        <Tried form={form} />
      </Form>
    </Modal>
  );
}

function Tried({ form }: { form: ReturnType<typeof Form.useForm<Values>>[0] }) {
  const body = Form.useWatch("body", form);
  const [order, setOrder] = useState<string>();
  const [said, setSaid] = useState<Rendered>();
  const [error, setError] = useState("");
  useEffect(() => {
    if (!order || !body?.trim()) return;
    const timer = setTimeout(() => {
      post<Rendered>("/replies/preview", { body, order_id: order }).then((x) => { setSaid(x); setError(""); }, (e: Error) => setError(e.message));
    }, 300);
    return () => clearTimeout(timer);
  }, [body, order]);
  return (
    <div className="tried">
      <p className="soft">{t("tryOn")}</p>
      <PickOrder but="" value={order} onChange={setOrder} />
      {said && <p className="said" lang={locale()}>{said.text}</p>}
      {said && said.missing.length > 0 && <p className="soft small">{t("missingValues", { names: said.missing.map((n) => t(`var_${n}` as "var_customer")).join(", ") })}</p>}
      {error && <p role="alert">{error}</p>}
    </div>
  );
}
