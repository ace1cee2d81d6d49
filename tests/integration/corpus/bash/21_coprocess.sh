coproc UP { while read -r line; do echo "${line^^}"; done; }
echo "hello" >&"${UP[1]}"
read -r answer <&"${UP[0]}"
echo "$answer"
eval "exec ${UP[1]}>&-"; wait
