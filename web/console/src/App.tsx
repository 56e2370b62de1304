import { App as AntApp, ConfigProvider, theme } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { ApiError, get, onLapse } from "@api/client";
import type { Me } from "@api/types";
import { locale, t } from "@i18n/words";
import { Shell } from "./Shell";
import { setMe, useAddress } from "./parts/data";

const zhCN = () => import("antd/locale/zh_CN");
const enUS = () => import("antd/locale/en_US");
const Pages = lazy(() => import("./Pages"));
const Wall = lazy(() => import("./features/boards/Wall"));
const Login = lazy(() => import("./features/shell/Login"));
const Again = lazy(() => import("./features/shell/Login").then((m) => ({ default: m.Again })));

const LIGHT = { colorPrimary: "#0b4a8f", colorLink: "#0b4a8f", colorTextPlaceholder: "rgba(0,0,0,0.6)", colorTextDescription: "#475467" };
const DARK = {
  colorPrimary: "#5aa2f5", colorLink: "#5aa2f5", colorTextPlaceholder: "rgba(255,255,255,0.6)", colorTextDescription: "#b8c0cc",
  colorBgContainer: "#171b22", colorBgElevated: "#1f2530", colorBgLayout: "#101318", colorBorder: "#3a4352",
};
// a part that animates in waits for the end of its animation: with animations merely switched off in the style sheet it would stay unseen
const CALM = matchMedia("(prefers-reduced-motion: reduce)").matches;
// white words on a filled button need a deeper blue than words on the ground
const DARK_PARTS = { Button: { colorPrimary: "#1f6fd1", colorPrimaryHover: "#1a62bd", colorPrimaryActive: "#1557a8" } };

export function App() {
  const [dark, setDark] = useState(localStorage.getItem("gongdan.theme") === "dark" || (!localStorage.getItem("gongdan.theme") && matchMedia("(prefers-color-scheme: dark)").matches));
  const [person, setPerson] = useState<Me | null>();
  const [down, setDown] = useState(false);
  const [words, setWords] = useState<object>();
  const [lapsed, setLapsed] = useState<() => void>();
  const address = useAddress();
  const wall = address.pathname === "/app/board" && address.searchParams.get("wall") === "1";
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  }, [dark]);
  useEffect(() => {
    (locale() === "en" ? enUS() : zhCN()).then((m) => setWords(m.default));
    let timer: ReturnType<typeof setTimeout>;
    const begin = () =>
      get<Me>("/me")
        .then((m) => {
          setMe(m);
          setPerson(m);
          setDown(false);
          let again: Promise<void> | undefined;
          onLapse(() => (again ??= new Promise<void>((done) => setLapsed(() => done)).finally(() => { again = undefined; setLapsed(undefined); })));
        })
        .catch((problem: Error) => {
          if (problem instanceof ApiError && problem.status === 401) return setPerson(null);
          setDown(true);
          timer = setTimeout(begin, 3000);
        });
    void begin();
    return () => clearTimeout(timer);
  }, []);
  const toggle = () => {
    localStorage.setItem("gongdan.theme", dark ? "light" : "dark");
    setDark(!dark);
  };
  return (
    <ConfigProvider
      {...(words ? { locale: words as never } : {})}
      button={{ autoInsertSpace: false }}
      theme={{ algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm, token: { ...(dark ? DARK : LIGHT), borderRadius: 8, motion: !CALM }, components: dark ? DARK_PARTS : {} }}
    >
      <AntApp style={{ height: "100%" }} message={{ maxCount: 3 }}>
        {person === undefined ? (
          <p className="empty" role="status">{down ? t("serverAway") : ""}</p>
        ) : person === null ? (
          <Suspense><Login /></Suspense>
        ) : wall ? (
          <Suspense><Wall /></Suspense>
        ) : (
          <Shell person={person} dark={dark} toggle={toggle}>
            <Suspense fallback={<p>{t("loading")}</p>}>
              <Pages />
            </Suspense>
          </Shell>
        )}
        {lapsed && person && <Suspense><Again person={person} done={lapsed} /></Suspense>}
      </AntApp>
    </ConfigProvider>
  );
}
