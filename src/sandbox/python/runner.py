"""The only Python of ours that runs beside a solution: `load` and `test`, on which the host keeps a handle.

The host runs this file before the snapshot is taken, in a namespace of its own with its own copy of the builtins. So
nothing a solution does to builtins or modules reaches it. A solution that digs it out through `gc` or frames can make
it write any value, but it cannot know the value that would pass: expected results never enter the interpreter.
"""

import _ast
from _json import encode_basestring_ascii as quote
from sys import modules
from types import ModuleType

LIMIT = 1_000_000
DEEPEST = 200
ONLY_AST = 0x400  # ast.PyCF_ONLY_AST

name_of = type.__dict__["__name__"].__get__
bases_of = type.__dict__["__mro__"].__get__


class Unreadable(Exception):
    pass


class Writer:
    def __init__(self):
        self.parts = []
        self.length = 0

    def write(self, text):
        self.length += len(text)
        if self.length > LIMIT:
            raise Unreadable(f"a value of more than {LIMIT} characters")
        self.parts.append(text)

    # A subclass is read as its base is, by the base's own methods: what it overrides counts for nothing.
    def value(self, value, above=frozenset()):
        if value is None:
            self.write("null")
        elif value is True or value is False:
            self.write("true" if value else "false")
        elif isinstance(value, str):
            self.write(quote(str.__str__(value)))
        elif isinstance(value, int):
            self.integer(int.__index__(value))
        elif isinstance(value, float):
            self.float(float.__float__(value))
        elif not isinstance(value, (list, tuple, dict)):
            self.opaque(described(value))
        elif id(value) in above:
            self.opaque("a cycle")
        elif len(above) > DEEPEST:
            raise Unreadable(f"a value nested more than {DEEPEST} deep")
        elif isinstance(value, dict):
            self.dict(list(dict.items(value)), above | {id(value)})
        else:
            kind = list if isinstance(value, list) else tuple
            self.list(list(kind.__iter__(value)), above | {id(value)})

    def integer(self, value):
        if value.bit_length() <= 53:
            self.write(int.__repr__(value))
        elif value.bit_length() > 14_000:
            self.opaque("an integer of more than 4200 digits")
        else:
            self.write('{"$":"' + int.__repr__(value) + '"}')

    def float(self, value):
        if value != value:
            self.write('{"$":"NaN"}')
        elif value - value != 0.0:
            self.write('{"$":"Infinity"}' if value > 0.0 else '{"$":"-Infinity"}')
        else:
            self.write(float.__repr__(value))

    def list(self, items, above):
        self.write("[")
        for at, item in enumerate(items):
            self.write("," if at else "")
            self.value(item, above)
        self.write("]")

    def dict(self, pairs, above):
        for key, _ in pairs:
            if not isinstance(key, str):
                return self.opaque(f"a dict with a key that is {described(key)}")
        named = [(str.__str__(key), item) for key, item in pairs]
        wrapped = any(key == "$" for key, _ in named)
        self.write('{"$":"object","value":{' if wrapped else "{")
        for at, (key, item) in enumerate(named):
            self.write(("," if at else "") + quote(key) + ":")
            self.value(item, above)
        self.write("}}" if wrapped else "}")

    def opaque(self, text):
        self.write('{"$":"opaque","text":' + quote(text) + "}")


def described(value):
    name = name_of(type(value))[:80]
    return ("an " if name[:1].lower() in "aeiou" else "a ") + name


def returned(value):
    writer = Writer()
    try:
        writer.value(value)
    except BaseException as error:
        writer = Writer()
        writer.opaque(str(error) if type(error) is Unreadable else "a value that throws while it is read")
    return '{"state":"returned","json":' + quote("".join(writer.parts)) + "}"


def threw(state, error):
    try:
        message = str.__str__(str(error))[:1000]
    except BaseException:
        message = ""
    kind = type(error)
    names = ",".join(quote(name_of(base)) for base in bases_of(kind))
    return f'{{"state":"{state}","name":{quote(name_of(kind))},"message":{quote(message)},"kinds":[{names}]}}'


space = {}


def load(code):
    """Runs a solution as the module `solution`, so that `if __name__ == "__main__"` stays out."""
    global space
    module = ModuleType("solution")
    # Dataclasses, typing and pickle look a class's module up by its name.
    modules["solution"] = module
    space = module.__dict__
    try:
        exec(compile(code, "solution.py", "exec", 0, True), space)
    except BaseException as error:
        return threw("not-loaded", error)
    return '{"state":"loaded"}'


def test(run):
    """Runs the body of a function that sees the solution's names; with `await` in it, of an async function."""
    try:
        body = compile(run, "test.py", "exec", ONLY_AST, True).body
        waits = False
        try:
            code = compiled(body, _ast.FunctionDef)
        except SyntaxError:
            code = compiled(body, _ast.AsyncFunctionDef)
            waits = True
        exec(code, space)
        value = space.pop("run test")()
        if waits:
            from asyncio import run

            value = run(value)
    except BaseException as error:
        return threw("threw", error)
    return returned(value)


def compiled(body, node):
    function = node("run test", _ast.arguments([], [], None, [], [], None, []), body, [], None, None, [], lineno=1, col_offset=0)
    return compile(_ast.Module([function], []), "test.py", "exec", 0, True)
