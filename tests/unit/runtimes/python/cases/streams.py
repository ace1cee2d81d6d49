import sys

for name in ("stdin", "stdout", "stderr"):
    stream = getattr(sys, name)
    print(name, stream, stream is getattr(sys, f"__{name}__"), stream.fileno())
    print(stream.encoding, stream.errors, stream.newlines, stream.line_buffering)
    print(stream.write_through, stream.mode, stream.name, stream.closed, stream.isatty())
    print(type(stream.buffer), stream.buffer.name, stream.buffer.mode, stream.seekable())
    print(stream.buffer.closefd if hasattr(stream.buffer, "closefd") else stream.buffer.raw)
