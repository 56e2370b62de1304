"""Words the simulated company is made of: names, places, machines."""

from __future__ import annotations

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高"
GIVEN = ("伟 芳 娜 敏 静 强 磊 军 洋 勇 艳 杰 涛 明 超 丽 平 刚 桂英 建华 志强 晓东 海燕 文博").split()
DISTRICTS = {
    "深圳市": [
        ("南山区", 113.93, 22.53),
        ("福田区", 114.05, 22.54),
        ("宝安区", 113.88, 22.56),
        ("龙岗区", 114.25, 22.72),
        ("坪山区", 114.35, 22.69),
    ],
    "上海市": [
        ("浦东新区", 121.54, 31.22),
        ("徐汇区", 121.44, 31.19),
        ("闵行区", 121.38, 31.11),
        ("嘉定区", 121.27, 31.37),
    ],
}
BRANDS = ("中海 华润 万象 创维 鹏城 粤海 申通 锦江 恒达 嘉里 佳兆 新世纪 蓝天 东方 宏发 瑞丰").split()
KINDS = ["商业广场", "写字楼", "酒店", "医院", "工业园", "物业", "制造厂", "数据中心", "学校", "超市"]
MODELS = {
    "hvac": ["中央空调 KX-80", "多联机 VRV-16", "冷水机组 LS-500"],
    "electric": ["配电柜 GGD", "UPS 电源 60kVA"],
    "pump": ["生活水泵 40-160", "消防水泵 XBD"],
    "compressor": ["螺杆空压机 GA37", "活塞空压机 W-0.9"],
    "elevator": ["客梯 TKE-1000", "货梯 HT-2000"],
}
SKILLS = {
    "hvac": ("空调制冷", "Cooling"),
    "electric": ("电气（高压电工证）", "Electrical (high voltage)"),
    "pump": ("水泵管路", "Pumps"),
    "compressor": ("空压机", "Compressors"),
    "elevator": ("电梯", "Lifts"),
}

# the team of a trade: (中文, English)
TRADES = {key: (f"{zh.split('（')[0]}班", f"{en.split(' (')[0]} crew") for key, (zh, en) in SKILLS.items()}
