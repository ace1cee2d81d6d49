import logging, io, sys, warnings
logging.basicConfig(stream=sys.stdout, format="%(levelname)s:%(name)s:%(message)s", level="INFO")
log = logging.getLogger("a.b"); log.info("x=%d", 1); log.debug("hidden")
try: 1 / 0
except ZeroDivisionError: log.exception("failed")
with warnings.catch_warnings(record=True) as w: warnings.simplefilter("always"); warnings.warn("old", DeprecationWarning); print(w[0].category.__name__, w[0].message)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try: warnings.warn("now an error")
    except UserWarning as e: print(e)
