import { App, Button, Input, Radio, Select, Switch } from "antd";
import { useEffect, useState } from "react";
import type { RoleOut, TeamOut } from "@api/types";
import "@i18n/areas/shell";
import { type Locale, locale, setLocale, t, tl } from "@i18n/words";
import { may, me, useGet } from "../../parts/data";
import { keysOf, keyWords, type Known, knownKeys, written } from "../../parts/keys";
import { usePref, writePref } from "../../parts/prefs";
import { type Density, ROWS, THEMES, type Theme, useDensity, useTheme } from "../../parts/theme";
import { clash } from "./remap";
import { viewAs, viewedAs } from "./preview";

/** What a person sets for themselves; it follows them to every device. */
export default function Mine() {
  const person = me();
  const as = viewedAs();
  const [theme, , chooseTheme] = useTheme();
  const [density, chooseDensity] = useDensity();
  const teams = useGet<TeamOut[]>(may("team.view") ? "/teams" : null);
  const language = (next: Locale) => {
    writePref("language", next);
    setLocale(next);
    location.reload();
  };
  useEffect(() => {
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, []);
  const mine = teams.data?.filter((team) => person?.team_ids.includes(team.id)).map((team) => (locale() === "en" && team.name_en) || team.name);
  return (
    <div className="settings">
      <h1>{t("mySettings")}</h1>
      <section className="panel">
        <h2 className="part">{t("profile")}</h2>
        <dl className="facts">
          <dt>{t("person")}</dt><dd>{person?.name}</dd>
          <dt>{t("roles")}</dt><dd>{person?.role_labels.map((l) => tl(l as { zh: string; en: string })).join(", ")}</dd>
          <dt>{t("companyName")}</dt><dd>{person?.tenant_name}</dd>
          {mine && <><dt>{t("team")}</dt><dd>{mine.join(", ") || t("none")}</dd></>}
          <dt>{t("zone")}</dt><dd>{person?.zone}</dd>
        </dl>
      </section>
      <section className="panel">
        <fieldset>
          <legend>{t("themeWord")}</legend>
          <Radio.Group name="theme" value={theme} onChange={(e) => chooseTheme(e.target.value as Theme)} options={THEMES.map((value) => ({ value, label: t(`theme_${value}`) }))} />
        </fieldset>
      </section>
      <section className="panel">
        <fieldset>
          <legend>{t("languageWord")}</legend>
          <Radio.Group name="language" value={locale()} onChange={(e) => language(e.target.value as Locale)} options={(["zh", "en"] as const).map((value) => ({ value, label: t(`language_${value}`) }))} />
        </fieldset>
      </section>
      <section className="panel">
        <fieldset>
          <legend>{t("density")}</legend>
          <Radio.Group name="density" value={density} onChange={(e) => chooseDensity(e.target.value as Density)} options={(Object.keys(ROWS) as Density[]).map((value) => ({ value, label: t("densityOf", { name: t(`density_${value}`), px: ROWS[value] }) }))} />
        </fieldset>
      </section>
      <KeySettings />
      {(may("user.edit") || as) && <AsRole as={as} />}
    </div>
  );
}

const NO_KEYS: Record<string, string> = {};
/** Single keys on or off, and each action's own keys. */
function KeySettings() {
  const [single, setSingle] = usePref("keys.single", true);
  const [map, setMap] = usePref("keys.map", NO_KEYS);
  const known = knownKeys().sort((a, b) => a.page.localeCompare(b.page) || a.words.localeCompare(b.words));
  const without = (id: string) => Object.fromEntries(Object.entries(map).filter(([k]) => k !== id));
  return (
    <section className="panel" id="keys">
      <h2 className="part">{t("shortcuts")}</h2>
      <p className="row"><Switch id="single" checked={single} onChange={setSingle} /><label htmlFor="single">{t("singleKeys")}</label></p>
      <p className="soft">{t("keysKnown")}</p>
      <table className="list">
        <thead><tr><th scope="col">{t("actions")}</th><th scope="col">{t("keyWord")}</th><th scope="col"><span className="hidden">{t("changeKeyWord")}</span></th></tr></thead>
        <tbody>
          {known.map((k) => (
            <tr key={k.id}>
              <th scope="row">{k.words}</th>
              <td>{keysOf(k).map((key) => <kbd key={key}>{keyWords(key)}</kbd>)}{!keysOf(k).length && <span className="soft">{t("keyOff")}</span>}</td>
              <td><Remap of={k} known={known} set={(keys) => setMap({ ...map, [k.id]: keys })} {...(k.id in map ? { reset: () => setMap(without(k.id)) } : {})} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Remap({ of, known, set, reset }: { of: Known; known: Known[]; set: (keys: string) => void; reset?: () => void }) {
  const { message } = App.useApp();
  const [taking, setTaking] = useState<string>();
  const done = (keys: string) => {
    const why = clash(of, keys, known, keysOf);
    setTaking(undefined);
    if (why === "browser") void message.warning(t("keyOfBrowser", { key: keyWords(keys) }));
    else if (why) void message.warning(t("keyTaken", { key: keyWords(keys), action: why.words }));
    else {
      set(keys);
      void message.success(t("keySet", { action: of.words, key: keyWords(keys) }));
    }
  };
  const pressed = (event: React.KeyboardEvent) => {
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return setTaking(undefined);
    const key = written(event.nativeEvent);
    if (!key) return;
    if (key === "g" && !taking) return setTaking("g "); // begins a sequence
    done(`${taking ?? ""}${key}`);
  };
  if (taking !== undefined) return <Input size="small" autoFocus readOnly value={keyWords(taking)} placeholder={t("pressKey")} aria-label={t("pressKeyFor", { action: of.words })} onKeyDown={pressed} onBlur={() => setTaking(undefined)} style={{ width: 150 }} />;
  return (
    <span className="row">
      <Button size="small" onClick={() => setTaking("")} aria-label={t("changeKey", { action: of.words })}>{t("changeKeyWord")}</Button>
      <Button size="small" onClick={() => set("")} aria-label={t("dropKey", { action: of.words })}>{t("dropKeyWord")}</Button>
      {reset && <Button size="small" onClick={reset} aria-label={t("resetKey", { action: of.words })}>{t("resetKeyWord")}</Button>}
    </span>
  );
}

/** The console as another role sees it. */
function AsRole({ as }: { as: string | undefined }) {
  const roles = useGet<RoleOut[]>("/roles");
  return (
    <section className="panel">
      <h2 className="part">{t("viewAsRole")}</h2>
      <p className="soft">{t("viewAsHint")}</p>
      <Select
        aria-label={t("viewAsRole")}
        style={{ minWidth: 200 }}
        value={as ?? null}
        placeholder={t("chooseRole")}
        onChange={viewAs}
        options={(roles.data ?? []).map((r) => ({ value: r.key, label: tl({ zh: r.label_zh, en: r.label_en }) }))}
      />
    </section>
  );
}
