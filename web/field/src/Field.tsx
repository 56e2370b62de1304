import { useCallback, useEffect, useState } from "react";
import { ApiError, call, get } from "@api/client";
import type { Me, OrderRow, Page } from "@api/types";
import { t } from "@i18n/words";
import { slaWords } from "@ui/format";
import { Job } from "./Job";
import { again, discard, drain, onChange, pending } from "./outbox";

const JOBS = "gongdan.field.jobs";

/** The engineer's page: my orders, the team's queue, one order at a time; what is unsent is always in sight. */
export function Field() {
  const [person, setPerson] = useState<Me | null>();
  const [mine, setMine] = useState<OrderRow[]>(() => JSON.parse(localStorage.getItem(JOBS) ?? "[]") as OrderRow[]);
  const [queue, setQueue] = useState<OrderRow[]>([]);
  const [tab, setTab] = useState<"mine" | "queue" | "outbox">("mine");
  const [open, setOpen] = useState<string>();
  const [online, setOnline] = useState(navigator.onLine);
  const [waiting, setWaiting] = useState(pending());
  const load = useCallback(async () => {
    try {
      await drain();
      const [own, team] = await Promise.all([get<Page<OrderRow>>("/orders?assignee_id=me&open=true&sort=due&limit=100"), get<Page<OrderRow>>("/orders?assignee_id=none&open=true&limit=50")]);
      setMine(own.items);
      setQueue(team.items);
      localStorage.setItem(JOBS, JSON.stringify(own.items));
      setOnline(true);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) setPerson(null);
      else if (!(error instanceof ApiError)) setOnline(false);
    }
  }, []);
  useEffect(() => {
    get<Me>("/me").then(setPerson, (e: Error) => setPerson(e instanceof ApiError && e.status === 401 ? null : ({ name: "" } as Me)));
    void load();
    const timer = setInterval(() => void load(), 15_000);
    const back = () => void load();
    window.addEventListener("online", back);
    window.addEventListener("focus", back);
    const stop = onChange(() => setWaiting(pending()));
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", back);
      window.removeEventListener("focus", back);
      stop();
    };
  }, [load]);
  if (person === undefined) return <p className="page">{t("loading")}</p>;
  if (person === null) return <Login />;
  const job = [...mine, ...queue].find((o) => o.id === open);
  const list = tab === "mine" ? mine : queue;
  return (
    <div className="page">
      {(!online || waiting.length > 0) && (
        <button className="offline" role="status" onClick={() => { setOpen(undefined); setTab("outbox"); }}>
          {online ? "" : `${t("offline")} · `}
          {t("pending", { n: waiting.length })}
        </button>
      )}
      {open ? (
        <Job id={open} row={job} back={() => { setOpen(undefined); void load(); }} />
      ) : (
        <>
          <header>
            <h1>{tab === "mine" ? t("today") : tab === "queue" ? t("queue") : t("pending", { n: waiting.length })}</h1>
            <span className="soft">{person.name}</span>
          </header>
          <main>
            {tab === "outbox" ? <Outbox /> : list.length === 0 ? <p className="empty">{t("noJobs")}</p> : list.map((o) => <Card key={o.id} o={o} open={() => setOpen(o.id)} />)}
          </main>
          <nav aria-label={t("mainMenu")}>
            {(["mine", "queue", "outbox"] as const).map((k) => (
              <button key={k} aria-current={tab === k ? "page" : undefined} onClick={() => setTab(k)}>
                {k === "mine" ? `${t("mine")} ${mine.length}` : k === "queue" ? `${t("queue")} ${queue.length}` : t("pending", { n: waiting.length })}
              </button>
            ))}
          </nav>
        </>
      )}
    </div>
  );
}

function Card({ o, open }: { o: OrderRow; open: () => void }) {
  return (
    <button className={`job ${o.sla_state}`} onClick={open}>
      <span className="top">
        <span className={`pill ${o.family}`}>{o.waiting_on ? t("held") : o.state_label?.[localStorage.getItem("gongdan.locale") === "en" ? "en" : "zh"]}</span>
        <span className={`chip ${o.sla_state}`}>{slaWords(o.sla_state, o.next_due_at, o.waiting_on)}</span>
        <span>P{o.priority}</span>
      </span>
      <strong>{o.title}</strong>
      <span className="soft">{o.customer_name} · {o.site_address}</span>
      <span className="soft">{o.number}</span>
    </button>
  );
}

function Outbox() {
  const [list, setList] = useState(pending());
  useEffect(() => onChange(() => setList(pending())), []);
  return (
    <>
      {list.map((a) => (
        <div key={a.id} className="job">
          <strong>{a.words}</strong>
          <span className="soft">{new Date(a.at).toLocaleTimeString()}</span>
          <span>{a.refused ? `${t("refused")}: ${a.refused}` : t("willSend")}</span>
          {a.refused && (
            <span className="top">
              <button className="plain" onClick={() => { again(a.id); void drain(); }}>{t("retryNow")}</button>
              <button className="plain" onClick={() => discard(a.id)}>{t("discard")}</button>
            </span>
          )}
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
      await call("POST", "/sessions", { body: { login: data.get("login"), password: data.get("password") } });
      location.reload();
    } catch (problem) {
      setError((problem as Error).message);
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
        <button className="primary" type="submit">{t("login")}</button>
      </form>
    </main>
  );
}
