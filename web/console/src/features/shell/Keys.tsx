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
          {list.map((s) => (
            <tr key={s.id}><th scope="row">{s.words}</th><td>{keysOf(s).map((k) => <kbd key={k}>{keyWords(k)}</kbd>)}{!keysOf(s).length && <span className="soft">{t("keyOff")}</span>}</td></tr>
          ))}
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
