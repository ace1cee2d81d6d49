cmd='echo "a  b" $((1+2))'; eval "$cmd"
args=(-n "x y"); printf '[%s]' "${args[@]}"; echo
echo 'single '\''quoted'\''' $'tab\tnewline' "dollar \$"
