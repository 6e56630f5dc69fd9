"""Which branches of the templates were rendered: each `if`, `elif`, `else` and `for`, and each
expression with an `if`.

A branch that nobody ever renders may name a filter that does not exist, or a value that is not
there: Jinja tells of neither before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from jinja2 import Environment, nodes

from bot.render import templates

_SEEN = "branch_seen"


class Branch(NamedTuple):
    """A branch of a template."""

    template: str
    line: int
    kind: str


class BranchEnvironment(Environment):
    """Notes which branches are rendered."""

    rendered: set[Branch]
    known: set[Branch]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.globals[_SEEN] = self._seen

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        chained = {id(each) for node in tree.find_all(nodes.If) for each in node.elif_}
        for node in list(tree.find_all((nodes.If, nodes.For, nodes.CondExpr))):
            if id(node) not in chained:
                self._mark(node, str(name))
        return tree

    def _mark(self, node: nodes.Node, name: str) -> None:
        match node:
            case nodes.If():
                for number, each in enumerate([node, *node.elif_]):
                    self._begin(each.body, name, each.lineno, "elif" if number else "if")
                self._begin(node.else_, name, node.lineno, "else")
            case nodes.For(body=body, else_=otherwise):
                self._begin(body, name, node.lineno, "for")
                if otherwise:
                    self._begin(otherwise, name, node.lineno, "for, of nothing")
            case nodes.CondExpr(expr1=first, expr2=second):
                node.expr1 = self._note(name, node.lineno, "x if", first)
                if second is not None:
                    node.expr2 = self._note(name, node.lineno, "else y", second)

    def _begin(self, body: list[nodes.Node], name: str, line: int, kind: str) -> None:
        note = self._note(name, line, kind, nodes.Const(""))
        body.insert(0, nodes.Output([note], lineno=line))

    def _note(self, name: str, line: int, kind: str, value: nodes.Expr) -> nodes.Expr:
        branch = Branch(name, line, kind)
        self.known.add(branch)
        noted = [nodes.Const(part) for part in branch]
        return nodes.Call(nodes.Name(_SEEN, "load"), [*noted, value], [], None, None, lineno=line)

    def _seen(self, name: str, line: int, kind: str, value: Any) -> Any:
        self.rendered.add(Branch(name, line, kind))
        return value


@contextmanager
def branches() -> Iterator[tuple[set[Branch], set[Branch]]]:
    """Note the branches of the templates that are loaded meanwhile, and those that are
    rendered."""
    known, rendered = set[Branch](), set[Branch]()
    before = templates.Environment
    noting = type("Noting", (BranchEnvironment,), {"known": known, "rendered": rendered})
    templates.Environment = noting  # type: ignore[misc]
    _forget()
    try:
        yield known, rendered
    finally:
        templates.Environment = before  # type: ignore[misc]
        _forget()


def _forget() -> None:
    templates.environment.cache_clear()
    templates.codes.cache_clear()
