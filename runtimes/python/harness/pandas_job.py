# A typical script with pandas. The pages that it writes to are five times those of other scripts,
# and in nearly all huge pages: only some workers take them.
try:
    import numpy
    import pandas

    print(pandas.Series(numpy.arange(3)).sum())
    frame = pandas.DataFrame({"k": ["a", "b", "a"], "v": numpy.arange(3)})
    print(*frame.groupby("k").v.sum())
# A difference between versions is not our concern.
except Exception:
    pass
