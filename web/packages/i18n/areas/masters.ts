import { teach } from "../words";

export const masters = {
  sites: ["地点", "Sites"],
  contacts: ["联系人", "Contacts"],
  skills: ["技能", "Skills"],
  regions: ["区域", "Regions"],
  away: ["休假至", "Away until"],
  capacity: ["每日上限", "Orders a day"],
  noCustomers: ["没有符合条件的客户", "No customer matches"],
  noEngineers: ["还没有工程师", "No engineers yet"],
  lookupCustomer: ["客户名、拼音、编号或电话", "Name, pinyin, code or phone"],
} as const;
teach(masters);
