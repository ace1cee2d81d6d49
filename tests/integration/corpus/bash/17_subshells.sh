x=1; (x=2; echo inside $x); echo outside $x
cd /tmp && (cd / && pwd) && pwd
echo $BASH_SUBSHELL $(echo $BASH_SUBSHELL)
