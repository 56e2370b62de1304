import { lazy, Suspense } from "react";
import { t } from "@i18n/words";
import { useAddress } from "./parts/data";

const Home = lazy(() => import("./features/Home"));
const Orders = lazy(() => import("./features/Orders"));
const Order = lazy(() => import("./features/Order"));
const Board = lazy(() => import("./features/Board"));
const Blueprints = lazy(() => import("./features/Blueprints"));
const Customers = lazy(() => import("./features/Customers"));
const Engineers = lazy(() => import("./features/Engineers"));
const Inbox = lazy(() => import("./features/Inbox"));

export default function Pages() {
  const { pathname } = useAddress();
  const [, , page, id] = pathname.split("/");
  const shown =
    page === "orders" && id ? <Order id={id} key={id} />
    : page === "orders" ? <Orders />
    : page === "board" ? <Board />
    : page === "blueprints" ? <Blueprints name={id} />
    : page === "customers" ? <Customers id={id} />
    : page === "engineers" ? <Engineers />
    : page === "inbox" ? <Inbox />
    : <Home />;
  return <Suspense fallback={<p>{t("loading")}</p>}>{shown}</Suspense>;
}
