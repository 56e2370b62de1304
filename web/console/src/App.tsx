import { App as AntApp, ConfigProvider, theme } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { ApiError, get } from "@api/client";
import type { Me } from "@api/types";
import { locale, t } from "@i18n/words";
import { Login } from "./features/Login";
import { Shell } from "./Shell";
import { setMe } from "./parts/data";

const zhCN = () => import("antd/locale/zh_CN");
const enUS = () => import("antd/locale/en_US");
const Pages = lazy(() => import("./Pages"));

export function App() {
  const [dark, setDark] = useState(localStorage.getItem("gongdan.theme") === "dark" || (!localStorage.getItem("gongdan.theme") && matchMedia("(prefers-color-scheme: dark)").matches));
  const [person, setPerson] = useState<Me | null>();
  const [words, setWords] = useState<object>();
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  }, [dark]);
  useEffect(() => {
    (locale() === "en" ? enUS() : zhCN()).then((m) => setWords(m.default));
    get<Me>("/me")
      .then((m) => {
        setMe(m);
        setPerson(m);
      })
      .catch((problem: Error) => {
        if (problem instanceof ApiError && problem.status === 401) setPerson(null);
        else setTimeout(() => location.reload(), 3000);
      });
  }, []);
  const toggle = () => {
    localStorage.setItem("gongdan.theme", dark ? "light" : "dark");
    setDark(!dark);
  };
  return (
    <ConfigProvider
      {...(words ? { locale: words as never } : {})}
      theme={{ algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm, token: { colorPrimary: dark ? "#5aa2f5" : "#0b4a8f", colorTextPlaceholder: dark ? "rgba(255,255,255,0.6)" : "rgba(0,0,0,0.6)", colorLink: dark ? "#5aa2f5" : "#0b4a8f", borderRadius: 8 } }}
    >
      <AntApp style={{ height: "100%" }}>
        {person === undefined ? null : person === null ? (
          <Login />
        ) : (
          <Shell person={person} dark={dark} toggle={toggle}>
            <Suspense fallback={<p>{t("loading")}</p>}>
              <Pages />
            </Suspense>
          </Shell>
        )}
      </AntApp>
    </ConfigProvider>
  );
}
