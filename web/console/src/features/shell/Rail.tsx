import { LogoutOutlined, MenuFoldOutlined, MenuOutlined, MenuUnfoldOutlined, QuestionCircleOutlined, SettingOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import { useEffect, useRef } from "react";
import type { ViewOut } from "@api/types";
import "@i18n/areas/shell";
import { t } from "@i18n/words";
import { toQuery } from "@ui/format";
import { follow, may, useGet } from "../../parts/data";
import { usePref } from "../../parts/prefs";
import { menu, type PageEntry } from "./menu";
import { openPath, useOpen } from "./open";

const ON_PHONE = 4;
const MOST_VIEWS = 8;
const viewPath = (v: ViewOut) => `/app/orders?${toQuery({ ...v.filters, sort: v.sort })}`;

/** The main menu: what this person's roles live in, shared views below. On a phone four entries, the others behind "more". */
export function Rail({ address, help, leave }: { address: URL; help: string; leave: () => void }) {
  const [thin, fold] = usePref("rail.thin", false);
  const open = useOpen();
  const more = useRef<HTMLDetailsElement>(null);
  const views = useGet<ViewOut[]>(may("order.view") ? "/views" : null);
  const shared = (views.data ?? []).filter((v) => v.scope !== "personal").slice(0, MOST_VIEWS);
  const entries = menu();
  useEffect(() => void more.current?.removeAttribute("open"), [address.href]);
  const shut = (e: React.KeyboardEvent) => {
    if (e.key !== "Escape" || !more.current?.open) return;
    more.current.removeAttribute("open");
    more.current.querySelector("summary")?.focus();
  };
  const on = (to: string) => address.pathname === to || address.pathname.startsWith(`${to}/`);
  const link = (p: PageEntry, name = "") => {
    const a = (
      <a key={p.key} className={name} href={p.to} onClick={(e) => !p.outside && follow(e, p.to)} aria-current={on(p.to) ? "page" : undefined}>
        {p.icon}
        <span className="say">{t(p.key)}</span>
      </a>
    );
    return thin ? <Tooltip key={p.key} title={t(p.key)} placement="right">{a}</Tooltip> : a;
  };
  const view = (v: ViewOut) => <a key={v.id} className="team" href={viewPath(v)} onClick={(e) => follow(e, viewPath(v))} aria-current={address.pathname + address.search === viewPath(v) ? "page" : undefined}><span className="cut">{v.name}</span></a>;
  const plain = (to: string, words: string, icon?: React.ReactNode) => <a key={to} href={to} onClick={(e) => follow(e, to)}>{icon}<span className="cut">{words}</span></a>;
  return (
    <nav className={`rail${thin ? " thin" : ""}`} aria-label={t("mainMenu")}>
      {entries.map((p, i) => link(p, i < ON_PHONE ? "" : "later"))}
      {shared.length > 0 && <h2>{t("teamViews")}</h2>}
      {shared.map(view)}
      <button type="button" className="fold" aria-expanded={!thin} aria-label={thin ? t("unfoldMenu") : t("foldMenu")} onClick={() => fold(!thin)}>
        {thin ? <MenuUnfoldOutlined aria-hidden /> : <MenuFoldOutlined aria-hidden />}
        <span className="say">{t("foldMenu")}</span>
      </button>
      <details ref={more} onKeyDown={shut}>
        <summary><MenuOutlined aria-hidden />{t("more")}</summary>
        <div className="sheet">
          {entries.slice(ON_PHONE).map((p) => <a key={p.key} href={p.to} onClick={(e) => !p.outside && follow(e, p.to)} aria-current={on(p.to) ? "page" : undefined}>{p.icon}{t(p.key)}</a>)}
          {plain("/app/me", t("mySettings"), <SettingOutlined aria-hidden />)}
          {plain(help, t("help"), <QuestionCircleOutlined aria-hidden />)}
          <button type="button" onClick={leave}><LogoutOutlined aria-hidden />{t("logout")}</button>
          {shared.length > 0 && <h2>{t("teamViews")}</h2>}
          {shared.map(view)}
          {open.length > 0 && <h2>{t("openOrders")}</h2>}
          {open.map((o) => plain(openPath(o.id), `${o.number} ${o.title}`))}
        </div>
      </details>
    </nav>
  );
}
