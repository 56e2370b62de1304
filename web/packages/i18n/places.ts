// Cities by which people find their way on a map without roads: degrees (WGS-84, to a tenth), the wider one has to look the fewer are shown.
export const places: readonly (readonly [lng: number, lat: number, rank: 1 | 2, zh: string, en: string])[] = [
  [116.4, 39.9, 1, "北京", "Beijing"], [121.5, 31.2, 1, "上海", "Shanghai"], [113.3, 23.1, 1, "广州", "Guangzhou"], [114.1, 22.5, 1, "深圳", "Shenzhen"], [106.6, 29.6, 1, "重庆", "Chongqing"], [104.1, 30.7, 1, "成都", "Chengdu"],
  [114.3, 30.6, 1, "武汉", "Wuhan"], [108.9, 34.3, 1, "西安", "Xi'an"], [123.4, 41.8, 1, "沈阳", "Shenyang"], [126.6, 45.8, 1, "哈尔滨", "Harbin"], [87.6, 43.8, 1, "乌鲁木齐", "Urumqi"], [91.1, 29.7, 1, "拉萨", "Lhasa"],
  [102.7, 25.0, 1, "昆明", "Kunming"], [103.8, 36.1, 1, "兰州", "Lanzhou"], [111.7, 40.8, 1, "呼和浩特", "Hohhot"], [120.2, 30.3, 2, "杭州", "Hangzhou"], [118.8, 32.1, 2, "南京", "Nanjing"], [117.2, 39.1, 2, "天津", "Tianjin"],
  [120.6, 31.3, 2, "苏州", "Suzhou"], [121.6, 29.9, 2, "宁波", "Ningbo"], [117.3, 31.9, 2, "合肥", "Hefei"], [119.3, 26.1, 2, "福州", "Fuzhou"], [118.1, 24.5, 2, "厦门", "Xiamen"], [115.9, 28.7, 2, "南昌", "Nanchang"],
  [113.0, 28.2, 2, "长沙", "Changsha"], [113.6, 34.7, 2, "郑州", "Zhengzhou"], [117.0, 36.7, 2, "济南", "Jinan"], [120.4, 36.1, 2, "青岛", "Qingdao"], [114.5, 38.0, 2, "石家庄", "Shijiazhuang"], [112.5, 37.9, 2, "太原", "Taiyuan"],
  [108.4, 22.8, 2, "南宁", "Nanning"], [106.7, 26.6, 2, "贵阳", "Guiyang"], [110.3, 20.0, 2, "海口", "Haikou"], [106.2, 38.5, 2, "银川", "Yinchuan"], [101.8, 36.6, 2, "西宁", "Xining"], [125.3, 43.9, 2, "长春", "Changchun"],
  [121.6, 38.9, 2, "大连", "Dalian"], [113.1, 23.0, 2, "佛山", "Foshan"], [113.8, 23.0, 2, "东莞", "Dongguan"], [113.6, 22.3, 2, "珠海", "Zhuhai"], [114.4, 23.1, 2, "惠州", "Huizhou"], [114.2, 22.3, 1, "香港", "Hong Kong"], [121.5, 25.0, 1, "台北", "Taipei"], [113.5, 22.2, 2, "澳门", "Macao"],
];
