import { useEffect } from "react";
import { get } from "@api/client";
import type { OrderRow, Page } from "@api/types";
import { markSeen } from "../../parts/seen";

const look = (id: string) => void get<Page<OrderRow>>(`/orders?limit=1&id=${id}`).then((p) => p.items.forEach((o) => markSeen(o.id, o.version)), () => undefined);

/** On an order's own page: leaving it means having seen it as it then is. */
export default function Seen({ id }: { id: string }) {
  useEffect(() => {
    look(id);
    return () => look(id);
  }, [id]);
  return null;
}
