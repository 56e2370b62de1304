import { type RefSelectProps, Select } from "antd";
import { useEffect, useRef, useState } from "react";
import type { OrderRow, Page } from "@api/types";
import "@i18n/areas/order";
import { t, tl } from "@i18n/words";
import { useGet } from "../../parts/data";
import { words } from "../../parts/tell";

/** Choose another order by number, phone tail or words; `offered` stand there before anything is typed. */
export function PickOrder({ but, value, offered = [], focus = false, onChange }: { but: string; value: string | undefined; offered?: { id: string; number: string; title: string | null }[]; focus?: boolean; onChange: (id: string) => void }) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), 150);
    return () => clearTimeout(timer);
  }, [text]);
  const box = useRef<RefSelectProps>(null);
  useEffect(() => { if (focus) box.current?.focus(); }, [focus]);
  const found = useGet<Page<OrderRow>>(asked ? `/orders/search?limit=10&q=${encodeURIComponent(asked)}` : null);
  const rows = asked ? (found.data?.items ?? []).map((x) => ({ id: x.id, number: x.number, title: `${x.title} · ${tl(x.state_label, x.state)}` })) : offered;
  return (
    <Select
      ref={box} showSearch={{ filterOption: false, onSearch: setText }} aria-label={t("whichOrder")} placeholder={t("whichOrder")} style={{ width: "100%" }} value={value ?? null} loading={found.loading}
      onChange={(id: string | null) => id && onChange(id)} options={rows.filter((x) => x.id !== but).map((x) => ({ value: x.id, label: `${x.number}  ${x.title ?? ""}` }))}
      notFoundContent={found.error ? words(found.error) : asked && !found.loading ? t("nothingFound") : t("typeNumber")}
    />
  );
}
