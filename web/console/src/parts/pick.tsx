import { Select } from "antd";
import { useState } from "react";
import type { Page, TeamOut, UserOut } from "@api/types";
import { t } from "@i18n/words";
import { useGet } from "./data";

/** Choose a person by name or pinyin. */
export function PickPerson({ onPick, value }: { onPick: (id: string) => void; value?: string | undefined }) {
  const [text, setText] = useState("");
  const people = useGet<Page<UserOut>>(`/users?limit=50&q=${encodeURIComponent(text)}`);
  return (
    <Select autoFocus style={{ width: "100%" }} aria-label={t("choosePerson")} placeholder={t("choosePerson")} value={value ?? null} showSearch={{ filterOption: false, onSearch: setText }} onChange={onPick} options={people.data?.items.map((p) => ({ value: p.id, label: p.name })) ?? []} />
  );
}

export function PickTeam({ onPick, value }: { onPick: (id: string) => void; value?: string | undefined }) {
  const teams = useGet<TeamOut[]>("/teams");
  return <Select allowClear style={{ width: "100%" }} aria-label={t("chooseTeam")} placeholder={t("chooseTeam")} value={value ?? null} onChange={onPick} options={teams.data?.map((x) => ({ value: x.id, label: x.name })) ?? []} />;
}
