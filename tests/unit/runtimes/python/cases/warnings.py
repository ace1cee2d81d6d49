import warnings

warnings.warn("a user warning")
warnings.warn("old", DeprecationWarning)
for _ in range(2):
    warnings.warn("once per line", RuntimeWarning)
text = "\d"
assert (1 is 1) or True
open("main.py")
print(len(warnings.filters) >= 5)
