"""Finds in the syntax tree what text search misses: writes through any name, imports in any form, signals."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

WRITES = {"save", "update", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITES |= {f"a{name}" for name in WRITES} | {"save_base", "_raw_delete", "project"}
# What a queryset or manager gives that is no row of its own table any more.
NO_ROWS = {"count", "exists", "aggregate", "values", "values_list", "explain", "in_bulk"}
# Attributes of rows are other things, but for the ways that lead back to the table.
ROWS_OF = {"objects", "all", "_default_manager", "_base_manager"}
Scope = ast.FunctionDef | ast.AsyncFunctionDef
Found = list[tuple[int, str]]


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of all that is imported, also by `import_module("x")`; "a.b" of `from a import b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            yield from ((node.lineno, str(name.value)) for name in node.args[:1] if isinstance(name, ast.Constant))


def imported(tree: ast.AST, modules: Iterable[str]) -> Found:
    """Where one of these modules, or something of it, is imported."""
    banned = re.compile(rf"({'|'.join(map(re.escape, modules))})(\.|$)")
    return sorted({(line, name) for line, name in imports(tree) if banned.match(name)})


def signals(tree: ast.AST) -> Found:
    """Signals that are made, imported or listened to, whatever they are called."""
    found = [
        (line, name)
        for line, name in imports(tree)
        if re.search(r"(^|\.)(signals|dispatch)(\.|$)|\.(Signal|receiver|(pre|post)_(save|delete|init))$", name)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"connect", "connect_via", "receiver"}:
            found.append((node.lineno, ast.unparse(node)))
    return found


def returning(trees: Mapping[str, ast.Module], model: str) -> set[str]:
    """Functions of modules that give rows of the model, by their annotations: "lock", and "perform.lock"."""
    found = set()
    for path, tree in trees.items():
        for node in tree.body:
            if isinstance(node, Scope) and node.returns is not None and _speaks_of(node.returns, model):
                found |= {node.name, f"{Path(path).stem}.{node.name}"}
    return found


def writes(tree: ast.AST, model: str, makers: Iterable[str] = ()) -> Found:
    """Calls that write rows of `model`: `Ticket.objects…update()`, `rows.update()`, `source.save()`, `x.ticket.save()`.

    A name holds rows when it is annotated so, was given such an expression, or walks over one. `makers` are functions
    that return rows.
    """
    found = set()
    for scope, owner in _scopes(tree):
        own = list(_own(scope))
        calls = [node.func for node in own if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        if not (suspects := [called for called in calls if called.attr in WRITES]):
            continue
        rows = _Rows(model, set(makers))
        if owner in (model, f"{model}QuerySet"):
            rows.names.add("self")
        for node in own * 2:  # twice, as a loop may use above what it names below
            rows.learn(node)
        found |= {(called.lineno, ast.unparse(called)) for called in suspects if rows.holds(called.value)}
    table = re.compile(rf"\b(UPDATE|INSERT INTO|DELETE FROM)\s+\"?tickets_{model.lower()}\b", re.IGNORECASE)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and table.search(node.value):
            found.add((node.lineno, " ".join(node.value.split())[:60]))
    return sorted(found)


class _Rows:
    """What is known in one function to hold rows of one model."""

    def __init__(self, model: str, makers: set[str]) -> None:
        self.model, self.makers = model, makers
        self.names: set[str] = set()

    def learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.arg) and node.annotation is not None and _speaks_of(node.annotation, self.model):
            self.names.add(node.arg)
        elif isinstance(node, ast.AnnAssign) and _speaks_of(node.annotation, self.model):
            self._name(node.target)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value)
        elif isinstance(node, ast.NamedExpr):
            self._assign(node.target, node.value)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            self._assign(node.target, node.iter)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._assign(node.optional_vars, node.context_expr)

    def holds(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.names
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == self.model:
                return node.attr in ROWS_OF
            return node.attr == self.model.lower() or (node.attr in ROWS_OF and self.holds(node.value))
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                if node.func.id in {"list", "tuple", "sorted", "set", "reversed", "iter", "next"} and node.args:
                    return self.holds(node.args[0])
                return node.func.id == self.model or node.func.id in self.makers
            if isinstance(node.func, ast.Attribute):
                held = self.holds(node.func.value) or ast.unparse(node.func) in self.makers
                return held and node.func.attr not in NO_ROWS
        if isinstance(node, ast.Subscript):
            return self.holds(node.value)
        if isinstance(node, ast.IfExp):
            return self.holds(node.body) or self.holds(node.orelse)
        if isinstance(node, ast.BoolOp):
            return any(map(self.holds, node.values))
        if isinstance(node, ast.BinOp):
            return self.holds(node.left) or self.holds(node.right)
        if isinstance(node, ast.List | ast.Tuple):
            return any(map(self.holds, node.elts))
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            return self.holds(node.elt)
        return False

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, its in zip(target.elts, value.elts, strict=True):
                self._assign(one, its)
        elif self.holds(value):
            self._name(target)

    def _name(self, target: ast.expr) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self.names.add(node.id)


def _scopes(tree: ast.AST, owner: str = "") -> Iterator[tuple[ast.AST, str]]:
    """Each function with the class around it, and the module itself."""
    yield tree, owner
    for node in _own(tree):
        if isinstance(node, Scope | ast.ClassDef):
            yield from _scopes(node, node.name if isinstance(node, ast.ClassDef) else owner)


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope in the order of the text, functions and classes within named but not entered."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, Scope | ast.ClassDef):
            yield from _own(child)


def _speaks_of(annotation: ast.expr, model: str) -> bool:
    """`Ticket`, `Ticket | None`, `list[Ticket]`, `TicketQuerySet`, also in quotes; not `Callable[[Ticket], None]`."""
    text = ast.unparse(annotation)
    return "Callable" not in text and "type[" not in text and bool(re.search(rf"\b{model}(QuerySet)?\b", text))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())
