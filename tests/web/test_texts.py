"""The words of pages: each in both languages, each asked for somewhere."""

import ast
from pathlib import Path

from jinja2 import Environment, nodes

from citydiplomacy import web
from citydiplomacy.web.navigation import MENU
from citydiplomacy.web.pictures import VIEWS
from citydiplomacy.web.texts import TEXTS

WEB = Path(web.__file__).parent


def test_texts_are_there_in_both_languages() -> None:
    for key, (english, german) in TEXTS.items():
        assert english, key
        assert german, key


def test_every_text_that_is_asked_for_is_there_and_every_text_is_asked_for() -> None:
    asked = {*MENU.values(), *VIEWS}
    for path in WEB.glob("templates/*.html"):
        asked |= _constants(Environment(autoescape=True).parse(path.read_text("utf-8")), "t")
    for path in WEB.glob("*.py"):
        calls = (one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.Call))
        for call in calls:
            if isinstance(call.func, ast.Name) and call.func.id == "text":
                asked |= {one.value for one in ast.walk(call.args[0]) if isinstance(one, ast.Constant)}
    assert asked == set(TEXTS)


def _constants(template: nodes.Template, function: str) -> set[str]:
    """The texts among the arguments of a function's calls; of a choice between two both, but not what decides it."""
    found: set[str] = set()
    for call in template.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == function:
            (given,) = call.args
            ends = (given.expr1, given.expr2) if isinstance(given, nodes.CondExpr) else (given,)
            found |= {one.value for one in ends if isinstance(one, nodes.Const)}
    return found
