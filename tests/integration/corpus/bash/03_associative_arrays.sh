declare -A age=([ann]=31 [bob]=27)
age[eve]=40
for name in $(printf '%s\n' "${!age[@]}" | sort); do echo "$name ${age[$name]}"; done
unset 'age[bob]'
[[ -v age[bob] ]] && echo there || echo gone
echo ${#age[@]}
