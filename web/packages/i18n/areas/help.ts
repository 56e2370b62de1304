import { teach } from "../words";

export const help = {
  helpAll: ["全部帮助页", "All help pages"],
  helpNone: ["这一页还没有帮助。", "There is no help page for this yet."],
  helpContents: ["目录", "Contents"],
  changesFor: ["与我的角色有关", "For my role"],
  changesAll: ["全部更新", "All changes"],
  role_agent: ["客服专员", "Service agent"],
  role_dispatcher: ["服务调度", "Dispatcher"],
  role_engineer: ["一线工程师", "Field engineer"],
  role_manager: ["服务经理", "Service manager"],
  role_partner: ["合作伙伴工程师", "Partner engineer"],
  role_admin: ["系统管理员", "Administrator"],
} as const;
teach(help);
