set -- one "two words" three
echo $# "$2"
shift; echo "$1"
for word; do echo "<$word>"; done
set --; echo $#
