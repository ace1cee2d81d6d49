# Imports the modules named in `names`; leaves `loaded` and `missing` (name, reason) behind.
# Runs once, in the zygote, before any job exists.
import gc
import os
import shutil
import sys
import tempfile
import threading

# Numeric libraries start a thread per core when they are imported, and threads do not survive a
# fork. The variables are for the import only: a job's own children decide for themselves.
ONE_THREAD = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMEXPR_MAX_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
for variable in ONE_THREAD:
    os.environ[variable] = "1"

# matplotlib builds its font list on first import and writes it down. A private directory, since
# a name anybody can guess in /tmp could be prepared by anybody.
job_config_dir = os.environ["MPLCONFIGDIR"]
private_config_dir = tempfile.mkdtemp(prefix="mpl-")
os.environ["MPLCONFIGDIR"] = private_config_dir

sys.dont_write_bytecode = True
loaded = []
missing = []
for name in names:
    try:
        __import__(name)
    except BaseException as error:
        reason = str(error).strip().split("\n")[0]
        missing.append((name, f"{type(error).__name__}: {reason}"))
    else:
        loaded.append(name)
sys.dont_write_bytecode = False

os.environ["MPLCONFIGDIR"] = job_config_dir
shutil.rmtree(private_config_dir, ignore_errors=True)
for variable in ONE_THREAD:
    del os.environ[variable]

if openssl := sys.modules.get("_ssl"):
    # Loads OpenSSL's configuration and random generator once, instead of in every worker.
    openssl.RAND_bytes(1)

for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join(10)
gc.collect()
