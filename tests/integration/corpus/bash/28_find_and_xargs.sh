mkdir -p t/{1,2}; echo hi >t/1/a; echo hello >t/2/b; touch t/2/c
find t -type f -size +0 | sort | xargs cat
find t -name '[bc]' -exec basename {} \; | sort
find t -type d -empty
