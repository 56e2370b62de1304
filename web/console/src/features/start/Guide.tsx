import { CompassOutlined } from "@ant-design/icons";
import { Badge, Button, Dropdown } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { get } from "@api/client";
import type { StartOut } from "@api/generated/types.gen";
import "@i18n/areas/help";
import "@i18n/areas/start";
import "../../css/start.css";
import { t } from "@i18n/words";
import { go, may, useAddress } from "../../parts/data";
import { useOrderEvents } from "../../parts/live";
import { usePref } from "../../parts/prefs";
import { newest } from "../help/news";
import { walked } from "./steps";
import { read, useTour } from "./tour";

const Tour = lazy(() => import("./Tour"));
const Feedback = lazy(() => import("./Feedback"));
const EVERY = 5_000;

/** In the top bar: the way to the first steps and to feedback. Brings an administrator of an empty company to the first run. */
export default function Guide() {
  const { pathname, search } = useAddress();
  const [asking, setAsking] = useState(false);
  const tour = useTour();
  const open = tour?.state === "open";
  const again = () => void read().catch(() => undefined);
  useEffect(() => walked(pathname + search), [pathname, search]);
  useEffect(again, [pathname]);
  useOrderEvents(() => { if (open) again(); });
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(() => { if (!document.hidden) again(); }, EVERY);
    return () => clearInterval(timer);
  }, [open]);
  useEffect(() => {
    if (!may("onboarding.manage") || !/^\/app(\/home)?\/?$/.test(pathname)) return;
    get<StartOut>("/onboarding").then((s) => { if (s.first) go("/app/start", true); }, () => undefined);
  }, []);
  const [begun] = usePref("start.seen", false);
  const [known] = usePref("changes.seen", "");
  const told = known === newest();
  const fresh = (words: string, seen: boolean) => (seen ? words : `${words} · ${t("newHere")}`);
  const items = [
    { key: "start", label: fresh(t("startTitle"), begun), onClick: () => go("/app/start") },
    { key: "feedback", label: t("feedback"), onClick: () => setAsking(true) },
    { key: "changes", label: fresh(t("changes"), told), onClick: () => go("/app/changes") },
  ];
  return (
    <>
      <Dropdown menu={{ items }} trigger={["click"]} autoFocus>
        <Badge dot={!begun || !told} offset={[-4, 4]}>
          <Button aria-label={fresh(t("guide"), begun && told)} icon={<CompassOutlined aria-hidden />} />
        </Badge>
      </Dropdown>
      {open && tour && <Suspense><Tour tour={tour} /></Suspense>}
      {asking && <Suspense><Feedback close={() => setAsking(false)} /></Suspense>}
    </>
  );
}
