import { lazy, Suspense, useEffect } from "react";
import { type Key, t } from "@i18n/words";
import { Broken } from "./parts/broken";
import { follow, useAddress } from "./parts/data";

const Home = lazy(() => import("./features/boards/Home"));
const Orders = lazy(() => import("./features/list/Orders"));
const Seen = lazy(() => import("./features/list/Seen"));
const Order = lazy(() => import("./features/order/Order"));
const Replies = lazy(() => import("./features/order/Replies"));
const Board = lazy(() => import("./features/boards/Board"));
const Blueprints = lazy(() => import("./features/blueprints/Blueprints"));
const Customers = lazy(() => import("./features/masters/Customers"));
const Engineers = lazy(() => import("./features/masters/Engineers"));
const Help = lazy(() => import("./features/help/Help"));
const Start = lazy(() => import("./features/start/Start"));
const Changes = lazy(() => import("./features/help/Changes"));
const Inbox = lazy(() => import("./features/shell/Inbox"));
const Mine = lazy(() => import("./features/shell/Me"));
const TITLES = new Map<string, Key>([...["home", "orders", "board", "blueprints", "customers", "engineers", "inbox"].map((k): [string, Key] => [k, k as Key]), ["me", "mySettings"], ["replies", "savedReplies"], ["help", "help"], ["changes", "changes"]]);

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
    document.title = `${t(TITLES.get(page) ?? "home")} · ${t("app")}`;
  }, [page, id]);
  const shown =
    page === "orders" && id ? <><Order id={id} key={id} /><Suspense><Seen id={id} /></Suspense></>
    : page === "orders" ? <Orders />
    : page === "replies" ? <Replies />
    : page === "board" ? <Board />
    : page === "blueprints" ? <Blueprints name={id} key={id ?? ""} />
    : page === "customers" ? <Customers id={id} key={id ?? ""} />
    : page === "engineers" ? <Engineers />
    : page === "inbox" ? <Inbox />
    : page === "help" ? <Help name={id} key={id ?? ""} />
    : page === "start" ? <Start part={id} key={id ?? ""} />
    : page === "changes" ? <Changes />
    : page === "me" ? <Mine />
    : page === "" || page === "home" ? <Home />
    : <Nowhere />;
  return <Broken at={pathname} key={page}><Suspense fallback={<p>{t("loading")}</p>}>{shown}</Suspense></Broken>;
}
