import { useEffect } from "react";
import { get } from "@api/client";
import type { OrderRow, Page } from "@api/types";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { neighbour } from "../../parts/around";
import { go } from "../../parts/data";
import { useKeys } from "../../parts/keys";
import { markSeen } from "../../parts/seen";

const look = (id: string) => void get<Page<OrderRow>>(`/orders?limit=1&id=${id}`).then((p) => p.items.forEach((o) => markSeen(o.id, o.version)), () => undefined);

/** On an order's own page: `]` goes on in the list one came from, and leaving it means having seen it as it then is. */
export default function Around({ id }: { id: string }) {
  const next = neighbour(id, 1);
  const previous = neighbour(id, -1);
  useEffect(() => {
    look(id);
    return () => look(id);
  }, [id]);
  useKeys([
    ...(next ? [{ id: "order.forth", keys: "]", words: t("keyNext"), run: () => go(`/app/orders/${next}`, true) }] : []),
    ...(previous ? [{ id: "order.back", keys: "[", words: t("keyPrevious"), run: () => go(`/app/orders/${previous}`, true) }] : []),
  ]);
  return null;
}
