import { App as AntApp, ConfigProvider, theme } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { get, onLapse } from "@api/client";
import type { Me } from "@api/types";
import { type Locale, locale, setLocale, t } from "@i18n/words";
import { Shell } from "./Shell";
import { viewedAs } from "./features/shell/preview";
import { setMe, useAddress } from "./parts/data";
import { readPref, syncPrefs } from "./parts/prefs";
import { type Shown, useDensity, useTheme } from "./parts/theme";

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
// antd's words come later; its provider stands from the first moment, or their coming would mount everything below it anew
const UNSAID = { locale: "" };
// a part that animates in waits for the end of its animation: with animations merely switched off in the style sheet it would stay unseen
const CALM = matchMedia("(prefers-reduced-motion: reduce)").matches;
// white words on a filled button need a deeper blue than words on the ground
const DARK_PARTS = { Button: { colorPrimary: "#1f6fd1", colorPrimaryHover: "#1a62bd", colorPrimaryActive: "#1557a8" } };
const STRONG = {
  ...LIGHT, colorPrimary: "#062f5e", colorLink: "#062f5e", colorText: "#000", colorTextSecondary: "#1d2939", colorTextTertiary: "#344054",
  colorTextDescription: "#1d2939", colorTextPlaceholder: "#344054", colorBorder: "#344054", colorBorderSecondary: "#475467", colorError: "#9b1c1c",
};
const STRONG_DARK = {
  ...DARK, colorPrimary: "#9ccbff", colorLink: "#c2e0ff", colorText: "#fff", colorTextSecondary: "#e4e7ec", colorTextTertiary: "#d0d5dd",
  colorTextDescription: "#e4e7ec", colorTextPlaceholder: "#d0d5dd", colorBgContainer: "#000", colorBgElevated: "#101318", colorBgLayout: "#000", colorBorder: "#b8c0cc", colorBorderSecondary: "#98a2b3",
};
const STRONG_DARK_PARTS = { Button: { colorPrimary: "#0b4a8f", colorPrimaryHover: "#1557a8", colorPrimaryActive: "#062f5e" } };
const TOKENS: Record<Shown, [typeof theme.defaultAlgorithm, object, object]> = {
  light: [theme.defaultAlgorithm, LIGHT, {}],
  dark: [theme.darkAlgorithm, DARK, DARK_PARTS],
  contrast: [theme.defaultAlgorithm, STRONG, {}],
  "contrast-dark": [theme.darkAlgorithm, STRONG_DARK, STRONG_DARK_PARTS],
};

/** The language this person chose elsewhere, once per visit: what somebody sets here counts from then on. */
function speakTheirs(): void {
  const wanted = readPref<Locale | "">("language", "");
  if (!wanted || wanted === locale() || sessionStorage.getItem("gongdan.spoken")) return;
  sessionStorage.setItem("gongdan.spoken", wanted);
  setLocale(wanted);
  location.reload();
}

export function App() {
  const [, shown] = useTheme();
  useDensity();
  const [person, setPerson] = useState<Me | null>();
  const [down, setDown] = useState(false);
  const [words, setWords] = useState<object>();
  const [lapsed, setLapsed] = useState<() => void>();
  const address = useAddress();
  const wall = address.pathname === "/app/board" && address.searchParams.get("wall") === "1";
  useEffect(() => {
    (locale() === "en" ? enUS() : zhCN()).then((m) => setWords(m.default));
    let timer: ReturnType<typeof setTimeout>;
    const begin = () =>
      get<{ me: Me | null }>("/session")
        .then(({ me: m }) => (m && viewedAs() ? get<Me>("/me") : m))
        .then((m) => {
          setMe(m ?? undefined);
          setPerson(m);
          setDown(false);
          if (!m) return;
          void syncPrefs().then(speakTheirs);
          let again: Promise<void> | undefined;
          onLapse(() => (again ??= new Promise<void>((done) => setLapsed(() => done)).finally(() => { again = undefined; setLapsed(undefined); })));
        })
        .catch(() => {
          setDown(true);
          timer = setTimeout(begin, 3000);
        });
    void begin();
    return () => clearTimeout(timer);
  }, []);
  const [algorithm, token, components] = TOKENS[shown];
  return (
    <ConfigProvider
      locale={(words ?? UNSAID) as never}
      button={{ autoInsertSpace: false }}
      theme={{ algorithm, token: { ...token, borderRadius: 8, motion: !CALM }, components }}
    >
      <AntApp style={{ height: "100%" }} message={{ maxCount: 3 }}>
        {person === undefined ? (
          <p className="empty" role="status">{down ? t("serverAway") : ""}</p>
        ) : person === null ? (
          <Suspense><Login /></Suspense>
        ) : wall ? (
          <Suspense><Wall /></Suspense>
        ) : (
          <Shell person={person}>
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
