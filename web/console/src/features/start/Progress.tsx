import type { PersonProgress, RoleOut } from "@api/generated/types.gen";
import "@i18n/areas/start";
import { type Key, locale, t } from "@i18n/words";
import { when } from "@ui/format";
import { useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";

/** Who has done the exercises of their roles. */
export default function Progress() {
  const list = useGet<PersonProgress[]>("/onboarding/progress");
  const roles = useGet<RoleOut[]>("/roles");
  const roleWords = (key: string) => roles.data?.find((r) => r.key === key)?.[locale() === "en" ? "label_en" : "label_zh"] ?? key;
  return (
    <>
      <h1>{t("progressTitle")}</h1>
      <Waiting of={list}>
        {(rows) => rows.length === 0 ? <div className="panel empty">{t("progressNone")}</div> : (
          <div className="scroll" role="region" aria-label={t("progressTitle")} tabIndex={0}>
            <table className="list">
              <thead><tr><th scope="col">{t("who")}</th><th scope="col">{t("role")}</th><th scope="col">{t("stateNow")}</th><th scope="col">{t("startedOn")}</th><th scope="col">{t("endedOn")}</th></tr></thead>
              <tbody>
                {rows.map((p) => (
                  <tr key={p.user_id + p.role}>
                    <td className="line">{p.name}</td><td>{roleWords(p.role)}</td><td>{t(`tour_${p.state}` as Key)} {p.done}/{p.total}</td><td>{when(p.started_at)}</td><td>{when(p.ended_at)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Waiting>
    </>
  );
}
