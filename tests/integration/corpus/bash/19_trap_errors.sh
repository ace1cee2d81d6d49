set -E
trap 'echo "failed on line $LINENO"' ERR
false
f() { false; echo after; }
f
