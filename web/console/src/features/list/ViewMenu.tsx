import { DeleteOutlined, EditOutlined, EyeInvisibleOutlined, StarFilled, StarOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useEffect, useRef, useState } from "react";
import type { ViewOut } from "@api/types";
import "@i18n/areas/list";
import { type Key, t } from "@i18n/words";
import { toQuery } from "@ui/format";
import { go, useGet } from "../../parts/data";
import { useTell } from "../../parts/tell";
import type { Filters } from "./address";
import { shippedWords } from "./shipped";
import { shippedAddress, viewAddress, type ViewsState } from "./views";

const SCOPES: [string, Key][] = [["personal", "viewsMine"], ["team", "viewsTeam"], ["global", "viewsGlobal"]];

/** All views in groups, each with how many orders it has now; the ones of the product can be hidden, one's own renamed and deleted. */
export default function ViewMenu({ views, close }: { views: ViewsState; close: () => void }) {
  const tell = useTell();
  const box = useRef<HTMLDivElement>(null);
  const [renaming, setRenaming] = useState("");
  useEffect(() => void box.current?.querySelector<HTMLElement>("a")?.focus(), []);
  const to = (event: React.MouseEvent, address: string) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    close();
    go(address);
  };
  const star = (id: string, name: string) => (
    <Button size="small" type="text" aria-pressed={views.standard === id} aria-label={t("viewDefault", { name })} title={t("viewDefault", { name })} icon={views.standard === id ? <StarFilled aria-hidden /> : <StarOutlined aria-hidden />} onClick={() => views.setStandard(views.standard === id ? "" : id)} />
  );
  const line = (id: string, name: string, address: string, filters: Filters, rest: React.ReactNode) => (
    <li key={id} className="between">
      <a href={address} aria-current={views.on?.id === id || views.built?.id === id ? "true" : undefined} onClick={(e) => to(e, address)}>{name} <Count filters={filters} /></a>
      <span className="row tight">{star(id, name)}{rest}</span>
    </li>
  );
  const own = (v: ViewOut) =>
    renaming === v.id ? (
      <li key={v.id}><Input size="small" autoFocus aria-label={t("viewName")} defaultValue={v.name} maxLength={100} onBlur={() => setRenaming("")} onKeyDown={(e) => e.key === "Escape" && (e.stopPropagation(), setRenaming(""))}
        onPressEnter={(e) => { const name = e.currentTarget.value.trim(); setRenaming(""); if (name && name !== v.name) void views.rename(v, name).catch(tell); }} /></li>
    ) : line(v.id, v.name, viewAddress(v), v.filters, views.mine(v) && (
      <>
        <Button size="small" type="text" aria-label={t("renameView", { name: v.name })} title={t("renameView", { name: v.name })} icon={<EditOutlined aria-hidden />} onClick={() => setRenaming(v.id)} />
        <Button size="small" type="text" aria-label={t("deleteView", { name: v.name })} title={t("deleteView", { name: v.name })} icon={<DeleteOutlined aria-hidden />} onClick={() => { close(); void views.erase(v).catch(tell); }} />
      </>
    ));
  const shown = views.shipped.filter((v) => !views.hidden.includes(v.id));
  return (
    <div ref={box} className="view-menu" role="dialog" aria-label={t("views")} onKeyDown={(e) => e.key === "Escape" && close()}>
      <h2>{t("viewsShipped")}</h2>
      <ul>
        {line("all", t("viewAll"), "/app/orders?v=all", {}, null)}
        {shown.map((v) => line(v.id, shippedWords(v), shippedAddress(v.id), v.filters, <Button size="small" type="text" aria-label={t("hideView", { name: shippedWords(v) })} title={t("hideView", { name: shippedWords(v) })} icon={<EyeInvisibleOutlined aria-hidden />} onClick={() => views.setHidden([...views.hidden, v.id])} />))}
      </ul>
      {views.hidden.length > 0 && <Button size="small" type="link" onClick={() => views.setHidden([])}>{t("showHidden", { n: views.hidden.length })}</Button>}
      {SCOPES.map(([scope, words]) => {
        const some = views.list.filter((v) => v.scope === scope);
        return some.length > 0 && <div key={scope}><h2>{t(words)}</h2><ul>{some.map(own)}</ul></div>;
      })}
    </div>
  );
}

/** How many orders a view has, when it is known: the menu never waits for it. */
function Count({ filters }: { filters: Filters }) {
  const count = useGet<{ count: number; capped: boolean }>(`/orders/count?${toQuery(filters)}`);
  return <span className="soft">{count.data ? `${count.data.count.toLocaleString("en")}${count.data.capped ? "+" : ""}` : ""}</span>;
}
