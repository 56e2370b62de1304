import { teach } from "../words";

export const create = {
  created1: ["已创建 {number}", "Created {number}"],
  lookup: ["电话、序列号、客户名或问题描述", "Phone, serial, customer or what is wrong"],
  asset: ["设备", "Asset"],
  createAndOpen: ["创建并打开", "Create and open"],
} as const;
teach(create);
