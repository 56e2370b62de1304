import { lazy, Suspense, useEffect } from "react";
import { type Key, t } from "@i18n/words";
import { Broken } from "./parts/broken";
import { follow, useAddress } from "./parts/data";

const Home = lazy(() => import("./features/boards/Home"));
const Orders = lazy(() => import("./features/list/Orders"));
const Order = lazy(() => import("./features/order/Order"));
const Board = lazy(() => import("./features/boards/Board"));
const Blueprints = lazy(() => import("./features/blueprints/Blueprints"));
const Customers = lazy(() => import("./features/masters/Customers"));
const Engineers = lazy(() => import("./features/masters/Engineers"));
const Help = lazy(() => import("./features/help/Help"));
const Start = lazy(() => import("./features/start/Start"));
const Changes = lazy(() => import("./features/help/Changes"));
const Inbox = lazy(() => import("./features/shell/Inbox"));
const TITLES = new Set(["home", "orders", "board", "blueprints", "customers", "engineers", "inbox"]);

const Nowhere = () => (
  <div className="panel empty">
    <h1>{t("nowhere")}</h1>
    <p><a href="/app/home" onClick={(e) => follow(e, "/app/home")}>{t("home")}</a></p>
  </div>
);

export default function Pages() {
  const { pathname } = useAddress();
  const [, , page = "", id] = pathname.split("/");
  useEffect(() => {
    document.title = `${TITLES.has(page) ? t(page as Key) : t("home")} · ${t("app")}`;
  }, [page, id]);
  const shown =
    page === "orders" && id ? <Order id={id} key={id} />
    : page === "orders" ? <Orders />
    : page === "board" ? <Board />
    : page === "blueprints" ? <Blueprints name={id} key={id ?? ""} />
    : page === "customers" ? <Customers id={id} key={id ?? ""} />
    : page === "engineers" ? <Engineers />
    : page === "inbox" ? <Inbox />
    : page === "help" ? <Help name={id} key={id ?? ""} />
    : page === "start" ? <Start part={id} key={id ?? ""} />
    : page === "changes" ? <Changes />
    : page === "" || page === "home" ? <Home />
    : <Nowhere />;
  return <Broken at={pathname} key={page}><Suspense fallback={<p>{t("loading")}</p>}>{shown}</Suspense></Broken>;
}
