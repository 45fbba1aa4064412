"""Reading statement files of banks and payment channels into plain tables.

What the platforms hand out is more than a table: zipped or gzipped, in gb18030 or
utf-8 with a mark, values with a back-tick before or a tab after them, lines of comment
before and after, a second heading with a summary below the rows. Here that is taken
apart; what is left are rows by normalised headings, and the sums that the file names.

Sources: WeChat Pay, pages 交易账单文件格式说明 and 资金账单文件格式说明; Alipay,
page 对账单下载.
"""

import contextlib
import csv
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections import Counter
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

from odoo.addons.pm_core.engine.workbook import MAX_ROWS, WorkbookError
from odoo.addons.pm_core.engine.workbook_lines import WorkbookLines

from .statement_cells import (
    HOUR,
    FileError,
    Unread,
    amount_of,
    clean,
    number_of,
    time_of,
)

# A file that unpacks to more is no day's statement.
LARGEST = 64 * 1024 * 1024
# what the readers of archives raise for one that is damaged, or packed otherwise
DAMAGED = (
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)
KEY = "_key"
# headings that name the same, by version of the platform
SAME = {
    "总金额": "订单金额",
    "订单总金额": "订单金额",
    "应结总金额": "应结订单金额",
    "收支金额": "收支金额(元)",
    "账户结余": "账户结余(元)",
    "微信支付订单号": "微信订单号",
}
# {kind: (headings that tell it, heading of the key, headings of amounts)}
KINDS = {
    "wechat_trade": (
        ("交易时间", "微信订单号", "商户订单号"),
        ("应结订单金额", "退款金额", "手续费", "订单金额", "申请退款金额"),
    ),
    "wechat_fund": (
        ("记账时间", "资金流水单号", "收支类型"),
        ("收支金额(元)", "账户结余(元)"),
    ),
    "alipay_fund": (
        ("账务流水号", "发生时间"),
        ("收入金额(+元)", "支出金额(-元)", "账户余额(元)"),
    ),
    "alipay_trade": (
        ("支付宝交易号", "业务类型", "订单金额(元)"),
        ("订单金额(元)", "商家实收(元)", "服务费(元)"),
    ),
}
FUND_KEYS = {"wechat_fund": "资金流水单号", "alipay_fund": "账务流水号"}
# headings by which a bank's table is known, and where its own number stands
BANK_WORDS = ("日期", "时间", "金额", "借方", "贷方", "余额", "摘要", "收入", "支出")
BANK_KEYS = ("交易流水号", "流水号", "交易流水", "凭证号", "交易序号")
SUMMARY_OF = {
    "wechat_trade": {
        "应结订单总金额": "应结订单金额",
        "退款总金额": "退款金额",
        "手续费总金额": "手续费",
        "订单总金额": "订单金额",
        "申请退款总金额": "申请退款金额",
    },
}


class Table(NamedTuple):
    """A statement file as rows.

    ``kind`` is one of :data:`KINDS` or ``bank``; ``rows`` are dictionaries by heading,
    of text, with ``_key``; ``held`` are pairs of a row and the :class:`FileError` that
    says why it cannot be read; ``differences`` say where sums of the file are not
    those of its rows.
    """

    kind: str
    headings: list
    rows: list
    held: list
    differences: list


def read(data, name=""):
    """Read a statement file.

    :param bytes data: the file: csv, xlsx, or one of them in zip or gzip
    :return: :class:`Table`
    :raises FileError: it has no table of a statement, or two columns of one heading
    """
    tables = [found for part in _unpacked(data, name) if (found := _table(part))]
    if not tables:
        raise FileError("no_table")
    # a zip of Alipay has a summary beside the rows
    tables.sort(key=lambda found: (found[0] == "bank", -len(found[2])))
    kind, headings, lines, after, comments = tables[0]
    doubled = [name for name, count in Counter(headings).items() if name and count > 1]
    if doubled:
        raise FileError("doubled_heading", heading=doubled[0])
    rows, held = _rows(kind, headings, lines)
    differences = _compare(kind, headings, rows + [row for row, _ in held], after)
    differences += _compare_comments(kind, rows + [row for row, _ in held], comments)
    return Table(kind, [*headings, KEY], rows, held, differences)


def to_csv(table):
    """Return a table as csv that any reader decodes alike: utf-8 with its mark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.headings)
    for row in table.rows:
        writer.writerow([row.get(heading, "") for heading in table.headings])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


# ----------------------------------------------------------------------
# From bytes to lines of cells
# ----------------------------------------------------------------------


def _unpacked(data, name):
    """Yield the files in a file.

    :raises FileError: too_large, damaged, encrypted
    """
    try:
        yield from _parts(data)
    except DAMAGED as error:
        if isinstance(error, FileError):
            raise
        raise FileError("damaged") from error


def _parts(data):
    if data[:2] == b"\x1f\x8b":
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            data = file.read(LARGEST + 1)
    _check_size(len(data))
    if data[:2] != b"PK":
        yield data
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if any(member.filename.startswith("xl/") for member in members):
            yield data
            return
        _check_size(sum(member.file_size for member in members))
        readable = [member for member in members if not member.flag_bits & 1]
        if members and not readable:
            raise FileError("encrypted")
        parts = [archive.read(member) for member in readable]
    yield from parts


def _check_size(size):
    if size > LARGEST:
        raise FileError("too_large", limit=LARGEST // 1024**2)


def lines_of(data, name=""):
    """Return the lines of the first table in a file as lists of cleaned text.

    :raises FileError: too large, damaged, or of an encoding that nobody uses
    """
    for part in _unpacked(data, name):
        return _lines(part)
    raise FileError("empty")


def _lines(data):
    """Return the lines of a file as lists of cells, cleaned."""
    if data[:2] == b"PK":
        return _sheet_lines(data)
    texts = _decoded(data).splitlines()
    if len(texts) > MAX_ROWS:
        raise FileError("too_many_rows", limit=MAX_ROWS)
    # comment lines have quotes and commas of their own
    sample = "\n".join(text for text in texts if not _is_comment(text))
    delimiter = "\t" if sample.count("\t,") < sample.count("\t") / 2 else ","
    if sample.count(",") >= sample.count("\t"):
        delimiter = ","
    lines = []
    for text in texts:
        if _is_comment(text):
            lines.append([text.strip()])
        else:
            try:
                lines += (
                    [clean(cell) for cell in cells]
                    for cells in csv.reader([text], delimiter=delimiter)
                )
            except csv.Error as error:
                raise FileError("damaged") from error
    return lines


def _is_comment(text):
    """Whether a line is a remark of the platform, and no row that begins with #N/A."""
    text = text.strip()
    return text.startswith("#") and not isinstance(
        clean(re.split(r"[,\t]", text)[0]), Unread
    )


def _decoded(data):
    """Utf-8 first: what is no utf-8 is gb18030, which takes nearly everything."""
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise FileError("encoding")


def _sheet_lines(data):
    try:
        with WorkbookLines(data) as book:
            return [[clean(cell) for cell in cells] for cells in book.lines()]
    except WorkbookError as error:
        raise FileError(error.code, limit=error.detail) from error


# ----------------------------------------------------------------------
# From lines to a table
# ----------------------------------------------------------------------


def _heading(text):
    text = text.replace("（", "(").replace("）", ")").replace(" ", "")
    return SAME.get(text, text)


def _table(part):
    """Return (kind, headings, rows, what follows them, comments), or nothing."""
    lines, is_sheet = _lines(part), part[:2] == b"PK"
    for index, cells in enumerate(lines):
        headings = [_heading(cell) for cell in cells]
        kind = _kind(headings)
        if not kind:
            continue
        rows, after, comments = [], [], [line[0] for line in lines[:index] if line]
        for number, row in enumerate(lines[index + 1 :], index + 1):
            if row and _is_comment(row[0]):
                comments.append(row[0])
            elif not any(row):
                continue
            elif _is_summary(headings, row):
                after = lines[number:]
                break
            else:
                # beside the table of a sheet people write notes
                rows.append(row[: len(headings)] if is_sheet else row)
        return kind, headings, rows, after, comments
    return None


def _kind(headings):
    for kind, (telling, _amounts) in KINDS.items():
        if set(telling) <= set(headings):
            return kind
    named = [text for text in headings if any(word in text for word in BANK_WORDS)]
    has_day = any("日期" in text or "时间" in text for text in headings)
    return "bank" if has_day and len(named) >= 3 else None


def _is_summary(headings, row):
    """Whether a line heads the summary below the rows, or is one."""
    first = row[0]
    return first.startswith(("总交易单数", "资金流水总笔数", "总笔数")) or (
        first in ("合计", "总计") and len(row) <= len(headings)
    )


def _rows(kind, headings, lines):
    """Return the rows that can be read, and those that cannot with the reason."""
    rows, held, seen = [], [], Counter()
    # some write a comma at the end of each row, and none behind the headings
    width = min(
        (len(cells) for cells in lines if len(cells) >= len(headings)), default=0
    )
    for cells in lines:
        row = dict(zip(headings, cells, strict=False))
        try:
            # a comma in a text that is not quoted moves all that follows
            if len(cells) > width >= len(headings) or any(cells[len(headings) :]):
                raise FileError("cells_beyond", found=len(cells), needed=len(headings))
            _check_row(kind, headings, row, len(cells))
            row[KEY] = _key(kind, headings, row, seen)
        except FileError as error:
            held.append((row, error))
        else:
            rows.append(row)
    times = Counter(row[KEY] for row in rows)
    held += (
        (row, FileError("doubled_key", value=row[KEY]))
        for row in rows
        if times[row[KEY]] > 1
    )
    return [row for row in rows if times[row[KEY]] == 1], held


def _check_row(kind, headings, row, width):
    """Dates and amounts in one form; a row without them is held."""
    if width < len(headings) / 2:
        raise FileError("cells_missing", found=width, needed=len(headings))
    has_day = False
    for heading in headings:
        text = row.get(heading)
        if not heading or not text:
            continue
        if isinstance(text, Unread):
            raise text.error
        if _is_amount(kind, heading):
            continue
        if ("时间" in heading or "日期" in heading) and not HOUR.fullmatch(text):
            row[heading] = time_of(text).strftime("%Y-%m-%d %H:%M:%S")
            has_day = True
    if not has_day:
        raise FileError("no_date")
    for heading in headings:
        if heading and _is_amount(kind, heading):
            row[heading] = f"{amount_of(row.get(heading)):f}"


def _is_amount(kind, heading):
    if kind != "bank":
        return heading in KINDS[kind][1]
    return any(
        word in heading for word in ("金额", "余额", "借方", "贷方", "收入", "支出")
    ) and not any(word in heading for word in ("账号", "户名", "标志", "名称", "类型"))


def _key(kind, headings, row, seen):
    """What tells a row from all others, in whichever file it comes again.

    Banks that give no number of their own: the whole row, and which of equal rows of
    its day it is.
    """
    if kind == "wechat_trade":
        refund = row.get("微信退款单号")
        if refund not in (None, "", "0"):
            return f"R{number_of('微信退款单号', refund)}"
        return number_of("微信订单号", row.get("微信订单号"))
    if kind == "alipay_trade":
        number = number_of("支付宝交易号", row.get("支付宝交易号"))
        refund = row.get("退款批次号/请求号")
        if refund:
            return f"{number}-{number_of('退款批次号/请求号', refund)}"
        return number
    if kind in FUND_KEYS:
        return number_of(FUND_KEYS[kind], row.get(FUND_KEYS[kind]))
    named = next((name for name in BANK_KEYS if row.get(name)), None)
    named = named and number_of(named, row[named])
    said = [
        f"{Decimal(row[heading]).normalize():f}"
        if _is_amount(kind, heading)
        else row.get(heading, "")
        for heading in headings
    ]
    text = named or sha256("|".join(said).encode()).hexdigest()[:24]
    seen[text] += 1
    return text if seen[text] == 1 else f"{text}-{seen[text]}"


# ----------------------------------------------------------------------
# What the file says of itself
# ----------------------------------------------------------------------


def _compare(kind, headings, rows, after):
    """Compare the sums of the rows with the summary of the file."""
    if len(after) < 2:
        return []
    names = [text.replace("（", "(").replace("）", ")") for text in after[0]]
    said = dict(zip(names, after[1], strict=False))
    found = {}
    if kind == "wechat_trade":
        found["总交易单数"] = Decimal(len(rows))
        for name, heading in SUMMARY_OF[kind].items():
            if heading in headings:
                found[name] = _sum(rows, heading)
    elif kind == "wechat_fund":
        ins = [row for row in rows if row.get("收支类型") == "收入"]
        outs = [row for row in rows if row.get("收支类型") == "支出"]
        found = {
            "资金流水总笔数": Decimal(len(rows)),
            "收入笔数": Decimal(len(ins)),
            "收入金额": _sum(ins, "收支金额(元)"),
            "支出笔数": Decimal(len(outs)),
            "支出金额": _sum(outs, "收支金额(元)"),
        }
    return _differences(said, found)


def _compare_comments(kind, rows, comments):
    """Alipay names the sums of incomes and expenses in comments."""
    headings = {"收入": "收入金额(+元)", "支出": "支出金额(-元)"}
    differences = []
    if kind != "alipay_fund":
        return differences
    for comment in comments:
        for word, count, total in re.findall(
            r"(收入|支出)合计[：:]?\s*(\d+)\s*笔[，,]\s*共\s*(-?[\d.]+)\s*元", comment
        ):
            heading = headings[word]
            found = _sum(rows, heading)
            if found is None:
                continue
            some = [row for row in rows if amount_of(row.get(heading))]
            differences += _differences(
                {f"{word}笔数": count, f"{word}金额": total},
                {
                    f"{word}笔数": Decimal(len(some)),
                    f"{word}金额": found.copy_sign(Decimal(total)),
                },
            )
    return differences


def _differences(said, found):
    """Return texts of what differs; a file rounds its sums to the digits it shows."""
    texts = []
    for name, value in found.items():
        # what an unreadable row comes to is not known: it is held, with its reason
        if not said.get(name) or value is None:
            continue
        try:
            total = amount_of(said[name])
        except FileError:
            total = None
        if total is None:
            texts.append(f"{name}: {said[name]} / {value}")
        elif value.quantize(total) != total:
            texts.append(f"{name}: {total} / {value}")
    return texts


def _sum(rows, heading):
    """Return the sum of a column, or None where one of its amounts cannot be read."""
    try:
        return sum((amount_of(row.get(heading)) for row in rows), Decimal())
    except FileError:
        return None
