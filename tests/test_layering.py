"""The house rules that can be read off the source: who imports whom, and what nobody does."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("grammar", "compiler", "runtime")
FILES = sorted(
    [*ROOT.glob("*.py"), *(f for part in PARTS for f in (ROOT / part).rglob("*.py"))],
)
NAMES = [str(f.relative_to(ROOT)) for f in FILES]

# What a part may import besides the standard library and its own files.
ALLOWED = {
    "grammar": {"lark"},
    "compiler": {"nacre.grammar", "lark", "networkx"},
    "runtime": None,  # everything
}

# The compiler's data modules: what passes hand to each other. They import each other and no pass.
DATA = {
    "types",
    "typed",
    "exprs",
    "systems",  # differential equations, a part of `typed`
    "arrays",  # functions of whole arrays
    "families",
    "functions",
    "intervals",
    "graph",
    "given",  # where given values come from
    "present",  # given by the data, as far as is known without them
    "query",  # what is asked of a graph
    "evidence",  # what given values make of a role
    "reading",  # reading expressions
    "measure",  # how large they become when they are written out
    "summed",  # what is summed out
    "label_numbers",  # labels as numbers
    "reads",  # which elements terms read
    "forward",  # what a simulation draws
    "stepwise",  # the order of forward draws
    "lookback",  # references of recurrences that are left to the data
    "elimination",  # in which order discrete variables are summed out
    "substitute",  # expressions with parts replaced
    "composite",  # distributions made of others
    "recurrence",  # where families refer to earlier elements
    "sweep",  # the same along two dimensions at once
    "target",
    "layout",
    "networks",
    "artefact",
    "complaints",
    "ordering",  # no pass: names in the order of what they need
}

# Tools on target values, for every pass that writes code. They know nothing of models, and import
# data modules only.
TOOLS = {"formula", "differentiate", "printer"}

NEVER = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "misc", "manager", "handler"}
MAX_LINES = 400


def module_of(path: Path) -> str:
    """Dotted name under which a file is imported."""
    parts = ["nacre", *path.relative_to(ROOT).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, only_at_load: bool = False) -> Iterator[str]:
    """Dotted names of the modules that a file imports, ours in full (``nacre.…``)."""
    package = module_of(path) if path.name == "__init__.py" else module_of(path).rpartition(".")[0]
    tree = ast.parse(path.read_text())
    for node in at_load(tree) if only_at_load else ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (n.name for n in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                if level:
                    up = package.split(".")[: len(package.split(".")) - level + 1]
                    module = ".".join([*up, *([module] if module else [])])
                yield from (
                    f"{module}.{n.name}" if is_ours(f"{module}.{n.name}") else module for n in names
                )


def at_load(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes that run when the module is imported: not the bodies of functions, no type checking."""
    queue: list[ast.AST] = list(tree.body)
    while queue:
        node = queue.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        queue.extend(ast.iter_child_nodes(node))


def is_ours(name: str) -> bool:
    """Whether a dotted name is one of our modules."""
    return name in MODULES


MODULES = {module_of(f): f for f in FILES}


def part_of(name: str) -> str:
    """``grammar``, ``compiler`` or ``runtime`` for our modules."""
    return (name.split(".") + [""])[1]


def unit_of(name: str) -> str:
    """First module or package below a part: ``emit`` for ``nacre.compiler.emit.joint``."""
    return (name.split(".") + ["", ""])[2]


def ours(path: Path) -> list[str]:
    return [n for n in imports(path) if n.split(".")[0] == "nacre"]


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_part_imports_only_what_it_may(path):
    part = part_of(module_of(path))
    allowed = ALLOWED.get(part)
    foreign = {
        name
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not name.startswith(f"nacre.{part}")
    }
    if allowed is not None:
        assert {n for n in foreign if not any(n.startswith(a) for a in allowed)} == set()


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_imports_of_our_own_are_relative(path):
    """An absolute one would find another copy, or none, in an installed wheel."""
    tree = ast.parse(path.read_text())
    absolute = [
        n.module
        for n in ast.walk(tree)
        if isinstance(n, ast.ImportFrom) and n.level == 0 and n.module
    ]
    tops = {name.split(".")[0] for name in absolute}
    assert tops & {"nacre", *PARTS} == set()


COMPILER = [f for f in FILES if part_of(module_of(f)) == "compiler"]


@pytest.mark.parametrize("path", COMPILER, ids=lambda f: str(f.relative_to(ROOT)))
def test_passes_meet_only_in_the_driver(path):
    """Data modules import data modules; a pass imports those, the tools and its own files."""
    unit = unit_of(module_of(path))
    if unit == "driver":
        return
    allowed = DATA if unit in DATA | TOOLS else DATA | TOOLS
    others = {unit_of(n) for n in ours(path) if part_of(n) == "compiler"} - {unit, ""}
    assert others - allowed == set()


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nothing_is_pickled(path):
    text = path.read_text()
    assert {n.split(".")[0] for n in imports(path)} & NEVER == set()
    assert "torch.load" not in text
    assert "torch.save" not in text
    assert "allow_pickle=True" not in text


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_can_be_read_in_one_sitting(path):
    assert len(path.read_text().splitlines()) <= MAX_LINES


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_is_named_for_what_it_holds(path):
    assert path.stem not in VAGUE


MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MAKERS = {"list", "dict", "set", "defaultdict", "OrderedDict", "Counter", "deque", "bytearray"}
CHANGES = {
    "append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "remove",
    "discard", "clear", "sort", "reverse",
}  # fmt: skip


def bindings(tree: ast.Module) -> Iterator[tuple[str, ast.expr, ast.expr | None]]:
    """Names bound at module level, with their values and annotations."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value, None
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value, node.annotation


def is_mutable(value: ast.expr) -> bool:
    match value:
        case ast.Call(func=ast.Name(id=maker)):
            return maker in MAKERS
        case _:
            return isinstance(value, MUTABLE)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_no_module_keeps_state(path):
    """A table may be a dict if it says that it is only read; nothing ever writes to it."""
    tree = ast.parse(path.read_text())
    loose = [
        name
        for name, value, annotation in bindings(tree)
        if is_mutable(value)
        and name != "__all__"
        and not (annotation and ast.unparse(annotation).split("[")[0] in ("Mapping", "Sequence"))
    ]
    assert loose == []
    assert [ast.unparse(n) for n in ast.walk(tree) if isinstance(n, ast.Global)] == []
    assert list(changes(tree, {name for name, _, _ in bindings(tree)})) == []


def changes(tree: ast.Module, names: set[str]) -> Iterator[str]:
    """Statements in functions that change what a module-level name holds."""
    for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
        local = {
            n.id
            for n in ast.walk(function)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        } | {a.arg for a in ast.walk(function) if isinstance(a, ast.arg)}
        for node in ast.walk(function):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)):
                    changed = attr in CHANGES
                case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                    changed = True
                case _:
                    continue
            if changed and name in names - local:
                yield ast.unparse(node)


GLOBAL_SWITCHES = (
    "torch.manual_seed",
    "torch.random.manual_seed",
    "torch.cuda.manual_seed",
    "set_default_dtype",
    "set_default_device",
    "get_default_dtype",
    "set_num_threads",
    "np.random.seed",
    "random.seed",
    "torch.jit",
)


@pytest.mark.parametrize("switch", GLOBAL_SWITCHES)
def test_no_global_switch_is_turned(switch):
    """A generator of one's own may be seeded; torch's, numpy's and Python's may not.

    The command line is left out: its process is its own.
    """
    library = [f for f in FILES if "cli" not in f.parts]
    assert [f.name for f in library if switch in f.read_text()] == []


# --- the light commands ---------------------------------------------------------------------------

LIGHT = ("check", "fmt", "info", "explain", "graph", "compile")
HEAVY = {
    "torch",
    "networkx",
    "numpy",
    "scipy",
    "pandas",
    "xarray",
    "arviz_base",
    "arviz_stats",
    "h5py",
}
MODEL = ROOT / "examples" / "eight_schools" / "centred.ppl"
ARGUMENTS = {
    "check": [MODEL],
    "fmt": ["--check", MODEL],
    "info": [MODEL],
    "explain": ["E201"],
    "graph": [MODEL],
    "compile": [MODEL],
}

RUN = """
import sys
from nacre.__main__ import main
sys.argv = ["nacre", *sys.argv[1:]]
try:
    main()
finally:
    print("HEAVY:", *sorted({m.split(".")[0] for m in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize("command", LIGHT)
def test_light_commands_never_import_torch(command, tmp_path):
    arguments = [command, *map(str, ARGUMENTS[command])]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    loaded = done.stderr.rpartition("HEAVY:")[2].split()
    assert set(loaded) & HEAVY == set()
