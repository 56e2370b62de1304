import { teach } from "../words";

export const help = {
  helpAll: ["全部帮助页", "All help pages"],
  helpNone: ["这一页还没有帮助。", "There is no help page for this yet."],
  helpContents: ["目录", "Contents"],
  changesFor: ["与我的角色有关", "For my role"],
  changesAll: ["全部更新", "All changes"],
} as const;
teach(help);
