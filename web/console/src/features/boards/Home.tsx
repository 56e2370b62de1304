import type { Card, Label } from "@api/types";
import "@i18n/areas/board";
import { t, tl } from "@i18n/words";
import { toQuery } from "@ui/format";
import { follow, me, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { OrderTable } from "../list/OrderTable";

/** The figures of my role; each opens the list behind it. */
export default function Home() {
  const cards = useGet<Card[]>("/home");
  const engineer = me()?.roles.some((r) => r === "engineer" || r === "partner");
  const filters: Record<string, string> = engineer ? { assignee_id: "me", family: "waiting,working" } : { open: "true" };
  const sort = engineer ? "due" : "-created";
  const all = `/app/orders?${toQuery({ ...filters, sort: engineer ? sort : "" })}`;
  return (
    <>
      <h1>
        {t("home")} · {tl(me()?.role_labels[0] as unknown as Label | undefined)}
      </h1>
      <Waiting of={cards}>
        {(found) => (
          <div className="cards">
            {found.map((card) => {
              const to = `/app/orders?${toQuery(card.filter)}`;
              return (
                <a key={card.key} className={`figure ${card.key === "breached" && card.count ? "alert" : ""}`} href={to} onClick={(e) => follow(e, to)}>
                  <b>
                    {card.count}
                    {card.capped ? "+" : ""}
                  </b>
                  {tl(card.label as unknown as Label)}
                </a>
              );
            })}
          </div>
        )}
      </Waiting>
      {engineer && <p><a href="/field">{t("fieldPage")}</a></p>}
      <div className="row"><h2 className="part">{engineer ? t("mine") : t("newest")}</h2><a href={all} onClick={(e) => follow(e, all)}>{t("all")}</a></div>
      <OrderTable filters={filters} sort={sort} limit={12} empty={engineer ? <p>{t("noJobs")}</p> : undefined} />
    </>
  );
}
