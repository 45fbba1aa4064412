"""The headings of each sheet of a take-over workbook.

Where an optional one is missing, nothing is lost that matters: the others are asked
for before the import, as all rows would be taken over without them.
"""

from .workbook import Heading

ENTRANCES, CUSTOMERS, FEES, UNITS, SPACES, ASSETS = (
    "楼栋单元",
    "业主信息",
    "费用设置",
    "房屋信息",
    "车位信息",
    "资产信息",
)


def _headings(required, asked, optional=""):
    return [
        *(Heading(name, required=True) for name in required.split()),
        *(Heading(name) for name in asked.split()),
        *(Heading(name, optional=True) for name in optional.split()),
    ]


HEADINGS = {
    ENTRANCES: _headings("楼栋号 单元编号", "", "总层数 是否有电梯"),
    # 编号 only counts the rows
    CUSTOMERS: _headings(
        "业主编号 业主名称", "业主类型 手机号 身份证号", "编号 性别 年龄"
    ),
    FEES: _headings(
        "费用编号 收费项目 计算公式",
        "费用标识 付费类型 缴费周期 计费起始时间 计费结束时间 计费单价 固定费用",
        "费用类型 出账类型",
    ),
    UNITS: _headings(
        "房屋编号 楼栋编号 单元编号 建筑面积",
        "业主编号 房屋费用 费用开始时间 房屋类型",
        "房屋楼层 房屋户型 室内面积 租金",
    ),
    SPACES: _headings(
        "停车场编号 车位编码",
        "业主编号 出租还是出售 开始时间 结束时间 车牌号",
        "停车场类型 面积 车品牌 车类型 颜色",
    ),
    ASSETS: _headings(
        "楼号 单元 房间 建筑面积",
        "业主名称 业主类型 手机号 身份证号 房屋类型",
        "楼层 总层数 是否有电梯 房屋户型 室内面积 租金 房屋状态 性别 "
        "人员类型 人员角色 联系人 联系电话",
    ),
}
