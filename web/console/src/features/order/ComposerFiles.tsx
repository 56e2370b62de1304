import { CloseOutlined, PaperClipOutlined } from "@ant-design/icons";
import { Button, Progress } from "antd";
import "@i18n/areas/order";
import { t } from "@i18n/words";

export interface Going {
  id: string;
  name: string;
  /** 0 to 1 */
  share: number;
  error?: string | undefined;
  stop: () => void;
  again: () => void;
}

/** Files of a message: on their way, or there. */
export function Files({ going, there, drop }: { going: Going[]; there: { id: string; name: string }[]; drop: (id: string) => void }) {
  if (!going.length && !there.length) return null;
  return (
    <ul className="going" aria-label={t("attachments")}>
      {there.map((f) => (
        <li key={f.id}><PaperClipOutlined aria-hidden /> <span className="cut">{f.name}</span> <Button size="small" type="text" icon={<CloseOutlined aria-hidden />} aria-label={t("fileRemove", { name: f.name })} onClick={() => drop(f.id)} /></li>
      ))}
      {going.map((g) => (
        <li key={g.id}>
          <span className="cut">{g.name}</span>
          {g.error ? <><span role="alert">{g.error}</span> <Button size="small" onClick={g.again}>{t("retry")}</Button></> : <Progress size="small" style={{ width: 110 }} percent={Math.round(g.share * 100)} aria-label={`${t("uploading")} ${g.name}`} />}
          <Button size="small" type="text" icon={<CloseOutlined aria-hidden />} aria-label={t("fileStop", { name: g.name })} onClick={g.stop} />
        </li>
      ))}
    </ul>
  );
}
