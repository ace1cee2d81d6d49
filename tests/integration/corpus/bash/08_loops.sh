for ((i = 0; i < 5; i++)); do ((i == 3)) && continue; printf '%d ' $i; done; echo
i=0; while true; do ((++i > 3)) && break; printf '%s,' $i; done; echo
until ((i == 0)); do ((i--)); done; echo $i
for x in {1..3} {a..c} {10..4..3}; do printf '%s ' $x; done; echo
