[[ abc == a* ]] && echo glob
[[ "a b" =~ ^([a-z])\ ([a-z])$ ]] && echo "${BASH_REMATCH[2]}${BASH_REMATCH[1]}"
[[ 10 -gt 9 && ! 10 < 9 ]] || echo "strings compare as strings"
touch f; [[ -f f && ! -s f && -w f ]] && echo "empty file"
[ "$(id -u)" -eq "$UID" ] && echo "same uid"
