set -e
f() { false; echo unreached; }
if f; then echo "a condition is exempt"; fi
! false
false || echo handled
(set +e; false; echo ignored)
(false; echo unreached) || echo "group is exempt"
