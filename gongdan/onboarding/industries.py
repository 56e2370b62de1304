"""The six industries: which pack each installs, and what its sample company looks after."""

from __future__ import annotations

from typing import Any

import msgspec


class Industry(msgspec.Struct, frozen=True, kw_only=True):
    """`goods`: (name, category) looked after. `troubles`: (title, fields) of orders. `outcome`: fields of a finished one."""

    pack: str
    blueprint: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    goods: tuple[tuple[str, str], ...]
    troubles: tuple[tuple[str, dict[str, Any]], ...]
    outcome: dict[str, Any]


SKILLS = {
    "hvac": ("空调制冷", "Cooling"),
    "electric": ("电气", "Electrical"),
    "pump": ("水泵管路", "Pumps"),
    "compressor": ("空压机", "Compressors"),
    "elevator": ("电梯", "Lifts"),
}
CAUSE = {"fault_cause": "零件老化，已更换"}
ALL: dict[str, Industry] = {
    "itdesk": Industry(
        pack="itdesk", blueprint="it", zh="IT 服务台", en="IT service desk",
        about_zh="故障、账号、设备和软件申请", about_en="Incidents, accounts, devices and software",
        goods=(("笔记本电脑 T14", "computer"), ("激光打印机 M405", "printer"), ("会议室投影 X30", "device")),
        troubles=(
            ("电脑无法开机", {"it_category": ["hardware", "pc"]}),
            ("打印机卡纸", {"it_category": ["hardware", "printer"]}),
            ("VPN 连接不上", {"it_category": ["network", "vpn"], "impact": "team"}),
            ("忘记邮箱密码", {"it_category": ["account", "password"]}),
        ),
        outcome={"solution": "已恢复正常，并告知使用人", "root_cause": "fault"},
    ),
    "maintenance": Industry(
        pack="maintenance", blueprint="repair", zh="设备维保", en="Equipment maintenance",
        about_zh="报修、上门、备件金额与审批", about_en="Repairs, visits, parts and approval",
        goods=(("中央空调 KX-80", "hvac"), ("生活水泵 40-160", "pump"), ("螺杆空压机 GA37", "compressor")),
        troubles=(
            ("空调不制冷", {"fault_type": "hvac"}),
            ("水泵漏水", {"fault_type": "pump", "urgency": "high"}),
            ("空压机高温停机", {"fault_type": "compressor", "stopped": True}),
            ("配电柜发热", {"fault_type": "electric"}),
        ),
        outcome={**CAUSE, "labour_hours": 2},
    ),
    "appliance": Industry(
        pack="appliance", blueprint="appliance", zh="家电售后", en="Appliance service",
        about_zh="安装、维修、移机、清洗", about_en="Installation, repair, moving, cleaning",
        goods=(("变频空调 KFR-35", "aircon"), ("对开门冰箱 BCD-500", "fridge"), ("滚筒洗衣机 XQG100", "washer")),
        troubles=(
            ("空调安装", {"service_kind": "install", "product": "aircon"}),
            ("冰箱不制冷", {"service_kind": "repair", "product": "fridge"}),
            ("洗衣机漏水", {"service_kind": "repair", "product": "washer"}),
            ("热水器清洗", {"service_kind": "clean", "product": "heater"}),
        ),
        outcome={**CAUSE, "charge": 120},
    ),
    "property": Industry(
        pack="property", blueprint="property", zh="物业", en="Property",
        about_zh="住户与公共区域报修", about_en="Requests of residents and in public areas",
        goods=(("3 栋客梯", "lift"), ("地下车库照明", "power"), ("东门门禁", "access")),
        troubles=(
            ("厨房水管漏水", {"matter": ["water"], "area": "home", "place": "3 栋 502"}),
            ("楼道灯不亮", {"matter": ["power"], "area": "public", "place": "5 栋 2 楼"}),
            ("门禁刷卡没反应", {"matter": ["access"], "area": "public", "place": "东门"}),
            ("装修噪音", {"matter": ["noise"], "area": "home", "place": "2 栋 1101"}),
        ),
        outcome={"measure": "已到场处理并恢复"},
    ),
    "charging": Industry(
        pack="charging", blueprint="charging", zh="充电桩", en="Charging points",
        about_zh="离线、无法启动、枪线损坏", about_en="Offline, no start, damaged cables",
        goods=(("直流桩 DC-120", "dc"), ("交流桩 AC-7", "ac"), ("直流桩 DC-60", "dc")),
        troubles=(
            ("充电桩离线", {"symptom": "offline", "point": "SZ-0101"}),
            ("无法启动充电", {"symptom": "no_start", "point": "SZ-0102", "connector": "a"}),
            ("充电中途停止", {"symptom": "stops", "point": "SZ-0203"}),
            ("枪线外皮破损", {"symptom": "cable", "point": "SZ-0307", "connector": "b"}),
        ),
        outcome={**CAUSE, "replaced": "通信模块"},
    ),
    "medical": Industry(
        pack="medical", blueprint="medical", zh="医疗设备", en="Medical devices",
        about_zh="维修、校准、巡检与放行", about_en="Repair, calibration, rounds and release",
        goods=(("监护仪 M8", "monitor"), ("彩色超声 E9", "imaging"), ("生化分析仪 C8", "lab")),
        troubles=(
            ("监护仪血氧无读数", {"service_kind": "repair", "department": "急诊科", "device_class": "monitor"}),
            ("超声探头图像有条纹", {"service_kind": "repair", "department": "超声科", "device_class": "imaging"}),
            ("生化仪年度校准", {"service_kind": "calibration", "department": "检验科", "device_class": "lab"}),
            ("监护仪季度巡检", {"service_kind": "inspection", "department": "内科", "device_class": "monitor"}),
        ),
        outcome={**CAUSE, "released": True, "released_by": "设备科"},
    ),
}  # fmt: skip
