import { AppstoreOutlined, BellOutlined, BulbOutlined, HomeOutlined, LogoutOutlined, MenuOutlined, PartitionOutlined, PlusOutlined, ProjectOutlined, TeamOutlined, UnorderedListOutlined } from "@ant-design/icons";
import { App, Badge, Button, Select, Tooltip } from "antd";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { get, remove } from "@api/client";
import type { Me, OrderRow, Page } from "@api/types";
import { locale, setLocale, t } from "@i18n/words";
import { follow, go, may, READ, useAddress } from "./parts/data";
import { keysOf, keyWords, useKeys, useShortcuts } from "./parts/keys";
import { useTell, words } from "./parts/tell";

const Create = lazy(() => import("./features/create/Create"));
const Guide = lazy(() => import("./features/start/Guide"));
const MENU = [
  { to: "/app/home", key: "home", icon: <HomeOutlined aria-hidden />, needs: "order.view" },
  { to: "/app/orders", key: "orders", icon: <UnorderedListOutlined aria-hidden />, needs: "order.view" },
  { to: "/app/board", key: "board", icon: <ProjectOutlined aria-hidden />, needs: "board.view" },
  { to: "/app/customers", key: "customers", icon: <TeamOutlined aria-hidden />, needs: "customer.view" },
  { to: "/app/engineers", key: "engineers", icon: <AppstoreOutlined aria-hidden />, needs: "workforce.view" },
  { to: "/app/blueprints", key: "blueprints", icon: <PartitionOutlined aria-hidden />, needs: "blueprint.view" },
  { to: "/app/inbox", key: "inbox", icon: <BellOutlined aria-hidden />, needs: "notification.view" },
] as const;
const ON_PHONE = 4;

/** The frame of every page: rail by role, search, new order, notifications. On a phone: four entries below, the others behind "more". */
export function Shell({ person, dark, toggle, children }: { person: Me; dark: boolean; toggle: () => void; children: React.ReactNode }) {
  const address = useAddress();
  const { modal } = App.useApp();
  const tell = useTell();
  const [creating, setCreating] = useState(false);
  const [unread, setUnread] = useState(0);
  const search = useRef<{ focus: () => void }>(null);
  const more = useRef<HTMLDetailsElement>(null);
  const content = useRef<HTMLElement>(null);
  useEffect(() => {
    const read = () => get<{ unread: number }>("/notifications/count").then((n) => setUnread(n.unread), () => undefined);
    void read();
    const timer = setInterval(read, 15_000);
    window.addEventListener(READ, read);
    return () => {
      clearInterval(timer);
      window.removeEventListener(READ, read);
    };
  }, []);
  useEffect(() => {
    more.current?.removeAttribute("open");
    if (document.activeElement === document.body) content.current?.focus({ preventScroll: true });
  }, [address.pathname]);
  useKeys([
    { id: "search", keys: "mod+k", words: t("searchPalette"), inFields: true, run: () => search.current?.focus() },
    ...(may("order.create") ? [{ id: "new", keys: "c", words: t("newOrder"), run: () => setCreating(true) }] : []),
    { id: "keys", keys: "?", words: t("shortcuts"), run: () => modal.info({ title: t("shortcuts"), content: <ShortcutList />, okText: t("ok") }) },
  ]);
  useEffect(() => {
    const shut = (event: KeyboardEvent) => event.key === "Escape" && more.current?.removeAttribute("open");
    window.addEventListener("keydown", shut);
    return () => window.removeEventListener("keydown", shut);
  }, []);
  const leave = () => remove("/sessions/current").then(() => { location.href = "/app"; }, tell);
  const other = () => {
    setLocale(locale() === "en" ? "zh" : "en");
    location.reload();
  };
  const entries = MENU.filter((m) => may(m.needs));
  const link = (m: (typeof MENU)[number], name = "") => (
    <a key={m.to} className={name} href={m.to} onClick={(e) => follow(e, m.to)} aria-current={address.pathname.startsWith(m.to) ? "page" : undefined}>
      {m.icon}
      {t(m.key)}
    </a>
  );
  const banner = person.tenant_kind === "demo" ? t("demoBanner") : person.tenant_kind === "sandbox" ? t("sandboxBanner") : "";
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t("skipToMain")}
      </a>
      <div className={banner ? "banner" : ""}>{banner && <span>{banner}</span>}</div>
      <header className="top">
        <span className="brand">{t("app")}</span>
        <Search handle={search} />
        <span className="grow" />
        {may("order.create") && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)} aria-label={t("newOrder")}>
            <span className="wide">{t("newOrder")}</span>
          </Button>
        )}
        {may("notification.view") && (
          <Badge count={unread} size="small" overflowCount={9999} offset={[-4, 2]}>
            <Button aria-label={unread ? `${t("inbox")} ${unread}` : t("inbox")} icon={<BellOutlined aria-hidden />} onClick={() => go("/app/inbox")} />
          </Badge>
        )}
        <Suspense><Guide /></Suspense>
        <Tooltip title={t("theme")}>
          <Button className="wide" aria-label={t("theme")} aria-pressed={dark} icon={<BulbOutlined aria-hidden />} onClick={toggle} />
        </Tooltip>
        <Button className="wide" onClick={other}>
          {t("language")}
        </Button>
        <span className="wide soft">{person.name}</span>
        <Tooltip title={t("logout")}>
          <Button className="wide" aria-label={t("logout")} icon={<LogoutOutlined aria-hidden />} onClick={() => void leave()} />
        </Tooltip>
      </header>
      <nav className="rail" aria-label={t("mainMenu")}>
        {entries.map((m, i) => link(m, i < ON_PHONE ? "" : "later"))}
        <details ref={more}>
          <summary><MenuOutlined aria-hidden />{t("more")}</summary>
          <div className="sheet">
            {entries.slice(ON_PHONE).map((m) => link(m))}
            <button type="button" aria-pressed={dark} onClick={toggle}><BulbOutlined aria-hidden />{t("theme")}</button>
            <button type="button" onClick={other}>{t("language")}</button>
            <button type="button" onClick={() => void leave()}><LogoutOutlined aria-hidden />{t("logout")} · {person.name}</button>
          </div>
        </details>
      </nav>
      <main id="content" ref={content} tabIndex={-1}>{children}</main>
      {creating && <Suspense><Create close={() => setCreating(false)} /></Suspense>}
    </div>
  );
}

function ShortcutList() {
  const all = useShortcuts();
  return (
    <table className="list">
      <tbody>{all.map((s) => <tr key={s.id}><th scope="row">{s.words}</th><td>{keysOf(s).map(keyWords).join(" / ")}</td></tr>)}</tbody>
    </table>
  );
}

/** Orders by number, phone tail or words. */
function Search({ handle }: { handle: React.Ref<{ focus: () => void }> }) {
  const [found, setFound] = useState<OrderRow[]>([]);
  const [said, setSaid] = useState("");
  const turn = useRef(0);
  const ask = (text: string) => {
    const mine = ++turn.current;
    setSaid("");
    setTimeout(() => {
      if (mine !== turn.current) return;
      if (!text.trim()) return setFound([]);
      get<Page<OrderRow>>(`/orders/search?q=${encodeURIComponent(text.trim())}&limit=10`).then(
        (p) => {
          if (mine !== turn.current) return;
          setFound(p.items);
          setSaid(p.items.length ? "" : t("nothingFound"));
        },
        (error: unknown) => setSaid(words(error)),
      );
    }, 150);
  };
  return (
    <Select
      ref={handle as never}
      className="search"
      showSearch={{ filterOption: false, onSearch: ask }}
      value={null}
      placeholder={`${t("search")}  Ctrl+K`}
      aria-label={t("searchPalette")}
      notFoundContent={said || null}
      suffixIcon={null}
      popupMatchSelectWidth={false}
      onSelect={(id: string | null) => id && go(`/app/orders/${id}`)}
      options={found.map((o) => ({ value: o.id, label: `${o.number}  ${o.title}` }))}
    />
  );
}
