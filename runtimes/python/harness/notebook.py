# Compiles a program as notebooks do; see notebook.h. Runs only in jobs with rich results.
import ast
import importlib.util
import re

AWAITS = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
# Commands that a job ignores, because it has already or has no use for what they change.
IGNORED = frozenset(("autoreload", "config", "load_ext", "matplotlib", "reload_ext", "unload_ext"))
# Few programs need one of these, so none is compiled ahead.
LINE_END = rb"(\r\n|\r|\n)"
COMMAND = rb"([ \t]*)%(\w+)"
ASSIGNED = rb"[ \t]*[\w.,\[\] \t]+=[ \t]*(%\w+|!)"
SEMICOLON = r"(?:[\s)\\]|#[^\n]*\n)*;"
runner = None


def reason_against(line):
    """Why a line that only notebooks understand does not run; None: it is not one."""
    text = line.strip()
    assigned = re.match(ASSIGNED, line)
    command = re.match(rb"%%?\w+", assigned[1] if assigned else text)
    if command:
        name = command[0].decode(errors="replace")
        return f"{name} is a notebook's command, which is not run here"
    if assigned or text.startswith(b"!"):
        return "'!' is a notebook's shell command, which is not run here: use subprocess.run()"
    if re.fullmatch(rb"\?{1,2}[\w.*]+|[\w.*]+\?{1,2}", text):
        return "'?' is a notebook's question for help, which is not answered here: use help()"
    return None


def without_command(source, error, path):
    """The source with nothing in place of the line that is wrong, if that can be ignored."""
    pieces = re.split(LINE_END, source)
    place = 2 * ((error.lineno or 0) - 1)
    if not 0 <= place < len(pieces):
        return None
    command = re.match(COMMAND, pieces[place])
    if command and command[2].decode(errors="replace") in IGNORED:
        pieces[place] = command[1] + b"pass"
        return b"".join(pieces)
    if reason := reason_against(pieces[place]):
        line = pieces[place].decode(errors="replace")
        raise SyntaxError(reason, (path, error.lineno, error.offset, line + "\n")) from None
    return None


def parse(source, path):
    """Lines are looked at only where Python finds an error: '%' and '!' have their uses in it."""
    while True:
        try:
            return source, compile(source, path, "exec", ast.PyCF_ONLY_AST | AWAITS, True)
        except SyntaxError as error:
            source = without_command(source, error, path)
            if source is None:
                raise


def is_silenced(source, expression):
    """Whether a semicolon follows."""
    if b";" not in source:
        return False
    lines = importlib.util.decode_source(source).split("\n")
    rest = lines[expression.end_lineno - 1 :]
    rest[0] = rest[0].encode()[expression.end_col_offset :].decode()
    return re.match(SEMICOLON, "\n".join(rest)) is not None


def compile_program(source, path):
    """The code of the program, and that of its last expression, or None."""
    module = last = None
    try:
        source, module = parse(source, path)
    except RecursionError:
        pass
    if module is None:
        # Too deep a tree to be made of objects; the compiler has the last word.
        return compile(source, path, "exec", AWAITS, True), None
    if module.body and isinstance(module.body[-1], ast.Expr):
        if not is_silenced(source, module.body[-1]):
            last = ast.Expression(module.body.pop().value)
    code = compile(module, path, "exec", AWAITS, True)
    return code, last and compile(last, path, "eval", AWAITS, True)


def run_to_end(coroutine):
    """In one event loop for the whole program."""
    global runner
    if runner is None:
        import asyncio

        runner = asyncio.Runner()
    return runner.run(coroutine)


def close_loop():
    if runner is not None:
        runner.close()
