import { Button, Tabs, Tag } from "antd";
import { get } from "@api/client";
import type { BlueprintDetail, BlueprintRow, Family, FormField, FormLayout, Label } from "@api/types";
import "@i18n/areas/blueprints";
import { type Key, maybe, t, tl } from "@i18n/words";
import { sentence } from "@ui/conditions";
import { full, span } from "@ui/format";
import { StatePill } from "@ui/marks";
import { follow, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";

interface Block {
  kind: string;
  key?: string;
  label?: Label;
  blocks?: Block[];
  cases?: { label: Label; when?: unknown; blocks: Block[] }[];
  else?: Block[];
  branches?: Block[][];
  limit_minutes?: number | null;
}
interface Document {
  states: { key: string; label: Label; family: Family; cancelled?: boolean }[];
  transitions: { verb: string; from: string[]; to: string | string[]; label?: Label | null; require?: string[] }[];
  form: FormLayout;
  flow: Block | null;
}

export default function Blueprints({ name }: { name?: string | undefined }) {
  const list = useGet<BlueprintRow[]>("/blueprints");
  if (name) return <One name={name} />;
  return (
    <>
      <h1>{t("blueprints")}</h1>
      <Waiting of={list}>
        {(rows) => rows.length === 0 ? <div className="panel empty">{t("noBlueprints")}</div> : (
          <div className="cards">
            {rows.map((b) => (
              <a key={b.key} className="figure" href={`/app/blueprints/${b.key}`} onClick={(e) => follow(e, `/app/blueprints/${b.key}`)}>
                <strong>{tl(b.name as unknown as Label)}</strong>
                <div className="soft">{t("prefix")} {b.prefix} · {b.published_version ? `${t("version")} ${b.published_version}` : t("notPublished")} {b.has_draft && <Tag>{t("draft")}</Tag>}</div>
              </a>
            ))}
          </div>
        )}
      </Waiting>
    </>
  );
}

function One({ name }: { name: string }) {
  const tell = useTell();
  const detail = useGet<BlueprintDetail>(`/blueprints/${name}`);
  const version = useGet<{ document: Document }>(detail.data?.published_version ? `/blueprints/${name}/versions/${detail.data.published_version}` : null);
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
            <h1><a href="/app/blueprints" onClick={(e) => follow(e, "/app/blueprints")}>{t("blueprints")}</a> / {tl(d.name as unknown as Label)} <Tag>{t("version")} {d.published_version}</Tag></h1>
            <Button onClick={() => void save().catch(tell)}>{t("exportYaml")}</Button>
          </div>
          {d.published_version === 0 ? <div className="panel empty">{t("notPublished")}</div> : <Waiting of={version}>
            {({ document: doc }) => (
              <Tabs items={[
                { key: "states", label: t("states"), children: <States doc={doc} /> },
                { key: "flow", label: t("flow"), children: doc.flow ? <BlockView block={doc.flow} fields={doc.form.fields ?? []} /> : <p className="soft">{t("none")}</p> },
                { key: "form", label: t("form"), children: <Fields form={doc.form} /> },
                { key: "versions", label: t("versions"), children: (
                  <table className="list panel">
                    <thead><tr><th scope="col">{t("version")}</th><th scope="col">{t("publishedAt")}</th><th scope="col">{t("notes")}</th><th scope="col">{t("digest")}</th></tr></thead>
                    <tbody>{d.versions.map((v) => <tr key={v.number}><td>{v.number}</td><td>{full(v.published_at)}</td><td>{v.note === "pack" ? t("fromPack") : v.note}</td><td><code>{v.digest.slice(0, 12)}</code></td></tr>)}</tbody>
                  </table>
                ) },
              ]} />
            )}
          </Waiting>}
        </>
      )}
    </Waiting>
  );
}

/** From which state which verb leads where; what leaves the state is told apart from what stays in it. */
function States({ doc }: { doc: Document }) {
  const word = (key: string) => tl(doc.states.find((s) => s.key === key)?.label, key);
  return (
    <div className="scroll" role="region" aria-label={t("states")} tabIndex={0}>
      <table className="list">
        <thead><tr><th scope="col">{t("state")}</th><th scope="col">{t("transitions")}</th><th scope="col">{t("stays")}</th></tr></thead>
        <tbody>
          {doc.states.map((s) => {
            const ways = doc.transitions.filter((x) => x.from.includes(s.key) || x.from.includes("*"));
            const out = ways.filter((x) => x.to !== "=" && x.to !== s.key);
            const verb = (x: Document["transitions"][number]) => tl(x.label, t(`verb_${x.verb}` as Key));
            return (
              <tr key={s.key}>
                <td><StatePill family={s.family} label={s.label} cancelled={s.cancelled ?? false} /></td>
                <td>{out.length ? out.map((x) => <Tag key={x.verb + String(x.to)}>{verb(x)} → {[x.to].flat().map(word).join(" / ")}</Tag>) : <span className="soft">{t("theEnd")}</span>}</td>
                <td>{ways.filter((x) => !out.includes(x)).map(verb).join(" · ")}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Fields({ form }: { form: FormLayout }) {
  const fields = form.fields ?? [];
  const section = (f: FormField) => tl(form.sections?.find((s) => s.fields.includes(f.key))?.label, "");
  if (!fields.length) return <p className="soft">{t("none")}</p>;
  return (
    <div className="scroll" role="region" aria-label={t("form")} tabIndex={0}>
      <table className="list">
        <thead><tr><th scope="col">{t("field")}</th><th scope="col">{t("kind")}</th><th scope="col">{t("section")}</th><th scope="col">{t("rule")}</th></tr></thead>
        <tbody>
          {fields.map((f) => (
            <tr key={f.key}>
              <td>{tl(f.label, f.key)}{f.unit ? ` (${f.unit})` : ""}</td>
              <td>{maybe(`field_${f.kind}`) ?? f.kind}{f.options ? <span className="soft"> · {f.options.map((o) => tl(o.label, o.value)).join(" / ")}</span> : null}</td>
              <td>{section(f)}</td>
              <td>{f.required && <Tag color="blue">{t("required")}</Tag>}{f.show_if !== undefined && <span>{t("showIf")} {sentence(f.show_if, fields)}</span>}{f.require_if !== undefined && <span> {t("requireIf")} {sentence(f.require_if, fields)}</span>}{f.formula && <code>{f.formula}</code>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function BlockView({ block, fields }: { block: Block; fields: FormField[] }) {
  const list = (blocks: Block[]) => blocks.map((b, i) => <BlockView key={b.key ?? i} block={b} fields={fields} />);
  if (block.kind === "sequence") return <>{list(block.blocks ?? [])}</>;
  return (
    <div className="block">
      <strong>{tl(block.label, block.key ?? "")}</strong> <Tag>{maybe(`kind_${block.kind}`) ?? block.kind}</Tag>{block.limit_minutes ? <span className="soft">{t("limit")} {span(block.limit_minutes)}</span> : null}
      {block.cases?.map((c) => <div key={c.label.en} className="way"><em>{tl(c.label)}</em>{c.when !== undefined && <span className="soft"> {sentence(c.when, fields)}</span>}{list(c.blocks)}</div>)}
      {block.kind === "branch" && <div className="way"><em>{t("otherwise")}</em>{block.else?.length ? list(block.else) : <span className="soft"> {t("goesOn")}</span>}</div>}
      {block.branches?.map((b, i) => <div key={i} className="way">{list(b)}</div>)}
    </div>
  );
}
