s='žluť🐎'
echo ${#s} "${s:4:1}" "${s^^}"
printf '%s' "$s" | wc -c
