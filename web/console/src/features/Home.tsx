import type { Card } from "@api/types";
import { t, tl } from "@i18n/words";
import { toQuery } from "@ui/format";
import { follow, me, useGet } from "../parts/data";
import { Waiting } from "../parts/states";
import { OrderTable } from "./OrderTable";

/** The figures of my role; each opens the list behind it. */
export default function Home() {
  const cards = useGet<Card[]>("/home");
  const engineer = me()?.roles.some((r) => r === "engineer" || r === "partner");
  return (
    <>
      <h1>
        {t("home")} · {tl(me()?.role_labels[0] as { zh: string; en: string } | undefined)}
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
                  {tl(card.label as { zh: string; en: string })}
                </a>
              );
            })}
          </div>
        )}
      </Waiting>
      <h2 style={{ fontSize: 16 }}>{engineer ? t("mine") : t("newest")}</h2>
      <OrderTable filters={engineer ? { assignee_id: "me", open: "true" } : { open: "true" }} limit={12} />
    </>
  );
}
