import { SearchOutlined } from "@ant-design/icons";
import { Input, type InputRef, Modal } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { get } from "@api/client";
import type { BlueprintRow, PaletteOut, ViewOut } from "@api/types";
import "@i18n/areas/shell";
import { setLocale, t } from "@i18n/words";
import { StatePill } from "@ui/marks";
import "../../css/palette.css";
import { useOfferedActions } from "../../parts/actions";
import { go, may, useGet } from "../../parts/data";
import { keysOf, keyWords, useShortcuts } from "../../parts/keys";
import { writePref } from "../../parts/prefs";
import { words } from "../../parts/tell";
import { ROWS, THEMES } from "../../parts/theme";
import { groups, type Item } from "./found";
import { useRecent } from "./open";

const PAUSE = 60;
const settings = () => [
  ...THEMES.map((theme) => ({ id: `theme-${theme}`, words: `${t("themeWord")}: ${t(`theme_${theme}`)}`, run: () => writePref("theme", theme) })),
  ...(Object.keys(ROWS) as (keyof typeof ROWS)[]).map((d) => ({ id: `density-${d}`, words: `${t("density")}: ${t(`density_${d}`)}`, run: () => writePref("density", d) })),
  ...(["zh", "en"] as const).map((l) => ({
    id: `language-${l}`, words: `${t("languageWord")}: ${t(`language_${l}`)}`,
    run: () => {
      writePref("language", l);
      setLocale(l);
      location.reload();
    },
  })),
  { id: "set-keys", words: t("keysSettings"), run: () => go("/app/me#keys") },
];

/** Everything by a few letters: what can be done here, orders, customers, assets, people, pages, actions, views, settings. */
export default function Palette({ shown, close }: { shown: boolean; close: () => void }) {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<PaletteOut>();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState("");
  const [at, setAt] = useState("");
  const open = useRef(shown); // a closed Modal renders no more: what it rendered last still believes that it is shown
  open.current = shown;
  const eager = useRef(false);
  const input = useRef<InputRef>(null);
  const list = useRef<HTMLDivElement>(null);
  const actions = useOfferedActions();
  const shortcuts = useShortcuts();
  const recent = useRecent();
  const views = useGet<ViewOut[]>(shown && may("order.view") ? "/views" : null);
  const blueprints = useGet<BlueprintRow[]>(shown && may("order.create") ? "/blueprints" : null);
  useEffect(() => {
    if (!shown) return;
    setTyped("");
    setAt("");
    eager.current = false;
    // at once, not when the dialog has faded in: what is typed meanwhile is meant for it
    let frame = 0;
    const focus = () => {
      input.current?.focus();
      if (document.activeElement !== input.current?.input) frame = requestAnimationFrame(focus);
    };
    focus();
    return () => cancelAnimationFrame(frame);
  }, [shown]);
  useEffect(() => {
    const q = typed.trim();
    setProblem("");
    if (!q || !shown) {
      setFound(undefined);
      return setPending(false);
    }
    const stop = new AbortController();
    setPending(true);
    const timer = setTimeout(() => {
      get<PaletteOut>(`/palette?q=${encodeURIComponent(q)}`, stop.signal)
        .then(setFound, (error: unknown) => {
          if (stop.signal.aborted) return;
          setFound(undefined);
          setProblem(words(error));
        })
        .finally(() => !stop.signal.aborted && setPending(false));
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [typed, shown]);
  const sets = useMemo(
    () => (shown ? groups(typed, { actions, shortcuts, recent, views: views.data ?? [], blueprints: blueprints.data ?? [], settings: settings() }, found) : []),
    [shown, typed, actions, shortcuts, recent, views.data, blueprints.data, found],
  );
  const items = sets.flatMap((g) => g.items);
  const index = Math.max(0, items.findIndex((i) => i.id === at));
  const active = items[index];
  const run = (item: Item | undefined) => {
    if (!item) return;
    close();
    setTimeout(item.run); // after the dialog has let go of keys and focus
  };
  useEffect(() => {
    if (pending || !eager.current) return;
    eager.current = false;
    run(items[0]);
  }, [pending]);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active?.id]);
  const pressed = (event: React.KeyboardEvent) => {
    if (!open.current || event.nativeEvent.isComposing || event.keyCode === 229) return;
    const step = event.key === "ArrowDown" || (event.key === "Tab" && !event.shiftKey) ? 1 : event.key === "ArrowUp" || event.key === "Tab" ? -1 : 0;
    if (step || event.key === "Enter") event.preventDefault();
    if (step && items.length) setAt(items[(index + step + items.length) % items.length]?.id ?? "");
    // who types on and presses Enter at once means what is about to be found
    if (event.key === "Enter") pending && !at ? (eager.current = true) : run(active);
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      close();
    }
  };
  const said = problem || (typed.trim() && !pending ? (items.length ? t("nFound", { n: items.length }) : t("nothingFound")) : "");
  return (
    <Modal open={shown} onCancel={close} footer={null} closable={false} width={640} className="palette" title={<span className="hidden">{t("searchPalette")}</span>} style={{ top: 64 }}>
      <Input
        ref={input}
        size="large"
        prefix={<SearchOutlined aria-hidden />}
        value={typed}
        onChange={(e) => {
          setTyped(e.target.value);
          setAt("");
        }}
        onKeyDown={pressed}
        placeholder={t("palettePlaceholder")}
        maxLength={200}
        role="combobox"
        aria-label={t("searchPalette")}
        aria-expanded={items.length > 0}
        aria-controls="palette-list"
        aria-autocomplete="list"
        {...(active ? { "aria-activedescendant": `palette-${index}` } : {})}
      />
      <p className={problem ? "alert" : items.length ? "hidden" : "soft"} role="status">{said}</p>
      <div className="palette-list" id="palette-list" role="listbox" aria-label={t("searchPalette")} ref={list}>
        {sets.map((g, i) => (
          <div role="group" key={g.title} aria-labelledby={`palette-group-${i}`}>
            <div className="palette-group" id={`palette-group-${i}`}>{g.title}</div>
            {g.items.map((item) => {
              const key = item.keys && keysOf(item.keys)[0];
              return (
                <div role="option" key={item.id} id={`palette-${items.indexOf(item)}`} aria-selected={item === active} className="palette-item" onMouseMove={() => at !== item.id && setAt(item.id)} onClick={() => run(item)}>
                  {item.order && <StatePill family={item.order.family} label={item.order.state_label} cancelled={item.order.cancelled} waiting={item.order.waiting_on} />}
                  <span className="cut">{item.words}</span>
                  {item.detail && <span className="soft cut">{item.detail}</span>}
                  <span className="grow" />
                  {key && <kbd>{keyWords(key)}</kbd>}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <p className="palette-foot soft" aria-hidden>{t("paletteFoot")}</p>
    </Modal>
  );
}
