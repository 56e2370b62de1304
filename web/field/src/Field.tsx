import { useCallback, useEffect, useState } from "react";
import { ApiError, call, get, remove } from "@api/client";
import type { Me, OrderRow, Page } from "@api/types";
import "@i18n/areas/field";
import { locale, setLocale, t } from "@i18n/words";
import { when } from "@ui/format";
import { Priority, SlaChip, StatePill } from "@ui/marks";
import { Job } from "./Job";
import { again, belongTo, discard, drain, onChange, pending } from "./outbox";

type Person = Pick<Me, "id" | "name">;
type Tab = "mine" | "queue" | "outbox";
const ME = "gongdan.field.me";
const read = <T,>(name: string, none: T): T => JSON.parse(localStorage.getItem(name) ?? "null") ?? none;
interface Kept {
  at: string;
  items: OrderRow[];
}
const jobsOf = (id: string) => `gongdan.field.jobs.${id}`;

let moved = 0;
/** Where I am is the part of the address after "#", so that the phone's Back goes one step back. */
function usePlace(): [Tab, string, (to: string) => void] {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  const [kind, id] = hash.slice(1).split("/");
  const to = (place: string) => {
    moved += 1;
    location.hash = place;
  };
  return [kind === "queue" || kind === "outbox" ? kind : "mine", kind === "job" ? (id ?? "") : "", to];
}

/** The engineer's page: who is it, and then their work. Without network the last person of this phone goes on with what is kept. */
export function Field() {
  const [person, setPerson] = useState<Person | null>();
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    get<{ me: Me | null }>("/session").then(
      ({ me }) => {
        if (!me) return setPerson(null);
        localStorage.setItem(ME, JSON.stringify({ id: me.id, name: me.name }));
        belongTo(me.id);
        setPerson({ id: me.id, name: me.name });
      },
      (error: Error) => {
        const last = read<Person | undefined>(ME, undefined);
        if (error instanceof ApiError && error.status === 401) setPerson(null);
        else if (last) {
          belongTo(last.id);
          setPerson(last);
        } else setTrouble(t("serverAway"));
      },
    );
  }, []);
  if (person === undefined) return <p className="page" role="status">{trouble || t("loading")}{trouble && <button className="plain" onClick={() => location.reload()}>{t("retry")}</button>}</p>;
  return person === null ? <Login /> : <Work person={person} lapse={() => setPerson(null)} />;
}

/** My orders, the team's queue, one order at a time; what is unsent is always in sight. */
function Work({ person, lapse }: { person: Person; lapse: () => void }) {
  const [kept, setKept] = useState<Kept>(() => read(jobsOf(person.id), { at: "", items: [] }));
  const [queue, setQueue] = useState<OrderRow[]>([]);
  const [tab, open, to] = usePlace();
  const [trouble, setTrouble] = useState("");
  const [loaded, setLoaded] = useState(false);
  const [waiting, setWaiting] = useState(pending());
  const load = useCallback(async () => {
    try {
      await drain();
      const [own, team] = await Promise.all([get<Page<OrderRow>>("/orders?assignee_id=me&family=waiting,working&sort=due&limit=100"), get<Page<OrderRow>>("/orders?assignee_id=none&family=waiting&limit=50")]);
      const now = { at: new Date().toISOString(), items: own.items };
      setKept(now);
      setQueue(team.items);
      localStorage.setItem(jobsOf(person.id), JSON.stringify(now));
      setTrouble("");
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) lapse();
      else setTrouble(error instanceof ApiError ? error.message : t("offline"));
    }
    setLoaded(true);
  }, [person.id, lapse]);
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), 15_000);
    const back = () => void load();
    const stop = onChange(() => setWaiting(pending()));
    window.addEventListener("online", back);
    window.addEventListener("focus", back);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", back);
      window.removeEventListener("focus", back);
      stop();
    };
  }, [load]);
  const list = tab === "mine" ? kept.items : queue;
  return (
    <div className="page">
      {(trouble || waiting.length > 0) && (
        <div className="offline" role="status">
          <span>{trouble && `${trouble}${kept.at ? ` · ${t("asOf", { t: when(kept.at) })}` : ""}`}</span>
          {waiting.length > 0 && <button onClick={() => to("outbox")}>{t("pending", { n: waiting.length })}</button>}
        </div>
      )}
      {open ? (
        <Job key={open} id={open} row={[...kept.items, ...queue].find((o) => o.id === open)} back={() => (moved ? history.back() : to("mine"))} done={() => void load()} lapse={lapse} />
      ) : (
        <>
          <header>
            <h1>{tab === "mine" ? t("today") : tab === "queue" ? t("queue") : t("outbox")}</h1>
            <Mine person={person} />
          </header>
          <main>
            {tab === "outbox" ? <Outbox /> : list.length > 0 ? list.map((o) => <Card key={o.id} o={o} open={() => to(`job/${o.id}`)} />) : <p className="empty">{!loaded ? t("loading") : tab === "mine" ? t("noJobs") : t("queueEmpty")}</p>}
          </main>
          <nav aria-label={t("mainMenu")}>
            {(["mine", "queue", "outbox"] as const).map((k) => (
              <button key={k} aria-current={tab === k ? "page" : undefined} onClick={() => to(k)}>
                {k === "mine" ? `${t("mine")} ${kept.items.length}` : k === "queue" ? `${t("queue")} ${queue.length}` : `${t("outbox")} ${waiting.length}`}
              </button>
            ))}
          </nav>
        </>
      )}
    </div>
  );
}

/** My name, and behind it the language and the way out; unsent work stays on the phone. */
function Mine({ person }: { person: Person }) {
  const [told, setTold] = useState("");
  const other = () => {
    setLocale(locale() === "en" ? "zh" : "en");
    location.reload();
  };
  const leave = () => remove("/sessions/current").then(() => location.replace("/field"), (error: Error) => setTold(error.message || t("offline")));
  return (
    <details className="mine">
      <summary>{person.name}</summary>
      <div>
        <button className="plain" onClick={other}>{t("language")}</button>
        <button className="plain" onClick={() => void leave()}>{t("logout")}</button>
        {told && <p role="alert">{told}</p>}
      </div>
    </details>
  );
}

function Card({ o, open }: { o: OrderRow; open: () => void }) {
  return (
    <button className={`job ${o.sla_state}`} onClick={open}>
      <span className="top">
        <StatePill family={o.family} label={o.state_label} cancelled={o.cancelled} waiting={o.waiting_on} />
        <SlaChip state={o.sla_state} due={o.next_due_at} family={o.family} />
        <Priority value={o.priority} />
      </span>
      <strong>{o.title}</strong>
      <span className="soft">{[o.customer_name, o.site_address].filter(Boolean).join(" · ")}</span>
      <span className="soft">{o.number}</span>
    </button>
  );
}

function Outbox() {
  const [list, setList] = useState(pending());
  useEffect(() => onChange(() => setList(pending())), []);
  if (!list.length) return <p className="empty">{t("outboxEmpty")}</p>;
  return (
    <>
      {list.map((a) => (
        <div key={a.id} className="job">
          <strong>{a.words}</strong>
          <span className="soft">{when(a.at)}</span>
          <span>{a.refused ? `${t("refused")}: ${a.refused}` : t("willSend")}</span>
          <span className="top">
            <button className="plain" onClick={() => { again(a.id); void drain(); }}>{t("retryNow")}</button>
            {a.refused && <button className="plain" onClick={() => discard(a.id)}>{t("discard")}</button>}
          </span>
        </div>
      ))}
    </>
  );
}

function Login() {
  const [error, setError] = useState("");
  const submit = async (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    try {
      await call("POST", "/sessions", { body: { login: data.get("login"), password: data.get("password"), company: String(data.get("company") ?? "").trim() } });
      localStorage.setItem("gongdan.company", String(data.get("company") ?? "").trim());
      location.reload();
    } catch (problem) {
      setError(problem instanceof ApiError ? problem.message : t("noAnswer"));
    }
  };
  return (
    <main className="page login">
      <h1>{t("app")}</h1>
      {error && <p role="alert" className="bad">{error}</p>}
      <form onSubmit={(e) => void submit(e)}>
        <label htmlFor="login">{t("account")}</label>
        <input id="login" name="login" autoComplete="username" required />
        <label htmlFor="password">{t("password")}</label>
        <input id="password" name="password" type="password" autoComplete="current-password" required />
        <details open={!!localStorage.getItem("gongdan.company")}>
          <summary>{t("whichCompany")}</summary>
          <label htmlFor="company">{t("company")}</label>
          <input id="company" name="company" autoComplete="organization" defaultValue={localStorage.getItem("gongdan.company") ?? ""} />
        </details>
        <button className="primary" type="submit">{t("login")}</button>
      </form>
      <p><button className="plain" onClick={() => { setLocale(locale() === "en" ? "zh" : "en"); location.reload(); }}>{t("language")}</button></p>
    </main>
  );
}
