import { useEffect, useRef, useState } from "react";
import { get } from "@api/client";
import "@i18n/areas/board";
import { t, tl } from "@i18n/words";
import { fromQuery, slaWords, toQuery } from "@ui/format";
import { Priority, StatePill } from "@ui/marks";
import type { Family } from "@api/types";
import { go, may, useAddress } from "../../parts/data";
import { useOrderEvents } from "../../parts/live";
import "../../css/boards.css";
import { Ages, counted, Heat, Steps } from "./Global";
import { type Kpis, type Overall, words } from "./types";
import { figure } from "./units";

const VIEWS = ["totals", "heat", "urgent", "steps", "figures"] as const;
const READ_EVERY = 15_000;
const [EVERY, LEAST] = [20, 5];
const two = (n: number) => String(n).padStart(2, "0");
const clock = (at: Date) => `${two(at.getHours())}:${two(at.getMinutes())}`;

/** For a screen on a wall: read-only, in turns, without a word about customers (it reads numbers only), and awake over a lost network.
 *  Address: /app/board?wall=1&every=20&views=totals,heat,urgent,steps,figures& blueprint, team_id, priority. */
export default function Wall() {
  const given = fromQuery(useAddress().search);
  const query = toQuery(Object.fromEntries(["blueprint", "team_id", "priority"].map((k) => [k, given[k] ?? ""])));
  const figures = toQuery(Object.fromEntries(["blueprint", "team_id"].map((k) => [k, given[k] ?? ""])));
  const every = Math.max(LEAST, Number(given.every) || EVERY);
  const asked = given.views?.split(",") ?? [];
  const views = VIEWS.filter((v) => asked.length === 0 || asked.includes(v));
  const [data, setData] = useState<{ overall: Overall; kpis: Kpis; at: Date }>();
  const [lost, setLost] = useState(false);
  const [turn, setTurn] = useState(0);
  const [now, setNow] = useState(() => new Date());
  const reading = useRef(false);
  const read = useRef(() => undefined as void);
  read.current = () => {
    if (reading.current) return;
    reading.current = true;
    Promise.all([get<Overall>(`/boards/global?${query}`), get<Kpis>(`/boards/kpis?${figures}`)])
      .then(([overall, kpis]) => { setData({ overall, kpis, at: new Date() }); setLost(false); }, () => setLost(true))
      .finally(() => { reading.current = false; });
  };
  useEffect(() => {
    const again = () => read.current();
    again();
    const timers = [setInterval(again, READ_EVERY), setInterval(() => setTurn((n) => n + 1), every * 1000), setInterval(() => setNow(new Date()), 1000)];
    window.addEventListener("online", again);
    return () => {
      timers.forEach(clearInterval);
      window.removeEventListener("online", again);
    };
  }, [query, figures, every]);
  const soon = useRef<ReturnType<typeof setTimeout>>(undefined);
  useOrderEvents(() => { soon.current ??= setTimeout(() => { soon.current = undefined; read.current(); }, 1000); });
  useAwake();
  const view = views[turn % Math.max(views.length, 1)] ?? "totals";
  const leave = () => go(`/app/board?${toQuery({ ...given, wall: "", every: "", views: "" })}`);
  return (
    <main className="wall" id="content">
      <header>
        <h1>{t(({ totals: "wallTotals", heat: "heatMap", urgent: "wallUrgent", steps: "slowSteps", figures: "wallFigures" } as const)[view])}</h1>
        {data && <p role="status" className={lost ? "lost" : ""}>{lost ? `\u25b2 ${t("wallLost", { t: clock(data.at) })}` : t("dataAt", { t: clock(data.at) })}</p>}
        <time>{clock(now)}</time>
      </header>
      {!data ? <p className="empty" role="status">{lost ? t("serverAway") : t("loading")}</p> : <div className="wall-view"><View name={view} overall={data.overall} kpis={data.kpis} now={now.getTime()} /></div>}
      <footer>
        <span>{t("wallView", { n: (turn % views.length) + 1, all: views.length })}</span>
        {may("order.view") && <button type="button" onClick={leave}>{t("wallLeave")}</button>}
        <button type="button" onClick={() => void document.documentElement.requestFullscreen().catch(() => undefined)}>{t("wallStart")}</button>
      </footer>
    </main>
  );
}

function View({ name, overall, kpis, now }: { name: string; overall: Overall; kpis: Kpis; now: number }) {
  if (name === "heat") return <Heat data={overall} plain />;
  if (name === "steps") return <Steps steps={overall.steps} plain />;
  if (name === "figures")
    return <ul className="tiles">{kpis.items.map((k) => <li key={k.key}><b>{figure(k.value, k.unit)}</b>{tl(words(k.label))}</li>)}</ul>;
  if (name === "urgent")
    return (
      <table className="wall-list">
        <tbody>
          {overall.urgent.slice(0, 9).map((o) => (
            <tr key={o.number} className={o.sla_state}>
              <th scope="row">{o.number}</th>
              <td><StatePill family={o.family as Family} label={words(o.state)} waiting={o.waiting_on ?? null} /></td>
              <td>{o.team ?? t("noTeam")}</td>
              <td><Priority value={o.priority} /></td>
              <td className={`chip ${o.sla_state}`}>{slaWords(o.sla_state, o.next_due_at ?? null, o.waiting_on ?? null, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    );
  return (
    <>
      <ul className="tiles">
        <li><b>{counted(overall.open)}</b>{t("openOnes")}</li>
        <li className={overall.at_risk.count ? "near" : ""}><b>{counted(overall.at_risk)}</b>{t("riskSoon", { n: overall.risk_hours })}</li>
        <li className={overall.breached.count ? "alert" : ""}><b>{counted(overall.breached)}</b>{t("sla_breached")}</li>
      </ul>
      <Ages data={overall} plain />
    </>
  );
}

/** The screen stays on; after sleep or another tab the lock is asked for again. */
function useAwake() {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let gone = false;
    const ask = () => {
      if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
      navigator.wakeLock.request("screen").then((l) => { if (gone) void l.release(); else lock = l; }, () => undefined);
    };
    ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      gone = true;
      document.removeEventListener("visibilitychange", ask);
      void lock?.release();
    };
  }, []);
}
