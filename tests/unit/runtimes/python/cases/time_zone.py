import os
import time

os.environ["TZ"] = "Asia/Tokyo"
time.tzset()
print(time.strftime("%H:%M %Z", time.localtime(0)))
