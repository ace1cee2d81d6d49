a=(one two "three four")
a+=(five)
echo ${#a[@]} "${a[2]}" "${a[-1]}"
unset 'a[1]'
echo "${!a[@]}"
for item in "${a[@]}"; do printf '<%s>' "$item"; done; echo
echo "${a[@]:1:2}"
b=("${a[@]/#/pre-}"); echo "${b[*]}"
