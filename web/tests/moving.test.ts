import { expect, test } from "vitest";
import type { OrderDetail, OrderRow } from "@api/types";
import { inverse, type Kind, toPerson, toState } from "../console/src/features/boards/moving";

const label = { zh: "x", en: "x" };
const move = (verb: string, to: string, needs: string[] = [], resume_first = false) => ({ verb, label, to: to.split(","), needs, resume_first });
const kinds: Kind[] = [
  {
    blueprint: "repair",
    states: {},
    moves: {
      pending: [move("claim", "dispatched"), move("assign", "dispatched", ["assignee", "team"]), move("accept", "pending"), move("cancel", "cancelled", ["reason"])],
      dispatched: [move("assign", "dispatched", ["assignee", "team"]), move("start", "in_service", [], true)],
      in_service: [move("transfer", "dispatched", ["assignee", "team", "reason"])],
      closed: [move("reopen", "dispatched")],
    },
  },
  { blueprint: "free", states: {}, moves: { a: [move("move", "b,c", ["to"])], b: [move("move", "a,c", ["to"])] } },
];
const order = (values: Partial<OrderRow>) => ({ id: "1", number: "1", blueprint: "repair", state: "pending", waiting_on: null, assignee_id: null, version: 1, ...values }) as OrderRow;

test("a card moved to a state says what people mean by it", () => {
  expect(toState(order({}), "dispatched", kinds, "zh")).toMatchObject({ shut: "", asks: true, verb: { verb: "assign" } });
  expect(toState(order({ state: "dispatched" }), "in_service", kinds, "zh")).toMatchObject({ shut: "", asks: false, verb: { verb: "start" } });
  expect(toState(order({ blueprint: "free", state: "a" }), "b", kinds, "zh")).toMatchObject({ asks: false, values: { to: "b" }, verb: { verb: "move" } });
});

test("where a card may not go says why", () => {
  expect(toState(order({}), "resolved", kinds, "zh").shut).toBe("illegal");
  expect(toState(order({}), "pending", kinds, "zh").shut).toBe("illegal");
  expect(toState(order({ state: "dispatched", waiting_on: "customer" }), "in_service", kinds, "zh").shut).toBe("resumeFirst");
  expect(toState(order({ blueprint: "unknown" }), "dispatched", kinds, "zh").shut).toBe("illegal");
});

test("what the order itself says counts more than what its kind allows", () => {
  const blocked = { id: "1", verbs: [{ verb: "start", allowed: false, blockers: [{ code: "x", zh: "缺备件", en: "no part", link: "" }] }] } as unknown as OrderDetail;
  expect(toState(order({ state: "dispatched" }), "in_service", kinds, "zh", blocked).shut).toEqual({ said: "缺备件" });
  const hidden = { id: "1", verbs: [] } as unknown as OrderDetail;
  expect(toState(order({ state: "dispatched" }), "in_service", kinds, "zh", hidden).shut).toBe("illegal");
  const only = { id: "1", verbs: [{ verb: "claim", allowed: true, blockers: [] }] } as unknown as OrderDetail;
  expect(toState(order({}), "dispatched", kinds, "zh", only)).toMatchObject({ asks: false, verb: { verb: "claim" } });
});

test("a card moved to a person is assigned, transferred with a reason, or claimed", () => {
  expect(toPerson(order({}), "p", kinds, "me", "zh")).toMatchObject({ asks: false, values: { assignee_id: "p" }, verb: { verb: "assign" } });
  expect(toPerson(order({ state: "in_service" }), "p", kinds, "me", "zh")).toMatchObject({ asks: true, verb: { verb: "transfer" } });
  expect(toPerson(order({}), "none", kinds, "me", "zh").shut).toBe("cannotUnassign");
  expect(toPerson(order({ state: "closed" }), "p", kinds, "me", "zh").shut).toBe("illegal");
  const only = { id: "1", verbs: [{ verb: "claim", allowed: true, blockers: [] }] } as unknown as OrderDetail;
  expect(toPerson(order({}), "me", kinds, "me", "zh", only)).toMatchObject({ verb: { verb: "claim" }, values: {} });
  expect(toPerson(order({}), "p", kinds, "me", "zh", only).shut).toBe("illegal");
});

test("only what leaves no mark is a way back", () => {
  expect(inverse(order({ blueprint: "free", state: "a" }), "b", kinds)).toEqual({ verb: "move", values: { to: "a" } });
  expect(inverse(order({ state: "dispatched" }), "in_service", kinds)).toBeUndefined();
  expect(inverse(order({ state: "dispatched" }), "closed", kinds), "a reopening is counted").toBeUndefined();
  expect(inverse(order({ state: "dispatched", assignee_id: "p" }), "dispatched", kinds)).toEqual({ verb: "assign", values: { assignee_id: "p" } });
  expect(inverse(order({ state: "dispatched" }), "dispatched", kinds)).toBeUndefined();
});
