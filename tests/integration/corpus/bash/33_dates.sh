TZ=UTC date -d @86400 '+%Y-%m-%d %H:%M:%S %A'
date -u -d '2024-02-28 + 2 days' +%F
printf '%(%F)T\n' 0
