import { useEffect } from "react";
import "../../css/live.css";
import "@i18n/areas/live";
import { t } from "@i18n/words";
import { when } from "@ui/format";
import { listen, useConnection } from "../../parts/live";

/** How fresh the screen is: a shape and words, since when it is not. Mounting it begins to listen. */
export function Connection() {
  const { state, since, slow } = useConnection();
  useEffect(listen, []);
  const words = state === "live" ? t("line_live") : state === "offline" ? t("line_offline", { at: when(new Date(since).toISOString()) }) : t(slow ? "line_slow" : "line_catching");
  return (
    <span className={`line-dot ${state}`} role="status" title={words}>
      <i aria-hidden="true" />
      <span className={state === "live" ? "hidden" : "words"}>{words}</span>
    </span>
  );
}
