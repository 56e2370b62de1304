import { LockOutlined } from "@ant-design/icons";
import { Button, Segmented } from "antd";
import { lazy, memo, Suspense, useEffect, useRef, useState } from "react";
import "@i18n/areas/order";
import { actorWords, t, tl } from "@i18n/words";
import { full, when } from "@ui/format";
import { follow } from "../../parts/data";
import { usePref } from "../../parts/prefs";
import { type Entry, type Filter, FILTERS, shownBy } from "./entries";

const Thumbs = lazy(() => import("./FileList").then((m) => ({ default: m.Thumbs })));
const STEP = 300;
const CHUNK = 20;

/** Everything that was said and done. New entries do not move what is under the pointer: they wait behind a button until it leaves. */
export function Timeline({ entries, more, reading, readOlder, why }: { entries: Entry[]; more: boolean; reading: boolean; readOlder: () => void; why: (kind: string) => void }) {
  const [filter, setFilter] = useState<Filter>("all");
  const [order, setOrder] = usePref<"newest" | "oldest">("order.timeline", "newest");
  const [most, setMost] = useState(STEP);
  const [over, setOver] = useState(false);
  const [frozen, setFrozen] = useState<string>();
  const end = useRef<HTMLDivElement>(null);
  const found = entries.filter((e) => shownBy(filter, e));
  const cut = order === "newest" && over && frozen ? Math.max(found.findIndex((e) => e.id === frozen), 0) : 0;
  const fresh = found.slice(0, cut).filter((e) => !e.mine).length;
  const visible = fresh ? found.slice(cut) : found;
  const shown = order === "newest" ? visible.slice(0, most) : [...visible].reverse().slice(0, most);
  const rest = visible.length > most;
  useEffect(() => {
    const mark = end.current;
    if (!mark || reading || (!rest && !more)) return;
    const eye = new IntersectionObserver((seen) => {
      if (!seen.some((s) => s.isIntersecting)) return;
      if (rest) setMost((n) => n + STEP);
      else readOlder();
    }, { rootMargin: "600px" });
    eye.observe(mark);
    return () => eye.disconnect();
  }, [rest, more, reading, readOlder, shown.length]);
  return (
    <>
      <div className="between wraps">
        <h2 className="part">{t("timeline")}</h2>
        {fresh > 0 && <Button size="small" type="primary" onClick={() => setFrozen(found[0]?.id)}>{t("freshEntries", { n: fresh })}</Button>}
        <Button size="small" type="text" onClick={() => setOrder(order === "newest" ? "oldest" : "newest")}>{t(order === "newest" ? "newestFirst" : "oldestFirst")}</Button>
      </div>
      <Segmented size="small" className="filters" value={filter} onChange={setFilter} options={FILTERS.map((f) => ({ value: f, label: f === "all" ? t("all") : t(`shows_${f}`) }))} />
      <div className="entries" onPointerEnter={(e) => { if (e.pointerType === "mouse") { setFrozen(found[0]?.id); setOver(true); } }} onPointerLeave={() => setOver(false)}>
        {chunks(shown).map((part) => <div key={part[0]?.id} className="chunk">{part.map((e) => <Shown key={e.id} e={e} why={why} />)}</div>)}
        {visible.length === 0 && <p className="soft">{filter === "all" ? t("nothingSaid") : t("nothingOfKind")}</p>}
      </div>
      <div ref={end} />
      {(rest || more) && <Button size="small" loading={reading} onClick={() => (rest ? setMost(most + STEP) : readOlder())}>{t("older")}</Button>}
    </>
  );
}

/** What is out of sight is not drawn, a chunk at a time: cheaper for the browser to look after than thousands of single entries. */
function chunks(list: Entry[]): Entry[][] {
  return Array.from({ length: Math.ceil(list.length / CHUNK) }, (_, i) => list.slice(i * CHUNK, (i + 1) * CHUNK));
}

const same = (a: { e: Entry }, b: { e: Entry }) => a.e.id === b.e.id && a.e.text === b.e.text && a.e.files.length === b.e.files.length && a.e.parts?.length === b.e.parts?.length;

/** One entry; drawn again only when it changed. */
const Shown = memo(function Shown({ e, why }: { e: Entry; why: (kind: string) => void }) {
  const cause = e.cause;
  const reason = cause && (cause.kind === "clock" || cause.kind === "dispatch") && <button type="button" className="link" onClick={() => why(cause.kind)}>{t("whyThis")}</button>;
  return (
    <article className={`entry ${e.kind}`}>
      <div>
        <strong>{cause && cause.kind !== "customer" ? `\u2699 ${tl(cause)}` : actorWords(e.actor, e.who)}</strong>
        {e.kind === "note" && <span className="lock"><LockOutlined aria-hidden /> {t("noteTo")}</span>}
        {e.kind === "said" && e.actor !== "person" && e.actor !== "token" && <span className="soft"> · {t("customer")}</span>}
        {e.origin && <span className="soft"> · <a href={`/app/orders/${e.origin.id}`} onClick={(x) => follow(x, `/app/orders/${e.origin?.id}`)}>{t("fromOrder", { number: e.origin.number })}</a></span>}
        <time dateTime={e.at} title={full(e.at)}>{when(e.at)}</time>
        {e.parts ? (
          <details>
            <summary>{t("didThings", { n: e.parts.length })}</summary>
            <ul>{e.parts.map((p) => <li key={p.id}>{typeof p.text === "string" ? p.text : tl(p.text)}</li>)}</ul>
          </details>
        ) : (
          <p>{typeof e.text === "string" ? e.text : tl(e.text)}</p>
        )}
        {reason}
        {e.files.length > 0 && <Suspense><Thumbs files={e.files} /></Suspense>}
      </div>
    </article>
  );
}, same);
