import { Alert, Button, Checkbox, Input, Modal, Progress } from "antd";
import { useEffect, useState } from "react";
import { post } from "@api/client";
import type { RemovedOut, StartOut } from "@api/generated/types.gen";
import "@i18n/areas/start";
import { t, tl } from "@i18n/words";
import { useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";

type Both = { zh: string; en: string };
const EVERY = 700;

/** Choose the industry, watch it being set up, take the sample data away again. */
export function SetUp() {
  const now = useGet<StartOut>("/onboarding");
  const [removed, setRemoved] = useState<RemovedOut>();
  const running = now.data?.state === "running";
  const { reload } = now;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(reload, EVERY);
    return () => clearInterval(timer);
  }, [running, reload]);
  return (
    <section className="panel" aria-labelledby="industry">
      {removed && <Removed done={removed} />}
      <Waiting of={now}>
        {(s) => s.state === "running" || s.state === "stuck" ? <Running s={s} />
          : (
            <>
              {s.samples.customer || s.state === "done" ? <Done s={s} set={now.set} /> : <Choose s={s} set={now.set} />}
              {Object.keys(s.samples).length > 0 && <Samples s={s} removed={(r) => { setRemoved(r); reload(); }} />}
            </>
          )}
      </Waiting>
    </section>
  );
}

function Running({ s }: { s: StartOut }) {
  if (s.state === "stuck") return <Alert type="error" showIcon title={t("setUpStuck")} />;
  return (
    <>
      <h2 className="part" id="industry">{t("settingUp")}</h2>
      <Progress percent={Math.round((100 * s.done) / Math.max(s.total, 1))} aria-label={t("settingUp")} />
    </>
  );
}

function Choose({ s, set }: { s: StartOut; set: (s: StartOut) => void }) {
  const tell = useTell();
  const [chosen, choose] = useState("");
  const [samples, setSamples] = useState(true);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    await post<StartOut>("/onboarding/industry", { industry: chosen, samples }).then(set, tell);
    setBusy(false);
  };
  return (
    <>
      <h2 className="part" id="industry">{t("industryTitle")}</h2>
      <p className="soft">{t("industryLead")}</p>
      <div className="industries" role="group" aria-labelledby="industry">
        {s.industries.map((i) => (
          <button type="button" key={i.key} aria-pressed={chosen === i.key} onClick={() => choose(i.key)}>
            <strong>{tl(i.name as Both)}</strong>
            <span className="soft">{tl(i.about as Both)}</span>
          </button>
        ))}
      </div>
      <p><Checkbox checked={samples} onChange={(e) => setSamples(e.target.checked)}>{t("withSamples")}</Checkbox></p>
      <Button type="primary" disabled={!chosen} loading={busy} onClick={() => void go()}>{t("setUp")}</Button>
    </>
  );
}

function Removed({ done }: { done: RemovedOut }) {
  const others = Object.entries(done.removed).reduce((sum, [kind, n]) => sum + (kind === "order" ? 0 : n), 0);
  return (
    <Alert type="success" showIcon role="status" style={{ marginBottom: 12 }} title={t("removedTold", { orders: done.removed.order ?? 0, others })}
      description={done.kept.length ? t("keptTold", { names: done.kept.map((k) => k.name).join(" · ") }) : undefined} />
  );
}

function Done({ s, set }: { s: StartOut; set: (s: StartOut) => void }) {
  const industry = s.industries.find((i) => i.key === s.industry);
  return (
    <>
      <h2 className="part" id="industry">{t("setUpDone", { industry: tl(industry?.name as Both | undefined) })}</h2>
      {!s.samples.customer && <Button onClick={() => set({ ...s, state: "removed" })}>{t("industryTitle")}</Button>}
    </>
  );
}

function Samples({ s, removed }: { s: StartOut; removed: (r: RemovedOut) => void }) {
  const [asking, setAsking] = useState(false);
  return (
    <div id="samples">
      <p>{t("samplesThere", { orders: s.samples.order ?? 0, customers: s.samples.customer ?? 0, people: s.samples.user ?? 0 })}</p>
      <Button onClick={() => setAsking(true)}>{t("removeSamples")}</Button>
      {asking && <Remove company={s.company} close={() => setAsking(false)} done={(r) => { setAsking(false); removed(r); }} />}
    </div>
  );
}

function Remove({ company, close, done }: { company: string; close: () => void; done: (r: RemovedOut) => void }) {
  const tell = useTell();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    await post<RemovedOut>("/onboarding/samples/remove", { name }).then(done, (error: unknown) => { tell(error); setBusy(false); });
  };
  return (
    <Modal open title={t("removeSamples")} okText={t("removeSamples")} cancelText={t("cancel")} onCancel={close} onOk={() => void go()} okButtonProps={{ danger: true, disabled: name.trim() !== company, loading: busy }}>
      <p>{t("removeLead")}</p>
      <label htmlFor="company-name">{t("typeName", { name: company })}</label>
      <Input id="company-name" value={name} autoComplete="off" onChange={(e) => setName(e.target.value)} />
    </Modal>
  );
}
