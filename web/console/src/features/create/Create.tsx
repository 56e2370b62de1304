import { Button, Drawer } from "antd";
import { useState } from "react";
import "@i18n/areas/create";
import { t } from "@i18n/words";
import { when } from "@ui/format";
import { useKeys } from "../../parts/keys";
import "../../css/create.css";
import { Panel } from "./Panel";
import { blank, discard, listed, stored } from "./sheet";

/** A new order from anywhere, as a panel over the page. What was typed stays as a draft until the order is there. */
export default function Create({ close, blueprint }: { close: () => void; blueprint?: string | undefined }) {
  const [sheet, setSheet] = useState(() => blank(blueprint));
  const drafts = <Drafts now={sheet.id} choose={(id) => { const kept = stored(id); if (kept) setSheet(kept); }} />;
  return (
    <Drawer open size="min(1080px, 100vw)" title={t("newOrder")} onClose={close} styles={{ body: { padding: 0 } }}>
      <Panel key={sheet.id} begin={sheet} close={close} next={(kind) => setSheet(blank(kind))} drafts={drafts} />
    </Drawer>
  );
}

/** Unfinished orders: go on with one, or delete it. */
function Drafts({ now, choose }: { now: string; choose: (id: string) => void }) {
  const [, again] = useState(0);
  const kept = listed().filter((d) => d.id !== now);
  const latest = kept[0];
  useKeys(latest ? [{ id: "create.draft", keys: "alt+d", words: t("goOnLatest"), inFields: true, inDialog: true, run: () => choose(latest.id) }] : []);
  if (!latest) return null;
  return (
    <details className="drafts">
      <summary>{t("draftsKept", { n: kept.length })}</summary>
      <ul>
        {kept.map((d) => (
          <li key={d.id}>
            <span className="cut" title={d.words}>{d.words || t("unnamed")} <span className="soft">{when(new Date(d.at).toISOString())}</span></span>
            <span className="row">
              <Button size="small" aria-label={`${t("goOn")} ${d.words || t("unnamed")}`} onClick={() => choose(d.id)}>{t("goOn")}</Button>
              <Button size="small" type="text" aria-label={t("dropDraft", { name: d.words || t("unnamed") })} onClick={() => { discard(d.id); again((n) => n + 1); }}>×</Button>
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
