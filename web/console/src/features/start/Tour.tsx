import { CheckCircleFilled, DownOutlined, UpOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useState } from "react";
import { post } from "@api/client";
import type { TourOut } from "@api/generated/types.gen";
import "@i18n/areas/start";
import "../../css/start.css";
import { type Key, t } from "@i18n/words";
import { follow } from "../../parts/data";
import { usePref } from "../../parts/prefs";
import { useTell } from "../../parts/tell";
import { read, skip } from "./tour";

/** The tour as a card that can be folded away; it never stands in the way of work. */
export default function Tour({ tour }: { tour: TourOut }) {
  const { message } = App.useApp();
  const tell = useTell();
  const [folded, fold] = usePref("tour.folded", innerWidth < 900);
  const [busy, setBusy] = useState(false);
  const at = tour.steps.findIndex((s) => !s.done);
  const now = tour.steps[at];
  const number = t("tourStep", { n: at + 1, of: tour.steps.length });
  const check = async () => {
    setBusy(true);
    await read().then(() => message.info(t("tourNotYet")), tell);
    setBusy(false);
  };
  const rate = () => post<{ path: string }>(`/orders/${tour.order_id}/survey`).then((made) => void window.open(made.path, "_blank", "noopener"), tell);
  const order = `/app/orders/${tour.order_id}`;
  return (
    <aside className={folded ? "tour folded" : "tour"} aria-label={t("myTour")}>
      <div className="row">
        <strong role="status">{number}{now ? ` · ${t(`do_${now.key}` as Key)}` : ""}</strong>
        <span className="grow" />
        <Button size="small" type="text" aria-expanded={!folded} aria-label={folded ? t("tourShow") : t("tourFold")} icon={folded ? <UpOutlined aria-hidden /> : <DownOutlined aria-hidden />} onClick={() => fold(!folded)} />
      </div>
      {!folded && (
        <>
          {now && <p>{t(`how_${now.key}` as Key)}</p>}
          <ol>
            {tour.steps.map((s, i) => (
              <li key={s.key} aria-current={i === at ? "step" : undefined} className={s.done ? "soft" : ""}>
                {t(`do_${s.key}` as Key)} {s.done && <CheckCircleFilled className="tick" role="img" aria-label={t("stepDone")} />}
              </li>
            ))}
          </ol>
          {tour.order_id && <p><a href={order} onClick={(e) => follow(e, order)}>{t("tourOrder", { number: tour.order_number })}</a></p>}
          <div className="row wrap">
            {now?.key === "rated" && <Button size="small" onClick={() => void rate()}>{t("rateNow")}</Button>}
            <Button size="small" type="primary" loading={busy} onClick={() => void check()}>{t("tourCheck")}</Button>
            <Button size="small" type="text" onClick={() => void skip(tour.role).catch(tell)}>{t("tourSkip")}</Button>
          </div>
          <p className="soft small">{t("tourNote")}</p>
        </>
      )}
    </aside>
  );
}
