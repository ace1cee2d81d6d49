import os
import sys
import sysconfig

print(sys.executable, sys.prefix, sys.exec_prefix, sys.base_prefix, sys._base_executable)
print(sys.version_info, sys.flags, sys.warnoptions, sys._xoptions, sys.implementation.name)
print(sys.argv, sys.orig_argv, sys.path)
print(sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.getdefaultencoding())
import locale

print(locale.getpreferredencoding(), locale.setlocale(locale.LC_CTYPE), locale.getlocale())
print(sys.dont_write_bytecode, sys.getswitchinterval(), sys.stdlib_module_names is not None)
print(os.getcwd() == os.environ["PWD"], sorted(os.environ.items()))
print(sysconfig.get_path("stdlib"), sysconfig.get_platform())
print(hasattr(sys, "last_type"), sys.exc_info(), sys.gettrace(), sys.getprofile())
import site
print(site.ENABLE_USER_SITE, site.USER_SITE, site.USER_BASE)
