printf '%s\n' pear apple fig apple | sort | uniq -c | sort -rn | awk '{print $2, $1}'
seq 1 10 | paste -sd+ | bc 2>/dev/null || seq 1 10 | awk '{s += $1} END {print s}'
false | true; echo "${PIPESTATUS[@]}"
set -o pipefail; false | true; echo $?
