import "@i18n/areas/shell";
import { t } from "@i18n/words";
import { keysOf, keyWords, type Shortcut, useShortcuts } from "../../parts/keys";

/** The keys that work now: this screen's first, then those of every page. */
export default function Keys() {
  const all = useShortcuts();
  const table = (title: string, list: Shortcut[]) =>
    list.length > 0 && (
      <table className="list keys">
        <caption>{title}</caption>
        <tbody>
          {[...new Set(list.map((s) => s.words))].map((words) => {
            const keys = list.filter((s) => s.words === words).flatMap(keysOf);
            return <tr key={words}><th scope="row">{words}</th><td>{keys.map((k) => <kbd key={k}>{keyWords(k)}</kbd>)}{!keys.length && <span className="soft">{t("keyOff")}</span>}</td></tr>;
          })}
        </tbody>
      </table>
    );
  return (
    <div className="key-list" tabIndex={0} role="group" aria-label={t("shortcuts")}>
      {table(t("keysHere"), all.filter((s) => !s.everywhere))}
      {table(t("keysEverywhere"), all.filter((s) => s.everywhere))}
    </div>
  );
}
