"""The demo prints one language, that of who started it; its steps are all there."""

import ast
import re

import pytest

from demo import steps, words
from tooling import layout

STEPS = sorted((layout.DEMO / "steps").glob("*.py"))
LETTER = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, False),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW.UTF-8"}, True),
        ({"LANG": "", "LC_ALL": ""}, False),
        ({}, False),
    ],
)
def test_language_is_that_of_the_shell(monkeypatch, environment, chinese):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert words.chinese() is chinese
    assert words.say("好", "good") == ("好" if chinese else "good")


def test_steps_find_each_other():
    """What one takes from another is there: else the demo stops after minutes."""
    found = {path.stem: ast.parse(path.read_text("utf-8")) for path in STEPS}
    assert set(steps.ORDER) <= found.keys()
    for name, step in found.items():
        for node in ast.walk(step):
            if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module:
                assert node.module in found, f"{name} takes from {node.module}"
                known = {getattr(one, "name", "") for one in found[node.module].body}
                assert {alias.name for alias in node.names} <= known, name


def test_numbers_stand_under_each_other():
    lines = [words.columns(name, "1") for name in ("total", "合计", "应收账款科目")]
    widths = [len(line) + len(LETTER.findall(line)) for line in lines]
    assert len(set(widths)) == 1


def _texts(node):
    """The letters of a text of the source, whatever is filled in."""
    return "".join(
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def test_each_line_is_there_in_both_languages():
    found = 0
    for path in layout.DEMO.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "words.say",
                "words.now",
            ):
                if any(isinstance(one, ast.Name) for one in node.args):
                    continue
                chinese, english = map(_texts, node.args)
                assert LETTER.search(chinese), f"{path.name}: {ast.unparse(node)}"
                assert not LETTER.search(english), f"{path.name}: {ast.unparse(node)}"
                found += 1
    assert found > 20
