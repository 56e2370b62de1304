import { AppstoreOutlined, BellOutlined, BulbOutlined, HomeOutlined, LogoutOutlined, PartitionOutlined, PlusOutlined, ProjectOutlined, TeamOutlined, UnorderedListOutlined } from "@ant-design/icons";
import { App, Badge, Button, Select, Tooltip } from "antd";
import { useEffect, useRef, useState } from "react";
import { get, remove } from "@api/client";
import type { Me, OrderRow, Page } from "@api/types";
import { locale, setLocale, t } from "@i18n/words";
import { typing } from "@ui/format";
import { Create } from "./features/Create";
import { follow, go, may, useAddress } from "./parts/data";

const MENU = [
  { to: "/app/home", key: "home", icon: <HomeOutlined />, needs: "order.view" },
  { to: "/app/orders", key: "orders", icon: <UnorderedListOutlined />, needs: "order.view" },
  { to: "/app/board", key: "board", icon: <ProjectOutlined />, needs: "board.view" },
  { to: "/app/customers", key: "customers", icon: <TeamOutlined />, needs: "customer.view" },
  { to: "/app/engineers", key: "engineers", icon: <AppstoreOutlined />, needs: "workforce.view" },
  { to: "/app/blueprints", key: "blueprints", icon: <PartitionOutlined />, needs: "blueprint.view" },
  { to: "/app/inbox", key: "inbox", icon: <BellOutlined />, needs: "notification.view" },
] as const;

/** The frame of every page: rail by role, search, new order, notifications. */
export function Shell({ person, dark, toggle, children }: { person: Me; dark: boolean; toggle: () => void; children: React.ReactNode }) {
  const address = useAddress();
  const { modal } = App.useApp();
  const [creating, setCreating] = useState(false);
  const [unread, setUnread] = useState(0);
  const search = useRef<{ focus: () => void }>(null);
  useEffect(() => {
    const read = () => get<{ unread: number }>("/notifications/count").then((n) => setUnread(n.unread), () => undefined);
    void read();
    const timer = setInterval(read, 15_000);
    return () => clearInterval(timer);
  }, [address.pathname]);
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        search.current?.focus();
      }
      if (typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key.toLowerCase() === "c" && may("order.create")) {
        event.preventDefault();
        setCreating(true);
      }
      if (event.key === "?") modal.info({ title: t("shortcuts"), content: t("shortcutsText") });
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  }, [modal]);
  const leave = async () => {
    await remove("/sessions/current");
    location.href = "/app";
  };
  const other = () => {
    setLocale(locale() === "en" ? "zh" : "en");
    location.reload();
  };
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t("skipToMain")}
      </a>
      <div className={person.tenant_kind === "real" ? "" : "banner"}>{person.tenant_kind === "demo" ? t("demoBanner") : person.tenant_kind === "sandbox" ? t("sandboxBanner") : ""}</div>
      <header className="top">
        <span className="brand">{t("app")}</span>
        <Search handle={search} />
        <span className="grow" />
        {may("order.create") && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)} aria-label={t("newOrder")}>
            <span className="wide">{t("newOrder")}</span>
          </Button>
        )}
        <Badge count={unread} size="small">
          <Button aria-label={t("inbox")} icon={<BellOutlined />} onClick={() => go("/app/inbox")} />
        </Badge>
        <Tooltip title={t("theme")}>
          <Button aria-label={t("theme")} aria-pressed={dark} icon={<BulbOutlined />} onClick={toggle} />
        </Tooltip>
        <Button className="wide" onClick={other}>
          {t("language")}
        </Button>
        <span className="wide soft">{person.name}</span>
        <Tooltip title={t("logout")}>
          <Button aria-label={t("logout")} icon={<LogoutOutlined />} onClick={leave} />
        </Tooltip>
      </header>
      <nav className="rail" aria-label={t("mainMenu")}>
        {MENU.filter((m) => may(m.needs)).map((m) => (
          <a key={m.to} href={m.to} onClick={(e) => follow(e, m.to)} aria-current={address.pathname.startsWith(m.to) ? "page" : undefined}>
            {m.icon}
            {t(m.key)}
          </a>
        ))}
      </nav>
      <main id="content">{children}</main>
      {creating && <Create close={() => setCreating(false)} />}
    </div>
  );
}

/** Orders by number, phone tail or words. */
function Search({ handle }: { handle: React.Ref<{ focus: () => void }> }) {
  const [found, setFound] = useState<OrderRow[]>([]);
  const turn = useRef(0);
  const ask = (text: string) => {
    const mine = ++turn.current;
    setTimeout(() => {
      if (mine !== turn.current) return;
      if (!text.trim()) return setFound([]);
      void get<Page<OrderRow>>(`/orders/search?q=${encodeURIComponent(text.trim())}&limit=10`).then((p) => mine === turn.current && setFound(p.items));
    }, 150);
  };
  return (
    <Select
      ref={handle as never}
      showSearch={{ filterOption: false, onSearch: ask }}
      value={null}
      placeholder={`${t("search")}  Ctrl+K`}
      aria-label={t("searchPalette")}
      style={{ width: 360, maxWidth: "46vw" }}
      notFoundContent={null}
      suffixIcon={null}
      onSelect={(id: string | null) => id && go(`/app/orders/${id}`)}
      options={found.map((o) => ({ value: o.id, label: `${o.number}  ${o.title}` }))}
    />
  );
}
