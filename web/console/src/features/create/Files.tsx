import { Button, Tag } from "antd";
import { useRef, useState } from "react";
import { call } from "@api/client";
import "@i18n/areas/create";
import { t } from "@i18n/words";
import { useTell } from "../../parts/tell";
import type { Writing } from "./sheet";

/** Upload what was pasted or chosen; a repeated upload is the same file. */
export function useUpload(sheet: Writing): [string, (files: File[]) => Promise<void>] {
  const tell = useTell();
  const [busy, setBusy] = useState("");
  const send = async (files: File[]) => {
    try {
      for (const file of files) {
        setBusy(file.name);
        const id = crypto.randomUUID();
        await call("POST", `/files?name=${encodeURIComponent(file.name)}&id=${id}`, { raw: file });
        sheet.setFiles((all) => [...all, { id, name: file.name }]);
      }
    } catch (error) {
      tell(error);
    }
    setBusy("");
  };
  return [busy, send];
}

export function Attached({ sheet, busy, send }: { sheet: Writing; busy: string; send: (files: File[]) => Promise<void> }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="row attached">
      <input ref={input} aria-label={t("addFile")} type="file" multiple style={{ display: "none" }} onChange={(e) => { void send([...(e.target.files ?? [])]); e.target.value = ""; }} />
      <Button loading={busy !== ""} onClick={() => input.current?.click()}>{busy ? `${t("uploading")} ${busy}` : t("addFile")}</Button>
      {sheet.files.map((f) => <Tag key={f.id} closable={{ "aria-label": t("dropFile", { name: f.name }) }} onClose={() => sheet.setFiles((all) => all.filter((x) => x.id !== f.id))}>{f.name}</Tag>)}
      {sheet.files.length > 0 && <span className="soft">{t("noOcr")}</span>}
    </div>
  );
}
