kind() {
  case $1 in
    [0-9]*) echo number ;;
    *.tar.gz | *.tgz) echo archive ;;
    -?) echo "option ${1#-}" ;;
    "") echo empty ;;
    *) echo other ;;
  esac
}
for word in 42 a.tgz x.tar.gz -v "" hello; do kind "$word"; done
