import { Tag } from "antd";
import type { EngineerOut } from "@api/types";
import "@i18n/areas/masters";
import { locale, t } from "@i18n/words";
import { toQuery, when } from "@ui/format";
import { follow, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";

export default function Engineers() {
  const list = useGet<EngineerOut[]>("/engineers");
  const skills = useGet<{ key: string; zh: string; en: string }[]>("/skills");
  const word = (key: string) => skills.data?.find((s) => s.key === key)?.[locale()] ?? key;
  const link = (id: string) => `/app/orders?${toQuery({ assignee_id: id, family: "waiting,working" })}`;
  return (
    <>
      <h1>{t("engineers")}</h1>
      <Waiting of={list}>
        {(rows) => rows.length === 0 ? <div className="panel empty">{t("noEngineers")}</div> : (
          <div className="scroll" role="region" aria-label={t("engineers")} tabIndex={0}>
            <table className="list">
              <thead><tr><th scope="col">{t("person")}</th><th scope="col">{t("skills")}</th><th scope="col">{t("regions")}</th><th scope="col">{t("capacity")}</th><th scope="col">{t("away")}</th></tr></thead>
              <tbody>
                {rows.map((e) => (
                  <tr key={e.id}>
                    <td className="line"><a href={link(e.id)} onClick={(x) => follow(x, link(e.id))}>{e.name}</a></td>
                    <td>{e.skills.map((s) => <Tag key={s.skill}>{word(s.skill)} {s.level}</Tag>)}</td>
                    <td className="line">{e.regions.join(" ")}</td><td>{e.orders_a_day}</td><td>{when(e.away_until)}</td>
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
