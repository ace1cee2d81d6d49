import logging

logging.warning("to stderr %s", "now")
logging.getLogger("other").error("configured by the line above")
try:
    1 / 0
except ZeroDivisionError:
    logging.exception("with a traceback")
logging.info("not shown")
logging.getLogger().removeHandler(logging.getLogger().handlers[0])
logging.getLogger("x").warning("last resort")
