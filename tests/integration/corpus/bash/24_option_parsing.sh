parse() {
  local OPTIND flag verbose=0 out=none
  while getopts ':vo:' flag; do
    case $flag in v) ((verbose++)) ;; o) out=$OPTARG ;; :) echo "no value for $OPTARG" ;; ?) echo "what is $OPTARG" ;; esac
  done
  shift $((OPTIND - 1)); echo "$verbose $out $*"
}
parse -v -v -o file rest more
parse -x
parse -o
