import { Button, Modal, Skeleton } from "antd";
import { useEffect, useState } from "react";
import type { Attachment } from "@api/types";
import "@i18n/areas/order";
import { t } from "@i18n/words";
import { useKeys } from "../../parts/keys";
import { words } from "../../parts/tell";
import { contentOf, lookOf, sizeOf } from "./FileList";

/** Look at files without leaving the order: pictures, PDF, film, sound, text; arrows turn the page. */
export default function Preview({ files, at, turn, close }: { files: Attachment[]; at: number; turn: (at: number) => void; close: () => void }) {
  const seen = files.map((f, i) => ({ f, i })).filter((x) => lookOf(x.f) !== "none");
  const here = seen.findIndex((x) => x.i === at);
  const f = files[at];
  const go = (by: number) => turn(seen[(here + by + seen.length) % seen.length]?.i ?? at);
  useKeys([
    { id: "file.next", keys: "ArrowRight", words: t("nextFile"), inDialog: true, run: () => go(1) },
    { id: "file.before", keys: "ArrowLeft", words: t("fileBefore"), inDialog: true, run: () => go(-1) },
  ], seen.length > 1);
  if (!f) return null;
  return (
    <Modal
      open centered width="min(1100px, 96vw)" title={`${f.name} · ${sizeOf(f.size)}`} onCancel={close}
      footer={
        <div className="between">
          <span className="row">{seen.length > 1 && <><Button onClick={() => go(-1)} aria-label={t("fileBefore")}>‹</Button><span>{here + 1} / {seen.length}</span><Button onClick={() => go(1)} aria-label={t("nextFile")}>›</Button></>}</span>
          <a href={contentOf(f)} download={f.name}>{t("fileDownload")}</a>
        </div>
      }
    >
      <div className="preview" key={f.file_id}><Shown f={f} /></div>
    </Modal>
  );
}

function Shown({ f }: { f: Attachment }) {
  const [zoomed, setZoomed] = useState(false);
  switch (lookOf(f)) {
    case "image":
      return <button type="button" className={zoomed ? "zoomed" : ""} onClick={() => setZoomed(!zoomed)} aria-label={zoomed ? t("fitPage") : t("fullSize")}><img src={contentOf(f)} alt={f.name} /></button>;
    case "video":
      return <video src={contentOf(f)} controls aria-label={f.name}><track kind="captions" /></video>;
    case "audio":
      return <audio src={contentOf(f)} controls aria-label={f.name} />;
    default:
      return <Loaded f={f} />;
  }
}
/** PDF and text are read first. The bytes are given the one type the server has found by content: a browser runs none of it as a page of ours. */
function Loaded({ f }: { f: Attachment }) {
  const [shown, setShown] = useState<{ text?: string; url?: string; error?: string }>({});
  const pdf = lookOf(f) === "pdf";
  useEffect(() => {
    const stop = new AbortController();
    let url = "";
    fetch(contentOf(f), { signal: stop.signal, credentials: "same-origin" })
      .then(async (answer) => {
        if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
        if (!pdf) return setShown({ text: await answer.text() });
        url = URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: "application/pdf" }));
        setShown({ url });
      })
      .catch((error: unknown) => !stop.signal.aborted && setShown({ error: words(error) }));
    return () => {
      stop.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [f, pdf]);
  if (shown.error) return <p role="alert">{shown.error}</p>;
  if (shown.url) return <iframe src={shown.url} title={f.name} />;
  if (shown.text !== undefined) return <pre tabIndex={0}>{shown.text}</pre>;
  return <Skeleton active aria-label={t("loading")} />;
}
