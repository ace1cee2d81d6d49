mkdir -p d/e; touch d/{a,b}.txt d/c.md d/e/x.txt .hidden
echo d/*.txt; echo d/?.md
shopt -s globstar nullglob extglob
echo d/**/*.txt; echo none*here end
echo d/!(*.txt)
