import { Button } from "antd";
import { useRef, useState } from "react";
import { post, remove } from "@api/client";
import type { Attachment, OrderDetail } from "@api/types";
import "@i18n/areas/order";
import { t } from "@i18n/words";
import { upload } from "@ui/upload";
import { may } from "../../parts/data";
import { useTell, words } from "../../parts/tell";
import { offerUndo } from "../../parts/undo";
import { Files as Going, type Going as OneGoing } from "./ComposerFiles";
import { FileRows } from "./FileList";

/** All files of the order; more by choosing or dropping them. An upload that was cut off goes on where it was. */
export default function OrderFiles({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const tell = useTell();
  const input = useRef<HTMLInputElement>(null);
  const [going, setGoing] = useState<OneGoing[]>([]);
  const send = (files: File[]) => {
    for (const file of files) {
      const stop = new AbortController();
      const id = crypto.randomUUID();
      const gone = () => setGoing((all) => all.filter((g) => g.id !== id));
      const set = (next: Partial<OneGoing>) => setGoing((all) => all.map((g) => (g.id === id ? { ...g, ...next } : g)));
      const start = () =>
        upload(file, (share) => set({ share }), stop.signal)
          .then((made) => post(`/orders/${o.id}/attachments`, { file_id: made.id }))
          .then(() => { gone(); reload(); }, (error: unknown) => (stop.signal.aborted ? gone() : set({ error: words(error) })));
      setGoing((all) => [...all, { id, name: file.name, share: 0, stop: () => { stop.abort(); gone(); }, again: () => { set({ error: undefined }); void start(); } }]);
      void start();
    }
  };
  const drop = (f: Attachment) =>
    void remove(`/orders/${o.id}/attachments/${f.file_id}`).then(() => {
      reload();
      offerUndo(t("fileDropped", { name: f.name }), () => post(`/orders/${o.id}/attachments`, { file_id: f.file_id, kind: f.kind, internal: f.internal }).then(reload));
    }, tell);
  return (
    <div onDragOver={(e) => e.preventDefault()} onDrop={(e) => { e.preventDefault(); if (may("order.attach")) send([...e.dataTransfer.files]); }}>
      {o.attachments.length === 0 && <p className="soft">{t("noFiles")}</p>}
      <FileRows files={o.attachments} drop={may("order.attach") ? drop : undefined} />
      <Going going={going} there={[]} drop={() => undefined} />
      {may("order.attach") && (
        <>
          <input ref={input} type="file" multiple hidden onChange={(e) => { send([...(e.target.files ?? [])]); e.target.value = ""; }} />
          <Button onClick={() => input.current?.click()}>{t("upload")}</Button> <span className="soft small">{t("dropHere")}</span>
        </>
      )}
    </div>
  );
}
