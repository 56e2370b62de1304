import { createRoot } from "react-dom/client";
import { setLanguage } from "@api/client";
import { locale, setLocale } from "@i18n/words";
import { App } from "./App";
import { renewAfterUpgrade } from "./parts/broken";
import "@ui/tokens.css";
import "./css/frame.css";

renewAfterUpgrade();
setLocale(locale());
setLanguage(locale());
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
