import { Tag } from "antd";
import type { EngineerOut } from "@api/types";
import { locale, t } from "@i18n/words";
import { when } from "@ui/format";
import { follow, useGet } from "../parts/data";
import { Waiting } from "../parts/states";

export default function Engineers() {
  const list = useGet<EngineerOut[]>("/engineers");
  const skills = useGet<{ key: string; zh: string; en: string }[]>("/skills");
  const word = (key: string) => skills.data?.find((s) => s.key === key)?.[locale()] ?? key;
  return (
    <>
      <h1>{t("engineers")}</h1>
      <Waiting of={list}>
        {(rows) => (
          <div className="scroll" role="region" aria-label={t("engineers")} tabIndex={0}>
            <table className="list">
              <thead><tr><th>{t("person")}</th><th>{t("skills")}</th><th>{t("regions")}</th><th>{t("capacity")}</th><th>{t("away")}</th></tr></thead>
              <tbody>
                {rows.map((e) => (
                  <tr key={e.id}>
                    <td><a href={`/app/orders?assignee_id=${e.id}&open=true`} onClick={(x) => follow(x, `/app/orders?assignee_id=${e.id}&open=true`)}>{e.name}</a></td>
                    <td>{e.skills.map((s) => <Tag key={s.skill}>{word(s.skill)} {s.level}</Tag>)}</td>
                    <td>{e.regions.join(" ")}</td><td>{e.orders_a_day}</td><td>{when(e.away_until)}</td>
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
