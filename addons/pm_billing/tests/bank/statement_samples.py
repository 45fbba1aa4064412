"""Files as the platforms give them out; columns as published, rows of our own."""

import io
import zipfile

import openpyxl

WECHAT_TRADE = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,"
    "交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,"
    "商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
).split(",")
WECHAT_TRADE_SUMMARY = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,"
    "申请退款总金额"
)
WECHAT_FUND = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,"
    "收支金额（元）,账户结余（元）,资金变更提交申请人,备注,业务凭证号"
).split(",")
ALIPAY_FUND = (
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,"
    "支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注"
).split(",")
BANK = "交易日期,摘要,借方金额,贷方金额,余额,对方户名,对方账号,附言".split(",")


def _ticked(values):
    return ",".join(f"`{value}" for value in values)


def wechat_trade(rows, encoding="utf-8-sig", **summary):
    """``rows``: (time, transaction, order, amount, fee) or with a refund number."""
    lines = [",".join(WECHAT_TRADE)]
    totals = {"应结": 0.0, "退款": 0.0, "手续费": 0.0}
    for time, transaction, order, amount, fee, *refund in rows:
        values = dict.fromkeys(WECHAT_TRADE, "")
        values |= {
            "交易时间": time,
            "微信订单号": transaction,
            "商户订单号": order,
            "交易状态": "REFUND" if refund else "SUCCESS",
            "货币种类": "CNY",
            "应结订单金额": f"{0 if refund else amount:.2f}",
            "微信退款单号": refund[0] if refund else "0",
            "退款金额": f"{amount if refund else 0:.2f}",
            "退款状态": "PROCESSING" if refund else "",
            "商品名称": "物业费",
            "手续费": f"{fee:.5f}",
            "订单金额": f"{0 if refund else amount:.2f}",
            "申请退款金额": f"{amount if refund else 0:.2f}",
        }
        totals["退款" if refund else "应结"] += amount
        totals["手续费"] += fee
        lines.append(_ticked(values.values()))
    lines.append(WECHAT_TRADE_SUMMARY)
    said = {
        "count": len(rows),
        "total": f"{totals['应结']:.2f}",
        "refunds": f"{totals['退款']:.2f}",
        **summary,
    }
    lines.append(
        _ticked(
            [
                said["count"],
                said["total"],
                said["refunds"],
                "0.00",
                f"{totals['手续费']:.5f}",
                said["total"],
                said["refunds"],
            ]
        )
    )
    return "\r\n".join(lines).encode(encoding)


def wechat_fund(rows):
    """``rows``: (time, number, kind, income?, amount, balance, order)."""
    lines = [",".join(WECHAT_FUND)]
    for time, number, kind, income, amount, balance, order in rows:
        lines.append(
            _ticked(
                [
                    time,
                    f"T{number}",
                    number,
                    kind,
                    kind,
                    "收入" if income else "支出",
                    f"{amount:.2f}",
                    f"{balance:.2f}",
                    "system",
                    order,
                    order,
                ]
            )
        )
    ins = [row[4] for row in rows if row[3]]
    outs = [row[4] for row in rows if not row[3]]
    lines.append("资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额")
    lines.append(
        _ticked(
            [
                len(rows),
                len(ins),
                f"{sum(ins):.2f}",
                len(outs),
                f"{sum(outs):.2f}",
            ]
        )
    )
    return "\r\n".join(lines).encode()


def alipay_fund(rows, total="1000.00"):
    """A zip whose summary comes first; gb18030, with a name that gbk lacks."""
    lines = [
        "#支付宝账务明细查询",
        "#账号：[20880]",
        "#起始日期：[2026年11月09日 00:00:00]   终止日期：[2026年11月10日 00:00:00]",
        "#-----------------------账务明细列表-----------------------",
        ",".join(ALIPAY_FUND),
    ]
    income = [row for row in rows if row[2] > 0]
    for number, order, amount, balance, kind in rows:
        lines.append(
            f"{number}\t,Y{number}\t,{order}\t,物业费㐀,2026-11-09 09:00:00,a@b.cn,"
            f"{amount if amount > 0 else ''},{amount if amount < 0 else ''},"
            f"{balance:.2f},支付宝,{kind},"
        )
    lines += [
        "#-----------------------账务明细列表结束-----------------------",
        f"#收入合计：{len(income)}笔，共{sum(row[2] for row in income):.2f}元",
        "#导出时间：[2026年11月10日 10:00:00]",
    ]
    return zipped(
        {
            "2088_20261109_账务汇总.csv": "#汇总\n类型,笔数,金额\n合计,1,300\n",
            "2088_20261109_账务明细.csv": "\n".join(lines),
        }
    )


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text.encode("gb18030"))
    return out.getvalue()


def bank_csv(rows, encoding="gbk"):
    """``rows``: (day, text, amount, balance, payer, message); below zero is debit."""
    lines = [",".join(BANK)]
    for day, text, amount, balance, payer, message in rows:
        debit = f'"{-amount:,.2f}"' if amount < 0 else ""
        credit = f'"{amount:,.2f}"' if amount > 0 else ""
        lines.append(
            f'{day},{text},{debit},{credit},"{balance:,.2f}",{payer},6222,{message}'
        )
    return "\n".join(lines).encode(encoding)


def bank_xlsx(rows):
    """The same, as the bank's workbook with a title above."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某银行账户明细"])
    sheet.append(BANK)
    for day, text, amount, balance, payer, message in rows:
        sheet.append(
            [
                day,
                text,
                -amount if amount < 0 else None,
                amount if amount > 0 else None,
                balance,
                payer,
                "6222",
                message,
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(*rows):
    """A workbook of these rows, as it was saved again by a spreadsheet program."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def alipay_rows(*rows):
    """A fund bill of Alipay as a workbook; ``rows``: (number, income, payer)."""
    return sheet(
        ALIPAY_FUND,
        *(
            [number, "Y1", "RC-1", "x", "2026-11-09 09:00:00", payer, income]
            + [None, 300, "支付宝", "在线支付", ""]
            for number, income, payer in rows
        ),
    )
