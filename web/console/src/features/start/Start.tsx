import { Button, Segmented } from "antd";
import { useEffect } from "react";
import type { RoleOut } from "@api/generated/types.gen";
import "@i18n/areas/start";
import "../../css/start.css";
import { type Key, locale, t, tl } from "@i18n/words";
import { follow, may, me, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { usePref } from "../../parts/prefs";
import { useTell } from "../../parts/tell";
import { viewAs } from "../shell/preview";
import { Checklist } from "./Checklist";
import FeedbackList from "./FeedbackList";
import Progress from "./Progress";
import { SetUp } from "./SetUp";
import { begin, read, useTour } from "./tour";

const roleWords = (role: string): string => {
  const person = me();
  const at = person?.roles.indexOf(role) ?? -1;
  return at >= 0 ? tl(person?.role_labels[at] as { zh: string; en: string } | undefined, role) : role;
};

/** The page where a newcomer begins: the industry, the exercise, the checklist. */
export default function Start({ part }: { part?: string | undefined }) {
  const [, see] = usePref("start.seen", false);
  useEffect(() => see(true), [see]);
  useEffect(() => {
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, []);
  if (part === "progress") return <Progress />;
  if (part === "feedback") return <FeedbackList />;
  const link = (to: string, words: Key) => <a key={to} href={to} onClick={(e) => follow(e, to)}>{t(words)}</a>;
  return (
    <div className="start">
      <h1>{t("startTitle")}</h1>
      <p className="soft">{t("startLead")}</p>
      {may("onboarding.manage") && <SetUp />}
      <Exercise />
      {may("onboarding.manage") && <Checklist />}
      {may("user.edit") && <Preview />}
      <p className="row wrap">
        {may("onboarding.view") && link("/app/start/progress", "progressTitle")}
        {may("onboarding.manage") && link("/app/start/feedback", "feedbackList")}
      </p>
    </div>
  );
}

function Exercise() {
  const tell = useTell();
  const tour = useTour();
  useEffect(() => void read().catch(tell), [tell]);
  if (!tour) return null;
  const said: Partial<Record<string, Key>> = { open: "tourOpen", done: "tourDone", skipped: "tourSkipped" };
  const words = said[tour.state];
  return (
    <section className="panel" aria-labelledby="my-tour">
      <h2 className="part" id="my-tour">{t("myTour")}</h2>
      {tour.roles.length === 0 ? <p>{t("tourNone")}</p> : (
        <>
          <p>{words ? t(words) : t("tourLead")}</p>
          <div className="row wrap">
            {tour.roles.length > 1 && <Segmented value={tour.role} onChange={(r) => void read(r).catch(tell)} options={tour.roles.map((r) => ({ value: r, label: roleWords(r) }))} />}
            {tour.state !== "open" && <Button type={tour.state === "none" ? "primary" : "default"} onClick={() => void begin(tour.role).catch(tell)}>{t(tour.state === "none" ? "tourBegin" : "tourAgain")}</Button>}
          </div>
        </>
      )}
    </section>
  );
}

/** An administrator looks at the product as a role sees it; the server gives that role's rights, and only reads. */
function Preview() {
  const roles = useGet<RoleOut[]>("/roles");
  return (
    <section className="panel" aria-labelledby="preview">
      <h2 className="part" id="preview">{t("preview")}</h2>
      <p className="soft">{t("previewLead")}</p>
      <Waiting of={roles}>
        {(rows) => <div className="row wrap">{rows.map((r) => <Button key={r.key} onClick={() => viewAs(r.key)}>{locale() === "en" ? r.label_en : r.label_zh}</Button>)}</div>}
      </Waiting>
    </section>
  );
}
