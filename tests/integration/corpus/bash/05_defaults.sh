unset a; b=; c=set
echo "${a:-x}" "${b:-y}" "${b-z}" "${c:+alt}" "${a:+none}"
: "${a:=assigned}"; echo "$a"
(: "${missing:?is not set}") 2>&1 | sed 's/.*missing/missing/'
