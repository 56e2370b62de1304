import { Segmented, Tag } from "antd";
import { useEffect, useState } from "react";
import "@i18n/areas/help";
import "../../css/help.css";
import { t, tl } from "@i18n/words";
import { me } from "../../parts/data";
import { usePref } from "../../parts/prefs";
import { changes, concerns, newest } from "./news";

/** What changed with each version, first of all for the person's own roles. */
export default function Changes() {
  const [all, setAll] = useState(false);
  const [, see] = usePref("changes.seen", "");
  useEffect(() => see(newest()), [see]);
  const roles = me()?.roles ?? [];
  const shown = changes.map((v) => ({ ...v, entries: v.entries.filter((e) => all || concerns(e, roles)) })).filter((v) => v.entries.length);
  return (
    <>
      <div className="row" style={{ marginBottom: 12 }}>
        <h1 style={{ margin: 0 }}>{t("changes")}</h1>
        <Segmented size="small" value={all ? "all" : "mine"} onChange={(v) => setAll(v === "all")} options={[{ value: "mine", label: t("changesFor") }, { value: "all", label: t("changesAll") }]} />
      </div>
      {shown.map((v) => (
        <section key={v.version} className="panel" style={{ marginBottom: 12 }}>
          <h2 className="part">{v.version} <span className="soft">{v.on}</span></h2>
          <ul className="prose">{v.entries.map((e) => <li key={e.zh}>{tl(e)} {e.to && <a href={`/app/help/${e.to}`}>{t("help")}</a>} {all && e.roles.map((r) => <Tag key={r}>{t(`role_${r}` as "role_agent")}</Tag>)}</li>)}</ul>
        </section>
      ))}
    </>
  );
}
