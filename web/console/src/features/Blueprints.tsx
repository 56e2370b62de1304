import { Button, Tabs, Tag } from "antd";
import { get } from "@api/client";
import type { BlueprintDetail, BlueprintRow, FormField, Label } from "@api/types";
import { t, tl } from "@i18n/words";
import { full } from "@ui/format";
import { follow, useGet } from "../parts/data";
import { StatePill } from "../parts/marks";
import { Waiting } from "../parts/states";

interface Block {
  kind: string;
  key?: string;
  label?: Label;
  blocks?: Block[];
  cases?: { label: Label; blocks: Block[] }[];
  else?: Block[];
  branches?: Block[][];
}
interface Document {
  states: { key: string; label: Label; family: "waiting" | "working" | "resolved" | "closed"; cancelled: boolean }[];
  transitions: { verb: string; from: string[]; to: string | string[] }[];
  form: { fields?: FormField[] };
  flow: Block | null;
}

export default function Blueprints({ name }: { name?: string | undefined }) {
  const list = useGet<BlueprintRow[]>("/blueprints");
  if (name) return <One name={name} />;
  return (
    <>
      <h1>{t("blueprints")}</h1>
      <Waiting of={list}>
        {(rows) => (
          <div className="cards">
            {rows.map((b) => (
              <a key={b.key} className="figure" href={`/app/blueprints/${b.key}`} onClick={(e) => follow(e, `/app/blueprints/${b.key}`)}>
                <strong>{tl(b.name as Label)}</strong>
                <div className="soft">{t("prefix")} {b.prefix} · {t("version")} {b.published_version} {b.has_draft && <Tag>{t("draft")}</Tag>}</div>
              </a>
            ))}
          </div>
        )}
      </Waiting>
    </>
  );
}

function One({ name }: { name: string }) {
  const detail = useGet<BlueprintDetail>(`/blueprints/${name}`);
  const version = useGet<{ document: Document }>(detail.data ? `/blueprints/${name}/versions/${detail.data.published_version}` : null);
  const save = async () => {
    const { yaml } = await get<{ yaml: string }>(`/blueprints/${name}/export`);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([yaml], { type: "text/yaml" }));
    link.download = `${name}.yaml`;
    link.click();
  };
  return (
    <Waiting of={detail}>
      {(d) => (
        <>
          <div className="row" style={{ justifyContent: "space-between" }}>
            <h1>{tl(d.name as Label)} <Tag>{t("version")} {d.published_version}</Tag></h1>
            <Button onClick={() => void save()}>{t("exportYaml")}</Button>
          </div>
          <Waiting of={version}>
            {({ document: doc }) => (
              <Tabs items={[
                { key: "states", label: t("states"), children: <States doc={doc} /> },
                { key: "flow", label: t("flow"), children: doc.flow ? <BlockView block={doc.flow} /> : <p className="soft">{t("none")}</p> },
                { key: "form", label: t("form"), children: <ul>{doc.form.fields?.map((f) => <li key={f.key}>{tl(f.label)} <span className="soft">{f.kind} · {f.key}</span> {f.required && <Tag color="blue">{t("required")}</Tag>}</li>)}</ul> },
                { key: "versions", label: t("versions"), children: <ul>{d.versions.map((v) => <li key={v.number}>{v.number} · {full(v.published_at)} · {v.note} <code>{v.digest.slice(0, 12)}</code></li>)}</ul> },
              ]} />
            )}
          </Waiting>
        </>
      )}
    </Waiting>
  );
}

const States = ({ doc }: { doc: Document }) => (
  <table className="list panel">
    <thead><tr><th>{t("state")}</th><th>{t("transitions")}</th></tr></thead>
    <tbody>
      {doc.states.map((s) => (
        <tr key={s.key}>
          <td><StatePill family={s.family} label={s.label} cancelled={s.cancelled} /></td>
          <td>{doc.transitions.filter((x) => x.from.includes(s.key)).map((x) => <Tag key={x.verb}>{x.verb} → {x.to === "=" ? s.key : String(x.to)}</Tag>)}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

function BlockView({ block }: { block: Block }) {
  const list = (blocks: Block[]) => blocks.map((b, i) => <BlockView key={b.key ?? i} block={b} />);
  if (block.kind === "sequence") return <>{list(block.blocks ?? [])}</>;
  return (
    <div className="block">
      <strong>{tl(block.label, block.key ?? "")}</strong> <span className="soft">{t(`kind_${block.kind}` as "kind_task")}</span>
      {block.cases?.map((c) => <div key={c.label.en}><em>{tl(c.label)}</em>{list(c.blocks)}</div>)}
      {block.else && block.else.length > 0 && <div><em>{t("otherwise")}</em>{list(block.else)}</div>}
      {block.branches?.map((b, i) => <div key={i}>{list(b)}</div>)}
    </div>
  );
}
