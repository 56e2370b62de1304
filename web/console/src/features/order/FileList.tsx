import { AudioOutlined, DeleteOutlined, FileExcelOutlined, FileOutlined, FilePdfOutlined, FilePptOutlined, FileTextOutlined, FileWordOutlined, FileZipOutlined, PictureOutlined, VideoCameraOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import type { Attachment } from "@api/types";
import "@i18n/areas/order";
import { t } from "@i18n/words";
import { full } from "@ui/format";

const Preview = lazy(() => import("./FilePreview"));
export const contentOf = (f: Pick<Attachment, "file_id">): string => `/api/v1/files/${f.file_id}/content`;
export type Look = "image" | "pdf" | "video" | "audio" | "text" | "none";
const TEXTS = 1_000_000;
const PDFS = 50_000_000;

/** How a file can be looked at here; the type is the server's, by content. */
export function lookOf(f: Pick<Attachment, "type" | "size" | "state">): Look {
  if (f.state !== "ready") return "none";
  if (/^image\/(png|jpeg|webp|gif)$/.test(f.type)) return "image";
  if (f.type === "application/pdf" && f.size <= PDFS) return "pdf";
  if (f.type.startsWith("video/")) return "video";
  if (f.type.startsWith("audio/")) return "audio";
  return f.type.startsWith("text/plain") && f.size <= TEXTS ? "text" : "none";
}
const icons: [RegExp, React.ReactNode][] = [
  [/^image\//, <PictureOutlined key="i" aria-hidden />], [/pdf/, <FilePdfOutlined key="p" aria-hidden />], [/^video\//, <VideoCameraOutlined key="v" aria-hidden />], [/^audio\//, <AudioOutlined key="a" aria-hidden />],
  [/sheet|excel/, <FileExcelOutlined key="x" aria-hidden />], [/word/, <FileWordOutlined key="w" aria-hidden />], [/presentation|powerpoint/, <FilePptOutlined key="s" aria-hidden />], [/zip|rar|7z|tar|gzip/, <FileZipOutlined key="z" aria-hidden />], [/^text\//, <FileTextOutlined key="t" aria-hidden />],
];
export const iconOf = (type: string): React.ReactNode => icons.find(([kind]) => kind.test(type))?.[1] ?? <FileOutlined aria-hidden />;
export const sizeOf = (bytes: number): string => (bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

/** Files as small pictures or icons; a press looks at them here, or downloads what cannot be shown. */
export function Thumbs({ files }: { files: Attachment[] }) {
  const [at, setAt] = useState<number>();
  return (
    <div className="thumbs">
      {files.map((f, i) => <Thumb key={f.file_id} f={f} open={() => setAt(i)} />)}
      {at !== undefined && <Suspense><Preview files={files} at={at} turn={setAt} close={() => setAt(undefined)} /></Suspense>}
    </div>
  );
}
function Thumb({ f, open }: { f: Attachment; open: () => void }) {
  const look = lookOf(f);
  if (f.state !== "ready") return <span className="thumb soft">{iconOf(f.type)} <span className="cut">{f.name}</span> {f.state === "quarantined" ? t("fileUnsafe") : t("notReady")}</span>;
  if (look === "none") return <a className="thumb" href={contentOf(f)} download={f.name} title={t("fileDownload")}>{iconOf(f.type)} <span className="cut">{f.name}</span> <span className="soft">{sizeOf(f.size)}</span></a>;
  return (
    <button type="button" className={`thumb ${look}`} onClick={open} title={f.name} aria-label={t("lookAt", { name: f.name })}>
      {look === "image" ? <img src={contentOf(f)} alt="" loading="lazy" decoding="async" /> : <>{iconOf(f.type)} <span className="cut">{f.name}</span> <span className="soft">{sizeOf(f.size)}</span></>}
    </button>
  );
}
/** Files in rows: what, how big, whose, since when. */
export function FileRows({ files, drop }: { files: Attachment[]; drop?: ((f: Attachment) => void) | undefined }) {
  const [at, setAt] = useState<number>();
  return (
    <>
      <ul className="files">
        {files.map((f, i) => (
          <li key={f.file_id}>
            {lookOf(f) === "image" ? <img src={contentOf(f)} alt="" loading="lazy" decoding="async" /> : <span className="icon">{iconOf(f.type)}</span>}
            <div>
              {f.state !== "ready" ? <span>{f.name}</span> : lookOf(f) === "none" ? <a href={contentOf(f)} download={f.name}>{f.name}</a> : <button type="button" className="link" onClick={() => setAt(i)}>{f.name}</button>}
              <div className="soft small">{sizeOf(f.size)} · {f.by_name ?? ""} <time dateTime={f.at}>{full(f.at)}</time> · {f.state === "ready" ? t("fileSafe") : f.state === "quarantined" ? t("fileUnsafe") : t("notReady")}</div>
            </div>
            {drop && !f.origin && <Button size="small" type="text" icon={<DeleteOutlined aria-hidden />} aria-label={t("fileRemove", { name: f.name })} onClick={() => drop(f)} />}
          </li>
        ))}
      </ul>
      {at !== undefined && <Suspense><Preview files={files} at={at} turn={setAt} close={() => setAt(undefined)} /></Suspense>}
    </>
  );
}
