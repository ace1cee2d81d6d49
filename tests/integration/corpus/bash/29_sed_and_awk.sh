printf 'name=ann\nage=31\n' | sed -n 's/^age=\(.*\)$/\1/p'
printf 'a b\nc d\n' | sed -e 's/\(.\) \(.\)/\2 \1/' -e '2q'
printf 'x 1\ny 2\nx 3\n' | awk '{sum[$1] += $2} END {for (k in sum) print k, sum[k]}' | sort
awk 'BEGIN {printf "%.2f %s\n", 22 / 7, toupper("ok")}'
