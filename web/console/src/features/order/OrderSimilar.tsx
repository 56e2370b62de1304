import { Button } from "antd";
import type { SimilarList } from "@api/generated/types.gen";
import type { Label, OrderDetail, OrderRow } from "@api/types";
import "@i18n/areas/order";
import { t, tl } from "@i18n/words";
import { full } from "@ui/format";
import { OrderLine } from "@ui/order";
import { follow, may, useGet } from "../../parts/data";
import { draft, keep } from "../../parts/drafts";
import { Waiting } from "../../parts/states";
import type { Written } from "./Composer";

/** Orders like this one and how they were solved; the words go into the reply. */
export default function SimilarOrders({ o }: { o: OrderDetail }) {
  const found = useGet<SimilarList>(`/orders/${o.id}/similar?limit=10`);
  const insert = (words: string) => {
    const now = draft<Written>(`talk.${o.id}`);
    keep(`talk.${o.id}`, { internal: !may("order.comment"), files: [], mentions: [], ...now, text: now?.text ? `${now.text}\n${words}` : words });
  };
  return (
    <Waiting of={found}>
      {({ items }) =>
        items.length === 0 ? <p className="soft">{t("noSimilar")}</p> : (
          <>
            {items.map((x) => {
              const solved = x.resolution;
              const lines = solved ? [...solved.fields.map((f) => `${tl(f.label as Label)}${t("colon")}${String(f.value)}`), solved.note].filter(Boolean) : [];
              return (
                <div key={x.id} className="similar">
                  <OrderLine o={{ ...(x as unknown as OrderRow), waiting_on: null }} open={follow} />
                  <p className="soft small">{tl(x.why as unknown as Label)}</p>
                  {lines.length > 0 && (
                    <div className="solved">
                      <p>{lines.join("\n")}</p>
                      <div className="between"><span className="soft small">{solved?.by_name} {full(solved?.at ?? null)}</span>{(may("order.comment") || may("order.note")) && <Button size="small" onClick={() => insert(lines.join("\n"))}>{t("intoReply")}</Button>}</div>
                    </div>
                  )}
                </div>
              );
            })}
          </>
        )
      }
    </Waiting>
  );
}
