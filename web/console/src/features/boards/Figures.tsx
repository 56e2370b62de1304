import { Tooltip } from "antd";
import "@i18n/areas/board";
import { t, tl } from "@i18n/words";
import { toQuery, when } from "@ui/format";
import { follow } from "../../parts/data";
import { counted } from "./Global";
import { type Counted, type Kpi, type Kpis, words } from "./types";
import { figure } from "./units";

const Link = ({ of, text }: { of: Counted; text: string }) => {
  const to = `/app/orders?${toQuery(of.filter)}`;
  return <a href={to} onClick={(e) => follow(e, to)}>{text}</a>;
};

/** Figures with their definitions in sight; each opens the orders it is made of. */
export function Figures({ data, only }: { data: Kpis; only: string[] }) {
  const shown = only.map((key) => data.items.find((i) => i.key === key)).filter((i): i is Kpi => i !== undefined);
  return (
    <>
      <div className="kpis">{shown.map((i) => <Tile key={i.key} kpi={i} />)}</div>
      <p className="soft">{t("refreshedAt", { t: when(data.at) })}</p>
    </>
  );
}

function Tile({ kpi }: { kpi: Kpi }) {
  const label = tl(words(kpi.label));
  const definition = tl(words(kpi.definition));
  const change = kpi.value !== null && kpi.value !== undefined && kpi.before !== null && kpi.before !== undefined ? kpi.value - kpi.before : 0;
  const good = change === 0 ? "" : (change > 0) === (kpi.better === "more") ? "good" : "bad";
  return (
    <section className="kpi" aria-label={label}>
      <h3>{label}</h3>
      <b>{figure(kpi.value, kpi.unit)}</b>
      {kpi.before !== null && kpi.before !== undefined && <span className={`change ${good}`}>{change > 0 ? "\u25b2" : change < 0 ? "\u25bc" : "\u25b6"} {t("comparedBefore", { value: figure(kpi.before, kpi.unit) })}</span>}
      <p className="behind">
        <Link of={kpi.orders} text={t("ordersBehind", { n: counted(kpi.orders) })} />
        {kpi.part && <Link of={kpi.part} text={t("partBehind", { n: counted(kpi.part) })} />}
      </p>
      <Tooltip title={definition}><p className="definition">{definition}</p></Tooltip>
    </section>
  );
}
