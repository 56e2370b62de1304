import { useEffect, useRef, useState } from "react";
import { get, post } from "@api/client";
import type { ReadyReply } from "@api/generated/types.gen";
import type { OrderRow, Page, UserOut } from "@api/types";
import "@i18n/areas/order";
import { t } from "@i18n/words";
import { follow } from "../../parts/data";
import { words } from "../../parts/tell";

export interface Chosen {
  text: string;
  person?: UserOut;
}
interface Option {
  id: string;
  label: string;
  hint: string;
  /** What stands for it, typed out. */
  short?: string;
  chosen: Chosen;
}
const MOST = 8;

async function find(kind: "reply" | "person" | "order", order: string, text: string, signal: AbortSignal): Promise<Option[]> {
  const q = encodeURIComponent(text);
  if (kind === "reply")
    return (await get<ReadyReply[]>(`/orders/${order}/replies?limit=${MOST}&q=${q}`, signal)).map((r) => ({ id: r.id, label: `${r.name}${r.shortcut ? ` ::${r.shortcut}` : ""}`, hint: r.text, short: r.shortcut, chosen: { text: r.text } }));
  if (kind === "person")
    return (await get<Page<UserOut>>(`/users?limit=${MOST}&q=${q}`, signal)).items.filter((p) => p.active).map((p) => ({ id: p.id, label: p.name, hint: p.login, chosen: { text: `@${p.name} `, person: p } }));
  if (!text) return [];
  return (await get<Page<OrderRow>>(`/orders/search?limit=${MOST}&q=${q}`, signal)).items.map((o) => ({ id: o.id, label: o.number, hint: o.title, chosen: { text: `#${o.number} ` } }));
}

/** What may stand where the caret is: saved replies, people, orders. Arrows choose, Enter or Tab takes, so does a space after the whole shortcut of a reply; Escape closes. */
export function Suggest({ order, kind, text, choose, close, keys }: { order: string; kind: "reply" | "person" | "order"; text: string; choose: (c: Chosen) => void; close: () => void; keys: React.RefObject<((event: React.KeyboardEvent) => boolean) | null> }) {
  const [found, setFound] = useState<Option[]>();
  const [error, setError] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      find(kind, order, text, stop.signal).then(
        (options) => {
          setFound(options);
          setError("");
          setAt(0);
        },
        (problem: unknown) => !stop.signal.aborted && setError(words(problem)),
      );
    }, found ? 120 : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [kind, order, text]);
  const take = (option: Option | undefined) => {
    if (!option) return false;
    if (kind === "reply") void post(`/replies/${option.id}/used`).catch(() => undefined); // a count, nothing a person waits for
    choose(option.chosen);
    return true;
  };
  keys.current = (event) => {
    if (event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229 || event.ctrlKey || event.metaKey) return false;
    if (event.key === "Escape") {
      close();
      event.stopPropagation();
      return true;
    }
    if (!found?.length) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      setAt(next);
      list.current?.children[next]?.scrollIntoView({ block: "nearest" });
      return true;
    }
    if (event.key === " ") return take(found.find((x) => x.short && x.short === text));
    return event.key === "Enter" || event.key === "Tab" ? take(found[at]) : false;
  };
  // for those who hear the screen: the caret stays in the text while the choice moves
  useEffect(() => {
    const box = document.querySelector("[aria-controls=suggest]");
    if (found?.[at]) box?.setAttribute("aria-activedescendant", `suggest-${at}`);
    return () => box?.removeAttribute("aria-activedescendant");
  }, [at, found]);
  return (
    <div className="suggest">
      <div id="suggest" role="listbox" ref={list} aria-label={t(`suggest_${kind}`)}>
        {found?.map((option, i) => (
          <div key={option.id} id={`suggest-${i}`} role="option" aria-selected={i === at} onMouseDown={(e) => { e.preventDefault(); take(option); }}>
            <strong>{option.label}</strong> <span className="soft cut">{option.hint}</span>
          </div>
        ))}
      </div>
      {(error || found?.length === 0) && <p className="soft" role="status">{error || (kind === "order" && !text ? t("typeNumber") : t("nothingFound"))}</p>}
      {kind === "reply" && <p className="soft small"><a href="/app/replies" onMouseDown={(e) => e.preventDefault()} onClick={(e) => follow(e, "/app/replies")}>{t("manageReplies")}</a></p>}
    </div>
  );
}
