import { LogoutOutlined, PlusOutlined, QuestionCircleOutlined, SearchOutlined, UserOutlined } from "@ant-design/icons";
import { App, Button, Tooltip } from "antd";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { remove } from "@api/client";
import type { Me } from "@api/types";
import "@i18n/areas/shell";
import { t, tl } from "@i18n/words";
import "./css/shell.css";
import { useAsked } from "./features/create/asked";
import { Bell } from "./features/shell/Bell";
import { Connection } from "./features/shell/Connection";
import { menu, open as mayOpen, PAGES } from "./features/shell/menu";
import { useOpen, useOpenOrders, useScroll } from "./features/shell/open";
import { viewAs, viewedAs } from "./features/shell/preview";
import { Rail } from "./features/shell/Rail";
import { Undo } from "./features/shell/Undo";
import { follow, go, may, useAddress } from "./parts/data";
import { useKeys, useQuiet } from "./parts/keys";
import { useTell } from "./parts/tell";

const Create = lazy(() => import("./features/create/Create"));
const palette = () => import("./features/shell/Palette");
const Palette = lazy(palette);
const Guide = lazy(() => import("./features/start/Guide"));
const Keys = lazy(() => import("./features/shell/Keys"));
const Strip = lazy(() => import("./features/shell/Strip"));
const idle = (run: () => void) => (window.requestIdleCallback ?? ((f: () => void) => setTimeout(f, 1_000)))(run);

/** The frame of every page: banner, palette, new order, notifications, menu by role, the orders that lie open. */
export function Shell({ person, children }: { person: Me; children: React.ReactNode }) {
  const address = useAddress();
  const { modal } = App.useApp();
  const tell = useTell();
  const [asked, askNew, asDone] = useAsked();
  const [asking, setAsking] = useState<boolean>();
  const content = useRef<HTMLElement>(null);
  const strip = useOpen().length > 0;
  const as = viewedAs();
  const here = address.pathname.split("/")[2] || "home";
  const help = `/app/help/${address.pathname.split("/")[3] && here === "orders" ? "order" : here}`;
  const ask = useCallback(() => setAsking(true), []);
  useOpenOrders(address.pathname);
  useScroll(content, address);
  useEffect(() => {
    if (document.activeElement === document.body) content.current?.focus({ preventScroll: true });
  }, [address.pathname]);
  useEffect(() => void idle(() => void palette().then(() => setAsking((is) => is ?? false))), []);
  useQuiet(!!asked || !!asking);
  useKeys([
    { id: "palette", keys: "mod+k", words: t("searchPalette"), inFields: true, everywhere: true, run: ask },
    { id: "palette.slash", keys: "/", words: t("searchPalette"), everywhere: true, run: ask },
    ...(may("order.create") ? [{ id: "new", keys: "c", words: t("newOrder"), everywhere: true, run: () => askNew() }] : []),
    ...PAGES.filter((p) => p.keys && mayOpen(p)).map((p) => ({ id: `go.${p.key}`, keys: p.keys ?? "", words: t("goTo", { page: t(p.key) }), everywhere: true, run: () => (p.outside ? location.assign(p.to) : go(p.to)) })),
    { id: "keys", keys: "?", words: t("shortcuts"), everywhere: true, run: () => void modal.info({ title: t("shortcuts"), icon: null, width: 560, content: <Suspense><Keys /></Suspense>, okText: t("ok") }) },
  ]);
  const leave = () => void remove("/sessions/current").then(() => { location.href = "/app"; }, tell);
  const banner = person.tenant_kind === "demo" ? t("demoBanner") : person.tenant_kind === "sandbox" ? t("sandboxBanner") : "";
  return (
    <div className="shell">
      <div className="banners">
        <a className="skip" href="#content">{t("skipToMain")}</a>
        {banner && <div className="banner"><span>{banner}</span></div>}
        {as && (
          <div className="banner as" role="status">
            <span>{t("viewingAs", { role: tl(person.role_labels[0] as { zh: string; en: string } | undefined, as) })}</span>
            <Button size="small" onClick={() => viewAs(undefined)}>{t("stopViewing")}</Button>
          </div>
        )}
      </div>
      <header className="top">
        <span className="brand">{t("app")}</span>
        <button type="button" className="ask" aria-keyshortcuts="Control+K" aria-haspopup="dialog" onClick={ask}>
          <SearchOutlined aria-hidden />
          <span className="cut">{t("searchPalette")}</span>
          <kbd aria-hidden>Ctrl K</kbd>
        </button>
        <span className="grow" />
        <Connection />
        {may("order.create") && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => askNew()} aria-label={t("newOrder")}>
            <span className="wide">{t("newOrder")}</span>
          </Button>
        )}
        {may("notification.view") && <Bell />}
        <Suspense><Guide /></Suspense>
        <Tooltip title={t("help")}>
          <Button aria-label={t("help")} icon={<QuestionCircleOutlined aria-hidden />} href={help} onClick={(e) => follow(e, help)} />
        </Tooltip>
        <Tooltip title={t("mySettings")}>
          <Button className="wide" icon={<UserOutlined aria-hidden />} href="/app/me" onClick={(e) => follow(e, "/app/me")} aria-label={`${t("mySettings")} ${person.name}`}>{person.name}</Button>
        </Tooltip>
        <Tooltip title={t("logout")}>
          <Button className="wide" aria-label={t("logout")} icon={<LogoutOutlined aria-hidden />} onClick={leave} />
        </Tooltip>
      </header>
      <Rail address={address} help={help} leave={leave} key={menu().map((p) => p.key).join()} />
      {strip && <Suspense fallback={<div className="strip-room" />}><Strip pathname={address.pathname} /></Suspense>}
      <main id="content" ref={content} tabIndex={-1}>{children}</main>
      <Undo />
      {asked && <Suspense><Create key={asked.blueprint ?? ""} blueprint={asked.blueprint} close={asDone} /></Suspense>}
      {asking !== undefined && <Suspense><Palette shown={asking} close={() => setAsking(false)} /></Suspense>}
    </div>
  );
}
