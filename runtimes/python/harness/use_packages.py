# Uses what is loaded as jobs do, before anything is made ready for them: the interpreter
# specialises a function that has been called eight times, and writes to it while it does.
import sys

# A difference between versions is not our concern.
try:
    if "pandas" in sys.modules and "numpy" in sys.modules:
        import numpy
        import pandas

        for size in range(8, 14):
            series = pandas.Series(numpy.arange(size))
            frame = pandas.DataFrame({"k": ["a", "b"] * size, "v": numpy.arange(2.0 * size)})
            frame["w"] = frame.v * 2 + 1
            str((series.sum(), series.mean(), frame[frame.v > 3].head(2), len(frame)))
            str((frame.groupby("k").v.sum(), frame.sort_values("v").iloc[0].to_dict()))
except Exception:
    pass
